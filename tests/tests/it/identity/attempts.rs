//! Guessing passwords is slow, however the guesses are packed.

use super::{PASSWORD, address, sign_in, sign_up, tokens_of};
use serde_json::{Value, json};
use tests::{App, Database};

fn failures(app: &App, email: &str) -> i64 {
    app.database.one(
        "SELECT count(*) FROM auth.login_attempts WHERE login_name = $1 AND outcome = 'wrong_credentials'",
        &[&email],
    )
}

fn guess(app: &App, email: &str, headers: &[(&str, &str)]) -> String {
    let document = r#"mutation($email: String!) { auth { signIn(input: { email: $email, password: "guess guess" }) { role } } }"#;
    super::ask(app, headers, document, &json!({ "email": email })).code()
}

#[test]
fn ten_failures_stop_a_name_and_say_nothing_about_it() {
    let app = App::over(Database::new());
    let email = address();
    sign_up(&app, &email, None);
    for name in [email.as_str(), &address()] {
        for _ in 0..10 {
            assert_eq!(guess(&app, name, &[]), "WRONG_CREDENTIALS");
        }
        assert_eq!(guess(&app, name, &[]), "TOO_MANY_ATTEMPTS");
        assert_eq!(guess(&app, &name.to_uppercase(), &[]), "TOO_MANY_ATTEMPTS");
    }
    let right = tokens_of(&app, "signIn", &json!({ "email": email, "password": PASSWORD }));
    assert_eq!(right.code(), "TOO_MANY_ATTEMPTS");
    app.database
        .run("UPDATE auth.login_attempts SET created_at = created_at - interval '16 minutes'");
    sign_in(&app, &email, None);
}

#[test]
fn a_hundred_aliases_are_one_guess_and_a_batch_is_ten() {
    let app = App::over(Database::new());
    let email = address();
    sign_up(&app, &email, None);
    let aliases: String = (0..100)
        .map(|number| format!(r#"a{number}: signIn(input: {{ email: "{email}", password: "guess number {number}" }}) {{ role }} "#))
        .collect();
    let packed = super::ask(&app, &[], &format!("mutation {{ auth {{ {aliases} }} }}"), &json!({}));
    assert_eq!(packed.code(), "WRONG_CREDENTIALS");
    assert_eq!(failures(&app, &email), 1);
    let operation = json!({ "query": format!(r#"mutation {{ auth {{ signIn(input: {{ email: "{email}", password: "guess guess" }}) {{ role }} }} }}"#) });
    let batch = Value::Array(vec![operation; 10]).to_string();
    for _ in 0..5 {
        app.post(&[("content-type", "application/json")], &batch);
    }
    // What was on its way when the tenth failed may still fail.
    assert!((10..20).contains(&failures(&app, &email)), "{} guesses were tried", failures(&app, &email));
}

#[test]
fn one_operation_signs_in_three_times_at_most() {
    let app = App::over(Database::new());
    let email = address();
    sign_up(&app, &email, None);
    let sign_ins: String = (0..4)
        .map(|number| format!(r#"a{number}: signIn(input: {{ email: "{email}", password: "{PASSWORD}" }}) {{ role }} "#))
        .collect();
    assert_eq!(
        super::ask(&app, &[], &format!("mutation {{ auth {{ {sign_ins} }} }}"), &json!({})).code(),
        "TOO_MANY_ATTEMPTS"
    );
    let sign_ups: String = (0..4)
        .map(|number| format!(r#"a{number}: signUp(input: {{ email: "{}", password: "{PASSWORD}" }}) {{ role }} "#, address()))
        .collect();
    assert_eq!(
        super::ask(&app, &[], &format!("mutation {{ auth {{ {sign_ups} }} }}"), &json!({})).code(),
        "TOO_MANY_ATTEMPTS"
    );
    let people: i64 = app.database.one("SELECT count(*) FROM users.users", &[]);
    assert_eq!(people, 1, "and nothing of it is left");
}

#[test]
fn a_hundred_failures_stop_an_address_but_not_others() {
    let app = App::with(Database::new(), &[("THORBIS_TRUST_FORWARDED", "1")]);
    let email = address();
    sign_up(&app, &email, None);
    app.database.run(
        "INSERT INTO auth.login_attempts (login_name, method, outcome, ip_address)
         SELECT 'somebody' || n, 'password', 'wrong_credentials', a.address::inet FROM generate_series(1, 100) AS n,
            (VALUES ('192.0.2.7'), ('2001:db8:0:7::1')) AS a (address)",
    );
    assert_eq!(guess(&app, &email, &[("x-forwarded-for", "192.0.2.7")]), "TOO_MANY_ATTEMPTS");
    assert_eq!(guess(&app, &email, &[("x-forwarded-for", "192.0.2.8")]), "WRONG_CREDENTIALS");
    assert_eq!(
        guess(&app, &email, &[("x-forwarded-for", "2001:db8:0:7:ffff::9")]),
        "TOO_MANY_ATTEMPTS",
        "the same network"
    );
    assert_eq!(guess(&app, &email, &[("x-forwarded-for", "2001:db8:0:8::1")]), "WRONG_CREDENTIALS");
    // What the client writes itself stands before what the proxy writes.
    assert_eq!(guess(&app, &email, &[("x-forwarded-for", "198.51.100.1, 192.0.2.7")]), "TOO_MANY_ATTEMPTS");
    assert_eq!(
        guess(&app, &email, &[("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "192.0.2.7")]),
        "TOO_MANY_ATTEMPTS"
    );
    assert_eq!(guess(&app, &email, &[("x-forwarded-for", "::ffff:192.0.2.7")]), "TOO_MANY_ATTEMPTS");
}

#[test]
fn without_a_proxy_of_ours_nobody_chooses_their_address() {
    let app = App::over(Database::new());
    guess(&app, "x@y.test", &[("x-forwarded-for", "192.0.2.9")]);
    let from: String = app.database.one("SELECT host(ip_address) FROM auth.login_attempts", &[]);
    assert_eq!(from, "127.0.0.1");
}

#[test]
fn a_stranger_elsewhere_does_not_lock_the_owner_out() {
    let app = App::with(Database::new(), &[("THORBIS_TRUST_FORWARDED", "1")]);
    let email = address();
    sign_up(&app, &email, None);
    for _ in 0..11 {
        guess(&app, &email, &[("x-forwarded-for", "192.0.2.7")]);
    }
    assert_eq!(guess(&app, &email, &[("x-forwarded-for", "192.0.2.7")]), "TOO_MANY_ATTEMPTS");
    sign_in(&app, &email, None);
}

#[test]
fn asking_which_addresses_are_taken_counts_as_guessing() {
    let app = App::over(Database::new());
    let email = address();
    sign_up(&app, &email, None);
    let again = json!({ "email": email, "password": PASSWORD });
    for _ in 0..10 {
        assert_eq!(tokens_of(&app, "signUp", &again).code(), "INPUT_INVALID");
    }
    assert_eq!(tokens_of(&app, "signUp", &again).code(), "TOO_MANY_ATTEMPTS");
}
