//! Documents from a seeded generator, most of them hostile: each is answered, refusals quickly and in few bytes.

use graphql::{Caller, Outcome, Request, RequestInfo};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tests::documents::{Documents, Made};
use tests::{Person, app, runtime};
use uuid::Uuid;

/// `HOSTILE_DOCUMENTS` and `HOSTILE_SEED` try others.
const DOCUMENTS: u64 = 10_000;
const SEED: u64 = 5;
const SHOWN: usize = 5;
const MAXIMUM_REFUSAL: usize = 64 * 1024;
/// The promise is for a build with optimisation; without, and beside other tests, ten times as long.
const REFUSED_WITHIN: Duration = Duration::from_millis(if cfg!(debug_assertions) { 50 } else { 5 });

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no whole number")))
}

/// What became of one document.
struct Ended {
    took: Duration,
    bytes: usize,
    outcome: Outcome,
    codes: Vec<&'static str>,
}

async fn ask(person: &Person<'_>, made: &Made) -> Ended {
    let request = RequestInfo {
        request_id: Uuid::new_v4(),
        // Failed sign-ins count by address; those of other tests are not to suffer.
        ip: Some([203, 0, 113, 5].into()),
        user_agent: None,
    };
    let caller = Caller {
        identity: Some(person.identity()),
        request,
    };
    let request = Request {
        document: made.text.clone(),
        variables: made.variables.clone(),
        ..Request::default()
    };
    let began = Instant::now();
    let answer = person.app.gateway().execute(caller, request).await;
    Ended {
        took: began.elapsed(),
        bytes: answer.body.len(),
        outcome: answer.outcome,
        codes: answer.codes,
    }
}

/// The time that all but one in a hundred keep.
fn ninety_ninth(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() * 99 / 100).copied().unwrap_or_default()
}

#[test]
fn ten_thousand_hostile_documents_are_answered_and_refused_in_time() {
    let business = app().business("hs");
    let (count, seed) = (setting("HOSTILE_DOCUMENTS", DOCUMENTS), setting("HOSTILE_SEED", SEED));
    let mut documents = Documents::seeded(seed);
    let mut refused = Vec::new();
    let mut kinds: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    // Beside the hostile ones some that are valid, or nearly.
    for number in 0..count + count / 5 {
        let made = if number < count { documents.hostile() } else { documents.any() };
        let ended = runtime().block_on(ask(&business.owner, &made));
        let code = ended.codes.first().copied().unwrap_or("answered");
        *kinds.entry((made.kind, code)).or_default() += 1;
        let told = || format!("document {number} of HOSTILE_SEED={seed}: {}", made.shown());
        assert!(!ended.codes.contains(&"INTERNAL"), "INTERNAL was answered (the log says why) to {}", told());
        if !ended.codes.is_empty() {
            assert!(ended.bytes <= MAXIMUM_REFUSAL, "{} bytes refuse {}", ended.bytes, told());
        }
        if ended.outcome == Outcome::Invalid {
            refused.push((ended.took, told()));
        }
    }
    let mut times: Vec<_> = refused.iter().map(|(took, _)| *took).collect();
    let within = ninety_ninth(&mut times);
    refused.sort();
    println!("{count} documents, {} refused, 99 of 100 within {within:?}; the slowest:", refused.len());
    refused.iter().rev().take(SHOWN).for_each(|(took, told)| println!("{took:?}: {told}"));
    println!("{kinds:#?}");
    let hostile = kinds
        .iter()
        .filter(|((_, code), _)| *code != "answered")
        .map(|(_, number)| number)
        .sum::<usize>() as u64;
    assert!(
        hostile > count / 2,
        "only {hostile} of {count} hostile documents were refused: are they hostile still?"
    );
    assert!(within < REFUSED_WITHIN, "99 of 100 refusals took up to {within:?}: find out which kind is slow");
    assert_eq!(
        business.viewer.ask("{ viewer { role } }").text("/viewer/role"),
        "viewer",
        "the gateway answers as before"
    );
}
