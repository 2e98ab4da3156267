//! Orders: what a list is sorted by, and which rows come after a place in it. The id is always last, so
//! that a page neither skips nor repeats a row while others come and go.

use super::comparison::geo_bind;
use super::input::{self, pg_type};
use super::selection::{Planner, child, object, unknown_member};
use super::sql::{Binds, Conditions};
use crate::catalog::{Column, Member, RelationKind, Table};
use crate::error::{Error, Result};
use crate::session::Bind;
use crate::types::is_array;
use async_graphql::Value;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::ColumnType;
use sha2::{Digest, Sha256};

const MAXIMUM_TERMS: usize = 8;

/// One expression of an ORDER BY.
#[derive(Debug, Clone)]
pub struct Term {
    /// Where the client named it (`customer.lastName`): what a cursor remembers of its order.
    pub path: String,
    pub expression: String,
    /// PostgreSQL's type, to read a cursor's text back.
    pub cast: &'static str,
    pub descending: bool,
    pub nulls_first: bool,
    pub nullable: bool,
}

/// A whole order with the joins its terms need.
#[derive(Debug, Clone, Default)]
pub struct Order {
    pub table: String,
    pub terms: Vec<Term>,
    pub joins: String,
    /// References that are joined already, with the alias of their target.
    joined: Vec<(String, String)>,
}

impl Order {
    /// Newest first, then the id; by the id alone where a table keeps no time.
    pub fn standard(table: &Table, alias: &str) -> Order {
        let mut order = Order::of(table);
        if table.has("created_at") {
            order.terms.push(Term {
                path: "createdAt".into(),
                expression: [alias, ".created_at"].concat(),
                cast: "timestamptz",
                descending: true,
                nulls_first: true,
                nullable: table.def.column("created_at").is_some_and(|c| c.nullable),
            });
        }
        order.end_with_id(table, alias);
        order
    }

    fn of(table: &Table) -> Order {
        Order {
            table: table.type_name.clone(),
            ..Order::default()
        }
    }

    fn end_with_id(&mut self, table: &Table, alias: &str) {
        if table.has("id") && self.terms.iter().all(|term| term.path != "id") {
            self.terms.push(Term {
                path: "id".into(),
                expression: [alias, ".id"].concat(),
                cast: "uuid",
                descending: false,
                nulls_first: false,
                nullable: false,
            });
        }
    }

    /// The same order read from its end.
    pub fn reversed(mut self) -> Order {
        for term in &mut self.terms {
            term.descending = !term.descending;
            term.nulls_first = !term.nulls_first;
        }
        self
    }

    pub fn clause(&self) -> String {
        let mut clause = String::new();
        for term in &self.terms {
            let direction = if term.descending { " DESC" } else { "" };
            // PostgreSQL's own placement goes unsaid, so that plain indexes serve the order.
            let nulls = match (term.nullable, term.descending, term.nulls_first) {
                (true, true, false) => " NULLS LAST",
                (true, false, true) => " NULLS FIRST",
                _ => "",
            };
            let joint = if clause.is_empty() { " ORDER BY " } else { ", " };
            clause.extend([joint, &term.expression, direction, nulls]);
        }
        clause
    }

    /// The values a cursor is made of, as one array of text.
    pub fn cursor_slot(&self) -> String {
        let texts: Vec<_> = self.terms.iter().map(|term| format!("({})::text", term.expression)).collect();
        format!("ARRAY[{}]", texts.join(", "))
    }

