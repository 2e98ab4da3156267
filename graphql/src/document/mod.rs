//! A document's way in: a lexer that cannot recurse, then the parser, then validation against the union
//! schema. What passes is small, finite and well typed.

mod guard;

pub use guard::guard;

use crate::error::{Code, Error, Result};
use crate::plan::selection::{self, Members, UNKNOWN_MEMBER};
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::parser::types::{BaseType, DocumentOperations, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet, VariableDefinition};
use async_graphql::{Name, Pos, Positioned, Response, ServerError, Value, Variables, dynamic::Schema};
use guard::too_large;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

const MAXIMUM_ERRORS: usize = 5;
/// `__schema` and `__type` of one operation.
const MAXIMUM_INTROSPECTIONS: usize = 20;

/// Parses a guarded text; the error names a place, never the text itself.
pub fn parse(text: &str) -> Result<ExecutableDocument> {
    guard(text)?;
    let document = async_graphql::parser::parse_query(text).map_err(|error| {
        let mut refusal = Error::new(Code::DocumentInvalid, "The document is not valid GraphQL syntax.");
        if let Some(position) = error.positions().next() {
            refusal.message = format!(
                "The document is not valid GraphQL syntax near line {}, column {}.",
                position.line, position.column
            );
            refusal.locations.push((position.line, position.column));
        }
        refusal
    })?;
    guard::check_expansion(&document)?;
    Ok(document)
}

/// Stops the library after validation: table data is executed by plans.
pub struct ValidateOnly;

impl ExtensionFactory for ValidateOnly {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(ValidateOnly)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for ValidateOnly {
    async fn execute(&self, _ctx: &ExtensionContext<'_>, _name: Option<&str>, _next: NextExecute<'_>) -> Response {
        Response::new(Value::Null)
    }
}

/// Validates against the union schema. Values in variables are checked later, where they are used.
pub async fn validate(schema: &Schema, document: &ExecutableDocument, operation_name: Option<&str>) -> Result<(), Vec<Error>> {
    // The library takes the types of lists with default values for granted, and panics where there is none.
    if let Some(without) = without_list_defaults(document) {
        told(ask(schema, without, operation_name).await, document)?;
    }
    told(ask(schema, document.clone(), operation_name).await, document)
}

async fn ask(schema: &Schema, document: ExecutableDocument, operation_name: Option<&str>) -> Vec<ServerError> {
    let mut request = async_graphql::Request::new("");
    request.operation_name = operation_name.map(str::to_owned);
    request.set_parsed_query(document);
    schema.execute(request).await.errors
}

/// The library does not look at `__typename`, where a variable may be used in a directive.
fn told(errors: Vec<ServerError>, document: &ExecutableDocument) -> Result<(), Vec<Error>> {
    if errors.is_empty() {
        return Ok(());
    }
    let mut used = HashSet::new();
    for (_, operation) in document.operations.iter() {
        note_variables(&operation.node.selection_set.node, &mut used);
    }
    for fragment in document.fragments.values() {
        note_variables(&fragment.node.selection_set.node, &mut used);
    }
    let is_used = |error: &ServerError| {
        let name = error.message.strip_prefix("Variable \"$").and_then(|rest| rest.split_once("\" is not used"));
        name.is_some_and(|(name, _)| used.contains(name))
    };
    let errors: Vec<_> = errors.into_iter().filter(|error| !is_used(error)).collect();
    if errors.is_empty() { Ok(()) } else { Err(validation_errors(errors)) }
}

/// The document without the default values of lists; None where it has none.
fn without_list_defaults(document: &ExecutableDocument) -> Option<ExecutableDocument> {
    let is_list = |definition: &VariableDefinition| definition.default_value.is_some() && matches!(definition.var_type.node.base, BaseType::List(_));
    let mut operations = document.operations.iter();
    operations.find(|(_, operation)| operation.node.variable_definitions.iter().any(|definition| is_list(&definition.node)))?;
    let mut without = document.clone();
    let operations: Vec<_> = match &mut without.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values_mut().collect(),
    };
    let definitions = operations.into_iter().flat_map(|operation| operation.node.variable_definitions.iter_mut());
    for definition in definitions.filter(|definition| is_list(&definition.node)) {
        definition.node.default_value = None;
    }
    Some(without)
}

