//! Tokens of another provider, by its published keys.

use super::{ask, with_token};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tests::{App, Database};
use uuid::Uuid;

const ISSUER: &str = "https://accounts.example/";
const AUDIENCE: &str = "thorbis-api";
pub const FIRST: &[u8] = include_bytes!("../../../keys/first.pem");
pub const SECOND: &[u8] = include_bytes!("../../../keys/second.pem");
const CURVE: &[u8] = include_bytes!("../../../keys/curve.pem");

/// A provider that publishes the keys it is told to, and counts how often it is asked.
pub struct Provider {
    pub url: String,
    published: Arc<Mutex<Vec<&'static str>>>,
    pub asked: Arc<AtomicUsize>,
}

impl Provider {
    pub fn new(published: &[&'static str]) -> Provider {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let provider = Provider {
            url: format!("http://{}/keys", listener.local_addr().expect("has an address")),
            published: Arc::new(Mutex::new(published.to_vec())),
            asked: Arc::default(),
        };
        let (published, asked) = (Arc::clone(&provider.published), Arc::clone(&provider.asked));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.read(&mut [0; 4096]);
                asked.fetch_add(1, Ordering::SeqCst);
                let body = key_set(&published.lock().expect("not poisoned"));
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                );
            }
        });
        provider
    }

    pub fn app(&self) -> App {
        let settings = [
            ("THORBIS_JWKS_URL", self.url.as_str()),
            ("THORBIS_JWT_ISSUER", ISSUER),
            ("THORBIS_JWT_AUDIENCE", AUDIENCE),
        ];
        App::with(Database::new(), &settings)
    }
}

pub fn key_set(kids: &[&str]) -> String {
    let all: Value = serde_json::from_str(include_str!("../../../keys/public.json")).expect("is JSON");
    let keys: Vec<_> = all["keys"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|key| kids.iter().any(|kid| key["kid"] == *kid))
        .collect();
    json!({ "keys": keys }).to_string()
}

pub fn now() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970")
        .as_secs()
}

pub fn claims(subject: &str) -> Value {
    json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now(), "exp": now() + 600 })
}

pub fn sign(kid: &str, claims: &Value) -> String {
    let (algorithm, key) = match kid {
        "second" => (Algorithm::RS256, EncodingKey::from_rsa_pem(SECOND)),
        "curve" => (Algorithm::ES256, EncodingKey::from_ec_pem(CURVE)),
        _ => (Algorithm::RS256, EncodingKey::from_rsa_pem(FIRST)),
    };
    let header = Header {
        kid: Some(kid.to_owned()),
        ..Header::new(algorithm)
    };
    jsonwebtoken::encode(&header, claims, &key.expect("a key")).expect("a token")
}

/// The status of a request with this token.
pub fn status(app: &App, token: &str) -> u16 {
    with_token(app, token, "{ viewer { user { id } } }").status
}

pub fn person(app: &App) -> Uuid {
    app.business("hs").staff.id
}

#[test]
fn rsa_and_curve_keys_prove_who_one_is() {
    let provider = Provider::new(&["first", "second", "curve"]);
    let app = provider.app();
    let business = app.business("hs");
    for kid in ["first", "second", "curve"] {
        let mut claims = claims(&business.manager.id.to_string());
        claims["business_id"] = business.id.to_string().into();
        let answer = with_token(&app, &sign(kid, &claims), "{ viewer { role user { id } business { id } } }").json();
        let expected = json!({ "role": "manager", "user": { "id": business.manager.id }, "business": { "id": business.id } });
        assert_eq!(answer["data"]["viewer"], expected, "{kid}: {answer}");
    }
    assert_eq!(provider.asked.load(Ordering::SeqCst), 1, "the keys are fetched once");
    let bare = sign("first", &claims(&business.staff.id.to_string()));
    let headers = [("authorization", &*format!("Bearer {bare}")), ("x-business-id", &*business.id.to_string())];
    assert_eq!(ask(&app, &headers, "{ viewer { role } }", &json!({})).json()["data"]["viewer"]["role"], "staff");
    assert_eq!(
        with_token(&app, &bare, "mutation { auth { signOut } }").code(),
        "FORBIDDEN",
        "no session of ours"
    );
    let foreign = app.business("hs");
    let mut claims = claims(&business.owner.id.to_string());
    claims["business_id"] = foreign.id.to_string().into();
    assert_eq!(with_token(&app, &sign("first", &claims), "{ viewer { role } }").code(), "FORBIDDEN");
}

