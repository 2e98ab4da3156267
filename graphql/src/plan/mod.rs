//! Documents to plans. Pure: reads the catalog and the caller's visibility, writes SQL text, binds and
//! the JSON shape of the answer. Nothing here touches the database.

pub mod action;
mod bulk;
mod comparison;
pub mod cost;
pub mod cursor;
mod duration;
mod exact;
mod filter;
pub mod groups;
pub mod input;
mod nested;
pub mod order;
mod page;
pub mod rows;
pub mod selection;
pub mod shape;
pub mod sql;
mod upsert;
pub mod write;

use crate::action::{Action, Mark, Root};
use crate::catalog::{Table, naming};
use crate::error::{Code, Error, Result};
use crate::types;
pub use action::{ActionCall, ActionForm, MemberForm};
use async_graphql::parser::types::{BaseType, Field, OperationDefinition, OperationType, Selection, SelectionSet, Type};
use async_graphql::{Pos, Value};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cost::Cost;
use groups::Groups;
use selection::{Planner, Selected, located};
use shape::Select;
use uuid::Uuid;
use write::Write;

/// An operation, ready to run.
#[derive(Debug)]
pub struct Plan {
    pub fields: Vec<PlannedField>,
    /// None where nothing but names and the schema is asked for.
    pub cost: Option<Cost>,
}

impl Plan {
    /// Whether it asks about the schema itself.
    pub fn introspects(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.step, Step::Introspection))
    }

    /// The write that a mutation begins with, where it is one statement that returns its rows: it needs nothing
    /// but its caller.
    pub fn opening_write(&self) -> Option<&Write> {
        fn first(fields: &[PlannedField]) -> Option<&Step> {
            fields.iter().find_map(|field| match &field.step {
                Step::Object(fields) => first(fields),
                Step::TypeName(_) => None,
                step => Some(step),
            })
        }
        match first(&self.fields)? {
            Step::Write(write) if write.is_one_statement() => Some(write),
            _ => None,
        }
    }

    /// Whether an action with this mark is called.
    pub fn has(&self, mark: Mark) -> bool {
        fn any(fields: &[PlannedField], mark: Mark) -> bool {
            fields.iter().any(|field| match &field.step {
                Step::Object(fields) => any(fields, mark),
                Step::Action(call) => call.action.marks.contains(&mark),
                _ => false,
            })
        }
        any(&self.fields, mark)
    }

    /// Puts an error of statements that travelled together under the field they have in common: the only
    /// one of its level, as far down as there is one.
    pub fn place(&self, mut error: Error) -> Error {
        let mut fields = &self.fields;
        while let ([only], true) = (fields.as_slice(), error.path.len() < 2) {
            error.path.clone_from(&only.path);
            let Step::Object(inner) = &only.step else { break };
            fields = inner;
        }
        error
    }
}

/// One response field of a root or of a namespace.
#[derive(Debug)]
pub struct PlannedField {
    pub key: String,
    /// Response path, for errors.
    pub path: Vec<String>,
    pub step: Step,
}

#[derive(Debug)]
pub enum Step {
    TypeName(String),
    /// A namespace such as `hs`.
    Object(Vec<PlannedField>),
    /// One row or null, or a connection.
    Read(Select),
    /// `nodes`: a list with nulls, one select a table and the ids in order.
    Nodes(Vec<Select>, Vec<Option<(usize, Uuid)>>),
    Groups(Groups),
    Write(Box<Write>),
    Action(ActionCall),
    /// `__schema` and `__type`: answered by the type system, under this key.
    Introspection,
}

impl<'p> Planner<'p> {
    pub fn plan(&self, operation: &'p OperationDefinition) -> Result<Plan> {
        let (root, type_name) = match operation.ty {
            OperationType::Query => (Root::Query, "Query"),
            OperationType::Mutation => (Root::Mutation, "Mutation"),
            OperationType::Subscription => return Err(Error::new(Code::DocumentInvalid, "Subscriptions are not served here.")),
        };
        self.check_types(operation)?;
        let sets = [&operation.selection_set.node];
        let mut fields = Vec::new();
        for selected in self.collect(&sets, type_name)? {
            let path = vec![selected.key.to_owned()];
            let step = self.root_field(root, type_name, &selected);
            self.check_variables()?;
            let step = step.map_err(|error| at(error, &path, &selected))?;
            fields.push(PlannedField {
                key: selected.key.to_owned(),
                path,
                step,
            });
        }
        let told = fields.iter().any(|field| !matches!(field.step, Step::TypeName(_) | Step::Introspection));
        let cost = self.check_cost()?;
        Ok(Plan {
            fields,
            cost: told.then_some(cost),
        })
    }

