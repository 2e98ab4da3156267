//! The accept loop: deadlines for slow clients, and an orderly end.

use crate::auth::Verifier;
use crate::config::{Config, Deadlines};
use crate::patience::{Begun, Patient};
use crate::router::{App, service};
use crate::seal::Seal;
use crate::startup;
use anyhow::Context;
use axum::extract::Request;
use axum::response::Response;
use graphql::action::Sealer;
use graphql::action::Services;
use graphql::{Gateway, Settings};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::SignalKind;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior};
use tower::{Service, ServiceExt};

/// The address a connection comes from.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// A server in this process; for tests, and for `serve`.
pub struct Running {
    pub address: SocketAddr,
    pub gateway: Arc<Gateway>,
    app: Arc<App>,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Serves on, and says that it is not ready, so that whoever sends requests sends them elsewhere.
    pub fn retire(&self) {
        self.app.retiring.store(true, Ordering::Relaxed);
    }

    /// Refuses new connections and waits for running requests, up to the drain's deadline.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}

/// Starts serving and returns; a port of 0 takes a free one.
pub async fn start(config: Config) -> anyhow::Result<Running> {
    startup::examine(&config).await?;
    let verifier = Verifier::new(&config);
    let settings = Settings {
        database_url: config.database_url.clone(),
        pool_size: config.pool_size,
        acquire_timeout: config.deadlines.acquire,
        statement_timeout: config.statement_timeout,
        introspection: config.introspection,
        record_statements: config.record_statements,
        serves: config.serves,
    };
    let gateway = Gateway::start(
        settings,
        Services {
            tokens: Box::new(verifier.tokens()),
            sealer: config.sealing_key.as_deref().map(|key| Box::new(Seal::new(key)) as Box<dyn Sealer>),
        },
    )
    .await?;
    let unread = |error: graphql::Error| anyhow::anyhow!("The limits of operations cannot be read: {}", error.message);
    gateway.read_limits().await.map_err(unread)?;
    let address = SocketAddr::new(config.bind, config.port);
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("{address} cannot be listened on. Choose another PORT or BIND."))?;
    let address = listener.local_addr()?;
    let refresh_every = config.refresh_every;
    let deadlines = config.deadlines.clone();
    let app = Arc::new(App::new(Arc::clone(&gateway), verifier, config));
    let (stop, stopped) = watch::channel(false);
    if !refresh_every.is_zero() {
        tokio::spawn(refresh(Arc::clone(&gateway), refresh_every, stopped.clone()));
    }
    tokio::spawn(follow_limits(Arc::clone(&gateway), deadlines.limits, stopped.clone()));
    let task = tokio::spawn(accept(listener, service(Arc::clone(&app)), deadlines, stopped));
    Ok(Running {
        address,
        gateway,
        app,
        stop,
        task,
    })
}

/// Serves until SIGTERM or SIGINT. SIGTERM comes from what starts and stops servers: it is given notice before
/// the door closes. SIGINT comes from somebody who waits at a terminal.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    let notice = config.stop_notice;
    let running = start(config).await?;
    tracing::info!(address = %running.address, "serving");
    let mut terminate = tokio::signal::unix::signal(SignalKind::terminate())?;
    let mut interrupt = tokio::signal::unix::signal(SignalKind::interrupt())?;
    let notice = tokio::select! {
        _ = terminate.recv() => notice,
        _ = interrupt.recv() => Duration::ZERO,
    };
    tracing::info!("stopping; again to stop at once");
    running.retire();
    let in_order = async {
        tokio::time::sleep(notice).await;
        running.stop().await;
    };
    tokio::select! {
        () = in_order => return Ok(()),
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::warn!("stopped with requests running");
    Ok(())
}

async fn accept<S, B>(listener: TcpListener, service: S, deadlines: Deadlines, mut stopped: watch::Receiver<bool>)
where
    S: Service<Request, Response = Response<B>, Error = Infallible, Future: Send> + Clone + Send + 'static,
    B: hyper::body::Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(deadlines.headers);
    // What hyper and h2 take by themselves, written down so that another version does not change it: who
    // opens streams only to reset them is sent away after twenty that were not yet looked at.
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(Duration::from_secs(30)))
        .max_concurrent_streams(200)
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(1_024)
        .max_header_list_size(16 * 1024);
    let graceful = GracefulShutdown::new();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most likely: waiting frees some.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            _ = stopped.changed() => break,
        };
        let _ = stream.set_nodelay(true);
        let address = Peer(peer.ip().to_canonical());
        let begun = Begun::default();
        let stream = Patient::new(stream, begun.clone(), deadlines.headers, deadlines.untaken);
        let service = service.clone().map_request(move |mut request: axum::http::Request<hyper::body::Incoming>| {
            begun.note();
            request.extensions_mut().insert(address);
            request.map(axum::body::Body::new)
        });
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(service));
        let watched = graceful.watch(connection.into_owned());
        tokio::spawn(async move {
            if let Err(error) = watched.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(deadlines.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}

/// Keeps the reports fresh, and removes what nobody asks for any more.
async fn refresh(gateway: Arc<Gateway>, every: Duration, mut stopped: watch::Receiver<bool>) {
    let mut timer = timer(every);
    while next(&mut timer, &mut stopped).await {
        if let Err(error) = gateway.refresh_views().await {
            tracing::warn!(code = error.code.as_str(), "the reports could not be refreshed");
        }
        if let Err(error) = gateway.remove_expired_keys().await {
            tracing::warn!(code = error.code.as_str(), "expired idempotency keys could not be removed");
        }
    }
}

/// Takes up what operators change about the limits of operations.
async fn follow_limits(gateway: Arc<Gateway>, every: Duration, mut stopped: watch::Receiver<bool>) {
    let mut timer = timer(every);
    while next(&mut timer, &mut stopped).await {
        if let Err(error) = gateway.read_limits().await {
            tracing::warn!(code = error.code.as_str(), "the limits of operations could not be read; the known ones stay");
        }
    }
}

fn timer(every: Duration) -> Interval {
    let mut timer = tokio::time::interval_at(tokio::time::Instant::now() + every, every);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    timer
}

/// Whether the next moment came before the end.
async fn next(timer: &mut Interval, stopped: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        _ = timer.tick() => true,
        _ = stopped.changed() => false,
    }
}
