//! Signing up and in, and who one is then.

use super::{PASSWORD, address, ask, join, sign_in, sign_up, tokens_of, with_token};
use serde_json::json;
use std::time::{Duration, Instant};
use tests::app;

const VIEWER: &str = "{ viewer { user { id email firstName } business { id name industry role } role businesses { id name role } } }";

#[test]
fn whoever_signs_up_with_a_business_owns_it() {
    let email = address();
    let tokens = sign_up(app(), &email, Some("Ada's Heating"));
    assert_eq!(tokens.role.as_deref(), Some("owner"));
    let viewer = &with_token(app(), &tokens.access, VIEWER).json()["data"]["viewer"];
    assert_eq!(
        (&viewer["user"]["email"], &viewer["role"], &viewer["business"]["name"]),
        (&json!(email), &json!("owner"), &json!("Ada's Heating"))
    );
    let zone: String = app()
        .database
        .one("SELECT timezone FROM businesses.businesses WHERE id = $1", &[&tokens.business]);
    assert_eq!(zone, "UTC");
    let created = with_token(
        app(),
        &tokens.access,
        r#"mutation { hs { customerCreate(input: { firstName: "Grace", lastName: "Hopper" }) { id } } }"#,
    );
    assert!(created.json().get("errors").is_none(), "{}", created.body);
}

#[test]
fn whoever_signs_up_alone_is_somebody_without_a_business() {
    let tokens = sign_up(app(), &address(), None);
    assert_eq!((tokens.business, tokens.role), (None, None));
    let viewer = &with_token(app(), &tokens.access, VIEWER).json()["data"]["viewer"];
    assert_eq!(
        (&viewer["business"], &viewer["role"], &viewer["businesses"]),
        (&json!(null), &json!(null), &json!([]))
    );
    assert_eq!(viewer["user"]["firstName"], "Ada");
    let refused = with_token(app(), &tokens.access, "{ hs { customers { nodes { id } } } }");
    assert_eq!(refused.code(), "FORBIDDEN", "{}", refused.body);
    assert!(refused.body.contains("Choose a business"), "{}", refused.body);
}

#[test]
fn a_sign_up_is_checked_by_field() {
    let good = json!({ "email": address(), "password": PASSWORD });
    for (field, value, names) in [
        ("email", json!("nobody"), "input.email"),
        ("email", json!("a b@c.test"), "input.email"),
        ("email", json!("@c.test"), "input.email"),
        ("email", json!("a@\u{7}c.test"), "input.email"),
        ("password", json!("short"), "input.password"),
        ("password", json!("x".repeat(1_025)), "input.password"),
        ("businessName", json!("Without a trade"), "input.industry"),
    ] {
        let mut input = good.clone();
        input[field] = value;
        let refused = tokens_of(app(), "signUp", &input);
        let error = &refused.json()["errors"][0];
        assert_eq!(
            (&error["extensions"]["code"], &error["extensions"]["fields"][0]["path"]),
            (&json!("INPUT_INVALID"), &json!(names)),
            "{error}"
        );
        assert!(!refused.body.contains(PASSWORD));
    }
    let mars = json!({ "email": address(), "password": PASSWORD, "businessName": "B", "industry": "hs", "timezone": "Mars/Phobos" });
    assert_eq!(tokens_of(app(), "signUp", &mars).code(), "INPUT_INVALID");
    let alone = json!({ "email": address(), "password": PASSWORD, "timezone": "Mars/Phobos" });
    assert_eq!(tokens_of(app(), "signUp", &alone).code(), "INPUT_INVALID");
    let null = json!({ "email": "a\u{0}b@c.test", "password": PASSWORD });
    assert_eq!(tokens_of(app(), "signUp", &null).code(), "INPUT_INVALID");
    assert_eq!(
        tokens_of(app(), "signUp", &json!({ "email": address(), "password": "x".repeat(1_024) })).code(),
        ""
    );
}

#[test]
fn an_address_is_one_whatever_its_case_and_spaces() {
    let email = address();
    sign_up(app(), &format!("  {}  ", email.to_uppercase()), Some("Upper"));
    let stored: String = app().database.one("SELECT email FROM users.users WHERE lower(email) = $1", &[&email]);
    assert_eq!(stored, email);
    for typed in [email.clone(), email.to_uppercase(), format!(" {email}\t")] {
        assert_eq!(sign_in(app(), &typed, None).role.as_deref(), Some("owner"), "{typed}");
    }
    let taken = tokens_of(app(), "signUp", &json!({ "email": email.to_uppercase(), "password": PASSWORD }));
    assert_eq!(taken.code(), "INPUT_INVALID");
    assert!(taken.body.contains("is taken"), "{}", taken.body);
}

#[test]
fn an_address_is_one_in_every_form_of_unicode() {
    // An e with an accent: one character, and two that look like it.
    let (one, two) = (format!("ren\u{e9}.{}", address()), "e\u{301}");
    let decomposed = one.replace('\u{e9}', two);
    sign_up(app(), &decomposed, None);
    let stored: String = app().database.one("SELECT email FROM users.users WHERE email = $1", &[&one]);
    assert_eq!(stored, one);
    for typed in [&one, &decomposed, &one.to_uppercase(), &decomposed.to_uppercase()] {
        sign_in(app(), typed, None);
        let taken = tokens_of(app(), "signUp", &json!({ "email": typed, "password": PASSWORD }));
        assert!(taken.body.contains("is taken"), "{typed}: {}", taken.body);
    }
    // What nobody sees is in no address.
    for unseen in [
        "\u{200b}",
        "\u{202e}",
        "\u{feff}",
        "\u{ad}",
        "\u{2066}",
        "\u{fe0f}",
        "\u{e0041}",
        "\u{0}",
        "\u{7f}",
    ] {
        let refused = tokens_of(app(), "signUp", &json!({ "email": format!("a{unseen}{}", address()), "password": PASSWORD }));
        assert_eq!(refused.code(), "INPUT_INVALID", "{unseen:?}: {}", refused.body);
    }
    // A letter of another script is another address, however alike it looks: only a mail to it tells.
    let latin = address();
    sign_up(app(), &format!("a{latin}"), None);
    sign_up(app(), &format!("\u{430}{latin}"), None);
}

