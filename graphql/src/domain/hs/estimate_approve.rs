use crate::action::{Action, ActionContext, Root};
use crate::domain::support::{self, EXPECTED_VERSION, ID, STAFF, member};
use crate::error::{Code, Error, Result};
use entity::hs::estimates;
use futures_util::FutureExt;
use sea_orm::{IntoActiveModel, Set};
use serde_json::{Value, json};

const STARTS_FROM: [&str; 3] = ["draft", "sent", "viewed"];

/// draft (on site), sent or viewed > approved, now. The last day is one of the business's time zone.
///
/// Refuses with NOT_FOUND, VERSION_CONFLICT, STATE_CONFLICT, EXPIRED (carries `validUntil`, the last
/// day) and INPUT_INVALID (`input.approvedByName`). A repeat with the same name writes nothing; with
/// another it is STATE_CONFLICT. Approving and declining race for the row: the first wins.
///
/// Left out until their tables exist: options (`optionId`), `signatureFileId`, deposits
/// (`depositAmount`, `depositDueOn`), leads, the event and the notice, the customer's signed link,
/// permission keys and `idempotencyKey`.
pub const ESTIMATE_APPROVE: Action = Action {
    root: Root::Mutation,
    namespace: Some("hs"),
    name: "estimateApprove",
    description: "The customer accepts.",
    allowed: STAFF,
    input: &[
        ID,
        member("approvedByName", "String!", "Who accepted, on the customer's side."),
        EXPECTED_VERSION,
    ],
    returns: "HsEstimate!",
    marks: &[],
    run: |context, input| run(context, input).boxed(),
};

async fn run(context: ActionContext, input: Value) -> Result<Value> {
    let name = support::text(&input, "approvedByName").ok_or_else(|| Error::input("input.approvedByName", "must not be blank."))?;
    let estimate = support::lock::<estimates::Entity>(&context, &input).await?;
    let answer = json!(estimate.id);
    if estimate.status == "approved" {
        if estimate.approved_by_name.as_deref() == Some(name) {
            return Ok(answer);
        }
        let message = "The estimate is approved already, by somebody else.";
        return Err(support::state_conflict(&estimate.status, &STARTS_FROM, message));
    }
    support::check_state(&estimate.status, &STARTS_FROM)?;
    let clock = support::clock(&context).await?;
    if let Some(last_day) = estimate.valid_until.filter(|last_day| *last_day < clock.today) {
        let message = format!("The estimate could be approved until {last_day}. Return it to draft and give it a later day.");
        return Err(Error::new(Code::Domain("EXPIRED"), message).with("validUntil", last_day.to_string()));
    }
    let mut estimate = estimate.into_active_model();
    estimate.status = Set("approved".to_owned());
    estimate.approved_at = Set(Some(clock.now));
    estimate.approved_by_name = Set(Some(name.to_owned()));
    support::save(&context, estimate).await?;
    Ok(answer)
}
