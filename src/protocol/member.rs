//! Reads one element of `userinfo`.
//!
//! The whole element is walked whatever is wrong with it: its end is where the
//! next member begins, and its `userid` may come last.

use std::borrow::Cow;

use super::cursor::{Cursor, Fault, Value};
use super::entry::{RuleEntry, TemplateEntry, read_rules, read_templates};
use super::error::{FieldError, Reason, RecordError};
use super::record::{Entries, Record, Templates, UserType};
use super::text::{Text, check_length, check_userid, integer};
use crate::limits;

const U64: &str = "an integer from 0 to 18446744073709551615";
const USER_TYPE: &str = "0, 1 or 2";

/// What is known of the member so far. Texts stay undecoded until the end.
#[derive(Default)]
struct Draft<'a> {
    userid: Option<Text<'a>>,
    user_type: Option<u64>,
    openvid: Option<u64>,
    fp_ver: Option<u64>,
    fa_ver: Option<u64>,
    public_key: Option<Text<'a>>,
    name: Option<Text<'a>>,
    pass_rule_list: Option<Entries<RuleEntry<'a>>>,
    fp_alogrithm: Option<Text<'a>>,
    fp_algorithm: Option<Text<'a>>,
    fp: Option<Entries<TemplateEntry<'a>>>,
    fa_algorithm: Option<Text<'a>>,
    fa_list: Option<Entries<TemplateEntry<'a>>>,
    fault: Option<(&'static str, Reason)>,
    /// `userid` or `user_type` is of a wrong type or given twice: whatever was
    /// read of it must not name a member, not even in an error.
    no_userid: bool,
    no_user_type: bool,
}

/// Reads the element at `index`; `Fault` only if the document itself is bad.
pub(super) fn read_member<'a>(
    cursor: &mut Cursor<'a>,
    index: usize,
) -> Result<Result<Record<'a>, RecordError>, Fault> {
    let mut draft = Draft::default();
    let value = cursor.value()?;
    if let Value::Object = value {
        let mut first = true;
        while let Some(key) = cursor.key(&mut first)? {
            draft.read_field(cursor, &key.decode_lossy())?;
        }
    } else {
        cursor.finish(value)?;
        draft.no_user_type = true;
        let expected = "an object";
        draft.refuse(RecordError::RECORD, Reason::WrongType { expected, found: value.kind() });
    }
    Ok(draft.into_record(index))
}

impl<'a> Draft<'a> {
    fn refuse(&mut self, field: &'static str, reason: Reason) {
        self.no_userid |= field == "userid";
        self.no_user_type |= field == "user_type";
        self.fault.get_or_insert((field, reason));
    }

    fn read_field(&mut self, cursor: &mut Cursor<'a>, key: &str) -> Result<(), Fault> {
        let fault = match key {
            "userid" => text(cursor, "userid", &mut self.userid)?,
            "user_type" => number(cursor, "user_type", USER_TYPE, &mut self.user_type)?,
            "openvid" => number(cursor, "openvid", U64, &mut self.openvid)?,
            "fp_ver" => number(cursor, "fp_ver", U64, &mut self.fp_ver)?,
            "fa_ver" => number(cursor, "fa_ver", U64, &mut self.fa_ver)?,
            "public_key" => text(cursor, "public_key", &mut self.public_key)?,
            "name" => text(cursor, "name", &mut self.name)?,
            "pass_rule_list" => {
                list(cursor, "pass_rule_list", &mut self.pass_rule_list, read_rules)?
            }
            "fp_alogrithm" => text(cursor, "fp_alogrithm", &mut self.fp_alogrithm)?,
            "fp_algorithm" => text(cursor, "fp_algorithm", &mut self.fp_algorithm)?,
            "fp" => list(cursor, "fp", &mut self.fp, read_templates)?,
            "fa_algorithm" => text(cursor, "fa_algorithm", &mut self.fa_algorithm)?,
            "fa_list" => list(cursor, "fa_list", &mut self.fa_list, read_templates)?,
            _ => cursor.scalar().map(|_| None)?,
        };
        if let Some((field, reason)) = fault {
            self.refuse(field, reason);
        }
        Ok(())
    }

    fn into_record(mut self, index: usize) -> Result<Record<'a>, RecordError> {
        let userid = match self.userid {
            None => Err(Reason::Missing),
            Some(text) => text.decode().and_then(|userid| {
                check_userid(&userid)?;
                Ok(userid)
            }),
        };
        let user_type = match self.user_type.map(UserType::from_number) {
            None => Ok(UserType::Staff),
            Some(user_type) => user_type.ok_or(Reason::Range { expected: USER_TYPE }),
        };
        if let Err(reason) = &userid {
            self.refuse("userid", *reason);
        }
        if let Err(reason) = user_type {
            self.refuse("user_type", reason);
        }
        let (userid, user_type) = match (userid, user_type, self.fault) {
            (Ok(userid), Ok(user_type), None) => (userid, user_type),
            (userid, user_type, fault) => {
                let (field, reason) = fault.unwrap_or((RecordError::RECORD, Reason::Missing));
                return Err(RecordError {
                    index,
                    userid: userid.ok().filter(|_| !self.no_userid).map(Cow::into_owned),
                    user_type: user_type.ok().filter(|_| !self.no_user_type),
                    field,
                    reason,
                });
            }
        };
        let mut notes = Vec::new();
        let mut kept = |field, text: Option<Text<'a>>, check: fn(&str) -> Result<(), Reason>| {
            let text = checked(text, check);
            text.unwrap_or_else(|reason| {
                notes.push(FieldError { field, reason });
                None
            })
        };
        let name = kept("name", self.name, check_name);
        let public_key = kept("public_key", self.public_key, check_public_key);
        Ok(Record {
            index,
            userid,
            user_type,
            openvid: self.openvid,
            fp_ver: self.fp_ver,
            fa_ver: self.fa_ver,
            public_key,
            name,
            pass_rule_list: self.pass_rule_list,
            fp: templates(fingerprint_algorithm(self.fp_algorithm, self.fp_alogrithm), self.fp),
            fa_list: templates(algorithm("fa_algorithm", self.fa_algorithm), self.fa_list),
            notes,
        })
    }
}

