//! A record with everything that an output can show.

use kaimen_hil::record::{
    Attachment, Attempt, DeviceUse, Limits, LogLine, Measurement, Nature, Outcome, Provenance, Run,
    SCHEMA, Store, SuiteRecord, TestRecord,
};

/// A record with everything that a page can show, and words that would be markup.
pub(crate) fn record(store: &Store) -> Run {
    let measured = |name: &str, value: f64, limits: Limits| Measurement {
        name: name.into(),
        value,
        unit: "µs".into(),
        limits,
        n: 9,
        outcome: limits.rate(value),
    };
    let attempt = |number, outcome, message: Option<&str>| Attempt {
        outcome,
        message: message.map(str::to_owned),
        ..Attempt::begin(number)
    };
    let values: Vec<f64> = (0..500).map(|i| f64::from(i % 50) + 20.0).collect();
    let mut rich = attempt(1, Outcome::Pass, None);
    rich.measurements = vec![
        measured("good", 3.0, Limits::at_most(5.0)),
        measured("marginal", 4.5, Limits::at_most(5.0).marginal_above(4.0)),
    ];
    rich.series = vec![store.series("latency", "µs", &values).unwrap()];
    let picture = include_bytes!("../dot.png").to_vec();
    let picture = Attachment { name: "a dot".into(), mime: "image/png".into(), bytes: picture };
    rich.attachments = vec![store.attach(&picture).unwrap()];
    rich.devices = vec![DeviceUse {
        name: "left".into(),
        kind: "module".into(),
        nature: Nature::Simulated,
        identity: "R503".into(),
        serial: Some("A5".into()),
    }];
    let script = "<script>document.title = 'taken over'</script> & more";
    rich.log = vec![LogLine { time: rich.started, source: "left".into(), text: script.to_owned() }];
    let mut failed = attempt(1, Outcome::Fail, Some("outside limits: slow"));
    failed.measurements = vec![measured("slow", 9.0, Limits::at_most(5.0))];
    let test = |name: &str, attempts| TestRecord::of(name, "Shows something.", attempts);
    let suite =
        |name: &str, tests| SuiteRecord { name: name.into(), about: "A suite.".into(), tests };
    let suites = vec![
        suite("one", vec![test("rich", vec![rich]), test("failing", vec![failed.clone()])]),
        suite(
            "two",
            vec![
                test("wobbling", vec![failed, attempt(2, Outcome::Pass, None)]),
                test("absent", vec![attempt(1, Outcome::Unavailable, Some("no camera"))]),
            ],
        ),
    ];
    Run {
        schema: SCHEMA.into(),
        rig: "a <b>rig</b>".into(),
        started: jiff::Timestamp::from_second(1_700_000_000).unwrap(),
        seconds: 61.5,
        verdict: Outcome::Fail,
        ended_early: None,
        provenance: Provenance::of_this_machine(None),
        suites,
    }
}
