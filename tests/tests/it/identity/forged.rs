//! Tokens made by somebody who wants in: other algorithms, no algorithm, keys brought along, times that
//! are none. Of another provider's tokens and of our own.

use super::external::{FIRST, Provider, SECOND, claims, key_set, now, person, sign, status};
use super::with_token;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use tests::{App, SECRET, app};

/// A gateway that believes a provider's first key, and people of one of its businesses.
fn believer() -> &'static App {
    static APP: OnceLock<App> = OnceLock::new();
    APP.get_or_init(|| Provider::new(&["first"]).app())
}

const PUBLIC: &str = include_str!("../../../keys/first.public.pem");

fn encode(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// A token with this header, whatever it says, signed like this.
fn signed(header: &Value, claims: &Value, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).expect("a signature");
    format!("{message}.{signature}")
}

/// The claims with one of them changed; null takes it away.
fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut changed = claims.clone();
    match value {
        Value::Null => drop(changed.as_object_mut().expect("claims are an object").remove(name)),
        value => changed[name] = value,
    }
    changed
}

#[test]
fn a_public_key_is_no_shared_secret() {
    let app = believer();
    let claims = claims(&person(app).to_string());
    assert_eq!(status(app, &sign("first", &claims)), 200);
    let body: String = PUBLIC.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(body).expect("the key is base64 inside");
    let jwk: Value = serde_json::from_str(&key_set(&["first"])).expect("is JSON");
    let modulus = jwk["keys"][0]["n"].as_str().expect("an RSA key has a modulus").to_owned();
    let secrets: [Vec<u8>; 8] = [
        PUBLIC.into(),
        PUBLIC.trim_end().into(),
        PUBLIC.replace('\n', "\r\n").into(),
        der.clone(),
        // The inner form of PKCS#1, without the frame that names the algorithm.
        der[24..].to_vec(),
        URL_SAFE_NO_PAD.decode(&modulus).expect("a modulus is base64"),
        modulus.into(),
        jwk["keys"][0].to_string().into(),
    ];
    for (number, secret) in secrets.iter().enumerate() {
        let key = EncodingKey::from_secret(secret);
        for (name, algorithm) in [("HS256", Algorithm::HS256), ("HS384", Algorithm::HS384), ("HS512", Algorithm::HS512)] {
            for kid in [json!("first"), Value::Null] {
                let header = with(&json!({ "alg": name, "typ": "JWT" }), "kid", kid);
                let token = signed(&header, &claims, &key, algorithm);
                assert_eq!(status(app, &token), 401, "{name} with form {number} of the public key");
            }
        }
    }
}

#[test]
fn no_spelling_of_none_is_an_algorithm() {
    let app = believer();
    let user = person(app);
    let genuine = sign("first", &claims(&user.to_string()));
    let theirs = genuine.rsplit('.').next().expect("a signature").to_owned();
    let own = json!({ "iss": "thorbis", "aud": "thorbis", "sub": user, "iat": now(), "exp": now() + 600 });
    for name in [
        json!("none"),
        json!("None"),
        json!("NONE"),
        json!("nOnE"),
        json!(" none"),
        json!("none\u{0}"),
        json!(""),
        json!(null),
        json!(0),
        json!(["RS256"]),
        json!({ "RS256": 1 }),
        json!("rs256"),
        json!("RS256 "),
    ] {
        for kid in [json!("first"), Value::Null] {
            let header = with(&json!({ "alg": name, "typ": "JWT" }), "kid", kid);
            for claims in [&claims(&user.to_string()), &own] {
                for signature in ["", theirs.as_str(), "AA"] {
                    let token = format!("{}.{}.{signature}", encode(&header), encode(claims));
                    assert_eq!(status(app, &token), 401, "{header} and the signature '{signature}'");
                }
                assert_eq!(status(app, &format!("{}.{}", encode(&header), encode(claims))), 401, "two parts");
            }
        }
    }
    let headless = format!(".{}.", encode(&own));
    assert_eq!(status(app, &headless), 401);
}

#[test]
fn what_a_header_brings_along_is_not_looked_at() {
    let app = believer();
    let evil = Provider::new(&["second"]);
    let claims = claims(&person(app).to_string());
    let own: Value = serde_json::from_str(&key_set(&["second"])).expect("is JSON");
    let (good, bad) = (
        EncodingKey::from_rsa_pem(FIRST).expect("a key"),
        EncodingKey::from_rsa_pem(SECOND).expect("a key"),
    );
    for (name, value) in [
        ("jwk", own["keys"][0].clone()),
        ("jku", json!(evil.url)),
        ("x5u", json!(evil.url)),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AAAA")),
        ("kid", json!("second")),
        ("kid", json!("../../../../dev/null")),
        ("kid", json!("' OR true --")),
        ("kid", json!(null)),
        ("kid", json!(1)),
    ] {
        let header = with(&json!({ "alg": "RS256", "typ": "JWT", "kid": "first" }), name, value.clone());
        assert_eq!(status(app, &signed(&header, &claims, &bad, Algorithm::RS256)), 401, "{name}: {value}");
        let genuine = status(app, &signed(&header, &claims, &good, Algorithm::RS256));
        if matches!(name, "jku" | "x5u" | "x5t") {
            assert_eq!(genuine, 200, "{name} changes nothing of a good token");
        }
        if name == "kid" {
            assert_eq!(genuine, 401, "{value} names no key");
        }
    }
    assert_eq!(evil.asked.load(Ordering::SeqCst), 0, "no address out of a token is visited");
}

