//! What is refused, and how precisely it is said.

use super::*;

const RECORDS: [MinutiaeFormat; 5] = [
    MinutiaeFormat::Iso2005,
    MinutiaeFormat::Iso2011,
    MinutiaeFormat::Ansi2004,
    MinutiaeFormat::Ansi2009,
    MinutiaeFormat::Ansi2009Am1,
];

/// Where the low byte of the total length stands.
fn low(format: MinutiaeFormat) -> usize {
    if format == MinutiaeFormat::Ansi2004 { 9 } else { 11 }
}

/// Where the low byte of the number of views stands.
fn views(format: MinutiaeFormat) -> usize {
    match format {
        MinutiaeFormat::Iso2005 => 22,
        MinutiaeFormat::Ansi2004 => 24,
        MinutiaeFormat::Iso2011 => 13,
        _ => 19,
    }
}

/// Where the horizontal resolution stands.
fn resolution(format: MinutiaeFormat) -> usize {
    match format {
        MinutiaeFormat::Iso2005 => 18,
        MinutiaeFormat::Ansi2004 => 20,
        // One quality block.
        MinutiaeFormat::Iso2011 => 15 + 19 + 5 + 2,
        _ => 21 + 12,
    }
}

#[test]
fn cut_at_every_byte() {
    for format in RECORDS {
        let mut two = record();
        two.views.push(view());
        let bytes = write(&two, format).unwrap();
        for end in 0..bytes.len() {
            assert!(read_as(format, &bytes[..end]).is_err(), "{format}, {end}");
            assert!(read(&bytes[..end]).is_err(), "{format}, {end}");
        }
    }
}

#[test]
fn cards_and_text_cut_at_every_byte() {
    for (format, unit) in [(MinutiaeFormat::IsoNormalCard, 5), (MinutiaeFormat::IsoCompactCard, 3)]
    {
        let bytes = write(&record(), format).unwrap();
        for end in 0..bytes.len() {
            let read = read_as(format, &bytes[..end]);
            match end % unit {
                _ if end == 0 => assert_eq!(fault(read), ReadFault::Empty),
                0 => assert_eq!(read.unwrap().views[0].minutiae.len(), end / unit),
                _ => assert_eq!(fault(read), ReadFault::Multiple { unit, found: end }),
            }
        }
    }
    let text = write(&record(), MinutiaeFormat::Xyt).unwrap();
    for end in 0..text.len() {
        if let Ok(read) = read(&text[..end]) {
            let lines = text[..end].split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
            assert_eq!(read.views[0].minutiae.len(), lines.count());
        }
    }
}

#[test]
fn lengths_that_lie() {
    for format in RECORDS {
        let bytes = write(&record(), format).unwrap();
        let total = bytes.len();
        let mut long = bytes.clone();
        long[low(format)] += 1;
        let error = read_as(format, &long).unwrap_err();
        let truncated = ReadFault::Truncated { needed: total + 1, found: total };
        assert_eq!((error.offset, error.fault), (0, truncated), "{format}");
        let mut short = bytes.clone();
        short[low(format)] -= 3;
        let error = fault(read_as(format, &short));
        assert_eq!(error, ReadFault::Length { stated: total - 3, content: total }, "{format}");
        // Something follows the last view that no view count announces.
        let mut more = [&bytes[..], &[0, 1, 0]].concat();
        more[low(format)] += 3;
        let error = fault(read_as(format, &more));
        assert_eq!(error, ReadFault::Surplus { stated: total + 3, found: 3 }, "{format}");
    }
}

#[test]
fn view_counts_that_lie() {
    for format in RECORDS {
        let bytes = write(&record(), format).unwrap();
        for count in [2, 255] {
            let mut more = bytes.clone();
            more[views(format)] = count;
            let error = fault(read_as(format, &more));
            assert!(matches!(error, ReadFault::Truncated { .. }), "{format}: {error}");
        }
        let mut none = bytes.clone();
        none[views(format)] = 0;
        assert_eq!(fault(read_as(format, &none)), ReadFault::Empty, "{format}");
    }
    let mut many = write(&record(), MinutiaeFormat::Iso2011).unwrap();
    many[12] = 1;
    assert_eq!(fault(read_as(MinutiaeFormat::Iso2011, &many)), ReadFault::Views { found: 257 });
}

#[test]
fn impossible_resolutions() {
    for format in RECORDS {
        let bytes = write(&record(), format).unwrap();
        for axis in [0, 2] {
            let offset = resolution(format) + axis;
            for found in [0_u16, 1, 98, 1001, 65_535] {
                let mut wrong = bytes.clone();
                wrong[offset..offset + 2].copy_from_slice(&found.to_be_bytes());
                let expected = ReadError {
                    format: Some(format),
                    offset,
                    fault: ReadFault::Resolution { found },
                };
                assert_eq!(read_as(format, &wrong).unwrap_err(), expected);
            }
            for fine in [99_u16, 1000] {
                let mut right = bytes.clone();
                right[offset..offset + 2].copy_from_slice(&fine.to_be_bytes());
                assert!(read_as(format, &right).is_ok(), "{format}, {fine}");
            }
        }
    }
    for resolution in [0, 98, 1001] {
        let assumed = Assumed { resolution, ..Assumed::default() };
        let error = fault(read_with(None, b"1 2 3 4\n", &assumed));
        assert_eq!(error, ReadFault::Resolution { found: resolution });
    }
}

