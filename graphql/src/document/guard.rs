//! What is counted before the parser sees a text, and before anything walks what it made of it.

use crate::error::{Code, Error, Result};
use async_graphql::Positioned;
use async_graphql::parser::types::{Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet};
use std::collections::{HashMap, HashSet};

const MAXIMUM_BYTES: usize = 15_000;
const MAXIMUM_TOKENS: usize = 2_000;
const MAXIMUM_NESTING: usize = 64;
/// Fields after fragments are spread; a larger operation is refused before anything walks it.
const MAXIMUM_FIELDS: usize = 4_000;
/// Characters of a name that a refusal repeats.
const LONGEST_TOLD: usize = 80;
/// On one field, fragment, operation or variable.
const MAXIMUM_DIRECTIVES: usize = 10;

/// Counts bytes, tokens and nesting without recursion, before any parser sees the text. It must see
/// strings where the parser sees them: else what nests could hide in one.
pub fn guard(text: &str) -> Result<()> {
    if text.len() > MAXIMUM_BYTES {
        return Err(too_large(format!(
            "The document has {} bytes; at most {MAXIMUM_BYTES} are allowed.",
            text.len()
        )));
    }
    let bytes = text.as_bytes();
    let (mut at, mut tokens, mut depth) = (0, 0usize, 0usize);
    let mut objects = Objects::default();
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = end_of_line(bytes, at);
                continue;
            }
            b'"' => at = skip_string(bytes, at)?,
            bracket @ (b'{' | b'[' | b'(') => {
                depth += 1;
                at += 1;
                objects.open(bracket);
            }
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                at += 1;
                objects.close();
            }
            b':' => {
                at += 1;
                objects.colon()?;
            }
            c if c.is_ascii_alphanumeric() || c == b'_' || c == b'-' => {
                let start = at;
                at += 1;
                while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_' || bytes[at] == b'.') {
                    at += 1;
                }
                objects.word = &text[start..at];
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

/// The input objects around a place. The parser keeps the last of two members of one name and says nothing, so that
/// one of two values is lost.
#[derive(Default)]
struct Objects<'t> {
    /// The brackets around; an input object has the names of its members so far.
    open: Vec<Option<HashSet<&'t str>>>,
    inside: Vec<u8>,
    word: &'t str,
}

impl<'t> Objects<'t> {
    /// Braces are an input object within brackets of values, and a selection elsewhere.
    fn open(&mut self, bracket: u8) {
        let among_values = match self.inside.last() {
            Some(b'(' | b'[') => true,
            Some(_) => self.open.last().is_some_and(Option::is_some),
            None => false,
        };
        self.open.push((bracket == b'{' && among_values).then(HashSet::new));
        self.inside.push(bracket);
    }

    fn close(&mut self) {
        self.open.pop();
        self.inside.pop();
    }

    fn colon(&mut self) -> Result<()> {
        let Some(Some(names)) = self.open.last_mut() else { return Ok(()) };
        if names.insert(self.word) {
            return Ok(());
        }
        let name: String = self.word.chars().take(LONGEST_TOLD).collect();
        Err(Error::new(
            Code::DocumentInvalid,
            format!("\"{name}\" is given twice in one input object. Give it once."),
        ))
    }
}

fn end_of_line(bytes: &[u8], start: usize) -> usize {
    let rest = &bytes[start..];
    start + rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len())
}

/// The place behind a string. One without an end is refused here, because the parser reads a block
/// string without an end as an empty string and goes on behind it.
fn skip_string(bytes: &[u8], start: usize) -> Result<usize> {
    let block = bytes[start..].starts_with(b"\"\"\"");
    let end = if block {
        block_string(bytes, start + 3)
    } else {
        plain_string(bytes, start + 1)
    };
    end.ok_or_else(|| Error::new(Code::DocumentInvalid, "A string in the document has no end."))
}

fn plain_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\n' | b'\r' => return None,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// In a block string a backslash escapes three quotes together and nothing else.
fn block_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    while at < bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(b"\"\"\"") {
            return Some(at + 3);
        }
        at += if rest.starts_with(b"\\\"\"\"") { 4 } else { 1 };
    }
    None
}

/// Counts the fields of every operation with fragments spread, each fragment once, and the directives of
/// whatever carries some.
pub fn check_expansion(document: &ExecutableDocument) -> Result<()> {
    let mut counted = HashMap::new();
    for fragment in document.fragments.values() {
        check_directives(&fragment.node.directives)?;
    }
    for (_, operation) in document.operations.iter() {
        check_operation(&operation.node)?;
        let fields = count_fields(&operation.node.selection_set.node, document, &mut counted)?;
        if fields > MAXIMUM_FIELDS {
            return Err(too_large(format!(
                "The operation selects more than {MAXIMUM_FIELDS} fields once its fragments are spread."
            )));
        }
    }
    Ok(())
}

fn check_operation(operation: &OperationDefinition) -> Result<()> {
    check_directives(&operation.directives)?;
    operation
        .variable_definitions
        .iter()
        .try_for_each(|definition| check_directives(&definition.node.directives))
}

fn check_directives(directives: &[Positioned<Directive>]) -> Result<()> {
    if directives.len() > MAXIMUM_DIRECTIVES {
        return Err(too_large(format!("More than {MAXIMUM_DIRECTIVES} directives stand in one place.")));
    }
    Ok(())
}

