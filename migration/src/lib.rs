//! The database: plain SQL files in order, one concern a file. Applied files are never edited.

use anyhow::Context;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectOptions, Database, DatabaseConnection};

/// A step: its name, which says its place, and its SQL. Everything of ours goes with `drop_everything`.
const STEPS: &[(&str, &str)] = &[
    ("m0001_foundation", include_str!("../sql/platform/010_foundation.sql")),
    ("m0002_triggers", include_str!("../sql/platform/020_triggers.sql")),
    ("m0003_table_helpers", include_str!("../sql/platform/030_table_helpers.sql")),
    ("m0004_logs", include_str!("../sql/audit/010_logs.sql")),
    ("m0005_accounts", include_str!("../sql/auth/010_accounts.sql")),
    ("m0006_businesses", include_str!("../sql/businesses/010_businesses.sql")),
    ("m0007_users", include_str!("../sql/users/010_users.sql")),
    ("m0008_identity_rules", include_str!("../sql/platform/040_identity_rules.sql")),
    ("m0009_open_request", include_str!("../sql/auth/020_open_request.sql")),
    ("m0010_settings", include_str!("../sql/businesses/020_settings.sql")),
    ("m0011_home_services", include_str!("../sql/hs/010_home_services.sql")),
    ("m0012_restaurant", include_str!("../sql/rest/010_restaurant.sql")),
    ("m0013_automotive", include_str!("../sql/auto/010_automotive.sql")),
    ("m0014_retail", include_str!("../sql/ret/010_retail.sql")),
    ("m0015_ai", include_str!("../sql/ai/010_ai.sql")),
    ("m0016_integrations", include_str!("../sql/integrations/010_integrations.sql")),
    ("m0017_sign_in", include_str!("../sql/auth/100_sign_in.sql")),
    ("m0018_reporting", include_str!("../sql/reporting/010_views.sql")),
    ("m0019_monitoring", include_str!("../sql/monitoring/010_views.sql")),
    ("m0020_self_test", include_str!("../sql/platform/900_self_test.sql")),
    ("m0021_read_setting", include_str!("../sql/businesses/030_read_setting.sql")),
];

/// Schemas and what hangs on them; roles stay, since they belong to the cluster.
const DROP_EVERYTHING: &str = include_str!("../sql/platform/down.sql");

struct Step {
    name: &'static str,
    sql: &'static str,
    first: bool,
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(self.sql).await.map(|_| ())
    }

    /// Steps build on each other: the way down is one step, at the end of it.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if self.first {
            manager.get_connection().execute_unprepared(DROP_EVERYTHING).await.map(|_| ())
        } else {
            Ok(())
        }
    }
}

pub struct Migrator;

#[sea_orm_migration::async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let steps = STEPS.iter().enumerate();
        steps
            .map(|(index, (name, sql))| Box::new(Step { name, sql, first: index == 0 }) as Box<dyn MigrationTrait>)
            .collect()
    }
}

/// Applies what is missing. `owner_url` is a role that may create schemas, roles and extensions.
pub async fn up(owner_url: &str) -> anyhow::Result<()> {
    let database = connect(owner_url).await?;
    Migrator::up(&database, None)
        .await
        .context("the migration failed; nothing of the failed step is left")
}

/// Takes everything back.
pub async fn down(owner_url: &str) -> anyhow::Result<()> {
    let database = connect(owner_url).await?;
    Migrator::down(&database, None).await.context("the way back failed")
}

/// Names of the steps that are not applied yet, in order.
pub async fn pending(owner_url: &str) -> anyhow::Result<Vec<String>> {
    let database = connect(owner_url).await?;
    let pending = Migrator::get_pending_migrations(&database)
        .await
        .context("the list of applied migrations cannot be read")?;
    Ok(pending.iter().map(|migration| migration.name().to_owned()).collect())
}

/// Names of all steps, in order.
pub fn names() -> Vec<&'static str> {
    STEPS.iter().map(|(name, _)| *name).collect()
}

async fn connect(owner_url: &str) -> anyhow::Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(owner_url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options)
        .await
        .context("the database cannot be reached as its owner; check OWNER_DATABASE_URL")
}
