//! Idempotency keys as clients meet them: what comes again with its key happens once.

use serde_json::{Value, json};
use std::thread;
use tests::{Business, Person, Response, app};
use uuid::Uuid;

const CREATE: &str = "mutation($name: String) { hs { customerCreate(input: { lastName: $name }) { id lastName createdAt } } }";

fn post(person: &Person<'_>, key: Option<&str>, body: &Value) -> Response {
    let bearer = person.bearer();
    let mut headers = vec![("content-type", "application/json"), ("authorization", bearer.as_str())];
    headers.extend(key.map(|key| ("idempotency-key", key)));
    person.app.post(&headers, &body.to_string())
}

fn create(person: &Person<'_>, key: &str, name: &str) -> Response {
    post(person, Some(key), &json!({ "query": CREATE, "variables": { "name": name } }))
}

fn new_key() -> String {
    Uuid::new_v4().to_string()
}

fn customers(business: &Business<'_>) -> i64 {
    app().database.one("SELECT count(*) FROM hs.customers WHERE business_id = $1", &[&business.id])
}

fn data(answer: &Response) -> Value {
    assert!(answer.code().is_empty(), "{}", answer.body);
    answer.json()["data"].clone()
}

fn is_replayed(answer: &Response) -> bool {
    let (header, member) = (answer.header("idempotency-replayed"), &answer.json()["extensions"]["replayed"]);
    assert_eq!(header == Some("true"), *member == true, "header and body say the same: {}", answer.body);
    header.is_some()
}

/// The data as it was written, byte by byte.
fn written(answer: &Response) -> &str {
    answer.body.split(",\"extensions\"").next().unwrap_or_default()
}

#[test]
fn a_repeat_gets_the_first_answer_and_does_nothing() {
    let business = app().business("hs");
    let key = new_key();
    let first = create(&business.staff, &key, "Näme \"quoted\" \\ \u{1F600}");
    assert!(!is_replayed(&first));
    data(&first);
    for _ in 0..3 {
        let repeat = create(&business.staff, &key, "Näme \"quoted\" \\ \u{1F600}");
        assert!(is_replayed(&repeat), "{}", repeat.body);
        assert_eq!(written(&repeat), written(&first));
        let id = |answer: &Response| answer.json()["extensions"]["requestId"].as_str().map(str::to_owned);
        assert_eq!(id(&repeat).as_deref(), repeat.header("x-request-id"));
        assert_ne!(id(&repeat), id(&first), "each request has an id of its own");
    }
    assert_eq!(customers(&business), 1);
    // The key in the body is the same key, and so is one in quotes.
    let body = json!({ "query": CREATE, "variables": { "name": "Näme \"quoted\" \\ \u{1F600}" }, "extensions": { "idempotencyKey": key } });
    for header in [None, Some(key.clone()), Some(format!("\"{key}\""))] {
        assert!(is_replayed(&post(&business.staff, header.as_deref(), &body)));
    }
    assert_eq!(customers(&business), 1);
}

#[test]
fn a_key_is_good_for_one_request() {
    let business = app().business("hs");
    let key = new_key();
    data(&create(&business.staff, &key, "One"));
    let renamed = CREATE.replace("mutation(", "mutation Named(");
    for body in [
        json!({ "query": CREATE, "variables": { "name": "Two" } }),
        json!({ "query": CREATE.replace("createdAt", ""), "variables": { "name": "One" } }),
        json!({ "query": renamed, "operationName": "Named", "variables": { "name": "One" } }),
    ] {
        let refused = post(&business.staff, Some(&key), &body);
        assert_eq!((refused.status, refused.code().as_str()), (200, "IDEMPOTENCY_KEY_REUSED"), "{}", refused.body);
        assert!(refused.json().get("data").is_none() && !is_replayed(&refused));
    }
    assert_eq!(customers(&business), 1);
    assert!(is_replayed(&create(&business.staff, &key, "One")));
}

#[test]
fn what_failed_leaves_its_key_free() {
    let business = app().business("hs");
    let key = new_key();
    // The first field is done and taken back with the second.
    let body = json!({ "query": "mutation($cost: Decimal!) { hs { customerCreate(input: { lastName: \"x\" }) { id } workOrderCreate(input: { title: \"x\", totalCost: $cost }) { id } } }",
        "variables": { "cost": "-1" } });
    assert_eq!(post(&business.staff, Some(&key), &body).code(), "INPUT_INVALID");
    assert_eq!(post(&business.staff, Some(&key), &body).code(), "INPUT_INVALID", "it is tried anew");
    assert_eq!(customers(&business), 0);
    let answer = create(&business.staff, &key, "Free");
    assert!(!is_replayed(&answer));
    data(&answer);
    assert_eq!(customers(&business), 1);
}

