//! What keeps somebody signed in, and what ends it.

use super::{Tokens, address, expect_tokens, join, sign_in, sign_up, tokens_of, with_token};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::OnceLock;
use tests::{App, app};
use uuid::Uuid;

const VIEWER: &str = "{ viewer { role } }";

fn refresh(app: &App, token: &str) -> tests::Response {
    tokens_of(app, "refresh", &json!({ "refreshToken": token }))
}

/// Whether the token still opens a request.
fn works(tokens: &Tokens) -> bool {
    let answer = with_token(app(), &tokens.access, VIEWER);
    assert!(
        answer.code().is_empty() || ["UNAUTHENTICATED", "FORBIDDEN"].contains(&answer.code().as_str()),
        "{}",
        answer.body
    );
    answer.code().is_empty()
}

fn user_of(email: &str) -> Uuid {
    app().database.one("SELECT id FROM users.users WHERE email = $1", &[&email])
}

#[test]
fn an_access_token_is_good_for_fifteen_minutes() {
    let answer = tokens_of(app(), "signUp", &json!({ "email": address(), "password": super::PASSWORD }));
    let expires = answer.json()["data"]["auth"]["signUp"]["expiresAt"].as_str().expect("a moment").to_owned();
    let minutes: f64 = app()
        .database
        .one("SELECT (extract(epoch FROM $1::text::timestamptz - now()) / 60)::float8", &[&expires]);
    assert!((14.8..=15.1).contains(&minutes), "{minutes}");
}

#[test]
fn a_refresh_token_is_good_once_and_a_second_use_ends_the_family() {
    let first = sign_up(app(), &address(), Some("Refreshing"));
    let second = expect_tokens(&refresh(app(), &first.refresh), "refresh");
    assert_eq!((second.business, second.role.as_deref()), (first.business, Some("owner")));
    let third = expect_tokens(&refresh(app(), &second.refresh), "refresh");
    assert!(works(&third));
    assert_eq!(refresh(app(), &first.refresh).code(), "UNAUTHENTICATED", "used before");
    assert!(!works(&third) && !works(&first), "the session is over");
    assert_eq!(refresh(app(), &third.refresh).code(), "UNAUTHENTICATED", "and so is its newest token");
    assert_eq!(refresh(app(), "nonsense").code(), "UNAUTHENTICATED");
}

/// A session as a sign-in leaves it, without the work of a password; gives its refresh token.
fn session() -> String {
    static PERSON: OnceLock<Uuid> = OnceLock::new();
    let person = PERSON.get_or_init(|| {
        let email = address();
        sign_up(app(), &email, None);
        user_of(&email)
    });
    let token = Uuid::new_v4().simple().to_string();
    let hash = Sha256::digest(token.as_bytes()).to_vec();
    app()
        .database
        .rows("SELECT FROM auth.start_session($1, NULL, $2, '127.0.0.1', 'tests')", &[person, &hash]);
    token
}

#[test]
fn a_hundred_stolen_tokens_end_a_hundred_sessions() {
    for _ in 0..100 {
        let first = session();
        let second = expect_tokens(&refresh(app(), &first), "refresh");
        assert_eq!(refresh(app(), &first).code(), "UNAUTHENTICATED", "used before");
        assert!(!works(&second), "the session is over");
        assert_eq!(refresh(app(), &second.refresh).code(), "UNAUTHENTICATED", "and so is its newest token");
    }
}

#[test]
fn of_two_refreshes_at_once_one_wins_and_the_family_ends() {
    for _ in 0..20 {
        let token = session();
        let answers: Vec<_> = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..2).map(|_| scope.spawn(|| refresh(app(), &token))).collect();
            runs.into_iter().map(|run| run.join().expect("an answer")).collect()
        });
        let won: Vec<_> = answers.iter().filter(|answer| answer.code().is_empty()).collect();
        assert_eq!(won.len(), 1, "{} and {}", answers[0].body, answers[1].body);
        assert!(!works(&expect_tokens(won[0], "refresh")));
    }
}

#[test]
fn tokens_are_kept_as_hashes_only() {
    let tokens = sign_up(app(), &address(), None);
    let found: i64 = app().database.one(
        "SELECT count(*) FROM auth.refresh_tokens t WHERE t::text LIKE '%' || $1 || '%' OR encode(t.token_hash, 'escape') = $1",
        &[&tokens.refresh],
    );
    assert_eq!(found, 0);
}

#[test]
fn signing_out_ends_the_session_at_once() {
    let tokens = sign_up(app(), &address(), None);
    assert_eq!(
        with_token(app(), &tokens.access, "mutation { auth { signOut } }").json()["data"]["auth"]["signOut"],
        true
    );
    assert!(!works(&tokens));
    assert_eq!(refresh(app(), &tokens.refresh).code(), "UNAUTHENTICATED");
}

