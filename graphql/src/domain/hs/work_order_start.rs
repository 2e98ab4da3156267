use super::work_orders::check_on_the_job;
use crate::action::{Action, ActionContext, Root};
use crate::domain::support::{self, AT, EXPECTED_VERSION, ID, STAFF};
use crate::error::Result;
use entity::hs::work_orders;
use futures_util::FutureExt;
use sea_orm::{IntoActiveModel, Set};
use serde_json::{Value, json};

const STARTS_FROM: [&str; 3] = ["scheduled", "dispatched", "on_hold"];

/// scheduled, dispatched or on hold > in progress. `at` is a moment in UTC.
///
/// Refuses with NOT_FOUND, VERSION_CONFLICT, NOT_ASSIGNED, STATE_CONFLICT and INPUT_INVALID (`input.at`).
/// A repeat, and a helper who starts the same job, find it in progress and write nothing.
///
/// Left out until their tables exist: visits and whether one is today (`appointmentId`, `force`), time
/// entries (OTHER_JOB_UNDERWAY), permits (PERMIT_MISSING), positions (`coordinates`), the event,
/// permission keys and `idempotencyKey`.
pub const WORK_ORDER_START: Action = Action {
    root: Root::Mutation,
    namespace: Some("hs"),
    name: "workOrderStart",
    description: "Work begins on site.",
    allowed: STAFF,
    input: &[ID, AT, EXPECTED_VERSION],
    returns: "HsWorkOrder!",
    marks: &[],
    run: |context, input| run(context, input).boxed(),
};

async fn run(context: ActionContext, input: Value) -> Result<Value> {
    let order = support::lock::<work_orders::Entity>(&context, &input).await?;
    check_on_the_job(&context, &order)?;
    let answer = json!(order.id);
    if order.status == "in_progress" {
        return Ok(answer);
    }
    support::check_state(&order.status, &STARTS_FROM)?;
    let clock = support::clock(&context).await?;
    // A job that comes off hold keeps its first start, and cannot go on before it.
    let first_start = order.actual_start;
    let at = support::reported_at(&input, clock.now, first_start)?;
    let mut order = order.into_active_model();
    order.status = Set("in_progress".to_owned());
    order.hold_reason = Set(None);
    if first_start.is_none() {
        order.actual_start = Set(Some(at));
    }
    support::save(&context, order).await?;
    Ok(answer)
}
