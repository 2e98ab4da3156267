//! GraphQL over HTTP: bodies to requests, by the specification.

use graphql::Request;
use quick_cache::sync::Cache;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Operations in one HTTP request.
pub const MAXIMUM_BATCH: usize = 10;
const PERSISTED_DOCUMENTS: usize = 2_000;
const PERSISTED_BYTES: usize = 15_000;
/// Characters of an idempotency key.
const KEY_LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

/// Documents that clients send by their hash after the first time.
pub type Persisted = Cache<String, Arc<str>>;

pub fn persisted() -> Persisted {
    Cache::new(PERSISTED_DOCUMENTS)
}

/// Why a body is no request; the status and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub code: &'static str,
    pub message: String,
}

impl Refusal {
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal {
            status,
            code,
            message: message.into(),
        }
    }

    fn bad(message: impl Into<String>) -> Refusal {
        Refusal::new(400, "BAD_REQUEST", message)
    }
}

#[derive(Debug)]
pub enum Body {
    One(Request),
    /// An item that only its own answer can refuse does not spoil the others'.
    Batch(Vec<Result<Request, Refusal>>),
}

/// A POST body.
pub fn read_body(bytes: &[u8], persisted: &Persisted) -> Result<Body, Refusal> {
    let json: Value = serde_json::from_slice(bytes).map_err(|_| Refusal::bad("The body is no JSON."))?;
    match json {
        Value::Array(items) if items.is_empty() => Err(Refusal::bad("The batch is empty.")),
        Value::Array(items) if items.len() > MAXIMUM_BATCH => Err(Refusal::bad(format!("The batch has more than {MAXIMUM_BATCH} operations."))),
        Value::Array(items) => items
            .into_iter()
            .map(|item| match request(item, persisted) {
                Err(refusal) if refusal.status != 200 => Err(refusal),
                read => Ok(read),
            })
            .collect::<Result<_, _>>()
            .map(Body::Batch),
        item => request(item, persisted).map(Body::One),
    }
}

fn request(json: Value, persisted: &Persisted) -> Result<Request, Refusal> {
    let Value::Object(mut members) = json else {
        return Err(Refusal::bad("The body is no object with a query."));
    };
    let query = text(&mut members, "query")?;
    let operation_name = text(&mut members, "operationName")?;
    let variables = object(&mut members, "variables")?;
    let extensions = object(&mut members, "extensions")?;
    Ok(Request {
        document: document(query, &extensions, persisted)?,
        operation_name,
        variables,
        queries_only: false,
        idempotency_key: match extensions.get("idempotencyKey") {
            None | Some(Value::Null) => None,
            Some(Value::String(key)) => Some(idempotency_key(key)?),
            Some(_) => return Err(Refusal::bad("extensions.idempotencyKey must be a string.")),
        },
    })
}

fn idempotency_key(key: &str) -> Result<String, Refusal> {
    if KEY_LENGTH.contains(&key.chars().count()) {
        return Ok(key.to_owned());
    }
    let (shortest, longest) = (KEY_LENGTH.start(), KEY_LENGTH.end());
    Err(Refusal::bad(format!(
        "An idempotency key has {shortest} to {longest} characters: a random UUID does well."
    )))
}

/// Gives a request the key of the header `Idempotency-Key`, which may be quoted.
pub fn with_key(body: Body, header: Option<&str>) -> Result<Body, Refusal> {
    let Some(header) = header else { return Ok(body) };
    let quoted = header.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let key = idempotency_key(quoted.unwrap_or(header))?;
    match body {
        Body::Batch(_) => Err(Refusal::bad(
            "One Idempotency-Key does not do for a batch: put an idempotencyKey into the extensions of each item.",
        )),
        Body::One(request) if request.idempotency_key.as_ref().is_some_and(|other| *other != key) => Err(Refusal::bad(
            "The header Idempotency-Key and extensions.idempotencyKey differ: send one of them.",
        )),
        Body::One(request) => Ok(Body::One(Request {
            idempotency_key: Some(key),
            ..request
        })),
    }
}

/// The parameters of a GET.
pub fn read_query(query: &str, persisted: &Persisted) -> Result<Request, Refusal> {
    let mut members = Map::new();
    for (name, value) in form_urlencoded(query)? {
        let value = match name.as_str() {
            "variables" | "extensions" if value.is_empty() => Value::Null,
            "variables" | "extensions" => serde_json::from_str(&value).map_err(|_| Refusal::bad(format!("{name} is no JSON.")))?,
            _ => Value::String(value),
        };
        if members.insert(name, value).is_some() {
            return Err(Refusal::bad("A parameter is there more than once."));
        }
    }
    if members.get("operationName") == Some(&Value::String(String::new())) {
        members.remove("operationName");
    }
    Ok(Request {
        queries_only: true,
        ..request(Value::Object(members), persisted)?
    })
}

/// `a=b&c=d` with plus signs and percent escapes.
fn form_urlencoded(query: &str) -> Result<Vec<(String, String)>, Refusal> {
    let decode = |text: &str| -> Result<String, Refusal> {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.as_bytes();
        while let Some((first, tail)) = rest.split_first() {
            rest = tail;
            match first {
                b'+' => bytes.push(b' '),
                b'%' => {
                    let digits = rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                    let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
                    bytes.push(byte.ok_or_else(|| Refusal::bad("The query string is not percent-encoded."))?);
                    rest = &rest[2..];
                }
                other => bytes.push(*other),
            }
        }
        String::from_utf8(bytes).map_err(|_| Refusal::bad("The query string is no UTF-8."))
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name)?, decode(value)?))
        })
        .collect()
}

fn text(members: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Refusal> {
    match members.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Refusal::bad(format!("{name} must be a string."))),
    }
}