    /// Tells orders apart: a cursor of one is no cursor of another.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.table);
        for term in &self.terms {
            hash.update(format!("|{}|{}|{}", term.path, term.descending, term.nullable && term.nulls_first));
        }
        URL_SAFE_NO_PAD.encode(&hash.finalize()[..6])
    }

    /// Rows after the cursor, in this order.
    pub fn after(&self, cursor: &[Option<String>], binds: &mut Binds) -> String {
        let values: Vec<Option<String>> = self
            .terms
            .iter()
            .zip(cursor)
            .map(|(term, value)| {
                value.as_ref().map(|text| {
                    let mut sql = String::new();
                    binds.add(&mut sql, Bind::text(text.clone()), term.cast);
                    sql
                })
            })
            .collect();
        let mut alternatives = Vec::new();
        for at in 0..self.terms.len() {
            let Some(beyond) = beyond(&self.terms[at], values[at].as_deref()) else {
                continue;
            };
            let mut parts: Vec<_> = (0..at).map(|before| equal(&self.terms[before], values[before].as_deref())).collect();
            parts.push(beyond);
            alternatives.push(format!("({})", parts.join(" AND ")));
        }
        let any = if alternatives.is_empty() {
            "false".to_owned()
        } else {
            format!("({})", alternatives.join(" OR "))
        };
        match self.bound(&values) {
            Some(bound) => format!("{bound} AND {any}"),
            None => any,
        }
    }

    /// A plain range on the leading term, which an index can start from. Where nulls are still to come
    /// there is none, since a range would leave them out.
    fn bound(&self, values: &[Option<String>]) -> Option<String> {
        let term = self.terms.first().filter(|term| self.terms.len() > 1 && (!term.nullable || term.nulls_first))?;
        let value = values.first()?.as_ref()?;
        Some(format!("{} {} {value}", term.expression, if term.descending { "<=" } else { ">=" }))
    }
}

fn equal(term: &Term, value: Option<&str>) -> String {
    match value {
        Some(value) => format!("{} = {value}", term.expression),
        None => format!("{} IS NULL", term.expression),
    }
}

/// Strictly later than the value in this term; None where nothing can be.
fn beyond(term: &Term, value: Option<&str>) -> Option<String> {
    let e = &term.expression;
    match value {
        Some(value) => {
            let symbol = if term.descending { "<" } else { ">" };
            let plain = format!("{e} {symbol} {value}");
            Some(if term.nullable && !term.nulls_first {
                format!("({plain} OR {e} IS NULL)")
            } else {
                plain
            })
        }
        None if term.nulls_first => Some(format!("{e} IS NOT NULL")),
        None => None,
    }
}

impl<'p> Planner<'p> {
    /// The order of an argument, the standard one where it is absent.
    pub fn order(&self, table: &'p Table, alias: &str, value: Option<&Value>, path: &str, binds: &mut Binds) -> Result<Order> {
        let entries = match value {
            None | Some(Value::Null) => return Ok(Order::standard(table, alias)),
            Some(value) => input::list(value, path)?,
        };
        let mut order = Order::of(table);
        for (index, entry) in entries.iter().enumerate() {
            let place = Place { table, alias, at: "" };
            self.order_entry(place, entry, &format!("{path}[{index}]"), binds, &mut order)?;
        }
        if order.terms.is_empty() {
            return Ok(Order::standard(table, alias));
        }
        if order.terms.len() > MAXIMUM_TERMS {
            return Err(Error::input(path, format!("has more than {MAXIMUM_TERMS} terms.")));
        }
        order.end_with_id(table, alias);
        Ok(order)
    }

