//! What the two logs cost on an update of one record, with and without them in one interleaved run.

use std::time::{Duration, Instant};
use tests::{App, Database, runtime};
use uuid::Uuid;

const BATCHES: usize = 12;
const UPDATES: usize = 150;

/// The medians without and with the logs.
fn measure(run: impl Fn() -> Duration, database: &Database, table: &str) -> (Duration, Duration) {
    let mut times = [Vec::new(), Vec::new()];
    for batch in 0..BATCHES {
        for (side, verb) in [(0, "DISABLE"), (1, "ENABLE")] {
            database.run(&format!("ALTER TABLE {table} {verb} TRIGGER z_log"));
            // Plans are made anew after the change of the table.
            for _ in 0..10 {
                run();
            }
            times[side].extend((0..UPDATES).map(|_| run()));
        }
        if batch % 4 == 3 {
            database.run(&format!("VACUUM {table}"));
        }
    }
    let [without, with] = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    (without, with)
}

fn told(what: &str, (without, with): (Duration, Duration)) -> f64 {
    let ratio = with.as_secs_f64() / without.as_secs_f64();
    println!("{what}: {without:?} without the logs, {with:?} with them, {:.0} % more", (ratio - 1.0) * 100.0);
    ratio
}

/// `cargo test -p tests --test it log_cost -- --ignored --nocapture` prints the figures.
#[test]
#[ignore = "a measurement: it wants a quiet machine"]
fn the_logs_cost_less_than_a_third_of_an_update() {
    let app = App::over(Database::new());
    let business = app.business("hs");
    business.seed("INSERT INTO hs.work_orders (business_id, title) SELECT $business, 'Furnace' FROM generate_series(1, 200)");
    let ids: Vec<Uuid> = app.database.rows("SELECT id FROM hs.work_orders", &[]).iter().map(|row| row.get(0)).collect();
    let client = app.database.connect_as_gateway();
    let open = format!(
        "BEGIN; SELECT auth.open_request('{}', '{}', NULL, NULL, '{}', '127.0.0.1', 'tests')",
        business.id,
        business.staff.id,
        Uuid::new_v4()
    );
    let sql = "UPDATE hs.work_orders t SET technician_notes = $1 WHERE t.business_id = $2 AND t.id = $3 AND t.deleted_at IS NULL RETURNING t.id, t.version";
    let update = runtime().block_on(client.prepare(sql)).expect("the update is well formed");
    let count = std::cell::Cell::new(0_usize);
    let next = || {
        count.set(count.get() + 1);
        (ids[count.get() % ids.len()], format!("note {}", count.get()))
    };
    let statement = || {
        let (id, text) = next();
        runtime().block_on(async {
            client.batch_execute(&open).await.expect("the request opens");
            let begun = Instant::now();
            client.query_one(&update, &[&text, &business.id, &id]).await.expect("the update works");
            let took = begun.elapsed();
            client.batch_execute("COMMIT").await.expect("the update commits");
            took
        })
    };
    let mutation = || {
        let (id, text) = next();
        let document = "mutation($id: ID!, $text: String) { hs { workOrderUpdate(id: $id, patch: { technicianNotes: $text }) { id version } } }";
        let begun = Instant::now();
        business.staff.ask_with(document, serde_json::json!({ "id": id, "text": text })).data();
        begun.elapsed()
    };
    // The statement alone is for comparison: what a client waits for is the mutation.
    told("the statement", measure(statement, &app.database, "hs.work_orders"));
    let whole = told("the mutation", measure(mutation, &app.database, "hs.work_orders"));
    assert!(whole < 1.34, "the logs cost more than a third of a mutation: see audit.log_changes");
}
