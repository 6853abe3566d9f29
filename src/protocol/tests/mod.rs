//! Tests of the module as a whole, by what they are about.

use super::*;

mod answer;
mod decisions;
mod entries;
mod members;
mod page;
mod properties;
mod request;

/// An answer whose `userinfo` is this text.
fn answer_of(userinfo: &str) -> String {
    format!(r#"{{"headers":{{"req_id":"r-1"}},"body":{{"userinfo":[{userinfo}]}},"errcode":0}}"#)
}

/// The text of a member with these extra keys.
fn member(extra: &str) -> String {
    let comma = if extra.is_empty() { "" } else { "," };
    format!(r#"{{"userid":"x1"{comma}{extra}}}"#)
}

/// Reads an answer of one member; the record is made to own its texts by being
/// leaked, which keeps the tests short.
fn read_one(member: &str) -> Result<Record<'static>, RecordError> {
    let text: &'static str = Box::leak(answer_of(member).into_boxed_str());
    let mut answer = read_answer(text.as_bytes()).expect("an answer");
    answer.userinfo.remove(0)
}

/// The record of the member with these extra keys.
fn record(extra: &str) -> Record<'static> {
    read_one(&member(extra)).expect("a record")
}

/// Why the member with these extra keys is refused.
fn refusal(extra: &str) -> (&'static str, Reason) {
    let error = read_one(&member(extra)).expect_err("no record");
    (error.field, error.reason)
}
