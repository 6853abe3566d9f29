//! One error for the whole house, and the only table from it to a status.

use crate::gallery::GalleryError;
use crate::index::{IndexError, VectorError};
use crate::opaque::CompareError;
use crate::part::Part;
use crate::protocol::{AnswerError, EntryError, Reason, RequestError};
use crate::rules::{RuleError, ZoneError};
use crate::status::*;
use crate::store::StoreError;
use crate::template::{RegistryError, TemplateError};

/// Why a call failed. Nothing was changed by it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A pointer that must not be NULL is NULL.
    #[error("{name} is NULL")]
    Null {
        /// The argument.
        name: &'static str,
    },
    /// A value outside its range.
    #[error("{name} {reason}")]
    Argument {
        /// The argument.
        name: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An element of an array.
    #[error("element {position}: {error}")]
    Element {
        /// Its place, from 0.
        position: usize,
        /// What is wrong with it.
        error: Box<Error>,
    },
    /// A struct smaller than this version's, or absurdly larger.
    #[error("{name} states a struct_size of {stated} bytes, this version has {known}")]
    StructSize {
        /// The argument.
        name: &'static str,
        /// What it states.
        stated: usize,
        /// What this version has.
        known: usize,
    },
    /// A struct of a newer header that uses what this version does not know.
    #[error("{name} uses fields beyond the {known} bytes that this version knows")]
    StructTail {
        /// The argument.
        name: &'static str,
        /// What it states.
        stated: usize,
        /// What this version has.
        known: usize,
    },
    /// The configuration allows more than there is memory for.
    #[error(
        "the configuration needs {required} bytes (kaimen_config_required_bytes) and the allocator {allocator}; {bound} leaves {available}"
    )]
    Memory {
        /// What [`Config::required_bytes`](crate::engine::Config::required_bytes) says.
        required: u64,
        /// What an allocator may add to it.
        allocator: u64,
        /// What can still be had.
        available: u64,
        /// What ends it.
        bound: crate::engine::MemoryBound,
    },
    /// The caller's own callback ended the call.
    #[error("the callback ended the call")]
    Cancelled,
    /// Not a handle of this kind, or a closed one.
    #[error("{name} is not an open handle of its kind")]
    Handle {
        /// The argument.
        name: &'static str,
    },
    /// A buffer too small for its content.
    #[error("{name} holds {capacity} bytes, {needed} are needed")]
    Buffer {
        /// The argument.
        name: &'static str,
        /// What it holds.
        capacity: usize,
        /// What is needed.
        needed: usize,
    },
    /// A string argument that is not UTF-8.
    #[error("{name} is not UTF-8")]
    Utf8 {
        /// The argument.
        name: &'static str,
    },
    /// All handles of one kind are open.
    #[error("all {capacity} handles of this kind are open; something is not closed")]
    TooManyHandles {
        /// Most handles of one kind.
        capacity: usize,
    },
    /// A field of the configuration.
    #[error("the configuration's {field} {reason}")]
    Config {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The configuration's list of algorithms.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The configuration's time zone.
    #[error(transparent)]
    Zone(#[from] ZoneError),
    /// No algorithm of this name is configured for this modality.
    #[error("no {modality} algorithm of this name is configured")]
    UnknownAlgorithm {
        /// The modality.
        modality: crate::template::Modality,
    },
    /// A probe or template in its encoded form.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A probe or template as a vector.
    #[error(transparent)]
    Vector(#[from] VectorError),
    /// A probe of another dimension than its algorithm's.
    #[error("the probe has {found} elements, its algorithm {expected}")]
    ProbeLength {
        /// Dimension of the algorithm.
        expected: usize,
        /// Elements of the probe.
        found: usize,
    },
    /// The index refused what its own checks should have let pass.
    #[error("the index refused: {0}")]
    Index(#[from] IndexError),
    /// The cloud's answer as a whole.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// An answer above the configured size.
    #[error("the answer has {bytes} bytes, the limit is {limit}")]
    AnswerSize {
        /// Its size.
        bytes: usize,
        /// `max_json_bytes`.
        limit: usize,
    },
    /// An answer to another request.
    #[error("the answer's req_id is not that of the request")]
    ReqId,
    /// A request that cannot be built.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A rule of a member.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The algorithm's templates are no vectors, so that this cannot be asked of it.
    #[error("the algorithm's templates are not vectors")]
    NotVectors,
    /// A probe that is no minutiae record of the algorithm's format.
    #[error("{0}")]
    Minutiae(String),
    /// The vendor's comparison failed, or took too long.
    #[error(transparent)]
    Compare(#[from] CompareError),
    /// No such member.
    #[error("there is no such member")]
    UnknownMember,
    /// The member has nothing to compare the probe with.
    #[error("the member has no searchable template of this algorithm")]
    NoTemplate,
    /// The whole list is being imported.
    #[error("an import is open; commit or abort it first")]
    ImportOpen,
    /// There is no import.
    #[error("no import is open")]
    NoImport,
    /// The list has changed between its pages.
    #[error("the page has another version than those before it; abort and begin anew")]
    PageVersion,
    /// The engine was opened without a store.
    #[error("the engine has no store")]
    NoStore,
    /// A record that cannot be written as bytes, which none should bring about.
    #[error("a member's record cannot be written as bytes")]
    Unstorable,
    /// The durable store failed; the gallery is as it was.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the call needs was left out of this build.
    #[error("the part `{part}` was left out of this build of the library")]
    Absent {
        /// The part.
        part: Part,
    },
    /// An earlier write panicked.
    #[error("an earlier write failed inside the library; the engine only identifies")]
    Poisoned,
}

impl Error {
    /// The status number of the C interface.
    #[must_use]
    pub fn status(&self) -> i32 {
        match self {
            Error::Null { .. } => KAIMEN_ERR_NULL,
            Error::Element { error, .. } => error.status(),
            Error::Argument { .. } | Error::Config { .. } | Error::Registry(_) => {
                KAIMEN_ERR_ARGUMENT
            }
            Error::StructSize { .. } | Error::StructTail { .. } => KAIMEN_ERR_STRUCT_SIZE,
            Error::Handle { .. } => KAIMEN_ERR_HANDLE,
            Error::Buffer { .. } => KAIMEN_ERR_BUFFER,
            Error::Utf8 { .. } => KAIMEN_ERR_UTF8,
            Error::TooManyHandles { .. } => KAIMEN_ERR_TOO_MANY_HANDLES,
            Error::Memory { .. } => KAIMEN_ERR_MEMORY,
            Error::Zone(_) => KAIMEN_ERR_ZONE,
            Error::UnknownAlgorithm { .. } => KAIMEN_ERR_ALGORITHM,
            Error::Template(error) => template_status(error),
            Error::Vector(error) => vector_status(error),
            Error::ProbeLength { .. } => KAIMEN_ERR_LENGTH,
            Error::Index(error) => index_status(error),
            Error::Answer(error) => answer_status(error),
            Error::AnswerSize { .. } => KAIMEN_ERR_JSON_SIZE,
            Error::ReqId => KAIMEN_ERR_REQ_ID,
            Error::Request(_) => KAIMEN_ERR_ARGUMENT,
            Error::Rule(_) => KAIMEN_ERR_RULE,
            Error::NotVectors => KAIMEN_ERR_ALGORITHM,
            Error::Minutiae(_) => KAIMEN_ERR_MINUTIAE,
            Error::Compare(CompareError::Matcher(_)) => KAIMEN_ERR_MATCHER,
            Error::Compare(CompareError::Deadline) => KAIMEN_ERR_DEADLINE,
            Error::UnknownMember => KAIMEN_ERR_MEMBER,
            Error::NoTemplate => KAIMEN_ERR_NO_TEMPLATE,
            Error::Poisoned => KAIMEN_ERR_POISONED,
            Error::Cancelled => KAIMEN_ERR_CANCELLED,
            Error::Store(error) => store_status(error),
            Error::ImportOpen => KAIMEN_ERR_IMPORT_OPEN,
            Error::NoImport => KAIMEN_ERR_NO_IMPORT,
            Error::PageVersion => KAIMEN_ERR_PAGE_VERSION,
            Error::NoStore => KAIMEN_ERR_STORE_NONE,
            Error::Absent { .. } => KAIMEN_ERR_ABSENT,
            Error::Unstorable => KAIMEN_ERR_PANIC,
        }
    }

    /// The argument or field concerned; empty if none.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Error::Null { name }
            | Error::Argument { name, .. }
            | Error::StructSize { name, .. }
            | Error::StructTail { name, .. }
            | Error::Handle { name }
            | Error::Buffer { name, .. }
            | Error::Utf8 { name } => name,
            Error::Element { error, .. } => error.field(),
            Error::Config { field, .. } => field,
            Error::Registry(_) => "algorithms",
            Error::Zone(_) => "zone",
            Error::UnknownAlgorithm { .. } | Error::NotVectors => "algorithm",
            Error::Absent { part: Part::Fingerprint } => "algorithm",
            Error::Absent { part: Part::Store } => "store",
            Error::Minutiae(_) => "probe",
            Error::Compare(CompareError::Matcher(_)) => "compare",
            Error::Compare(CompareError::Deadline) => "deadline_ms",
            Error::Template(_) | Error::Vector(_) | Error::ProbeLength { .. } => "probe",
            Error::Answer(AnswerError::Shape { path, .. }) => path,
            Error::Answer(AnswerError::Cloud { .. }) => "errcode",
            Error::Answer(_) | Error::AnswerSize { .. } => "json",
            Error::ReqId => "req_id",
            Error::Request(RequestError::Empty) => "members",
            Error::Request(RequestError::ReqId { .. }) => "prefix",
            Error::Request(RequestError::Userid { .. }) => "userid",
            Error::Request(RequestError::FormWithoutType { .. }) => "user_type",
            Error::Rule(_) => "rule",
            Error::UnknownMember | Error::NoTemplate => "userid",
            Error::PageVersion => "version",
            Error::Store(StoreError::Userid { .. }) => "userid",
            Error::Store(_) => "store",
            Error::TooManyHandles { .. }
            | Error::Memory { .. }
            | Error::Index(_)
            | Error::Poisoned
            | Error::Cancelled
            | Error::ImportOpen
            | Error::NoImport
            | Error::Unstorable
            | Error::NoStore => "",
        }
    }

    /// The number with which a vendor's comparison failed.
    #[must_use]
    pub fn matcher_status(&self) -> Option<i32> {
        match self {
            Error::Compare(CompareError::Matcher(number)) => Some(*number),
            Error::Element { error, .. } => error.matcher_status(),
            _ => None,
        }
    }

    /// A byte offset or an index, as the message says.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        match self {
            Error::Answer(
                AnswerError::Utf8 { offset }
                | AnswerError::Syntax { offset, .. }
                | AnswerError::Depth { offset, .. },
            ) => Some(*offset),
            Error::Registry(
                RegistryError::Name { index }
                | RegistryError::DefaultNotFirst { index, .. }
                | RegistryError::Duplicate { index, .. }
                | RegistryError::Format { index, .. },
            ) => Some(*index),
            Error::Request(
                RequestError::Userid { position, .. }
                | RequestError::FormWithoutType { position, .. },
            )
            | Error::Element { position, .. } => Some(*position),
            _ => None,
        }
    }
}

