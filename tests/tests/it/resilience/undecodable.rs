//! Values that clients cannot write and drivers cannot read, put there by the owner: they spoil themselves only.

use serde_json::{Value, json};
use tests::{App, Database};

/// Of each type that has such values, a column of a table that clients read.
const BAD: &[(&str, &str)] = &[
    ("total_cost", "'NaN'"),
    ("scheduled_start", "'infinity'"),
    ("scheduled_start", "'-infinity'"),
    ("scheduled_start", "'294276-12-31 23:59:59+00'"),
    ("scheduled_start", "'4713-01-01 00:00:00+00 BC'"),
];

#[test]
fn one_bad_row_does_not_take_a_list_down() {
    let database = Database::new();
    // The guards are in the owner's way as well.
    database.run(
        "DO $$ DECLARE guard record; BEGIN
            FOR guard IN SELECT conname FROM pg_constraint WHERE conrelid = 'hs.work_orders'::regclass AND contype = 'c' LOOP
                EXECUTE format('ALTER TABLE hs.work_orders DROP CONSTRAINT %I', guard.conname);
            END LOOP;
         END $$",
    );
    let app = App::over(database);
    let (business, other) = (app.business("hs"), app.business("hs"));
    let good = 3;
    for owner in [&business, &other] {
        owner.seed(&format!(
            "INSERT INTO hs.work_orders (business_id, title, total_cost, scheduled_start)
             SELECT $business, 'Good', 12.50, '2026-01-01 08:00+00' FROM generate_series(1, {good})"
        ));
    }
    app.database.run("ALTER TABLE hs.work_orders DISABLE TRIGGER USER");
    for (number, (column, value)) in BAD.iter().enumerate() {
        business.seed(&format!(
            "INSERT INTO hs.work_orders (business_id, work_order_number, title, {column}) VALUES ($business, 'BAD-{number}', 'Bad', {value})"
        ));
    }
    let lists = [
        "{ hs { workOrders { nodes { id title totalCost scheduledStart } } } }",
        "{ hs { workOrders(orderBy: [{ totalCost: ASC }]) { nodes { id title totalCost scheduledStart } } } }",
        "{ hs { workOrders(orderBy: [{ scheduledStart: DESC }], first: 100) { nodes { id title totalCost scheduledStart } pageInfo { endCursor } } } }",
    ];
    for document in lists {
        let answer = business.owner.post(document, &json!({}));
        assert!(answer.code().is_empty(), "{document}: {}", answer.body);
        let nodes = answer.json()["data"]["hs"]["workOrders"]["nodes"].as_array().cloned().unwrap_or_default();
        let of = |title: &str| nodes.iter().filter(|node| node["title"] == title).count();
        assert_eq!((of("Good"), of("Bad")), (good, BAD.len()), "{}", answer.body);
        let whole = |node: &&Value| node["totalCost"] == "12.50" && node["scheduledStart"] == "2026-01-01T08:00:00Z";
        assert_eq!(nodes.iter().filter(whole).count(), good, "{}", answer.body);
    }
    // Pages go on past them, one row each.
    let mut after = Value::Null;
    let mut seen = 0;
    loop {
        let document = "query($after: String) { hs { workOrders(first: 1, after: $after, orderBy: [{ scheduledStart: ASC }]) { nodes { id } pageInfo { hasNextPage endCursor } } } }";
        let answer = business.owner.post(document, &json!({ "after": after }));
        assert!(answer.code().is_empty(), "{}", answer.body);
        let page = answer.json()["data"]["hs"]["workOrders"].clone();
        seen += page["nodes"].as_array().map_or(0, Vec::len);
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] != true {
            break;
        }
    }
    assert_eq!(seen, good + BAD.len());
    let sums = "{ hs { workOrderAggregates { count sum { totalCost } } } }";
    let answer = business.owner.post(sums, &json!({}));
    assert!(answer.code().is_empty(), "{}", answer.body);
    let answer = other.owner.post(sums, &json!({})).json();
    assert_eq!(answer["data"]["hs"]["workOrderAggregates"][0]["sum"]["totalCost"], "37.50", "{answer}");
}
