//! Scalars, shared filters and the small types every table uses.

use super::{Types, field, input};
use async_graphql::dynamic::{Enum, EnumItem, InputObject, Interface, InterfaceField, Object, Scalar};

/// Scalars beyond the specification's own, with what clients must know of each.
const SCALARS: [(&str, &str); 10] = [
    (
        "Decimal",
        "An exact decimal number, a string in JSON: \"12.50\". Money is in the business's currency, in whole units and cents as decimals.",
    ),
    ("DateTime", "A moment, RFC 3339, answered in UTC: \"2025-01-31T08:00:00Z\"."),
    ("Date", "A calendar date: \"2025-01-31\"."),
    ("Time", "A local time of day without a zone: \"08:30:00\"."),
    ("Duration", "An ISO 8601 duration: \"PT1H30M\"."),
    ("JSON", "Any JSON value."),
    ("BigInt", "A whole number of 64 bits, a string in JSON."),
    ("IPAddress", "An IPv4 or IPv6 address or network."),
    ("Bytes", "Binary data in base64."),
    ("Cursor", "An opaque place in a list; pass it back as after or before."),
];

/// Scalars that compare and order.
const ORDERED: [&str; 9] = ["String", "Int", "BigInt", "Decimal", "Float", "Date", "Time", "DateTime", "Duration"];
const PLAIN: [&str; 2] = ["ID", "IPAddress"];
const LISTS: [&str; 3] = ["String", "ID", "Int"];

pub fn declare(types: &mut Types<'_>) {
    for (name, description) in SCALARS {
        types.add(Scalar::new(name).description(description));
    }
    for scalar in ORDERED {
        types.add(ordered_filter(scalar));
    }
    for scalar in PLAIN {
        types.add(equality(InputObject::new(format!("{scalar}Filter")), scalar));
    }
    for scalar in LISTS {
        types.add(list_filter(scalar));
    }
    types.add(
        InputObject::new("BooleanFilter")
            .field(input("eq", "Boolean", ""))
            .field(input("ne", "Boolean", "Different, or null."))
            .field(input("isNull", "Boolean", "")),
    );
    types.add(InputObject::new("BytesFilter").field(input("isNull", "Boolean", "")));
    declare_json_filters(types);
    declare_geography(types);
    declare_shared(types);
}

fn equality(filter: InputObject, scalar: &str) -> InputObject {
    let list = format!("[{scalar}!]");
    filter
        .field(input("eq", scalar, "Equal. For null use isNull."))
        .field(input("ne", scalar, "Different, or null."))
        .field(input("in", &list, "One of these; none of them when the list is empty."))
        .field(input("notIn", &list, "None of these, or null."))
        .field(input("isNull", "Boolean", ""))
}

fn ordered_filter(scalar: &str) -> InputObject {
    let mut filter = equality(InputObject::new(format!("{scalar}Filter")), scalar);
    for name in ["gt", "gte", "lt", "lte"] {
        filter = filter.field(input(name, scalar, ""));
    }
    if scalar == "String" {
        for name in ["contains", "startsWith", "endsWith"] {
            filter = filter.field(input(name, "String", "Case matters; no wildcards."));
        }
        for name in ["eqInsensitive", "containsInsensitive", "startsWithInsensitive", "endsWithInsensitive"] {
            filter = filter.field(input(name, "String", "Whatever the case; no wildcards."));
        }
    }
    filter
}

fn list_filter(scalar: &str) -> InputObject {
    let list = format!("[{scalar}!]");
    InputObject::new(format!("{scalar}ListFilter"))
        .field(input("has", scalar, "Holds this value."))
        .field(input("containsAll", &list, "Holds all of these."))
        .field(input("containsAny", &list, "Holds at least one of these."))
        .field(input("isEmpty", "Boolean", "Has no values; null counts as empty."))
        .field(input("isNull", "Boolean", ""))
}

fn declare_json_filters(types: &mut Types<'_>) {
    types.add(
        InputObject::new("JSONFilter")
            .field(input("contains", "JSON", "Holds this document: every member of it, at any further ones."))
            .field(input("hasKey", "String", "Has this key at the top."))
            .field(input("path", "JSONPathFilter", "The value at a path."))
            .field(input("isNull", "Boolean", "")),
    );
    let mut path = InputObject::new("JSONPathFilter").field(input("keys", "[String!]!", "Keys from the top; a number is an index into a list."));
    for (name, description) in [
        ("eq", "Equal as JSON."),
        ("ne", "Different as JSON, or missing."),
        ("gt", "Greater: numbers as numbers, text as text."),
        ("gte", ""),
        ("lt", ""),
        ("lte", ""),
    ] {
        path = path.field(input(name, "JSON", description));
    }
    path = path
        .field(input("contains", "String", "The text at the path contains this; case matters."))
        .field(input("exists", "Boolean", "There is a value at the path, null included."));
    types.add(path);
}

fn declare_geography(types: &mut Types<'_>) {
    let degrees = [("latitude", "Degrees north, -90 to 90."), ("longitude", "Degrees east, -180 to 180.")];
    let mut point = Object::new("GeoPoint").description("A place on Earth, WGS 84.");
    let mut point_input = InputObject::new("GeoPointInput").description("A place on Earth, WGS 84.");
    let mut within = InputObject::new("GeoWithin").description("A circle on the ground.");
    for (name, description) in degrees {
        point = point.field(field(name, "Float!", description));
        point_input = point_input.field(input(name, "Float!", description));
        within = within.field(input(name, "Float!", description));
    }
    types.add(point);
    types.add(point_input);
    types.add(within.field(input("meters", "Float!", "The radius, in meters.")));
    types.add(
        InputObject::new("GeoPointFilter")
            .field(input("within", "GeoWithin", "At most so far away."))
            .field(input("isNull", "Boolean", "")),
    );
    types.add(InputObject::new("GeoPointOrder").field(input("nearest", "GeoPointInput!", "Nearest to this place first; unknown places last.")));
}

fn declare_shared(types: &mut Types<'_>) {
    types.add(
        Object::new("PageInfo")
            .field(field("hasNextPage", "Boolean!", ""))
            .field(field("hasPreviousPage", "Boolean!", ""))
            .field(field("startCursor", "Cursor", ""))
            .field(field("endCursor", "Cursor", "")),
    );
    types.add(
        Interface::new("Node")
            .description("Anything with a global id.")
            .field(InterfaceField::new("nodeId", super::type_ref("ID!"))),
    );
    types.add(
        Enum::new("OrderDirection")
            .item(EnumItem::new("ASC").description("Nulls last."))
            .item(EnumItem::new("DESC").description("Nulls first."))
            .items(["ASC_NULLS_FIRST", "ASC_NULLS_LAST", "DESC_NULLS_FIRST", "DESC_NULLS_LAST"]),
    );
    types.add(
        Enum::new("DateBucket")
            .description("The span that dates are cut to, in the business's time zone.")
            .items(["HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"]),
    );
    types.add(Enum::new("Aggregate").items(["COUNT", "SUM", "AVG", "MIN", "MAX"]));
}
