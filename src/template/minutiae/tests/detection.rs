//! Which format bytes say they are in.

use super::*;

/// What stands in the first bytes of a record with a length field as given.
fn head(length: &[u8]) -> Vec<u8> {
    [b"FMR\0 20\0", length, &[0; 30]].concat()
}

#[test]
fn by_the_length_field() {
    let iso = Some(MinutiaeFormat::Iso2005);
    let ansi = Some(MinutiaeFormat::Ansi2004);
    assert_eq!(detect(&head(&[0, 26])), ansi);
    assert_eq!(detect(&head(&[255, 255])), ansi);
    assert_eq!(detect(&head(&[0, 0, 0, 24])), iso);
    assert_eq!(detect(&head(&[0, 0, 255, 255])), iso);
    assert_eq!(detect(&head(&[0, 1, 0, 0])), iso);
    assert_eq!(detect(&head(&[0, 25, 0, 0])), iso);
    assert_eq!(detect(&head(&[0, 0, 0, 1, 0, 0])), ansi);
    assert_eq!(detect(&head(&[0, 0, 0, 23, 0, 0])), ansi);
}

#[test]
fn what_is_written_is_told() {
    for format in MinutiaeFormat::ALL {
        let bytes = write(&record(), format).unwrap();
        let told = (!format.is_card()).then_some(format);
        assert_eq!(detect(&bytes), told, "{format}");
        assert_eq!(read(&bytes).is_ok(), told.is_some(), "{format}");
    }
}

/// Two representations, and one that ends where the total does not.
#[test]
fn iso_2011_by_its_lengths() {
    let mut two = record();
    two.views.push(view());
    let mut bytes = write(&two, MinutiaeFormat::Iso2011).unwrap();
    assert_eq!(detect(&bytes), Some(MinutiaeFormat::Iso2011));
    bytes[11] += 1;
    assert_eq!(detect(&bytes), Some(MinutiaeFormat::Ansi2009));
    // A cut record is still told as what it was.
    bytes[11] -= 1;
    for end in 20..bytes.len() {
        assert_eq!(detect(&bytes[..end]), Some(MinutiaeFormat::Iso2011), "{end}");
    }
}

#[test]
fn the_other_writing_of_the_version() {
    let mut bytes = write(&record(), MinutiaeFormat::Iso2005).unwrap();
    bytes[4] = b'0';
    assert!(read(&bytes).unwrap() == record());
}

#[test]
fn text_by_its_shape() {
    let xyt = Some(MinutiaeFormat::Xyt);
    for text in ["1 2 3\n", "1 2 3 4", "\r\n 1\t2 3 4\r\n", "1 2 -3 4\n5 6 7 8\n"] {
        assert_eq!(detect(text.as_bytes()), xyt, "{text:?}");
    }
    for text in ["", "\n", "1 2", "1 2 3 4 5", "1 2 3 4.5", "x y z", "FMR 1 2 3", "1 2 3\0"] {
        assert_eq!(detect(text.as_bytes()), None, "{text:?}");
        assert_eq!(fault(read(text.as_bytes())), ReadFault::NotRecognised);
    }
}

#[test]
fn nothing_and_unknown_versions() {
    for bytes in [&b""[..], b"F", b"FMR", b"FMR\0", b"FMR\0 20", b"FMR\0 10\0", b"FIR\0 20\0"] {
        assert_eq!(detect(bytes), None);
        for format in MinutiaeFormat::ALL {
            // "FIR\0 10\0" and the like have no length of a card either, or are one.
            if !format.is_card() {
                assert!(read_as(format, bytes).is_err(), "{format}");
            }
        }
    }
}

#[test]
fn a_record_of_another_format_is_not_read() {
    use MinutiaeFormat::{Ansi2009, Ansi2009Am1, Iso2005, Iso2011, Xyt};
    for (told, is) in [
        (Iso2005, Iso2011),
        (Ansi2009, Ansi2009Am1),
        (Ansi2009Am1, Ansi2009),
        (Iso2011, Iso2005),
        (Iso2005, Xyt),
    ] {
        let bytes = write(&record(), is).unwrap();
        assert_eq!(fault(read_as(told, &bytes)), ReadFault::Magic, "{told} for {is}");
    }
}
