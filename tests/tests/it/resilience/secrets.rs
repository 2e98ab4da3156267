//! What must never be read in a log, whatever its level.

use crate::identity::{PASSWORD, address, ask, expect_tokens, sign_in, sign_up, tokens_of, with_token};
use serde_json::json;
use std::io::Write;
use std::sync::{Mutex, OnceLock};
use tests::{App, Database};

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

#[test]
fn logs_hold_request_ids_and_no_secrets() {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(|| Watch)
        .finish();
    tracing::subscriber::set_global_default(subscriber).expect("no other test sets one");
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
    app.stop();
    let seen = seen().lock().expect("not poisoned");
    assert!(seen.leaks.is_empty(), "{:#?}", seen.leaks);
    assert!(seen.marks_seen > 0, "the log was not watched");
}
