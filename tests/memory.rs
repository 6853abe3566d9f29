//! The memory need that an engine states is an upper bound of what it takes.

mod common;

use allocation_counter::measure;
use common::{answer, config, finger_config, finger_member, finger_record, member, opaque_config};
use kaimen::engine::{Config, Engine, ItemKind, Limits};
use kaimen::opaque::OpaqueIndex;

/// Fills an engine to its limits, replaces everything in one answer, and
/// returns the peak and the stated need.
fn fill(
    config: impl Fn(usize, Limits) -> Config,
    dimension: usize,
    members: u32,
    slots: u32,
) -> (u64, u64) {
    let limits = Limits {
        members: members as usize,
        face_templates: (members * slots) as usize,
        finger_templates: 1,
        template_bytes: 4096,
        opaque_bytes: (members * slots) as usize * dimension,
        json_bytes: 32 << 20,
        record_bytes: members as usize * 2048,
    };
    let config = config(dimension, limits);
    let required = config.required_bytes().unwrap();
    let whole = |version| {
        let members: Vec<_> = (0..members).map(|i| member(i, slots, version, dimension)).collect();
        answer(&members)
    };
    let (first, second) = (whole(1), whole(2));
    let peak = measure(|| {
        let engine = Engine::open(&config).unwrap();
        let report = engine.sync(&first, None).unwrap();
        assert_eq!(report.count(ItemKind::MemberAdded), u64::from(members));
        let report = engine.sync(&second, None).unwrap();
        assert_eq!(report.count(ItemKind::TemplateReplaced), u64::from(members * slots));
        assert_eq!(engine.stats().face_templates, (members * slots) as usize);
        let stats = engine.stats();

        assert!(stats.index_bytes + stats.record_bytes <= usize::try_from(required).unwrap() / 2);
    });
    (peak.bytes_max, required)
}

#[test]
fn a_full_engine_stays_within_its_stated_need() {
    for (dimension, members, slots) in
        [(32, 5000, 1), (512, 2000, 2), (128, 300, 12), (2048, 100, 1)]
    {
        let (peak, required) = fill(config, dimension, members, slots);
        println!("{dimension} x {members} x {slots}: peak {peak}, stated {required}");
        assert!(peak <= required, "{dimension}: peak {peak}, stated {required}");
    }
}

/// Fingers of several views, replaced all at once by records of fewer and of more views.
#[test]
fn full_galleries_of_fingers_stay_within_their_stated_need() {
    for (members, views) in [(400u32, [1u32, 1, 1]), (60, [4, 2, 5]), (1, [255, 1, 255])] {
        let answers = views.map(|views| {
            let member = |n| finger_member(n, views, &finger_record(n * 7 + views, views, 48));
            answer(&(0..members).map(member).collect::<Vec<_>>())
        });
        let most = members * views.iter().max().unwrap();
        let limits = Limits {
            members: members as usize,
            face_templates: 1,
            finger_templates: most as usize,
            template_bytes: finger_record(0, *views.iter().max().unwrap(), 48).len(),
            json_bytes: answers.iter().map(Vec::len).max().unwrap(),
            record_bytes: members as usize * 1024,
            ..Limits::default()
        };
        let config = finger_config(limits);
        let required = config.required_bytes().unwrap();
        let peak = measure(|| {
            let engine = Engine::open(&config).unwrap();
            for (json, views) in answers.iter().zip(views) {
                let report = engine.sync(json, None).unwrap();
                assert_eq!(report.count(ItemKind::TemplateRejected), 0);
                let stats = engine.stats();
                assert_eq!(stats.finger_templates, (members * views) as usize);
                assert!(stats.record_bytes <= limits.record_bytes);
            }
        });
        println!("{members} x {views:?}: peak {}, stated {required}", peak.bytes_max);
        assert!(peak.bytes_max <= required, "peak {}, stated {required}", peak.bytes_max);
    }
}

/// A record is read before it is known that there is no room for its views.
#[test]
fn a_record_of_many_views_stays_within_the_stated_need() {
    for minutiae in [0, 8, 48] {
        let json = answer(&[finger_member(1, 1, &finger_record(1, 255, minutiae))]);
        let limits = Limits {
            members: 1,
            face_templates: 1,
            finger_templates: 1,
            template_bytes: finger_record(1, 255, minutiae).len(),
            json_bytes: json.len(),
            record_bytes: 4096,
            ..Limits::default()
        };
        let config = finger_config(limits);
        let required = config.required_bytes().unwrap();
        let engine = Engine::open(&config).unwrap();
        let peak = measure(|| {
            let report = engine.sync(&json, None).unwrap();
            assert_eq!(report.count(ItemKind::TemplateRejected), 1);
        });
        println!("{minutiae} minutiae: peak {}, stated {required}", peak.bytes_max);
        assert!(peak.bytes_max <= required, "peak {}, stated {required}", peak.bytes_max);
    }
}

