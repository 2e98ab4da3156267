//! What a caller cannot use looks like what does not exist, to the letter.

use serde_json::{Value, json};
use tests::{Person, app};

/// The errors without what differs: the request's id, and the name that was asked for.
fn errors(person: &Person<'_>, document: &str, hidden: &str) -> Value {
    let reply = person.ask(document);
    assert!(reply.json.get("data").is_none(), "{document} was answered {:#}", reply.json);
    let mut errors = reply.json["errors"].clone();
    for error in errors.as_array_mut().into_iter().flatten() {
        error["extensions"].as_object_mut().expect("extensions").remove("requestId");
    }
    serde_json::from_str(&errors.to_string().replace(hidden, "Thing")).expect("still JSON")
}

#[test]
fn hidden_looks_like_unknown() {
    let business = app().business("hs");
    for (document, hidden, unknown) in [
        ("{ NAME { vehicles { nodes { id } } } }", "auto", "nope"),
        ("{ NAME { __typename } }", "auto", "nope"),
        ("{ hs { customers { nodes { NAME { nodes { id } } } } } }", "autoVehicles", "nopeVehicles"),
        (
            "{ hs { customers(filter: { NAME: { some: {} } }) { nodes { id } } } }",
            "autoVehicles",
            "nopeVehicles",
        ),
        (
            "{ hs { customers(filter: { or: [{}, { NAME: { some: {} } }] }) { nodes { id } } } }",
            "autoVehicles",
            "nopeVehicles",
        ),
        (
            "{ hs { customers(orderBy: [{ NAME: { make: ASC } }]) { nodes { id } } } }",
            "autoVehicles",
            "nopeVehicles",
        ),
        ("{ node(nodeId: \"x\") { ... on NAME { id } } }", "AutoVehicle", "NopeVehicle"),
        ("{ node(nodeId: \"x\") { ...F } } fragment F on NAME { id }", "AutoVehicle", "NopeVehicle"),
        (
            "query ($filter: NAME) { hs { customers(filter: { and: [$filter] }) { nodes { id } } } }",
            "AutoVehicleFilter",
            "NopeVehicleFilter",
        ),
        (
            "mutation { NAME { vehicleDelete(id: \"00000000-0000-4000-8000-000000000001\") { id } } }",
            "auto",
            "nope",
        ),
        ("{ hs { NAME { nodes { id } } } }", "workOrderz", "nopes"),
    ] {
        let (hidden_document, unknown_document) = (document.replace("NAME", hidden), document.replace("NAME", unknown));
        let (found, expected) = (
            errors(&business.owner, &hidden_document, hidden),
            errors(&business.owner, &unknown_document, unknown),
        );
        assert_eq!(found, expected, "{hidden_document}");
    }
}

#[test]
fn introspection_shows_the_slice() {
    let (services, restaurant) = (app().business("hs"), app().business("rest"));
    let document = "{ __schema { types { name } queryType { fields { name } } mutationType { fields { name } } } }";
    let names = |person: &Person<'_>| -> Vec<String> {
        let reply = person.ask(document);
        let name = |ty: &Value| ty["name"].as_str().expect("a name").to_owned();
        reply.list("/__schema/types").iter().map(name).collect()
    };
    let of_owner = names(&services.owner);
    assert!(of_owner.contains(&"HsWorkOrder".into()) && of_owner.contains(&"HsWorkOrderPatch".into()));
    assert!(
        !of_owner.iter().any(|name| name.starts_with("Auto") || name.starts_with("Rest")),
        "{of_owner:?}"
    );
    let of_viewer = names(&services.viewer);
    assert!(!of_viewer.contains(&"HsWorkOrderPatch".into()), "a viewer writes nothing");
    let of_restaurant = names(&restaurant.owner);
    assert!(of_restaurant.contains(&"RestMenuItem".into()) && of_restaurant.contains(&"HsCustomer".into()) && !of_restaurant.contains(&"HsWorkOrder".into()));
    assert!(!app().anonymous(document, json!({})).json.to_string().contains("HsCustomer"));

    let kind = |person: &Person<'_>| {
        person
            .ask("query { t: __type(name: \"HsWorkOrder\") { name fields { name type { name ofType { name } } } } }")
            .at("/t")
            .clone()
    };
    assert_eq!(kind(&services.viewer)["name"], "HsWorkOrder");
    assert!(kind(&restaurant.viewer).is_null());
    let both = services
        .viewer
        .ask("query ($n: String!) { a: __type(name: $n) { name } hs { customers { totalCount } } __typename }");
    assert_eq!(both.code(), "INPUT_INVALID");
    let both = services.viewer.ask_with(
        "query ($n: String!) { a: __type(name: $n) { name } hs { customers { totalCount } } __typename }",
        json!({ "n": "HsCustomer" }),
    );
    assert_eq!((both.text("/a/name"), both.int("/hs/customers/totalCount")), ("HsCustomer", 0));
}