/// The status of a template's refusal.
pub(crate) fn template_status(error: &TemplateError) -> i32 {
    match error {
        TemplateError::Base64 { .. } => KAIMEN_ERR_BASE64,
        TemplateError::TooLarge { .. } => KAIMEN_ERR_TEMPLATE_SIZE,
        TemplateError::Length { .. } | TemplateError::Empty => KAIMEN_ERR_LENGTH,
        TemplateError::NonFinite { .. } => KAIMEN_ERR_NOT_FINITE,
        TemplateError::ZeroNorm => KAIMEN_ERR_ZERO_NORM,
        TemplateError::Format(_) => KAIMEN_ERR_ARGUMENT,
    }
}

/// The status of a vector's refusal.
pub(crate) fn vector_status(error: &VectorError) -> i32 {
    match error {
        VectorError::Dimension(_) => KAIMEN_ERR_LENGTH,
        VectorError::NotFinite(_) => KAIMEN_ERR_NOT_FINITE,
        VectorError::Zero => KAIMEN_ERR_ZERO_NORM,
    }
}

/// The status of the index's refusal.
pub(crate) fn index_status(error: &IndexError) -> i32 {
    match error {
        IndexError::Dimension { .. } => KAIMEN_ERR_LENGTH,
        IndexError::Gallery(error) => gallery_status(error),
    }
}

