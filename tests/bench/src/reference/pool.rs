//! Connections with every statement prepared, and one round trip for a whole transaction.

use super::Caller;
use super::texts::TEXTS;
use anyhow::Context;
use futures_util::future::join_all;
use std::ops::Deref;
use std::sync::Mutex;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row, Statement};
use uuid::Uuid;

const OPEN: &str = "SELECT role FROM auth.open_request($1, $2, $3, $4, $5, $6, NULL)";
const BEGIN_READ: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
const BEGIN_WRITE: &str = "BEGIN";
const OPTIONS: &str = "-c plan_cache_mode=force_generic_plan -c jit=off -c timezone=UTC";

pub type Parameters<'p> = Vec<&'p (dyn ToSql + Sync)>;

pub struct Connection {
    client: Client,
    open: Statement,
    statements: Vec<Statement>,
}

pub struct Pool {
    idle: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

/// A connection that goes back when it is dropped.
pub struct Taken<'p> {
    pool: &'p Pool,
    connection: Option<Connection>,
    _permit: SemaphorePermit<'p>,
}

impl Pool {
    pub async fn connect(url: &str, size: usize) -> anyhow::Result<Pool> {
        let mut config: tokio_postgres::Config = url.parse()?;
        config.options(OPTIONS);
        let mut idle = Vec::with_capacity(size);
        for _ in 0..size {
            let (client, connection) = config.connect(NoTls).await?;
            tokio::spawn(connection);
            let mut statements = Vec::new();
            for text in TEXTS {
                statements.push(client.prepare(text).await.with_context(|| (*text).to_owned())?);
            }
            let open = client.prepare(OPEN).await?;
            idle.push(Connection { client, open, statements });
        }
        Ok(Pool {
            permits: Semaphore::new(size),
            idle: Mutex::new(idle),
        })
    }

    pub async fn get(&self) -> anyhow::Result<Taken<'_>> {
        let permit = self.permits.acquire().await?;
        let connection = self.idle.lock().ok().and_then(|mut idle| idle.pop());
        Ok(Taken {
            pool: self,
            connection: Some(connection.context("a permit without a connection")?),
            _permit: permit,
        })
    }
}

impl Deref for Taken<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().unwrap_or_else(|| unreachable!("it is taken on drop only"))
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let (Some(connection), Ok(mut idle)) = (self.connection.take(), self.pool.idle.lock()) {
            idle.push(connection);
        }
    }
}

impl Connection {
    /// The whole transaction in one round trip: everything it needs is known beforehand.
    pub async fn whole(&self, writes: bool, caller: Caller, queries: &[(usize, Parameters<'_>)]) -> anyhow::Result<Vec<Vec<Row>>> {
        let rest = async {
            let results = join_all(
                queries
                    .iter()
                    .map(|(statement, parameters)| self.client.query(&self.statements[*statement], parameters)),
            );
            futures_util::join!(results, self.client.batch_execute("COMMIT"))
        };
        let (opened, (results, committed)) = futures_util::join!(self.open(writes, caller), rest);
        opened?;
        committed?;
        Ok(results.into_iter().collect::<Result<_, _>>()?)
    }

    /// The first of several round trips.
    pub async fn first(&self, caller: Caller, statement: usize, parameters: Parameters<'_>) -> anyhow::Result<Vec<Row>> {
        let (opened, rows) = futures_util::join!(self.open(false, caller), self.client.query(&self.statements[statement], &parameters));
        opened?;
        Ok(rows?)
    }

    /// The last of several round trips.
    pub async fn last(&self, queries: &[(usize, Parameters<'_>)]) -> anyhow::Result<Vec<Vec<Row>>> {
        let results = join_all(
            queries
                .iter()
                .map(|(statement, parameters)| self.client.query(&self.statements[*statement], parameters)),
        );
        let (results, committed) = futures_util::join!(results, self.client.batch_execute("COMMIT"));
        committed?;
        Ok(results.into_iter().collect::<Result<_, _>>()?)
    }

    async fn open(&self, writes: bool, caller: Caller) -> anyhow::Result<()> {
        let nobody: Option<Uuid> = None;
        let request = Uuid::new_v4();
        let parameters: Parameters<'_> = vec![&caller.business, &caller.user, &nobody, &nobody, &request, &caller.address];
        let begin = self.client.batch_execute(if writes { BEGIN_WRITE } else { BEGIN_READ });
        let (begun, opened) = futures_util::join!(begin, self.client.query_one(&self.open, &parameters));
        begun?;
        opened?;
        Ok(())
    }
}
