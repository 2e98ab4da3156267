//! What the gateway is measured against: a server written by hand for exactly these queries. It knows
//! every statement beforehand, keeps them prepared, sends the transaction's frame, the caller's context
//! and the query in one go, as the gateway's own role, and writes JSON from binary rows; or lets
//! PostgreSQL make the JSON. Nothing in it is general, checked or logged.

mod pool;
mod statements;
mod texts;
mod write;

use anyhow::Context;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::ListenerExt;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use pool::Pool;
use serde_json::Value;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use uuid::Uuid;

pub use statements::variants;

struct Reference {
    pool: Pool,
    key: DecodingKey,
    validation: Validation,
}

#[derive(serde::Deserialize)]
struct Claims {
    sub: Uuid,
    bid: Uuid,
}

/// Whose rows a request is about, and where it comes from: a business may admit some networks only.
#[derive(Clone, Copy)]
pub struct Caller {
    pub user: Uuid,
    pub business: Uuid,
    pub address: IpAddr,
}

/// Serves until the process ends.
pub async fn serve(database_url: &str, secret: &str, port: u16, connections: usize) -> anyhow::Result<()> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&["thorbis"]);
    validation.set_audience(&["thorbis"]);
    let reference = Arc::new(Reference {
        pool: Pool::connect(database_url, connections).await?,
        key: DecodingKey::from_secret(secret.as_bytes()),
        validation,
    });
    let router = Router::new().route("/{query}/{variant}", post(answer)).with_state(reference);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .context("the reference's port is taken")?;
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await?)
}

async fn answer(
    State(reference): State<Arc<Reference>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path((query, variant)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match reference.answer(&query, &variant, peer.ip(), &headers, &body).await {
        Ok(body) => ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:?}")).into_response(),
    }
}

impl Reference {
    async fn answer(&self, query: &str, variant: &str, address: IpAddr, headers: &HeaderMap, body: &[u8]) -> anyhow::Result<Vec<u8>> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let claims = jsonwebtoken::decode::<Claims>(token.context("no token")?, &self.key, &self.validation)?.claims;
        let caller = Caller {
            user: claims.sub,
            business: claims.bid,
            address,
        };
        let variables: Value = serde_json::from_slice(body)?;
        let connection = self.pool.get().await?;
        statements::run(&connection, query, variant, caller, &variables).await
    }
}
