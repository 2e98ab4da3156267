//! Shapes made to hurt, in sizes from harmless to absurd.

use super::{Documents, Made};
use rand::Rng;
use serde_json::{Map, Value, json};

const NUMBERS: [&str; 14] = [
    "0",
    "-0",
    "2147483648",
    "-2147483649",
    "9007199254740993",
    "100000000000000000000",
    "1e400",
    "-1e400",
    "1e-400",
    "0.1e+131071",
    "00",
    "1.",
    ".5",
    "0x1F",
];
const TEXTS: [&str; 14] = [
    r"\u0000",
    r"\uD800",
    r"\uDFFF\uD800",
    r"\ud83d\ude00",
    r"\u{1F600}",
    "\u{202e}evil",
    "\u{feff}",
    "\u{0}",
    "e\u{301}\u{301}\u{301}",
    "\u{10ffff}",
    r"\x41",
    r"\",
    "a\rb",
    "' OR 1=1; --",
];

fn each(count: usize, text: &str) -> String {
    (0..count).map(|number| text.replace('#', &number.to_string())).collect()
}

impl Documents {
    pub fn hostile(&mut self) -> Made {
        match self.random.random_range(0..10) {
            0 => Made::plain("nesting", self.nesting()),
            1 => Made::plain("fragments", self.fragments()),
            2 => Made::plain("many fields", self.many_fields()),
            3 => Made::plain("directives", self.directives()),
            4 => self.many_variables(),
            5 => Made::plain("strings", self.strings()),
            6 => Made::plain("values", self.values()),
            7 => Made::plain("introspection", self.introspection()),
            8 => Made::plain("duplicates", self.duplicates()),
            _ => Made::plain("bytes", self.bytes()),
        }
    }

    fn nesting(&mut self) -> String {
        let (open, close) = *self.pick(&[
            ("{ hs ", "}"),
            ("{ a ", "}"),
            ("{ ... ", "}"),
            ("{ ... on Query ", "}"),
            ("{ a(b: ", ") }"),
            ("{ hs { customers(filter: { not: ", "}) } }"),
            ("[", "]"),
            ("(", ")"),
            ("{a:", "}"),
            ("{not: ", "}"),
            ("{and: [", "]}"),
        ]);
        let depth = self.size();
        let closed = if self.random.random_bool(0.7) { depth } else { self.size() };
        let inner = *self.pick(&["a", "{ __typename }", "1", "", "\"\"", "$v"]);
        let nested = format!("{}{inner}{}", open.repeat(depth), close.repeat(closed));
        match self.random.random_range(0..4) {
            0 => nested,
            1 => format!("{{ hs {{ customers(filter: {nested}) {{ totalCount }} }} }}"),
            2 => format!("query ($v: {}Int{} = {nested}) {{ __typename }}", "[".repeat(depth), "]".repeat(closed)),
            _ => format!("{{ hs {{ customers {nested} }} }}"),
        }
    }

    fn fragments(&mut self) -> String {
        let (levels, fan) = (self.size().min(400), self.random.random_range(1..12));
        let ty = *self.pick(&["Query", "HsQuery", "HsCustomer", "Node", "Nope"]);
        let start = *self.pick(&["{ ...f0 }", "{ hs { ...f0 } }", "{ __typename }", "{ ...f0 ...f0 ... { ...f0 } }"]);
        let mut text = start.to_owned();
        for level in 0..levels {
            let spread = *self.pick(&["...f#! ", "... { ...f#! } ", "hs { ...f#! } ", "a: __typename ...f#! "]);
            let next = if self.random.random_bool(0.02) { 0 } else { level + 1 };
            text.push_str(&format!(
                " fragment f{level} on {ty} {{ {}}}",
                spread.replace("#!", &next.to_string()).repeat(fan)
            ));
        }
        if self.random.random_bool(0.8) {
            text.push_str(&format!(" fragment f{levels} on {ty} {{ __typename }}"));
        }
        text
    }

