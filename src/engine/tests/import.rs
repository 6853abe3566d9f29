//! The whole list in pages.

use serde_json::{Value, json};

use super::site::{alice_and_bob, answer, face, identify, kinds, member, who, with};
use crate::engine::{Engine, ItemKind, MemberId, Page, Scope, Versions};
use crate::error::Error;
use crate::protocol::UserType;

fn page(members: &[Value], version: u64, is_last: bool) -> Vec<u8> {
    json!({"headers": {"req_id": "p"}, "errcode": 0,
           "body": {"perm_version": version, "is_last": is_last, "userinfo": members}})
    .to_string()
    .into_bytes()
}

fn visitor(userid: &str, number: u32) -> Value {
    with(member(userid, number), json!({"user_type": 1}))
}

fn id(userid: &str) -> MemberId {
    MemberId::new(userid, UserType::Staff).unwrap()
}

fn add(engine: &Engine, members: &[Value], version: u64, is_last: bool) -> Page {
    engine.import_page(&page(members, version, is_last)).unwrap()
}

#[test]
fn the_old_gallery_serves_until_the_commit() {
    let engine = alice_and_bob();
    engine.sync(&answer(&[visitor("guest", 3)]), None).unwrap();
    engine.import_begin(Scope::Members).unwrap();
    let first = add(&engine, &[member("carol", 4)], 7, false);
    assert_eq!((first.is_last, first.version), (Some(false), Some(7)));
    assert_eq!(kinds(&first.report), [ItemKind::TemplateAdded, ItemKind::MemberAdded]);
    let last = add(&engine, &[member("bob", 5)], 7, true);
    assert_eq!(last.is_last, Some(true));
    for (number, name) in [(1, Some("alice")), (2, Some("bob")), (4, None), (5, None)] {
        assert_eq!(who(&engine, number).as_deref(), name, "{number}");
    }
    let before = identify(&engine, &face(1)).generation;

    let report = engine.import_commit().unwrap();
    assert_eq!(kinds(&report), [ItemKind::MemberRemoved]);
    assert_eq!(&*report.items()[0].userid, "alice");
    assert_eq!(report.generation(), before + 1);
    for (number, name) in
        [(1, None), (2, None), (3, Some("guest")), (4, Some("carol")), (5, Some("bob"))]
    {
        assert_eq!(who(&engine, number).as_deref(), name, "{number}");
    }
    assert_eq!(engine.versions(), Versions { perm: Some(7), visitor: None });
    assert_eq!(engine.import_commit(), Err(Error::NoImport));
    engine.sync(&answer(&[member("dave", 6)]), None).unwrap();
}

#[test]
fn visitors_and_members_do_not_remove_one_another() {
    let engine = alice_and_bob();
    engine.sync(&answer(&[visitor("guest", 3)]), None).unwrap();
    engine.import_begin(Scope::Visitors).unwrap();
    add(&engine, &[visitor("other", 4)], 3, true);
    let report = engine.import_commit().unwrap();
    assert_eq!(report.count(ItemKind::MemberRemoved), 1);
    for (number, name) in [(1, Some("alice")), (2, Some("bob")), (3, None), (4, Some("other"))] {
        assert_eq!(who(&engine, number).as_deref(), name, "{number}");
    }
    assert_eq!(engine.versions(), Versions { perm: None, visitor: Some(3) });
}

#[test]
fn an_abort_leaves_everything_as_it_was() {
    let engine = alice_and_bob();
    let before = engine.stats();
    engine.import_begin(Scope::Members).unwrap();
    add(&engine, &[member("carol", 4)], 7, true);
    assert_eq!(engine.import_begin(Scope::Members), Err(Error::ImportOpen));
    assert_eq!(engine.sync(&answer(&[]), None), Err(Error::ImportOpen));
    assert_eq!(engine.set_versions(Versions::default()), Err(Error::ImportOpen));
    engine.import_abort().unwrap();
    engine.import_abort().unwrap();
    assert_eq!(engine.import_page(&page(&[], 7, true)), Err(Error::NoImport));
    assert_eq!(engine.stats(), before);
    assert_eq!(engine.versions(), Versions::default());
}

