//! What must never be read in a log, whatever its level.

use crate::identity::{PASSWORD, address, ask, expect_tokens, sign_in, sign_up, tokens_of, with_token};
use serde_json::json;
use std::io::Write;
use std::sync::{Mutex, OnceLock};
use tests::{App, Business, Database};

/// Everything this process logs goes through here and is searched; nothing is kept.
struct Watch;

#[derive(Default)]
struct Seen {
    secrets: Vec<String>,
    marks: Vec<String>,
    leaks: Vec<String>,
    marks_seen: usize,
}

fn seen() -> &'static Mutex<Seen> {
    static SEEN: OnceLock<Mutex<Seen>> = OnceLock::new();
    SEEN.get_or_init(Mutex::default)
}

impl Write for Watch {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let mut seen = seen().lock().expect("not poisoned");
        let leak = seen
            .secrets
            .iter()
            .find(|secret| text.contains(secret.as_str()))
            .map(|secret| format!("{secret} in {text}"));
        seen.leaks.extend(leak);
        seen.marks_seen += usize::from(seen.marks.iter().any(|mark| text.contains(mark.as_str())));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn secret(text: impl Into<String>) -> String {
    let text = text.into();
    seen().lock().expect("not poisoned").secrets.push(text.clone());
    text
}

/// Requests that fail on the way, each with something secret in it.
fn refused_with_secrets(app: &App, key: &str) {
    for header in ["Basic dXNlcjpwYXNzd29yZA==", "Bearer", "Token 4f9c2f0b1d", "Bearer a secret with spaces"] {
        secret(header.rsplit_once(' ').map_or("4f9c2f0b1d", |(_, value)| value));
        ask(app, &[("authorization", header)], "{ viewer { role } }", &json!({}));
    }
    ask(
        app,
        &[("authorization", &format!("Bearer {key}")), ("x-api-key", key)],
        "{ viewer { role } }",
        &json!({}),
    );
    ask(app, &[("x-api-key", &secret("thk_made-up-by-a-test"))], "{ viewer { role } }", &json!({}));
    ask(
        app,
        &[("cookie", &format!("session={}", secret("cookie-of-a-test")))],
        "{ viewer { role } }",
        &json!({}),
    );
    let literal = secret("typed into a document");
    for document in [
        // Does not parse, does not validate, is not allowed, and names what is not there.
        format!(r#"mutation {{ auth {{ signIn(input: {{ email: "a@b.test", password: "{literal}" "#),
        format!(r#"mutation {{ auth {{ signIn(input: {{ email: "a@b.test", password: "{literal}", nope: 1 }}) {{ role }} }} }}"#),
        format!(r#"mutation {{ auth {{ signIn(input: {{ email: "a@b.test", password: "{literal}" }}) {{ role }} }} }}"#),
        format!(r#"mutation {{ auth {{ refresh(input: {{ refreshToken: "{literal}" }}) {{ role }} }} }}"#),
        format!(r#"mutation {{ auth {{ signUp(input: {{ email: "{literal}", password: "{literal}" }}) {{ role }} }} }}"#),
    ] {
        ask(app, &[], &document, &json!({}));
        app.post(&[("content-type", "application/json")], &format!("{{\"query\": {document}"));
    }
    app.get("/graphql?query=%7Bviewer%7Brole%7D%7D&access_token=typed%20into%20a%20document", &[]);
    app.get("/typed%20into%20a%20document?password=typed%20into%20a%20document", &[]);
    secret("typed%20into%20a%20document");
}

/// What businesses entrust to encrypted fields, written, written wrongly, and refused by the database.
fn sealed_secrets(business: &Business<'_>) {
    let plain = secret("sk_live_of_a_business");
    let create = "mutation($in: IntegrationsIntegrationConfigCreateInput!) { integrations { integrationConfigCreate(input: $in) { id } } }";
    let input = json!({ "serviceName": "pay", "serviceType": "payments", "credentialsEncrypted": plain });
    let made = business.owner.post(create, &json!({ "in": input }));
    assert!(made.json().get("errors").is_none(), "{}", made.body);
    // A second one of the name, a value that is no text, a document that does not validate.
    business.owner.post(create, &json!({ "in": input }));
    business.owner.post(
        create,
        &json!({ "in": { "serviceName": "x", "serviceType": "y", "credentialsEncrypted": [plain], "nope": plain } }),
    );
    business.staff.post(create, &json!({ "in": input }));
    business.owner.post(
        &format!("mutation {{ integrations {{ integrationConfigCreate(input: {{ serviceName: \"{plain}\", credentialsEncrypted: \"{plain}\\u0000\" }}) {{ id }} }} }}"),
        &json!({}),
    );
}

#[test]
fn logs_hold_request_ids_and_no_secrets() {
    // As the binary does it, so that what reaches its log reaches this one, of libraries too.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(|| Watch)
        .init();
    let app = App::over(Database::new());
    let business = app.business("hs");
    secret(PASSWORD);
    secret("a secret of the tests");
    secret("argon2id");
    let email = address();
    let first = sign_up(&app, &email, Some("Secretive"));
    let tokens = sign_in(&app, &email, None);
    secret(&first.access);
    secret(&first.refresh);
    secret(&tokens.access);
    secret(&tokens.refresh);
    let next = expect_tokens(&tokens_of(&app, "refresh", &json!({ "refreshToken": tokens.refresh })), "refresh");
    secret(&next.refresh);
    tokens_of(&app, "refresh", &json!({ "refreshToken": tokens.refresh }));
    let wrong = secret("wrong horse battery staple");
    tokens_of(&app, "signIn", &json!({ "email": email, "password": wrong }));
    tokens_of(&app, "signUp", &json!({ "email": email, "password": secret("another password of mine") }));
    with_token(&app, &secret("eyJhbGciOiJub25lIn0.e30.c2VjcmV0"), "{ viewer { role } }");
    let create = r#"mutation { auth { apiKeyCreate(input: { name: "x", scopes: ["*:read"] }) { key } } }"#;
    let answer = business.owner.post(create, &json!({})).json();
    let key = secret(answer["data"]["auth"]["apiKeyCreate"]["key"].as_str().expect("a key"));
    let id = uuid::Uuid::new_v4().to_string();
    seen().lock().expect("not poisoned").marks.push(id.clone());
    ask(&app, &[("x-api-key", &key), ("x-request-id", &id)], "{ viewer { role } }", &json!({}));
    app.get(&format!("/graphql?query=%7Bviewer%7Brole%7D%7D&token={key}"), &[]);
    refused_with_secrets(&app, &key);
    sealed_secrets(&business);
    app.stop();
    let seen = seen().lock().expect("not poisoned");
    assert!(seen.leaks.is_empty(), "{:#?}", seen.leaks);
    assert!(seen.marks_seen > 0, "the log was not watched");
}
