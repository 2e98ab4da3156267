//! `thorbis check`: whether this gateway, on this database, keeps its promises.

use crate::cli::owner_url;
use crate::config::Config;
use crate::startup::{examine, pending};
use anyhow::{Context, bail};
use std::time::Duration;
use tokio_postgres::Client;

/// Each asks for what should not be; a row is a finding.
const FINDINGS: [(&str, &str); 6] = [
    (
        "PostgreSQL is 15 or newer",
        "SELECT 'version ' || current_setting('server_version') WHERE current_setting('server_version_num')::integer < 150000",
    ),
    ("extensions are there", "SELECT name || ' is missing' FROM unnest(ARRAY['postgis', 'pg_trgm', 'btree_gin']) AS name WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = name)"),
    (
        "the gateway's role has no more than it needs",
        "SELECT 'thorbis_gateway ' || what FROM (
            SELECT 'is missing' AS what WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'thorbis_gateway')
            UNION ALL SELECT 'is a superuser or passes by row level security' FROM pg_roles WHERE rolname = 'thorbis_gateway' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)
            UNION ALL SELECT 'owns ' || c.oid::regclass FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = 'thorbis_gateway'
            UNION ALL SELECT 'may truncate ' || c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p') AND n.nspname IN (SELECT schema_name FROM platform.table_rules)
                    AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'thorbis_gateway') AND has_table_privilege('thorbis_gateway', c.oid, 'TRUNCATE')
        ) AS findings",
    ),
    (
        "row level security covers every table of a business",
        "SELECT c.oid::regclass || ' is not isolated' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN platform.table_rules r ON (r.schema_name, r.table_name) = (n.nspname, c.relname)
         WHERE c.relkind IN ('r', 'p') AND r.kind IN ('tenant', 'platform')
            AND (NOT c.relrowsecurity OR NOT c.relforcerowsecurity OR NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))",
    ),
    (
        "every table has rules",
        "SELECT c.oid::regclass || ' has none' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN (SELECT schema_name FROM platform.table_rules)
            AND NOT EXISTS (SELECT FROM platform.table_rules r WHERE (r.schema_name, r.table_name) = (n.nspname, c.relname))",
    ),
    (
        "definer functions pin their search path",
        "SELECT p.oid::regprocedure || ' does not' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE p.prosecdef AND n.nspname IN (SELECT schema_name FROM platform.table_rules)
            AND NOT coalesce(p.proconfig, '{}') && ARRAY['search_path=\"\"', 'search_path=']",
    ),
];

const STATISTICS: [(&str, &str); 5] = [
    (
        "schemas",
        "SELECT count(*) FROM pg_namespace WHERE nspname IN (SELECT schema_name FROM platform.table_rules) OR nspname IN ('permissions', 'hs', 'rest', 'auto', 'ret', 'courses', 'payroll', 'investigations', 'billing', 'audit', 'ai', 'trust', 'integrations', 'notifications', 'reporting', 'files', 'monitoring')",
    ),
    (
        "tables",
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN (SELECT schema_name FROM platform.table_rules)",
    ),
    (
        "indexes",
        "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN (SELECT schema_name FROM platform.table_rules)",
    ),
    (
        "policies",
        "SELECT count(*) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN (SELECT schema_name FROM platform.table_rules)",
    ),
    (
        "functions",
        "SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN (SELECT schema_name FROM platform.table_rules)",
    ),
];

pub async fn run(statistics: bool) -> anyhow::Result<()> {
    let url = owner_url()?;
    let client = graphql::session::connect(&url)
        .await
        .context("the database cannot be reached as its owner; check OWNER_DATABASE_URL")?;
    let pending = pending(&client).await?;
    if !pending.is_empty() {
        bail!(
            "{} migrations are pending, the first is {}: run thorbis migrate first",
            pending.len(),
            pending[0]
        );
    }
    if statistics {
        return print_statistics(&client).await;
    }
    let mut findings = report("the configuration is complete and its login has no more rights than it needs", login().await);
    findings += report("all migrations are applied", Vec::new());
    for (promise, sql) in FINDINGS {
        let rows = client.query(sql, &[]).await.with_context(|| format!("\"{promise}\" cannot be examined"))?;
        findings += report(promise, rows.iter().map(|row| row.get(0)).collect());
    }
    print_access(&client).await?;
    if findings > 0 {
        bail!("{findings} findings, marked FAIL above");
    }
    Ok(())
}

/// Prints a promise and what breaks it; gives the number of findings.
fn report(promise: &str, findings: Vec<String>) -> usize {
    println!("{}  {promise}", if findings.is_empty() { "ok  " } else { "FAIL" });
    findings.iter().for_each(|finding| println!("      {finding}"));
    findings.len()
}

/// What keeps `thorbis serve` from starting with this environment.
async fn login() -> Vec<String> {
    let examined = match Config::from_environment() {
        Ok(mut config) => {
            config.deadlines.database = Duration::ZERO;
            examine(&config).await
        }
        Err(error) => Err(error),
    };
    examined.err().map(|error| format!("{error:#}")).into_iter().collect()
}

async fn print_statistics(client: &Client) -> anyhow::Result<()> {
    for (name, sql) in STATISTICS {
        let count: i64 = client.query_one(sql, &[]).await?.get(0);
        println!("{name:<10} {count:>6}");
    }
    Ok(())
}

/// Who reads and writes each table: what it was told, and the policies beside those that every table has.
const ACCESS: &str = "
    SELECT r.schema_name || '.' || r.table_name, array_to_string(r.read_access, ', '), array_to_string(r.write_access, ', '),
        concat_ws('; ',
            CASE WHEN r.append_only THEN 'never changed' END,
            CASE WHEN NOT r.insertable AND NOT r.write_access <@ '{system,nobody}' THEN 'rows come by actions or the system' END,
            (SELECT 'also ' || string_agg(p.policyname, ', ' ORDER BY p.policyname) FROM pg_policies p
                WHERE (p.schemaname, p.tablename) = (r.schema_name, r.table_name)
                    AND p.policyname NOT IN ('tenant_isolation', 'may_read', 'may_insert', 'may_update', 'may_delete')))
    FROM platform.table_rules r WHERE r.kind <> 'internal' OR cardinality(r.read_access) > 0 ORDER BY 1";

async fn print_access(client: &Client) -> anyhow::Result<()> {
    println!("\nmember: anyone of the business; staff: all but viewers; self: the row's own person; system: the gateway's own functions.");
    println!("Rows of a business are seen in that business only; an API key reaches what its scopes name.\n");
    println!("{:<44} {:<24} {:<24} and", "table", "read by", "written by");
    for row in client.query(ACCESS, &[]).await? {
        let (table, read, write, more): (String, String, String, String) = (row.get(0), row.get(1), row.get(2), row.get(3));
        println!("{}", format!("{table:<44} {read:<24} {write:<24} {more}").trim_end());
    }
    Ok(())
}
