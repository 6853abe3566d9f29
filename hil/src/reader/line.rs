//! The program's answers, as text. Words are parted by tabs.

use crate::module::Geometry;

/// Most pixels of a picture: what the extractor takes.
const PIXELS_MAX: usize = 4_000_000;
/// Resolutions that a fingerprint sensor can have, in pixels a millimetre. What is none of them
/// is not believed: most drivers leave the number at nought.
const PLAUSIBLE: std::ops::RangeInclusive<f64> = 2.0..=200.0;

/// The device id of drivers that give none.
const NO_DEVICE: &str = "0";

/// A reader that libfprint has a driver for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// libfprint's name of the driver: "uru4000".
    pub driver: String,
    /// What tells it from others of the driver; "0" where the driver does not.
    pub device: String,
    /// Whether the finger is drawn across a narrow sensor.
    pub swipe: bool,
    /// Whether it gives pictures; those that compare inside themselves do not.
    pub images: bool,
    /// Its name.
    pub name: String,
}

/// What a reader says about the finger while it is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// It waits for one.
    Needed,
    /// It feels one.
    Present,
}

/// An answer of the program.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Done(String),
    Reader(Listed),
    Touch(Touch),
    /// The size of a picture, whose bytes follow, and its resolution, where the driver says one.
    Image(Geometry, Option<u16>),
    Retry(String),
    Gone(String),
    Late,
    Cancelled,
    Error(String),
}

impl Answer {
    /// Reads a line without its end; `None` if it is no answer.
    pub(super) fn read(line: &str) -> Option<Answer> {
        let (what, rest) = line.split_once('\t').unwrap_or((line, ""));
        let words = || rest.to_owned();
        Some(match what {
            "ok" => Answer::Done(words()),
            "reader" => Answer::Reader(Listed::read(rest)?),
            "finger" => Answer::Touch(match rest {
                "needed" => Touch::Needed,
                "present" => Touch::Present,
                _ => return None,
            }),
            "image" => image(rest)?,
            "retry" => Answer::Retry(words()),
            "gone" => Answer::Gone(words()),
            "late" => Answer::Late,
            "cancelled" => Answer::Cancelled,
            "error" => Answer::Error(words()),
            _ => return None,
        })
    }
}

impl Listed {
    /// What tells it from others of its driver, if anything does.
    #[must_use]
    pub fn serial(&self) -> Option<&str> {
        (self.device != NO_DEVICE).then_some(&*self.device)
    }

    /// Its lines in a rig file.
    #[must_use]
    pub fn as_toml(&self) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let scan = if self.swipe { "swipe" } else { "press" };
        let images =
            if self.images { "gives pictures" } else { "gives no pictures: of no use here" };
        let mut out = format!("[[reader]]  # {scan}, {images}\n");
        out += &format!("name = {}\ndriver = {}\n", quoted(&self.name), quoted(&self.driver));
        if let Some(serial) = self.serial() {
            out += &format!("device = {}\n", quoted(serial));
        }
        out
    }

    fn read(words: &str) -> Option<Listed> {
        let words: Vec<&str> = words.split('\t').collect();
        let [driver, device, scan, images, name] = words[..] else { return None };
        let one_of = |word: &str, yes: &str, no: &str| match word {
            _ if word == yes => Some(true),
            _ if word == no => Some(false),
            _ => None,
        };
        let (swipe, images) =
            (one_of(scan, "swipe", "press")?, one_of(images, "image", "no-image")?);
        let [driver, device, name] = [driver, device, name].map(str::to_owned);
        (!driver.is_empty()).then_some(Listed { driver, device, swipe, images, name })
    }
}

fn image(words: &str) -> Option<Answer> {
    let mut words = words.split('\t');
    let width = words.next()?.parse().ok().filter(|width| *width > 0)?;
    let height = words.next()?.parse().ok().filter(|height| *height > 0)?;
    let per_millimetre = words.next()?.parse().ok()?;
    let fits = usize::from(width).checked_mul(usize::from(height))? <= PIXELS_MAX;
    let whole = fits && words.next().is_none();
    whole.then_some(Answer::Image(Geometry { width, height }, dpi(per_millimetre)))
}

/// Dots an inch; `None` where there is no resolution to be believed.
fn dpi(per_millimetre: f64) -> Option<u16> {
    if !PLAUSIBLE.contains(&per_millimetre) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "50 to 5080")]
    let dpi = (per_millimetre * 25.4).round() as u16;
    Some(dpi)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_word_by_word() {
        let reader = Answer::read("reader\turu4000\t0\tpress\timage\tU.are.U 4000").unwrap();
        let Answer::Reader(listed) = reader else { panic!("{reader:?}") };
        assert_eq!((listed.driver.as_str(), listed.device.as_str()), ("uru4000", "0"));
        assert!(!listed.swipe && listed.images && listed.serial().is_none());
        let text = format!("name = \"x\"\n{}", listed.as_toml());
        let rig = crate::rig::Rig::parse(&text, std::path::Path::new("x")).unwrap();
        assert_eq!(rig.readers[0].driver.as_deref(), Some("uru4000"));
        let image = |text: &str| Answer::read(text);
        let geometry = Geometry { width: 326, height: 357 };
        assert_eq!(image("image\t326\t357\t19.6850"), Some(Answer::Image(geometry, Some(500))));
        // As a driver says it that knows no resolution.
        for none in ["0.0000", "nan", "inf", "-3.0", "1e9"] {
            let text = format!("image\t326\t357\t{none}");
            assert_eq!(image(&text), Some(Answer::Image(geometry, None)), "{none}");
        }
        assert_eq!(Answer::read("retry\tagain"), Some(Answer::Retry("again".to_owned())));
        assert_eq!(Answer::read("late"), Some(Answer::Late));
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for text in [
            "",
            "what",
            "finger\tmoved",
            "reader\ta\tb\tpress\timage",
            "reader\t\tb\tpress\timage\tname",
            "reader\ta\tb\trolled\timage\tname",
            "reader\ta\tb\tpress\tperhaps\tname",
            "image\t0\t10\t0.0",
            "image\t65535\t65535\t0.0",
            "image\t70000\t1\t0.0",
            "image\t10\t10",
            "image\t10\t10\t0.0\t1",
        ] {
            assert_eq!(Answer::read(text), None, "{text:?}");
        }
    }
}
