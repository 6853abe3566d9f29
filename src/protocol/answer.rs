//! The answer of `get_userinfo_by_ids` as a whole.

use std::borrow::Cow;

use super::cursor::{Cursor, Fault, Value};
use super::error::{AnswerError, RecordError};
use super::member::read_member;
use super::record::Record;
use super::text::Text;
use crate::limits;

/// Longest `errmsg` in bytes that is kept for display.
pub const ERRMSG_BYTES: usize = 256;

/// A successful answer. It borrows from the JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<'a> {
    /// `headers.req_id`, if there is one. Whether it is the id of the request
    /// that was sent is the caller's to check.
    pub req_id: Option<Cow<'a, str>>,
    /// The members in the cloud's order, or why each is refused. Two elements
    /// may name the same member; both are here.
    pub userinfo: Vec<Result<Record<'a>, RecordError>>,
}

/// Reads an answer of at most `max_members` elements in `userinfo`.
///
/// `json` is the whole text; its size is the caller's to bound. Memory is taken
/// for what has been read only: at most `max_members` records, each with at most
/// [`LIST_ENTRIES`](super::LIST_ENTRIES) + 1 entries a list, and a copy of each
/// known string that has escapes.
///
/// Unknown keys are ignored on every level. A fault inside of a member is in
/// [`Answer::userinfo`]; `headers` may be absent, `errcode` and `errmsg` may
/// stand beside `body` or in it. An absent `errcode` means 0, because an answer
/// without members is refused anyway.
///
/// # Errors
///
/// An answer that is not one whole JSON document, not of the page's shape, or
/// that carries an `errcode` other than 0. Of several faults, JSON comes before
/// the cloud's errcode, and that before the shape: an error answer without
/// members is reported as what the cloud said. One member too many ends the
/// reading at once, whatever follows it.
pub fn read_answer(json: &[u8], max_members: usize) -> Result<Answer<'_>, AnswerError> {
    let text = std::str::from_utf8(json)
        .map_err(|error| AnswerError::Utf8 { offset: error.valid_up_to() })?;
    if text.starts_with('\u{feff}') {
        return Err(AnswerError::ByteOrderMark);
    }
    let mut draft = Draft { max_members, ..Draft::default() };
    let mut cursor = Cursor::new(text);
    draft
        .read_top(&mut cursor)
        .and_then(|()| cursor.end())
        .map_err(|fault| located(fault, json, max_members))?;
    draft.into_answer()
}

#[derive(Default)]
struct Draft<'a> {
    max_members: usize,
    headers: bool,
    body: bool,
    req_id: Option<Text<'a>>,
    top: Outcome<'a>,
    inner: Outcome<'a>,
    userinfo: Option<Vec<Result<Record<'a>, RecordError>>>,
    shape: Option<AnswerError>,
}

/// `errcode` and `errmsg` of one level.
#[derive(Default)]
struct Outcome<'a> {
    errcode: Option<i64>,
    errmsg: Option<Text<'a>>,
}

impl<'a> Draft<'a> {
    fn read_top(&mut self, cursor: &mut Cursor<'a>) -> Result<(), Fault> {
        let value = cursor.value()?;
        if !self.is_object(cursor, "answer", value)? {
            return Ok(());
        }
        let mut first = true;
        while let Some(key) = cursor.key(&mut first)? {
            let value = cursor.value()?;
            match &*key.decode_lossy() {
                "headers" => {
                    self.once("headers", self.headers);
                    self.headers = true;
                    if self.is_object(cursor, "headers", value)? {
                        self.read_headers(cursor)?;
                    }
                }
                "body" => {
                    self.once("body", self.body);
                    self.body = true;
                    if self.is_object(cursor, "body", value)? {
                        self.read_body(cursor)?;
                    }
                }
                "errcode" => {
                    cursor.finish(value)?;
                    self.top.errcode = self.errcode("errcode", self.top.errcode, value);
                }
                "errmsg" => {
                    cursor.finish(value)?;
                    self.top.errmsg(value);
                }
                _ => cursor.finish(value)?,
            }
        }
        Ok(())
    }

    fn read_headers(&mut self, cursor: &mut Cursor<'a>) -> Result<(), Fault> {
        let mut first = true;
        while let Some(key) = cursor.key(&mut first)? {
            let value = cursor.scalar()?;
            if key.decode_lossy() == "req_id" {
                self.once("headers.req_id", self.req_id.is_some());
                match value {
                    Value::String(text) => self.req_id = Some(text),
                    other => self.shape("headers.req_id", "a string", other.kind().words()),
                }
            }
        }
        Ok(())
    }

