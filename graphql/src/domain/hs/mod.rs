//! Home services.

use crate::action::Action;

pub static ACTIONS: &[Action] = &[];
