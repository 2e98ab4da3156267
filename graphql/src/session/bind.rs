//! Values on their way to PostgreSQL and back, free of Rust types per column.

use bytes::BytesMut;
use postgres_types::{Format, FromSql, IsNull, ToSql, Type, to_sql_checked};
use std::error::Error;
use std::fmt;
use uuid::Uuid;

/// A value in PostgreSQL's text form; the server reads it as the type the SQL asks for (`$1::uuid`).
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Bind {
    text: Option<String>,
    /// Plain text that is sealed before it is sent.
    plain: bool,
}

impl fmt::Debug for Bind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.plain {
            f.write_str("Bind(sealed)")
        } else {
            write!(f, "Bind({:?})", self.text)
        }
    }
}

impl Bind {
    pub fn text(text: impl Into<String>) -> Bind {
        Bind {
            text: Some(text.into()),
            plain: false,
        }
    }

    /// A secret as the client typed it.
    pub fn plain(text: String) -> Bind {
        Bind { text: Some(text), plain: true }
    }

    /// The secret, where this is one that is not sealed yet.
    pub fn as_plain(&self) -> Option<&str> {
        if self.plain { self.text.as_deref() } else { None }
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
        Bind::text(id.to_string())
    }

    pub fn null() -> Bind {
        Bind::default()
    }

    pub fn opt(value: Option<impl ToString>) -> Bind {
        value.map_or_else(Bind::null, |value| Bind::text(value.to_string()))
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
        Bind::text(out)
    }

    pub fn is_null(&self) -> bool {
        self.text.is_none()
    }

    pub fn into_text(self) -> Option<String> {
        self.text
    }

    pub fn as_text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

impl ToSql for Bind {
    fn to_sql(&self, _ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match &self.text {
            // What is not sealed never leaves.
            Some(_) if self.plain => Err("a secret is not sealed".into()),
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
