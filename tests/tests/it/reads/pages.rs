//! One row by its id, and lists paged to their ends.

use super::{assert_refused, ids, ids_by_sql, seed_jobs};
use serde_json::{Value, json};
use tests::{Person, Reply, app};

const PAGE: &str = "query ($first: Int, $after: Cursor, $last: Int, $before: Cursor, $offset: Int, $orderBy: [HsCustomerOrderBy!]) {
    hs { customers(first: $first, after: $after, last: $last, before: $before, offset: $offset, orderBy: $orderBy) {
        totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } nodes { id }
    } } }";

fn page(person: &Person<'_>, variables: Value) -> Reply {
    person.ask_with(PAGE, variables)
}

fn info<'r>(reply: &'r Reply, name: &str) -> &'r Value {
    reply.at(&format!("/hs/customers/pageInfo/{name}"))
}

#[test]
fn one_by_id() {
    let business = app().business("hs");
    seed_jobs(&business, 3, 3);
    let all = ids(&page(&business.viewer, json!({})), "/hs/customers/nodes");
    let document = "query ($id: ID!) { hs { customer(id: $id) { id nodeId __typename } } }";
    let reply = business.viewer.ask_with(document, json!({ "id": all[1] }));
    assert_eq!(reply.text("/hs/customer/id"), all[1]);
    assert_eq!(reply.text("/hs/customer/__typename"), "HsCustomer");
    assert_eq!(reply.statements, 1);

    let other = app().business("hs");
    assert!(other.owner.ask_with(document, json!({ "id": all[1] })).at("/hs/customer").is_null());
    assert!(business.owner.ask_with(document, json!({ "id": business.id })).at("/hs/customer").is_null());

    let node_id = reply.text("/hs/customer/nodeId").to_owned();
    let node = "query ($ids: [ID!]!, $id: ID!) { node(nodeId: $id) { nodeId __typename ... on HsCustomer { id } } nodes(nodeIds: $ids) { ... on HsCustomer { id } ... on HsWorkOrder { title } } }";
    let unknown = "SHNDdXN0b21lcjowMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDA";
    let job = business.viewer.ask("{ hs { workOrders(first: 1) { nodes { nodeId title } } } }");
    let job_id = job.text("/hs/workOrders/nodes/0/nodeId");
    let reply = business
        .viewer
        .ask_with(node, json!({ "id": node_id, "ids": [job_id, unknown, node_id, job_id] }));
    assert_eq!(reply.text("/node/id"), all[1]);
    assert_eq!(reply.at("/nodes/0/title"), job.at("/hs/workOrders/nodes/0/title"));
    assert_eq!(reply.at("/nodes/0"), reply.at("/nodes/3"));
    assert!(reply.at("/nodes/1").is_null());
    assert_eq!(reply.text("/nodes/2/id"), all[1]);
    assert_eq!(reply.statements, 3, "{:#?}", reply.sql);

    business.seed(&format!("UPDATE hs.customers SET deleted_at = now() WHERE id = '{}'", all[1]));
    let reply = business.owner.ask_with(node, json!({ "id": node_id, "ids": [node_id] }));
    assert!(reply.at("/node").is_null(), "a deleted record is hidden");
    assert!(reply.at("/nodes/0").is_null(), "a deleted record is hidden");
    for bad in ["", "x", "SHNDdXN0b21lcg", "QXV0b1ZlaGljbGU6MDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAw"] {
        let reply = assert_refused(&business.owner, node, json!({ "id": bad, "ids": [] }), "INPUT_INVALID");
        assert_eq!(reply.error()["path"], json!(["node"]));
    }
}

