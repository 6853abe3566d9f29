//! What can be wrong with an answer, a member, an entry or a request.
//!
//! Every sentence names the place and the reason and echoes nothing from the
//! input but a checked `userid` and the bounded message of the cloud: names,
//! keys and template data never reach a log through an error.

use std::fmt;

use thiserror::Error;

use super::record::UserType;
use super::text::Kind;

/// Why a value is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Reason {
    /// A required key is absent.
    #[error("is missing")]
    Missing,
    /// A key stands twice in one object, so that its value is ambiguous.
    #[error("is given twice")]
    Repeated,
    /// The value has another JSON type; `null` counts as one.
    #[error("must be {expected}, not {found}")]
    WrongType {
        /// What the protocol page promises.
        expected: &'static str,
        /// What stands there.
        found: Kind,
    },
    /// The type is right, the value is outside of its range. Numbers with a
    /// fraction or an exponent are never in the range of an integer.
    #[error("must be {expected}")]
    Range {
        /// The range in words.
        expected: &'static str,
    },
    /// An empty string where text is needed.
    #[error("is empty")]
    Empty,
    /// A text longer than its limit; nothing is truncated.
    #[error("has {length} bytes, the limit is {limit}")]
    TooLong {
        /// Most bytes (`crate::limits`).
        limit: usize,
        /// Bytes of the text.
        length: usize,
    },
    /// More entries in a list than are kept.
    #[error("is beyond the limit of {limit} entries")]
    TooMany {
        /// Most entries.
        limit: usize,
    },
    /// A control character, NUL included, where text for names or ids stands.
    #[error("contains a control character")]
    ControlCharacter,
    /// An escape such as `\ud800` that is half a character.
    #[error("contains half of a surrogate pair, which is not Unicode")]
    NotUnicode,
    /// `fp_algorithm` and `fp_alogrithm` are both present and differ.
    #[error("differs from its other spelling in the same record")]
    Conflict,
}

/// Why a whole answer is refused; none of its members may be applied.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The input is not UTF-8, which JSON between systems has to be.
    #[error("the answer is not UTF-8 at byte {offset}")]
    Utf8 {
        /// First byte that is not part of a character, from 0.
        offset: usize,
    },
    /// The input begins with EF BB BF. RFC 8259 forbids senders to add it;
    /// it says that something between the cloud and here rewrites the text.
    #[error("the answer begins with a UTF-8 byte order mark, which JSON forbids")]
    ByteOrderMark,
    /// The input is not one whole JSON document: cut short, malformed, or
    /// followed by something else.
    #[error("the answer is not JSON: {message} at line {line} column {column}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
        /// Byte in the input, from 0.
        offset: usize,
        /// What is wrong there; never an excerpt of the input.
        message: String,
    },
    /// Nested deeper than `limits::JSON_DEPTH`.
    #[error("the answer nests deeper than {limit} levels at byte {offset}")]
    Depth {
        /// Deepest nesting that is read.
        limit: usize,
        /// Byte in the input, from 0.
        offset: usize,
    },
    /// JSON, but not the answer that the page prints.
    #[error("`{path}` of the answer must be {expected}, not {found}")]
    Shape {
        /// Keys from the top, joined by dots; `answer` is the document itself.
        path: &'static str,
        /// What the page promises.
        expected: &'static str,
        /// What stands there, in words.
        found: &'static str,
    },
    /// The cloud refused the request, or contradicts itself about it.
    #[error("the cloud answered with errcode {errcode}: {errmsg}")]
    Cloud {
        /// The first code that is not zero.
        errcode: i64,
        /// Its message: at most [`ERRMSG_BYTES`](super::ERRMSG_BYTES), a cut
        /// one ends in "…"; control characters are replaced by U+FFFD.
        errmsg: String,
    },
}

/// Why one member of an answer is refused; the others stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordError {
    /// Place in `userinfo`, from 0.
    pub index: usize,
    /// The member's id, if it could be read; then at most 128 bytes and free
    /// of control characters.
    pub userid: Option<String>,
    /// The member's type, if it could be read (absent counts as staff; not of
    /// an element that is no object).
    pub user_type: Option<UserType>,
    /// The key that is wrong; [`RECORD`](Self::RECORD) is the record itself.
    pub field: &'static str,
    /// What is wrong with it. Of several faults, the first in the text.
    pub reason: Reason,
}

impl RecordError {
    /// The `field` of an element of `userinfo` that is no object.
    pub const RECORD: &'static str = "record";
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "userinfo[{}]", self.index)?;
        if let Some(userid) = &self.userid {
            write!(f, " (userid \"{userid}\")")?;
        }
        write!(f, " is rejected: `{}` {}", self.field, self.reason)
    }
}

impl std::error::Error for RecordError {}

/// Why one entry of a member's list is refused; its neighbours stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryError {
    /// `pass_rule_list`, `fp` or `fa_list`.
    pub list: &'static str,
    /// Place in the list, from 0.
    pub position: usize,
    /// Slot or rule number, if it could be read.
    pub id: Option<u32>,
    /// The key that is wrong; [`ENTRY`](Self::ENTRY) is the entry itself.
    pub field: &'static str,
    /// What is wrong with it. Of several faults, the first in the text.
    pub reason: Reason,
}

impl EntryError {
    /// The `field` of an entry that is no object, or one too many.
    pub const ENTRY: &'static str = "entry";
}

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.list, self.position)?;
        if let Some(id) = self.id {
            write!(f, " (id {id})")?;
        }
        write!(f, " is rejected: `{}` {}", self.field, self.reason)
    }
}

impl std::error::Error for EntryError {}

/// Why one text of a member is dropped while the member stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("`{field}` {reason}")]
pub struct FieldError {
    /// The key whose value is dropped.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: Reason,
}

/// Why a request cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Nobody is asked for. The page does not say what an empty list means,
    /// so none is sent.
    #[error("the request names no member")]
    Empty,
    /// The prefix of the request ids is unfit.
    #[error("the prefix of `req_id` {reason}")]
    ReqId {
        /// What is wrong with it; a length counts the part number as well.
        reason: Reason,
    },
    /// A userid is unfit.
    #[error("the userid of requested member {position} {reason}")]
    Userid {
        /// Place in the list as it was given, from 0.
        position: usize,
        /// What is wrong with it.
        reason: Reason,
    },
    /// The old form asks by userid alone, which the cloud reads as staff.
    #[error(
        "requested member {position} is a {user_type}, which the old form `userids` cannot say"
    )]
    FormWithoutType {
        /// Place in the list as it was given, from 0.
        position: usize,
        /// The type that would be lost.
        user_type: UserType,
    },
}
