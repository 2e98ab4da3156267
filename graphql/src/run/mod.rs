//! Runs a plan inside one transaction and writes the answer's data.

pub mod load;
mod mutate;
mod write_json;

use crate::action::{Action, ActionContext, Allowed};
use crate::catalog::Catalog;
use crate::error::{Code, Error, Result};
use crate::json::write_name;
use crate::plan::sql::{Ready, Statement};
use crate::plan::{ActionCall, ActionForm, MemberForm, Plan, PlannedField, Step};
use crate::session::Tx;
use load::Arena;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Mutex;
use tokio_postgres::Row;
use uuid::Uuid;
use write_json::Writer;

/// What stands in front of an answer's data.
pub const DATA: &[u8] = b"{\"data\":";

/// What running needs besides the plan.
pub struct Runner<'r> {
    pub catalog: &'r Catalog,
    pub context: &'r ActionContext,
    /// Answers of `__schema` and `__type` by response key.
    pub introspection: &'r HashMap<String, Value>,
    /// What the first write returned, where its statement travelled with the transaction's opening.
    pub written: Mutex<Option<Vec<Row>>>,
}

/// The root reads of a query: their statements can travel with the transaction's first round trip.
pub struct Reads<'p> {
    arena: Arena<'p>,
    jobs: Vec<load::Job>,
    /// Places of the selects, in the order of the plan.
    places: Vec<usize>,
    groups: Vec<&'p Statement>,
    /// A hand-written field may ask the database for whatever it needs.
    acts: bool,
}

/// What the root statements brought, taken up in the order of the plan.
struct Taken {
    places: std::vec::IntoIter<usize>,
    groups: std::vec::IntoIter<Vec<Row>>,
}

impl<'p> Reads<'p> {
    pub fn of(plan: &'p Plan) -> Reads<'p> {
        let mut reads = Reads {
            arena: Arena::default(),
            jobs: Vec::new(),
            places: Vec::new(),
            groups: Vec::new(),
            acts: false,
        };
        for field in &plan.fields {
            reads.add(field);
        }
        reads
    }

    fn add(&mut self, field: &'p PlannedField) {
        match &field.step {
            Step::Object(fields) => fields.iter().for_each(|field| self.add(field)),
            Step::Read(select) => {
                let jobs = match select.known {
                    Some(id) => self.arena.add_known(select, vec![id], true),
                    None => vec![self.arena.add(select, None)],
                };
                self.places.push(jobs[0].place);
                self.jobs.extend(jobs);
            }
            Step::Nodes(selects, ids) => {
                for (number, select) in selects.iter().enumerate() {
                    let wanted = ids.iter().flatten().filter(|(at, _)| *at == number).map(|(_, id)| *id).collect();
                    let job = self.arena.add(select, Some(wanted));
                    self.places.push(job.place);
                    self.jobs.push(job);
                }
            }
            Step::Groups(groups) => self.groups.push(&groups.statement),
            Step::Action(_) => self.acts = true,
            Step::TypeName(_) | Step::Introspection | Step::Write(_) => {}
        }
    }

    /// The selects' statements, then those of groups.
    pub fn statements(&self) -> Vec<Ready<'p>> {
        let mut statements = self.arena.statements(&self.jobs);
        statements.extend(self.groups.iter().map(|statement| statement.ready()));
        statements
    }

    /// Nothing is read after the root statements.
    pub fn is_all(&self) -> bool {
        !self.acts && self.arena.is_last(&self.jobs)
    }
}

