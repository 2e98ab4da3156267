//! The isolation matrix through GraphQL: what a slice hides is unknown, what is foreign looks exactly
//! like what is missing.

use super::schema::{is_visible, is_writable};
use super::{Findings, Home, admits, catalog, home, homes};
use entity::{ColumnType, TableDef, TableKind, Who};
use graphql::Role;
use graphql::catalog::{Column, Table, naming};
use serde_json::json;
use std::collections::HashSet;
use tests::rows::is_filled;
use tests::{Business, Person, Reply, Rows, app};
use uuid::Uuid;

const ADVICE: &str = "A caller must not learn of a table or a row that is not theirs: compare the two answers.";

/// A person of a business, at a table that has rows in their business and in another.
struct Visit<'a, 'b> {
    person: Person<'a>,
    role: Role,
    table: &'static Table,
    own: Uuid,
    foreign: Uuid,
    /// Rules of the table's own hide some rows from some members.
    narrowed: bool,
    findings: &'b mut Findings,
}

/// Tables with policies beside those that every table has: an own row may be another member's affair.
pub fn narrowed() -> HashSet<String> {
    let sql = "SELECT DISTINCT schemaname || '.' || tablename FROM pg_policies
        WHERE policyname NOT IN ('tenant_isolation', 'may_read', 'may_insert', 'may_update', 'may_delete')";
    app().database.rows(sql, &[]).iter().map(|row| row.get(0)).collect()
}

/// An answer without what differs from request to request.
fn faceless(reply: &Reply, id: Uuid) -> String {
    let mut json = reply.json.clone();
    json["extensions"] = json!(null);
    for error in json["errors"].as_array_mut().into_iter().flatten() {
        error["extensions"]["requestId"] = json!(null);
    }
    json.to_string().replace(&id.to_string(), "ID")
}

