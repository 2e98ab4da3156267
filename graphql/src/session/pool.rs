//! Connections. Private to this room: everybody else gets a transaction.

use super::errors;
use crate::error::{Code, Error, Result};
use deadpool_postgres::{Manager, ManagerConfig, Object, PoolError, QueueMode, RecyclingMethod, Runtime, TimeoutType};
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{CancelToken, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Prepared statements a connection keeps; what clients send is unbounded, memory is not.
const STATEMENTS_PER_CONNECTION: usize = 256;

/// How long a connection may take to be made, to a server alone and to each of several.
const CONNECT: Duration = Duration::from_secs(5);
const CONNECT_TO_EACH: Duration = Duration::from_secs(2);
const PING: Duration = Duration::from_secs(2);

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

/// Why a connection of its own cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error(transparent)]
    Settings(#[from] StartError),
    #[error("{0}")]
    Postgres(String, #[source] tokio_postgres::Error),
}

impl ConnectError {
    /// Whether trying again is in vain: the settings, the password or the database's name are wrong.
    pub fn is_final(&self) -> bool {
        match self {
            ConnectError::Settings(_) => true,
            ConnectError::Postgres(_, error) => error.code().is_some_and(|code| code.code().starts_with("28") || code.code().starts_with("3D")),
        }
    }
}

/// A connection outside the pool, for commands and for the start; encrypted where the URL asks for it.
pub async fn connect(url: &str) -> Result<tokio_postgres::Client, ConnectError> {
    let mut config = parse(url)?;
    config.connect_timeout(patience(&config).0);
    let failed = |error: tokio_postgres::Error| {
        let cause = error.as_db_error().map_or_else(|| error.to_string(), |database| database.message().to_owned());
        ConnectError::Postgres(cause, error)
    };
    if wants_tls(&config) {
        let (client, connection) = config.connect(tls()?).await.map_err(failed)?;
        tokio::spawn(connection);
        Ok(client)
    } else {
        let (client, connection) = config.connect(NoTls).await.map_err(failed)?;
        tokio::spawn(connection);
        Ok(client)
    }
}

fn parse(url: &str) -> Result<tokio_postgres::Config, StartError> {
    let malformed = |_| StartError("The database's URL is none. Write postgres://user:password@host:5432/database.".into());
    url.parse().map_err(malformed)
}

/// How long one server of the URL is waited for, and all of them: where one is gone without a word, the next one's
/// turn comes before the time is over.
fn patience(config: &tokio_postgres::Config) -> (Duration, Duration) {
    let servers = u32::try_from(config.get_hosts().len().max(config.get_hostaddrs().len())).unwrap_or(u32::MAX);
    match servers {
        0 | 1 => (CONNECT, CONNECT),
        _ => (CONNECT_TO_EACH, CONNECT.max(CONNECT_TO_EACH.saturating_mul(servers.saturating_add(1)))),
    }
}

#[derive(Clone)]
pub struct Pool {
    inner: deadpool_postgres::Pool,
    tls: Option<MakeRustlsConnect>,
    /// Transactions keep the text of their statements.
    pub(super) records: bool,
}

impl Pool {
    pub fn new(settings: &PoolSettings) -> Result<Pool, StartError> {
        let mut config = parse(&settings.database_url)?;
        let milliseconds = settings.statement_timeout.as_millis();
        // Defaults of the session, not of the transaction: they cost no round trip. Cursors hold values
        // as text, whose form must not depend on the server's settings.
        let options = format!(
            "-c statement_timeout={milliseconds} -c idle_in_transaction_session_timeout={} -c lock_timeout={} -c plan_cache_mode=force_generic_plan -c jit=off -c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=1",
            milliseconds + 5_000,
            milliseconds / 2,
        );
        config.application_name("thorbis").options(options);
        let (each, all) = patience(&config);
        config.connect_timeout(each);
        // A database that vanished without a word is noticed in half a minute, not in hours.
        config.keepalives_idle(Duration::from_secs(15)).tcp_user_timeout(Duration::from_secs(30));
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
            // The connection that was used last is the one whose backend has everything at hand.
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(settings.acquire_timeout))
            .create_timeout(Some(all))
            .build()
            .map_err(|error| StartError(format!("The connection pool cannot be built: {error}.")))?;
        Ok(Pool {
            inner,
            tls,
            records: settings.record_statements,
        })
    }

    /// Whether the database answers. A pool that is busy is one that works: being told otherwise, a
    /// load balancer would send the same load to fewer gateways.
    pub async fn ping(&self) -> bool {
        let ask = async {
            loop {
                match self.inner.get().await {
                    Ok(client) if client.simple_query("SELECT 1").await.is_ok() => return true,
                    // It ended while nobody used it; the next one is asked.
                    Ok(client) if client.is_closed() => {}
                    Ok(_) => return false,
                    Err(error) => return is_busy(&error),
                }
            }
        };
        tokio::time::timeout(PING, ask).await.unwrap_or_else(|_| self.inner.status().size > 0)
    }

    /// Runs one statement outside any caller's context, such as the refresh of the reports.
    pub async fn run(&self, sql: &str) -> Result<()> {
        let client = self.get().await?;
        client.batch_execute(sql).await.map_err(|error| errors::from_postgres(&error))
    }

    /// The rows of one statement outside any caller's context, such as the limits that hold for all.
    pub async fn rows(&self, sql: &str) -> Result<Vec<tokio_postgres::Row>> {
        let client = self.get().await?;
        client.query(sql, &[]).await.map_err(|error| errors::from_postgres(&error))
    }

    pub(super) async fn get(&self) -> Result<Object> {
        let client = self.inner.get().await.map_err(|error| {
            tracing::warn!(%error, "no connection");
            let message = if is_busy(&error) {
                "Too many requests at once. Try again in a moment."
            } else {
                "The database cannot be reached now. Try again in a moment."
            };
            Error::new(Code::Overloaded, message)
        })?;
        if client.statement_cache.size() > STATEMENTS_PER_CONNECTION {
            client.statement_cache.clear();
        }
        Ok(client)
    }

    /// Stops what the connection is doing; its transaction goes with the connection.
    pub(super) async fn cancel(&self, token: CancelToken) {
        let cancel = async {
            match &self.tls {
                Some(tls) => token.cancel_query(tls.clone()).await,
                None => token.cancel_query(NoTls).await,
            }
        };
        match tokio::time::timeout(CONNECT, cancel).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "a query could not be cancelled"),
            Err(_) => tracing::debug!("a query could not be cancelled in time"),
        }
    }
}

/// All connections are at work, as opposed to: there are none.
fn is_busy(error: &PoolError) -> bool {
    matches!(error, PoolError::Timeout(TimeoutType::Wait))
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

#[cfg(test)]
mod tests {
    use super::{parse, patience};

    #[test]
    fn every_server_has_its_turn_before_the_time_is_over() {
        for servers in 1..=6 {
            let hosts: Vec<_> = (1..=servers).map(|number| format!("db{number}.example")).collect();
            let config = parse(&format!("postgres://thorbis_gateway@{}/thorbis", hosts.join(","))).expect("a URL");
            let (each, all) = patience(&config);
            // One may take until the end of its own time where it is the only one.
            assert!(each * servers < all || servers == 1 && each == all, "{servers} servers: {each:?} of {all:?}");
        }
    }
}
