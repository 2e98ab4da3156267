//! Who asks: accounts, sessions, keys, other providers' tokens, all over HTTP.

mod accounts;
mod attempts;
mod external;
mod forged;
mod keys;
mod networks;
mod sessions;

use serde_json::{Value, json};
use tests::{App, Response};
use uuid::Uuid;

pub const PASSWORD: &str = "correct horse battery";
const TOKENS: &str = "accessToken refreshToken expiresAt businessId role";

/// What a sign-in gives.
#[derive(Debug, Clone)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
    pub business: Option<Uuid>,
    pub role: Option<String>,
}

impl Tokens {
    fn of(json: &Value) -> Tokens {
        let text = |name: &str| json[name].as_str().map(str::to_owned);
        Tokens {
            access: text("accessToken").unwrap_or_else(|| panic!("no tokens: {json}")),
            refresh: text("refreshToken").expect("a refresh token"),
            business: text("businessId").and_then(|id| id.parse().ok()),
            role: text("role"),
        }
    }
}

/// A GraphQL request with these headers beside its own.
pub fn ask(app: &App, headers: &[(&str, &str)], document: &str, variables: &Value) -> Response {
    let headers: Vec<_> = [("content-type", "application/json")].into_iter().chain(headers.iter().copied()).collect();
    app.post(&headers, &json!({ "query": document, "variables": variables }).to_string())
}

pub fn with_token(app: &App, token: &str, document: &str) -> Response {
    ask(app, &[("authorization", &format!("Bearer {token}"))], document, &json!({}))
}

/// One of the `auth` mutations that answer with tokens.
pub fn tokens_of(app: &App, field: &str, input: &Value) -> Response {
    let kind = format!("Auth{}{}Input", field[..1].to_uppercase(), &field[1..]);
    let document = format!("mutation($input: {kind}!) {{ auth {{ {field}(input: $input) {{ {TOKENS} }} }} }}");
    ask(app, &[], &document, &json!({ "input": input }))
}

pub fn expect_tokens(answer: &Response, field: &str) -> Tokens {
    let json = answer.json();
    assert!(json.get("errors").is_none(), "{json:#}");
    Tokens::of(&json["data"]["auth"][field])
}

/// An address nobody has yet.
pub fn address() -> String {
    format!("{}@people.test", Uuid::new_v4().simple())
}

pub fn sign_up(app: &App, email: &str, business: Option<&str>) -> Tokens {
    let mut input = json!({ "email": email, "password": PASSWORD, "firstName": "Ada", "lastName": "Lovelace" });
    if let Some(name) = business {
        input["businessName"] = name.into();
        input["industry"] = "hs".into();
    }
    expect_tokens(&tokens_of(app, "signUp", &input), "signUp")
}

pub fn sign_in(app: &App, email: &str, business: Option<Uuid>) -> Tokens {
    let input = json!({ "email": email, "password": PASSWORD, "businessId": business });
    expect_tokens(&tokens_of(app, "signIn", &input), "signIn")
}

/// Makes the person with this address a member.
pub fn join(app: &App, email: &str, business: Uuid, role: &str) {
    app.database.run(&format!(
        "INSERT INTO users.business_users (user_id, business_id, role, status, joined_at)
         SELECT id, '{business}', '{role}', 'active', now() FROM users.users WHERE email = '{email}'"
    ));
}
