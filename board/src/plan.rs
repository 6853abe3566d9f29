//! How many templates fit a time and a memory on a board.
//!
//! The time is by the board's record; the memory is the library's own promise
//! (`kaimen_config_required_bytes`: everything that an engine can take, the peak of an import
//! included).

use kaimen::engine::{AlgorithmConfig, Config, Limits};
use kaimen::fingerprint::FingerIndex;
use kaimen::index::{SCORE_ONE, SearchMode, VectorIndex};
use kaimen::limits::{FACE_TEMPLATES, FINGER_TEMPLATES, JSON_BYTES};
use kaimen::template::{Algorithm, Modality, TemplateFormat, VectorFormat};

use crate::BenchError;
use crate::cli::{PlanOptions, Quantile};
use crate::curve::{Curve, Most, curves};
use crate::people::DIMENSION;
use crate::record::{Record, SAMPLES_FOR_P99, read};
use crate::units::{bytes, count, time};

/// Bytes of a member's record (names, keys, two rules) that are planned with: those of the
/// library's own benches take 150 to 300.
const RECORD_BYTES: usize = 384;

/// What a kind of search needs, and how much of it there may be.
struct Kind {
    what: &'static str,
    modality: Modality,
    mode: SearchMode,
}

const KINDS: [Kind; 3] = [
    Kind { what: "face-1n, fast", modality: Modality::Face, mode: SearchMode::Fast },
    Kind { what: "face-1n, proven", modality: Modality::Face, mode: SearchMode::Proven },
    Kind { what: "finger-1n", modality: Modality::Finger, mode: SearchMode::Proven },
];

/// Reads a record and plans.
///
/// # Errors
///
/// [`BenchError::Record`]; [`BenchError::Mixed`] for an emulator's; [`BenchError::Usage`], if the
/// record has nothing of what is asked for.
pub fn file(options: &PlanOptions) -> Result<String, BenchError> {
    let record = read(&options.record)?;
    if record.emulated && !options.force_emulated {
        let reason =
            "is of an emulator: it says nothing of any board; --force-emulated plans with it";
        let file = options.record.clone();
        return Err(BenchError::Mixed { file, reason: reason.to_owned() });
    }
    plan(&record, options)
}

/// Plans: a line for each kind of search and number of threads, as text.
///
/// # Errors
///
/// [`BenchError::Usage`].
pub fn plan(record: &Record, options: &PlanOptions) -> Result<String, BenchError> {
    let tier = options.tier.as_ref().unwrap_or(&record.machine.tier);
    let wanted = |curve: &Curve| {
        let threads = curve.search.threads;
        curve.search.tier == *tier && options.threads.is_none_or(|wanted| wanted == threads)
    };
    let curves: Vec<Curve> = curves(record, options.quantile).into_iter().filter(wanted).collect();
    if curves.is_empty() {
        let threads = options.threads.map_or(String::new(), |n| format!(" with {n} threads"));
        return Err(BenchError::Usage(format!("the record has no search of tier {tier}{threads}")));
    }
    let mut text = heading(record, options, tier);
    for kind in &KINDS {
        let fitting = most_in(options.memory, kind, options);
        for curve in curves.iter().filter(|curve| curve.search.what == kind.what) {
            text += &line(record, curve, kind, fitting, options);
        }
    }
    text += &footing(record, options);
    Ok(text)
}

fn heading(record: &Record, options: &PlanOptions, tier: &str) -> String {
    let mut text = format!("{}, tier {tier}, measured {}\n", record.title(), record.started());
    for warning in crate::table::warnings(record) {
        text += &format!("WARNING {warning}\n");
    }
    let quantile = format!("{:?}", options.quantile).to_lowercase();
    let (within, memory) = (time(options.within), bytes(options.memory));
    text + &format!("templates within {within} at {quantile} and {memory}:\n\n")
}

