//! Reading rows: one statement a select, whatever the number of parents, and the JSON shape of its rows.

use super::cursor;
use super::input;
use super::order::Order;
use super::selection::{Arguments, Planner, Selected, located};
use super::sql::{Binds, Conditions, Statement};
use crate::catalog::{Member, Relation, RelationKind, Table, TableId};
use crate::error::{Code, Error, Result};
use crate::session::Bind;
use async_graphql::Value;
use async_graphql::parser::types::SelectionSet;
use entity::ColumnType;

pub const DEFAULT_PAGE: i64 = 50;
pub const MAXIMUM_PAGE: i64 = 1_000;
const MAXIMUM_OFFSET: i64 = 100_000;
/// Rows one operation may load by its page sizes, multiplied down the tree.
const MAXIMUM_ROWS: f64 = 250_000.0;
/// Lists, relations and groups of one operation; each is a statement.
const MAXIMUM_SELECTS: usize = 100;

/// One statement and what is made of its rows.
#[derive(Debug)]
pub struct Select {
    pub table: TableId,
    /// Where it is loaded for parents, their ids are `$1`.
    pub statement: Statement,
    /// The slot with the parent's id (a list), or with the row's own id (a reference).
    pub key_slot: Option<usize>,
    pub shape: Shape,
    pub children: Vec<Child>,
    /// Rows that match on all pages: `(parent id, count)` for parents, `(count)` at the root.
    pub count: Option<Statement>,
}

impl Select {
    /// Nothing but the count is asked for: the rows need not be read.
    pub fn only_counts(&self) -> bool {
        self.count.is_some() && matches!(&self.shape, Shape::Connection(connection) if connection.reads_no_rows())
    }

    /// Rows a list shows; one more may have been read to know whether there are more.
    pub fn page_size(&self) -> usize {
        match &self.shape {
            Shape::Row(_) => usize::MAX,
            Shape::Connection(connection) => connection.page.limit,
        }
    }
}

#[derive(Debug)]
pub struct Child {
    pub link: Link,
    pub select: Select,
}

/// How a child finds its parents' rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The parent's slot holds the child's id.
    Reference { slot: usize },
    /// The parent's slot holds an array of ids.
    References { slot: usize },
    /// The child's key slot holds the id in the parent's slot.
    Parent { slot: usize },
}

#[derive(Debug)]
pub enum Shape {
    /// An object, or a plain list of them.
    Row(RowForm),
    Connection(Connection),
}

/// Response keys and what stands behind each.
pub type RowForm = Vec<(String, Cell)>;

#[derive(Debug)]
pub enum Cell {
    TypeName(String),
    /// A value as PostgreSQL sent it.
    Slot(usize),
    Enum {
        slot: usize,
        table: TableId,
        column: usize,
    },
    Geo {
        slots: (usize, usize),
        form: Vec<(String, GeoPart)>,
    },
    NodeId {
        slot: usize,
        table: TableId,
    },
    Transitions {
        slot: usize,
        table: TableId,
        column: usize,
    },
    /// The one row, the list, or the connection of a child.
    Child(usize),
}

#[derive(Debug, Clone, Copy)]
pub enum GeoPart {
    TypeName,
    Latitude,
    Longitude,
}

#[derive(Debug)]
pub struct Connection {
    pub members: Vec<(String, ConnectionPart)>,
    pub page: Page,
    pub type_name: String,
}

impl Connection {
    fn reads_no_rows(&self) -> bool {
        let counts = |part: &ConnectionPart| matches!(part, ConnectionPart::TotalCount | ConnectionPart::TypeName);
        self.members.iter().all(|(_, part)| counts(part))
    }

    /// Whether the client asks if there are rows behind the page, in the direction it is read.
    fn asks_for_more(&self) -> bool {
        let asks = |info: &InfoPart| match info {
            InfoPart::HasNext => !self.page.backward,
            InfoPart::HasPrevious => self.page.backward,
            _ => false,
        };
        let parts = self.members.iter().map(|(_, part)| part);
        parts
            .into_iter()
            .any(|part| matches!(part, ConnectionPart::PageInfo(info) if info.iter().any(|(_, info)| asks(info))))
    }
}

#[derive(Debug)]
pub enum ConnectionPart {
    TypeName,
    Edges(Vec<(String, EdgePart)>),
    Nodes(RowForm),
    PageInfo(Vec<(String, InfoPart)>),
    TotalCount,
}

