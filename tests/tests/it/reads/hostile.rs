//! Documents made to hurt: refused with a code, at once, and with a short answer.

use serde_json::json;
use std::time::{Duration, Instant};
use tests::{Person, app};

/// Refused in time and in few bytes; what is fine is answered as quickly.
fn assert_quick(person: &Person<'_>, name: &str, document: &str, code: &str) {
    let began = Instant::now();
    let reply = person.ask(document);
    let took = began.elapsed();
    let found = reply.json.get("errors").map_or("", |_| reply.code());
    let shown = reply.json.to_string();
    assert_eq!(found, code, "{name}: {}", &shown[..shown.len().min(2_000)]);
    assert!(took < Duration::from_secs(2), "{name} took {took:?}");
    if !code.is_empty() {
        assert!(shown.len() < 4_000, "{name} was answered with {} bytes", shown.len());
    }
}

#[test]
fn nesting_of_every_kind() {
    let business = app().business("hs");
    let viewer = &business.viewer;
    let many = |text: &str, count: usize| text.repeat(count);
    for (name, document, code) in [
        (
            "lists",
            format!("{{ hs {{ customers(filter: {}{}) {{ totalCount }} }} }}", many("[", 2_000), many("]", 2_000)),
            "DOCUMENT_TOO_LARGE",
        ),
        (
            "objects",
            format!("{{ hs {{ customers(filter: {}{}) {{ totalCount }} }} }}", many("{a:", 1_500), many("}", 1_500)),
            "DOCUMENT_TOO_LARGE",
        ),
        ("selections", format!("{}{}", many("{ hs ", 900), many("}", 900)), "DOCUMENT_TOO_LARGE"),
        (
            "inline fragments",
            format!("{{ {} __typename {} }}", many("... { ", 60), many("}", 60)),
            "DOCUMENT_TOO_LARGE",
        ),
        (
            "more inline fragments",
            format!("{{ {} __typename {} }}", many("... { ", 80), many("}", 80)),
            "DOCUMENT_TOO_LARGE",
        ),
        (
            "not",
            format!(
                "{{ hs {{ customers(filter: {}{}) {{ totalCount }} }} }}",
                many("{not: ", 30),
                "{}".to_owned() + &many("}", 30)
            ),
            "INPUT_INVALID",
        ),
        (
            "relations",
            format!(
                "{{ hs {{ customers {} {{ totalCount }} {} }} }}",
                many("{ nodes { workOrders(first: 1) { nodes { customer ", 14),
                many("} } } }", 14)
            ),
            "DOCUMENT_TOO_LARGE",
        ),
        (
            "types of types",
            "{ __schema { types { fields { type { fields { name } } } } } }".into(),
            "DOCUMENT_TOO_LARGE",
        ),
        ("unclosed", many("{", 60), "DOCUMENT_INVALID"),
        (
            "lists behind four quotes",
            format!(
                r#"{{ node(nodeId: """\"""" """ x: {}{}) {{ __typename }} }}"#,
                many("[", 5_000),
                many("]", 5_000)
            ),
            "DOCUMENT_TOO_LARGE",
        ),
        (
            "lists behind a block string without an end",
            format!(r#"{{ node(nodeId: [""" " " {}{}]) {{ __typename }} }}"#, many("[", 5_000), many("]", 5_000)),
            "DOCUMENT_INVALID",
        ),
        (
            "types in variables",
            format!(
                "query ($a: {}Int{}) {{ hs {{ customers(first: $a) {{ totalCount }} }} }}",
                many("[", 1_000),
                many("]", 1_000)
            ),
            "DOCUMENT_TOO_LARGE",
        ),
    ] {
        assert_quick(viewer, name, &document, code);
    }
}

#[test]
fn fragments_of_every_kind() {
    let business = app().business("hs");
    let viewer = &business.viewer;
    let chain = |levels: usize, fan: usize| {
        let mut text = String::from("{ ...f0 }");
        for level in 0..levels {
            text.push_str(&format!(" fragment f{level} on Query {{ {}}}", format!("...f{} ", level + 1).repeat(fan)));
        }
        text + &format!(" fragment f{levels} on Query {{ __typename }}")
    };
    for (name, document, code) in [
        ("fan-out by two", chain(40, 2), "DOCUMENT_TOO_LARGE"),
        ("fan-out by ten", chain(20, 10), "DOCUMENT_TOO_LARGE"),
        ("a long chain", chain(150, 1), "DOCUMENT_TOO_LARGE"),
        ("a chain", chain(20, 1), ""),
        (
            "a cycle",
            "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }".into(),
            "DOCUMENT_INVALID",
        ),
        ("a cycle of one", "{ ...a } fragment a on Query { ...a }".into(), "DOCUMENT_INVALID"),
        (
            "an unused cycle",
            "{ __typename } fragment a on Query { ...b } fragment b on Query { ...a }".into(),
            "DOCUMENT_INVALID",
        ),
        (
            "an unused fan-out",
            format!("{{ __typename }} {}", chain(40, 2).trim_start_matches("{ ...f0 }")),
            "DOCUMENT_INVALID",
        ),
        (
            "an unused fan-out by ten",
            format!("{{ __typename }} {}", chain(20, 10).trim_start_matches("{ ...f0 }")),
            "DOCUMENT_INVALID",
        ),
        (
            "a cycle through fields",
            "{ hs { customers { nodes { ...c } } } } fragment c on HsCustomer { workOrders { nodes { customer { ...c } } } }".into(),
            "DOCUMENT_INVALID",
        ),
    ] {
        assert_quick(viewer, name, &document, code);
    }
}

#[test]
fn many_of_everything() {
    let business = app().business("hs");
    let viewer = &business.viewer;
    let each = |count: usize, text: &str| -> String { (0..count).map(|number| text.replace('#', &number.to_string())).collect() };
    for (name, document, code) in [
        ("2,000 aliases", format!("{{ {} }}", each(2_000, "a#: __typename ")), "DOCUMENT_TOO_LARGE"),
        ("600 aliases", format!("{{ {} }}", each(600, "a#: __typename ")), ""),
        (
            "lists by alias",
            format!("{{ hs {{ {} }} }}", each(150, "a#: customers { totalCount } ")),
            "COST_EXCEEDED",
        ),
        ("one field 900 times", format!("{{ hs {{ {} }} }}", each(900, "__typename ")), ""),
        ("fields that do not exist", format!("{{ {} }}", each(900, "nope# ")), "DOCUMENT_INVALID"),
        (
            "unused variables",
            format!("query ({}) {{ __typename }}", each(450, "$a#: Int ")),
            "DOCUMENT_INVALID",
        ),
        (
            "unused fragments",
            format!("{{ __typename }} {}", each(150, "fragment f# on Query { __typename } ")),
            "DOCUMENT_INVALID",
        ),
        (
            "directives",
            format!("{{ __typename {} }}", each(300, "@skip(if: false) ")),
            "DOCUMENT_TOO_LARGE",
        ),
        (
            "directives on a spread",
            format!("{{ ...f {} }} fragment f on Query {{ __typename }}", each(300, "@skip(if: false) ")),
            "DOCUMENT_TOO_LARGE",
        ),
        (
            "directives on the operation",
            format!("query {} {{ __typename }}", each(300, "@skip(if: false) ")),
            "DOCUMENT_TOO_LARGE",
        ),
        ("operations", each(200, "query q# { __typename } "), "DOCUMENT_INVALID"),
        (
            "a long string",
            format!(
                "{{ hs {{ customers(filter: {{ lastName: {{ eq: \"{}\" }} }}) {{ totalCount }} }} }}",
                "x".repeat(14_000)
            ),
            "",
        ),
        (
            "a longer string",
            format!(
                "{{ hs {{ customers(filter: {{ lastName: {{ eq: \"{}\" }} }}) {{ totalCount }} }} }}",
                "x".repeat(20_000)
            ),
            "DOCUMENT_TOO_LARGE",
        ),
        ("a long name", format!("{{ {} }}", "x".repeat(14_000)), "DOCUMENT_INVALID"),
        (
            "a long wrong value",
            format!("{{ hs {{ customers(first: \"{}\") {{ totalCount }} }} }}", "x".repeat(14_000)),
            "DOCUMENT_INVALID",
        ),
        (
            "a long enum",
            format!(
                "{{ hs {{ customers(filter: {{ status: {{ eq: {} }} }}) {{ totalCount }} }} }}",
                "X".repeat(14_000)
            ),
            "DOCUMENT_INVALID",
        ),
        (
            "a long number",
            format!("{{ hs {{ customers(first: {}) {{ totalCount }} }} }}", "9".repeat(14_000)),
            "DOCUMENT_INVALID",
        ),
        (
            "a big exponent",
            "{ hs { customers(filter: { totalRevenue: { eq: 1e400 } }) { totalCount } } }".into(),
            "DOCUMENT_INVALID",
        ),
        (
            "lone surrogates",
            r#"{ hs { customers(filter: { lastName: { eq: "\uD800" } }) { totalCount } } }"#.into(),
            "DOCUMENT_INVALID",
        ),
        ("a byte order mark", "\u{feff}{ __typename }".into(), ""),
        (
            "one list in one list, 3,600 times",
            format!(
                "{{ hs {{ {} }} }} fragment g on HsCustomerConnection {{ {} }}",
                each(58, "customers { ...g } "),
                each(58, "nodes { id } ")
            ),
            "DOCUMENT_TOO_LARGE",
        ),
        (
            "one list in one list, 900 times",
            format!(
                "{{ hs {{ {} }} }} fragment g on HsCustomerConnection {{ {} }}",
                each(30, "customers { ...g } "),
                each(30, "nodes { id } ")
            ),
            "",
        ),
        ("NUL", "{ __typename \0 }".into(), "DOCUMENT_INVALID"),
        ("an unclosed string", "{ hs(x: \"".into(), "DOCUMENT_INVALID"),
        ("an unclosed block string", "{ hs(x: \"\"\"".into(), "DOCUMENT_INVALID"),
        (
            "list times list",
            "{ hs { customers(first: 1000) { nodes { workOrders(first: 1000) { nodes { id } } } } } }".into(),
            "COST_EXCEEDED",
        ),
    ] {
        assert_quick(viewer, name, &document, code);
    }
}

#[test]
fn variables_that_are_too_much() {
    let business = app().business("hs");
    let document = "query ($filter: HsCustomerFilter, $orderBy: [HsCustomerOrderBy!]) { hs { customers(filter: $filter, orderBy: $orderBy) { totalCount nodes { id } } } }";
    let mut deep = json!({});
    for _ in 0..100 {
        deep = json!({ "not": deep });
    }
    let mut far = json!({ "lastName": "ASC" });
    for _ in 0..30 {
        far = json!({ "createdBy": { "nope": far } });
    }
    let equal = |name: &str| json!({ "lastName": { "eq": name } });
    let conditions: Vec<_> = (0..1_000).map(|n| json!({ "and": [equal(&n.to_string()), equal("b"), equal("c")] })).collect();
    let relations: Vec<_> = (0..1_000)
        .map(|_| json!({ "workOrders": { "some": { "status": { "eq": "DRAFT" } } } }))
        .collect();
    let few_relations = &relations[..50];
    let few_conditions: Vec<_> = (0..900).map(|n| equal(&n.to_string())).collect();
    let names: Vec<_> = (0..1_000).map(|n| n.to_string()).collect();
    for (name, variables, code) in [
        ("a deep filter", json!({ "filter": deep }), "INPUT_INVALID"),
        ("a far order", json!({ "orderBy": [far] }), "DOCUMENT_INVALID"),
        ("3,000 conditions", json!({ "filter": { "or": conditions } }), "COST_EXCEEDED"),
        ("1,000 relations", json!({ "filter": { "or": relations } }), "COST_EXCEEDED"),
        ("50 relations", json!({ "filter": { "or": few_relations } }), ""),
        ("900 conditions", json!({ "filter": { "or": few_conditions } }), ""),
        ("1,000 names", json!({ "filter": { "lastName": { "in": names } } }), ""),
        ("1,001 names", json!({ "filter": { "lastName": { "in": vec!["x"; 1_001] } } }), "INPUT_INVALID"),
        ("60,000 values", json!({ "filter": { "or": vec![vec![1; 600]; 100] } }), "DOCUMENT_TOO_LARGE"),
        (
            "a megabyte of text",
            json!({ "filter": { "lastName": { "eq": "x".repeat(1_000_001) } } }),
            "INPUT_INVALID",
        ),
        ("nine terms", json!({ "orderBy": vec![json!({ "lastName": "ASC" }); 9] }), "INPUT_INVALID"),
    ] {
        let began = Instant::now();
        let reply = business.viewer.ask_with(document, variables);
        let took = began.elapsed();
        let found = reply.json.get("errors").map_or("", |_| reply.code());
        assert_eq!(found, code, "{name}: {:#}", reply.json);
        assert!(took < Duration::from_secs(3), "{name} took {took:?}");
        assert!(reply.json.to_string().len() < 4_000, "{name} was answered at length");
    }
}

/// Types that do not exist, where the library takes them for granted.
#[test]
fn unknown_types_of_lists_with_default_values() {
    for document in [
        "query($x: [Nope!] = [1]) { __typename }",
        "query($x: [Nope] = 1) { __typename }",
        "query($x: [[Nope]] = [[1]]) { __typename }",
        "query($x: [Nope!]! = [{ a: 1 }]) { viewer { role @include(if: $x) } }",
    ] {
        let reply = app().anonymous(document, json!({}));
        assert_eq!(reply.code(), "DOCUMENT_INVALID", "{document}: {:#}", reply.json);
        assert!(reply.json.get("data").is_none(), "{document}: {:#}", reply.json);
    }
}

/// A syntax error says where, and repeats nothing of what stands there.
#[test]
fn a_syntax_error_does_not_repeat_the_document() {
    let business = app().business("hs");
    let filler = "lastName ".repeat(1_500);
    for document in [
        format!("}} marker-of-this-test {filler}"),
        format!("{{ hs {{ customers {{ nodes {{ {filler} \"marker-of-this-test {filler}"),
        format!(
            "{{ hs {{ customers {{ nodes {{ {} marker-of-this-test ) {} }} }} }} }}",
            &filler[..6_000],
            &filler[..6_000]
        ),
        format!(
            "{{ hs {{ customers(filter: {{ {} }}) {{ totalCount }} }} }}",
            "marker_of_this_test: 1 ".repeat(2)
        ),
        format!(
            "{{ hs {{ customers(filter: {{ a{0}: 1, a{0}: 2 }}) {{ totalCount }} }} }}",
            "marker-of-this-test".replace('-', "_").repeat(300)
        ),
    ] {
        let document: String = document.chars().take(14_500).collect();
        let reply = business.viewer.ask(&document);
        let shown = reply.json.to_string();
        assert!(["DOCUMENT_INVALID", "DOCUMENT_TOO_LARGE"].contains(&reply.code()), "{shown:.500}");
        assert!(!shown.contains("marker-of-this-test") && shown.len() < 600, "{shown:.1000}");
    }
}
