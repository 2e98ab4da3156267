//! A bug in one request is that request's.

use serde_json::json;
use tests::{App, Database};

#[test]
fn a_panic_is_a_coded_error_and_the_server_goes_on() {
    let app = App::over(Database::new());
    let business = app.business("hs");
    // A column that cannot be null is: what reads it panics.
    app.database.run(
        "CREATE OR REPLACE FUNCTION auth.my_businesses() RETURNS TABLE (id uuid, name text, industry text, role text) LANGUAGE sql STABLE AS
         $$ SELECT gen_random_uuid(), NULL::text, NULL::text, NULL::text $$",
    );
    for _ in 0..20 {
        let answer = business.owner.post("{ viewer { businesses { name } } }", &json!({}));
        assert_eq!((answer.status, answer.code().as_str()), (200, "INTERNAL"), "{}", answer.body);
        assert_eq!(answer.json()["errors"][0]["extensions"]["requestId"].as_str(), answer.header("x-request-id"));
        assert!(!answer.body.contains("null") || answer.json()["data"].is_null(), "{}", answer.body);
    }
    let answer = business.owner.post("{ hs { customers { nodes { id } } } }", &json!({}));
    assert!(answer.code().is_empty(), "{}", answer.body);
    let open: i64 = app.database.one(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'thorbis_gateway' AND state LIKE 'idle in%'",
        &[],
    );
    assert_eq!(open, 0);
}