type FieldFault = Option<(&'static str, Reason)>;

/// A string into `slot`.
fn text<'a>(
    cursor: &mut Cursor<'a>,
    field: &'static str,
    slot: &mut Option<Text<'a>>,
) -> Result<FieldFault, Fault> {
    let value = cursor.scalar()?;
    let read = match value {
        Value::String(text) => Ok(text),
        other => Err(Reason::WrongType { expected: "a string", found: other.kind() }),
    };
    Ok(fill(field, slot, read))
}

/// An unsigned integer into `slot`.
fn number(
    cursor: &mut Cursor<'_>,
    field: &'static str,
    expected: &'static str,
    slot: &mut Option<u64>,
) -> Result<FieldFault, Fault> {
    let read = match cursor.scalar()? {
        Value::Number(number) => integer(number, expected),
        other => Err(Reason::WrongType { expected, found: other.kind() }),
    };
    Ok(fill(field, slot, read))
}

/// A list into `slot`.
fn list<'a, T>(
    cursor: &mut Cursor<'a>,
    field: &'static str,
    slot: &mut Option<Entries<T>>,
    read: fn(&mut Cursor<'a>, &'static str) -> Result<Entries<T>, Fault>,
) -> Result<FieldFault, Fault> {
    let value = cursor.value()?;
    let read = if let Value::Array = value {
        Ok(read(cursor, field)?)
    } else {
        cursor.finish(value)?;
        Err(Reason::WrongType { expected: "an array", found: value.kind() })
    };
    Ok(fill(field, slot, read))
}

fn fill<T>(
    field: &'static str,
    slot: &mut Option<T>,
    read: Result<T, Reason>,
) -> Option<(&'static str, Reason)> {
    match read {
        _ if slot.is_some() => Some((field, Reason::Repeated)),
        Ok(value) => {
            *slot = Some(value);
            None
        }
        Err(reason) => Some((field, reason)),
    }
}

fn checked<'a>(
    text: Option<Text<'a>>,
    check: fn(&str) -> Result<(), Reason>,
) -> Result<Option<Cow<'a, str>>, Reason> {
    let Some(text) = text else { return Ok(None) };
    let text = text.decode()?;
    check(&text)?;
    Ok(Some(text))
}

fn check_name(name: &str) -> Result<(), Reason> {
    check_length(name, limits::NAME_BYTES)?;
    if name.contains('\0') { Err(Reason::ControlCharacter) } else { Ok(()) }
}

fn check_public_key(key: &str) -> Result<(), Reason> {
    check_length(key, limits::PUBLIC_KEY_BYTES)?;
    if key.chars().any(char::is_control) { Err(Reason::ControlCharacter) } else { Ok(()) }
}

fn check_algorithm(name: &str) -> Result<(), Reason> {
    check_length(name, limits::ALGORITHM_BYTES)?;
    if name.chars().any(char::is_control) { Err(Reason::ControlCharacter) } else { Ok(()) }
}

type Algorithm<'a> = Result<Option<Cow<'a, str>>, FieldError>;

fn algorithm<'a>(field: &'static str, text: Option<Text<'a>>) -> Algorithm<'a> {
    checked(text, check_algorithm).map_err(|reason| FieldError { field, reason })
}

/// Uploads spell it `fp_algorithm`, the answer's page `fp_alogrithm`.
fn fingerprint_algorithm<'a>(right: Option<Text<'a>>, page: Option<Text<'a>>) -> Algorithm<'a> {
    match (algorithm("fp_algorithm", right)?, algorithm("fp_alogrithm", page)?) {
        (Some(right), Some(page)) if right != page => {
            Err(FieldError { field: "fp_algorithm", reason: Reason::Conflict })
        }
        (Some(name), _) | (None, Some(name)) => Ok(Some(name)),
        (None, None) => Ok(None),
    }
}

/// Templates of a name that cannot be known must not be taken for templates
/// of the default algorithm: without the name there are none.
fn templates<'a>(
    algorithm: Algorithm<'a>,
    entries: Option<Entries<TemplateEntry<'a>>>,
) -> Result<Templates<'a>, FieldError> {
    algorithm.map(|algorithm| Templates { algorithm, entries })
}
