//! How long a foreign id takes, and how long a missing one: measured and told, since no answer tells them
//! apart. SECURITY.md names the figures.

use super::{customer, hs, work_order};
use std::time::{Duration, Instant};
use tests::{Person, app};
use uuid::Uuid;

/// Of each kind; TIMING_SAMPLES asks for more.
fn samples() -> usize {
    let asked = std::env::var("TIMING_SAMPLES").ok();
    asked.map_or(150, |text| text.parse().expect("TIMING_SAMPLES is a whole number"))
}

/// Asks with an id.
type Question<'q> = dyn Fn(&Person<'_>, &str) + 'q;

struct Times(Vec<Duration>);

impl Times {
    fn at(&self, part: f64) -> f64 {
        let place = ((self.0.len() - 1) as f64 * part).round() as usize;
        self.0[place].as_secs_f64() * 1e6
    }
}

/// One after the other, so that whatever slows one down slows the other down as well.
fn measured(person: &Person<'_>, foreign: &str, question: impl Fn(&Person<'_>, &str)) -> (Times, Times) {
    let (mut of_foreign, mut of_missing) = (Vec::new(), Vec::new());
    for round in 0..samples() + 10 {
        for is_foreign in [round % 2 == 0, round % 2 != 0] {
            let missing = Uuid::new_v4().to_string();
            let id = if is_foreign { foreign } else { missing.as_str() };
            let started = Instant::now();
            question(person, id);
            // The first ones prepare statements.
            if round >= 10 {
                if is_foreign { &mut of_foreign } else { &mut of_missing }.push(started.elapsed());
            }
        }
    }
    of_foreign.sort_unstable();
    of_missing.sort_unstable();
    (Times(of_foreign), Times(of_missing))
}

#[test]
fn a_foreign_id_takes_as_long_as_a_missing_one() {
    let (ours, theirs) = (app().business("hs"), app().business("hs"));
    let foreign = customer(&theirs.staff, "Secret");
    let own = work_order(&ours.staff, "");
    let read = |person: &Person<'_>, id: &str| drop(person.ask_with("query($id: ID!) { hs { customer(id: $id) { id } } }", serde_json::json!({ "id": id })));
    let change = |person: &Person<'_>, id: &str| {
        drop(person.ask_with(
            "mutation($id: ID!) { hs { customerUpdate(id: $id, patch: { phone: \"1\" }) { id } } }",
            serde_json::json!({ "id": id }),
        ));
    };
    let refer = |person: &Person<'_>, id: &str| {
        drop(hs(
            person,
            &format!("workOrderUpdate(id: \"{own}\", patch: {{ customerId: \"{id}\" }}) {{ id }}"),
        ))
    };
    let tries: [(&str, &Question<'_>); 3] = [("read by id", &read), ("changed by id", &change), ("referred to", &refer)];
    for (what, question) in tries {
        let (foreign, missing) = measured(&ours.staff, &foreign, question);
        println!(
            "{what}, foreign against missing, in microseconds: median {:.0} and {:.0}, tenth {:.0} and {:.0}, nine tenths {:.0} and {:.0}",
            foreign.at(0.5),
            missing.at(0.5),
            foreign.at(0.1),
            missing.at(0.1),
            foreign.at(0.9),
            missing.at(0.9)
        );
        let ratio = foreign.at(0.5) / missing.at(0.5);
        assert!(
            (0.5..2.0).contains(&ratio),
            "{what}: a foreign id takes {ratio:.2} times as long as a missing one"
        );
    }
}
