//! Nested creates: the records of one level are inserted together, so that statements follow the
//! depth of the input, never its rows. Ids are made here, so that children can refer to their parents.

use super::selection::{Members, Planner, child, object, unknown_member};
use super::sql::{Binds, Conditions, Statement};
use super::write::{Expects, Step, demand_all};
use super::{input, input::pg_type};
use crate::catalog::{Column, Relation, RelationKind, Table};
use crate::error::{Code, Error, Result};
use crate::session::Bind;
use async_graphql::Value;
use entity::ColumnType;
use std::collections::BTreeMap;
use uuid::Uuid;

const MAXIMUM_ROWS: usize = 1_000;
const MAXIMUM_DEPTH: usize = 6;

/// One record in the making.
struct Row<'p, 'v> {
    id: Uuid,
    path: String,
    members: &'v Members,
    values: BTreeMap<&'p str, (&'p Column, Bind)>,
}

pub struct Insert<'s, 'p> {
    planner: &'s Planner<'p>,
    pub steps: Vec<Step>,
    /// Records on all levels so far.
    pub rows: usize,
    depth: usize,
}

/// The column that holds the parent, and which parent each row has.
pub type Parents = (&'static str, Vec<Uuid>);

impl<'s, 'p> Insert<'s, 'p> {
    pub fn new(planner: &'s Planner<'p>) -> Self {
        Insert {
            planner,
            steps: Vec::new(),
            rows: 0,
            depth: 0,
        }
    }

    /// Plans the inserts of these records and of all that hang on them; gives their ids in order.
    pub fn rows(&mut self, table: &'p Table, inputs: Vec<(&Members, String)>, parents: Option<Parents>) -> Result<Vec<Uuid>> {
        self.enter(inputs.len())?;
        let mut rows = Vec::with_capacity(inputs.len());
        for (index, (members, path)) in inputs.into_iter().enumerate() {
            let mut values = BTreeMap::new();
            for (column, bind) in self.planner.input_values(table, members, &path, true)? {
                values.insert(column.def.name, (column, bind));
            }
            if let Some((name, ids)) = &parents {
                self.refer(table, &mut values, name, ids[index], &path)?;
            }
            let id = own_id(members, &path)?;
            if let Some(column) = table.column("id") {
                values.insert("id", (column, Bind::uuid(id)));
            }
            rows.push(Row { id, path, members, values });
        }
        for relation in self.relations(table) {
            if let RelationKind::ToOne { column } = relation.kind {
                self.create_targets(table, relation, column, &mut rows)?;
            }
        }
        self.insert(table, &rows)?;
        for relation in self.relations(table) {
            if let RelationKind::ToMany { column } = relation.kind {
                self.create_children(relation, column, &rows)?;
            }
        }
        self.depth -= 1;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    fn enter(&mut self, rows: usize) -> Result<()> {
        self.rows += rows;
        self.depth += 1;
        if self.rows > MAXIMUM_ROWS {
            return Err(Error::new(
                Code::RangeTooLarge,
                format!("More than {MAXIMUM_ROWS} records in one mutation. Send them in several."),
            ));
        }
        if self.depth > MAXIMUM_DEPTH {
            return Err(Error::new(Code::RangeTooLarge, format!("Records nest deeper than {MAXIMUM_DEPTH} levels.")));
        }
        Ok(())
    }

    fn relations(&self, table: &'p Table) -> impl Iterator<Item = &'p Relation> + use<'s, 'p> {
        let planner = self.planner;
        table.relations.iter().filter(move |relation| planner.nests(table, relation))
    }

    fn refer(&self, table: &'p Table, values: &mut BTreeMap<&'p str, (&'p Column, Bind)>, name: &str, id: Uuid, path: &str) -> Result<()> {
        let Some(column) = table.column(name) else { return Ok(()) };
        if values.insert(column.def.name, (column, Bind::uuid(id))).is_some() {
            return Err(Error::input(child(path, &column.field), "is given by the record around it; leave it out."));
        }
        Ok(())
    }

    /// `customer: {...}`: the targets first, all rows' together.
    fn create_targets(&mut self, table: &'p Table, relation: &'p Relation, column: &'static str, rows: &mut [Row<'p, '_>]) -> Result<()> {
        let mut inputs = Vec::new();
        let mut owners = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            if let Some(value) = row.members.get(relation.field.as_str()).filter(|value| **value != Value::Null) {
                let path = child(&row.path, &relation.field);
                inputs.push((object(value, &path)?, path));
                owners.push(index);
            }
        }
        if inputs.is_empty() {
            return Ok(());
        }
        let ids = self.rows(self.planner.table(relation.target), inputs, None)?;
        for (owner, id) in owners.into_iter().zip(ids) {
            let path = rows[owner].path.clone();
            self.refer(table, &mut rows[owner].values, column, id, &path)?;
        }
        Ok(())
    }

    /// `workOrders: {create: [...], connect: [...]}`: all rows' children together.
    fn create_children(&mut self, relation: &'p Relation, column: &'static str, rows: &[Row<'p, '_>]) -> Result<()> {
        let target = self.planner.table(relation.target);
        let (mut inputs, mut parents) = (Vec::new(), Vec::new());
        let (mut connected, mut connect_path) = (BTreeMap::new(), String::new());
        for row in rows {
            let Some(value) = row.members.get(relation.field.as_str()).filter(|value| **value != Value::Null) else {
                continue;
            };
            let path = child(&row.path, &relation.field);
            for (name, value) in object(value, &path)? {
                if !matches!(name.as_str(), "create" | "connect") {
                    return Err(unknown_member(&path, name, &format!("{}NestedInput", target.type_name)));
                }
                if *value == Value::Null {
                    continue;
                }
                let member_path = child(&path, name);
                for (index, item) in input::list(value, &member_path)?.iter().enumerate() {
                    let item_path = format!("{member_path}[{index}]");
                    if name == "create" {
                        inputs.push((object(item, &item_path)?, item_path));
                        parents.push(row.id);
                        continue;
                    }
                    let id = input::uuid(item, &item_path)?;
                    if connected.insert(id, row.id).is_some_and(|other| other != row.id) {
                        return Err(Error::input(item_path, "is connected to two records."));
                    }
                    connect_path.clone_from(&member_path);
                }
            }
        }
        if !connected.is_empty() {
            self.connect(target, column, connected, connect_path);
        }
        if !inputs.is_empty() {
            self.rows(target, inputs, Some((column, parents)))?;
        }
        Ok(())
    }

    /// Children by their ids, each with its new parent.
    fn connect(&mut self, target: &Table, column: &str, connected: BTreeMap<Uuid, Uuid>, path: String) {
        let mut binds = Binds::new();
        let mut conditions = Conditions::default();
        let count = connected.len();
        let (ids, parents): (Vec<_>, Vec<_>) = connected.into_iter().unzip();
        let (mut children, mut owners) = (String::new(), String::new());
        binds.add(&mut children, Bind::ids(ids), "uuid[]");
        binds.add(&mut owners, Bind::ids(parents), "uuid[]");
        conditions.add("t.id = c.child");
        self.planner.tenant(target, "t", &mut binds, &mut conditions);
        if target.def.soft_delete {
            conditions.add("t.deleted_at IS NULL");
        }
        let sql = format!(
            "UPDATE {} t SET \"{column}\" = c.parent FROM unnest({children}, {owners}) AS c(child, parent){}",
            target.sql_name(),
            conditions.clause()
        );
        self.steps.push(Step {
            statement: binds.finish(sql),
            expects: Expects::Exactly(count),
            table: target.id,
            path,
        });
    }

    /// One statement for all rows that state the same columns, so that the others keep their defaults.
    fn insert(&mut self, table: &'p Table, rows: &[Row<'p, '_>]) -> Result<()> {
        let mut groups: BTreeMap<Vec<&str>, Vec<&Row<'p, '_>>> = BTreeMap::new();
        for row in rows {
            demand_all(table, |column| row.values.contains_key(column), &row.path)?;
            groups.entry(row.values.keys().copied().collect()).or_default().push(row);
        }
        for (names, members) in groups {
            let statement = insert_rows(table, &names, &members)?;
            self.steps.push(Step {
                statement,
                expects: Expects::Exactly(members.len()),
                table: table.id,
                path: common_path(&members),
            });
        }
        Ok(())
    }
}

/// The place of rows that PostgreSQL refuses together, as it does not say which: `inputs[*]`.
fn common_path(rows: &[&Row<'_, '_>]) -> String {
    match rows {
        [row] => row.path.clone(),
        _ => rows
            .first()
            .map(|row| match row.path.rfind('[') {
                Some(at) => format!("{}[*]", &row.path[..at]),
                None => row.path.clone(),
            })
            .unwrap_or_default(),
    }
}

/// Rows travel as one JSON bind; each value in its column's own text form.
fn insert_rows(table: &Table, names: &[&str], rows: &[&Row<'_, '_>]) -> Result<Statement> {
    let mut documents = Vec::with_capacity(rows.len());
    for row in rows {
        let mut document = serde_json::Map::new();
        for (name, (column, bind)) in &row.values {
            let value = match bind.clone().into_text() {
                None => serde_json::Value::Null,
                Some(text) if column.def.ty == ColumnType::Json => serde_json::from_str(&text).map_err(|_| Error::internal())?,
                Some(text) => serde_json::Value::String(text),
            };
            document.insert((*name).to_owned(), value);
        }
        documents.push(serde_json::Value::Object(document));
    }
    let columns: Vec<_> = names.iter().filter_map(|name| table.column(name)).collect();
    let listed = columns.iter().map(|c| format!("\"{}\"", c.def.name)).collect::<Vec<_>>().join(", ");
    let typed = columns
        .iter()
        .map(|c| format!("\"{}\" {}", c.def.name, pg_type(c.def.ty)))
        .collect::<Vec<_>>()
        .join(", ");
    let mut binds = Binds::new();
    let mut place = String::new();
    binds.add(&mut place, Bind::text(serde_json::Value::Array(documents).to_string()), "jsonb");
    let sql = format!(
        "INSERT INTO {} ({listed}) SELECT {listed} FROM ROWS FROM (jsonb_to_recordset({place}) AS ({typed})) WITH ORDINALITY AS r({listed}, position) ORDER BY r.position",
        table.sql_name()
    );
    Ok(binds.finish(sql))
}

/// The client's own id, or a new one.
fn own_id(members: &Members, path: &str) -> Result<Uuid> {
    match members.get("id") {
        None | Some(Value::Null) => Ok(Uuid::new_v4()),
        Some(value) => input::uuid(value, &child(path, "id")),
    }
}
