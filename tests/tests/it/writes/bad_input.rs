//! Bad values of every type in every position: coded, with their place, and nothing changed.

use super::fields::{self, Field, POSITIONS, Position};
use serde_json::{Value, json};
use tests::{Business, Reply, app};

/// Refused in every position, told with its path, and no trace of it left.
fn refused(field: &Field, values: &[Value]) {
    let business = app().business(field.schema);
    let id = field.record(&business);
    let before = trace(&business);
    for value in values {
        for position in POSITIONS {
            let reply = field.write(&business, position, value, &id);
            let shown: String = value.to_string().chars().take(80).collect();
            assert_coded(field, position, &shown, &reply);
        }
    }
    assert_eq!(trace(&business), before, "a refused value of {} left something", field.name);
}

fn assert_coded(field: &Field, position: Position, shown: &str, reply: &Reply) {
    let code = reply.code();
    let told = format!("{} {shown} at {position:?}: {:#}", field.name, reply.json);
    match position {
        // Literals are checked by the type system first, which knows the document and not its values.
        Position::Literal => assert!(["INPUT_INVALID", "DOCUMENT_INVALID", "DOCUMENT_TOO_LARGE"].contains(&code), "{told}"),
        _ => assert!(["INPUT_INVALID", "DOCUMENT_TOO_LARGE"].contains(&code), "{told}"),
    }
    if code == "INPUT_INVALID" {
        assert!(reply.field().starts_with(&position.path(field)), "{told}");
    }
    assert!(reply.json["data"].is_null(), "{told}");
}

/// What is in the business, and what happened in it.
fn trace(business: &Business<'_>) -> i64 {
    app().database.one(
        "SELECT (SELECT count(*) FROM audit.audit_log WHERE business_id = $1) + (SELECT count(*) FROM hs.work_orders WHERE business_id = $1)
            + (SELECT count(*) FROM hs.estimates WHERE business_id = $1) + (SELECT count(*) FROM rest.menu_items WHERE business_id = $1)",
        &[&business.id],
    )
}

fn all(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| json!(text)).collect()
}

#[test]
fn decimals() {
    let mut bad = all(&[
        "NaN",
        "nan",
        "Infinity",
        "-Infinity",
        "1e40",
        "1e999999999",
        "1e-40",
        "0.001",
        "12.505",
        "0.0100000000000000000000000000000000000001",
        "10000000000.00",
        "-10000000000",
        "99999999999999999999999999999999999",
        "",
        " ",
        "1 ",
        "1,5",
        "1_000",
        "0x10",
        "--1",
        "1.2.3",
        "1.",
        "e5",
        "1e",
        "٣",
        "½",
    ]);
    bad.extend([json!(true), json!([]), json!({}), json!([1, 2]), json!(1e40), json!(0.001)]);
    refused(&fields::MONEY, &bad);
    refused(&fields::RATE, &all(&["1.00001", "-0.00001", "100", "0.000001"]));
}

#[test]
fn integers() {
    let bad = [
        json!(2_147_483_648_i64),
        json!(-2_147_483_649_i64),
        json!(9_007_199_254_740_993_i64),
        json!(1e20),
        json!(1.5),
        json!("1"),
        json!(true),
        json!([]),
        json!({}),
    ];
    refused(&fields::INTEGER, &bad);
}

#[test]
fn dates() {
    let mut bad = all(&[
        "infinity",
        "-infinity",
        "today",
        "0000-01-01",
        "10000-01-01",
        "294276-01-01",
        "2025-02-29",
        "2025-13-01",
        "2025-1-1",
        "20250131",
        "2025-01-31T00:00:00Z",
        "31.01.2025",
        " 2025-1-31",
        "+2025-1-31",
        "-001-01-01",
        "",
        "2025-01-31 BC",
    ]);
    bad.extend([json!(20250131), json!(true), json!([]), json!({})]);
    refused(&fields::DATE, &bad);
}

#[test]
fn moments() {
    let mut bad = all(&[
        "infinity",
        "now",
        "2025-01-31",
        "2025-01-31T08:00:00",
        "2025-01-31T24:00:00Z",
        "2025-01-31T08:60:00Z",
        "2025-01-31T08:00:60Z",
        "2025-02-30T08:00:00Z",
        "0000-12-31T00:00:00Z",
        "294276-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-01:00",
        "2025-01-31T08:00:00 America/Chicago",
        "",
        "2025-01-31T08:00:00+25:00",
    ]);
    bad.extend([json!(1_738_310_400), json!(true), json!([]), json!({})]);
    refused(&fields::MOMENT, &bad);
}

