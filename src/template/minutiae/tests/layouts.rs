//! Every layout byte by byte, built by hand from the standards.

use super::*;

/// Six bytes a minutia; the angles are those of [`minutiae`] in the given unit.
const ISO_MINUTIAE: [u8; 24] = [
    0x40, 10, 0, 20, 0, 80, // ending, 0 degrees
    0x80, 100, 0, 7, 16, 1, // bifurcation, 22.5 degrees
    0x00, 3, 0, 190, 128, 0, // other, 180 degrees, quality not reported
    0x40, 199, 0, 99, 240, 100, // ending, 337.5 degrees
];
const ANSI_MINUTIAE: [u8; 24] = [
    0x40, 10, 0, 20, 0, 80, //
    0x80, 100, 0, 7, 11, 1, // 22 degrees
    0x00, 3, 0, 190, 90, 0, //
    0x40, 199, 0, 99, 169, 100, // 338 degrees
];

fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// [`ISO_MINUTIAE`] or [`ANSI_MINUTIAE`] with 254 for a quality that is not reported.
fn later(mut minutiae: [u8; 24]) -> [u8; 24] {
    minutiae[17] = 254;
    minutiae
}

/// The record that the ANSI angles stand for.
fn in_two_degrees() -> Record {
    let mut record = record();
    record.product = 0x0103_0000;
    record.views[0].minutiae[1].angle = 704;
    record.views[0].minutiae[3].angle = 10_816;
    record
}

/// Reads to the record, and the record writes to the same bytes.
fn both_ways(format: MinutiaeFormat, bytes: &[u8], expected: &Record) {
    let read = read_as(format, bytes).unwrap();
    assert_eq!(numbers(&read.views[0]), numbers(&expected.views[0]), "{format}");
    assert!(read == *expected, "{format}: the views' fields differ");
    assert_eq!(write(expected, format).unwrap(), bytes, "{format}");
}

#[test]
fn iso_2005() {
    let bytes = join(&[
        b"FMR\0 20\0",
        &[0, 0, 0, 54, 0, 0, 0, 200, 0, 200, 0, 197, 0, 197, 1, 0],
        &[7, 0x12, 60, 4],
        &ISO_MINUTIAE,
        &[0, 0],
    ]);
    both_ways(MinutiaeFormat::Iso2005, &bytes, &record());
}

#[test]
fn ansi_2004() {
    let bytes = join(&[
        b"FMR\0 20\0",
        &[0, 56, 1, 3, 0, 0, 0, 0, 0, 200, 0, 200, 0, 197, 0, 197, 1, 0],
        &[7, 0x12, 60, 4],
        &ANSI_MINUTIAE,
        &[0, 0],
    ]);
    both_ways(MinutiaeFormat::Ansi2004, &bytes, &in_two_degrees());
    assert_eq!(write(&record(), MinutiaeFormat::Ansi2004).unwrap(), bytes, "rounded");
}

#[test]
fn ansi_2004_long_form() {
    let mut expected = in_two_degrees();
    let mut view = expected.views[0].clone();
    view.minutiae = vec![view.minutiae[0]; 255].into();
    expected.views = vec![view; 50];
    let bytes = write(&expected, MinutiaeFormat::Ansi2004).unwrap();
    // 30 bytes of header, 50 views of 6 + 255 * 6.
    assert_eq!(bytes.len(), 30 + 50 * 1536);
    assert_eq!(bytes[8..14], [0, 0, 0, 1, 0x2c, 0x1e]);
    assert!(read(&bytes).unwrap() == expected);
    assert_eq!(detect(&bytes), Some(MinutiaeFormat::Ansi2004));
}

#[test]
fn ansi_2009_and_its_amendment() {
    for (format, version) in
        [(MinutiaeFormat::Ansi2009, b"030\0"), (MinutiaeFormat::Ansi2009Am1, b"035\0")]
    {
        let bytes = join(&[
            b"FMR\0",
            version,
            &[0, 0, 0, 64, 1, 3, 0, 0, 0, 0, 0, 1, 0],
            &[7, 1, 2, 60, 1, 3, 0, 1, 0, 200, 0, 200, 0, 197, 0, 197, 4],
            &later(ANSI_MINUTIAE),
            &[0, 0],
        ]);
        both_ways(format, &bytes, &in_two_degrees());
    }
}

#[test]
fn iso_2011_with_quality_bytes() {
    let bytes = join(&[
        b"FMR\x00030\0",
        &[0, 0, 0, 78, 0, 1, 0],
        &[0, 0, 0, 63],
        &[0xff; 9],
        &[0, 0, 0, 0, 0, 1, 60, 1, 3, 0, 1],
        &[7, 1, 0, 197, 0, 197, 2, 0, 200, 0, 200, 0x60, 4],
        &later(ISO_MINUTIAE),
        &[0, 0],
    ]);
    both_ways(MinutiaeFormat::Iso2011, &bytes, &record());
}

#[test]
fn iso_2011_without_quality_bytes() {
    let mut expected = record();
    expected.views[0].quality = 0;
    expected.views[0].minutiae.iter_mut().for_each(|minutia| minutia.quality = 0);
    let five: Vec<u8> = ISO_MINUTIAE.chunks(6).flat_map(|raw| raw[..5].to_vec()).collect();
    let bytes = join(&[
        b"FMR\x00030\0",
        &[0, 0, 0, 69, 0, 1, 0],
        &[0, 0, 0, 54],
        &[0xff; 9],
        &[0, 0, 0, 0, 0, 0],
        &[7, 1, 0, 197, 0, 197, 2, 0, 200, 0, 200, 0x50, 4],
        &five,
        &[0, 0],
    ]);
    both_ways(MinutiaeFormat::Iso2011, &bytes, &expected);
}

