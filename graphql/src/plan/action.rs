//! Calls of hand-written actions: their checked input, and how their result becomes the answer.

use super::input;
use super::selection::{Members, Planner, Selected, object, unknown_member};
use super::shape::Select;
use crate::action::Action;
use crate::error::{Error, Result};
use crate::types;
use async_graphql::Value;
use async_graphql::parser::types::SelectionSet;

/// How many records an action's list is taken for.
const LISTED: f64 = 100.0;

/// A hand-written field with its checked input and the reading of its result.
pub struct ActionCall {
    pub action: &'static Action,
    pub input: serde_json::Value,
    pub result: ActionForm,
}

impl std::fmt::Debug for ActionCall {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ActionCall")
            .field("name", &self.action.name)
            .field("input", &self.input)
            .finish()
    }
}

/// How an action's JSON becomes the answer.
#[derive(Debug)]
pub enum ActionForm {
    /// As it is.
    Plain,
    /// Ids, or a list of them, whose rows are read.
    Rows(Box<Select>),
    Object(Vec<(String, MemberForm)>),
}

#[derive(Debug)]
pub enum MemberForm {
    TypeName(String),
    Value { name: &'static str, form: ActionForm },
}

impl<'p> Planner<'p> {
    pub(super) fn action(&self, action: &'static Action, selected: &Selected<'p>) -> Result<ActionCall> {
        let arguments = self.arguments(selected);
        let input = if action.input.is_empty() {
            serde_json::Value::Object(serde_json::Map::new())
        } else {
            action_input(action, object(arguments.get("input").unwrap_or(&Value::Null), "input")?)?
        };
        // Whatever an action reads or writes by itself is bounded by how many there are.
        self.spend(0.0)?;
        let result = self.action_form(action.returns, &selected.sets)?;
        Ok(ActionCall { action, input, result })
    }

    fn action_form(&self, notation: &'static str, sets: &[&'p SelectionSet]) -> Result<ActionForm> {
        let name = types::bare(notation);
        if let Some(table) = self.catalog.by_type(name) {
            let records = if notation.starts_with('[') { LISTED } else { 1.0 };
            return Ok(ActionForm::Rows(Box::new(self.by_ids(table, sets, records)?)));
        }
        let Some(definition) = self.hand_written.object(name) else {
            return Ok(ActionForm::Plain);
        };
        let mut members = Vec::new();
        for selected in self.collect(sets, name)? {
            if selected.name == "__typename" {
                members.push((selected.key.to_owned(), MemberForm::TypeName(name.to_owned())));
                continue;
            }
            let member = definition.members.iter().find(|member| member.name == selected.name);
            let member = member.filter(|member| {
                self.catalog
                    .by_type(types::bare(member.ty))
                    .is_none_or(|table| self.visibility.can_read(table.id))
            });
            let member = member.ok_or_else(|| self.unknown_field(&selected, name))?;
            let form = self.action_form(member.ty, &selected.sets)?;
            members.push((selected.key.to_owned(), MemberForm::Value { name: member.name, form }));
        }
        Ok(ActionForm::Object(members))
    }
}

/// The input of an action, checked against its members' types; scalars stay JSON.
fn action_input(action: &'static Action, given: &Members) -> Result<serde_json::Value> {
    let mut out = serde_json::Map::new();
    if let Some(name) = given.keys().find(|name| action.input.iter().all(|member| member.name != name.as_str())) {
        return Err(unknown_member("input", name, &types::action_input(action)));
    }
    for member in action.input {
        let path = format!("input.{}", member.name);
        match given.get(member.name) {
            None | Some(Value::Null) if member.ty.ends_with('!') => return Err(Error::input(path, "is required.")),
            None => {}
            Some(Value::Null) => {
                out.insert(member.name.to_owned(), serde_json::Value::Null);
            }
            Some(value) => {
                input::check_member(member.ty, value, &path)?;
                // One value for a list is a list of one, for whoever reads it, too.
                let value = match value {
                    single if member.ty.starts_with('[') && !matches!(single, Value::List(_)) => Value::List(vec![single.clone()]),
                    value => value.clone(),
                };
                let json = value.into_json().map_err(|_| Error::input(&path, "is no JSON value."))?;
                out.insert(member.name.to_owned(), json);
            }
        }
    }
    Ok(serde_json::Value::Object(out))
}