#[test]
fn fifty_unless_told_and_a_thousand_at_most() {
    let business = app().business("hs");
    seed_jobs(&business, 60, 1);
    let reply = page(&business.viewer, json!({}));
    assert_eq!(reply.list("/hs/customers/nodes").len(), 50);
    assert_eq!(reply.int("/hs/customers/totalCount"), 60);
    assert_eq!(info(&reply, "hasNextPage"), true);
    assert_eq!(info(&reply, "hasPreviousPage"), false);
    assert_eq!(info(&reply, "startCursor"), reply.at("/hs/customers/edges/0/cursor"));
    assert_eq!(info(&reply, "endCursor"), reply.at("/hs/customers/edges/49/cursor"));
    assert_eq!(page(&business.viewer, json!({ "first": 1000 })).list("/hs/customers/nodes").len(), 60);
    assert_eq!(page(&business.viewer, json!({ "last": 7 })).list("/hs/customers/nodes").len(), 7);

    let none = page(&business.viewer, json!({ "first": 0 }));
    assert_eq!(none.list("/hs/customers/nodes").len(), 0);
    assert_eq!(info(&none, "hasNextPage"), true);
    assert!(info(&none, "endCursor").is_null());
    for (variables, field) in [
        (json!({ "first": 1001 }), "first"),
        (json!({ "first": -1 }), "first"),
        (json!({ "last": 1001 }), "last"),
        (json!({ "first": 1, "last": 1 }), "last"),
        (json!({ "offset": -1 }), "offset"),
        (json!({ "offset": 2_000_000 }), "offset"),
        (json!({ "first": 2, "before": "x" }), "before"),
        (json!({ "last": 2, "after": "x" }), "after"),
    ] {
        let reply = assert_refused(&business.viewer, PAGE, variables, "INPUT_INVALID");
        assert_eq!(reply.field(), field);
        assert_eq!(reply.error()["path"], json!(["hs", "customers"]));
    }
}

#[test]
fn offsets_walk_the_same_list() {
    let business = app().business("hs");
    seed_jobs(&business, 23, 1);
    let all = ids(&page(&business.viewer, json!({})), "/hs/customers/nodes");
    let second = page(&business.viewer, json!({ "first": 10, "offset": 10 }));
    assert_eq!(ids(&second, "/hs/customers/nodes"), all[10..20]);
    assert_eq!((info(&second, "hasNextPage"), info(&second, "hasPreviousPage")), (&json!(true), &json!(true)));
    let rest = page(&business.viewer, json!({ "first": 10, "offset": 20 }));
    assert_eq!(ids(&rest, "/hs/customers/nodes"), all[20..]);
    assert_eq!(info(&rest, "hasNextPage"), false);
    // From the end, the offset counts from the end.
    let back = page(&business.viewer, json!({ "last": 5, "offset": 3 }));
    assert_eq!(ids(&back, "/hs/customers/nodes"), all[15..20]);
}

#[test]
fn rows_that_come_and_go_between_pages_move_nobody() {
    let business = app().business("hs");
    seed_jobs(&business, 40, 1);
    let before = ids(&page(&business.viewer, json!({})), "/hs/customers/nodes");
    let mut seen = Vec::new();
    let mut after = Value::Null;
    for round in 0.. {
        let reply = page(&business.viewer, json!({ "first": 7, "after": after }));
        seen.extend(ids(&reply, "/hs/customers/nodes"));
        if info(&reply, "hasNextPage") == false {
            break;
        }
        after = info(&reply, "endCursor").clone();
        // New rows at the front, others behind the cursor's own, and the cursor's row itself goes.
        business.seed(&format!(
            "INSERT INTO hs.customers (business_id, last_name, created_at) VALUES ($business, 'New {round}', now());
             UPDATE hs.customers SET deleted_at = now() WHERE id = '{}'",
            seen.last().expect("a page has rows")
        ));
    }
    assert_eq!(seen, before, "every row that was there is seen once, in order");
}

#[test]
fn cursors_belong_to_their_order() {
    let business = app().business("hs");
    seed_jobs(&business, 9, 9);
    let order = json!([{ "lastName": "ASC" }]);
    let reply = page(&business.viewer, json!({ "first": 3, "orderBy": order }));
    let cursor = info(&reply, "endCursor").clone();
    let text = cursor.as_str().expect("a cursor is text");
    for other in [
        json!(null),
        json!([{ "lastName": "DESC" }]),
        json!([{ "firstName": "ASC" }]),
        json!([{ "lastName": "ASC" }, { "firstName": "ASC" }]),
        json!([{ "lastName": "ASC_NULLS_FIRST" }]),
        json!([{ "createdBy": { "lastName": "ASC" } }]),
    ] {
        assert_refused(
            &business.viewer,
            PAGE,
            json!({ "first": 3, "orderBy": other, "after": cursor }),
            "INPUT_INVALID",
        );
    }
    let lines = |order: &str| page(&business.viewer, json!({ "first": 1, "orderBy": [{ order: "ASC" }] }));
    let first_line = info(&lines("serviceAddressLine1"), "endCursor").clone();
    assert_refused(
        &business.viewer,
        PAGE,
        json!({ "after": first_line, "orderBy": [{ "serviceAddressLine2": "ASC" }] }),
        "INPUT_INVALID",
    );
    for bad in ["", "x", "====", &text[..text.len() - 4], &text.to_uppercase(), "WzEsInh4IixbXV0", "bnVsbA"] {
        let reply = assert_refused(&business.viewer, PAGE, json!({ "after": bad, "orderBy": order }), "INPUT_INVALID");
        assert_eq!(reply.field(), "after");
    }
    let tables = "query ($after: Cursor) { hs { workOrders(after: $after) { nodes { id } } } }";
    let foreign = info(&page(&business.viewer, json!({})), "endCursor").clone();
    assert_refused(&business.viewer, tables, json!({ "after": foreign }), "INPUT_INVALID");
}

