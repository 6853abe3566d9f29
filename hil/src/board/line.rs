//! Lines of the console: `K> NUMBER WORDS *CRC` goes to the board, `K< NUMBER WORDS *CRC` comes back.

use thiserror::Error;

use crate::library::Verdict;

/// Longest line that a board writes.
pub(super) const LINE_BYTES: usize = 1280;
/// " *" and eight digits.
const TAIL: usize = 10;

/// What is wrong with a line that should be an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LineFault {
    /// Its sum is not that of its text.
    #[error("its check sum is wrong")]
    Check,
    /// The sum is right, and the text is none.
    #[error("it is no answer")]
    Shape,
}

/// An answer, its sum checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Of the request; 0 where the board could not read which it was.
    pub number: u32,
    /// What it says.
    pub words: String,
}

/// A request, with its end.
#[must_use]
pub fn request(number: u32, words: &str) -> String {
    let text = format!("K> {number} {words}");
    let check = crc32fast::hash(text.as_bytes());
    format!("{text} *{check:08x}\n")
}

impl Answer {
    /// Reads a line without its end. `None`: another's, a kernel's message or a shell's echo.
    pub(super) fn read(line: &[u8]) -> Option<Result<Answer, LineFault>> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        line.starts_with(b"K< ").then(|| Answer::parse(line))
    }

    fn parse(line: &[u8]) -> Result<Answer, LineFault> {
        let (text, tail) =
            line.split_at_checked(line.len().saturating_sub(TAIL)).ok_or(LineFault::Shape)?;
        if tail != format!(" *{:08x}", crc32fast::hash(text)).as_bytes() {
            return Err(LineFault::Check);
        }
        let text = std::str::from_utf8(text).map_err(|_| LineFault::Shape)?;
        let rest = text.strip_prefix("K< ").ok_or(LineFault::Shape)?;
        let (number, words) = rest.split_once(' ').ok_or(LineFault::Shape)?;
        let number = number.parse().map_err(|_| LineFault::Shape)?;
        Ok(Answer { number, words: words.to_owned() })
    }
}

/// A decision of the board's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The door's answer.
    pub verdict: Verdict,
    /// `KAIMEN_REASON_…`.
    pub reason: u32,
    /// Best score.
    pub score: i32,
    /// What the library took, by the board's own clock.
    pub microseconds: u64,
    /// Who; empty if nobody.
    pub userid: String,
}

impl Decided {
    /// Reads `decision VERDICT REASON SCORE MICROSECONDS "USERID"`.
    pub(super) fn read(words: &str) -> Option<Decided> {
        let mut parts = words.split(' ');
        if parts.next()? != "decision" {
            return None;
        }
        let verdict = Verdict::of(parts.next()?.parse().ok()?);
        let reason = parts.next()?.parse().ok()?;
        let score = parts.next()?.parse().ok()?;
        let microseconds = parts.next()?.parse().ok()?;
        let quoted = parts.next()?.strip_prefix('"')?.strip_suffix('"')?;
        let userid = plain(quoted)?;
        parts.next().is_none().then_some(Decided { verdict, reason, score, microseconds, userid })
    }
}

/// Takes `%XX` back.
fn plain(word: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = word.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answer(text: &str) -> Vec<u8> {
        format!("{text} *{:08x}", crc32fast::hash(text.as_bytes())).into_bytes()
    }

    #[test]
    fn answers_are_read_and_others_lines_are_not() {
        let read = Answer::read(&answer("K< 7 ok 3 0")).unwrap().unwrap();
        assert_eq!(read, Answer { number: 7, words: "ok 3 0".into() });
        let with_return = [answer("K< 7 ok"), b"\r".to_vec()].concat();
        assert_eq!(Answer::read(&with_return).unwrap().unwrap().words, "ok");
        assert_eq!(Answer::read(b"[    3.1] usb 1-1: new device"), None);
        assert_eq!(Answer::read(request(7, "hello").trim_end().as_bytes()), None);
        assert_eq!(Answer::read(b"K< "), Some(Err(LineFault::Check)));
        assert_eq!(Answer::read(&answer("K< x ok")), Some(Err(LineFault::Shape)));
        // The sum of "123456789" that every description of it gives.
        assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn decisions_are_read_whole_or_not_at_all() {
        let read = Decided::read("decision 1 2 987654 310 \"anna%20%C3%A4\"").unwrap();
        assert_eq!(read.verdict, Verdict::Pass);
        assert_eq!((read.reason, read.score, read.microseconds), (2, 987_654, 310));
        assert_eq!(read.userid, "anna ä");
        for broken in [
            "decision 1 2 3 4",
            "decision 1 2 3 4 anna",
            "decision 1 2 3 4 \"%F\"",
            "decision 1 2 3 4 \"%FF\"",
            "decision 1 2 3 4 \"a\" 5",
            "ok 1 2 3 4 \"a\"",
        ] {
            assert_eq!(Decided::read(broken), None, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_read_without_a_panic(line in proptest::collection::vec(any::<u8>(), 0..80), words in "\\PC{0,40}") {
            let _ = Answer::read(&line);
            let _ = Answer::read(&[b"K< ".to_vec(), line].concat());
            let _ = Decided::read(&words);
            let _ = Decided::read(&format!("decision {words}"));
        }

        #[test]
        fn a_changed_byte_is_noticed(place in 3_usize..20, change in 1_u8..=255) {
            let mut line = answer("K< 12 decision 1 1 5 9 \"a\"");
            line[place] ^= change;
            prop_assert_eq!(Answer::read(&line), Some(Err(LineFault::Check)));
        }
    }
}
