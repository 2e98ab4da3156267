//! Values on their way to PostgreSQL and back, free of Rust types per column.

use bytes::BytesMut;
use postgres_types::{Format, FromSql, IsNull, ToSql, Type, to_sql_checked};
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use uuid::Uuid;

/// A value for a statement. All but ids travel in PostgreSQL's text form; the server reads it as the type
/// the SQL asks for (`$1::date`).
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Bind(Content);

#[derive(Clone, PartialEq, Eq, Default)]
enum Content {
    #[default]
    Null,
    Text(String),
    /// Plain text that is sealed before it is sent.
    Plain(String),
    /// In binary form where the SQL asks for a `uuid`: every statement has some.
    Id(Uuid),
    /// For `uuid[]`, in binary form: there may be thousands.
    Ids(Vec<Uuid>),
}

impl fmt::Debug for Bind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Content::Plain(_) => f.write_str("Bind(sealed)"),
            _ => write!(f, "Bind({:?})", self.shown()),
        }
    }
}

impl Bind {
    pub fn text(text: impl Into<String>) -> Bind {
        Bind(Content::Text(text.into()))
    }

    /// A secret as the client typed it.
    pub fn plain(text: String) -> Bind {
        Bind(Content::Plain(text))
    }

    /// The secret, where this is one that is not sealed yet.
    pub fn as_plain(&self) -> Option<&str> {
        match &self.0 {
            Content::Plain(text) => Some(text),
            _ => None,
        }
    }

    /// Binary data, as `bytea` reads it.
    pub fn bytes(bytes: &[u8]) -> Bind {
        let hex = bytes.iter().fold(String::from("\\x"), |mut out, byte| {
            out.push_str(&format!("{byte:02x}"));
            out
        });
        Bind::text(hex)
    }

    pub fn uuid(id: Uuid) -> Bind {
        Bind(Content::Id(id))
    }

    pub fn opt_uuid(id: Option<Uuid>) -> Bind {
        id.map_or_else(Bind::null, Bind::uuid)
    }

    /// For a parameter that the SQL casts to `uuid[]`.
    pub fn ids(ids: impl Into<Vec<Uuid>>) -> Bind {
        Bind(Content::Ids(ids.into()))
    }

    pub fn null() -> Bind {
        Bind::default()
    }

    pub fn opt(value: Option<impl ToString>) -> Bind {
        value.map_or_else(Bind::null, |value| Bind::text(value.to_string()))
    }

    /// An array literal; every element is quoted.
    pub fn array(items: impl IntoIterator<Item = impl ToString>) -> Bind {
        Bind::text(literal(items))
    }

    pub fn is_null(&self) -> bool {
        self.0 == Content::Null
    }

    pub fn into_text(self) -> Option<String> {
        match self.0 {
            Content::Text(text) | Content::Plain(text) => Some(text),
            Content::Id(id) => Some(id.to_string()),
            Content::Ids(ids) => Some(literal(ids)),
            Content::Null => None,
        }
    }

    /// For people who read statements: the text form, and nothing of a secret.
    pub fn shown(&self) -> Cow<'_, str> {
        match &self.0 {
            Content::Null => "NULL".into(),
            Content::Text(text) => text.into(),
            Content::Plain(_) => "sealed".into(),
            Content::Id(id) => id.to_string().into(),
            Content::Ids(ids) => literal(ids).into(),
        }
    }
}

fn literal(items: impl IntoIterator<Item = impl ToString>) -> String {
    let mut out = String::from("{");
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push('"');
        for character in item.to_string().chars() {
            if matches!(character, '"' | '\\') {
                out.push('\\');
            }
            out.push(character);
        }
        out.push('"');
    }
    out.push('}');
    out
}

impl ToSql for Bind {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match &self.0 {
            // What is not sealed never leaves.
            Content::Plain(_) => Err("a secret is not sealed".into()),
            Content::Text(text) => {
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
            Content::Id(id) if *ty == Type::UUID => id.to_sql(ty, out),
            Content::Id(id) => {
                out.extend_from_slice(id.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes());
                Ok(IsNull::No)
            }
            Content::Ids(ids) => ids.to_sql(ty, out),
            Content::Null => Ok(IsNull::Yes),
        }
    }

    fn accepts(_ty: &Type) -> bool {
        true
    }

    fn encode_format(&self, ty: &Type) -> Format {
        match self.0 {
            Content::Id(_) if *ty == Type::UUID => Format::Binary,
            Content::Ids(_) => Format::Binary,
            _ => Format::Text,
        }
    }

    to_sql_checked!();
}

/// The bytes of a value of any type, as PostgreSQL sent them.
#[derive(Debug, Clone, Copy)]
pub struct Raw<'a>(pub Option<&'a [u8]>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Raw(Some(raw)))
    }

    fn from_sql_null(_ty: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Raw(None))
    }

    fn accepts(_ty: &Type) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn array_elements_are_quoted() {
        let bind = Bind::array(["a,b", "c\"d", "e\\f", ""]);
        assert_eq!(bind.shown(), r#"{"a,b","c\"d","e\\f",""}"#);
    }
}
