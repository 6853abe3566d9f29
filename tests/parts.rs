//! A build without fingerprints, without the store, or without both: what is left out is refused
//! with a status of its own, and all the rest works.
#![cfg(not(all(feature = "fingerprint", feature = "store")))]

mod common;

use common::{MONDAY, answer, bytes, codes, config, member};
use kaimen::engine::{Engine, Limits, Probe, Verdict};
use kaimen::status::KAIMEN_ERR_ABSENT;
use kaimen::{Error, Part};

const DIMENSION: usize = 64;

/// Three members with a face each.
fn faces() -> Engine {
    let engine = Engine::open(&config(DIMENSION, Limits::default())).unwrap();
    let members: Vec<_> = (0..3).map(|number| member(number, 1, 1, DIMENSION)).collect();
    engine.sync(&answer(&members), None).unwrap();
    engine
}

fn face_of(number: u32) -> Vec<u8> {
    bytes(&codes(number * 100 + 1, DIMENSION))
}

/// Not an error of another kind, and with the part's name in its words.
fn is_absent(error: &Error, part: Part) -> bool {
    *error == Error::Absent { part }
        && error.status() == KAIMEN_ERR_ABSENT
        && error.to_string().contains(&format!("`{part}`"))
}

#[test]
fn parts_are_the_features_of_the_build() {
    assert_eq!(Part::Fingerprint.is_built(), cfg!(feature = "fingerprint"));
    assert_eq!(Part::Store.is_built(), cfg!(feature = "store"));
}

#[test]
fn faces_are_identified_in_every_build() {
    let engine = faces();
    for number in 0..3 {
        let probe = face_of(number);
        let decision = engine.identify_face(&Probe::from_template(&probe, None), MONDAY).unwrap();
        assert_eq!(decision.verdict(), Verdict::Pass);
        assert_eq!(decision.member.unwrap().userid(), format!("member-{number}"));
    }
    let stranger = face_of(77);
    let decision = engine.identify_face(&Probe::from_template(&stranger, None), MONDAY).unwrap();
    assert_eq!(decision.verdict(), Verdict::Unknown);
}

#[cfg(not(feature = "fingerprint"))]
mod without_fingerprint {
    use super::*;
    use common::{finger_config, finger_member, finger_record, opaque_config};
    use kaimen::engine::{ItemKind, MinutiaeError, finger_templates};
    use kaimen::fingerprint::{FingerError, FingerTemplate};
    use kaimen::protocol::UserType;
    use kaimen::template::Modality;

    #[test]
    fn an_algorithm_of_minutiae_is_refused() {
        let config = finger_config(Limits::default());
        let error = Engine::open(&config).err().unwrap();
        assert!(is_absent(&error, Part::Fingerprint), "{error}");
        assert_eq!(error.field(), "algorithm");
        let error = config.required_bytes().unwrap_err();
        assert!(is_absent(&error, Part::Fingerprint), "{error}");
    }

    #[test]
    fn no_template_is_made_of_minutiae() {
        assert_eq!(FingerTemplate::new(&[]).err(), Some(FingerError::Absent));
        let made = finger_templates(None, &finger_record(1, 1, 40));
        assert!(matches!(made, Err(MinutiaeError::Absent)));
    }

    #[test]
    fn fingers_of_members_are_kept_with_a_line_each() {
        let engine = faces();
        let fingers: Vec<_> =
            (0..3).map(|number| finger_member(number, 1, &finger_record(number, 1, 40))).collect();
        let report = engine.sync(&answer(&fingers), None).unwrap();
        assert_eq!(report.items().len(), 3 + 3, "and a line for each changed member");
        for number in 0..3 {
            let userid = format!("member-{number}");
            let is_it = |item: &&kaimen::engine::Item| {
                item.kind == ItemKind::TemplateKept && *item.userid == *userid
            };
            let item = report.items().iter().find(is_it).unwrap();
            assert_eq!((item.field, item.id), ("fp", Some(3)));
            assert_eq!((item.modality, item.status), (Some(Modality::Finger), KAIMEN_ERR_ABSENT));
            assert!(item.message.contains("`fingerprint`"), "{}", item.message);
            let held = engine.member(&userid, UserType::Staff).unwrap();
            assert_eq!((held.kept_templates, held.fp_ver), (1, Some(1)));
            assert_eq!((held.finger_templates, held.face_templates), (0, 1));
        }
        let report = engine.sync(&answer(&fingers), None).unwrap();
        assert_eq!(report.count(ItemKind::MemberUnchanged), 3);
    }

