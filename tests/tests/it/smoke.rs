//! The thin slice through everything: a member reads their own rows, and nobody else's.

use tests::app;

#[test]
fn customers_and_their_work_orders() {
    let business = app().business("hs");
    business.seed(
        "INSERT INTO hs.customers (id, business_id, first_name, last_name) VALUES ('00000000-0000-4000-8000-000000000001', $business, 'Ada', 'Lovelace');
         INSERT INTO hs.work_orders (business_id, customer_id, title, status) VALUES ($business, '00000000-0000-4000-8000-000000000001', 'Furnace', 'draft');",
    );
    let reply = business
        .viewer
        .ask("{ hs { customers { nodes { lastName customerNumber workOrders { nodes { title status } } } } } }");
    assert_eq!(reply.text("/hs/customers/nodes/0/lastName"), "Lovelace");
    assert_eq!(reply.text("/hs/customers/nodes/0/workOrders/nodes/0/status"), "DRAFT");
    assert_eq!(reply.statements, 2, "{:#?}", reply.sql);

    let other = app().business("hs");
    assert_eq!(other.owner.ask("{ hs { customers { nodes { id } } } }").list("/hs/customers/nodes").len(), 0);

    let posted = business.owner.post("{ viewer { role business { name } } }", &serde_json::json!({}));
    assert_eq!(posted.status, 200);
    assert_eq!(posted.json()["data"]["viewer"]["role"], "owner");
}
