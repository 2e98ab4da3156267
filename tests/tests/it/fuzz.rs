//! Fuzz targets: what strangers send meets the guard, the planner and the JSON writer. Each runs its seed
//! corpus under `tests/fuzz`, then changes of it for FUZZ_SECONDS. A case that was found goes to the corpus.

use graphql::probe::Probe;
use graphql::{Code, Role, Slice};
use postgres_types::Type;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Map, Value};
use std::fs;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};
use tests::documents::{Documents, files_under};
use tests::runtime;

/// Long enough to see that a target works; `scripts/test.sh fuzz` gives each more.
const SECONDS: u64 = 1;
/// Whatever a document asks, guard, parser and planner are done by then, even beside other tests.
const SLOWEST: Duration = Duration::from_secs(5);

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is no whole number")))
}

/// Runs `try_one` on the corpus and then on what `make` gives for seed after seed, until the time is up.
fn fuzz<T: AsRef<[u8]>>(target: &str, corpus: Vec<T>, mut make: impl FnMut(u64) -> T, try_one: impl Fn(&T)) {
    let clock = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(1, |since| since.as_secs());
    let lasts = Duration::from_secs(number("FUZZ_SECONDS").unwrap_or(SECONDS));
    // A plain run repeats itself; one that is meant to find something does not.
    let seed = number("FUZZ_SEED").unwrap_or_else(|| if number("FUZZ_SECONDS").is_some() { clock() << 24 } else { 1 });
    println!("{target}: FUZZ_SEED={seed}");
    let kept = Kept::new(target);
    // The schema is read before the time runs.
    Documents::seeded(seed);
    for case in &corpus {
        check(&kept, "the corpus", case, &try_one);
    }
    let (began, mut count) = (Instant::now(), 0);
    while began.elapsed() < lasts {
        let case = make(seed + count);
        check(&kept, &format!("FUZZ_SEED={}", seed + count), &case, &try_one);
        count += 1;
    }
    println!("{target}: {} cases of the corpus and {count} others in {:?}", corpus.len(), began.elapsed());
}

/// Where the case at hand is written down first: what exhausts the stack ends the process.
struct Kept {
    path: PathBuf,
    file: fs::File,
}

impl Kept {
    fn new(target: &str) -> Kept {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{target}"));
        let file = fs::File::create(&path).expect("a case can be written down");
        Kept { path, file }
    }

    fn keep(&self, case: &[u8]) {
        let kept = self.file.write_all_at(case, 0).and_then(|()| self.file.set_len(case.len() as u64));
        kept.expect("a case can be written down");
    }
}

fn check<T: AsRef<[u8]>>(kept: &Kept, origin: &str, case: &T, try_one: &impl Fn(&T)) {
    kept.keep(case.as_ref());
    let began = Instant::now();
    let told = kept.path.display();
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| try_one(case))) {
        let said = panic.downcast_ref::<String>().map_or("a panic", String::as_str);
        panic!("{origin}: {said}. The case is in {told}: mend what it found and add it to the corpus.");
    }
    let took = began.elapsed();
    assert!(took < SLOWEST, "{origin} took {took:?}. The case is in {told}.");
}

fn files(target: &str) -> Vec<PathBuf> {
    files_under(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(target))
}

fn texts(target: &str) -> Vec<String> {
    let read = |path: &PathBuf| fs::read_to_string(path).expect("the corpus can be read");
    files(target).iter().map(read).collect()
}

#[test]
fn guard_and_parser_take_any_text() {
    let corpus = texts("guard");
    let make = |seed| {
        let mut documents = Documents::seeded(seed);
        match seed % 4 {
            0 => documents.mutate(&corpus[seed as usize / 4 % corpus.len()]),
            _ => documents.any().text,
        }
    };
    fuzz("guard", corpus.clone(), make, |text| {
        let guarded = Probe::guard(text);
        let parsed = Probe::parse(text);
        assert!(guarded.is_ok() || parsed.is_err(), "the parser takes what the guard refuses");
    });
}

