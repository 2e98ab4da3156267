//! Writes that come many times at once, to a server that dies meanwhile: each happens once.

use crate::turn;
use serde_json::{Value, json};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use tests::{App, Database, Process, times};
use uuid::Uuid;

const COPIES: usize = 10;
/// Clients at the same time: the copies of some keys.
const CLIENTS: usize = 30;

/// Answers after which a client sends the same again.
const AGAIN: [&str; 3] = ["TRY_AGAIN", "OVERLOADED", "OUTCOME_UNKNOWN"];

/// Some two minutes, most of which the server takes to start fifty times: THORBIS_TEST_KEYS and THORBIS_TEST_KILLS
/// make it fewer.
#[test]
fn every_key_is_one_write_though_the_server_is_killed_again_and_again() {
    let (keys, kills) = (times("THORBIS_TEST_KEYS", 1_000), times("THORBIS_TEST_KILLS", 50));
    let _turn = turn();
    let app = App::over(Database::new());
    let business = app.business("hs");
    let process = Process::start(env!("CARGO_BIN_EXE_gateway"), &app.database);
    let bearer = business.staff.bearer();
    let names: Vec<String> = (0..keys).map(|_| Uuid::new_v4().to_string()).collect();
    // The data of each answer, and whether it is that of another.
    let answers: Vec<Mutex<Vec<(Value, bool)>>> = names.iter().map(|_| Mutex::default()).collect();
    let (next, done, failed) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let ask_until_answered = |name: &str| loop {
        let body =
            json!({ "query": "mutation($name: String) { hs { customerCreate(input: { lastName: $name }) { id createdAt } } }", "variables": { "name": name } });
        let answer = process.post(&[("authorization", &bearer), ("idempotency-key", name)], &body.to_string());
        match answer.map(|answer| (answer.code(), answer)) {
            Some((code, answer)) if code.is_empty() => {
                return (answer.json()["data"].clone(), answer.header("idempotency-replayed").is_some());
            }
            Some((code, answer)) => assert!(AGAIN.contains(&code.as_str()), "{}", answer.body),
            None => {}
        }
        failed.fetch_add(1, Ordering::Relaxed);
        thread::sleep(Duration::from_millis(20));
    };
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                while let Some((name, at)) = next_copy(&next, &names) {
                    let answer = ask_until_answered(name);
                    answers[at].lock().expect("not poisoned").push(answer);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for kill in 1..=kills {
            // Spread over the work: at these moments others are on their way.
            while done.load(Ordering::Relaxed) < kill * keys * COPIES / (kills + 1) {
                thread::sleep(Duration::from_millis(1));
            }
            process.kill_and_restart();
        }
    });
    // Writes whose first answer went down with the server, after they were committed.
    let mut unheard = 0;
    for (name, answers) in names.iter().zip(&answers) {
        let answers = answers.lock().expect("not poisoned");
        assert!(
            answers.len() == COPIES && answers.iter().all(|(data, _)| *data == answers[0].0),
            "{name} was answered differently: {answers:?}"
        );
        let firsts = answers.iter().filter(|(_, replayed)| !replayed).count();
        assert!(firsts <= 1, "{name} was done {firsts} times: {answers:?}");
        unheard += usize::from(firsts == 0);
    }
    let (rows, distinct): (i64, i64) = {
        let sql = "SELECT count(*), count(DISTINCT last_name) FROM hs.customers WHERE business_id = $1";
        let rows = app.database.rows(sql, &[&business.id]);
        (rows[0].get(0), rows[0].get(1))
    };
    assert_eq!((rows, distinct), (keys as i64, keys as i64), "each key is one customer");
    let failed = failed.into_inner();
    println!(
        "{keys} keys, {} requests answered, {kills} kills, {failed} requests sent again, {unheard} writes whose first answer nobody heard",
        keys * COPIES
    );
    assert!(kills == 0 || failed > 0, "no request was under way when the server was killed");
}

/// The copies of a key one after the other, so that some clients have the same one.
fn next_copy<'n>(next: &AtomicUsize, names: &'n [String]) -> Option<(&'n str, usize)> {
    let at = next.fetch_add(1, Ordering::Relaxed) / COPIES;
    names.get(at).map(|name| (name.as_str(), at))
}
