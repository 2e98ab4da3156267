//! The networks a business admits: at sign-in, at a refresh, for keys, and in every request after that.

use super::{PASSWORD, Tokens, address, ask, expect_tokens, join, sign_up};
use serde_json::{Value, json};
use std::sync::OnceLock;
use tests::{App, Database, Response};
use uuid::Uuid;

const INSIDE: &str = "203.0.113.7";
const OUTSIDE: &str = "198.51.100.7";
const VIEWER: &str = "{ viewer { business { id } } }";
const TOKENS: &str = "accessToken refreshToken expiresAt businessId role";

/// Behind a proxy of ours, so that a test can call from any address.
fn proxied() -> &'static App {
    static APP: OnceLock<App> = OnceLock::new();
    APP.get_or_init(|| App::with(Database::new(), &[("THORBIS_TRUST_FORWARDED", "1")]))
}

fn from(address: &str, token: Option<&str>, document: &str) -> Response {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let mut headers = vec![("x-forwarded-for", address)];
    headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    ask(proxied(), &headers, document, &json!({}))
}

fn rule(business: Uuid, network: &str, applies_to: &str, effect: &str) {
    proxied().database.run(&format!(
        "INSERT INTO permissions.ip_rules (business_id, network, applies_to, effect) VALUES ('{business}', '{network}', '{applies_to}', '{effect}')"
    ));
}

/// Somebody with one business that admits the office's network alone.
fn office() -> (String, Uuid, Tokens) {
    let email = address();
    let tokens = sign_up(proxied(), &email, Some("Office"));
    let business = tokens.business.expect("a business");
    rule(business, "203.0.113.0/24", "everyone", "allow");
    (email, business, tokens)
}

fn sign_in(address: &str, email: &str, business: Option<Uuid>) -> Response {
    let chosen = business.map(|id| format!(", businessId: \"{id}\"")).unwrap_or_default();
    from(
        address,
        None,
        &format!("mutation {{ auth {{ signIn(input: {{ email: \"{email}\", password: \"{PASSWORD}\"{chosen} }}) {{ {TOKENS} }} }} }}"),
    )
}

fn refresh(address: &str, token: &str) -> Response {
    from(
        address,
        None,
        &format!("mutation {{ auth {{ refresh(input: {{ refreshToken: \"{token}\" }}) {{ {TOKENS} }} }} }}"),
    )
}

fn expect_told(answer: &Response) {
    assert_eq!(answer.code(), "FORBIDDEN", "{}", answer.body);
    assert!(answer.body.contains("does not admit the network"), "say what to do: {}", answer.body);
}

#[test]
fn a_session_starts_and_goes_on_from_an_admitted_network() {
    let (email, business, first) = office();
    let inside = expect_tokens(&sign_in(INSIDE, &email, Some(business)), "signIn");
    assert_eq!(inside.business, Some(business));
    expect_told(&sign_in(OUTSIDE, &email, Some(business)));
    let nowhere = expect_tokens(&sign_in(OUTSIDE, &email, None), "signIn");
    assert_eq!(nowhere.business, None, "who asked for none signs in without it");
    assert_eq!(from(OUTSIDE, Some(&nowhere.access), VIEWER).json()["data"]["viewer"]["business"], Value::Null);
    // The token of before the rule, at the next request; the refresh token stays good for later.
    expect_told(&from(OUTSIDE, Some(&first.access), VIEWER));
    assert_eq!(from(INSIDE, Some(&first.access), VIEWER).code(), "");
    expect_told(&refresh(OUTSIDE, &first.refresh));
    assert_eq!(expect_tokens(&refresh(INSIDE, &first.refresh), "refresh").business, Some(business));
    // Whoever is no member hears nothing of networks.
    let stranger = sign_up(proxied(), &address(), None);
    let foreign = ask(
        proxied(),
        &[
            ("x-forwarded-for", OUTSIDE),
            ("authorization", &format!("Bearer {}", stranger.access)),
            ("x-business-id", &business.to_string()),
        ],
        VIEWER,
        &json!({}),
    );
    assert_eq!(foreign.code(), "FORBIDDEN");
    assert!(foreign.body.contains("no active member"), "{}", foreign.body);
}

#[test]
fn a_change_of_business_is_a_way_in_too() {
    let (_, business, _) = office();
    let email = address();
    let home = sign_up(proxied(), &email, Some("Home"));
    join(proxied(), &email, business, "staff");
    let switch = format!("mutation {{ auth {{ switchBusiness(input: {{ businessId: \"{business}\" }}) {{ {TOKENS} }} }} }}");
    expect_told(&from(OUTSIDE, Some(&home.access), &switch));
    assert_eq!(from(OUTSIDE, Some(&home.access), VIEWER).code(), "", "the other business is open");
    assert_eq!(
        expect_tokens(&from(INSIDE, Some(&home.access), &switch), "switchBusiness").business,
        Some(business)
    );
}

#[test]
fn a_rule_counts_from_the_next_request_and_a_denial_comes_first() {
    let tokens = sign_up(proxied(), &address(), Some("Open"));
    let business = tokens.business.expect("a business");
    let works = |address: &str| from(address, Some(&tokens.access), VIEWER).code().is_empty();
    assert!(works(INSIDE) && works(OUTSIDE));
    rule(business, "203.0.113.0/28", "members", "deny");
    assert!(!works(INSIDE) && works(OUTSIDE), "where nothing is allowed by name, only the denied stay out");
    rule(business, "203.0.113.0/24", "everyone", "allow");
    assert!(!works(INSIDE) && !works(OUTSIDE) && works("203.0.113.200"));
    proxied()
        .database
        .run(&format!("UPDATE permissions.ip_rules SET is_active = false WHERE business_id = '{business}'"));
    assert!(works(INSIDE) && works(OUTSIDE), "and so does its end");
    rule(business, "192.0.2.0/24", "api_keys", "allow");
    assert!(works(OUTSIDE), "a rule for keys is none for people");
}

#[test]
fn a_key_comes_from_an_admitted_network() {
    let (_, _, tokens) = office();
    let create = r#"mutation { auth { apiKeyCreate(input: { name: "x", scopes: ["*:read"] }) { key } } }"#;
    let made = from(INSIDE, Some(&tokens.access), create).json();
    let key = made["data"]["auth"]["apiKeyCreate"]["key"].as_str().unwrap_or_else(|| panic!("no key: {made}"));
    let with = |address: &str, key: &str| {
        ask(
            proxied(),
            &[("x-forwarded-for", address), ("x-api-key", key)],
            "{ hs { customers { totalCount } } }",
            &json!({}),
        )
    };
    assert_eq!(with(INSIDE, key).code(), "");
    let (elsewhere, unknown) = (with(OUTSIDE, key), with(OUTSIDE, "thk_nonsense"));
    let faceless = |answer: &Response| {
        let mut json = answer.json();
        json["errors"][0]["extensions"]["requestId"] = Value::Null;
        json["extensions"] = Value::Null;
        (answer.status, json.to_string())
    };
    assert_eq!(elsewhere.status, 401);
    assert_eq!(faceless(&elsewhere), faceless(&unknown), "a key from elsewhere looks like no key");
}
