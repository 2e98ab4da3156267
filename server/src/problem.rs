//! The shape of every refusal, wherever in the server it comes from:
//! `{"errors":[{"message":…,"extensions":{"code":…,"requestId":…}}]}`.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use uuid::Uuid;

pub fn body(code: &str, message: &str, id: Uuid) -> Vec<u8> {
    let extensions = json!({ "code": code, "requestId": id });
    json!({ "errors": [{ "message": message, "extensions": extensions }] }).to_string().into_bytes()
}

pub fn panicked(id: Uuid) -> Response {
    let message = "Something failed on our side. Try again; quote the request id if it persists.";
    let mut response = (StatusCode::INTERNAL_SERVER_ERROR, body("INTERNAL", message, id)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    response
}

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// Gives a bare status of the routes, such as that of a path that is not there, a body like any other's.
pub fn shaped(response: Response, id: Uuid) -> Response {
    let status = response.status();
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_json = content_type.is_some_and(|text| text.starts_with("application/") && text.contains("json"));
    if is_json || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (code, message) = match status {
        StatusCode::NOT_FOUND => ("NOT_FOUND", "Nothing here. The endpoint is /graphql, a place to try it /graphiql."),
        StatusCode::METHOD_NOT_ALLOWED => ("METHOD_NOT_ALLOWED", "This method is not served here; the Allow header names those that are."),
        StatusCode::SERVICE_UNAVAILABLE => ("NOT_READY", "The database does not answer. Try again in a moment."),
        _ if status.is_client_error() => ("BAD_REQUEST", "The request is not one this server understands."),
        _ => ("INTERNAL", "Something failed on our side. Try again; quote the request id if it persists."),
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, JSON);
    Response::from_parts(parts, Body::from(body(code, message, id)))
}
