//! The endpoint: method, media types, identity, execution, status.

use crate::protocol::{self, Body, Media, Refusal};
use crate::router::{App, RequestId};
use crate::serve::Peer;
use axum::body::Body as HttpBody;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::future::join_all;
use graphql::{Answer, Caller, Identity, Outcome, RequestInfo};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

const MAXIMUM_BODY: usize = 2 * 1024 * 1024;
/// A body that takes longer comes from a slow client on purpose or from no client at all.
const BODY_DEADLINE: Duration = Duration::from_secs(30);
const USER_AGENT_LENGTH: usize = 512;

pub async fn graphql(State(app): State<Arc<App>>, Extension(RequestId(id)): Extension<RequestId>, request: Request) -> Response {
    let accept = text(request.headers(), header::ACCEPT.as_str());
    let wants_page = request.method() == Method::GET && request.uri().query().is_none() && accept.as_deref().is_some_and(|accept| accept.contains("text/html"));
    if wants_page {
        return Redirect::to("/graphiql").into_response();
    }
    let Some(media) = protocol::accepts(accept.as_deref()) else {
        return refuse(
            &Refusal::new(406, "NOT_ACCEPTABLE", "Accept application/graphql-response+json or application/json."),
            Media::Json,
            id,
        );
    };
    match answer(&app, id, media, request).await {
        Ok(response) => response,
        Err(refusal) => refuse(&refusal, media, id),
    }
}

async fn answer(app: &App, id: Uuid, media: Media, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let read = match parts.method {
        Method::POST => {
            if !protocol::is_json(text(&parts.headers, header::CONTENT_TYPE.as_str()).as_deref()) {
                return Err(Refusal::new(415, "UNSUPPORTED_MEDIA_TYPE", "Send application/json in UTF-8."));
            }
            protocol::read_body(&collect(body).await?, &app.persisted)?
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
    let identity = identify(app, &parts.headers, info.ip).await?;
    let caller = Caller { identity, request: info };
    match read {
        Body::One(request) => {
            let answer = app.gateway.execute(caller, request).await;
            count(app, &answer, id);
            Ok(single(answer, media))
        }
        Body::Batch(requests) => {
            // Each is a transaction of its own; none waits for another.
            let answers = join_all(requests.into_iter().map(|request| app.gateway.execute(caller.clone(), request))).await;
            answers.iter().for_each(|answer| count(app, answer, id));
            Ok(batch(answers, media))
        }
    }
}

async fn collect(body: HttpBody) -> Result<bytes::Bytes, Refusal> {
    match tokio::time::timeout(BODY_DEADLINE, axum::body::to_bytes(body, MAXIMUM_BODY)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(Refusal::new(
            413,
            "BODY_TOO_LARGE",
            format!("The body was cut off, or has more than {MAXIMUM_BODY} bytes."),
        )),
        Err(_) => Err(Refusal::new(408, "TIMEOUT", "The body took too long to arrive.")),
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn user_agent(headers: &HeaderMap) -> Option<String> {
    text(headers, header::USER_AGENT.as_str()).map(|agent| agent.chars().take(USER_AGENT_LENGTH).collect())
}

fn client(app: &App, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
    let forwarded = app.config.trust_forwarded.then(|| text(headers, "x-forwarded-for")).flatten();
    forwarded
        .and_then(|list| list.rsplit(',').next().and_then(|last| last.trim().parse().ok()))
        .or(peer)
}

/// Whoever sends a token or a key that proves nothing is told so, and not served as nobody.
async fn identify(app: &App, headers: &HeaderMap, ip: Option<IpAddr>) -> Result<Option<Identity>, Refusal> {
    let refusal = || Refusal::new(401, "UNAUTHENTICATED", "The token or key is not valid, or no longer. Sign in again.");
    let bearer = match text(headers, header::AUTHORIZATION.as_str()) {
        None => None,
        Some(value) => {
            let (scheme, token) = value.split_once(' ').ok_or_else(refusal)?;
            if !scheme.eq_ignore_ascii_case("bearer") {
                return Err(refusal());
            }
            Some(token.trim().to_owned())
        }
    };
    let key = text(headers, "x-api-key").or_else(|| bearer.clone().filter(|token| token.starts_with("thk_")));
    if let Some(key) = key {
        let found = app.gateway.find_api_key(&key, ip).await;
        let found = found.map_err(|error| Refusal::new(503, error.code.as_str(), error.message))?;
        return found.map(Some).ok_or_else(refusal);
    }
    let Some(token) = bearer else { return Ok(None) };
    let mut identity = app.verifier.verify(&token).await.ok_or_else(refusal)?;
    if let Some(chosen) = text(headers, "x-business-id") {
        let chosen = Uuid::parse_str(&chosen).map_err(|_| Refusal::new(400, "INPUT_INVALID", "X-Business-Id is no id (a UUID)."))?;
        identity.business_id = Some(chosen);
    }
    Ok(Some(identity))
}

fn count(app: &App, answer: &Answer, id: Uuid) {
    app.metrics.operation(!answer.codes.is_empty(), answer.statements);
    tracing::info!(request_id = %id, kind = answer.operation_kind, statements = answer.statements, codes = ?answer.codes, bytes = answer.body.len(), "operation");
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

fn single(answer: Answer, media: Media) -> Response {
    with_status(status(answer.outcome, media), answer.body, media)
}

fn batch(answers: Vec<Answer>, media: Media) -> Response {
    let mut body = Vec::with_capacity(answers.iter().map(|answer| answer.body.len() + 1).sum::<usize>() + 2);
    body.push(b'[');
    for (index, answer) in answers.iter().enumerate() {
        if index > 0 {
            body.push(b',');
        }
        body.extend_from_slice(&answer.body);
    }
    body.push(b']');
    with_status(StatusCode::OK, body, media)
}

fn refuse(refusal: &Refusal, media: Media, id: Uuid) -> Response {
    let extensions = serde_json::json!({ "code": refusal.code, "requestId": id });
    let body = serde_json::json!({ "errors": [{ "message": refusal.message, "extensions": extensions }] });
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    with_status(status, body.to_string().into_bytes(), media)
}

fn with_status(status: StatusCode, body: Vec<u8>, media: Media) -> Response {
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    // Answers are one caller's own.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept, authorization, origin"));
    match status {
        StatusCode::METHOD_NOT_ALLOWED => headers.insert(header::ALLOW, HeaderValue::from_static("POST, GET")),
        StatusCode::SERVICE_UNAVAILABLE => headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1")),
        StatusCode::UNAUTHORIZED => headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
        _ => None,
    };
    response
}
