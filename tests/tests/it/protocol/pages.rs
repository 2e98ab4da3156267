//! Everything that is served beside the endpoint, and what every answer carries.

use std::collections::{HashMap, HashSet};
use tests::{App, Database, app};
use uuid::Uuid;

const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn what_is_not_there_is_404_in_the_shape_of_every_error() {
    for path in [
        "/",
        "/graphql/x",
        "/graphiql/../Cargo.toml",
        "/graphiql/nothing.js",
        "/admin",
        "/%00",
        "/graphiql/demo-users",
    ] {
        let answer = app().get(path, &[]);
        assert_eq!(answer.status, 404, "{path}");
        let error = &answer.json()["errors"][0];
        assert_eq!(error["extensions"]["code"], "NOT_FOUND", "{path}");
        assert_eq!(error["extensions"]["requestId"].as_str(), answer.header("x-request-id"));
    }
    let answer = app().send("POST", "/health/live", &[], None);
    assert_eq!((answer.status, answer.code().as_str()), (405, "METHOD_NOT_ALLOWED"));
}

#[test]
fn a_request_id_is_kept_when_it_is_one_and_made_when_it_is_not() {
    let id = Uuid::new_v4().to_string();
    let kept = app().post(&[JSON, ("x-request-id", &id)], r#"{"query":"{ nothing }"}"#);
    assert_eq!(kept.header("x-request-id"), Some(id.as_str()));
    assert_eq!(kept.json()["errors"][0]["extensions"]["requestId"], id.as_str());
    assert_eq!(kept.json()["extensions"]["requestId"], id.as_str());
    for given in ["", "1", "<script>", "' OR 1=1"] {
        let made = app().post(&[JSON, ("x-request-id", given)], r#"{"query":"{ __typename }"}"#);
        let id = made.header("x-request-id").expect("an id");
        assert!(Uuid::parse_str(id).is_ok(), "{given} gave {id}");
        assert_eq!(made.json()["extensions"]["requestId"], id);
    }
}

#[test]
fn graphiql_runs_no_script_of_others() {
    let page = app().get("/graphiql", &[]);
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let policy = page.header("content-security-policy").expect("a policy");
    let directive = |name: &str| {
        policy
            .split(';')
            .map(str::trim)
            .find(|part| part.starts_with(name))
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(directive("default-src"), "default-src 'none'");
    assert_eq!(directive("script-src"), "script-src 'self'");
    assert_eq!(directive("frame-ancestors"), "frame-ancestors 'none'");
    assert_eq!(directive("connect-src"), "connect-src 'self'");
    for (header, value) in [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")] {
        assert_eq!(page.header(header), Some(value));
    }
    assert!(
        !page.body.contains("http://") && !page.body.contains("https://"),
        "nothing comes from elsewhere"
    );
    let tag = page.header("etag").expect("a tag").to_owned();
    assert_eq!(app().get("/graphiql", &[("if-none-match", &tag)]).status, 304);
    for file in page.body.split('"').filter(|part| part.starts_with("/graphiql/")) {
        let asset = app().get(file, &[]);
        assert_eq!(asset.status, 200, "{file}");
        assert!(
            asset
                .header("content-type")
                .is_some_and(|kind| kind.contains("css") || kind.contains("javascript")),
            "{file}"
        );
    }
}

#[test]
fn demo_users_are_named_only_where_the_operator_wants_it() {
    assert_eq!(app().get("/graphiql/demo-users", &[]).status, 404);
    let demo = App::with(Database::new(), &[("THORBIS_DEMO_SIGN_IN", "1")]);
    let users = demo.get("/graphiql/demo-users", &[]).json();
    assert!(
        users
            .as_array()
            .is_some_and(|users| users.iter().any(|user| user["email"] == "owner@hvac.test")),
        "{users}"
    );
}

#[test]
fn other_origins_are_served_only_where_they_are_configured() {
    let preflight = |app: &App, origin: &str| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "authorization,content-type,x-business-id"),
        ];
        app.send("OPTIONS", "/graphql", &headers, None)
    };
    assert_eq!(preflight(app(), "https://app.example").header("access-control-allow-origin"), None);
    let open = App::with(Database::new(), &[("THORBIS_CORS_ORIGINS", "https://app.example, https://admin.example")]);
    let allowed = preflight(&open, "https://app.example");
    assert_eq!(
        (allowed.status, allowed.header("access-control-allow-origin")),
        (200, Some("https://app.example"))
    );
    let headers = allowed.header("access-control-allow-headers").unwrap_or_default().to_owned();
    assert!(
        ["authorization", "content-type", "x-business-id", "x-api-key", "idempotency-key"]
            .iter()
            .all(|name| headers.contains(name)),
        "{headers}"
    );
    assert_eq!(allowed.header("access-control-allow-credentials"), None);
    for origin in ["https://evil.example", "https://app.example.evil.example", "http://app.example", "null"] {
        assert_eq!(preflight(&open, origin).header("access-control-allow-origin"), None, "{origin}");
    }
    let answer = open.post(&[JSON, ("origin", "https://admin.example")], r#"{"query":"{ __typename }"}"#);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://admin.example"));
    assert!(
        answer
            .header("access-control-expose-headers")
            .is_some_and(|names| names.contains("x-request-id") && names.contains("idempotency-replayed"))
    );
}

#[test]
fn health_tells_alive_and_ready_apart() {
    let app = App::over(Database::new());
    assert_eq!(app.get("/health/live", &[]).status, 200);
    assert_eq!(app.get("/health/ready", &[]).status, 200);
    app.database.refuse_connections();
    let ready = app.get("/health/ready", &[]);
    assert_eq!((ready.status, ready.code().as_str()), (503, "NOT_READY"));
    assert_eq!(app.get("/health/live", &[]).status, 200);
    app.database.accept_connections();
    assert_eq!(app.get("/health/ready", &[]).status, 200);
}

#[test]
fn metrics_are_of_the_prometheus_text_format() {
    app().post(&[JSON], r#"{"query":"{ __typename }"}"#);
    let answer = app().get("/metrics", &[]);
    assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("text/plain; version=0.0.4")));
    let samples = read_strictly(&answer.body);
    assert!(samples["thorbis_operations_total"] >= 1.0);
    assert!(samples.keys().any(|name| name.starts_with("thorbis_requests_total{status=\"2xx\"")));
    let buckets: Vec<f64> = answer
        .body
        .lines()
        .filter(|line| line.starts_with("thorbis_request_seconds_bucket"))
        .filter_map(|line| line.rsplit(' ').next()?.parse().ok())
        .collect();
    assert!(buckets.is_sorted(), "buckets are cumulative: {buckets:?}");
    assert_eq!(buckets.last(), samples.get("thorbis_request_seconds_count"));
}

