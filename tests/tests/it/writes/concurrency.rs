//! Many clients at once: nothing lost, nothing twice, no gaps.

use super::{customer, hs, mutate, work_order};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use tests::{Person, Reply, app};
use uuid::Uuid;

/// Asks until nobody was in the way.
pub fn insist(ask: impl Fn() -> Reply) -> Reply {
    loop {
        let reply = ask();
        if reply.json.get("errors").is_none() || !["TRY_AGAIN", "OVERLOADED"].contains(&reply.code()) {
            return reply;
        }
    }
}

#[test]
fn numbers_have_no_gaps_although_operations_fail() {
    let business = app().business("hs");
    let made = AtomicUsize::new(0);
    thread::scope(|scope| {
        for worker in 0..20 {
            let (business, made) = (&business, &made);
            scope.spawn(move || {
                for round in 0..10 {
                    let create = "workOrderCreate(input: { title: \"x\" }) { id }";
                    let fails = (worker + round) % 10 == 0;
                    let more = if fails {
                        "bad: workOrderCreate(input: { title: \"x\", totalCost: \"-1\" }) { id }"
                    } else {
                        ""
                    };
                    let reply = insist(|| hs(&business.staff, &format!("{create} {more}")));
                    assert_eq!(reply.json.get("errors").is_some(), fails, "{:#}", reply.json);
                    made.fetch_add(usize::from(!fails), Ordering::Relaxed);
                }
            });
        }
    });
    let rows = app()
        .database
        .rows("SELECT work_order_number FROM hs.work_orders WHERE business_id = $1", &[&business.id]);
    let numbers: BTreeSet<i64> = rows.iter().map(|row| row.get::<_, String>(0)[8..].parse::<i64>().expect("a number")).collect();
    let made = made.into_inner();
    assert_eq!((rows.len(), made), (180, 180));
    assert_eq!(numbers, (1..=180).collect());
}

#[test]
fn no_increment_is_lost() {
    let business = app().business("ret");
    let created = mutate(
        &business.staff,
        "ret",
        "productCreate(input: { sku: \"A\", name: \"Hat\", retailPrice: 1 }) { id }",
    );
    let id = created.text("/ret/productCreate/id");
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| (0..5).for_each(|_| increment(&business.staff, id)));
        }
    });
    let read = business.staff.ask(&format!("{{ ret {{ product(id: \"{id}\") {{ currentStock version }} }} }}"));
    assert_eq!(read.at("/ret/product"), &json!({ "currentStock": 100, "version": 101 }));
}

/// Reads, adds one, and writes unless somebody else did; a conflict brings the record to go on from.
fn increment(person: &Person<'_>, id: &str) {
    let read = insist(|| person.ask(&format!("{{ ret {{ product(id: \"{id}\") {{ currentStock version }} }} }}")));
    let mut seen = read.at("/ret/product").clone();
    loop {
        let (stock, version) = (seen["currentStock"].as_i64().expect("a stock"), seen["version"].as_i64().expect("a version"));
        let call = format!(
            "productUpdate(id: \"{id}\", patch: {{ currentStock: {} }}, expectedVersion: {version}) {{ version }}",
            stock + 1
        );
        let reply = insist(|| mutate(person, "ret", &call));
        if reply.json.get("errors").is_none() {
            return;
        }
        assert_eq!(reply.code(), "VERSION_CONFLICT", "{:#}", reply.json);
        seen = reply.error()["extensions"]["current"].clone();
    }
}

#[test]
fn racing_upserts_make_one_record() {
    let business = app().business("ret");
    for round in 0..10 {
        let call = format!("productUpsert(input: {{ sku: \"S{round}\", name: \"Hat\", retailPrice: 1 }}, onConflict: SKU) {{ id version }}");
        let ids: Vec<String> = thread::scope(|scope| {
            let racers: Vec<_> = (0..4).map(|_| scope.spawn(|| insist(|| mutate(&business.staff, "ret", &call)))).collect();
            let replies = racers.into_iter().map(|racer| racer.join().expect("a racer ends"));
            replies.map(|reply| reply.text("/ret/productUpsert/id").to_owned()).collect()
        });
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    }
    let count: i64 = app()
        .database
        .one("SELECT count(*) FROM ret.products WHERE business_id = $1 AND version = 4", &[&business.id]);
    assert_eq!(count, 10);
}

