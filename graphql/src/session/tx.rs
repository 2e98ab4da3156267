//! A transaction with its caller's context. Statements that do not wait for each other travel together.

use super::bind::Bind;
use super::errors::{from_begin, from_commit, from_postgres};
use super::pool::Pool;
use crate::action::Standing;
use crate::caller::{BusinessPlan, Caller, Role};
use crate::error::{Code, Error, Result};
use crate::plan::sql::{Ready, Statement};
use deadpool_postgres::Object;
use futures_util::StreamExt;
use futures_util::future::try_join_all;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

const OPEN: &str = "SELECT role, industry, timezone, plan FROM auth.open_request($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::inet, $7::text)";
const BEGIN_READ: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
const BEGIN_WRITE: &str = "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE";

/// Bytes of all rows of one operation: what is loaded is in memory until it is answered.
const MAXIMUM_LOADED: usize = 32 << 20;

/// A longer statement is prepared for the once: its plan takes a thousand times its text, and what is kept is kept by
/// every connection.
const LONGEST_KEPT: usize = 4096;

/// How often a transaction is opened anew on another connection.
const REOPEN: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Read,
    Write,
}

/// The rows of each of several statements.
pub type Results = Vec<Vec<Row>>;

/// Statements that travel with the opening.
#[derive(Debug, Clone, Copy, Default)]
pub struct First<'s> {
    pub statements: &'s [Ready<'s>],
    /// Nothing follows them: the transaction's end travels along.
    pub all: bool,
}

pub struct Opened {
    pub tx: Arc<Tx>,
    /// None for a caller who is not signed in, or who is in no business.
    pub standing: Option<Standing>,
    pub first: Results,
}

/// Opens transactions.
pub struct Session;

impl Session {
    /// Begins, verifies the caller, and runs `first`, all in one round trip once the statements are prepared.
    pub async fn open(pool: &Pool, caller: &Caller, mode: Mode, first: First<'_>) -> Result<Opened> {
        let mut tries = 0;
        loop {
            tries += 1;
            let (tx, error) = match Session::try_open(pool, caller, mode, first).await? {
                Ok(opened) => return Ok(opened),
                Err(failed) => failed,
            };
            // A connection that ended in the pool: nothing has happened yet, another one does as well.
            if tries > REOPEN || !tx.client()?.is_closed() {
                return Err(error);
            }
        }
    }

    async fn try_open(pool: &Pool, caller: &Caller, mode: Mode, first: First<'_>) -> Result<Result<Opened, (Arc<Tx>, Error)>> {
        let client = pool.get().await?;
        let token = client.cancel_token();
        let tx = Arc::new(Tx {
            client: Some(client),
            token,
            pool: pool.clone(),
            open: AtomicBool::new(true),
            statements: AtomicUsize::new(0),
            loaded: AtomicUsize::new(0),
            recorded: Mutex::new(Vec::new()),
            after_rollback: Mutex::new(Vec::new()),
            last_error: Mutex::new(None),
        });
        match tx.begin(caller, mode, first).await {
            Ok((standing, first)) => Ok(Ok(Opened { tx, standing, first })),
            Err(error) => {
                tx.rollback().await;
                Ok(Err((tx, error)))
            }
        }
    }
}

pub struct Tx {
    /// Taken on drop only.
    client: Option<Object>,
    token: tokio_postgres::CancelToken,
    pool: Pool,
    open: AtomicBool,
    statements: AtomicUsize,
    /// Bytes of the rows so far.
    loaded: AtomicUsize,
    recorded: Mutex<Vec<String>>,
    after_rollback: Mutex<Vec<(String, Vec<Bind>)>>,
    last_error: Mutex<Option<Error>>,
}

impl Tx {
    fn client(&self) -> Result<&Object> {
        self.client.as_ref().ok_or_else(Error::internal)
    }

    async fn begin(&self, caller: &Caller, mode: Mode, first: First<'_>) -> Result<(Option<Standing>, Results)> {
        let client = self.client()?;
        let begin = async {
            let sql = if mode == Mode::Read { BEGIN_READ } else { BEGIN_WRITE };
            client.batch_execute(sql).await.map_err(|error| from_begin(&error))
        };
        let Some(identity) = &caller.identity else {
            begin.await?;
            return Ok((None, self.query_all(first.statements).await?));
        };
        let open = self.prepare(OPEN).await?;
        let prepared = self.prepare_all(first.statements).await?;
        let binds = [
            Bind::opt_uuid(identity.business_id),
            Bind::uuid(identity.user_id),
            Bind::opt_uuid(identity.session_id),
            Bind::opt_uuid(identity.api_key_id),
            Bind::uuid(caller.request.request_id),
            Bind::opt(caller.request.ip),
            Bind::opt(
                caller
                    .request
                    .user_agent
                    .as_ref()
                    .map(|agent| agent.chars().filter(|c| *c != '\0').take(512).collect::<String>()),
            ),
        ];
        let verify = async {
            let parameters = parameters(&binds);
            let row = client.query_one(&open, &parameters).await.map_err(|error| self.refused(&error))?;
            standing(&row, identity)
        };
        // Polled in this order, so sent in this order; the server works them off in one go.
        let (begun, verified, results) = futures_util::join!(begin, verify, self.run_prepared(first.statements, &prepared, first.all));
        begun?;
        let standing = verified?;
        Ok((standing, results?))
    }

