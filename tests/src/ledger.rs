//! Writes that are all there or not at all, and what their clients were told of them.

use crate::{Database, Response};
use serde_json::json;
use std::sync::Mutex;
use uuid::Uuid;

/// What became of a write, as its client knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Done,
    /// Nothing happened: the client may try again.
    Failed,
    Unknown,
}

impl Told {
    /// What an answer tells; any other than these is of no use to a client.
    pub fn by(answer: &Response) -> Told {
        match answer.code().as_str() {
            "" => Told::Done,
            "TRY_AGAIN" | "OVERLOADED" => Told::Failed,
            "OUTCOME_UNKNOWN" => Told::Unknown,
            _ => panic!("no answer that a client can use: {}", answer.body),
        }
    }
}

/// A list of writes, each a customer with a job.
#[derive(Default)]
pub struct Ledger(Mutex<Vec<(Uuid, Told)>>);

impl Ledger {
    /// The request that creates a customer with a job, in one operation.
    pub fn request(id: Uuid) -> String {
        let input = format!("id: \"{id}\", lastName: \"Ada\", workOrders: {{ create: [{{ title: \"Furnace\" }}] }}");
        json!({ "query": format!("mutation {{ hs {{ customerCreate(input: {{ {input} }}) {{ id }} }} }}") }).to_string()
    }

    /// What is there of such a write: both, or neither.
    pub fn is_there(database: &Database, id: Uuid) -> bool {
        let sql = "SELECT (SELECT count(*) FROM hs.customers WHERE id = $1), (SELECT count(*) FROM hs.work_orders WHERE customer_id = $1)";
        let rows = database.rows(sql, &[&id]);
        let found: (i64, i64) = (rows[0].get(0), rows[0].get(1));
        assert!(found == (0, 0) || found == (1, 1), "{id} is half done: {found:?}");
        found == (1, 1)
    }

    pub fn note(&self, id: Uuid, told: Told) {
        self.0.lock().expect("not poisoned").push((id, told));
    }

    pub fn count(&self, wanted: Told) -> usize {
        self.0.lock().expect("not poisoned").iter().filter(|(_, told)| *told == wanted).count()
    }

    /// What was acknowledged is there, what was called a failure is not, and nothing is half done.
    pub fn check(&self, database: &Database) {
        for (id, told) in self.0.lock().expect("not poisoned").iter() {
            let there = Ledger::is_there(database, *id);
            match told {
                Told::Done => assert!(there, "{id} was acknowledged and is lost"),
                Told::Failed => assert!(!there, "{id} was called a failure and is there"),
                Told::Unknown => {}
            }
        }
    }
}