#[test]
fn wrong_passwords_and_unknown_people_are_refused_alike_and_as_slowly() {
    let email = address();
    sign_up(app(), &email, None);
    let attempt = |email: &str| {
        let started = Instant::now();
        let refused = tokens_of(app(), "signIn", &json!({ "email": email, "password": "wrong horse battery" }));
        assert_eq!(refused.code(), "WRONG_CREDENTIALS");
        (started.elapsed(), refused.json()["errors"][0]["message"].clone())
    };
    let mut wrong = Vec::new();
    let mut unknown = Vec::new();
    for _ in 0..5 {
        wrong.push(attempt(&email));
        unknown.push(attempt(&address()));
    }
    assert_eq!(wrong[0].1, unknown[0].1);
    let fastest = |times: &[(Duration, serde_json::Value)]| times.iter().map(|(time, _)| *time).min().unwrap_or_default().as_secs_f64();
    let ratio = fastest(&wrong) / fastest(&unknown);
    assert!(
        (0.5..2.0).contains(&ratio),
        "a wrong password takes {ratio:.2} times as long as an unknown name"
    );
}

#[test]
fn one_person_in_two_businesses_chooses() {
    let email = address();
    let first = sign_up(app(), &email, Some("First"));
    let other = app().business("rest");
    join(app(), &email, other.id, "viewer");
    let tokens = sign_in(app(), &email, None);
    assert_eq!(tokens.business, None, "nobody chose one");
    let viewer = &with_token(app(), &tokens.access, VIEWER).json()["data"]["viewer"];
    assert_eq!(viewer["businesses"].as_array().map(Vec::len), Some(2));
    assert_eq!(viewer["business"], json!(null));
    assert_eq!(with_token(app(), &tokens.access, "{ hs { customers { nodes { id } } } }").code(), "FORBIDDEN");

    let chosen = sign_in(app(), &email, Some(other.id));
    assert_eq!((chosen.business, chosen.role.as_deref()), (Some(other.id), Some("viewer")));
    let by_header = ask(
        app(),
        &[
            ("authorization", &format!("Bearer {}", tokens.access)),
            ("x-business-id", &first.business.expect("a business").to_string()),
        ],
        "{ viewer { role business { name } } }",
        &json!({}),
    );
    assert_eq!(by_header.json()["data"]["viewer"]["business"]["name"], "First");
    let foreign = tokens_of(
        app(),
        "signIn",
        &json!({ "email": email, "password": PASSWORD, "businessId": app().business("hs").id }),
    );
    assert_eq!(foreign.code(), "FORBIDDEN");
    let malformed = tokens_of(app(), "signIn", &json!({ "email": email, "password": PASSWORD, "businessId": "first" }));
    assert_eq!(malformed.code(), "INPUT_INVALID");
}

#[test]
fn the_header_that_names_a_business_is_taken_once_and_whole() {
    let business = app().business("hs");
    let foreign = app().business("hs");
    let bearer = business.owner.bearer();
    let with = |headers: &[(&str, &str)]| {
        let headers: Vec<_> = [("authorization", bearer.as_str())].into_iter().chain(headers.iter().copied()).collect();
        ask(app(), &headers, "{ hs { customers { nodes { id } } } }", &json!({}))
    };
    let own = business.id.to_string();
    assert_eq!(with(&[("x-business-id", &own)]).code(), "");
    let refused = with(&[("x-business-id", &foreign.id.to_string())]);
    assert_eq!((refused.status, refused.code().as_str()), (200, "FORBIDDEN"));
    let missing = with(&[("x-business-id", &uuid::Uuid::new_v4().to_string())]);
    assert_eq!(
        missing.json()["errors"][0]["message"],
        refused.json()["errors"][0]["message"],
        "foreign and missing look alike"
    );
    for value in ["", "1", "*", "' OR true --"] {
        let refused = with(&[("x-business-id", value)]);
        assert_eq!((refused.status, refused.code().as_str()), (400, "INPUT_INVALID"), "{value:?}");
    }
    assert_eq!(with(&[("x-business-id", &own), ("x-business-id", &foreign.id.to_string())]).status, 400);
    assert_eq!(with(&[("authorization", bearer.as_str())]).status, 400, "two tokens are one too many");
}

#[test]
fn nobody_is_told_to_sign_in() {
    for document in [
        VIEWER,
        "{ hs { customers { nodes { id } } } }",
        "mutation { auth { signOut } }",
        "{ auth { sessions { nodes { id } } } }",
    ] {
        let refused = ask(app(), &[], document, &json!({}));
        assert_eq!(refused.code(), "UNAUTHENTICATED", "{document}: {}", refused.body);
    }
}

#[test]
fn every_role_learns_what_it_is() {
    let business = app().business("auto");
    for (person, role) in business.people() {
        let viewer = &person.post(VIEWER, &json!({})).json()["data"]["viewer"];
        assert_eq!((&viewer["role"], &viewer["business"]["industry"]), (&json!(role.as_str()), &json!("auto")));
        assert_eq!(viewer["user"]["id"], person.id.to_string());
    }
}