/// Opaque templates, as many and as long as may be, and all of them replaced.
#[test]
fn a_full_engine_of_opaque_templates_stays_within_its_stated_need() {
    for (bytes, members, slots) in [(3, 5000, 4), (64, 5000, 1), (1024, 2000, 2), (4096, 100, 12)] {
        let config = |_, limits| opaque_config(limits);
        let (peak, required) = fill(config, bytes, members, slots);
        println!("{bytes} x {members} x {slots}: peak {peak}, stated {required}");
        assert!(peak <= required, "{bytes}: peak {peak}, stated {required}");
    }
}

/// Without the rest of an engine beside it: the index says to the byte what it takes, and its
/// bound holds while a clone is kept and everything replaced.
#[test]
fn an_opaque_index_takes_what_it_says() {
    for (templates, bytes) in [(1, 1), (255, 10), (256, 400), (1000, 33), (5000, 700)] {
        let text = vec![7; bytes];
        let mut index = OpaqueIndex::new();
        let mut handles = Vec::with_capacity(templates);
        let filled = measure(|| {
            let add = |_| index.insert(1, 2, &text).unwrap();
            handles.extend((0..templates).map(add));
        });
        let held = u64::try_from(filled.bytes_current).unwrap();
        let said = index.memory_bytes() - size_of::<OpaqueIndex>();
        assert_eq!(held, u64::try_from(said).unwrap());
        let bound = OpaqueIndex::required_bytes(templates) + templates * bytes;
        let bound = u64::try_from(bound).unwrap();
        let replaced = measure(|| {
            let kept = index.clone();
            handles.iter().for_each(|handle| index.replace(*handle, &text).unwrap());
            assert_eq!(kept.len(), index.len());
        });
        println!(
            "{templates} x {bytes}: {held} held, {} at most beside, {bound} stated",
            replaced.bytes_max
        );
        assert!(held <= bound && replaced.bytes_max <= bound);
        assert!(bound < 2 * held, "a bound that says something");
    }
}

/// An answer of the smallest things that can be refused takes the most memory
/// for its size.
#[test]
fn rubbish_stays_within_the_stated_need() {
    let limits = Limits {
        members: 1_000_000,
        face_templates: 1,
        finger_templates: 1,
        template_bytes: 32,
        opaque_bytes: 1,
        json_bytes: 1 << 20,
        record_bytes: 1,
    };
    let config = config(32, limits);
    let engine = Engine::open(&config).unwrap();
    let required = config.required_bytes().unwrap();
    let frame = answer(&[String::new()]).len();
    let fill = |unit: &str| vec![unit.to_owned(); (limits.json_bytes - frame) / (unit.len() + 1)];
    let entries = "{},".repeat(200_000);
    let many_lists = format!(r#"{{"userid":"a","fa_list":[{}0]}}"#, "0,".repeat(300));
    let cases = [
        answer(&fill("0")),
        answer(&fill("{}")),
        answer(&fill(r#"{"userid":"a"}"#)),
        answer(&[format!(r#"{{"userid":"a","fa_list":[{entries}0],"fp":[{entries}0]}}"#)]),
        answer(&fill(&many_lists)),
    ];
    for json in cases {
        let peak = measure(|| match engine.sync(&json, None) {
            Ok(report) => assert!(report.items().len() <= kaimen::limits::REPORT_ITEMS),
            Err(error) => assert_eq!(error.status(), kaimen::status::KAIMEN_ERR_JSON_SIZE),
        });
        let start = String::from_utf8_lossy(&json[..90]).into_owned();
        let ratio = peak.bytes_max as f64 / json.len() as f64;
        println!("{ratio:.1} bytes per byte of {start}");
        assert!(peak.bytes_max <= required, "{start}: {} of {required}", peak.bytes_max);
    }
}

/// Text with escapes is copied, and the copy grows as it is made.
#[test]
fn escaped_text_stays_within_the_stated_need() {
    let text = "\\/AAAAAAA".repeat((16 << 20) / 8 + 10);
    let mut json = br#"{"body":{"userinfo":[{"userid":"a","fa_list":[{"id":0,"data":""#.to_vec();
    json.extend_from_slice(text.as_bytes());
    json.extend_from_slice(br#""}]}]}}"#);
    let limits = Limits {
        members: 1,
        face_templates: 1,
        finger_templates: 1,
        template_bytes: 32,
        opaque_bytes: 1,
        json_bytes: json.len(),
        record_bytes: 4096,
    };
    let config = config(32, limits);
    let required = config.required_bytes().unwrap();
    let engine = Engine::open(&config).unwrap();
    let peak = measure(|| {
        let report = engine.sync(&json, None).unwrap();
        assert_eq!(report.count(ItemKind::TemplateRejected), 1);
    });
    println!("peak {}, stated {required}", peak.bytes_max);
    assert!(peak.bytes_max <= required, "peak {}, stated {required}", peak.bytes_max);
}