/// Certification and quality blocks are passed over; a quality is that of the first
/// block that reports one.
#[test]
fn iso_2011_with_blocks() {
    let bytes = join(&[
        b"FMR\x00030\0",
        &[0, 0, 0, 74, 0, 1, 1],
        &[0, 0, 0, 59],
        &[7, 213, 12, 15, 17, 35, 20, 0, 0],
        &[1, 0xab, 0xcd, 0, 5],
        &[2, 255, 1, 3, 0, 1, 44, 1, 3, 0, 1],
        &[1, 0, 9, 1],
        &[7, 1, 0, 197, 0, 197, 2, 0, 200, 0, 200, 0x51, 1],
        &[0x40, 10, 0, 20, 64],
        &[0, 6, 1, 0, 0, 6, 1, 2],
    ]);
    let read = read(&bytes).unwrap();
    assert_eq!(read.views[0].quality, 44);
    assert_eq!(numbers(&read.views[0]), [(10, 20, 2880, MinutiaKind::Ending, 0)]);
}

#[test]
fn normal_card() {
    let bytes = [
        0x40, 51, 0, 102, 0, // 10 and 20 pixels are 0.51 and 1.02 mm
        0x81, 252, 0, 36, 16, // 5.08, 0.36 mm
        0x00, 15, 3, 196, 128, // 0.15, 9.64 mm
        0x43, 242, 1, 247, 240, // 10.10, 5.03 mm
    ];
    let mut expected = record();
    expected.views[0] = card_view(
        1000,
        vec![
            minutia(51, 102, 0, MinutiaKind::Ending, 0),
            minutia(508, 36, 720, MinutiaKind::Bifurcation, 0),
            minutia(15, 964, 5760, MinutiaKind::Other, 0),
            minutia(1010, 503, 10_800, MinutiaKind::Ending, 0),
        ],
    );
    both_ways(MinutiaeFormat::IsoNormalCard, &bytes, &expected);
    assert_eq!(write(&record(), MinutiaeFormat::IsoNormalCard).unwrap(), bytes, "from pixels");
}

#[test]
fn compact_card() {
    let bytes = [
        5, 10, 0x40, // 0.5, 1.0 mm, ending, 0 degrees
        51, 4, 0x84, // 22.5 degrees
        2, 96, 0x20, // 180 degrees
        101, 50, 0x7c, // 337.5 degrees
    ];
    let mut expected = record();
    expected.views[0] = card_view(
        100,
        vec![
            minutia(5, 10, 0, MinutiaKind::Ending, 0),
            minutia(51, 4, 720, MinutiaKind::Bifurcation, 0),
            minutia(2, 96, 5760, MinutiaKind::Other, 0),
            minutia(101, 50, 10_800, MinutiaKind::Ending, 0),
        ],
    );
    both_ways(MinutiaeFormat::IsoCompactCard, &bytes, &expected);
    assert_eq!(write(&record(), MinutiaeFormat::IsoCompactCard).unwrap(), bytes, "from pixels");
}

fn card_view(resolution: u16, minutiae: Vec<Minutia>) -> View {
    View::of(resolution, minutiae.into())
}

#[test]
fn xyt() {
    let text = "10 180 180 80\n100 193 203 1\n3 10 0 0\n199 101 158 100\n";
    let assumed = Assumed { resolution: 197, width: 200, height: 200 };
    let read = read_with(None, text.as_bytes(), &assumed).unwrap();
    let found: Vec<_> = read.views[0].minutiae.iter().map(|m| (m.x, m.y, m.quality)).collect();
    assert_eq!(found, [(10, 20, 80), (100, 7, 1), (3, 190, 0), (199, 99, 100)]);
    // 22.5 degrees are 23 in whole ones, and 337.5 are 338.
    let angles: Vec<_> = read.views[0].minutiae.iter().map(|m| m.angle).collect();
    assert_eq!(angles, [0, 23 * 32, 180 * 32, 338 * 32]);
    assert!(read.views[0].minutiae.iter().all(|m| m.kind == MinutiaKind::Other));
    assert_eq!((read.views[0].width, read.views[0].height), (200, 200));
    assert_eq!(write(&record(), MinutiaeFormat::Xyt).unwrap(), text.as_bytes());
    assert_eq!(write(&read, MinutiaeFormat::Xyt).unwrap(), text.as_bytes());
}

#[test]
fn five_hundred_dpi() {
    let mut view = view();
    let [x, y] = view.at_500_dpi(&view.minutiae[0]);
    assert!(
        (x - 10.0 * 196.850_4 / 197.0).abs() < 1e-5 && (y - 20.0 * 196.850_4 / 197.0).abs() < 1e-5
    );
    // x and y have their own resolutions.
    view.resolution_x = 394;
    view.resolution_y = 100;
    let [x, y] = view.at_500_dpi(&view.minutiae[0]);
    assert!((x - 10.0 * 196.850_4 / 394.0).abs() < 1e-5 && (y - 20.0 * 1.968_504).abs() < 1e-4);
}
