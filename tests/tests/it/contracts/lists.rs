//! Every list to its end, forward and backward, in its own order and in every other; and its groups add
//! up. PostgreSQL, asked directly as the same person, is what the pages are compared with.

use super::{Findings, Home, catalog, homes};
use entity::{ColumnType, TableDef, TableKind, Who};
use graphql::catalog::{Column, Table, naming};
use serde_json::Value;
use std::collections::BTreeMap;
use tests::rows::{is_filled, is_given};
use tests::{Business, Rows, quoted, runtime};
use tokio_postgres::{Client, SimpleQueryMessage};

const ADVICE: &str = "Ask for the same order page by page and look for the row that is skipped or repeated.";
const ROWS: usize = 10;
/// Documents are bounded: so many lists go into one.
const TOGETHER: usize = 20;

fn is_listed(def: &TableDef) -> bool {
    let shown = def.access.read.iter().any(|who| !matches!(who, Who::System | Who::Nobody));
    shown && def.column("id").is_some() && (is_filled(def) || def.kind == TableKind::View)
}

/// Values that compare.
fn is_ordered(column: &Column) -> bool {
    let shapeless = matches!(
        column.def.ty,
        ColumnType::Json | ColumnType::Bytes | ColumnType::GeoPoint | ColumnType::TextArray | ColumnType::UuidArray | ColumnType::IntegerArray
    );
    column.is_readable() && !shapeless
}

/// Full and minimal rows in turn, so that there are nulls, with few distinct times, so that there are ties.
/// As many as the table takes; tells how many that are. Migrations fill what everybody shares.
fn fill(rows: &mut Rows<'_>, def: &'static TableDef) -> usize {
    if !is_filled(def) || is_given(def) || def.kind == TableKind::Global {
        return 0;
    }
    let mut made = 0;
    for n in 0..ROWS {
        let at = quoted(&format!("2025-03-0{}T10:00:00Z", 1 + n % 3));
        let mut pins = vec![("created_at", at)];
        if def.access.read.contains(&Who::SelfUser) {
            pins.push(("user_id", quoted(&rows.people[0].to_string())));
        }
        pins.retain(|(name, _)| def.column(name).is_some());
        let Some(row) = rows.another(def, n, n % 2 == 0, &pins) else {
            break;
        };
        // What the system counts itself may put another row in its place.
        made += usize::from(rows.holds(def, row.id));
    }
    if made == 0 {
        made = usize::from(rows.any(def).is_some());
    }
    made
}

/// One walk through a list.
struct Walk {
    name: String,
    /// `, orderBy: […]`, or nothing for the list's own order.
    order: String,
    backward: bool,
    /// The same order in SQL, and what it gives.
    sql: String,
    expected: Vec<String>,
    seen: Vec<String>,
    cursor: Option<String>,
    done: bool,
}

fn walks(table: &Table) -> Vec<Walk> {
    let walk = |name: &str, order: String, backward, sql: String| Walk {
        name: format!("{name} {}", if backward { "backward" } else { "forward" }),
        order,
        backward,
        sql,
        expected: Vec::new(),
        seen: Vec::new(),
        cursor: None,
        done: false,
    };
    let own = if table.has("created_at") { "created_at DESC, id" } else { "id" };
    let mut walks = vec![
        walk("its own order", String::new(), false, own.into()),
        walk("its own order", String::new(), true, own.into()),
    ];
    for (index, column) in table.columns.iter().enumerate().filter(|(_, column)| is_ordered(column)) {
        let order = |direction: &str| format!(", orderBy: [{{ {}: {direction} }}]", column.field);
        let name = column.def.name;
        // Each column one way, and over all tables every type both ways.
        walks.push(if (index + table.id).is_multiple_of(2) {
            walk(&column.field, order("ASC"), false, format!("\"{name}\" ASC NULLS LAST, id"))
        } else {
            walk(&column.field, order("DESC_NULLS_LAST"), true, format!("\"{name}\" DESC NULLS LAST, id"))
        });
    }
    walks
}

