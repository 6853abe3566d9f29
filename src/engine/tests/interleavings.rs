//! Every order of writers and readers, exhaustively: readers see whole galleries and never an
//! older one again; what they see is durable; no writer's work is lost; nobody waits for ever.

use std::sync::Mutex;

use serde_json::json;

use super::schedule::{at_once, every_order};
use super::site::{MONDAY, answer, config, face, kinds, member, slot, who, with};
use crate::engine::{Engine, Event, MemberId, PassMethod, PassType, Probe, Scope, Verdict};
use crate::error::Error;
use crate::protocol::UserType;
use crate::store::tests::sim::Sim;
use crate::store::{Options, Store, StoreKey};

/// An engine on a disk, and what its readers saw.
struct Site {
    engine: Engine,
    sim: Sim,
    seen: Mutex<Vec<Seen>>,
}

/// Which of alice's two states a reader saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Old,
    New,
}

fn open(sim: &Sim) -> Engine {
    let key = StoreKey::new(&[3; 32]);
    let open = || Store::open_on(sim.medium(), &key, &Options::default());
    let (engine, report) = Engine::open_with(&config(), open).unwrap();
    assert_eq!(kinds(&report), []);
    engine
}

/// Alice may pass, with face 1.
fn alice() -> serde_json::Value {
    member("alice", 1)
}

/// Alice may not, and her face is number 2: both change together.
fn changed_alice() -> serde_json::Value {
    let rules = json!([{"id": 1, "rule": "0:00-0:01 * * * *"}]);
    let fields = json!({"fa_ver": 2, "fa_list": [slot(0, &face(2))], "pass_rule_list": rules});
    with(member("alice", 1), fields)
}

fn id(userid: &str) -> MemberId {
    MemberId::new(userid, UserType::Staff).unwrap()
}

/// The bytes of a disk with alice and bob.
fn filled() -> Vec<u8> {
    let sim = Sim::default();
    let engine = open(&sim);
    engine.sync(&answer(&[alice(), member("bob", 3)]), None).unwrap();
    drop(engine);
    sim.bytes()
}

fn site(bytes: &[u8]) -> Site {
    let sim = Sim::of(bytes.to_vec());
    Site { engine: open(&sim), sim, seen: Mutex::default() }
}

/// Looks for alice's new face: the answer is of one gallery, whichever it is.
fn look(engine: &Engine) -> Seen {
    let new = face(2);
    let decision = engine.identify_face(&Probe::from_f32(&new, None), MONDAY).unwrap();
    match (decision.member, decision.verdict()) {
        (None, Verdict::Unknown) => Seen::Old,
        (Some(member), Verdict::Deny) if member == id("alice") => Seen::New,
        other => panic!("a gallery that never was: {other:?}"),
    }
}

/// Reads; what was seen has to be on the disk at that moment.
fn read(site: &Site) {
    let seen = look(&site.engine);
    if seen == Seen::New {
        let durable = at_once(|| look(&open(&Sim::of(site.sim.bytes()))));
        assert_eq!(durable, Seen::New, "visible, not durable");
    }
    site.seen.lock().unwrap().push(seen);
}

fn read_twice(site: &Site) {
    let first = look(&site.engine);
    read(site);
    let second = site.seen.lock().unwrap().last().copied();
    assert!(second >= Some(first), "an older gallery came back");
}

fn sync(site: &Site) {
    site.engine.sync(&answer(&[changed_alice()]), None).unwrap();
    assert_eq!(at_once(|| look(&site.engine)), Seen::New, "done and not visible");
}

fn remove_bob(site: &Site) {
    site.engine.remove(id("bob")).unwrap();
}

fn append(site: &Site) {
    let event = Event {
        member: Some(id("bob")),
        time: 7,
        pass_type: PassType::In,
        pass_method: PassMethod::Face,
        verdict: 1,
        reason: 1,
        score: None,
        slot: None,
    };
    site.engine.append_event(&event).unwrap();
}

fn commit_import(site: &Site) {
    site.engine.import_commit().unwrap();
}

fn wipe(site: &Site) {
    site.engine.wipe().unwrap();
    assert_eq!(site.engine.stats().members, 0, "wiped, and somebody is still there");
}

fn faces(engine: &Engine) -> [Option<String>; 4] {
    [1, 2, 3, 4].map(|number| who(engine, number))
}

/// The store has what the engine serves; who that is.
fn reopened(site: Site) -> [Option<String>; 4] {
    let Site { engine, sim, .. } = site;
    let served = faces(&engine);
    drop(engine);
    assert_eq!(faces(&open(&sim)), served);
    served
}

fn names(names: [Option<&str>; 4]) -> [Option<String>; 4] {
    names.map(|name| name.map(str::to_owned))
}

#[test]
fn readers_see_whole_galleries_that_are_durable() {
    let bytes = filled();
    let check = |site: Site| {
        assert_eq!(look(&site.engine), Seen::New);
        assert_eq!(reopened(site), names([None, Some("alice"), Some("bob"), None]));
    };
    let of_one = every_order(|| site(&bytes), &[sync, read_twice], check);
    let of_two = every_order(|| site(&bytes), &[sync, read, read], check);
    // Three points of the writer among four of readers, of one or of two: 7!/3!4!, 7!/3!2!2!.
    assert_eq!((of_one, of_two), (35, 210));
}

#[test]
fn writers_lose_nothing_of_each_other() {
    let bytes = filled();
    let orders = every_order(
        || site(&bytes),
        &[sync, remove_bob, append],
        |site| {
            assert_eq!(site.engine.event_stats().unwrap().pending, 1);
            assert_eq!(reopened(site), names([None, Some("alice"), None, None]));
        },
    );
    assert!(orders > 50, "{orders} orders");
}

#[test]
fn a_removal_holds_against_the_commit_of_an_import() {
    let bytes = filled();
    let begin = || {
        let site = site(&bytes);
        site.engine.import_begin(Scope::Members).unwrap();
        let page = [changed_alice(), member("bob", 3), member("carol", 4)];
        site.engine.import_page(&answer(&page)).unwrap();
        site
    };
    let orders = every_order(begin, &[commit_import, remove_bob, read], |site| {
        assert_eq!(reopened(site), names([None, Some("alice"), None, Some("carol")]));
    });
    assert!(orders > 50, "{orders} orders");
}

#[test]
fn nothing_comes_back_after_a_wipe() {
    let bytes = filled();
    let try_sync = |site: &Site| {
        let outcome = site.engine.sync(&answer(&[changed_alice()]), None);
        assert!(matches!(outcome, Ok(_) | Err(Error::NoStore)));
    };
    // Where the wipe comes first nobody is found, and there is no store to look into.
    let look = |site: &Site| {
        site.seen.lock().unwrap().push(look(&site.engine));
    };
    let orders = every_order(
        || site(&bytes),
        &[wipe, try_sync, look],
        |site| {
            assert_eq!(faces(&site.engine), names([None; 4]));
            assert!(site.sim.bytes().is_empty());
        },
    );
    assert!(orders > 50, "{orders} orders");
}
