//! Dates, times, moments and durations in the forms of RFC 3339 and ISO 8601.

use super::{integer, take};
use crate::error::Result;

/// Days from 1970-01-01 to PostgreSQL's own epoch, 2000-01-01.
const EPOCH_DAYS: i64 = 10_957;
const DAY: i64 = 86_400_000_000;

fn null(out: &mut Vec<u8>) {
    out.extend_from_slice(b"null");
}

fn padded(out: &mut Vec<u8>, number: i64, width: u32) {
    for place in (1..width).rev() {
        if number < 10_i64.pow(place) {
            out.push(b'0');
        }
    }
    integer(out, number);
}

/// The two digits of a number below 100.
fn two(number: u32) -> [u8; 2] {
    [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]
}

/// Year, month and day of a day number from 1970-01-01, in the proleptic Gregorian calendar.
fn civil(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097) as u32;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (i64::from(year_of_era) + era * 400 + i64::from(month <= 2), month, day)
}

fn calendar(out: &mut Vec<u8>, days: i64) {
    let (year, month, day) = civil(days);
    let ([m1, m2], [d1, d2]) = (two(month), two(day));
    match u32::try_from(year) {
        // In one piece: nearly every value that is read has two moments of these beside it.
        Ok(year @ 0..=9_999) => {
            let ([y1, y2], [y3, y4]) = (two(year / 100), two(year % 100));
            out.extend_from_slice(&[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2]);
        }
        _ => {
            padded(out, year, 4);
            out.extend_from_slice(&[b'-', m1, m2, b'-', d1, d2]);
        }
    }
}

/// `microseconds` of a day, from 0 to all of it.
fn clock(out: &mut Vec<u8>, microseconds: i64) {
    let seconds = (microseconds / 1_000_000) as u32;
    let ([h1, h2], [m1, m2], [s1, s2]) = (two(seconds / 3_600), two(seconds / 60 % 60), two(seconds % 60));
    out.extend_from_slice(&[h1, h2, b':', m1, m2, b':', s1, s2]);
    fraction(out, microseconds % 1_000_000);
}

/// `.5`, `.000001`, or nothing: no trailing zeros.
fn fraction(out: &mut Vec<u8>, microseconds: i64) {
    if microseconds == 0 {
        return;
    }
    out.push(b'.');
    padded(out, microseconds, 6);
    while out.last() == Some(&b'0') {
        out.pop();
    }
}

/// Days since PostgreSQL's epoch; its infinities have no JSON.
pub fn date(out: &mut Vec<u8>, days: i32) {
    if days == i32::MAX || days == i32::MIN {
        return null(out);
    }
    out.push(b'"');
    calendar(out, i64::from(days) + EPOCH_DAYS);
    out.push(b'"');
}

/// Microseconds since midnight.
pub fn time(out: &mut Vec<u8>, microseconds: i64) {
    out.push(b'"');
    clock(out, microseconds.clamp(0, DAY));
    out.push(b'"');
}

/// Microseconds since PostgreSQL's epoch; UTC where it is a moment.
pub fn moment(out: &mut Vec<u8>, microseconds: i64, zoned: bool) {
    if microseconds == i64::MAX || microseconds == i64::MIN {
        return null(out);
    }
    out.push(b'"');
    calendar(out, microseconds.div_euclid(DAY) + EPOCH_DAYS);
    out.push(b'T');
    clock(out, microseconds.rem_euclid(DAY));
    if zoned {
        out.push(b'Z');
    }
    out.push(b'"');
}

/// Microseconds, days, months.
pub fn interval(out: &mut Vec<u8>, bytes: &[u8]) -> Result<()> {
    let mut rest = bytes;
    let microseconds = i64::from_be_bytes(take(&mut rest)?);
    let days = i64::from(i32::from_be_bytes(take(&mut rest)?));
    let months = i64::from(i32::from_be_bytes(take(&mut rest)?));
    out.extend_from_slice(b"\"P");
    let start = out.len();
    for (number, unit) in [(months / 12, b'Y'), (months % 12, b'M'), (days, b'D')] {
        part(out, number, unit);
    }
    if microseconds != 0 {
        out.push(b'T');
        let seconds = microseconds / 1_000_000;
        part(out, seconds / 3_600, b'H');
        part(out, seconds / 60 % 60, b'M');
        let (whole, fractional) = (seconds % 60, microseconds % 1_000_000);
        if whole != 0 || fractional != 0 {
            if whole == 0 && fractional < 0 {
                out.push(b'-');
            }
            integer(out, whole);
            fraction(out, fractional.abs());
            out.push(b'S');
        }
    }
    if out.len() == start {
        out.extend_from_slice(b"T0S");
    }
    out.push(b'"');
    Ok(())
}

fn part(out: &mut Vec<u8>, number: i64, unit: u8) {
    if number != 0 {
        integer(out, number);
        out.push(unit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, NaiveDate};

    fn text(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("must be UTF-8")
    }

    #[test]
    fn the_calendar_agrees_with_chrono() {
        let first = NaiveDate::from_ymd_opt(1, 1, 1).expect("is a date");
        for day in (0..3_652_000).step_by(97) {
            let date = first + chrono::Days::new(day);
            let days = i64::from(date.num_days_from_ce()) - 719_163;
            assert_eq!(civil(days), (i64::from(date.year()), date.month(), date.day()), "{date}");
        }
    }

    #[test]
    fn moments_agree_with_chrono() {
        let epoch = NaiveDate::from_ymd_opt(2000, 1, 1)
            .and_then(|date| date.and_hms_opt(0, 0, 0))
            .expect("is a moment");
        for step in -12_000..120_000_i64 {
            // Some 25 days a step, each at another time of the day.
            let microseconds = step * 2_132_766_099_429;
            let moment_of = epoch + chrono::Duration::microseconds(microseconds);
            let digits = moment_of.format("%6f").to_string();
            let fraction = digits.trim_end_matches('0');
            let point = if fraction.is_empty() { "" } else { "." };
            let expected = format!("\"{}{point}{fraction}Z\"", moment_of.format("%Y-%m-%dT%H:%M:%S"));
            assert_eq!(text(|out| moment(out, microseconds, true)), expected.replace("\"+", "\""));
        }
    }

    #[test]
    fn moments_and_durations() {
        assert_eq!(text(|out| moment(out, 0, true)), "\"2000-01-01T00:00:00Z\"");
        assert_eq!(text(|out| moment(out, -1, true)), "\"1999-12-31T23:59:59.999999Z\"");
        assert_eq!(text(|out| date(out, i32::MAX)), "null");
        assert_eq!(text(|out| time(out, 30_600_500_000)), "\"08:30:00.5\"");
        let span = |microseconds: i64, days: i32, months: i32| {
            let mut bytes = microseconds.to_be_bytes().to_vec();
            bytes.extend_from_slice(&days.to_be_bytes());
            bytes.extend_from_slice(&months.to_be_bytes());
            text(|out| interval(out, &bytes).expect("must be an interval"))
        };
        assert_eq!(span(0, 0, 0), "\"PT0S\"");
        assert_eq!(span(5_400_000_000, 2, 14), "\"P1Y2M2DT1H30M\"");
        assert_eq!(span(-500_000, 0, 0), "\"PT-0.5S\"");
    }
}
