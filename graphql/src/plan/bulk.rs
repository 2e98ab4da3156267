//! Changes by a filter: what it matches, all of it or none.

use super::rows::MAXIMUM_PAGE;
use super::selection::{Arguments, Members, Planner, Selected};
use super::sql::{Binds, Conditions};
use super::write::{Draft, Expects, Missing, Write, delete_head};
use crate::catalog::{Member, Relation, RelationKind, Table};
use crate::error::{Error, Result};
use async_graphql::Value;

impl<'p> Planner<'p> {
    pub fn update_many(&self, table: &'p Table, selected: &Selected<'p>) -> Result<Write> {
        let arguments = self.arguments(selected);
        let mut binds = Binds::new();
        let assignments = self.assignments(table, &arguments, &mut binds)?;
        let sql = format!("UPDATE {} t SET {assignments}", table.sql_name());
        self.by_filter(table, selected, &arguments, Draft { sql, binds, argument: "patch" })
    }

    pub fn delete_many(&self, table: &'p Table, selected: &Selected<'p>) -> Result<Write> {
        let arguments = self.arguments(selected);
        let (sql, binds) = (delete_head(table), Binds::new());
        self.by_filter(table, selected, &arguments, Draft { sql, binds, argument: "" })
    }

    /// Changes what a filter matches, at most a page's worth, locked in the order of their ids.
    fn by_filter(&self, table: &'p Table, selected: &Selected<'p>, arguments: &Arguments<'_>, mut draft: Draft) -> Result<Write> {
        let binds = &mut draft.binds;
        let mut wanted = Conditions::default();
        self.filter(table, "m", arguments.get("filter"), "filter", binds, &mut wanted)?;
        if wanted.is_empty() || !self.narrows(table, arguments.get("filter").unwrap_or(&Value::Null)) {
            return Err(Error::input(
                "filter",
                "says nothing: it would change every record. Name at least one condition.",
            ));
        }
        let mut conditions = Conditions::default();
        self.tenant(table, "m", binds, &mut conditions);
        if table.def.soft_delete {
            conditions.add("m.deleted_at IS NULL");
        }
        conditions.add(&wanted.text);
        let mut outer = Conditions::default();
        self.tenant(table, "t", binds, &mut outer);
        let limit = MAXIMUM_PAGE + 1;
        // An update keeps the key, so children may refer to the rows meanwhile.
        let lock = if draft.sql.starts_with("DELETE") { "UPDATE" } else { "NO KEY UPDATE" };
        outer.add(&format!(
            "t.id IN (SELECT m.id FROM {} m{} ORDER BY m.id LIMIT {limit} FOR {lock})",
            table.sql_name(),
            conditions.clause()
        ));
        draft.sql.push_str(&outer.clause());
        let mut write = self.returning(table, selected, draft, MAXIMUM_PAGE as f64)?;
        write.list = true;
        write.missing = Missing::Fine;
        if let Some(step) = write.steps.last_mut() {
            step.expects = Expects::AtMost(MAXIMUM_PAGE as usize);
        }
        Ok(write)
    }

    /// Whether a filter leaves any record out that the table may hold. `or: []`, `notIn: []` or
    /// `startsWith: ""` are conditions that everything meets.
    fn narrows(&self, table: &Table, filter: &Value) -> bool {
        let Value::Object(members) = filter else { return false };
        members.iter().any(|(name, value)| match (name.as_str(), value) {
            ("and", Value::List(items)) => items.iter().any(|item| self.narrows(table, item)),
            ("or", Value::List(items)) => items.iter().all(|item| self.narrows(table, item)),
            ("and" | "or", single) => self.narrows(table, single),
            // The opposite of what nothing meets is met by everything.
            ("not", inner) => self.narrows(table, inner) && !self.is_never(table, inner),
            (field, value) => match table.member(field) {
                Some(Member::Relation(index)) => {
                    let relation = &table.relations[index];
                    self.relation_narrows(self.table(relation.target), relation.kind, value)
                }
                // Nobody is left out by what every record has.
                Some(Member::Column(index)) if !table.columns[index].def.nullable => operators_narrow(&without_null_checks(value)),
                _ => operators_narrow(value),
            },
        })
    }

    /// Whether nothing can meet a filter, whatever the table holds: `or: []`, `in: []`.
    fn is_never(&self, table: &Table, filter: &Value) -> bool {
        let Value::Object(members) = filter else { return false };
        members.iter().any(|(name, value)| match (name.as_str(), value) {
            ("and", Value::List(items)) => items.iter().any(|item| self.is_never(table, item)),
            ("or", Value::List(items)) => items.iter().all(|item| self.is_never(table, item)),
            ("and" | "or", single) => self.is_never(table, single),
            ("not", inner) => !self.narrows(table, inner),
            (field, Value::Object(inner)) => match table.member(field) {
                Some(Member::Relation(index)) => self.relation_is_never(&table.relations[index], value, inner),
                _ => inner
                    .iter()
                    .any(|(operator, operand)| operator == "in" && matches!(operand, Value::List(items) if items.is_empty())),
            },
            _ => false,
        })
    }

    fn relation_is_never(&self, relation: &Relation, value: &Value, quantified: &Members) -> bool {
        let target = self.table(relation.target);
        match relation.kind {
            RelationKind::ToOne { .. } => self.is_never(target, value),
            _ => quantified.get("some").is_some_and(|inner| self.is_never(target, inner)),
        }
    }

    fn relation_narrows(&self, target: &Table, kind: RelationKind, value: &Value) -> bool {
        if matches!(kind, RelationKind::ToOne { .. }) {
            return self.narrows(target, value);
        }
        let Value::Object(members) = value else { return false };
        // Some or none of all is a condition of its own; every one of all is none.
        members.iter().any(|(name, inner)| name != "every" || self.narrows(target, inner))
    }
}

/// The operators but for `isNull: false`, which every record meets where the column is never null.
fn without_null_checks(value: &Value) -> Value {
    let Value::Object(operators) = value else { return value.clone() };
    let narrowing = operators
        .iter()
        .filter(|(name, value)| (name.as_str(), *value) != ("isNull", &Value::Boolean(false)));
    Value::Object(narrowing.map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn operators_narrow(value: &Value) -> bool {
    let Value::Object(operators) = value else { return false };
    operators.iter().any(|(name, value)| match value {
        Value::Null => false,
        Value::List(items) => !items.is_empty() || !matches!(name.as_str(), "notIn" | "containsAll"),
        Value::String(text) => !text.is_empty() || !(name.starts_with("contains") || name.contains("With")),
        _ => true,
    })
}
