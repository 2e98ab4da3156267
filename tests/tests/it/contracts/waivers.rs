//! What a contract does not ask of something, and why. The list only shrinks.

struct Waiver {
    contract: &'static str,
    /// A table, or whatever the contract names.
    place: &'static str,
    /// What the finding says.
    finding: &'static str,
    reason: &'static str,
}

const WAIVERS: &[Waiver] = &[
    Waiver {
        contract: "hidden and foreign",
        place: "businesses.businesses",
        finding: "as api_partner: an own row should be hidden",
        reason: "whoever signs in sees the businesses to switch to; a key does not, which the isolation matrix tests",
    },
    Waiver {
        contract: "isolation",
        place: "reporting.view_refreshes",
        finding: "gave rows=0, expected one row",
        reason: "the note of a refresh is replaced by the next one, which other tests ask for at the same time",
    },
    Waiver {
        contract: "full rows",
        place: "hs.stock_movements.stock_transfer_item_id",
        finding: "has no value",
        reason: "only a move of a transfer names its item, and its type fixes the sign of the quantity",
    },
    Waiver {
        contract: "full rows",
        place: "reporting.dashboards.default_for_role",
        finding: "has no value",
        reason: "only a dashboard that everybody sees is the first one of a role",
    },
    Waiver {
        contract: "full rows",
        place: "rest.discounts.menu_category_id",
        finding: "has no value",
        reason: "a discount is for the whole order, a category or a dish, never for two of them",
    },
    Waiver {
        contract: "full rows",
        place: "rest.discounts.menu_item_id",
        finding: "has no value",
        reason: "a discount is for the whole order, a category or a dish, never for two of them",
    },
    Waiver {
        contract: "full rows",
        place: "auto.invoice_line_items.repair_order_job_id",
        finding: "has no value",
        reason: "a billed job is of the bill's repair order, and the job at hand is of another",
    },
    Waiver {
        contract: "full rows",
        place: "auto.payments.invoice_id",
        finding: "has no value",
        reason: "a payment is for a bill of its repair order, and the bill at hand is of another",
    },
    Waiver {
        contract: "full rows",
        place: "ret.payments.layaway_id",
        finding: "has no value",
        reason: "an instalment is of the layaway's own sale, and the layaway at hand is of another",
    },
    Waiver {
        contract: "full rows",
        place: "ret.store_credit_transactions.payment_id",
        finding: "has no value",
        reason: "only credit that is used names a payment, and one with another's money is refused",
    },
    Waiver {
        contract: "full rows",
        place: "payroll.disbursements.employee_bank_account_id",
        finding: "has no value",
        reason: "money goes to an account of the same employee, and the account at hand is another's",
    },
    Waiver {
        contract: "full rows",
        place: "payroll.employee_bank_accounts.split_value",
        finding: "has no value",
        reason: "the account that takes what is left has no share of its own",
    },
    Waiver {
        contract: "full rows",
        place: "payroll.expense_claims.pay_stub_id",
        finding: "has no value",
        reason: "a claim is paid with a stub of the same employee, and the stub at hand is another's",
    },
    Waiver {
        contract: "full rows",
        place: "payroll.leave_transactions.leave_request_id",
        finding: "has no value",
        reason: "leave is taken on a request of the same employee, and the request at hand is another's",
    },
    Waiver {
        contract: "full rows",
        place: "payroll.pay_stub_earnings.compensation_id",
        finding: "has no value",
        reason: "an earning follows the same employee's rate, and the rate at hand is another's",
    },
    Waiver {
        contract: "full rows",
        place: "payroll.pay_stub_earnings.pay_adjustment_id",
        finding: "has no value",
        reason: "an earning settles the same employee's adjustment, and the one at hand is another's",
    },
    Waiver {
        contract: "full rows",
        place: "platform.comments.parent_comment_id",
        finding: "has no value",
        reason: "a reply is on its parent's record, and the parent that is at hand is on another",
    },
    Waiver {
        contract: "full rows",
        place: "rest.gift_card_transactions.payment_id",
        finding: "has no value",
        reason: "only a card that is used names a payment, and one with another's money is refused",
    },
    Waiver {
        contract: "full rows",
        place: "ret.gift_card_transactions.payment_id",
        finding: "has no value",
        reason: "only a card that is used names a payment, and one with another's money is refused",
    },
    Waiver {
        contract: "full rows",
        place: "rest.tip_distributions.shift_id",
        finding: "has no value",
        reason: "a share belongs to a shift of the same person, and the shift at hand is another's",
    },
    Waiver {
        contract: "full rows",
        place: "ret.bundle_components.component_variant_id",
        finding: "has no value",
        reason: "a variant is of the component's product, and the variant at hand is of another",
    },
    Waiver {
        contract: "full rows",
        place: "courses.instructor_payout_items.refund_id",
        finding: "has no value",
        reason: "an item is of a payment or of a refund, never of both",
    },
    Waiver {
        contract: "full rows",
        place: "payroll.benefit_enrollments.benefit_plan_tier_id",
        finding: "has no value",
        reason: "a tier is of the enrollment's plan, and the tier at hand is of another",
    },
    Waiver {
        contract: "full rows",
        place: "businesses.business_hours.effective_from",
        finding: "has no value",
        reason: "the order of its two days leaves one of them out of the first row that is found",
    },
    Waiver {
        contract: "full rows",
        place: "hs.inventory_locations.fleet_vehicle_id",
        finding: "has no value",
        reason: "a truck has a vehicle, a job site a project: no location has both",
    },
    Waiver {
        contract: "full rows",
        place: "rest.stock_movements.waste_reason",
        finding: "has no value",
        reason: "only waste has a reason, and then other columns are empty",
    },
    Waiver {
        contract: "full rows",
        place: "auto.maintenance_schedules.year_from",
        finding: "has no value",
        reason: "the order of its two years leaves one of them out of the first row that is found",
    },
    Waiver {
        contract: "full rows",
        place: "investigations.case_intakes.reporter_name",
        finding: "has no value",
        reason: "an anonymous report has no name",
    },
];

pub fn covers(contract: &str, place: &str, finding: &str) -> bool {
    let covers = |waiver: &Waiver| waiver.contract == contract && waiver.place == place && finding.contains(waiver.finding);
    WAIVERS.iter().any(covers)
}

#[test]
fn every_waiver_says_why() {
    for waiver in WAIVERS {
        assert!(
            waiver.reason.len() > 20,
            "the waiver of '{}' for {} says no reason",
            waiver.contract,
            waiver.place
        );
    }
}
