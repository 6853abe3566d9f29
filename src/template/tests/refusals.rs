//! One row for each thing that is refused.

use super::*;

#[test]
fn impossible_formats() {
    let bad = |change: &dyn Fn(&mut VectorFormat)| {
        let mut format = SMALL;
        change(&mut format);
        format.check().expect_err("impossible").to_string()
    };
    assert_eq!(SMALL.check(), Ok(()));
    assert_eq!(VectorFormat::INT8_512_IN_1072.check(), Ok(()));
    assert_eq!(VectorFormat::bare(Element::F16, 2048).check(), Ok(()));
    assert_eq!(bad(&|f| f.dimension = 31), "dimension 31 is outside 32 to 2048");
    assert_eq!(
        bad(&|f| f.dimension = usize::MAX),
        format!("dimension {} is outside 32 to 2048", usize::MAX)
    );
    assert_eq!(
        bad(&|f| f.expected_bytes = 131),
        "header of 4 bytes and vector of 128 bytes exceed the expected 131 bytes"
    );
    assert!(bad(&|f| f.header_bytes = usize::MAX).contains("exceed"));
    for scale in [0.0, -0.0, -1.0, f32::NAN, f32::INFINITY] {
        assert!(bad(&|f| f.scale = scale).contains("positive finite"), "{scale}");
    }
    let impossible = VectorFormat::bare(Element::F32, usize::MAX);
    assert!(impossible.check().is_err());
    assert!(matches!(Decoder::new().vector(&impossible, &[]), Err(TemplateError::Format(_))));
}

#[test]
fn base64_text() {
    // (text, what it decodes to or the offset of the fault)
    let rows: &[(&str, Result<&[u8], usize>)] = &[
        ("", Ok(b"")),
        ("Zg==", Ok(b"f")),
        ("Zg", Ok(b"f")),
        ("Zm8=", Ok(b"fo")),
        ("Zm8", Ok(b"fo")),
        ("Zm9v", Ok(b"foo")),
        ("+/+/", Ok(&[0xfb, 0xff, 0xbf])),
        // Padding that is neither complete nor absent.
        ("Zg=", Err(2)),
        ("Zm9v=", Err(4)),
        ("Zm9v==", Err(4)),
        ("Zm8==", Err(3)),
        ("Z===", Err(1)),
        ("=", Err(0)),
        ("====", Err(0)),
        ("Zm9v====", Err(4)),
        ("Zg==Zg==", Err(2)),
        // A symbol alone carries six bits: not a byte.
        ("Z", Err(0)),
        ("Zm9vZ", Err(4)),
        // The URL-safe alphabet, white space, other bytes.
        ("-_-_", Err(0)),
        ("Zm9v\n", Err(4)),
        ("Zm 9vZm9", Err(2)),
        (" Zg==", Err(0)),
        ("Zm9\0", Err(3)),
        ("Zmé", Err(2)),
        // Bits after the end.
        ("Zh==", Err(1)),
        ("Zm9=", Err(2)),
        ("Zm9", Err(2)),
    ];
    let mut decoder = Decoder::new();
    for (text, expected) in rows {
        let expected = expected.map_err(|offset| TemplateError::Base64 { offset });
        assert_eq!(decoder.decode_base64(text, 64), expected, "{text:?}");
    }
}

/// The accelerated engines hand over to the scalar one in the middle.
#[test]
fn a_fault_far_inside_is_found_where_it_is() {
    let text = encode(&[7; 300]);
    let mut decoder = Decoder::new();
    for offset in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[offset] = b'-';
        let broken = String::from_utf8(bytes).unwrap();
        assert_eq!(
            decoder.decode_base64(&broken, 300),
            Err(TemplateError::Base64 { offset }),
            "{offset}"
        );
    }
}

