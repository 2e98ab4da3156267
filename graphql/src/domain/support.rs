//! The steps every action is made of: read the input, lock the row, compare its version, judge states
//! and moments, write. The database has the last word on who may; these say it in the API's words.

use crate::action::{ActionContext, Allowed, Member, Standing};
use crate::caller::Role;
use crate::catalog::naming;
use crate::error::{Code, Error, Result};
use crate::session::Bind;
use chrono::{DateTime, NaiveDate, SubsecRound as _, TimeDelta, Utc};
use sea_orm::sea_query::Value as SqlValue;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait as _, DbBackend, EntityTrait, ModelTrait, QueryFilter as _, QuerySelect as _, Statement, Update};
use serde_json::{Value, json};
use std::str::FromStr as _;
use uuid::Uuid;

/// How far back a phone may report a moment: three days without a signal.
const OLDEST: TimeDelta = TimeDelta::hours(72);
/// How far a phone's clock may be ahead.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

/// `staff+`. A key is offered the action too; the row's policies let it reach what its scopes hold.
pub const STAFF: Allowed = Allowed::Roles(&[Role::Owner, Role::Manager, Role::Staff, Role::ApiPartner]);

pub const ID: Member = member("id", "ID!", "");
pub const EXPECTED_VERSION: Member = member("expectedVersion", "Int", "The version you read: VERSION_CONFLICT when it has moved on.");
pub const AT: Member = member(
    "at",
    "DateTime",
    "When it happened, at most 72 hours ago, for phones that were offline; now unless told.",
);

pub const fn member(name: &'static str, ty: &'static str, description: &'static str) -> Member {
    Member { name, ty, description }
}

/// A text of the input; blank is as good as not given.
pub fn text<'i>(input: &'i Value, name: &str) -> Option<&'i str> {
    input.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

/// A moment of the input, cut to what the database keeps: microseconds.
pub fn moment(input: &Value, name: &str) -> Option<DateTime<Utc>> {
    let moment = DateTime::parse_from_rfc3339(text(input, name)?).ok()?;
    Some(moment.with_timezone(&Utc).trunc_subsecs(6))
}

/// A whole number of the input between two others; INPUT_INVALID outside.
pub fn whole_number(input: &Value, name: &str, minimum: i32, maximum: i32) -> Result<Option<i32>> {
    let Some(given) = input.get(name).and_then(Value::as_i64) else {
        return Ok(None);
    };
    match i32::try_from(given) {
        Ok(number) if (minimum..=maximum).contains(&number) => Ok(Some(number)),
        _ => Err(Error::input(format!("input.{name}"), format!("lies outside {minimum} to {maximum}."))),
    }
}

pub fn standing(context: &ActionContext) -> Result<&Standing> {
    context.standing.as_ref().ok_or_else(Error::internal)
}

/// The row `input.id` names, locked until the operation ends, at the version the caller expects.
/// NOT_FOUND where it is missing, deleted or another business's; VERSION_CONFLICT with the current
/// version; FORBIDDEN for a key whose scopes do not include writing the table.
pub async fn lock<E: EntityTrait>(context: &ActionContext, input: &Value) -> Result<E::Model> {
    let id = text(input, "id").and_then(|text| Uuid::parse_str(text).ok()).ok_or_else(Error::not_found)?;
    let mut query = E::find()
        .filter(column::<E>("business_id")?.eq(standing(context)?.business_id))
        .filter(column::<E>("id")?.eq(id));
    if let Ok(deleted_at) = column::<E>("deleted_at") {
        query = query.filter(deleted_at.is_null());
    }
    let found = query.lock_exclusive().one(&context.tx.orm()).await;
    let Some(row) = found.map_err(|error| context.tx.database_error(error))? else {
        return Err(unreachable_row::<E>(context).await);
    };
    let SqlValue::Int(Some(version)) = row.get(column::<E>("version")?) else {
        return Err(Error::internal());
    };
    match input.get("expectedVersion").and_then(Value::as_i64) {
        Some(expected) if expected != i64::from(version) => {
            let message = "The record has changed since you read it. Read it again, and send the version in extensions.current.";
            let current = json!({ "id": id, "version": version });
            Err(Error::new(Code::VersionConflict, message).with("current", current))
        }
        _ => Ok(row),
    }
}

/// The standard columns have the same names in every table.
fn column<E: EntityTrait>(name: &str) -> Result<E::Column> {
    E::Column::from_str(name).map_err(|_| Error::internal())
}

/// Policies hide the row from a key without the scope, which would look like a wrong id.
async fn unreachable_row<E: EntityTrait>(context: &ActionContext) -> Error {
    if context.standing.as_ref().is_none_or(|standing| standing.role != Role::ApiPartner) {
        return Error::not_found();
    }
    let entity = E::default();
    let table = format!("{}.{}", entity.schema_name().unwrap_or_default(), entity.table_name());
    match context.tx.query("SELECT auth.has_scope($1::text, 'write')", &[Bind::text(table)]).await {
        Ok(rows) if rows.first().is_some_and(|row| row.get(0)) => Error::not_found(),
        Ok(_) => Error::new(Code::Forbidden, "The key's scopes do not include writing these records."),
        Err(error) => error,
    }
}

