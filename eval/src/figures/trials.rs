//! Genuine and impostor trials: scores, and whose they are.

use rayon::prelude::*;

/// One comparison or search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// Higher is more alike; never not-a-number.
    pub score: f32,
    /// The finger whose sample was the probe.
    pub finger: u32,
    /// The finger of the reference, if it is another one that counts as drawn, too.
    pub other: Option<NonMaxU32>,
}

/// A finger's number, one less than fits, so that an absent one takes no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NonMaxU32(core::num::NonZeroU32);

impl NonMaxU32 {
    fn new(finger: u32) -> Option<NonMaxU32> {
        core::num::NonZeroU32::new(finger.wrapping_add(1)).map(NonMaxU32)
    }

    fn get(self) -> u32 {
        self.0.get() - 1
    }
}

impl Trial {
    /// A trial of one finger: a genuine comparison, or a search.
    #[must_use]
    pub fn one(score: f32, finger: u32) -> Trial {
        Trial { score, finger, other: None }
    }

    /// A trial of two fingers.
    #[must_use]
    pub fn two(score: f32, finger: u32, other: u32) -> Trial {
        Trial { score, finger, other: NonMaxU32::new(other) }
    }

    /// How often it counts if finger `f` was drawn `drawn[f]` times: two fingers that were
    /// drawn twice and three times meet six times.
    #[inline]
    pub(super) fn weight(&self, drawn: &[u32]) -> u64 {
        let own = u64::from(drawn[self.finger as usize]);
        match self.other {
            Some(other) => own * u64::from(drawn[other.get() as usize]),
            None => own,
        }
    }
}

/// All trials of a protocol.
#[derive(Clone, Debug)]
pub struct Trials {
    genuine: Vec<Trial>,
    impostor: Vec<Trial>,
    count: ImpostorCount,
}

/// How the weight of all impostor trials together is found.
#[derive(Clone, Debug)]
pub(super) enum ImpostorCount {
    /// By adding it up.
    Sum,
    /// Every probe against every reference of a finger that is before its own: from the
    /// number of probes and of references of each finger.
    Before(Vec<u64>, Vec<u64>),
    /// The same with every other finger.
    Others(Vec<u64>, Vec<u64>),
}

impl Trials {
    /// Trials in any order.
    #[must_use]
    pub fn new(genuine: Vec<Trial>, impostor: Vec<Trial>) -> Trials {
        Trials::counted(genuine, impostor, ImpostorCount::Sum)
    }

    pub(super) fn counted(
        mut genuine: Vec<Trial>,
        mut impostor: Vec<Trial>,
        count: ImpostorCount,
    ) -> Trials {
        for list in [&mut genuine, &mut impostor] {
            list.par_sort_unstable_by(|a, b| b.score.total_cmp(&a.score));
        }
        Trials { genuine, impostor, count }
    }

    /// Best first.
    #[must_use]
    pub fn genuine(&self) -> &[Trial] {
        &self.genuine
    }

    /// Best first.
    #[must_use]
    pub fn impostor(&self) -> &[Trial] {
        &self.impostor
    }

    pub(super) fn genuine_weight(&self, drawn: &[u32]) -> u64 {
        self.genuine.iter().map(|trial| trial.weight(drawn)).sum()
    }

    /// The sum of the weights of all impostor trials. From the counts where it can be:
    /// forty million additions a replicate would be most of the work.
    pub(super) fn impostor_weight(&self, drawn: &[u32]) -> u64 {
        let drawn = |finger: usize| u64::from(drawn[finger]);
        match &self.count {
            ImpostorCount::Sum => self
                .impostor
                .iter()
                .map(|t| {
                    let other = t.other.map_or(1, |other| drawn(other.get() as usize));
                    drawn(t.finger as usize) * other
                })
                .sum(),
            ImpostorCount::Before(probes, references) => {
                let (mut before, mut sum) = (0, 0);
                for (finger, (p, r)) in probes.iter().zip(references).enumerate() {
                    sum += drawn(finger) * p * before;
                    before += drawn(finger) * r;
                }
                sum
            }
            ImpostorCount::Others(probes, references) => {
                let total = |counts: &[u64]| -> u64 {
                    counts.iter().enumerate().map(|(finger, n)| drawn(finger) * n).sum()
                };
                let both = probes.iter().zip(references).enumerate();
                let own: u64 = both.map(|(finger, (p, r))| drawn(finger).pow(2) * p * r).sum();
                total(probes) * total(references) - own
            }
        }
    }
}