    fn order_entry(&self, place: Place<'p, '_>, entry: &Value, path: &str, binds: &mut Binds, order: &mut Order) -> Result<()> {
        let members = object(entry, path)?;
        let (Some((name, value)), 1) = (members.first(), members.len()) else {
            return Err(Error::input(path, "names exactly one field; write one entry per field."));
        };
        let member_path = child(path, name);
        let unknown = || unknown_member(path, name, &format!("{}OrderBy", place.table.type_name));
        match place.table.member(name) {
            Some(Member::Column(index)) if place.table.columns[index].is_readable() => {
                let column = &place.table.columns[index];
                if column.def.ty == ColumnType::GeoPoint {
                    order.terms.push(nearest(place, column, value, &member_path, binds)?);
                    return Ok(());
                }
                if is_array(column.def.ty) || matches!(column.def.ty, ColumnType::Json | ColumnType::Bytes) {
                    return Err(unknown());
                }
                let (descending, nulls_first) = direction(value, &member_path)?;
                order.terms.push(Term {
                    path: child(place.at, name),
                    expression: format!("{}.\"{}\"", place.alias, column.def.name),
                    cast: pg_type(column.def.ty),
                    descending,
                    nulls_first,
                    nullable: !place.at.is_empty() || column.def.nullable,
                });
                Ok(())
            }
            Some(Member::Relation(index)) if self.visibility.can_read(place.table.relations[index].target) => {
                let RelationKind::ToOne { column } = place.table.relations[index].kind else {
                    return Err(unknown());
                };
                let target = self.table(place.table.relations[index].target);
                let alias = self.join(place, target, column, path, binds, order)?;
                let place = Place {
                    table: target,
                    alias: &alias,
                    at: &child(place.at, name),
                };
                self.order_entry(place, value, &member_path, binds, order)
            }
            _ => Err(unknown()),
        }
    }

    /// The alias of a reference's target, joined once however many terms reach through it.
    fn join(&self, place: Place<'p, '_>, target: &Table, column: &str, path: &str, binds: &mut Binds, order: &mut Order) -> Result<String> {
        let reference = format!("{}.\"{column}\"", place.alias);
        if let Some((_, alias)) = order.joined.iter().find(|(known, _)| *known == reference) {
            return Ok(alias.clone());
        }
        if order.joined.len() == MAXIMUM_TERMS {
            return Err(Error::input(path, format!("reaches through more than {MAXIMUM_TERMS} relations.")));
        }
        let alias = binds.alias();
        let mut on = Conditions::default();
        self.tenant(target, &alias, binds, &mut on);
        on.add(&format!("{alias}.id = {reference}"));
        order.joins.push_str(&format!(" LEFT JOIN {} {alias} ON {}", target.sql_name(), on.text));
        order.joined.push((reference, alias.clone()));
        Ok(alias)
    }
}

/// Where an entry stands: the table and its alias, and the relations that led there.
#[derive(Clone, Copy)]
struct Place<'p, 'a> {
    table: &'p Table,
    alias: &'a str,
    at: &'a str,
}

fn nearest(place: Place<'_, '_>, column: &Column, value: &Value, path: &str, binds: &mut Binds) -> Result<Term> {
    let nearest_path = child(path, "nearest");
    let members = object(value, path)?;
    if let Some(other) = members.keys().find(|name| *name != "nearest") {
        return Err(unknown_member(path, other, "GeoPointOrder"));
    }
    let point = members.get("nearest").ok_or_else(|| Error::input(&nearest_path, "is required."))?;
    let point = input::geo_point(point, &nearest_path, &[], "GeoPointInput")?;
    let mut expression = format!("{}.\"{}\" <-> ", place.alias, column.def.name);
    geo_bind(&mut expression, point, binds);
    Ok(Term {
        path: format!("{}@{point:?}", child(place.at, &column.field)),
        expression: format!("({expression})"),
        cast: "double precision",
        descending: false,
        nulls_first: false,
        nullable: true,
    })
}

/// Descending, nulls first.
pub fn direction(value: &Value, path: &str) -> Result<(bool, bool)> {
    let name = match value {
        Value::Enum(name) => name.as_str(),
        Value::String(name) => name.as_str(),
        _ => "",
    };
    Ok(match name {
        "ASC" | "ASC_NULLS_LAST" => (false, false),
        "ASC_NULLS_FIRST" => (false, true),
        "DESC" | "DESC_NULLS_FIRST" => (true, true),
        "DESC_NULLS_LAST" => (true, false),
        _ => {
            return Err(Error::input(
                path,
                "is none of ASC, DESC, ASC_NULLS_FIRST, ASC_NULLS_LAST, DESC_NULLS_FIRST, DESC_NULLS_LAST.",
            ));
        }
    })
}