    /// A hidden type in the document is answered as one that does not exist.
    fn check_types(&self, operation: &OperationDefinition) -> Result<()> {
        for definition in &operation.variable_definitions {
            self.check_type(base_name(&definition.node.var_type.node), definition.pos)?;
        }
        for fragment in self.document.fragments.values() {
            self.check_type(&fragment.node.type_condition.node.on.node, fragment.pos)?;
            self.check_inline_fragments(&fragment.node.selection_set.node)?;
        }
        self.check_inline_fragments(&operation.selection_set.node)
    }

    fn check_inline_fragments(&self, set: &SelectionSet) -> Result<()> {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => self.check_inline_fragments(&field.node.selection_set.node)?,
                Selection::InlineFragment(fragment) => {
                    if let Some(condition) = &fragment.node.type_condition {
                        self.check_type(&condition.node.on.node, fragment.pos)?;
                    }
                    self.check_inline_fragments(&fragment.node.selection_set.node)?;
                }
                Selection::FragmentSpread(_) => {}
            }
        }
        Ok(())
    }

    fn check_type(&self, name: &str, position: Pos) -> Result<()> {
        let owner = self.catalog.owner_of(name);
        if owner.is_none_or(|table| self.visibility.can_read(table.id)) {
            return Ok(());
        }
        if self.hand_written.object(name).is_some() || self.offered_actions().any(|action| types::action_input(action) == name) {
            return Ok(());
        }
        let mut error = Error::new(Code::DocumentInvalid, format!("Unknown type \"{name}\""));
        error.locations.push((position.line, position.column));
        Err(error)
    }

    fn root_field(&self, root: Root, type_name: &str, selected: &Selected<'p>) -> Result<Step> {
        match selected.name {
            "__typename" => return Ok(Step::TypeName(type_name.to_owned())),
            "__schema" | "__type" if root == Root::Query => return Ok(Step::Introspection),
            "node" if root == Root::Query => return self.node(selected),
            "nodes" if root == Root::Query => return self.nodes(selected),
            _ => {}
        }
        if let Some(action) = self.find_action(root, None, selected.name) {
            return self.action(action, selected).map(Step::Action);
        }
        let schema = self.schema_of(selected.name);
        if !schema.is_some_and(|schema| self.shows(root, schema)) {
            return Err(self.unknown_field(selected, type_name));
        }
        let mut fields = Vec::new();
        let namespace_type = format!("{}{type_name}", naming::capitalise(selected.name));
        for member in self.collect(&selected.sets, &namespace_type)? {
            let path = vec![selected.key.to_owned(), member.key.to_owned()];
            let step = self
                .namespace_field(root, schema, &namespace_type, &member)
                .map_err(|error| at(error, &path, &member))?;
            fields.push(PlannedField {
                key: member.key.to_owned(),
                path,
                step,
            });
        }
        Ok(Step::Object(fields))
    }

    /// The schema, or the actions' namespace, behind a root field.
    fn schema_of(&self, field: &str) -> Option<&'static str> {
        let mut actions = self.hand_written.actions().filter_map(|action| action.namespace);
        self.catalog.schema_of(field).or_else(|| actions.find(|schema| naming::camel(schema) == field))
    }

    /// Whether the caller's own schema has this namespace: a table or an action in it.
    fn shows(&self, root: Root, schema: &str) -> bool {
        let has_table = match root {
            Root::Query => self.visibility.can_read_some(schema),
            Root::Mutation => self.visibility.can_write_some(schema),
        };
        has_table || self.offered_actions().any(|action| action.root == root && action.namespace == Some(schema))
    }

    fn offered_actions(&self) -> impl Iterator<Item = &'static Action> {
        self.hand_written.actions().filter(|action| types::offers(self.visibility, action))
    }

    fn find_action(&self, root: Root, namespace: Option<&str>, name: &str) -> Option<&'static Action> {
        self.hand_written
            .actions()
            .find(|action| action.name == name && action.root == root && action.namespace == namespace)
            .filter(|action| types::offers(self.visibility, action))
    }

    fn namespace_field(&self, root: Root, schema: Option<&'static str>, type_name: &str, selected: &Selected<'p>) -> Result<Step> {
        if selected.name == "__typename" {
            return Ok(Step::TypeName(type_name.to_owned()));
        }
        if let Some(action) = self.find_action(root, schema, selected.name) {
            return self.action(action, selected).map(Step::Action);
        }
        let verb = self.catalog.verb(schema.unwrap_or_default(), selected.name);
        let unknown = || self.unknown_field(selected, type_name);
        let (table, verb) = verb.ok_or_else(unknown)?;
        let table = self.table(table);
        if !self.visibility.can_read(table.id) || verb.writes() != (root == Root::Mutation) || (verb.writes() && !self.visibility.can_write(table.id)) {
            return Err(unknown());
        }
        self.verb(verb, table, selected)
    }

    fn verb(&self, verb: Verb, table: &'p Table, selected: &Selected<'p>) -> Result<Step> {
        let write = match verb {
            Verb::One => return self.by_id(table, selected).map(Step::Read),
            Verb::Many => return self.connection(table, selected, None, 1.0).map(Step::Read),
            Verb::Groups => return self.groups(table, selected).map(Step::Groups),
            Verb::Create => self.create(table, selected),
            Verb::CreateMany => self.create_many(table, selected),
            Verb::Update => self.update(table, selected),
            Verb::UpdateMany => self.update_many(table, selected),
            Verb::Delete => self.delete(table, selected),
            Verb::DeleteMany => self.delete_many(table, selected),
            Verb::Restore => self.restore(table, selected),
            Verb::Upsert => self.upsert(table, selected),
        };
        write.map(|write| Step::Write(Box::new(write)))
    }

    fn node(&self, selected: &Selected<'p>) -> Result<Step> {
        let arguments = self.arguments(selected);
        let (table, id) = self.read_node_id(arguments.get("nodeId").unwrap_or(&Value::Null), "nodeId")?;
        self.one_row(table, &selected.sets, id, true).map(Step::Read)
    }

    fn nodes(&self, selected: &Selected<'p>) -> Result<Step> {
        let arguments = self.arguments(selected);
        let mut tables: Vec<(&Table, f64)> = Vec::new();
        let mut places = Vec::new();
        for (index, item) in input::list(arguments.get("nodeIds").unwrap_or(&Value::Null), "nodeIds")?.iter().enumerate() {
            let (table, id) = self.read_node_id(item, &format!("nodeIds[{index}]"))?;
            let at = match tables.iter().position(|(known, _)| known.id == table.id) {
                Some(at) => at,
                None => {
                    tables.push((table, 0.0));
                    tables.len() - 1
                }
            };
            tables[at].1 += 1.0;
            places.push(Some((at, id)));
        }
        let selects = tables.into_iter().map(|(table, ids)| self.rows_by_ids(table, &selected.sets, ids, true));
        Ok(Step::Nodes(selects.collect::<Result<_>>()?, places))
    }

    /// A global id of a hidden table looks like one of no table.
    fn read_node_id(&self, value: &Value, path: &str) -> Result<(&'p Table, Uuid)> {
        let refusal = || Error::input(path, "is no global id. Use a nodeId that was answered before.");
        let text = input::text(value, path)?;
        let decoded = URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(refusal)?;
        let (type_name, id) = decoded.split_once(':').ok_or_else(refusal)?;
        let table = self
            .catalog
            .by_type(type_name)
            .filter(|table| self.visibility.can_read(table.id) && table.has("id"))
            .ok_or_else(refusal)?;
        Ok((table, Uuid::parse_str(id).map_err(|_| refusal())?))
    }
}

