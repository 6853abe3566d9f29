//! For all vectors and for all bytes.

use super::*;
use half::f16;
use proptest::prelude::*;

fn element() -> impl Strategy<Value = Element> {
    prop_oneof![Just(Element::F32), Just(Element::F16), Just(Element::I8)]
}

/// A format that holds, with its header and trailer.
fn format(element: Element) -> impl Strategy<Value = VectorFormat> {
    (
        32_usize..200,
        0_usize..9,
        0_usize..9,
        prop_oneof![Just(1.0_f32), Just(1.0 / 128.0), 1e-3..1e3_f32],
    )
        .prop_map(move |(dimension, header_bytes, trailer, scale)| VectorFormat {
            element,
            dimension,
            header_bytes,
            expected_bytes: header_bytes + dimension * element.bytes() + trailer,
            scale,
        })
}

/// Any format at all, mostly impossible.
fn any_format() -> impl Strategy<Value = VectorFormat> {
    let size = || prop_oneof![0_usize..300, any::<usize>()];
    (element(), size(), size(), size(), any::<f32>()).prop_map(
        |(element, dimension, header_bytes, expected_bytes, scale)| VectorFormat {
            element,
            dimension,
            header_bytes,
            expected_bytes,
            scale,
        },
    )
}

/// Puts a vector into a template of the format.
fn template(format: &VectorFormat, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xa5; format.expected_bytes];
    bytes[format.header_bytes..][..body.len()].copy_from_slice(body);
    bytes
}

/// What the decoder must say of these values.
fn expected(values: &[f32]) -> Result<&[f32], TemplateError> {
    if let Some(index) = values.iter().position(|value| !value.is_finite()) {
        return Err(TemplateError::NonFinite { index });
    }
    if values.iter().all(|value| *value == 0.0) {
        return Err(TemplateError::ZeroNorm);
    }
    Ok(values)
}

fn check(format: &VectorFormat, body: &[u8], values: &[f32]) -> Result<(), TestCaseError> {
    let bytes = template(format, body);
    let text = encode(&bytes);
    let mut decoder = Decoder::new();
    let decoded = decoder.decode(format, &text, bytes.len());
    match expected(values) {
        Err(error) => prop_assert_eq!(decoded, Err(error)),
        Ok(values) => {
            let decoded = decoded.expect("accepted");
            prop_assert_eq!(decoded.bytes, &bytes[..]);
            let Vector::F32(found) = decoded.vector else { panic!("not f32") };
            let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(found), bits(values));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn f32_comes_back(
        format in format(Element::F32),
        raw in prop::collection::vec(prop_oneof![8 => -2.0..2.0_f32, 1 => any::<f32>()], 200),
    ) {
        let raw = &raw[..format.dimension];
        check(&format, &f32_bytes(raw), raw)?;
    }

    /// Every bit pattern: subnormals, infinities and NaN among them.
    #[test]
    fn f16_comes_back(
        format in format(Element::F16),
        raw in prop::collection::vec(
            prop_oneof![400 => 0_u16..0x7c00, 400 => 0x8000_u16..0xfc00, 1 => any::<u16>()],
            200,
        ),
    ) {
        let raw = &raw[..format.dimension];
        let body: Vec<u8> = raw.iter().flat_map(|bits| bits.to_le_bytes()).collect();
        let values: Vec<f32> = raw.iter().map(|bits| f32::from(f16::from_bits(*bits))).collect();
        check(&format, &body, &values)?;
    }

    #[test]
    fn i8_comes_back_bit_for_bit(
        format in format(Element::I8),
        codes in prop::collection::vec(any::<i8>(), 200),
    ) {
        let codes = &codes[..format.dimension];
        let body: Vec<u8> = codes.iter().map(|code| code.cast_unsigned()).collect();
        let bytes = template(&format, &body);
        let mut decoder = Decoder::new();
        prop_assert_eq!(decoder.vector(&format, &bytes), Ok(Vector::I8(codes)));
    }

    #[test]
    fn any_bytes_and_any_format_never_panic(
        format in any_format(),
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        fits in any::<bool>(),
    ) {
        let mut format = format;
        if fits {
            format.expected_bytes = bytes.len();
        }
        let accepted = Decoder::new().vector(&format, &bytes).is_ok();
        prop_assert!(!accepted || (format.check().is_ok() && bytes.len() == format.expected_bytes));
    }

    /// The scalar engine of the base64 crate is the reference.
    #[test]
    fn any_text_decodes_as_the_reference_says(
        text in prop_oneof![".{0,200}", "[A-Za-z0-9+/]{0,200}={0,3}"],
        limit in 0_usize..200,
    ) {
        let unpadded = ::base64::prelude::BASE64_STANDARD_NO_PAD;
        let reference =
            BASE64_STANDARD.decode(&text).or_else(|_| unpadded.decode(&text)).ok();
        let mut decoder = Decoder::new();
        match decoder.decode_base64(&text, limit) {
            Ok(bytes) => prop_assert_eq!(Some(bytes), reference.as_deref()),
            Err(TemplateError::TooLarge { found, .. }) => {
                prop_assert!(found > limit);
                prop_assert!(reference.is_none_or(|bytes| bytes.len() == found));
            }
            Err(_) => prop_assert_eq!(reference, None),
        }
    }
}

/// Formats one after another in one decoder: nothing of the last one stays.
#[test]
fn one_decoder_serves_all_formats_in_turn() {
    let mut decoder = Decoder::new();
    for dimension in [2048, 32, 512, 33] {
        for element in [Element::F32, Element::F16, Element::I8] {
            let format = VectorFormat::bare(element, dimension);
            let mut bytes = vec![0; format.expected_bytes];
            // 0x3c in the high byte: one in f16, near 0.0078 in f32, 60 in int8.
            bytes[element.bytes() - 1] = 0x3c;
            let text = encode(&bytes);
            for _ in 0..2 {
                let decoded = decoder.decode(&format, &text, bytes.len()).unwrap();
                assert_eq!(decoded.vector.dimension(), dimension);
                assert_eq!(decoded.bytes, bytes);
            }
            decoder.wipe();
        }
    }
}
