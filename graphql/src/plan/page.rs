//! Lists: one page of a table at the root, or one for each parent, in one statement.

use super::cursor;
use super::input;
use super::order::Order;
use super::rows::{Builder, DEFAULT_PAGE, MAXIMUM_PAGE};
use super::selection::{Arguments, Planner, Selected};
use super::shape::{Connection, ConnectionPart, EdgePart, InfoPart, Page, ResponseKey, Select, Shape};
use super::sql::{Binds, Conditions};
use crate::catalog::Table;
use crate::error::{Error, Result};
use crate::session::Bind;
use async_graphql::Value;
use std::borrow::Cow;
use std::cell::LazyCell;

const MAXIMUM_OFFSET: i64 = 100_000;

impl<'p> Planner<'p> {
    /// A list with its page: at the root, or for parents whose ids the target's `column` holds.
    pub fn connection(&self, table: &'p Table, selected: &Selected<'p>, column: Option<&'static str>, parents: f64) -> Result<Select> {
        let arguments = self.arguments(selected);
        let window = Window::read(&arguments)?;
        let mut builder = Builder::new(self, table, parents * window.limit as f64)?;
        let mut binds = if column.is_some() { Binds::for_parents() } else { Binds::new() };
        let mut conditions = Conditions::default();
        self.tenant(table, "t", &mut binds, &mut conditions);
        if let Some(column) = column {
            conditions.add(&["t.\"", column, "\" = p.id"].concat());
        }
        if table.def.soft_delete && !self.includes_deleted(table, &arguments)? {
            conditions.add("t.deleted_at IS NULL");
        }
        self.filter(table, "t", arguments.get("filter"), "filter", &mut binds, &mut conditions)?;
        // The count's conditions and binds are those so far: what follows belongs to the page alone.
        let (counted, matching) = (binds.count(), conditions.text.len());
        let forward = self.order(table, "t", arguments.get("orderBy"), "orderBy", &mut binds)?;
        let fingerprint = LazyCell::new(|| forward.fingerprint());
        let order = if window.backward {
            Cow::Owned(forward.clone().reversed())
        } else {
            Cow::Borrowed(&forward)
        };
        window.enter(&order, || (*fingerprint).clone(), &mut binds, &mut conditions)?;
        let page = Page {
            limit: window.limit,
            backward: window.backward,
            entered: window.cursor.is_some() || window.offset > 0,
            cursor_slot: None,
            fingerprint: String::new(),
        };
        let (mut connection, wants_count) = self.connection_form(&mut builder, selected, page, &order)?;
        if connection.page.cursor_slot.is_some() {
            connection.page.fingerprint.clone_from(&fingerprint);
        }
        let limit = window.limit + usize::from(connection.asks_for_more());
        let inner = [
            "SELECT ",
            &builder.columns(),
            " FROM ",
            &table.sql_name(),
            " t",
            &order.joins,
            &conditions.clause(),
            &order.clause(),
            " LIMIT ",
            itoa::Buffer::new().format(limit),
            &window.offset_clause(&mut binds),
        ]
        .concat();
        let (sql, key_slot, connection) = match column {
            None => (inner, None, connection),
            Some(_) => (per_parent(&inner, builder.width()), Some(builder.width()), connection),
        };
        let count = wants_count.then(|| {
            let condition = if matching == 0 {
                String::new()
            } else {
                format!(" WHERE {}", &conditions.text[..matching])
            };
            let count = format!("SELECT count(*) FROM {} t{condition}", table.sql_name());
            let sql = if column.is_some() {
                format!("SELECT p.id, ({count}) FROM unnest($1::uuid[]) AS p(id)")
            } else {
                count
            };
            binds.first(counted).finish(sql)
        });
        Ok(Select {
            statement: binds.finish(sql),
            key_slot,
            id_slot: builder.find_id_slot(),
            known: None,
            shape: Shape::Connection(connection),
            children: builder.into_children(),
            count,
        })
    }

    fn connection_form(&self, builder: &mut Builder<'_, 'p>, selected: &Selected<'p>, mut page: Page, order: &Order) -> Result<(Connection, bool)> {
        let type_name = [&builder.table.type_name, "Connection"].concat();
        let mut members = Vec::new();
        for part in self.collect(&selected.sets, &type_name)? {
            let form = match part.name {
                "nodes" => ConnectionPart::Nodes(builder.form(&part.sets)?),
                "totalCount" => ConnectionPart::TotalCount,
                "edges" => ConnectionPart::Edges(self.edge_form(builder, &part)?),
                "pageInfo" => ConnectionPart::PageInfo(self.info_form(&part)?),
                _ => ConnectionPart::TypeName,
            };
            members.push((ResponseKey::new(part.key), form));
        }
        let shows_cursor = |(_, part): &(ResponseKey, ConnectionPart)| match part {
            ConnectionPart::Edges(form) => form.iter().any(|(_, part)| matches!(part, EdgePart::Cursor)),
            ConnectionPart::PageInfo(form) => form.iter().any(|(_, part)| matches!(part, InfoPart::Start | InfoPart::End)),
            _ => false,
        };
        if members.iter().any(shows_cursor) {
            page.cursor_slot = Some(builder.slot(order.cursor_slot()));
        }
        let wants_count = members.iter().any(|(_, part)| matches!(part, ConnectionPart::TotalCount));
        Ok((Connection { members, page, type_name }, wants_count))
    }

    fn edge_form(&self, builder: &mut Builder<'_, 'p>, edges: &Selected<'p>) -> Result<Vec<(ResponseKey, EdgePart)>> {
        let mut form = Vec::new();
        for member in self.collect(&edges.sets, &format!("{}Edge", builder.table.type_name))? {
            let part = match member.name {
                "node" => EdgePart::Node(builder.form(&member.sets)?),
                "cursor" => EdgePart::Cursor,
                _ => EdgePart::TypeName,
            };
            form.push((ResponseKey::new(member.key), part));
        }
        Ok(form)
    }

    fn info_form(&self, info: &Selected<'p>) -> Result<Vec<(ResponseKey, InfoPart)>> {
        let part = |member: Selected<'p>| {
            let part = match member.name {
                "hasNextPage" => InfoPart::HasNext,
                "hasPreviousPage" => InfoPart::HasPrevious,
                "startCursor" => InfoPart::Start,
                "endCursor" => InfoPart::End,
                _ => InfoPart::TypeName,
            };
            (ResponseKey::new(member.key), part)
        };
        Ok(self.collect(&info.sets, "PageInfo")?.into_iter().map(part).collect())
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
    fn read(arguments: &Arguments<'_>) -> Result<Window> {
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
    fn enter(&self, order: &Order, fingerprint: impl FnOnce() -> String, binds: &mut Binds, conditions: &mut Conditions) -> Result<()> {
        if let Some((text, path)) = &self.cursor {
            let values = cursor::decode(text, &fingerprint(), &order.terms, path)?;
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
