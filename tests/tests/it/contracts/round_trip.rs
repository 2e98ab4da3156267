//! What a client writes is what it reads: every input column of every table, created, changed, cleared.

use super::{Findings, Home, catalog, homes, input_of};
use entity::{ColumnType, FlowDef, TableDef, TableKind, Who, registry};
use graphql::catalog::naming::enum_value;
use graphql::catalog::{Column, Table, naming};
use serde_json::{Map, Value, json};
use tests::rows::{Row, excludes_others, is_filled, is_given, would_refuse};
use tests::{Business, Cell, Reply, Rows, quoted};
use uuid::Uuid;

const ADVICE: &str = "Ask for the column alone with the value named here, and read the statement in the reply's sql.";

/// An owner may write the table through the API.
fn is_written(def: &TableDef) -> bool {
    let write = def.access.write.iter().any(|who| !matches!(who, Who::System | Who::Nobody));
    let read = def.access.read.iter().any(|who| !matches!(who, Who::System | Who::Nobody));
    is_filled(def) && def.kind != TableKind::Global && write && read
}

/// One table in one business.
struct Trip<'a, 'b> {
    business: &'b Business<'a>,
    table: &'static Table,
    findings: &'b mut Findings,
    /// Writes that a rule refused, though the database's owner may do them.
    ruled: &'b mut Vec<String>,
}

impl Trip<'_, '_> {
    fn add(&mut self, message: String) {
        self.findings.add(&self.table.def.qualified(), message);
    }

    fn inputs(&self) -> impl Iterator<Item = &'static Column> + use<> {
        self.table.columns.iter().filter(|column| column.is_input() && column.def.name != "id")
    }

    /// The readable input columns, as a selection.
    fn selection(&self) -> String {
        let fields = self.inputs().filter(|column| column.is_readable()).map(|column| match column.def.ty {
            ColumnType::GeoPoint => format!("{} {{ latitude longitude }}", column.field),
            _ => column.field.clone(),
        });
        fields.collect::<Vec<_>>().join(" ")
    }

    fn values(&self, row: &Row) -> Map<String, Value> {
        input_of(self.table, row)
    }

    fn mutate(&self, verb: &str, arguments: &str, declared: &str, variables: Value) -> Reply {
        let schema = naming::camel(self.table.def.schema);
        let document = format!(
            "mutation({declared}) {{ {schema} {{ it: {}{verb}({arguments}) {{ id {} }} }} }}",
            self.table.one,
            self.selection()
        );
        self.business.owner.ask_with(&document, variables)
    }

    /// What was answered, and what is there, against what was written.
    fn compare(&mut self, what: &str, reply: &Reply, written: &Row) {
        let schema = naming::camel(self.table.def.schema);
        let Some(answered) = reply.json.pointer(&format!("/data/{schema}/it")).filter(|it| it.is_object()).cloned() else {
            let sent = Value::Object(self.values(written));
            // What only the system keeps may be needed by a rule that only the database's owner can meet.
            if reply.is_rule() {
                return self
                    .ruled
                    .push(format!("{}: {what}: {} {sent}", self.table.def.qualified(), reply.json["errors"]));
            }
            return self.add(format!("{what} failed: {}\n    sent: {sent}", reply.json["errors"]));
        };
        let id = answered["id"].as_str().unwrap_or_default().to_owned();
        let read = self
            .business
            .owner
            .ask(&format!("{{ {schema} {{ it: {}(id: \"{id}\") {{ {} }} }} }}", self.table.one, self.selection()));
        let read = read.json.pointer(&format!("/data/{schema}/it")).cloned().unwrap_or_default();
        for cell in &written.cells {
            self.compare_cell(what, cell, &answered, &read, &id);
        }
    }

    fn compare_cell(&mut self, what: &str, cell: &Cell, answered: &Value, read: &Value, id: &str) {
        let Some(column) = self.table.column(cell.column.name).filter(|column| column.is_input()) else {
            return;
        };
        self.findings.count(1);
        if column.is_readable() {
            if answered[&column.field] != cell.json {
                self.add(format!("{what} with {}: {} answers {}", column.field, cell.json, answered[&column.field]));
            }
            if read[&column.field] != cell.json {
                self.add(format!("{what} with {}: {} reads {}", column.field, cell.json, read[&column.field]));
            }
            return;
        }
        let sql = format!(
            "SELECT count(*) FROM {} WHERE id = '{id}' AND \"{}\" = {}",
            self.table.def.qualified(),
            column.def.name,
            cell.sql
        );
        let kept: i64 = self.business.app.database.one(&sql, &[]);
        // What is sealed is stored otherwise than it was typed.
        let kept = if column.is_sealed() { 1 - kept } else { kept };
        if kept != 1 && cell.json != Value::Null {
            self.add(format!("{what} with {}: {} is not stored", column.field, cell.json));
        }
    }

    fn create(&mut self, row: &Row) -> Option<Uuid> {
        let mut input = self.values(row);
        input.insert("id".into(), json!(row.id));
        let declared = format!("$input: {}CreateInput!", self.table.type_name);
        let reply = self.mutate("Create", "input: $input", &declared, json!({ "input": input }));
        self.compare("a create", &reply, row);
        (reply.json.get("errors").is_none()).then_some(row.id)
    }

    fn patch(&self, id: Uuid, patch: Map<String, Value>) -> Reply {
        let declared = format!("$id: ID!, $patch: {}Patch!", self.table.type_name);
        self.mutate("Update", "id: $id, patch: $patch", &declared, json!({ "id": id, "patch": patch }))
    }

    fn change(&mut self, id: Uuid, row: &Row) {
        let reply = self.patch(id, self.values(row));
        self.compare("a patch", &reply, row);
    }

    /// Null clears what may be null, unless the table's rules say otherwise.
    fn clear(&mut self, id: Uuid) {
        // Nobody gives a row of their own away.
        let personal = self.table.def.access.write.contains(&Who::SelfUser);
        for column in self
            .inputs()
            .filter(|column| column.is_readable() && !(personal && column.def.name == "user_id"))
        {
            self.findings.count(1);
            let reply = self.patch(id, Map::from_iter([(column.field.clone(), Value::Null)]));
            let it = reply
                .json
                .pointer(&format!("/data/{}/it", naming::camel(self.table.def.schema)))
                .cloned()
                .unwrap_or_default();
            let cleared = it.is_object() && it[&column.field].is_null();
            if !column.def.nullable {
                if reply.json.get("errors").is_none() || reply.code() != "INPUT_INVALID" || reply.field() != format!("patch.{}", column.field) {
                    self.add(format!("clearing {}, which cannot be null, gave {}", column.field, reply.json));
                }
            } else if !cleared {
                // A trigger may refuse the null, or put a value in its place.
                let (name, field) = (self.table.def.qualified(), column.def.name);
                let sql = format!(
                    "UPDATE {name} SET \"{field}\" = NULL WHERE id = '{id}';
                     IF EXISTS (SELECT FROM {name} WHERE id = '{id}' AND \"{field}\" IS NOT NULL) THEN RAISE EXCEPTION 'kept' USING ERRCODE = 'TB422'; END IF"
                );
                if would_refuse(&self.business.app.database, &sql).is_none() {
                    self.add(format!("clearing {} gave {}", column.field, reply.json));
                }
            }
        }
    }
}

