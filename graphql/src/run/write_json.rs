//! Writes the answer straight from PostgreSQL's binary values: one growing buffer, no tree between.

use super::load::{Arena, Loaded, uuid_at, uuids_at};
use crate::catalog::Catalog;
use crate::error::{Code, Error, Result};
use crate::json::{integer, write_name, write_value};
use crate::plan::cursor;
use crate::plan::groups::{GroupCell, Groups};
use crate::plan::node_id;
use crate::plan::shape::{Cell, Connection, ConnectionPart, EdgePart, GeoPart, InfoPart, Link, ResponseKey, RowForm, Shape};
use crate::session::Raw;
use tokio_postgres::Row;
use uuid::Uuid;

/// Bytes of one answer. Cost counts records, not what they hold or how often that is asked for.
const MAXIMUM_ANSWER: usize = 16 << 20;

pub struct Writer<'a, 'p> {
    pub catalog: &'a Catalog,
    pub arena: &'a Arena<'p>,
    pub out: Vec<u8>,
}

/// Writes `{…}` or `[…]`, with commas between the parts.
macro_rules! members {
    ($out:expr, $parts:expr, |$key:ident, $part:ident| $body:expr) => {{
        $out.push(b'{');
        for (index, ($key, $part)) in $parts.iter().enumerate() {
            $key.write(&mut $out, index == 0);
            $body;
        }
        $out.push(b'}');
    }};
}

impl Writer<'_, '_> {
    pub fn null(&mut self) {
        self.out.extend_from_slice(b"null");
    }

    /// A root select: its connection, or its one row.
    pub fn root(&mut self, place: usize) -> Result<()> {
        let loaded = &self.arena.loaded[place];
        match &loaded.select.shape {
            Shape::Connection(connection) => {
                let rows: Vec<&Row> = loaded.rows.iter().collect();
                self.connection(loaded, connection, Uuid::nil(), rows, loaded.total)
            }
            Shape::Row(form) => match loaded.rows.first() {
                Some(row) => self.row(loaded, form, row),
                None => {
                    self.null();
                    Ok(())
                }
            },
        }
    }

