//! Creates a record, or changes the one with the same key.

use super::selection::{Planner, Selected, child, object};
use super::sql::Binds;
use super::write::{Draft, Missing, Write, demand_all, insert_into};
use crate::catalog::{Column, Table};
use crate::error::{Error, Result};
use crate::session::Bind;
use async_graphql::Value;

impl<'p> Planner<'p> {
    pub fn upsert(&self, table: &'p Table, selected: &Selected<'p>) -> Result<Write> {
        let arguments = self.arguments(selected);
        let members = object(arguments.get("input").unwrap_or(&Value::Null), "input")?;
        let keys = table.upsert_keys();
        let name = match arguments.get("onConflict") {
            Some(Value::Enum(name)) => name.as_str(),
            Some(Value::String(name)) => name.as_str(),
            _ => "",
        };
        let (_, columns) = keys
            .iter()
            .find(|(key, _)| key == name)
            .ok_or_else(|| Error::input("onConflict", "names no unique key."))?;
        let mut binds = Binds::new();
        let values = self.input_values(table, members, "input", false)?;
        for column in columns {
            if !values.iter().any(|(given, bind)| given.def.name == *column && !bind.is_null()) {
                let field = table.column(column).map_or(*column, |c| c.field.as_str());
                return Err(Error::input(child("input", field), "is part of the key and must be given."));
            }
        }
        let changed: Vec<_> = values
            .iter()
            .map(|(column, _)| column.def.name)
            .filter(|name| !columns.contains(name) && *name != "id")
            .collect();
        let sets = match changed.as_slice() {
            // Something must be set for the row to be returned; an id is never set.
            [] => {
                let settable = |column: &&Column| column.is_input() && column.is_readable() && column.def.name != "id";
                let kept = table.columns.iter().find(settable).map_or(columns[0], |column| column.def.name);
                format!("\"{kept}\" = t.\"{kept}\"")
            }
            _ => changed
                .iter()
                .map(|name| format!("\"{name}\" = EXCLUDED.\"{name}\""))
                .collect::<Vec<_>>()
                .join(", "),
        };
        demand_all(table, |column| values.iter().any(|(given, _)| given.def.name == column), "input")?;
        let number = self.kept_number(table, &values, &mut binds);
        let insert = insert_into(table, &values, number, &mut binds);
        let sql = format!("{insert} ON CONFLICT {} DO UPDATE SET {sets}", conflict_target(table, columns));
        let mut write = self.returning(table, selected, Draft { sql, binds, argument: "input" }, 1.0)?;
        write.missing = Missing::NotFound;
        Ok(write)
    }

    /// The number of a record that is there already, so that changing it uses up no further one; null
    /// where there is none, which asks for the next.
    fn kept_number(&self, table: &Table, values: &[(&Column, Bind)], binds: &mut Binds) -> Option<(&'static str, String)> {
        let number = table.def.number.as_ref()?.column;
        let given = |name: &str| values.iter().find(|(column, _)| column.def.name == name);
        let (business, (_, id)) = (self.business_id?, given("id")?);
        if given(number).is_some() {
            return None;
        }
        let mut sql = format!("(SELECT o.\"{number}\" FROM {} o WHERE o.business_id = ", table.sql_name());
        binds.business(&mut sql, business);
        sql.push_str(" AND o.id = ");
        binds.add(&mut sql, id.clone(), "uuid");
        Some((number, format!("{sql})")))
    }
}

/// The columns and predicate of the unique key, so that PostgreSQL finds its index.
fn conflict_target(table: &Table, columns: &[&str]) -> String {
    let key = table.def.unique_keys.iter().find(|key| key.columns == columns);
    let tenant = key.map_or(table.is_tenant(), |key| key.tenant);
    let mut names: Vec<_> = columns.iter().map(|name| format!("\"{name}\"")).collect();
    if tenant {
        names.insert(0, "business_id".into());
    }
    let predicate = key.and_then(|key| key.predicate).map(|text| format!(" WHERE {text}")).unwrap_or_default();
    format!("({}){predicate}", names.join(", "))
}
