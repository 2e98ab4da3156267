//! JSON strings.

use crate::error::{Error, Result};

/// What each byte needs: 0 for nothing, `u` for \u00XX, else the letter after the backslash.
const ESCAPES: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut at = 0;
    while at < 0x20 {
        table[at] = b'u';
        at += 1;
    }
    table[0x08] = b'b';
    table[0x09] = b't';
    table[0x0A] = b'n';
    table[0x0C] = b'f';
    table[0x0D] = b'r';
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table
};

/// Appends a text that needs no escape, such as a name of GraphQL's, with its quotes.
pub fn write_name(out: &mut Vec<u8>, name: &str) {
    out.reserve(name.len() + 2);
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.push(b'"');
}

/// Appends PostgreSQL's text, which is UTF-8 in every database that the gateway accepts; bytes that are
/// not are an error. Most text is ASCII, and what is takes no second look.
pub fn write_text(out: &mut Vec<u8>, bytes: &[u8]) -> Result<()> {
    if !bytes.is_ascii() {
        std::str::from_utf8(bytes).map_err(|_| Error::internal())?;
    }
    write_escaped(out, bytes);
    Ok(())
}

/// Appends the text with its quotes.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    write_escaped(out, text.as_bytes());
}

/// Copies runs that need no escape as they are.
fn write_escaped(out: &mut Vec<u8>, bytes: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let mut start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let escape = ESCAPES[usize::from(*byte)];
        if escape == 0 {
            continue;
        }
        out.extend_from_slice(&bytes[start..at]);
        out.extend_from_slice(&[b'\\', escape]);
        if escape == b'u' {
            out.extend_from_slice(&[b'0', b'0', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
        start = at + 1;
    }
    out.extend_from_slice(&bytes[start..]);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_comes_back() {
        let text: String = (0..=0x2FFu32).filter_map(char::from_u32).chain(['\u{2028}', '😀', '"', '\\']).collect();
        let mut out = Vec::new();
        write_string(&mut out, &text);
        let back: String = serde_json::from_slice(&out).expect("must be JSON");
        assert_eq!(back, text);
    }
}