/// The variables that fields and directives of a selection use.
fn note_variables<'d>(set: &'d SelectionSet, used: &mut HashSet<&'d str>) {
    for item in &set.items {
        for directive in item.node.directives() {
            directive.node.arguments.iter().for_each(|(_, value)| note_value(&value.node, used));
        }
        match &item.node {
            Selection::Field(field) => {
                field.node.arguments.iter().for_each(|(_, value)| note_value(&value.node, used));
                note_variables(&field.node.selection_set.node, used);
            }
            Selection::InlineFragment(fragment) => note_variables(&fragment.node.selection_set.node, used),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn note_value<'d>(value: &'d async_graphql_value::Value, used: &mut HashSet<&'d str>) {
    match value {
        async_graphql_value::Value::Variable(name) => {
            used.insert(name.as_str());
        }
        async_graphql_value::Value::List(items) => items.iter().for_each(|item| note_value(item, used)),
        async_graphql_value::Value::Object(members) => members.values().for_each(|member| note_value(member, used)),
        _ => {}
    }
}

/// Of fields that do not exist, their arguments say nothing more: the library blames them on the field
/// around, and a field that is hidden (see `plan`) is answered with one error. Two of its rules may find the
/// same fault, which is told once.
pub fn validation_errors(mut errors: Vec<ServerError>) -> Vec<Error> {
    let unknown = errors.iter().any(|error| error.message.starts_with("Unknown field"));
    errors.dedup_by(|second, first| second.message == first.message && second.locations == first.locations);
    errors
        .into_iter()
        .filter(|error| !(unknown && error.message.starts_with("Unknown argument")))
        .take(MAXIMUM_ERRORS)
        .map(|error| {
            let mut message = with_member(error.message);
            if message.len() > 300 {
                let end = (0..=300).rev().find(|at| message.is_char_boundary(*at)).unwrap_or(0);
                message.truncate(end);
            }
            let code = if message.starts_with("The recursion depth") {
                Code::DocumentTooLarge
            } else {
                Code::DocumentInvalid
            };
            let mut refusal = Error::new(code, message);
            refusal.locations = error.locations.iter().map(|p| (p.line, p.column)).collect();
            refusal
        })
        .collect()
}

/// The library names the object that has an unknown member; we name the member, as the planner does.
fn with_member(message: String) -> String {
    let parts = message.strip_prefix(UNKNOWN_MEMBER).and_then(|rest| rest.split_once("\", unknown field \""));
    let Some((path, (name, ty))) = parts.and_then(|(path, rest)| Some((path, rest.split_once('"')?))) else {
        return message;
    };
    let mut at = String::new();
    for segment in path.split('.') {
        if segment.bytes().all(|byte| byte.is_ascii_digit()) {
            at.push_str(&format!("[{segment}]"));
        } else {
            at = selection::child(&at, segment);
        }
    }
    format!("{UNKNOWN_MEMBER}{at}.{name}\", unknown field \"{name}\"{ty}")
}

/// An operation of the introspection fields alone, for the type system to execute.
pub fn introspection(document: &ExecutableDocument, operation: &OperationDefinition, fields: Vec<Field>) -> Result<ExecutableDocument> {
    let of_schema = fields.iter().filter(|field| field.name.node == "__schema").count();
    if of_schema > 1 || fields.len() > MAXIMUM_INTROSPECTIONS {
        return Err(too_large(format!(
            "The introspection is too large. Ask for __schema once and for at most {MAXIMUM_INTROSPECTIONS} types."
        )));
    }
    for field in &fields {
        check_introspection(&[&field.selection_set.node], document, false)?;
    }
    let mut only = document.clone();
    let mut chosen = operation.clone();
    chosen.selection_set.node.items = fields
        .into_iter()
        .map(|field| Positioned::new(Selection::Field(Positioned::new(field, Pos::default())), Pos::default()))
        .collect();
    // A fragment that nothing spreads any more would be refused.
    let mut spread = HashSet::new();
    note_spreads(&chosen.selection_set.node, document, &mut spread);
    only.fragments.retain(|name, _| spread.contains(name));
    // Nor may there be a variable that only the rest of the operation uses.
    let mut used = HashSet::new();
    note_variables(&chosen.selection_set.node, &mut used);
    only.fragments
        .values()
        .for_each(|fragment| note_variables(&fragment.node.selection_set.node, &mut used));
    let used: HashSet<String> = used.into_iter().map(str::to_owned).collect();
    chosen
        .variable_definitions
        .retain(|definition| used.contains(definition.node.name.node.as_str()));
    only.operations = DocumentOperations::Single(Positioned::new(chosen, Pos::default()));
    Ok(only)
}

fn note_spreads(set: &SelectionSet, document: &ExecutableDocument, spread: &mut HashSet<Name>) {
    for item in &set.items {
        match &item.node {
            Selection::Field(field) => note_spreads(&field.node.selection_set.node, document, spread),
            Selection::InlineFragment(fragment) => note_spreads(&fragment.node.selection_set.node, document, spread),
            Selection::FragmentSpread(found) => {
                let name = &found.node.fragment_name.node;
                if spread.insert(name.clone())
                    && let Some(fragment) = document.fragments.get(name)
                {
                    note_spreads(&fragment.node.selection_set.node, document, spread);
                }
            }
        }
    }
}

/// What an introspection answers is the schema at most once: types of fields of types of fields grow without end,
/// and so does what is asked for again under another name.
fn check_introspection<'d>(sets: &[&'d SelectionSet], document: &'d ExecutableDocument, inside: bool) -> Result<()> {
    let mut fields: Vec<Merged<'_>> = Vec::new();
    for set in sets {
        flatten(set, document, &mut fields);
    }
    let (mut keys, mut names) = (HashSet::new(), HashSet::new());
    for (key, name, sets) in &fields {
        if !keys.insert(*key) || !names.insert(*name) {
            return Err(too_large(format!("The introspection asks for \"{name}\" twice in one place. Ask for it once.")));
        }
        let lists = matches!(*name, "fields" | "inputFields" | "types" | "possibleTypes" | "interfaces");
        if lists && inside {
            return Err(too_large("The introspection nests lists of fields. Ask for them one level deep."));
        }
        check_introspection(sets, document, inside || lists && *name != "types")?;
    }
    Ok(())
}