#[derive(Debug)]
pub enum EdgePart {
    TypeName,
    Cursor,
    Node(RowForm),
}

#[derive(Debug, Clone, Copy)]
pub enum InfoPart {
    TypeName,
    HasNext,
    HasPrevious,
    Start,
    End,
}

#[derive(Debug, Clone)]
pub struct Page {
    pub limit: usize,
    /// Rows arrive from the end and are turned around.
    pub backward: bool,
    /// The client came from somewhere: there are rows on the other side.
    pub entered: bool,
    pub cursor_slot: Option<usize>,
    pub fingerprint: String,
}

/// A select in the making: slots are shared by everything that reads them.
pub struct Builder<'s, 'p> {
    planner: &'s Planner<'p>,
    table: &'p Table,
    slots: Vec<String>,
    children: Vec<Child>,
    /// How many rows of this table at most, for the limit on the whole.
    rows: f64,
}

impl<'s, 'p> Builder<'s, 'p> {
    pub fn new(planner: &'s Planner<'p>, table: &'p Table, rows: f64) -> Result<Self> {
        planner.spend(rows)?;
        Ok(Builder {
            planner,
            table,
            slots: Vec::new(),
            children: Vec::new(),
            rows,
        })
    }

    pub fn slot(&mut self, expression: String) -> usize {
        match self.slots.iter().position(|known| *known == expression) {
            Some(slot) => slot,
            None => {
                self.slots.push(expression);
                self.slots.len() - 1
            }
        }
    }

    pub fn column_slot(&mut self, column: &str) -> usize {
        self.slot(format!("t.\"{column}\""))
    }

    pub fn id_slot(&mut self) -> usize {
        self.column_slot("id")
    }

    /// Expressions in the order of their slots; never empty, so that a row is a row.
    pub fn columns(&self) -> String {
        if self.slots.is_empty() { "1".to_owned() } else { self.slots.join(", ") }
    }

    /// Whether a slot reads what the database derives, perhaps after the statement that wrote the row.
    pub fn reads_derived(&self) -> bool {
        self.table
            .columns
            .iter()
            .filter(|c| c.def.derived)
            .any(|c| self.slots.iter().any(|slot| slot.contains(&format!("\"{}\"", c.def.name))))
    }

    /// All readable columns under their own names.
    pub fn every_column(&mut self) -> RowForm {
        let table = self.table;
        let mut form = Vec::new();
        for (index, column) in table
            .columns
            .iter()
            .enumerate()
            .filter(|(_, c)| c.is_readable() && c.def.ty != ColumnType::GeoPoint)
        {
            let slot = self.column_slot(column.def.name);
            let cell = if column.enumeration.is_some() {
                Cell::Enum {
                    slot,
                    table: table.id,
                    column: index,
                }
            } else {
                Cell::Slot(slot)
            };
            form.push((column.field.clone(), cell));
        }
        form
    }

    pub fn into_children(self) -> Vec<Child> {
        self.children
    }

