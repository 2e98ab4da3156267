//! Filters: each is compared with what the owner of the database finds by plain SQL.

use super::{assert_refused, ids, ids_by_sql, seed_jobs};
use serde_json::json;
use tests::{Business, app};

/// The list under a filter holds the rows that meet the condition, and so does its count.
fn agrees(business: &Business<'_>, list: &str, table: &str, filter: &str, condition: &str) {
    let (schema, _) = table.split_once('.').expect("a table has a schema");
    let document = format!("{{ {schema} {{ {list}(first: 1000, filter: {filter}) {{ nodes {{ id }} totalCount }} }} }}");
    let reply = business.owner.ask(&document);
    let mut found = ids(&reply, &format!("/{schema}/{list}/nodes"));
    found.sort();
    let expected = ids_by_sql(
        business,
        &format!("SELECT t.id::text FROM {table} t WHERE t.business_id = $business AND ({condition}) ORDER BY 1"),
    );
    assert_eq!(found, expected, "{filter} is not {condition}:\n{:#?}", reply.sql);
    assert_eq!(
        reply.int(&format!("/{schema}/{list}/totalCount")),
        expected.len() as i64,
        "the count of {filter}"
    );
}

#[test]
fn text() {
    let business = app().business("hs");
    for name in ["Ada", "ada", "a_a", "axa", "100%", "100x", r"back\slash", "Zoë", "ZOË", ""] {
        business.seed(&format!("INSERT INTO hs.customers (business_id, last_name) VALUES ($business, '{name}')"));
    }
    business.seed("INSERT INTO hs.customers (business_id, last_name) VALUES ($business, NULL)");
    for (filter, condition) in [
        (r#"{eq: "Ada"}"#, "last_name = 'Ada'"),
        (r#"{ne: "Ada"}"#, "last_name <> 'Ada' OR last_name IS NULL"),
        (r#"{in: ["Ada", "", "none"]}"#, "last_name IN ('Ada', '')"),
        (r#"{in: "Ada"}"#, "last_name = 'Ada'"),
        ("{in: []}", "false"),
        ("{notIn: []}", "true"),
        (r#"{notIn: ["Ada", "ada"]}"#, "last_name NOT IN ('Ada', 'ada') OR last_name IS NULL"),
        (r#"{gt: "a"}"#, "last_name > 'a'"),
        (r#"{gte: "a_a", lt: "b"}"#, "last_name >= 'a_a' AND last_name < 'b'"),
        (r#"{lte: ""}"#, "last_name = ''"),
        ("{isNull: true}", "last_name IS NULL"),
        ("{isNull: false}", "last_name IS NOT NULL"),
        (r#"{contains: "a"}"#, "strpos(last_name, 'a') > 0"),
        (r#"{contains: "_"}"#, "strpos(last_name, '_') > 0"),
        (r#"{contains: "%"}"#, "strpos(last_name, '%') > 0"),
        (r#"{contains: "\\"}"#, r"strpos(last_name, '\') > 0"),
        (r#"{contains: ""}"#, "last_name IS NOT NULL"),
        (r#"{startsWith: "a_"}"#, "left(last_name, 2) = 'a_'"),
        (r#"{endsWith: "0%"}"#, "right(last_name, 2) = '0%'"),
        (r#"{eqInsensitive: "ADA"}"#, "lower(last_name) = 'ada'"),
        (r#"{eqInsensitive: "A_A"}"#, "lower(last_name) = 'a_a'"),
        (r#"{containsInsensitive: "_A"}"#, "last_name = 'a_a'"),
        (r#"{startsWithInsensitive: "AD"}"#, "lower(last_name) = 'ada'"),
        (r#"{endsWithInsensitive: "Da"}"#, "lower(last_name) = 'ada'"),
        ("{}", "true"),
    ] {
        agrees(&business, "customers", "hs.customers", &format!("{{lastName: {filter}}}"), condition);
    }
}

#[test]
fn numbers_enums_and_flags() {
    let business = app().business("hs");
    seed_jobs(&business, 9, 40);
    for (filter, condition) in [
        ("{customerSatisfaction: {eq: 3}}", "customer_satisfaction = 3"),
        ("{customerSatisfaction: {ne: 3}}", "customer_satisfaction IS DISTINCT FROM 3"),
        ("{customerSatisfaction: {in: [1, 2]}}", "customer_satisfaction IN (1, 2)"),
        (
            "{customerSatisfaction: {notIn: [1, 2]}}",
            "customer_satisfaction IS NULL OR customer_satisfaction NOT IN (1, 2)",
        ),
        (
            "{customerSatisfaction: {gt: 1, lte: 4}}",
            "customer_satisfaction > 1 AND customer_satisfaction <= 4",
        ),
        ("{customerSatisfaction: {isNull: true}}", "customer_satisfaction IS NULL"),
        (r#"{totalCost: {eq: "12.5"}}"#, "total_cost = 12.5"),
        (r#"{totalCost: {gte: 12.50, lt: "37.500"}}"#, "total_cost >= 12.5 AND total_cost < 37.5"),
        (r#"{totalCost: {gt: "12.499999"}}"#, "total_cost > 12.499999"),
        (r#"{totalCost: {lt: "99999999999999.123"}}"#, "true"),
        (r#"{totalCost: {in: ["0", "37.5"]}}"#, "total_cost IN (0, 37.5)"),
        ("{status: {eq: DRAFT}}", "status = 'draft'"),
        ("{status: {ne: DRAFT}}", "status <> 'draft'"),
        ("{status: {in: [SCHEDULED, COMPLETED]}}", "status IN ('scheduled', 'completed')"),
        ("{status: {notIn: [SCHEDULED]}}", "status <> 'scheduled'"),
        ("{type: {isNull: true}}", "type IS NULL"),
        ("{type: {ne: REPAIR}}", "type IS DISTINCT FROM 'repair'"),
        ("{type: {notIn: [REPAIR]}}", "type IS DISTINCT FROM 'repair'"),
    ] {
        agrees(&business, "workOrders", "hs.work_orders", filter, condition);
    }
    business.seed("UPDATE hs.customers SET marketing_opt_in = true WHERE business_id = $business AND service_city = 'Austin'");
    for (filter, condition) in [
        ("{marketingOptIn: {eq: true}}", "marketing_opt_in"),
        ("{marketingOptIn: {ne: true}}", "NOT marketing_opt_in"),
        ("{marketingOptIn: {eq: false, isNull: false}}", "NOT marketing_opt_in"),
    ] {
        agrees(&business, "customers", "hs.customers", filter, condition);
    }
    for (filter, condition) in [
        (r#"{sequenceNumber: {gt: "0"}}"#, "sequence_number > 0"),
        (r#"{sequenceNumber: {lt: 9007199254740993}}"#, "true"),
        (r#"{sequenceNumber: {in: ["1", "-9223372036854775808"]}}"#, "sequence_number = 1"),
        (r#"{ipAddress: {isNull: true}}"#, "ip_address IS NULL"),
        (r#"{ipAddress: {eq: "192.0.2.1"}}"#, "ip_address = '192.0.2.1'"),
        (
            r#"{ipAddress: {in: ["192.0.2.0/24", "2001:db8::1"]}}"#,
            "ip_address IN ('192.0.2.0/24', '2001:db8::1')",
        ),
        (r#"{ipAddress: {ne: "192.0.2.1"}}"#, "ip_address IS DISTINCT FROM '192.0.2.1'"),
        (r#"{changedFields: {has: "status"}}"#, "changed_fields @> '{status}'"),
        (r#"{changedFields: {isEmpty: true}}"#, "coalesce(cardinality(changed_fields), 0) = 0"),
        (r#"{newValues: {hasKey: "title"}}"#, "new_values ? 'title'"),
        (r#"{newValues: {isNull: true}}"#, "new_values IS NULL"),
    ] {
        agrees(&business, "auditLogs", "audit.audit_log", filter, condition);
    }
}

#[test]
fn moments_dates_times_and_spans() {
    let business = app().business("hs");
    seed_jobs(&business, 3, 40);
    for (filter, condition) in [
        (
            r#"{scheduledStart: {eq: "2025-03-02T08:00:00.123456Z"}}"#,
            "scheduled_start = '2025-03-02T08:00:00.123456Z'",
        ),
        (
            r#"{scheduledStart: {eq: "2025-03-02T02:00:00.123456-06:00"}}"#,
            "scheduled_start = '2025-03-02T08:00:00.123456Z'",
        ),
        (
            r#"{scheduledStart: {ne: "2025-03-02T08:00:00.123456Z"}}"#,
            "scheduled_start IS DISTINCT FROM '2025-03-02T08:00:00.123456Z'",
        ),
        (
            r#"{scheduledStart: {gte: "2025-03-02T00:00:00Z", lt: "2025-03-03T00:00:00Z"}}"#,
            "scheduled_start >= '2025-03-02Z' AND scheduled_start < '2025-03-03Z'",
        ),
        (
            r#"{scheduledStart: {in: ["2025-03-02T08:00:00.123456Z"]}}"#,
            "scheduled_start = '2025-03-02T08:00:00.123456Z'",
        ),
        (r#"{estimatedDuration: {eq: "PT90M"}}"#, "estimated_duration = '90 minutes'"),
        (r#"{estimatedDuration: {gt: "PT1H30M"}}"#, "estimated_duration > '90 minutes'"),
        (r#"{estimatedDuration: {lte: "P1Y2M"}}"#, "estimated_duration <= '14 months'"),
        (r#"{estimatedDuration: {notIn: ["PT90M"]}}"#, "estimated_duration IS DISTINCT FROM '90 minutes'"),
        ("{estimatedDuration: {isNull: true}}", "estimated_duration IS NULL"),
    ] {
        agrees(&business, "workOrders", "hs.work_orders", filter, condition);
    }
    business
        .seed("INSERT INTO hs.invoices (business_id, due_date) SELECT $business, CASE WHEN n > 0 THEN date '2025-01-30' + n END FROM generate_series(0, 5) n");
    for (filter, condition) in [
        (r#"{dueDate: {eq: "2025-01-31"}}"#, "due_date = '2025-01-31'"),
        (r#"{dueDate: {gt: "2025-01-31"}}"#, "due_date > '2025-01-31'"),
        (r#"{dueDate: {in: ["2025-01-31", "2024-02-29"]}}"#, "due_date IN ('2025-01-31')"),
        (r#"{dueDate: {ne: "2025-01-31"}}"#, "due_date IS DISTINCT FROM '2025-01-31'"),
        ("{dueDate: {isNull: true}}", "due_date IS NULL"),
    ] {
        agrees(&business, "invoices", "hs.invoices", filter, condition);
    }
    let restaurant = app().business("rest");
    restaurant.seed("INSERT INTO rest.menu_items (business_id, name, base_price, available_start_time) SELECT $business, n, n, CASE WHEN n > 1 THEN time '08:30' + n * interval '30 minutes' END FROM generate_series(1, 5) n");
    for (filter, condition) in [
        (r#"{availableStartTime: {eq: "09:30"}}"#, "available_start_time = '09:30'"),
        (
            r#"{availableStartTime: {gte: "09:30:00", lt: "10:30:00.000001"}}"#,
            "available_start_time BETWEEN '09:30' AND '10:30'",
        ),
        (r#"{availableStartTime: {in: ["10:00:00"]}}"#, "available_start_time = '10:00'"),
        ("{availableStartTime: {isNull: true}}", "available_start_time IS NULL"),
    ] {
        agrees(&restaurant, "menuItems", "rest.menu_items", filter, condition);
    }
}

#[test]
fn json_and_arrays() {
    let business = app().business("rest");
    for modifiers in [
        "{}",
        r#"{"size": "large", "extra": 5, "nested": {"deep": [1, {"x": "y%"}]}}"#,
        r#"{"size": "small", "extra": 15}"#,
        r#"{"size": null, "extra": "9"}"#,
        r#"["size", 1]"#,
        "null",
        "7",
    ] {
        business.seed(&format!(
            "INSERT INTO rest.menu_items (business_id, name, base_price, modifiers) VALUES ($business, 'M', 1, '{modifiers}')"
        ));
    }
    business.seed(
        "INSERT INTO rest.menu_items (business_id, name, base_price, dietary_restrictions, available_days) VALUES
         ($business, 'A', 1, '{vegan,halal}', '{1,2}'), ($business, 'B', 1, '{vegan}', '{}'), ($business, 'C', 1, ARRAY['a,b', 'q\"'], '{7}')",
    );
    for (filter, condition) in [
        (r#"{modifiers: {contains: {size: "large"}}}"#, r#"modifiers @> '{"size": "large"}'"#),
        (
            r#"{modifiers: {contains: {nested: {deep: [{x: "y%"}]}}}}"#,
            r#"modifiers @> '{"nested": {"deep": [{"x": "y%"}]}}'"#,
        ),
        ("{modifiers: {contains: {}}}", "modifiers @> '{}'"),
        ("{modifiers: {contains: 7}}", "modifiers @> '7'"),
        (r#"{modifiers: {hasKey: "size"}}"#, "modifiers ? 'size'"),
        (
            r#"{modifiers: {path: {keys: ["extra"], gt: 5}}}"#,
            "jsonb_typeof(modifiers #> '{extra}') = 'number' AND (modifiers ->> 'extra')::numeric > 5",
        ),
        (r#"{modifiers: {path: {keys: ["extra"], gte: 5, lt: 15}}}"#, "modifiers -> 'extra' = '5'"),
        (r#"{modifiers: {path: {keys: ["extra"], eq: "9"}}}"#, r#"modifiers -> 'extra' = '"9"'"#),
        (r#"{modifiers: {path: {keys: "size", eq: null}}}"#, "modifiers -> 'size' = 'null'"),
        (
            r#"{modifiers: {path: {keys: ["size"], ne: "large"}}}"#,
            r#"(modifiers #> '{size}') IS DISTINCT FROM '"large"'"#,
        ),
        (r#"{modifiers: {path: {keys: ["size"], exists: true}}}"#, "(modifiers #> '{size}') IS NOT NULL"),
        (r#"{modifiers: {path: {keys: ["size"], exists: false}}}"#, "(modifiers #> '{size}') IS NULL"),
        (
            r#"{modifiers: {path: {keys: ["nested", "deep", "1", "x"], contains: "%"}}}"#,
            "modifiers #>> '{nested,deep,1,x}' = 'y%'",
        ),
        (r#"{modifiers: {path: {keys: ["0"], eq: "size"}}}"#, r#"modifiers = '["size", 1]'"#),
        (r#"{modifiers: {path: {keys: ["size"]}}}"#, "(modifiers #> '{size}') IS NOT NULL"),
        (
            r#"{not: {modifiers: {path: {keys: ["extra"], gt: 5}}}}"#,
            "(modifiers -> 'extra') IS DISTINCT FROM '15'",
        ),
        (r#"{dietaryRestrictions: {has: "vegan"}}"#, "dietary_restrictions @> '{vegan}'"),
        (r#"{dietaryRestrictions: {has: "a,b"}}"#, "name = 'C'"),
        (r#"{dietaryRestrictions: {has: "q\""}}"#, "name = 'C'"),
        (r#"{dietaryRestrictions: {containsAll: ["vegan", "halal"]}}"#, "name = 'A'"),
        ("{dietaryRestrictions: {containsAll: []}}", "true"),
        (r#"{dietaryRestrictions: {containsAny: ["halal", "q\""]}}"#, "name IN ('A', 'C')"),
        ("{dietaryRestrictions: {containsAny: []}}", "false"),
        ("{dietaryRestrictions: {isEmpty: true}}", "dietary_restrictions = '{}'"),
        ("{dietaryRestrictions: {isEmpty: false, isNull: false}}", "dietary_restrictions <> '{}'"),
        ("{availableDays: {has: 2}}", "2 = ANY(available_days)"),
        ("{availableDays: {containsAny: [2, 7]}}", "available_days && '{2,7}'"),
    ] {
        agrees(&business, "menuItems", "rest.menu_items", filter, condition);
    }
}

#[test]
fn ids_places_and_lists_of_people() {
    let business = app().business("hs");
    seed_jobs(&business, 12, 30);
    let technician = business.staff.id;
    let customer = &ids_by_sql(&business, "SELECT id::text FROM hs.customers WHERE business_id = $business ORDER BY id LIMIT 1")[0];
    for (filter, condition) in [
        (format!("{{customerId: {{eq: \"{customer}\"}}}}"), format!("customer_id = '{customer}'")),
        (
            format!("{{customerId: {{ne: \"{customer}\"}}}}"),
            format!("customer_id IS DISTINCT FROM '{customer}'"),
        ),
        (format!("{{customerId: {{in: [\"{customer}\"]}}}}"), format!("customer_id = '{customer}'")),
        ("{customerId: {isNull: true}}".into(), "customer_id IS NULL".into()),
        (
            format!("{{assignedTeamIds: {{has: \"{technician}\"}}}}"),
            format!("'{technician}' = ANY(assigned_team)"),
        ),
        ("{assignedTeamIds: {isEmpty: true}}".into(), "assigned_team IS NULL".into()),
        (
            format!("{{assignedTeam: {{some: {{id: {{eq: \"{technician}\"}}}}}}}}"),
            format!("'{technician}' = ANY(assigned_team)"),
        ),
        (
            format!("{{assignedTeam: {{none: {{id: {{eq: \"{technician}\"}}}}}}}}"),
            format!("NOT coalesce('{technician}' = ANY(assigned_team), false)"),
        ),
        (
            format!("{{assignedTechnician: {{id: {{eq: \"{technician}\"}}}}}}"),
            format!("assigned_technician = '{technician}'"),
        ),
    ] {
        agrees(&business, "workOrders", "hs.work_orders", &filter, &condition);
    }
    for (filter, condition) in [
        (
            "{serviceLocation: {within: {latitude: 31, longitude: -99, meters: 120000}}}",
            "ST_DWithin(service_location, ST_MakePoint(-99, 31)::geography, 120000)",
        ),
        (
            "{serviceLocation: {within: {latitude: 31, longitude: -99, meters: 0}}}",
            "ST_DWithin(service_location, ST_MakePoint(-99, 31)::geography, 0)",
        ),
        ("{serviceLocation: {isNull: true}}", "service_location IS NULL"),
        (
            "{not: {serviceLocation: {within: {latitude: 31, longitude: -99, meters: 120000}}}}",
            "NOT coalesce(ST_DWithin(service_location, ST_MakePoint(-99, 31)::geography, 120000), false)",
        ),
    ] {
        agrees(&business, "customers", "hs.customers", filter, condition);
    }
}

#[test]
fn logic_and_relations() {
    let business = app().business("hs");
    seed_jobs(&business, 9, 40);
    business.seed("INSERT INTO hs.customers (business_id, last_name) VALUES ($business, 'Idle')");
    let jobs = |condition: &str| format!("EXISTS (SELECT FROM hs.work_orders w WHERE w.customer_id = t.id AND w.deleted_at IS NULL AND ({condition}))");
    for (filter, condition) in [
        ("{and: []}", "true".to_owned()),
        ("{or: []}", "false".into()),
        ("{not: {}}", "false".into()),
        ("{}", "true".into()),
        ("{or: [{}]}", "true".into()),
        (
            r#"{or: [{lastName: {eq: "Last 1"}}, {lastName: {isNull: true}}]}"#,
            "last_name = 'Last 1' OR last_name IS NULL".into(),
        ),
        (r#"{or: {lastName: {eq: "Last 1"}}}"#, "last_name = 'Last 1'".into()),
        (r#"{not: {lastName: {eq: "Last 1"}}}"#, "last_name IS DISTINCT FROM 'Last 1'".into()),
        (r#"{not: {not: {lastName: {eq: "Last 1"}}}}"#, "last_name = 'Last 1'".into()),
        (
            r#"{not: {or: [{lastName: {gt: "Last 1"}}, {firstName: {eq: "First 1"}}]}}"#,
            "(coalesce(last_name > 'Last 1', false) OR coalesce(first_name = 'First 1', false)) = false".into(),
        ),
        (
            r#"{lastName: {isNull: false}, and: [{or: [{serviceCity: {eq: "Austin"}}, {serviceCity: {isNull: true}}]}]}"#,
            "last_name IS NOT NULL AND (service_city = 'Austin' OR service_city IS NULL)".into(),
        ),
        ("{workOrders: {some: {}}}", jobs("true")),
        ("{workOrders: {none: {}}}", format!("NOT {}", jobs("true"))),
        ("{workOrders: {every: {}}}", "true".into()),
        ("{workOrders: {}}", "true".into()),
        ("{workOrders: {some: {status: {eq: DRAFT}}}}", jobs("status = 'draft'")),
        ("{workOrders: {none: {status: {eq: DRAFT}}}}", format!("NOT {}", jobs("status = 'draft'"))),
        ("{workOrders: {every: {status: {eq: DRAFT}}}}", format!("NOT {}", jobs("status <> 'draft'"))),
        (
            r#"{workOrders: {every: {category: {eq: "HVAC"}}}}"#,
            format!("NOT {}", jobs("category IS DISTINCT FROM 'HVAC'")),
        ),
        (
            "{workOrders: {some: {status: {eq: DRAFT}}, none: {type: {eq: REPAIR}}}}",
            format!("{} AND NOT {}", jobs("status = 'draft'"), jobs("type = 'repair'")),
        ),
        (
            r#"{workOrders: {some: {customer: {workOrders: {some: {category: {eq: "HVAC"}}}}}}}"#,
            jobs("category = 'HVAC'"),
        ),
        (
            "{not: {workOrders: {some: {status: {eq: DRAFT}}}}}",
            format!("NOT {}", jobs("status = 'draft'")),
        ),
        ("{invoices: {some: {}}}", "false".into()),
    ] {
        agrees(&business, "customers", "hs.customers", filter, &condition);
    }
    for (filter, condition) in [
        (
            r#"{customer: {serviceCity: {eq: "Austin"}}}"#,
            "EXISTS (SELECT FROM hs.customers c WHERE c.id = t.customer_id AND c.service_city = 'Austin')",
        ),
        (
            "{customer: {serviceCity: {isNull: true}}}",
            "EXISTS (SELECT FROM hs.customers c WHERE c.id = t.customer_id AND c.service_city IS NULL)",
        ),
        ("{customer: {}}", "customer_id IS NOT NULL"),
        (
            r#"{not: {customer: {serviceCity: {eq: "Austin"}}}}"#,
            "NOT EXISTS (SELECT FROM hs.customers c WHERE c.id = t.customer_id AND c.service_city = 'Austin')",
        ),
        (
            r#"{customer: {not: {serviceCity: {eq: "Austin"}}}}"#,
            "EXISTS (SELECT FROM hs.customers c WHERE c.id = t.customer_id AND c.service_city IS DISTINCT FROM 'Austin')",
        ),
    ] {
        agrees(&business, "workOrders", "hs.work_orders", filter, condition);
    }
}

#[test]
fn deleted_children_are_not_there() {
    let business = app().business("hs");
    seed_jobs(&business, 4, 12);
    business.seed("UPDATE hs.work_orders SET deleted_at = now() WHERE business_id = $business AND category IS NULL");
    agrees(
        &business,
        "customers",
        "hs.customers",
        "{workOrders: {some: {category: {isNull: true}}}}",
        "false",
    );
    let reply = business.viewer.ask("{ hs { workOrders { totalCount } } }");
    assert_eq!(reply.int("/hs/workOrders/totalCount"), 8);
}

#[test]
fn null_members_say_what_to_do() {
    let business = app().business("hs");
    let document = "query ($filter: HsCustomerFilter) { hs { customers(filter: $filter) { nodes { id } } } }";
    assert_eq!(
        business.viewer.ask_with(document, json!({ "filter": null })).list("/hs/customers/nodes").len(),
        0
    );
    assert_eq!(business.viewer.ask_with(document, json!({})).list("/hs/customers/nodes").len(), 0);
    for (filter, field) in [
        (json!({ "lastName": null }), "filter.lastName"),
        (json!({ "lastName": { "eq": null } }), "filter.lastName.eq"),
        (json!({ "and": null }), "filter.and"),
        (json!({ "or": [{ "status": { "in": [null] } }] }), "filter.or[0].status.in[0]"),
        (json!({ "or": [null] }), "filter.or[0]"),
        (json!({ "workOrders": { "some": null } }), "filter.workOrders.some"),
        (json!({ "tags": { "has": null } }), "filter.tags.has"),
        (json!({ "tags": { "containsAll": [null] } }), "filter.tags.containsAll[0]"),
        (json!({ "not": [] }), "filter.not"),
    ] {
        let reply = assert_refused(&business.viewer, document, json!({ "filter": filter }), "INPUT_INVALID");
        assert_eq!(reply.field(), field);
    }
    let optional = "query ($eq: String) { hs { customers(filter: { lastName: { eq: $eq } }) { totalCount } } }";
    assert_eq!(business.viewer.ask_with(optional, json!({})).int("/hs/customers/totalCount"), 0);
}
