//! SECURITY.md names a test for each hazard: they are all there, and every hazard is in the table.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const SECURITY: &str = include_str!("../../../SECURITY.md");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The rows of the table: what stands in the first column, and the rest.
fn rows() -> Vec<(&'static str, &'static str)> {
    let (_, hazards) = SECURITY.split_once("\n## Hazards\n").expect("SECURITY.md has a section Hazards");
    let section = hazards.split("\n## ").next().unwrap_or_default();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    cells.filter(|(number, _)| !matches!(*number, "Case" | "---")).collect()
}

/// `module::module::test`, as it stands between backquotes.
fn named(rest: &'static str) -> impl Iterator<Item = &'static str> {
    rest.split('`').skip(1).step_by(2).filter(|text| text.contains("::"))
}

/// The file of a test's module: of the suite, or of a crate whose own tests are in its sources.
fn file(path: &str) -> PathBuf {
    let modules: Vec<&str> = path.split("::").collect();
    let (folder, modules) = match modules.as_slice() {
        [name @ ("graphql" | "server"), inner @ .., "tests", _] => (format!("{name}/src"), inner),
        ["alone", inner @ .., _] => ("tests/tests/alone".to_owned(), inner),
        [inner @ .., _] => ("tests/tests/it".to_owned(), inner),
        [] => (String::new(), [].as_slice()),
    };
    root().join(folder).join(format!("{}.rs", modules.join("/")))
}

/// The functions below a `#[test]` or `#[tokio::test]`.
fn tests_of(file: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let mut found = BTreeSet::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line == "#[test]" || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some(rest) = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn ")).filter(|_| is_test) {
            found.extend(rest.split(['(', '<']).next().map(str::to_owned));
            is_test = false;
        } else if !line.starts_with("#[") {
            is_test = false;
        }
    }
    found
}

#[test]
fn every_test_that_is_named_is_there() {
    let mut files: BTreeMap<PathBuf, BTreeSet<String>> = BTreeMap::new();
    let mut gone = Vec::new();
    let mut count = 0;
    for (number, rest) in rows() {
        for path in named(rest) {
            count += 1;
            let file = file(path);
            let tests = files.entry(file.clone()).or_insert_with(|| tests_of(&file));
            if !path.rsplit("::").next().is_some_and(|name| tests.contains(name)) {
                gone.push(format!("{number}: {path} is no test in {}", file.display()));
            }
        }
    }
    assert!(count > 100, "only {count} tests are named: is the table still read?");
    assert!(gone.is_empty(), "name the tests that took their place in SECURITY.md:\n{}", gone.join("\n"));
}

#[test]
fn every_hazard_is_in_the_table() {
    let rows = rows();
    let expected = (1..=6).map(|number| format!("B{number}")).chain((1..=73).map(|number| number.to_string()));
    for number in expected {
        let rest = rows.iter().find(|(given, _)| *given == number).map(|(_, rest)| *rest);
        let rest = rest.unwrap_or_else(|| panic!("SECURITY.md has no row for hazard {number}"));
        let answered = named(rest).next().is_some() || rest.contains("Accepted:") || rest.contains("Does not apply:") || rest.contains("Waits for");
        assert!(answered, "hazard {number} has neither a test nor a reason: {rest}");
    }
}
