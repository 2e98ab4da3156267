//! What an operation costs: a number that its sender can work out from the document, and how much of it a
//! caller has, by role and by the plan of the business.

use super::selection::Planner;
use crate::action::Standing;
use crate::caller::{BusinessPlan, Role};
use crate::error::{Code, Error, Result};
use std::cell::Cell;

/// Somebody without a business signs in, looks at their sessions and chooses one.
const WITHOUT_BUSINESS: u64 = 10_000;
/// Lists, relations, groups and writes of one operation, whatever they cost: each is a statement, or, in a filter,
/// a part of one.
const MAXIMUM_SELECTS: usize = 100;
/// Bytes of variables, counted wherever they are used: a document of some bytes can use a large one a thousand times.
const MAXIMUM_VARIABLES: usize = 8 << 20;
/// JavaScript counts no further.
const LARGEST: f64 = 9_007_199_254_740_991.0;

/// Both numbers are in the answer's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    pub requested: u64,
    pub limit: u64,
}

/// What one operation may cost, by the plan of the business, as the database has it (`platform.query_costs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits([u64; BusinessPlan::ALL.len()]);

impl Default for Limits {
    /// Before the database has said anything.
    fn default() -> Limits {
        Limits([WITHOUT_BUSINESS; BusinessPlan::ALL.len()])
    }
}

impl Limits {
    /// By plans and their limits; a plan that is not among them has as much as somebody without a business.
    pub fn of<'t>(rows: impl IntoIterator<Item = (&'t str, u64)>) -> Limits {
        let mut limits = Limits::default();
        for (plan, limit) in rows {
            let place = BusinessPlan::ALL.iter().position(|known| known.as_str() == plan);
            if let Some(slot) = place.and_then(|place| limits.0.get_mut(place)) {
                *slot = limit;
            }
        }
        limits
    }

    /// What one operation of this caller may cost. Those who may only look, or who come with a key, have half:
    /// their documents are written by others.
    pub fn of_caller(&self, standing: Option<&Standing>) -> u64 {
        let Some(standing) = standing else { return WITHOUT_BUSINESS };
        let place = BusinessPlan::ALL.iter().position(|plan| *plan == standing.plan);
        let of_plan = place.and_then(|place| self.0.get(place)).copied().unwrap_or(WITHOUT_BUSINESS);
        if matches!(standing.role, Role::Viewer | Role::ApiPartner) {
            of_plan / 2
        } else {
            of_plan
        }
    }
}

/// What the operation costs so far.
#[derive(Debug, Default, Clone)]
pub struct Spent {
    /// Records that it may load or write; page sizes multiply down the tree.
    records: Cell<f64>,
    selects: Cell<usize>,
    variables: Cell<usize>,
}

impl Spent {
    fn requested(&self) -> u64 {
        (self.records.get() + self.selects.get() as f64).min(LARGEST) as u64
    }

    /// Whether a variable of so many bytes may be used once more.
    pub fn variable(&self, bytes: usize) -> bool {
        self.variables.set(self.variables.get().saturating_add(bytes));
        self.variables.get() <= MAXIMUM_VARIABLES
    }

    /// Forgets what was spent since: a statement that stands for another one is not paid twice.
    pub fn back_to(&self, earlier: &Spent) {
        self.records.set(earlier.records.get());
        self.selects.set(earlier.selects.get());
    }
}

impl Planner<'_> {
    /// Counts a list, relation, group or write of so many records, or a relation that a filter reaches through. The limit is looked at in the end, so
    /// that a refusal tells the whole cost; only their number ends planning at once.
    pub fn spend(&self, records: f64) -> Result<()> {
        self.spent.selects.set(self.spent.selects.get() + 1);
        self.spend_records(records);
        if self.spent.selects.get() > MAXIMUM_SELECTS {
            let message = format!("The operation has more than {MAXIMUM_SELECTS} lists, relations (those of filters, too) and writes. Split it into several.");
            return Err(Error::new(Code::CostExceeded, message));
        }
        Ok(())
    }

    /// Records that come along with a statement that was counted.
    pub fn spend_records(&self, records: f64) {
        self.spent.records.set(self.spent.records.get() + records);
    }

    pub fn cost(&self) -> Cost {
        Cost {
            requested: self.spent.requested(),
            limit: self.limit,
        }
    }

    /// Comes before any other refusal: what was used beyond measure was planned as if it were not there.
    pub(super) fn check_variables(&self) -> Result<()> {
        if self.spent.variables.get() <= MAXIMUM_VARIABLES {
            return Ok(());
        }
        let message = format!(
            "The operation uses its variables for more than {} MB in all. Use a large one less often, or split the operation.",
            MAXIMUM_VARIABLES >> 20
        );
        Err(Error::new(Code::DocumentTooLarge, message))
    }

    pub(super) fn check_cost(&self) -> Result<Cost> {
        let cost = self.cost();
        if cost.requested > cost.limit {
            let message = format!(
                "The operation costs {}; at most {} are allowed here. Ask for smaller pages (first) in nested lists, or split it.",
                cost.requested, cost.limit
            );
            return Err(Error::new(Code::CostExceeded, message));
        }
        Ok(cost)
    }
}