    async fn prepare_all(&self, statements: &[Ready<'_>]) -> Result<Vec<tokio_postgres::Statement>> {
        try_join_all(statements.iter().map(|statement| self.prepare(statement.sql))).await
    }

    async fn prepare(&self, sql: &str) -> Result<tokio_postgres::Statement> {
        let client = self.client()?;
        let prepared = if sql.len() > LONGEST_KEPT {
            client.prepare(sql).await
        } else {
            client.prepare_cached(sql).await
        };
        prepared.map_err(|error| self.refused(&error))
    }

    /// The rows of a prepared statement, as long as what the operation loads is not too much.
    async fn rows(&self, prepared: &tokio_postgres::Statement, binds: &[Bind]) -> Result<Vec<Row>> {
        let parameters = binds.iter().map(|bind| bind as &(dyn ToSql + Sync));
        let stream = self.client()?.query_raw(prepared, parameters).await.map_err(|error| self.refused(&error))?;
        let mut stream = std::pin::pin!(stream);
        let mut rows = Vec::new();
        while let Some(row) = stream.next().await {
            let row = row.map_err(|error| self.refused(&error))?;
            // One task runs an operation: nobody adds to it in between.
            let loaded = self.loaded.load(Ordering::Relaxed) + row.raw_size_bytes();
            self.loaded.store(loaded, Ordering::Relaxed);
            if loaded > MAXIMUM_LOADED {
                let message = format!(
                    "The operation loads more than {} MB. Ask for smaller pages (first), or for fewer fields.",
                    MAXIMUM_LOADED >> 20
                );
                return Err(Error::new(Code::CostExceeded, message));
            }
            rows.push(row);
        }
        Ok(rows)
    }

    /// What the database refused, coded. Where a table was changed under a prepared statement, all are prepared anew.
    fn refused(&self, error: &tokio_postgres::Error) -> Error {
        if error.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED)
            && let Ok(client) = self.client()
        {
            client.statement_cache.clear();
        }
        from_postgres(error)
    }

