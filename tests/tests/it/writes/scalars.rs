//! Every scalar type written and read back exactly, in every position.

use super::fields::{self, Field, POSITIONS};
use serde_json::{Value, json};
use tests::app;

/// Each value comes back as the second of its pair.
fn round_trip(field: &Field, values: &[(Value, Value)]) {
    let business = app().business(field.schema);
    let id = field.record(&business);
    for (given, expected) in values {
        for position in POSITIONS {
            let reply = field.write(&business, position, given, &id);
            assert!(reply.json.get("errors").is_none(), "{} {given} at {position:?}: {:#}", field.name, reply.json);
            assert_eq!(field.read(&reply), expected, "{} {given} at {position:?}", field.name);
        }
    }
}

fn same(values: &[Value]) -> Vec<(Value, Value)> {
    values.iter().map(|value| (value.clone(), value.clone())).collect()
}

fn texts(pairs: &[(&str, &str)]) -> Vec<(Value, Value)> {
    pairs.iter().map(|(given, expected)| (json!(given), json!(expected))).collect()
}

#[test]
fn decimals_are_exact() {
    let mut values = texts(&[
        ("9999999999.99", "9999999999.99"),
        ("-9999999999.99", "-9999999999.99"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("0.01", "0.01"),
        ("-0.01", "-0.01"),
        ("12.5", "12.50"),
        ("12.500000000000000000000000000000000000000", "12.50"),
        ("000012.50", "12.50"),
        ("1e3", "1000.00"),
        ("1.25E1", "12.50"),
        ("125e-1", "12.50"),
    ]);
    values.extend([(json!(3), json!("3.00")), (json!(0.1), json!("0.10")), (json!(-2.5), json!("-2.50"))]);
    round_trip(&fields::MONEY, &values);
    round_trip(
        &fields::RATE,
        &texts(&[("0.08875", "0.08875"), ("1", "1.00000"), ("0.00001", "0.00001"), ("1e-5", "0.00001")]),
    );
}

#[test]
fn dates_and_times_are_exact() {
    let dates = ["0001-01-01", "9999-12-31", "2024-02-29", "1999-12-31"];
    round_trip(&fields::DATE, &same(&dates.map(|date| json!(date))));
    round_trip(
        &fields::MOMENT,
        &texts(&[
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
            ("2025-03-09T02:30:00-06:00", "2025-03-09T08:30:00Z"),
            ("2025-01-31t08:00:00.5z", "2025-01-31T08:00:00.5Z"),
            ("2025-01-31T23:30:00+14:00", "2025-01-31T09:30:00Z"),
        ]),
    );
    round_trip(
        &fields::TIME,
        &texts(&[
            ("00:00:00", "00:00:00"),
            ("23:59:59.999999", "23:59:59.999999"),
            ("08:30", "08:30:00"),
            ("08:30:00", "08:30:00"),
        ]),
    );
}

#[test]
fn durations_keep_their_months_and_days() {
    round_trip(
        &fields::SPAN,
        &texts(&[
            ("PT1H30M", "PT1H30M"),
            ("P1M", "P1M"),
            ("P30D", "P30D"),
            ("P1Y2M3DT4H5M6.5S", "P1Y2M3DT4H5M6.5S"),
            ("PT0S", "PT0S"),
            ("PT90M", "PT1H30M"),
            ("P2W", "P14D"),
            ("PT36H", "PT36H"),
            ("PT0.000001S", "PT0.000001S"),
        ]),
    );
}

#[test]
fn texts_are_kept_as_they_are() {
    let values = [
        "",
        " ",
        "it's \"quoted\" \\ and\nbroken\tup",
        "Zoë 🛠️ 漢字 \u{202e}rtl",
        "'; DROP TABLE hs.customers; --",
        "%_",
        "$1",
        "{}",
        "NULL",
        "null",
        "\u{1}\u{7f}",
        "e\u{301}",
        "\u{e9}",
    ];
    round_trip(&fields::TEXT, &same(&values.map(|text| json!(text))));
    let long = "x".repeat(200_000);
    let business = app().business("hs");
    let reply = fields::TEXT.write(&business, fields::Position::Variable, &json!(long), "");
    assert_eq!(fields::TEXT.read(&reply), &json!(long));
}

#[test]
fn numbers_and_flags() {
    round_trip(&fields::INTEGER, &same(&[json!(0), json!(-2_147_483_648_i64), json!(2_147_483_647)]));
    round_trip(&fields::BOOLEAN, &same(&[json!(true), json!(false)]));
    round_trip(&fields::CHOICE, &same(&[json!("LOW"), json!("EMERGENCY")]));
}

#[test]
fn json_of_every_shape() {
    round_trip(
        &fields::JSON,
        &same(&[
            json!({}),
            json!([]),
            json!("text"),
            json!(""),
            json!(true),
            json!(0),
            json!(-1.5),
            json!(9_007_199_254_740_993_i64),
            json!(18_446_744_073_709_551_615_u64),
            json!([null, [null], { "a": null }]),
            json!({ "name": { "_x": ["漢字 🛠️", "\"", "\\", "\n"] } }),
            json!([[[[[[[[[[1]]]]]]]]]]),
        ]),
    );
    // Keys that are no GraphQL names travel in variables.
    let business = app().business("rest");
    let keys = json!({ "Zoë": { "漢字 🛠️": 1, "": 2, "a.b": 3, "\"": 4 } });
    assert_eq!(
        fields::JSON.read(&fields::JSON.write(&business, fields::Position::WholeInput, &keys, "")),
        &keys
    );
    // A number beyond a whole one comes back with the same value, however it is written.
    let reply = fields::JSON.write(
        &business,
        fields::Position::Variable,
        &json!([1e300, 1e-7, 123456789012345678901234567890.0]),
        "",
    );
    let numbers: Vec<f64> = fields::JSON.read(&reply).as_array().expect("a list").iter().filter_map(Value::as_f64).collect();
    assert_eq!(numbers, [1e300, 1e-7, 123456789012345678901234567890.0]);
}

#[test]
fn lists_keep_their_order_and_their_quotes() {
    round_trip(
        &fields::TEXTS,
        &same(&[
            json!([]),
            json!(["a"]),
            json!(["b", "a", "b"]),
            json!(["a,b", "c\"d", "e\\f", "", "NULL", "{}", " ", "🛠️", "\n"]),
        ]),
    );
    round_trip(&fields::INTEGERS, &same(&[json!([]), json!([7, 1, 7]), json!([1, 2, 3, 4, 5, 6, 7])]));
    // GraphQL makes a list of one of a single value.
    round_trip(&fields::TEXTS, &[(json!("one"), json!(["one"]))]);
    let field = &fields::PEOPLE;
    let business = app().business(field.schema);
    let id = field.record(&business);
    for people in [json!([]), json!([business.owner.id, business.staff.id]), json!([business.viewer.id])] {
        for position in POSITIONS {
            assert_eq!(field.read(&field.write(&business, position, &people, &id)), &people, "{position:?}");
        }
    }
}

#[test]
fn places_on_earth() {
    let place = |latitude: f64, longitude: f64| json!({ "latitude": latitude, "longitude": longitude });
    let values = [
        place(30.2672, -97.7431),
        place(90.0, 180.0),
        place(-90.0, -180.0),
        place(0.0, 0.0),
        place(1e-9, 0.1 + 0.2),
    ];
    round_trip(&fields::PLACE, &same(&values));
}

#[test]
fn null_where_there_may_be_nothing() {
    for field in [
        &fields::TEXT,
        &fields::DATE,
        &fields::MOMENT,
        &fields::TIME,
        &fields::SPAN,
        &fields::PEOPLE,
        &fields::PLACE,
        &fields::REFERENCE,
    ] {
        round_trip(field, &[(Value::Null, Value::Null)]);
    }
}
