//! Mutations of one record, and what all mutations of a table share.

use super::input::{self, column_value, pg_type};
use super::nested::Insert;
use super::rows::Builder;
use super::selection::{Arguments, Members, Planner, Selected, child, object, unknown_member};
use super::shape::{Select, Shape};
use super::sql::{Binds, Conditions, Statement};
use crate::catalog::{Column, Member, Relation, Table, TableId};
use crate::error::{Error, Result};
use crate::session::Bind;
use async_graphql::Value;
use entity::ColumnType;
use uuid::Uuid;

/// Statements in order, and the rows to answer with.
#[derive(Debug)]
pub struct Write {
    pub steps: Vec<Step>,
    pub result: WriteResult,
    /// The answer is a list.
    pub list: bool,
    /// Told when nothing matched: why, by a look at the row.
    pub missing: Missing,
}

impl Write {
    /// One statement that returns its rows, and whose binds are what is sent.
    pub fn is_one_statement(&self) -> bool {
        let sealed = |step: &Step| step.statement.binds.iter().any(|bind| bind.as_plain().is_some());
        matches!(self.steps.as_slice(), [step] if !sealed(step)) && !matches!(self.result, WriteResult::Ids(..))
    }
}

/// A statement and how many rows it must touch.
#[derive(Debug)]
pub struct Step {
    pub statement: Statement,
    pub expects: Expects,
    pub table: TableId,
    /// The argument whose members are the table's fields, such as `input` or `inputs[*]`; empty where
    /// there is none. Refusals of the database are told under it.
    pub path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    Any,
    Exactly(usize),
    AtMost(usize),
}

#[derive(Debug)]
pub enum WriteResult {
    /// The last step returns the select's own slots.
    Returning(Select),
    /// The last step returns ids; the select reads the rows again, because something after the
    /// statement changed them.
    Reselect(Select),
    /// These ids are read after the steps.
    Ids(Vec<Uuid>, Select),
}

#[derive(Debug)]
pub enum Missing {
    /// Nothing to tell: a list may be empty.
    Fine,
    NotFound,
    /// This `expectedVersion` was given: look whether the row is there, and answer with it.
    Versioned(Box<Select>, i64),
}

/// A statement before what it returns, and the argument its values come from.
pub(super) struct Draft {
    pub sql: String,
    pub binds: Binds,
    pub argument: &'static str,
}

impl<'p> Planner<'p> {
    pub fn update(&self, table: &'p Table, selected: &Selected<'p>) -> Result<Write> {
        let arguments = self.arguments(selected);
        let id = input::uuid(arguments.get("id").unwrap_or(&Value::Null), "id")?;
        let (mut binds, mut conditions) = self.one(table, id, true);
        let version = self.expected_version(table, &arguments, &mut binds, &mut conditions)?;
        let assignments = self.assignments(table, &arguments, &mut binds)?;
        let sql = format!("UPDATE {} t SET {assignments}{}", table.sql_name(), conditions.clause());
        self.single(table, selected, Draft { sql, binds, argument: "patch" }, version.map(|version| (id, version)))
    }

    pub fn delete(&self, table: &'p Table, selected: &Selected<'p>) -> Result<Write> {
        let arguments = self.arguments(selected);
        let id = input::uuid(arguments.get("id").unwrap_or(&Value::Null), "id")?;
        let (mut binds, mut conditions) = self.one(table, id, true);
        let version = self.expected_version(table, &arguments, &mut binds, &mut conditions)?;
        let sql = delete_head(table) + &conditions.clause();
        self.single(table, selected, Draft { sql, binds, argument: "" }, version.map(|version| (id, version)))
    }

    pub fn restore(&self, table: &'p Table, selected: &Selected<'p>) -> Result<Write> {
        let arguments = self.arguments(selected);
        let id = input::uuid(arguments.get("id").unwrap_or(&Value::Null), "id")?;
        let (binds, mut conditions) = self.one(table, id, false);
        conditions.add("t.deleted_at IS NOT NULL");
        let sql = format!("UPDATE {} t SET deleted_at = NULL{}", table.sql_name(), conditions.clause());
        self.single(table, selected, Draft { sql, binds, argument: "" }, None)
    }

    pub fn create(&self, table: &'p Table, selected: &Selected<'p>) -> Result<Write> {
        let arguments = self.arguments(selected);
        let members = object(arguments.get("input").unwrap_or(&Value::Null), "input")?;
        if self.is_flat(table, members) {
            let mut binds = Binds::new();
            let values = self.input_values(table, members, "input", true)?;
            demand_all(table, |column| values.iter().any(|(given, _)| given.def.name == column), "input")?;
            let sql = insert_into(table, &values, None, &mut binds);
            return self.returning(table, selected, Draft { sql, binds, argument: "input" }, 1.0);
        }
        let mut insert = Insert::new(self);
        let ids = insert.rows(table, vec![(members, "input".to_owned())], None)?;
        self.inserted(table, selected, insert, ids, false)
    }

