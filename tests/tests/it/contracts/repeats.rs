//! Every change of every table, sent twice with one idempotency key, happens once and is answered twice.

use super::{Findings, catalog, homes, input_of};
use entity::{TableDef, TableKind, Who};
use graphql::catalog::{Table, naming};
use serde_json::{Value, json};
use tests::rows::{is_filled, is_given};
use tests::{Business, Response, Rows, app};
use uuid::Uuid;

const ADVICE: &str = "See graphql/src/idempotency.rs and platform.claim_idempotency_key; send the document twice with one key.";
/// Of each verb so many tables at least are changed; the others' rules want more than a generated row has.
const LEAST: usize = 350;

fn is_written(def: &TableDef) -> bool {
    let by_people = |who: &Who| !matches!(who, Who::System | Who::Nobody);
    is_filled(def) && !is_given(def) && def.kind == TableKind::Tenant && def.access.write.iter().any(by_people) && def.access.read.iter().any(by_people)
}

/// One table in one business.
struct Subject<'a, 'b> {
    business: &'b Business<'a>,
    table: &'static Table,
    id: Uuid,
}

impl Subject<'_, '_> {
    fn send(&self, key: Uuid, document: &str, variables: &Value) -> Response {
        let bearer = self.business.owner.bearer();
        let body = json!({ "query": document, "variables": variables, "extensions": { "idempotencyKey": key } });
        app().post(&[("content-type", "application/json"), ("authorization", &bearer)], &body.to_string())
    }

    /// Everything that is there of the row.
    fn state(&self) -> Option<String> {
        let sql = format!("SELECT to_jsonb(t)::text FROM {} t WHERE id = $1", self.table.def.qualified());
        app().database.rows(&sql, &[&self.id]).first().map(|row| row.get(0))
    }

    /// Whether the change was made; what does not hold about its repeat goes to the findings.
    fn twice(&self, findings: &mut Findings, verb: &str, arguments: &str, declared: &str, variables: &Value) -> bool {
        let declared = if declared.is_empty() { String::new() } else { format!("({declared})") };
        let schema = naming::camel(self.table.def.schema);
        let document = format!("mutation{declared} {{ {schema} {{ it: {}{verb}({arguments}) {{ id }} }} }}", self.table.one);
        let key = Uuid::new_v4();
        let first = self.send(key, &document, variables);
        if !first.code().is_empty() {
            return false;
        }
        let between = self.state();
        let second = self.send(key, &document, variables);
        let place = self.table.def.qualified();
        let same = first.json()["data"] == second.json()["data"];
        findings.expect(
            same && second.header("idempotency-replayed") == Some("true"),
            &place,
            format!("{verb} again is answered with {}", second.body),
        );
        findings.expect(between == self.state(), &place, format!("{verb} again changed the row from {between:?}"));
        true
    }
}

#[test]
fn a_change_with_a_key_happens_once_whatever_it_is() {
    let mut findings = Findings::new("repeats", ADVICE);
    let mut done = std::collections::BTreeMap::<&str, usize>::new();
    for home in homes() {
        let mut rows = Rows::of(&home.business);
        for def in home.tables.iter().copied().filter(|def| is_written(def)) {
            let Some(table) = catalog().tables.iter().find(|table| table.def.qualified() == def.qualified()) else {
                continue;
            };
            let Some(row) = rows.try_draft(def, 900, false, &[]) else { continue };
            let subject = Subject {
                business: &home.business,
                table,
                id: row.id,
            };
            let mut input = input_of(table, &row);
            input.insert("id".into(), json!(row.id));
            let of_input = format!("$input: {}CreateInput!", table.type_name);
            let made = subject.twice(&mut findings, "Create", "input: $input", &of_input, &json!({ "input": input }));
            if !made {
                continue;
            }
            *done.entry("Create").or_default() += 1;
            let one = format!("id: \"{}\"", row.id);
            let patch = input.iter().find(|(name, _)| *name != "id");
            if let Some((name, value)) = patch {
                let declared = format!("$patch: {}Patch!", table.type_name);
                let arguments = format!("{one}, patch: $patch");
                let changed = subject.twice(&mut findings, "Update", &arguments, &declared, &json!({ "patch": { name: value } }));
                *done.entry("Update").or_default() += usize::from(changed);
            }
            let upserted = subject.twice(&mut findings, "Upsert", "onConflict: ID, input: $input", &of_input, &json!({ "input": input }));
            *done.entry("Upsert").or_default() += usize::from(upserted);
            let deleted = subject.twice(&mut findings, "Delete", &one, "", &json!({}));
            *done.entry("Delete").or_default() += usize::from(deleted);
            if deleted && def.soft_delete {
                let restored = subject.twice(&mut findings, "Restore", &one, "", &json!({}));
                *done.entry("Restore").or_default() += usize::from(restored);
            }
        }
    }
    println!("{done:?}");
    for verb in ["Create", "Update", "Upsert", "Delete", "Restore"] {
        let count = done.get(verb).copied().unwrap_or_default();
        assert!(count >= LEAST, "only {count} tables had a {verb} that worked: {done:?}");
    }
    findings.done();
}