    /// Sends them in their order, and the transaction's end behind them where they are the last.
    async fn run_prepared(&self, statements: &[Ready<'_>], prepared: &[tokio_postgres::Statement], last: bool) -> Result<Results> {
        statements.iter().for_each(|statement| self.note(statement.sql, &statement.binds));
        let queries = statements
            .iter()
            .zip(prepared)
            .map(|(statement, prepared)| self.rows(prepared, &statement.binds));
        let queries = try_join_all(queries);
        if !last {
            return queries.await;
        }
        let (results, ended) = futures_util::join!(queries, self.commit());
        // Where a statement failed, PostgreSQL rolled back instead: its error says more.
        let results = results?;
        ended?;
        Ok(results)
    }

    /// Runs statements that do not wait for each other in one round trip.
    pub async fn query_all(&self, statements: &[Ready<'_>]) -> Result<Results> {
        if statements.is_empty() {
            return Ok(Vec::new());
        }
        let prepared = self.prepare_all(statements).await?;
        self.run_prepared(statements, &prepared, false).await
    }

    /// The same for the last statements of a transaction that only reads: it ends with them.
    pub async fn query_last(&self, statements: &[Ready<'_>]) -> Result<Results> {
        let prepared = self.prepare_all(statements).await?;
        self.run_prepared(statements, &prepared, true).await
    }

    pub async fn query(&self, sql: &str, binds: &[Bind]) -> Result<Vec<Row>> {
        self.note(sql, binds);
        let prepared = self.prepare(sql).await?;
        self.rows(&prepared, binds).await
    }

    /// Gives the number of rows touched.
    pub async fn execute(&self, sql: &str, binds: &[Bind]) -> Result<u64> {
        let client = self.client()?;
        self.note(sql, binds);
        let prepared = self.prepare(sql).await?;
        client.execute(&prepared, &parameters(binds)).await.map_err(|error| self.refused(&error))
    }

    /// Runs a statement in a transaction of its own if this one is rolled back: what must be
    /// remembered although the operation failed, such as a failed sign-in.
    pub fn after_rollback(&self, sql: impl Into<String>, binds: Vec<Bind>) {
        if let Ok(mut waiting) = self.after_rollback.lock() {
            waiting.push((sql.into(), binds));
        }
    }

    pub(super) fn remember_error(&self, error: Error) {
        if let Ok(mut last) = self.last_error.lock() {
            *last = Some(error);
        }
    }

    /// What the database refused, coded, where SeaORM reports an error of its own type.
    pub fn database_error(&self, error: sea_orm::DbErr) -> Error {
        let last = self.last_error.lock().ok().and_then(|mut last| last.take());
        last.unwrap_or_else(|| {
            tracing::error!(%error, "an entity could not be read or written");
            Error::internal()
        })
    }

    fn note(&self, sql: &str, binds: &[Bind]) {
        self.statements.fetch_add(1, Ordering::Relaxed);
        if self.pool.records
            && let Ok(mut recorded) = self.recorded.lock()
        {
            let binds: Vec<_> = binds.iter().map(Bind::shown).collect();
            recorded.push(format!("{sql}\n-- {}", binds.join(" | ")));
        }
    }

    /// Statements and their binds so far, where they are recorded.
    pub fn recorded(&self) -> Vec<String> {
        self.recorded.lock().map(|recorded| recorded.clone()).unwrap_or_default()
    }

    /// Data statements so far, without the transaction's frame.
    pub fn statements(&self) -> usize {
        self.statements.load(Ordering::Relaxed)
    }

    /// Nothing where the transaction has ended already.
    pub async fn commit(&self) -> Result<()> {
        if !self.open.load(Ordering::Acquire) {
            return Ok(());
        }
        self.client()?.batch_execute("COMMIT").await.map_err(|error| from_commit(&error))?;
        self.open.store(false, Ordering::Release);
        Ok(())
    }

    /// Commits after one more statement; both travel together. Where the statement fails, PostgreSQL makes
    /// a rollback of the commit.
    pub async fn commit_after(&self, last: &Statement) -> Result<()> {
        let client = self.client()?;
        let prepared = self.prepare(&last.sql).await?;
        self.note(&last.sql, &last.binds);
        let parameters = parameters(&last.binds);
        let (ran, committed) = futures_util::join!(client.execute(&prepared, &parameters), self.commit());
        ran.map_err(|error| from_commit(&error))?;
        committed
    }

    /// Takes everything back, as if the operation had not been asked for: it is repeated.
    pub async fn undo(&self) {
        if let Ok(mut waiting) = self.after_rollback.lock() {
            waiting.clear();
        }
        self.rollback().await;
    }

    pub async fn rollback(&self) {
        let Ok(client) = self.client() else { return };
        if self.open.load(Ordering::Acquire)
            && let Err(error) = client.batch_execute("ROLLBACK").await
        {
            // Left open: the drop below throws the connection away.
            tracing::warn!(%error, "a rollback failed");
            return;
        }
        self.open.store(false, Ordering::Release);
        let waiting = self.after_rollback.lock().map(|mut waiting| std::mem::take(&mut *waiting)).unwrap_or_default();
        for (sql, binds) in waiting {
            if let Err(error) = client.execute(sql.as_str(), &parameters(&binds)).await {
                tracing::warn!(%error, "a statement after a rollback failed");
            }
        }
    }
}

impl Drop for Tx {
    /// A transaction that nobody ended belongs to a request that was cut off: its connection is
    /// stopped and thrown away, never handed on.
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        if !self.open.load(Ordering::Acquire) {
            return;
        }
        let connection = Object::take(client);
        let (pool, token) = (self.pool.clone(), self.token.clone());
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                pool.cancel(token).await;
                drop(connection);
            });
        }
    }
}

fn parameters(binds: &[Bind]) -> Vec<&(dyn ToSql + Sync)> {
    binds.iter().map(|bind| bind as &(dyn ToSql + Sync)).collect()
}

fn standing(row: &Row, identity: &crate::caller::Identity) -> Result<Option<Standing>> {
    let (role, industry, timezone): (Option<String>, Option<String>, Option<String>) = (row.get(0), row.get(1), row.get(2));
    let plan: Option<String> = row.get(3);
    let (Some(business_id), Some(role)) = (identity.business_id, role) else {
        return Ok(None);
    };
    let role = Role::parse(&role).ok_or_else(|| Error::new(Code::Forbidden, "Your role in this business is unknown to the gateway."))?;
    Ok(Some(Standing {
        user_id: identity.user_id,
        business_id,
        role,
        industry: industry.unwrap_or_default(),
        timezone: timezone.unwrap_or_else(|| "UTC".into()),
        // A plan that is newer than this gateway gets the least until it is known.
        plan: plan.as_deref().and_then(BusinessPlan::parse).unwrap_or(BusinessPlan::Starter),
    }))
}
