//! What must hold before the first request: a database that answers, a login without more rights than
//! it needs, and every migration applied.

use crate::config::Config;
use anyhow::{Context, bail};
use std::time::Duration;
use tokio_postgres::Client;

const PAUSE: Duration = Duration::from_millis(250);

/// Why this login must not serve: one sentence a row.
const TOO_MUCH: &str = "SELECT 'is a superuser' WHERE (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
    UNION ALL SELECT 'passes by row level security' WHERE (SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user)
    UNION ALL SELECT 'may become ' || rolname || ', who passes by row level security' FROM pg_roles
        WHERE (rolsuper OR rolbypassrls) AND rolname <> current_user
            AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND pg_has_role(current_user, oid, 'MEMBER')
    UNION ALL SELECT 'owns ' || count(*) || ' tables' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND pg_has_role(current_user, c.relowner, 'MEMBER')
        HAVING count(*) > 0";

/// Ends the start with a sentence where something is missing.
pub async fn examine(config: &Config) -> anyhow::Result<()> {
    let client = reach(config).await?;
    let findings = findings(&client).await?;
    if !findings.is_empty() {
        bail!(
            "DATABASE_URL connects as a login that {}. Connect as thorbis_gateway, which the migrations make; \
             the owner belongs into OWNER_DATABASE_URL.",
            findings.join(" and ")
        );
    }
    let pending = pending(&client).await?;
    if !pending.is_empty() {
        bail!(
            "{} migrations are pending, the first is {}. Run thorbis migrate, then start again.",
            pending.len(),
            pending[0]
        );
    }
    Ok(())
}

/// The database may start at the same moment as the gateway.
async fn reach(config: &Config) -> anyhow::Result<Client> {
    let started = std::time::Instant::now();
    let mut told = false;
    loop {
        match graphql::session::connect(&config.database_url).await {
            Ok(client) => return Ok(client),
            Err(error) if started.elapsed() >= config.deadlines.database || error.is_final() => {
                return Err(error).context("the database cannot be reached; check DATABASE_URL");
            }
            Err(error) => {
                if !told {
                    tracing::warn!(%error, "waiting for the database");
                    told = true;
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn findings(client: &Client) -> anyhow::Result<Vec<String>> {
    let rows = client.query(TOO_MUCH, &[]).await.context("the rights of the login cannot be read")?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

pub async fn pending(client: &Client) -> anyhow::Result<Vec<&'static str>> {
    let known: bool = client
        .query_one(
            "SELECT coalesce(has_table_privilege(to_regclass('public.seaql_migrations'), 'SELECT'), false)",
            &[],
        )
        .await?
        .get(0);
    if !known {
        return Ok(migration::names());
    }
    let rows = client.query("SELECT version FROM public.seaql_migrations", &[]).await?;
    let applied: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    Ok(migration::names()
        .into_iter()
        .filter(|name| !applied.iter().any(|known| known == name))
        .collect())
}
