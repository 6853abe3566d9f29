//! Foreign text, cut and escaped for a report.

use std::fmt;

/// The beginning of a text that came from outside, short enough for a report.
///
/// Reports are kept and shown; what a cloud or a configuration file sends must
/// not decide how long they are.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Excerpt(Box<str>);

impl Excerpt {
    /// Most bytes of the original text that are kept.
    pub(super) const BYTES: usize = 40;

    pub(super) fn of(text: &str) -> Self {
        if text.len() <= Self::BYTES {
            return Self(text.into());
        }
        let end = (0..=Self::BYTES).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
        Self(format!("{}…", &text[..end]).into())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Quoted and escaped, so that control bytes cannot forge lines of a log.
impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::Excerpt;

    #[test]
    fn short_texts_are_whole_and_long_ones_end_at_a_character() {
        assert_eq!(Excerpt::of("9:300").as_str(), "9:300");
        let long = "开".repeat(100);
        let kept = Excerpt::of(&long);
        assert_eq!(kept.as_str(), format!("{}…", "开".repeat(Excerpt::BYTES / 3)));
        assert_eq!(format!("{:?}", Excerpt::of("a\nb")), "\"a\\nb\"");
    }
}
