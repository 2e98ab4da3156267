//! A foreign id looks exactly like a missing one, wherever an id is taken: as an id, in filters and through
//! relations, as a place in a list, as a global id, as a reference of what is written, as a key to change or
//! create by, and as a child to connect. Every answer is asked for twice and compared byte for byte.

mod writes;

use super::schema::{is_visible, is_writable};
use super::{Findings, Home, catalog, homes, input_of};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::{TableDef, TableKind, Who};
use graphql::Role;
use graphql::catalog::{Relation, RelationKind, Table, naming};
use serde_json::{Map, Value, json};
use tests::rows::{is_filled, is_given};
use tests::{Person, Reply, Rows, app};
use uuid::Uuid;

const ADVICE: &str = "Compare the two answers, and the statements in their replies' sql: what a row of another business changes must be nothing.";
/// Fields of one document.
const FIELDS: usize = 10;
/// Lists of a table whose filters are tried; the planner treats them alike, and some tables have fifty.
const LISTS: usize = 2;

/// An id of another business, and one of nobody that stands at the same place in every order.
#[derive(Clone, Copy)]
struct Pair {
    foreign: Uuid,
    missing: Uuid,
}

impl Pair {
    fn of(foreign: Uuid) -> Pair {
        Pair {
            foreign,
            missing: Uuid::from_u128(foreign.as_u128() ^ 5),
        }
    }
}

/// An answer without what differs from request to request.
fn faceless(reply: &Reply, pairs: &[Pair]) -> String {
    let mut json = reply.json.clone();
    json["extensions"] = Value::Null;
    for error in json["errors"].as_array_mut().into_iter().flatten() {
        error["extensions"]["requestId"] = Value::Null;
    }
    let mut text = json.to_string();
    for Pair { foreign, missing } in pairs {
        text = text.replace(&foreign.to_string(), "ID").replace(&missing.to_string(), "ID");
    }
    text
}

/// A table in two businesses, asked by the first one's owner.
struct Visit<'v, 'a> {
    person: Person<'a>,
    industry: &'static str,
    table: &'static Table,
    rows: &'v mut Rows<'a>,
    other: &'v mut Rows<'a>,
    findings: &'v mut Findings,
    told: &'v mut Told,
}

/// How often what was refused.
#[derive(Default)]
struct Told {
    reads: usize,
    references: usize,
    /// Refused as a reference to nothing, and not by another rule that came first.
    named: usize,
    ids: usize,
    tables: usize,
}

/// Fields of a query with the ids they take.
#[derive(Default)]
struct Questions {
    fields: Vec<String>,
    pairs: Vec<Pair>,
}

impl Questions {
    /// `ID` stands for the id.
    fn add(&mut self, pair: Pair, field: &str) {
        let number = self.pairs.len();
        self.fields.push(format!("q{number}: {}", field.replace("ID", &format!("$i{number}"))));
        self.pairs.push(pair);
    }
}

