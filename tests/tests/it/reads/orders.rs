//! Orders: pages in any order, forward and backward, put together are the whole list.

use super::{ids, ids_by_sql, seed_jobs};
use serde_json::{Value, json};
use tests::{Business, app};

/// A term of the API's and what it stands for in SQL, where `w` is the work order, `c` its customer and
/// `p` its technician.
const TERMS: [(&str, &str); 16] = [
    (r#"{"title": DIR}"#, "w.title"),
    (r#"{"status": DIR}"#, "w.status"),
    (r#"{"type": DIR}"#, "w.type"),
    (r#"{"category": DIR}"#, "w.category"),
    (r#"{"scheduledStart": DIR}"#, "w.scheduled_start"),
    (r#"{"estimatedDuration": DIR}"#, "w.estimated_duration"),
    (r#"{"totalCost": DIR}"#, "w.total_cost"),
    (r#"{"customerSatisfaction": DIR}"#, "w.customer_satisfaction"),
    (r#"{"createdAt": DIR}"#, "w.created_at"),
    (r#"{"customerId": DIR}"#, "w.customer_id"),
    (r#"{"customer": {"lastName": DIR}}"#, "c.last_name"),
    (r#"{"customer": {"serviceCity": DIR}}"#, "c.service_city"),
    (r#"{"customer": {"totalRevenue": DIR}}"#, "c.total_revenue"),
    (r#"{"customer": {"marketingOptIn": DIR}}"#, "c.marketing_opt_in"),
    (r#"{"assignedTechnician": {"email": DIR}}"#, "p.email"),
    (r#"{"id": DIR}"#, "w.id"),
];

const DIRECTIONS: [(&str, &str); 6] = [
    ("ASC", "ASC NULLS LAST"),
    ("DESC", "DESC NULLS FIRST"),
    ("ASC_NULLS_FIRST", "ASC NULLS FIRST"),
    ("ASC_NULLS_LAST", "ASC NULLS LAST"),
    ("DESC_NULLS_FIRST", "DESC NULLS FIRST"),
    ("DESC_NULLS_LAST", "DESC NULLS LAST"),
];

/// Small numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// An order of one to three terms, as a variable and as SQL.
fn random_order(dice: &mut Dice) -> (Value, String) {
    let (mut terms, mut sql) = (Vec::new(), Vec::new());
    for _ in 0..=dice.below(3) {
        let (term, expression) = TERMS[dice.below(TERMS.len())];
        let (direction, placement) = DIRECTIONS[dice.below(DIRECTIONS.len())];
        let term = term.replace("DIR", &format!("\"{direction}\""));
        terms.push(serde_json::from_str::<Value>(&term).expect("the test's own term is JSON"));
        sql.push(format!("{expression} {placement}"));
    }
    (Value::Array(terms), sql.join(", "))
}

const PAGE: &str = "query ($orderBy: [HsWorkOrderOrderBy!], $first: Int, $after: Cursor, $last: Int, $before: Cursor) {
    hs { workOrders(orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
        nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";

/// All pages of this size, in the order of the list, and how many there were.
fn paged(business: &Business<'_>, order: &Value, size: usize, forward: bool) -> Vec<String> {
    let (count, from, more, edge) = if forward {
        ("first", "after", "hasNextPage", "endCursor")
    } else {
        ("last", "before", "hasPreviousPage", "startCursor")
    };
    let (mut all, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let reply = business.viewer.ask_with(PAGE, json!({ "orderBy": order, count: size, from: cursor }));
        let page = ids(&reply, "/hs/workOrders/nodes");
        assert!(page.len() <= size);
        if forward {
            all.extend(page)
        } else {
            all.splice(0..0, page).for_each(drop)
        }
        if reply.at(&format!("/hs/workOrders/pageInfo/{more}")) == false {
            return all;
        }
        cursor = reply.at(&format!("/hs/workOrders/pageInfo/{edge}")).clone();
    }
}

#[test]
fn pages_of_random_orders_are_the_whole_list() {
    let business = app().business("hs");
    seed_jobs(&business, 7, 45);
    let mut dice = Dice(20_250_131);
    for round in 0..40 {
        let (order, sql) = random_order(&mut dice);
        let expected = ids_by_sql(
            &business,
            &format!(
                "SELECT w.id::text FROM hs.work_orders w
                 LEFT JOIN hs.customers c ON c.business_id = w.business_id AND c.id = w.customer_id
                 LEFT JOIN users.users p ON p.id = w.assigned_technician
                 WHERE w.business_id = $business ORDER BY {sql}, w.id"
            ),
        );
        let whole = business.viewer.ask_with(PAGE, json!({ "orderBy": order, "first": 1000 }));
        assert_eq!(ids(&whole, "/hs/workOrders/nodes"), expected, "round {round}: {order}\n{:#?}", whole.sql);
        let size = 1 + dice.below(16);
        assert_eq!(paged(&business, &order, size, true), expected, "round {round}, forward by {size}: {order}");
        assert_eq!(paged(&business, &order, size, false), expected, "round {round}, backward by {size}: {order}");
    }
}

#[test]
fn pages_of_other_types_and_tables() {
    let business = app().business("rest");
    business.seed(
        "INSERT INTO rest.menu_categories (business_id, name, available_start_time) SELECT $business, 'C' || n % 2, CASE WHEN n % 3 = 0 THEN NULL ELSE time '08:30' + n % 2 * interval '1 hour' END FROM generate_series(1, 5) n;
         INSERT INTO rest.menu_items (business_id, name, base_price, category_id, available_start_time, track_inventory)
         SELECT $business, 'Item ' || n % 3, n % 4, (SELECT id FROM rest.menu_categories WHERE business_id = $business ORDER BY id OFFSET n % 5 LIMIT 1),
             CASE WHEN n % 3 = 0 THEN NULL ELSE time '08:30:00.5' + n % 2 * interval '1 hour' END, n % 2 = 0 FROM generate_series(1, 21) n",
    );
    let document = "query ($orderBy: [RestMenuItemOrderBy!], $after: Cursor) { rest { menuItems(first: 4, after: $after, orderBy: $orderBy) { nodes { id } pageInfo { hasNextPage endCursor } } } }";
    for (order, sql) in [
        (json!([{ "availableStartTime": "DESC_NULLS_LAST" }]), "i.available_start_time DESC NULLS LAST"),
        (json!([{ "trackInventory": "ASC" }, { "name": "DESC" }]), "i.track_inventory, i.name DESC"),
        (
            json!([{ "category": { "availableStartTime": "ASC_NULLS_FIRST" } }, { "category": { "name": "DESC" } }]),
            "c.available_start_time ASC NULLS FIRST, c.name DESC",
        ),
        (json!({ "basePrice": "DESC" }), "i.base_price DESC"),
    ] {
        let mut found = Vec::new();
        let mut after = Value::Null;
        loop {
            let reply = business.viewer.ask_with(document, json!({ "orderBy": order, "after": after }));
            assert!(reply.sql[0].matches("LEFT JOIN").count() <= 1, "one relation is joined once: {:#?}", reply.sql);
            found.extend(ids(&reply, "/rest/menuItems/nodes"));
            if reply.at("/rest/menuItems/pageInfo/hasNextPage") == false {
                break;
            }
            after = reply.at("/rest/menuItems/pageInfo/endCursor").clone();
        }
        let sql = format!(
            "SELECT i.id::text FROM rest.menu_items i JOIN rest.menu_categories c ON c.id = i.category_id WHERE i.business_id = $business ORDER BY {sql}, i.id"
        );
        assert_eq!(found, ids_by_sql(&business, &sql), "{order}");
    }
}

#[test]
fn nearest_first_pages_to_the_end() {
    let business = app().business("hs");
    seed_jobs(&business, 20, 1);
    let document = "query ($after: Cursor, $longitude: Float!) { hs { customers(first: 3, after: $after, orderBy: [{ serviceLocation: { nearest: { latitude: 31.5, longitude: $longitude } } }]) {
        nodes { id } pageInfo { hasNextPage endCursor } } } }";
    let expected = ids_by_sql(
        &business,
        "SELECT id::text FROM hs.customers WHERE business_id = $business ORDER BY service_location <-> ST_MakePoint(-98.5, 31.5)::geography, id",
    );
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let reply = business.viewer.ask_with(document, json!({ "after": after, "longitude": -98.5 }));
        found.extend(ids(&reply, "/hs/customers/nodes"));
        if reply.at("/hs/customers/pageInfo/hasNextPage") == false {
            break;
        }
        after = reply.at("/hs/customers/pageInfo/endCursor").clone();
    }
    assert_eq!(found, expected);
    let elsewhere = business.viewer.ask_with(document, json!({ "after": after, "longitude": 0 }));
    assert_eq!(elsewhere.code(), "INPUT_INVALID", "a cursor belongs to the place it was near to");
}

#[test]
fn a_parent_s_list_pages_to_its_ends_too() {
    let business = app().business("hs");
    seed_jobs(&business, 1, 40);
    let document = "query ($orderBy: [HsWorkOrderOrderBy!], $first: Int, $after: Cursor, $last: Int, $before: Cursor) {
        hs { customers { nodes { workOrders(orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
            nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } } }";
    let mut dice = Dice(7);
    for _ in 0..8 {
        let (order, _) = random_order(&mut dice);
        let list = |variables: Value| {
            let reply = business.viewer.ask_with(document, variables);
            (
                ids(&reply, "/hs/customers/nodes/0/workOrders/nodes"),
                reply.at("/hs/customers/nodes/0/workOrders/pageInfo").clone(),
            )
        };
        let (whole, _) = list(json!({ "orderBy": order, "first": 1000 }));
        let (mut forward, mut backward) = (Vec::new(), Vec::new());
        let (mut after, mut before) = (Value::Null, Value::Null);
        loop {
            let (page, info) = list(json!({ "orderBy": order, "first": 7, "after": after }));
            forward.extend(page);
            if info["hasNextPage"] == false {
                break;
            }
            after = info["endCursor"].clone();
        }
        loop {
            let (page, info) = list(json!({ "orderBy": order, "last": 7, "before": before }));
            backward.splice(0..0, page).for_each(drop);
            if info["hasPreviousPage"] == false {
                break;
            }
            before = info["startCursor"].clone();
        }
        assert_eq!((&forward, &backward), (&whole, &whole), "{order}");
    }
}