    pub fn create_many(&self, table: &'p Table, selected: &Selected<'p>) -> Result<Write> {
        let arguments = self.arguments(selected);
        let mut rows = Vec::new();
        for (index, item) in input::list(arguments.get("inputs").unwrap_or(&Value::Null), "inputs")?.iter().enumerate() {
            let path = format!("inputs[{index}]");
            rows.push((object(item, &path)?, path));
        }
        let mut insert = Insert::new(self);
        let ids = insert.rows(table, rows, None)?;
        self.inserted(table, selected, insert, ids, true)
    }

    fn inserted(&self, table: &'p Table, selected: &Selected<'p>, insert: Insert<'_, 'p>, ids: Vec<Uuid>, list: bool) -> Result<Write> {
        let select = self.by_ids(table, &selected.sets, ids.len() as f64)?;
        self.spend_records(insert.rows.saturating_sub(ids.len()) as f64);
        Ok(Write {
            steps: insert.steps,
            result: WriteResult::Ids(ids, select),
            list,
            missing: Missing::Fine,
        })
    }

    fn is_flat(&self, table: &Table, members: &Members) -> bool {
        members.keys().all(|name| !matches!(table.member(name), Some(Member::Relation(_))))
    }

    /// Conditions for one row of the current business.
    fn one(&self, table: &Table, id: Uuid, alive: bool) -> (Binds, Conditions) {
        let mut binds = Binds::new();
        let mut conditions = Conditions::default();
        self.tenant(table, "t", &mut binds, &mut conditions);
        let mut text = "t.id = ".to_owned();
        binds.add(&mut text, Bind::uuid(id), "uuid");
        conditions.add(&text);
        if alive && table.def.soft_delete {
            conditions.add("t.deleted_at IS NULL");
        }
        (binds, conditions)
    }

    fn expected_version(&self, table: &Table, arguments: &Arguments<'_>, binds: &mut Binds, conditions: &mut Conditions) -> Result<Option<i64>> {
        let Some(value) = arguments.get("expectedVersion").filter(|value| **value != Value::Null) else {
            return Ok(None);
        };
        let version = input::int(value, "expectedVersion", 0, i64::from(i32::MAX))?;
        if !table.has("version") {
            return Err(Error::input("expectedVersion", "is not kept for these records."));
        }
        let mut text = "t.version = ".to_owned();
        binds.add(&mut text, Bind::text(version.to_string()), "integer");
        conditions.add(&text);
        Ok(Some(version))
    }

    /// `SET` of a patch: absent leaves, null clears, a value sets.
    pub(super) fn assignments(&self, table: &'p Table, arguments: &Arguments<'_>, binds: &mut Binds) -> Result<String> {
        let members = object(arguments.get("patch").unwrap_or(&Value::Null), "patch")?;
        let mut parts = Vec::new();
        for (name, value) in members {
            let path = child("patch", name);
            let column = table.column_by_field(name).filter(|c| c.is_input() && c.def.name != "id");
            let column = column.ok_or_else(|| unknown_member("patch", name, &format!("{}Patch", table.type_name)))?;
            if *value == Value::Null && !column.def.nullable {
                return Err(Error::input(path, "cannot be cleared."));
            }
            let mut sql = format!("\"{}\" = ", column.def.name);
            binds.add(&mut sql, written_value(column, value, &path)?, pg_type(column.def.ty));
            parts.push(sql);
        }
        if parts.is_empty() {
            return Err(Error::input("patch", "is empty: name at least one field to change."));
        }
        Ok(parts.join(", "))
    }

    /// The columns of a create input, in the input's order. `complete` demands what the table demands.
    pub fn input_values(&self, table: &'p Table, members: &Members, path: &str, complete: bool) -> Result<Vec<(&'p Column, Bind)>> {
        let mut values = Vec::new();
        for (name, value) in members {
            let member_path = child(path, name);
            let column = match table.member(name) {
                Some(Member::Column(index)) if table.columns[index].is_input() => &table.columns[index],
                Some(Member::Relation(index)) if self.nests(table, &table.relations[index]) => {
                    if complete {
                        continue;
                    }
                    return Err(Error::input(member_path, "cannot be nested here; create it first and give its id."));
                }
                _ => return Err(unknown_member(path, name, &format!("{}CreateInput", table.type_name))),
            };
            // A null where the table has a default asks for the default.
            if *value == Value::Null && column.def.has_default && !column.def.nullable {
                continue;
            }
            if *value == Value::Null && !column.def.nullable {
                return Err(Error::required(member_path));
            }
            values.push((column, written_value(column, value, &member_path)?));
        }
        Ok(values)
    }

    /// Whether this caller may write the relation's records within the table's.
    pub(super) fn nests(&self, table: &Table, relation: &Relation) -> bool {
        let target = self.table(relation.target);
        target.is_created() && self.visibility.can_write(target.id) && table.nests(relation)
    }

