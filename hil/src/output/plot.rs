//! Histograms as inline SVG.

use std::fmt::Write as _;

use super::number::{number, percentile};

/// Bars of a histogram.
const BARS: usize = 40;
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 120.0;

/// A series in numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Percentiles {
    /// Label and value.
    pub(super) rows: Vec<(&'static str, f64)>,
}

/// Smallest, percentiles and largest; nothing without numbers.
pub(super) fn percentiles(sorted: &[f64]) -> Percentiles {
    let rows = [("smallest", 0), ("50 %", 50), ("90 %", 90), ("99 %", 99), ("largest", 100)];
    let rows =
        rows.into_iter().filter_map(|(label, percent)| Some((label, percentile(sorted, percent)?)));
    Percentiles { rows: rows.collect() }
}

/// Fewer numbers than this are no distribution.
pub(super) const LEAST: usize = 8;

/// A histogram of sorted numbers with lines at the median and the 99th percentile; empty without
/// numbers. What lies beyond twice the 99th percentile is counted in the last bar.
pub(super) fn histogram(sorted: &[f64], unit: &str, label: &str) -> String {
    let (Some(low), Some(median), Some(high)) =
        (sorted.first().copied(), percentile(sorted, 50), percentile(sorted, 99))
    else {
        return String::new();
    };
    let most = sorted.last().copied().unwrap_or(high).min(high + (high - low));
    let span = if most > low { most - low } else { 1.0 };
    let mut counts = [0_u32; BARS];
    for value in sorted {
        counts[bar(*value, low, span)] += 1;
    }
    let x = |value: f64| ((value - low) / span).clamp(0.0, 1.0) * WIDTH;
    let mut out = format!(
        "<svg class=\"plot\" viewBox=\"0 -22 {WIDTH} {}\" role=\"img\" aria-label=\"{}\">",
        HEIGHT + 46.0,
        escape(label)
    );
    bars(&mut out, &counts);
    for (name, value) in [("50 %", median), ("99 %", high)] {
        mark(&mut out, x(value), name);
    }
    let _ = write!(
        out,
        "<line class=\"axis\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{HEIGHT}\" y2=\"{HEIGHT}\"/>\
         <text x=\"0\" y=\"{y}\">{} {unit}</text>\
         <text x=\"{WIDTH}\" y=\"{y}\" text-anchor=\"end\">{} {unit}</text></svg>",
        number(low),
        number(most),
        y = HEIGHT + 20.0,
        unit = escape(unit)
    );
    out
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and BARS, by the clamp"
)]
fn bar(value: f64, low: f64, span: f64) -> usize {
    let place = ((value - low) / span * BARS as f64).floor().clamp(0.0, BARS as f64 - 1.0);
    place as usize
}

fn bars(out: &mut String, counts: &[u32; BARS]) {
    let most = f64::from(counts.iter().copied().max().unwrap_or(1).max(1));
    let width = WIDTH / BARS as f64;
    for (place, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        // The root keeps single calls far out visible.
        let height = (f64::from(*count) / most).sqrt() * HEIGHT;
        let _ = write!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"><title>{count}</title></rect>",
            place as f64 * width,
            HEIGHT - height,
            width - 1.0
        );
    }
}

fn mark(out: &mut String, x: f64, name: &str) {
    let anchor = if x > WIDTH * 0.9 { "end" } else { "start" };
    let _ = write!(
        out,
        "<line class=\"mark\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"-2\" y2=\"{HEIGHT}\"/>\
         <text x=\"{x:.1}\" y=\"-4\" text-anchor=\"{anchor}\">{name}</text>"
    );
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_in_a_bar() {
        let mut values: Vec<f64> = (0..1000).map(|i| f64::from(i % 37)).collect();
        values.push(1e9);
        values.sort_by(f64::total_cmp);
        let svg = histogram(&values, "µs", "a \"b\" <c>");
        let counts = svg.split("<title>").skip(1);
        let total: u32 =
            counts.map(|rest| rest.split('<').next().unwrap().parse::<u32>().unwrap()).sum();
        assert_eq!(total, 1001);
        assert!(svg.contains("a &quot;b&quot; &lt;c>"), "{svg}");
    }

    #[test]
    fn one_number_and_none() {
        assert!(histogram(&[5.0], "µs", "x").contains("<rect"));
        assert_eq!(histogram(&[], "µs", "x"), "");
        assert!(percentiles(&[]).rows.is_empty());
        assert_eq!(percentiles(&[1.0, 2.0]).rows[1], ("50 %", 1.0));
    }
}
