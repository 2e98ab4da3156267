//! API keys: programs that reach what their scopes name.

use super::{address, ask, sign_up};
use serde_json::{Value, json};
use tests::{App, Business, Database, Response, app};

const CREATE: &str = "mutation($input: AuthApiKeyCreateInput!) { auth { apiKeyCreate(input: $input) { id key } } }";
const CUSTOMERS: &str = "{ hs { customers { nodes { lastName } } } }";
const CUSTOMER_CREATE: &str = r#"mutation { hs { customerCreate(input: { firstName: "A", lastName: "B" }) { id } } }"#;

fn key(business: &Business<'_>, scopes: &[&str]) -> (String, String) {
    made(&business.owner.post(CREATE, &json!({ "input": { "name": "test", "scopes": scopes } })))
}

fn made(answer: &Response) -> (String, String) {
    let key = &answer.json()["data"]["auth"]["apiKeyCreate"];
    let text = |name: &str| key[name].as_str().unwrap_or_else(|| panic!("no key: {}", answer.body)).to_owned();
    (text("id"), text("key"))
}

fn with_key(key: &str, document: &str) -> Response {
    ask(app(), &[("x-api-key", key)], document, &json!({}))
}

fn with_customer() -> Business<'static> {
    let business = app().business("hs");
    business.seed("INSERT INTO hs.customers (business_id, first_name, last_name) VALUES ($business, 'Ada', 'Lovelace')");
    business
}

fn rows(answer: &Response) -> Option<usize> {
    answer.json().pointer("/data/hs/customers/nodes").and_then(Value::as_array).map(Vec::len)
}

#[test]
fn a_key_reads_and_writes_what_its_scopes_name() {
    let business = with_customer();
    for (scopes, reads, writes) in [
        (&["hs.customers:read"][..], 1, false),
        (&["hs:read"], 1, false),
        (&["*:read"], 1, false),
        (&["hs.customers:read", "hs.customers:write"], 1, true),
        (&["*:read", "*:write"], 1, true),
        (&["hs.work_orders:read", "hs.work_orders:write"], 0, false),
        (&["rest:read", "rest:write"], 0, false),
    ] {
        let (_, key) = key(&business, scopes);
        assert_eq!(rows(&with_key(&key, CUSTOMERS)), Some(reads), "{scopes:?}");
        let written = with_key(&key, CUSTOMER_CREATE);
        assert_eq!(written.code(), if writes { "" } else { "FORBIDDEN" }, "{scopes:?}: {}", written.body);
        business.seed("DELETE FROM hs.customers WHERE business_id = $business AND last_name = 'B'");
        assert_eq!(
            rows(&ask(app(), &[("authorization", &format!("Bearer {key}"))], CUSTOMERS, &json!({}))),
            Some(reads)
        );
    }
}

