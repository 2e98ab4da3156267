//! Groups with aggregates: one statement, whatever is selected.

use super::input;
use super::order::direction;
use super::selection::{Arguments, Members, Planner, Selected, child, object, unknown_member};
use super::shape::{Cell, ResponseKey, RowForm};
use super::sql::{Binds, Conditions, Statement};
use crate::catalog::{Column, Table};
use crate::error::{Error, Result};
use crate::types::objects::{field_enum_name, is_groupable, is_numeric};
use async_graphql::Value;
use async_graphql::parser::types::SelectionSet;
use entity::ColumnType;

const DEFAULT_GROUPS: i64 = 100;
const MAXIMUM_GROUPS: i64 = 1_000;

#[derive(Debug)]
pub struct Groups {
    pub statement: Statement,
    pub form: Vec<(ResponseKey, GroupCell)>,
    /// Rows at most; without keys there is exactly one.
    pub type_name: String,
}

#[derive(Debug)]
pub enum GroupCell {
    TypeName,
    Count(usize),
    Values(RowForm),
}

/// One entry of groupBy.
struct Key<'p> {
    column: &'p Column,
    expression: String,
}

struct Draft<'p> {
    table: &'p Table,
    keys: Vec<Key<'p>>,
    slots: Vec<String>,
}

impl Draft<'_> {
    fn slot(&mut self, expression: String) -> usize {
        match self.slots.iter().position(|known| *known == expression) {
            Some(slot) => slot,
            None => {
                self.slots.push(expression);
                self.slots.len() - 1
            }
        }
    }
}

impl<'p> Planner<'p> {
    pub fn groups(&self, table: &'p Table, selected: &Selected<'p>) -> Result<Groups> {
        let arguments = self.arguments(selected);
        let mut binds = Binds::new();
        let mut conditions = Conditions::default();
        self.tenant(table, "t", &mut binds, &mut conditions);
        if table.def.soft_delete && !self.includes_deleted(table, &arguments)? {
            conditions.add("t.deleted_at IS NULL");
        }
        self.filter(table, "t", arguments.get("filter"), "filter", &mut binds, &mut conditions)?;
        let mut draft = Draft {
            table,
            keys: self.keys(table, &arguments)?,
            slots: Vec::new(),
        };
        let form = self.group_form(&mut draft, &selected.sets)?;
        let having = self.having(&draft, &arguments, &mut binds)?;
        let order = self.group_order(&draft, &arguments)?;
        let first = match arguments.get("first") {
            None | Some(Value::Null) => DEFAULT_GROUPS,
            Some(value) => input::int(value, "first", 0, MAXIMUM_GROUPS)?,
        };
        self.spend(first as f64)?;
        let keys: Vec<_> = draft.keys.iter().map(|key| key.expression.as_str()).collect();
        let columns = if draft.slots.is_empty() {
            "count(*)".to_owned()
        } else {
            draft.slots.join(", ")
        };
        // Without keys there is one group.
        let limit = if keys.is_empty() && first > 0 {
            String::new()
        } else {
            format!(" LIMIT {first}")
        };
        let sql = format!(
            "SELECT {columns} FROM {} t{}{}{having}{order}{limit}",
            table.sql_name(),
            conditions.clause(),
            if keys.is_empty() {
                String::new()
            } else {
                format!(" GROUP BY {}", keys.join(", "))
            },
        );
        Ok(Groups {
            statement: binds.finish(sql),
            form,
            type_name: format!("{}Aggregate", table.type_name),
        })
    }