    #[test]
    fn a_finger_at_the_door_is_refused() {
        let engine = faces();
        let record = finger_record(1, 1, 40);
        let probe = Probe::from_template(&record, None);
        let error = engine.identify_finger(&probe, MONDAY).unwrap_err();
        assert!(is_absent(&error, Part::Fingerprint), "{error}");
        let error = engine.verify_finger(&probe, "member-1", UserType::Staff, MONDAY).unwrap_err();
        assert!(is_absent(&error, Part::Fingerprint), "{error}");
        let error = engine.search_finger(&probe, 0, 8, |_| ()).unwrap_err();
        assert!(is_absent(&error, Part::Fingerprint), "{error}");
    }

    /// What a vendor compares needs nothing of ours.
    #[test]
    fn opaque_fingers_are_searched() {
        let mut config = opaque_config(Limits::default());
        config.algorithms[0].algorithm.modality = Modality::Finger;
        let engine = Engine::open(&config).unwrap();
        let record = finger_record(1, 1, 40);
        let report = engine.sync(&answer(&[finger_member(1, 1, &record)]), None).unwrap();
        assert_eq!(report.count(ItemKind::TemplateAdded), 1, "{:?}", report.items());
        let decision = engine.identify_finger(&Probe::from_template(&record, None), MONDAY);
        assert_eq!(decision.unwrap().member.unwrap().userid(), "member-1");
        let other = Probe::from_template(&record, Some("other"));
        let error = engine.identify_finger(&other, MONDAY).unwrap_err();
        assert_eq!(error, Error::UnknownAlgorithm { modality: Modality::Finger });
    }

    /// A store that a whole build has written: its fingers stay behind, and are asked for.
    #[cfg(feature = "store")]
    #[test]
    fn stored_fingers_are_told() {
        use kaimen::engine::StoreConfig;
        use kaimen::store::{FORMAT, Options, StoreKey};
        use kaimen::template::{Element, VectorFormat};

        let copy = tempfile::NamedTempFile::new().unwrap();
        std::fs::copy(format!("tests/fixtures/store-{FORMAT}"), copy.path()).unwrap();
        let (path, key) = (copy.path().to_owned(), StoreKey::new(&[0x5a; 32]));
        let store = StoreConfig { path, key, options: Options::default() };
        let mut config = config(64, Limits::default());
        config.algorithms[0].algorithm.format = VectorFormat::bare(Element::F32, 64).into();
        let (engine, report) = Engine::open_stored(&config, &store).unwrap();
        assert_eq!(engine.stats().members, 5);
        let fingers = report.items().iter().filter(|item| item.field == "fp");
        let said: Vec<_> = fingers.map(|item| (item.kind, item.status)).collect();
        let expected = [
            (ItemKind::TemplateRejected, KAIMEN_ERR_ABSENT),
            (ItemKind::TemplatesWanted, kaimen::status::KAIMEN_OK),
        ];
        assert_eq!(said, expected, "{:?}", report.items());
    }
}

#[cfg(not(feature = "store"))]
mod without_store {
    use super::*;
    use kaimen::engine::{Event, PassMethod, PassType, StoreConfig, Versions};
    use kaimen::store::{Options, StoreKey};

    #[test]
    fn no_store_is_opened_and_no_file_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let store = StoreConfig {
            path: path.clone(),
            key: StoreKey::new(&[1; 32]),
            options: Options::default(),
        };
        let opened = Engine::open_stored(&config(DIMENSION, Limits::default()), &store);
        let error = opened.err().unwrap();
        assert!(is_absent(&error, Part::Store), "{error}");
        assert!(!path.exists());
    }

    #[test]
    fn calls_about_a_store_are_refused_and_a_wipe_still_erases() {
        let engine = faces();
        let event = Event {
            member: None,
            time: MONDAY,
            pass_type: PassType::In,
            pass_method: PassMethod::Face,
            verdict: 3,
            reason: 301,
            score: None,
            slot: None,
        };
        let refused = [
            engine.append_event(&event).unwrap_err(),
            engine.events(0, 1, |_, _| ()).unwrap_err(),
            engine.acknowledge_events(1).unwrap_err(),
            engine.event_stats().unwrap_err(),
            engine.rotate_key(&StoreKey::new(&[1; 32])).unwrap_err(),
        ];
        assert!(refused.iter().all(|error| is_absent(error, Part::Store)), "{refused:?}");
        // They are remembered as without a store.
        let versions = Versions { perm: Some(7), visitor: None };
        engine.set_versions(versions).unwrap();
        assert_eq!(engine.versions(), versions);
        assert_eq!(engine.stats().members, 3);
        let error = engine.wipe().unwrap_err();
        assert!(is_absent(&error, Part::Store), "{error}");
        assert_eq!(engine.stats().members, 0);
    }
}