/// What a time claim may be, and what comes of it.
fn times() -> Vec<(&'static str, Value, bool)> {
    let now = now();
    vec![
        ("exp", Value::Null, false),
        ("exp", json!((now + 600).to_string()), false),
        ("exp", json!("never"), false),
        ("exp", json!("2099-01-01T00:00:00Z"), false),
        ("exp", json!(true), false),
        ("exp", json!([now + 600]), false),
        ("exp", json!({ "$gt": 0 }), false),
        ("exp", json!(-1), false),
        ("exp", json!(0), false),
        ("exp", json!(-1.5), false),
        ("exp", json!(now as f64 - 60.5), false),
        ("exp", json!(now - 60), false),
        // Clocks may differ by half a minute.
        ("exp", json!(now - 5), true),
        ("exp", json!(now + 600), true),
        ("nbf", json!(now + 120), false),
        ("nbf", json!((now + 120).to_string()), false),
        ("nbf", json!((now - 120).to_string()), false),
        ("nbf", json!("soon"), false),
        ("nbf", json!(now as f64 + 120.5), false),
        ("nbf", json!([0]), false),
        ("nbf", json!(now + 5), true),
        ("nbf", json!(now - 600), true),
        ("nbf", json!(0), true),
    ]
}

#[test]
fn a_time_is_a_number_and_is_kept() {
    let app = believer();
    let user = person(app);
    let ours = json!({ "iss": "thorbis", "aud": "thorbis", "sub": user, "iat": now(), "exp": now() + 600 });
    let (theirs, key) = (claims(&user.to_string()), EncodingKey::from_secret(SECRET.as_bytes()));
    for (name, value, good) in times() {
        let expected = if good { 200 } else { 401 };
        let token = sign("first", &with(&theirs, name, value.clone()));
        assert_eq!(status(app, &token), expected, "another provider's {name}: {value}");
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &with(&ours, name, value.clone()), &key).expect("a token");
        assert_eq!(status(app, &token), expected, "our own {name}: {value}");
    }
}

#[test]
fn our_own_tokens_are_of_one_form() {
    let business = app().business("hs");
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let good = json!({ "iss": "thorbis", "aud": "thorbis", "sub": business.staff.id, "iat": now(), "exp": now() + 600 });
    let sign = |claims: &Value, algorithm: Algorithm| jsonwebtoken::encode(&Header::new(algorithm), claims, &key).expect("a token");
    let asked = |token: &str| with_token(app(), token, "{ viewer { user { id } } }").status;
    assert_eq!(asked(&sign(&good, Algorithm::HS256)), 200);
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        assert_eq!(asked(&sign(&good, algorithm)), 401, "{algorithm:?} is not what we sign with");
    }
    for (name, value) in [
        ("iss", json!("other")),
        ("iss", json!("Thorbis")),
        ("iss", Value::Null),
        ("iss", json!(["other"])),
        ("aud", json!("other")),
        ("aud", json!(["other"])),
        ("aud", json!([])),
        ("aud", Value::Null),
        ("sub", json!("somebody")),
        ("sub", json!("")),
        ("sub", Value::Null),
        ("sub", json!(7)),
        ("bid", json!("everything")),
        ("sid", json!("mine")),
    ] {
        assert_eq!(asked(&sign(&with(&good, name, value.clone()), Algorithm::HS256)), 401, "{name}: {value}");
    }
    // Good in form, and of nobody: another's session, a business one is not of, a role one does not have.
    let other = app().business("hs");
    let session: uuid::Uuid = app().database.one(
        "INSERT INTO auth.sessions (user_id, not_after) VALUES ($1, now() + interval '1 day') RETURNING id",
        &[&other.staff.id],
    );
    let code = |claims: &Value| with_token(app(), &sign(claims, Algorithm::HS256), "{ viewer { role } }").code();
    assert_eq!(code(&with(&good, "sid", json!(session))), "UNAUTHENTICATED");
    assert_eq!(code(&with(&good, "bid", json!(other.id))), "FORBIDDEN");
    let raised = with(&with(&good, "bid", json!(business.id)), "role", json!("owner"));
    let answer = with_token(app(), &sign(&raised, Algorithm::HS256), "{ viewer { role } }").json();
    assert_eq!(answer["data"]["viewer"]["role"], "staff", "the database says who one is");
}