    fn keys(&self, table: &'p Table, arguments: &Arguments<'_>) -> Result<Vec<Key<'p>>> {
        let mut keys: Vec<Key<'p>> = Vec::new();
        let entries = match arguments.get("groupBy") {
            None | Some(Value::Null) => return Ok(keys),
            Some(value) => input::list(value, "groupBy")?,
        };
        for (index, entry) in entries.iter().enumerate() {
            let path = format!("groupBy[{index}]");
            let members = object(entry, &path)?;
            only(members, &["field", "bucket"], &path, &format!("{}GroupBy", table.type_name))?;
            let column = named_column(table, members.get("field"), &child(&path, "field"))?;
            if keys.iter().any(|key| key.column.def.name == column.def.name) {
                return Err(Error::input(child(&path, "field"), "is grouped by twice."));
            }
            let expression = match members.get("bucket") {
                None | Some(Value::Null) => format!("t.\"{}\"", column.def.name),
                Some(value) => bucket(column, value, &child(&path, "bucket"))?,
            };
            keys.push(Key { column, expression });
        }
        if keys.len() > 8 {
            return Err(Error::input("groupBy", "has more than 8 fields."));
        }
        Ok(keys)
    }

    fn group_form(&self, draft: &mut Draft<'p>, sets: &[&'p SelectionSet]) -> Result<Vec<(ResponseKey, GroupCell)>> {
        let mut form = Vec::new();
        for selected in self.collect(sets, &format!("{}Aggregate", draft.table.type_name))? {
            let cell = match selected.name {
                "count" => GroupCell::Count(draft.slot("least(count(*), 2147483647)::integer".into())),
                "key" | "min" | "max" | "sum" | "avg" => GroupCell::Values(self.group_values(draft, &selected)?),
                _ => GroupCell::TypeName,
            };
            form.push((ResponseKey::new(selected.key), cell));
        }
        Ok(form)
    }

    fn group_values(&self, draft: &mut Draft<'p>, selected: &Selected<'p>) -> Result<RowForm> {
        let suffix = if matches!(selected.name, "sum" | "avg") { "Sums" } else { "Values" };
        let type_name = format!("{}{suffix}", draft.table.type_name);
        let mut form = Vec::new();
        for member in self.collect(&selected.sets, &type_name)? {
            if member.name == "__typename" {
                form.push((ResponseKey::new(member.key), Cell::TypeName(type_name.clone())));
                continue;
            }
            let table = draft.table;
            let position = table.columns.iter().position(|c| c.field == member.name && is_groupable(c));
            let index = position.ok_or_else(|| self.unknown_field(&member, &type_name))?;
            let column = &table.columns[index];
            let expression = match selected.name {
                "key" => match draft.keys.iter().find(|key| key.column.def.name == column.def.name) {
                    Some(key) => key.expression.clone(),
                    None => "NULL::text".to_owned(),
                },
                name => aggregate(name, column),
            };
            let slot = draft.slot(expression);
            let is_enum = column.enumeration.is_some() && suffix == "Values";
            form.push((
                ResponseKey::new(member.key),
                if is_enum {
                    Cell::Enum {
                        slot,
                        table: table.id,
                        column: index,
                    }
                } else {
                    Cell::Slot(slot)
                },
            ));
        }
        Ok(form)
    }

    fn having(&self, draft: &Draft<'p>, arguments: &Arguments<'_>, binds: &mut Binds) -> Result<String> {
        let entries = match arguments.get("having") {
            None | Some(Value::Null) => return Ok(String::new()),
            Some(value) => input::list(value, "having")?,
        };
        let mut conditions = Conditions::default();
        for (index, entry) in entries.iter().enumerate() {
            let path = format!("having[{index}]");
            let members = object(entry, &path)?;
            only(
                members,
                &["aggregate", "field", "eq", "ne", "gt", "gte", "lt", "lte"],
                &path,
                &format!("{}Having", draft.table.type_name),
            )?;
            let expression = self.aggregate_of(draft.table, members, &path)?;
            for (name, symbol) in [("eq", "="), ("ne", "<>"), ("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<=")] {
                let Some(value) = members.get(name).filter(|value| **value != Value::Null) else {
                    continue;
                };
                let mut sql = format!("{expression} {symbol} ");
                let number = input::scalar(ColumnType::Decimal { precision: 0, scale: 0 }, value, &child(&path, name))?;
                binds.add(&mut sql, number, "numeric");
                conditions.add(&sql);
            }
        }
        Ok(if conditions.is_empty() {
            String::new()
        } else {
            format!(" HAVING {}", conditions.text)
        })
    }

    /// A numeric aggregate of `{aggregate, field}`.
    fn aggregate_of(&self, table: &'p Table, members: &Members, path: &str) -> Result<String> {
        let name = enum_name(members.get("aggregate")).unwrap_or_default().to_lowercase();
        if name == "count" {
            return Ok("count(*)".into());
        }
        if !matches!(name.as_str(), "sum" | "avg" | "min" | "max") {
            return Err(Error::input(child(path, "aggregate"), "is none of COUNT, SUM, AVG, MIN, MAX."));
        }
        let column = named_column(table, members.get("field"), &child(path, "field"))?;
        if !is_numeric(column) {
            return Err(Error::input(child(path, "field"), "is no number."));
        }
        Ok(aggregate(&name, column))
    }

    fn group_order(&self, draft: &Draft<'p>, arguments: &Arguments<'_>) -> Result<String> {
        let mut terms = Vec::new();
        let entries = match arguments.get("orderBy") {
            None | Some(Value::Null) => &[][..],
            Some(value) => input::list(value, "orderBy")?,
        };
        for (index, entry) in entries.iter().enumerate() {
            let path = format!("orderBy[{index}]");
            let members = object(entry, &path)?;
            only(
                members,
                &["aggregate", "field", "direction"],
                &path,
                &format!("{}AggregateOrder", draft.table.type_name),
            )?;
            let expression = match members.get("aggregate") {
                None | Some(Value::Null) => {
                    let column = named_column(draft.table, members.get("field"), &child(&path, "field"))?;
                    let key = draft.keys.iter().find(|key| key.column.def.name == column.def.name);
                    key.map(|key| key.expression.clone())
                        .ok_or_else(|| Error::input(child(&path, "field"), "is not grouped by; add it to groupBy or name an aggregate."))?
                }
                Some(_) => self.aggregate_of(draft.table, members, &path)?,
            };
            let (descending, nulls_first) = match members.get("direction") {
                None | Some(Value::Null) => (false, false),
                Some(value) => direction(value, &child(&path, "direction"))?,
            };
            terms.push(format!(
                "{expression} {} NULLS {}",
                if descending { "DESC" } else { "ASC" },
                if nulls_first { "FIRST" } else { "LAST" }
            ));
        }
        // The keys last, so that equal groups keep their places from one request to the next.
        terms.extend(draft.keys.iter().map(|key| key.expression.clone()));
        Ok(if terms.is_empty() {
            String::new()
        } else {
            format!(" ORDER BY {}", terms.join(", "))
        })
    }
}

