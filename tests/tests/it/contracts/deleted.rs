//! What is deleted is gone for everybody, until an owner or manager asks for it, and can come back.

use super::{Findings, Home, admits, catalog, homes};
use graphql::Role;
use graphql::catalog::{Table, naming};
use serde_json::{Value, json};
use tests::rows::{is_filled, is_given};
use tests::{Person, Rows};
use uuid::Uuid;

const ADVICE: &str = "Every statement over a table with deleted_at has to say deleted_at IS NULL, unless includeDeleted asks.";

/// Whether the row is in the list, found by its id, and counted.
fn sight(person: Person<'_>, table: &Table, id: Uuid, argument: &str) -> Result<(bool, bool, bool), String> {
    let (schema, one, many) = (naming::camel(table.def.schema), &table.one, &table.many);
    let filter = format!("filter: {{ id: {{ eq: \"{id}\" }} }}{argument}");
    let reply = person.ask(&format!(
        "{{ {schema} {{ it: {one}(id: \"{id}\"{argument}) {{ id }} all: {many}({filter}) {{ totalCount nodes {{ id }} }} groups: {one}Aggregates({filter}) {{ count }} }} }}"
    ));
    let Some(data) = reply.json.pointer(&format!("/data/{schema}")) else {
        return Err(reply.json["errors"].to_string());
    };
    let counts = [&data["all"]["totalCount"], &data["groups"][0]["count"]];
    let counted = counts.iter().any(|count| count.as_u64().is_some_and(|count| count > 0));
    Ok((data["all"]["nodes"] == json!([{ "id": id }]), data["it"]["id"] == json!(id), counted))
}

#[test]
fn deleted_rows_are_hidden_until_asked_for() {
    const DELETED: &str = ", includeDeleted: true";
    let mut findings = Findings::new("deleted rows", ADVICE);
    for Home { business, tables, .. } in homes() {
        let mut rows = Rows::of(&business);
        for def in tables.into_iter().filter(|def| def.soft_delete && is_filled(def) && !is_given(def)) {
            let table = catalog().table(def.schema, def.name).expect("the catalog has every table");
            let place = def.qualified();
            let Some(id) = rows.another(def, 40, false, &[]).map(|row| row.id).or_else(|| rows.any(def)) else {
                continue;
            };
            let (schema, one) = (naming::camel(def.schema), &table.one);
            let change = |verb: &str| {
                business
                    .owner
                    .ask(&format!("mutation {{ {schema} {{ it: {one}{verb}(id: \"{id}\") {{ id }} }} }}"))
            };
            let mut expect = |what: &str, seen: Result<(bool, bool, bool), String>, wanted: bool| {
                findings.expect(
                    seen == Ok((wanted, wanted, wanted)),
                    &place,
                    format!("{what}: listed, found, counted is {seen:?}, should be {wanted}"),
                );
            };
            expect("before", sight(business.owner, table, id, ""), true);
            let deleted = change("Delete");
            if deleted.json.get("errors").is_some() {
                business.app.database.run(&format!("UPDATE {place} SET deleted_at = now() WHERE id = '{id}'"));
            }
            expect("deleted", sight(business.owner, table, id, ""), false);
            expect("deleted, asked for by an owner", sight(business.owner, table, id, DELETED), true);
            if admits(def.access.read, Role::Manager, false, false) {
                expect("deleted, asked for by a manager", sight(business.manager, table, id, DELETED), true);
            }
            for person in [business.staff, business.viewer] {
                let answer = person.ask(&format!("{{ {schema} {{ it: {one}(id: \"{id}\"{DELETED}) {{ id }} }} }}"));
                let refused = answer.json.pointer(&format!("/data/{schema}")).is_none_or(Value::is_null);
                findings.expect(refused, &place, format!("a deleted row is shown to staff or a viewer: {}", answer.json));
            }
            let restored = change("Restore");
            if deleted.json.get("errors").is_none() {
                findings.expect(
                    restored.json.get("errors").is_none(),
                    &place,
                    format!("cannot be restored: {}", restored.json["errors"]),
                );
                let back = sight(business.owner, table, id, "");
                findings.expect(back == Ok((true, true, true)), &place, format!("after a restore it is {back:?}"));
            }
        }
    }
    findings.done();
}
