//! Connections. Private to this room: everybody else gets a transaction.

use super::errors;
use crate::error::{Code, Error, Result};
use deadpool_postgres::{Manager, ManagerConfig, Object, RecyclingMethod, Runtime};
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{CancelToken, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Prepared statements a connection keeps; what clients send is unbounded, memory is not.
const STATEMENTS_PER_CONNECTION: usize = 256;

#[derive(Debug, Clone)]
pub struct PoolSettings {
    pub database_url: String,
    pub size: usize,
    /// How long a request waits for a connection before it is told to come back.
    pub acquire_timeout: Duration,
    pub statement_timeout: Duration,
    pub record_statements: bool,
}

/// Why the gateway cannot start, in a sentence that says what to change.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

#[derive(Clone)]
pub struct Pool {
    inner: deadpool_postgres::Pool,
    tls: Option<MakeRustlsConnect>,
    /// Transactions keep the text of their statements.
    pub(super) records: bool,
}

impl Pool {
    pub fn new(settings: &PoolSettings) -> Result<Pool, StartError> {
        let mut config: tokio_postgres::Config = settings
            .database_url
            .parse()
            .map_err(|_| StartError("DATABASE_URL is no PostgreSQL URL. Write postgres://user:password@host:5432/database.".into()))?;
        let milliseconds = settings.statement_timeout.as_millis();
        // Defaults of the session, not of the transaction: they cost no round trip.
        let options = format!(
            "-c statement_timeout={milliseconds} -c idle_in_transaction_session_timeout={} -c lock_timeout={} -c plan_cache_mode=force_generic_plan -c jit=off -c timezone=UTC",
            milliseconds + 5_000,
            milliseconds / 2,
        );
        config.application_name("thorbis").options(options).connect_timeout(Duration::from_secs(5));
        let tls = wants_tls(&config).then(tls).transpose()?;
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = match &tls {
            Some(tls) => Manager::from_config(config, tls.clone(), recycling),
            None => Manager::from_config(config, NoTls, recycling),
        };
        let inner = deadpool_postgres::Pool::builder(manager)
            .max_size(settings.size)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(settings.acquire_timeout))
            .create_timeout(Some(Duration::from_secs(5)))
            .build()
            .map_err(|error| StartError(format!("The connection pool cannot be built: {error}.")))?;
        Ok(Pool {
            inner,
            tls,
            records: settings.record_statements,
        })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> bool {
        match self.inner.get().await {
            Ok(client) => client.simple_query("SELECT 1").await.is_ok(),
            Err(_) => false,
        }
    }

    /// Runs one statement outside any caller's context, such as the refresh of the reports.
    pub async fn run(&self, sql: &str) -> Result<()> {
        let client = self.get().await?;
        client.batch_execute(sql).await.map_err(|error| errors::from_postgres(&error))
    }

    pub(super) async fn get(&self) -> Result<Object> {
        let client = self.inner.get().await.map_err(|error| {
            tracing::warn!(%error, "no connection");
            Error::new(Code::Overloaded, "Too many requests at once. Try again in a moment.")
        })?;
        if client.statement_cache.size() > STATEMENTS_PER_CONNECTION {
            client.statement_cache.clear();
        }
        Ok(client)
    }

    /// Stops what the connection is doing; its transaction goes with the connection.
    pub(super) async fn cancel(&self, token: CancelToken) {
        let cancelled = match &self.tls {
            Some(tls) => token.cancel_query(tls.clone()).await,
            None => token.cancel_query(NoTls).await,
        };
        if let Err(error) = cancelled {
            tracing::debug!(%error, "a query could not be cancelled");
        }
    }
}

fn wants_tls(config: &tokio_postgres::Config) -> bool {
    let remote = config.get_hosts().iter().any(|host| matches!(host, Host::Tcp(_)));
    remote && config.get_ssl_mode() == SslMode::Require
}

fn tls() -> Result<MakeRustlsConnect, StartError> {
    let mut roots = RootCertStore::empty();
    for certificate in rustls_native_certs::load_native_certs().certs {
        // A certificate that cannot be read is one that is not trusted.
        let _ = roots.add(certificate);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StartError(format!("TLS cannot be set up: {error}.")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