impl Visit<'_, '_> {
    fn def(&self) -> &'static TableDef {
        self.table.def
    }

    fn schema(&self) -> String {
        naming::camel(self.def().schema)
    }

    /// Asks with the foreign ids and with the missing ones; both answers must be the same.
    fn compare(&mut self, what: &str, pairs: &[Pair], ask: impl Fn(&dyn Fn(Pair) -> Uuid) -> Reply) -> Reply {
        let (foreign, missing) = (ask(&|pair| pair.foreign), ask(&|pair| pair.missing));
        let (strange, gone) = (faceless(&foreign, pairs), faceless(&missing, pairs));
        let place = self.def().qualified();
        let message = || format!("{what}: a foreign id differs from a missing one:\n    {strange}\n    {gone}");
        if strange == gone {
            self.findings.count(1);
        } else {
            self.findings.expect(false, &place, message());
        }
        if code_of(&foreign) == "INTERNAL" {
            self.findings.add(&place, format!("{what}: {}", foreign.json));
        }
        foreign
    }

    fn is_seen(&self, target: &TableDef) -> bool {
        is_visible(target, self.industry, Role::Owner) && is_filled(target)
    }

    /// A row of the other business, or None where everybody shares the rows.
    fn strange(&mut self, target: &'static TableDef) -> Option<Pair> {
        let shared = target.access.read.iter().any(|who| matches!(who, Who::Anyone | Who::Public));
        (!shared && target.kind != TableKind::Global && is_filled(target))
            .then(|| self.other.any(target))
            .flatten()
            .map(Pair::of)
    }

    fn reads(&mut self, pair: Pair) {
        let mut questions = Questions::default();
        self.ask_by_id(&mut questions, pair);
        let mut lists = 0;
        for relation in &self.table.relations {
            let target = catalog().tables[relation.target].def;
            let is_list = matches!(relation.kind, RelationKind::ToMany { .. });
            if !self.is_seen(target) || (is_list && lists == LISTS) {
                continue;
            }
            if let Some(pair) = self.strange(target) {
                lists += usize::from(is_list);
                self.ask_through(&mut questions, relation, pair);
            }
        }
        self.told.reads += questions.pairs.len() * 2;
        for chunk in (0..questions.pairs.len()).collect::<Vec<_>>().chunks(FIELDS) {
            self.put(&questions, chunk);
        }
        self.places(pair);
    }

    fn ask_by_id(&self, questions: &mut Questions, pair: Pair) {
        let (one, many) = (&self.table.one, &self.table.many);
        for field in [
            format!("{one}(id: ID) {{ id }}"),
            format!("{many}(first: 1, filter: {{ id: {{ in: [ID] }} }}) {{ totalCount nodes {{ id }} }}"),
            format!("{many}(first: 1, filter: {{ or: [{{ not: {{ id: {{ ne: ID }} }} }}, {{ id: {{ eq: ID }} }}] }}) {{ totalCount }}"),
            format!("{one}Aggregates(filter: {{ id: {{ eq: ID }} }}) {{ count }}"),
        ] {
            questions.add(pair, &field);
        }
    }

    fn ask_through(&self, questions: &mut Questions, relation: &Relation, pair: Pair) {
        let (many, field) = (&self.table.many, &relation.field);
        let filtered = |filter: &str, selection: &str| format!("{many}(first: 2, filter: {{ {filter} }}) {{ totalCount {selection} }}");
        let some = format!("{field}: {{ some: {{ id: {{ eq: ID }} }} }}");
        match relation.kind {
            RelationKind::ToOne { column } => {
                questions.add(pair, &filtered(&format!("{field}: {{ id: {{ eq: ID }} }}"), ""));
                if let Some(column) = self.table.column(column).filter(|column| column.is_readable()) {
                    questions.add(pair, &filtered(&format!("{}: {{ eq: ID }}", column.field), ""));
                }
            }
            RelationKind::ToList { column } => {
                let column = self.table.column(column).map_or(column, |column| column.field.as_str());
                questions.add(pair, &filtered(&format!("{column}: {{ has: ID }}"), ""));
                questions.add(pair, &filtered(&some, ""));
            }
            RelationKind::ToMany { .. } => {
                let children = format!("nodes {{ {field}(first: 1, filter: {{ id: {{ in: [ID] }} }}) {{ totalCount }} }}");
                questions.add(pair, &filtered(&some, &children));
                questions.add(pair, &filtered(&format!("{field}: {{ none: {{ id: {{ eq: ID }} }} }}"), ""));
            }
        }
    }

    /// Some of the questions, in one query.
    fn put(&mut self, questions: &Questions, chunk: &[usize]) {
        let declared: Vec<_> = chunk.iter().map(|number| format!("$i{number}: ID!")).collect();
        let fields: Vec<_> = chunk.iter().map(|number| questions.fields[*number].as_str()).collect();
        let document = format!("query({}) {{ {} {{ {} }} }}", declared.join(", "), self.schema(), fields.join(" "));
        let pairs: Vec<Pair> = chunk.iter().map(|number| questions.pairs[*number]).collect();
        let person = self.person;
        let answer = self.compare("reading", &pairs, |pick| {
            let variables: Map<_, _> = chunk
                .iter()
                .map(|number| (format!("i{number}"), json!(pick(questions.pairs[*number]))))
                .collect();
            person.ask_with(&document, Value::Object(variables))
        });
        if answer.json.get("errors").is_some() {
            let message = format!("a query failed: {} {document}", answer.json["errors"]);
            self.findings.add(&self.table.def.qualified(), message);
        }
    }

    /// As a global id, and as the place after which a page begins.
    fn places(&mut self, pair: Pair) {
        let (schema, many, type_name) = (self.schema(), &self.table.many, self.table.type_name.clone());
        let node = move |id: Uuid| URL_SAFE_NO_PAD.encode(format!("{type_name}:{id}"));
        let cursor = |reply: &Reply| reply.json.pointer(&format!("/data/{schema}/{many}/pageInfo/endCursor")).cloned();
        let own = self.person.ask(&format!(
            "{{ {schema} {{ {many}(first: 1, orderBy: [{{ id: ASC }}]) {{ pageInfo {{ endCursor }} }} }} }}"
        ));
        // The other business's own cursor differs from ours in the row's id alone.
        let Some(form) = cursor(&own).and_then(|text| text.as_str().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())) else {
            return;
        };
        let place = |id: Uuid| {
            let mut parts: Value = serde_json::from_slice(&form).expect("a cursor is JSON inside");
            parts[2] = json!([id]);
            URL_SAFE_NO_PAD.encode(parts.to_string())
        };
        let document = format!(
            "query($node: ID!, $nodes: [ID!]!, $after: Cursor) {{ node(nodeId: $node) {{ nodeId }} nodes(nodeIds: $nodes) {{ nodeId }}
               {schema} {{ {many}(first: 2, orderBy: [{{ id: ASC }}], after: $after) {{ totalCount nodes {{ id }} }} }} }}"
        );
        let person = self.person;
        self.told.reads += 3;
        let answer = self.compare("as a place", &[pair], |pick| {
            let id = pick(pair);
            person.ask_with(&document, json!({ "node": node(id), "nodes": [node(id)], "after": place(id) }))
        });
        if answer.json.get("errors").is_some() {
            self.findings
                .add(&self.table.def.qualified(), format!("a place failed: {}", answer.json["errors"]));
        }
    }

    fn all(&mut self) {
        let Some(pair) = self.strange(self.def()) else { return };
        self.reads(pair);
        if !is_writable(self.def(), self.industry, Role::Owner) {
            return;
        }
        let draft = (!is_given(self.def())).then(|| self.rows.try_draft(self.def(), 60, false, &[])).flatten();
        let draft = draft.map(|row| input_of(self.table, &row));
        self.writes(pair, draft.as_ref());
        let own = self.rows.any(self.def());
        self.references(own, draft.as_ref());
        if let Some(draft) = draft.filter(|_| self.table.is_created()) {
            self.upsert(pair, &draft);
            self.connects(&draft);
        }
    }
}