fn aggregate(name: &str, column: &Column) -> String {
    let e = format!("t.\"{}\"", column.def.name);
    match (name, column.def.ty) {
        ("sum", _) => format!("sum({e})::numeric"),
        ("avg", _) => format!("round(avg({e})::numeric, 6)"),
        ("min", ColumnType::Boolean) => format!("bool_and({e})"),
        ("max", ColumnType::Boolean) => format!("bool_or({e})"),
        (_, ColumnType::Uuid) => format!("{name}({e}::text)::uuid"),
        _ => format!("{name}({e})"),
    }
}

/// A date cut to a span in the business's time zone, which the transaction carries.
fn bucket(column: &Column, value: &Value, path: &str) -> Result<String> {
    let span = match enum_name(Some(value)) {
        Some(name @ ("HOUR" | "DAY" | "WEEK" | "MONTH" | "QUARTER" | "YEAR")) => name.to_lowercase(),
        _ => return Err(Error::input(path, "is none of HOUR, DAY, WEEK, MONTH, QUARTER, YEAR.")),
    };
    let e = format!("t.\"{}\"", column.def.name);
    match column.def.ty {
        ColumnType::DateTime => Ok(format!(
            "date_trunc('{span}', {e}, coalesce(nullif(current_setting('app.timezone', true), ''), 'UTC'))"
        )),
        ColumnType::Date if span != "hour" => Ok(format!("date_trunc('{span}', {e}::timestamp)::date")),
        _ => Err(Error::input(path, "goes with dates and moments; hours with moments only.")),
    }
}

fn named_column<'p>(table: &'p Table, value: Option<&Value>, path: &str) -> Result<&'p Column> {
    let name = enum_name(value).ok_or_else(|| Error::input(path, "is required."))?;
    table
        .columns
        .iter()
        .find(|column| is_groupable(column) && field_enum_name(column) == name)
        .ok_or_else(|| Error::input(path, format!("is no field of {}.", table.type_name)))
}

fn enum_name(value: Option<&Value>) -> Option<&str> {
    match value {
        Some(Value::Enum(name)) => Some(name.as_str()),
        Some(Value::String(name)) => Some(name.as_str()),
        _ => None,
    }
}

/// Refuses members that the input type does not have.
pub fn only(members: &Members, names: &[&str], path: &str, type_name: &str) -> Result<()> {
    match members.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(unknown_member(path, name, type_name)),
        None => Ok(()),
    }
}
