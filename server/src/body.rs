//! Request bodies: bounded in bytes and in time, read as they are.

use crate::protocol::Refusal;
use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use std::time::Duration;

pub const MAXIMUM: usize = 2 * 1024 * 1024;
/// A client that is still sending reads no answer; this much more is thrown away so that it hears one.
const THROWN_AWAY: usize = 64 * 1024 * 1024;

/// The whole body, or why not.
pub async fn collect(headers: &HeaderMap, body: Body, deadline: Duration) -> Result<Bytes, Refusal> {
    let encoding = headers.get(header::CONTENT_ENCODING);
    // Nothing is unpacked: a small body that grows is the sender's way to our memory.
    if encoding.is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(Refusal::new(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "Send the body uncompressed, without Content-Encoding.",
        ));
    }
    let read = tokio::time::timeout(deadline, read(headers, body)).await;
    read.unwrap_or_else(|_| Err(Refusal::new(408, "TIMEOUT", "The body took too long to arrive.")))
}

async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Refusal> {
    let mut stream = body.into_data_stream();
    let mut kept = BytesMut::new();
    let mut seen = 0usize;
    // Who asks before sending is refused before sending.
    if headers.contains_key(header::EXPECT) && announced(headers).is_some_and(|length| length > MAXIMUM) {
        return Err(too_large());
    }
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Refusal::new(400, "BAD_REQUEST", "The body was cut off."))?;
        seen += chunk.len();
        if seen <= MAXIMUM {
            kept.extend_from_slice(&chunk);
        } else if seen > THROWN_AWAY {
            break;
        } else {
            kept = BytesMut::new();
        }
    }
    if seen > MAXIMUM { Err(too_large()) } else { Ok(kept.freeze()) }
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large() -> Refusal {
    Refusal::new(413, "BODY_TOO_LARGE", format!("The body has more than {MAXIMUM} bytes."))
}
