//! Enrolment and identification in one command, as the R503 knows them from firmware 1.2 on.

use super::confirmation::Confirmation;

/// What instruction `0x31` is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AutoEnrol {
    /// Where the template goes; above the capacity (200), the module takes a free page.
    pub page: u8,
    /// A template that is there may be replaced.
    pub replace: bool,
    /// A finger that is already in the library may be enrolled again.
    pub duplicate: bool,
    /// Each step is reported, not only the end.
    pub steps: bool,
    /// The finger has to leave between two images.
    pub lift: bool,
}

impl AutoEnrol {
    /// The five parameter bytes.
    #[must_use]
    pub fn bytes(self) -> [u8; 5] {
        let flag = u8::from;
        [self.page, flag(self.replace), flag(self.duplicate), flag(self.steps), flag(self.lift)]
    }

    /// What five parameter bytes ask for.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 5]) -> AutoEnrol {
        let [page, replace, duplicate, steps, lift] = bytes;
        AutoEnrol {
            page,
            replace: replace != 0,
            duplicate: duplicate != 0,
            steps: steps != 0,
            lift: lift != 0,
        }
    }
}

/// What instruction `0x32` is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AutoIdentify {
    /// Security level, 1 to 5.
    pub security: u8,
    /// First page that is searched.
    pub start: u8,
    /// How many pages are searched.
    pub count: u8,
    /// Each step is reported, not only the end.
    pub steps: bool,
    /// How many failures end the command; 0 means until the time is over.
    pub failures: u8,
}

impl AutoIdentify {
    /// The five parameter bytes.
    #[must_use]
    pub fn bytes(self) -> [u8; 5] {
        [self.security, self.start, self.count, u8::from(self.steps), self.failures]
    }

    /// What five parameter bytes ask for.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 5]) -> AutoIdentify {
        let [security, start, count, steps, failures] = bytes;
        AutoIdentify { security, start, count, steps: steps != 0, failures }
    }
}

/// A step of an automatic enrolment. The manual numbers image and features 1 to 9 in
/// hexadecimal and then writes `10`, `11`, `12` for those that follow, as it does on the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnrolStep {
    /// The image of this round (1 to 6) was taken.
    Image(u8),
    /// The features of this round (1 to 6) were computed.
    Features(u8),
    /// The finger was looked for in the library.
    Repeated,
    /// The rounds were combined.
    Merged,
    /// The template was stored: the end.
    Stored,
}

impl EnrolStep {
    /// How many images an enrolment takes.
    pub const ROUNDS: u8 = 6;

    /// The step that a byte stands for.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<EnrolStep> {
        match byte {
            0x0D => Some(EnrolStep::Repeated),
            0x0E => Some(EnrolStep::Merged),
            0x0F => Some(EnrolStep::Stored),
            1..=9 | 0x10..=0x12 => {
                let ordinal = if byte < 0x10 { byte } else { byte - 6 };
                let round = ordinal.div_ceil(2);
                let image = ordinal % 2 == 1;
                Some(if image { EnrolStep::Image(round) } else { EnrolStep::Features(round) })
            }
            _ => None,
        }
    }

    /// The byte of a step; rounds outside 1 to 6 are brought into the range.
    #[must_use]
    pub fn byte(self) -> u8 {
        let ordinal = match self {
            EnrolStep::Repeated => return 0x0D,
            EnrolStep::Merged => return 0x0E,
            EnrolStep::Stored => return 0x0F,
            EnrolStep::Image(round) => round.clamp(1, Self::ROUNDS) * 2 - 1,
            EnrolStep::Features(round) => round.clamp(1, Self::ROUNDS) * 2,
        };
        if ordinal < 10 { ordinal } else { ordinal + 6 }
    }
}

/// A step of an automatic identification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdentifyStep {
    /// The image was taken.
    Image,
    /// The features were computed.
    Features,
    /// The library was searched: the end.
    Searched,
}

impl IdentifyStep {
    /// The step that a byte stands for.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<IdentifyStep> {
        match byte {
            1 => Some(IdentifyStep::Image),
            2 => Some(IdentifyStep::Features),
            3 => Some(IdentifyStep::Searched),
            _ => None,
        }
    }

    /// The byte of a step.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            IdentifyStep::Image => 1,
            IdentifyStep::Features => 2,
            IdentifyStep::Searched => 3,
        }
    }
}

/// What a module reports about one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepReport<S> {
    /// How the step went.
    pub confirmation: Confirmation,
    /// Which step it was; `None` if its byte has no meaning, as modules send it with errors.
    pub step: Option<S>,
    /// The page; 0 before the last step.
    pub page: u16,
    /// The score; only after a search.
    pub score: u16,
}

impl StepReport<EnrolStep> {
    /// Reads what follows the confirmation. The manual has one byte for the page, modules
    /// with firmware 1.4 were seen to send two: both are taken.
    #[must_use]
    pub fn read(confirmation: Confirmation, payload: &[u8]) -> Option<Self> {
        let (step, page) = match *payload {
            [step, page] => (step, u16::from(page)),
            [step, high, low] => (step, u16::from_be_bytes([high, low])),
            _ => return None,
        };
        Some(StepReport { confirmation, step: EnrolStep::from_byte(step), page, score: 0 })
    }
}

impl StepReport<IdentifyStep> {
    /// Reads what follows the confirmation: step, page, score.
    #[must_use]
    pub fn read(confirmation: Confirmation, payload: &[u8]) -> Option<Self> {
        let [step, page_high, page_low, score_high, score_low] = *payload else { return None };
        Some(StepReport {
            confirmation,
            step: IdentifyStep::from_byte(step),
            page: u16::from_be_bytes([page_high, page_low]),
            score: u16::from_be_bytes([score_high, score_low]),
        })
    }
}
