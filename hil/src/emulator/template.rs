//! Templates that know whose they are.

use super::drawn_finger::Impression;

/// Templates of the emulator begin with this, the finger and a seed.
const MAGIC: [u8; 8] = *b"KMNEMUL8";
const HEADER: usize = 16;
/// The least score of two templates of one finger, and how far above it one can be.
const SCORE_LEAST: u16 = 60;
const SCORE_SPAN: u64 = 140;
/// The score of a template with itself.
const SCORE_SAME: u16 = 300;

/// A template, or the features of one image: bytes, as they go over the line.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Template {
    bytes: Vec<u8>,
}

/// Whose features they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// A drawn finger's.
    Finger(u32),
    /// Nobody's that the emulator knows: alike if the bytes are.
    Foreign(u64),
}

impl Template {
    /// The features of an impression.
    pub(super) fn of(impression: Impression, bytes: u16) -> Template {
        Template::made(impression.finger, impression.number, bytes)
    }

    /// What a merge of so many impressions makes.
    pub(super) fn merged(parts: &[&Template], bytes: u16) -> Option<Template> {
        let (first, rest) = parts.split_first()?;
        let whose = first.whose();
        if rest.iter().any(|part| part.whose() != whose) {
            return None;
        }
        Some(match whose {
            Whose::Finger(finger) => {
                let seeds = parts.iter().map(|part| part.seed());
                Template::made(finger, seeds.fold(1, |sum, seed| sum ^ seed.rotate_left(7)), bytes)
            }
            Whose::Foreign(_) => (*first).clone(),
        })
    }

    /// A template from the host.
    pub(super) fn received(bytes: Vec<u8>) -> Template {
        Template { bytes }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn whose(&self) -> Whose {
        match self.bytes.get(8..12).map(<[u8; 4]>::try_from) {
            Some(Ok(finger)) if self.bytes.starts_with(&MAGIC) => {
                Whose::Finger(u32::from_be_bytes(finger))
            }
            _ => Whose::Foreign(hash(&self.bytes)),
        }
    }

    /// How alike two templates are; `None` if they are of different fingers.
    pub(super) fn score(&self, other: &Template) -> Option<u16> {
        if self.whose() != other.whose() {
            return None;
        }
        if self == other {
            return Some(SCORE_SAME);
        }
        let apart = (u64::from(self.seed()) ^ u64::from(other.seed())).wrapping_mul(0x9E37_79B9);
        let above = u16::try_from(apart % SCORE_SPAN).unwrap_or_default();
        Some(SCORE_LEAST + above)
    }

    fn made(finger: u32, seed: u32, length: u16) -> Template {
        let mut bytes = Vec::with_capacity(usize::from(length));
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&finger.to_be_bytes());
        bytes.extend_from_slice(&seed.to_be_bytes());
        let mut random = fastrand::Rng::with_seed(u64::from(finger) << 32 | u64::from(seed));
        bytes.resize_with(usize::from(length).max(HEADER), || random.u8(..));
        Template { bytes }
    }

    fn seed(&self) -> u32 {
        let bytes = self.bytes.get(12..HEADER).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u32::from_be_bytes)
    }
}

/// FNV-1a, for telling foreign bytes apart.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}
