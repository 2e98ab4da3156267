//! Groups: counted and added up by the database, in the business's time zone.

use super::{assert_refused, seed_jobs};
use serde_json::{Value, json};
use tests::{Business, app};

/// The groups as text equal the rows of plain SQL.
fn agrees(business: &Business<'_>, arguments: &str, selection: &str, paths: &[&str], sql: &str) {
    let reply = business.viewer.ask(&format!("{{ hs {{ workOrderAggregates{arguments} {{ {selection} }} }} }}"));
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Null) | None => None,
        Some(other) => Some(other.to_string()),
    };
    let found: Vec<Vec<Option<String>>> = reply
        .list("/hs/workOrderAggregates")
        .iter()
        .map(|group| paths.iter().map(|path| text(group.pointer(path))).collect())
        .collect();
    let rows = business.app.database.rows(&sql.replace("$business", &format!("'{}'", business.id)), &[]);
    let expected: Vec<Vec<Option<String>>> = rows.iter().map(|row| (0..row.len()).map(|at| row.get(at)).collect()).collect();
    assert_eq!(found, expected, "{arguments}\n{:#?}", reply.sql);
    assert_eq!(reply.statements, 1);
}

#[test]
fn groups_by_fields() {
    let business = app().business("hs");
    seed_jobs(&business, 4, 37);
    let rows = "hs.work_orders WHERE business_id = $business AND deleted_at IS NULL";
    agrees(
        &business,
        "(groupBy: [{ field: STATUS }])",
        "key { status title } count sum { totalCost } avg { totalCost customerSatisfaction } min { totalCost createdAt } max { title }",
        &[
            "/key/status",
            "/key/title",
            "/count",
            "/sum/totalCost",
            "/avg/totalCost",
            "/avg/customerSatisfaction",
            "/min/totalCost",
            "/max/title",
        ],
        &format!(
            "SELECT upper(status), NULL::text, count(*)::text, sum(total_cost)::text, round(avg(total_cost), 6)::text, round(avg(customer_satisfaction), 6)::text, min(total_cost)::text, max(title) FROM {rows} GROUP BY status ORDER BY status"
        ),
    );
    agrees(
        &business,
        "(groupBy: [{ field: CATEGORY }, { field: CUSTOMER_ID }], orderBy: [{ aggregate: COUNT, direction: DESC }, { field: CATEGORY, direction: DESC_NULLS_LAST }], first: 7)",
        "key { category customerId } count",
        &["/key/category", "/key/customerId", "/count"],
        &format!(
            "SELECT category, customer_id::text, count(*)::text FROM {rows} GROUP BY category, customer_id ORDER BY count(*) DESC, category DESC NULLS LAST, customer_id LIMIT 7"
        ),
    );
    agrees(
        &business,
        "(groupBy: [{ field: ASSIGNED_TECHNICIAN_ID }], having: [{ aggregate: SUM, field: TOTAL_COST, gt: \"200.005\" }, { aggregate: COUNT, lte: 13 }], filter: { category: { isNull: false } })",
        "key { assignedTechnicianId } sum { totalCost }",
        &["/key/assignedTechnicianId", "/sum/totalCost"],
        &format!(
            "SELECT assigned_technician::text, sum(total_cost)::text FROM {rows} AND category IS NOT NULL GROUP BY assigned_technician HAVING sum(total_cost) > 200.005 AND count(*) <= 13 ORDER BY assigned_technician"
        ),
    );
    agrees(
        &business,
        "",
        "count sum { totalCost }",
        &["/count", "/sum/totalCost"],
        &format!("SELECT count(*)::text, sum(total_cost)::text FROM {rows}"),
    );
    agrees(
        &business,
        "(filter: { title: { eq: \"none\" } })",
        "count sum { totalCost } max { id estimatedDuration }",
        &["/count", "/sum/totalCost", "/max/id"],
        "SELECT '0', NULL::text, NULL::text",
    );
    agrees(
        &business,
        "(groupBy: [{ field: STATUS }], filter: { title: { eq: \"none\" } })",
        "count",
        &["/count"],
        "SELECT ''::text WHERE false",
    );
    agrees(&business, "(groupBy: [])", "count", &["/count"], &format!("SELECT count(*)::text FROM {rows}"));
}

#[test]
fn every_field_has_its_smallest_and_greatest() {
    let business = app().business("hs");
    seed_jobs(&business, 3, 12);
    for table in ["workOrder", "customer", "invoice", "estimate"] {
        let pascal = format!("{}{}", table[..1].to_uppercase(), &table[1..]);
        let schema = business.owner.ask(&format!("{{ __type(name: \"Hs{pascal}Values\") {{ fields {{ name }} }} }}"));
        let names: Vec<&str> = schema
            .list("/__type/fields")
            .iter()
            .map(|field| field["name"].as_str().expect("a name"))
            .collect();
        let names = names.join(" ");
        business
            .viewer
            .ask(&format!(
                "{{ hs {{ {table}Aggregates {{ __typename min {{ __typename {names} }} max {{ {names} }} key {{ {names} }} }} }} }}"
            ))
            .data();
        let fields = business
            .owner
            .ask(&format!("{{ __type(name: \"Hs{pascal}AggregateField\") {{ enumValues {{ name }} }} }}"));
        for field in fields.list("/__type/enumValues") {
            let field = field["name"].as_str().expect("a name");
            let reply = business.viewer.ask(&format!(
                "{{ hs {{ {table}Aggregates(groupBy: [{{ field: {field} }}], orderBy: [{{ field: {field}, direction: DESC }}]) {{ count key {{ {names} }} }} }} }}"
            ));
            reply.data();
        }
    }
}