fn object(members: &mut Map<String, Value>, name: &str) -> Result<Map<String, Value>, Refusal> {
    match members.remove(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(Refusal::bad(format!("{name} must be an object."))),
    }
}

/// The document itself, or the one behind `extensions.persistedQuery`.
fn document(query: Option<String>, extensions: &Map<String, Value>, persisted: &Persisted) -> Result<String, Refusal> {
    let Some(reference) = extensions.get("persistedQuery") else {
        return query.ok_or_else(|| Refusal::bad("query is missing: send the GraphQL document in it."));
    };
    let hash = reference.get("sha256Hash").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    if reference.get("version").and_then(Value::as_u64) != Some(1) || hash.len() != 64 {
        return Err(Refusal::bad("extensions.persistedQuery needs version 1 and a sha256Hash."));
    }
    match query {
        None => match persisted.get(&hash) {
            Some(document) => Ok(document.to_string()),
            // The message is the protocol's: clients send the document again when they read it.
            None => Err(Refusal::new(200, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")),
        },
        Some(query) => {
            let digest: String = Sha256::digest(query.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
            if digest != hash {
                return Err(Refusal::bad("The sha256Hash is not that of the query."));
            }
            if query.len() <= PERSISTED_BYTES {
                persisted.insert(hash, query.as_str().into());
            }
            Ok(query)
        }
    }
}

/// The two media types of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// application/json: always 200 once there is a GraphQL answer.
    Json,
    /// application/graphql-response+json: the status tells.
    Response,
}

impl Media {
    pub fn content_type(self) -> &'static str {
        match self {
            Media::Json => "application/json; charset=utf-8",
            Media::Response => "application/graphql-response+json; charset=utf-8",
        }
    }
}

/// What the client accepts, best first; None where it is nothing we have.
pub fn accepts(header: &str) -> Option<Media> {
    if header.trim().is_empty() {
        return Some(Media::Json);
    }
    let mut best: Option<(f32, u8, Media)> = None;
    for entry in header.split(',') {
        let mut parts = entry.split(';').map(str::trim);
        let (media, exact) = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "application/graphql-response+json" => (Media::Response, 2),
            "application/json" => (Media::Json, 2),
            "application/*" => (Media::Json, 1),
            "*/*" => (Media::Json, 0),
            _ => continue,
        };
        let quality = parts
            .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
            .and_then(|q| q.parse::<f32>().ok())
            .unwrap_or(1.0);
        let better = best.is_none_or(|(q, e, _)| (quality, exact) > (q, e));
        if quality > 0.0 && better {
            best = Some((quality, exact, media));
        }
    }
    best.map(|(_, _, media)| media)
}

/// application/json, in UTF-8 where a charset is named.
pub fn is_json(content_type: Option<&str>) -> bool {
    let Some(content_type) = content_type else { return false };
    let mut parts = content_type.split(';').map(|part| part.trim().to_ascii_lowercase());
    let is_type = parts.next().is_some_and(|media| media == "application/json");
    is_type && parts.all(|part| part.strip_prefix("charset=").is_none_or(|charset| charset.trim_matches('"') == "utf-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_negotiated() {
        assert_eq!(accepts(""), Some(Media::Json));
        assert_eq!(accepts("*/*"), Some(Media::Json));
        assert_eq!(accepts("application/graphql-response+json, application/json;q=0.9"), Some(Media::Response));
        assert_eq!(accepts("application/json, application/graphql-response+json;q=0.5"), Some(Media::Json));
        assert_eq!(accepts("text/html"), None);
        assert!(is_json(Some("application/json; charset=utf-8")) && !is_json(Some("text/plain")) && !is_json(None));
        assert!(!is_json(Some("application/json; charset=latin1")));
    }

    #[test]
    fn bodies_of_the_wrong_form_are_refused() {
        let persisted = persisted();
        for body in [
            "",
            "{",
            "[]",
            "1",
            "{}",
            r#"{"query":1}"#,
            r#"{"query":"{a}","variables":[]}"#,
            r#"{"query":"{a}","operationName":{}}"#,
        ] {
            assert_eq!(read_body(body.as_bytes(), &persisted).expect_err(body).status, 400, "{body}");
        }
        let batch = format!("[{}]", [r#"{"query":"{a}"}"#; 11].join(","));
        assert_eq!(read_body(batch.as_bytes(), &persisted).expect_err("must be refused").status, 400);
    }

    #[test]
    fn a_document_is_found_by_its_hash_once_it_was_sent() {
        let persisted = persisted();
        let hash: String = Sha256::digest(b"{a}").iter().map(|byte| format!("{byte:02x}")).collect();
        let by_hash = format!(r#"{{"extensions":{{"persistedQuery":{{"version":1,"sha256Hash":"{hash}"}}}}}}"#);
        assert_eq!(
            read_body(by_hash.as_bytes(), &persisted).expect_err("must be unknown").code,
            "PERSISTED_QUERY_NOT_FOUND"
        );
        let sent = format!(r#"{{"query":"{{a}}","extensions":{{"persistedQuery":{{"version":1,"sha256Hash":"{hash}"}}}}}}"#);
        read_body(sent.as_bytes(), &persisted).expect("must be stored");
        let Ok(Body::One(request)) = read_body(by_hash.as_bytes(), &persisted) else {
            panic!("must be found")
        };
        assert_eq!(request.document, "{a}");
    }

    #[test]
    fn get_parameters_are_decoded() {
        let request = read_query("query=%7Ba%7D&variables=%7B%22x%22%3A1%7D", &persisted()).expect("must be a request");
        assert_eq!(
            (request.document.as_str(), request.variables["x"].as_i64(), request.queries_only),
            ("{a}", Some(1), true)
        );
        assert!(read_query("query=%7", &persisted()).is_err());
    }
}
