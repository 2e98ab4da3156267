//! Routes and what every request goes through.

use crate::auth::Verifier;
use crate::config::Config;
use crate::metrics::Metrics;
use crate::protocol::{self, Persisted};
use crate::{graphiql, problem, respond};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::FutureExt;
use graphql::Gateway;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tower::{Service, ServiceBuilder, ServiceExt, service_fn};
use tower_http::compression::{CompressionBody, CompressionLayer};
use tower_http::cors::{AllowOrigin, CorsLayer};
use uuid::Uuid;

/// What requests share.
pub struct App {
    pub gateway: Arc<Gateway>,
    pub verifier: Verifier,
    pub config: Config,
    pub persisted: Persisted,
    pub metrics: Metrics,
    /// It was told to stop: it serves still, and is not ready for more.
    pub retiring: AtomicBool,
}

impl App {
    pub fn new(gateway: Arc<Gateway>, verifier: Verifier, config: Config) -> App {
        App {
            gateway,
            verifier,
            config,
            persisted: protocol::persisted(),
            metrics: Metrics::default(),
            retiring: AtomicBool::new(false),
        }
    }
}

const ENDPOINT: &str = "/graphql";
/// So much of a path is logged.
const LONGEST_PATH: usize = 200;

/// Everything that is served. What every request goes through is outside of the routes: once, and not once a route.
pub fn service(app: Arc<App>) -> impl Service<Request, Response = Response<CompressionBody<Body>>, Error = Infallible, Future: Send> + Clone + Send + 'static {
    let routes = routes(Arc::clone(&app));
    let cors = cors(&app.config);
    let observed = service_fn(move |request| observe(Arc::clone(&app), routes.clone(), request));
    ServiceBuilder::new().layer(CompressionLayer::new()).option_layer(cors).service(observed)
}

fn routes(app: Arc<App>) -> Router {
    Router::new()
        .route("/graphiql", get(graphiql::page))
        .route("/graphiql/", get(graphiql::page))
        .route("/graphiql/demo-users", get(graphiql::demo_users))
        .route("/graphiql/{file}", get(graphiql::asset))
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .with_state(app)
}

/// Only for the origins that were configured; none by default.
fn cors(config: &Config) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> = config.cors_origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    if origins.is_empty() {
        return None;
    }
    let headers = ["x-api-key", "x-business-id", "x-request-id", "idempotency-key"].map(HeaderName::from_static);
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(
            [header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT]
                .into_iter()
                .chain(headers)
                .collect::<Vec<_>>(),
        )
        .expose_headers([
            HeaderName::from_static("x-request-id"),
            HeaderName::from_static("idempotency-replayed"),
            header::RETRY_AFTER,
        ])
        .max_age(Duration::from_secs(7_200));
    Some(cors)
}

async fn observe(app: Arc<App>, routes: Router, request: Request) -> Result<Response, Infallible> {
    let given = request
        .headers()
        .get("x-request-id")
        .and_then(|value| value.to_str().ok())
        .and_then(|text| Uuid::parse_str(text).ok());
    let id = given.unwrap_or_else(Uuid::new_v4);
    let (method, path) = (request.method().clone(), shortened(request.uri().path()));
    let _in_flight = app.metrics.start();
    let started = std::time::Instant::now();
    let mut abandoned = Abandoned {
        app: &app,
        id,
        started,
        waited_for: true,
    };
    // Nearly everybody asks the endpoint: it is not looked for among the routes.
    let answered = async {
        if path == ENDPOINT {
            return respond::graphql(&app, id, request).await;
        }
        let Ok(response) = routes.oneshot(request).await;
        (response, None)
    };
    let ran = AssertUnwindSafe(answered).catch_unwind().await;
    let (mut response, operation) = match ran {
        Ok((response, operation)) => (problem::shaped(response, id), operation),
        Err(_) => {
            tracing::error!(request_id = %id, "a request panicked");
            (problem::panicked(id), None)
        }
    };
    abandoned.waited_for = false;
    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    app.metrics.finish(status, elapsed);
    let milliseconds = elapsed.as_secs_f64() * 1_000.0;
    let mut text = Uuid::encode_buffer();
    let (request_id, method) = (&*id.as_hyphenated().encode_lower(&mut text), method.as_str());
    match operation {
        Some(one) => {
            let (kind, statements, bytes) = (one.kind, one.statements, one.bytes);
            let (repeats, replayed, codes) = one.unusual();
            tracing::info!(
                request_id,
                method,
                path,
                status,
                milliseconds,
                kind,
                statements,
                bytes,
                repeats,
                replayed,
                codes,
                "answered"
            );
        }
        None => tracing::info!(request_id, method, path, status, milliseconds, "answered"),
    }
    if let Ok(value) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert("x-request-id", value);
    }
    // HTTP/2 takes a body in an answer to HEAD for a fault of the protocol.
    if method == Method::HEAD.as_str() {
        *response.body_mut() = Body::empty();
    }
    response
        .headers_mut()
        .insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// A path is the client's text, of any length.
fn shortened(path: &str) -> String {
    if path.len() <= LONGEST_PATH {
        return path.to_owned();
    }
    path.chars().take(LONGEST_PATH).collect()
}

/// Tells of a request whose client went away before the answer: nothing behind it runs any more.
struct Abandoned<'a> {
    app: &'a App,
    id: Uuid,
    started: std::time::Instant,
    waited_for: bool,
}

impl Drop for Abandoned<'_> {
    fn drop(&mut self) {
        if self.waited_for {
            self.app.metrics.abandon();
            let milliseconds = self.started.elapsed().as_secs_f64() * 1_000.0;
            tracing::info!(request_id = %self.id, milliseconds, "abandoned");
        }
    }
}

async fn ready(State(app): State<Arc<App>>) -> Response {
    if app.retiring.load(Ordering::Relaxed) {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    if app.gateway.ping().await {
        "ready\n".into_response()
    } else {
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    }
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], app.metrics.text()).into_response()
}