/// Writes what was set on a locked row.
pub async fn save<A: ActiveModelTrait>(context: &ActionContext, row: A) -> Result<()> {
    let updated = Update::one(row).exec_without_returning(&context.tx.orm()).await;
    updated.map(|_| ()).map_err(|error| context.tx.database_error(error))
}

/// STATE_CONFLICT: the row is in no state the action starts from. Carries `status` and `accepts`.
pub fn state_conflict(status: &str, accepts: &[&str], message: impl Into<String>) -> Error {
    let accepts: Vec<String> = accepts.iter().map(|state| naming::enum_value(state)).collect();
    Error::new(Code::StateConflict, message)
        .with("status", naming::enum_value(status))
        .with("accepts", accepts)
}

/// Refuses with STATE_CONFLICT unless the row's state is one the action starts from.
pub fn check_state(status: &str, accepts: &[&str]) -> Result<()> {
    if accepts.contains(&status) {
        return Ok(());
    }
    let names: Vec<String> = accepts.iter().map(|state| naming::enum_value(state)).collect();
    let message = format!("The record is {}; this starts from {}.", naming::enum_value(status), names.join(", "));
    Err(state_conflict(status, accepts, message))
}

/// The database's time: gateways have clocks of their own.
pub struct Clock {
    pub now: DateTime<Utc>,
    /// In the business's time zone.
    pub today: NaiveDate,
}

/// Asked after the lock: the wait for it has passed.
pub async fn clock(context: &ActionContext) -> Result<Clock> {
    let zone = standing(context)?.timezone.as_str();
    let sql = "SELECT clock.now, (clock.now AT TIME ZONE $1::text)::date AS today FROM clock_timestamp() AS clock (now)";
    let row = context
        .tx
        .orm()
        .query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, [zone.into()]))
        .await;
    let row = row.map_err(|error| context.tx.database_error(error))?.ok_or_else(Error::internal)?;
    let read = |error| context.tx.database_error(error);
    Ok(Clock {
        now: row.try_get("", "now").map_err(read)?,
        today: row.try_get("", "today").map_err(read)?,
    })
}

/// `input.at`, or now: at most 72 hours back, 5 minutes ahead, and not before the step it follows.
/// INPUT_INVALID otherwise.
pub fn reported_at(input: &Value, now: DateTime<Utc>, follows: Option<DateTime<Utc>>) -> Result<DateTime<Utc>> {
    let given = moment(input, "at");
    // A step reported by a fast clock lies ahead of us: what follows it now happens then.
    let at = given.unwrap_or_else(|| follows.map_or(now, |follows| follows.max(now)));
    let refusal = if at < now - OLDEST {
        "lies more than 72 hours back."
    } else if at > now + CLOCK_SKEW {
        "lies in the future."
    } else if follows.is_some_and(|follows| at < follows) {
        "lies before the step it follows."
    } else {
        return Ok(at);
    };
    Err(Error::input("input.at", refusal))
}

/// A business's setting, which callers may follow although they may not list settings. None is the default.
pub async fn setting(context: &ActionContext, category: &str, key: &str) -> Result<Option<Value>> {
    let sql = "SELECT businesses.read_setting($1::text, $2::text)::text";
    let rows = context.tx.query(sql, &[Bind::text(category), Bind::text(key)]).await?;
    let value: Option<String> = rows.first().and_then(|row| row.get(0));
    value.map(|text| serde_json::from_str(&text).map_err(|_| Error::internal())).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().expect("is a moment")
    }

    #[test]
    fn reported_moments_stay_near_now_and_in_order() {
        let now = utc("2025-06-15T12:00:00Z");
        let at = |text: &str, follows: Option<&str>| reported_at(&json!({ "at": text }), now, follows.map(utc));
        assert_eq!(at("2025-06-12T12:00:00Z", None).expect("is 72 hours back"), utc("2025-06-12T12:00:00Z"));
        assert_eq!(at("2025-06-15T14:05:00+02:00", None).expect("is 5 minutes ahead"), utc("2025-06-15T12:05:00Z"));
        for (text, follows) in [
            ("2025-06-12T11:59:59Z", None),
            ("2025-06-15T12:05:01Z", None),
            ("2025-06-15T10:00:00Z", Some("2025-06-15T10:00:01Z")),
        ] {
            let error = at(text, follows).expect_err("must be refused");
            assert_eq!((error.code, error.fields[0].path.as_str()), (Code::InputInvalid, "input.at"));
        }
    }

    #[test]
    fn a_moment_that_is_not_reported_is_now() {
        let now = utc("2025-06-15T12:00:00Z");
        let default = |follows: &str| reported_at(&json!({ "at": null }), now, Some(utc(follows)));
        assert_eq!(default("2025-06-01T00:00:00Z").expect("follows"), now);
        assert_eq!(default("2025-06-15T12:03:00Z").expect("a fast clock"), utc("2025-06-15T12:03:00Z"));
        assert!(default("2025-06-15T13:00:00Z").is_err(), "an hour ahead is no fast clock");
    }

    #[test]
    fn blank_is_not_given_and_ranges_have_paths() {
        let input = json!({ "name": "  ", "stars": 6, "at": "2025-01-01T00:00:00.123456789Z" });
        assert_eq!(text(&input, "name"), None);
        assert_eq!(whole_number(&input, "stars", 1, 5).expect_err("six").fields[0].path, "input.stars");
        assert_eq!(moment(&input, "at"), Some(utc("2025-01-01T00:00:00.123456Z")));
    }
}