#[test]
fn times() {
    let mut bad = all(&[
        "24:00",
        "24:00:00",
        "25:00:00",
        "23:60:00",
        "23:59:60",
        "8:30",
        "08:30:00Z",
        "08:30 PM",
        "noon",
        "",
        "08:30:00.",
        "08:30:00.1234567890",
        "allballs",
    ]);
    bad.extend([json!(8), json!(true), json!({})]);
    refused(&fields::TIME, &bad);
}

#[test]
fn durations() {
    let mut bad = all(&[
        "",
        "P",
        "PT",
        "1 hour",
        "01:30",
        "P1H",
        "PT1D",
        "P-1D",
        "-P1D",
        "PT-1H",
        "P1.5D",
        "PT1S1M",
        "PT1H1H",
        "P999999999Y",
        "PT99999999999H",
        "P999999999M",
        "PT1.0000001S",
        "P1D T1H",
        "infinity",
    ]);
    bad.extend([json!(90), json!(true), json!({})]);
    refused(&fields::SPAN, &bad);
}

#[test]
fn texts() {
    refused(
        &fields::TEXT,
        &[json!("a\0b"), json!(1), json!(true), json!([]), json!({}), json!("x".repeat(1_100_000))],
    );
}

#[test]
fn flags_and_choices() {
    refused(&fields::BOOLEAN, &[json!("true"), json!(1), json!([]), json!({})]);
    refused(&fields::CHOICE, &[json!("SOON"), json!("normal"), json!(""), json!(1), json!([]), json!({})]);
}

#[test]
fn json_documents() {
    let mut deep = json!(1);
    for _ in 0..200 {
        deep = json!([deep]);
    }
    refused(
        &fields::JSON,
        &[
            json!({ "a": "b\0" }),
            json!({ "a\0": 1 }),
            deep,
            json!("x".repeat(1_100_000)),
            json!(vec!["x".repeat(1_000); 1_100]),
        ],
    );
}

#[test]
fn lists() {
    refused(
        &fields::TEXTS,
        &[
            json!([null]),
            json!(["a", null]),
            json!([["a"], ["b"]]),
            json!([1]),
            json!(["a\0"]),
            json!({}),
            json!(vec!["x"; 1_001]),
            json!(vec!["x"; 100_000]),
        ],
    );
    refused(
        &fields::INTEGERS,
        &[
            json!([null]),
            json!([1.5]),
            json!(["1"]),
            json!([2_147_483_648_i64]),
            json!([[1, 2], [3, 4]]),
            // Days of the week.
            json!([0]),
            json!([8]),
            json!([1, 99]),
            json!([-2_147_483_648_i64, 2_147_483_647]),
        ],
    );
    refused(
        &fields::PEOPLE,
        &[
            json!([null]),
            json!(["x"]),
            json!([1]),
            json!(["00000000-0000-4000-8000-000000000000"]),
            json!([["a"]]),
        ],
    );
}

#[test]
fn places() {
    let place = |latitude: Value, longitude: Value| json!({ "latitude": latitude, "longitude": longitude });
    refused(
        &fields::PLACE,
        &[
            place(json!(90.1), json!(0)),
            place(json!(100), json!(200)),
            place(json!(0), json!(-180.5)),
            place(json!("1"), json!(0)),
            place(Value::Null, json!(0)),
            place(json!(1e300), json!(0)),
            json!({ "latitude": 1 }),
            json!({}),
            json!("POINT EMPTY"),
            json!([1, 2]),
        ],
    );
}

#[test]
fn ids() {
    let mut bad = all(&[
        "",
        "x",
        "00000000000040008000000000000000",
        "{00000000-0000-4000-8000-000000000000}",
        "00000000-0000-4000-8000-000000000000",
        "zzzzzzzz-0000-4000-8000-000000000000",
    ]);
    bad.extend([json!(1), json!([]), json!({})]);
    refused(&fields::REFERENCE, &bad);
}

