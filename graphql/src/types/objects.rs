//! Output types: a table's object, its connection, its groups, and the objects of actions.

use super::{Types, column_type, field, input, member_field};
use crate::catalog::{Column, Member, RelationKind, Table};
use async_graphql::dynamic::{Enum, EnumItem, Field, Object};
use entity::ColumnType;

pub(super) fn declare(types: &mut Types<'_>) {
    let catalog = types.catalog;
    for table in catalog.tables.iter().filter(|t| types.visibility.can_read(t.id)) {
        declare_enums(types, table);
        declare_object(types, table);
        declare_connection(types, table);
        declare_groups(types, table);
    }
    for object in types.hand_written.objects() {
        let mut ty = Object::new(object.name);
        if !object.description.is_empty() {
            ty = ty.description(object.description);
        }
        for member in object.members {
            if types.is_known(member.ty) {
                ty = ty.field(member_field(member));
            }
        }
        types.add(ty);
    }
}

impl Types<'_> {
    /// A table's type is known where the table can be read; anything else always is.
    pub(super) fn is_known(&self, notation: &str) -> bool {
        self.catalog
            .by_type(super::bare(notation))
            .is_none_or(|table| self.visibility.can_read(table.id))
    }
}

fn declare_enums(types: &mut Types<'_>, table: &Table) {
    for enumeration in table.columns.iter().filter_map(|c| c.enumeration.as_ref()) {
        let mut ty = Enum::new(&enumeration.name);
        for (name, value) in &enumeration.values {
            let plain = name.eq_ignore_ascii_case(value);
            let item = EnumItem::new(name);
            ty = ty.item(if plain { item } else { item.description(format!("Stored as \"{value}\".")) });
        }
        types.add(ty);
    }
}

fn declare_object(types: &mut Types<'_>, table: &Table) {
    let mut object = Object::new(&table.type_name).description(table.def.description);
    if table.has("id") {
        object = object.implement("Node").field(field("nodeId", "ID!", "Opaque and global, for node(nodeId)."));
    }
    for column in table.columns.iter().filter(|c| c.is_readable()) {
        let bang = if column.def.nullable { "" } else { "!" };
        object = object.field(field(&column.field, &format!("{}{bang}", column_type(column, "")), column.def.description));
    }
    for (name, member) in table.members() {
        if let Member::Transitions(index) = member {
            let Some(enumeration) = &table.columns[index].enumeration else { continue };
            object = object.field(field(name, &format!("[{}!]!", enumeration.name), "The states this record may move to next."));
        }
    }
    for relation in table.relations.iter().filter(|r| types.visibility.can_read(r.target)) {
        let target = &types.catalog.tables[relation.target];
        object = object.field(match relation.kind {
            // Never non-null: the target may be hidden from this caller.
            RelationKind::ToOne { .. } => field(&relation.field, &target.type_name, ""),
            RelationKind::ToList { .. } => field(&relation.field, &format!("[{}!]!", target.type_name), "In the order of the ids."),
            RelationKind::ToMany { .. } => list_arguments(field(&relation.field, &format!("{}Connection!", target.type_name), ""), target),
        });
    }
    types.add(object);
}

/// The arguments every list has.
pub(super) fn list_arguments(field: Field, table: &Table) -> Field {
    let name = &table.type_name;
    let field = field
        .argument(input("filter", &format!("{name}Filter"), ""))
        .argument(input("orderBy", &format!("[{name}OrderBy!]"), "Newest first unless told."))
        .argument(input("first", "Int", "How many rows from the start; 50 unless told, at most 1,000."))
        .argument(input("after", "Cursor", ""))
        .argument(input("last", "Int", "How many rows from the end."))
        .argument(input("before", "Cursor", ""))
        .argument(input("offset", "Int", "Rows to skip; cursors are cheaper on long lists."));
    with_deleted(field, table)
}

pub(super) fn with_deleted(field: Field, table: &Table) -> Field {
    if table.def.soft_delete {
        field.argument(input("includeDeleted", "Boolean", "Deleted records too; for owners and managers."))
    } else {
        field
    }
}

fn declare_connection(types: &mut Types<'_>, table: &Table) {
    let name = &table.type_name;
    types.add(
        Object::new(format!("{name}Connection"))
            .field(field("edges", &format!("[{name}Edge!]!"), ""))
            .field(field("nodes", &format!("[{name}!]!"), ""))
            .field(field("pageInfo", "PageInfo!", ""))
            .field(field("totalCount", "Int!", "Rows that match, on all pages; counted only when asked for.")),
    );
    types.add(
        Object::new(format!("{name}Edge"))
            .field(field("cursor", "Cursor!", ""))
            .field(field("node", &format!("{name}!"), "")),
    );
}

/// Values that can be grouped by, compared and counted.
pub fn is_groupable(column: &Column) -> bool {
    column.is_readable()
        && !matches!(
            column.def.ty,
            ColumnType::Json | ColumnType::Bytes | ColumnType::GeoPoint | ColumnType::TextArray | ColumnType::UuidArray | ColumnType::IntegerArray
        )
}

pub fn is_numeric(column: &Column) -> bool {
    column.is_readable()
        && matches!(
            column.def.ty,
            ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt | ColumnType::Decimal { .. } | ColumnType::Double
        )
}

/// `CREATED_AT`: a column in the enum of a table's fields.
pub fn field_enum_name(column: &Column) -> String {
    let stem = column.def.name.to_uppercase();
    if column.field.ends_with("Id") && !stem.ends_with("_ID") && stem != "ID" {
        format!("{stem}_ID")
    } else {
        stem
    }
}

fn declare_groups(types: &mut Types<'_>, table: &Table) {
    let name = &table.type_name;
    let mut values = Object::new(format!("{name}Values")).description("A value of each field; null where it is not grouped by or there is none.");
    let mut sums = Object::new(format!("{name}Sums"));
    let mut fields = Enum::new(format!("{name}AggregateField"));
    let mut has_numbers = false;
    for column in table.columns.iter().filter(|c| is_groupable(c)) {
        values = values.field(field(&column.field, &column_type(column, ""), ""));
        fields = fields.item(EnumItem::new(field_enum_name(column)));
        if is_numeric(column) {
            has_numbers = true;
            sums = sums.field(field(&column.field, "Decimal", ""));
        }
    }
    let mut group = Object::new(format!("{name}Aggregate"))
        .field(field("key", &format!("{name}Values!"), "What the rows of the group have in common."))
        .field(field("count", "Int!", ""))
        .field(field("min", &format!("{name}Values!"), ""))
        .field(field("max", &format!("{name}Values!"), ""));
    if has_numbers {
        group = group
            .field(field("sum", &format!("{name}Sums!"), ""))
            .field(field("avg", &format!("{name}Sums!"), "Rounded to six decimals."));
        types.add(sums);
    }
    types.add(values);
    types.add(fields);
    types.add(group);
}