#[test]
fn tampered_values_in_a_cursor_are_refused() {
    let business = app().business("hs");
    seed_jobs(&business, 2, 9);
    let document =
        "query ($after: Cursor, $orderBy: [HsWorkOrderOrderBy!]) { hs { workOrders(first: 1, after: $after, orderBy: $orderBy) { pageInfo { endCursor } } } }";
    for field in [
        "createdAt",
        "scheduledStart",
        "estimatedDuration",
        "totalCost",
        "completionPercentage",
        "id",
        "status",
    ] {
        let order = json!([{ field: "ASC_NULLS_LAST" }]);
        let reply = business.viewer.ask_with(document, json!({ "orderBy": order }));
        let cursor = reply.text("/hs/workOrders/pageInfo/endCursor");
        for value in [
            "\"'\"",
            "\"1e99999\"",
            "\"infinity\"",
            "\"\\u0000\"",
            "7",
            "null",
            "\"99999999999999999999 days\"",
        ] {
            let tampered = retext(cursor, value);
            let reply = business.viewer.ask_with(document, json!({ "orderBy": order, "after": tampered }));
            let known = (field == "status" && !value.contains("u0000") && value != "7" && value != "null")
                || (value == "null" && matches!(field, "scheduledStart" | "estimatedDuration"))
                // Only the owner of the database can have stored it; the list goes on behind it.
                || (value == "\"infinity\"" && matches!(field, "createdAt" | "scheduledStart"));
            let code = if known { "" } else { "INPUT_INVALID" };
            let answered = reply.json.get("errors").map_or("", |_| reply.code());
            assert_eq!(answered, code, "{field} {value}: {:#}", reply.json);
        }
    }
}

/// The cursor with its first value replaced.
fn retext(cursor: &str, value: &str) -> String {
    let decoded = decode(cursor);
    let mut parts: Vec<Value> = serde_json::from_slice(&decoded).expect("a cursor is JSON inside");
    parts[2][0] = serde_json::from_str(value).expect("the test's own value is JSON");
    encode(Value::Array(parts).to_string().as_bytes())
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn decode(text: &str) -> Vec<u8> {
    let mut bits = (0u32, 0);
    let mut out = Vec::new();
    for byte in text.bytes() {
        let place = ALPHABET.iter().position(|known| *known == byte).expect("a cursor is base64");
        bits = (bits.0 << 6 | place as u32, bits.1 + 6);
        if bits.1 >= 8 {
            bits.1 -= 8;
            out.push((bits.0 >> bits.1) as u8);
        }
    }
    out
}

fn encode(bytes: &[u8]) -> String {
    let pick = |place: u32| ALPHABET[(place & 63) as usize] as char;
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        (0..=chunk.len()).for_each(|at| out.push(pick(group >> (18 - 6 * at))));
    }
    out
}

#[test]
fn only_the_count_reads_no_rows() {
    let business = app().business("hs");
    seed_jobs(&business, 4, 12);
    let reply = business.viewer.ask("{ hs { customers { totalCount __typename } } }");
    assert_eq!((reply.int("/hs/customers/totalCount"), reply.statements), (4, 1), "{:#?}", reply.sql);
    let reply = business.viewer.ask("{ hs { customers { nodes { id workOrders { totalCount } } } } }");
    assert_eq!(reply.statements, 2, "{:#?}", reply.sql);
    let counts: i64 = reply
        .list("/hs/customers/nodes")
        .iter()
        .map(|node| node["workOrders"]["totalCount"].as_i64().expect("a count"))
        .sum();
    assert_eq!(
        counts,
        ids_by_sql(
            &business,
            "SELECT id::text FROM hs.work_orders WHERE business_id = $business AND customer_id IS NOT NULL"
        )
        .len() as i64
    );
}