    pub fn form(&mut self, sets: &[&'p SelectionSet]) -> Result<RowForm> {
        let mut form = Vec::new();
        for selected in self.planner.collect(sets, &self.table.type_name)? {
            let cell = self.cell(&selected)?;
            form.push((selected.key.to_owned(), cell));
        }
        Ok(form)
    }

    fn cell(&mut self, selected: &Selected<'p>) -> Result<Cell> {
        if selected.name == "__typename" {
            return Ok(Cell::TypeName(self.table.type_name.clone()));
        }
        let table = self.table;
        match table.member(selected.name) {
            Some(Member::Column(index)) if table.columns[index].is_readable() => self.column_cell(index, selected),
            Some(Member::NodeId) => Ok(Cell::NodeId {
                slot: self.id_slot(),
                table: table.id,
            }),
            Some(Member::Transitions(column)) => {
                let slot = self.column_slot(table.columns[column].def.name);
                Ok(Cell::Transitions { slot, table: table.id, column })
            }
            Some(Member::Relation(index)) if self.planner.visibility.can_read(table.relations[index].target) => {
                let child = self
                    .planner
                    .child(self, &table.relations[index], selected)
                    .map_err(|error| located(error, selected))?;
                self.children.push(child);
                Ok(Cell::Child(self.children.len() - 1))
            }
            _ => Err(self.planner.unknown_field(selected, &table.type_name)),
        }
    }

    fn column_cell(&mut self, index: usize, selected: &Selected<'p>) -> Result<Cell> {
        let column = &self.table.columns[index];
        let name = column.def.name;
        if column.def.ty == ColumnType::GeoPoint {
            let slots = (
                self.slot(format!("ST_Y(t.\"{name}\"::geometry)")),
                self.slot(format!("ST_X(t.\"{name}\"::geometry)")),
            );
            let mut form = Vec::new();
            for part in self.planner.collect(&selected.sets, "GeoPoint")? {
                let kind = match part.name {
                    "latitude" => GeoPart::Latitude,
                    "longitude" => GeoPart::Longitude,
                    _ => GeoPart::TypeName,
                };
                form.push((part.key.to_owned(), kind));
            }
            return Ok(Cell::Geo { slots, form });
        }
        let slot = self.column_slot(name);
        Ok(if column.enumeration.is_some() {
            Cell::Enum {
                slot,
                table: self.table.id,
                column: index,
            }
        } else {
            Cell::Slot(slot)
        })
    }
}

impl<'p> Planner<'p> {
    /// Takes one select of so many rows from the operation's allowance.
    pub fn spend(&self, rows: f64) -> Result<()> {
        self.spent.selects.set(self.spent.selects.get() + 1);
        if self.spent.selects.get() > MAXIMUM_SELECTS {
            let message = format!("The operation selects more than {MAXIMUM_SELECTS} lists and relations. Split it into several.");
            return Err(Error::new(Code::CostExceeded, message));
        }
        let total = self.spent.rows.get() + rows;
        self.spent.rows.set(total);
        if total > MAXIMUM_ROWS {
            let message = format!("The operation may load more than {MAXIMUM_ROWS} records. Ask for smaller pages (first) in nested lists.");
            return Err(Error::new(Code::CostExceeded, message));
        }
        Ok(())
    }

    fn child(&self, parent: &mut Builder<'_, 'p>, relation: &Relation, selected: &Selected<'p>) -> Result<Child> {
        let target = self.table(relation.target);
        let rows = parent.rows;
        match relation.kind {
            RelationKind::ToOne { column } => {
                let slot = parent.column_slot(column);
                Ok(Child {
                    link: Link::Reference { slot },
                    select: self.by_ids(target, &selected.sets, rows)?,
                })
            }
            RelationKind::ToList { column } => {
                let slot = parent.column_slot(column);
                Ok(Child {
                    link: Link::References { slot },
                    select: self.by_ids(target, &selected.sets, rows)?,
                })
            }
            RelationKind::ToMany { column } => {
                let slot = parent.id_slot();
                Ok(Child {
                    link: Link::Parent { slot },
                    select: self.connection(target, selected, Some(column), rows)?,
                })
            }
        }
    }

    /// Rows by their ids, which are `$1`; deleted ones too, since something refers to them.
    pub fn by_ids(&self, target: &'p Table, sets: &[&'p SelectionSet], rows: f64) -> Result<Select> {
        self.rows_by_ids(target, sets, rows, false)
    }