#[test]
fn what_the_type_does_not_have() {
    let business = app().business("hs");
    for (input, path) in [
        (json!({ "title": "x", "colour": 1 }), "input.colour"),
        (json!({ "title": "x", "customer": { "colour": 1 } }), "input.customer.colour"),
        (
            json!({ "title": "x", "serviceLocation": { "latitude": 1, "longitude": 2, "height": 3 } }),
            "input.serviceLocation",
        ),
        (json!({ "title": "x", "estimates": { "set": [] } }), "input.estimates.set"),
    ] {
        let reply = business.staff.ask_with(
            "mutation($in: HsWorkOrderCreateInput!) { hs { workOrderCreate(input: $in) { id } } }",
            json!({ "in": input }),
        );
        assert!(["DOCUMENT_INVALID", "INPUT_INVALID"].contains(&reply.code()), "{input}: {:#}", reply.json);
        assert!(reply.message().contains(path), "{input}: {:#}", reply.json);
    }
    for input in [json!([]), json!("x"), json!(1), json!(true)] {
        let reply = business.staff.ask_with(
            "mutation($in: HsWorkOrderCreateInput!) { hs { workOrderCreate(input: $in) { id } } }",
            json!({ "in": input }),
        );
        assert_eq!((reply.code(), reply.field()), ("INPUT_INVALID", "input"), "{input}: {:#}", reply.json);
    }
}

#[test]
fn a_version_that_is_none() {
    let business = app().business("hs");
    let id = fields::TEXT.record(&business);
    for version in [json!(-1), json!(1.5), json!("1"), json!(2_147_483_648_i64), json!([])] {
        let reply = business.staff.ask_with(
            "mutation($id: ID!, $v: Int) { hs { workOrderUpdate(id: $id, patch: { title: \"x\" }, expectedVersion: $v) { id } } }",
            json!({ "id": id, "v": version }),
        );
        assert_eq!(
            (reply.code(), reply.field()),
            ("INPUT_INVALID", "expectedVersion"),
            "{version}: {:#}",
            reply.json
        );
    }
}

#[test]
fn documents_that_carry_what_text_cannot_hold() {
    let business = app().business("hs");
    let id = fields::TEXT.record(&business);
    // Half a pair of surrogates, NUL, a number beyond a double: in the document, and in the variables' JSON.
    for value in ["\"\\uD800\"", "\"\\u0000\"", "\"a\\uDC00b\""] {
        let reply = business.staff.ask(&format!(
            "mutation {{ hs {{ workOrderUpdate(id: \"{id}\", patch: {{ title: {value} }}) {{ id }} }} }}"
        ));
        assert!(["DOCUMENT_INVALID", "INPUT_INVALID"].contains(&reply.code()), "{value}: {:#}", reply.json);
    }
    let bearer = business.staff.bearer();
    let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
    for value in ["\"\\uD800\"", "1e400", "\"\\u0000\""] {
        let body = format!(
            "{{\"query\": \"mutation($v: JSON) {{ rest {{ menuItemCreate(input: {{ name: \\\"x\\\", basePrice: 1, modifiers: $v }}) {{ id }} }} }}\", \"variables\": {{\"v\": {value}}}}}"
        );
        let response = app().post(&headers, &body);
        assert!(response.status < 500, "{value}: {}", response.body);
        assert_ne!(response.code(), "INTERNAL", "{value}: {}", response.body);
        assert!(!response.code().is_empty(), "{value}: {}", response.body);
    }
    let rest = app().business("rest");
    let literal = rest
        .staff
        .ask("mutation { rest { menuItemCreate(input: { name: \"x\", basePrice: 1, modifiers: [1e400] }) { id } } }");
    assert!(["DOCUMENT_INVALID", "INPUT_INVALID"].contains(&literal.code()), "{:#}", literal.json);
}

#[test]
fn what_is_found_by_an_index_has_a_length() {
    let business = app().business("hs");
    // Noise, since PostgreSQL would squeeze a repetition.
    let mut seed = 1_u64;
    let noise: String = (0..50_000)
        .map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b'!' + ((seed >> 33) % 90) as u8)
        })
        .collect();
    let create = "mutation($in: HsCustomerCreateInput!) { hs { customerCreate(input: $in) { id } } }";
    for field in ["lastName", "customerNumber", "email"] {
        let reply = business.staff.ask_with(create, json!({ "in": { field: noise[..4_000] } }));
        assert_eq!(
            (reply.code(), reply.field()),
            ("INPUT_INVALID", format!("input.{field}").as_str()),
            "{:#}",
            reply.json
        );
        // PostgreSQL does not say of what it refuses before it looks.
        let reply = business.staff.ask_with(create, json!({ "in": { field: noise } }));
        assert_eq!(reply.code(), "INPUT_INVALID", "{:#}", reply.json);
    }
}
