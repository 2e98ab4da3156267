//! What the actions on work orders share.

use crate::action::ActionContext;
use crate::caller::Role;
use crate::domain::support::standing;
use crate::error::{Code, Error, Result};
use entity::hs::work_orders;

/// `on the job`: staff work on the orders they are assigned to, owners and managers on all. A key is no
/// person, so its scopes alone narrow it. NOT_ASSIGNED otherwise.
pub fn check_on_the_job(context: &ActionContext, order: &work_orders::Model) -> Result<()> {
    let standing = standing(context)?;
    let me = standing.user_id;
    let on_team = order.assigned_team.as_ref().is_some_and(|team| team.contains(&me));
    if standing.role != Role::Staff || on_team || order.assigned_technician == Some(me) {
        return Ok(());
    }
    Err(Error::new(
        Code::Domain("NOT_ASSIGNED"),
        "You are not assigned to this work order. Ask a manager to assign you.",
    ))
}