    pub fn rows_by_ids(&self, target: &'p Table, sets: &[&'p SelectionSet], rows: f64, hide_deleted: bool) -> Result<Select> {
        let mut builder = Builder::new(self, target, rows)?;
        let form = builder.form(sets)?;
        let key_slot = builder.id_slot();
        let mut binds = Binds::for_parents();
        let mut conditions = Conditions::default();
        self.tenant(target, "t", &mut binds, &mut conditions);
        conditions.add("t.id = ANY($1::uuid[])");
        if hide_deleted && target.def.soft_delete {
            conditions.add("t.deleted_at IS NULL");
        }
        let sql = format!("SELECT {} FROM {} t{}", builder.columns(), target.sql_name(), conditions.clause());
        Ok(Select {
            table: target.id,
            statement: binds.finish(sql),
            key_slot: Some(key_slot),
            shape: Shape::Row(form),
            children: builder.into_children(),
            count: None,
        })
    }

    /// One row by its id at the root.
    pub fn by_id(&self, table: &'p Table, selected: &Selected<'p>) -> Result<Select> {
        let arguments = self.arguments(selected);
        let id = input::uuid(arguments.get("id").unwrap_or(&Value::Null), "id")?;
        let hide_deleted = !self.includes_deleted(table, &arguments)?;
        self.one_row(table, &selected.sets, id, hide_deleted)
    }

    pub fn one_row(&self, table: &'p Table, sets: &[&'p SelectionSet], id: uuid::Uuid, hide_deleted: bool) -> Result<Select> {
        let mut builder = Builder::new(self, table, 1.0)?;
        let form = builder.form(sets)?;
        let mut binds = Binds::new();
        let mut conditions = Conditions::default();
        self.tenant(table, "t", &mut binds, &mut conditions);
        let mut text = "t.id = ".to_owned();
        binds.add(&mut text, Bind::uuid(id), "uuid");
        conditions.add(&text);
        if hide_deleted && table.def.soft_delete {
            conditions.add("t.deleted_at IS NULL");
        }
        let sql = format!("SELECT {} FROM {} t{}", builder.columns(), table.sql_name(), conditions.clause());
        Ok(Select {
            table: table.id,
            statement: binds.finish(sql),
            key_slot: None,
            shape: Shape::Row(form),
            children: builder.into_children(),
            count: None,
        })
    }

    pub fn includes_deleted(&self, table: &Table, arguments: &Arguments) -> Result<bool> {
        match arguments.get("includeDeleted") {
            None | Some(Value::Null) | Some(Value::Boolean(false)) => Ok(false),
            Some(value) => {
                let asked = input::boolean(value, "includeDeleted")?;
                if asked && table.def.soft_delete && !self.visibility.can_see_deleted() {
                    return Err(Error::new(Code::Forbidden, "Deleted records are for owners and managers."));
                }
                Ok(asked)
            }
        }
    }

    /// A list with its page: at the root, or for parents whose ids the target's `column` holds.
    pub fn connection(&self, table: &'p Table, selected: &Selected<'p>, column: Option<&'static str>, parents: f64) -> Result<Select> {
        let arguments = self.arguments(selected);
        let window = Window::read(&arguments)?;
        let mut builder = Builder::new(self, table, parents * window.limit as f64)?;
        let mut binds = if column.is_some() { Binds::for_parents() } else { Binds::new() };
        let mut conditions = Conditions::default();
        self.tenant(table, "t", &mut binds, &mut conditions);
        if let Some(column) = column {
            conditions.add(&format!("t.\"{column}\" = p.id"));
        }
        if table.def.soft_delete && !self.includes_deleted(table, &arguments)? {
            conditions.add("t.deleted_at IS NULL");
        }
        self.filter(table, "t", arguments.get("filter"), "filter", &mut binds, &mut conditions)?;
        // The count's binds are those so far: what follows belongs to the page alone.
        let mut counted = binds.clone();
        let matching = conditions.clause();
        let forward = self.order(table, "t", arguments.get("orderBy"), "orderBy", &mut binds)?;
        let fingerprint = forward.fingerprint();
        let order = if window.backward { forward.reversed() } else { forward };
        window.enter(&order, &fingerprint, &mut binds, &mut conditions)?;
        let page = Page {
            limit: window.limit,
            backward: window.backward,
            entered: window.cursor.is_some() || window.offset > 0,
            cursor_slot: None,
            fingerprint,
        };
        let (connection, wants_count) = self.connection_form(&mut builder, selected, page, &order)?;
        let inner = format!(
            "SELECT {} FROM {} t{}{}{} LIMIT {}{}",
            builder.columns(),
            table.sql_name(),
            order.joins,
            conditions.clause(),
            order.clause(),
            window.limit + usize::from(connection.asks_for_more()),
            window.offset_clause(&mut binds),
        );
        let (sql, key_slot, connection) = match column {
            None => (inner, None, connection),
            Some(_) => (per_parent(&inner, builder.slots.len().max(1)), Some(builder.slots.len().max(1)), connection),
        };
        let count = wants_count.then(|| {
            let count = format!("SELECT count(*) FROM {} t{matching}", table.sql_name());
            let sql = if column.is_some() {
                format!("SELECT p.id, ({count}) FROM unnest($1::uuid[]) AS p(id)")
            } else {
                count
            };
            std::mem::take(&mut counted).finish(sql)
        });
        Ok(Select {
            table: table.id,
            statement: binds.finish(sql),
            key_slot,
            shape: Shape::Connection(connection),
            children: builder.into_children(),
            count,
        })
    }

    fn connection_form(&self, builder: &mut Builder<'_, 'p>, selected: &Selected<'p>, mut page: Page, order: &Order) -> Result<(Connection, bool)> {
        let type_name = format!("{}Connection", builder.table.type_name);
        let mut members = Vec::new();
        let mut wants_count = false;
        let mut wants_cursor = false;
        for part in self.collect(&selected.sets, &type_name)? {
            let form = match part.name {
                "nodes" => ConnectionPart::Nodes(builder.form(&part.sets)?),
                "totalCount" => {
                    wants_count = true;
                    ConnectionPart::TotalCount
                }
                "edges" => {
                    let mut edge = Vec::new();
                    for member in self.collect(&part.sets, &format!("{}Edge", builder.table.type_name))? {
                        let form = match member.name {
                            "node" => EdgePart::Node(builder.form(&member.sets)?),
                            "cursor" => {
                                wants_cursor = true;
                                EdgePart::Cursor
                            }
                            _ => EdgePart::TypeName,
                        };
                        edge.push((member.key.to_owned(), form));
                    }
                    ConnectionPart::Edges(edge)
                }
                "pageInfo" => {
                    let mut info = Vec::new();
                    for member in self.collect(&part.sets, "PageInfo")? {
                        let form = match member.name {
                            "hasNextPage" => InfoPart::HasNext,
                            "hasPreviousPage" => InfoPart::HasPrevious,
                            "startCursor" => InfoPart::Start,
                            "endCursor" => InfoPart::End,
                            _ => InfoPart::TypeName,
                        };
                        wants_cursor |= matches!(form, InfoPart::Start | InfoPart::End);
                        info.push((member.key.to_owned(), form));
                    }
                    ConnectionPart::PageInfo(info)
                }
                _ => ConnectionPart::TypeName,
            };
            members.push((part.key.to_owned(), form));
        }
        if wants_cursor {
            page.cursor_slot = Some(builder.slot(order.cursor_slot()));
        }
        Ok((Connection { members, page, type_name }, wants_count))
    }
}