impl Runner<'_> {
    /// Runs a query whose root statements may have run already; gives the answer as far as its data.
    pub async fn query<'p>(&self, tx: &Tx, plan: &'p Plan, mut reads: Reads<'p>, first: Option<Vec<Vec<Row>>>) -> Result<Vec<u8>> {
        let placed = |error| plan.place(error);
        let mut results = match first {
            Some(results) => results,
            None if reads.is_all() => tx.query_last(&reads.statements()).await.map_err(placed)?,
            None => tx.query_all(&reads.statements()).await.map_err(placed)?,
        };
        let groups = results.split_off(results.len().saturating_sub(reads.groups.len()));
        let jobs = std::mem::take(&mut reads.jobs);
        let next = reads.arena.take(jobs, results)?;
        let loaded = if reads.acts {
            reads.arena.load(tx, next).await
        } else {
            reads.arena.load_last(tx, next).await
        };
        loaded.map_err(placed)?;
        let mut out = Vec::with_capacity(reads.arena.estimate());
        out.extend_from_slice(DATA);
        let mut taken = Taken {
            places: std::mem::take(&mut reads.places).into_iter(),
            groups: groups.into_iter(),
        };
        self.fields(tx, &plan.fields, &reads.arena, &mut taken, &mut out).await?;
        Ok(out)
    }

    async fn fields(&self, tx: &Tx, fields: &[PlannedField], arena: &Arena<'_>, taken: &mut Taken, out: &mut Vec<u8>) -> Result<()> {
        out.push(b'{');
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write_name(out, &field.key);
            out.push(b':');
            self.field(tx, field, arena, taken, out).await.map_err(|mut error| {
                if error.path.is_empty() {
                    error.path.clone_from(&field.path);
                }
                error
            })?;
        }
        out.push(b'}');
        Ok(())
    }

    async fn field(&self, tx: &Tx, field: &PlannedField, arena: &Arena<'_>, taken: &mut Taken, out: &mut Vec<u8>) -> Result<()> {
        let mut place = || taken.places.next().ok_or_else(Error::internal);
        let mut writer = Writer {
            catalog: self.catalog,
            arena,
            out: std::mem::take(out),
        };
        match &field.step {
            Step::TypeName(name) => write_name(&mut writer.out, name),
            Step::Object(fields) => {
                *out = writer.out;
                return Box::pin(self.fields(tx, fields, arena, taken, out)).await;
            }
            Step::Read(_) => writer.root(place()?)?,
            Step::Nodes(selects, ids) => {
                let first = if selects.is_empty() { 0 } else { place()? };
                for _ in 1..selects.len() {
                    place()?;
                }
                writer.out.push(b'[');
                for (index, id) in ids.iter().enumerate() {
                    if index > 0 {
                        writer.out.push(b',');
                    }
                    match id {
                        Some((at, id)) => writer.by_id(first + at, *id)?,
                        None => writer.null(),
                    }
                }
                writer.out.push(b']');
            }
            Step::Groups(groups) => {
                let rows = taken.groups.next().ok_or_else(Error::internal)?;
                writer.groups(groups, &rows)?;
            }
            Step::Action(call) => {
                *out = writer.out;
                return self.action(tx, call, out).await;
            }
            Step::Introspection => {
                let value = self.introspection.get(&field.key).unwrap_or(&Value::Null);
                serde_json::to_writer(&mut writer.out, value).map_err(|_| Error::internal())?;
            }
            Step::Write(_) => return Err(Error::internal()),
        }
        *out = writer.out;
        Ok(())
    }

    /// Runs a hand-written field, then reads the rows its result names.
    async fn action(&self, tx: &Tx, call: &ActionCall, out: &mut Vec<u8>) -> Result<()> {
        self.admit(call.action)?;
        let value = (call.action.run)(self.context.clone(), call.input.clone()).await?;
        let mut arena = Arena::default();
        let mut jobs = Vec::new();
        collect_rows(&call.result, &value, &mut arena, &mut jobs);
        let mut places = jobs.iter().map(|job| job.place).collect::<Vec<_>>().into_iter();
        arena.load(tx, jobs).await?;
        let mut writer = Writer {
            catalog: self.catalog,
            arena: &arena,
            out: std::mem::take(out),
        };
        let written = write_result(&mut writer, &call.result, &value, &mut places);
        *out = writer.out;
        written
    }

    fn admit(&self, action: &Action) -> Result<()> {
        let signed_in = self.context.caller.identity.is_some();
        match action.allowed {
            Allowed::Anyone => Ok(()),
            _ if !signed_in => Err(Error::new(Code::Unauthenticated, "Sign in first.")),
            Allowed::SignedIn => Ok(()),
            Allowed::Roles(roles) => match &self.context.standing {
                Some(standing) if roles.contains(&standing.role) => Ok(()),
                _ => Err(Error::new(Code::Forbidden, "Your role in this business does not allow this.")),
            },
        }
    }
}

fn row_ids(value: &Value) -> Vec<Uuid> {
    match value {
        Value::String(text) => Uuid::parse_str(text).into_iter().collect(),
        Value::Array(items) => items.iter().flat_map(row_ids).collect(),
        _ => Vec::new(),
    }
}

fn collect_rows<'p>(form: &'p ActionForm, value: &Value, arena: &mut Arena<'p>, jobs: &mut Vec<load::Job>) {
    match (form, value) {
        (ActionForm::Rows(select), value) => jobs.push(arena.add(select, Some(row_ids(value)))),
        (ActionForm::Object(_), Value::Array(items)) => items.iter().for_each(|item| collect_rows(form, item, arena, jobs)),
        (ActionForm::Object(members), Value::Object(object)) => {
            for (_, member) in members {
                if let MemberForm::Value { name, form } = member {
                    collect_rows(form, object.get(*name).unwrap_or(&Value::Null), arena, jobs);
                }
            }
        }
        _ => {}
    }
}

/// Walks the result in the same order as `collect_rows`.
fn write_result(writer: &mut Writer<'_, '_>, form: &ActionForm, value: &Value, places: &mut std::vec::IntoIter<usize>) -> Result<()> {
    match (form, value) {
        (ActionForm::Plain, value) => serde_json::to_writer(&mut writer.out, value).map_err(|_| Error::internal())?,
        (ActionForm::Rows(_), value) => {
            let place = places.next().ok_or_else(Error::internal)?;
            match (value, row_ids(value)) {
                (Value::Array(_), ids) => writer.by_ids(place, &ids)?,
                (_, ids) => match ids.first() {
                    Some(id) => writer.by_id(place, *id)?,
                    None => writer.null(),
                },
            }
        }
        (ActionForm::Object(_), Value::Array(items)) => {
            writer.out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    writer.out.push(b',');
                }
                write_result(writer, form, item, places)?;
            }
            writer.out.push(b']');
        }
        (ActionForm::Object(members), Value::Object(object)) => {
            writer.out.push(b'{');
            for (index, (key, member)) in members.iter().enumerate() {
                if index > 0 {
                    writer.out.push(b',');
                }
                write_name(&mut writer.out, key);
                writer.out.push(b':');
                match member {
                    MemberForm::TypeName(name) => write_name(&mut writer.out, name),
                    MemberForm::Value { name, form } => write_result(writer, form, object.get(*name).unwrap_or(&Value::Null), places)?,
                }
            }
            writer.out.push(b'}');
        }
        _ => writer.null(),
    }
    Ok(())
}
