//! Golden cases: a request, the SQL it becomes, and the answer, side by side under `tests/cases`.
//!
//! A case is a folder `<topic>/<case>` with `request.graphql`, `variables.json` where it has variables,
//! `expected.sql` and `expected.json`. `# as vera` in the request's first line names who asks (Olga, the
//! owner, unless told); the people are in `fixture.sql`. Queries share a database, a mutation has its own.

use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use tests::{App, Database, Person, Reply};

const FIXTURE: &str = include_str!("../../cases/fixture.sql");
const HOME_SERVICES: &str = "01000000-0000-4000-8000-000000000001";
const RESTAURANT: &str = "01000000-0000-4000-8000-000000000002";
const PEOPLE: [(&str, &str); 5] = [
    ("olga", HOME_SERVICES),
    ("max", HOME_SERVICES),
    ("sam", HOME_SERVICES),
    ("vera", HOME_SERVICES),
    ("bruno", RESTAURANT),
];

#[test]
fn golden_cases() {
    let blessing = std::env::var("BLESS").is_ok();
    let app = prepared();
    let mut differences = Vec::new();
    for case in cases() {
        let request = fs::read_to_string(case.join("request.graphql")).expect("a case has a request.graphql");
        let reply = if request.contains("mutation") {
            answer(&prepared(), &case, &request)
        } else {
            answer(&app, &case, &request)
        };
        assert!(!reply.json.to_string().contains("\"INTERNAL\""), "{}: {:#}", case.display(), reply.json);
        let mut names = Names::default();
        for (file, found) in [
            ("expected.sql", names.normalised(&statements(&reply))),
            ("expected.json", names.normalised(&data(&reply))),
        ] {
            let path = case.join(file);
            if blessing {
                fs::write(&path, found).expect("the case's folder can be written");
            } else if let Some(difference) = difference(&path, &found) {
                differences.push(difference);
            }
        }
    }
    assert!(
        differences.is_empty(),
        "{}\n\nIf this is meant, run scripts/bless.sh golden and read the difference.",
        differences.join("\n\n")
    );
}

/// A gateway over a database with the fixture.
fn prepared() -> App {
    let database = Database::new();
    database.run(FIXTURE);
    App::over(database)
}

/// The folders with a request, in order.
fn cases() -> Vec<PathBuf> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("tests/cases can be read");
        let paths = entries.map(|entry| entry.expect("tests/cases can be read").path());
        paths.filter(|path| path.is_dir()).collect()
    };
    let topics = entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cases"));
    let mut cases: Vec<PathBuf> = topics.iter().flat_map(|topic| entries(topic)).collect();
    cases.sort();
    cases
}

fn answer(app: &App, case: &Path, request: &str) -> Reply {
    let named = request.lines().next().and_then(|line| line.strip_prefix("# as ")).unwrap_or("olga");
    let place = PEOPLE
        .iter()
        .position(|(name, _)| *name == named.trim())
        .unwrap_or_else(|| panic!("{}: nobody is called {named}", case.display()));
    let person = Person {
        app,
        id: format!("02000000-0000-4000-8000-00000000000{}", place + 1).parse().expect("is an id"),
        business: Some(PEOPLE[place].1.parse().expect("is an id")),
    };
    let variables = match fs::read_to_string(case.join("variables.json")) {
        Ok(text) => serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: variables.json: {error}", case.display())),
        Err(_) => json!({}),
    };
    person.ask_with(request, variables)
}

/// Every statement with a clause a line, and its binds.
fn statements(reply: &Reply) -> String {
    if reply.sql.is_empty() {
        return "-- Nothing was sent to the database.\n".to_owned();
    }
    let clauses = [
        " FROM ",
        " WHERE ",
        " LEFT JOIN ",
        " CROSS JOIN ",
        " GROUP BY ",
        " HAVING ",
        " ORDER BY ",
        " LIMIT ",
        " VALUES ",
        " SET ",
        " RETURNING ",
        " ON CONFLICT ",
    ];
    let mut out = String::new();
    for statement in &reply.sql {
        let (sql, binds) = statement.rsplit_once("\n-- ").unwrap_or((statement, ""));
        let lines = clauses
            .iter()
            .fold(sql.to_owned(), |sql, clause| sql.replace(clause, &format!("\n{}", clause.trim_start())));
        let lines = lines.replace("DISTINCT\nFROM", "DISTINCT FROM");
        let paragraph = if out.is_empty() { "" } else { "\n" };
        out.push_str(&format!("{paragraph}{lines};\n-- {binds}\n"));
    }
    out
}

/// The answer without what differs from request to request.
fn data(reply: &Reply) -> String {
    let mut json = reply.json.clone();
    if let Some(extensions) = json["extensions"].as_object_mut() {
        extensions.remove("requestId");
    }
    for error in json.get_mut("errors").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(extensions) = error["extensions"].as_object_mut() {
            extensions.remove("requestId");
        }
    }
    format!("{json:#}\n")
}

/// Names for ids and moments that are new in every run.
#[derive(Default)]
struct Names {
    ids: HashMap<String, String>,
}

impl Names {
    fn normalised(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let taken = self.id_at(rest).or_else(|| moment_at(rest));
            match taken {
                Some((length, name)) => {
                    out.push_str(&name);
                    rest = &rest[length..];
                }
                None => {
                    out.push(character);
                    rest = &rest[character.len_utf8()..];
                }
            }
        }
        out
    }

    fn id_at(&mut self, text: &str) -> Option<(usize, String)> {
        let id = text.get(..36).filter(|id| uuid::Uuid::parse_str(id).is_ok())?;
        if FIXTURE.contains(id) || (id.starts_with("02") && id.contains("0000-0000-4000-8000-")) {
            return Some((36, id.to_owned()));
        }
        let next = format!("<id {}>", self.ids.len() + 1);
        Some((36, self.ids.entry(id.to_owned()).or_insert(next).clone()))
    }
}

/// The fixture lives in 2025: any later moment is that of the run, and so is a number of a later year.
fn moment_at(text: &str) -> Option<(usize, String)> {
    let year = |text: &str| {
        text.get(..4)
            .filter(|year| year.starts_with("20"))
            .and_then(|year| year.parse::<u32>().ok())
            .filter(|year| *year > 2025)
    };
    if let Some(number) = text
        .strip_prefix('-')
        .filter(|number| year(number).is_some() && number.as_bytes().get(4) == Some(&b'-'))
    {
        let digits = number[5..].bytes().take_while(u8::is_ascii_digit).count();
        let is_number = digits >= 4;
        return is_number.then(|| (5, "-<year>".to_owned()));
    }
    year(text)?;
    let length = text
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'.' | b'T' | b'Z'))
        .count();
    let is_moment = length >= 20 && text.as_bytes()[10] == b'T';
    is_moment.then(|| (length, "<now>".to_owned()))
}

/// The first line that differs, or None.
fn difference(path: &Path, found: &str) -> Option<String> {
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected == found {
        return None;
    }
    let lines = expected.lines().map(Some).chain(std::iter::repeat(None));
    let differing = found.lines().zip(lines).enumerate().find(|(_, (found, expected))| Some(*found) != *expected);
    let (number, (found, expected)) = differing.unwrap_or((found.lines().count(), ("(the end)", Some("more"))));
    let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path).display();
    Some(format!(
        "{name}, line {}:\n  expected: {}\n  found:    {found}",
        number + 1,
        expected.unwrap_or("(the end)")
    ))
}
