//! Home services.

mod estimate_approve;
mod work_order_complete;
mod work_order_start;
mod work_orders;

use crate::action::Action;

/// One line an action.
pub static ACTIONS: &[Action] = &[
    estimate_approve::ESTIMATE_APPROVE,
    work_order_complete::WORK_ORDER_COMPLETE,
    work_order_start::WORK_ORDER_START,
];