    fn many_fields(&mut self) -> String {
        let count = self.size();
        let field = *self.pick(&[
            "a#: __typename ",
            "__typename ",
            "nope# ",
            "a#: hs { __typename } ",
            "a#: viewer { role } ",
            "a#: node(nodeId: \"x\") { __typename } ",
            "a: hs { a#: __typename } ",
        ]);
        let within = *self.pick(&[
            "a#: customers { totalCount } ",
            "a#: customers(first: 1000) { nodes { id } } ",
            "customers { nodes { id } } ",
            "a#: customer(id: \"00000000-0000-0000-0000-000000000001\") { id } ",
        ]);
        match self.random.random_range(0..3) {
            0 => format!("{{ {} }}", each(count, field)),
            1 => format!("{{ hs {{ {} }} }}", each(count, within)),
            _ => format!("mutation {{ {} }}", each(count, "a#: hs { customerDelete(id: \"x\") { id } } ")),
        }
    }

    fn directives(&mut self) -> String {
        let directive = *self.pick(&[
            "@skip(if: false) ",
            "@include(if: $v) ",
            "@nope ",
            "@deprecated(reason: \"x\") ",
            "@skip ",
            "@skip(if: 1, if: 2) ",
        ]);
        let many = directive.repeat(self.size());
        match self.random.random_range(0..7) {
            0 => format!("{{ __typename {many} }}"),
            1 => format!("{{ ...f {many} }} fragment f on Query {{ __typename }}"),
            2 => format!("{{ ... {many} {{ __typename }} }}"),
            3 => format!("{{ ...f }} fragment f on Query {many} {{ __typename }}"),
            4 => format!("query {many} {{ __typename }}"),
            5 => format!("query ($v: Boolean {many}) {{ __typename @skip(if: $v) }}"),
            _ => format!("{{ __typename }} fragment unused on Query {{ a {many} }}"),
        }
    }

    fn many_variables(&mut self) -> Made {
        let count = self.size();
        let ty = *self.pick(&["Int", "Int!", "[Int!]!", "HsCustomerFilter", "Nope", "HsCustomer", "[[[[String]]]]"]);
        let default = *self.pick(&["", " = 1", " = null", " = [[1]]", " = $v0"]);
        let used = *self.pick(&["", "$v#, "]);
        let text = format!(
            "query ({}) {{ hs {{ customers(filter: {{ lastName: {{ in: [{}] }} }}) {{ totalCount }} }} }}",
            each(count, &format!("$v#: {ty}{default} ")),
            each(count.min(3_000), used)
        );
        let given = self.size();
        let value = match self.random.random_range(0..5) {
            0 => json!("x".repeat(given * 10)),
            1 => (0..given.min(100)).fold(json!(1), |inner, _| json!([inner])),
            2 => (0..given.min(100)).fold(json!({}), |inner, _| json!({ "not": inner })),
            3 => json!(vec![1; given]),
            _ => json!(1e300),
        };
        let variables: Map<String, Value> = (0..given.min(3_000)).map(|number| (format!("v{number}"), json!(1))).collect();
        let mut made = Made {
            kind: "variables",
            text,
            variables,
        };
        made.variables.insert("v0".into(), value);
        made
    }

    fn strings(&mut self) -> String {
        let piece = self.pick(&TEXTS).repeat(self.size());
        let quoted = match self.random.random_range(0..6) {
            0 => format!("\"\"\"{piece}\"\"\""),
            1 => format!("\"\"\"{piece}\\\"\"\"\" \"\"\" {}", "[".repeat(self.size())),
            2 => format!("\"\"\" {piece} {}", "[".repeat(self.size())),
            3 => format!("\"{piece}"),
            4 => format!("\"\"\"\n{}\n\"\"\"", " \n".repeat(self.size())),
            _ => format!("\"{piece}\""),
        };
        match self.random.random_range(0..3) {
            0 => format!("{{ hs {{ customers(filter: {{ lastName: {{ eq: {quoted} }} }}) {{ totalCount }} }} }}"),
            1 => format!("{quoted} {{ __typename }}"),
            _ => format!("{{ node(nodeId: {quoted}) {{ __typename }} }}"),
        }
    }