    fn read_body(&mut self, cursor: &mut Cursor<'a>) -> Result<(), Fault> {
        let mut first = true;
        while let Some(key) = cursor.key(&mut first)? {
            let value = cursor.value()?;
            match (&*key.decode_lossy(), value) {
                ("userinfo", Value::Array) => {
                    self.once("body.userinfo", self.userinfo.is_some());
                    self.userinfo = Some(read_userinfo(cursor, self.max_members)?);
                }
                ("userinfo", other) => {
                    cursor.finish(value)?;
                    self.shape("body.userinfo", "an array", other.kind().words());
                }
                ("errcode", _) => {
                    cursor.finish(value)?;
                    self.inner.errcode = self.errcode("body.errcode", self.inner.errcode, value);
                }
                ("errmsg", _) => {
                    cursor.finish(value)?;
                    self.inner.errmsg(value);
                }
                _ => cursor.finish(value)?,
            }
        }
        Ok(())
    }

    /// The code of one level so far; of several, one that is not 0 stands.
    fn errcode(&mut self, path: &'static str, old: Option<i64>, value: Value<'a>) -> Option<i64> {
        const EXPECTED: &str = "an integer of 64 bits";
        self.once(path, old.is_some());
        let Value::Number(number) = value else {
            self.shape(path, EXPECTED, value.kind().words());
            return old;
        };
        match number.parse::<i64>() {
            Ok(code) => old.filter(|&old| old != 0).or(Some(code)),
            Err(_) => {
                self.shape(path, EXPECTED, "another number");
                old
            }
        }
    }

    /// Whether the object at `path` is one; what is not is skipped.
    fn is_object(
        &mut self,
        cursor: &mut Cursor<'a>,
        path: &'static str,
        value: Value<'a>,
    ) -> Result<bool, Fault> {
        if let Value::Object = value {
            return Ok(true);
        }
        cursor.finish(value)?;
        self.shape(path, "an object", value.kind().words());
        Ok(false)
    }

    fn once(&mut self, path: &'static str, again: bool) {
        if again {
            self.shape(path, "given once", "given twice");
        }
    }

    fn shape(&mut self, path: &'static str, expected: &'static str, found: &'static str) {
        self.shape.get_or_insert(AnswerError::Shape { path, expected, found });
    }

    fn into_answer(mut self) -> Result<Answer<'a>, AnswerError> {
        for outcome in [&self.top, &self.inner] {
            if let Some(errcode) = outcome.errcode.filter(|&code| code != 0) {
                let errmsg = outcome.errmsg.or(self.top.errmsg).or(self.inner.errmsg);
                let errmsg = errmsg.map(displayable).unwrap_or_default();
                return Err(AnswerError::Cloud { errcode, errmsg });
            }
        }
        let req_id = self.req_id.map(Text::decode).transpose().unwrap_or_else(|_| {
            self.shape("headers.req_id", "Unicode text", "half of a surrogate pair");
            None
        });
        if !self.body {
            self.shape("body", "an object", "absent");
        }
        match (self.shape, self.userinfo) {
            (None, Some(userinfo)) => Ok(Answer { req_id, userinfo }),
            (None, None) => Err(AnswerError::Shape {
                path: "body.userinfo",
                expected: "an array",
                found: "absent",
            }),
            (Some(shape), _) => Err(shape),
        }
    }
}

impl<'a> Outcome<'a> {
    /// The message is for people: whatever else stands there is no reason to
    /// refuse an answer or to hide its errcode.
    fn errmsg(&mut self, value: Value<'a>) {
        if let Value::String(text) = value {
            self.errmsg.get_or_insert(text);
        }
    }
}

fn read_userinfo<'a>(
    cursor: &mut Cursor<'a>,
    max_members: usize,
) -> Result<Vec<Result<Record<'a>, RecordError>>, Fault> {
    let mut userinfo = Vec::new();
    let mut first = true;
    while cursor.element(&mut first)? {
        if userinfo.len() == max_members {
            return Err(Fault::TooManyMembers);
        }
        userinfo.push(read_member(cursor, userinfo.len())?);
    }
    Ok(userinfo)
}

/// The cloud's message as it may stand in a log line: bounded, in one line.
fn displayable(errmsg: Text<'_>) -> String {
    let errmsg = errmsg.decode_lossy();
    let mut shown = String::new();
    for character in errmsg.chars() {
        let character = if character.is_control() { '\u{fffd}' } else { character };
        if shown.len() + character.len_utf8() > ERRMSG_BYTES - '…'.len_utf8() {
            shown.push('…');
            break;
        }
        shown.push(character);
    }
    shown
}

/// The fault with line and column, which only a refused document pays for.
fn located(fault: Fault, json: &[u8], max_members: usize) -> AnswerError {
    match fault {
        Fault::Syntax { offset, message } => {
            let before = json.get(..offset).unwrap_or(json);
            let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
            let column = 1 + before.iter().rev().take_while(|&&byte| byte != b'\n').count();
            AnswerError::Syntax { line, column, offset, message }
        }
        Fault::Depth { offset } => AnswerError::Depth { limit: limits::JSON_DEPTH, offset },
        Fault::TooManyMembers => AnswerError::TooManyMembers { limit: max_members },
    }
}
