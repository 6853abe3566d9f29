//! The trials of verification.

use ndarray::Array2;
use rayon::prelude::*;

use super::trials::{ImpostorCount, Trial, Trials};
use crate::data::{Label, Labels, Pairs, Role};

/// Which impostor pairs are made. Genuine pairs are the same in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Every pair of samples of two fingers.
    AllImpostors,
    /// First impressions only, the rule of FVC.
    Fvc,
}

/// The trials of a score matrix.
#[must_use]
pub fn verification(labels: &Labels, scores: &Array2<f32>, protocol: Protocol) -> Trials {
    let first = |label: Label| protocol == Protocol::AllImpostors || labels.is_first(label);
    let rows = || labels.probes.par_iter().enumerate();
    let cells = |row: usize, probe: Label| {
        let columns = labels.references.iter().enumerate();
        let verified = columns.filter(move |(_, reference)| labels.is_verified(probe, **reference));
        verified.map(move |(column, reference)| (scores[(row, column)], *reference))
    };
    let genuine = rows().flat_map_iter(|(row, &probe)| {
        let own = cells(row, probe).filter(move |cell| cell.1.finger == probe.finger);
        own.map(move |(score, _)| Trial::one(score, probe.finger))
    });
    let impostor = rows().filter(|(_, probe)| first(**probe)).flat_map_iter(|(row, &probe)| {
        let others =
            cells(row, probe).filter(move |cell| cell.1.finger != probe.finger && first(cell.1));
        others.map(move |(score, other)| Trial::two(score, probe.finger, other.finger))
    });
    let counts = |side: &[Label]| {
        let mut counts = vec![0; labels.fingers.len()];
        for &label in side.iter().filter(|label| label.role != Role::Filler && first(**label)) {
            counts[label.finger as usize] += 1;
        }
        counts
    };
    let (probes, references) = (counts(&labels.probes), counts(&labels.references));
    let count = match labels.pairs {
        Pairs::Once => ImpostorCount::Before(probes, references),
        Pairs::Both => ImpostorCount::Others(probes, references),
    };
    Trials::counted(genuine.collect(), impostor.collect(), count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Sample, Source};
    use proptest::prelude::*;

    fn side(names: &[(u8, u8)]) -> Vec<Sample> {
        let sample = |&(finger, impression): &(u8, u8)| Sample {
            name: format!("{finger}_{impression}"),
            finger: finger.to_string(),
            impression: impression.to_string(),
            role: None,
            source: Source::Absent,
        };
        names.iter().map(sample).collect()
    }

    proptest! {
        /// What the counts say is what the sum of the trials' weights says.
        #[test]
        fn counts_are_sums(
            references in prop::collection::btree_set((0u8..5, 0u8..4), 1..20),
            probes in prop::collection::btree_set((0u8..5, 0u8..4), 1..20),
            drawn in prop::collection::vec(0u32..4, 5),
            both in any::<bool>(),
        ) {
            let [references, probes] =
                [references, probes].map(|set| side(&set.into_iter().collect::<Vec<_>>()));
            let pairs = if both { Pairs::Both } else { Pairs::Once };
            let labels = Labels::new(&references, &probes, pairs, u32::MAX);
            let scores = Array2::zeros((probes.len(), references.len()));
            for protocol in [Protocol::AllImpostors, Protocol::Fvc] {
                let trials = verification(&labels, &scores, protocol);
                let sum: u64 = trials.impostor().iter().map(|trial| trial.weight(&drawn)).sum();
                prop_assert_eq!(trials.impostor_weight(&drawn), sum);
                let ones = vec![1; labels.fingers.len()];
                prop_assert_eq!(trials.impostor_weight(&ones), trials.impostor().len() as u64);
            }
        }
    }
}
