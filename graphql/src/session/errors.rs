//! PostgreSQL's errors to ours. The cause goes to the log; the caller learns what to do, by the names
//! the API uses, never by the database's.

use crate::catalog::{self, naming};
use crate::error::{Code, Error, FieldProblem};
use entity::TableDef;
use tokio_postgres::error::{DbError, SqlState};

pub fn from_postgres(error: &tokio_postgres::Error) -> Error {
    match error.as_db_error() {
        Some(database) => from_database(database),
        None if is_lost(error) => {
            tracing::warn!(%error, "a connection to the database was lost");
            Error::new(Code::TryAgain, "The connection to the database was lost. Try again.")
        }
        None => {
            tracing::error!(%error, "unexpected error of the database driver");
            Error::internal()
        }
    }
}

/// A standby begins no transaction that writes.
pub fn from_begin(error: &tokio_postgres::Error) -> Error {
    if error.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED) {
        return takes_no_changes();
    }
    from_postgres(error)
}

/// A commit whose answer is lost may have happened: whoever repeats it blindly may do it twice.
pub fn from_commit(error: &tokio_postgres::Error) -> Error {
    let ended = error.code().is_some_and(|code| code.code().starts_with("57P") || code.code().starts_with("08"));
    if ended || is_lost(error) {
        tracing::error!(%error, "the answer to a commit was lost");
        let message = "The connection was lost while saving. Look whether it was saved before you try again, or repeat it with the idempotency key it had.";
        return Error::new(Code::OutcomeUnknown, message);
    }
    from_postgres(error)
}

fn is_lost(error: &tokio_postgres::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.is::<std::io::Error>() {
            return true;
        }
        cause = inner.source();
    }
    error.is_closed()
}

fn from_database(error: &DbError) -> Error {
    let code = error.code();
    tracing::debug!(
        code = code.code(),
        cause = error.message(),
        constraint = error.constraint(),
        "refused by the database"
    );
    match code.code() {
        "TB401" => return Error::new(Code::Unauthenticated, "Sign in again: the session, user or key is no longer valid."),
        "TB403" if error.message() == "no membership" => return Error::new(Code::Forbidden, "You are no active member of this business."),
        // A rule about who may do something, in a sentence for clients.
        "TB403" => return Error::new(Code::Forbidden, error.message()),
        "TB404" => return Error::not_found(),
        "TB409" => return transition(error),
        "TB422" => return rule(error),
        "TB429" => return Error::new(Code::TooManyAttempts, "Too many attempts. Wait some minutes and try again."),
        _ => {}
    }
    if *code == SqlState::UNIQUE_VIOLATION {
        return unique(error);
    }
    if *code == SqlState::FOREIGN_KEY_VIOLATION {
        return reference(error);
    }
    if *code == SqlState::NOT_NULL_VIOLATION {
        let field = error.column().map(|column| field_of(error, column)).unwrap_or_default();
        return refused(&[field], "REQUIRED", "is required.");
    }
    if *code == SqlState::CHECK_VIOLATION || *code == SqlState::EXCLUSION_VIOLATION {
        return check(error);
    }
    by_class(error, code)
}

fn by_class(error: &DbError, code: &SqlState) -> Error {
    if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        return Error::new(Code::Forbidden, "Your role in this business does not allow this.");
    }
    if *code == SqlState::QUERY_CANCELED {
        return Error::timeout();
    }
    let undone = [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(code);
    if undone || *code == SqlState::LOCK_NOT_AVAILABLE {
        let mut refusal = Error::new(Code::TryAgain, "Somebody else is changing the same records. Try again.");
        refusal.undone = undone;
        return refusal;
    }
    // The table was changed while its statement was prepared: nothing has run, and another time it is prepared anew.
    if *code == SqlState::FEATURE_NOT_SUPPORTED && error.routine() == Some("RevalidateCachedQuery") {
        let mut refusal = Error::new(Code::TryAgain, "The database is being changed. Try again.");
        refusal.undone = true;
        return refusal;
    }
    // It follows another error, which says what happened.
    if *code == SqlState::IN_FAILED_SQL_TRANSACTION {
        return Error::internal();
    }
    if *code == SqlState::PROGRAM_LIMIT_EXCEEDED {
        return too_long(error);
    }
    if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        return takes_no_changes();
    }
    match &code.code()[..2] {
        "22" => Error::new(Code::InputInvalid, "A value is out of range or not of its field's form."),
        "53" | "57" | "08" => {
            tracing::warn!(code = code.code(), cause = error.message(), "the database cannot answer");
            Error::new(Code::Overloaded, "The database cannot answer now. Try again in a moment.")
        }
        _ => {
            tracing::error!(code = code.code(), cause = error.message(), "unexpected error of the database");
            Error::internal()
        }
    }
}

