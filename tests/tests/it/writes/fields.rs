//! One field of every type that clients write, and every position a value can be written in.

use serde_json::{Value, json};
use tests::{Business, Reply};

/// A field, with what else a record of its type needs.
pub struct Field {
    pub schema: &'static str,
    /// `workOrder`, and `HsWorkOrder`.
    pub one: &'static str,
    pub many: &'static str,
    pub type_name: &'static str,
    pub name: &'static str,
    /// The GraphQL type of a variable for it.
    pub ty: &'static str,
    pub required: fn() -> Value,
    /// How it is selected.
    pub selection: &'static str,
}

const fn of_work_order(name: &'static str, ty: &'static str, selection: &'static str) -> Field {
    Field {
        schema: "hs",
        one: "workOrder",
        many: "workOrders",
        type_name: "HsWorkOrder",
        name,
        ty,
        required: || json!({ "title": "Furnace" }),
        selection,
    }
}

const fn of_estimate(name: &'static str, ty: &'static str) -> Field {
    Field {
        schema: "hs",
        one: "estimate",
        many: "estimates",
        type_name: "HsEstimate",
        name,
        ty,
        required: || json!({ "title": "Roof" }),
        selection: name,
    }
}

const fn of_menu_item(name: &'static str, ty: &'static str) -> Field {
    Field {
        schema: "rest",
        one: "menuItem",
        many: "menuItems",
        type_name: "RestMenuItem",
        name,
        ty,
        required: || json!({ "name": "Ramen", "basePrice": "1" }),
        selection: name,
    }
}

pub const TEXT: Field = of_work_order("description", "String", "description");
pub const INTEGER: Field = of_menu_item("sortOrder", "Int");
pub const MONEY: Field = of_estimate("materialCost", "Decimal");
pub const RATE: Field = of_estimate("taxRate", "Decimal");
pub const BOOLEAN: Field = of_menu_item("isActive", "Boolean");
pub const DATE: Field = of_estimate("validUntil", "Date");
pub const MOMENT: Field = of_work_order("scheduledStart", "DateTime", "scheduledStart");
pub const TIME: Field = of_menu_item("availableStartTime", "Time");
pub const SPAN: Field = of_work_order("estimatedDuration", "Duration", "estimatedDuration");
pub const JSON: Field = of_menu_item("modifiers", "JSON");
pub const TEXTS: Field = of_menu_item("dietaryRestrictions", "[String!]");
pub const INTEGERS: Field = of_menu_item("availableDays", "[Int!]");
pub const PEOPLE: Field = of_work_order("assignedTeamIds", "[ID!]", "assignedTeamIds");
pub const PLACE: Field = of_work_order("serviceLocation", "GeoPointInput", "serviceLocation { latitude longitude }");
pub const CHOICE: Field = of_work_order("priority", "HsWorkOrderPriority", "priority");
pub const REFERENCE: Field = of_work_order("customerId", "ID", "customerId");

/// Where a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    Literal,
    Variable,
    WholeInput,
    Bulk,
    Patch,
    PatchMany,
    Upsert,
}

pub const POSITIONS: [Position; 7] = [
    Position::Literal,
    Position::Variable,
    Position::WholeInput,
    Position::Bulk,
    Position::Patch,
    Position::PatchMany,
    Position::Upsert,
];

impl Position {
    /// The path of the field in the arguments.
    pub fn path(self, field: &Field) -> String {
        let argument = match self {
            Position::Bulk => "inputs[0]",
            Position::Patch | Position::PatchMany => "patch",
            _ => "input",
        };
        format!("{argument}.{}", field.name)
    }
}

impl Field {
    fn input(&self, value: Option<&Value>) -> Value {
        let mut input = (self.required)();
        if let Some(value) = value {
            input[self.name] = value.clone();
        }
        input
    }

    /// Writes the value there; an update changes the record of this id.
    pub fn write(&self, business: &Business<'_>, position: Position, value: &Value, id: &str) -> Reply {
        let Field {
            schema,
            one,
            many,
            type_name,
            name,
            ty,
            selection,
            ..
        } = *self;
        let mut rest = self.input(None);
        rest.as_object_mut().expect("an input is an object").remove(name);
        let others = members(&rest);
        let patch = json!({ name: value });
        let (parameters, call, variables) = match position {
            Position::Literal => (
                String::new(),
                format!("{one}Create(input: {{ {others} {name}: {} }})", literal(value)),
                json!({}),
            ),
            Position::Variable => (
                format!("($v: {ty})"),
                format!("{one}Create(input: {{ {others} {name}: $v }})"),
                json!({ "v": value }),
            ),
            Position::WholeInput => (
                format!("($in: {type_name}CreateInput!)"),
                format!("{one}Create(input: $in)"),
                json!({ "in": self.input(Some(value)) }),
            ),
            Position::Bulk => (
                format!("($in: [{type_name}CreateInput!]!)"),
                format!("{many}Create(inputs: $in)"),
                json!({ "in": [self.input(Some(value))] }),
            ),
            Position::Patch => (
                format!("($in: {type_name}Patch!)"),
                format!("{one}Update(id: \"{id}\", patch: $in)"),
                json!({ "in": patch }),
            ),
            Position::PatchMany => (
                format!("($in: {type_name}Patch!)"),
                format!("{many}Update(filter: {{ id: {{ eq: \"{id}\" }} }}, patch: $in)"),
                json!({ "in": patch }),
            ),
            Position::Upsert => {
                let mut input = self.input(Some(value));
                input["id"] = json!(id);
                (
                    format!("($in: {type_name}CreateInput!)"),
                    format!("{one}Upsert(input: $in, onConflict: ID)"),
                    json!({ "in": input }),
                )
            }
        };
        business.staff.ask_with(
            &format!("mutation{parameters} {{ {schema} {{ result: {call} {{ {selection} }} }} }}"),
            variables,
        )
    }

    /// A record to change.
    pub fn record(&self, business: &Business<'_>) -> String {
        let Field { schema, one, type_name, .. } = *self;
        let reply = business.staff.ask_with(
            &format!("mutation($in: {type_name}CreateInput!) {{ {schema} {{ {one}Create(input: $in) {{ id }} }} }}"),
            json!({ "in": self.input(None) }),
        );
        reply.text(&format!("/{schema}/{one}Create/id")).to_owned()
    }

    /// The field's value in an answer to `write`.
    pub fn read<'r>(&self, reply: &'r Reply) -> &'r Value {
        let result = reply.at(&format!("/{}/result", self.schema));
        let row = result.as_array().map_or(result, |rows| &rows[0]);
        &row[self.name]
    }
}

fn members(object: &Value) -> String {
    let members = object.as_object().expect("members are an object");
    members
        .iter()
        .map(|(name, value)| format!("{name}: {}", literal(value)))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A value in GraphQL's notation.
pub fn literal(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(_) => format!("{{ {} }}", members(value)),
        // Names of enums are not quoted.
        Value::String(text) if ["LOW", "EMERGENCY", "SOON"].contains(&text.as_str()) => text.clone(),
        // GraphQL has no escape for characters that JSON writes as \uXXXX pairs; they may stand as they are.
        other => other.to_string(),
    }
}
