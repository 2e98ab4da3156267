//! Decimal numbers as text, exactly: no digit is rounded away before it is counted.

use std::fmt;

/// More than any column holds, and less than what makes PostgreSQL busy.
pub const MAXIMUM_DIGITS: usize = 100;

/// Digits without leading zeros, and how many of them stand before the point; it may lie outside of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    digits: String,
    point: i64,
}

impl Decimal {
    /// `-12.50`, or `1.25e1`; None for what is no number.
    pub fn read(text: &str) -> Option<Decimal> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, whole(exponent)?),
            None => (text, 0),
        };
        let (negative, unsigned) = match mantissa.strip_prefix(['-', '+']) {
            Some(rest) => (mantissa.starts_with('-'), rest),
            None => (false, mantissa),
        };
        let (before, after) = match unsigned.split_once('.') {
            Some((before, after)) if !after.is_empty() => (before, after),
            Some(_) => return None,
            None => (unsigned, ""),
        };
        let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if before.is_empty() || !is_digits(before) || !is_digits(after) {
            return None;
        }
        let all = format!("{before}{after}");
        let digits = all.trim_start_matches('0');
        let leading = i64::try_from(all.len() - digits.len()).ok()?;
        let point = i64::try_from(before.len()).ok()? - leading + exponent;
        let digits = digits.trim_end_matches('0').to_owned();
        let point = if digits.is_empty() { 0 } else { point };
        Some(Decimal { negative, digits, point })
    }

    /// Digits after the point.
    pub fn decimals(&self) -> usize {
        let digits = i64::try_from(self.digits.len()).unwrap_or(i64::MAX);
        usize::try_from(digits.saturating_sub(self.point)).unwrap_or(0)
    }

    /// Digits before the point.
    pub fn whole_digits(&self) -> usize {
        usize::try_from(self.point).unwrap_or(0)
    }
}

/// The exponent; what has more digits is far beyond every column.
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_short = (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if is_short { text.parse().ok() } else { None }
}

/// Without an exponent; callers have bounded the digits by then.
impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.digits.is_empty() {
            return formatter.write_str("0");
        }
        let whole = self.whole_digits();
        let shift = usize::try_from(-self.point).unwrap_or(0);
        let padded = format!("{}{:0<whole$}", "0".repeat(shift), self.digits);
        let (before, after) = padded.split_at(whole);
        let sign = if self.negative { "-" } else { "" };
        let before = if before.is_empty() { "0" } else { before };
        match after {
            "" => write!(formatter, "{sign}{before}"),
            _ => write!(formatter, "{sign}{before}.{after}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_written_exactly() {
        for (text, expected) in [
            ("12.50", "12.5"),
            ("-0.010", "-0.01"),
            ("000", "0"),
            ("-0", "0"),
            ("1e3", "1000"),
            ("1.25E1", "12.5"),
            ("125e-1", "12.5"),
            ("1e-5", "0.00001"),
            ("+7", "7"),
            ("9999999999.99", "9999999999.99"),
        ] {
            assert_eq!(Decimal::read(text).expect(text).to_string(), expected, "{text}");
        }
    }

    #[test]
    fn no_digit_is_lost_before_it_is_counted() {
        let number = Decimal::read("0.0100000000000000000000000000000000000001").expect("is a number");
        assert_eq!((number.whole_digits(), number.decimals()), (0, 40));
        let number = Decimal::read("1e40").expect("is a number");
        assert_eq!((number.whole_digits(), number.decimals()), (41, 0));
    }

    #[test]
    fn what_is_no_number() {
        for bad in ["", ".", "1.", ".5", "1e", "e5", "1e99999999999", "0x1", "1,5", "--1", "1 ", "NaN", "٣"] {
            assert_eq!(Decimal::read(bad), None, "{bad}");
        }
    }
}
