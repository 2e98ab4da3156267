//! What is written with a foreign id: changes and deletes by it, references to it, children connected by it.

use super::super::schema::is_writable;
use super::{Pair, Visit, catalog, code_of};
use entity::{ColumnType, ReferenceDef, TableKind};
use graphql::Role;
use graphql::catalog::{Column, RelationKind};
use serde_json::{Map, Value, json};
use tests::Reply;
use uuid::Uuid;

impl Visit<'_, '_> {
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
    pub fn writes(&mut self, pair: Pair, draft: Option<&Map<String, Value>>) {
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
        // Every other one of them, in turn: one at a time is tried for each role by the slices' contract.
        self.told.tables += 1;
        for (call, code) in calls.into_iter().skip(self.told.tables % 2).step_by(2) {
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
    pub fn upsert(&mut self, pair: Pair, draft: &Map<String, Value>) {
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
    pub fn references(&mut self, own: Option<Uuid>, draft: Option<&Map<String, Value>>) {
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
    pub fn connects(&mut self, draft: &Map<String, Value>) {
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
}

fn value(reference: &ReferenceDef, id: Uuid) -> Value {
    if reference.list { json!([id]) } else { json!(id) }
}
