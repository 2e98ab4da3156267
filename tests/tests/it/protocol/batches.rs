//! Several operations in one request, and documents by their hash.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::{Response, app};

const JSON: (&str, &str) = ("content-type", "application/json");

fn send(body: &Value) -> Response {
    app().post(&[JSON], &body.to_string())
}

fn hash(document: &str) -> String {
    Sha256::digest(document).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn by_hash(hash: &str, document: Option<&str>) -> Value {
    let mut body = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
    if let Some(document) = document {
        body["query"] = document.into();
    }
    body
}

#[test]
fn a_batch_is_answered_in_order_and_each_for_itself() {
    let answer = send(&json!([
        { "query": "{ a: __typename }" },
        { "query": "{ nothing }" },
        { "query": "query B($x: Boolean!) { ... @include(if: $x) { b: __typename } }", "variables": { "x": true } },
    ]));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answers = answer.json();
    assert_eq!(answers[0]["data"]["a"], "Query");
    assert_eq!(answers[1]["errors"][0]["extensions"]["code"], "DOCUMENT_INVALID");
    assert_eq!(answers[2]["data"]["b"], "Query", "{answers}");
    assert_eq!(answers.as_array().map(Vec::len), Some(3));
}

#[test]
fn a_batch_has_at_most_ten_operations() {
    let batch = |count: usize| Value::Array(vec![json!({ "query": "{ __typename }" }); count]);
    assert_eq!(send(&batch(10)).json().as_array().map(Vec::len), Some(10));
    let refused = send(&batch(11));
    assert_eq!((refused.status, refused.code().as_str()), (400, "BAD_REQUEST"));
    assert_eq!(send(&json!([{ "query": "{ __typename }" }, 1])).status, 400);
    assert_eq!(send(&json!([[{ "query": "{ __typename }" }]])).status, 400);
}

#[test]
fn a_document_is_sent_once_and_named_by_its_hash_later() {
    let document = "query Persisted { persisted: __typename }";
    let unknown = send(&by_hash(&hash(document), None));
    let error = &unknown.json()["errors"][0];
    assert_eq!(unknown.status, 200);
    assert_eq!(
        (&error["message"], &error["extensions"]["code"]),
        (&json!("PersistedQueryNotFound"), &json!("PERSISTED_QUERY_NOT_FOUND"))
    );
    assert_eq!(send(&by_hash(&hash(document), Some(document))).json()["data"]["persisted"], "Query");
    assert_eq!(send(&by_hash(&hash(document).to_uppercase(), None)).json()["data"]["persisted"], "Query");
    let extensions = by_hash(&hash(document), None)["extensions"]
        .to_string()
        .replace('"', "%22")
        .replace('{', "%7B")
        .replace('}', "%7D");
    assert_eq!(
        app().get(&format!("/graphql?extensions={extensions}"), &[]).json()["data"]["persisted"],
        "Query"
    );
}

#[test]
fn a_hash_that_is_not_the_documents_is_refused_and_not_remembered() {
    let wanted = hash("{ viewer { role } }");
    let refused = send(&by_hash(&wanted, Some("{ wrong: __typename }")));
    assert_eq!((refused.status, refused.code().as_str()), (400, "BAD_REQUEST"));
    assert_eq!(send(&by_hash(&wanted, None)).code(), "PERSISTED_QUERY_NOT_FOUND");
    for extensions in [
        json!({ "persistedQuery": {} }),
        json!({ "persistedQuery": { "version": 2, "sha256Hash": wanted } }),
        json!({ "persistedQuery": 1 }),
    ] {
        assert_eq!(send(&json!({ "query": "{ __typename }", "extensions": extensions })).status, 400);
    }
}

#[test]
fn one_unknown_hash_does_not_spoil_a_batch() {
    let answer = send(&json!([{ "query": "{ __typename }" }, by_hash(&hash("{ never: __typename }"), None)]));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()[0]["data"]["__typename"], "Query");
    assert_eq!(answer.json()[1]["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND");
}

#[test]
fn the_memory_for_persisted_documents_is_bounded() {
    let documents: Vec<String> = (0..2_100).map(|number| format!("{{ a{number}: __typename }}")).collect();
    for ten in documents.chunks(10) {
        let batch: Vec<Value> = ten.iter().map(|document| by_hash(&hash(document), Some(document))).collect();
        assert_eq!(send(&Value::Array(batch)).status, 200);
    }
    let known = documents.chunks(10).flat_map(|ten| {
        let batch: Vec<Value> = ten.iter().map(|document| by_hash(&hash(document), None)).collect();
        send(&Value::Array(batch)).json().as_array().cloned().unwrap_or_default()
    });
    let known = known.filter(|answer| answer.get("data").is_some()).count();
    assert!((1_000..=2_000).contains(&known), "{known} of 2,100 are remembered");
}
