//! Selection sets without fragments and directives, and arguments without variables.

use super::cost::Spent;
use crate::catalog::slice::Visibility;
use crate::catalog::{Catalog, Table};
use crate::error::{Code, Error, Result};
use crate::types::HandWritten;
use async_graphql::parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Value};
use async_graphql_value::Value as Template;
use std::borrow::Cow;
use std::collections::HashMap;
use uuid::Uuid;

/// Members of all input objects together; what variables carry is not bounded by the document's limit.
const MAXIMUM_INPUT_MEMBERS: usize = 50_000;

/// One plan in the making: the document's operation for one caller.
pub struct Planner<'p> {
    pub catalog: &'p Catalog,
    pub visibility: &'p Visibility,
    pub hand_written: HandWritten,
    pub document: &'p ExecutableDocument,
    pub variables: &'p HashMap<&'p str, Value>,
    pub business_id: Option<Uuid>,
    /// What the operation may cost, and does so far.
    pub limit: u64,
    pub spent: Spent,
}

/// The arguments of a field, variables replaced; absent ones are not there.
pub struct Arguments<'v>(Vec<(&'v str, Cow<'v, Value>)>);

impl Arguments<'_> {
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_ref())
    }
}

/// The members of an input object.
pub type Members = async_graphql::indexmap::IndexMap<Name, Value>;

/// A response field: the first of the fields that merge into it, and all their selection sets.
pub struct Selected<'p> {
    pub key: &'p str,
    pub name: &'p str,
    pub field: &'p Field,
    pub sets: Vec<&'p SelectionSet>,
    pub position: (usize, usize),
}

/// Reads the operation's variables: defaults, presence, nullability. Types are checked where they are used.
pub fn variables<'p>(operation: &'p OperationDefinition, given: &serde_json::Map<String, serde_json::Value>) -> Result<HashMap<&'p str, Value>> {
    let mut out = HashMap::new();
    let mut members = 0;
    for definition in &operation.variable_definitions {
        let definition = &definition.node;
        let name = definition.name.node.as_str();
        let value = match given.get(name) {
            Some(json) => {
                count_members(json, &mut members)?;
                Some(Value::from_json(json.clone()).map_err(|_| Error::input(format!("${name}"), "is no value."))?)
            }
            None => definition.default_value.as_ref().map(|default| default.node.clone()),
        };
        let required = !definition.var_type.node.nullable;
        match value {
            Some(Value::Null) | None if required => return Err(Error::input(format!("${name}"), "is required.")),
            Some(value) => {
                out.insert(name, value);
            }
            None => {}
        }
    }
    Ok(out)
}

fn count_members(json: &serde_json::Value, members: &mut usize) -> Result<()> {
    *members += 1;
    if *members > MAXIMUM_INPUT_MEMBERS {
        return Err(Error::new(
            Code::DocumentTooLarge,
            format!("The variables hold more than {MAXIMUM_INPUT_MEMBERS} values."),
        ));
    }
    match json {
        serde_json::Value::Array(items) => items.iter().try_for_each(|item| count_members(item, members)),
        serde_json::Value::Object(object) => object.values().try_for_each(|item| count_members(item, members)),
        _ => Ok(()),
    }
}

/// About the bytes that a copy takes.
fn weight(value: &Value) -> usize {
    const OF_ANY: usize = 72;
    OF_ANY
        + match value {
            Value::String(text) => text.len(),
            Value::List(items) => items.iter().map(weight).sum(),
            Value::Object(members) => members.iter().map(|(name, value)| name.len() + weight(value)).sum(),
            _ => 0,
        }
}

