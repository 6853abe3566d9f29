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

/// What a successful answer says beside its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head<'a> {
    /// `headers.req_id`, if there is one. Whether it is the id of the request
    /// that was sent is the caller's to check.
    pub req_id: Option<Cow<'a, str>>,
    /// `body.perm_version` or `body.visitor_version` of a page of the whole list; `None` if
    /// there is no such number.
    pub version: Option<u64>,
    /// `body.is_last` of a page of the whole list; `None` if there is no such boolean.
    pub is_last: Option<bool>,
}

/// A successful answer with all its members. It borrows from the JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<'a> {
    /// As [`Head::req_id`].
    pub req_id: Option<Cow<'a, str>>,
    /// The members in the cloud's order, or why each is refused. Two elements
    /// may name the same member; both are here.
    pub userinfo: Vec<Result<Record<'a>, RecordError>>,
}

/// Reads a whole answer. Memory for its members grows with their number, up to
/// some hundred times the text if that is rubbish; [`read_records`] holds one
/// member at a time.
///
/// # Errors
///
/// As [`read_records`].
pub fn read_answer(json: &[u8]) -> Result<Answer<'_>, AnswerError> {
    let mut userinfo = Vec::new();
    let Head { req_id, .. } = read_records(json, |record| userinfo.push(record))?;
    Ok(Answer { req_id, userinfo })
}

/// Reads an answer and hands over its members one by one, in the cloud's
/// order, each as a record or as the reason why it is refused.
///
/// The members come before it is known whether the answer as a whole is good:
/// the page puts `errcode` behind them. Whoever takes them must be able to
/// forget them.
///
/// `json` is the whole text; its size is the caller's to bound. Memory is taken
/// for one member: at most [`LIST_ENTRIES`](super::LIST_ENTRIES) + 1 entries a
/// list, and a copy of each known string that has escapes.
///
/// Unknown keys are ignored on every level. `headers` may be absent, `errcode`
/// and `errmsg` may stand beside `body` or in it. An absent `errcode` means 0,
/// because an answer without members is refused anyway.
///
/// # Errors
///
/// An answer that is not one whole JSON document, not of the page's shape, or
/// that carries an `errcode` other than 0. Of several faults, JSON comes before
/// the cloud's errcode, and that before the shape: an error answer without
/// members is reported as what the cloud said.
pub fn read_records<'a>(
    json: &'a [u8],
    mut take: impl FnMut(Result<Record<'a>, RecordError>),
) -> Result<Head<'a>, AnswerError> {
    let text = simdutf8::compat::from_utf8(json)
        .map_err(|error| AnswerError::Utf8 { offset: error.valid_up_to() })?;
    if text.starts_with('\u{feff}') {
        return Err(AnswerError::ByteOrderMark);
    }
    let mut draft = Draft::new(&mut take);
    let mut cursor = Cursor::new(text);
    draft
        .read_top(&mut cursor)
        .and_then(|()| cursor.end())
        .map_err(|fault| located(fault, json))?;
    draft.into_head()
}

/// Who takes the members.
type Take<'t, 'a> = &'t mut dyn FnMut(Result<Record<'a>, RecordError>);

struct Draft<'t, 'a> {
    take: Take<'t, 'a>,
    headers: bool,
    body: bool,
    userinfo: bool,
    req_id: Option<Text<'a>>,
    version: Option<u64>,
    is_last: Option<bool>,
    top: Outcome<'a>,
    inner: Outcome<'a>,
    shape: Option<AnswerError>,
}

/// `errcode` and `errmsg` of one level.
#[derive(Default)]
struct Outcome<'a> {
    errcode: Option<i64>,
    errmsg: Option<Text<'a>>,
}

impl<'t, 'a> Draft<'t, 'a> {
    fn new(take: Take<'t, 'a>) -> Self {
        Self {
            take,
            headers: false,
            body: false,
            userinfo: false,
            req_id: None,
            version: None,
            is_last: None,
            top: Outcome::default(),
            inner: Outcome::default(),
            shape: None,
        }
    }

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
                    self.once("body.userinfo", self.userinfo);
                    self.userinfo = true;
                    read_userinfo(cursor, self.take)?;
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
                // Only pages have them, and nothing depends on them elsewhere: another type
                // is as good as none.
                ("perm_version" | "visitor_version", Value::Number(number)) => {
                    cursor.finish(value)?;
                    self.version = number.parse().ok();
                }
                ("is_last", Value::Boolean(is_last)) => {
                    cursor.finish(value)?;
                    self.is_last = Some(is_last);
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

    fn into_head(mut self) -> Result<Head<'a>, AnswerError> {
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
        if !self.userinfo {
            self.shape("body.userinfo", "an array", "absent");
        }
        let Self { version, is_last, .. } = self;
        self.shape.map_or(Ok(Head { req_id, version, is_last }), Err)
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

fn read_userinfo<'a>(cursor: &mut Cursor<'a>, take: Take<'_, 'a>) -> Result<(), Fault> {
    let mut first = true;
    let mut index = 0;
    while cursor.element(&mut first)? {
        take(read_member(cursor, index)?);
        index += 1;
    }
    Ok(())
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
fn located(fault: Fault, json: &[u8]) -> AnswerError {
    match fault {
        Fault::Syntax { offset, message } => {
            let before = json.get(..offset).unwrap_or(json);
            let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
            let column = 1 + before.iter().rev().take_while(|&&byte| byte != b'\n').count();
            AnswerError::Syntax { line, column, offset, message }
        }
        Fault::Depth { offset } => AnswerError::Depth { limit: limits::JSON_DEPTH, offset },
    }
}