#[test]
fn a_key_belongs_to_its_caller() {
    let (business, other) = (app().business("hs"), app().business("hs"));
    let key = new_key();
    let made = r#"mutation { auth { apiKeyCreate(input: { name: "x", scopes: ["*:read", "*:write"] }) { key } } }"#;
    let made = data(&business.owner.post(made, &json!({})));
    let program = made["auth"]["apiKeyCreate"]["key"].as_str().expect("a key").to_owned();
    let by_program = || {
        let headers = [("content-type", "application/json"), ("x-api-key", program.as_str()), ("idempotency-key", &key)];
        app().post(&headers, &json!({ "query": CREATE, "variables": { "name": "Same" } }).to_string())
    };
    let answers = [
        create(&business.staff, &key, "Same"),
        create(&business.manager, &key, "Same"),
        create(&other.staff, &key, "Same"),
        by_program(),
    ];
    assert!(answers.iter().all(|answer| !is_replayed(answer)));
    answers.iter().for_each(|answer| drop(data(answer)));
    assert_eq!((customers(&business), customers(&other)), (3, 1));
    assert!(is_replayed(&by_program()));
    assert!(is_replayed(&create(&other.staff, &key, "Same")));
    assert_eq!((customers(&business), customers(&other)), (3, 1));
}