/// Queries are answered still: a standby waits for its promotion, or an operator keeps writers out.
fn takes_no_changes() -> Error {
    tracing::warn!("the database takes no changes");
    Error::new(Code::Overloaded, "The database takes no changes now. Try again in a moment.")
}

/// `{"column":"status","from":"a","to":"b","allowed":["x"]}` in the detail.
fn transition(error: &DbError) -> Error {
    let detail: serde_json::Value = error.detail().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let enum_name = |value: &serde_json::Value| value.as_str().map(naming::enum_value);
    let (from, to) = (enum_name(&detail["from"]).unwrap_or_default(), enum_name(&detail["to"]).unwrap_or_default());
    let allowed: Vec<String> = detail["allowed"].as_array().into_iter().flatten().filter_map(enum_name).collect();
    let message = if allowed.is_empty() {
        format!("{from} is final: it cannot become {to}.")
    } else {
        format!("{from} cannot become {to}. It may become {}.", allowed.join(", "))
    };
    Error::new(Code::StateConflict, message).with("status", from).with("allowed", allowed)
}

/// A rule with a message of its own, written for clients, and the column in the hint.
fn rule(error: &DbError) -> Error {
    match error.hint() {
        Some(column) => refused(&[field_of(error, column)], "RULE", error.message()),
        None => Error::new(Code::InputInvalid, error.message()),
    }
}

fn unique(error: &DbError) -> Error {
    let key = table_of(error).and_then(|table| table.unique_keys.iter().find(|key| Some(key.name) == error.constraint()));
    let fields: Vec<String> = key
        .map(|key| key.columns.iter().chain(key.expression).map(|column| field_of(error, column)).collect())
        .unwrap_or_default();
    // A primary key names no column of the client's but the id.
    let is_primary = error.constraint().is_some_and(|name| name.ends_with("_pkey"));
    let fields = if fields.is_empty() && is_primary { vec!["id".to_owned()] } else { fields };
    let mut refusal = refused(&fields, "TAKEN", "is taken by another record.");
    refusal.code = Code::AlreadyExists;
    refusal
}

fn reference(error: &DbError) -> Error {
    let referencing = error.message().contains("insert or update");
    if !referencing {
        return Error::new(Code::StillReferenced, "Other records still refer to this one. Delete or move them first.");
    }
    let reference = table_of(error).and_then(|table| table.references.iter().find(|r| Some(r.constraint) == error.constraint()));
    let field = reference.map(|reference| field_of(error, reference.column));
    refused(&field.into_iter().collect::<Vec<_>>(), "NOT_FOUND", "names a record that does not exist.")
}

fn check(error: &DbError) -> Error {
    let check = table_of(error).and_then(|table| table.checks.iter().find(|check| Some(check.name) == error.constraint()));
    let fields: Vec<String> = check
        .map(|check| check.columns.iter().map(|column| field_of(error, column)).collect())
        .unwrap_or_default();
    refused(
        &fields,
        "RULE",
        "breaks a rule of this record: the value is out of range or does not go with the others.",
    )
}

/// A value that an index cannot hold. The index tells its columns by its name: `customers_email_idx`.
fn too_long(error: &DbError) -> Error {
    let index = error.constraint().unwrap_or_default();
    let columns = table_of(error).and_then(|table| index.strip_prefix(table.name)?.strip_prefix('_')?.rsplit_once('_'));
    let field = columns.map(|(column, _)| field_of(error, column));
    refused(
        field.as_slice(),
        "TOO_LONG",
        "is too long: what records are found by holds some 2,000 characters at most.",
    )
}

fn refused(fields: &[String], code: &'static str, message: &str) -> Error {
    let text = if fields.is_empty() {
        format!("A value {message}")
    } else {
        format!("{} {message}", fields.join(", "))
    };
    let mut refusal = Error::new(Code::InputInvalid, text);
    refusal.fields = fields
        .iter()
        .map(|field| FieldProblem {
            path: field.clone(),
            code,
            message: message.to_owned(),
        })
        .collect();
    refusal
}

fn table_of(error: &DbError) -> Option<&'static TableDef> {
    let (schema, table) = (error.schema()?, error.table()?);
    entity::registry().iter().find(|def| def.schema == schema && def.name == table).copied()
}

/// The API's name of a column.
fn field_of(error: &DbError, column: &str) -> String {
    match table_of(error) {
        Some(table) => catalog::field_name(table, column),
        None => naming::camel(column),
    }
}
