//! PostgreSQL's binary values to JSON text, by type and bytes alone.

mod numeric;
mod temporal;
mod text;

pub use text::{write_name, write_string};

use crate::error::{Error, Result};
use base64::Engine as _;
use postgres_types::{Kind, Type};
use std::net::{Ipv4Addr, Ipv6Addr};
use text::write_text;

/// Appends one value; None is `null`. Bytes that are no value of the type are an internal error.
pub fn write_value(out: &mut Vec<u8>, ty: &Type, value: Option<&[u8]>) -> Result<()> {
    let Some(bytes) = value else {
        out.extend_from_slice(b"null");
        return Ok(());
    };
    match *ty {
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => write_text(out, bytes)?,
        Type::UUID => uuid(out, bytes)?,
        Type::BOOL => out.extend_from_slice(if fixed::<1>(bytes)? == [1] { b"true" } else { b"false" }),
        Type::INT2 => integer(out, i64::from(i16::from_be_bytes(fixed(bytes)?))),
        Type::INT4 => integer(out, i64::from(i32::from_be_bytes(fixed(bytes)?))),
        // JavaScript's numbers lose digits beyond 53 bits.
        Type::INT8 => {
            out.push(b'"');
            integer(out, i64::from_be_bytes(fixed(bytes)?));
            out.push(b'"');
        }
        Type::FLOAT4 => float(out, f64::from(f32::from_be_bytes(fixed(bytes)?))),
        Type::FLOAT8 => float(out, f64::from_be_bytes(fixed(bytes)?)),
        Type::NUMERIC => numeric::write(out, bytes)?,
        Type::DATE => temporal::date(out, i32::from_be_bytes(fixed(bytes)?)),
        Type::TIME => temporal::time(out, i64::from_be_bytes(fixed(bytes)?)),
        Type::TIMESTAMPTZ => temporal::moment(out, i64::from_be_bytes(fixed(bytes)?), true),
        Type::TIMESTAMP => temporal::moment(out, i64::from_be_bytes(fixed(bytes)?), false),
        Type::INTERVAL => temporal::interval(out, bytes)?,
        Type::JSON => out.extend_from_slice(utf8(bytes)?.as_bytes()),
        Type::JSONB => out.extend_from_slice(utf8(bytes.get(1..).ok_or_else(Error::internal)?)?.as_bytes()),
        Type::INET | Type::CIDR => inet(out, bytes)?,
        Type::BYTEA => write_string(out, &base64::engine::general_purpose::STANDARD.encode(bytes)),
        _ => match ty.kind() {
            Kind::Array(item) => array(out, item, bytes)?,
            // Enums and domains over text arrive as text.
            Kind::Enum(_) => write_text(out, bytes)?,
            Kind::Domain(base) => return write_value(out, base, value),
            _ if ty.name() == "citext" => write_text(out, bytes)?,
            _ => {
                tracing::error!(ty = ty.name(), "no JSON for this type");
                return Err(Error::internal());
            }
        },
    }
    Ok(())
}

/// Exactly `N` bytes.
fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N]> {
    bytes.try_into().map_err(|_| Error::internal())
}

/// `N` bytes from the front of what is left.
fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N]> {
    let (head, tail) = rest.split_at_checked(N).ok_or_else(Error::internal)?;
    *rest = tail;
    fixed(head)
}

fn utf8(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|_| Error::internal())
}

/// Decimal digits without an allocation.
pub fn integer(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// JSON has no infinity and no NaN.
fn float(out: &mut Vec<u8>, number: f64) {
    match serde_json::Number::from_f64(number) {
        Some(number) => out.extend_from_slice(number.to_string().as_bytes()),
        None => out.extend_from_slice(b"null"),
    }
}

fn uuid(out: &mut Vec<u8>, bytes: &[u8]) -> Result<()> {
    let id = uuid::Uuid::from_bytes(fixed(bytes)?);
    let mut text = [0u8; uuid::fmt::Hyphenated::LENGTH];
    out.push(b'"');
    out.extend_from_slice(id.as_hyphenated().encode_lower(&mut text).as_bytes());
    out.push(b'"');
    Ok(())
}

/// Family, prefix length, a flag, the address's length, the address.
fn inet(out: &mut Vec<u8>, bytes: &[u8]) -> Result<()> {
    let mut rest = bytes;
    let [_, prefix, _, length] = take::<4>(&mut rest)?;
    let (address, whole) = match length {
        4 => (Ipv4Addr::from(fixed::<4>(rest)?).to_string(), 32),
        16 => (Ipv6Addr::from(fixed::<16>(rest)?).to_string(), 128),
        _ => return Err(Error::internal()),
    };
    write_string(out, &if prefix == whole { address } else { format!("{address}/{prefix}") });
    Ok(())
}

/// Dimensions, a null flag, the item type; per dimension its size and lower bound; then the items.
fn array(out: &mut Vec<u8>, item: &Type, bytes: &[u8]) -> Result<()> {
    let mut rest = bytes;
    let dimensions = i32::from_be_bytes(take(&mut rest)?);
    take::<8>(&mut rest)?;
    let mut items = u32::from(dimensions != 0);
    for _ in 0..dimensions {
        let size = u32::from_be_bytes(take(&mut rest)?);
        items = items.checked_mul(size).ok_or_else(Error::internal)?;
        take::<4>(&mut rest)?;
    }
    out.push(b'[');
    for index in 0..items {
        if index > 0 {
            out.push(b',');
        }
        let length = i32::from_be_bytes(take(&mut rest)?);
        match usize::try_from(length) {
            Ok(length) => {
                let (value, tail) = rest.split_at_checked(length).ok_or_else(Error::internal)?;
                rest = tail;
                write_value(out, item, Some(value))?;
            }
            Err(_) => out.extend_from_slice(b"null"),
        }
    }
    out.push(b']');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(ty: &Type, bytes: &[u8]) -> String {
        let mut out = Vec::new();
        write_value(&mut out, ty, Some(bytes)).expect("must be a value");
        String::from_utf8(out).expect("must be UTF-8")
    }

    #[test]
    fn fixed_types() {
        assert_eq!(written(&Type::BOOL, &[1]), "true");
        assert_eq!(written(&Type::INT4, &i32::MIN.to_be_bytes()), "-2147483648");
        assert_eq!(written(&Type::INT8, &i64::MIN.to_be_bytes()), "\"-9223372036854775808\"");
        assert_eq!(written(&Type::FLOAT8, &1.5f64.to_be_bytes()), "1.5");
        assert_eq!(written(&Type::FLOAT8, &f64::NAN.to_be_bytes()), "null");
        assert_eq!(written(&Type::INET, &[2, 24, 0, 4, 192, 0, 2, 0]), "\"192.0.2.0/24\"");
    }

    #[test]
    fn short_bytes_are_an_error_and_no_panic() {
        for ty in [
            Type::INT4,
            Type::UUID,
            Type::NUMERIC,
            Type::INTERVAL,
            Type::INET,
            Type::TEXT_ARRAY,
            Type::JSONB,
            Type::TIMESTAMPTZ,
        ] {
            assert!(write_value(&mut Vec::new(), &ty, Some(&[])).is_err(), "{ty} must refuse no bytes");
        }
    }
}
