//! Operations that are valid by the schema, with values that often are not.

use super::grammar::{Argument, bare};
use super::{Documents, Made};
use async_graphql::parser::types::{BaseType, Type};
use rand::Rng;
use serde_json::{Map, Value, json};

/// Selections and values nest so far at most.
const DEPTH: usize = 5;
const FIELDS: usize = 40;

/// A value in both notations.
enum Term {
    Json(Value),
    Enum(String),
    List(Vec<Term>),
    Object(Vec<(String, Term)>),
}

impl Term {
    fn literal(&self) -> String {
        match self {
            Term::Json(value) => value.to_string(),
            Term::Enum(name) => name.clone(),
            Term::List(items) => format!("[{}]", items.iter().map(Term::literal).collect::<Vec<_>>().join(", ")),
            Term::Object(members) => {
                let member = |(name, value): &(String, Term)| format!("{name}: {}", value.literal());
                format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn json(&self) -> Value {
        match self {
            Term::Json(value) => value.clone(),
            Term::Enum(name) => json!(name),
            Term::List(items) => items.iter().map(Term::json).collect(),
            Term::Object(members) => members.iter().map(|(name, value)| (name.clone(), value.json())).collect::<Map<_, _>>().into(),
        }
    }
}

/// What an operation has so far.
#[derive(Default)]
struct Draft {
    body: String,
    definitions: Vec<String>,
    variables: Map<String, Value>,
    fragments: Vec<String>,
    fields: usize,
}

impl Documents {
    /// A query, or now and then a mutation.
    pub fn operation(&mut self) -> Made {
        let (keyword, root) = if self.random.random_bool(0.8) {
            ("query", "Query")
        } else {
            ("mutation", "Mutation")
        };
        let mut draft = Draft::default();
        self.select(root, 0, &mut draft);
        let definitions = if draft.definitions.is_empty() {
            String::new()
        } else {
            format!("({})", draft.definitions.join(", "))
        };
        Made {
            kind: "operation",
            text: format!("{keyword} Q{definitions} {} {}", draft.body, draft.fragments.join(" ")),
            variables: draft.variables,
        }
    }

    fn select(&mut self, type_name: &str, depth: usize, draft: &mut Draft) {
        let grammar = self.grammar;
        let members = grammar.members(type_name);
        draft.body.push_str("{ __typename ");
        for _ in 0..self.random.random_range(1..5) {
            if draft.fields > FIELDS || members.is_empty() {
                break;
            }
            let member = self.pick(members);
            let is_object = grammar.objects.contains_key(bare(&member.ty));
            if is_object && depth >= DEPTH {
                continue;
            }
            draft.fields += 1;
            let wraps = self.random.random_range(0..12);
            match wraps {
                0 => draft.body.push_str("... @include(if: true) { "),
                1 => draft.body.push_str(&format!("... on {type_name} {{ ")),
                _ => {}
            }
            // Fields of one name and other arguments do not merge, so each has a key of its own.
            draft.body.push_str(&format!("f{}: {}", draft.fields, member.name));
            self.give(&member.arguments, depth, draft);
            if self.random.random_bool(0.05) {
                draft.body.push_str(" @skip(if: false)");
            }
            draft.body.push(' ');
            if is_object {
                self.select(bare(&member.ty), depth + 1, draft);
            }
            if wraps < 2 {
                draft.body.push_str("} ");
            }
        }
        if self.random.random_bool(0.1) {
            let name = format!("F{}", draft.fragments.len());
            draft.body.push_str(&format!("...{name} "));
            draft
                .fragments
                .push(format!("fragment {name} on {type_name} {{ t{}: __typename }}", draft.fields));
        }
        draft.body.push_str("} ");
    }

    fn give(&mut self, arguments: &[Argument], depth: usize, draft: &mut Draft) {
        let mut given = Vec::new();
        for argument in arguments {
            if argument.ty.nullable && self.random.random_bool(0.8) {
                continue;
            }
            let term = self.value(&argument.ty, depth);
            let text = if self.random.random_bool(0.3) {
                let name = format!("v{}", draft.definitions.len());
                draft.definitions.push(format!("${name}: {}", argument.ty));
                draft.variables.insert(name.clone(), term.json());
                format!("${name}")
            } else {
                term.literal()
            };
            given.push(format!("{}: {text}", argument.name));
        }
        if !given.is_empty() {
            draft.body.push_str(&format!("({})", given.join(", ")));
        }
    }

    fn value(&mut self, ty: &Type, depth: usize) -> Term {
        if ty.nullable && self.random.random_bool(0.04) {
            return Term::Json(Value::Null);
        }
        let name = match &ty.base {
            BaseType::List(item) => {
                let count = if self.random.random_bool(0.02) {
                    1_200
                } else {
                    self.random.random_range(0..3)
                };
                let item = |documents: &mut Documents| documents.value(item, depth + 1);
                return Term::List((0..count).map(|_| item(self)).collect());
            }
            BaseType::Named(name) => name.as_str(),
        };
        let grammar = self.grammar;
        if let Some(values) = grammar.enums.get(name) {
            return Term::Enum(self.pick(values).clone());
        }
        let Some(members) = grammar.inputs.get(name) else {
            return Term::Json(self.scalar(name));
        };
        // What recurses (filters of filters) ends somewhere; a required member is always given.
        let often = if depth >= DEPTH { 0.0 } else { (3.0 / members.len() as f64).min(0.7) };
        let mut given = Vec::new();
        for member in members {
            if !member.ty.nullable || self.random.random_bool(often) {
                given.push((member.name.clone(), self.value(&member.ty, depth + 1)));
            }
        }
        Term::Object(given)
    }

    fn scalar(&mut self, name: &str) -> Value {
        if self.random.random_bool(0.04) {
            return json!(self.pick(&[
                "",
                "NaN",
                "Infinity",
                "-0",
                "1e400",
                "\u{0}",
                "\u{202e}",
                "2024-02-30",
                "24:00:00",
                "P99999999999Y"
            ]));
        }
        match name {
            "Int" => json!(*self.pick(&[0, 1, 2, 3, 5, 10, 50, 100, 1_000, 1_001, -1, i32::MAX])),
            "Float" => json!(*self.pick(&[0.0, -0.0, 1.5, 90.0, -97.7, 1e308, f64::MIN_POSITIVE])),
            "Boolean" => json!(self.random.random_bool(0.5)),
            "ID" => json!(uuid::Uuid::from_u128(self.random.random_range(0..4)).to_string()),
            "Decimal" => json!(*self.pick(&["0", "12.50", "-1.005", "99999999999999999999.99", "1e5"])),
            "BigInt" => json!(*self.pick(&["0", "9007199254740993", "-9223372036854775808", "9223372036854775808"])),
            "Date" => json!(*self.pick(&["2025-01-31", "0001-01-01", "9999-12-31", "10000-01-01"])),
            "DateTime" => json!(*self.pick(&["2025-01-31T12:00:00Z", "0001-01-01T00:00:00Z", "2025-03-09T02:30:00-06:00"])),
            "Time" => json!(*self.pick(&["08:30:00", "23:59:59.999999", "00:00"])),
            "Duration" => json!(*self.pick(&["PT1H30M", "P1Y2M", "-PT5S", "PT0S"])),
            "IPAddress" => json!(*self.pick(&["192.0.2.1", "2001:db8::/32", "300.1.1.1"])),
            "Cursor" => json!(*self.pick(&["", "AAAA", "WyJhIl0", "not a cursor"])),
            "JSON" => json!({ "a": [1, null, "x", { "b": 1e300 }] }),
            _ => json!(*self.pick(&["x", "Austin", "o'hara", "50%_", "\\", "\"quoted\"", "日本語", "e\u{301}"])),
        }
    }
}
