use super::work_orders::check_on_the_job;
use crate::action::{Action, ActionContext, Root};
use crate::domain::signature;
use crate::domain::support::{self, AT, EXPECTED_VERSION, ID, STAFF, member};
use crate::error::{Code, Error, Result};
use chrono::{DateTime, Utc};
use entity::hs::work_orders;
use futures_util::FutureExt;
use rust_decimal::{Decimal, RoundingStrategy};
use sea_orm::{IntoActiveModel, Set};
use serde_json::{Value, json};

const STARTS_FROM: [&str; 1] = ["in_progress"];

/// in progress > completed. The end is a moment in UTC, the duration end less start (none where the
/// start is unknown), the cost in the business's currency.
///
/// Refuses with NOT_FOUND, VERSION_CONFLICT, NOT_ASSIGNED, STATE_CONFLICT, SIGNATURE_REQUIRED and
/// INPUT_INVALID (`input.at`, `input.signature`, `input.satisfaction`). A repeat with the same values
/// writes nothing; one with others, such as another signature, is STATE_CONFLICT. A signature of an
/// earlier completion does not sign this one. The customer's totals follow by the database's trigger.
///
/// Left out until their tables exist: forms and visits (UNFINISHED, `closeRemainingVisits`), time
/// entries and lines (labor hours and material cost stay as they are), `signatureFileId`, agreement
/// visits, the event and the message, permission keys and `idempotencyKey`.
pub const WORK_ORDER_COMPLETE: Action = Action {
    root: Root::Mutation,
    namespace: Some("hs"),
    name: "workOrderComplete",
    description: "The technician finishes and the customer signs.",
    allowed: STAFF,
    input: &[
        ID,
        AT,
        member(
            "signature",
            "String",
            "The drawn signature: a PNG of at most 200 kB, in base64. Required unless the setting hs.signature_optional is true.",
        ),
        member("satisfaction", "Int", "The customer's, from 1 to 5."),
        member("feedback", "String", "The customer's words."),
        member("technicianNotes", "String", "Replaces the notes there are."),
        EXPECTED_VERSION,
    ],
    returns: "HsWorkOrder!",
    marks: &[],
    run: |context, input| run(context, input).boxed(),
};

async fn run(context: ActionContext, input: Value) -> Result<Value> {
    let signature = support::text(&input, "signature");
    if let Some(signature) = signature {
        signature::check("input.signature", signature)?;
    }
    let satisfaction = support::whole_number(&input, "satisfaction", 1, 5)?;
    let order = support::lock::<work_orders::Entity>(&context, &input).await?;
    check_on_the_job(&context, &order)?;
    let answer = json!(order.id);
    if order.status == "completed" {
        return check_repeat(&order, &input).map(|()| answer);
    }
    support::check_state(&order.status, &STARTS_FROM)?;
    if signature.is_none() && support::setting(&context, "hs", "signature_optional").await? != Some(Value::Bool(true)) {
        return Err(Error::new(
            Code::Domain("SIGNATURE_REQUIRED"),
            "The customer has to sign: send input.signature.",
        ));
    }
    let clock = support::clock(&context).await?;
    let end = support::reported_at(&input, clock.now, order.actual_start)?;
    let duration = order.actual_start.map(|start| iso_duration(start, end));
    let cost = total_cost(&order);

    let mut order = order.into_active_model();
    order.status = Set("completed".to_owned());
    order.completion_percentage = Set(100);
    order.actual_end = Set(Some(end));
    order.actual_duration = Set(duration);
    order.total_cost = Set(cost);
    if signature.is_some() {
        order.customer_signature = Set(signature.map(str::to_owned));
    }
    if satisfaction.is_some() {
        order.customer_satisfaction = Set(satisfaction);
    }
    if let Some(feedback) = support::text(&input, "feedback") {
        order.customer_feedback = Set(Some(feedback.to_owned()));
    }
    if let Some(notes) = support::text(&input, "technicianNotes") {
        order.technician_notes = Set(Some(notes.to_owned()));
    }
    support::save(&context, order).await?;
    Ok(answer)
}

/// A value that is sent again must be the one that is kept: dropping another in silence would lose it.
fn check_repeat(order: &work_orders::Model, input: &Value) -> Result<()> {
    let other_text = |name: &str, kept: &Option<String>| support::text(input, name).is_some_and(|given| kept.as_deref() != Some(given));
    let satisfaction = support::whole_number(input, "satisfaction", 1, 5)?;
    let others = [
        ("signature", other_text("signature", &order.customer_signature)),
        ("at", support::moment(input, "at").is_some_and(|at| order.actual_end != Some(at))),
        ("satisfaction", satisfaction.is_some() && order.customer_satisfaction != satisfaction),
        ("feedback", other_text("feedback", &order.customer_feedback)),
        ("technicianNotes", other_text("technicianNotes", &order.technician_notes)),
    ];
    match others.iter().find(|(_, differs)| *differs) {
        Some((name, _)) => {
            let message = format!("The work order is completed already, and its {name} is another. Reopen it to complete it anew.");
            Err(support::state_conflict(&order.status, &STARTS_FROM, message))
        }
        None => Ok(()),
    }
}

/// What the customer pays: an amount agreed by hand stands, 0 means nobody named one. Labor is rounded
/// to cents, half away from zero, as every product is.
fn total_cost(order: &work_orders::Model) -> Decimal {
    if !order.total_cost.is_zero() {
        return order.total_cost;
    }
    let labor = order.labor_hours * order.labor_rate;
    labor.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero) + order.material_cost
}

fn iso_duration(start: DateTime<Utc>, end: DateTime<Utc>) -> String {
    let length = end - start;
    format!("PT{}.{:06}S", length.num_seconds(), length.subsec_nanos() / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_keep_microseconds() {
        let moment = |text: &str| text.parse().expect("is a moment");
        let length = iso_duration(moment("2025-06-15T08:00:00.5Z"), moment("2025-06-15T10:30:01.250001Z"));
        assert_eq!(length, "PT9000.750001S");
    }
}
