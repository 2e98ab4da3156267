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
