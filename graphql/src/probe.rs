//! The parts that take in what strangers send, without a database: for fuzz targets.

use crate::catalog::Catalog;
use crate::catalog::slice::{Slice, Visibility};
use crate::error::{Error, Result};
use crate::gateway::HAND_WRITTEN;
use crate::plan::cost::Spent;
use crate::plan::selection::{self, Planner};
use crate::session::StartError;
use crate::{document, json, types};
use async_graphql::dynamic::Schema;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition};
use postgres_types::Type;
use serde_json::{Map, Value};
use std::collections::HashMap;
use uuid::Uuid;

/// What an operation may cost.
const LIMIT: u64 = 120_000;

pub struct Probe {
    catalog: Catalog,
    schema: Schema,
    /// Who is planned for.
    callers: Vec<Visibility>,
}

impl Probe {
    pub fn new(slices: Vec<Slice>) -> Result<Probe, StartError> {
        let catalog = Catalog::new(entity::registry());
        let schema = types::union_schema(&catalog, HAND_WRITTEN).map_err(|error| StartError(format!("The schema cannot be built: {error}.")))?;
        let callers = slices.iter().map(|slice| Visibility::of(&catalog, slice)).collect();
        Ok(Probe { catalog, schema, callers })
    }

    /// Guard and parser.
    pub fn parse(text: &str) -> Result<()> {
        document::parse(text).map(|_| ())
    }

    pub fn guard(text: &str) -> Result<()> {
        document::guard(text)
    }

    /// All that comes before the transaction. None is a document that is not valid; a valid one gives, for
    /// each caller, what its plan costs or why there is none.
    pub async fn plan(&self, text: &str, variables: &Map<String, Value>) -> Option<Vec<Result<u64>>> {
        let parsed = document::parse(text).ok()?;
        document::validate(&self.schema, &parsed, None).await.ok()?;
        let operation = document::operation(&parsed, None).ok()?;
        let variables = match selection::variables(operation, variables) {
            Ok(variables) => variables,
            Err(error) => return Some(vec![Err(error)]),
        };
        let of_caller = |visibility: &Visibility| self.cost_for(visibility, &parsed, operation, &variables);
        Some(self.callers.iter().map(of_caller).collect())
    }

    fn cost_for(
        &self,
        visibility: &Visibility,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &HashMap<&str, async_graphql::Value>,
    ) -> Result<u64> {
        let planner = Planner {
            catalog: &self.catalog,
            visibility,
            hand_written: HAND_WRITTEN,
            document,
            variables,
            business_id: Some(Uuid::nil()),
            limit: LIMIT,
            spent: Spent::default(),
        };
        let plan = planner.plan(operation)?;
        Ok(plan.cost.map_or(0, |cost| cost.requested))
    }

    /// A value of the database as JSON.
    pub fn write_json(ty: &Type, bytes: Option<&[u8]>) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        json::write_value(&mut out, ty, bytes)?;
        Ok(out)
    }
}
