//! One member as the cloud describes it.

use std::borrow::Cow;
use std::fmt;

use super::entry::{RuleEntry, TemplateEntry};
use super::error::{EntryError, FieldError};

/// What a member is to the company (`user_type`).
///
/// Members are keyed by (userid, type): a visitor and a member of staff may
/// carry the same userid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u8)]
pub enum UserType {
    /// 0, and what an absent `user_type` means.
    #[default]
    Staff = 0,
    /// 1
    Visitor = 1,
    /// 2
    Student = 2,
}

impl UserType {
    /// Every type.
    pub const ALL: [Self; 3] = [Self::Staff, Self::Visitor, Self::Student];

    /// The type with this number, 0 to 2.
    #[must_use]
    pub const fn from_number(number: u64) -> Option<Self> {
        match number {
            0 => Some(Self::Staff),
            1 => Some(Self::Visitor),
            2 => Some(Self::Student),
            _ => None,
        }
    }

    /// The number that the protocol uses.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Staff => 0,
            Self::Visitor => 1,
            Self::Student => 2,
        }
    }
}

impl fmt::Display for UserType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Staff => "staff member",
            Self::Visitor => "visitor",
            Self::Student => "student",
        })
    }
}

/// A list of a member: each entry, or why it is refused, in the cloud's order.
pub type Entries<T> = Vec<Result<T, EntryError>>;

/// The templates of one modality.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Templates<'a> {
    /// The algorithm's name, at most `limits::ALGORITHM_BYTES`. `None`: the key
    /// is absent, which means the same as `"default"` to the cloud.
    pub algorithm: Option<Cow<'a, str>>,
    /// `None`: the key is absent, what is stored may stay. `Some` and empty:
    /// the member has no templates any more.
    pub entries: Option<Entries<TemplateEntry<'a>>>,
}

/// One element of `userinfo`: the member's whole new state.
///
/// For every key, `None` means that the key was absent, which is not the same
/// as empty. The values borrow from the JSON text where it has no escapes.
/// Templates, keys and names are personal data: `Debug` leaves them out.
#[derive(Clone, PartialEq, Eq)]
pub struct Record<'a> {
    /// Place in `userinfo`, from 0.
    pub index: usize,
    /// 1 to 128 bytes, without control characters.
    pub userid: Cow<'a, str>,
    /// Second half of the member's key.
    pub user_type: UserType,
    /// Number for signature checks only; never the member's key.
    pub openvid: Option<u64>,
    /// Version of the member's fingerprints.
    pub fp_ver: Option<u64>,
    /// Version of the member's faces.
    pub fa_ver: Option<u64>,
    /// Key text for off-line QR codes, as sent; at most
    /// `limits::PUBLIC_KEY_BYTES`.
    pub public_key: Option<Cow<'a, str>>,
    /// Name for the screen; at most `limits::NAME_BYTES`, without NUL.
    pub name: Option<Cow<'a, str>>,
    /// Pass rules, at most `limits::RULES_PER_MEMBER` of them `Ok`. Their
    /// grammar is not looked at here.
    pub pass_rule_list: Option<Entries<RuleEntry<'a>>>,
    /// Fingerprint templates, or why none of this record's may be used: then
    /// what is stored is neither confirmed nor emptied by it.
    pub fp: Result<Templates<'a>, FieldError>,
    /// Face templates, or why none of this record's may be used.
    pub fa_list: Result<Templates<'a>, FieldError>,
    /// Texts that were dropped although the member stays: `name` and
    /// `public_key`. What concerns `fp` and `fa_list` stands there.
    pub notes: Vec<FieldError>,
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("index", &self.index)
            .field("userid", &self.userid)
            .field("user_type", &self.user_type)
            .field("fp_ver", &self.fp_ver)
            .field("fa_ver", &self.fa_ver)
            .field("pass_rule_list", &self.pass_rule_list)
            .field("fp", &self.fp)
            .field("fa_list", &self.fa_list)
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
}
