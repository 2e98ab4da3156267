//! What an operation may cost: a number that its sender can work out from the document, and how much of
//! it a caller has, by role and by the plan of the business.

use super::selection::Planner;
use crate::action::Standing;
use crate::caller::{BusinessPlan, Role};
use crate::error::{Code, Error, Result};
use std::cell::Cell;

/// For each plan what the people of the business may ask for, and what those may who only look or who
/// come with a key: their documents are written by others.
const LIMITS: [(BusinessPlan, u64, u64); 4] = [
    (BusinessPlan::Starter, 120_000, 60_000),
    (BusinessPlan::Professional, 160_000, 80_000),
    (BusinessPlan::Enterprise, 200_000, 100_000),
    (BusinessPlan::Fortune500, 250_000, 125_000),
];
/// Somebody without a business signs in, looks at their sessions and chooses one.
const WITHOUT_BUSINESS: u64 = 10_000;
/// Lists, relations, groups and writes of one operation, whatever they cost; each is a statement.
const MAXIMUM_SELECTS: usize = 100;
/// JavaScript counts no further.
const LARGEST: f64 = 9_007_199_254_740_991.0;

/// Both numbers are in the answer's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    pub requested: u64,
    pub limit: u64,
}

/// What one operation of this caller may cost.
pub fn limit(standing: Option<&Standing>) -> u64 {
    let Some(standing) = standing else { return WITHOUT_BUSINESS };
    let outside = matches!(standing.role, Role::Viewer | Role::ApiPartner);
    let of_plan = LIMITS.iter().find(|(plan, ..)| *plan == standing.plan);
    of_plan.map_or(WITHOUT_BUSINESS, |(_, people, others)| if outside { *others } else { *people })
}

/// What the operation costs so far.
#[derive(Debug, Default, Clone)]
pub struct Spent {
    /// Records that it may load or write; page sizes multiply down the tree.
    records: Cell<f64>,
    selects: Cell<usize>,
}

impl Spent {
    fn requested(&self) -> u64 {
        (self.records.get() + self.selects.get() as f64).min(LARGEST) as u64
    }

    /// Forgets what was spent since: a statement that stands for another one is not paid twice.
    pub fn back_to(&self, earlier: &Spent) {
        self.records.set(earlier.records.get());
        self.selects.set(earlier.selects.get());
    }
}

impl Planner<'_> {
    /// Counts a list, relation, group or write of so many records. The limit is looked at in the end, so
    /// that a refusal tells the whole cost; only their number ends planning at once.
    pub fn spend(&self, records: f64) -> Result<()> {
        self.spent.selects.set(self.spent.selects.get() + 1);
        self.spend_records(records);
        if self.spent.selects.get() > MAXIMUM_SELECTS {
            let message = format!("The operation has more than {MAXIMUM_SELECTS} lists, relations and writes. Split it into several.");
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