fn line(
    record: &Record,
    curve: &Curve,
    kind: &Kind,
    fitting: usize,
    options: &PlanOptions,
) -> String {
    let threads = curve.search.threads;
    let Some(most) = curve.most_within(options.within, record.bandwidth_of(threads)) else {
        return String::new();
    };
    let (in_time, how) = match most {
        Most::FewerThan(smallest) => {
            let smallest = count(whole(smallest) as u64);
            let name = format!("{}, {threads} threads", curve.search.what);
            return format!("{name:<28} fewer than {smallest}, the smallest gallery measured\n");
        }
        Most::Between { templates, sizes } => {
            let [low, high] = sizes.map(|size| count(whole(size) as u64));
            (whole(templates), format!("interpolated between {low} and {high}"))
        }
        Most::Beyond { templates, largest } => {
            let largest = count(whole(largest) as u64);
            (whole(templates), format!("EXTRAPOLATED by bytes and bandwidth beyond {largest}"))
        }
    };
    let answer = in_time.min(fitting);
    let limit = if in_time <= fitting { "the time" } else { "the memory" };
    let shown = |templates: usize| count(templates as u64);
    let name = format!("{}, {threads} threads", curve.search.what);
    let index = bytes(index_bytes(kind, answer) as u64);
    format!(
        "{name:<28} {:>11}  limited by {limit}; index {index}\n{:>41}in time {} ({how}); in memory {}\n",
        shown(answer),
        "",
        shown(in_time),
        shown(fitting),
    )
}

fn footing(record: &Record, options: &PlanOptions) -> String {
    let searches = record.measurements().filter(|(_, m)| m.subject.tier.is_some());
    let fewest = searches.map(|(_, m)| m.times.samples).min().unwrap_or(0);
    let mut text = format!(
        "\nMemory is what kaimen_config_required_bytes promises for the engine: two galleries while \
         one is\nreplaced, three times an answer of {}, {RECORD_BYTES} bytes a member of {} \
         templates. The program itself\nand the allocator come on top. Time is that of the slower of \
         probes with and without a mate.\n",
        bytes(options.json_bytes),
        options.per_member,
    );
    if fewest < SAMPLES_FOR_P99 && options.quantile == Quantile::P99 {
        text += &format!(
            "Some figures are of {fewest} samples: below {SAMPLES_FOR_P99} the 99th percentile is \
             the longest seen.\n"
        );
    }
    text
}

/// The most templates whose engine fits.
fn most_in(memory: u64, kind: &Kind, options: &PlanOptions) -> usize {
    let most = match kind.modality {
        Modality::Face => FACE_TEMPLATES,
        Modality::Finger => FINGER_TEMPLATES,
    };
    let fits = |templates: usize| {
        templates == 0 || engine_bytes(kind, templates, options).is_some_and(|need| need <= memory)
    };
    let (mut low, mut high) = (0, most + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if fits(middle) { low = middle } else { high = middle }
    }
    low
}

/// What the library promises for so many templates; `None` where it refuses.
fn engine_bytes(kind: &Kind, templates: usize, options: &PlanOptions) -> Option<u64> {
    let members = templates.div_ceil(options.per_member as usize).min(kaimen::limits::MEMBERS);
    let json_bytes = usize::try_from(options.json_bytes).ok()?.min(JSON_BYTES);
    let (face_templates, finger_templates) = match kind.modality {
        Modality::Face => (templates, 1),
        Modality::Finger => (1, templates),
    };
    let record_bytes = (members * RECORD_BYTES).min(kaimen::limits::RECORD_BYTES);
    let limits = Limits {
        members,
        face_templates,
        finger_templates,
        json_bytes,
        record_bytes,
        template_bytes: 16 << 10,
        ..Limits::default()
    };
    let format = match kind.modality {
        Modality::Face => VectorFormat::INT8_512_IN_1072.into(),
        Modality::Finger => TemplateFormat::Minutiae(None),
    };
    let algorithm = Algorithm { name: "default".into(), modality: kind.modality, format };
    let algorithm = AlgorithmConfig {
        algorithm,
        threshold: SCORE_ONE / 2,
        margin: 0,
        floor: SCORE_ONE,
        search: kind.mode,
        matcher: None,
    };
    let config = Config { algorithms: vec![algorithm], limits, ..Config::default() };
    config.required_bytes().ok()
}

fn index_bytes(kind: &Kind, templates: usize) -> usize {
    match kind.modality {
        Modality::Face => {
            VectorIndex::required_bytes(DIMENSION, kind.mode, templates).unwrap_or(usize::MAX)
        }
        Modality::Finger => FingerIndex::required_bytes(templates),
    }
}

/// A number of templates.
fn whole(templates: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
    let templates = templates as usize;
    templates.min(FACE_TEMPLATES)
}