/// Empty where nothing was refused.
fn code_of(reply: &Reply) -> &str {
    reply.json.pointer("/errors/0/extensions/code").and_then(Value::as_str).unwrap_or_default()
}

#[test]
fn a_foreign_id_is_a_missing_one_wherever_it_is_given() {
    let mut findings = Findings::new("foreign ids", ADVICE);
    let mut told = Told::default();
    for Home { industry, business, tables } in homes() {
        let other = app().business(industry);
        let (mut rows, mut strange) = (Rows::of(&business), Rows::of(&other));
        for table in tables.iter().filter_map(|def| catalog().table(def.schema, def.name)) {
            if !is_filled(table.def) || !is_visible(table.def, industry, Role::Owner) {
                continue;
            }
            let mut visit = Visit {
                person: business.owner,
                industry,
                table,
                rows: &mut rows,
                other: &mut strange,
                findings: &mut findings,
                told: &mut told,
            };
            visit.all();
        }
    }
    println!(
        "{} questions, {} changes by id, {} references written, of which {} were told to name nothing",
        told.reads, told.ids, told.references, told.named
    );
    assert!(
        told.named * 10 > told.references * 8,
        "only {} of {} references were refused as such: other rules come first, so make better rows in tests/src/rows.rs",
        told.named,
        told.references
    );
    findings.done();
}
