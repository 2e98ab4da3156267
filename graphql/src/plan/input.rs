//! Scalars of the API to binds: every value is checked here, with its path, before PostgreSQL sees it.

use super::selection::unknown_member;
use super::{duration, exact};
use crate::catalog::{Column, Enumeration};
use crate::error::{Error, Result};
use crate::session::Bind;
use async_graphql::Value;
use base64::Engine as _;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime};
use entity::ColumnType;
use std::net::IpAddr;
use std::str::FromStr;
use uuid::Uuid;

const MAXIMUM_LIST: usize = 1_000;
const MAXIMUM_JSON_DEPTH: usize = 64;
const MAXIMUM_TEXT: usize = 1_000_000;

/// PostgreSQL's name of a column's type, for casts.
pub fn pg_type(ty: ColumnType) -> &'static str {
    match ty {
        ColumnType::Text => "text",
        ColumnType::SmallInt => "smallint",
        ColumnType::Integer => "integer",
        ColumnType::BigInt => "bigint",
        ColumnType::Decimal { .. } => "numeric",
        ColumnType::Double => "double precision",
        ColumnType::Boolean => "boolean",
        ColumnType::Date => "date",
        ColumnType::Time => "time",
        ColumnType::DateTime => "timestamptz",
        ColumnType::Interval => "interval",
        ColumnType::Uuid => "uuid",
        ColumnType::Json => "jsonb",
        ColumnType::Inet => "inet",
        ColumnType::Bytes => "bytea",
        ColumnType::GeoPoint => "geography",
        ColumnType::TextArray => "text[]",
        ColumnType::UuidArray => "uuid[]",
        ColumnType::IntegerArray => "integer[]",
    }
}

/// A column's value in PostgreSQL's text form.
pub fn column_value(column: &Column, value: &Value, path: &str) -> Result<Bind> {
    if *value == Value::Null {
        return Ok(Bind::null());
    }
    if let Some(enumeration) = &column.enumeration {
        return Ok(Bind::text(enum_value(enumeration, value, path)?));
    }
    if column.is_sealed() {
        return text(value, path).map(Bind::plain);
    }
    scalar(column.def.ty, value, path)
}

pub fn enum_value<'e>(enumeration: &'e Enumeration, value: &Value, path: &str) -> Result<&'e str> {
    let name = match value {
        Value::Enum(name) => name.as_str(),
        Value::String(name) => name.as_str(),
        _ => return Err(Error::input(path, "expects one of the enum's names.")),
    };
    enumeration.database_value(name).ok_or_else(|| {
        let names = enumeration.values.iter().map(|(n, _)| n.as_str()).collect::<Vec<_>>().join(", ");
        Error::input(path, format!("is none of {names}."))
    })
}

pub fn list<'v>(value: &'v Value, path: &str) -> Result<&'v [Value]> {
    match value {
        Value::List(items) if items.len() <= MAXIMUM_LIST => Ok(items),
        Value::List(_) => Err(Error::input(path, format!("holds more than {MAXIMUM_LIST} values."))),
        // GraphQL coerces a single value to a list of one.
        single => Ok(std::slice::from_ref(single)),
    }
}

/// One scalar. `ty` is never a geographic point: those are two numbers.
pub fn scalar(ty: ColumnType, value: &Value, path: &str) -> Result<Bind> {
    match ty {
        ColumnType::Text => text(value, path).map(Bind::text),
        ColumnType::SmallInt => integer(value, path, i64::from(i16::MIN), i64::from(i16::MAX)),
        ColumnType::Integer => integer(value, path, i64::from(i32::MIN), i64::from(i32::MAX)),
        ColumnType::BigInt => big_integer(value, path),
        ColumnType::Decimal { precision, scale } => decimal(value, path, precision, scale),
        ColumnType::Double => double(value, path).map(|number| Bind::text(number.to_string())),
        ColumnType::Boolean => boolean(value, path).map(|b| Bind::text(if b { "true" } else { "false" })),
        ColumnType::Date => date(value, path),
        ColumnType::Time => time(value, path),
        ColumnType::DateTime => date_time(value, path),
        ColumnType::Interval => interval(value, path),
        ColumnType::Uuid => uuid(value, path).map(Bind::uuid),
        ColumnType::Json => json(value, path),
        ColumnType::Inet => inet(value, path),
        ColumnType::Bytes => bytes(value, path),
        ColumnType::GeoPoint => Err(Error::input(path, "expects latitude and longitude.")),
        ColumnType::TextArray => array(ColumnType::Text, value, path),
        ColumnType::UuidArray => array(ColumnType::Uuid, value, path),
        ColumnType::IntegerArray => array(ColumnType::Integer, value, path),
    }
}

