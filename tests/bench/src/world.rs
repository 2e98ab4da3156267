//! The database of the benchmark: businesses of one size, loaded in bulk.

use anyhow::Context;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

const BUSINESS: &str = include_str!("../sql/business.sql");
/// Rows that requests name are drawn from so many of each business.
const SAMPLE: i64 = 500;

pub struct Business {
    pub id: Uuid,
    pub owner: Uuid,
    pub customers: Vec<Uuid>,
    pub orders: Vec<Uuid>,
}

pub struct World {
    pub businesses: Vec<Business>,
}

async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.context("the owner's database does not answer")?;
    tokio::spawn(connection);
    Ok(client)
}

/// Migrates the database and adds businesses until there are so many, of so many customers each.
pub async fn fill(owner_url: &str, businesses: usize, customers: usize) -> anyhow::Result<()> {
    migration::up(owner_url).await?;
    let client = connect(owner_url).await?;
    let there: i64 = client.query_one("SELECT count(*) FROM businesses.businesses", &[]).await?.get(0);
    let there = usize::try_from(there)?;
    client
        .batch_execute("SET session_replication_role = replica; SET synchronous_commit = off; SET jit = off")
        .await?;
    for number in there..businesses {
        let sql = BUSINESS.replace(":n", &number.to_string()).replace(":customers", &customers.to_string());
        client
            .batch_execute(&format!("BEGIN; {sql} COMMIT"))
            .await
            .with_context(|| format!("business {number}"))?;
        if (number + 1) % 20 == 0 {
            eprintln!("  {} businesses", number + 1);
        }
    }
    if there < businesses {
        client.batch_execute("VACUUM ANALYZE").await?;
    }
    Ok(())
}

/// What requests may be about.
pub async fn look(owner_url: &str) -> anyhow::Result<World> {
    let client = connect(owner_url).await?;
    let rows = client
        .query(
            "SELECT b.id, m.user_id,
                 ARRAY(SELECT c.id FROM hs.customers c WHERE c.business_id = b.id LIMIT $1),
                 ARRAY(SELECT w.id FROM hs.work_orders w WHERE w.business_id = b.id LIMIT $1)
             FROM businesses.businesses b JOIN users.business_users m ON m.business_id = b.id AND m.role = 'owner' ORDER BY b.created_at, b.id",
            &[&SAMPLE],
        )
        .await?;
    let businesses = rows
        .iter()
        .map(|row| Business {
            id: row.get(0),
            owner: row.get(1),
            customers: row.get(2),
            orders: row.get(3),
        })
        .collect();
    Ok(World { businesses })
}

/// PostgreSQL's first process, whose children are the connections; None where it runs elsewhere.
pub async fn postmaster(owner_url: &str) -> anyhow::Result<Option<u32>> {
    let client = connect(owner_url).await?;
    let backend: i32 = client.query_one("SELECT pg_backend_pid()", &[]).await?.get(0);
    let stat = std::fs::read_to_string(format!("/proc/{backend}/stat")).unwrap_or_default();
    let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
    Ok(parent)
}
