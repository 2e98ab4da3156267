//! Values on their way to PostgreSQL and back, free of Rust types per column.

use bytes::BytesMut;
use postgres_types::{Format, FromSql, IsNull, ToSql, Type, to_sql_checked};
use std::error::Error;
use uuid::Uuid;

/// A value in PostgreSQL's text form; the server reads it as the type the SQL asks for (`$1::uuid`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bind(Option<String>);

impl Bind {
    pub fn text(text: impl Into<String>) -> Bind {
        Bind(Some(text.into()))
    }

    pub fn uuid(id: Uuid) -> Bind {
        Bind(Some(id.to_string()))
    }

    pub fn null() -> Bind {
        Bind(None)
    }

    pub fn opt(value: Option<impl ToString>) -> Bind {
        Bind(value.map(|value| value.to_string()))
    }

    /// An array literal; every element is quoted.
    pub fn array(items: impl IntoIterator<Item = impl ToString>) -> Bind {
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
        Bind(Some(out))
    }

    pub fn is_null(&self) -> bool {
        self.0.is_none()
    }

    pub fn into_text(self) -> Option<String> {
        self.0
    }

    pub fn as_text(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl ToSql for Bind {
    fn to_sql(&self, _ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match &self.0 {
            Some(text) => {
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
            None => Ok(IsNull::Yes),
        }
    }

    fn accepts(_ty: &Type) -> bool {
        true
    }

    fn encode_format(&self, _ty: &Type) -> Format {
        Format::Text
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
        assert_eq!(bind.as_text(), Some(r#"{"a,b","c\"d","e\\f",""}"#));
    }
}
