//! What an engine is opened with.

use super::gallery::Gallery;
use crate::error::Error;
use crate::index::{SCORE_ONE, SearchMode};
use crate::opaque::{Matcher, NOT_COMPARED};
use crate::part::Part;
use crate::rules::Zone;
use crate::template::{Algorithm, Modality, Registry, TemplateFormat};

use super::snapshot::SNAPSHOT_BYTES;

/// An algorithm and what its scores mean at this door.
#[derive(Debug, Clone, PartialEq)]
pub struct AlgorithmConfig {
    /// Name, modality and layout of its templates.
    pub algorithm: Algorithm,
    /// Lowest score that counts as the same person, 1 to [`SCORE_ONE`]; of opaque templates
    /// any but [`NOT_COMPARED`], on the vendor's scale. It belongs to the model: take it from a
    /// measured FMR or FPIR.
    pub threshold: i32,
    /// The best member must be ahead of the second best by at least this much,
    /// 0 to [`SCORE_ONE`], of opaque templates from 0; equal scores are ambiguous even at 0.
    pub margin: i32,
    /// Lowest score of interest, `-SCORE_ONE` to [`SCORE_ONE`], of opaque templates any. Decisions do not
    /// depend on it: members that score less are not told apart from nobody, so the
    /// score of a probe that is below, and the margin to a member who is below, are
    /// not reported. A search costs less the higher it is; as high as it can be
    /// (threshold less margin) is what [`SCORE_ONE`] means.
    pub floor: i32,
    /// How a search drops the templates that do not matter.
    pub search: SearchMode,
    /// The vendor's comparison of opaque templates; `None` for all others.
    pub matcher: Option<Matcher>,
}

/// Bounds that the reader's memory allows; checked before memory is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most members.
    pub members: usize,
    /// Most searchable face templates, all members and algorithms together.
    pub face_templates: usize,
    /// Most searchable finger templates, each view counted, all members and algorithms
    /// together.
    pub finger_templates: usize,
    /// Largest decoded template in bytes, searchable or not.
    pub template_bytes: usize,
    /// Most bytes of searchable opaque templates, all members and algorithms together. What a
    /// template takes beside its bytes is not counted in it.
    pub opaque_bytes: usize,
    /// Largest answer of the cloud in bytes.
    pub json_bytes: usize,
    /// Most bytes of member records: names, keys, rules, and templates that
    /// are kept without being searchable.
    pub record_bytes: usize,
}

impl Default for Limits {
    /// 20,000 members, two face templates each, 16 MiB of JSON, 32 MiB of opaque templates.
    fn default() -> Self {
        Self {
            members: 20_000,
            face_templates: 40_000,
            finger_templates: 40_000,
            template_bytes: 64 << 10,
            opaque_bytes: 32 << 20,
            json_bytes: 16 << 20,
            record_bytes: 32 << 20,
        }
    }
}

/// What an engine is opened with.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The reader's time zone: an IANA name, a POSIX TZ string or a fixed
    /// offset. The host's zone is never read.
    pub zone: String,
    /// Whether a student without any rule may pass.
    pub student_default_pass: bool,
    /// The algorithms; the first of a modality is its default.
    pub algorithms: Vec<AlgorithmConfig>,
    /// Bounds.
    pub limits: Limits,
    /// Threads that a search of a large gallery may use, 1 to [`limits::THREADS`].
    /// With 1 none is started.
    ///
    /// [`limits::THREADS`]: crate::limits::THREADS
    pub threads: usize,
}

impl Default for Config {
    /// `Asia/Shanghai`, students fail closed, no algorithm yet.
    fn default() -> Self {
        Self {
            zone: crate::rules::DEFAULT_ZONE.to_owned(),
            student_default_pass: false,
            algorithms: Vec::new(),
            limits: Limits::default(),
            threads: 1,
        }
    }
}

/// Bytes for reading one record: the entries of its three lists, which the
/// protocol bounds to a few hundred each.
const RECORD_READING_BYTES: u64 = 256 << 10;

/// Stack of a search thread. One that waits for its half of a search may take over a part
/// of another caller's, so there is room for several.
pub(super) const THREAD_STACK_BYTES: usize = 512 << 10;
/// What a thread takes beside its stack: its queues and its place in the pool.
const THREAD_BYTES: usize = 16 << 10;

