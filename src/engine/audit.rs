//! Many faces at once: several probes, and everybody against everybody.

use std::ops::ControlFlow;

use super::Engine;
use super::decision::Decision;
use super::gallery::Gallery;
use super::identify::{Query, Search};
use super::member::MemberId;
use super::probe::Probe;
use super::snapshot::Snapshot;
use crate::error::Error;
use crate::index::{
    Answer, Pair, PairEvent, PreparedQuery, SCORE_ONE, SearchParams, TopK, VectorIndex,
};
use crate::limits;
use crate::opaque::{Matcher, NOT_COMPARED, OpaqueEvent, OpaqueIndex};
use crate::template::{Modality, TemplateFormat};

/// Two templates of different members that are too much alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duplicate {
    /// The member whose key (`userid`, `user_type`) comes first.
    pub member: MemberId,
    /// Slot of that member's template.
    pub slot: u8,
    /// The other member.
    pub other: MemberId,
    /// Slot of the other template.
    pub other_slot: u8,
    /// Cosine in millionths, or what a vendor's comparison says.
    pub score: i32,
}

/// How far a search for duplicates has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Templates that were compared with all that come after them.
    pub done: usize,
    /// All templates of the algorithm.
    pub total: usize,
}

impl Engine {
    /// As [`Engine::identify_face`] for each probe, on one state of the gallery, which
    /// is read once for up to 16 probes: what a camera sees in one picture, or an audit.
    /// Works on the heap. Opaque probes are compared one after another, each with the
    /// whole budget of its matcher.
    ///
    /// # Errors
    /// A probe cannot be used or a vendor's comparison fails ([`Error::Element`] names the probe),
    /// or there are more than [`limits::PROBES`]. Nothing is decided then.
    pub fn identify_faces(&self, probes: &[Probe<'_>], now: i64) -> Result<Vec<Decision>, Error> {
        if probes.len() > limits::PROBES {
            return Err(Error::Argument { name: "count", reason: "is above 64" });
        }
        let (algorithms, mut answers) = self.prepare_all(probes)?;
        let snapshot = self.shared.load_full();
        let mut decisions = Vec::with_capacity(probes.len());
        let mut left = &mut answers[..];
        // Neighbours of one algorithm share a reading: nearly always all of them.
        for run in algorithms.chunk_by(|a, b| a == b) {
            if self.settings.matchers[run[0]].is_some() {
                let of_run = &probes[decisions.len()..][..run.len()];
                self.decide_opaque(&snapshot, run[0], of_run, now, &mut decisions)?;
                continue;
            }
            let (answers, rest) = left.split_at_mut(run.len());
            self.decide_run(&snapshot, run[0], answers, now, &mut decisions)?;
            left = rest;
        }
        Ok(decisions)
    }

    /// The algorithm of each probe, and the vectors among them, prepared. Not inlined: what a
    /// vector needs of the stack until it is in its place is not needed during the search.
    #[inline(never)]
    #[expect(clippy::type_complexity, reason = "two lists")]
    fn prepare_all(
        &self,
        probes: &[Probe<'_>],
    ) -> Result<(Vec<usize>, Vec<(PreparedQuery, TopK)>), Error> {
        let mut algorithms = Vec::with_capacity(probes.len());
        let mut answers = Vec::with_capacity(probes.len());
        for (position, probe) in probes.iter().enumerate() {
            let named = |error| Error::Element { position, error: Box::new(error) };
            let algorithm = self.algorithm(Modality::Face, probe.algorithm()).map_err(named)?;
            match &self.settings.registry.algorithms()[algorithm].format {
                TemplateFormat::Vector(format) => {
                    answers.push((probe.prepare(format).map_err(named)?, TopK::new()));
                }
                TemplateFormat::Opaque => drop(probe.prepare_opaque().map_err(named)?),
                TemplateFormat::Minutiae(_) => return Err(named(Error::NotVectors)),
            }
            algorithms.push(algorithm);
        }
        Ok((algorithms, answers))
    }

    /// Probes of one opaque algorithm.
    #[inline(never)]
    fn decide_opaque(
        &self,
        snapshot: &Snapshot,
        algorithm: usize,
        probes: &[Probe<'_>],
        now: i64,
        decisions: &mut Vec<Decision>,
    ) -> Result<(), Error> {
        for probe in probes {
            let position = decisions.len();
            let named = |error| Error::Element { position, error: Box::new(error) };
            let comparison = self.comparison(algorithm, probe).map_err(named)?;
            let (settings, query) = (&self.settings, Query::Opaque(&comparison));
            let pool = self.pool.as_ref();
            let search = Search { settings, snapshot, algorithm, query, pool };
            decisions.push(search.identify(now).map_err(named)?);
        }
        Ok(())
    }

    /// Probes of one algorithm of vectors.
    fn decide_run(
        &self,
        snapshot: &Snapshot,
        algorithm: usize,
        answers: &mut [Answer],
        now: i64,
        decisions: &mut Vec<Decision>,
    ) -> Result<(), Error> {
        if let Gallery::Vectors(index) = &snapshot.galleries[algorithm] {
            let key = |owner| snapshot.members.get(owner).map(|member| member.key());
            let params = SearchParams { k: 2, floor: self.settings.scores[algorithm].floor };
            index.search_batch(answers, params, |a, b| key(a).cmp(&key(b)))?;
        }
        for (query, top) in answers {
            let query = Query::Vector(query);
            let search =
                Search { settings: &self.settings, snapshot, algorithm, query, pool: None };
            decisions.push(search.decide(top, now)?);
        }
        Ok(())
    }

    /// Finds all pairs of templates of different members that score at least `threshold`
    /// (1 to [`SCORE_ONE`]; of opaque templates any score): persons who are enrolled twice, or
    /// look-alikes. One state of the gallery is searched; identification and sync go on beside
    /// it. Works on the heap.
    ///
    /// Of opaque templates the one is the probe and the other not, as they happen to lie. There
    /// is no budget of time for them: `progress` may end the search.
    ///
    /// `algorithm`: a name; `None` is the first one configured for faces.
    /// `found` takes each pair once; `progress` hears now and then how far it is.
    /// Either may break, which ends the search.
    ///
    /// # Errors
    /// An unknown algorithm or one of minutiae, a threshold out of range, [`Error::Cancelled`], a
    /// vendor's comparison that fails.
    pub fn duplicates(
        &self,
        algorithm: Option<&str>,
        threshold: i32,
        mut found: impl FnMut(&Duplicate) -> ControlFlow<()>,
        progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let algorithm = self.algorithm(Modality::Face, algorithm)?;
        let snapshot = self.shared.load_full();
        let take = |pair: Pair| match duplicate(&snapshot, pair) {
            Some(duplicate) => found(&duplicate),
            None => ControlFlow::Continue(()),
        };
        let matcher = self.settings.matchers[algorithm].as_ref();
        let end = match (&snapshot.galleries[algorithm], matcher) {
            (Gallery::Vectors(index), _) => vector_pairs(index, threshold, take, progress)?,
            (Gallery::Opaque(index), Some(matcher)) => {
                opaque_pairs(index, matcher, threshold, take, progress)?
            }
            _ => return Err(Error::NotVectors),
        };
        if end.is_break() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

fn vector_pairs(
    index: &VectorIndex,
    threshold: i32,
    mut take: impl FnMut(Pair) -> ControlFlow<()>,
    mut progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Error> {
    if !(1..=SCORE_ONE).contains(&threshold) {
        let reason = "is not within 1 to 1000000";
        return Err(Error::Argument { name: "threshold", reason });
    }
    Ok(index.pairs(threshold, |event| match event {
        PairEvent::Progress { done, total } => progress(Progress { done, total }),
        PairEvent::Pair(pair) => take(pair),
    }))
}

fn opaque_pairs(
    index: &OpaqueIndex,
    matcher: &Matcher,
    threshold: i32,
    mut take: impl FnMut(Pair) -> ControlFlow<()>,
    mut progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Error> {
    if threshold == NOT_COMPARED {
        return Err(Error::Argument { name: "threshold", reason: "is no score" });
    }
    Ok(index.pairs(matcher, threshold, |event| match event {
        OpaqueEvent::Progress { done, total } => progress(Progress { done, total }),
        OpaqueEvent::Pair(one, other) => take(Pair {
            owner: one.owner,
            slot: one.slot,
            other: other.owner,
            other_slot: other.slot,
            score: one.score,
        }),
    })?)
}

/// A pair, with the members' names.
fn duplicate(snapshot: &Snapshot, pair: Pair) -> Option<Duplicate> {
    let member = |owner| snapshot.members.get(owner);
    let (one, other) = (member(pair.owner)?, member(pair.other)?);
    let (mut first, mut second) = ((one, pair.slot), (other, pair.other_slot));
    if one.key() > other.key() {
        core::mem::swap(&mut first, &mut second);
    }
    let (member, other) = (first.0.id()?, second.0.id()?);
    Some(Duplicate { member, slot: first.1, other, other_slot: second.1, score: pair.score })
}
