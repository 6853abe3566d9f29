//! The cloud's JSON to typed records, and requests back to JSON.
//!
//! Source: the page "增量获取用户数据" (`get_userinfo_by_ids`, path 93984), with
//! the slots of path 95409. Sans-IO: bytes in, values out. No input makes this
//! module panic, recurse deeper than [`limits::JSON_DEPTH`](crate::limits), or
//! take memory for something the input merely claims.
//!
//! What one fault costs:
//!
//! | fault | costs |
//! |-------|-------|
//! | not JSON, too deep, not the page's shape, `errcode` not 0 | the answer: [`AnswerError`] |
//! | a known key of a member with a value of the wrong type (`null` is one), or given twice; a bad `userid` or `user_type` | that member: [`RecordError`] |
//! | an entry of a list that is bad in itself, a key in it given twice | that entry: [`EntryError`] |
//! | a bad algorithm name, or two that differ | that modality's templates of the record: [`FieldError`] |
//! | an unfit `name` or `public_key` | that text: [`Record::notes`] |
//! | an unknown key | nothing |
//!
//! The protocol never sends `null`. Taken for "absent" it would mean "keep",
//! taken for "empty" it would mean "remove"; so it is neither, but a wrong type.
//!
//! Not looked at here: the grammar of rules, base64, the range and doubling of
//! slots, a member named twice in one answer, and whether the answer's `req_id`
//! is the request's.

mod answer;
mod cursor;
mod entry;
mod error;
mod member;
mod record;
mod request;
#[cfg(test)]
mod tests;
mod text;

pub use answer::{Answer, ERRMSG_BYTES, Head, read_answer, read_records};
pub use entry::{LIST_ENTRIES, RuleEntry, TemplateData, TemplateEntry};
pub use error::{AnswerError, EntryError, FieldError, Reason, RecordError, RequestError};
pub use record::{Entries, Record, Templates, UserType};
pub use request::{Form, Request, RequestBuilder, RequestPart, RequestedMember};
pub use text::Kind;
