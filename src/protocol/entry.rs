//! The lists of a member: pass rules and templates, entry by entry.

use std::borrow::Cow;
use std::fmt;

use super::cursor::{Cursor, Fault, Value};
use super::error::{EntryError, Reason};
use super::record::Entries;
use super::text::{check_length, decimal_string, integer};
use crate::limits;

/// Most entries of one list that are told apart. A rejected entry takes more
/// memory than the two bytes that may stand for it in the text, so a list of
/// nothing but rubbish must end somewhere: one more `Err` then stands for all
/// that follow. Far above 64 rules and 12 slots.
pub const LIST_ENTRIES: usize = 256;

const ID: &str = "an integer from 0 to 4294967295";
const EFFECT_TIME: &str = "an integer of 64 bits";

/// One element of `pass_rule_list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleEntry<'a> {
    /// The rule's number, as the cloud gave it.
    pub id: u32,
    /// The rule's text, at most `limits::RULE_BYTES`; may be malformed.
    pub rule: Cow<'a, str>,
    /// Unix seconds from which on the rule counts; absent is 0, at once.
    pub effect_time: i64,
}

/// One element of `fp` or `fa_list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateEntry<'a> {
    /// The slot. Its range is the engine's to check.
    pub id: u32,
    /// What stands in the slot.
    pub data: TemplateData<'a>,
}

/// The `data` of a template entry. Its `Debug` gives a length only.
#[derive(Clone, PartialEq, Eq)]
pub enum TemplateData<'a> {
    /// No `data` key: the entry says nothing about the slot's template.
    Absent,
    /// `""`: the slot is deleted.
    Delete,
    /// The text, not decoded and not checked to be base64. It is owned only
    /// if the JSON text had escapes, such as `\/`.
    Base64(Cow<'a, str>),
}

impl fmt::Debug for TemplateData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("Absent"),
            Self::Delete => f.write_str("Delete"),
            Self::Base64(text) => write!(f, "Base64({} characters)", text.len()),
        }
    }
}

/// Reads `pass_rule_list` after its `[`.
pub(super) fn read_rules<'a>(
    cursor: &mut Cursor<'a>,
    list: &'static str,
) -> Result<Entries<RuleEntry<'a>>, Fault> {
    read_list(cursor, list, limits::RULES_PER_MEMBER, |cursor, entry| {
        let (mut rule, mut effect_time) = (None, None);
        entry.read(cursor, |key, entry, value| match key {
            "rule" => entry.set("rule", &mut rule, rule_text(value)),
            "effect_time" => entry.set("effect_time", &mut effect_time, effect_time_of(value)),
            _ => {}
        })?;
        let rule = entry.required("rule", rule);
        let id = entry.required("id", entry.id);
        Ok(entry.finish(id.zip(rule).map(|(id, rule)| RuleEntry {
            id,
            rule,
            effect_time: effect_time.unwrap_or(0),
        })))
    })
}

/// Reads `fp` or `fa_list` after its `[`.
pub(super) fn read_templates<'a>(
    cursor: &mut Cursor<'a>,
    list: &'static str,
) -> Result<Entries<TemplateEntry<'a>>, Fault> {
    read_list(cursor, list, LIST_ENTRIES, |cursor, entry| {
        let mut data = None;
        entry.read(cursor, |key, entry, value| {
            if key == "data" {
                entry.set("data", &mut data, template_data(value));
            }
        })?;
        let id = entry.required("id", entry.id);
        Ok(entry
            .finish(id.map(|id| TemplateEntry { id, data: data.unwrap_or(TemplateData::Absent) })))
    })
}

fn read_list<'a, T>(
    cursor: &mut Cursor<'a>,
    list: &'static str,
    limit: usize,
    read: impl Fn(&mut Cursor<'a>, &mut Draft) -> Result<Result<T, EntryError>, Fault>,
) -> Result<Entries<T>, Fault> {
    let mut entries = Vec::new();
    let mut first = true;
    let mut position = 0;
    while cursor.element(&mut first)? {
        let mut draft = Draft::new(list, position);
        if position > LIST_ENTRIES {
            cursor.scalar()?;
        } else if position == LIST_ENTRIES {
            cursor.scalar()?;
            draft.refuse(EntryError::ENTRY, Reason::TooMany { limit });
            entries.push(draft.finish(None));
        } else {
            if position >= limit {
                draft.refuse(EntryError::ENTRY, Reason::TooMany { limit });
            }
            entries.push(read(cursor, &mut draft)?);
        }
        position += 1;
    }
    Ok(entries)
}