struct Listing<'a, 'b> {
    business: &'b Business<'a>,
    client: &'b Client,
    table: &'static Table,
    page: usize,
    findings: &'b mut Findings,
}

impl Listing<'_, '_> {
    fn add(&mut self, message: String) {
        self.findings.add(&self.table.def.qualified(), message);
    }

    /// The ids in every order, as PostgreSQL gives them to this person.
    fn expected(&self, walks: &mut [Walk]) {
        let alive = if self.table.def.soft_delete { " WHERE deleted_at IS NULL" } else { "" };
        let columns: Vec<_> = walks
            .iter()
            .map(|walk| format!("(SELECT string_agg(id::text, ' ' ORDER BY {}) FROM {}{alive})", walk.sql, self.table.sql_name()))
            .collect();
        let batch = format!(
            "BEGIN; SELECT auth.open_request('{}', '{}', NULL, NULL, NULL, '127.0.0.1', NULL); SELECT {}; ROLLBACK",
            self.business.id,
            self.business.owner.id,
            columns.join(", ")
        );
        let messages = runtime()
            .block_on(self.client.simple_query(&batch))
            .unwrap_or_else(|error| panic!("{error:?}\n{batch}"));
        let last = messages.iter().rev().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let row = last.expect("the lists are answered");
        for (index, walk) in walks.iter_mut().enumerate() {
            walk.expected = row
                .get(index)
                .unwrap_or_default()
                .split(' ')
                .filter(|id| !id.is_empty())
                .map(str::to_owned)
                .collect();
        }
    }

    fn document(&self, walks: &[Walk]) -> String {
        let mut lists = String::new();
        for (index, walk) in walks.iter().enumerate().filter(|(_, walk)| !walk.done) {
            let (size, from) = if walk.backward { ("last", "before") } else { ("first", "after") };
            let cursor = walk.cursor.as_ref().map(|cursor| format!(", {from}: \"{cursor}\"")).unwrap_or_default();
            lists.push_str(&format!(
                "w{index}: {}({size}: {}{cursor}{}) {{ nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} ",
                self.table.many, self.page, walk.order
            ));
        }
        format!("{{ {} {{ {lists} }} }}", naming::camel(self.table.def.schema))
    }

    fn walk(&mut self, walks: &mut [Walk]) {
        // One page more than there can be, so that a list without an end is noticed.
        for _ in 0..=walks.iter().map(|walk| walk.expected.len()).max().unwrap_or_default() / self.page + 1 {
            if walks.iter().all(|walk| walk.done) {
                break;
            }
            let document = self.document(walks);
            let reply = self.business.owner.ask(&document);
            let Some(data) = reply.json.pointer(&format!("/data/{}", naming::camel(self.table.def.schema))) else {
                return self.add(format!("its pages fail: {}\n    {document}", reply.json["errors"]));
            };
            for (index, walk) in walks.iter_mut().enumerate().filter(|(_, walk)| !walk.done) {
                step(walk, &data[format!("w{index}")]);
            }
        }
        for walk in walks.iter() {
            self.findings.count(1);
            if !walk.done || walk.seen != walk.expected {
                self.add(format!(
                    "{} gives other rows page by page:\n    {:?}\n    {:?}",
                    walk.name, walk.seen, walk.expected
                ));
            }
        }
    }

    fn count(&mut self, total: usize) {
        let (schema, many) = (naming::camel(self.table.def.schema), &self.table.many);
        let reply = self.business.owner.ask(&format!("{{ {schema} {{ all: {many}(first: 1) {{ totalCount }} }} }}"));
        let counted = reply.json.pointer(&format!("/data/{schema}/all/totalCount")).and_then(Value::as_u64);
        self.findings.expect(
            counted == Some(total as u64),
            &self.table.def.qualified(),
            format!("totalCount of {total} rows is {counted:?}: {}", reply.json["errors"]),
        );
    }

