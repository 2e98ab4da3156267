//! Rows to JSON, by members that are known beforehand.

use anyhow::anyhow;
use graphql::json::write_value;
use graphql::session::Raw;
use tokio_postgres::Row;

/// A member of an object: its name, and where its value is from.
pub enum Member {
    /// The next column.
    Value(&'static str),
    /// The next column, the name of an enum's value in lower case.
    Enum(&'static str),
}

/// Writes columns of a row from `start` on as an object; leaves it open for more members.
pub fn members(out: &mut Vec<u8>, row: &Row, start: usize, members: &[Member]) -> anyhow::Result<()> {
    out.push(b'{');
    for (number, member) in members.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        let raw: Raw<'_> = row.try_get(start + number)?;
        let (Member::Value(name) | Member::Enum(name)) = member;
        out.push(b'"');
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":");
        match (member, raw.0) {
            (Member::Enum(_), Some(text)) => {
                out.push(b'"');
                out.extend(text.iter().map(u8::to_ascii_uppercase));
                out.push(b'"');
            }
            (_, value) => write_value(out, row.columns()[start + number].type_(), value).map_err(|error| anyhow!("{error:?}"))?,
        }
    }
    Ok(())
}

pub fn object(out: &mut Vec<u8>, row: &Row, start: usize, wanted: &[Member]) -> anyhow::Result<()> {
    members(out, row, start, wanted)?;
    out.push(b'}');
    Ok(())
}

/// The object, or null.
pub fn optional(out: &mut Vec<u8>, row: Option<(&Row, usize)>, wanted: &[Member]) -> anyhow::Result<()> {
    match row {
        Some((row, start)) => object(out, row, start, wanted),
        None => {
            out.extend_from_slice(b"null");
            Ok(())
        }
    }
}

/// `{"nodes":[…]}` of these rows.
pub fn nodes<'r>(out: &mut Vec<u8>, rows: impl IntoIterator<Item = &'r Row>, wanted: &[Member]) -> anyhow::Result<()> {
    list(out, rows, |out, row| object(out, row, 0, wanted))
}

/// The same of whatever can be written.
pub fn list<T>(out: &mut Vec<u8>, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Vec<u8>, T) -> anyhow::Result<()>) -> anyhow::Result<()> {
    out.extend_from_slice(b"{\"nodes\":[");
    for (number, item) in items.into_iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        write(out, item)?;
    }
    out.extend_from_slice(b"]}");
    Ok(())
}