/// The status of a gallery's refusal.
pub(crate) fn gallery_status(error: &GalleryError) -> i32 {
    match error {
        GalleryError::UnknownHandle(_) => KAIMEN_ERR_NO_TEMPLATE,
        GalleryError::Full => KAIMEN_ERR_TEMPLATES_FULL,
    }
}

fn store_status(error: &StoreError) -> i32 {
    match error {
        StoreError::NotAStore { .. } => KAIMEN_ERR_STORE_FORMAT,
        StoreError::Newer { .. } => KAIMEN_ERR_STORE_NEWER,
        StoreError::ReadOnly { .. } => KAIMEN_ERR_STORE_READ_ONLY,
        StoreError::Full { .. } => KAIMEN_ERR_STORE_FULL,
        StoreError::Locked => KAIMEN_ERR_STORE_LOCKED,
        StoreError::WrongKey => KAIMEN_ERR_STORE_KEY,
        StoreError::Damaged { .. } => KAIMEN_ERR_STORE_DAMAGED,
        StoreError::Io { .. } => KAIMEN_ERR_STORE_IO,
        StoreError::TooLarge { .. } => KAIMEN_ERR_STORE_RECORD,
        StoreError::Userid { .. } => KAIMEN_ERR_ARGUMENT,
        StoreError::Cancelled => KAIMEN_ERR_CANCELLED,
        StoreError::NoEventLog => KAIMEN_ERR_STORE_NO_EVENTS,
        StoreError::Absent => KAIMEN_ERR_ABSENT,
    }
}

fn answer_status(error: &AnswerError) -> i32 {
    match error {
        AnswerError::Utf8 { .. } | AnswerError::ByteOrderMark | AnswerError::Syntax { .. } => {
            KAIMEN_ERR_JSON_SYNTAX
        }
        AnswerError::Depth { .. } => KAIMEN_ERR_JSON_DEPTH,
        AnswerError::Shape { .. } => KAIMEN_ERR_JSON_SHAPE,
        AnswerError::Cloud { .. } => KAIMEN_ERR_CLOUD,
    }
}

/// The status of a refused field or member.
pub(crate) fn reason_status(reason: &Reason) -> i32 {
    match reason {
        Reason::Conflict => KAIMEN_ERR_ALGORITHM_NAME,
        _ => KAIMEN_ERR_FIELD,
    }
}

/// The status of a refused entry of a list.
pub(crate) fn entry_status(error: &EntryError) -> i32 {
    match (error.list, error.field, &error.reason) {
        ("pass_rule_list", _, Reason::TooMany { .. }) => KAIMEN_ERR_RULE_COUNT,
        ("pass_rule_list", "rule", Reason::TooLong { .. }) => KAIMEN_ERR_RULE,
        _ => KAIMEN_ERR_FIELD,
    }
}
