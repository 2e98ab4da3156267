//! Demo businesses with a believable history: the same rows every time.

use anyhow::Context;
use tokio_postgres::NoTls;

pub const PASSWORD: &str = "demo-password";

/// Domain of the users' addresses, name, industry, time zone, city.
const BUSINESSES: [(&str, &str, &str, &str); 8] = [
    ("hvac.test", "Lone Star Heating & Air", "hs", "America/Chicago"),
    ("plumbing.test", "Blue River Plumbing", "hs", "America/Denver"),
    ("bistro.test", "Bistro Lumière", "rest", "America/New_York"),
    ("garage.test", "Main Street Garage", "auto", "America/Chicago"),
    ("boutique.test", "Fern & Thread Boutique", "ret", "America/Los_Angeles"),
    ("academy.test", "Bright Path Academy", "courses", "America/New_York"),
    ("payroll.test", "Ledger & Main Payroll", "payroll", "America/Chicago"),
    ("agency.test", "Harbor Investigations", "investigations", "America/New_York"),
];
const ROLES: [&str; 4] = ["owner", "manager", "staff", "viewer"];
/// Owns the second home-services business and helps out in the first.
const BOTH: &str = "both@hvac.test";

/// A user to sign in as.
pub struct DemoUser {
    pub email: String,
    pub business: String,
    pub role: &'static str,
}

pub fn users() -> Vec<DemoUser> {
    let of = |(domain, name, ..): &(&str, &str, &str, &str)| ROLES.map(|role| DemoUser { email: format!("{role}@{domain}"), business: (*name).to_owned(), role });
    let mut users: Vec<DemoUser> = BUSINESSES.iter().flat_map(of).collect();
    users.push(DemoUser { email: BOTH.into(), business: "two businesses".into(), role: "manager" });
    users
}

pub async fn is_empty(owner_url: &str) -> anyhow::Result<bool> {
    let (client, connection) = tokio_postgres::connect(owner_url, NoTls).await.context("the database cannot be reached as its owner")?;
    tokio::spawn(connection);
    let row = client.query_one("SELECT NOT EXISTS (SELECT FROM businesses.businesses)", &[]).await.context("the database is not migrated: run thorbis migrate")?;
    Ok(row.get(0))
}

/// Loads everything in one transaction, as the owner.
pub async fn load(owner_url: &str) -> anyhow::Result<()> {
    let (mut client, connection) = tokio_postgres::connect(owner_url, NoTls).await.context("the database cannot be reached as its owner")?;
    tokio::spawn(connection);
    let hash = graphql::identity::hash_password(PASSWORD)?;
    let tx = client.transaction().await?;
    // The random numbers of the scripts below start from here, so that every load is alike.
    tx.batch_execute("SELECT setseed(0.42)").await?;
    for (domain, name, industry, timezone) in BUSINESSES {
        tx.execute("SELECT pg_temp.demo_business($1, $2, $3, $4, $5)", &[&domain, &name, &industry, &timezone, &hash]).await.ok();
    }
    tx.commit().await?;
    Ok(())
}