/// A configuration that was checked as a whole.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) zone: Zone,
    pub(super) student_default_pass: bool,
    pub(super) registry: Registry,
    /// By position in the registry.
    pub(super) scores: Vec<ScoreSettings>,
    /// By position in the registry: there is one where templates are opaque, and only there.
    pub(super) matchers: Vec<Option<Matcher>>,
    pub(super) limits: Limits,
    pub(super) threads: usize,
}

/// What scores mean, and how they are found, for one algorithm.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScoreSettings {
    pub(super) threshold: i32,
    pub(super) margin: i32,
    /// What a decision asks of a search.
    pub(super) floor: i32,
    pub(super) search: SearchMode,
}

impl Settings {
    /// Why no algorithm of a modality answers to a name. One for minutiae could not even be
    /// configured where the build leaves their comparison out.
    pub(super) fn unknown_algorithm(&self, modality: Modality) -> Error {
        let is_first = self.registry.find(modality, None).is_none();
        match Part::Fingerprint.check() {
            Err(absent) if is_first && modality == Modality::Finger => absent,
            _ => Error::UnknownAlgorithm { modality },
        }
    }
}

impl Config {
    /// Checks everything that can be wrong with a configuration.
    pub(super) fn check(&self) -> Result<Settings, Error> {
        let zone = Zone::parse(&self.zone)?;
        let algorithms = self.algorithms.iter().map(|a| a.algorithm.clone()).collect();
        let registry = Registry::new(algorithms)?;
        if registry.algorithms().is_empty() {
            return Err(Error::Config { field: "algorithms", reason: "is empty" });
        }
        let matchers = self.algorithms.iter().map(check_matcher).collect::<Result<_, _>>()?;
        let scores = self.algorithms.iter().map(check_scores).collect::<Result<_, _>>()?;
        let is_minutiae = |a: &Algorithm| matches!(a.format, TemplateFormat::Minutiae(_));
        if registry.algorithms().iter().any(is_minutiae) {
            Part::Fingerprint.check()?;
        }
        check_limits(&self.limits)?;
        if !(1..=crate::limits::THREADS).contains(&self.threads) {
            return Err(Error::Config { field: "threads", reason: "is not within 1 to 64" });
        }
        let formats = registry.algorithms().iter().map(|algorithm| &algorithm.format);
        let longest = formats.filter_map(TemplateFormat::expected_bytes).max();
        if longest > Some(self.limits.template_bytes) {
            let reason = "is smaller than the templates of an algorithm";
            return Err(Error::Config { field: "max_template_bytes", reason });
        }
        let student_default_pass = self.student_default_pass;
        let (limits, threads) = (self.limits, self.threads);
        Ok(Settings { zone, student_default_pass, registry, scores, matchers, limits, threads })
    }

    /// The most memory in bytes that an engine of this configuration takes,
    /// the peak while an answer is applied included; the caller's own buffers,
    /// the program text and what the allocator adds are not.
    ///
    /// # Errors
    /// Whatever is wrong with the configuration.
    pub fn required_bytes(&self) -> Result<u64, Error> {
        let settings = self.check()?;
        let limits = settings.limits;
        // All templates may belong to the algorithm that needs most.
        let mut galleries = [0, 0];
        for (algorithm, scores) in settings.registry.algorithms().iter().zip(&settings.scores) {
            let most = match algorithm.modality {
                Modality::Face => limits.face_templates,
                Modality::Finger => limits.finger_templates,
            };
            let bytes = Gallery::required_bytes(algorithm, scores.search, most)?;
            let gallery = &mut galleries[algorithm.modality as usize];
            *gallery = bytes.max(*gallery);
        }
        let is_opaque = settings.matchers.iter().any(Option::is_some);
        let opaque = if is_opaque { limits.opaque_bytes } else { 0 };
        let index = galleries[0].saturating_add(galleries[1]);
        // While a commit is built, the old snapshot still serves: everything
        // that the commit touches exists twice.
        let galleries = 2 * (index as u64 + opaque as u64 + limits.record_bytes as u64);
        // One record at a time: copies of its escaped strings, at most the
        // whole text, and its decoded template. While a copy is made it exists
        // twice, once with the room that doubling has left.
        let answer = 3 * limits.json_bytes as u64 + RECORD_READING_BYTES;
        let formats = settings.registry.algorithms().iter().map(|algorithm| algorithm.format);
        let views = match formats.filter(|f| matches!(f, TemplateFormat::Minutiae(_))).count() {
            0 => 0,
            _ => super::minutiae::reading_bytes(limits.template_bytes) as u64,
        };
        let report = super::report::REPORT_BYTES as u64;
        let threads = match settings.threads {
            1 => 0,
            threads => threads as u64 * (THREAD_STACK_BYTES + THREAD_BYTES) as u64,
        };
        Ok(galleries + answer + views + report + SNAPSHOT_BYTES as u64 + threads)
    }
}

