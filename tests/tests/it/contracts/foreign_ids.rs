//! A foreign id looks exactly like a missing one, wherever an id is taken: as an id, in filters and through
//! relations, as a place in a list, as a global id, as a reference of what is written, as a key to change or
//! create by, and as a child to connect. Every answer is asked for twice and compared byte for byte.

use super::schema::{is_visible, is_writable};
use super::{Findings, Home, catalog, homes, input_of};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::{ColumnType, ReferenceDef, TableDef, TableKind, Who};
use graphql::Role;
use graphql::catalog::{Column, RelationKind, Table, naming};
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
        let (one, many) = (&self.table.one, &self.table.many);
        let mut questions = Questions::default();
        questions.add(pair, &format!("{one}(id: ID) {{ id }}"));
        questions.add(
            pair,
            &format!("{many}(first: 1, filter: {{ id: {{ in: [ID] }} }}) {{ totalCount nodes {{ id }} }}"),
        );
        questions.add(
            pair,
            &format!("{many}(first: 1, filter: {{ or: [{{ not: {{ id: {{ ne: ID }} }} }}, {{ id: {{ eq: ID }} }}] }}) {{ totalCount }}"),
        );
        questions.add(pair, &format!("{one}Aggregates(filter: {{ id: {{ eq: ID }} }}) {{ count }}"));
        let mut lists = 0;
        for relation in &self.table.relations {
            let target = &catalog().tables[relation.target];
            if !self.is_seen(target.def) {
                continue;
            }
            let Some(pair) = self.strange(target.def) else { continue };
            let field = &relation.field;
            match relation.kind {
                RelationKind::ToOne { column } => {
                    questions.add(
                        pair,
                        &format!("{many}(first: 1, filter: {{ {field}: {{ id: {{ eq: ID }} }} }}) {{ totalCount }}"),
                    );
                    if let Some(column) = self.table.column(column).filter(|column| column.is_readable()) {
                        questions.add(
                            pair,
                            &format!("{many}(first: 1, filter: {{ {}: {{ eq: ID }} }}) {{ totalCount }}", column.field),
                        );
                    }
                }
                RelationKind::ToList { column } => {
                    let column = self.table.column(column).map_or(column, |column| column.field.as_str());
                    questions.add(pair, &format!("{many}(first: 1, filter: {{ {column}: {{ has: ID }} }}) {{ totalCount }}"));
                    questions.add(
                        pair,
                        &format!("{many}(first: 1, filter: {{ {field}: {{ some: {{ id: {{ eq: ID }} }} }} }}) {{ totalCount }}"),
                    );
                }
                RelationKind::ToMany { .. } if lists < LISTS => {
                    lists += 1;
                    questions.add(
                        pair,
                        &format!(
                            "{many}(first: 2, filter: {{ {field}: {{ some: {{ id: {{ eq: ID }} }} }} }}) {{ totalCount nodes {{ {field}(first: 1, filter: {{ id: {{ in: [ID] }} }}) {{ totalCount }} }} }}"
                        ),
                    );
                    questions.add(
                        pair,
                        &format!("{many}(first: 1, filter: {{ {field}: {{ none: {{ id: {{ eq: ID }} }} }} }}) {{ totalCount }}"),
                    );
                }
                RelationKind::ToMany { .. } => {}
            }
        }
        let schema = self.schema();
        self.told.reads += questions.pairs.len() * 2;
        for chunk in (0..questions.pairs.len()).collect::<Vec<_>>().chunks(FIELDS) {
            let declared: Vec<_> = chunk.iter().map(|number| format!("$i{number}: ID!")).collect();
            let fields: Vec<_> = chunk.iter().map(|number| questions.fields[*number].as_str()).collect();
            let document = format!("query({}) {{ {schema} {{ {} }} }}", declared.join(", "), fields.join(" "));
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
                self.findings
                    .add(&self.table.def.qualified(), format!("a query failed: {} {document}", answer.json["errors"]));
            }
        }
        self.places(pair);
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

    /// A column that can be set without a rule: what is asked of no row is not checked by any.
    fn touched(&self, draft: Option<&Map<String, Value>>) -> Option<Map<String, Value>> {
        let flows = self.def().flows;
        let is_free = |column: &&Column| {
            let flow = flows.iter().any(|flow| flow.column == column.def.name);
            column.is_input() && !matches!(column.def.name, "id" | "user_id") && !flow && !column.is_reference && column.def.ty != ColumnType::GeoPoint
        };
        let free: Vec<_> = self.table.columns.iter().filter(is_free).collect();
        let nullable = free.iter().find(|column| column.def.nullable).map(|column| (column.field.clone(), Value::Null));
        let given = || {
            let column = free.iter().find(|column| draft.is_some_and(|draft| draft.contains_key(&column.field)))?;
            Some((column.field.clone(), draft?.get(&column.field)?.clone()))
        };
        nullable.or_else(given).map(|member| Map::from_iter([member]))
    }

    /// Changes, deletes and restores of a row that is not ours.
    fn writes(&mut self, pair: Pair, draft: Option<&Map<String, Value>>) {
        let (one, many, name) = (&self.table.one, &self.table.many, &self.table.type_name);
        let version = if self.table.has("version") { ", expectedVersion: 1" } else { "" };
        let mut calls: Vec<(String, &str)> = Vec::new();
        if !self.def().append_only {
            if self.touched(draft).is_some() {
                calls.push((format!("{one}Update(id: $id, patch: $patch{version}) {{ id }}"), "NOT_FOUND"));
                calls.push((format!("{many}Update(filter: {{ id: {{ eq: $id }} }}, patch: $patch) {{ id }}"), ""));
            }
            if self.table.is_deleted() {
                calls.push((format!("{one}Delete(id: $id{version}) {{ id }}"), "NOT_FOUND"));
                calls.push((format!("{many}Delete(filter: {{ id: {{ in: [$id] }} }}) {{ id }}"), ""));
                if self.def().soft_delete {
                    calls.push((format!("{one}Restore(id: $id) {{ id }}"), "NOT_FOUND"));
                }
            }
        }
        let patch = self.touched(draft).unwrap_or_default();
        let (schema, person) = (self.schema(), self.person);
        for (call, code) in calls {
            let declared = if call.contains("$patch") {
                format!(", $patch: {name}Patch!")
            } else {
                String::new()
            };
            let document = format!("mutation($id: ID!{declared}) {{ {schema} {{ it: {call} }} }}");
            let answer = self.compare(&call, &[pair], |pick| person.ask_with(&document, json!({ "id": pick(pair), "patch": patch })));
            self.told.ids += 1;
            let told = code_of(&answer);
            // A rule of the role may come first; it knows no row.
            if told != code && told != "FORBIDDEN" {
                self.findings
                    .add(&self.table.def.qualified(), format!("{call} of a foreign row gave {}", answer.json));
            }
        }
    }

    /// A new row under a foreign id is a row of ours, whether somebody else has one of that id or not. What
    /// follows in the operation fails, so that nothing stays. Rows of people and of the system are keyed by
    /// their id alone, and an id that is taken there is taken: SECURITY.md says why that is accepted.
    fn upsert(&mut self, pair: Pair, draft: &Map<String, Value>) {
        if self.def().kind != TableKind::Tenant || !self.table.upsert_keys().iter().any(|(name, _)| name == "ID") || !self.table.is_deleted() {
            return;
        }
        let (schema, one, name, person) = (self.schema(), &self.table.one, &self.table.type_name, self.person);
        let document = format!(
            "mutation($input: {name}CreateInput!) {{ {schema} {{ it: {one}Upsert(input: $input, onConflict: ID) {{ id }} end: {one}Delete(id: \"{}\") {{ id }} }} }}",
            Uuid::nil()
        );
        self.told.ids += 1;
        self.compare("an upsert by id", &[pair], |pick| {
            let mut input = draft.clone();
            input.insert("id".into(), json!(pick(pair)));
            person.ask_with(&document, json!({ "input": input }))
        });
    }

    /// Every reference that clients write, in a new row and in one that is there.
    fn references(&mut self, own: Option<Uuid>, draft: Option<&Map<String, Value>>) {
        for (number, reference) in self.def().references.iter().enumerate() {
            let column = self
                .table
                .column(reference.column)
                .filter(|column| column.is_input() && column.def.name != "id");
            let target = catalog().table(reference.target_schema, reference.target_table);
            let (Some(column), Some(target)) = (column, target) else { continue };
            let Some(pair) = self.strange(target.def) else { continue };
            if let Some(draft) = draft.filter(|_| self.table.is_created()) {
                self.inserts(number, column, reference, pair, draft);
            }
            if let Some(own) = own.filter(|_| !self.def().append_only) {
                self.updates(number, column, reference, pair, own);
            }
        }
    }

    fn inserts(&mut self, number: usize, column: &Column, reference: &ReferenceDef, pair: Pair, draft: &Map<String, Value>) {
        let (one, many, name) = (&self.table.one, &self.table.many, &self.table.type_name);
        let by_id = self.table.upsert_keys().iter().any(|(key, _)| key == "ID");
        let (declared, call) = match number % 3 {
            0 => (format!("{name}CreateInput!"), format!("{one}Create(input: $in)")),
            1 if by_id => (format!("{name}CreateInput!"), format!("{one}Upsert(input: $in, onConflict: ID)")),
            _ => (format!("[{name}CreateInput!]!"), format!("{many}Create(inputs: $in)")),
        };
        let document = format!("mutation($in: {declared}) {{ {} {{ it: {call} {{ id }} }} }}", self.schema());
        let person = self.person;
        let new = Uuid::new_v4();
        let answer = self.compare(&format!("{call} with {}", column.field), &[pair], |pick| {
            let mut input = draft.clone();
            input.insert(column.field.clone(), value(reference, pick(pair)));
            if call.contains("Upsert") {
                input.insert("id".into(), json!(new));
            }
            person.ask_with(&document, json!({ "in": input }))
        });
        self.refused(&call, column, &answer);
    }

    fn updates(&mut self, number: usize, column: &Column, reference: &ReferenceDef, pair: Pair, own: Uuid) {
        let (one, many, name) = (&self.table.one, &self.table.many, &self.table.type_name);
        let call = match number % 2 {
            0 => format!("{one}Update(id: \"{own}\", patch: $in)"),
            _ => format!("{many}Update(filter: {{ id: {{ eq: \"{own}\" }} }}, patch: $in)"),
        };
        let document = format!("mutation($in: {name}Patch!) {{ {} {{ it: {call} {{ id }} }} }}", self.schema());
        let person = self.person;
        let answer = self.compare(&format!("{call} with {}", column.field), &[pair], |pick| {
            person.ask_with(&document, json!({ "in": { column.field.as_str(): value(reference, pick(pair)) } }))
        });
        self.refused(&call, column, &answer);
    }

    fn refused(&mut self, call: &str, column: &Column, answer: &Reply) {
        self.told.references += 1;
        let named = code_of(answer) == "INPUT_INVALID"
            && answer.message().contains("names a record that does not exist")
            && answer.field().ends_with(column.field.as_str());
        self.told.named += usize::from(named);
        let changed = answer
            .json
            .pointer(&format!("/data/{}/it", self.schema()))
            .is_some_and(|it| !it.is_null() && *it != json!([]));
        if changed {
            self.findings
                .add(&self.def().qualified(), format!("{call} took a foreign {}: {}", column.field, answer.json));
        }
    }

    /// A child that is another's cannot be connected.
    fn connects(&mut self, draft: &Map<String, Value>) {
        let nested = self.table.relations.iter().filter(|relation| {
            let target = &catalog().tables[relation.target];
            matches!(relation.kind, RelationKind::ToMany { .. })
                && self.table.nests(relation)
                && is_writable(target.def, self.industry, Role::Owner)
                && !target.def.append_only
        });
        for relation in nested.take(1).collect::<Vec<_>>() {
            let Some(pair) = self.strange(catalog().tables[relation.target].def) else {
                continue;
            };
            let document = format!(
                "mutation($in: {}CreateInput!) {{ {} {{ it: {}Create(input: $in) {{ id }} }} }}",
                self.table.type_name,
                self.schema(),
                self.table.one
            );
            let person = self.person;
            self.told.ids += 1;
            let answer = self.compare(&format!("connecting {}", relation.field), &[pair], |pick| {
                let mut input = draft.clone();
                input.insert(relation.field.clone(), json!({ "connect": [pick(pair)] }));
                person.ask_with(&document, json!({ "in": input }))
            });
            if answer.json.get("errors").is_none() {
                self.findings
                    .add(&self.table.def.qualified(), format!("{} took a foreign child", relation.field));
            }
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

fn value(reference: &ReferenceDef, id: Uuid) -> Value {
    if reference.list { json!([id]) } else { json!(id) }
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
