//! For all records and for all bytes.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn any_format() -> impl Strategy<Value = MinutiaeFormat> {
    select(&MinutiaeFormat::ALL[..])
}

fn any_kind() -> impl Strategy<Value = MinutiaKind> {
    select(&[MinutiaKind::Ending, MinutiaKind::Bifurcation, MinutiaKind::Other][..])
}

/// A minutia that lies within the given bounds.
fn any_minutia(right: u16, bottom: u16) -> impl Strategy<Value = Minutia> {
    (0..=right, 0..=bottom, 0..TURN, any_kind(), 0..=100_u8)
        .prop_map(|(x, y, angle, kind, quality)| Minutia { x, y, angle, kind, quality })
}

/// The largest coordinate that the format holds, in pixels of the resolution.
fn largest(format: MinutiaeFormat, resolution: u16) -> u16 {
    let (limit, unit) = match format {
        MinutiaeFormat::IsoNormalCard => (16_383_u32, 1000),
        MinutiaeFormat::IsoCompactCard => (255, 100),
        MinutiaeFormat::Xyt => (16_383, 197),
        _ => (16_383, u32::from(resolution)),
    };
    u16::try_from((limit * u32::from(resolution) / unit).min(16_383)).unwrap()
}

/// A view that the format holds, its minutiae inside its image.
fn any_view(format: MinutiaeFormat, x: u16, y: u16) -> impl Strategy<Value = View> {
    let codes = if matches!(format, MinutiaeFormat::Iso2005 | MinutiaeFormat::Ansi2004) {
        0..=15_u8
    } else {
        0..=255
    };
    let (right, bottom) = (largest(format, x), largest(format, y));
    let head = (any::<u8>(), codes.clone(), codes, 0..=100_u8);
    (head, vec(any_minutia(right, bottom), 1..12)).prop_map(move |(head, minutiae)| View {
        position: head.0,
        number: head.1,
        impression: head.2,
        quality: head.3,
        width: right,
        height: bottom,
        resolution_x: x,
        resolution_y: y,
        minutiae: minutiae.into(),
    })
}

/// A format, and a record that it holds.
fn any_record() -> impl Strategy<Value = (MinutiaeFormat, Record)> {
    (any_format(), 99..=1000_u16, 99..=1000_u16).prop_flat_map(|(format, x, y)| {
        let one = format.is_card() || format == MinutiaeFormat::Xyt;
        let views = vec(any_view(format, x, y), 1..if one { 2 } else { 4 });
        (1..=u32::MAX, views).prop_map(move |(product, views)| (format, Record { product, views }))
    })
}

/// What every record that was read keeps, whatever the bytes were.
fn sound(record: &Record, bytes: usize) -> Result<(), TestCaseError> {
    prop_assert!((1..=crate::limits::VIEWS_PER_RECORD).contains(&record.views.len()));
    let minutiae: usize = record.views.iter().map(|view| view.minutiae.len()).sum();
    prop_assert!(minutiae * 3 <= bytes, "{minutiae} minutiae from {bytes} bytes");
    for view in &record.views {
        for resolution in [view.resolution_x, view.resolution_y] {
            prop_assert!(crate::limits::MINUTIAE_RESOLUTION.contains(&resolution));
        }
        prop_assert!(view.quality <= 100 && view.minutiae.len() <= 255);
        for minutia in view.minutiae.iter() {
            prop_assert!(minutia.x <= 16_383 && minutia.y <= 16_383);
            prop_assert!(minutia.angle < TURN && minutia.quality <= 100);
            prop_assert!(view.at_500_dpi(minutia).iter().all(|value| value.is_finite()));
        }
    }
    Ok(())
}

/// Reads bytes as every format and on their own word.
fn read_all(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(record) = read(bytes) {
        sound(&record, bytes.len())?;
    }
    for format in MinutiaeFormat::ALL {
        let Ok(mut record) = read_as(format, bytes) else { continue };
        sound(&record, bytes.len())?;
        // What was read is written, unless it has an empty view; and it comes back, but for
        // sizes that were 0.
        let Ok(written) = write(&record, format) else {
            prop_assert!(record.views.iter().any(|view| view.minutiae.is_empty()));
            continue;
        };
        let mut again = read_as(format, &written).expect("what was written");
        for view in record.views.iter_mut().chain(&mut again.views) {
            (view.width, view.height) = (0, 0);
        }
        if record.product == 0 {
            again.product = 0;
        }
        prop_assert!(again == record, "{format}");
    }
    Ok(())
}

