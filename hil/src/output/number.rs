//! Numbers for people.

use crate::record::Measurement;

/// A number with as many digits as say something.
pub(super) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "none".to_owned();
    }
    let digits = match value.abs() {
        0.0 => 0,
        size if size >= 100.0 || (value.fract() == 0.0) => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 4,
    };
    group(&format!("{value:.digits$}"))
}

/// Groups of three, from four digits on that stand before the point.
fn group(text: &str) -> String {
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let (sign, digits) = whole.split_at(whole.len() - whole.trim_start_matches('-').len());
    let mut out = String::from(sign);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

/// The limits of a measurement: "≤ 10", "5 to 10", "= 0"; empty if it has none.
pub(super) fn limits(measurement: &Measurement) -> String {
    match (measurement.limits.low, measurement.limits.high) {
        (None, None) => String::new(),
        (Some(low), None) => format!("≥ {}", number(low)),
        (None, Some(high)) => format!("≤ {}", number(high)),
        (Some(low), Some(high)) if low == high => format!("= {}", number(low)),
        (Some(low), Some(high)) => format!("{} to {}", number(low), number(high)),
    }
}

/// Seconds: "3.2 s", "45 ms", "2 min 5 s".
pub(super) fn seconds(seconds: f64) -> String {
    if seconds < 0.9995 {
        format!("{:.0} ms", seconds * 1e3)
    } else if seconds < 100.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{:.0} min {:.0} s", (seconds / 60.0).floor(), (seconds % 60.0).floor())
    }
}

/// Percentiles by the nearest rank of sorted numbers; `None` without any.
pub(super) fn percentile(sorted: &[f64], percent: u32) -> Option<f64> {
    let rank = (sorted.len() * percent as usize).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_by_people() {
        for (value, text) in [
            (0.0, "0"),
            (1234567.0, "1,234,567"),
            (-1234.5, "-1,234"),
            (12.34, "12.3"),
            (0.01234, "0.0123"),
            (100.0, "100"),
            (f64::NAN, "none"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(seconds(0.045), "45 ms");
        assert_eq!(seconds(125.4), "2 min 5 s");
    }

    #[test]
    fn percentiles_are_numbers_that_occurred() {
        let sorted: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!(percentile(&sorted, 50), Some(100.0));
        assert_eq!(percentile(&sorted, 99), Some(198.0));
        assert_eq!(percentile(&sorted, 100), Some(200.0));
        assert_eq!(percentile(&sorted[..1], 1), Some(1.0));
        assert_eq!(percentile(&[], 50), None);
    }
}
