//! What must hold before the first request.

use server::Config;
use std::time::{Duration, Instant};
use tests::{App, Database, runtime};

fn refusal(url: &str) -> String {
    let config = Config::read(|name| match name {
        "DATABASE_URL" => Some(url.to_owned()),
        "THORBIS_TOKEN_SECRET" => Some("0123456789012345678901234567890123".into()),
        "PORT" => Some("0".into()),
        _ => None,
    });
    let mut config = config.expect("the settings are complete");
    config.deadlines.database = Duration::from_millis(100);
    match runtime().block_on(server::start(config)) {
        Ok(_) => panic!("{url} must be refused"),
        Err(error) => format!("{error:#}"),
    }
}

#[test]
fn a_login_with_too_many_rights_does_not_serve() {
    let database = Database::new();
    let said = refusal(&database.owner_url());
    assert!(said.contains("is a superuser") && said.contains("thorbis_gateway"), "{said}");
    // Roles are the cluster's: their names are this test's own.
    let name = format!("helper_{}", std::process::id());
    for (rights, sentence) in [
        ("BYPASSRLS", "passes by row level security"),
        ("IN ROLE thorbis_definer", "may become thorbis_definer"),
    ] {
        database.run(&format!("CREATE ROLE {name} LOGIN {rights}; GRANT thorbis_gateway TO {name}"));
        let said = refusal(&database.url_of(&name));
        database.run(&format!("DROP ROLE {name}"));
        assert!(said.contains(sentence), "{said}");
    }
    database.run(&format!("CREATE ROLE {name} LOGIN; ALTER TABLE hs.customers OWNER TO {name}"));
    let said = refusal(&database.url_of(&name));
    database.run(&format!("REASSIGN OWNED BY {name} TO postgres; DROP OWNED BY {name}; DROP ROLE {name}"));
    assert!(said.contains("owns 1 tables"), "{said}");
}

#[test]
fn a_database_that_lacks_migrations_is_not_served() {
    let database = Database::empty();
    let said = refusal(&database.gateway_url());
    assert!(said.contains("migrations are pending") && said.contains("thorbis migrate"), "{said}");
    let database = Database::new();
    database.run("DELETE FROM public.seaql_migrations WHERE version = (SELECT max(version) FROM public.seaql_migrations)");
    let said = refusal(&database.gateway_url());
    assert!(said.starts_with("1 migrations are pending"), "{said}");
}

#[test]
fn a_database_that_is_not_there_ends_the_start_with_a_sentence() {
    let said = refusal("postgres://thorbis_gateway@127.0.0.1:1/nothing");
    assert!(said.contains("DATABASE_URL"), "{said}");
    let said = refusal(&Database::empty().gateway_url().replace("/empty_", "/missing_"));
    assert!(said.contains("does not exist"), "{said}");
    assert!(!refusal("postgres://a:hunter2@127.0.0.1:1/x").contains("hunter2"));
}

#[test]
fn it_is_ready_within_a_second() {
    let database = Database::new();
    let started = Instant::now();
    let app = App::over(database);
    assert_eq!(app.get("/health/ready", &[]).status, 200);
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
}
