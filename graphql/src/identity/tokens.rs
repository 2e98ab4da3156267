//! Refresh tokens and API keys: 256 random bits that only the client has; the database keeps hashes.

use crate::action::{AccessClaims, ActionContext};
use crate::caller::Role;
use crate::error::Result;
use crate::session::Bind;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// 256 bits from the operating system.
pub fn secret() -> Result<String> {
    let mut bytes = [0u8; 32];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(|_| crate::Error::internal())?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// SHA-256 of a token, as PostgreSQL reads binary data.
pub fn hash(token: &str) -> Bind {
    let digest = Sha256::digest(token.as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Bind::text(format!("\\x{hex}"))
}

/// `AuthTokens` of a session.
pub fn answer(context: &ActionContext, user_id: Uuid, session_id: Uuid, business_id: Option<Uuid>, role: Option<&str>, refresh: String) -> Result<Value> {
    let claims = AccessClaims {
        user_id,
        session_id,
        business_id,
        role: role.and_then(Role::parse),
    };
    let (access, expires) = context.services.tokens.access_token(claims)?;
    Ok(json!({
        "accessToken": access,
        "refreshToken": refresh,
        "expiresAt": expires.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        "businessId": business_id,
        "role": role,
    }))
}
