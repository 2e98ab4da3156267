//! Filters to conditions. A condition is never NULL where it is negated: `not` means "is not true".

use super::comparison::comparison;
use super::input;
use super::selection::{Planner, child, object, unknown_member};
use super::sql::{Binds, Conditions};
use crate::catalog::{Member, Relation, RelationKind, Table};
use crate::error::{Code, Error, Result};
use crate::types::filter_type;
use async_graphql::Value;

/// Nesting of and/or/not and relations; SQL that nests deeper costs more to plan than to run.
const MAXIMUM_DEPTH: usize = 12;
/// Sub-selects of one statement, each of which PostgreSQL plans.
const MAXIMUM_RELATIONS: usize = 50;
/// Values of one statement; PostgreSQL takes 65,535.
const MAXIMUM_VALUES: usize = 2_000;

/// Where a filter stands: the row's table and alias, and the path for errors.
#[derive(Clone, Copy)]
struct Place<'p, 'a> {
    table: &'p Table,
    alias: &'a str,
    depth: usize,
}

impl<'p> Planner<'p> {
    /// Adds the conditions of a filter argument; absent and null ask for nothing.
    pub fn filter(&self, table: &'p Table, alias: &str, value: Option<&Value>, path: &str, binds: &mut Binds, conditions: &mut Conditions) -> Result<()> {
        match value {
            None | Some(Value::Null) => Ok(()),
            Some(value) => {
                let text = self.all_of(Place { table, alias, depth: 0 }, value, path, binds)?;
                if binds.count() > MAXIMUM_VALUES {
                    let message = format!("{path}: compares with more than {MAXIMUM_VALUES} values. A list (in, notIn) counts as one.");
                    return Err(Error::new(Code::CostExceeded, message));
                }
                if !text.is_empty() {
                    conditions.add(&text);
                }
                Ok(())
            }
        }
    }

    /// The members of one filter object, all of which must hold; empty text is no condition.
    fn all_of(&self, place: Place<'p, '_>, value: &Value, path: &str, binds: &mut Binds) -> Result<String> {
        if place.depth > MAXIMUM_DEPTH {
            return Err(Error::input(path, format!("nests deeper than {MAXIMUM_DEPTH} levels.")));
        }
        let deeper = Place {
            depth: place.depth + 1,
            ..place
        };
        let mut conditions = Conditions::default();
        for (name, value) in object(value, path)? {
            let path = child(path, name);
            if *value == Value::Null {
                return Err(Error::input(path, "must not be null: leave it out, or ask for isNull."));
            }
            match name.as_str() {
                "and" | "or" => {
                    let text = self.combine(deeper, name == "and", value, &path, binds)?;
                    conditions.add(&text);
                }
                "not" => {
                    let inner = self.all_of(deeper, value, &path, binds)?;
                    // The opposite of no condition is no row.
                    conditions.add(&if inner.is_empty() {
                        "false".to_owned()
                    } else {
                        format!("({inner}) IS NOT TRUE")
                    });
                }
                _ => self.member(deeper, name, value, &path, binds, &mut conditions)?,
            }
        }
        Ok(conditions.text)
    }

    fn combine(&self, place: Place<'p, '_>, all: bool, value: &Value, path: &str, binds: &mut Binds) -> Result<String> {
        let mut parts = Vec::new();
        for (index, item) in input::list(value, path)?.iter().enumerate() {
            let text = self.all_of(place, item, &format!("{path}[{index}]"), binds)?;
            parts.push(if text.is_empty() { "true".to_owned() } else { format!("({text})") });
        }
        if let (1, Some(part)) = (parts.len(), parts.first()) {
            return Ok(part.clone());
        }
        Ok(match (parts.is_empty(), all) {
            (true, true) => "true".to_owned(),
            (true, false) => "false".to_owned(),
            (false, true) => format!("({})", parts.join(" AND ")),
            (false, false) => format!("({})", parts.join(" OR ")),
        })
    }

