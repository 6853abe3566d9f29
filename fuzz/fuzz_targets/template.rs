//! Any format over any text and any bytes: no panic, and what is accepted
//! keeps its promises.
#![no_main]

use kaimen::template::{Decoder, Element, Vector, VectorFormat};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((head, rest)) = input.split_first_chunk::<10>() else { return };
    let number = |at: usize| usize::from(u16::from_le_bytes([head[at], head[at + 1]]));
    let format = VectorFormat {
        element: [Element::F32, Element::F16, Element::I8][usize::from(head[0]) % 3],
        dimension: number(1) % 256,
        header_bytes: number(3) % 64,
        // Half of the time the length that fits.
        expected_bytes: if head[0] & 4 == 0 { number(5) } else { rest.len() },
        scale: f32::from_le_bytes([head[6], head[7], head[8], head[9]]),
    };
    let mut decoder = Decoder::new();
    if let Ok(vector) = decoder.vector(&format, rest) {
        assert_eq!(vector.dimension(), format.dimension);
        assert!(format.check().is_ok());
        if let Vector::F32(values) = vector {
            assert!(values.iter().all(|value| value.is_finite()));
            assert!(values.iter().any(|value| *value != 0.0));
        }
    }
    if let Ok(text) = std::str::from_utf8(rest)
        && let Ok(bytes) = decoder.decode_base64(text, 4096)
    {
        assert!(bytes.len() <= 4096);
        let again = bytes.to_vec();
        decoder.wipe();
        let _ = decoder.decode(&format, text, 4096);
        assert_eq!(decoder.decode_base64(text, 4096), Ok(&again[..]));
    }
});