/// The same as C sees it, by the exported functions.
#[cfg(feature = "capi")]
#[allow(unsafe_code, reason = "this stands in for a program written in C")]
mod c {
    use core::ffi::c_void;
    use core::mem::MaybeUninit;
    use core::ptr;

    use kaimen::ffi::config::*;
    use kaimen::ffi::engine::*;
    use kaimen::ffi::minutiae::*;
    use kaimen::ffi::store::*;
    use kaimen::status::*;

    /// A struct as its `_init` leaves it.
    fn initialised<T>(init: unsafe extern "C" fn(*mut T)) -> T {
        let mut place = MaybeUninit::uninit();
        // SAFETY: writable, as `_init` wants it.
        unsafe { init(place.as_mut_ptr()) };
        // SAFETY: `_init` has filled all of it.
        unsafe { place.assume_init() }
    }

    fn algorithm(format: u32) -> kaimen_algorithm {
        let mut algorithm = initialised(kaimen_algorithm_preset_int8_512_1072);
        algorithm.format = format;
        if format != KAIMEN_FORMAT_VECTOR {
            algorithm.modality = kaimen::ffi::types::KAIMEN_MODALITY_FINGER;
            algorithm.threshold = 50_000;
        }
        algorithm
    }

    /// Opens with a store whose key comes from a callback. Returns the status, and how often the key was asked for.
    fn open_stored(algorithm: &kaimen_algorithm) -> (i32, u32) {
        unsafe extern "C" fn give(user: *mut c_void, key: *mut u8, size: usize) -> u32 {
            // SAFETY: `user` is the counter below, and nobody else uses it now.
            unsafe { *user.cast::<u32>() += 1 };
            // SAFETY: the library gives `size` bytes.
            unsafe { key.write_bytes(7, size) };
            0
        }
        let folder = tempfile::tempdir().unwrap();
        let path = format!("{}/store\0", folder.path().display());
        let mut asked = 0u32;
        let mut config = initialised(kaimen_config_init);
        (config.algorithms, config.algorithm_count) = (algorithm, 1);
        let mut store = initialised(kaimen_store_config_init);
        store.path = path.as_ptr().cast();
        store.key_callback = Some(give);
        store.user = (&raw mut asked).cast();
        let mut engine = ptr::null_mut();
        let none = ptr::null_mut();
        // SAFETY: initialised structs and places that outlive the call.
        let status = unsafe {
            kaimen_engine_open_stored(&config, &store, &mut engine, none, ptr::null_mut())
        };
        kaimen_engine_close(engine);
        (status, asked)
    }

    #[test]
    fn what_is_left_out_is_refused_before_the_key_is_asked_for() {
        let vectors = algorithm(KAIMEN_FORMAT_VECTOR);
        let expected =
            if cfg!(feature = "store") { (KAIMEN_OK, 1) } else { (KAIMEN_ERR_ABSENT, 0) };
        assert_eq!(open_stored(&vectors), expected);
        if cfg!(not(feature = "fingerprint")) {
            let minutiae = algorithm(KAIMEN_FORMAT_MINUTIAE);
            assert_eq!(open_stored(&minutiae), (KAIMEN_ERR_ABSENT, 0));
        }
    }

    #[test]
    fn records_are_converted_where_there_are_minutiae() {
        let record = super::common::finger_record(1, 1, 40);
        let mut needed = 0;
        // SAFETY: a readable record, no buffer, a writable place.
        let status = unsafe {
            kaimen_minutiae_convert(
                KAIMEN_FORMAT_MINUTIAE,
                record.as_ptr().cast(),
                record.len(),
                KAIMEN_FORMAT_XYT,
                0,
                ptr::null_mut(),
                0,
                &mut needed,
                ptr::null_mut(),
            )
        };
        let built = cfg!(feature = "fingerprint");
        assert_eq!(status, if built { KAIMEN_ERR_BUFFER } else { KAIMEN_ERR_ABSENT });
        assert_eq!(needed > 0, built);
    }
}
