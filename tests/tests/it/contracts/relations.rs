//! Every relation in both directions: with a row there, without one, in filters and orders; and no
//! reference reaches into another business.

use super::schema::is_visible;
use super::{Findings, catalog, home};
use entity::{TableDef, TableKind, registry};
use graphql::Role;
use graphql::catalog::slice::INDUSTRIES;
use graphql::catalog::{Relation, RelationKind, Table, naming};
use serde_json::{Value, json};
use std::collections::HashMap;
use tests::rows::{Row, insert_sql, is_filled, is_given, would_refuse};
use tests::{Business, Rows, app, quoted};
use uuid::Uuid;

const ADVICE: &str = "Ask for the relation alone and read the statements in the reply's sql.";

/// The table that holds the reference.
fn holder<'t>(table: &'t Table, relation: &Relation) -> &'t Table
where
    'static: 't,
{
    match relation.kind {
        RelationKind::ToMany { .. } => &catalog().tables[relation.target],
        _ => table,
    }
}

/// The industry in whose schema both ends are seen.
fn industry(table: &Table, relation: &Relation) -> &'static str {
    let ends = [holder(table, relation).def, table.def, catalog().tables[relation.target].def];
    let bound = ends.iter().find(|def| INDUSTRIES.contains(&def.schema));
    home(bound.unwrap_or(&ends[0]))
}

/// Rows of a business, made as they are needed.
struct Place<'a> {
    business: Business<'a>,
    rows: Rows<'a>,
    full: HashMap<String, Row>,
}

impl<'a> Place<'a> {
    fn of(industry: &str) -> Place<'a> {
        let business = app().business(industry);
        let mut rows = Rows::of(&business);
        // The one who asks, since some rows are shown to their own person only.
        rows.people.truncate(1);
        Place {
            business,
            rows,
            full: HashMap::new(),
        }
    }

    /// A row in which every reference points somewhere.
    fn full(&mut self, def: &'static TableDef) -> Row {
        if let Some(row) = self.full.get(&def.qualified()) {
            return row.clone();
        }
        let owner = quoted(&self.business.owner.id.to_string());
        let pins: Vec<_> = ["created_by", "updated_by"]
            .into_iter()
            .filter(|name| def.column(name).is_some())
            .map(|name| (name, owner.clone()))
            .collect();
        let row = if is_given(def) {
            Row {
                id: self.rows.base(def),
                cells: Vec::new(),
            }
        } else {
            let full = self.rows.another(def, 1, true, &pins);
            full.unwrap_or_else(|| Row {
                id: self.rows.any(def).unwrap_or_default(),
                cells: Vec::new(),
            })
        };
        self.full.insert(def.qualified(), row.clone());
        row
    }

    /// A row of the child that refers to a row of the parent, and which. Where no full row does, one is made
    /// for it, or one that is there is changed.
    fn referring(&mut self, child: &'static TableDef, column: &'static str, parent: &'static TableDef) -> Option<(Row, Uuid)> {
        let row = self.full(child);
        if let Some(parent) = self.referred(child, column, row.id, false) {
            return Some((row, parent));
        }
        let id = self.rows.any(parent)?;
        let row = match self.rows.another(child, 50, false, &[(column, quoted(&id.to_string()))]) {
            Some(row) => row,
            None => {
                let update = format!("UPDATE {} SET \"{column}\" = '{id}' WHERE id = '{}'", child.qualified(), row.id);
                self.business.app.database.attempt(&update).ok()?;
                row
            }
        };
        self.referred(child, column, row.id, false).map(|parent| (row, parent))
    }

    /// What the reference column of the row holds: the first id of a list.
    fn referred(&self, def: &TableDef, column: &str, id: Uuid, list: bool) -> Option<Uuid> {
        let expression = if list { format!("{column}[1]") } else { column.to_owned() };
        let rows = self
            .business
            .app
            .database
            .rows(&format!("SELECT {expression} FROM {} WHERE id = $1", def.qualified()), &[&id]);
        rows.first().and_then(|row| row.get(0))
    }
}

struct Check<'p, 'a> {
    place: &'p mut Place<'a>,
    table: &'static Table,
    relation: &'static Relation,
    findings: &'p mut Findings,
    /// References that no row could be made with.
    unmade: &'p mut Vec<String>,
}

impl Check<'_, '_> {
    fn expect(&mut self, holds: bool, message: impl FnOnce() -> String) {
        if holds {
            self.findings.count(1);
        } else {
            self.findings
                .expect(false, &self.table.def.qualified(), format!("{}: {}", self.relation.field, message()));
        }
    }

