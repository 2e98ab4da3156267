//! Tokens to identities. The algorithm comes from the key, never from the token.

use crate::config::{Config, External};
use graphql::action::{AccessClaims, TokenIssuer};
use graphql::{Error, Identity};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};
use uuid::Uuid;

const ISSUER: &str = "thorbis";
/// Seconds that clocks may differ.
const LEEWAY: u64 = 30;
/// A key that its provider withdrew is not believed for longer than this many times the pause between
/// two fetches.
const KEYS_AGE: u32 = 10;
/// Tokens that are remembered as read.
const VERIFIED: usize = 20_000;
pub const ACCESS_MINUTES: i64 = 15;

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bid: Option<Uuid>,
    /// For people who read tokens; the database decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
}

/// Only what is read of another provider's token.
#[derive(Debug, Deserialize)]
struct ExternalClaims {
    sub: String,
    business_id: Option<Uuid>,
}

/// What a token proves.
pub enum Proof {
    Own(Identity),
    /// Somebody known to an identity provider; the database knows who that is here.
    External {
        issuer: String,
        subject: String,
        business_id: Option<Uuid>,
    },
}

/// Signs and reads our own tokens.
#[derive(Clone)]
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    verified: Arc<Cache<[u8; 32], Verified>>,
}

/// What a token of ours proved when it was read, by the token's hash: reading it again would prove the same
/// but for the time. Whether its session still stands is the database's to say, in every operation.
#[derive(Clone)]
struct Verified {
    identity: Identity,
    /// Seconds since 1970.
    expires: i64,
}

impl Tokens {
    pub fn new(secret: &str) -> Tokens {
        Tokens {
            encoding: EncodingKey::from_secret(secret.as_bytes()),
            decoding: DecodingKey::from_secret(secret.as_bytes()),
            validation: validation(Algorithm::HS256, ISSUER, ISSUER),
            verified: Arc::new(Cache::new(VERIFIED)),
        }
    }

    /// A token for `minutes` from now. Without a session it cannot be revoked: for development only.
    pub fn sign(
        &self,
        user_id: Uuid,
        session_id: Option<Uuid>,
        business_id: Option<Uuid>,
        role: Option<&str>,
        minutes: i64,
    ) -> anyhow::Result<(String, chrono::DateTime<chrono::Utc>)> {
        let now = chrono::Utc::now();
        let expires = now + chrono::Duration::minutes(minutes);
        let claims = Claims {
            iss: ISSUER.into(),
            aud: ISSUER.into(),
            sub: user_id,
            iat: now.timestamp(),
            exp: expires.timestamp(),
            sid: session_id,
            bid: business_id,
            role: role.map(str::to_owned),
        };
        Ok((jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)?, expires))
    }

    fn read(&self, token: &str) -> Option<Identity> {
        self.read_at(token, chrono::Utc::now().timestamp())
    }

    /// `now`: seconds since 1970, for what was read before.
    fn read_at(&self, token: &str, now: i64) -> Option<Identity> {
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        if let Some(known) = self.verified.get(&hash) {
            return (now <= known.expires.saturating_add(LEEWAY as i64)).then_some(known.identity);
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims;
        let identity = Identity {
            user_id: claims.sub,
            business_id: claims.bid,
            session_id: claims.sid,
            api_key_id: None,
        };
        let verified = Verified {
            identity: identity.clone(),
            expires: claims.exp,
        };
        self.verified.insert(hash, verified);
        Some(identity)
    }
}

impl TokenIssuer for Tokens {
    fn access_token(&self, claims: AccessClaims) -> Result<(String, chrono::DateTime<chrono::Utc>), Error> {
        let role = claims.role.map(|role| role.as_str());
        self.sign(claims.user_id, Some(claims.session_id), claims.business_id, role, ACCESS_MINUTES)
            .map_err(|error| {
                tracing::error!(%error, "a token could not be signed");
                Error::internal()
            })
    }
}

fn validation(algorithm: Algorithm, issuer: &str, audience: &str) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.validate_nbf = true;
    validation.leeway = LEEWAY;
    validation
}

/// Reads bearer tokens of both kinds.
pub struct Verifier {
    own: Tokens,
    external: Option<Arc<Provider>>,
}

struct Provider {
    settings: External,
    /// An unknown key id fetches the key set anew, but not more often than this.
    pause: Duration,
    keys: RwLock<Keys>,
    fetching: tokio::sync::Mutex<()>,
}

struct Keys {
    set: JwkSet,
    fetched: Option<Instant>,
}

impl Verifier {
    pub fn new(config: &Config) -> Verifier {
        let external = config.external.clone().map(|settings| {
            Arc::new(Provider {
                settings,
                pause: config.deadlines.keys,
                keys: RwLock::new(Keys {
                    set: JwkSet { keys: Vec::new() },
                    fetched: None,
                }),
                fetching: tokio::sync::Mutex::new(()),
            })
        });
        Verifier {
            own: Tokens::new(&config.token_secret),
            external,
        }
    }

    pub fn tokens(&self) -> Tokens {
        self.own.clone()
    }

    /// What a token proves, or None.
    pub async fn verify(&self, token: &str) -> Option<Proof> {
        if let Some(identity) = self.own.read(token) {
            return Some(Proof::Own(identity));
        }
        self.external.as_ref()?.verify(token).await
    }
}

