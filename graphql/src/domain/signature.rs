//! A signature drawn on a screen: a small PNG in base64.

use crate::error::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Bytes of the picture itself, not of its base64.
const LARGEST: usize = 200_000;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// INPUT_INVALID with the path unless it is a PNG in base64 of at most 200 kB.
pub fn check(path: &str, signature: &str) -> Result<()> {
    let refusal = |message: &str| Err(Error::input(path, message));
    // Base64 takes four characters for three bytes: what is too long is not decoded at all.
    if signature.len() > LARGEST.div_ceil(3) * 4 {
        return refusal("is larger than 200 kB.");
    }
    match STANDARD.decode(signature) {
        Ok(picture) if picture.len() > LARGEST => refusal("is larger than 200 kB."),
        Ok(picture) if picture.starts_with(PNG) => Ok(()),
        Ok(_) => refusal("is no PNG."),
        Err(_) => refusal("expects base64, without a prefix such as \"data:\"."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn only_a_small_png_is_a_signature() {
        let mut picture = PNG.to_vec();
        assert!(check("input.signature", &STANDARD.encode(&picture)).is_ok());
        picture.resize(LARGEST, 0);
        assert!(check("input.signature", &STANDARD.encode(&picture)).is_ok());
        picture.push(0);
        for bad in [STANDARD.encode(&picture), STANDARD.encode(b"GIF89a"), "data:image/png;base64,iVBO".into()] {
            let error = check("input.signature", &bad).expect_err("must be refused");
            assert_eq!((error.code, error.fields[0].path.as_str()), (Code::InputInvalid, "input.signature"));
        }
    }
}