/// The page of every parent in one statement; the parent's id comes last.
fn per_parent(inner: &str, slots: usize) -> String {
    let names: Vec<_> = (0..slots).map(|slot| format!("c{slot}")).collect();
    format!(
        "SELECT l.*, p.id FROM unnest($1::uuid[]) AS p(id) CROSS JOIN LATERAL ({inner}) AS l({})",
        names.join(", ")
    )
}

/// Which part of a list: `first/after`, `last/before`, `offset`.
struct Window {
    limit: usize,
    backward: bool,
    cursor: Option<(String, &'static str)>,
    offset: i64,
}

impl Window {
    fn read(arguments: &Arguments) -> Result<Window> {
        let given = |name: &str| arguments.get(name).filter(|value| **value != Value::Null);
        let number = |name: &str, maximum: i64| given(name).map(|value| input::int(value, name, 0, maximum)).transpose();
        let (first, last) = (number("first", MAXIMUM_PAGE)?, number("last", MAXIMUM_PAGE)?);
        let offset = number("offset", MAXIMUM_OFFSET)?.unwrap_or(0);
        if first.is_some() && last.is_some() {
            return Err(Error::input("last", "cannot go with first: page from one end."));
        }
        let backward = last.is_some() || given("before").is_some();
        let (right, wrong) = if backward { ("before", "after") } else { ("after", "before") };
        if given(wrong).is_some() {
            return Err(Error::input(wrong, "goes with the other direction: first with after, last with before."));
        }
        if backward && first.is_some() {
            return Err(Error::input("before", "goes with last."));
        }
        if offset > 0 && given(right).is_some() {
            return Err(Error::input("offset", "cannot go with a cursor."));
        }
        let cursor = given(right).map(|value| input::text(value, right)).transpose()?;
        let limit = first.or(last).unwrap_or(DEFAULT_PAGE);
        Ok(Window {
            limit: usize::try_from(limit).unwrap_or_default(),
            backward,
            cursor: cursor.map(|text| (text, right)),
            offset,
        })
    }

    /// Starts behind the cursor. `order` is already turned around for pages from the end.
    fn enter(&self, order: &Order, fingerprint: &str, binds: &mut Binds, conditions: &mut Conditions) -> Result<()> {
        if let Some((text, path)) = &self.cursor {
            let values = cursor::decode(text, fingerprint, &order.terms, path)?;
            conditions.add(&order.after(&values, binds));
        }
        Ok(())
    }

    fn offset_clause(&self, binds: &mut Binds) -> String {
        if self.offset == 0 {
            return String::new();
        }
        let mut sql = " OFFSET ".to_owned();
        binds.add(&mut sql, Bind::text(self.offset.to_string()), "bigint");
        sql
    }
}
