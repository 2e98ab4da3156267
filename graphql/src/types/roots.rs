//! The roots: one namespace a schema, `node` and `nodes`, and the fields of actions.

use super::objects::{list_arguments, with_deleted};
use super::{Types, action_input, field, input, offers};
use crate::action::{Action, Root};
use crate::catalog::{Table, naming};
use async_graphql::dynamic::{Field, Object};
use std::collections::BTreeMap;

/// Registers both roots; tells whether there is any mutation.
pub fn declare(types: &mut Types<'_>) -> bool {
    let mut query = Object::new("Query");
    let mut mutation = Object::new("Mutation");
    let mut namespaces: BTreeMap<&str, (Option<Object>, Option<Object>)> = BTreeMap::new();
    let catalog = types.catalog;
    let mut any_rows = false;
    for table in catalog.tables.iter().filter(|t| types.visibility.can_read(t.id)) {
        any_rows = true;
        let entry = namespaces.entry(table.def.schema).or_default();
        let object = entry.0.take().unwrap_or_else(|| namespace(table.def.schema, "Query"));
        entry.0 = Some(add_reads(object, table));
        if types.visibility.can_write(table.id) {
            let object = entry.1.take().unwrap_or_else(|| namespace(table.def.schema, "Mutation"));
            entry.1 = Some(add_writes(object, table));
        }
    }
    let mut has_mutations = false;
    for action in types
        .hand_written
        .actions()
        .filter(|a| offers(types.visibility, a) && types.is_known(a.returns))
    {
        let added = action_field(action);
        match (action.root, action.namespace) {
            (Root::Query, None) => query = query.field(added),
            (Root::Mutation, None) => {
                mutation = mutation.field(added);
                has_mutations = true;
            }
            (root, Some(name)) => {
                let entry = namespaces.entry(name).or_default();
                let (slot, kind) = if root == Root::Query {
                    (&mut entry.0, "Query")
                } else {
                    (&mut entry.1, "Mutation")
                };
                let object = slot.take().unwrap_or_else(|| namespace(name, kind));
                *slot = Some(object.field(added));
            }
        }
    }
    for (name, (reads, writes)) in namespaces {
        if let Some(object) = reads {
            query = query.field(field(&naming::camel(name), &format!("{}!", object.type_name()), ""));
            types.add(object);
        }
        if let Some(object) = writes {
            mutation = mutation.field(field(&naming::camel(name), &format!("{}!", object.type_name()), ""));
            types.add(object);
            has_mutations = true;
        }
    }
    if any_rows {
        query = query
            .field(field("node", "Node", "Any record by its global id.").argument(input("nodeId", "ID!", "")))
            .field(field("nodes", "[Node]!", "Records in the order of the ids; null where there is none.").argument(input("nodeIds", "[ID!]!", "")));
    }
    types.add(query);
    if has_mutations {
        types.add(mutation);
    }
    has_mutations
}

fn namespace(schema: &str, kind: &str) -> Object {
    Object::new(format!("{}{kind}", naming::pascal(schema)))
}

fn action_field(action: &Action) -> Field {
    let added = field(action.name, action.returns, action.description);
    if action.input.is_empty() {
        added
    } else {
        added.argument(input("input", &format!("{}!", action_input(action)), ""))
    }
}

fn add_reads(object: Object, table: &Table) -> Object {
    let name = &table.type_name;
    let mut object = object.field(list_arguments(field(&table.many, &format!("{name}Connection!"), table.def.description), table));
    if table.has("id") {
        object = object.field(with_deleted(
            field(&table.one, name, table.def.description).argument(input("id", "ID!", "")),
            table,
        ));
    }
    let groups = field(
        &format!("{}Aggregates", table.one),
        &format!("[{name}Aggregate!]!"),
        "Rows counted and added up in groups.",
    )
    .argument(input("filter", &format!("{name}Filter"), ""))
    .argument(input("groupBy", &format!("[{name}GroupBy!]"), "One group of everything unless told."))
    .argument(input("having", &format!("[{name}Having!]"), "Groups that meet all of these."))
    .argument(input("orderBy", &format!("[{name}AggregateOrder!]"), ""))
    .argument(input("first", "Int", "100 unless told, at most 1,000."));
    object.field(with_deleted(groups, table))
}

fn add_writes(mut object: Object, table: &Table) -> Object {
    let (name, one, many) = (&table.type_name, &table.one, &table.many);
    let list = format!("[{name}!]!");
    let id = || input("id", "ID!", "");
    let version = || input("expectedVersion", "Int", "Refused with VERSION_CONFLICT when the record has moved on.");
    if table.is_created() {
        object = object
            .field(field(&format!("{one}Create"), &format!("{name}!"), "").argument(input("input", &format!("{name}CreateInput!"), "")))
            .field(field(&format!("{many}Create"), &list, "All or none; at most 1,000.").argument(input("inputs", &format!("[{name}CreateInput!]!"), "")));
    }
    if table.def.append_only {
        return object;
    }
    let filter = || input("filter", &format!("{name}Filter!"), "Must say something; at most 1,000 records may match.");
    object = object
        .field(
            field(&format!("{one}Update"), &format!("{name}!"), "")
                .argument(id())
                .argument(input("patch", &format!("{name}Patch!"), ""))
                .argument(version()),
        )
        .field(
            field(&format!("{many}Update"), &list, "")
                .argument(filter())
                .argument(input("patch", &format!("{name}Patch!"), "")),
        );
    if !table.is_deleted() {
        return object;
    }
    object = object
        .field(field(&format!("{one}Delete"), &format!("{name}!"), "").argument(id()).argument(version()))
        .field(field(&format!("{many}Delete"), &list, "").argument(filter()));
    if table.def.soft_delete {
        object = object.field(field(&format!("{one}Restore"), &format!("{name}!"), "Takes a delete back.").argument(id()));
    }
    if table.is_created() && !table.upsert_keys().is_empty() {
        object = object.field(
            field(
                &format!("{one}Upsert"),
                &format!("{name}!"),
                "Creates the record, or changes the one with the same key.",
            )
            .argument(input("input", &format!("{name}CreateInput!"), ""))
            .argument(input("onConflict", &format!("{name}UniqueKey!"), "")),
        );
    }
    object
}
