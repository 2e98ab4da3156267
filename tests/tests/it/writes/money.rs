//! Money and stock that many take from at once: never more than there is, and exact to the cent.

use super::concurrency::insist;
use super::{customer, hs};
use serde_json::json;
use std::thread;
use tests::{Business, Reply, app};
use uuid::Uuid;

const WRITERS: usize = 20;

/// What of this many calls at once worked; the others must have been refused by a rule.
fn race(business: &Business<'_>, call: &str) -> Vec<Reply> {
    let replies: Vec<Reply> = thread::scope(|scope| {
        let racers: Vec<_> = (0..WRITERS).map(|_| scope.spawn(|| insist(|| hs(&business.staff, call)))).collect();
        racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
    });
    let (worked, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.json.get("errors").is_none());
    for reply in refused {
        assert!(reply.is_rule(), "only a rule may refuse: {:#}", reply.json);
    }
    worked
}

fn count(business: &Business<'_>, table: &str) -> i64 {
    app()
        .database
        .one(&format!("SELECT count(*) FROM {table} WHERE business_id = $1"), &[&business.id])
}

#[test]
fn payments_at_once_never_pay_a_bill_beyond_its_total() {
    let business = app().business("hs");
    let payer = customer(&business.staff, "Payer");
    let bill = hs(
        &business.staff,
        &format!("invoiceCreate(input: {{ customerId: \"{payer}\", totalAmount: \"100.00\", status: SENT }}) {{ id }}"),
    );
    let bill = bill.text("/hs/invoiceCreate/id");
    let pay = format!(
        "paymentCreate(input: {{ customerId: \"{payer}\", method: CASH, amount: \"7.00\", status: COMPLETED,
            paymentAllocations: {{ create: [{{ invoiceId: \"{bill}\", amount: \"7.00\" }}] }} }}) {{ id }}"
    );
    assert_eq!(race(&business, &pay).len(), 14, "fourteen times seven are 98, and 2 are due");
    let read = business
        .staff
        .ask(&format!("{{ hs {{ invoice(id: \"{bill}\") {{ totalAmount amountPaid amountDue status }} }} }}"));
    assert_eq!(
        read.at("/hs/invoice"),
        &json!({ "totalAmount": "100.00", "amountPaid": "98.00", "amountDue": "2.00", "status": "PARTIAL" })
    );
    // A refused payment is gone with its allocation.
    assert_eq!((count(&business, "hs.payments"), count(&business, "hs.payment_allocations")), (14, 14));
}

#[test]
fn what_one_customer_paid_does_not_become_anothers() {
    let business = app().business("hs");
    let [payer, other] = ["Payer", "Other"].map(|name| customer(&business.staff, name));
    let bill = hs(
        &business.staff,
        &format!("invoiceCreate(input: {{ customerId: \"{payer}\", totalAmount: \"100.00\", status: SENT }}) {{ id }}"),
    );
    let bill = bill.text("/hs/invoiceCreate/id").to_owned();
    let hand_over = format!("invoiceUpdate(id: \"{bill}\", patch: {{ customerId: \"{other}\" }}) {{ id }}");
    hs(&business.staff, &hand_over).data();
    hs(&business.staff, &hand_over.replace(&other.to_string(), &payer.to_string())).data();
    let paid = hs(
        &business.staff,
        &format!(
            "paymentCreate(input: {{ customerId: \"{payer}\", method: CASH, amount: \"7.00\", status: COMPLETED,
                paymentAllocations: {{ create: [{{ invoiceId: \"{bill}\", amount: \"7.00\" }}] }} }}) {{ id }}"
        ),
    );
    let payment = paid.text("/hs/paymentCreate/id").to_owned();
    let take_over = format!("paymentUpdate(id: \"{payment}\", patch: {{ customerId: \"{other}\" }}) {{ id }}");
    for call in [hand_over, take_over] {
        let refused = hs(&business.staff, &call);
        assert!(refused.is_rule() && refused.field() == "patch.customerId", "{call}: {:#}", refused.json);
    }
}

#[test]
fn one_payment_is_not_spent_twice() {
    let business = app().business("hs");
    let payer = customer(&business.staff, "Payer");
    let paid = hs(
        &business.staff,
        &format!("paymentCreate(input: {{ customerId: \"{payer}\", method: CASH, amount: \"50.00\", status: COMPLETED }}) {{ id }}"),
    );
    let payment = paid.text("/hs/paymentCreate/id");
    let spend = format!(
        "paymentAllocationCreate(input: {{ paymentId: \"{payment}\", amount: \"20.00\",
            invoice: {{ customerId: \"{payer}\", totalAmount: \"20.00\", status: SENT }} }}) {{ id }}"
    );
    assert_eq!(race(&business, &spend).len(), 2);
    let read = business.staff.ask(&format!(
        "{{ hs {{ payment(id: \"{payment}\") {{ appliedAmount unappliedAmount }} paid: invoices(filter: {{ status: {{ eq: PAID }} }}) {{ totalCount }} invoices {{ totalCount }} }} }}"
    ));
    assert_eq!(read.at("/hs/payment"), &json!({ "appliedAmount": "40.00", "unappliedAmount": "10.00" }));
    assert_eq!((read.int("/hs/paid/totalCount"), read.int("/hs/invoices/totalCount")), (2, 2));
}

/// Fifty pieces in a place of this kind.
fn stocked(business: &Business<'_>, kind: &str) -> (String, String) {
    let made = hs(
        &business.staff,
        &format!(
            "stockMovementCreate(input: {{ movementType: RECEIPT, quantity: \"50\", priceBookItem: {{ code: \"P\", name: \"Pipe\" }},
                inventoryLocation: {{ name: \"Here\", locationType: {kind} }} }}) {{ priceBookItemId inventoryLocationId }}"
        ),
    );
    let id = |name: &str| made.text(&format!("/hs/stockMovementCreate/{name}")).to_owned();
    (id("priceBookItemId"), id("inventoryLocationId"))
}

/// What the level says, and what the movements come to.
fn level(business: &Business<'_>, location: &str) -> (String, String) {
    let location = Uuid::parse_str(location).expect("an id");
    let row = app().database.rows(
        "SELECT l.quantity_on_hand::text, (SELECT sum(m.quantity)::text FROM hs.stock_movements m WHERE m.business_id = l.business_id AND m.inventory_location_id = l.inventory_location_id)
         FROM hs.stock_levels l WHERE l.business_id = $1 AND l.inventory_location_id = $2",
        &[&business.id, &location],
    );
    (row[0].get(0), row[0].get(1))
}

#[test]
fn a_warehouse_never_gives_more_than_it_holds() {
    // A truck may owe a part, since its count may be wrong; a warehouse may not.
    for (kind, taken, left) in [("WAREHOUSE", 16, "2.000"), ("TRUCK", 20, "-10.000")] {
        let business = app().business("hs");
        let (item, location) = stocked(&business, kind);
        let take = format!(
            "stockMovementCreate(input: {{ movementType: USAGE, quantity: \"-3\", priceBookItemId: \"{item}\", inventoryLocationId: \"{location}\" }}) {{ id }}"
        );
        assert_eq!(race(&business, &take).len(), taken, "{kind}");
        assert_eq!(level(&business, &location), (left.to_owned(), left.to_owned()), "{kind}");
    }
}

/// A deleted payment leaves its bill unpaid; what was paid instead meanwhile is not paid again by its return.
#[test]
fn a_payment_that_comes_back_pays_no_more_than_is_due() {
    let business = app().business("hs");
    let payer = customer(&business.staff, "Payer");
    let bill = hs(
        &business.staff,
        &format!("invoiceCreate(input: {{ customerId: \"{payer}\", totalAmount: \"100.00\", status: SENT }}) {{ id }}"),
    );
    let bill = bill.text("/hs/invoiceCreate/id").to_owned();
    let pay = || {
        let paid = hs(
            &business.staff,
            &format!(
                "paymentCreate(input: {{ customerId: \"{payer}\", method: CASH, amount: \"100.00\", status: COMPLETED,
                    paymentAllocations: {{ create: [{{ invoiceId: \"{bill}\", amount: \"100.00\" }}] }} }}) {{ id }}"
            ),
        );
        paid.text("/hs/paymentCreate/id").to_owned()
    };
    let first = pay();
    hs(&business.staff, &format!("paymentDelete(id: \"{first}\") {{ id }}")).data();
    let second = pay();
    let restore = format!("paymentRestore(id: \"{first}\") {{ id }}");
    let refused = hs(&business.staff, &restore);
    assert!(refused.is_rule(), "{:#}", refused.json);
    let read = || {
        business
            .staff
            .ask(&format!("{{ hs {{ invoice(id: \"{bill}\") {{ amountPaid }} }} }}"))
            .text("/hs/invoice/amountPaid")
            .to_owned()
    };
    assert_eq!(read(), "100.00");
    hs(&business.staff, &format!("paymentDelete(id: \"{second}\") {{ id }}")).data();
    hs(&business.staff, &restore).data();
    assert_eq!(read(), "100.00", "what is due again may be paid by the one that comes back");
}

#[test]
fn what_becomes_a_warehouse_holds_no_less_than_nothing() {
    let business = app().business("hs");
    let (item, place) = (Uuid::new_v4(), Uuid::new_v4());
    business.seed(&format!(
        "INSERT INTO hs.inventory_locations (id, business_id, name, location_type) VALUES ('{place}', $business, 'Site', 'job_site');
         INSERT INTO hs.price_book_items (id, business_id, code, name, item_type) VALUES ('{item}', $business, 'PIPE', 'Pipe', 'material')"
    ));
    business.seed(&format!(
        "INSERT INTO hs.stock_movements (business_id, inventory_location_id, price_book_item_id, movement_type, quantity, reason) VALUES ($business, '{place}', '{item}', 'adjustment', -5, 'used')"
    ));
    let refused = hs(
        &business.manager,
        &format!("inventoryLocationUpdate(id: \"{place}\", patch: {{ locationType: WAREHOUSE }}) {{ id }}"),
    );
    assert!(refused.is_rule() && refused.field() == "patch.locationType", "{:#}", refused.json);
}

/// Rules look behind their locks. An older snapshot would show them what was before.
#[test]
fn changes_by_an_older_snapshot_are_refused() {
    let business = app().business("hs");
    let client = app().database.connect_as_gateway();
    let open = format!(
        "SELECT role FROM auth.open_request('{}', '{}', NULL, NULL, NULL, NULL, NULL)",
        business.id, business.staff.id
    );
    for (level, works) in [("REPEATABLE READ", false), ("READ COMMITTED", true), ("SERIALIZABLE", false)] {
        let written = tests::runtime().block_on(async {
            client
                .batch_execute(&format!("BEGIN ISOLATION LEVEL {level}; {open}"))
                .await
                .expect("it begins");
            let written = client.batch_execute("INSERT INTO hs.customers (last_name) VALUES ('Snapshot')").await;
            client.batch_execute("ROLLBACK").await.expect("it ends");
            written
        });
        assert_eq!(written.is_ok(), works, "{level}: {written:?}");
    }
}

/// What is in a retainer's ledger stays as it was booked.
#[test]
fn a_booked_deposit_keeps_its_amount() {
    let business = app().business("investigations");
    let investigate = |call: &str| business.owner.ask(&format!("mutation {{ investigations {{ {call} }} }}"));
    let client = Uuid::new_v4();
    business.seed(&format!(
        "INSERT INTO hs.customers (id, business_id, last_name) VALUES ('{client}', $business, 'Client')"
    ));
    let retainer = investigate(&format!(
        "retainerCreate(input: {{ customerId: \"{client}\", agreedAmount: \"500.00\", status: ACTIVE }}) {{ id }}"
    ));
    let retainer = retainer.text("/investigations/retainerCreate/id").to_owned();
    let paid = investigate(&format!(
        "paymentCreate(input: {{ customerId: \"{client}\", retainerId: \"{retainer}\", method: CASH, amount: \"100.00\", status: COMPLETED }}) {{ id }}"
    ));
    let payment = paid.text("/investigations/paymentCreate/id").to_owned();
    for call in [
        format!("paymentUpdate(id: \"{payment}\", patch: {{ amount: \"5000.00\" }}) {{ id }}"),
        format!("paymentUpdate(id: \"{payment}\", patch: {{ retainerId: null }}) {{ id }}"),
        format!("paymentDelete(id: \"{payment}\") {{ id }}"),
    ] {
        let refused = investigate(&call);
        assert!(refused.is_rule(), "{call}: {:#}", refused.json);
    }
    let balance = business
        .owner
        .ask(&format!("{{ investigations {{ retainer(id: \"{retainer}\") {{ balance }} }} }}"));
    assert_eq!(balance.text("/investigations/retainer/balance"), "100.00");
}
