//! Values that no column keeps, for every type of every table, in creates, changes and filters; and names
//! of orders, filters and groups that want to be SQL. Each is told by its path, and no statement is sent.

use super::schema::{is_visible, is_writable};
use super::{Findings, Home, catalog, homes};
use entity::ColumnType;
use graphql::Role;
use graphql::catalog::{Column, Table, naming};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::{Person, Reply};
use uuid::Uuid;

const ADVICE: &str = "graphql/src/plan/input.rs checks values by their type before PostgreSQL sees them.";

fn texts(values: &[&str]) -> Vec<Value> {
    values.iter().map(|text| json!(text)).collect()
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!(1), |inner, _| json!([inner]))
}

/// Values that no column of this kind accepts.
fn hostile(column: &Column) -> Vec<Value> {
    if column.enumeration.is_some() {
        return vec![json!("NO_SUCH_VALUE"), json!("'; --"), json!(1), json!(["A"]), json!("a\0")];
    }
    if column.is_sealed() {
        return vec![json!("a\0b"), json!(7), json!(["a"]), json!("x".repeat(1_100_000))];
    }
    match column.def.ty {
        ColumnType::Text => vec![json!("a\0b"), json!(1), json!(true), json!(["a"]), json!({ "eq": "a" })],
        ColumnType::SmallInt => vec![json!(32_768), json!(-32_769), json!(1.5), json!("1")],
        ColumnType::Integer => vec![
            json!(2_147_483_648_i64),
            json!(9_007_199_254_740_993_i64),
            json!(1e20),
            json!(-1e20),
            json!(1.5),
            json!("1"),
        ],
        ColumnType::BigInt => vec![
            json!("9223372036854775808"),
            json!("100000000000000000000"),
            json!("1.5"),
            json!("NaN"),
            json!(1e20),
            json!(""),
        ],
        ColumnType::Decimal { .. } => {
            let mut values = texts(&[
                "NaN",
                "Infinity",
                "-Infinity",
                "1e40",
                "1e131071",
                "99999999999999999999999999999999",
                "1,5",
                "0x1",
                "1 ",
                "",
                "--1",
                "٣",
            ]);
            values.extend([json!(1e40), json!(true), json!([1])]);
            values
        }
        ColumnType::Double => vec![json!("NaN"), json!("Infinity"), json!("1"), json!(true), json!([1])],
        ColumnType::Boolean => vec![json!("true"), json!(1), json!([true])],
        ColumnType::Date => texts(&[
            "infinity",
            "-infinity",
            "0000-01-01",
            "294276-01-01",
            "10000-01-01",
            "2025-02-29",
            "2025-02-30",
            "today",
            "epoch",
            "2025-1-1",
        ]),
        ColumnType::Time => texts(&["24:00", "24:00:00", "25:00:00", "23:59:60", "allballs", "08:30Z", "now"]),
        ColumnType::DateTime => texts(&[
            "infinity",
            "-infinity",
            "294276-01-01T00:00:00Z",
            "0000-12-31T00:00:00Z",
            "2025-02-30T08:00:00Z",
            "2025-03-09T02:30:00 America/Chicago",
            "2025-01-31T08:00:00",
            "2025-01-31T24:00:00Z",
            "now",
        ]),
        ColumnType::Interval => texts(&["-P1D", "P-1D", "P999999999Y", "PT99999999999H", "infinity", "1 day", "P", "P1.5D"]),
        ColumnType::Uuid => texts(&[
            "x",
            "",
            "00000000000040008000000000000000",
            "{00000000-0000-4000-8000-000000000000}",
            "' OR true --",
        ]),
        ColumnType::Json => vec![nested(200), json!({ "a": "b\0" }), json!({ "a\0": 1 }), json!("x".repeat(1_100_000))],
        ColumnType::Inet => texts(&["300.1.1.1", "192.0.2.1/33", "localhost", "::1::", "192.0.2", ""]),
        ColumnType::Bytes => vec![json!("===="), json!("a\0"), json!("ä"), json!(5), json!("x".repeat(1_100_001))],
        ColumnType::GeoPoint => vec![
            json!({ "latitude": 100, "longitude": 200 }),
            json!({ "latitude": "NaN", "longitude": 0 }),
            json!({ "latitude": null, "longitude": 0 }),
            json!({ "latitude": 1e300, "longitude": 0 }),
            json!({ "latitude": 1 }),
            json!("POINT EMPTY"),
        ],
        ColumnType::TextArray => vec![json!([null]), json!([["a"], ["b"]]), json!(["a\0"]), json!([1]), json!(vec!["x"; 100_000])],
        ColumnType::IntegerArray => vec![
            json!([null]),
            json!([[1], [2]]),
            json!([2_147_483_648_i64]),
            json!([1.5]),
            json!(vec![1; 100_000]),
        ],
        ColumnType::UuidArray => vec![json!([null]), json!(["x"]), json!([["a"]]), json!([1])],
    }
}

