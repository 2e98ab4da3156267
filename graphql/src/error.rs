//! One error type, stable codes. A message speaks to the API's caller: it says what to do and never
//! carries SQL, a constraint's or a table's name. Causes are logged where they are mapped.

use serde_json::{Map, Value};

/// Stable codes; the catalogue of `extensions.code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The document does not parse, does not validate, or is over a limit.
    DocumentInvalid,
    DocumentTooLarge,
    CostExceeded,
    InputInvalid,
    Unauthenticated,
    Forbidden,
    NotFound,
    AlreadyExists,
    StillReferenced,
    VersionConflict,
    StateConflict,
    RangeTooLarge,
    TooManyAttempts,
    ActionRequired,
    Timeout,
    TryAgain,
    /// A commit's answer was lost: it may or may not have happened.
    OutcomeUnknown,
    /// The idempotency key came with another request before.
    IdempotencyKeyReused,
    /// There is nobody whose key it could be.
    IdempotencyKeyUnsupported,
    /// A repeat of what was done, whose answer held a secret.
    SecretAlreadyShown,
    /// A repeat of what was done, whose answer was too large to keep.
    AnswerNotKept,
    Overloaded,
    Internal,
    /// A code of one domain action, such as `SIGNATURE_REQUIRED`.
    Domain(&'static str),
}

impl Code {
    pub fn as_str(self) -> &'static str {
        match self {
            Code::DocumentInvalid => "DOCUMENT_INVALID",
            Code::DocumentTooLarge => "DOCUMENT_TOO_LARGE",
            Code::CostExceeded => "COST_EXCEEDED",
            Code::InputInvalid => "INPUT_INVALID",
            Code::Unauthenticated => "UNAUTHENTICATED",
            Code::Forbidden => "FORBIDDEN",
            Code::NotFound => "NOT_FOUND",
            Code::AlreadyExists => "ALREADY_EXISTS",
            Code::StillReferenced => "STILL_REFERENCED",
            Code::VersionConflict => "VERSION_CONFLICT",
            Code::StateConflict => "STATE_CONFLICT",
            Code::RangeTooLarge => "RANGE_TOO_LARGE",
            Code::TooManyAttempts => "TOO_MANY_ATTEMPTS",
            Code::ActionRequired => "ACTION_REQUIRED",
            Code::Timeout => "TIMEOUT",
            Code::TryAgain => "TRY_AGAIN",
            Code::OutcomeUnknown => "OUTCOME_UNKNOWN",
            Code::IdempotencyKeyReused => "IDEMPOTENCY_KEY_REUSED",
            Code::IdempotencyKeyUnsupported => "IDEMPOTENCY_KEY_UNSUPPORTED",
            Code::SecretAlreadyShown => "SECRET_ALREADY_SHOWN",
            Code::AnswerNotKept => "ANSWER_NOT_KEPT",
            Code::Overloaded => "OVERLOADED",
            Code::Internal => "INTERNAL",
            Code::Domain(code) => code,
        }
    }
}

/// What went wrong with one input value.
#[derive(Debug, Clone)]
pub struct FieldProblem {
    /// The path inside the arguments: `input.email`.
    pub path: String,
    pub code: &'static str,
    pub message: String,
}

#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct Error {
    pub code: Code,
    pub message: String,
    /// Response path of the root field the error belongs to, outermost first.
    pub path: Vec<String>,
    /// Line and column in the document, both from 1.
    pub locations: Vec<(usize, usize)>,
    pub fields: Vec<FieldProblem>,
    /// More members of `extensions`.
    pub extensions: Map<String, Value>,
    /// PostgreSQL undid the transaction because of others that ran beside it: the same again may well work.
    pub undone: bool,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Error {
            code,
            message: message.into(),
            path: Vec::new(),
            locations: Vec::new(),
            fields: Vec::new(),
            extensions: Map::new(),
            undone: false,
        }
    }

    /// One bad input value; `path` is the place inside the arguments.
    pub fn input(path: impl Into<String>, message: impl Into<String>) -> Self {
        let message = message.into();
        let path = path.into();
        let mut error = Error::new(Code::InputInvalid, format!("{path}: {message}"));
        error.fields.push(FieldProblem {
            path,
            code: "INVALID",
            message,
        });
        error
    }

    /// An input value that must be there and is not.
    pub fn required(path: impl Into<String>) -> Self {
        let mut error = Error::input(path, "is required.");
        error.fields.iter_mut().for_each(|field| field.code = "REQUIRED");
        error
    }

    /// Puts fields that the database refused under the argument that carried them: `email` becomes
    /// `input.email`. Fields of other records than the argument's stay as they are.
    pub fn under(mut self, argument: &str, is_field: impl Fn(&str) -> bool) -> Self {
        if !argument.is_empty() {
            for field in self.fields.iter_mut().filter(|field| is_field(&field.path)) {
                field.path = format!("{argument}.{}", field.path);
            }
        }
        self
    }

    pub fn not_found() -> Self {
        Error::new(Code::NotFound, "No such record. Check the id; it may have been deleted.")
    }

    pub fn timeout() -> Self {
        Error::new(Code::Timeout, "The operation took too long. Ask for less: smaller pages, a narrower filter.")
    }

    pub fn internal() -> Self {
        Error::new(Code::Internal, "Something failed on our side. Try again; quote the request id if it persists.")
    }

    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.extensions.insert(key.to_owned(), value.into());
        self
    }

    /// The `errors[]` entry of the response.
    pub fn to_json(&self, request_id: &str) -> Value {
        let mut extensions = self.extensions.clone();
        extensions.insert("code".into(), self.code.as_str().into());
        extensions.insert("requestId".into(), request_id.into());
        if !self.fields.is_empty() {
            let fields = self
                .fields
                .iter()
                .map(|f| serde_json::json!({"path": f.path, "code": f.code, "message": f.message}))
                .collect::<Vec<_>>();
            extensions.insert("fields".into(), Value::Array(fields));
        }
        let mut entry = Map::new();
        entry.insert("message".into(), self.message.clone().into());
        if !self.locations.is_empty() {
            let locations = self
                .locations
                .iter()
                .map(|(line, column)| serde_json::json!({"line": line, "column": column}))
                .collect::<Vec<_>>();
            entry.insert("locations".into(), Value::Array(locations));
        }
        if !self.path.is_empty() {
            entry.insert("path".into(), self.path.clone().into());
        }
        entry.insert("extensions".into(), Value::Object(extensions));
        Value::Object(entry)
    }
}
