//! GraphiQL from the binary itself: no CDN, no files beside it.

use crate::demo;
use crate::router::App;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::OnceLock;

macro_rules! assets {
    ($($name:literal => $type:literal),* $(,)?) => {
        &[$(($name, $type, include_bytes!(concat!("../assets/graphiql/", $name)))),*]
    };
}

static ASSETS: &[(&str, &str, &[u8])] = assets![
    "index.html" => "text/html; charset=utf-8",
    "app.css" => "text/css; charset=utf-8",
    "app.js" => "text/javascript; charset=utf-8",
    "graphiql.min.css" => "text/css; charset=utf-8",
    "graphiql.min.js" => "text/javascript; charset=utf-8",
    "react.production.min.js" => "text/javascript; charset=utf-8",
    "react-dom.production.min.js" => "text/javascript; charset=utf-8",
    "LICENSES.txt" => "text/plain; charset=utf-8",
];

/// Scripts come from here alone; GraphiQL's editor sets styles on elements and draws icons from data URLs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub async fn page(headers: HeaderMap) -> Response {
    send("index.html", &headers)
}

pub async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    send(&file, &headers)
}

/// Names the demo users with their password, where the operator asked for it; anywhere else there is nothing.
pub async fn demo_users(State(app): State<Arc<App>>) -> Response {
    if !app.config.demo_sign_in {
        return StatusCode::NOT_FOUND.into_response();
    }
    let users: Vec<_> = demo::users()
        .into_iter()
        .map(|user| serde_json::json!({ "email": user.email, "business": user.business, "role": user.role, "password": demo::PASSWORD }))
        .collect();
    axum::Json(users).into_response()
}

fn send(file: &str, headers: &HeaderMap) -> Response {
    let Some(index) = ASSETS.iter().position(|(name, ..)| *name == file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (_, content_type, bytes) = ASSETS[index];
    let tag = &tags()[index];
    let common = [
        (header::CONTENT_TYPE, content_type),
        (header::ETAG, tag.as_str()),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains(tag.as_str()));
    if known {
        (StatusCode::NOT_MODIFIED, common).into_response()
    } else {
        (common, bytes).into_response()
    }
}

fn tags() -> &'static [String] {
    static TAGS: OnceLock<Vec<String>> = OnceLock::new();
    TAGS.get_or_init(|| {
        let tag = |bytes: &[u8]| Sha256::digest(bytes)[..8].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        ASSETS.iter().map(|(.., bytes)| format!("\"{}\"", tag(bytes))).collect()
    })
}
