//! ISO 8601 durations, as far as PostgreSQL keeps them.

/// Days of 10,000 years; PostgreSQL's own limit lies beyond, and tells no field.
const MAXIMUM_DAYS: f64 = 3_652_500.0;

/// `PnYnMnWnDTnHnMnS`, each at most once and in order, without signs; fractions for seconds only.
pub fn is_valid(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else { return false };
    let (days, clock) = match rest.split_once('T') {
        Some((_, "")) => return false,
        Some((days, clock)) => (days, clock),
        None => (rest, ""),
    };
    let units = (
        in_order(days, &[('Y', 365.25), ('M', 30.4375), ('W', 7.0), ('D', 1.0)]),
        in_order(clock, &[('H', 1.0 / 24.0), ('M', 1.0 / 1_440.0), ('S', 1.0 / 86_400.0)]),
    );
    match units {
        (Some(days), Some(clock)) => !rest.is_empty() && days + clock <= MAXIMUM_DAYS,
        _ => false,
    }
}

/// The length in days; None where the units are others or in another order.
fn in_order(mut text: &str, units: &[(char, f64)]) -> Option<f64> {
    let mut units = units.iter();
    let mut total = 0.0;
    while !text.is_empty() {
        let end = text.find(|c: char| c.is_ascii_alphabetic())?;
        let (number, rest) = text.split_at(end);
        let unit = rest.chars().next()?;
        let (_, days) = units.find(|(candidate, _)| *candidate == unit)?;
        if !is_number(number, unit == 'S') {
            return None;
        }
        total += number.parse::<f64>().ok()? * days;
        text = &rest[1..];
    }
    Some(total)
}

fn is_number(text: &str, with_fraction: bool) -> bool {
    let digits = |part: &str| (1..=12).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, decimals)) => with_fraction && digits(whole) && digits(decimals) && decimals.len() <= 6,
        None => digits(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_limits() {
        for good in ["PT1H30M", "P1Y2M3DT4H5M6.5S", "P2W", "PT0S", "P10000Y", "PT87660000H"] {
            assert!(is_valid(good), "{good}");
        }
        for bad in [
            "P",
            "PT",
            "",
            "1H",
            "P1H",
            "PT1D",
            "P-1D",
            "PT1S1M",
            "P10001Y",
            "P1Y120000M",
            "PT99999999999H",
            "P1.5D",
            "PT1.0000001S",
            "P1",
        ] {
            assert!(!is_valid(bad), "{bad}");
        }
    }
}
