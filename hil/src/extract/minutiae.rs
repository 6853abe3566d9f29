//! What an extractor prints, as a record.

use kaimen::limits;
use kaimen::template::minutiae::{Minutia, MinutiaKind, Record, TURN, View};

/// Why a text is no list of minutiae.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// The first line is not `minutiae COUNT`.
    #[error("the first line is not `minutiae COUNT`")]
    Header,
    /// A line has other fields, or a value outside its range.
    #[error("line {line}: the field `{field}` is missing, no number, or outside the image")]
    Field {
        /// The line, from 1.
        line: usize,
        /// The field.
        field: &'static str,
    },
    /// There are more or fewer lines than the first one says.
    #[error("{found} minutiae where {stated} were announced")]
    Count {
        /// As the first line says.
        stated: usize,
        /// As there are.
        found: usize,
    },
    /// The image has none.
    #[error("no minutiae in the image")]
    None,
}

/// Reads a text as `kaimen-mindtct` prints it. Above the limit of a view, the best are kept.
pub(super) fn read(text: &str, width: u16, height: u16, dpi: u16) -> Result<Record, TextFault> {
    let mut lines = text.lines();
    let header = lines.next().and_then(|line| line.strip_prefix("minutiae "));
    let stated = header.and_then(|count| count.parse().ok()).ok_or(TextFault::Header)?;
    let minutiae = lines.zip(2..).map(|(text, line)| minutia(text, line, width, height));
    let mut minutiae = minutiae.collect::<Result<Vec<_>, _>>()?;
    if minutiae.len() != stated {
        return Err(TextFault::Count { stated, found: minutiae.len() });
    }
    if minutiae.is_empty() {
        return Err(TextFault::None);
    }
    minutiae.sort_by_key(|minutia| std::cmp::Reverse(minutia.quality));
    minutiae.truncate(limits::MINUTIAE_PER_VIEW);
    let mut view = View::of(per_centimetre(dpi), minutiae.into());
    (view.width, view.height) = (width, height);
    Ok(Record { product: 0, views: vec![view] })
}

fn minutia(text: &str, line: usize, width: u16, height: u16) -> Result<Minutia, TextFault> {
    let mut fields = text.split(' ');
    let mut next = |field: &'static str| {
        let text = fields.next().ok_or(TextFault::Field { line, field })?;
        Ok((text, TextFault::Field { line, field }))
    };
    let (x, fault) = next("x")?;
    let x = x.parse().ok().filter(|x| *x < width).ok_or(fault)?;
    let (y, fault) = next("y")?;
    let y = y.parse().ok().filter(|y| *y < height).ok_or(fault)?;
    let (angle, fault) = next("angle")?;
    let angle = angle.parse().ok().and_then(turn).ok_or(fault)?;
    let (quality, fault) = next("quality")?;
    let quality =
        quality.parse().ok().filter(|quality| (1..=100).contains(quality)).ok_or(fault)?;
    let (kind, fault) = next("kind")?;
    let kind = match kind {
        "ending" => MinutiaKind::Ending,
        "bifurcation" => MinutiaKind::Bifurcation,
        _ => return Err(fault),
    };
    if fields.next().is_some() {
        return Err(TextFault::Field { line, field: "end" });
    }
    Ok(Minutia { x, y, angle, kind, quality })
}

/// Degrees as units of a turn.
fn turn(degrees: f64) -> Option<u16> {
    if !(0.0..=360.0).contains(&degrees) {
        return None;
    }
    let units = (degrees / 360.0 * f64::from(TURN)).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to TURN")]
    let units = units as u16;
    Some(units % TURN)
}

/// Pixels a centimetre, rounded: 500 dpi is 197.
fn per_centimetre(dpi: u16) -> u16 {
    let hundredths = u32::from(dpi) * 100;
    u16::try_from((hundredths + 127) / 254).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_a_record_with_the_best_first() {
        let text = "minutiae 2\n3 4 90.00 20 ending\n5 6 337.50 90 bifurcation\n";
        let record = read(text, 192, 192, 508).unwrap();
        let view = &record.views[0];
        assert_eq!((view.resolution_x, view.width), (200, 192));
        let found = view.minutiae.iter().map(|m| (m.x, m.y, m.angle, m.quality, m.kind));
        let expected =
            [(5, 6, 10_800, 90, MinutiaKind::Bifurcation), (3, 4, 2_880, 20, MinutiaKind::Ending)];
        assert!(found.eq(expected));
        assert_eq!(per_centimetre(500), 197);
    }

    #[test]
    fn what_is_no_such_text_is_refused_by_line_and_field() {
        let refused = |text: &str| read(text, 100, 100, 500).unwrap_err();
        assert_eq!(refused(""), TextFault::Header);
        assert_eq!(refused("minutiae -1\n"), TextFault::Header);
        assert_eq!(refused("minutiae 0\n"), TextFault::None);
        assert_eq!(refused("minutiae 2\n1 1 0 1 ending"), TextFault::Count { stated: 2, found: 1 });
        for (line, field) in [
            ("100 1 0 1 ending", "x"),
            ("-1 1 0 1 ending", "x"),
            ("1", "y"),
            ("1 1 NaN 1 ending", "angle"),
            ("1 1 361 1 ending", "angle"),
            ("1 1 0 0 ending", "quality"),
            ("1 1 0 101 ending", "quality"),
            ("1 1 0 1 loop", "kind"),
            ("1 1 0 1 ending 7", "end"),
        ] {
            let text = format!("minutiae 1\n{line}\n");
            assert_eq!(refused(&text), TextFault::Field { line: 2, field }, "{line}");
        }
    }
}
