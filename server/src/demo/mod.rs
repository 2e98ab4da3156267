//! Demo businesses with a believable history: the same rows every time. The rows are SQL beside this file.

use anyhow::{Context, bail};
use tokio_postgres::{Client, GenericClient};

pub const PASSWORD: &str = "demo-password";

/// Run in this order, in one transaction: later scripts use the temporary tables of earlier ones.
const SCRIPTS: &[(&str, &str)] = &[
    ("helpers", include_str!("000_helpers.sql")),
    ("businesses and people", include_str!("010_businesses_and_people.sql")),
    ("customers", include_str!("020_customers.sql")),
    ("home services", include_str!("030_home_services.sql")),
    ("restaurant", include_str!("040_restaurant.sql")),
    ("automotive", include_str!("050_automotive.sql")),
    ("retail", include_str!("060_retail.sql")),
    ("operations", include_str!("070_operations.sql")),
    ("operations setup", include_str!("080_operations_setup.sql")),
    ("people setup", include_str!("081_people_setup.sql")),
    ("home services details", include_str!("110_home_services_details.sql")),
    ("home services visits", include_str!("111_home_services_visits.sql")),
    ("home services business", include_str!("112_home_services_business.sql")),
    ("home services stock", include_str!("113_home_services_stock.sql")),
    ("restaurant details", include_str!("120_restaurant_details.sql")),
    ("restaurant service", include_str!("121_restaurant_service.sql")),
    ("restaurant stock", include_str!("122_restaurant_stock.sql")),
    ("automotive details", include_str!("130_automotive_details.sql")),
    ("automotive visits", include_str!("131_automotive_visits.sql")),
    ("automotive customers", include_str!("132_automotive_customers.sql")),
    ("retail details", include_str!("140_retail_details.sql")),
    ("retail sales", include_str!("141_retail_sales.sql")),
    ("retail stock", include_str!("142_retail_stock.sql")),
    ("courses", include_str!("150_courses.sql")),
    ("course tests", include_str!("151_course_tests.sql")),
    ("course sales", include_str!("152_course_sales.sql")),
    ("course payments", include_str!("153_course_payments.sql")),
    ("course learning", include_str!("154_course_learning.sql")),
    ("course marks", include_str!("155_course_marks.sql")),
    ("course results", include_str!("156_course_results.sql")),
    ("payroll", include_str!("160_payroll.sql")),
    ("payroll time", include_str!("161_payroll_time.sql")),
    ("payroll benefits", include_str!("162_payroll_benefits.sql")),
    ("payroll runs", include_str!("163_payroll_runs.sql")),
    ("payroll taxes", include_str!("164_payroll_taxes.sql")),
    ("investigations", include_str!("170_investigations.sql")),
    ("case work", include_str!("171_case_work.sql")),
    ("case evidence", include_str!("172_case_evidence.sql")),
    ("case reports", include_str!("173_case_reports.sql")),
    ("case billing", include_str!("174_case_billing.sql")),
    ("operations details", include_str!("200_operations_details.sql")),
    ("messages and assistants", include_str!("201_messages_and_assistants.sql")),
    ("reports and billing", include_str!("202_reports_and_billing.sql")),
    ("operations upkeep", include_str!("203_operations_upkeep.sql")),
];

/// Domain of the users' addresses and name of the business.
const BUSINESSES: [(&str, &str); 8] = [
    ("hvac.test", "Lone Star Heating & Air"),
    ("plumbing.test", "Blue River Plumbing"),
    ("bistro.test", "Bistro Lumière"),
    ("garage.test", "Main Street Garage"),
    ("boutique.test", "Fern & Thread Boutique"),
    ("academy.test", "Bright Path Academy"),
    ("payroll.test", "Ledger & Main Payroll"),
    ("agency.test", "Harbor Investigations"),
];
const ROLES: [&str; 4] = ["owner", "manager", "staff", "viewer"];
/// Manages the first home-services business and owns the second with somebody else.
const BOTH: &str = "both@hvac.test";

/// A user to sign in as.
pub struct DemoUser {
    pub email: String,
    pub business: String,
    pub role: &'static str,
}

pub fn users() -> Vec<DemoUser> {
    let of = |&(domain, name): &(&str, &str)| {
        ROLES.map(|role| DemoUser {
            email: format!("{role}@{domain}"),
            business: name.to_owned(),
            role,
        })
    };
    let mut users: Vec<DemoUser> = BUSINESSES.iter().flat_map(of).collect();
    users.push(DemoUser {
        email: BOTH.to_owned(),
        business: "two businesses".to_owned(),
        role: "manager",
    });
    users
}

