//! Two answers of any bytes, one after the other: a failed sync changes
//! nothing, the reports add up, and identification goes on.
//!
//! Input: two answers, separated by a zero byte.
#![no_main]

use kaimen::engine::{AlgorithmConfig, Config, Engine, ItemKind, Limits, Probe};
use kaimen::index::SearchMode;
use kaimen::template::{Algorithm, Element, Modality, VectorFormat};
use libfuzzer_sys::fuzz_target;

const DIMENSION: usize = 32;

fuzz_target!(|bytes: &[u8]| {
    let format = VectorFormat {
        element: Element::I8,
        dimension: DIMENSION,
        header_bytes: 0,
        expected_bytes: DIMENSION,
        scale: 1.0,
    };
    let algorithm =
        Algorithm { name: "default".into(), modality: Modality::Face, format: format.into() };
    let limits = Limits { members: 5, face_templates: 6, record_bytes: 4000, ..Limits::default() };
    let engine = Engine::open(&Config {
        algorithms: vec![AlgorithmConfig {
            algorithm,
            threshold: 700_000,
            margin: 0,
            floor: -1_000_000,
            search: SearchMode::Fast,
            matcher: None,
        }],
        limits,
        ..Config::default()
    })
    .unwrap();
    let mut probe = [0.0; DIMENSION];
    probe[0] = 1.0;

    for json in bytes.splitn(2, |byte| *byte == 0) {
        let before = engine.stats();
        match engine.sync(json, None) {
            Err(error) => {
                assert!(!error.to_string().is_empty() && error.status() < 0);
                assert_eq!(engine.stats(), before, "a failed sync changes nothing");
            }
            Ok(report) => {
                let after = engine.stats();
                assert!(after.members <= limits.members);
                assert!(after.face_templates <= limits.face_templates);
                assert!(after.record_bytes <= limits.record_bytes);
                let added = report.count(ItemKind::MemberAdded);
                assert_eq!(before.members as u64 + added, after.members as u64);
                assert_eq!(report.generation(), after.generation);
            }
        }
        let stats = engine.stats();
        for now in [0, 1_704_677_400, i64::MAX, i64::MIN] {
            let decision = engine.identify_face(&Probe::from_f32(&probe, None), now).unwrap();
            assert_eq!(decision.generation, stats.generation);
            assert_eq!(decision.score.is_none(), stats.face_templates == 0);
        }
    }
});
