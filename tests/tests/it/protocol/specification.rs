//! GraphQL over HTTP, after the audits of the specification's own test suite.

use serde_json::json;
use tests::{Response, app};

const JSON: (&str, &str) = ("content-type", "application/json");
const GRAPHQL: (&str, &str) = ("accept", "application/graphql-response+json");
const LEGACY: (&str, &str) = ("accept", "application/json");

/// Every refusal has a message, a code and the id under which the log has it.
fn assert_refused(answer: &Response, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    let json = answer.json();
    let error = &json["errors"][0];
    assert!(error["message"].as_str().is_some_and(|message| message.len() > 10), "{json}");
    assert_eq!(error["extensions"]["code"], code, "{json}");
    assert_eq!(error["extensions"]["requestId"].as_str(), answer.header("x-request-id"), "{json}");
}

#[test]
fn either_media_type_is_answered_in_kind() {
    for (accept, expected) in [
        (None, "application/json; charset=utf-8"),
        (Some("*/*"), "application/json; charset=utf-8"),
        (Some("application/*"), "application/json; charset=utf-8"),
        (Some("application/json"), "application/json; charset=utf-8"),
        (Some("application/json; charset=utf-8"), "application/json; charset=utf-8"),
        (Some("application/graphql-response+json"), "application/graphql-response+json; charset=utf-8"),
        (
            Some("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8;q=0.5"),
            "application/graphql-response+json; charset=utf-8",
        ),
        (Some("text/html, application/json;q=0.1"), "application/json; charset=utf-8"),
    ] {
        let headers: Vec<_> = [JSON].into_iter().chain(accept.map(|accept| ("accept", accept))).collect();
        let answer = app().post(&headers, r#"{"query":"{ __typename }"}"#);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(expected)), "{accept:?}");
        assert_eq!(answer.json()["data"]["__typename"], "Query");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let refused = app().post(&[JSON, ("accept", "text/plain")], r#"{"query":"{ __typename }"}"#);
    assert_refused(&refused, 406, "NOT_ACCEPTABLE");
}

#[test]
fn a_refused_document_is_400_in_the_new_media_type_and_200_in_the_old() {
    for document in [
        "{",
        "{ nothing }",
        "query A { __typename } query B { __typename }",
        "{ __typename } fragment F on Query { __typename }",
    ] {
        let body = json!({ "query": document }).to_string();
        let modern = app().post(&[JSON, GRAPHQL], &body);
        assert_refused(&modern, 400, "DOCUMENT_INVALID");
        assert!(modern.json().get("data").is_none(), "a refused request has no data: {}", modern.body);
        let legacy = app().post(&[JSON, LEGACY], &body);
        assert_refused(&legacy, 200, "DOCUMENT_INVALID");
    }
    let missing = json!({ "query": "query A($id: ID!) { node(nodeId: $id) { __typename } }" }).to_string();
    assert_eq!(app().post(&[JSON, GRAPHQL], &missing).status, 400, "a required variable is missing");
}

#[test]
fn a_body_of_the_wrong_form_is_400_in_both() {
    for body in [
        "",
        "{",
        "null",
        "1",
        "[]",
        "{}",
        r#"{"query":null}"#,
        r#"{"query":1}"#,
        r#"{"query":["{ __typename }"]}"#,
        r#"{"query":"{ __typename }","operationName":1}"#,
        r#"{"query":"{ __typename }","variables":"{}"}"#,
        r#"{"query":"{ __typename }","variables":[]}"#,
        r#"{"query":"{ __typename }","extensions":0}"#,
        "\u{feff}{",
    ] {
        for accept in [GRAPHQL, LEGACY] {
            assert_refused(&app().post(&[JSON, accept], body), 400, "BAD_REQUEST");
        }
    }
    for body in [
        r#"{"query":"{ __typename }","operationName":null,"variables":null,"extensions":null}"#,
        r#"{"query":"query A { __typename }","operationName":"A","variables":{},"extensions":{"other":[1]}}"#,
    ] {
        assert_eq!(app().post(&[JSON, GRAPHQL], body).status, 200, "{body}");
    }
    assert_eq!(
        app().post(&[JSON, GRAPHQL], r#"{"query":"query A { __typename }","operationName":"B"}"#).status,
        400
    );
}

#[test]
fn only_json_in_utf_8_is_read_so_that_no_form_of_another_site_can_post() {
    let body = r#"{"query":"{ __typename }"}"#;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=latin1",
        "application/jsonp",
        "text/plain, application/json",
    ] {
        assert_refused(&app().post(&[("content-type", content_type)], body), 415, "UNSUPPORTED_MEDIA_TYPE");
    }
    assert_eq!(app().post(&[], body).status, 415, "without a type nothing is read");
    for content_type in ["application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON"] {
        assert_eq!(app().post(&[("content-type", content_type)], body).status, 200, "{content_type}");
    }
}

#[test]
fn a_query_may_come_by_get_and_a_mutation_may_not() {
    let get = |query: &str, accept| app().get(&format!("/graphql?{query}"), &[accept]);
    assert_eq!(get("query=%7B__typename%7D", GRAPHQL).json()["data"]["__typename"], "Query");
    assert_eq!(get("query=%7B+__typename+%7D&variables=%7B%7D&operationName=&extensions=", LEGACY).status, 200);
    let mutation = "query=mutation%7Bauth%7BsignOut%7D%7D";
    for accept in [GRAPHQL, LEGACY] {
        let refused = get(mutation, accept);
        assert_eq!((refused.status, refused.header("allow")), (405, Some("POST, GET")));
        assert_refused(&refused, 405, "DOCUMENT_INVALID");
        assert_refused(&get("", accept), 400, "BAD_REQUEST");
        assert_refused(&get("query=%7B__typename%7D&variables=x", accept), 400, "BAD_REQUEST");
        assert_refused(&get("query=%7B__typename%7D&variables=1", accept), 400, "BAD_REQUEST");
        assert_refused(&get("query=%7B__typename%7D&query=%7Bnode%7D", accept), 400, "BAD_REQUEST");
        assert_refused(&get("query=%ff%fe", accept), 400, "BAD_REQUEST");
    }
}

#[test]
fn a_person_with_a_browser_is_led_to_graphiql() {
    let answer = app().get("/graphql", &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")]);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/graphiql")));
}

#[test]
fn other_methods_are_refused_by_name() {
    for method in ["PUT", "PATCH", "DELETE", "OPTIONS"] {
        let answer = app().send(method, "/graphql", &[JSON], None);
        assert_refused(&answer, 405, "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header("allow"), Some("POST, GET"));
    }
    let head = app().send("HEAD", "/graphql", &[], None);
    assert_eq!((head.status, head.body.as_str()), (405, ""));
}

#[test]
fn a_request_of_nobody_is_401_in_the_new_media_type() {
    let body = r#"{"query":"{ viewer { role } }"}"#;
    let modern = app().post(&[JSON, GRAPHQL], body);
    assert_refused(&modern, 401, "UNAUTHENTICATED");
    assert_eq!(modern.header("www-authenticate"), Some("Bearer"));
    assert_refused(&app().post(&[JSON, LEGACY], body), 200, "UNAUTHENTICATED");
}

#[test]
fn a_large_answer_is_compressed_for_who_asks() {
    use std::io::Read;
    let query = r#"{"query":"{ __schema { types { name description } } }"}"#;
    let plain = app().post(&[JSON, ("accept-encoding", "identity")], query);
    assert_eq!(plain.header("content-encoding"), None);
    let mut wire = tests::Wire::connect(app());
    wire.send(format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept-encoding: br\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{query}",
        query.len()
    ));
    let mut bytes = Vec::new();
    let mut head = Vec::new();
    loop {
        let some = wire.read_some();
        if some.is_empty() {
            break;
        }
        head.extend_from_slice(&some[..some.len().min(2_000)]);
        bytes.extend(some);
    }
    let _ = bytes.as_slice().read(&mut [0; 1]);
    assert!(String::from_utf8_lossy(&head).to_lowercase().contains("content-encoding: br"));
    assert!(bytes.len() < plain.body.len(), "{} bytes for {}", bytes.len(), plain.body.len());
}

/// A body in an answer to HEAD is a fault of the protocol, of which HTTP/2 ends the stream.
#[test]
fn head_is_answered_without_a_body() {
    for path in ["/graphql", "/nothing", "/health/live"] {
        let answer = app().send("HEAD", path, &[], None);
        assert!(answer.body.is_empty() && answer.status >= 200, "{path}: {} {}", answer.status, answer.body);
    }
    let mut wire = tests::Wire::connect(app());
    wire.send("HEAD /graphql HTTP/1.1\r\nhost: x\r\n\r\nGET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    let mut seen = Vec::new();
    loop {
        let some = wire.read_some();
        if some.is_empty() {
            break;
        }
        seen.extend(some);
    }
    let text = String::from_utf8_lossy(&seen);
    let (_, rest) = text.split_once("\r\n\r\n").expect("a head");
    assert!(rest.starts_with("HTTP/1.1 200"), "the next answer follows the head at once: {text}");
}