/// An entry while it is read: what every kind of entry has, and its first
/// fault. Reading goes on after a fault, because the text must still be
/// walked and the `id` may follow.
struct Draft {
    list: &'static str,
    position: usize,
    id: Option<u32>,
    fault: Option<(&'static str, Reason)>,
}

impl Draft {
    fn new(list: &'static str, position: usize) -> Self {
        Self { list, position, id: None, fault: None }
    }

    fn refuse(&mut self, field: &'static str, reason: Reason) {
        self.fault.get_or_insert((field, reason));
    }

    /// Reads the entry: `id` here, every other key in `other`.
    fn read<'a>(
        &mut self,
        cursor: &mut Cursor<'a>,
        mut other: impl FnMut(&str, &mut Self, Value<'a>),
    ) -> Result<(), Fault> {
        let value = cursor.value()?;
        let Value::Object = value else {
            cursor.finish(value)?;
            self.refuse(
                EntryError::ENTRY,
                Reason::WrongType { expected: "an object", found: value.kind() },
            );
            return Ok(());
        };
        let mut first = true;
        let mut id = None;
        while let Some(key) = cursor.key(&mut first)? {
            let value = cursor.scalar()?;
            match &*key.decode_lossy() {
                "id" => self.set("id", &mut id, id_of(value)),
                key => other(key, self, value),
            }
        }
        self.id = id;
        Ok(())
    }

    /// Keeps a value unless its key was there before.
    fn set<T>(&mut self, field: &'static str, slot: &mut Option<T>, value: Result<T, Reason>) {
        match value {
            _ if slot.is_some() => self.refuse(field, Reason::Repeated),
            Ok(value) => *slot = Some(value),
            Err(reason) => self.refuse(field, reason),
        }
    }

    fn required<T>(&mut self, field: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.refuse(field, Reason::Missing);
        }
        value
    }

    /// The entry if nothing was wrong.
    fn finish<T>(&self, entry: Option<T>) -> Result<T, EntryError> {
        let (field, reason) = match (self.fault, entry) {
            (None, Some(entry)) => return Ok(entry),
            (None, None) => (EntryError::ENTRY, Reason::Missing),
            (Some(fault), _) => fault,
        };
        Err(EntryError { list: self.list, position: self.position, id: self.id, field, reason })
    }
}

/// `id` may be a number or a decimal string (path 95409 says the one and
/// prints the other).
fn id_of(value: Value<'_>) -> Result<u32, Reason> {
    match value {
        Value::Number(number) => integer(number, ID),
        Value::String(text) => decimal_string(&text.decode()?, ID),
        other => Err(Reason::WrongType { expected: ID, found: other.kind() }),
    }
}

fn rule_text(value: Value<'_>) -> Result<Cow<'_, str>, Reason> {
    let Value::String(text) = value else {
        return Err(Reason::WrongType { expected: "a string", found: value.kind() });
    };
    let rule = text.decode()?;
    check_length(&rule, limits::RULE_BYTES)?;
    Ok(rule)
}

/// A time that cannot be read refuses its rule: taken for absent, it would
/// open the door at once.
fn effect_time_of(value: Value<'_>) -> Result<i64, Reason> {
    match value {
        Value::Number(number) => integer(number, EFFECT_TIME),
        other => Err(Reason::WrongType { expected: EFFECT_TIME, found: other.kind() }),
    }
}

fn template_data(value: Value<'_>) -> Result<TemplateData<'_>, Reason> {
    let Value::String(text) = value else {
        return Err(Reason::WrongType { expected: "a string", found: value.kind() });
    };
    let data = text.decode()?;
    Ok(if data.is_empty() { TemplateData::Delete } else { TemplateData::Base64(data) })
}