    fn values(&mut self) -> String {
        let number = *self.pick(&NUMBERS);
        let long = "9".repeat(self.size());
        let value = match self.random.random_range(0..6) {
            0 => number.to_owned(),
            1 => long,
            2 => format!("-{long}.{long}e{number}"),
            3 => format!("[{}]", format!("{number} ").repeat(self.size())),
            4 => "X".repeat(self.size()),
            _ => format!("\"{number}\""),
        };
        let filter = *self.pick(&[
            "first: #",
            "offset: #",
            "filter: { totalRevenue: { gt: # } }",
            "filter: { createdAt: { gt: # } }",
            "filter: { lastName: { in: # } }",
            "filter: { status: { eq: # } }",
            "filter: { serviceLocation: { within: { latitude: #, longitude: #, meters: # } } }",
            "orderBy: #",
            "after: #",
            "filter: #",
        ]);
        format!("{{ hs {{ customers({}) {{ totalCount }} }} }}", filter.replace('#', &value))
    }

    fn introspection(&mut self) -> String {
        let depth = self.size().min(70);
        match self.random.random_range(0..5) {
            0 => format!(
                "{{ __schema {{ types {}{{ name }}{} }} }}",
                "{ fields { type ".repeat(depth),
                "} } ".repeat(depth)
            ),
            1 => format!(
                "{{ __type(name: \"Query\") {}{{ name }}{} }}",
                "{ ofType ".repeat(depth & !31),
                "} ".repeat(depth & !31)
            ),
            2 => format!("{{ {} }}", each(self.size().min(3), "a#: __schema { queryType { name } } ")),
            // A schema is built for each, so there are not many.
            3 => format!("{{ ...t }} fragment t on Query {{ __type(name: \"{}\") {{ name }} }}", "X".repeat(depth / 35)),
            _ => format!(
                "{{ __schema {{ ...s }} }} fragment s on __Schema {{ types {{ ...t }} }} fragment t on __Type {{ {} }}",
                "fields { type { ...t } } ".repeat(depth)
            ),
        }
    }

    fn duplicates(&mut self) -> String {
        let count = self.size();
        match self.random.random_range(0..7) {
            0 => each(count, "query a { __typename } "),
            1 => each(count, "{ __typename } "),
            2 => format!("{{ ...f }} {}", each(count, "fragment f on Query { __typename } ")),
            3 => format!("query ({}) {{ __typename }}", each(count, "$a: Int ")),
            4 => format!("{{ hs {{ customers({}) {{ totalCount }} }} }}", each(count, "first: 1 ")),
            5 => format!(
                "{{ hs {{ customers(filter: {{ {} }}) {{ totalCount }} }} }}",
                each(count, "lastName: { eq: \"x\" } ")
            ),
            _ => format!("{{ {} }}", each(count, "a: node(nodeId: \"#\") { __typename } ")),
        }
    }

    /// Comments, separators and what is no GraphQL at all.
    fn bytes(&mut self) -> String {
        let count = self.size();
        match self.random.random_range(0..7) {
            0 => format!("{}{{ __typename }}", "# \" { [ (\n".repeat(count)),
            1 => format!("# {}\r{{ __typename }}", "x".repeat(count)),
            2 => format!("{{ __typename {} }}", ",".repeat(count)),
            3 => format!("{}{{ __typename }}", "\u{feff}".repeat(count)),
            4 => (0..count).map(|_| char::from(self.random_byte())).collect(),
            5 => (0..count.min(3_000))
                .filter_map(|_| char::from_u32(self.random.random_range(0..0x11_0000)))
                .collect(),
            _ => self.pick(&["\u{0}", "...", "}", "$", "@", "!", "&|", "\\u0000"]).repeat(count),
        }
    }

    fn random_byte(&mut self) -> u8 {
        self.random.random_range(0..128)
    }
}
