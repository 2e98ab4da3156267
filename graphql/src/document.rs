//! A document's way in: a lexer that cannot recurse, then the parser, then validation against the union
//! schema. What passes is small, finite and well typed.

use crate::error::{Code, Error, Result};
use crate::plan::selection::{self, UNKNOWN_MEMBER};
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, Pos, Positioned, Response, ServerError, Value, Variables, dynamic::Schema};
use std::collections::HashMap;
use std::sync::Arc;

const MAXIMUM_BYTES: usize = 15_000;
const MAXIMUM_TOKENS: usize = 2_000;
const MAXIMUM_NESTING: usize = 64;
/// Fields after fragments are spread; a larger operation is refused before anything walks it.
const MAXIMUM_FIELDS: usize = 4_000;
const MAXIMUM_ERRORS: usize = 5;

/// Counts bytes, tokens and nesting without recursion, before any parser sees the text.
pub fn guard(text: &str) -> Result<()> {
    if text.len() > MAXIMUM_BYTES {
        return Err(too_large(format!(
            "The document has {} bytes; at most {MAXIMUM_BYTES} are allowed.",
            text.len()
        )));
    }
    let bytes = text.as_bytes();
    let (mut at, mut tokens, mut depth) = (0, 0usize, 0usize);
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                at += 1;
                continue;
            }
            b'#' => {
                while at < bytes.len() && bytes[at] != b'\n' && bytes[at] != b'\r' {
                    at += 1;
                }
                continue;
            }
            b'"' => at = skip_string(bytes, at),
            b'{' | b'[' | b'(' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            c if c.is_ascii_alphanumeric() || c == b'_' || c == b'-' => {
                at += 1;
                while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_' || bytes[at] == b'.') {
                    at += 1;
                }
            }
            _ => at += 1,
        }
        tokens += 1;
        if tokens > MAXIMUM_TOKENS {
            return Err(too_large(format!(
                "The document has more than {MAXIMUM_TOKENS} tokens. Split it into several requests."
            )));
        }
        if depth > MAXIMUM_NESTING {
            return Err(too_large(format!("The document nests deeper than {MAXIMUM_NESTING} levels.")));
        }
    }
    Ok(())
}

fn skip_string(bytes: &[u8], start: usize) -> usize {
    let block = bytes[start..].starts_with(b"\"\"\"");
    let mut at = start + if block { 3 } else { 1 };
    while at < bytes.len() {
        if bytes[at] == b'\\' {
            at += 2;
        } else if block && bytes[at..].starts_with(b"\"\"\"") {
            return at + 3;
        } else if !block && (bytes[at] == b'"' || bytes[at] == b'\n') {
            return at + 1;
        } else {
            at += 1;
        }
    }
    bytes.len()
}

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
    check_expansion(&document)?;
    Ok(document)
}

/// Counts the fields of every operation with fragments spread, each fragment once.
fn check_expansion(document: &ExecutableDocument) -> Result<()> {
    let mut counted = HashMap::new();
    for (_, operation) in document.operations.iter() {
        let fields = count_fields(&operation.node.selection_set.node, document, &mut counted)?;
        if fields > MAXIMUM_FIELDS {
            return Err(too_large(format!(
                "The operation selects more than {MAXIMUM_FIELDS} fields once its fragments are spread."
            )));
        }
    }
    Ok(())
}

fn count_fields<'d>(set: &'d SelectionSet, document: &'d ExecutableDocument, counted: &mut HashMap<&'d str, Option<usize>>) -> Result<usize> {
    let mut total = 0usize;
    for item in &set.items {
        if item.node.directives().len() > 10 {
            return Err(too_large("A selection carries more than 10 directives."));
        }
        let count = match &item.node {
            Selection::Field(field) => count_fields(&field.node.selection_set.node, document, counted)?,
            Selection::InlineFragment(fragment) => count_fields(&fragment.node.selection_set.node, document, counted)?,
            Selection::FragmentSpread(spread) => {
                let name = spread.node.fragment_name.node.as_str();
                match counted.get(name) {
                    Some(Some(count)) => *count,
                    Some(None) => return Err(Error::new(Code::DocumentInvalid, "A fragment spreads itself.")),
                    None => {
                        counted.insert(name, None);
                        let count = match document.fragments.get(name) {
                            Some(fragment) => count_fields(&fragment.node.selection_set.node, document, counted)?,
                            None => 0,
                        };
                        counted.insert(name, Some(count));
                        count
                    }
                }
            }
        };
        // Ten spreads of ten spreads of ten: the count leaves every number type behind.
        total = total.saturating_add(count).saturating_add(1);
    }
    Ok(total)
}