fn check_scores(config: &AlgorithmConfig) -> Result<ScoreSettings, Error> {
    match config.algorithm.format {
        TemplateFormat::Opaque => check_vendor_scale(config)?,
        TemplateFormat::Vector(_) | TemplateFormat::Minutiae(_) => check_scale(config)?,
    }
    // Who is no nearer than this to a member at the threshold changes no decision. On a vendor's
    // scale it may lie below the lowest score that there is: then everybody counts.
    let floor = config.threshold.saturating_sub(config.margin.max(1));
    let floor = config.floor.min(floor).max(NOT_COMPARED + 1);
    let AlgorithmConfig { threshold, margin, search, .. } = *config;
    Ok(ScoreSettings { threshold, margin, floor, search })
}

/// A vendor's comparison belongs to opaque templates, and they to one.
fn check_matcher(config: &AlgorithmConfig) -> Result<Option<Matcher>, Error> {
    let is_opaque = config.algorithm.format == TemplateFormat::Opaque;
    match (&config.matcher, is_opaque) {
        (None, true) => {
            let reason = "is missing: opaque templates need their vendor's comparison";
            Err(Error::Config { field: "compare", reason })
        }
        (Some(_), false) => {
            let reason = "is given for templates that are not opaque";
            Err(Error::Config { field: "compare", reason })
        }
        (matcher, _) => Ok(matcher.clone()),
    }
}

/// The scale is the vendor's; only what means "not compared" is no score.
fn check_vendor_scale(config: &AlgorithmConfig) -> Result<(), Error> {
    if config.threshold == NOT_COMPARED {
        return Err(Error::Config { field: "threshold", reason: "is no score" });
    }
    if config.margin < 0 {
        return Err(Error::Config { field: "margin", reason: "is negative" });
    }
    Ok(())
}

fn check_scale(config: &AlgorithmConfig) -> Result<(), Error> {
    if !(1..=SCORE_ONE).contains(&config.threshold) {
        return Err(Error::Config { field: "threshold", reason: "is not within 1 to 1000000" });
    }
    if !(0..=SCORE_ONE).contains(&config.margin) {
        return Err(Error::Config { field: "margin", reason: "is not within 0 to 1000000" });
    }
    if !(-SCORE_ONE..=SCORE_ONE).contains(&config.floor) {
        let reason = "is not within -1000000 to 1000000";
        return Err(Error::Config { field: "floor", reason });
    }
    Ok(())
}

fn check_limits(limits: &Limits) -> Result<(), Error> {
    let bounds: [(&'static str, usize, usize); 7] = [
        ("max_members", limits.members, crate::limits::MEMBERS),
        ("max_face_templates", limits.face_templates, crate::limits::FACE_TEMPLATES),
        ("max_finger_templates", limits.finger_templates, crate::limits::FINGER_TEMPLATES),
        ("max_template_bytes", limits.template_bytes, crate::limits::TEMPLATE_BYTES),
        ("max_opaque_bytes", limits.opaque_bytes, crate::limits::OPAQUE_BYTES),
        ("max_json_bytes", limits.json_bytes, crate::limits::JSON_BYTES),
        ("max_record_bytes", limits.record_bytes, crate::limits::RECORD_BYTES),
    ];
    for (field, value, most) in bounds {
        if value == 0 {
            return Err(Error::Config { field, reason: "is zero" });
        }
        if value > most {
            return Err(Error::Config { field, reason: "is above the largest value allowed" });
        }
    }
    Ok(())
}