#[test]
fn a_key_never_reaches_what_is_the_owners_or_another_business_has() {
    let business = with_customer();
    with_customer();
    let (id, key) = key(&business, &["*:read", "*:write"]);
    assert_eq!(rows(&with_key(&key, CUSTOMERS)), Some(1), "one business's rows");
    for document in [
        "{ integrations { integrationConfigs { nodes { id } } } }",
        "{ audit { auditLog { nodes { id } } } }",
        "{ auth { apiKeys { nodes { id } } } }",
        r#"mutation { auth { apiKeyCreate(input: { name: "x", scopes: ["*:read"] }) { key } } }"#,
        &format!(r#"mutation {{ auth {{ apiKeyRevoke(input: {{ id: "{id}" }}) }} }}"#),
    ] {
        let answer = with_key(&key, document);
        assert!(!answer.code().is_empty(), "{document}: {}", answer.body);
    }
    let viewer = with_key(&key, "{ viewer { role business { id } } }").json();
    assert_eq!(
        viewer["data"]["viewer"],
        json!({ "role": "api_partner", "business": { "id": business.id } }),
        "{viewer}"
    );
    let other = app().business("hs").id.to_string();
    let elsewhere = ask(app(), &[("x-api-key", &key), ("x-business-id", &other)], CUSTOMERS, &json!({}));
    assert_eq!((elsewhere.status, elsewhere.code().as_str()), (403, "FORBIDDEN"));
    assert_eq!(
        rows(&ask(
            app(),
            &[("x-api-key", &key), ("x-business-id", &business.id.to_string())],
            CUSTOMERS,
            &json!({})
        )),
        Some(1)
    );
}

#[test]
fn a_key_that_is_over_opens_nothing() {
    let business = with_customer();
    let revoke = |id: &str| {
        business.manager.post(
            &format!(r#"mutation {{ auth {{ apiKeyRevoke(input: {{ id: "{id}", reason: "test" }}) }} }}"#),
            &json!({}),
        )
    };
    for end in ["revoked", "expired", "member", "wrong"] {
        let (id, key) = key(&business, &["*:read"]);
        assert_eq!(rows(&with_key(&key, CUSTOMERS)), Some(1));
        match end {
            "revoked" => assert_eq!(revoke(&id).json()["data"]["auth"]["apiKeyRevoke"], true),
            "expired" => business.seed(&format!("UPDATE auth.api_keys SET expires_at = now() - interval '1 second' WHERE id = '{id}'")),
            "member" => business.seed(&format!(
                "UPDATE users.business_users SET status = 'suspended' WHERE user_id = (SELECT service_user_id FROM auth.api_keys WHERE id = '{id}')"
            )),
            _ => {}
        }
        let refused = match end {
            "wrong" => with_key(&format!("{key}x"), CUSTOMERS),
            _ => with_key(&key, CUSTOMERS),
        };
        assert!(["UNAUTHENTICATED", "FORBIDDEN"].contains(&refused.code().as_str()), "{end}: {}", refused.body);
    }
    for key in ["", "thk_", "nonsense"] {
        assert_eq!(with_key(key, CUSTOMERS).status, 401, "{key:?}");
    }
    let stranger = app().business("hs");
    let (id, _) = key(&business, &["*:read"]);
    assert_eq!(
        stranger
            .owner
            .post(&format!(r#"mutation {{ auth {{ apiKeyRevoke(input: {{ id: "{id}" }}) }} }}"#), &json!({}))
            .code(),
        "NOT_FOUND"
    );
}

#[test]
fn a_key_works_from_its_networks_and_its_use_is_noted() {
    let business = with_customer();
    let bound = |networks: &[&str]| {
        made(&business.owner.post(
            CREATE,
            &json!({ "input": { "name": "bound", "scopes": ["*:read"], "allowedNetworks": networks } }),
        ))
    };
    let last_used = |id: &str| -> bool {
        app().database.one(
            "SELECT last_used_at IS NOT NULL AND last_used_from = '127.0.0.1' FROM auth.api_keys WHERE id = $1::text::uuid",
            &[&id],
        )
    };
    let (id, here) = bound(&["127.0.0.0/8"]);
    assert_eq!(rows(&with_key(&here, CUSTOMERS)), Some(1));
    assert!(last_used(&id));
    let (id, elsewhere) = bound(&["10.0.0.0/8", "2001:db8::/32"]);
    assert_eq!(with_key(&elsewhere, CUSTOMERS).code(), "UNAUTHENTICATED");
    assert!(!last_used(&id), "a use from elsewhere is none");
}

#[test]
fn a_key_is_made_by_owners_and_managers_of_sensible_things() {
    let business = app().business("hs");
    let create = |person: &tests::Person<'_>, input: Value| person.post(CREATE, &json!({ "input": input }));
    made(&create(&business.manager, json!({ "name": "by a manager", "scopes": ["hs:read"] })));
    for person in [&business.staff, &business.viewer] {
        assert!(!create(person, json!({ "name": "x", "scopes": ["hs:read"] })).code().is_empty());
    }
    for input in [
        json!({ "name": "x", "scopes": [] }),
        json!({ "name": "x", "scopes": ["hs"] }),
        json!({ "name": "x", "scopes": ["hs:admin"] }),
        json!({ "name": "x", "scopes": ["hs:read,*:write"] }),
        json!({ "name": "x", "scopes": ["hs:read"], "expiresAt": "2001-01-01T00:00:00Z" }),
        json!({ "name": "x", "scopes": ["hs:read"], "allowedNetworks": ["nowhere"] }),
    ] {
        let refused = create(&business.owner, input.clone());
        assert_eq!(refused.code(), "INPUT_INVALID", "{input}: {}", refused.body);
    }
    let (_, key) = key(&business, &["hs:read"]);
    let stored: i64 = app()
        .database
        .one("SELECT count(*) FROM auth.api_keys k WHERE k::text LIKE '%' || $1 || '%'", &[&key]);
    assert_eq!(stored, 0, "the key is not stored");
    let both = ask(
        app(),
        &[
            ("x-api-key", &key),
            ("authorization", &format!("Bearer {}", sign_up(app(), &address(), None).access)),
        ],
        CUSTOMERS,
        &json!({}),
    );
    assert_eq!(both.status, 400, "a token and a key");
}

/// Its own user's rows are rows as any others: reached by scope.
#[test]
fn a_key_for_reading_writes_nothing_of_its_own_user_either() {
    let business = with_customer();
    let (_, reads) = key(&business, &["hs.customers:read"]);
    let viewer = with_key(&reads, "{ viewer { user { id } } }").json();
    let user = viewer["data"]["viewer"]["user"]["id"].as_str().unwrap_or_else(|| panic!("{viewer}")).to_owned();
    for mutation in [
        format!("users {{ userUpdate(id: \"{user}\", patch: {{ displayName: \"The owner\" }}) {{ id }} }}"),
        format!("users {{ userPreferenceCreate(input: {{ userId: \"{user}\", category: \"app\", key: \"k\", value: 1 }}) {{ id }} }}"),
        "users { userDeviceCreate(input: { deviceFingerprint: \"x\", operatingSystem: IOS }) { id } }".to_owned(),
    ] {
        let answer = with_key(&reads, &format!("mutation {{ {mutation} }}"));
        assert!(
            ["FORBIDDEN", "NOT_FOUND", "DOCUMENT_INVALID"].contains(&answer.code().as_str()) && answer.json()["data"].is_null(),
            "{mutation}: {}",
            answer.body
        );
    }
    let written: i64 = app().database.one(
        "SELECT (SELECT count(*) FROM users.users WHERE id = $1::text::uuid AND display_name = 'The owner') + (SELECT count(*) FROM users.user_preferences WHERE user_id = $1::text::uuid)
            + (SELECT count(*) FROM users.user_devices WHERE user_id = $1::text::uuid)",
        &[&user],
    );
    assert_eq!(written, 0, "nothing of it was written");
}

/// One network is a list of one; that it is no list must not mean anywhere.
#[test]
fn one_network_restricts_as_a_list_of_one() {
    let business = with_customer();
    for (networks, expected) in [(json!("10.9.9.9"), 401), (json!(["10.9.9.9"]), 401), (json!("127.0.0.0/8"), 200)] {
        let input = json!({ "input": { "name": "test", "scopes": "hs.customers:read", "allowedNetworks": networks } });
        let (_, key) = made(&business.owner.post(CREATE, &input));
        assert_eq!(with_key(&key, CUSTOMERS).status, expected, "{networks}");
    }
}

/// What a key may write and not read cannot be answered; then it is not written, in every form.
#[test]
fn what_cannot_be_answered_is_not_written() {
    let business = with_customer();
    let (_, writes) = key(&business, &["hs.customers:write"]);
    for mutation in [
        "customerCreate(input: { lastName: \"Unseen\" }) { id }",
        "customerCreate(input: { lastName: \"Unseen\", workOrders: {} }) { id }",
        "customersCreate(inputs: [{ lastName: \"Unseen\" }, { lastName: \"Unseen\" }]) { id }",
    ] {
        let answer = with_key(&writes, &format!("mutation {{ hs {{ {mutation} }} }}"));
        assert_eq!(answer.code(), "FORBIDDEN", "{mutation}: {}", answer.body);
    }
    let written: i64 = app().database.one(
        "SELECT count(*) FROM hs.customers WHERE business_id = $1 AND last_name = 'Unseen'",
        &[&business.id],
    );
    assert_eq!(written, 0);
}

/// A retry with the version that is told would end the same, for ever.
#[test]
fn who_may_not_change_a_record_is_not_told_that_it_changed() {
    let business = with_customer();
    let (_, reads) = key(&business, &["hs.customers:read"]);
    let found = with_key(&reads, "{ hs { customers { nodes { id version } } } }").json();
    let customer = &found["data"]["hs"]["customers"]["nodes"][0];
    let update = format!(
        "mutation {{ hs {{ customerUpdate(id: {}, patch: {{ lastName: \"X\" }}, expectedVersion: {}) {{ id }} }} }}",
        customer["id"], customer["version"]
    );
    let answer = with_key(&reads, &update);
    assert_eq!(answer.code(), "FORBIDDEN", "{}", answer.body);
}

/// Finding out whose key it is and noting its use need one connection after the other, not two at once.
#[test]
fn a_key_is_answered_over_a_pool_of_one() {
    let app = App::with(Database::new(), &[("THORBIS_POOL_SIZE", "1")]);
    let business = app.business("hs");
    let (_, key) = key(&business, &["hs.customers:read"]);
    let started = std::time::Instant::now();
    let answer = ask(&app, &[("x-api-key", &key)], CUSTOMERS, &json!({}));
    assert_eq!(rows(&answer), Some(0), "{}", answer.body);
    assert!(
        started.elapsed() < std::time::Duration::from_secs(2),
        "it waited for itself: {:?}",
        started.elapsed()
    );
    let noted: i64 = app.database.one(
        "SELECT count(*) FROM auth.api_keys WHERE business_id = $1 AND last_used_at IS NOT NULL",
        &[&business.id],
    );
    assert_eq!(noted, 1, "its use is noted");
}
