//! Seals the secrets that businesses entrust to the gateway: AES-256-GCM with a key of each business's own,
//! derived from the gateway's sealing key, so that a row copied to another business opens nothing.

use anyhow::bail;
use graphql::action::Sealer;
use graphql::error::{Error, Result};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

/// The first byte of what is stored tells how it was sealed.
const VERSION: u8 = 1;

pub struct Seal {
    key: Vec<u8>,
    random: SystemRandom,
}

impl Seal {
    /// `key` has at least 32 bytes.
    pub fn new(key: &str) -> Seal {
        Seal {
            key: key.as_bytes().to_vec(),
            random: SystemRandom::new(),
        }
    }

    fn key_of(&self, business_id: Uuid) -> Result<LessSafeKey> {
        let derived = Salt::new(HKDF_SHA256, business_id.as_bytes()).extract(&self.key);
        let key = derived.expand(&[b"thorbis sealed columns"], &AES_256_GCM).map_err(|_| Error::internal())?;
        Ok(LessSafeKey::new(UnboundKey::from(key)))
    }

    /// What was sealed for the business; an error where it was altered or is another business's.
    pub fn open(&self, business_id: Uuid, sealed: &[u8]) -> anyhow::Result<String> {
        let Some((nonce, text)) = sealed.strip_prefix(&[VERSION]).and_then(|rest| rest.split_at_checked(NONCE_LEN)) else {
            bail!("this was not sealed by the gateway");
        };
        let key = self.key_of(business_id).map_err(|_| anyhow::anyhow!("no key can be derived"))?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| anyhow::anyhow!("the nonce is cut short"))?;
        let mut text = text.to_vec();
        let plain = key
            .open_in_place(nonce, Aad::from(business_id.as_bytes()), &mut text)
            .map_err(|_| anyhow::anyhow!("this was altered, or sealed with another key or for another business"))?;
        Ok(String::from_utf8(plain.to_vec())?)
    }
}

impl Sealer for Seal {
    fn seal(&self, business_id: Uuid, plain: &str) -> Result<Vec<u8>> {
        let key = self.key_of(business_id)?;
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce).map_err(|_| Error::internal())?;
        let mut text = plain.as_bytes().to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(business_id.as_bytes()), &mut text)
            .map_err(|_| Error::internal())?;
        Ok([&[VERSION], nonce.as_slice(), &text].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_business_and_key_open_it() {
        let seal = Seal::new("0123456789012345678901234567890123");
        let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let Ok(stored) = seal.seal(own, "4111 1111") else {
            panic!("a secret can be sealed");
        };
        assert!(!stored.windows(4).any(|part| part == b"4111"), "the secret is readable");
        assert_eq!(seal.open(own, &stored).ok().as_deref(), Some("4111 1111"));
        assert!(seal.open(other, &stored).is_err());
        assert!(Seal::new("another key of thirty-two bytes or more").open(own, &stored).is_err());
        let mut altered = stored.clone();
        altered[20] ^= 1;
        assert!(seal.open(own, &altered).is_err());
        assert!(seal.open(own, b"").is_err());
        assert!(
            seal.seal(own, "4111 1111").is_ok_and(|again| again != stored),
            "the same secret is sealed alike"
        );
    }
}
