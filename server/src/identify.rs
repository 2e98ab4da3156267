//! Headers to an identity: a bearer token or an API key, and the business to work in.

use crate::auth::Proof;
use crate::protocol::Refusal;
use crate::router::App;
use axum::http::HeaderMap;
use graphql::{Code, Error, Identity};
use std::net::IpAddr;
use uuid::Uuid;

const KEY_PREFIX: &str = "thk_";

/// Whoever sends a token or a key that proves nothing is told so, and not served as nobody.
pub async fn identify(app: &App, headers: &HeaderMap, ip: Option<IpAddr>) -> Result<Option<Identity>, Refusal> {
    let chosen = one(headers, "x-business-id")?.map(business).transpose()?;
    let authorization = one(headers, "authorization")?;
    let key = one(headers, "x-api-key")?;
    let bearer = authorization.map(bearer).transpose()?;
    match (bearer, key) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(Refusal::new(400, "BAD_REQUEST", "Send a token or a key, not both.")),
        (Some(key), None) | (None, Some(key)) if key.starts_with(KEY_PREFIX) => by_key(app, key, ip, chosen).await.map(Some),
        (None, Some(_)) => Err(refused()),
        (Some(token), None) => by_token(app, token, chosen).await.map(Some),
    }
}

fn refused() -> Refusal {
    Refusal::new(401, "UNAUTHENTICATED", "The token or key is not valid, or no longer. Sign in again.")
}

/// The one value of a header. Two would leave it to chance which of them counts.
pub fn one<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<Option<&'h str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refusal::new(400, "BAD_REQUEST", format!("The header {name} is there more than once.")));
    }
    match value.to_str() {
        Ok(text) => Ok(Some(text.trim())),
        Err(_) => Err(Refusal::new(400, "BAD_REQUEST", format!("The header {name} is no plain text."))),
    }
}

fn business(text: &str) -> Result<Uuid, Refusal> {
    Uuid::parse_str(text).map_err(|_| Refusal::new(400, "INPUT_INVALID", "X-Business-Id is no id (a UUID)."))
}

fn bearer(value: &str) -> Result<&str, Refusal> {
    let (scheme, token) = value.split_once(' ').ok_or_else(refused)?;
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(token.trim())
    } else {
        Err(refused())
    }
}

/// A key works in the business it was made in, whatever else is asked for.
async fn by_key(app: &App, key: &str, ip: Option<IpAddr>, chosen: Option<Uuid>) -> Result<Identity, Refusal> {
    let found = app.gateway.find_api_key(key, ip).await.map_err(|error| failed(&error))?;
    let identity = found.ok_or_else(refused)?;
    if chosen.is_some_and(|chosen| identity.business_id != Some(chosen)) {
        return Err(Refusal::new(403, "FORBIDDEN", "You are no active member of this business."));
    }
    Ok(identity)
}

async fn by_token(app: &App, token: &str, chosen: Option<Uuid>) -> Result<Identity, Refusal> {
    let mut identity = match app.verifier.verify(token).await.ok_or_else(refused)? {
        Proof::Own(identity) => identity,
        Proof::External { issuer, subject, business_id } => {
            let found = app.gateway.find_identity(&issuer, &subject).await.map_err(|error| failed(&error))?;
            Identity {
                user_id: found.ok_or_else(refused)?,
                business_id,
                session_id: None,
                api_key_id: None,
            }
        }
    };
    identity.business_id = chosen.or(identity.business_id);
    Ok(identity)
}

fn failed(error: &Error) -> Refusal {
    let status = match error.code {
        Code::Overloaded | Code::TryAgain | Code::Timeout => 503,
        _ => 500,
    };
    Refusal::new(status, error.code.as_str(), error.message.clone())
}