fn too_large(message: impl Into<String>) -> Error {
    Error::new(Code::DocumentTooLarge, message)
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
    let mut request = async_graphql::Request::new("").operation_name(operation_name.unwrap_or_default());
    if operation_name.is_none() {
        request.operation_name = None;
    }
    request.set_parsed_query(document.clone());
    let response = schema.execute(request).await;
    if response.errors.is_empty() {
        Ok(())
    } else {
        Err(validation_errors(response.errors))
    }
}

/// Of fields that do not exist, their arguments say nothing more: the library blames them on the field
/// around, and a field that is hidden (see `plan`) is answered with one error.
pub fn validation_errors(errors: Vec<ServerError>) -> Vec<Error> {
    let unknown = errors.iter().any(|error| error.message.starts_with("Unknown field"));
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
pub fn introspection(document: &ExecutableDocument, operation: &OperationDefinition, fields: Vec<&Field>) -> Result<ExecutableDocument> {
    for field in &fields {
        check_introspection(&field.selection_set.node, document, false)?;
    }
    let mut only = document.clone();
    let mut chosen = operation.clone();
    chosen.selection_set.node.items = fields
        .into_iter()
        .map(|field| Positioned::new(Selection::Field(Positioned::new(field.clone(), Pos::default())), Pos::default()))
        .collect();
    only.operations = DocumentOperations::Single(Positioned::new(chosen, Pos::default()));
    Ok(only)
}

/// Types of fields of types of fields grow without end; one level is all that tools ask for.
fn check_introspection(set: &SelectionSet, document: &ExecutableDocument, inside: bool) -> Result<()> {
    for item in &set.items {
        match &item.node {
            Selection::Field(field) => {
                let lists = matches!(
                    field.node.name.node.as_str(),
                    "fields" | "inputFields" | "types" | "possibleTypes" | "interfaces"
                );
                let restarts = lists && field.node.name.node != "types";
                if lists && inside {
                    return Err(too_large("The introspection nests lists of fields. Ask for them one level deep."));
                }
                check_introspection(&field.node.selection_set.node, document, inside || restarts)?;
            }
            Selection::InlineFragment(fragment) => check_introspection(&fragment.node.selection_set.node, document, inside)?,
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    check_introspection(&fragment.node.selection_set.node, document, inside)?;
                }
            }
        }
    }
    Ok(())
}

/// Executes an introspection on a slice's schema; answers by response key.
pub async fn introspect(schema: &Schema, document: ExecutableDocument, variables: &HashMap<&str, Value>) -> Result<HashMap<String, serde_json::Value>> {
    let given = variables.iter().map(|(name, value)| (Name::new(name), value.clone())).collect();
    let mut request = async_graphql::Request::new("").variables(Variables::from_value(Value::Object(given)));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_values_are_refused_before_the_parser() {
        let text = format!("{{ a(b: {}) }}", "[".repeat(5_000));
        assert_eq!(guard(&text).expect_err("must refuse").code, Code::DocumentTooLarge);
    }

    #[test]
    fn fragment_fan_out_is_counted_once_each() {
        let mut text = String::from("{...f0}");
        for level in 0..40 {
            text.push_str(&format!(" fragment f{level} on Query {{ ...f{0} ...f{0} }}", level + 1));
        }
        text.push_str(" fragment f40 on Query { a }");
        assert_eq!(parse(&text).expect_err("must refuse").code, Code::DocumentTooLarge);
    }

    #[test]
    fn a_cycle_of_fragments_is_refused() {
        let text = "{...a} fragment a on Query {...b} fragment b on Query {...a}";
        assert_eq!(parse(text).expect_err("must refuse").code, Code::DocumentInvalid);
    }
}
