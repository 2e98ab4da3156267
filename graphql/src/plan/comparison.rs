//! One operator of a filter on one column, as SQL.

use super::input::{self, enum_value, pg_type};
use super::selection::{Members, child, object, unknown_member};
use super::sql::{Binds, Conditions};
use crate::catalog::Column;
use crate::error::{Error, Result};
use crate::session::Bind;
use crate::types::{is_array, scalar_name};
use async_graphql::Value;
use entity::ColumnType;

/// One operator on one column; None for an operator the type does not have.
pub fn comparison(column: &Column, e: &str, operator: &str, operand: &Value, path: &str, binds: &mut Binds) -> Result<Option<String>> {
    if operator == "isNull" {
        let flag = input::boolean(operand, path)?;
        return Ok(Some(format!("{e} IS {}NULL", if flag { "" } else { "NOT " })));
    }
    match column.def.ty {
        ColumnType::Json => json(e, operator, operand, path, binds),
        ColumnType::GeoPoint => geography(e, operator, operand, path, binds),
        ColumnType::Bytes => Ok(None),
        ty if is_array(ty) => array(column, e, operator, operand, path, binds),
        _ => plain(column, e, operator, operand, path, binds),
    }
}

/// What a value is compared as: more decimals than the column keeps are no mistake in a filter, and match
/// what they match.
fn operand_type(ty: ColumnType) -> ColumnType {
    match ty {
        ColumnType::Decimal { .. } => ColumnType::Decimal { precision: 0, scale: 0 },
        ColumnType::SmallInt => ColumnType::Integer,
        other => other,
    }
}

fn plain(column: &Column, e: &str, operator: &str, operand: &Value, path: &str, binds: &mut Binds) -> Result<Option<String>> {
    let ty = pg_type(operand_type(column.def.ty));
    let text_only = column.def.ty == ColumnType::Text && column.enumeration.is_none();
    let ordered = column.enumeration.is_none() && !matches!(column.def.ty, ColumnType::Boolean | ColumnType::Uuid | ColumnType::Inet);
    let lists = column.def.ty != ColumnType::Boolean;
    let mut sql = String::new();
    let symbol = match operator {
        "eq" => "=",
        "ne" if column.def.nullable => "IS DISTINCT FROM",
        "ne" => "<>",
        "gt" if ordered => ">",
        "gte" if ordered => ">=",
        "lt" if ordered => "<",
        "lte" if ordered => "<=",
        // One value in a list is that value, whose index then gives the rows in order.
        "in" if lists && input::list(operand, path)?.len() == 1 => {
            sql = format!("{e} = ");
            let item = &input::list(operand, path)?[0];
            binds.add(&mut sql, value(column, item, &format!("{path}[0]"))?, ty);
            return Ok(Some(sql));
        }
        "in" if lists => {
            sql = format!("{e} = ANY(");
            binds.add(&mut sql, values(column, operand, path)?, &format!("{ty}[]"));
            return Ok(Some(sql + ")"));
        }
        "notIn" if lists => {
            sql = format!("{e} <> ALL(");
            binds.add(&mut sql, values(column, operand, path)?, &format!("{ty}[]"));
            return Ok(Some(if column.def.nullable { format!("({e} IS NULL OR {sql}))") } else { sql + ")" }));
        }
        _ if text_only => return like(e, operator, operand, path, binds),
        _ => return Ok(None),
    };
    sql.extend([e, " ", symbol, " "]);
    binds.add(&mut sql, value(column, operand, path)?, ty);
    Ok(Some(sql))
}

fn value(column: &Column, operand: &Value, path: &str) -> Result<Bind> {
    match &column.enumeration {
        Some(enumeration) => enum_value(enumeration, operand, path).map(Bind::text),
        None => input::scalar(operand_type(column.def.ty), operand, path),
    }
}

fn values(column: &Column, operand: &Value, path: &str) -> Result<Bind> {
    let mut texts = Vec::new();
    for (index, item) in input::list(operand, path)?.iter().enumerate() {
        texts.extend(value(column, item, &format!("{path}[{index}]"))?.into_text());
    }
    Ok(Bind::array(texts))
}

fn like(e: &str, operator: &str, operand: &Value, path: &str, binds: &mut Binds) -> Result<Option<String>> {
    let (stem, insensitive) = match operator.strip_suffix("Insensitive") {
        Some(stem) => (stem, true),
        None => (operator, false),
    };
    let escaped = || -> Result<String> { Ok(escape_like(&input::text(operand, path)?)) };
    let pattern = match (stem, insensitive) {
        ("contains", _) => format!("%{}%", escaped()?),
        ("startsWith", _) => format!("{}%", escaped()?),
        ("endsWith", _) => format!("%{}", escaped()?),
        ("eq", true) => escaped()?,
        _ => return Ok(None),
    };
    let mut sql = format!("{e} {} ", if insensitive { "ILIKE" } else { "LIKE" });
    binds.add(&mut sql, Bind::text(pattern), "text");
    Ok(Some(sql))
}

fn escape_like(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '%' | '_') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