#[test]
fn extended_data_beyond_the_end() {
    for format in RECORDS {
        let mut bytes = write(&record(), format).unwrap();
        let last = bytes.len() - 1;
        bytes[last] = 1;
        let error = fault(read_as(format, &bytes));
        assert_eq!(error, ReadFault::Truncated { needed: 1, found: 0 }, "{format}");
    }
}

#[test]
fn representations_that_lie() {
    let plain = write(&record(), MinutiaeFormat::Iso2011).unwrap();
    let read = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = plain.clone();
        change(&mut bytes);
        read_as(MinutiaeFormat::Iso2011, &bytes).map_err(|error| (error.offset, error.fault))
    };
    let whole = plain.len();
    // Shorter than its content, though the bytes are there.
    let error = read(&|bytes| bytes[18] -= 1).unwrap_err();
    assert_eq!(error, (whole - 2, ReadFault::Truncated { needed: 2, found: 1 }));
    let error = read(&|bytes| bytes[18] += 1).unwrap_err();
    assert_eq!(error, (15, ReadFault::Truncated { needed: whole - 14, found: whole - 15 }));
    let error = read(&|bytes| bytes[15] = 255).unwrap_err();
    assert!(matches!(error.1, ReadFault::Truncated { .. }));
    // A minutia of seven bytes.
    let error = read(&|bytes| bytes[50] = 0x70).unwrap_err();
    assert_eq!(error, (50, ReadFault::MinutiaBytes { found: 7 }));
    // More quality blocks than fit.
    let error = read(&|bytes| bytes[33] = 255).unwrap_err();
    assert!(matches!(error.1, ReadFault::Truncated { needed: 1275, .. }));
}

#[test]
fn text_that_is_none() {
    let told = |text: &[u8]| {
        let error = read_as(MinutiaeFormat::Xyt, text).unwrap_err();
        (error.offset, error.fault)
    };
    assert_eq!(told(b""), (0, ReadFault::Empty));
    assert_eq!(told(b" \n"), (0, ReadFault::Empty));
    assert_eq!(told(b"1 2 3\n1 2\n"), (6, ReadFault::Columns { found: 2 }));
    assert_eq!(told(b"1 2 3 4 5\n"), (0, ReadFault::Columns { found: 5 }));
    assert_eq!(told(b"1 2 3 4 5 6 7\n"), (0, ReadFault::Columns { found: 5 }));
    assert_eq!(told(b"-1 2 3\n"), (0, ReadFault::Number { column: "x" }));
    assert_eq!(told(b"1 16384 3\n"), (0, ReadFault::Number { column: "y" }));
    assert_eq!(told(b"1 2 99999999999\n"), (0, ReadFault::Number { column: "theta" }));
    assert_eq!(told(b"1 2 3 q\n"), (0, ReadFault::Number { column: "quality" }));
    assert_eq!(told(b"1 2\xff 3 q\n"), (3, ReadFault::Text));
    let assumed = Assumed { height: 16_384, ..Assumed::default() };
    let error = fault(read_with(None, b"1 2 3\n", &assumed));
    assert_eq!(error, ReadFault::Number { column: "height" });
}

#[test]
fn more_minutiae_than_a_view_holds() {
    let text = "1 2 3 4\n".repeat(256);
    assert!(read(&text.as_bytes()[..255 * 8]).is_ok());
    let error = read(text.as_bytes()).unwrap_err();
    assert_eq!((error.offset, error.fault), (255 * 8, ReadFault::Minutiae));
    for (format, unit) in [(MinutiaeFormat::IsoNormalCard, 5), (MinutiaeFormat::IsoCompactCard, 3)]
    {
        assert!(read_as(format, &vec![0; 255 * unit]).is_ok());
        assert_eq!(fault(read_as(format, &vec![0; 256 * unit])), ReadFault::Minutiae);
    }
}

#[test]
fn a_message_names_format_place_and_both_sides() {
    let error = read_as(MinutiaeFormat::IsoNormalCard, &[0; 7]).unwrap_err();
    let text = "ISO/IEC 19794-2:2005 normal card, byte 0: expected a multiple of 5 bytes, found 7";
    assert_eq!(error.to_string(), text);
    let error = read(b"??").unwrap_err();
    assert!(error.to_string().starts_with("minutiae record, byte 0: expected"), "{error}");
}
