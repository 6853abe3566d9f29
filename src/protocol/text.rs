//! Scalars of the answer: JSON text that stays in place until it is asked for.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, Visitor};

use super::error::Reason;
use crate::limits;

/// What stands at a place in a JSON document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{...}`
    Object,
    /// `[...]`
    Array,
    /// `"..."`
    String,
    /// Any JSON number, integer or not.
    Number,
    /// `true` or `false`
    Boolean,
    /// `null`
    Null,
}

impl Kind {
    /// The words an error message uses, with the article.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "an array",
            Self::String => "a string",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Null => "null",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// A JSON string where it stands in the input, quotes included.
///
/// Escapes are undone late and only where there are any: the long base64
/// strings are then borrowed, and a string nobody asks for costs nothing.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) quoted: &'a str,
    pub(super) escaped: bool,
}

impl<'a> Text<'a> {
    /// The text itself; an error if its escapes leave a lone surrogate.
    pub(super) fn decode(self) -> Result<Cow<'a, str>, Reason> {
        if self.escaped {
            let text = String::from_utf8(self.unescape()).map_err(|_| Reason::NotUnicode)?;
            Ok(Cow::Owned(text))
        } else {
            Ok(Cow::Borrowed(self.inner()))
        }
    }

    /// The text for display: what is not Unicode is replaced.
    #[inline]
    pub(super) fn decode_lossy(self) -> Cow<'a, str> {
        if self.escaped {
            Cow::Owned(String::from_utf8_lossy(&self.unescape()).into_owned())
        } else {
            Cow::Borrowed(self.inner())
        }
    }

    /// What stands between the quotes, escapes as they are.
    fn inner(self) -> &'a str {
        self.quoted.get(1..self.quoted.len().saturating_sub(1)).unwrap_or_default()
    }

    /// Undoes the escapes. A lone surrogate comes out as three bytes that are
    /// not UTF-8: asked for bytes, `serde_json` does not refuse it, so one
    /// member's odd name does not fail the answer.
    fn unescape(self) -> Vec<u8> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Vec<u8>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        // The cursor has scanned this string, so there is no error to report;
        // were there one, 0xff would be refused as "not Unicode" as well.
        serde_json::Deserializer::from_str(self.quoted)
            .deserialize_bytes(Bytes)
            .unwrap_or_else(|_| vec![0xff])
    }
}

/// A JSON integer as `T`; the text is never read as floating point, so that
/// 64 bits survive and `1.0` or `1e3` are not taken for integers.
pub(super) fn integer<T: std::str::FromStr>(
    number: &str,
    expected: &'static str,
) -> Result<T, Reason> {
    number.parse().map_err(|_| Reason::Range { expected })
}

/// A decimal string that is written as JSON would write the same number:
/// digits only and no leading zero, so that one id has one spelling.
pub(super) fn decimal_string(text: &str, expected: &'static str) -> Result<u32, Reason> {
    let canonical = text.bytes().all(|b| b.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
        && !text.is_empty();
    if canonical { integer(text, expected) } else { Err(Reason::Range { expected }) }
}

/// Whether `userid` may name a member: 1 to 128 bytes, no control characters.
///
/// A NUL would end the id early in every C caller, and with it name another
/// member.
pub(super) fn check_userid(userid: &str) -> Result<(), Reason> {
    if userid.is_empty() {
        return Err(Reason::Empty);
    }
    check_length(userid, limits::USERID_BYTES)?;
    if userid.chars().any(char::is_control) {
        return Err(Reason::ControlCharacter);
    }
    Ok(())
}

/// At most `limit` bytes.
pub(super) fn check_length(text: &str, limit: usize) -> Result<(), Reason> {
    if text.len() > limit { Err(Reason::TooLong { limit, length: text.len() }) } else { Ok(()) }
}