impl Visit<'_, '_> {
    fn def(&self) -> &'static TableDef {
        self.table.def
    }

    fn expect(&mut self, holds: bool, message: impl FnOnce() -> String) {
        let place = self.def().qualified();
        let role = self.role.as_str();
        if holds {
            self.findings.count(1);
        } else {
            self.findings.expect(false, &place, format!("as {role}: {}", message()));
        }
    }

    fn namespace(&self) -> String {
        naming::camel(self.def().schema)
    }

    /// A field that the caller's slice lacks is answered as one that never was; a namespace of which
    /// nothing is left is answered so as a whole.
    fn is_unknown(&mut self, root: &str, field: &str, rest: &str) {
        let (schema, person) = (self.namespace(), self.person);
        let ask = |namespace: &str, name: &str| person.ask(&format!("{root} {{ {namespace} {{ {name}{rest} }} }}"));
        let hidden = ask(&schema, field);
        let unknown = ask(&schema, "stranger");
        let nowhere = ask("stranger", "stranger");
        let told = |reply: &Reply, name: &str| reply.message().replace(&format!("\"{name}\""), "NAME");
        let as_field = told(&hidden, field) == told(&unknown, "stranger");
        let as_namespace = told(&hidden, &schema) == told(&nowhere, "stranger") && {
            let empty = person.ask(&format!("{root} {{ {schema} {{ __typename }} }}"));
            told(&empty, &schema) == told(&nowhere, "stranger")
        };
        let alone = hidden.json["errors"].as_array().is_some_and(|errors| errors.len() == 1) && hidden.json.get("data").is_none();
        let holds = alone && hidden.code() == unknown.code() && (as_field || as_namespace);
        self.expect(holds, || {
            let answers = [&hidden, &unknown, &nowhere].map(|reply| format!("\n    {}", reply.json["errors"]));
            format!(
                "{field} is hidden, and differs from a field and a namespace that never were:{}",
                answers.concat()
            )
        });
    }

    fn hidden(&mut self) {
        let (one, many) = (self.table.one.clone(), self.table.many.clone());
        self.is_unknown("query", &many, " { totalCount }");
        self.is_unknown("query", &format!("{one}Aggregates"), " { count }");
        if self.table.has("id") {
            self.is_unknown("query", &one, &format!("(id: \"{}\") {{ id }}", self.own));
        }
    }

    fn hidden_writes(&mut self) {
        let (one, id) = (self.table.one.clone(), self.own);
        if !self.def().append_only && !matches!(self.def().kind, TableKind::View | TableKind::Global) {
            self.is_unknown("mutation", &format!("{one}Delete"), &format!("(id: \"{id}\") {{ id }}"));
        }
    }

    fn reads(&mut self) {
        let (schema, one, many) = (self.namespace(), self.table.one.clone(), self.table.many.clone());
        let missing = Uuid::new_v4();
        let (own, foreign) = (self.own, self.foreign);
        let single = |id: Uuid| format!("{{ {schema} {{ it: {one}(id: \"{id}\") {{ id }} }} }}");
        let (there, strange, gone) = (
            self.person.ask(&single(own)),
            self.person.ask(&single(foreign)),
            self.person.ask(&single(missing)),
        );
        let (strange, gone) = (faceless(&strange, foreign), faceless(&gone, missing));
        // What everybody shares is nobody's.
        let shared = self.def().access.read.iter().any(|who| matches!(who, Who::Anyone | Who::Public));
        self.expect(strange == gone || shared, || {
            format!("a foreign row differs from a missing one:\n    {strange}\n    {gone}")
        });
        let found = there.json.pointer(&format!("/data/{schema}/it/id")).and_then(|id| id.as_str()) == Some(&own.to_string());
        let personal = self.def().access.read.contains(&Who::SelfUser);
        let admitted = admits(self.def().access.read, self.role, false, false);
        let may_be_hidden = self.narrowed && !self.role.is_owner_or_manager();
        self.expect(found == admitted || (personal && !admitted) || (may_be_hidden && !found), || {
            format!("an own row should be {}: {}", if admitted { "there" } else { "hidden" }, there.json)
        });
        let list = self.person.ask(&format!(
            "{{ {schema} {{ all: {many}(first: 1000) {{ nodes {{ id }} }} some: {many}(filter: {{id: {{in: [\"{foreign}\"]}}}}) {{ totalCount nodes {{ id }} }}
               groups: {one}Aggregates(filter: {{id: {{eq: \"{foreign}\"}}}}) {{ count }} }} }}"
        ));
        self.expect(list.json.get("errors").is_none(), || format!("the list fails: {}", list.json["errors"]));
        let leaks = list.json.to_string().contains(&foreign.to_string());
        let counted = list
            .json
            .pointer(&format!("/data/{schema}/some/totalCount"))
            .is_some_and(|count| *count != json!(0));
        let grouped = list
            .json
            .pointer(&format!("/data/{schema}/groups/0/count"))
            .is_some_and(|count| *count != json!(0));
        self.expect((!leaks && !counted && !grouped) || shared, || {
            format!("a foreign row is listed or counted: {}", list.json)
        });
    }

    /// A column that can be set to what it is.
    fn touchable(&self) -> Option<&'static Column> {
        let flows = self.def().flows;
        self.table.columns.iter().find(|column| {
            let flow = flows.iter().any(|flow| flow.column == column.def.name);
            column.is_input() && column.is_readable() && column.def.name != "id" && !flow && column.def.ty != ColumnType::GeoPoint && !column.is_reference
        })
    }

    fn writes(&mut self) {
        let Some(column) = self.touchable().filter(|_| !self.def().append_only) else {
            return;
        };
        let (schema, one) = (self.namespace(), self.table.one.clone());
        let missing = Uuid::new_v4();
        let (own, foreign) = (self.own, self.foreign);
        let now = self
            .person
            .ask(&format!("{{ {schema} {{ it: {one}(id: \"{own}\") {{ value: {} }} }} }}", column.field));
        let value = now.json.pointer(&format!("/data/{schema}/it/value")).cloned().unwrap_or_default();
        let declared = format!("mutation($id: ID!, $patch: {}Patch!)", self.table.type_name);
        let update = format!("{declared} {{ {schema} {{ it: {one}Update(id: $id, patch: $patch) {{ id }} }} }}");
        let delete = format!("mutation($id: ID!) {{ {schema} {{ it: {one}Delete(id: $id) {{ id }} }} }}");
        let person = self.person;
        let patched = |id: Uuid| person.ask_with(&update, json!({ "id": id, "patch": { column.field.as_str(): value } }));
        let deleted = |id: Uuid| person.ask_with(&delete, json!({ "id": id }));
        let tries: [(&str, &dyn Fn(Uuid) -> Reply); 2] = [("an update", &patched), ("a delete", &deleted)];
        for (what, attempt) in tries {
            let (strange, gone) = (attempt(foreign), attempt(missing));
            let refused = !matches!(strange.code(), "" | "INTERNAL");
            let (strange, gone) = (faceless(&strange, foreign), faceless(&gone, missing));
            self.expect(refused && strange == gone, || {
                format!("{what} of a foreign row differs from one of a missing row:\n    {strange}\n    {gone}")
            });
        }
        // A row that is another person's is not seen, and its value not known.
        let is_seen = now.json.pointer(&format!("/data/{schema}/it")).is_some_and(|it| !it.is_null());
        if self.def().kind == TableKind::Tenant && is_seen {
            let touched = patched(own);
            // A rule may keep a row as it is, and then says so; a row that is another member's affair is missing.
            let may_be_hidden = self.narrowed && touched.json.get("errors").is_some() && touched.code() == "NOT_FOUND";
            let ruled = touched.is_rule();
            self.expect(touched.json.get("errors").is_none() || ruled || may_be_hidden, || {
                format!("an own row cannot be updated: {}", touched.json["errors"])
            });
        }
    }
}

fn people<'a>(business: &Business<'a>) -> Vec<(Person<'a>, Role)> {
    let partner = business.app.person(business.id, Role::ApiPartner);
    vec![
        (business.owner, Role::Owner),
        (business.manager, Role::Manager),
        (business.staff, Role::Staff),
        (business.viewer, Role::Viewer),
        (partner, Role::ApiPartner),
    ]
}

#[test]
fn what_is_hidden_is_unknown_and_what_is_foreign_is_missing() {
    let mut findings = Findings::new("hidden and foreign", ADVICE);
    for Home { industry, business, .. } in homes() {
        let other = app().business(industry);
        let (mut own_rows, mut other_rows) = (Rows::of(&business), Rows::of(&other));
        let people = people(&business);
        let narrowed = narrowed();
        for table in catalog().tables.iter().filter(|table| is_filled(table.def)) {
            let at_home = home(table.def) == industry;
            let (own, foreign) = if at_home {
                (own_rows.base(table.def), other_rows.base(table.def))
            } else {
                (Uuid::nil(), Uuid::nil())
            };
            for (person, role) in &people {
                let mut visit = Visit {
                    person: *person,
                    role: *role,
                    table,
                    own,
                    foreign,
                    narrowed: narrowed.contains(&table.def.qualified()),
                    findings: &mut findings,
                };
                if at_home {
                    visit.all(industry);
                } else if *role == Role::Owner && !is_visible(table.def, industry, *role) {
                    visit.hidden();
                }
            }
        }
    }
    findings.done();
}

impl Visit<'_, '_> {
    fn all(&mut self, industry: &str) {
        if !is_visible(self.def(), industry, self.role) {
            self.hidden();
            self.hidden_writes();
            return;
        }
        self.reads();
        if is_writable(self.def(), industry, self.role) {
            // Without a key a partner has no scope, and writes nothing.
            if self.role != Role::ApiPartner {
                self.writes();
            }
        } else {
            self.hidden_writes();
        }
    }
}
