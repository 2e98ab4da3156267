//! The endpoint: method, media types, identity, execution, status.

use crate::protocol::{self, Body, Media, Refusal};
use crate::router::App;
use crate::serve::Peer;
use crate::{body, handover, identify, problem};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::future::join_all;
use graphql::{Answer, Caller, Outcome, RequestInfo};
use std::net::{IpAddr, SocketAddr};
use uuid::Uuid;

const USER_AGENT_LENGTH: usize = 512;

/// `id` is the request's: in the answer's header, in its extensions and in the log line of the request.
pub async fn graphql(app: &App, id: Uuid, request: Request) -> (Response, Option<Operation>) {
    let accept = every(request.headers(), &header::ACCEPT);
    let wants_page = request.method() == Method::GET && request.uri().query().is_none() && accept.contains("text/html");
    if wants_page {
        return (Redirect::to("/graphiql").into_response(), None);
    }
    let Some(media) = protocol::accepts(&accept) else {
        let refusal = Refusal::new(406, "NOT_ACCEPTABLE", "Accept application/graphql-response+json or application/json.");
        return (refuse(app, &refusal, Media::Json, id), None);
    };
    match answer(app, id, media, request).await {
        Ok(answered) => answered,
        Err(refusal) => (refuse(app, &refusal, media, id), None),
    }
}

async fn answer(app: &App, id: Uuid, media: Media, request: Request) -> Result<(Response, Option<Operation>), Refusal> {
    let (parts, sent) = request.into_parts();
    let read = match parts.method {
        Method::POST => {
            let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
            if !protocol::is_json(content_type) {
                return Err(Refusal::new(415, "UNSUPPORTED_MEDIA_TYPE", "Send application/json in UTF-8."));
            }
            let bytes = body::collect(&parts.headers, sent, app.config.deadlines.body).await?;
            let body = protocol::read_body(&bytes, &app.persisted)?;
            protocol::with_key(body, identify::one(&parts.headers, "idempotency-key")?)?
        }
        Method::GET => Body::One(protocol::read_query(parts.uri.query().unwrap_or_default(), &app.persisted)?),
        _ => return Err(Refusal::new(405, "METHOD_NOT_ALLOWED", "Use POST, or GET for queries.")),
    };
    let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
    let info = RequestInfo {
        request_id: id,
        ip: client(app, &parts.headers, peer),
        user_agent: user_agent(&parts.headers),
    };
    let identity = identify::identify(app, &parts.headers, info.ip).await?;
    let caller = Caller { identity, request: info };
    match read {
        Body::One(request) => {
            let answer = app.gateway.execute(caller, request).await;
            app.metrics.operation(&answer);
            let operation = Operation::of(&answer);
            Ok((single(app, answer, media), Some(operation)))
        }
        Body::Batch(requests) => {
            // Each is a transaction of its own; none waits for another.
            let answers = requests.into_iter().map(|request| item(app, caller.clone(), request, id));
            Ok((with_status(app, StatusCode::OK, list(&join_all(answers).await), media), None))
        }
    }
}

/// One operation of a batch.
async fn item(app: &App, caller: Caller, request: Result<graphql::Request, Refusal>, id: Uuid) -> Vec<u8> {
    match request {
        Ok(request) => {
            let answer = app.gateway.execute(caller, request).await;
            app.metrics.operation(&answer);
            let one = Operation::of(&answer);
            let (kind, statements, bytes) = (one.kind, one.statements, one.bytes);
            let (repeats, replayed, codes) = one.unusual();
            tracing::info!(request_id = %id, kind, statements, bytes, repeats, replayed, codes, "operation of a batch");
            answer.body
        }
        Err(refusal) => problem::body(refusal.code, &refusal.message, id),
    }
}

/// Every value of a header that may come in several lines.
fn every(headers: &HeaderMap, name: &HeaderName) -> String {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.collect::<Vec<_>>().join(",")
}

