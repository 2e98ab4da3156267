//! `__schema` and `__type`, from the schema that the caller's slice sees.

use super::HAND_WRITTEN;
use super::outcome::{Failure, invalid};
use super::work::{Work, slice};
use crate::action::Standing;
use crate::caches::Introspected;
use crate::catalog::Catalog;
use crate::catalog::slice::{Slice, Visibility};
use crate::error::{Code, Error, Result};
use crate::plan::introspection_fields;
use crate::plan::selection::Members;
use crate::{document, types};
use async_graphql::Name;
use async_graphql::dynamic::Schema;
use async_graphql::parser::types::{ExecutableDocument, Field, OperationType};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::runtime::Handle;
use tokio::sync::Mutex;

/// The schema of a slice.
type Made = Option<(Option<Slice>, Schema)>;

/// Makes the schemas of slices, one at a time: each takes much memory, and a processor for a while.
#[derive(Default)]
pub(super) struct Builder {
    /// The schema that was made last, for those who wait for the same one; it goes with the last of them.
    made: Arc<Mutex<Made>>,
    waiting: Arc<AtomicUsize>,
}

/// Counts whoever waits or is at work, whatever becomes of them.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn begin(count: &Arc<AtomicUsize>) -> Waiting {
        count.fetch_add(1, Ordering::SeqCst);
        Waiting(Arc::clone(count))
    }

    fn is_last(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 1
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A question about the schema of one slice.
struct Question {
    catalog: Arc<Catalog>,
    slice: Option<Slice>,
    document: ExecutableDocument,
    variables: Members,
}

impl Question {
    fn answer(self, made: &mut Made) -> Result<HashMap<String, serde_json::Value>> {
        let schema = match made.take() {
            Some((of, schema)) if of == self.slice => schema,
            _ => types::slice_schema(&self.catalog, HAND_WRITTEN, self.slice.as_ref()).map_err(|error| {
                tracing::error!(%error, "a slice has no schema");
                Error::internal()
            })?,
        };
        let answer = Handle::current().block_on(document::introspect(&schema, self.document, self.variables));
        *made = Some((self.slice, schema));
        answer
    }
}

impl Builder {
    /// Off the threads that serve others. It goes on to its end although nobody waits for it any more, and keeps its
    /// turn as long: who hangs up and asks again waits.
    async fn ask(&self, question: Question) -> Result<HashMap<String, serde_json::Value>> {
        let waiting = Waiting::begin(&self.waiting);
        let mut made = Arc::clone(&self.made).lock_owned().await;
        let job = tokio::task::spawn_blocking(move || {
            let answer = question.answer(&mut made);
            if waiting.is_last() {
                *made = None;
            }
            answer
        });
        job.await.map_err(|_| Error::internal())?
    }
}

impl Work<'_> {
    /// What was asked about the schema, where something was.
    fn introspection_fields(&self) -> Result<Vec<Field>, Failure> {
        if self.operation.ty != OperationType::Query {
            return Ok(Vec::new());
        }
        let visibility = Visibility::none(&self.gateway.catalog);
        Ok(introspection_fields(&self.planner(&visibility, None), self.operation)?)
    }

    /// Answers `__schema` and `__type` before the transaction, as it takes long where it is new: nobody else waits
    /// for the connection meanwhile. By the last known standing; where that was wrong, it is done again in time.
    pub(super) async fn introspect_ahead(&self) -> Result<(), Failure> {
        // Most documents do not have the letters.
        if !self.text.contains("__") || self.introspection_fields()?.is_empty() {
            return Ok(());
        }
        let standing = match self.guess() {
            None if self.caller.identity.is_some() => self.ask_standing().await?,
            known => known,
        };
        let answer = self.introspection(standing.as_ref()).await?;
        if let Ok(mut ahead) = self.introspected.lock() {
            *ahead = Some((slice(standing.as_ref()), answer));
        }
        Ok(())
    }

    /// What was answered ahead, or is answered now where the standing is another one.
    pub(super) async fn introspected(&self, standing: Option<&Standing>) -> Result<Introspected, Failure> {
        let ahead = self.introspected.lock().ok().and_then(|ahead| ahead.clone());
        match ahead {
            Some((of, answer)) if of == slice(standing) => Ok(answer),
            _ => self.introspection(standing).await,
        }
    }

    /// From the caller's own slice, once per slice and question.
    async fn introspection(&self, standing: Option<&Standing>) -> Result<Introspected, Failure> {
        let fields = self.introspection_fields()?;
        if !self.gateway.settings.introspection {
            return Err(invalid(Error::new(Code::Forbidden, "Introspection is switched off here.")));
        }
        let variables: BTreeMap<_, _> = self.variables.iter().collect();
        let key = (slice(standing), format!("{:?}\n{}\n{variables:?}", self.operation_name, self.text));
        if let Some(known) = self.gateway.introspections.get(&key) {
            return Ok(known);
        }
        let question = Question {
            catalog: Arc::clone(&self.gateway.catalog),
            slice: key.0.clone(),
            document: document::introspection(self.document, self.operation, fields).map_err(invalid)?,
            variables: self.variables.iter().map(|(name, value)| (Name::new(name), value.clone())).collect(),
        };
        let answer = Arc::new(self.gateway.builder.ask(question).await.map_err(invalid)?);
        self.gateway.introspections.insert(key, Arc::clone(&answer));
        Ok(answer)
    }
}