/// A state that the flow allows after what the row has now, so that a patch can go there.
fn next_state(flow: &FlowDef, row: &Row) -> Option<String> {
    let cell = row.cell(flow.column)?;
    let now = |state: &str| cell.json.as_str() == Some(&enum_value(state));
    flow.transitions.iter().find(|(from, _)| now(from)).map(|(_, to)| quoted(to))
}

/// What the flows allow after `row`; a state without a way out stays.
fn pins(def: &TableDef, row: &Row) -> Vec<(&'static str, String)> {
    let flows = def.flows.iter().filter_map(|flow| {
        let stays = || row.cell(flow.column).map(|cell| cell.sql.clone());
        Some((flow.column, next_state(flow, row).or_else(stays)?))
    });
    flows.collect()
}

#[test]
fn what_is_written_is_read() {
    let mut findings = Findings::new("round trip", ADVICE);
    let (mut unmade, mut ruled, mut tables_tried) = (Vec::new(), Vec::new(), 0);
    for Home { business, tables, .. } in homes() {
        let mut rows = Rows::of(&business);
        for def in tables.into_iter().filter(|def| is_written(def)) {
            let table = catalog().table(def.schema, def.name).expect("the catalog has every table");
            let mut trip = Trip {
                business: &business,
                table,
                findings: &mut findings,
                ruled: &mut ruled,
            };
            tables_tried += 1;
            // Who asks writes their own rows, where people do.
            let personal = def.access.write.contains(&Who::SelfUser) && def.column("user_id").is_some();
            let own: Vec<_> = personal.then(|| ("user_id", quoted(&business.owner.id.to_string()))).into_iter().collect();
            let Some(first) = rows.try_draft(def, 1, true, &own) else {
                unmade.push(def.qualified());
                continue;
            };
            let id = if is_given(def) {
                Some(rows.base(def))
            } else if !table.is_created() {
                rows.another(def, 1, false, &own).map(|row| row.id).or_else(|| rows.any(def))
            } else {
                trip.create(&first)
            };
            let Some(id) = id.filter(|_| !def.append_only) else {
                continue;
            };
            if !is_given(def) && !table.is_created() {
                trip.clear(id);
                continue;
            }
            if let Some(second) = rows.try_draft(def, 2, true, &[pins(def, &first), own].concat()) {
                trip.change(id, &second);
            } else {
                unmade.push(format!("{} changed", def.qualified()));
            }
            trip.clear(id);
        }
    }
    assert!(
        ruled.len() * 10 <= tables_tried,
        "{} writes of {tables_tried} tables were refused by rules: make better rows in tests/src/rows.rs:\n{}",
        ruled.len(),
        ruled.join("\n")
    );
    assert!(
        unmade.len() <= 20,
        "{} tables were not tried, since no row of them could be made: teach tests/src/rows.rs: {unmade:?}",
        unmade.len()
    );
    findings.done();
}

/// What a full row leaves out is never tested: the rows' maker has to find a value for it.
#[test]
fn full_rows_leave_nothing_out() {
    let mut findings = Findings::new(
        "full rows",
        "Two columns exclude each other: give tests/src/rows.rs a second variant, or waive the column.",
    );
    for Home { business, tables, .. } in homes() {
        let mut rows = Rows::of(&business);
        for def in tables.into_iter().filter(|def| is_written(def)) {
            let Some(row) = rows.try_draft(def, 1, true, &[]) else {
                continue;
            };
            for cell in &row.cells {
                let place = format!("{}.{}", def.qualified(), cell.column.name);
                let excluded = excludes_others(&business.app.database, def, cell.column.name);
                findings.expect(cell.sql != "NULL" || excluded, &place, "has no value in a full row");
            }
        }
    }
    assert!(!registry().is_empty());
    findings.done();
}