impl<'p> Planner<'p> {
    /// Flattens selection sets for a concrete type; fields with one response key become one.
    pub fn collect(&self, sets: &[&'p SelectionSet], type_name: &str) -> Result<Vec<Selected<'p>>> {
        let mut out = Vec::with_capacity(sets.iter().map(|set| set.items.len()).sum());
        for set in sets {
            self.collect_into(set, type_name, &mut out)?;
        }
        Ok(out)
    }

    fn collect_into(&self, set: &'p SelectionSet, type_name: &str, out: &mut Vec<Selected<'p>>) -> Result<()> {
        for item in &set.items {
            if !self.is_included(item)? {
                continue;
            }
            match &item.node {
                Selection::Field(field) => {
                    let node = &field.node;
                    let key = node.response_key().node.as_str();
                    let position = (field.pos.line, field.pos.column);
                    let at = match out.iter().position(|selected| selected.key == key) {
                        Some(at) => {
                            check_merge(&out[at], node, position)?;
                            at
                        }
                        None => {
                            out.push(Selected {
                                key,
                                name: node.name.node.as_str(),
                                field: node,
                                sets: Vec::new(),
                                position,
                            });
                            out.len() - 1
                        }
                    };
                    // A leaf has none, and is what most fields are.
                    if !node.selection_set.node.items.is_empty() {
                        out[at].sets.push(&node.selection_set.node);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref().map(|c| c.node.on.node.as_str());
                    if self.applies(condition, type_name) {
                        self.collect_into(&fragment.node.selection_set.node, type_name, out)?;
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) else {
                        continue;
                    };
                    if self.applies(Some(fragment.node.type_condition.node.on.node.as_str()), type_name) {
                        self.collect_into(&fragment.node.selection_set.node, type_name, out)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn applies(&self, condition: Option<&str>, type_name: &str) -> bool {
        match condition {
            None => true,
            Some("Node") => true,
            Some(on) => on == type_name,
        }
    }

    /// @skip and @include.
    fn is_included(&self, item: &Positioned<Selection>) -> Result<bool> {
        for directive in item.node.directives() {
            let name = directive.node.name.node.as_str();
            if name != "skip" && name != "include" {
                continue;
            }
            let condition = directive
                .node
                .arguments
                .iter()
                .find(|(argument, _)| argument.node == "if")
                .and_then(|(_, value)| self.resolve(&value.node));
            match condition {
                Some(Value::Boolean(flag)) if (name == "skip") == flag => return Ok(false),
                Some(Value::Boolean(_)) => {}
                _ => return Err(Error::input(format!("@{name}.if"), "expects true or false.")),
            }
        }
        Ok(true)
    }

    /// A variable's value where it is used. What is used beyond measure is nothing, as the plan will be refused.
    fn used(&self, name: &str) -> Option<&'p Value> {
        let value = self.variables.get(name)?;
        self.spent.variable(weight(value)).then_some(value)
    }

    /// A value with its variables replaced; None where a variable is absent.
    fn resolve(&self, template: &Template) -> Option<Value> {
        Some(match template {
            Template::Variable(name) => return self.used(name.as_str()).cloned(),
            Template::Null => Value::Null,
            Template::Number(number) => Value::Number(number.clone()),
            Template::String(text) => Value::String(text.clone()),
            Template::Boolean(flag) => Value::Boolean(*flag),
            Template::Binary(bytes) => Value::Binary(bytes.clone()),
            Template::Enum(name) => Value::Enum(name.clone()),
            Template::List(items) => Value::List(items.iter().map(|item| self.resolve(item).unwrap_or(Value::Null)).collect()),
            Template::Object(members) => Value::Object(members.iter().filter_map(|(name, value)| Some((name.clone(), self.resolve(value)?))).collect()),
        })
    }

    pub fn arguments(&self, selected: &Selected<'p>) -> Arguments<'p> {
        let given = selected.field.arguments.iter().filter_map(|(name, value)| {
            let value = match &value.node {
                Template::Variable(variable) => Cow::Borrowed(self.used(variable.as_str())?),
                template => Cow::Owned(self.resolve(template)?),
            };
            Some((name.node.as_str(), value))
        });
        Arguments(given.collect())
    }

    pub fn table(&self, id: usize) -> &'p Table {
        &self.catalog.tables[id]
    }

    /// What an unknown field gets; a hidden one gets the same.
    pub fn unknown_field(&self, selected: &Selected<'_>, type_name: &str) -> Error {
        let mut error = Error::new(Code::DocumentInvalid, format!("Unknown field \"{}\" on type \"{type_name}\".", selected.name));
        error.locations.push(selected.position);
        error
    }
}

/// Fields of one response key are one field: asked of two fields, or with two sets of arguments, one of them would
/// not be answered, and a change among them not be made.
fn check_merge(first: &Selected<'_>, second: &Field, position: (usize, usize)) -> Result<()> {
    let arguments = &first.field.arguments;
    let same_arguments = arguments.len() == second.arguments.len()
        && second.arguments.iter().all(|(name, value)| {
            let other = arguments.iter().find(|(known, _)| known.node == name.node);
            other.is_some_and(|(_, other)| other.node == value.node)
        });
    if first.name == second.name.node.as_str() && same_arguments {
        return Ok(());
    }
    let message = format!(
        "\"{}\" is asked for twice, of different fields or with different arguments. Give one of them an alias of its own.",
        first.key
    );
    let mut error = Error::new(Code::DocumentInvalid, message);
    error.locations = vec![first.position, position];
    Err(error)
}

/// A member that the input type does not have, or not for this caller: in the words of validation.
pub fn unknown_member(path: &str, name: &str, type_name: &str) -> Error {
    let at = child(path, name);
    Error::new(
        Code::DocumentInvalid,
        format!("{UNKNOWN_MEMBER}{at}\", unknown field \"{name}\" of type \"{type_name}\""),
    )
}

pub const UNKNOWN_MEMBER: &str = "Invalid value for argument \"";

/// Says where in the document an error belongs: at the field, or at the argument as validation would.
pub fn located(mut error: Error, selected: &Selected<'_>) -> Error {
    if error.locations.is_empty() {
        let path = error.message.strip_prefix(UNKNOWN_MEMBER).unwrap_or_default();
        let argument = path.split(['.', '[', '"']).next().unwrap_or_default();
        let mut arguments = selected.field.arguments.iter();
        let position = arguments.find(|(name, _)| name.node == argument);
        error.locations.push(match position {
            Some((name, _)) => (name.pos.line, name.pos.column),
            None => selected.position,
        });
    }
    error
}

pub fn object<'v>(value: &'v Value, path: &str) -> Result<&'v Members> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(Error::input(path, "expects an object.")),
    }
}

pub fn child(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { [path, ".", name].concat() }
}