#[test]
fn a_subject_is_who_its_identity_is_linked_to() {
    let app = Provider::new(&["first"]).app();
    let user = person(&app);
    let token = sign("first", &claims("auth0|7"));
    assert_eq!(status(&app, &token), 401, "nobody is linked");
    app.database.run(&format!(
        "INSERT INTO auth.identities (user_id, provider, provider_id) VALUES ('{user}', '{ISSUER}', 'auth0|7'), ('{}', 'https://other.example/', 'auth0|8')",
        person(&app)
    ));
    let answer = with_token(&app, &token, "{ viewer { user { id } } }").json();
    assert_eq!(answer["data"]["viewer"]["user"]["id"], user.to_string(), "{answer}");
    assert_eq!(status(&app, &sign("first", &claims("auth0|8"))), 401, "another provider's subject");
    app.database.run("DELETE FROM auth.identities");
    assert_eq!(status(&app, &token), 401, "unlinked");
}

#[test]
fn what_a_token_says_about_itself_is_checked() {
    let app = Provider::new(&["first"]).app();
    let user = person(&app).to_string();
    assert_eq!(status(&app, &sign("first", &claims(&user))), 200);
    let wrong = [
        ("iss", json!("https://evil.example/")),
        ("iss", Value::Null),
        ("aud", json!("another-api")),
        ("aud", json!(["another-api"])),
        ("aud", Value::Null),
        ("exp", json!(now() - 60)),
        ("exp", json!((now() + 600).to_string())),
        ("exp", json!("never")),
        ("exp", Value::Null),
        ("nbf", json!(now() + 60)),
        ("nbf", json!((now() + 60).to_string())),
        ("sub", Value::Null),
        ("sub", json!(Uuid::new_v4())),
        ("sub", json!("")),
        ("sub", json!({ "id": user })),
        ("business_id", json!("everything")),
    ];
    for (name, value) in wrong {
        let mut claims = claims(&user);
        match value {
            Value::Null => claims.as_object_mut().expect("an object").remove(name).map(|_| ()).unwrap_or_default(),
            value => claims[name] = value,
        }
        let answer = with_token(&app, &sign("first", &claims), "{ viewer { user { id } } }");
        assert!(!answer.code().is_empty(), "{claims} is believed");
    }
    let mut several = claims(&user);
    several["aud"] = json!(["another-api", AUDIENCE]);
    assert_eq!(status(&app, &sign("first", &several)), 200, "ours is among them");
}