/// Every line is a comment of a known form or a sample; every family has its type first and its samples
/// together; no sample is there twice.
fn read_strictly(text: &str) -> HashMap<String, f64> {
    assert!(text.ends_with('\n'), "the last line ends");
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':') && !name.starts_with(|c: char| c.is_ascii_digit())
    };
    let mut samples = HashMap::new();
    let mut finished = HashSet::new();
    let mut family = (String::new(), String::new());
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            let words: Vec<&str> = comment.splitn(3, ' ').collect();
            assert!(words.len() == 3 && is_name(words[1]), "{line}");
            match words[0] {
                "HELP" => {}
                "TYPE" => {
                    assert!(["counter", "gauge", "histogram", "summary", "untyped"].contains(&words[2]), "{line}");
                    assert!(finished.insert(words[1].to_owned()), "{} is declared twice", words[1]);
                    family = (words[1].to_owned(), words[2].to_owned());
                }
                _ => panic!("{line} is no comment of the format"),
            }
            continue;
        }
        let (sample, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line} is no sample"));
        let name = sample.split('{').next().unwrap_or_default();
        assert!(is_name(name), "{line}");
        let base = if family.1 == "histogram" {
            name.trim_end_matches("_bucket").trim_end_matches("_sum").trim_end_matches("_count")
        } else {
            name
        };
        assert_eq!(base, family.0, "{line} stands under another family's type");
        if let Some(labels) = sample.strip_prefix(name).filter(|labels| !labels.is_empty()) {
            let inner = labels
                .strip_prefix('{')
                .and_then(|labels| labels.strip_suffix('}'))
                .expect("labels are in braces");
            for label in inner.split(',') {
                let (key, quoted) = label.split_once('=').expect("a label has a value");
                assert!(is_name(key) && quoted.len() >= 2 && quoted.starts_with('"') && quoted.ends_with('"'), "{line}");
            }
        }
        let value: f64 = value.parse().unwrap_or_else(|_| panic!("{line} has no number"));
        assert!(samples.insert(sample.to_owned(), value).is_none(), "{sample} is there twice");
    }
    samples
}
