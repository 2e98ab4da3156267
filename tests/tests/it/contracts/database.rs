//! The database itself: what the helpers promise of every table, asked of the catalog.

use super::Findings;
use super::lints::{GIVEN, LINTS};
use tests::{Database, app};

#[test]
fn the_catalog_holds_no_exception() {
    let database = &app().database;
    let mut findings = Findings::new("database", "Make the table with the helpers in migration/sql/platform, which do this for it.");
    for (rule, question) in LINTS {
        findings.count(1);
        for row in database.rows(&format!("{GIVEN} {question}"), &[]) {
            let (place, message): (String, String) = (row.get(0), row.get(1));
            findings.add(&place, format!("{message} [{rule}]"));
        }
    }
    findings.done();
}

/// What the tests ask of the gateway is asked with no more rights than it has when it serves.
#[test]
fn the_suite_s_gateway_is_the_weakest_login() {
    let app = app();
    let business = app.business("hs");
    business.owner.ask("{ hs { customers { totalCount } } }").data();
    let logins = app.database.rows(
        "SELECT DISTINCT a.usename::text, r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication,
            EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid), EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid)
         FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
         WHERE a.datname = current_database() AND a.backend_type = 'client backend' AND a.usename <> current_user",
        &[],
    );
    let told: Vec<(String, bool, bool, bool)> = logins.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect();
    assert_eq!(
        told,
        [("thorbis_gateway".to_owned(), false, false, false)],
        "the gateway serves as a login that is more than it needs: (login, powers, member of roles, owns tables)"
    );
}

/// What the owner of a database can run by hand after a restore passes on a new one.
#[test]
fn the_database_tests_itself() {
    let database = Database::new();
    let mut findings = Findings::new("self test", "SELECT * FROM platform.test_tenant_isolation() WHERE NOT passed, as the owner.");
    for row in database.rows("SELECT test_name, passed, message FROM platform.test_tenant_isolation()", &[]) {
        let (name, passed, message): (String, bool, String) = (row.get(0), row.get(1), row.get(2));
        findings.expect(passed, &name, message);
    }
    findings.done();
}

/// A policy that calls a function for every row is slow: PostgreSQL evaluates `(SELECT f())` once.
#[test]
fn policies_ask_for_the_caller_once() {
    let database = &app().database;
    let mut findings = Findings::new("policies", "Write (SELECT auth.f()) in the policy instead of auth.f().");
    let rows = database.rows(
        "SELECT p.polrelid::regclass::text, p.polname::text, concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_policy p",
        &[],
    );
    for row in rows {
        let (table, policy, text): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        findings.expect(calls_are_wrapped(&text), &table, format!("{policy} calls a function for every row: {text}"));
    }
    findings.done();
}

/// Every call of a function of ours stands inside `( SELECT …)`.
fn calls_are_wrapped(text: &str) -> bool {
    let mut stack = Vec::new();
    for (at, character) in text.char_indices() {
        match character {
            '(' => stack.push(text[at + 1..].trim_start().starts_with("SELECT ")),
            ')' => drop(stack.pop()),
            _ if text[at..].starts_with("auth.") && !stack.contains(&true) => return false,
            _ => {}
        }
    }
    true
}

#[test]
fn bare_calls_are_noticed() {
    assert!(calls_are_wrapped("(business_id = ( SELECT auth.uid() AS uid))"));
    assert!(!calls_are_wrapped("(business_id = auth.uid())"));
    assert!(!calls_are_wrapped("(( SELECT auth.a()) OR auth.b())"));
}