#[test]
fn ones_sessions_are_listed_and_revoked_with_a_business_or_without() {
    for business in [None, Some("Sessions")] {
        let email = address();
        let phone = sign_up(app(), &email, business);
        let laptop = sign_in(app(), &email, None);
        let other = sign_up(app(), &address(), business);
        let listed = with_token(app(), &laptop.access, "{ auth { sessions { nodes { id ip userAgent revokedAt createdAt } } } }");
        let sessions = listed.json()["data"]["auth"]["sessions"]["nodes"]
            .as_array()
            .cloned()
            .unwrap_or_else(|| panic!("{}", listed.body));
        assert_eq!(sessions.len(), 2, "{sessions:#?}");
        let lost: Uuid = app().database.one(
            "SELECT s.id FROM auth.sessions s WHERE s.user_id = $1 ORDER BY created_at LIMIT 1",
            &[&user_of(&email)],
        );
        let revoke = format!(r#"mutation {{ auth {{ sessionRevoke(input: {{ id: "{lost}" }}) }} }}"#);
        assert_eq!(with_token(app(), &other.access, &revoke).code(), "NOT_FOUND", "not one's own");
        assert!(works(&phone));
        assert_eq!(with_token(app(), &laptop.access, &revoke).json()["data"]["auth"]["sessionRevoke"], true);
        assert!(!works(&phone) && works(&laptop));
        assert_eq!(refresh(app(), &phone.refresh).code(), "UNAUTHENTICATED");
    }
}

#[test]
fn switching_changes_the_business_and_the_tokens() {
    let email = address();
    let first = sign_up(app(), &email, Some("First"));
    let other = app().business("rest");
    join(app(), &email, other.id, "manager");
    let switch = |tokens: &Tokens, id: &str| {
        let document = format!(r#"mutation {{ auth {{ switchBusiness(input: {{ businessId: "{id}" }}) {{ accessToken refreshToken businessId role }} }} }}"#);
        with_token(app(), &tokens.access, &document)
    };
    let switched = expect_tokens(&switch(&first, &other.id.to_string()), "switchBusiness");
    assert_eq!((switched.business, switched.role.as_deref()), (Some(other.id), Some("manager")));
    assert_eq!(with_token(app(), &switched.access, VIEWER).json()["data"]["viewer"]["role"], "manager");
    assert_eq!(refresh(app(), &first.refresh).code(), "UNAUTHENTICATED", "the token before the switch is over");
    let next = expect_tokens(&refresh(app(), &switched.refresh), "refresh");
    assert_eq!(next.business, Some(other.id), "the choice is carried on");
    assert_eq!(switch(&next, &app().business("hs").id.to_string()).code(), "FORBIDDEN");
    assert_eq!(switch(&next, "nothing").code(), "INPUT_INVALID");
    assert!(works(&next));
}

#[test]
fn what_is_taken_away_is_gone_at_the_next_request_whatever_the_token_says() {
    for change in [
        "UPDATE users.business_users SET status = 'suspended' WHERE user_id = '$user'",
        "DELETE FROM users.business_users WHERE user_id = '$user'",
        "UPDATE businesses.businesses SET status = 'suspended' WHERE id = '$business'",
        "UPDATE businesses.businesses SET deleted_at = now() WHERE id = '$business'",
        "UPDATE auth.users SET banned_until = now() + interval '1 day' WHERE id = '$user'",
        "UPDATE auth.users SET deleted_at = now() WHERE id = '$user'",
        "UPDATE users.users SET status = 'suspended' WHERE id = '$user'",
        "UPDATE auth.sessions SET revoked_at = now() WHERE user_id = '$user'",
        "UPDATE auth.sessions SET not_after = now() WHERE user_id = '$user'",
    ] {
        let email = address();
        sign_up(app(), &email, None);
        let business = app().business("hs");
        join(app(), &email, business.id, "staff");
        let tokens = sign_in(app(), &email, None);
        assert!(works(&tokens));
        // Warm: the standing is remembered, and must not be believed.
        assert!(with_token(app(), &tokens.access, "{ hs { customers { nodes { id } } } }").code().is_empty());
        let user = user_of(&email).to_string();
        app()
            .database
            .run(&change.replace("$user", &user).replace("$business", &business.id.to_string()));
        assert!(!works(&tokens), "{change}");
        assert!(
            !with_token(app(), &tokens.access, "{ hs { customers { nodes { id } } } }").code().is_empty(),
            "{change}"
        );
    }
}

#[test]
fn a_role_that_changed_counts_from_the_next_request() {
    let business = app().business("hs");
    let create = r#"mutation { hs { customerCreate(input: { firstName: "A", lastName: "B" }) { id } } }"#;
    assert!(business.staff.post(create, &json!({})).code().is_empty());
    app().database.run(&format!(
        "UPDATE users.business_users SET role = 'viewer' WHERE user_id = '{}'",
        business.staff.id
    ));
    assert!(!business.staff.post(create, &json!({})).code().is_empty());
    assert_eq!(business.staff.post(VIEWER, &json!({})).json()["data"]["viewer"]["role"], "viewer");
}

#[test]
fn who_was_sent_away_by_the_business_stays_signed_in_without_it() {
    let email = address();
    sign_up(app(), &email, None);
    let business = app().business("hs");
    join(app(), &email, business.id, "staff");
    let tokens = sign_in(app(), &email, None);
    app().database.run(&format!(
        "UPDATE users.business_users SET status = 'inactive' WHERE user_id = '{}'",
        user_of(&email)
    ));
    let next = expect_tokens(&refresh(app(), &tokens.refresh), "refresh");
    assert_eq!(next.business, None);
    assert!(works(&next));
}
