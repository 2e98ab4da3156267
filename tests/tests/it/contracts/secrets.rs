//! Secret columns: not selected under any name, not filtered, ordered, grouped or added up by, and to every
//! way of asking they look like a field that never was.

use super::schema::{is_visible, is_writable};
use super::{Findings, Home, catalog, homes};
use graphql::Role;
use graphql::catalog::{Column, Table, naming};
use serde_json::{Value, json};
use tests::Person;

const ADVICE: &str = "A secret column is no field of any output, filter, order or aggregate: see Column::is_readable.";

/// Every way to ask for a field of a table; `NAME` stands for it.
fn ways(table: &Table) -> Vec<String> {
    let (schema, one, many, ty) = (naming::camel(table.def.schema), &table.one, &table.many, &table.type_name);
    let list = |arguments: &str, selection: &str| format!("{{ {schema} {{ {many}{arguments} {{ {selection} }} }} }}");
    let mut ways = vec![
        list("", "nodes { NAME }"),
        list("", "nodes { harmless: NAME }"),
        list("", "edges { node { NAME } }"),
        format!("{} fragment F on {ty} {{ NAME }}", list("", "nodes { ...F }")),
        list("", &format!("nodes {{ ... on {ty} {{ a: NAME }} }}")),
        list("(filter: { NAME: { eq: \"x\" } })", "totalCount"),
        list("(filter: { not: { or: [{ NAME: { isNull: true } }] } })", "totalCount"),
        list("(orderBy: [{ NAME: ASC }])", "totalCount"),
        format!("{{ {schema} {{ {one}Aggregates {{ min {{ NAME }} }} }} }}"),
        format!("{{ {schema} {{ {one}Aggregates {{ harmless: max {{ harmless: NAME }} }} }} }}"),
        format!("{{ {schema} {{ {one}Aggregates(filter: {{ NAME: {{ isNull: false }} }}) {{ count }} }} }}"),
    ];
    if table.has("id") {
        ways.push(format!("{{ node(nodeId: \"x\") {{ ... on {ty} {{ NAME }} }} }}"));
    }
    ways
}

/// The errors without what differs: the request's id, and the name that was asked for.
fn told(person: &Person<'_>, way: &str, name: &str, findings: &mut Findings, place: &str) -> String {
    let reply = person.ask(&way.replace("NAME", name));
    let mut errors = reply.json["errors"].clone();
    for error in errors.as_array_mut().into_iter().flatten() {
        error["extensions"]["requestId"] = Value::Null;
        error["locations"] = Value::Null;
    }
    findings.expect(
        reply.statements == 0 && reply.json["data"].is_null() && errors.is_array(),
        place,
        format!("{name} is answered: {way}"),
    );
    errors.to_string().replace(name, "NAME")
}

fn grouped(person: &Person<'_>, table: &Table, column: &Column, findings: &mut Findings) {
    let (schema, one, ty) = (naming::camel(table.def.schema), &table.one, &table.type_name);
    for name in [column.def.name.to_uppercase(), column.field.clone(), naming::enum_value(column.def.name)] {
        for (declared, argument, value) in [
            (format!("[{ty}GroupBy!]"), "groupBy", json!([{ "field": name }])),
            (format!("[{ty}Having!]"), "having", json!([{ "aggregate": "MAX", "field": name, "gt": "0" }])),
            (format!("[{ty}AggregateOrder!]"), "orderBy", json!([{ "field": name }])),
        ] {
            let document = format!("query($v: {declared}) {{ {schema} {{ {one}Aggregates({argument}: $v) {{ count }} }} }}");
            let reply = person.ask_with(&document, json!({ "v": value }));
            findings.expect(
                reply.json.get("errors").is_some() && reply.statements == 0,
                &table.def.qualified(),
                format!("{argument} takes {name}: {}", reply.json),
            );
        }
    }
}

#[test]
fn a_secret_column_is_a_field_that_never_was() {
    let mut findings = Findings::new("secret columns", ADVICE);
    let mut columns = 0;
    for Home { industry, business, tables } in homes() {
        let visible = tables.iter().filter(|def| is_visible(def, industry, Role::Owner));
        for table in visible.filter_map(|def| catalog().table(def.schema, def.name)) {
            let place = table.def.qualified();
            for column in table.columns.iter().filter(|column| !column.is_readable()) {
                columns += 1;
                for way in ways(table) {
                    let hidden = told(&business.owner, &way, &column.field, &mut findings, &place);
                    let unknown = told(&business.owner, &way, "neverWas", &mut findings, &place);
                    findings.expect(
                        hidden == unknown,
                        &place,
                        format!("{} differs from a field that never was in {way}:\n    {hidden}\n    {unknown}", column.field),
                    );
                }
                grouped(&business.owner, table, column, &mut findings);
                // What is written there does not come back with the answer to the write.
                if is_writable(table.def, industry, Role::Owner) && !table.def.append_only && column.is_sealed() {
                    let (schema, one, ty, field) = (naming::camel(table.def.schema), &table.one, &table.type_name, &column.field);
                    let document = format!(
                        "mutation($in: {ty}Patch!) {{ {schema} {{ {one}Update(id: \"00000000-0000-4000-8000-000000000000\", patch: $in) {{ {field} }} }} }}"
                    );
                    let reply = business.owner.ask_with(&document, json!({ "in": { field: "x" } }));
                    findings.expect(reply.code() == "DOCUMENT_INVALID", &place, format!("{field} comes back: {}", reply.json));
                }
            }
        }
    }
    println!("{columns} secret columns");
    findings.done();
}
