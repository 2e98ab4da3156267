//! Input types of a table: filters, orders, groupings, and what its mutations take.

use super::objects::is_groupable;
use super::{Types, action_input, column_type, filter_type, input};
use crate::catalog::{RelationKind, Table};
use async_graphql::dynamic::{Enum, EnumItem, InputObject};
use entity::ColumnType;

pub fn declare(types: &mut Types<'_>) {
    let catalog = types.catalog;
    for table in catalog.tables.iter().filter(|t| types.visibility.can_read(t.id)) {
        declare_filters(types, table);
        declare_order(types, table);
        declare_grouping(types, table);
        if types.visibility.can_write(table.id) {
            declare_writes(types, table);
        }
    }
    for action in types
        .hand_written
        .actions()
        .filter(|a| !a.input.is_empty() && super::offers(types.visibility, a))
    {
        let mut object = InputObject::new(action_input(action));
        for member in action.input {
            object = object.field(input(member.name, member.ty, member.description));
        }
        types.add(object);
    }
}

fn declare_filters(types: &mut Types<'_>, table: &Table) {
    let name = format!("{}Filter", table.type_name);
    let list = format!("[{name}!]");
    let mut filter = InputObject::new(&name)
        .field(input("and", &list, "All of these."))
        .field(input("or", &list, "At least one of these."))
        .field(input("not", &name, "Not this."));
    for column in table.columns.iter().filter(|c| c.is_readable()) {
        filter = filter.field(input(&column.field, &filter_type(column), ""));
        if let Some(enumeration) = &column.enumeration {
            let list = format!("[{}!]", enumeration.name);
            types.add(
                InputObject::new(format!("{}Filter", enumeration.name))
                    .field(input("eq", &enumeration.name, ""))
                    .field(input("ne", &enumeration.name, "Different, or null."))
                    .field(input("in", &list, ""))
                    .field(input("notIn", &list, "None of these, or null."))
                    .field(input("isNull", "Boolean", "")),
            );
        }
    }
    for relation in table.relations.iter().filter(|r| types.visibility.can_read(r.target)) {
        let target = &types.catalog.tables[relation.target].type_name;
        let suffix = if matches!(relation.kind, RelationKind::ToOne { .. }) {
            "Filter"
        } else {
            "ListFilter"
        };
        filter = filter.field(input(&relation.field, &format!("{target}{suffix}"), ""));
    }
    types.add(filter);
    types.add(
        InputObject::new(format!("{}ListFilter", table.type_name))
            .field(input("some", &name, "At least one related row matches."))
            .field(input("every", &name, "No related row fails to match."))
            .field(input("none", &name, "No related row matches.")),
    );
}

fn declare_order(types: &mut Types<'_>, table: &Table) {
    let mut order = InputObject::new(format!("{}OrderBy", table.type_name)).description("One member an entry; the list gives the precedence.");
    for column in table.columns.iter().filter(|c| c.is_readable()) {
        if column.def.ty == ColumnType::GeoPoint {
            order = order.field(input(&column.field, "GeoPointOrder", ""));
        } else if is_groupable(column) {
            order = order.field(input(&column.field, "OrderDirection", ""));
        }
    }
    for relation in table.relations.iter().filter(|r| types.visibility.can_read(r.target)) {
        if matches!(relation.kind, RelationKind::ToOne { .. }) {
            let target = &types.catalog.tables[relation.target].type_name;
            order = order.field(input(&relation.field, &format!("{target}OrderBy"), ""));
        }
    }
    types.add(order);
}

fn declare_grouping(types: &mut Types<'_>, table: &Table) {
    let name = &table.type_name;
    let field = format!("{name}AggregateField");
    types.add(
        InputObject::new(format!("{name}GroupBy"))
            .field(input("field", &format!("{field}!"), ""))
            .field(input("bucket", "DateBucket", "For dates and moments only.")),
    );
    types.add(
        InputObject::new(format!("{name}AggregateOrder"))
            .description("By an aggregate, or by a field that is grouped by.")
            .field(input("aggregate", "Aggregate", ""))
            .field(input("field", &field, ""))
            .field(input("direction", "OrderDirection", "")),
    );
    let mut having = InputObject::new(format!("{name}Having"))
        .field(input("aggregate", "Aggregate!", ""))
        .field(input("field", &field, "Not needed for COUNT."));
    for operator in ["eq", "ne", "gt", "gte", "lt", "lte"] {
        having = having.field(input(operator, "Decimal", ""));
    }
    types.add(having);
}

fn declare_writes(types: &mut Types<'_>, table: &Table) {
    let name = &table.type_name;
    let mut create = InputObject::new(format!("{name}CreateInput"));
    let mut patch = InputObject::new(format!("{name}Patch")).description("Absent leaves a value, null clears it.");
    let mut patched = false;
    for column in table.columns.iter().filter(|c| c.is_input()) {
        let ty = column_type(column, "Input");
        // A reference may be given by a nested record instead, so the schema never demands it.
        let required = !column.def.nullable && !column.def.has_default && !column.is_reference;
        create = create.field(input(
            &column.field,
            &format!("{ty}{}", if required { "!" } else { "" }),
            column.def.description,
        ));
        if column.def.name != "id" && !table.def.append_only {
            patched = true;
            patch = patch.field(input(&column.field, &ty, column.def.description));
        }
    }
    for relation in table.relations.iter().filter(|r| types.is_nested(table, r)) {
        let target = &types.catalog.tables[relation.target].type_name;
        create = create.field(match relation.kind {
            RelationKind::ToMany { .. } => input(&relation.field, &format!("{target}NestedInput"), ""),
            _ => input(&relation.field, &format!("{target}CreateInput"), "Creates the record this one refers to."),
        });
    }
    if patched {
        types.add(patch);
    }
    if !table.is_created() {
        return;
    }
    types.add(create);
    types.add(
        InputObject::new(format!("{name}NestedInput"))
            .field(input("create", &format!("[{name}CreateInput!]"), "New records that refer to this one."))
            .field(input("connect", "[ID!]", "Existing records that shall refer to this one.")),
    );
    let keys = table.upsert_keys();
    if !keys.is_empty() && !table.def.append_only {
        let mut unique = Enum::new(format!("{name}UniqueKey"));
        for (key, columns) in &keys {
            unique = unique.item(EnumItem::new(key).description(format!("Matched by {}.", columns.join(", "))));
        }
        types.add(unique);
    }
}

impl Types<'_> {
    /// Nested writes follow the references of the tables themselves, not the audit columns.
    fn is_nested(&self, table: &Table, relation: &crate::catalog::Relation) -> bool {
        let target = &self.catalog.tables[relation.target];
        target.is_created() && self.visibility.can_write(target.id) && table.nests(relation)
    }
}