    /// All rows of a place as a list.
    pub fn list(&mut self, place: usize) -> Result<()> {
        let loaded = &self.arena.loaded[place];
        let Shape::Row(form) = &loaded.select.shape else {
            return Err(Error::internal());
        };
        self.out.push(b'[');
        for (index, row) in loaded.rows.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            self.row(loaded, form, row)?;
        }
        self.out.push(b']');
        Ok(())
    }

    /// The row with this id, or null.
    pub fn by_id(&mut self, place: usize, id: Uuid) -> Result<()> {
        let loaded = &self.arena.loaded[place];
        let Shape::Row(form) = &loaded.select.shape else {
            return Err(Error::internal());
        };
        match loaded.by_key.get(&id).and_then(|numbers| numbers.first()) {
            Some(number) => self.row(loaded, form, &loaded.rows[*number]),
            None => {
                self.null();
                Ok(())
            }
        }
    }

    /// The rows with these ids that there are, in this order.
    pub fn by_ids(&mut self, place: usize, ids: &[Uuid]) -> Result<()> {
        self.out.push(b'[');
        let mut first = true;
        for id in ids.iter().filter(|id| self.arena.loaded[place].by_key.contains_key(id)) {
            if !first {
                self.out.push(b',');
            }
            first = false;
            self.by_id(place, *id)?;
        }
        self.out.push(b']');
        Ok(())
    }

    pub fn row(&mut self, loaded: &Loaded<'_>, form: &RowForm, row: &Row) -> Result<()> {
        if self.out.len() > MAXIMUM_ANSWER {
            return Err(too_large());
        }
        members!(self.out, form, |key, cell| self.cell(loaded, cell, row)?);
        Ok(())
    }

    fn cell(&mut self, loaded: &Loaded<'_>, cell: &Cell, row: &Row) -> Result<()> {
        match cell {
            Cell::TypeName(name) => write_name(&mut self.out, name),
            Cell::Slot(slot) => return self.value(row, *slot),
            Cell::Enum { slot, table, column } => {
                let value = raw_at(row, *slot)?;
                let enumeration = self.catalog.tables[*table].columns[*column].enumeration.as_ref();
                match value.and_then(|value| enumeration?.name_of(value)) {
                    Some(name) => write_name(&mut self.out, name),
                    None => self.null(),
                }
            }
            Cell::Transitions { slot, table, column } => self.transitions(row, *slot, *table, *column)?,
            Cell::NodeId { slot, table } => match uuid_at(row, *slot) {
                Some(id) => write_name(&mut self.out, &node_id(&self.catalog.tables[*table].type_name, id)),
                None => self.null(),
            },
            Cell::Geo { slots, form } => {
                if raw_at(row, slots.0)?.is_none() {
                    self.null();
                    return Ok(());
                }
                members!(self.out, form, |key, part| match part {
                    GeoPart::TypeName => write_name(&mut self.out, "GeoPoint"),
                    GeoPart::Latitude => self.value(row, slots.0)?,
                    GeoPart::Longitude => self.value(row, slots.1)?,
                });
            }
            Cell::Child(index) => return self.child(loaded, *index, row),
        }
        Ok(())
    }

    fn value(&mut self, row: &Row, slot: usize) -> Result<()> {
        let column = row.columns().get(slot).ok_or_else(Error::internal)?;
        write_value(&mut self.out, column.type_(), raw_at(row, slot)?)
    }

    fn transitions(&mut self, row: &Row, slot: usize, table: usize, column: usize) -> Result<()> {
        let table = &self.catalog.tables[table];
        let column = &table.columns[column];
        let current = text_at(row, slot)?.unwrap_or_default();
        let flow = table.def.flows.iter().find(|flow| flow.column == column.def.name);
        self.out.push(b'[');
        let mut first = true;
        for (_, to) in flow.iter().flat_map(|flow| flow.transitions.iter()).filter(|(from, _)| *from == current) {
            let Some(name) = column.enumeration.as_ref().and_then(|e| e.graphql_name(to)) else {
                continue;
            };
            if !first {
                self.out.push(b',');
            }
            first = false;
            write_name(&mut self.out, name);
        }
        self.out.push(b']');
        Ok(())
    }

    fn child(&mut self, parent: &Loaded<'_>, index: usize, row: &Row) -> Result<()> {
        let place = *parent.children.get(index).ok_or_else(Error::internal)?;
        let loaded = &self.arena.loaded[place];
        match parent.select.children[index].link {
            Link::Reference { slot } => match uuid_at(row, slot) {
                Some(id) => self.by_id(place, id),
                None => {
                    self.null();
                    Ok(())
                }
            },
            Link::References { slot } => self.by_ids(place, &uuids_at(row, slot)),
            Link::Parent { slot } => {
                let Shape::Connection(connection) = &loaded.select.shape else {
                    return Err(Error::internal());
                };
                let key = uuid_at(row, slot).unwrap_or_default();
                let rows = loaded
                    .by_key
                    .get(&key)
                    .map(|numbers| numbers.iter().map(|n| &loaded.rows[*n]).collect())
                    .unwrap_or_default();
                self.connection(loaded, connection, key, rows, loaded.counts.get(&key).copied().unwrap_or(0))
            }
        }
    }

    fn connection(&mut self, loaded: &Loaded<'_>, connection: &Connection, parent: Uuid, mut rows: Vec<&Row>, total: i64) -> Result<()> {
        let page = &connection.page;
        let more = loaded.more.contains(&parent);
        if page.backward {
            rows.reverse();
        }
        members!(self.out, connection.members, |key, part| match part {
            ConnectionPart::TypeName => write_name(&mut self.out, &connection.type_name),
            ConnectionPart::TotalCount => integer(&mut self.out, total),
            ConnectionPart::Nodes(form) => self.rows(&rows, |writer, row| writer.row(loaded, form, row))?,
            ConnectionPart::Edges(form) => self.rows(&rows, |writer, row| writer.edge(loaded, connection, form, row))?,
            ConnectionPart::PageInfo(form) => {
                let (next, previous) = if page.backward { (page.entered, more) } else { (more, page.entered) };
                members!(self.out, form, |key, part| match part {
                    InfoPart::TypeName => write_name(&mut self.out, "PageInfo"),
                    InfoPart::HasNext => self.flag(next),
                    InfoPart::HasPrevious => self.flag(previous),
                    InfoPart::Start => self.cursor(connection, rows.first().copied())?,
                    InfoPart::End => self.cursor(connection, rows.last().copied())?,
                });
            }
        });
        Ok(())
    }

    fn rows(&mut self, rows: &[&Row], write: impl Fn(&mut Self, &Row) -> Result<()>) -> Result<()> {
        self.out.push(b'[');
        for (index, row) in rows.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            write(self, row)?;
        }
        self.out.push(b']');
        Ok(())
    }

    fn edge(&mut self, loaded: &Loaded<'_>, connection: &Connection, form: &[(ResponseKey, EdgePart)], row: &Row) -> Result<()> {
        members!(self.out, form, |key, part| match part {
            EdgePart::TypeName => write_name(
                &mut self.out,
                &format!("{}Edge", connection.type_name.strip_suffix("Connection").unwrap_or_default())
            ),
            EdgePart::Cursor => self.cursor(connection, Some(row))?,
            EdgePart::Node(form) => self.row(loaded, form, row)?,
        });
        Ok(())
    }

    fn flag(&mut self, flag: bool) {
        self.out.extend_from_slice(if flag { b"true" } else { b"false" });
    }

    fn cursor(&mut self, connection: &Connection, row: Option<&Row>) -> Result<()> {
        let (Some(row), Some(slot)) = (row, connection.page.cursor_slot) else {
            self.null();
            return Ok(());
        };
        let values: Vec<Option<String>> = row.try_get(slot).map_err(|_| Error::internal())?;
        write_name(&mut self.out, &cursor::encode(&connection.page.fingerprint, &values));
        Ok(())
    }

    pub fn groups(&mut self, groups: &Groups, rows: &[Row]) -> Result<()> {
        self.out.push(b'[');
        for (index, row) in rows.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            members!(self.out, groups.form, |key, cell| match cell {
                GroupCell::TypeName => write_name(&mut self.out, &groups.type_name),
                GroupCell::Count(slot) => self.value(row, *slot)?,
                GroupCell::Values(form) => self.group_values(form, row)?,
            });
        }
        self.out.push(b']');
        Ok(())
    }

    /// Groups have values and enums only: nothing is loaded below them.
    fn group_values(&mut self, form: &RowForm, row: &Row) -> Result<()> {
        members!(self.out, form, |key, cell| match cell {
            Cell::TypeName(name) => write_name(&mut self.out, name),
            Cell::Slot(slot) => self.value(row, *slot)?,
            Cell::Enum { slot, table, column } => {
                let enumeration = self.catalog.tables[*table].columns[*column].enumeration.as_ref();
                match raw_at(row, *slot)?.and_then(|value| enumeration?.name_of(value)) {
                    Some(name) => write_name(&mut self.out, name),
                    None => self.null(),
                }
            }
            _ => return Err(Error::internal()),
        });
        Ok(())
    }
}

fn too_large() -> Error {
    let message = format!(
        "The answer has more than {} MB. Ask for smaller pages (first), or for fewer fields.",
        MAXIMUM_ANSWER >> 20
    );
    Error::new(Code::CostExceeded, message)
}

fn raw_at(row: &Row, slot: usize) -> Result<Option<&[u8]>> {
    row.try_get::<_, Raw<'_>>(slot).map(|raw| raw.0).map_err(|_| Error::internal())
}

fn text_at(row: &Row, slot: usize) -> Result<Option<&str>> {
    Ok(raw_at(row, slot)?.and_then(|bytes| std::str::from_utf8(bytes).ok()))
}
