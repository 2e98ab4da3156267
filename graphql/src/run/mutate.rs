//! Writes, one field after the other in one transaction; the first error ends the operation.

use super::load::{Arena, uuid_at};
use super::write_json::Writer;
use super::{DATA, Runner};
use crate::error::{Code, Error, Result};
use crate::json::write_name;
use crate::plan::shape::Select;
use crate::plan::write::{Expects, Missing, Write, WriteResult};
use crate::plan::{self, Plan, PlannedField, Step};
use crate::session::{Bind, Tx};
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

impl Runner<'_> {
    /// Runs a mutation; gives the answer as far as its data.
    pub async fn mutation(&self, tx: &Tx, plan: &Plan) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(1_024);
        out.extend_from_slice(DATA);
        self.mutation_fields(tx, &plan.fields, &mut out).await?;
        Ok(out)
    }

    async fn mutation_fields(&self, tx: &Tx, fields: &[PlannedField], out: &mut Vec<u8>) -> Result<()> {
        out.push(b'{');
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write_name(out, &field.key);
            out.push(b':');
            let done = match &field.step {
                Step::TypeName(name) => {
                    write_name(out, name);
                    Ok(())
                }
                Step::Object(fields) => Box::pin(self.mutation_fields(tx, fields, out)).await,
                Step::Write(write) => self.write(tx, write, out).await,
                Step::Action(call) => self.action(tx, call, out).await,
                _ => Err(Error::internal()),
            };
            done.map_err(|mut error| {
                if error.path.is_empty() {
                    error.path.clone_from(&field.path);
                }
                error
            })?;
        }
        out.push(b'}');
        Ok(())
    }

    async fn write(&self, tx: &Tx, write: &Write, out: &mut Vec<u8>) -> Result<()> {
        let mut rows = Vec::new();
        for (index, step) in write.steps.iter().enumerate() {
            let told = |error: Error| self.told(error, step);
            let returns = index + 1 == write.steps.len() && !matches!(write.result, WriteResult::Ids(..));
            let sealed = self.sealed(&step.statement.binds)?;
            let binds = sealed.as_deref().unwrap_or(&step.statement.binds);
            let written = self.written.lock().ok().and_then(|mut written| written.take());
            let touched = if let Some(written) = written {
                rows = written;
                rows.len()
            } else if returns {
                rows = tx.query(&step.statement.sql, binds).await.map_err(told)?;
                rows.len()
            } else {
                usize::try_from(tx.execute(&step.statement.sql, binds).await.map_err(told)?).unwrap_or(usize::MAX)
            };
            check(step.expects, touched, &step.path)?;
        }
        let mut arena = Arena::default();
        match &write.result {
            WriteResult::Returning(select) => self.returned(tx, write, select, rows, &mut arena, out).await,
            WriteResult::Reselect(select) => {
                let ids: Vec<Uuid> = rows.iter().filter_map(|row| uuid_at(row, 0)).collect();
                if ids.is_empty() && !write.list {
                    return Err(self.explain(tx, write).await);
                }
                self.reread(tx, write, select, &ids, &mut arena, out).await
            }
            WriteResult::Ids(ids, select) => self.reread(tx, write, select, ids, &mut arena, out).await,
        }
    }

    /// The binds with secrets sealed; None where there is none among them.
    fn sealed(&self, binds: &[Bind]) -> Result<Option<Vec<Bind>>> {
        if binds.iter().all(|bind| bind.as_plain().is_none()) {
            return Ok(None);
        }
        let sealer = self.context.services.sealer.as_ref();
        let no_key = || {
            Error::new(
                Code::Forbidden,
                "Encrypted fields cannot be written: this gateway has no key to seal them with.",
            )
        };
        let sealer = sealer.ok_or_else(no_key)?;
        let business = self.context.standing.as_ref().ok_or_else(Error::internal)?.business_id;
        let seal = |bind: &Bind| match bind.as_plain() {
            Some(plain) => sealer.seal(business, plain).map(|bytes| Bind::bytes(&bytes)),
            None => Ok(bind.clone()),
        };
        binds.iter().map(seal).collect::<Result<_>>().map(Some)
    }

    /// A refusal of the database, under the argument whose members it names.
    fn told(&self, error: Error, step: &plan::write::Step) -> Error {
        let table = &self.catalog.tables[step.table];
        error.under(&step.path, |field| table.column_by_field(field).is_some())
    }

    async fn returned<'p>(&self, tx: &Tx, write: &Write, select: &'p Select, rows: Vec<Row>, arena: &mut Arena<'p>, out: &mut Vec<u8>) -> Result<()> {
        if rows.is_empty() && !write.list {
            return Err(self.explain(tx, write).await);
        }
        let place = arena.add(select, None).place;
        arena.load_below(tx, place, rows).await?;
        let mut writer = Writer {
            catalog: self.catalog,
            arena,
            out: std::mem::take(out),
        };
        let written = if write.list { writer.list(place) } else { writer.root(place) };
        *out = writer.out;
        written
    }

    async fn reread<'p>(&self, tx: &Tx, write: &Write, select: &'p Select, ids: &[Uuid], arena: &mut Arena<'p>, out: &mut Vec<u8>) -> Result<()> {
        let job = arena.add(select, Some(ids.to_vec()));
        let place = job.place;
        if !ids.is_empty() {
            arena.load(tx, vec![job]).await?;
        }
        if ids.iter().any(|id| !arena.loaded[place].by_key.contains_key(id)) {
            let message = "What you write here you may not read, so it cannot be answered. It was not written.";
            return Err(Error::new(Code::Forbidden, message));
        }
        let mut writer = Writer {
            catalog: self.catalog,
            arena,
            out: std::mem::take(out),
        };
        let written = match (write.list, ids.first()) {
            (true, _) => writer.by_ids(place, ids),
            (false, Some(id)) => writer.by_id(place, *id),
            (false, None) => Err(Error::not_found()),
        };
        *out = writer.out;
        written
    }

    /// Why nothing matched: not there, or moved on since the client read it.
    async fn explain(&self, tx: &Tx, write: &Write) -> Error {
        match &write.missing {
            Missing::Fine => Error::new(Code::Forbidden, "The record could not be written."),
            Missing::NotFound => Error::not_found(),
            Missing::Versioned(current, expected) => self.conflict(tx, current, *expected).await.unwrap_or_else(|error| error),
        }
    }

    async fn conflict(&self, tx: &Tx, current: &Select, expected: i64) -> Result<Error> {
        let mut arena = Arena::default();
        let job = arena.add(current, None);
        let place = job.place;
        arena.load(tx, vec![job]).await?;
        if arena.loaded[place].rows.is_empty() {
            return Ok(Error::not_found());
        }
        let mut writer = Writer {
            catalog: self.catalog,
            arena: &arena,
            out: Vec::new(),
        };
        writer.root(place)?;
        let row: Value = serde_json::from_slice(&writer.out).map_err(|_| Error::internal())?;
        if row["version"].as_i64() == Some(expected) {
            return Ok(Error::new(Code::Forbidden, "The record is as you read it, and not yours to change."));
        }
        let message = "The record has changed since you read it. Merge with extensions.current and send its version.";
        Ok(Error::new(Code::VersionConflict, message).with("current", row))
    }
}

fn check(expects: Expects, touched: usize, path: &str) -> Result<()> {
    match expects {
        Expects::Any => Ok(()),
        Expects::Exactly(count) if touched == count => Ok(()),
        Expects::Exactly(_) => Err(Error::input(path, "names a record that does not exist.")),
        Expects::AtMost(count) if touched <= count => Ok(()),
        Expects::AtMost(count) => Err(Error::new(
            Code::RangeTooLarge,
            format!("More than {count} records match. Narrow the filter and repeat."),
        )),
    }
}
