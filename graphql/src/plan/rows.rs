//! Reading rows: one statement a select, whatever the number of parents.

use super::input;
use super::selection::{Arguments, Planner, Selected, located};
use super::shape::{Cell, Child, GeoPart, Link, ResponseKey, RowForm, Select, Shape};
use super::sql::{Binds, Conditions};
use crate::catalog::{Member, Relation, RelationKind, Table};
use crate::error::{Code, Error, Result};
use crate::session::Bind;
use async_graphql::Value;
use async_graphql::parser::types::SelectionSet;
use entity::ColumnType;

pub const DEFAULT_PAGE: i64 = 50;
pub const MAXIMUM_PAGE: i64 = 1_000;

/// What a slot reads of the row.
#[derive(PartialEq, Eq)]
enum Slot {
    Column(&'static str),
    Expression(String),
}

/// A select in the making: slots are shared by everything that reads them.
pub struct Builder<'s, 'p> {
    planner: &'s Planner<'p>,
    pub(super) table: &'p Table,
    slots: Vec<Slot>,
    children: Vec<Child>,
    /// How many rows of this table at most, for the cost of the whole.
    rows: f64,
}

impl<'s, 'p> Builder<'s, 'p> {
    pub fn new(planner: &'s Planner<'p>, table: &'p Table, rows: f64) -> Result<Self> {
        planner.spend(rows)?;
        Ok(Builder {
            planner,
            table,
            slots: Vec::with_capacity(16),
            children: Vec::new(),
            rows,
        })
    }

    pub fn slot(&mut self, expression: String) -> usize {
        self.place(Slot::Expression(expression))
    }

    pub fn column_slot(&mut self, column: &'static str) -> usize {
        self.place(Slot::Column(column))
    }

    fn place(&mut self, wanted: Slot) -> usize {
        match self.slots.iter().position(|known| *known == wanted) {
            Some(slot) => slot,
            None => {
                self.slots.push(wanted);
                self.slots.len() - 1
            }
        }
    }

    /// The slot of the row's own id, where something reads it.
    pub fn find_id_slot(&self) -> Option<usize> {
        self.slots.iter().position(|known| *known == Slot::Column("id"))
    }

    pub fn id_slot(&mut self) -> usize {
        self.column_slot("id")
    }

    /// How many columns the statement has.
    pub fn width(&self) -> usize {
        self.slots.len().max(1)
    }

    /// Expressions in the order of their slots; never empty, so that a row is a row.
    pub fn columns(&self) -> String {
        if self.slots.is_empty() {
            return "1".to_owned();
        }
        let mut text = String::with_capacity(self.slots.len() * 24);
        for slot in &self.slots {
            if !text.is_empty() {
                text.push_str(", ");
            }
            match slot {
                Slot::Column(name) => text.extend(["t.\"", name, "\""]),
                Slot::Expression(expression) => text.push_str(expression),
            }
        }
        text
    }

    /// Whether a slot reads what the database derives, perhaps after the statement that wrote the row.
    pub fn reads_derived(&self) -> bool {
        let reads = |name: &str, slot: &Slot| match slot {
            Slot::Column(column) => *column == name,
            Slot::Expression(expression) => expression.contains(&format!("\"{name}\"")),
        };
        let mut derived = self.table.columns.iter().filter(|column| column.def.derived);
        derived.any(|column| self.slots.iter().any(|slot| reads(column.def.name, slot)))
    }

    /// All readable columns under their own names.
    pub fn every_column(&mut self) -> RowForm {
        let table = self.table;
        let mut form = Vec::new();
        for (index, column) in table.columns.iter().enumerate().filter(|(_, c)| c.is_readable()) {
            if column.def.ty == ColumnType::GeoPoint {
                let slots = self.point_slots(column.def.name);
                let parts = [("latitude", GeoPart::Latitude), ("longitude", GeoPart::Longitude)];
                let place = parts.map(|(name, part)| (ResponseKey::new(name), part)).into();
                form.push((ResponseKey::new(&column.field), Cell::Geo { slots, form: place }));
                continue;
            }
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
            form.push((ResponseKey::new(&column.field), cell));
        }
        form
    }

    pub fn into_children(self) -> Vec<Child> {
        self.children
    }

    pub fn form(&mut self, sets: &[&'p SelectionSet]) -> Result<RowForm> {
        let selected = self.planner.collect(sets, &self.table.type_name)?;
        let mut form = Vec::with_capacity(selected.len());
        for selected in selected {
            let cell = self.cell(&selected)?;
            form.push((ResponseKey::new(selected.key), cell));
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

    /// Latitude and longitude.
    fn point_slots(&mut self, name: &str) -> (usize, usize) {
        (
            self.slot(format!("ST_Y(t.\"{name}\"::geometry)")),
            self.slot(format!("ST_X(t.\"{name}\"::geometry)")),
        )
    }

    fn column_cell(&mut self, index: usize, selected: &Selected<'p>) -> Result<Cell> {
        let column = &self.table.columns[index];
        let name = column.def.name;
        if column.def.ty == ColumnType::GeoPoint {
            let slots = self.point_slots(name);
            let mut form = Vec::new();
            for part in self.planner.collect(&selected.sets, "GeoPoint")? {
                let kind = match part.name {
                    "latitude" => GeoPart::Latitude,
                    "longitude" => GeoPart::Longitude,
                    _ => GeoPart::TypeName,
                };
                form.push((ResponseKey::new(part.key), kind));
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
            statement: binds.finish(sql),
            key_slot: Some(key_slot),
            id_slot: Some(key_slot),
            known: None,
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
            statement: binds.finish(sql),
            key_slot: None,
            id_slot: builder.find_id_slot(),
            known: Some(id),
            shape: Shape::Row(form),
            children: builder.into_children(),
            count: None,
        })
    }

    pub fn includes_deleted(&self, table: &Table, arguments: &Arguments<'_>) -> Result<bool> {
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
}
