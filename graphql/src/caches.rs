//! What is kept of earlier requests, bounded by the memory it takes: what clients send is unbounded.

use crate::catalog::slice::Slice;
use async_graphql::parser::types::ExecutableDocument;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

const DOCUMENTS: usize = 2_000;
const DOCUMENT_BYTES: u64 = 64 << 20;
const INTROSPECTIONS: usize = 64;
const INTROSPECTION_BYTES: u64 = 256 << 20;

/// Validated documents by their text.
pub type Documents = Cache<String, Arc<ExecutableDocument>, DocumentWeight>;
/// Answers of `__schema` and `__type` by response key.
pub type Introspected = Arc<HashMap<String, Value>>;
/// They differ by slice and by what was asked.
pub type Introspections = Cache<(Option<Slice>, String), Introspected, IntrospectionWeight>;

pub fn documents() -> Documents {
    Cache::with_weighter(DOCUMENTS, DOCUMENT_BYTES, DocumentWeight)
}

/// In one piece: a part of it would be smaller than the answer about a large schema.
pub fn introspections() -> Introspections {
    let mut options = OptionsBuilder::new();
    options.estimated_items_capacity(INTROSPECTIONS).weight_capacity(INTROSPECTION_BYTES).shards(1);
    let options = options.build().unwrap_or_else(|_| unreachable!("both capacities are given"));
    Cache::with_options(options, IntrospectionWeight, DefaultHashBuilder::default(), DefaultLifecycle::default())
}

#[derive(Clone)]
pub struct DocumentWeight;

impl Weighter<String, Arc<ExecutableDocument>> for DocumentWeight {
    fn weight(&self, text: &String, _: &Arc<ExecutableDocument>) -> u64 {
        // A name of one letter becomes a field of some hundred bytes.
        64 * text.len() as u64
    }
}

#[derive(Clone)]
pub struct IntrospectionWeight;

impl Weighter<(Option<Slice>, String), Introspected> for IntrospectionWeight {
    fn weight(&self, key: &(Option<Slice>, String), answer: &Introspected) -> u64 {
        key.1.len() as u64 + answer.values().map(size).sum::<u64>()
    }
}

/// About what a value takes in memory.
fn size(value: &Value) -> u64 {
    64 + match value {
        Value::String(text) => text.len() as u64,
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| 64 + name.len() as u64 + size(value)).sum(),
        _ => 0,
    }
}