pub fn text(value: &Value, path: &str) -> Result<String> {
    match value {
        Value::String(text) if text.contains('\0') => Err(Error::input(path, "must not contain the NUL character.")),
        Value::String(text) if text.len() > MAXIMUM_TEXT => Err(Error::input(path, "is longer than a megabyte.")),
        Value::String(text) => Ok(text.clone()),
        _ => Err(Error::input(path, "expects a string.")),
    }
}

pub fn boolean(value: &Value, path: &str) -> Result<bool> {
    match value {
        Value::Boolean(flag) => Ok(*flag),
        _ => Err(Error::input(path, "expects true or false.")),
    }
}

pub fn uuid(value: &Value, path: &str) -> Result<Uuid> {
    match value {
        Value::String(text) if text.len() == 36 => Uuid::parse_str(text).map_err(|_| Error::input(path, "is no id (a UUID).")),
        _ => Err(Error::input(path, "is no id (a UUID).")),
    }
}

pub fn int(value: &Value, path: &str, minimum: i64, maximum: i64) -> Result<i64> {
    let number = match value {
        Value::Number(number) => number.as_i64(),
        _ => None,
    };
    match number {
        Some(number) if (minimum..=maximum).contains(&number) => Ok(number),
        Some(_) => Err(Error::input(path, format!("lies outside {minimum} to {maximum}."))),
        None => Err(Error::input(path, format!("expects a whole number from {minimum} to {maximum}."))),
    }
}

fn integer(value: &Value, path: &str, minimum: i64, maximum: i64) -> Result<Bind> {
    int(value, path, minimum, maximum).map(|number| Bind::text(number.to_string()))
}

fn big_integer(value: &Value, path: &str) -> Result<Bind> {
    let parsed = match value {
        Value::String(text) => text.parse::<i64>().ok(),
        Value::Number(number) => number.as_i64(),
        _ => None,
    };
    parsed
        .map(|number| Bind::text(number.to_string()))
        .ok_or_else(|| Error::input(path, "expects a whole number of at most 64 bits, as a string."))
}

fn decimal(value: &Value, path: &str, precision: u16, scale: u16) -> Result<Bind> {
    let refusal = || Error::input(path, "expects a decimal number as a string, such as \"12.50\".");
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(refusal()),
    };
    let number = exact::Decimal::read(&text).ok_or_else(refusal)?;
    // Precision 0 stands for an unbounded numeric: a sum or an average.
    let (whole, decimals) = match precision {
        0 => (exact::MAXIMUM_DIGITS, exact::MAXIMUM_DIGITS),
        _ => (usize::from(precision - scale), usize::from(scale)),
    };
    if number.decimals() > decimals {
        return Err(Error::input(path, format!("has more than {decimals} decimals.")));
    }
    if number.whole_digits() > whole {
        return Err(Error::input(path, format!("has more than {whole} digits before the point.")));
    }
    Ok(Bind::text(number.to_string()))
}

pub fn double(value: &Value, path: &str) -> Result<f64> {
    match value {
        Value::Number(number) => number.as_f64().filter(|n| n.is_finite()),
        _ => None,
    }
    .ok_or_else(|| Error::input(path, "expects a finite number."))
}

fn date(value: &Value, path: &str) -> Result<Bind> {
    let refusal = || Error::input(path, "expects a date such as \"2025-01-31\", in the years 1 to 9999.");
    let Value::String(text) = value else { return Err(refusal()) };
    // Chrono forgives blanks, signs and missing digits.
    if !has_form(text, "0000-00-00") {
        return Err(refusal());
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| refusal())?;
    if !(1..=9999).contains(&date.year()) {
        return Err(refusal());
    }
    Ok(Bind::text(text.clone()))
}

/// Digits where the form has a 0, and its other characters as they are.
fn has_form(text: &str, form: &str) -> bool {
    let fits = |(character, wanted): (u8, u8)| if wanted == b'0' { character.is_ascii_digit() } else { character == wanted };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
}