    /// One row's write by its id.
    fn single(&self, table: &'p Table, selected: &Selected<'p>, draft: Draft, versioned: Option<(Uuid, i64)>) -> Result<Write> {
        let mut write = self.returning(table, selected, draft, 1.0)?;
        write.missing = match versioned {
            Some((id, version)) => Missing::Versioned(Box::new(self.whole_row(table, id)?), version),
            None => Missing::NotFound,
        };
        Ok(write)
    }

    /// Every readable column, for a conflict's `current`: read instead of the answer, so it costs nothing.
    fn whole_row(&self, table: &'p Table, id: Uuid) -> Result<Select> {
        let spent = self.spent.clone();
        let mut select = self.one_row(table, &[], id, true)?;
        let mut builder = Builder::new(self, table, 1.0)?;
        select.shape = Shape::Row(builder.every_column());
        let head = format!("SELECT 1 FROM {} t", table.sql_name());
        let columns = format!("SELECT {} FROM {} t", builder.columns(), table.sql_name());
        select.statement.sql = select.statement.sql.replacen(&head, &columns, 1);
        self.spent.back_to(&spent);
        Ok(select)
    }

    /// Appends RETURNING: the selected columns themselves, or the id where they must be read again.
    pub(super) fn returning(&self, table: &'p Table, selected: &Selected<'p>, draft: Draft, rows: f64) -> Result<Write> {
        let Draft { sql, binds, argument } = draft;
        let spent = self.spent.clone();
        let mut builder = Builder::new(self, table, rows)?;
        let form = builder.form(&selected.sets)?;
        let derived = builder.reads_derived();
        let (sql, result) = if derived {
            self.spent.back_to(&spent);
            (
                format!("{sql} RETURNING t.id"),
                WriteResult::Reselect(self.by_ids(table, &selected.sets, rows)?),
            )
        } else {
            let sql = format!("{sql} RETURNING {}", builder.columns());
            let statement = Statement {
                sql: String::new(),
                binds: Vec::new(),
            };
            let select = Select {
                statement,
                key_slot: None,
                id_slot: None,
                known: None,
                shape: Shape::Row(form),
                children: builder.into_children(),
                count: None,
            };
            (sql, WriteResult::Returning(select))
        };
        let step = Step {
            statement: binds.finish(sql),
            expects: Expects::Any,
            table: table.id,
            path: argument.to_owned(),
        };
        Ok(Write {
            steps: vec![step],
            result,
            list: false,
            missing: Missing::Fine,
        })
    }
}

pub(super) fn delete_head(table: &Table) -> String {
    if table.def.soft_delete {
        format!("UPDATE {} t SET deleted_at = now()", table.sql_name())
    } else {
        format!("DELETE FROM {} t", table.sql_name())
    }
}

/// Refuses a record without what the table demands.
pub(super) fn demand_all(table: &Table, is_given: impl Fn(&str) -> bool, path: &str) -> Result<()> {
    let demanded = table.columns.iter().filter(|c| c.is_input() && !c.def.nullable && !c.def.has_default);
    for column in demanded {
        if !is_given(column.def.name) {
            return Err(Error::required(child(path, &column.field)));
        }
    }
    Ok(())
}

/// A column's value as it is written: points become text that PostGIS reads.
pub fn written_value(column: &Column, value: &Value, path: &str) -> Result<Bind> {
    if column.def.ty == ColumnType::GeoPoint && *value != Value::Null {
        let (latitude, longitude) = input::geo_point(value, path, &[], "GeoPointInput")?;
        let known = |name: &str| matches!(name, "latitude" | "longitude");
        if let Some(name) = object(value, path)?.keys().find(|name| !known(name)) {
            return Err(unknown_member(path, name, "GeoPointInput"));
        }
        return Ok(Bind::text(super::comparison::geo_text(latitude, longitude)));
    }
    column_value(column, value, path)
}

/// `computed` is a further column with its expression.
pub(super) fn insert_into(table: &Table, values: &[(&Column, Bind)], computed: Option<(&str, String)>, binds: &mut Binds) -> String {
    let mut names: Vec<_> = values.iter().map(|(column, _)| format!("\"{}\"", column.def.name)).collect();
    let mut places: Vec<_> = values
        .iter()
        .map(|(column, bind)| {
            let mut place = String::new();
            binds.add(&mut place, bind.clone(), pg_type(column.def.ty));
            place
        })
        .collect();
    if let Some((name, expression)) = computed {
        names.push(format!("\"{name}\""));
        places.push(expression);
    }
    if names.is_empty() {
        return format!("INSERT INTO {} AS t DEFAULT VALUES", table.sql_name());
    }
    let (names, places) = (names.join(", "), places.join(", "));
    format!("INSERT INTO {} AS t ({names}) VALUES ({places})", table.sql_name())
}
