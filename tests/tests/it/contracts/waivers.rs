//! What a contract does not ask of something, and why. The list only shrinks.

struct Waiver {
    contract: &'static str,
    /// A table, or whatever the contract names.
    place: &'static str,
    /// What the finding says.
    finding: &'static str,
    reason: &'static str,
}

const WAIVERS: &[Waiver] = &[Waiver {
    contract: "hidden and foreign",
    place: "businesses.businesses",
    finding: "as api_partner: an own row should be hidden",
    reason: "whoever signs in sees the businesses to switch to; a key does not, which the isolation matrix tests",
}];

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
