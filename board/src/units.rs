//! Times and sizes as people write and read them.

/// Nanoseconds from `100ms`, `1.5s`, `250us` or `800ns`.
///
/// # Errors
///
/// What is wrong, in words.
pub fn parse_time(text: &str) -> Result<f64, String> {
    let units = [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)];
    parse(text, &units).ok_or_else(|| format!("{text}: not a time such as 100ms, 250us or 2s"))
}

/// Bytes from `64MB` (millions), `64MiB` (1024 times 1024), `1GB`, `4096`.
///
/// # Errors
///
/// What is wrong, in words.
pub fn parse_bytes(text: &str) -> Result<u64, String> {
    let units = [
        ("KiB", 1024.0),
        ("MiB", 1_048_576.0),
        ("GiB", 1_073_741_824.0),
        ("kB", 1e3),
        ("KB", 1e3),
        ("MB", 1e6),
        ("GB", 1e9),
        ("B", 1.0),
        ("", 1.0),
    ];
    let bytes = parse(text, &units).filter(|&bytes| (1.0..1e18).contains(&bytes));
    let bytes = bytes.ok_or_else(|| format!("{text}: not a size such as 64MB, 64MiB or 4096"))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in that range")]
    let bytes = bytes as u64;
    Ok(bytes)
}

fn parse(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = units.iter().find(|known| known.0 == unit.trim_start())?.1;
    let value = number.parse::<f64>().ok()? * factor;
    (value.is_finite() && value > 0.0).then_some(value)
}

/// Three figures and a unit: `12.3 µs`.
#[must_use]
pub fn time(ns: f64) -> String {
    let (value, unit) = match ns {
        ns if ns < 1e3 => (ns, "ns"),
        ns if ns < 1e6 => (ns / 1e3, "µs"),
        ns if ns < 1e9 => (ns / 1e6, "ms"),
        ns => (ns / 1e9, "s"),
    };
    format!("{} {unit}", figures(value))
}

/// Bytes in the largest decimal unit: `64.0 MB`.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    let bytes = bytes as f64;
    let (value, unit) = match bytes {
        b if b < 1e4 => return format!("{b} B"),
        b if b < 1e6 => (b / 1e3, "kB"),
        b if b < 1e9 => (b / 1e6, "MB"),
        b => (b / 1e9, "GB"),
    };
    format!("{} {unit}", figures(value))
}

/// Three figures that count.
#[must_use]
pub fn figures(value: f64) -> String {
    match value {
        v if v < 1.0 => format!("{v:.3}"),
        v if v < 10.0 => format!("{v:.2}"),
        v if v < 100.0 => format!("{v:.1}"),
        v => format!("{v:.0}"),
    }
}

/// `1,234,567`.
#[must_use]
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let parts = digits.as_bytes().rchunks(3).rev();
    let parts: Vec<_> = parts.map(|part| String::from_utf8_lossy(part)).collect();
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_are_read_and_nonsense_is_refused() {
        assert_eq!(parse_time("100ms"), Ok(1e8));
        assert_eq!(parse_time("1.5 s"), Ok(1.5e9));
        assert_eq!(parse_bytes("64MB"), Ok(64_000_000));
        assert_eq!(parse_bytes("64MiB"), Ok(67_108_864));
        assert_eq!(parse_bytes("4096"), Ok(4096));
        for wrong in ["", "ms", "100", "-1ms", "0ms", "1e3ms", "1..2s", "5 parsecs"] {
            assert!(parse_time(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "MB", "0", "0.5B", "99999999999999999999GB", "64mb"] {
            assert!(parse_bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn figures_are_three() {
        assert_eq!([time(950.0), time(12_345.0), time(2e9)], ["950 ns", "12.3 µs", "2.00 s"]);
        assert_eq!([bytes(4096), bytes(64_000_000)], ["4096 B", "64.0 MB"]);
        assert_eq!([count(7), count(1_234), count(1_234_567)], ["7", "1,234", "1,234,567"]);
    }
}