    /// Groups by any field hold every row once.
    fn groups(&mut self, columns: &[&'static Column], total: usize) {
        let schema = naming::camel(self.table.def.schema);
        let mut groups = String::new();
        for (index, column) in columns.iter().enumerate() {
            let name = enum_name(column);
            groups.push_str(&format!(
                "g{index}: {}Aggregates(first: 1000, groupBy: [{{ field: {name} }}]) {{ count key {{ {} }} }} ",
                self.table.one, column.field
            ));
        }
        let document = format!("{{ {schema} {{ {groups} }} }}");
        let reply = self.business.owner.ask(&document);
        let Some(data) = reply.json.pointer(&format!("/data/{schema}")) else {
            return self.add(format!("its groups fail: {}\n    {document}", reply.json["errors"]));
        };
        for (index, column) in columns.iter().enumerate() {
            let list = data[format!("g{index}")].as_array().cloned().unwrap_or_default();
            let sum: u64 = list.iter().filter_map(|group| group["count"].as_u64()).sum();
            let mut keys = BTreeMap::new();
            list.iter().for_each(|group| *keys.entry(group["key"].to_string()).or_insert(0) += 1);
            let once = keys.values().all(|times| *times == 1);
            self.findings.expect(
                sum == total as u64 && once,
                &self.table.def.qualified(),
                format!("groups by {} count {sum} of {total} rows: {list:?}", column.field),
            );
        }
    }
}

fn step(walk: &mut Walk, page: &Value) {
    let ids: Vec<String> = page["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|node| node["id"].as_str())
        .map(str::to_owned)
        .collect();
    let (more, cursor) = if walk.backward {
        ("hasPreviousPage", "startCursor")
    } else {
        ("hasNextPage", "endCursor")
    };
    if walk.backward {
        walk.seen.splice(0..0, ids);
    } else {
        walk.seen.extend(ids);
    }
    walk.done = page["pageInfo"][more] != Value::Bool(true);
    walk.cursor = page["pageInfo"][cursor].as_str().map(str::to_owned);
}

/// The column's name among the fields to group by.
fn enum_name(column: &Column) -> String {
    let stem = column.def.name.to_uppercase();
    let is_id = column.field.ends_with("Id") && !stem.ends_with("_ID") && stem != "ID";
    if is_id { format!("{stem}_ID") } else { stem }
}

#[test]
fn every_list_is_paged_to_its_end() {
    let mut findings = Findings::new("lists", ADVICE);
    for Home { business, tables, .. } in homes() {
        let client = business.app.database.connect_as_gateway();
        let mut rows = Rows::of(&business);
        // The one who asks, since some rows are shown to their own person only.
        rows.people.truncate(1);
        let made: Vec<usize> = tables.iter().map(|def| fill(&mut rows, def)).collect();
        business.app.refresh_views();
        for (def, made) in tables.into_iter().zip(made).filter(|(def, _)| is_listed(def)) {
            let table = catalog().table(def.schema, def.name).expect("the catalog has every table");
            let mut listing = Listing {
                business: &business,
                client: &client,
                table,
                page: 3,
                findings: &mut findings,
            };
            let mut walks = walks(table);
            listing.expected(&mut walks);
            let total = walks[0].expected.len();
            // Long lists of what everybody shares are walked in few steps too.
            listing.page = usize::max(3, total / 5);
            walks.chunks_mut(TOGETHER).for_each(|chunk| listing.walk(chunk));
            listing.count(total);
            let columns: Vec<_> = table.columns.iter().filter(|column| is_ordered(column)).collect();
            if total <= 1_000 {
                columns.chunks(TOGETHER).for_each(|chunk| listing.groups(chunk, total));
            }
            // The system may have counted some of them away since.
            let made = made.min(rows.count(def));
            listing
                .findings
                .expect(total >= made, &def.qualified(), format!("only {total} of {made} rows are shown to the owner"));
        }
    }
    findings.done();
}