    fn member(&self, place: Place<'p, '_>, name: &str, value: &Value, path: &str, binds: &mut Binds, conditions: &mut Conditions) -> Result<()> {
        let parent = path.strip_suffix(name).unwrap_or(path).trim_end_matches('.');
        let unknown = || unknown_member(parent, name, &format!("{}Filter", place.table.type_name));
        match place.table.member(name) {
            Some(Member::Column(index)) if place.table.columns[index].is_readable() => {
                let column = &place.table.columns[index];
                let expression = [place.alias, ".\"", column.def.name, "\""].concat();
                for (operator, operand) in object(value, path)? {
                    let operand_path = child(path, operator);
                    if *operand == Value::Null {
                        return Err(Error::input(operand_path, "must not be null: ask for isNull instead."));
                    }
                    let text = comparison(column, &expression, operator, operand, &operand_path, binds)?;
                    conditions.add(&text.ok_or_else(|| unknown_member(path, operator, &filter_type(column)))?);
                }
                Ok(())
            }
            Some(Member::Relation(index)) if self.visibility.can_read(place.table.relations[index].target) => {
                self.related(place, &place.table.relations[index], value, path, binds, conditions)
            }
            _ => Err(unknown()),
        }
    }

    fn related(&self, place: Place<'p, '_>, relation: &Relation, value: &Value, path: &str, binds: &mut Binds, conditions: &mut Conditions) -> Result<()> {
        if matches!(relation.kind, RelationKind::ToOne { .. }) {
            let text = self.exists(place, relation, value, path, binds, false)?;
            conditions.add(&text);
            return Ok(());
        }
        for (quantifier, inner) in object(value, path)? {
            let inner_path = child(path, quantifier);
            let text = match quantifier.as_str() {
                "some" => self.exists(place, relation, inner, &inner_path, binds, false)?,
                "none" => format!("NOT {}", self.exists(place, relation, inner, &inner_path, binds, false)?),
                "every" => format!("NOT {}", self.exists(place, relation, inner, &inner_path, binds, true)?),
                _ => {
                    let ty = format!("{}ListFilter", self.table(relation.target).type_name);
                    return Err(unknown_member(path, quantifier, &ty));
                }
            };
            conditions.add(&text);
        }
        Ok(())
    }

    /// EXISTS over a relation; `failing` looks for rows that do not match instead.
    fn exists(&self, place: Place<'p, '_>, relation: &Relation, value: &Value, path: &str, binds: &mut Binds, failing: bool) -> Result<String> {
        let target = self.table(relation.target);
        let alias = binds.alias();
        if binds.aliases() > MAXIMUM_RELATIONS {
            let message = format!("{path}: the filter reaches through more than {MAXIMUM_RELATIONS} relations.");
            return Err(Error::new(Code::CostExceeded, message));
        }
        // It is looked for beside every row, as a relation that is shown is.
        self.spend(0.0)?;
        let mut conditions = Conditions::default();
        self.tenant(target, &alias, binds, &mut conditions);
        conditions.add(&match relation.kind {
            RelationKind::ToOne { column } => format!("{alias}.id = {}.\"{column}\"", place.alias),
            RelationKind::ToList { column } => format!("{alias}.id = ANY({}.\"{column}\")", place.alias),
            RelationKind::ToMany { column } => format!("{alias}.\"{column}\" = {}.id", place.alias),
        });
        if target.def.soft_delete && matches!(relation.kind, RelationKind::ToMany { .. }) {
            conditions.add(&format!("{alias}.deleted_at IS NULL"));
        }
        let inner = self.all_of(
            Place {
                table: target,
                alias: &alias,
                depth: place.depth,
            },
            value,
            path,
            binds,
        )?;
        match (failing, inner.is_empty()) {
            (false, true) => {}
            (false, false) => conditions.add(&inner),
            (true, true) => conditions.add("false"),
            (true, false) => conditions.add(&format!("({inner}) IS NOT TRUE")),
        }
        Ok(format!("EXISTS (SELECT 1 FROM {} {alias}{})", target.sql_name(), conditions.clause()))
    }

    /// The predicate that lets composite indexes serve; row level security says the same.
    pub fn tenant(&self, table: &Table, alias: &str, binds: &mut Binds, conditions: &mut Conditions) {
        if let (true, Some(business_id)) = (table.is_tenant(), self.business_id) {
            conditions.add(alias);
            conditions.text.push_str(".business_id = ");
            binds.business(&mut conditions.text, business_id);
        }
    }
}