/// `Text`, `Decimal`, `Enum`: columns of one kind take the same values.
fn kind(column: &Column) -> String {
    let ty = format!("{:?}", column.def.ty);
    match ty.split(' ').next() {
        _ if column.enumeration.is_some() => "Enum".into(),
        _ if column.is_sealed() => "Sealed".into(),
        Some(name) => name.into(),
        None => ty,
    }
}

struct Visit<'v, 'a> {
    person: Person<'a>,
    table: &'static Table,
    findings: &'v mut Findings,
    /// How many values of each kind were tried, so that the next table gets the next one.
    turns: &'v mut BTreeMap<String, usize>,
}

impl Visit<'_, '_> {
    fn refused(&mut self, what: &str, path: &str, value: &Value, reply: &Reply) {
        let code = reply.json.pointer("/errors/0/extensions/code").and_then(Value::as_str).unwrap_or_default();
        let told = reply
            .json
            .pointer("/errors/0/extensions/fields/0/path")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let holds = match code {
            "INPUT_INVALID" => told.starts_with(path),
            "DOCUMENT_INVALID" | "DOCUMENT_TOO_LARGE" => true,
            _ => false,
        };
        let shown: String = value.to_string().chars().take(60).collect();
        let place = self.table.def.qualified();
        if holds && reply.statements == 0 && reply.json["data"].is_null() {
            self.findings.count(1);
        } else {
            let answer: String = reply.json.to_string().chars().take(400).collect();
            self.findings
                .expect(false, &place, format!("{what} {path} with {shown} ({} statements): {answer}", reply.statements));
        }
    }

    /// The next value of each kind that the table has.
    fn values(&mut self, writes: bool) {
        let mut kinds: BTreeMap<String, &'static Column> = BTreeMap::new();
        for column in self.table.columns.iter().filter(|column| column.is_input() || column.is_readable()) {
            kinds.entry(kind(column)).or_insert(column);
        }
        for (kind, column) in kinds {
            let all = hostile(column);
            let turn = self.turns.entry(kind).or_default();
            let value = &all[*turn % all.len()];
            *turn += 1;
            let even = turn.is_multiple_of(2);
            if writes && column.is_input() {
                self.write(column, value, even);
            }
            if column.is_readable() {
                self.filter(column, value);
            }
        }
    }

    /// In a new row, or in a change of one, in turn where the table has both.
    fn write(&mut self, column: &Column, value: &Value, even: bool) {
        let (schema, one, name, field) = (naming::camel(self.table.def.schema), &self.table.one, &self.table.type_name, &column.field);
        let is_changed = !self.table.def.append_only && column.def.name != "id";
        if self.table.is_created() && (even || !is_changed) {
            let document = format!("mutation($in: {name}CreateInput!) {{ {schema} {{ {one}Create(input: $in) {{ __typename }} }} }}");
            let reply = self.person.ask_with(&document, json!({ "in": { field: value } }));
            self.refused("a create", &format!("input.{field}"), value, &reply);
        } else if is_changed {
            let id = Uuid::nil();
            let document = format!("mutation($in: {name}Patch!) {{ {schema} {{ {one}Update(id: \"{id}\", patch: $in) {{ __typename }} }} }}");
            let reply = self.person.ask_with(&document, json!({ "in": { field: value } }));
            self.refused("a change", &format!("patch.{field}"), value, &reply);
        }
    }

