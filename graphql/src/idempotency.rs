//! Idempotency keys: a mutation that comes again with its key gets its first answer and does nothing.
//! What a key is and whom it belongs to is the database's (`platform.claim_idempotency_key`); this room says
//! which requests are the same, and what of an answer is kept.

use crate::caller::{Caller, Request};
use crate::error::{Code, Error, Result};
use crate::plan::sql::Statement;
use crate::session::Bind;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio_postgres::Row;
use uuid::Uuid;

const CLAIM: &str =
    "SELECT claim_id, same_request, response ->> 'data', response ->> 'left_out' FROM platform.claim_idempotency_key($1::text, $2::text, $3::bytea)";
const KEEP: &str = "SELECT platform.keep_answer($1::uuid, $2::text, $3::text)";

/// Answers are kept for months: what is larger is read again by whoever needs it.
const LARGEST: usize = 256 * 1024;
const SECRET: &str = "secret";
const SIZE: &str = "size";

/// What came of a claim.
pub enum Claimed {
    /// Nobody came with the key before.
    First(Uuid),
    /// The data of the first answer.
    Before(String),
}

/// The claim of a request's key, to travel with the opening of its transaction; None without a key.
pub fn claim(caller: &Caller, request: &Request) -> Result<Option<Statement>> {
    let Some(key) = &request.idempotency_key else { return Ok(None) };
    if caller.identity.as_ref().is_none_or(|identity| identity.business_id.is_none()) {
        let message = "An idempotency key belongs to a member of a business. Leave it out here, or choose a business first.";
        return Err(Error::new(Code::IdempotencyKeyUnsupported, message));
    }
    Ok(Some(Statement {
        sql: CLAIM.to_owned(),
        binds: vec![
            Bind::text(hexadecimal(&Sha256::digest(key.as_bytes()))),
            Bind::opt(request.operation_name.as_deref()),
            Bind::bytes(&request_hash(key, request)),
        ],
    }))
}

/// What the claim gave, or why the key is no good.
pub fn claimed(row: &Row) -> Result<Claimed> {
    if let Some(id) = row.get::<_, Option<Uuid>>(0) {
        return Ok(Claimed::First(id));
    }
    if row.get::<_, Option<bool>>(1) != Some(true) {
        let message = "This idempotency key came with another request before. Use a new key for each thing you want done.";
        return Err(Error::new(Code::IdempotencyKeyReused, message));
    }
    match (row.get::<_, Option<String>>(2), row.get::<_, Option<String>>(3).as_deref()) {
        (Some(data), _) => Ok(Claimed::Before(data)),
        (None, Some(SECRET)) => {
            let message = "This was done when the key came first. Its answer held a secret, which is shown once; if it is lost, make a new one.";
            Err(Error::new(Code::SecretAlreadyShown, message))
        }
        _ => {
            let message = "This was done when the key came first. Its answer was too large to keep: read what you need of it.";
            Err(Error::new(Code::AnswerNotKept, message))
        }
    }
}

/// Keeps the data of an answer, to travel with the commit.
pub fn keep(claim_id: Uuid, data: &[u8], shows_secret: bool) -> Result<Statement> {
    let left_out = if shows_secret { Some(SECRET) } else { (data.len() > LARGEST).then_some(SIZE) };
    let text = std::str::from_utf8(data).map_err(|_| Error::internal())?;
    Ok(Statement {
        sql: KEEP.to_owned(),
        binds: vec![Bind::uuid(claim_id), Bind::opt(left_out.is_none().then_some(text)), Bind::opt(left_out)],
    })
}

/// SHA-256 of what makes requests the same: document, operation name, variables. Variables may hold a
/// password, and a hash of it could be guessed at; the key, of which the database knows only a hash, is in
/// front of it, and is nothing to guess.
fn request_hash(key: &str, request: &Request) -> Vec<u8> {
    let mut canonical = Vec::new();
    let name = request.operation_name.as_deref().unwrap_or_default();
    for part in [key, request.document.as_str(), name] {
        // With its length, so that no part runs into the next.
        canonical.extend_from_slice(&(part.len() as u64).to_be_bytes());
        canonical.extend_from_slice(part.as_bytes());
    }
    canonical.push(b'{');
    members(&mut canonical, request.variables.iter());
    canonical.push(b'}');
    Sha256::digest(&canonical).to_vec()
}

/// JSON with its members sorted by name, without spaces.
fn canonical_json(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Object(object) => {
            out.push(b'{');
            members(out, object.iter());
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for item in items {
                canonical_json(out, item);
                out.push(b',');
            }
            out.push(b']');
        }
        scalar => out.extend_from_slice(scalar.to_string().as_bytes()),
    }
}

fn members<'m>(out: &mut Vec<u8>, members: impl Iterator<Item = (&'m String, &'m Value)>) {
    let mut sorted: Vec<_> = members.collect();
    sorted.sort_by_key(|(name, _)| *name);
    for (name, value) in sorted {
        out.extend_from_slice(Value::from(name.as_str()).to_string().as_bytes());
        out.push(b':');
        canonical_json(out, value);
        out.push(b',');
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(document: &str, name: Option<&str>, variables: &str) -> Request {
        Request {
            document: document.into(),
            operation_name: name.map(str::to_owned),
            variables: serde_json::from_str(variables).expect("must be an object"),
            ..Request::default()
        }
    }

    #[test]
    fn the_same_request_has_the_same_hash_and_no_other_has() {
        let hash = |request: &Request| request_hash("key-0001", request);
        let first = hash(&request("mutation A { a }", Some("A"), r#"{"x":{"b":[1,2],"a":null},"y":"1"}"#));
        let same = request("mutation A { a }", Some("A"), r#"{ "y": "1", "x": { "a": null, "b": [1, 2] } }"#);
        assert_eq!(first, hash(&same), "the order of members and spaces say nothing");
        for other in [
            request("mutation A { b }", Some("A"), r#"{"x":{"b":[1,2],"a":null},"y":"1"}"#),
            request("mutation A { a }", None, r#"{"x":{"b":[1,2],"a":null},"y":"1"}"#),
            request("mutation A { a }A", None, r#"{"x":{"b":[1,2],"a":null},"y":"1"}"#),
            request("mutation A { a }", Some("A"), r#"{"x":{"b":[2,1],"a":null},"y":"1"}"#),
            request("mutation A { a }", Some("A"), r#"{"x":{"b":[1,2]},"y":"1"}"#),
            request("mutation A { a }", Some("A"), r#"{"x":{"b":[1,2],"a":null},"y":1}"#),
            request("mutation A { a }", Some("A"), "{}"),
        ] {
            assert_ne!(first, hash(&other), "{other:?}");
        }
        assert_ne!(first, request_hash("key-0002", &same), "the key is part of it");
    }

    #[test]
    fn secrets_and_what_is_too_large_are_not_kept() {
        let kept = |data: &[u8], secret: bool| {
            let statement = keep(Uuid::nil(), data, secret).expect("must be a statement");
            let [_, answer, reason] = <[Bind; 3]>::try_from(statement.binds).expect("must be three");
            (answer.into_text().map(|text| text.len()), reason.into_text())
        };
        assert_eq!(kept(b"{\"a\":1}", false), (Some(7), None));
        assert_eq!(kept(b"{\"a\":1}", true), (None, Some(SECRET.to_owned())));
        assert_eq!(kept(&vec![b'x'; LARGEST], false), (Some(LARGEST), None));
        assert_eq!(kept(&vec![b'x'; LARGEST + 1], false), (None, Some(SIZE.to_owned())));
    }
}
