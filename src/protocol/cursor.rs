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
    Boolean(bool),
    Null,
}

impl Value<'_> {
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Object => Kind::Object,
            Self::Array => Kind::Array,
            Self::String(_) => Kind::String,
            Self::Number(_) => Kind::Number,
            Self::Boolean(_) => Kind::Boolean,
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
            Some(b't' | b'f') => self.judged().map(|word| Value::Boolean(word == "true")),
            Some(b'n') => self.judged().map(|_| Value::Null),
            _ => match self.plain_integer() {
                Some(number) => Ok(Value::Number(number)),
                None => self.judged().map(Value::Number),
            },
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

    /// A number of digits alone, as nearly all of the protocol's are.
    fn plain_integer(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.at..)?;
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        let is_whole = matches!(rest.as_bytes().get(length), Some(b',' | b'}' | b']'));
        let leads_with_zero = length > 1 && rest.starts_with('0');
        if length == 0 || !is_whole || leads_with_zero {
            return None;
        }
        self.at += length;
        rest.get(..length)
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
/// control character. Keys and ids end within a few bytes; template data is
/// most of an answer and goes on for long.
fn plain_run(bytes: &[u8]) -> usize {
    let is_special = |byte: &u8| matches!(*byte, b'"' | b'\\') || is_control(byte);
    let short = &bytes[..bytes.len().min(SHORT)];
    if let Some(end) = short.iter().position(is_special) {
        return end;
    }
    short.len() + long_plain_run(&bytes[short.len()..])
}

/// Up to here a plain loop is faster than calling for vector instructions.
const SHORT: usize = 24;

fn long_plain_run(bytes: &[u8]) -> usize {
    let run = memchr::memchr2(b'"', b'\\', bytes).unwrap_or(bytes.len());
    // Without an early exit the compiler looks at many bytes at once; the place
    // is only wanted if there is one.
    let any = bytes[..run].iter().fold(false, |any, byte| any | is_control(byte));
    if any { bytes.iter().position(is_control).unwrap_or(run) } else { run }
}

fn is_control(byte: &u8) -> bool {
    *byte < 0x20
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