fn user_agent(headers: &HeaderMap) -> Option<String> {
    let agent = headers.get(header::USER_AGENT)?.to_str().ok()?;
    Some(agent.chars().take(USER_AGENT_LENGTH).collect())
}

/// The peer, or what our own proxy says: it writes last, in the last line of the header.
fn client(app: &App, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back().filter(|_| app.config.trust_forwarded);
    last.and_then(|value| value.to_str().ok())
        .and_then(|list| list.rsplit(',').next())
        .and_then(address)
        .map(|address| address.to_canonical())
        .or(peer)
}

/// Some proxies write the port behind the address, which takes brackets around one of IPv6.
fn address(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    bare.parse().ok().or_else(|| Some(entry.parse::<SocketAddr>().ok()?.ip()))
}

/// What the log says of an operation, in the one line of its request.
#[derive(Debug)]
pub struct Operation {
    pub kind: &'static str,
    pub statements: usize,
    pub repeats: usize,
    pub replayed: bool,
    pub codes: Vec<&'static str>,
    pub bytes: usize,
}

impl Operation {
    fn of(answer: &Answer) -> Operation {
        Operation {
            kind: answer.operation_kind,
            statements: answer.statements,
            repeats: answer.repeats,
            replayed: answer.replayed,
            codes: answer.codes.clone(),
            bytes: answer.body.len(),
        }
    }

    /// Repeats, whether it is a replay, and codes of errors: what is usual goes unsaid.
    pub fn unusual(&self) -> (Option<usize>, Option<bool>, Option<String>) {
        let codes = (!self.codes.is_empty()).then(|| self.codes.join(" "));
        ((self.repeats > 0).then_some(self.repeats), self.replayed.then_some(true), codes)
    }
}

fn status(outcome: Outcome, media: Media) -> StatusCode {
    match (outcome, media) {
        (Outcome::MethodNotAllowed, _) => StatusCode::METHOD_NOT_ALLOWED,
        (Outcome::Overloaded, _) => StatusCode::SERVICE_UNAVAILABLE,
        (Outcome::Executed, _) | (_, Media::Json) => StatusCode::OK,
        (Outcome::Invalid, Media::Response) => StatusCode::BAD_REQUEST,
        (Outcome::Unauthenticated, Media::Response) => StatusCode::UNAUTHORIZED,
    }
}

fn single(app: &App, answer: Answer, media: Media) -> Response {
    let mut response = with_status(app, status(answer.outcome, media), answer.body, media);
    if answer.replayed {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    response
}

fn list(answers: &[Vec<u8>]) -> Vec<u8> {
    let mut body = vec![b'['];
    body.extend_from_slice(&answers.join(&b','));
    body.push(b']');
    body
}

fn refuse(app: &App, refusal: &Refusal, media: Media, id: Uuid) -> Response {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    with_status(app, status, problem::body(refusal.code, &refusal.message, id), media)
}

fn with_status(app: &App, status: StatusCode, body: Vec<u8>, media: Media) -> Response {
    let mut response = (status, handover::body(body, app.config.deadlines.answer)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    // Answers are one caller's own.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept, authorization, origin"));
    match status {
        StatusCode::METHOD_NOT_ALLOWED => headers.insert(header::ALLOW, HeaderValue::from_static("POST, GET")),
        StatusCode::SERVICE_UNAVAILABLE => headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1")),
        StatusCode::UNAUTHORIZED => headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
        // What is left of a body nobody reads would be taken for the next request.
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT => headers.insert(header::CONNECTION, HeaderValue::from_static("close")),
        _ => None,
    };
    response
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn a_forwarded_address_may_have_a_port() {
        for (entry, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            (" 192.0.2.7:5678", "192.0.2.7"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
        ] {
            assert_eq!(address(entry).map(|found| found.to_string()).as_deref(), Some(expected), "{entry}");
        }
        for entry in ["", "unknown", "192.0.2.7:", "[192.0.2", "_hidden", "192.0.2.7, 192.0.2.8"] {
            assert_eq!(address(entry), None, "{entry}");
        }
    }
}