fn array(column: &Column, e: &str, operator: &str, operand: &Value, path: &str, binds: &mut Binds) -> Result<Option<String>> {
    let ty = pg_type(column.def.ty);
    let symbol = match operator {
        "isEmpty" => {
            let flag = input::boolean(operand, path)?;
            return Ok(Some(format!("coalesce(cardinality({e}), 0) {} 0", if flag { "=" } else { ">" })));
        }
        "has" | "containsAll" => "@>",
        "containsAny" => "&&",
        _ => return Ok(None),
    };
    if operator == "has" && matches!(operand, Value::List(_)) {
        return Err(Error::input(path, format!("expects one {}.", scalar_name(column.def.ty))));
    }
    let mut sql = format!("{e} {symbol} ");
    binds.add(&mut sql, input::scalar(column.def.ty, operand, path)?, ty);
    Ok(Some(sql))
}

fn json(e: &str, operator: &str, operand: &Value, path: &str, binds: &mut Binds) -> Result<Option<String>> {
    let mut sql = format!("{e} ");
    match operator {
        "contains" => {
            sql.push_str("@> ");
            binds.add(&mut sql, input::scalar(ColumnType::Json, operand, path)?, "jsonb");
        }
        "hasKey" => {
            sql.push_str("? ");
            binds.add(&mut sql, Bind::text(input::text(operand, path)?), "text");
        }
        "path" => return json_path(e, object(operand, path)?, path, binds).map(Some),
        _ => return Ok(None),
    }
    Ok(Some(sql))
}

fn json_path(e: &str, members: &Members, path: &str, binds: &mut Binds) -> Result<String> {
    let keys_path = child(path, "keys");
    let keys = members.get("keys").ok_or_else(|| Error::input(&keys_path, "is required."))?;
    let mut at = String::new();
    binds.add(&mut at, input::scalar(ColumnType::TextArray, keys, &keys_path)?, "text[]");
    let mut conditions = Conditions::default();
    for (operator, operand) in members.iter().filter(|(name, _)| *name != "keys") {
        let operand_path = child(path, operator);
        let symbol = match operator.as_str() {
            "eq" => "=",
            "ne" => "IS DISTINCT FROM",
            "gt" => ">",
            "gte" => ">=",
            "lt" => "<",
            "lte" => "<=",
            "exists" => {
                let flag = input::boolean(operand, &operand_path)?;
                conditions.add(&format!("({e} #> {at}) IS {}NULL", if flag { "NOT " } else { "" }));
                continue;
            }
            "contains" => {
                let mut sql = format!("({e} #>> {at}) LIKE ");
                binds.add(
                    &mut sql,
                    Bind::text(format!("%{}%", escape_like(&input::text(operand, &operand_path)?))),
                    "text",
                );
                conditions.add(&sql);
                continue;
            }
            _ => return Err(unknown_member(path, operator, "JSONPathFilter")),
        };
        let mut value = String::new();
        binds.add(&mut value, json_operand(operand, &operand_path)?, "jsonb");
        let comparison = format!("({e} #> {at}) {symbol} {value}");
        // JSON orders values of different types too; a client who asks for more than 5 means numbers.
        if symbol.starts_with(['<', '>']) {
            conditions.add(&format!("jsonb_typeof({e} #> {at}) = jsonb_typeof({value}) AND {comparison}"));
        } else {
            conditions.add(&comparison);
        }
    }
    if conditions.is_empty() {
        conditions.add(&format!("({e} #> {at}) IS NOT NULL"));
    }
    Ok(conditions.text)
}

/// JSON's own null is a value here.
fn json_operand(operand: &Value, path: &str) -> Result<Bind> {
    if *operand == Value::Null {
        Ok(Bind::text("null"))
    } else {
        input::scalar(ColumnType::Json, operand, path)
    }
}

fn geography(e: &str, operator: &str, operand: &Value, path: &str, binds: &mut Binds) -> Result<Option<String>> {
    if operator != "within" {
        return Ok(None);
    }
    let point = input::geo_point(operand, path, &["meters"], "GeoWithin")?;
    let meters_path = child(path, "meters");
    let meters = object(operand, path)?.get("meters").ok_or_else(|| Error::input(&meters_path, "is required."))?;
    let meters = input::double(meters, &meters_path)?;
    if !(0.0..=20_037_509.0).contains(&meters) {
        return Err(Error::input(meters_path, "lies outside 0 to half the Earth's circumference."));
    }
    let mut sql = format!("ST_DWithin({e}, ");
    geo_bind(&mut sql, point, binds);
    sql.push_str(", ");
    binds.add(&mut sql, Bind::text(meters.to_string()), "double precision");
    Ok(Some(sql + ")"))
}

/// A point as a bind in extended well-known text.
pub fn geo_bind(sql: &mut String, (latitude, longitude): (f64, f64), binds: &mut Binds) {
    binds.add(sql, Bind::text(geo_text(latitude, longitude)), "geography");
}

pub fn geo_text(latitude: f64, longitude: f64) -> String {
    format!("SRID=4326;POINT({longitude} {latitude})")
}
