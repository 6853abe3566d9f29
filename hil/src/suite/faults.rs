//! What is broken ends in an error that names it, and changes nothing.

use kaimen::status::{
    KAIMEN_ERR_CLOUD, KAIMEN_ERR_JSON_DEPTH, KAIMEN_ERR_JSON_SHAPE, KAIMEN_ERR_JSON_SIZE,
    KAIMEN_ERR_JSON_SYNTAX, KAIMEN_ERR_LENGTH, KAIMEN_ERR_NOT_FINITE, KAIMEN_ERR_ZERO_NORM,
};

use super::{Context, Recorder, Stop, Suite, Test, module_faults, readers};
use crate::library::{Engine, EngineError, Settings, Verdict};
use crate::site;

/// 2024-01-08 09:30 in Shanghai.
const NOW: i64 = 1_704_677_400;

pub(super) fn suite() -> Suite {
    Suite {
        name: "faults",
        about: "Broken answers, probes and devices end in a precise error or a recovery, never in a hang.",
        tests: [
            Test::new(
                "broken answers",
                "An answer that is cut off, foreign or too large changes nothing.",
                60,
                answers,
            ),
            Test::new(
                "broken probes",
                "A probe of a wrong length, with NaN or without direction is refused by name.",
                20,
                probes,
            ),
            Test::new(
                "removed members",
                "A member who was removed is nobody from then on.",
                20,
                removed,
            ),
        ]
        .into_iter()
        .chain(module_faults::tests())
        .chain([readers::faults()])
        .collect(),
    }
}

fn filled(context: &Context) -> Result<Engine, Stop> {
    let engine = Engine::open(&context.library, &Settings::faces(site::DIMENSION))?;
    engine.sync(&site::page(0, 20))?;
    Ok(engine)
}

fn status<T>(result: Result<T, EngineError>) -> i32 {
    result.map_or_else(|error| error.status, |_| 0)
}

fn answers(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let engine = filled(context)?;
    let before = engine.stats()?;
    let good = site::page(20, 25);
    let (mut asked, mut wrong) = (0_u64, 0_u64);
    let mut demand = |what: &str, json: &[u8], wanted: &[i32]| {
        let got = status(engine.sync(json));
        asked += 1;
        if !wanted.contains(&got) {
            wrong += 1;
            recorder.log("faults", format!("{what}: {}", context.library.status(got)));
        }
    };
    for length in (1..good.len()).step_by(97) {
        recorder.check()?;
        demand("cut off", &good[..length], &[KAIMEN_ERR_JSON_SYNTAX]);
    }
    let deep = [vec![b'['; 5000], vec![b']'; 5000]].concat();
    let large = vec![b' '; (16 << 20) + 1];
    demand("empty", b"", &[KAIMEN_ERR_JSON_SYNTAX]);
    demand("another shape", b"[1,2]", &[KAIMEN_ERR_JSON_SHAPE]);
    demand("no members", b"{\"errcode\":0}", &[KAIMEN_ERR_JSON_SHAPE]);
    demand("refused by the cloud", b"{\"errcode\":40001,\"errmsg\":\"x\"}", &[KAIMEN_ERR_CLOUD]);
    demand("deep", &deep, &[KAIMEN_ERR_JSON_DEPTH, KAIMEN_ERR_JSON_SHAPE]);
    demand("too large", &large, &[KAIMEN_ERR_JSON_SIZE]);
    recorder.none_of("broken answers not refused by name", wrong, asked);
    recorder.none_of("changes by broken answers", u64::from(engine.stats()? != before), asked);
    Ok(())
}

fn probes(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let engine = filled(context)?;
    let face = site::face(3);
    let mut nan = face.clone();
    nan[7] = f32::NAN;
    let rows = [
        ("short", face[1..].to_vec(), KAIMEN_ERR_LENGTH),
        ("empty", Vec::new(), KAIMEN_ERR_LENGTH),
        ("NaN", nan, KAIMEN_ERR_NOT_FINITE),
        ("zero", vec![0.0; face.len()], KAIMEN_ERR_ZERO_NORM),
    ];
    let mut wrong = 0;
    for (what, probe, wanted) in &rows {
        let got = status(engine.identify_face(probe, NOW));
        if got != *wanted {
            wrong += 1;
            recorder.log("faults", format!("{what}: {}", context.library.status(got)));
        }
    }
    recorder.none_of("broken probes not refused by name", wrong, rows.len() as u64);
    Ok(())
}

fn removed(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let engine = filled(context)?;
    let mut let_in = 0;
    for number in 0..20 {
        engine.remove(&site::userid(number), 0)?;
        let decision = engine.identify_face(&site::face(number), NOW)?;
        let_in += u64::from(decision.verdict != Verdict::Unknown);
    }
    recorder.none_of("removed members found", let_in, 20);
    Ok(())
}
