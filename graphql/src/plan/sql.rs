//! SQL text as it grows: every value is a numbered bind, every identifier comes from the catalog.

use crate::session::Bind;
use std::borrow::Cow;
use uuid::Uuid;

/// The values of one statement. Fragments of its text may be written in any order: a bind keeps its number.
#[derive(Debug, Clone, Default)]
pub struct Binds {
    values: Vec<Bind>,
    business: Option<usize>,
    aliases: usize,
}

/// A finished statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub sql: String,
    pub binds: Vec<Bind>,
}

impl Statement {
    /// To be sent as it is.
    pub fn ready(&self) -> Ready<'_> {
        Ready {
            sql: &self.sql,
            binds: Cow::Borrowed(&self.binds),
        }
    }

    /// With the ids of these parents in the place that was kept for them.
    pub fn for_parents(&self, parents: &[Uuid]) -> Ready<'_> {
        let mut binds = self.binds.clone();
        if let Some(first) = binds.first_mut() {
            *first = Bind::ids(parents);
        }
        Ready {
            sql: &self.sql,
            binds: Cow::Owned(binds),
        }
    }
}

/// A statement whose values are all known. The text is the plan's: it may be long.
#[derive(Debug, Clone)]
pub struct Ready<'p> {
    pub sql: &'p str,
    pub binds: Cow<'p, [Bind]>,
}

impl Binds {
    pub fn new() -> Binds {
        Binds::default()
    }

    /// `$1` is kept for the ids of the parents, which are known when the statement runs.
    pub fn for_parents() -> Binds {
        Binds {
            values: vec![Bind::null()],
            ..Binds::default()
        }
    }

    /// Writes `$n::cast`.
    pub fn add(&mut self, sql: &mut String, bind: Bind, cast: &str) {
        self.values.push(bind);
        write_number(sql, self.values.len());
        sql.extend(["::", cast]);
    }

    /// Writes the current business's bind; a statement has one.
    pub fn business(&mut self, sql: &mut String, business_id: Uuid) {
        let number = match self.business {
            Some(number) => number,
            None => {
                self.values.push(Bind::uuid(business_id));
                self.business = Some(self.values.len());
                self.values.len()
            }
        };
        write_number(sql, number);
        sql.push_str("::uuid");
    }

    /// A table alias that no other part of the statement uses.
    pub fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("t{}", self.aliases)
    }

    /// Aliases handed out so far.
    pub fn aliases(&self) -> usize {
        self.aliases
    }

    /// As they were when there were so many values.
    pub fn first(&self, count: usize) -> Binds {
        Binds {
            values: self.values[..count].to_vec(),
            ..Binds::default()
        }
    }

    /// Values so far.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    pub fn finish(self, sql: String) -> Statement {
        Statement { sql, binds: self.values }
    }
}

fn write_number(sql: &mut String, number: usize) {
    sql.extend(["$", itoa::Buffer::new().format(number)]);
}

/// Conditions joined by AND; an empty list is true.
#[derive(Debug, Default)]
pub struct Conditions {
    pub text: String,
}

impl Conditions {
    pub fn add(&mut self, condition: &str) {
        if !self.text.is_empty() {
            self.text.push_str(" AND ");
        }
        self.text.push_str(condition);
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// ` WHERE …`, or nothing.
    pub fn clause(&self) -> String {
        if self.text.is_empty() {
            String::new()
        } else {
            [" WHERE ", &self.text].concat()
        }
    }
}
