//! What reality has, and is read although it is wrong.

use super::*;

/// The two records whose length field stands at 8..12.
const LONG: [MinutiaeFormat; 2] = [MinutiaeFormat::Iso2005, MinutiaeFormat::Ansi2009];

#[test]
fn a_length_one_or_two_bytes_short() {
    for format in LONG {
        let bytes = write(&record(), format).unwrap();
        for short in 1..=2 {
            let mut bytes = bytes.clone();
            bytes[11] -= short;
            assert!(read(&bytes).is_ok(), "{format}, {short}");
        }
    }
}

#[test]
fn zeroes_within_and_anything_behind_the_stated_length() {
    for format in [
        MinutiaeFormat::Iso2005,
        MinutiaeFormat::Iso2011,
        MinutiaeFormat::Ansi2004,
        MinutiaeFormat::Ansi2009,
        MinutiaeFormat::Ansi2009Am1,
    ] {
        let plain = write(&record(), format).unwrap();
        let expected = read_as(format, &plain).unwrap();
        let behind = [&plain[..], &[0xa5; 100]].concat();
        assert!(read(&behind).unwrap() == expected, "{format}: behind");
        let mut within = [&plain[..], &[0; 30], &[0xa5; 5]].concat();
        let low = if format == MinutiaeFormat::Ansi2004 { 9 } else { 11 };
        within[low] += 30;
        assert!(read_as(format, &within).unwrap() == expected, "{format}: within");
    }
}

#[test]
fn minutiae_outside_the_image_and_reserved_bits() {
    let mut bytes = write(&record(), MinutiaeFormat::Iso2005).unwrap();
    // The first minutia stands at 28: kind 3, x 16383; y with both reserved bits.
    bytes[28..34].copy_from_slice(&[0xff, 0xff, 0xc1, 0x00, 5, 101]);
    let read = read(&bytes).unwrap();
    assert_eq!(numbers(&read.views[0])[0], (16_383, 256, 225, MinutiaKind::Other, 0));
}

/// A sample record of a known library has ISO angles in an ANSI record.
#[test]
fn angles_of_more_than_a_turn() {
    let mut bytes = write(&record(), MinutiaeFormat::Ansi2004).unwrap();
    bytes[26 + 4 + 4] = 213;
    let read = read(&bytes).unwrap();
    assert_eq!(read.views[0].minutiae[0].angle, (213 * 2 - 360) * 32);
}

#[test]
fn several_views_and_a_view_without_minutiae() {
    let mut several = record();
    several.views.push(View { position: 2, number: 0, minutiae: vec![].into(), ..view() });
    several.views.push(View { position: 2, number: 1, ..view() });
    for format in LONG {
        let read = read(&write(&several, format).unwrap()).unwrap();
        let counts: Vec<_> = read.views.iter().map(|view| view.minutiae.len()).collect();
        assert_eq!(counts, [4, 0, 4], "{format}");
        assert_eq!(read.views[2].position, 2);
    }
}

#[test]
fn extended_data_is_passed_over() {
    let plain = write(&record(), MinutiaeFormat::Iso2005).unwrap();
    // Its own inner lengths lie; only the outer one counts.
    let extended = [0, 7, 0, 2, 255, 255, 1, 2, 3];
    let mut bytes = [&plain[..plain.len() - 2], &extended[..], &[9, 9]].concat();
    bytes[11] += 7;
    assert!(read(&bytes).unwrap() == record());
}

#[test]
fn xyt_as_people_write_it() {
    let read = read(b"\n 5 60 -90\r\n7\t50 450 200\n\n").unwrap();
    let expected =
        [(5, 0, 90 * 32, MinutiaKind::Other, 0), (7, 10, 270 * 32, MinutiaKind::Other, 0)];
    assert_eq!(numbers(&read.views[0]), expected);
}

/// A height below a minutia, or none, only shifts all of them.
#[test]
fn xyt_outside_its_image() {
    for height in [0, 1, 60, 61, 100] {
        let assumed = Assumed { height, ..Assumed::default() };
        let read = read_with(None, b"5 60 0 1\n7 0 0 1\n", &assumed).unwrap();
        let y: Vec<_> = read.views[0].minutiae.iter().map(|minutia| minutia.y).collect();
        let top = height.max(60);
        assert_eq!(y, [top - 60, top]);
    }
}

#[test]
fn no_minutia_in_any_message() {
    let error = read(b"77 66 55 44\n77 no\n");
    assert_eq!(format!("{error:?}").matches("77").count(), 0);
    let view = format!("{:?} {:?}", record(), view().minutiae);
    assert!(!view.contains("199") && !view.contains("10800"), "{view}");
}