/// A field by its response key and name, with the selection sets of all that merge into it.
type Merged<'d> = (&'d str, &'d str, Vec<&'d SelectionSet>);

/// The fields of a selection, fragments spread.
fn flatten<'d>(set: &'d SelectionSet, document: &'d ExecutableDocument, out: &mut Vec<Merged<'d>>) {
    for item in &set.items {
        match &item.node {
            Selection::Field(field) => {
                let (key, name) = (field.node.response_key().node.as_str(), field.node.name.node.as_str());
                let set = &field.node.selection_set.node;
                match out.iter_mut().find(|known| (known.0, known.1) == (key, name)) {
                    Some(known) => known.2.push(set),
                    None => out.push((key, name, vec![set])),
                }
            }
            Selection::InlineFragment(fragment) => flatten(&fragment.node.selection_set.node, document, out),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    flatten(&fragment.node.selection_set.node, document, out);
                }
            }
        }
    }
}

/// Executes an introspection on a slice's schema; answers by response key.
pub async fn introspect(schema: &Schema, document: ExecutableDocument, variables: Members) -> Result<HashMap<String, serde_json::Value>> {
    let mut request = async_graphql::Request::new("").variables(Variables::from_value(Value::Object(variables)));
    request.set_parsed_query(document);
    let response = schema.execute(request).await;
    if let Some(error) = validation_errors(response.errors).into_iter().next() {
        return Err(error);
    }
    match response.data.into_json() {
        Ok(serde_json::Value::Object(members)) => Ok(members.into_iter().collect()),
        _ => Err(Error::internal()),
    }
}

/// The operation to run, by name where there are several.
pub fn operation<'d>(document: &'d ExecutableDocument, name: Option<&str>) -> Result<&'d OperationDefinition> {
    let refusal = |message: &str| Error::new(Code::DocumentInvalid, message);
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok(&operation.node),
        (DocumentOperations::Single(_), Some(_)) => Err(refusal("The document has no operation of that name.")),
        (DocumentOperations::Multiple(map), Some(name)) => map
            .get(name)
            .map(|o| &o.node)
            .ok_or_else(|| refusal("The document has no operation of that name.")),
        (DocumentOperations::Multiple(map), None) if map.len() == 1 => {
            map.values().next().map(|o| &o.node).ok_or_else(|| refusal("The document has no operation."))
        }
        (DocumentOperations::Multiple(_), None) => Err(refusal("The document has several operations; say which in operationName.")),
    }
}