fn time(value: &Value, path: &str) -> Result<Bind> {
    let refusal = || Error::input(path, "expects a time of day such as \"08:30:00\", at most 23:59:59.999999.");
    let Value::String(text) = value else { return Err(refusal()) };
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_fraction = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|b| b.is_ascii_digit());
    if !is_fraction || !(has_form(clock, "00:00:00") || has_form(text, "00:00")) {
        return Err(refusal());
    }
    let parsed = NaiveTime::parse_from_str(text, "%H:%M:%S%.f")
        .or_else(|_| NaiveTime::parse_from_str(text, "%H:%M"))
        .map_err(|_| refusal())?;
    // Chrono reads second 60 as a leap second, which no wall clock of a business shows.
    if text.contains(":60") {
        return Err(refusal());
    }
    Ok(Bind::text(parsed.format("%H:%M:%S%.6f").to_string()))
}

fn date_time(value: &Value, path: &str) -> Result<Bind> {
    let refusal = || {
        Error::input(
            path,
            "expects a moment with its zone, such as \"2025-01-31T08:00:00Z\", in the years 1 to 9999.",
        )
    };
    let Value::String(text) = value else { return Err(refusal()) };
    let moment = DateTime::parse_from_rfc3339(text).map_err(|_| refusal())?.with_timezone(&chrono::Utc);
    // A leap second would become the next minute.
    if !(1..=9999).contains(&moment.year()) || text.get(16..19) == Some(":60") {
        return Err(refusal());
    }
    Ok(Bind::text(moment.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()))
}

fn interval(value: &Value, path: &str) -> Result<Bind> {
    let refusal = || Error::input(path, "expects an ISO 8601 duration such as \"PT1H30M\" or \"P1DT12H\", at most 10,000 years.");
    match value {
        Value::String(text) if duration::is_valid(text) => Ok(Bind::text(text.clone())),
        _ => Err(refusal()),
    }
}

fn json(value: &Value, path: &str) -> Result<Bind> {
    check_json(value, path, 0)?;
    let json = value.clone().into_json().map_err(|_| Error::input(path, "is no JSON value."))?;
    let text = json.to_string();
    if text.len() > MAXIMUM_TEXT {
        return Err(Error::input(path, "is longer than a megabyte."));
    }
    Ok(Bind::text(text))
}

pub fn check_json(value: &Value, path: &str, depth: usize) -> Result<()> {
    if depth > MAXIMUM_JSON_DEPTH {
        return Err(Error::input(path, format!("nests deeper than {MAXIMUM_JSON_DEPTH} levels.")));
    }
    match value {
        Value::String(text) if text.contains('\0') => Err(Error::input(path, "must not contain the NUL character.")),
        // Exponents beyond a double turn a few bytes into a megabyte of digits.
        Value::Number(number) if number.as_f64().is_none_or(|n| !n.is_finite()) => Err(Error::input(path, "holds a number that is too large.")),
        Value::List(items) => items.iter().try_for_each(|item| check_json(item, path, depth + 1)),
        Value::Object(members) => members.iter().try_for_each(|(key, item)| {
            if key.contains('\0') {
                return Err(Error::input(path, "must not contain the NUL character."));
            }
            check_json(item, path, depth + 1)
        }),
        Value::Binary(_) => Err(Error::input(path, "is no JSON value.")),
        _ => Ok(()),
    }
}

fn inet(value: &Value, path: &str) -> Result<Bind> {
    let refusal = || Error::input(path, "expects an IP address or network, such as \"192.0.2.1\" or \"2001:db8::/32\".");
    let Value::String(text) = value else { return Err(refusal()) };
    let (address, prefix) = match text.split_once('/') {
        Some((_, prefix)) if prefix.starts_with('+') => return Err(refusal()),
        Some((address, prefix)) => (address, Some(prefix.parse::<u8>().map_err(|_| refusal())?)),
        None => (text.as_str(), None),
    };
    let address = IpAddr::from_str(address).map_err(|_| refusal())?;
    let widest = if address.is_ipv4() { 32 } else { 128 };
    if prefix.is_some_and(|bits| bits > widest) {
        return Err(refusal());
    }
    Ok(Bind::text(text.clone()))
}

fn bytes(value: &Value, path: &str) -> Result<Bind> {
    let refusal = || Error::input(path, "expects base64.");
    let Value::String(text) = value else { return Err(refusal()) };
    let decoded = base64::engine::general_purpose::STANDARD.decode(text).map_err(|_| refusal())?;
    Ok(Bind::bytes(&decoded))
}