impl Provider {
    async fn verify(self: &Arc<Self>, token: &str) -> Option<Proof> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        if self.is_older_than(self.pause * KEYS_AGE) {
            self.fetch().await;
        }
        let (key, algorithm) = match self.find(&kid) {
            Some(found) => found,
            None => {
                self.fetch().await;
                self.find(&kid)?
            }
        };
        let rules = validation(algorithm, &self.settings.issuer, &self.settings.audience);
        let claims = jsonwebtoken::decode::<ExternalClaims>(token, &key, &rules).ok()?.claims;
        Some(Proof::External {
            issuer: self.settings.issuer.clone(),
            subject: claims.sub,
            business_id: claims.business_id,
        })
    }

    fn find(&self, kid: &str) -> Option<(DecodingKey, Algorithm)> {
        let keys = self.keys.read().ok()?;
        let jwk = keys.set.find(kid)?;
        let algorithm = algorithm_of(jwk)?;
        Some((DecodingKey::from_jwk(jwk).ok()?, algorithm))
    }

    fn is_older_than(&self, age: Duration) -> bool {
        let fetched = self.keys.read().ok().and_then(|keys| keys.fetched);
        fetched.is_none_or(|moment| moment.elapsed() >= age)
    }

    /// Goes on to its end although the request that wanted it went away: it was made, and counts.
    async fn fetch(self: &Arc<Self>) {
        let provider = Arc::clone(self);
        if let Err(error) = tokio::spawn(async move { provider.fetch_in_turn().await }).await {
            tracing::warn!(%error, "the fetch of the key set died");
        }
    }

    async fn fetch_in_turn(&self) {
        // One at a time; whoever waited finds the keys fetched.
        let _turn = self.fetching.lock().await;
        if !self.is_older_than(self.pause) {
            return;
        }
        let url = self.settings.jwks_url.clone();
        let fetched = tokio::task::spawn_blocking(move || fetch_keys(&url)).await;
        let Ok(mut keys) = self.keys.write() else { return };
        keys.fetched = Some(Instant::now());
        match fetched {
            Ok(Ok(set)) => keys.set = set,
            Ok(Err(error)) => tracing::warn!(%error, "the key set could not be fetched; the known keys stay"),
            Err(error) => tracing::warn!(%error, "the fetch of the key set died"),
        }
    }
}

/// What a key signs with. A key for encryption or one that is shared proves nothing; a provider that
/// names no algorithm means the usual one of the key's kind.
fn algorithm_of(jwk: &Jwk) -> Option<Algorithm> {
    if jwk.common.public_key_use.as_ref().is_some_and(|purpose| *purpose != PublicKeyUse::Signature) {
        return None;
    }
    let usual = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => Algorithm::ES256,
        _ => return None,
    };
    match jwk.common.key_algorithm {
        None => Some(usual),
        Some(KeyAlgorithm::RS256) => Some(Algorithm::RS256),
        Some(KeyAlgorithm::ES256) => Some(Algorithm::ES256),
        Some(_) => None,
    }
}

fn fetch_keys(url: &str) -> anyhow::Result<JwkSet> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(5)))
        .max_redirects(0)
        .build()
        .into();
    let text = agent.get(url).call()?.body_mut().with_config().limit(1 << 20).read_to_string()?;
    Ok(serde_json::from_str(&text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_as_its_identity() {
        let tokens = Tokens::new("0123456789012345678901234567890123");
        let (user, business) = (Uuid::new_v4(), Uuid::new_v4());
        let (token, _) = tokens.sign(user, None, Some(business), Some("owner"), 15).expect("must sign");
        let identity = tokens.read(&token).expect("must be read");
        assert_eq!((identity.user_id, identity.business_id), (user, Some(business)));
    }

    #[test]
    fn a_token_that_was_read_before_ends_in_time_too() {
        let tokens = Tokens::new("0123456789012345678901234567890123");
        let (token, expires) = tokens.sign(Uuid::new_v4(), None, None, None, 15).expect("must sign");
        assert!(tokens.read(&token).is_some(), "it is new");
        let last = expires.timestamp() + LEEWAY as i64;
        assert!(tokens.read_at(&token, last).is_some(), "clocks may differ so much");
        assert!(tokens.read_at(&token, last + 1).is_none(), "it is over, though it is remembered");
    }

    #[test]
    fn foreign_expired_and_unsigned_tokens_prove_nothing() {
        let tokens = Tokens::new("0123456789012345678901234567890123");
        let other = Tokens::new("abcdefghijabcdefghijabcdefghijabcd");
        let (foreign, _) = other.sign(Uuid::new_v4(), None, None, None, 15).expect("must sign");
        let (expired, _) = tokens.sign(Uuid::new_v4(), None, None, None, -5).expect("must sign");
        let (good, _) = tokens.sign(Uuid::new_v4(), None, None, None, 15).expect("must sign");
        let body = good.split('.').nth(1).expect("has a body");
        // {"alg":"none","typ":"JWT"}
        let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.");
        for token in [foreign, expired, unsigned, String::new(), "a.b.c".into()] {
            assert!(tokens.read(&token).is_none(), "{token} must prove nothing");
        }
    }
}