fn count_fields<'d>(set: &'d SelectionSet, document: &'d ExecutableDocument, counted: &mut HashMap<&'d str, Option<usize>>) -> Result<usize> {
    let mut total = 0usize;
    for item in &set.items {
        check_directives(item.node.directives())?;
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

pub fn too_large(message: impl Into<String>) -> Error {
    Error::new(Code::DocumentTooLarge, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    /// Documents just under a limit, at it and over it: the last alone is refused.
    fn assert_limit(limit: usize, document: impl Fn(usize) -> String) {
        for size in [limit - 1, limit] {
            let text = document(size);
            assert!(parse(&text).is_ok(), "{size} of {limit} must pass: {}", &text[..text.len().min(200)]);
        }
        let refused = parse(&document(limit + 1)).expect_err("one more must be refused");
        assert_eq!(refused.code, Code::DocumentTooLarge, "{}", refused.message);
    }

    #[test]
    fn bytes_are_limited() {
        assert_limit(MAXIMUM_BYTES, |bytes| format!("{{ a }}{}", " ".repeat(bytes - 5)));
        assert_limit(MAXIMUM_BYTES, |bytes| format!("{{ a(b: \"{}\") }}", "x".repeat(bytes - 12)));
        assert_limit(MAXIMUM_BYTES, |bytes| format!("{{ a }} #{}", "[".repeat(bytes - 7)));
    }

    #[test]
    fn tokens_are_limited() {
        assert_limit(MAXIMUM_TOKENS, |tokens| format!("{{ {}}}", "a ".repeat(tokens - 2)));
        assert_limit(MAXIMUM_TOKENS, |tokens| format!("{{ a(b: [{}]) }}", "\"\" ".repeat(tokens - 9)));
        assert_limit(MAXIMUM_TOKENS, |tokens| format!("{{ a(b: [{}]) }}", "\"\"\"{\"\"\"".repeat(tokens - 9)));
    }

    #[test]
    fn nesting_is_limited() {
        assert_limit(MAXIMUM_NESTING, |depth| {
            format!("{{ a(b: {}{}) }}", "[".repeat(depth - 2), "]".repeat(depth - 2))
        });
        assert_limit(MAXIMUM_NESTING, |depth| {
            format!("{{ a(b: {}1{}) }}", "{a: ".repeat(depth - 2), "}".repeat(depth - 2))
        });
        // The parser's own limit on selections is one less than ours.
        let selections = |depth: usize| format!("{}a{}", "{ a ".repeat(depth), "}".repeat(depth));
        assert!(parse(&selections(MAXIMUM_NESTING - 1)).is_ok());
        assert!(parse(&selections(MAXIMUM_NESTING + 1)).is_err());
    }

    #[test]
    fn fields_are_limited_once_fragments_are_spread() {
        // Each spread counts as one, and so does each field behind it.
        let document = |fields: usize| {
            let (spreads, rest) = (fields / 20, fields % 20);
            format!(
                "{{ {}{}}} fragment f on Query {{ {}}}",
                "...f ".repeat(spreads),
                "a ".repeat(rest),
                "a ".repeat(19)
            )
        };
        assert_limit(MAXIMUM_FIELDS, document);
    }

    #[test]
    fn directives_are_limited_wherever_they_stand() {
        for text in [
            "{ a # }",
            "{ ... # { a } }",
            "{ ...f # } fragment f on Query { a }",
            "{ ...f } fragment f on Query # { a }",
            "{ a } fragment f on Query # { a }",
            "query # { a }",
            "query ($a: Int #) { a }",
        ] {
            assert_limit(MAXIMUM_DIRECTIVES, |count| text.replace('#', &"@d ".repeat(count)));
        }
    }

    #[test]
    fn members_are_given_once() {
        for text in [
            "{ a(b: { c: 1, c: 2 }) }",
            "{ a(b: [{ c: { d: 1 }, c: 2 }]) }",
            "{ a(b: { c: { d: 1 e: 2 d: 3 } }) }",
            "query ($v: T = { c: 1, c: 2 }) { a(b: $v) }",
            "{ a @d(b: { c: 1, c: 2 }) }",
            "{ a(b: { c: \"}\", # }\n c: 2 }) }",
        ] {
            assert_eq!(parse(text).expect_err(text).code, Code::DocumentInvalid, "{text}");
        }
        for text in [
            "{ a(b: [{ c: 1 }, { c: 2 }]) { c: d c: d } }",
            "{ a(b: { c: { c: { c: 1 } } }) { x: a(b: { c: 1 }) { c } y: a(b: { c: 1 }) } }",
            "query ($v: T = { c: 1 }, $w: T = { c: 2 }) { a(b: $v, c: [$w, { c: $v }]) }",
        ] {
            assert!(parse(text).is_ok(), "{text}: {:?}", parse(text).err());
        }
    }

    #[test]
    fn nested_values_are_refused_before_the_parser() {
        let text = format!("{{ a(b: {}) }}", "[".repeat(5_000));
        assert_eq!(guard(&text).expect_err("must refuse").code, Code::DocumentTooLarge);
    }

    /// Strings that end elsewhere for the parser than a careless lexer thinks: what nests behind them must
    /// be counted.
    #[test]
    fn nothing_nests_behind_a_string_that_only_seems_to_go_on() {
        let nested = "[".repeat(5_000);
        for start in [
            // Four quotes behind a backslash: three are escaped, one is text.
            r#"{ a(b: """\"""" """ "#,
            r#"{ a(b: """\\""" """ "#,
            r#"{ a(b: """\" """ "#,
            // A block string without an end is an empty string and another one to the parser.
            r#"{ a(b: [""" " "#,
            r#"{ a(b: [""" "#,
            "{ a(b: [\" \r ",
            "{ a(b: [\" \n ",
            "{ a(b: [\"\\",
            "{ a # \" \r (b: ",
        ] {
            let text = format!("{start}{nested}");
            let refused = guard(&text);
            assert!(refused.is_err(), "{start} must not hide what follows");
        }
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