fn array(item: ColumnType, value: &Value, path: &str) -> Result<Bind> {
    let items = list(value, path)?;
    let mut texts = Vec::with_capacity(items.len());
    for (index, entry) in items.iter().enumerate() {
        let entry_path = format!("{path}[{index}]");
        if *entry == Value::Null {
            return Err(Error::input(entry_path, "must not be null."));
        }
        if let Some(text) = scalar(item, entry, &entry_path)?.into_text() {
            texts.push(text);
        }
    }
    Ok(Bind::array(texts))
}

/// Latitude and longitude in degrees, WGS 84. `others` are what the object of this type may have besides.
pub fn geo_point(value: &Value, path: &str, others: &[&str], type_name: &str) -> Result<(f64, f64)> {
    let Value::Object(members) = value else {
        return Err(Error::input(path, "expects latitude and longitude."));
    };
    if let Some(unknown) = members
        .keys()
        .find(|name| !["latitude", "longitude"].contains(&name.as_str()) && !others.contains(&name.as_str()))
    {
        return Err(unknown_member(path, unknown, type_name));
    }
    let degrees = |name: &str, limit: f64| -> Result<f64> {
        let member_path = format!("{path}.{name}");
        let number = double(members.get(name).unwrap_or(&Value::Null), &member_path)?;
        if number.abs() > limit {
            return Err(Error::input(member_path, format!("lies outside -{limit} to {limit}.")));
        }
        Ok(number)
    };
    Ok((degrees("latitude", 90.0)?, degrees("longitude", 180.0)?))
}

/// A value for a hand-written input's member, by the type's notation.
pub fn check_member(notation: &str, value: &Value, path: &str) -> Result<()> {
    let notation = notation.trim_end_matches('!');
    if let Some(inner) = notation.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return list(value, path)?
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| check_member(inner, item, &format!("{path}[{index}]")));
    }
    let ty = match notation {
        "ID" => ColumnType::Uuid,
        "String" => ColumnType::Text,
        "Int" => ColumnType::Integer,
        "BigInt" => ColumnType::BigInt,
        "Decimal" => ColumnType::Decimal { precision: 0, scale: 0 },
        "Float" => ColumnType::Double,
        "Boolean" => ColumnType::Boolean,
        "Date" => ColumnType::Date,
        "Time" => ColumnType::Time,
        "DateTime" => ColumnType::DateTime,
        "Duration" => ColumnType::Interval,
        "IPAddress" => ColumnType::Inet,
        _ => return check_json(value, path, 0),
    };
    scalar(ty, value, path).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(ty: ColumnType, value: Value) {
        assert!(scalar(ty, &value, "x").is_err(), "{ty:?} must refuse {value}");
    }

    #[test]
    fn bad_values_of_every_scalar_are_refused() {
        let text = |t: &str| Value::String(t.into());
        let money = ColumnType::Decimal { precision: 12, scale: 2 };
        for bad in ["NaN", "1e40", "0.001", "12345678901.00", "", "Infinity"] {
            refused(money, text(bad));
        }
        for bad in ["infinity", "2025-02-29", "294276-01-01", "0000-01-01", "2025-1-1"] {
            refused(ColumnType::Date, text(bad));
        }
        for bad in ["infinity", "2025-01-01", "2025-01-01T00:00:00", "294276-01-01T00:00:00Z"] {
            refused(ColumnType::DateTime, text(bad));
        }
        for bad in ["24:00", "25:00:00", "23:59:60", "noon"] {
            refused(ColumnType::Time, text(bad));
        }
        for bad in ["P", "PT", "1 hour", "P1H", "PT1D", "P-1D", "PT99999999999H", "PT1S1M"] {
            refused(ColumnType::Interval, text(bad));
        }
        refused(ColumnType::Text, text("a\0b"));
        refused(ColumnType::Uuid, text("x"));
        refused(ColumnType::Inet, text("300.1.1.1"));
        refused(ColumnType::Integer, Value::from(2_147_483_648_i64));
        refused(ColumnType::BigInt, text("9223372036854775808"));
        refused(ColumnType::TextArray, Value::List(vec![Value::Null]));
    }

    #[test]
    fn good_values_pass() {
        let money = ColumnType::Decimal { precision: 12, scale: 2 };
        assert_eq!(
            scalar(money, &Value::String("12.50".into()), "x").expect("is money").into_text().as_deref(),
            Some("12.5")
        );
    }
}