#[test]
fn the_algorithm_is_the_keys_and_no_key_comes_with_a_token() {
    let app = Provider::new(&["first", "curve"]).app();
    let user = person(&app).to_string();
    let encode = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let body = encode(&claims(&user));
    let unsigned = format!("{}.{body}.", encode(&json!({ "alg": "none", "kid": "first" })));
    // The public key is public: as a shared secret it is anybody's.
    let public = include_bytes!("../../../keys/first.public.pem");
    let header = Header {
        kid: Some("first".into()),
        ..Header::new(Algorithm::HS256)
    };
    let confused = jsonwebtoken::encode(&header, &claims(&user), &EncodingKey::from_secret(public)).expect("a token");
    let swapped = {
        let header = Header {
            kid: Some("curve".into()),
            ..Header::new(Algorithm::RS256)
        };
        jsonwebtoken::encode(&header, &claims(&user), &EncodingKey::from_rsa_pem(FIRST).expect("a key")).expect("a token")
    };
    // Signed by a key that nobody published, which the token brings along.
    let brought = |more: Value| {
        let mut header = json!({ "alg": "RS256", "typ": "JWT", "kid": "first" });
        header.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let signed = sign("second", &claims(&user));
        let head = encode(&header);
        let message = format!("{head}.{body}");
        let key = EncodingKey::from_rsa_pem(SECOND).expect("a key");
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::RS256).expect("a signature");
        drop(signed);
        format!("{message}.{signature}")
    };
    let own: Value = serde_json::from_str(&key_set(&["second"])).expect("is JSON");
    let evil = Provider::new(&["second"]);
    let without_kid = {
        let header = Header::new(Algorithm::RS256);
        jsonwebtoken::encode(&header, &claims(&user), &EncodingKey::from_rsa_pem(FIRST).expect("a key")).expect("a token")
    };
    for token in [
        unsigned,
        confused,
        swapped,
        brought(json!({ "jwk": own["keys"][0] })),
        brought(json!({ "jku": evil.url })),
        brought(json!({ "x5u": evil.url })),
        without_kid,
        "a.b.c".into(),
        String::new(),
    ] {
        assert_eq!(status(&app, &token), 401, "{token}");
    }
    assert_eq!(evil.asked.load(Ordering::SeqCst), 0, "no address out of a token is visited");
}

#[test]
fn a_new_key_is_fetched_once_and_strangers_do_not_cause_fetches() {
    let provider = Provider::new(&["first"]);
    let app = provider.app();
    let user = person(&app).to_string();
    assert_eq!(status(&app, &sign("first", &claims(&user))), 200);
    for _ in 0..20 {
        assert_eq!(status(&app, &sign("second", &claims(&user))), 401);
    }
    assert_eq!(provider.asked.load(Ordering::SeqCst), 1, "not more often than once a minute");
}

#[test]
fn a_rotated_key_is_believed_and_a_withdrawn_one_is_not() {
    let provider = Provider::new(&["first"]);
    let settings = [
        ("THORBIS_JWKS_URL", provider.url.as_str()),
        ("THORBIS_JWT_ISSUER", ISSUER),
        ("THORBIS_JWT_AUDIENCE", AUDIENCE),
    ];
    let app = App::configured(Database::new(), &settings, |config| config.deadlines.keys = std::time::Duration::ZERO);
    let user = person(&app).to_string();
    let (old, new) = (sign("first", &claims(&user)), sign("second", &claims(&user)));
    assert_eq!((status(&app, &old), status(&app, &new)), (200, 401));
    *provider.published.lock().expect("not poisoned") = vec!["second"];
    assert_eq!((status(&app, &new), status(&app, &old)), (200, 401));
    // A key that is known is not asked for again by those who use it: its age ends it.
    *provider.published.lock().expect("not poisoned") = vec![];
    assert_eq!(status(&app, &new), 401, "it is withdrawn, and nobody came with an unknown one");
}

/// Keys are known for ten pauses; then they are fetched again, whoever comes.
#[test]
fn a_withdrawn_key_ends_with_its_age() {
    let provider = Provider::new(&["first"]);
    let settings = [
        ("THORBIS_JWKS_URL", provider.url.as_str()),
        ("THORBIS_JWT_ISSUER", ISSUER),
        ("THORBIS_JWT_AUDIENCE", AUDIENCE),
    ];
    let app = App::configured(Database::new(), &settings, |config| {
        config.deadlines.keys = std::time::Duration::from_millis(300)
    });
    let token = sign("first", &claims(&person(&app).to_string()));
    assert_eq!(status(&app, &token), 200);
    *provider.published.lock().expect("not poisoned") = vec![];
    assert_eq!(status(&app, &token), 200, "known still");
    let withdrawn = std::time::Instant::now();
    while status(&app, &token) == 200 {
        assert!(withdrawn.elapsed() < std::time::Duration::from_secs(20), "a withdrawn key is believed for ever");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(status(&app, &token), 401);
}
