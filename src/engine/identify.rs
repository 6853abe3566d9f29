//! From a probe to a decision. Reads one snapshot; allocates nothing, but for fingers.

use core::cmp::Ordering;

use super::config::Settings;
use super::decision::{Access, Candidate, Decision, Reason};
use super::gallery::Gallery;
use super::member::{IndexedTemplate, Member};
use super::snapshot::Snapshot;
use crate::error::Error;
use crate::fingerprint::{FingerIndex, FingerProbe, FingerScratch, second_stage};
use crate::gallery::{SearchParams, TopK};
use crate::index::{PreparedQuery, VectorIndex};
use crate::opaque::{Comparison, OpaqueIndex};
use crate::protocol::UserType;
use crate::rules::{self, MemberType, Outcome};

/// A probe, prepared for one algorithm, and one state of the gallery.
pub(super) struct Search<'a> {
    pub(super) settings: &'a Settings,
    pub(super) snapshot: &'a Snapshot,
    /// Position of the algorithm in the registry.
    pub(super) algorithm: usize,
    pub(super) query: Query<'a>,
    /// Search threads beside this one.
    pub(super) pool: Option<&'a rayon::ThreadPool>,
}

/// The probe, in the form in which its gallery compares it.
#[derive(Clone, Copy)]
pub(super) enum Query<'a> {
    Vector(&'a PreparedQuery),
    Finger(&'a FingerProbe),
    Opaque(&'a Comparison<'a>),
}

impl Search<'_> {
    /// Who is it, and may that member pass?
    pub(super) fn identify(&self, now: i64) -> Result<Decision, Error> {
        let top = self.top(2, self.settings.scores[self.algorithm].floor)?;
        self.decide(&top, now)
    }

    /// The decision that follows from the best two members at or above the floor.
    pub(super) fn decide(&self, top: &TopK, now: i64) -> Result<Decision, Error> {
        let undecided = self.undecided(now);
        let Some(best) = top.as_slice().first() else {
            let reason = if self.gallery().len() == 0 {
                Reason::EmptyGallery
            } else {
                Reason::BelowThreshold
            };
            return Ok(Decision { reason, ..undecided });
        };
        let score = Some(best.score);
        // A vendor's scores may lie farther apart than an i32 tells; then they are far enough.
        let margin = top.as_slice().get(1).map(|other| best.score.saturating_sub(other.score));
        if best.score < undecided.threshold {
            return Ok(Decision { reason: Reason::BelowThreshold, score, margin, ..undecided });
        }
        let Some(member) = self.snapshot.members.get(best.owner) else { return Ok(undecided) };
        let found =
            Decision { member: member.id(), score, margin, slot: Some(best.slot), ..undecided };
        if margin.is_some_and(|margin| margin < self.least_margin()) {
            return Ok(Decision { reason: Reason::Ambiguous, ..found });
        }
        self.gate(member, found)
    }

    /// Is it this member, and may they pass?
    pub(super) fn verify(&self, userid: &str, kind: UserType, now: i64) -> Result<Decision, Error> {
        let members = &self.snapshot.members;
        let number = members.find(userid, kind).ok_or(Error::UnknownMember)?;
        let member = members.get(number).ok_or(Error::UnknownMember)?;
        if self.templates(member).next().is_none() {
            return Err(Error::NoTemplate);
        }
        let best = self.best_slot(member, |_| true)?;
        let undecided = self.undecided(now);
        let Some((score, slot)) = best.filter(|&(score, _)| score >= undecided.threshold) else {
            // A vendor's comparison may also leave all of the member's templates out.
            let (reason, score) = (Reason::BelowThreshold, best.map(|(score, _)| score));
            return Ok(Decision { reason, score, ..undecided });
        };
        let (score, slot) = (Some(score), Some(slot));
        self.gate(member, Decision { member: member.id(), score, slot, ..undecided })
    }

    /// The best candidates at or above `floor`, best first.
    pub(super) fn candidates(
        &self,
        floor: i32,
        most: usize,
        mut take: impl FnMut(Candidate),
    ) -> Result<(), Error> {
        let top = self.top(most, floor)?;
        for hit in top.as_slice() {
            let member = self.snapshot.members.get(hit.owner).and_then(|member| member.id());
            if let Some(member) = member {
                take(Candidate { member, score: hit.score, slot: hit.slot });
            }
        }
        Ok(())
    }

    /// The member is found: is the template current, and do the rules allow it?
    fn gate(&self, member: &Member, found: Decision) -> Result<Decision, Error> {
        let is_stale = |held: &IndexedTemplate| held.stale && Some(held.slot) == found.slot;
        let mut decision = found;
        if self.templates(member).any(is_stale) {
            // Another slot of the same person may be current and good enough.
            match self.current(member, found)? {
                Some(current) => decision = current,
                None => return Ok(Decision { reason: Reason::Stale, ..found }),
            }
        }
        let reason = access(self.settings, member, found.time);
        Ok(Decision { reason, ..decision })
    }

    /// What was found, on current templates alone. They must say it by
    /// themselves: a stale one may have been withdrawn because it shows
    /// somebody else, so the lead that it has over others counts for nothing. Nobody
    /// else at or above the floor is nobody within the margin of the threshold.
    fn current(&self, member: &Member, found: Decision) -> Result<Option<Decision>, Error> {
        let best = self.best_slot(member, |held| !held.stale)?;
        let Some(((score, slot), before)) = best.zip(found.score) else { return Ok(None) };
        let behind = before.saturating_sub(score);
        let margin = found.margin.map(|margin| margin.saturating_sub(behind));
        let is_enough =
            score >= found.threshold && margin.is_none_or(|margin| margin >= self.least_margin());
        let current = Decision { score: Some(score), slot: Some(slot), margin, ..found };
        Ok(is_enough.then_some(current))
    }

    /// Two members with the same score are ambiguous at any margin.
    fn least_margin(&self) -> i32 {
        self.settings.scores[self.algorithm].margin.max(1)
    }

    fn undecided(&self, now: i64) -> Decision {
        Decision {
            reason: Reason::EmptyGallery,
            member: None,
            score: None,
            margin: None,
            slot: None,
            threshold: self.settings.scores[self.algorithm].threshold,
            time: now,
            generation: self.snapshot.generation,
        }
    }

    fn gallery(&self) -> &Gallery {
        &self.snapshot.galleries[self.algorithm]
    }

    fn top(&self, most: usize, floor: i32) -> Result<TopK, Error> {
        let members = &self.snapshot.members;
        let key = |owner| members.get(owner).map(|member| member.key());
        let mut top = TopK::new();
        let params = SearchParams { k: most, floor };
        let tie = |a, b| key(a).cmp(&key(b));
        match (self.gallery(), self.query) {
            (Gallery::Vectors(index), Query::Vector(query)) => {
                self.search_vectors(index, query, params, tie, &mut top)?;
            }
            (Gallery::Fingers(index), Query::Finger(probe)) => {
                self.search_fingers(index, probe, params, tie, &mut top);
            }
            (Gallery::Opaque(index), Query::Opaque(comparison)) => {
                self.search_opaque(index, comparison, params, tie, &mut top)?;
            }
            _ => return Err(Error::NotVectors),
        }
        Ok(top)
    }

    /// Not inlined: what faces need of the stack is not needed at the same time.
    #[inline(never)]
    fn search_vectors(
        &self,
        index: &VectorIndex,
        query: &PreparedQuery,
        params: SearchParams,
        tie: impl Fn(u32, u32) -> Ordering + Sync + Send,
        top: &mut TopK,
    ) -> Result<(), Error> {
        match self.pool.filter(|_| index.is_worth_threads()) {
            None => index.search(query, params, tie, top)?,
            Some(pool) => pool.install(|| index.search_threaded(query, params, tie, top))?,
        }
        Ok(())
    }

    /// Works on the heap: eight bytes a template, and what comparisons work in.
    #[inline(never)]
    fn search_fingers(
        &self,
        index: &FingerIndex,
        probe: &FingerProbe,
        params: SearchParams,
        tie: impl Fn(u32, u32) -> Ordering + Sync + Send,
        top: &mut TopK,
    ) {
        let mut scratch = FingerScratch::new();
        match self.pool.filter(|_| index.is_worth_threads()) {
            None => index.search(probe, params, &mut second_stage(), tie, &mut scratch, top),
            Some(pool) => pool.install(|| {
                index.search_threaded(probe, params, second_stage, tie, &mut scratch, top);
            }),
        }
    }

    /// The vendor's comparison may want stack too.
    #[inline(never)]
    fn search_opaque(
        &self,
        index: &OpaqueIndex,
        comparison: &Comparison<'_>,
        params: SearchParams,
        tie: impl Fn(u32, u32) -> Ordering + Sync + Send,
        top: &mut TopK,
    ) -> Result<(), Error> {
        match self.pool.filter(|_| index.is_worth_threads()) {
            None => index.search(comparison, params, tie, top)?,
            Some(pool) => pool.install(|| index.search_threaded(comparison, params, tie, top))?,
        }
        Ok(())
    }

    fn templates<'m>(&self, member: &'m Member) -> impl Iterator<Item = &'m IndexedTemplate> {
        let algorithm = self.algorithm;
        member.indexed().filter(move |held| held.algorithm == algorithm)
    }

    /// Best score and slot among the member's templates of this algorithm. Fails only where a
    /// vendor's comparison does.
    fn best_slot(
        &self,
        member: &Member,
        wanted: impl Fn(&IndexedTemplate) -> bool,
    ) -> Result<Option<(i32, u8)>, Error> {
        let wanted = self.templates(member).filter(|held| wanted(held));
        if let (Gallery::Opaque(index), Query::Opaque(comparison)) = (self.gallery(), self.query) {
            let handles = wanted.flat_map(|held| held.handles.as_slice()).copied();
            let best = index.verify(comparison, handles)?;
            return Ok(best.map(|best| (best.score, best.slot)));
        }
        let best = wanted
            .filter_map(|held| match (self.gallery(), self.query) {
                (Gallery::Vectors(index), Query::Vector(query)) => {
                    index.verify(query, held.handles.as_slice()).ok().flatten()
                }
                (Gallery::Fingers(index), Query::Finger(probe)) => {
                    index.verify(probe, held.handles.as_slice(), &mut second_stage()).ok().flatten()
                }
                _ => None,
            })
            .map(|candidate| (candidate.score, candidate.slot))
            .max_by_key(|(score, slot)| (*score, std::cmp::Reverse(*slot)));
        Ok(best)
    }
}

/// What the member's rules say.
pub(super) fn access(settings: &Settings, member: &Member, now: i64) -> Reason {
    let kind = member_type(member.user_type);
    let student = settings.student_default_pass;
    match rules::evaluate(&member.rules, kind, now, &settings.zone, student) {
        Outcome::Pass(reason) => Reason::Pass(reason),
        Outcome::Deny(reason) => Reason::Deny(reason),
    }
}

/// What the member's rules say, and until when.
pub(super) fn access_until(settings: &Settings, member: &Member, now: i64) -> Access {
    let next_change = rules::next_change(&member.rules, now, &settings.zone);
    Access { reason: access(settings, member, now), next_change }
}

fn member_type(user_type: UserType) -> MemberType {
    match user_type {
        UserType::Staff => MemberType::Staff,
        UserType::Visitor => MemberType::Visitor,
        UserType::Student => MemberType::Student,
    }
}
