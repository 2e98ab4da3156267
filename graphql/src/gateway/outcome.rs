//! What becomes of an operation, on its way to the answer.

use crate::caller::{Answer, Outcome};
use crate::error::{Code, Error};
use crate::json::write_name;
use crate::plan::cost::Cost;
use crate::plan::sql::Statement;
use serde_json::Value;
use uuid::Uuid;

/// Of a request that has not come far enough to tell anything.
pub(super) const UNTOLD: Told = Told {
    kind: "unknown",
    cost: None,
    repeats: 0,
};

/// What is told of an operation beside its data and errors.
pub(super) struct Told {
    pub kind: &'static str,
    /// None before anything was planned.
    pub cost: Option<Cost>,
    /// How often PostgreSQL undid it and it was run again.
    pub repeats: usize,
}

impl Told {
    /// The answer's `extensions`.
    pub fn write_extensions(&self, out: &mut Vec<u8>, request_id: Uuid, replayed: bool) {
        out.push(b'{');
        if let Some(Cost { requested, limit }) = self.cost {
            out.extend_from_slice(b"\"cost\":{\"requested\":");
            out.extend_from_slice(itoa::Buffer::new().format(requested).as_bytes());
            out.extend_from_slice(b",\"limit\":");
            out.extend_from_slice(itoa::Buffer::new().format(limit).as_bytes());
            out.extend_from_slice(b"},");
        }
        if replayed {
            out.extend_from_slice(b"\"replayed\":true,");
        }
        out.extend_from_slice(b"\"requestId\":");
        write_name(out, request_id.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()));
        out.push(b'}');
    }

    /// The same as a value.
    fn extensions(&self, request_id: Uuid) -> Value {
        let mut text = Vec::new();
        self.write_extensions(&mut text, request_id, false);
        serde_json::from_slice(&text).unwrap_or(Value::Null)
    }
}

/// What failed, and whether it failed before anything ran.
pub(super) struct Failure {
    pub errors: Vec<Error>,
    pub outcome: Outcome,
    /// Nothing came of it, or its idempotency key tells: the operation can be run again.
    pub repeatable: bool,
    /// Its transaction is in the middle of something that is not waited for: it is thrown away.
    pub cut_off: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let outcome = match error.code {
            Code::Unauthenticated => Outcome::Unauthenticated,
            Code::Overloaded => Outcome::Overloaded,
            _ => Outcome::Executed,
        };
        Failure {
            repeatable: error.undone,
            errors: vec![error],
            outcome,
            cut_off: false,
        }
    }
}

impl Failure {
    pub fn is_unknown(&self) -> bool {
        self.errors.iter().any(|error| error.code == Code::OutcomeUnknown)
    }

    /// Another moment might do, but not at once.
    pub fn is_about_time(&self) -> bool {
        let codes = [Code::Overloaded, Code::Timeout, Code::TryAgain];
        self.errors.iter().any(|error| codes.contains(&error.code))
    }

    pub fn placed(self, place: impl Fn(Error) -> Error) -> Failure {
        Failure {
            errors: self.errors.into_iter().map(place).collect(),
            ..self
        }
    }
}

/// A refusal before execution: the request was wrong, not the data.
pub(super) fn invalid(error: Error) -> Failure {
    let outcome = match error.code {
        Code::Unauthenticated => Outcome::Unauthenticated,
        Code::Internal | Code::Overloaded => return Failure::from(error),
        _ => Outcome::Invalid,
    };
    refused(vec![error], outcome)
}

/// A refusal that stays one.
pub(super) fn refused(errors: Vec<Error>, outcome: Outcome) -> Failure {
    Failure {
        errors,
        outcome,
        repeatable: false,
        cut_off: false,
    }
}

pub(super) struct Done {
    /// `{"data":…`: the answer but for its extensions.
    pub body: Vec<u8>,
    pub replayed: bool,
    pub statements: usize,
    pub sql: Vec<String>,
}

/// What a transaction gave that is not committed yet.
pub(super) struct Ran {
    /// `{"data":…`: the answer but for its extensions.
    pub body: Vec<u8>,
    /// Travels with the commit.
    pub last: Option<Statement>,
    pub replayed: bool,
    /// Nobody may run it again, whatever becomes of the commit.
    pub final_run: bool,
}

impl Ran {
    pub fn read(body: Vec<u8>) -> Ran {
        Ran {
            body,
            last: None,
            replayed: false,
            final_run: false,
        }
    }
}

pub(super) fn answer_failure(failure: Failure, request_id: Uuid, told: &Told) -> Answer {
    let id = request_id.to_string();
    let errors: Vec<Value> = failure.errors.iter().map(|error| error.to_json(&id)).collect();
    let mut body = serde_json::Map::new();
    // A request that was refused before it ran has no data, not even null.
    if failure.outcome == Outcome::Executed {
        body.insert("data".into(), Value::Null);
    }
    body.insert("errors".into(), Value::Array(errors));
    body.insert("extensions".into(), told.extensions(request_id));
    Answer {
        body: Value::Object(body).to_string().into_bytes(),
        outcome: failure.outcome,
        codes: failure.errors.iter().map(|error| error.code.as_str()).collect(),
        statements: 0,
        sql: Vec::new(),
        operation_kind: told.kind,
        repeats: told.repeats,
        replayed: false,
    }
}
