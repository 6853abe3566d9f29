//! One pass over a JSON document, value by value.
//!
//! Why not serde's derive: there one value of a wrong type ends the parse of
//! the whole document, while here it may cost one entry or one member only.
//! Reading every level as a `RawValue` first would allow that, at the price of
//! scanning the long template strings once a level. So the cursor steps over
//! the punctuation itself, and `serde_json` stays the judge of everything else:
//! strings with escapes, numbers, literals, and the words of their errors. A
//! property test holds the two to the same verdict on any document.

use serde_json::value::RawValue;

use super::text::{Kind, Text};
use crate::limits;

/// What ends the reading of the document.
#[derive(Debug)]
pub(super) enum Fault {
    /// Not JSON, at this byte.
    Syntax { offset: usize, message: String },
    /// Nested deeper than the limit, at this byte.
    Depth { offset: usize },
}

/// A value whose first byte was read: scalars whole, containers just opened.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Object,
    Array,
    String(Text<'a>),
    Number(&'a str),
    Boolean,
    Null,
}

impl Value<'_> {
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Object => Kind::Object,
            Self::Array => Kind::Array,
            Self::String(_) => Kind::String,
            Self::Number(_) => Kind::Number,
            Self::Boolean => Kind::Boolean,
            Self::Null => Kind::Null,
        }
    }
}

/// The place in the document.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// Reads a scalar, or opens a container, which the caller then walks with
    /// [`key`](Self::key) or [`element`](Self::element) until it is closed, or
    /// hands to [`finish`](Self::finish).
    pub(super) fn value(&mut self) -> Result<Value<'a>, Fault> {
        match self.peek() {
            Some(b'{') => self.open().map(|()| Value::Object),
            Some(b'[') => self.open().map(|()| Value::Array),
            Some(b'"') => self.string().map(Value::String),
            Some(b't' | b'f') => self.judged().map(|_| Value::Boolean),
            Some(b'n') => self.judged().map(|_| Value::Null),
            _ => self.judged().map(Value::Number),
        }
    }

    /// A value of which only scalars matter: containers are skipped.
    pub(super) fn scalar(&mut self) -> Result<Value<'a>, Fault> {
        let value = self.value()?;
        self.finish(value)?;
        Ok(value)
    }

    /// The next key of the open object, or `None` and the object is closed.
    /// `first` starts as `true` for each object.
    pub(super) fn key(&mut self, first: &mut bool) -> Result<Option<Text<'a>>, Fault> {
        if !self.next_item(first, b'}', "expected `,` or `}`")? {
            return Ok(None);
        }
        if self.peek() != Some(b'"') {
            return self.fault("key must be a string");
        }
        let key = self.string()?;
        if self.peek() != Some(b':') {
            return self.fault("expected `:`");
        }
        self.at += 1;
        Ok(Some(key))
    }

    /// Whether the open array has another element, else it is closed.
    /// `first` starts as `true` for each array.
    pub(super) fn element(&mut self, first: &mut bool) -> Result<bool, Fault> {
        self.next_item(first, b']', "expected `,` or `]`")
    }

    /// Skips the rest of a container that was just opened; a scalar is over
    /// already. The recursion is bounded by `limits::JSON_DEPTH`.
    pub(super) fn finish(&mut self, value: Value<'a>) -> Result<(), Fault> {
        let mut first = true;
        match value {
            Value::Object => {
                while self.key(&mut first)?.is_some() {
                    self.scalar()?;
                }
            }
            Value::Array => {
                while self.element(&mut first)? {
                    self.scalar()?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The document must be over.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        match self.peek() {
            None => Ok(()),
            Some(_) => self.fault("trailing characters"),
        }
    }

    fn open(&mut self) -> Result<(), Fault> {
        if self.depth == limits::JSON_DEPTH {
            return Err(Fault::Depth { offset: self.at });
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    fn next_item(
        &mut self,
        first: &mut bool,
        close: u8,
        expected: &'static str,
    ) -> Result<bool, Fault> {
        let first = std::mem::replace(first, false);
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                self.depth = self.depth.saturating_sub(1);
                Ok(false)
            }
            Some(_) if first => Ok(true),
            Some(b',') => {
                self.at += 1;
                if self.peek() == Some(close) { self.fault("trailing comma") } else { Ok(true) }
            }
            _ => self.fault(expected),
        }
    }

    /// A string: without escapes it is found here, at the speed of memory;
    /// anything else is for `serde_json` to accept or refuse.
    fn string(&mut self) -> Result<Text<'a>, Fault> {
        let start = self.at;
        let bytes = self.text.as_bytes().get(start + 1..).unwrap_or_default();
        let close = start + 1 + plain_run(bytes);
        if self.text.as_bytes().get(close) == Some(&b'"')
            && let Some(quoted) = self.text.get(start..=close)
        {
            self.at = close + 1;
            return Ok(Text { quoted, escaped: false });
        }
        let quoted = self.judged()?;
        Ok(Text { quoted, escaped: true })
    }

    /// One scalar, accepted or refused by `serde_json`.
    fn judged(&mut self) -> Result<&'a str, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&'a RawValue>();
        match values.next() {
            Some(Ok(raw)) => {
                self.at += values.byte_offset();
                Ok(raw.get())
            }
            Some(Err(error)) => Err(self.refused(&error)),
            None => self.fault("EOF while parsing a value"),
        }
    }

    /// The place that `serde_json` means, in the whole document.
    fn refused(&self, error: &serde_json::Error) -> Fault {
        // Its text ends in " at line L column C", counted from the scalar.
        let text = error.to_string();
        let message = text.split(" at line ").next().unwrap_or_default().to_owned();
        let offset = if error.is_eof() {
            self.text.len()
        } else {
            // No scalar contains a line break, so the column alone is enough;
            // a break that is itself refused counts as column 0 of line 2.
            self.at + error.column().saturating_sub(1)
        };
        Fault::Syntax { offset: offset.min(self.text.len()), message }
    }

    /// The next byte that is not a blank, without passing it.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    fn fault<T>(&self, message: &'static str) -> Result<T, Fault> {
        let message =
            if self.at >= self.text.len() { "the document is cut short" } else { message };
        Err(Fault::Syntax { offset: self.at, message: message.to_owned() })
    }
}