#[test]
fn any_valid_document_gives_a_plan_or_a_coded_error() {
    let slice = |(industry, role): (&str, Role)| Slice {
        industry: industry.into(),
        role,
    };
    let slices = [("hs", Role::Owner), ("hs", Role::ApiPartner), ("rest", Role::Staff)].map(slice);
    let probe = Probe::new(slices.into()).expect("the schema can be built");
    let case = |text: &str, variables: &Map<String, Value>| serde_json::json!({ "query": text, "variables": variables }).to_string();
    let corpus = texts("planner").iter().map(|text| case(text, &Map::new())).collect();
    let make = |seed| {
        let mut documents = Documents::seeded(seed);
        let made = if seed % 3 == 0 { documents.mutated() } else { documents.operation() };
        case(&made.text, &made.variables)
    };
    let valid = AtomicUsize::new(0);
    fuzz("planner", corpus, make, |case| {
        let case: Value = serde_json::from_str(case).expect("a case is JSON");
        let text = case["query"].as_str().expect("a case has a query");
        let variables = case["variables"].as_object().expect("a case has variables");
        let planned = runtime().block_on(probe.plan(text, variables));
        valid.fetch_add(planned.iter().len(), Ordering::Relaxed);
        for error in planned.into_iter().flatten().filter_map(Result::err) {
            assert!(error.code != Code::Internal, "INTERNAL for {text}");
            assert!(error.to_json("").to_string().len() < 64 * 1024, "a long error for {text}");
        }
    });
    println!("planner: {} of them were valid", valid.into_inner());
}

/// The types of columns, by the names in the corpus.
fn types() -> Vec<Type> {
    vec![
        Type::BOOL,
        Type::INT2,
        Type::INT4,
        Type::INT8,
        Type::FLOAT4,
        Type::FLOAT8,
        Type::NUMERIC,
        Type::TEXT,
        Type::VARCHAR,
        Type::UUID,
        Type::DATE,
        Type::TIME,
        Type::TIMESTAMP,
        Type::TIMESTAMPTZ,
        Type::INTERVAL,
        Type::JSON,
        Type::JSONB,
        Type::INET,
        Type::CIDR,
        Type::BYTEA,
        Type::TEXT_ARRAY,
        Type::INT4_ARRAY,
        Type::UUID_ARRAY,
        Type::NUMERIC_ARRAY,
        Type::JSONB_ARRAY,
        Type::POINT,
    ]
}

/// A type's place among `types`, then the value.
fn values(line: &str) -> Option<Vec<u8>> {
    let (name, hexadecimal) = line.split_once(' ').filter(|_| !line.starts_with('#'))?;
    let wanted = name.strip_suffix("[]").map_or(name.to_owned(), |item| format!("_{item}"));
    let place = types().iter().position(|ty| ty.name() == wanted);
    let digits: Vec<u32> = hexadecimal.chars().filter_map(|digit| digit.to_digit(16)).collect();
    let mut case = vec![place.unwrap_or_else(|| panic!("{name} is no type of the target")) as u8];
    case.extend(digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8));
    Some(case)
}

fn changed(random: &mut StdRng, case: &mut Vec<u8>) {
    for _ in 0..random.random_range(1..5) {
        let at = random.random_range(0..=case.len());
        match random.random_range(0..6) {
            0 => case.truncate(at.max(1)),
            1 => case.insert(at, random.random()),
            2 => case.extend([0xFF; 4]),
            3 => case[0] = random.random_range(0..types().len()) as u8,
            4 if at < case.len() => case[at] = *[0, 1, 0x7F, 0x80, 0xFF].get(at % 5).unwrap_or(&0),
            _ if at < case.len() => case[at] = random.random(),
            _ => {}
        }
    }
}

/// PostgreSQL's own JSON is passed on as it is; it never sends what is none.
fn is_passed_on(ty: &Type) -> bool {
    [Type::JSON, Type::JSONB, Type::JSONB_ARRAY].contains(ty)
}

#[test]
fn any_value_is_written_as_json_or_refused() {
    let types = types();
    let corpus: Vec<Vec<u8>> = texts("json")
        .iter()
        .flat_map(|text| text.lines().filter_map(values).collect::<Vec<_>>())
        .collect();
    let make = |seed| {
        let mut random = StdRng::seed_from_u64(seed);
        let mut case = corpus[random.random_range(0..corpus.len())].clone();
        changed(&mut random, &mut case);
        case
    };
    fuzz("json", corpus.clone(), make, |case| {
        let (place, bytes) = case.split_first().expect("a case has a type");
        let ty = &types[usize::from(*place) % types.len()];
        let Ok(written) = Probe::write_json(ty, Some(bytes)) else { return };
        let read = serde_json::from_slice::<serde::de::IgnoredAny>(&written);
        assert!(
            is_passed_on(ty) || read.is_ok(),
            "{ty} became no JSON: {}",
            String::from_utf8_lossy(&written[..written.len().min(200)])
        );
    });
}