#[test]
fn a_page_of_another_version_or_of_no_use_changes_nothing() {
    let engine = alice_and_bob();
    engine.import_begin(Scope::Members).unwrap();
    add(&engine, &[member("alice", 1)], 7, false);
    assert_eq!(engine.import_page(&page(&[member("carol", 3)], 8, true)), Err(Error::PageVersion));
    let whole = page(&[member("carol", 3)], 7, true);
    assert!(matches!(engine.import_page(&whole[..whole.len() - 1]), Err(Error::Answer(_))));
    add(&engine, &[member("bob", 2)], 7, true);
    assert_eq!(kinds(&engine.import_commit().unwrap()), []);
    assert_eq!((who(&engine, 3), engine.stats().members), (None, 2));
}

#[test]
fn who_is_removed_meanwhile_stays_removed() {
    let engine = alice_and_bob();
    engine.import_begin(Scope::Members).unwrap();
    add(&engine, &[member("alice", 1), member("bob", 2)], 7, true);
    add(&engine, &[member("carol", 3)], 7, true);
    engine.remove(id("alice")).unwrap();
    assert_eq!(who(&engine, 1), None);
    // New in the import, and unknown to the gallery that serves.
    assert_eq!(engine.remove(id("carol")), Err(Error::UnknownMember));
    engine.import_commit().unwrap();
    assert_eq!((who(&engine, 3), engine.stats().members), (None, 1));
    assert_eq!((who(&engine, 1), who(&engine, 2).as_deref()), (None, Some("bob")));
}

#[test]
fn a_record_that_cannot_be_read_is_named_all_the_same() {
    let engine = alice_and_bob();
    engine.import_begin(Scope::Members).unwrap();
    let broken = with(member("alice", 1), json!({"fa_list": 3, "user_type": null, "name": 4}));
    let read = add(&engine, &[broken], 7, true);
    assert_eq!(read.report.count(ItemKind::MemberRejected), 1);
    let report = engine.import_commit().unwrap();
    assert_eq!(report.count(ItemKind::MemberRemoved), 1);
    assert_eq!((who(&engine, 1).as_deref(), who(&engine, 2)), (Some("alice"), None));

    // It may be anybody's: nobody leaves.
    engine.import_begin(Scope::Members).unwrap();
    add(&engine, &[json!({"userid": 7})], 8, true);
    assert_eq!(kinds(&engine.import_commit().unwrap()), []);
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
}

#[test]
fn clearing_forgets_an_import() {
    let engine = alice_and_bob();
    engine.import_begin(Scope::Members).unwrap();
    add(&engine, &[member("carol", 4)], 7, true);
    engine.clear().unwrap();
    assert_eq!(engine.import_commit(), Err(Error::NoImport));
    assert_eq!(engine.stats().members, 0);
}

#[test]
fn many_pages_are_one_commit() {
    let engine = alice_and_bob();
    engine.import_begin(Scope::Members).unwrap();
    for first in (0..600).step_by(50) {
        let members: Vec<_> =
            (first..first + 50).map(|n| member(&format!("m{n}"), 100 + n)).collect();
        add(&engine, &members, 7, first == 550);
    }
    let report = engine.import_commit().unwrap();
    assert_eq!(report.count(ItemKind::MemberRemoved), 2);
    assert_eq!(engine.stats().members, 600);
    for n in [0, 299, 599] {
        assert_eq!(who(&engine, 100 + n), Some(format!("m{n}")));
    }
    // Again, and nothing differs.
    engine.import_begin(Scope::Members).unwrap();
    for first in (0..600).step_by(50) {
        let members: Vec<_> =
            (first..first + 50).map(|n| member(&format!("m{n}"), 100 + n)).collect();
        let read = add(&engine, &members, 7, first == 550);
        assert_eq!(read.report.count(ItemKind::MemberUnchanged), 50);
    }
    assert_eq!(kinds(&engine.import_commit().unwrap()), []);
}
