//! SQL text as it grows: every value is a numbered bind, every identifier comes from the catalog.

use crate::session::Bind;
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
        sql.push('$');
        sql.push_str(&self.values.len().to_string());
        sql.push_str("::");
        sql.push_str(cast);
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
        sql.push_str(&format!("${number}::uuid"));
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

    /// Values so far.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    pub fn finish(self, sql: String) -> Statement {
        Statement { sql, binds: self.values }
    }
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
            format!(" WHERE {}", self.text)
        }
    }
}
