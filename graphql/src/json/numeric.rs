//! `numeric`: base 10,000 digits, exact, as a string with the scale the database shows.

use super::{integer, take};
use crate::error::{Error, Result};

const NEGATIVE: u16 = 0x4000;
const POSITIVE: u16 = 0x0000;

pub fn write(out: &mut Vec<u8>, bytes: &[u8]) -> Result<()> {
    let mut rest = bytes;
    let count = usize::from(u16::from_be_bytes(take(&mut rest)?));
    let weight = i32::from(i16::from_be_bytes(take(&mut rest)?));
    let sign = u16::from_be_bytes(take(&mut rest)?);
    let scale = usize::from(u16::from_be_bytes(take(&mut rest)?));
    // NaN and the infinities have no JSON; the database's checks keep them out of columns.
    if sign != NEGATIVE && sign != POSITIVE {
        out.extend_from_slice(b"null");
        return Ok(());
    }
    if rest.len() < count * 2 {
        return Err(Error::internal());
    }
    let digit = |group: i32| -> u16 {
        match usize::try_from(group) {
            Ok(group) if group < count => u16::from_be_bytes([rest[group * 2], rest[group * 2 + 1]]),
            _ => 0,
        }
    };
    out.push(b'"');
    if sign == NEGATIVE {
        out.push(b'-');
    }
    if weight < 0 {
        out.push(b'0');
    } else {
        for group in 0..=weight {
            if group == 0 {
                integer(out, i64::from(digit(group)));
            } else {
                out.extend_from_slice(&four(digit(group)));
            }
        }
    }
    if scale > 0 {
        out.push(b'.');
        let mut written = 0;
        let mut group = weight + 1;
        while written < scale {
            let digits = four(if group < 0 { 0 } else { digit(group) });
            let part = &digits[..digits.len().min(scale - written)];
            out.extend_from_slice(part);
            written += part.len();
            group += 1;
        }
    }
    out.push(b'"');
    Ok(())
}

/// The four decimal digits of a group; what is no group, which PostgreSQL never sends, loses its front.
fn four(group: u16) -> [u8; 4] {
    [group / 1_000 % 10, group / 100 % 10, group / 10 % 10, group % 10].map(|digit| b'0' + digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(weight: i16, sign: u16, scale: u16, digits: &[u16]) -> String {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(&(digits.len() as u16).to_be_bytes());
        bytes.extend_from_slice(&weight.to_be_bytes());
        bytes.extend_from_slice(&sign.to_be_bytes());
        bytes.extend_from_slice(&scale.to_be_bytes());
        digits.iter().for_each(|digit| bytes.extend_from_slice(&digit.to_be_bytes()));
        let mut out = Vec::new();
        write(&mut out, &bytes).expect("must be a numeric");
        String::from_utf8(out).expect("must be UTF-8")
    }

    #[test]
    fn numerics_keep_every_digit() {
        assert_eq!(written(0, POSITIVE, 2, &[]), "\"0.00\"");
        assert_eq!(written(0, POSITIVE, 2, &[12, 5000]), "\"12.50\"");
        assert_eq!(written(1, NEGATIVE, 0, &[1, 2]), "\"-10002\"");
        assert_eq!(written(-1, POSITIVE, 4, &[25]), "\"0.0025\"");
        assert_eq!(written(-2, POSITIVE, 8, &[25]), "\"0.00000025\"");
        assert_eq!(written(2, POSITIVE, 0, &[1]), "\"100000000\"");
    }
}