/// How many bytes of a string need no attention: no quote, no backslash, no
/// control character. Template data is most of an answer, so this loop is most
/// of its reading: words of eight bytes, and four of them at a time while there
/// is nothing to be found.
fn plain_run(bytes: &[u8]) -> usize {
    let mut run = 0;
    for [a, b, c, d] in bytes.as_chunks().0.as_chunks().0 {
        if special_bytes(a) | special_bytes(b) | special_bytes(c) | special_bytes(d) != 0 {
            break;
        }
        run += 32;
    }
    let (words, tail) = bytes.get(run..).unwrap_or_default().as_chunks();
    for word in words {
        let special = special_bytes(word);
        if special != 0 {
            return run + special.trailing_zeros() as usize / 8;
        }
        run += 8;
    }
    let special = |&byte: &u8| byte == b'"' || byte == b'\\' || byte < 0x20;
    run + tail.iter().position(special).unwrap_or(tail.len())
}

/// The top bit of each byte that ends a plain run. `(x - 1) & !x` has it where
/// a byte of `x` is zero; a borrow can set bits above the lowest one that is
/// right, so only that one counts.
fn special_bytes(word: &[u8; 8]) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let word = u64::from_le_bytes(*word);
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    let quote = quote.wrapping_sub(ONES) & !quote;
    let backslash = backslash.wrapping_sub(ONES) & !backslash;
    (control | quote | backslash) & (ONES << 7)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn accepts(text: &str) -> Result<(), Fault> {
        let mut cursor = Cursor::new(text);
        cursor.scalar()?;
        cursor.end()
    }

    /// JSON-like soup: far more often almost right than random bytes are.
    fn soup() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\"a\"",
            "\"\\ud800\"",
            "\"\\/\"",
            "\\",
            "0",
            "-1",
            "1.5e3",
            "01",
            "1e999",
            "true",
            "false",
            "null",
            "nul",
            " ",
            "\n",
            "\u{0}",
            "é",
            "\t",
            "{\"k\":",
            "[1,",
            "\"0123456789012345678901234567890123456789\"",
        ]);
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn the_cursor_and_serde_json_accept_the_same_documents(text in soup()) {
            let ours = accepts(&text);
            let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&text);
            prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?}: {:?} {:?}", text, ours, theirs);
        }

        #[test]
        fn they_accept_the_same_cuts_of_a_document(cut in 0usize..400, swap in any::<char>()) {
            let whole = r#"{"a":[1,-2.5e+3,"x\n\u0041",{"b":null,"c":[true,false,[]]}],"d":{}}"#;
            let mut text: String = whole.chars().take(cut % (whole.len() + 1)).collect();
            let ours = accepts(&text).is_ok();
            prop_assert_eq!(ours, serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok());
            text.push(swap);
            text.extend(whole.chars().skip(cut % whole.len() + 1));
            let ours = accepts(&text).is_ok();
            prop_assert_eq!(ours, serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok());
        }
    }

    #[test]
    fn a_plain_run_stops_at_every_special_byte_at_every_place() {
        for length in 0..70 {
            for special in [b'"', b'\\', 0x1f, b'\n', 0] {
                let mut bytes = vec![b'x'; length];
                bytes.push(special);
                // After the first: what a borrow would show twice.
                bytes.extend_from_slice(b"#]!\"#]!\"");
                bytes.extend_from_slice(&[b'y'; 40]);
                assert_eq!(plain_run(&bytes), length);
            }
            assert_eq!(plain_run(&vec![0x7f; length]), length);
            assert_eq!(plain_run(&vec![0xff; length]), length);
        }
    }
}
