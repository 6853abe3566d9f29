//! Any bytes as an answer: no panic, and what comes out keeps its promises.
#![no_main]

use kaimen::limits;
use kaimen::protocol::{
    Entries, FieldError, LIST_ENTRIES, TemplateData, TemplateEntry, Templates, read_answer,
};
use libfuzzer_sys::fuzz_target;

const MEMBERS: usize = 200;

fuzz_target!(|json: &[u8]| {
    match read_answer(json) {
        Err(error) => bounded(&error.to_string()),
        Ok(answer) => {
            bounded_debug(&answer);
            assert!(answer.userinfo.len() <= MEMBERS);
            for (index, member) in answer.userinfo.iter().enumerate() {
                match member {
                    Err(error) => {
                        assert_eq!(error.index, index);
                        bounded(&error.to_string());
                    }
                    Ok(record) => {
                        assert_eq!(record.index, index);
                        assert!((1..=limits::USERID_BYTES).contains(&record.userid.len()));
                        assert!(!record.userid.chars().any(char::is_control));
                        assert!(record.name.as_ref().is_none_or(|t| t.len() <= limits::NAME_BYTES));
                        let key = record.public_key.as_ref();
                        assert!(key.is_none_or(|t| t.len() <= limits::PUBLIC_KEY_BYTES));
                        record.notes.iter().for_each(|note| bounded(&note.to_string()));
                        walk(record.pass_rule_list.as_ref(), |rule| {
                            assert!(rule.rule.len() <= limits::RULE_BYTES);
                        });
                        templates(&record.fp);
                        templates(&record.fa_list);
                    }
                }
            }
        }
    }
});

fn templates(templates: &Result<Templates<'_>, FieldError>) {
    match templates {
        Err(error) => bounded(&error.to_string()),
        Ok(templates) => {
            let name = templates.algorithm.as_ref();
            assert!(name.is_none_or(|name| name.len() <= limits::ALGORITHM_BYTES));
            walk(templates.entries.as_ref(), |entry: &TemplateEntry<'_>| {
                assert!(!matches!(&entry.data, TemplateData::Base64(data) if data.is_empty()));
            });
        }
    }
}

fn walk<T>(entries: Option<&Entries<T>>, check: impl Fn(&T)) {
    let Some(entries) = entries else { return };
    assert!(entries.len() <= LIST_ENTRIES + 1);
    for (position, entry) in entries.iter().enumerate() {
        match entry {
            Ok(entry) => check(entry),
            Err(error) => {
                assert_eq!(error.position, position);
                bounded(&error.to_string());
            }
        }
    }
}

/// An error echoes at most a userid or the cloud's bounded message.
fn bounded(sentence: &str) {
    assert!(!sentence.is_empty() && sentence.len() < 1024);
}

/// `Debug` must not fail either; what it leaves out is for the unit tests.
fn bounded_debug(answer: &impl std::fmt::Debug) {
    assert!(!format!("{answer:?}").is_empty());
}
