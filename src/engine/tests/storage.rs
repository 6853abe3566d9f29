//! What was committed is there after the engine is closed and opened again.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tempfile::TempDir;

use super::site::{MONDAY, algorithm, answer, config, face, kinds, member, slot, who, with};
use crate::engine::{
    Config, Engine, Event, ItemKind, Limits, MemberId, PassMethod, PassType, Probe, Reason, Report,
    Scope, StoreConfig, Versions,
};
use crate::error::Error;
use crate::index::Codes;
use crate::protocol::UserType;
use crate::status::{KAIMEN_ERR_ALGORITHM, KAIMEN_ERR_MEMBERS_FULL};
use crate::store::{Options, StoreError, StoreKey};

/// A folder with a store in it.
struct Site {
    folder: TempDir,
}

impl Site {
    fn new() -> Site {
        Site { folder: TempDir::new().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("gallery")
    }

    fn open_as(&self, config: &Config, key: u8) -> Result<(Engine, Report), Error> {
        Engine::open_stored(config, &store_at(&self.path(), key))
    }

    /// Opens; nothing must be wrong.
    fn open(&self) -> Engine {
        let (engine, report) = self.open_as(&config(), 1).unwrap();
        assert_eq!(kinds(&report), []);
        engine
    }
}

fn store_at(path: &Path, key: u8) -> StoreConfig {
    let options = Options { events: 3, ..Options::default() };
    StoreConfig { path: path.to_owned(), key: StoreKey::new(&[key; 32]), options }
}

fn id(userid: &str) -> MemberId {
    MemberId::new(userid, UserType::Staff).unwrap()
}

fn event(userid: &str, time: i64) -> Event {
    Event {
        member: Some(id(userid)),
        time,
        pass_type: PassType::In,
        pass_method: PassMethod::Face,
        verdict: 1,
        reason: 1,
        score: Some(999_999),
        slot: Some(0),
    }
}

#[test]
fn an_engine_comes_back_as_it_was() {
    let site = Site::new();
    let rich = with(
        member("alice", 1),
        json!({
            "public_key": "AtV0aGlz", "name": "爱丽丝",
            "fa_list": [slot(0, &face(1)), slot(5, &face(11))],
            "fp_algorithm": "elsewhere", "fp_ver": 3, "fp": [{"id": 2, "data": "AAECAwQF"}],
            "pass_rule_list": [
                {"id": 7, "rule": "9:00-18:00 * * 1-5 *", "effect_time": 77},
                {"id": 8, "rule": "nonsense"},
            ],
        }),
    );
    let members = [rich, member("bob", 2), with(member("guest", 3), json!({"user_type": 1}))];
    let engine = site.open();
    engine.sync(&answer(&members), None).unwrap();
    let facts = |engine: &Engine| {
        let info = |name, kind| engine.member(name, kind).unwrap();
        let decide = |number| {
            let vector = face(number);
            let decision = engine.identify_face(&Probe::from_f32(&vector, None), MONDAY).unwrap();
            (decision.reason, decision.member, decision.score, decision.margin, decision.slot)
        };
        let stats = engine.stats();
        let counts =
            (stats.members, stats.face_templates, stats.kept_templates, stats.record_bytes);
        let alice = info("alice", UserType::Staff);
        assert_eq!((alice.rules, alice.rejected_rules, alice.kept_templates), (1, 1, 1));
        (decide(1), decide(11), decide(2), decide(3), decide(4), counts, alice.name, alice.fp_ver)
    };
    let before = facts(&engine);
    drop(engine);
    let engine = site.open();
    assert_eq!(facts(&engine), before);
    let report = engine.sync(&answer(&members), None).unwrap();
    assert_eq!(report.count(ItemKind::MemberUnchanged), 3, "{:?}", report.items());
}

#[test]
fn removals_clearing_and_versions_last() {
    let site = Site::new();
    let engine = site.open();
    engine
        .sync(&answer(&[member("alice", 1), member("bob", 2), member("carol", 3)]), None)
        .unwrap();
    engine.remove(id("alice")).unwrap();
    engine.set_versions(Versions { perm: Some(41), visitor: Some(2) }).unwrap();
    drop(engine);
    let engine = site.open();
    assert_eq!((who(&engine, 1), who(&engine, 2).as_deref()), (None, Some("bob")));
    assert_eq!(engine.versions(), Versions { perm: Some(41), visitor: Some(2) });
    engine.clear().unwrap();
    drop(engine);
    let engine = site.open();
    assert_eq!((engine.stats().members, engine.versions()), (0, Versions::default()));
    engine.sync(&answer(&[member("dave", 4)]), None).unwrap();
    drop(engine);
    assert_eq!(who(&site.open(), 4).as_deref(), Some("dave"));
}

#[test]
fn an_import_lasts_from_its_commit_on() {
    let site = Site::new();
    let engine = site.open();
    engine.sync(&answer(&[member("alice", 1), member("bob", 2)]), None).unwrap();
    engine.import_begin(Scope::Members).unwrap();
    engine.import_page(&answer(&[member("carol", 3)])).unwrap();
    drop(engine);
    let engine = site.open();
    assert_eq!((who(&engine, 1).as_deref(), who(&engine, 3)), (Some("alice"), None));
    engine.import_begin(Scope::Members).unwrap();
    engine.import_page(&answer(&[member("carol", 3)])).unwrap();
    engine.import_page(&answer(&[member("bob", 12)])).unwrap();
    engine.import_commit().unwrap();
    drop(engine);
    let engine = site.open();
    for (number, name) in [(1, None), (2, None), (3, Some("carol")), (12, Some("bob"))] {
        assert_eq!(who(&engine, number).as_deref(), name, "{number}");
    }
}

#[test]
fn a_stale_template_is_still_stale() {
    let site = Site::new();
    let engine = site.open();
    engine.sync(&answer(&[member("alice", 1)]), None).unwrap();
    let newer = with(member("alice", 1), json!({"fa_list": null, "fa_ver": 2}));
    engine.sync(&answer(&[newer]), None).unwrap();
    drop(engine);
    let (engine, report) = site.open_as(&config(), 1).unwrap();
    assert_eq!(kinds(&report), [ItemKind::TemplatesWanted]);
    let vector = face(1);
    let decision = engine.identify_face(&Probe::from_f32(&vector, None), MONDAY).unwrap();
    assert_eq!(decision.reason, Reason::Stale);
}

#[test]
fn templates_of_another_layout_are_asked_for_again() {
    let site = Site::new();
    let engine = site.open();
    let in_other = json!({"fa_algorithm": "other", "fa_list": [slot(0, &face(9))]});
    engine.sync(&answer(&[member("alice", 1), with(member("bob", 2), in_other)]), None).unwrap();
    drop(engine);
    let mut changed = config();
    changed.algorithms = vec![algorithm("default")];
    let (engine, report) = site.open_as(&changed, 1).unwrap();
    assert_eq!(kinds(&report), [ItemKind::TemplateRejected, ItemKind::TemplatesWanted]);
    assert_eq!(report.items()[0].status, KAIMEN_ERR_ALGORITHM);
    assert_eq!(&*report.items()[0].userid, "bob");
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
    assert_eq!(engine.member("bob", UserType::Staff).unwrap().face_templates, 0);
    // The version that the cloud names is not held any more.
    let same = with(member("bob", 2), json!({"fa_list": null}));
    let report = engine.sync(&answer(&[same]), None).unwrap();
    assert_eq!(report.count(ItemKind::TemplatesWanted), 1);
}

#[test]
fn who_does_not_fit_is_reported() {
    let site = Site::new();
    let engine = site.open();
    engine
        .sync(&answer(&[member("alice", 1), member("bob", 2), member("carol", 3)]), None)
        .unwrap();
    drop(engine);
    let config = Config { limits: Limits { members: 2, ..config().limits }, ..config() };
    let (engine, report) = site.open_as(&config, 1).unwrap();
    assert_eq!(kinds(&report), [ItemKind::MemberRejected]);
    assert_eq!(report.items()[0].status, KAIMEN_ERR_MEMBERS_FULL);
    assert_eq!(engine.stats().members, 2);
}

#[test]
fn a_wrong_key_opens_nothing_and_a_second_engine_neither() {
    let site = Site::new();
    let engine = site.open();
    engine.sync(&answer(&[member("alice", 1)]), None).unwrap();
    assert_eq!(site.open_as(&config(), 1).err(), Some(Error::Store(StoreError::Locked)));
    drop(engine);
    let before = std::fs::read(site.path()).unwrap();
    assert_eq!(site.open_as(&config(), 2).err(), Some(Error::Store(StoreError::WrongKey)));
    assert!(std::fs::read(site.path()).unwrap() == before, "the file was touched");
    assert_eq!(who(&site.open(), 1).as_deref(), Some("alice"));
}

#[test]
fn a_new_key_takes_the_place_of_the_old_one() {
    let site = Site::new();
    let engine = site.open();
    engine.sync(&answer(&[member("alice", 1)]), None).unwrap();
    engine.append_event(&event("alice", 5)).unwrap();
    engine.rotate_key(&StoreKey::new(&[9; 32])).unwrap();
    engine.sync(&answer(&[member("bob", 2)]), None).unwrap();
    drop(engine);
    assert_eq!(site.open_as(&config(), 1).err(), Some(Error::Store(StoreError::WrongKey)));
    let (engine, report) = site.open_as(&config(), 9).unwrap();
    assert_eq!(kinds(&report), []);
    assert_eq!(
        (who(&engine, 1).as_deref(), who(&engine, 2).as_deref()),
        (Some("alice"), Some("bob"))
    );
    assert_eq!(engine.event_stats().unwrap().pending, 1);
}

#[test]
fn wiped_is_empty_and_takes_nothing_more() {
    let site = Site::new();
    let engine = site.open();
    engine.sync(&answer(&[member("alice", 1)]), None).unwrap();
    let wiped = engine.wipe().unwrap();
    assert!(wiped.key_destroyed && wiped.truncated && wiped.failures.is_empty(), "{wiped:?}");
    assert_eq!(wiped.overwritten, wiped.bytes);
    assert_eq!((who(&engine, 1), engine.stats().members), (None, 0));
    assert_eq!(engine.sync(&answer(&[member("bob", 2)]), None), Err(Error::NoStore));
    assert_eq!(engine.append_event(&event("bob", 1)), Err(Error::NoStore));
    assert_eq!(engine.wipe(), Err(Error::NoStore));
    drop(engine);
    assert_eq!(std::fs::metadata(site.path()).unwrap().len(), 0);
    assert_eq!(site.open().stats().members, 0);
}

#[test]
fn events_wait_until_they_are_acknowledged() {
    let site = Site::new();
    let engine = site.open();
    for time in 1..=5 {
        assert_eq!(engine.append_event(&event("alice", time)), Ok(time.unsigned_abs()));
    }
    drop(engine);
    let engine = site.open();
    let list = |after, most| {
        let mut times = Vec::new();
        engine
            .events(after, most, |sequence, event| {
                let event = event.unwrap();
                assert!(event == self::event("alice", event.time));
                times.push((sequence, event.time));
            })
            .unwrap();
        times
    };
    assert_eq!(list(0, 10), [(3, 3), (4, 4), (5, 5)]);
    assert_eq!(list(0, 2), [(3, 3), (4, 4)]);
    assert_eq!(list(4, 10), [(5, 5)]);
    let stats = engine.event_stats().unwrap();
    assert_eq!((stats.pending, stats.dropped, stats.first, stats.next), (3, 2, 3, 6));
    assert_eq!(engine.acknowledge_events(4), Ok(2));
    assert_eq!(engine.acknowledge_events(4), Ok(0));
    assert_eq!(list(0, 10), [(5, 5)]);
}

#[test]
fn without_a_store_there_is_no_event_log() {
    let engine = Engine::open(&config()).unwrap();
    assert_eq!(engine.append_event(&event("alice", 1)), Err(Error::NoStore));
    assert_eq!(engine.rotate_key(&StoreKey::new(&[0; 32])), Err(Error::NoStore));
    engine.set_versions(Versions { perm: Some(3), visitor: None }).unwrap();
    assert_eq!(engine.versions().perm, Some(3));
    engine.sync(&answer(&[member("alice", 1)]), None).unwrap();
    assert_eq!(engine.wipe(), Err(Error::NoStore));
    assert_eq!(engine.stats().members, 0);
}

/// What was put in, in every form that might come out: no run of 16 bytes of it is in the file.
#[test]
fn the_file_shows_nothing_of_anybody() {
    let site = Site::new();
    let engine = site.open();
    let mut secrets: Vec<Vec<u8>> = Vec::new();
    let members: Vec<_> = (0..40u32)
        .map(|n| {
            let (userid, name) = (format!("userid-of-member-{n}"), format!("a name of its own {n}"));
            let key = format!("AmOVOOcprQJXEi94HPv9S-{n}");
            let vector = face(n);
            secrets.extend([&userid, &name, &key].map(|text| text.clone().into_bytes()));
            secrets.push(vector.iter().flat_map(|value| value.to_le_bytes()).collect());
            secrets.push(Codes::quantise(&vector).unwrap().as_i8().iter().map(|c| c.cast_unsigned()).collect());
            let kept: Vec<u8> =
                (0..64).map(|at| (n * 7 + at * 13).to_le_bytes()[0]).collect();
            secrets.push(kept.clone());
            let finger = json!([{"id": 1, "data": STANDARD.encode(&kept)}]);
            with(
                member(&userid, n),
                json!({"name": name, "public_key": key, "fp_ver": 1, "fp_algorithm": "x", "fp": finger}),
            )
        })
        .collect();
    let report = engine.sync(&answer(&members), None).unwrap();
    assert_eq!(report.count(ItemKind::MemberAdded), 40, "{:?}", report.items());
    for n in 0..3 {
        engine.append_event(&event(&format!("userid-of-member-{n}"), MONDAY)).unwrap();
    }
    engine.remove(id("userid-of-member-3")).unwrap();
    drop(engine);
    let file = std::fs::read(site.path()).unwrap();
    let runs: std::collections::HashSet<&[u8]> = file.windows(16).collect();
    let mut looked_for = 0;
    for secret in &secrets {
        for run in secret.windows(16) {
            assert!(!runs.contains(run), "{run:?} is in the file");
            looked_for += 1;
        }
    }
    assert!(looked_for > 10_000);
    // It would be found: the store's own words are there.
    assert!(file.windows(7).any(|run| run == b"members"));
}
