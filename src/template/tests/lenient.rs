//! Base64 in any dress, for minutiae records.

use super::*;
use proptest::prelude::*;

#[test]
fn line_breaks_and_the_url_alphabet() {
    let rows: &[(&str, Result<&[u8], usize>)] = &[
        ("", Ok(b"")),
        (" \r\n\t", Ok(b"")),
        ("Zm9v\n", Ok(b"foo")),
        ("Z m\r\n8=\n", Ok(b"fo")),
        ("Zg\n=\n=\n", Ok(b"f")),
        ("-_-_", Ok(&[0xfb, 0xff, 0xbf])),
        ("-/+_\n", Ok(&[0xfb, 0xff, 0xbf])),
        // Faults are found where they are in the text as it was given.
        ("Zm\n9?Zm9v", Err(4)),
        (" Zh==", Err(2)),
        ("Z\n", Err(0)),
        ("\n Zm\u{e9}_", Err(4)),
        ("Zm9v-\u{a0}-_", Err(5)),
    ];
    let mut decoder = Decoder::new();
    for (text, expected) in rows {
        let expected = expected.map_err(|offset| TemplateError::Base64 { offset });
        assert_eq!(decoder.decode_base64_lenient(text, 64), expected, "{text:?}");
    }
}

#[test]
fn the_limit_holds_before_memory_is_taken() {
    let mut decoder = Decoder::new();
    let text = encode(&[7; 100]).replace('B', "B\n");
    assert_eq!(decoder.decode_base64_lenient(&text, 100), Ok(&[7; 100][..]));
    let error = decoder.decode_base64_lenient(&text, 99);
    assert_eq!(error, Err(TemplateError::TooLarge { found: 100, limit: 99 }));
    let long = "-".repeat(4000);
    let error = decoder.decode_base64_lenient(&long, 2990);
    assert_eq!(error, Err(TemplateError::TooLarge { found: 3000, limit: 2990 }));
}

proptest! {
    #[test]
    fn any_bytes_come_back(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        line in 1_usize..80,
        url in any::<bool>(),
        padded in any::<bool>(),
    ) {
        let mut text = encode(&bytes);
        if url {
            text = text.replace('+', "-").replace('/', "_");
        }
        if !padded {
            text = text.trim_end_matches('=').to_owned();
        }
        let lines: Vec<_> = text.as_bytes().chunks(line).map(|l| std::str::from_utf8(l).unwrap()).collect();
        let mut decoder = Decoder::new();
        prop_assert_eq!(decoder.decode_base64_lenient(&lines.join("\r\n"), 300), Ok(&bytes[..]));
    }

    /// What the strict reading takes, the lenient one takes as the same; and neither panics.
    #[test]
    fn a_superset_of_the_strict_reading(text in "[A-Za-z0-9+/=_ \\n-]{0,40}", other in "\\PC{0,30}") {
        for text in [text, other] {
            let mut decoder = Decoder::new();
            let strict = decoder.decode_base64(&text, 64).map(<[u8]>::to_vec);
            let lenient = decoder.decode_base64_lenient(&text, 64).map(<[u8]>::to_vec);
            if strict.is_ok() {
                prop_assert_eq!(strict, lenient);
            } else if let Err(TemplateError::Base64 { offset }) = lenient {
                prop_assert!(offset <= text.len());
            }
        }
    }
}
