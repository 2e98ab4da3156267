//! Cursors: a row's place in an order, as the text of every term's value. Clients may send anything, so
//! what comes back is checked before PostgreSQL sees it.

use super::order::Term;
use crate::error::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, NaiveTime};
use std::net::IpAddr;
use uuid::Uuid;

const VERSION: u64 = 1;

/// Writes a cursor from a row's values.
pub fn encode(fingerprint: &str, values: &[Option<String>]) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::json!([VERSION, fingerprint, values]).to_string())
}

/// Reads a cursor back; one of another order or version, or with values that no row has, is refused.
pub fn decode(text: &str, expected: &str, terms: &[Term], path: &str) -> Result<Vec<Option<String>>> {
    let refusal = || Error::input(path, "is no cursor of this list in this order. Start again without it.");
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refusal())?;
    let (version, fingerprint, values): (u64, String, Vec<Option<String>>) = serde_json::from_slice(&bytes).map_err(|_| refusal())?;
    let readable = values.len() == terms.len()
        && terms.iter().zip(&values).all(|(term, value)| match value {
            Some(text) => is_text_of(term.cast, text),
            None => term.nullable,
        });
    if version != VERSION || fingerprint != expected || !readable {
        return Err(refusal());
    }
    Ok(values)
}

/// Whether PostgreSQL could have written this text for a value of the type.
fn is_text_of(cast: &str, text: &str) -> bool {
    match cast {
        "numeric" | "double precision" if matches!(text, "NaN" | "Infinity" | "-Infinity") => true,
        "date" | "timestamptz" if matches!(text, "infinity" | "-infinity") || is_far_away(text) => true,
        "uuid" => Uuid::parse_str(text).is_ok(),
        "smallint" => text.parse::<i16>().is_ok(),
        "integer" => text.parse::<i32>().is_ok(),
        "bigint" => text.parse::<i64>().is_ok(),
        "double precision" => text.parse::<f64>().is_ok(),
        "numeric" => text.len() <= 200 && text.bytes().any(|b| b.is_ascii_digit()) && text.parse::<f64>().is_ok() && !text.contains(['e', 'E']),
        "boolean" => matches!(text, "true" | "false"),
        "date" => NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok(),
        "time" => NaiveTime::parse_from_str(text, "%H:%M:%S%.f").is_ok(),
        "timestamptz" => DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z").is_ok(),
        "interval" => text.len() <= 60 && text.split(' ').all(is_part_of_interval),
        "inet" => text.split_once('/').map_or(text, |(address, _)| address).parse::<IpAddr>().is_ok(),
        _ => !text.contains('\0'),
    }
}

/// A day or a moment before the year 1 or after 9999, which chrono does not read. No client can write one; if the
/// owner of the database did, a list goes on behind it.
fn is_far_away(text: &str) -> bool {
    let (rest, before_christ) = text.strip_suffix(" BC").map_or((text, false), |rest| (rest, true));
    let year = rest.split('-').next().unwrap_or_default();
    let far = before_christ || year.len() > 4;
    far && rest.len() <= 40 && !year.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b':' | b'.' | b' '))
}

/// `1`, `-2`, `mons`, `04:05:06.5`.
fn is_part_of_interval(part: &str) -> bool {
    let number = part.trim_start_matches(['-', '+']);
    match number.bytes().next() {
        Some(first) if first.is_ascii_digit() => number.len() <= 20 && number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.')),
        Some(_) => matches!(part, "year" | "years" | "mon" | "mons" | "day" | "days"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_no_row_has_are_refused() {
        for (cast, good, bad) in [
            ("timestamptz", "2025-01-31 08:00:00.25+00", "2025-13-31 08:00:00+00"),
            ("numeric", "-12.50", "1e40"),
            ("interval", "-1 years +2 mons 3 days 04:05:06.5", "1 day; drop"),
            ("inet", "192.0.2.1/32", "192.0.2/24"),
            ("date", "2025-02-28", "2025-02-30"),
            ("date", "infinity", "Infinity"),
            ("date", "0044-03-15 BC", "0044-03-15 AD"),
            ("timestamptz", "-infinity", "now"),
            ("timestamptz", "294276-12-31 23:59:59+00", "294276-12-31'::date"),
            ("numeric", "NaN", "infinity"),
            ("time", "08:30:00", "25:00:00"),
            ("uuid", "00000000-0000-4000-8000-000000000001", "1"),
            ("text", "a'b", "a\0b"),
        ] {
            assert!(is_text_of(cast, good), "{good} is a {cast}");
            assert!(!is_text_of(cast, bad), "{bad:?} is no {cast}");
        }
    }
}