#[test]
fn dates_are_cut_in_the_business_s_time_zone() {
    let business = app().business("hs");
    // Midnight in Chicago is 06:00 in winter and 05:00 in summer, in UTC.
    for start in [
        "2025-03-08T05:59:59Z",
        "2025-03-08T06:00:00Z",
        "2025-03-09T23:00:00Z",
        "2025-03-10T04:59:59Z",
        "2025-03-10T05:00:00Z",
    ] {
        business.seed(&format!(
            "INSERT INTO hs.work_orders (business_id, title, scheduled_start) VALUES ($business, 'Job', '{start}')"
        ));
    }
    business.seed("INSERT INTO hs.invoices (business_id, due_date) VALUES ($business, '2025-01-31'), ($business, '2025-02-01'), ($business, NULL)");
    let reply = business
        .viewer
        .ask("{ hs { workOrderAggregates(groupBy: [{ field: SCHEDULED_START, bucket: DAY }]) { key { scheduledStart } count } invoiceAggregates(groupBy: [{ field: DUE_DATE, bucket: MONTH }]) { key { dueDate } count } } }");
    let days: Vec<_> = reply
        .list("/hs/workOrderAggregates")
        .iter()
        .map(|group| (group["key"]["scheduledStart"].as_str().expect("a day"), group["count"].as_i64()))
        .collect();
    assert_eq!(
        days,
        [
            ("2025-03-07T06:00:00Z", Some(1)),
            ("2025-03-08T06:00:00Z", Some(1)),
            ("2025-03-09T06:00:00Z", Some(2)),
            ("2025-03-10T05:00:00Z", Some(1))
        ]
    );
    let months: Vec<_> = reply
        .list("/hs/invoiceAggregates")
        .iter()
        .map(|group| group["key"]["dueDate"].clone())
        .collect();
    assert_eq!(months, [json!("2025-01-01"), json!("2025-02-01"), json!(null)]);
    for bucket in ["HOUR", "WEEK", "MONTH", "QUARTER", "YEAR"] {
        business
            .viewer
            .ask(&format!("{{ hs {{ workOrderAggregates(groupBy: [{{ field: SCHEDULED_START, bucket: {bucket} }}], orderBy: [{{ field: SCHEDULED_START, direction: DESC }}]) {{ count }} }} }}"))
            .data();
    }
}

#[test]
fn what_cannot_be_grouped_is_told() {
    let business = app().business("hs");
    let document = "query ($groupBy: [HsWorkOrderGroupBy!], $having: [HsWorkOrderHaving!], $orderBy: [HsWorkOrderAggregateOrder!], $first: Int) {
        hs { workOrderAggregates(groupBy: $groupBy, having: $having, orderBy: $orderBy, first: $first) { count } } }";
    for (variables, field) in [
        (json!({ "groupBy": [{ "field": "STATUS", "bucket": "DAY" }] }), "groupBy[0].bucket"),
        (json!({ "groupBy": [{ "field": "SCHEDULED_START", "bucket": "DECADE" }] }), "groupBy[0].bucket"),
        (json!({ "groupBy": [{ "field": "NOPE" }] }), "groupBy[0].field"),
        (json!({ "groupBy": [{ "field": 7 }] }), "groupBy[0].field"),
        (json!({ "groupBy": [{}] }), "groupBy[0].field"),
        (json!({ "groupBy": [null] }), "groupBy[0]"),
        (json!({ "groupBy": [{ "field": "STATUS" }, { "field": "STATUS" }] }), "groupBy[1].field"),
        (json!({ "having": [{ "aggregate": "SUM", "gt": 1 }] }), "having[0].field"),
        (json!({ "having": [{ "aggregate": "SUM", "field": "TITLE", "gt": 1 }] }), "having[0].field"),
        (
            json!({ "having": [{ "aggregate": "SUM", "field": "TOTAL_COST", "gt": "much" }] }),
            "having[0].gt",
        ),
        (json!({ "having": [{ "gt": 1 }] }), "having[0].aggregate"),
        (json!({ "orderBy": [{ "field": "STATUS" }] }), "orderBy[0].field"),
        (
            json!({ "orderBy": [{ "aggregate": "SUM", "field": "TOTAL_COST", "direction": "UP" }] }),
            "orderBy[0].direction",
        ),
        (json!({ "first": 1001 }), "first"),
    ] {
        let reply = assert_refused(&business.viewer, document, variables.clone(), "INPUT_INVALID");
        assert_eq!(reply.field(), field, "{variables}");
        assert_eq!(reply.error()["path"], json!(["hs", "workOrderAggregates"]));
    }
}