#[test]
fn a_customers_totals_are_those_of_its_work_orders() {
    let business = app().business("hs");
    let customers: Vec<String> = (0..3).map(|n| customer(&business.staff, &format!("C{n}"))).collect();
    thread::scope(|scope| {
        for worker in 0..8_usize {
            let (business, customers) = (&business, &customers);
            scope.spawn(move || shuffle(&business.staff, customers, worker));
        }
    });
    for id in &customers {
        // Comes back with what happened while it was away.
        insist(|| hs(&business.staff, &format!("customerDelete(id: \"{id}\") {{ id }}"))).data();
        let order = work_order(&business.staff, &format!("customerId: \"{id}\", totalCost: \"0.07\", status: COMPLETED"));
        assert!(!order.is_empty());
        insist(|| hs(&business.staff, &format!("customerRestore(id: \"{id}\") {{ totalJobs version }}"))).data();
    }
    let wrong: i64 = app().database.one(
        "SELECT count(*) FROM hs.customers c CROSS JOIN LATERAL (
            SELECT count(*) AS jobs, coalesce(sum(total_cost), 0) AS revenue FROM hs.work_orders w
            WHERE w.business_id = c.business_id AND w.customer_id = c.id AND w.status = 'completed' AND w.deleted_at IS NULL) AS t
         WHERE c.business_id = $1 AND ((c.total_jobs, c.total_revenue) IS DISTINCT FROM (t.jobs, t.revenue)
            OR c.average_job_value <> CASE WHEN t.jobs = 0 THEN 0 ELSE round(t.revenue / t.jobs, 2) END
            OR (c.last_service_date IS NULL) <> (t.jobs = 0))",
        &[&business.id],
    );
    assert_eq!(wrong, 0);
    let jobs: i64 = app()
        .database
        .one("SELECT sum(total_jobs) FROM hs.customers WHERE business_id = $1", &[&business.id]);
    assert!(jobs > 10, "{jobs}");
}

/// A worker's changes: jobs come, are moved, priced anew, reopened, deleted and restored.
fn shuffle(person: &Person<'_>, customers: &[String], worker: usize) {
    let any = |round: usize| &customers[(worker * 7 + round * 5) % customers.len()];
    let run = |call: String| {
        let reply = insist(|| hs(person, &call));
        assert!(reply.json.get("errors").is_none(), "{call}: {:#}", reply.json);
        reply
    };
    for round in 0..5 {
        let created = run(format!(
            "workOrderCreate(input: {{ title: \"x\", status: COMPLETED, totalCost: \"{worker}.{round}1\", customerId: \"{}\" }}) {{ id }}",
            any(round)
        ));
        let id = created.text("/hs/workOrderCreate/id");
        run(format!(
            "workOrderUpdate(id: \"{id}\", patch: {{ totalCost: \"10.{round}{worker}\" }}) {{ id }}"
        ));
        run(format!(
            "workOrderUpdate(id: \"{id}\", patch: {{ customerId: \"{}\" }}) {{ id customer {{ totalJobs }} }}",
            any(round + 1)
        ));
        match round % 4 {
            0 => drop(run(format!("workOrderUpdate(id: \"{id}\", patch: {{ status: IN_PROGRESS }}) {{ id }}"))),
            1 => drop(run(format!("workOrderDelete(id: \"{id}\") {{ id }}"))),
            2 => drop(run(format!("workOrderDelete(id: \"{id}\") {{ id }} workOrderRestore(id: \"{id}\") {{ id }}"))),
            _ => drop(run(format!("workOrderUpdate(id: \"{id}\", patch: {{ customerId: null }}) {{ id }}"))),
        }
    }
}

#[test]
fn a_deadlock_is_not_noticed_by_the_caller() {
    let business = app().business("hs");
    let (one, two) = (customer(&business.staff, "One"), customer(&business.staff, "Two"));
    let other = app().database.connect_as_gateway();
    let update = |id: &str| format!("UPDATE hs.customers SET phone = '2' WHERE id = '{id}'");
    let open = format!(
        "BEGIN; SELECT auth.open_request('{}', '{}', NULL, NULL, '{}', NULL, NULL); SET LOCAL lock_timeout = '60s'; {}",
        business.id,
        business.owner.id,
        Uuid::new_v4(),
        update(&two)
    );
    tests::runtime()
        .block_on(other.batch_execute(&open))
        .expect("the other transaction holds the second");
    thread::scope(|scope| {
        let asked = scope.spawn(|| {
            let call = |name: &str, id: &str| format!("{name}: customerUpdate(id: \"{id}\", patch: {{ phone: \"1\" }}) {{ id }}");
            hs(&business.staff, &format!("{} {}", call("a", &one), call("b", &two)))
        });
        // Until the mutation waits for the second.
        let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%customers%'";
        while app().database.one::<i64>(waits, &[]) == 0 {
            thread::yield_now();
        }
        let crossed = tests::runtime().block_on(other.batch_execute(&update(&one)));
        tests::runtime().block_on(other.batch_execute("ROLLBACK")).expect("the connection lives");
        // One of the two was given up; the mutation comes again.
        if let Err(error) = crossed {
            assert_eq!(error.code().map(|code| code.code()), Some("40P01"), "{error:?}");
        }
        asked.join().expect("the mutation ends").data();
    });
}
