//! The way up, down, and up again.

use std::time::{Duration, Instant};
use tests::{Database, runtime};

/// Generous: a machine that builds at the same time must not fail it.
const LONGEST: Duration = Duration::from_secs(60);

const OURS: &str = "SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema|public$)' ORDER BY 1";

#[test]
fn up_down_and_up_again() {
    let database = Database::empty();
    let schemas = || -> Vec<String> { database.rows(OURS, &[]).iter().map(|row| row.get(0)).collect() };
    let start = Instant::now();
    runtime()
        .block_on(migration::up(&database.owner_url()))
        .expect("the way up works on an empty database");
    let took = start.elapsed();
    println!("all migrations: {took:?}");
    assert!(took < LONGEST, "migrating an empty database took {took:?}, more than {LONGEST:?}");
    let made = schemas();
    assert!(!made.is_empty(), "the migrations made no schema");
    // Not copied with a template, so it is asked here.
    let loose: bool = database.one("SELECT has_database_privilege('thorbis_gateway', current_database(), 'TEMP, CREATE')", &[]);
    assert!(!loose, "the gateway may make temporary tables or schemas; revoke it in the foundation");
    assert_eq!(
        runtime().block_on(migration::pending(&database.owner_url())).expect("the list can be read"),
        Vec::<String>::new()
    );

    runtime().block_on(migration::down(&database.owner_url())).expect("the way down works");
    assert_eq!(
        schemas(),
        Vec::<String>::new(),
        "add the schemas that are left to migration/sql/platform/down.sql"
    );

    runtime().block_on(migration::up(&database.owner_url())).expect("the way up works again");
    assert_eq!(schemas(), made);
}