    fn filter(&mut self, column: &Column, value: &Value) {
        let is_scalar = !matches!(
            column.def.ty,
            ColumnType::Json | ColumnType::Bytes | ColumnType::GeoPoint | ColumnType::TextArray | ColumnType::IntegerArray | ColumnType::UuidArray
        );
        // A span may be negative where it is compared, and a number may have more decimals than the column.
        let compared = is_scalar && !matches!(column.def.ty, ColumnType::Interval | ColumnType::Decimal { .. });
        if !compared && column.enumeration.is_none() {
            return;
        }
        let operator = if column.def.ty == ColumnType::Boolean { "eq" } else { "in" };
        let given = if operator == "in" { json!([value]) } else { value.clone() };
        let reply = self.ask_list("Filter!", "filter", &json!({ column.field.as_str(): { operator: given } }));
        self.refused("a filter", &format!("filter.{}", column.field), value, &reply);
    }

    fn ask_list(&self, ty: &str, argument: &str, value: &Value) -> Reply {
        let (schema, many, name) = (naming::camel(self.table.def.schema), &self.table.many, &self.table.type_name);
        let ty = match ty.strip_prefix('[') {
            Some(rest) => format!("[{name}{rest}"),
            None => format!("{name}{ty}"),
        };
        self.person.ask_with(
            &format!("query($v: {ty}) {{ {schema} {{ {many}(first: 1, {argument}: $v) {{ totalCount }} }} }}"),
            json!({ "v": value }),
        )
    }

    /// Names come from the catalogue: what a client calls a field is looked up, never written into SQL.
    fn names(&mut self) {
        const NAMES: [&str; 4] = ["id; DROP TABLE x; --", "id\" DESC, (SELECT 1) --", "t.id", "business_id"];
        let turn = self.turns.entry("names".into()).or_default();
        *turn += 1;
        let turn = *turn;
        let name = NAMES[turn % NAMES.len()];
        let all = [
            ("[OrderBy!]!", "orderBy", json!([{ name: "ASC" }])),
            ("[OrderBy!]!", "orderBy", json!([{ "id": "ASC; DROP TABLE x" }])),
            ("[OrderBy!]!", "orderBy", json!([{ "id": name }])),
            ("Filter!", "filter", json!({ name: { "eq": "x" } })),
            ("Filter!", "filter", json!({ "id": { name: "x" } })),
        ];
        let (ty, argument, value) = &all[turn % all.len()];
        let reply = self.ask_list(ty, argument, value);
        self.refused("a name", argument, value, &reply);
        let (schema, one, ty) = (naming::camel(self.table.def.schema), &self.table.one, &self.table.type_name);
        let document = format!("query($v: [{ty}GroupBy!]) {{ {schema} {{ {one}Aggregates(groupBy: $v) {{ count }} }} }}");
        let value = json!([{ "field": name }]);
        let reply = self.person.ask_with(&document, json!({ "v": value }));
        self.refused("a group", "groupBy", &value, &reply);
    }
}

#[test]
fn no_value_and_no_name_gets_past_its_type() {
    let mut findings = Findings::new("hostile values", ADVICE);
    let mut turns = BTreeMap::new();
    for Home { industry, business, tables } in homes() {
        let visible = tables.iter().filter(|def| is_visible(def, industry, Role::Owner));
        for table in visible.filter_map(|def| catalog().table(def.schema, def.name)).filter(|table| table.has("id")) {
            let mut visit = Visit {
                person: business.owner,
                table,
                findings: &mut findings,
                turns: &mut turns,
            };
            visit.values(is_writable(table.def, industry, Role::Owner));
            visit.names();
        }
    }
    let kinds: Vec<_> = turns.iter().map(|(kind, count)| format!("{kind}: {count}")).collect();
    println!("values tried by kind: {}", kinds.join(", "));
    findings.done();
}
