//! Why a rule is malformed, and where in its text.

use std::fmt;

use super::excerpt::Excerpt;
use crate::limits::{RULE_BYTES, RULES_PER_MEMBER};

/// One of the five columns of a rule (path 94004).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Field {
    /// Column 1: one or more closed ranges of minutes.
    Time,
    /// Column 2: 1 to 31.
    DayOfMonth,
    /// Column 3: 1 to 12.
    Month,
    /// Column 4: 0 to 7, 0 and 7 both Sunday.
    DayOfWeek,
    /// Column 5: 1970 to 2099.
    Year,
}

impl Field {
    /// Position in the rule, 1 to 5.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Time => 1,
            Self::DayOfMonth => 2,
            Self::Month => 3,
            Self::DayOfWeek => 4,
            Self::Year => 5,
        }
    }

    /// Its name in English, lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::DayOfMonth => "day of month",
            Self::Month => "month",
            Self::DayOfWeek => "day of week",
            Self::Year => "year",
        }
    }
}

/// Why a rule is not usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// Longer than [`RULE_BYTES`].
    TooLong,
    /// The member has [`RULES_PER_MEMBER`] usable rules already.
    TooManyRules,
    /// Fewer than five columns.
    TooFewFields,
    /// More than five columns; a blank inside a column reads as this too.
    TooManyFields,
    /// A list with nothing between two commas, or at one end.
    EmptyItem,
    /// A time that is not a range, or a `*` that is not alone.
    NotARange,
    /// Not `H:MM` or `HH:MM`.
    NotATime,
    /// An hour above 23; `24:00` is one.
    HourOutOfRange,
    /// A minute above 59.
    MinuteOutOfRange,
    /// Not a decimal number with the digits that the column takes.
    NotANumber,
    /// A number that the column does not have.
    OutOfRange,
    /// The end of a range lies before its start.
    Reversed,
    /// A step of 0, or one that is not a number of one to four digits.
    BadStep,
    /// `a/n`: a step needs `*` or a range.
    StepWithoutRange,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => return write!(f, "longer than {RULE_BYTES} bytes"),
            Self::TooManyRules => {
                return write!(f, "the member has {RULES_PER_MEMBER} usable rules already");
            }
            Self::TooFewFields => "fewer than five fields",
            Self::TooManyFields => "more than five fields",
            Self::EmptyItem => "nothing between two commas or beside one",
            Self::NotARange => "not a range of times",
            Self::NotATime => "not a time: an hour of one or two digits, ':', two digits",
            Self::HourOutOfRange => "the hour is above 23",
            Self::MinuteOutOfRange => "the minute is above 59",
            Self::NotANumber => "not a number of the digits this field takes",
            Self::OutOfRange => "a value this field does not have",
            Self::Reversed => "the range ends before it starts",
            Self::BadStep => "the step is not a number from 1 to 9999",
            Self::StepWithoutRange => "a step needs '*' or a range before it",
        })
    }
}

/// A rule that is not usable: where in it, what stands there, and why.
///
/// It costs only that rule; the member and the other rules stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    field: Option<Field>,
    part: Excerpt,
    reason: Reason,
}

impl RuleError {
    pub(super) fn in_field(field: Field, part: &str, reason: Reason) -> Self {
        Self { field: Some(field), part: Excerpt::of(part), reason }
    }

    pub(super) fn whole(text: &str, reason: Reason) -> Self {
        Self { field: None, part: Excerpt::of(text), reason }
    }

    /// The column, or `None` where the rule as a whole is at fault.
    #[must_use]
    pub fn field(&self) -> Option<Field> {
        self.field
    }

    /// The offending part of the text; at most 40 bytes of it, then `…`.
    ///
    /// It may hold any characters that were sent. [`Display`](fmt::Display)
    /// escapes them.
    #[must_use]
    pub fn part(&self) -> &str {
        self.part.as_str()
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            Some(field) => {
                write!(f, "field {} ({}), {:?}: ", field.number(), field.name(), self.part)?;
            }
            None => write!(f, "rule {:?}: ", self.part)?,
        }
        self.reason.fmt(f)
    }
}

impl std::error::Error for RuleError {}
