//! Does everything answer?

use super::{Context, Recorder, Stop, Suite, Test};
use crate::library::{Engine, Settings, Verdict};
use crate::record::Limits;
use crate::site;

pub(super) fn suite() -> Suite {
    Suite {
        name: "smoke",
        about: "Everything that the rig has answers, in its first seconds.",
        tests: vec![Test::new(
            "library answers",
            "An engine opens, imports a member, finds them and nobody else, and leaves no handle.",
            20,
            library,
        )],
    }
}

fn library(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let note = context.library.note();
    recorder.log("library", format!("{} {}, tier {}", note.version, note.target, note.tier));
    let handles = context.library.live_handles();
    let engine = Engine::open(&context.library, &Settings::faces(site::DIMENSION))?;
    engine.sync(&site::page(0, 10))?;
    let found = engine.identify_face(&site::seen(3, 0.3, 1), 1_704_677_400)?;
    if found.verdict != Verdict::Pass || found.userid != site::userid(3) {
        return Err(Stop::Fail(format!("member 3 was answered {found:?}")));
    }
    let stranger = engine.identify_face(&site::face(10), 1_704_677_400)?;
    if stranger.verdict != Verdict::Unknown {
        return Err(Stop::Fail(format!("a stranger was answered {stranger:?}")));
    }
    recorder.measure("members", engine.stats()?.members.into(), "", Limits::exactly(10.0), 1);
    drop(engine);
    let left = context.library.live_handles().abs_diff(handles);
    recorder.measure("handles left", left as f64, "", Limits::exactly(0.0), 1);
    Ok(())
}