#[test]
fn who_is_in_no_business_has_no_keys_and_queries_ignore_them() {
    let business = app().business("hs");
    let sign_in = json!({ "query": r#"mutation { auth { signIn(input: { email: "a@b.test", password: "guess guess" }) { role } } }"# });
    let refused = app().post(&[("content-type", "application/json"), ("idempotency-key", &new_key())], &sign_in.to_string());
    assert_eq!(refused.code(), "IDEMPOTENCY_KEY_UNSUPPORTED", "{}", refused.body);
    let alone = Person {
        business: None,
        ..business.staff
    };
    let sign_out = json!({ "query": "mutation { auth { signOut } }" });
    assert_eq!(post(&alone, Some(&new_key()), &sign_out).code(), "IDEMPOTENCY_KEY_UNSUPPORTED");
    let key = new_key();
    for document in ["{ viewer { role } }", "{ hs { customers { totalCount } } }"] {
        let answer = post(&business.staff, Some(&key), &json!({ "query": document }));
        assert!(!is_replayed(&answer));
        data(&answer);
    }
    data(&create(&business.staff, &key, "The first write with it"));
}

#[test]
fn keys_of_the_wrong_form_are_refused() {
    let business = app().business("hs");
    let body = |extensions: Value| json!({ "query": CREATE, "variables": { "name": "x" }, "extensions": extensions });
    let long = "k".repeat(129);
    for (header, extensions) in [
        (Some("seven77"), json!({})),
        (Some(long.as_str()), json!({})),
        (None, json!({ "idempotencyKey": "seven77" })),
        (None, json!({ "idempotencyKey": long })),
        (None, json!({ "idempotencyKey": 12345678 })),
        (Some("12345678"), json!({ "idempotencyKey": "12345679" })),
    ] {
        let refused = post(&business.staff, header, &body(extensions));
        assert_eq!((refused.status, refused.code().as_str()), (400, "BAD_REQUEST"), "{}", refused.body);
    }
    assert_eq!(customers(&business), 0);
    // A NUL and half a surrogate pair are characters of a key like others.
    for key in ["12345678".to_owned(), "k".repeat(128), "\u{1F600}".repeat(8), "\0\0\0\0\0\0\0\0".to_owned()] {
        assert!(!is_replayed(&post(&business.staff, None, &body(json!({ "idempotencyKey": key })))));
        assert!(is_replayed(&post(&business.staff, None, &body(json!({ "idempotencyKey": key })))));
    }
    assert_eq!(customers(&business), 4);
}

#[test]
fn items_of_a_batch_have_keys_of_their_own() {
    let business = app().business("hs");
    let (one, two) = (new_key(), new_key());
    let item = |key: &str, name: &str| json!({ "query": CREATE, "variables": { "name": name }, "extensions": { "idempotencyKey": key } });
    let batch = json!([item(&one, "One"), item(&two, "Two"), item(&one, "One"), item(&two, "Other")]);
    let answers = post(&business.staff, None, &batch).json();
    assert_eq!(answers[0]["data"], answers[2]["data"], "{answers}");
    assert_ne!(
        answers[0]["extensions"]["replayed"], answers[2]["extensions"]["replayed"],
        "one of them was first"
    );
    let codes: Vec<_> = [1, 3].iter().map(|at| answers[*at]["errors"][0]["extensions"]["code"].clone()).collect();
    assert!(codes.contains(&json!("IDEMPOTENCY_KEY_REUSED")) && codes.contains(&Value::Null), "{answers}");
    assert_eq!(customers(&business), 2);
    let refused = post(&business.staff, Some(&one), &batch);
    assert_eq!((refused.status, refused.code().as_str()), (400, "BAD_REQUEST"));
}

#[test]
fn answers_with_secrets_are_not_kept() {
    let business = app().business("hs");
    let (key, name) = (new_key(), format!("program {}", new_key()));
    let body = json!({ "query": "mutation($name: String!) { auth { apiKeyCreate(input: { name: $name, scopes: [\"*:read\"] }) { id key } } }",
        "variables": { "name": name } });
    let made = data(&post(&business.owner, Some(&key), &body));
    let secret = made["auth"]["apiKeyCreate"]["key"].as_str().expect("a key").to_owned();
    let repeat = post(&business.owner, Some(&key), &body);
    assert_eq!(repeat.code(), "SECRET_ALREADY_SHOWN", "{}", repeat.body);
    assert!(!repeat.body.contains(&secret));
    let made: i64 = app().database.one("SELECT count(*) FROM auth.api_keys WHERE name = $1", &[&name]);
    assert_eq!(made, 1, "it is made once");
    let kept: String = app().database.one(
        "SELECT string_agg(to_jsonb(k)::text, '') FROM platform.idempotency_keys k WHERE k.business_id = $1",
        &[&business.id],
    );
    assert!(kept.contains("secret") && !kept.contains(&secret) && !kept.contains(&key), "{kept}");
}

#[test]
fn answers_that_are_too_large_are_not_kept() {
    let business = app().business("hs");
    let key = new_key();
    let inputs: Vec<Value> = (0..300)
        .map(|number| json!({ "lastName": format!("N{number}"), "notes": "x".repeat(1_000) }))
        .collect();
    let body = json!({ "query": "mutation($inputs: [HsCustomerCreateInput!]!) { hs { customersCreate(inputs: $inputs) { id notes } } }",
        "variables": { "inputs": inputs } });
    data(&post(&business.staff, Some(&key), &body));
    let repeat = post(&business.staff, Some(&key), &body);
    assert_eq!(repeat.code(), "ANSWER_NOT_KEPT", "{}", repeat.body);
    assert_eq!(customers(&business), 300);
}

#[test]
fn expired_keys_are_removed_and_free_again() {
    let business = app().business("hs");
    let (old, young) = (new_key(), new_key());
    data(&create(&business.staff, &old, "Old"));
    let days: i32 = app().database.one(
        "SELECT extract(day FROM expires_at - now())::integer FROM platform.idempotency_keys WHERE business_id = $1",
        &[&business.id],
    );
    assert_eq!(days, 89, "ninety days less a moment");
    business.seed("UPDATE platform.idempotency_keys SET expires_at = now() WHERE business_id = $business");
    data(&create(&business.staff, &young, "Young"));
    tests::runtime().block_on(app().gateway().remove_expired_keys()).expect("keys can be removed");
    let left: i64 = app()
        .database
        .one("SELECT count(*) FROM platform.idempotency_keys WHERE business_id = $1", &[&business.id]);
    assert_eq!(left, 1);
    assert!(!is_replayed(&create(&business.staff, &old, "Old")));
    assert!(is_replayed(&create(&business.staff, &young, "Young")));
    assert_eq!(customers(&business), 3);
}

#[test]
fn copies_at_the_same_moment_are_one_write() {
    let business = app().business("hs");
    for round in 0..10 {
        let (key, name) = (new_key(), format!("Round {round}"));
        let answers: Vec<Response> = thread::scope(|scope| {
            let copies: Vec<_> = (0..10).map(|_| scope.spawn(|| create(&business.staff, &key, &name))).collect();
            copies.into_iter().map(|copy| copy.join().expect("an answer")).collect()
        });
        assert!(answers.iter().all(|answer| data(answer) == data(&answers[0])));
        assert_eq!(answers.iter().filter(|answer| !is_replayed(answer)).count(), 1);
    }
    assert_eq!(customers(&business), 10);
}
