//! Ten times the load that there are connections for.

use crate::turn;
use serde_json::json;
use std::time::{Duration, Instant};
use tests::{App, Business, Database, times};

/// Good and refused answers of `clients` who ask without a pause for this long.
fn load(business: &Business<'_>, clients: usize, time: Duration) -> (usize, usize) {
    let until = Instant::now() + time;
    let ask = || {
        let (mut good, mut refused) = (0, 0);
        while Instant::now() < until {
            let answer = business.owner.post("{ hs { customers { nodes { lastName } } } }", &json!({}));
            match (answer.status, answer.code().as_str()) {
                (200, "") => good += 1,
                (503, "OVERLOADED") => refused += 1,
                _ => panic!("neither good nor told to come back: {}", answer.body),
            }
        }
        (good, refused)
    };
    std::thread::scope(|scope| {
        let asking: Vec<_> = (0..clients).map(|_| scope.spawn(ask)).collect();
        let counts = asking.into_iter().map(|client| client.join().expect("a client ends"));
        counts.fold((0, 0), |(good, refused), (more, others)| (good + more, refused + others))
    })
}

#[test]
fn ten_times_the_load_leaves_four_fifths_of_the_good_answers() {
    let _turn = turn();
    let app = App::configured(Database::new(), &[("THORBIS_POOL_SIZE", "4")], |config| {
        config.deadlines.acquire = Duration::from_millis(60);
    });
    let business = app.business("hs");
    business.seed("INSERT INTO hs.customers (business_id, first_name, last_name) VALUES ($business, 'Ada', 'Lovelace')");
    // What a connection does takes its time, so that connections are what runs out, and not this machine.
    app.database.run(
        "CREATE FUNCTION public.slow() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.02); RETURN true; END $$;
         GRANT EXECUTE ON FUNCTION public.slow() TO thorbis_gateway;
         CREATE POLICY slow ON hs.customers AS RESTRICTIVE FOR SELECT TO thorbis_gateway USING ((SELECT public.slow()));",
    );
    let time = Duration::from_millis(u64::try_from(times("THORBIS_TEST_OVERLOAD_MILLISECONDS", 2_000)).expect("a time"));
    load(&business, 4, Duration::from_millis(200));
    let (peak, _) = load(&business, 4, time);
    let (good, refused) = load(&business, 40, time);
    println!("{peak} good answers at the peak; {good} good and {refused} refused at ten times the load");
    assert!(good * 5 >= peak * 4, "{good} good answers of {peak} at the peak");
    assert!(refused > 0, "the load was not too much");
}