/// The type within lists.
fn base_name(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => base_name(item),
    }
}

fn at(mut error: Error, path: &[String], selected: &Selected<'_>) -> Error {
    if error.path.is_empty() && error.code != Code::DocumentInvalid {
        error.path = path.to_vec();
    }
    located(error, selected)
}

/// What a generated root field does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    One,
    Many,
    Groups,
    Create,
    CreateMany,
    Update,
    UpdateMany,
    Delete,
    DeleteMany,
    Restore,
    Upsert,
}

impl Verb {
    pub fn writes(self) -> bool {
        !matches!(self, Verb::One | Verb::Many | Verb::Groups)
    }
}

/// The global id of a row: opaque to clients, readable to us.
pub fn node_id(type_name: &str, id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(format!("{type_name}:{id}"))
}

/// Root fields that introspect, each with all that was selected of it.
pub fn introspection_fields<'p>(planner: &Planner<'p>, operation: &'p OperationDefinition) -> Result<Vec<Field>> {
    let selected = planner.collect(&[&operation.selection_set.node], "Query")?;
    let introspects = selected.into_iter().filter(|selected| matches!(selected.name, "__schema" | "__type"));
    let merged = introspects.map(|selected| {
        let mut field = selected.field.clone();
        field.selection_set.node.items = selected.sets.iter().flat_map(|set| set.items.iter().cloned()).collect();
        field
    });
    Ok(merged.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Allowed;
    use futures_util::FutureExt;

    static OUTSIDE: Action = Action {
        root: Root::Mutation,
        namespace: None,
        name: "outside",
        description: "",
        allowed: Allowed::Anyone,
        input: &[],
        returns: "Boolean!",
        marks: &[Mark::ActsOutside],
        run: |_, _| async { Ok(serde_json::Value::Bool(true)) }.boxed(),
    };

    #[test]
    fn marks_are_found_within_namespaces() {
        let field = |step| PlannedField {
            key: String::new(),
            path: Vec::new(),
            step,
        };
        let call = ActionCall {
            action: &OUTSIDE,
            input: serde_json::Value::Null,
            result: ActionForm::Plain,
        };
        let plan = Plan {
            cost: None,
            fields: vec![field(Step::TypeName("Mutation".into())), field(Step::Object(vec![field(Step::Action(call))]))],
        };
        assert!(plan.has(Mark::ActsOutside) && !plan.has(Mark::ShowsSecret));
    }
}
