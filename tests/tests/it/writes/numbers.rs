//! Document numbers over the end of a year, which comes when it comes in the business's own time zone.
//! The database's functions are as they are, but for their clock, which a test can set.

use super::concurrency::insist;
use super::hs;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use tests::{App, Business, Database};

const WRITERS: usize = 20;
const ROUNDS: usize = 6;
/// In New York the year ends here: five hours after it did in Greenwich.
const BEFORE: &str = "2027-01-01T04:59:59.999Z";
const AFTER: &str = "2027-01-01T05:00:00Z";

/// Makes the functions that number documents read their clock from a table.
fn app_with_a_clock() -> App {
    let database = Database::new();
    database.run(
        "CREATE TABLE public.clock (moment timestamptz NOT NULL);
         INSERT INTO public.clock VALUES (pg_catalog.now());
         GRANT SELECT ON public.clock TO thorbis_definer;
         DO $$
         DECLARE
             name text;
             source text;
         BEGIN
             FOREACH name IN ARRAY ARRAY['platform.next_number(uuid, text)', 'businesses.number_form(uuid, text)'] LOOP
                 source := pg_catalog.pg_get_functiondef(name::regprocedure);
                 IF source NOT LIKE '%now()%' THEN
                     RAISE EXCEPTION '% reads another clock; change this test with it', name;
                 END IF;
                 EXECUTE replace(source, 'now()', '(SELECT c.moment FROM public.clock c)');
             END LOOP;
         END $$",
    );
    App::over(database)
}

fn set_clock(app: &App, moment: &str) {
    app.database.run(&format!("UPDATE public.clock SET moment = '{moment}'"));
}

fn move_to(business: &Business<'_>, zone: &str) {
    business.seed(&format!("UPDATE businesses.businesses SET timezone = '{zone}' WHERE id = $business"));
}

fn number(business: &Business<'_>) -> String {
    let made = hs(&business.staff, "workOrderCreate(input: { title: \"x\" }) { workOrderNumber }");
    made.text("/hs/workOrderCreate/workOrderNumber").to_owned()
}

#[test]
fn a_year_begins_where_the_business_is() {
    let app = app_with_a_clock();
    // Summer time there, thirteen hours ahead; winter time here, eight hours behind.
    for (zone, before, after) in [
        ("Pacific/Auckland", "2026-12-31T10:59:59.999Z", "2026-12-31T11:00:00Z"),
        ("America/Los_Angeles", "2027-01-01T07:59:59.999Z", "2027-01-01T08:00:00Z"),
        ("UTC", "2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00Z"),
    ] {
        let business = app.business("hs");
        move_to(&business, zone);
        set_clock(&app, before);
        assert_eq!([number(&business), number(&business)], ["WO-2026-0001", "WO-2026-0002"], "{zone}");
        set_clock(&app, after);
        assert_eq!([number(&business), number(&business)], ["WO-2027-0001", "WO-2027-0002"], "{zone}");
    }
    // A prefix of the business's own is of a year, too.
    let business = app.business("hs");
    move_to(&business, "Pacific/Auckland");
    business.seed(
        "INSERT INTO businesses.number_sequences (business_id, document_type, prefix, year, padding)
         VALUES ($business, 'hs.work_orders', 'OLD', 2026, 3), ($business, 'hs.work_orders', 'NEW', 2027, 6)",
    );
    set_clock(&app, "2026-12-31T10:59:59.999Z");
    assert_eq!(number(&business), "OLD-2026-001");
    set_clock(&app, "2026-12-31T11:00:00Z");
    assert_eq!(number(&business), "NEW-2027-000001");
}

#[test]
fn both_years_are_without_gaps_though_twenty_write_while_they_change() {
    let app = app_with_a_clock();
    let business = app.business("hs");
    move_to(&business, "America/New_York");
    set_clock(&app, BEFORE);
    let (made, tried) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for worker in 0..WRITERS {
            let (app, business, made, tried) = (&app, &business, &made, &tried);
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    // In the middle of everything, while others are at it.
                    if tried.fetch_add(1, Ordering::SeqCst) == WRITERS * ROUNDS / 2 {
                        set_clock(app, AFTER);
                    }
                    let fails = (worker + round) % 5 == 0;
                    let more = if fails {
                        "bad: workOrderCreate(input: { title: \"x\", totalCost: \"-1\" }) { id }"
                    } else {
                        ""
                    };
                    let reply = insist(|| hs(&business.staff, &format!("workOrderCreate(input: {{ title: \"x\" }}) {{ id }} {more}")));
                    assert_eq!(reply.json.get("errors").is_some(), fails, "{:#}", reply.json);
                    made.fetch_add(usize::from(!fails), Ordering::SeqCst);
                }
            });
        }
    });
    let rows = app
        .database
        .rows("SELECT work_order_number FROM hs.work_orders WHERE business_id = $1", &[&business.id]);
    let numbers: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(
        (rows.len(), numbers.len()),
        (made.load(Ordering::SeqCst), made.into_inner()),
        "a number is there twice"
    );
    for year in ["2026", "2027"] {
        let of_year: BTreeSet<i64> = numbers
            .iter()
            .filter_map(|number| number.strip_prefix(&format!("WO-{year}-")))
            .map(|digits| digits.parse().expect("a number"))
            .collect();
        assert!(of_year.len() > 10, "{} numbers of {year}: the clock was not moved in the middle", of_year.len());
        assert_eq!(of_year, (1..=of_year.len() as i64).collect(), "{year} has a gap");
    }
}
