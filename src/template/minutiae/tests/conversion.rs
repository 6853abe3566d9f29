//! From every format to every other.

use super::*;

/// The most that one writing of a format moves an angle, in 1/11520 turn, and a
/// coordinate, in micrometres.
pub(super) fn rounding(format: MinutiaeFormat) -> (u16, f64) {
    let half_pixel = 0.5 * 10_000.0 / 197.0;
    match format {
        MinutiaeFormat::Iso2005 | MinutiaeFormat::Iso2011 => (22, 0.0),
        MinutiaeFormat::IsoNormalCard => (22, 5.0),
        MinutiaeFormat::IsoCompactCard => (90, 50.0),
        MinutiaeFormat::Ansi2004 | MinutiaeFormat::Ansi2009 | MinutiaeFormat::Ansi2009Am1 => {
            (32, 0.0)
        }
        MinutiaeFormat::Xyt => (16, half_pixel),
    }
}

/// Places of a view in micrometres, y from the uppermost minutia: xyt loses the rest.
pub(super) fn micrometres(view: &View) -> Vec<(f64, f64)> {
    let top = view.minutiae.iter().map(|minutia| minutia.y).min().unwrap_or(0);
    let at = |value: u16, resolution: u16| f64::from(value) * 10_000.0 / f64::from(resolution);
    let place = |m: &Minutia| (at(m.x, view.resolution_x), at(m.y - top, view.resolution_y));
    view.minutiae.iter().map(place).collect()
}

/// Holds two views against each other.
pub(super) fn close(found: &View, expected: &View, angle: u16, length: f64) {
    assert_eq!(found.minutiae.len(), expected.minutiae.len());
    for (found, expected) in found.minutiae.iter().zip(expected.minutiae.iter()) {
        assert!(apart(found.angle, expected.angle) <= angle, "angle");
    }
    for (found, expected) in micrometres(found).iter().zip(micrometres(expected)) {
        assert!((found.0 - expected.0).abs() <= length + 1e-6, "x: {found:?} for {expected:?}");
        // The uppermost minutia is rounded as well.
        assert!((found.1 - expected.1).abs() <= 2.0 * length + 1e-6, "y");
    }
}

#[test]
fn from_every_format_to_every_other() {
    let original = record();
    let half_pixel = 0.5 * 10_000.0 / 197.0;
    for from in MinutiaeFormat::ALL {
        let source = write(&original, from).unwrap();
        let told = from.is_card().then_some(from);
        for to in MinutiaeFormat::ALL {
            let bytes = convert(told, &source, to, &Assumed::default()).unwrap();
            let read = read_as(to, &bytes).unwrap();
            let (first, second) = (rounding(from), rounding(to));
            // A card becomes whole pixels.
            let pixels = if from.is_card() && !to.is_card() { half_pixel } else { 0.0 };
            let length = first.1 + second.1 + pixels;
            close(&read.views[0], &original.views[0], first.0 + second.0, length);
            if !to.is_card() {
                assert_eq!(read.views[0].resolution_x, 197, "{from} to {to}");
            }
        }
    }
}

#[test]
fn a_card_in_another_resolution() {
    let card = write(&record(), MinutiaeFormat::IsoNormalCard).unwrap();
    let assumed = Assumed { resolution: 394, ..Assumed::default() };
    let from = Some(MinutiaeFormat::IsoNormalCard);
    let bytes = convert(from, &card, MinutiaeFormat::Iso2005, &assumed).unwrap();
    let view = &read(&bytes).unwrap().views[0];
    assert_eq!((view.resolution_x, view.resolution_y), (394, 394));
    let found: Vec<_> = view.minutiae.iter().map(|minutia| (minutia.x, minutia.y)).collect();
    assert_eq!(found, [(20, 40), (200, 14), (6, 380), (398, 198)]);
}

#[test]
fn both_kinds_of_failure() {
    let assumed = Assumed::default();
    let error = convert(None, b"", MinutiaeFormat::Iso2005, &assumed).unwrap_err();
    assert!(matches!(error, ConvertError::Read(_)));
    let mut record = record();
    record.views.push(view());
    let bytes = write(&record, MinutiaeFormat::Iso2005).unwrap();
    let error = convert(None, &bytes, MinutiaeFormat::Xyt, &assumed).unwrap_err();
    assert!(matches!(error, ConvertError::Write(_)));
}