#[test]
fn size_is_known_before_decoding() {
    let mut decoder = Decoder::new();
    for length in 0..70 {
        let bytes = vec![1; length];
        let padded = encode(&bytes);
        for text in [padded.as_str(), padded.trim_end_matches('=')] {
            assert_eq!(decoder.decode_base64(text, length), Ok(&bytes[..]));
            if length > 0 {
                assert_eq!(
                    decoder.decode_base64(text, length - 1),
                    Err(TemplateError::TooLarge { found: length, limit: length - 1 })
                );
            }
        }
    }
    // Size comes before content.
    let rubbish = "!".repeat(4000);
    assert_eq!(
        decoder.decode_base64(&rubbish, 2999),
        Err(TemplateError::TooLarge { found: 3000, limit: 2999 })
    );
}

#[test]
fn vectors() {
    let mut values = [1.0_f32; 32];
    let template = |values: &[f32]| {
        let mut bytes = vec![0xff; 4];
        bytes.extend(f32_bytes(values));
        bytes.extend([0xff; 6]);
        bytes
    };
    let mut decoder = Decoder::new();
    let mut refused = |values: &[f32]| {
        decoder.vector(&SMALL, &template(values)).map(|_| ()).expect_err("refused").to_string()
    };
    assert_eq!(refused(&[0.0; 32]), "the vector is zero");
    assert_eq!(refused(&[-0.0; 32]), "the vector is zero");
    for bad in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        values[7] = bad;
        values[9] = f32::NAN;
        assert_eq!(refused(&values), "element 7 of the vector is not a finite number");
    }
    // A cosine does not see the scale, so even a wild one spoils nothing.
    for scale in [f32::MIN_POSITIVE, 1e-20, 1e30, f32::MAX] {
        let wild = VectorFormat { scale, ..VectorFormat::bare(Element::F32, 32) };
        let values = [f32::MAX; 32];
        assert_eq!(decoder.vector(&wild, &f32_bytes(&values)), Ok(Vector::F32(&values)));
    }
}

#[test]
fn zero_codes() {
    let mut bytes = vec![0; 1072];
    // Only the first 512 bytes count.
    bytes[512..].fill(9);
    let mut decoder = Decoder::new();
    let format = VectorFormat::INT8_512_IN_1072;
    assert_eq!(decoder.vector(&format, &bytes), Err(TemplateError::ZeroNorm));
    bytes[511] = 0x80;
    let vector = decoder.vector(&format, &bytes).unwrap();
    let Vector::I8(codes) = vector else { panic!("not int8") };
    assert_eq!((codes.len(), codes[510], codes[511]), (512, 0, -128));
}

#[test]
fn every_truncation_and_one_byte_more() {
    let bytes = [&[0xff; 4][..], &f32_bytes(&[1.0; 32]), &[0xff; 6]].concat();
    let mut decoder = Decoder::new();
    assert!(decoder.vector(&SMALL, &bytes).is_ok());
    let longer = [&bytes[..], &[0]].concat();
    for found in (0..bytes.len()).chain([bytes.len() + 1]) {
        let refused = TemplateError::Length { expected: bytes.len(), found };
        assert_eq!(decoder.vector(&SMALL, &longer[..found]), Err(refused), "{found}");
    }
    let text = encode(&bytes);
    for end in 0..text.len() {
        // A cut at the padding is the unpadded spelling; none other passes.
        let whole = text[..end].len() == text.trim_end_matches('=').len();
        assert_eq!(decoder.decode(&SMALL, &text[..end], 4096).is_ok(), whole, "{end}");
    }
}

#[test]
fn nothing_of_a_template_is_shown() {
    let mut decoder = Decoder::new();
    let bytes = [&[0; 4][..], &f32_bytes(&[42.5; 32]), &[0; 6]].concat();
    let text = encode(&bytes);
    let decoded = decoder.decode(&SMALL, &text, 4096).unwrap();
    assert_eq!(format!("{decoded:?}"), "Decoded(138 bytes, F32(dimension 32))");
    assert_eq!(format!("{decoder:?}"), "Decoder { .. }");
}