pub async fn is_empty(owner_url: &str) -> anyhow::Result<bool> {
    has_no_business(&connect(owner_url).await?).await
}

/// Loads everything in one transaction, as the owner.
pub async fn load(owner_url: &str) -> anyhow::Result<()> {
    let mut client = connect(owner_url).await?;
    let hash = graphql::identity::hash_password(PASSWORD).context("the demo password cannot be hashed")?;
    let tx = client.transaction().await.context("no transaction can be started")?;
    // Nobody else fills the database between the look and the load.
    tx.batch_execute("SET LOCAL jit = off; LOCK TABLE businesses.businesses IN SHARE ROW EXCLUSIVE MODE")
        .await
        .context("the database is not migrated: run thorbis migrate first")?;
    if !has_no_business(&tx).await? {
        bail!("the database has businesses already: demo data is for an empty one");
    }
    tx.execute("SELECT set_config('demo.password_hash', $1, true)", &[&hash])
        .await
        .context("the password's hash cannot be handed to the scripts")?;
    for (name, sql) in SCRIPTS {
        tx.batch_execute(sql)
            .await
            .with_context(|| format!("the demo script of {name} failed, so nothing was loaded: its SQL in server/src/demo does not fit the migrated tables"))?;
    }
    expect_users(&tx).await?;
    tx.commit().await.context("the demo data could not be committed, so nothing was loaded")?;
    tidy(&client).await
}

async fn connect(owner_url: &str) -> anyhow::Result<Client> {
    let client = graphql::session::connect(owner_url)
        .await
        .context("the database cannot be reached as its owner: check OWNER_DATABASE_URL")?;
    // A role that row level security applies to would see no business in any database: let it fail instead.
    client
        .batch_execute("SET row_security = off")
        .await
        .context("the owner's session cannot be prepared")?;
    Ok(client)
}

async fn has_no_business(client: &impl GenericClient) -> anyhow::Result<bool> {
    let row = client
        .query_one("SELECT NOT EXISTS (SELECT FROM businesses.businesses)", &[])
        .await
        .context("the businesses cannot be read: run thorbis migrate first, as a role that row level security does not apply to")?;
    row.try_get(0).context("the businesses cannot be counted")
}

/// What GraphiQL offers is what the scripts made.
async fn expect_users(client: &impl GenericClient) -> anyhow::Result<()> {
    let users = users();
    let emails: Vec<&str> = users.iter().map(|user| user.email.as_str()).collect();
    let roles: Vec<&str> = users.iter().map(|user| user.role).collect();
    let names: Vec<Option<&str>> = users.iter().map(|user| (user.email != BOTH).then_some(user.business.as_str())).collect();
    let missing = client
        .query(
            "SELECT wanted.email FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (email, role, business)
             WHERE NOT EXISTS (
                 SELECT FROM auth.users a
                 JOIN users.business_users m ON m.user_id = a.id
                 JOIN businesses.businesses b ON b.id = m.business_id
                 WHERE a.email = wanted.email AND m.role = wanted.role AND m.status = 'active' AND b.name = coalesce(wanted.business, b.name))",
            &[&emails, &roles, &names],
        )
        .await
        .context("the demo users cannot be read back")?;
    if let Some(row) = missing.first() {
        let email: String = row.try_get(0).context("the demo users cannot be read back")?;
        bail!("the scripts in server/src/demo make no {email} as demo::users() lists it: change one of the two");
    }
    Ok(())
}

/// Statistics and reports come after the rows; without them everything is there, only slower or later.
async fn tidy(client: &Client) -> anyhow::Result<()> {
    client
        .batch_execute("ANALYZE")
        .await
        .context("the demo data is loaded, but ANALYZE failed: run it by hand")?;
    let row = client
        .query_one("SELECT to_regprocedure('reporting.refresh_views()') IS NOT NULL", &[])
        .await
        .context("the demo data is loaded, but the reports cannot be looked up")?;
    let has_reports: bool = row.try_get(0).context("the demo data is loaded, but the reports cannot be looked up")?;
    if has_reports && let Err(error) = client.batch_execute("SELECT reporting.refresh_views()").await {
        tracing::warn!(%error, "the demo data is loaded, but the reports are not refreshed; the gateway tries again while it serves");
    }
    Ok(())
}
