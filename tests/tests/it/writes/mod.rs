//! Mutations over the real database: what they change, what they refuse, and what they leave behind.

mod bad_input;
mod bulk;
mod concurrency;
mod fields;
mod log_cost;
mod logs;
mod money;
mod nested;
mod numbers;
mod operations;
mod refusals;
mod roles;
mod scalars;
mod single;
mod timing;
mod upsert;

use tests::{Person, Reply};

/// A mutation of one schema's namespace.
fn mutate(person: &Person<'_>, schema: &str, fields: &str) -> Reply {
    person.ask(&format!("mutation {{ {schema} {{ {fields} }} }}"))
}

fn hs(person: &Person<'_>, fields: &str) -> Reply {
    mutate(person, "hs", fields)
}

/// A new customer; gives its id.
fn customer(person: &Person<'_>, name: &str) -> String {
    let reply = hs(person, &format!("customerCreate(input: {{ lastName: \"{name}\" }}) {{ id }}"));
    reply.text("/hs/customerCreate/id").to_owned()
}

/// A new work order, in a state that is reached from the beginning; gives its id.
fn work_order(person: &Person<'_>, members: &str) -> String {
    let reply = hs(person, &format!("workOrderCreate(input: {{ title: \"Furnace\" {members} }}) {{ id }}"));
    reply.text("/hs/workOrderCreate/id").to_owned()
}