/// Holds what came back against what was written.
fn same(format: MinutiaeFormat, found: &View, wanted: &View) -> Result<(), TestCaseError> {
    prop_assert_eq!(found.minutiae.len(), wanted.minutiae.len());
    let card = format.is_card();
    let xyt = format == MinutiaeFormat::Xyt;
    if !card && !xyt {
        let head = |v: &View| (v.position, v.number, v.impression, v.quality, v.width, v.height);
        prop_assert_eq!(head(found), head(wanted));
        prop_assert_eq!(found.resolution_x, wanted.resolution_x);
        prop_assert_eq!(found.resolution_y, wanted.resolution_y);
    }
    let (angle, _) = conversion::rounding(format);
    for (f, w) in found.minutiae.iter().zip(wanted.minutiae.iter()) {
        prop_assert!(apart(f.angle, w.angle) <= angle);
        prop_assert!(xyt || f.kind == w.kind);
        prop_assert_eq!(f.quality, if card { 0 } else { w.quality });
        for (f, found_unit, w, wanted_unit) in [
            (f.x, found.resolution_x, w.x, wanted.resolution_x),
            (f.y, found.resolution_y, w.y, wanted.resolution_y),
        ] {
            // |f / found_unit - w / wanted_unit| <= half a unit, in whole numbers.
            let left = i64::from(f) * i64::from(wanted_unit);
            let right = i64::from(w) * i64::from(found_unit);
            prop_assert!(2 * (left - right).abs() <= i64::from(wanted_unit));
            prop_assert!(found_unit != wanted_unit || f == w);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_is_written_comes_back((format, record) in any_record()) {
        let bytes = write(&record, format).unwrap();
        // xyt does not state its height: the reader is told what the writer had.
        let unit = u32::from(record.views[0].resolution_y);
        let height = (2 * u32::from(record.views[0].height) * 197 + unit) / (2 * unit);
        let assumed = Assumed { height: u16::try_from(height.min(16_383)).unwrap(), ..Assumed::default() };
        let read = read_with(Some(format), &bytes, &assumed).unwrap();
        prop_assert_eq!(read.views.len(), record.views.len());
        for (found, wanted) in read.views.iter().zip(&record.views) {
            same(format, found, wanted)?;
        }
        // The second writing rounds nothing any more.
        prop_assert_eq!(write(&read, format).unwrap(), bytes);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..400)) {
        read_all(&bytes)?;
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[0-9 \\n-]{0,120}", other in "\\PC{0,60}") {
        read_all(text.as_bytes())?;
        read_all(other.as_bytes())?;
    }

    #[test]
    fn changed_records_are_read_or_refused(
        (format, record) in any_record(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = write(&record, format).unwrap();
        for (index, byte) in &changes {
            let length = bytes.len();
            // Half of the changes go to the header.
            let index = index.index(length);
            bytes[if index % 2 == 0 { index } else { index.min(60) % length }] = *byte;
        }
        read_all(&bytes)?;
    }

    #[test]
    fn cut_records_are_refused((format, record) in any_record()) {
        let bytes = write(&record, format).unwrap();
        for end in 0..bytes.len() {
            let cut = read_as(format, &bytes[..end]);
            if let Ok(read) = &cut {
                sound(read, end)?;
            }
            let text = format == MinutiaeFormat::Xyt;
            prop_assert!(cut.is_err() || format.is_card() || text, "{} at {}", format, end);
        }
    }

    /// The same finger at a multiple of the resolution lies in the same place, exactly.
    #[test]
    fn scaled_with_its_resolution(x in 0..2000_u16, resolution in 99..=200_u16, by in 1..=5_u16) {
        let at = |x: u16, resolution: u16| {
            let minutia = minutia(x, x, 0, MinutiaKind::Ending, 0);
            View { resolution_x: resolution, resolution_y: resolution, ..view() }.at_500_dpi(&minutia)
        };
        let (once, scaled) = (at(x, resolution), at(x * by, resolution * by));
        prop_assert_eq!(once.map(f32::to_bits), scaled.map(f32::to_bits));
        let exact = f64::from(x) * 196.850_393_7 / f64::from(resolution);
        prop_assert!((f64::from(once[0]) - exact).abs() <= 1e-3 * (1.0 + exact / 1000.0));
    }
}