    /// Asks for `it` and `list` in the table's namespace.
    fn ask(&self, id: Uuid, selection: &str, filter: &str, order: &str) -> Result<Value, String> {
        let (schema, one, many) = (naming::camel(self.table.def.schema), &self.table.one, &self.table.many);
        let document = format!(
            "{{ {schema} {{ it: {one}(id: \"{id}\") {{ {} {selection} }}
               found: {many}(filter: {{ id: {{ eq: \"{id}\" }}, {} : {filter} }}{order}) {{ nodes {{ id }} }} }} }}",
            self.relation.field, self.relation.field
        );
        let reply = self.place.business.owner.ask(&document);
        let data = reply.json.pointer(&format!("/data/{schema}")).filter(|data| data.is_object());
        data.cloned().ok_or_else(|| format!("{} {}", reply.json["errors"], document))
    }

    fn run(&mut self) {
        match self.relation.kind {
            RelationKind::ToOne { column } => self.one(column),
            RelationKind::ToList { column } => self.several(column),
            RelationKind::ToMany { column } => self.many(column),
        }
    }

    fn one(&mut self, column: &'static str) {
        let def = self.table.def;
        let row = self.place.full(def);
        let target = self.place.referred(def, column, row.id, false);
        let filter = target.map_or("{}".to_owned(), |id| format!("{{ id: {{ eq: \"{id}\" }} }}"));
        let order = format!(", orderBy: [{{ {}: {{ id: DESC }} }}]", self.relation.field);
        let answer = self.ask(row.id, "{ id }", &filter, &order);
        match (answer, target) {
            (Err(error), _) => self.expect(false, || error),
            (Ok(data), Some(target)) => {
                self.expect(data["it"][&self.relation.field]["id"] == json!(target), || {
                    format!("should be {target}: {data}")
                });
                self.expect(data["found"]["nodes"] == json!([{ "id": row.id }]), || {
                    format!("is not found by its filter: {data}")
                });
            }
            (Ok(data), None) => {
                self.expect(data["it"][&self.relation.field].is_null(), || format!("should be null: {data}"));
                self.expect(data["found"]["nodes"] == json!([]), || format!("is found though there is none: {data}"));
            }
        }
        self.empty(column, "{ id }", &Value::Null);
    }

    fn several(&mut self, column: &'static str) {
        let def = self.table.def;
        let row = self.place.full(def);
        let target = self.place.referred(def, column, row.id, true);
        let Some(target) = target else {
            return self.expect(false, || "no full row has ids in it".into());
        };
        let filter = format!("{{ some: {{ id: {{ eq: \"{target}\" }} }} }}");
        match self.ask(row.id, "{ id }", &filter, "") {
            Err(error) => self.expect(false, || error),
            Ok(data) => {
                self.expect(data["it"][&self.relation.field] == json!([{ "id": target }]), || {
                    format!("should hold {target}: {data}")
                });
                self.expect(data["found"]["nodes"] == json!([{ "id": row.id }]), || {
                    format!("is not found by its filter: {data}")
                });
            }
        }
        self.empty(column, "{ id }", &json!([]));
    }

    /// The same where nothing is referred to.
    fn empty(&mut self, column: &'static str, selection: &str, nothing: &Value) {
        let def = self.table.def;
        if is_given(def) || def.column(column).is_none_or(|column| !column.nullable) {
            return;
        }
        let Some(id) = self.place.rows.any(def) else {
            return;
        };
        let list = matches!(self.relation.kind, RelationKind::ToList { .. });
        if self.place.referred(def, column, id, list).is_some() {
            return;
        }
        let filter = if list { "{ none: {} }" } else { "{}" };
        match self.ask(id, selection, filter, "") {
            Err(error) => self.expect(false, || error),
            Ok(data) => {
                self.expect(data["it"][&self.relation.field] == *nothing, || format!("should be {nothing}: {data}"));
                let found = if list { json!([{ "id": id }]) } else { json!([]) };
                self.expect(data["found"]["nodes"] == found, || format!("its filter should find {found}: {data}"));
            }
        }
    }

    fn many(&mut self, column: &'static str) {
        let child = catalog().tables[self.relation.target].def;
        let Some((row, parent)) = self.place.referring(child, column, self.table.def) else {
            return self.unmade.push(format!("{}.{column}", child.qualified()));
        };
        let selection = format!("(first: 1000, filter: {{ id: {{ eq: \"{}\" }} }}) {{ totalCount nodes {{ id }} }}", row.id);
        for (quantifier, wanted) in [("some", json!([{ "id": parent }])), ("none", json!([]))] {
            let filter = format!("{{ {quantifier}: {{ id: {{ eq: \"{}\" }} }} }}", row.id);
            match self.ask(parent, &selection, &filter, "") {
                Err(error) => self.expect(false, || error),
                Ok(data) => {
                    let list = &data["it"][&self.relation.field];
                    self.expect(list["nodes"] == json!([{ "id": row.id }]) && list["totalCount"] == json!(1), || {
                        format!("should hold {}: {data}", row.id)
                    });
                    self.expect(data["found"]["nodes"] == wanted, || format!("{quantifier} should find {wanted}: {data}"));
                }
            }
        }
        self.childless();
    }

    /// A parent that nothing refers to has an empty list.
    fn childless(&mut self) {
        if is_given(self.table.def) {
            return;
        }
        let Some(id) = self.place.rows.another(self.table.def, 90, false, &[]).map(|row| row.id) else {
            return;
        };
        match self.ask(id, "{ totalCount nodes { id } }", "{ none: {} }", "") {
            Err(error) => self.expect(false, || error),
            Ok(data) => {
                let list = &data["it"][&self.relation.field];
                self.expect(list["nodes"] == json!([]) && list["totalCount"] == json!(0), || {
                    format!("should be empty: {data}")
                });
                self.expect(data["found"]["nodes"] == json!([{ "id": id }]), || format!("none should find it: {data}"));
            }
        }
    }
}

#[test]
fn every_relation_resolves_both_ways() {
    let mut findings = Findings::new("relations", ADVICE);
    let mut unmade = Vec::new();
    let mut places: HashMap<&str, Place<'_>> = HashMap::new();
    for table in &catalog().tables {
        for relation in &table.relations {
            let industry = industry(table, relation);
            let target = catalog().tables[relation.target].def;
            let seen = is_visible(table.def, industry, Role::Owner) && is_visible(target, industry, Role::Owner);
            if !(seen && is_filled(table.def) && is_filled(target)) {
                continue;
            }
            let mut check = Check {
                place: places.entry(industry).or_insert_with(|| Place::of(industry)),
                table,
                relation,
                findings: &mut findings,
                unmade: &mut unmade,
            };
            check.run();
        }
    }
    // Rules tie some references to another of their row, which no row made from types alone meets.
    assert!(
        unmade.len() <= 35,
        "{} references were not tried, since no row with them could be made: teach tests/src/rows.rs: {unmade:?}",
        unmade.len()
    );
    findings.done();
}

/// Whoever writes, even the database's owner: a reference to another business's row is refused.
#[test]
fn no_reference_reaches_into_another_business() {
    let mut unmade = Vec::new();
    let mut findings = Findings::new(
        "foreign references",
        "Declare the reference with platform.reference or p_id_lists, which keep it inside the business.",
    );
    let (own, other) = (app().business("hs"), app().business("hs"));
    let (mut rows, mut foreign) = (Rows::of(&own), Rows::of(&other));
    for def in registry().iter().copied().filter(|def| is_filled(def) && !is_given(def)) {
        let inside = |def: &TableDef| def.kind == TableKind::Tenant;
        let audit = |column: &str| matches!(column, "business_id" | "created_by" | "updated_by" | "deleted_by");
        for reference in def.references.iter().filter(|reference| !audit(reference.column)) {
            let target = catalog().table(reference.target_schema, reference.target_table).map(|table| table.def);
            // What belongs to no business is everybody's to refer to.
            let Some(target) = target.filter(|target| is_filled(target) && target.column("business_id").is_some() && (inside(def) || inside(target))) else {
                continue;
            };
            let id = foreign.base(target);
            let value = if reference.list { format!("'{{{id}}}'") } else { format!("'{id}'") };
            let (statement, row) = match draft_with(&mut rows, def, target, reference.column) {
                Some(mut draft) => {
                    let Some(cell) = draft.cells.iter_mut().find(|cell| cell.column.name == reference.column) else {
                        continue;
                    };
                    cell.sql = value.clone();
                    (insert_sql(def, own.id, &draft), draft.id)
                }
                // No row can be made with it: one that is there is changed.
                None => match rows.any(def) {
                    Some(row) => (
                        format!("UPDATE {} SET \"{}\" = {value} WHERE id = '{row}'", def.qualified(), reference.column),
                        row,
                    ),
                    None => {
                        unmade.push(format!("{}.{}", def.qualified(), reference.column));
                        continue;
                    }
                },
            };
            // What the system keeps itself takes no value at all.
            let statement = format!(
                "{statement}; IF NOT EXISTS (SELECT FROM {} WHERE id = '{row}' AND \"{}\" = {value}) THEN RAISE EXCEPTION 'kept' USING ERRCODE = 'TB422'; END IF",
                def.qualified(),
                reference.column
            );
            let refusal = would_refuse(&own.app.database, &statement);
            let code = refusal.as_ref().and_then(|error| error.code()).map(|code| code.code().to_owned());
            if code.as_deref() == Some("23514") {
                unmade.push(format!("{}.{}", def.qualified(), reference.column));
                continue;
            }
            let holds = matches!(code.as_deref(), Some("23503" | "TB422" | "TB403" | "TB409"));
            findings.expect(
                holds,
                &def.qualified(),
                format!("{} takes another business's row: {refusal:?}", reference.column),
            );
        }
    }
    assert!(
        unmade.len() <= 20,
        "{} references were not tried, since no row with them could be made: teach tests/src/rows.rs: {unmade:?}",
        unmade.len()
    );
    findings.done();
}

/// A row that could be inserted, with this reference in it: a full one, or a small one where another
/// column of a full row excludes it.
fn draft_with(rows: &mut Rows<'_>, def: &'static TableDef, target: &'static TableDef, column: &'static str) -> Option<Row> {
    let holds = |row: &Row| row.cell(column).is_some_and(|cell| cell.sql != "NULL");
    if let Some(row) = rows.try_draft(def, 1, true, &[]).filter(holds) {
        return Some(row);
    }
    let id = quoted(&rows.base(target).to_string());
    rows.try_draft(def, 1, false, &[(column, id)])
}