/// What GraphiQL and code generators send.
const STANDARD: &str = "query IntrospectionQuery { __schema { description queryType { name } mutationType { name } subscriptionType { name } types { ...FullType } directives { name description locations args { ...InputValue } } } }
    fragment FullType on __Type { kind name description fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
        inputFields { ...InputValue } interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
    fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
    fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";

#[test]
fn the_standard_introspection_is_closed() {
    let business = app().business("hs");
    let reply = business.owner.ask(STANDARD);
    let types = reply.list("/__schema/types");
    let known: std::collections::HashSet<_> = types.iter().map(|ty| ty["name"].as_str().expect("a name")).collect();
    // Every type that is mentioned is there, or a client's tools fail to build the schema.
    fn mentioned<'v>(value: &'v Value, out: &mut Vec<&'v str>) {
        match value {
            Value::Object(members) if members.contains_key("ofType") => {
                out.extend(members["name"].as_str());
                mentioned(&members["ofType"], out);
            }
            Value::Object(members) => members.values().for_each(|value| mentioned(value, out)),
            Value::Array(items) => items.iter().for_each(|item| mentioned(item, out)),
            _ => {}
        }
    }
    let mut names = Vec::new();
    mentioned(reply.at("/__schema/types"), &mut names);
    let missing: Vec<_> = names.iter().filter(|name| !known.contains(*name)).collect();
    assert!(names.len() > 1_000 && missing.is_empty(), "{missing:?}");
}

#[test]
fn every_list_of_a_slice_can_be_asked_for() {
    for industry in ["hs", "rest", "auto", "ret"] {
        let business = app().business(industry);
        for person in [&business.owner, &business.viewer] {
            let roots = person.ask("{ __schema { queryType { fields { name type { ofType { name } } } } } }");
            let namespaces = roots.list("/__schema/queryType/fields").iter();
            for namespace in namespaces.filter(|field| field["type"]["ofType"]["name"].as_str().is_some_and(|name| name.ends_with("Query"))) {
                let (schema, ty) = (&namespace["name"], &namespace["type"]["ofType"]["name"]);
                let fields = person.ask(&format!("{{ __type(name: {ty}) {{ fields {{ name args {{ name }} }} }} }}"));
                for field in fields.list("/__type/fields").iter().filter(|field| field["args"].to_string().contains("after")) {
                    let (schema, name) = (schema.as_str().expect("a name"), field["name"].as_str().expect("a name"));
                    let list = format!("{{ {schema} {{ {name}(first: 3) {{ totalCount nodes {{ __typename nodeId }} pageInfo {{ endCursor }} }} }} }}");
                    person.ask(&list).data();
                }
            }
        }
    }
}

#[test]
fn nobody_is_told_to_sign_in() {
    let reply = app().anonymous("{ hs { customers { nodes { id } } } }", json!({}));
    assert_eq!(reply.code(), "UNAUTHENTICATED");
    let reply = app().anonymous("query ($f: HsCustomerFilter) { hs { customers(filter: $f) { nodes { id } } } }", json!({}));
    assert_eq!(reply.code(), "UNAUTHENTICATED");
    assert_eq!(app().anonymous("{ nope }", json!({})).code(), "DOCUMENT_INVALID");
    let reply = app().anonymous("{ __typename }", json!({}));
    assert_eq!(reply.text("/__typename"), "Query");
}

/// Where operators switch it off, the schema is answered in no form, and the data as before.
#[test]
fn introspection_can_be_switched_off() {
    let app = tests::App::with(tests::Database::new(), &[("THORBIS_INTROSPECTION", "0")]);
    let business = app.business("hs");
    for document in [
        "{ __schema { queryType { name } } }",
        "{ __type(name: \"HsCustomer\") { name } }",
        "{ viewer { role } ...F } fragment F on Query { s: __schema { types { name } } }",
        "{ ... { __type(name: \"Query\") { name } } hs { customers { totalCount } } }",
        STANDARD,
    ] {
        let refused = business.owner.ask(document);
        assert_eq!(refused.code(), "FORBIDDEN", "{document}: {:#}", refused.json);
        assert!(refused.json.get("data").is_none(), "{document}");
        assert_eq!(app.anonymous(document, json!({})).code(), "FORBIDDEN", "{document}");
    }
    let typed = business.owner.ask("{ __typename hs { __typename customers { __typename totalCount } } }");
    assert_eq!(typed.at("/hs/customers/__typename"), "HsCustomerConnection");
}
