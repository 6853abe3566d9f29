//! Which cells of a score matrix mean what. A row is a probe, a column a reference.

use super::natural::natural;
use super::sample::{Role, Sample};
use std::collections::BTreeMap;

/// Which of the two directions of a pair are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Pairs {
    /// Every unordered pair once, the earlier sample (by finger, then impression) as the
    /// reference: the rule of FVC.
    #[default]
    Once,
    /// Both directions.
    Both,
}

/// One sample as numbers. The order of the numbers is the natural order of the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// Position in [`Labels::fingers`].
    pub finger: u32,
    /// Position among all impressions of the database.
    pub impression: u32,
    /// Its part in identification.
    pub role: Role,
}

impl Label {
    fn key(&self) -> (u32, u32) {
        (self.finger, self.impression)
    }
}

/// The labels of both sides of a score matrix.
#[derive(Clone, Debug)]
pub struct Labels {
    /// All fingers of both sides, in natural order.
    pub fingers: Vec<String>,
    /// The columns.
    pub references: Vec<Label>,
    /// The rows.
    pub probes: Vec<Label>,
    /// Which directions count in verification.
    pub pairs: Pairs,
    /// The first impression of each finger, on either side.
    first: Vec<u32>,
    /// Genuine pairs are those of the first so many impressions of a finger.
    genuine: u32,
    /// The place of each impression among those of its finger.
    place: BTreeMap<(u32, u32), u32>,
}

impl Labels {
    /// Labels of two sides. Where no sample has a role, the first impression of a finger is
    /// enrolled and all others are probes. `genuine` bounds the impressions of one finger
    /// that make genuine pairs, so that a few fingers do not outweigh all others.
    #[must_use]
    pub fn new(references: &[Sample], probes: &[Sample], pairs: Pairs, genuine: u32) -> Labels {
        let all = || references.iter().chain(probes);
        let fingers = sorted(all().map(|sample| &*sample.finger));
        let impressions = sorted(all().map(|sample| &*sample.impression));
        let label = |sample: &Sample| Label {
            finger: position(&fingers, &sample.finger),
            impression: position(&impressions, &sample.impression),
            role: sample.role.unwrap_or(Role::Unused),
        };
        let mut keys: Vec<(u32, u32)> = all().map(|sample| label(sample).key()).collect();
        keys.sort_unstable();
        keys.dedup();
        let (mut first, mut place) = (vec![u32::MAX; fingers.len()], BTreeMap::new());
        let mut count = vec![0; fingers.len()];
        for &(finger, impression) in &keys {
            let at = finger as usize;
            first[at] = first[at].min(impression);
            place.insert((finger, impression), count[at]);
            count[at] += 1;
        }
        let roles = all().any(|sample| sample.role.is_some());
        let own = |sample: &Sample| {
            let label = label(sample);
            let is_first = first[label.finger as usize] == label.impression;
            let role = if is_first { Role::Gallery } else { Role::Probe };
            if roles { label } else { Label { role, ..label } }
        };
        let (references, probes) =
            (references.iter().map(own).collect(), probes.iter().map(own).collect());
        let fingers = fingers.into_iter().map(str::to_owned).collect();
        Labels { fingers, references, probes, pairs, first, genuine, place }
    }

    /// Whether the sample is the first impression of its finger, which is what FVC's
    /// impostor pairs are made of.
    #[must_use]
    pub fn is_first(&self, label: Label) -> bool {
        self.first[label.finger as usize] == label.impression
    }

    /// Whether a cell is a comparison of verification: not a picture with itself, not both
    /// directions unless asked for, no fillers, no genuine pair beyond the bound.
    #[must_use]
    pub fn is_verified(&self, probe: Label, reference: Label) -> bool {
        let wanted = match self.pairs {
            Pairs::Once => reference.key() < probe.key(),
            Pairs::Both => reference.key() != probe.key(),
        };
        let fillers = [probe.role, reference.role].contains(&Role::Filler);
        let few = |label: Label| self.place[&label.key()] < self.genuine;
        let genuine = probe.finger == reference.finger;
        wanted && !fillers && (!genuine || (few(probe) && few(reference)))
    }

    /// Whether a cell is a comparison of identification: a probe or stranger against what
    /// is enrolled.
    #[must_use]
    pub fn is_searched(&self, probe: Label, reference: Label) -> bool {
        matches!(probe.role, Role::Probe | Role::Stranger)
            && matches!(reference.role, Role::Gallery | Role::Filler)
            && probe.key() != reference.key()
    }

    /// Whether a cell is compared at all.
    #[must_use]
    pub fn is_wanted(&self, probe: Label, reference: Label) -> bool {
        self.is_verified(probe, reference) || self.is_searched(probe, reference)
    }
}

/// The distinct names in natural order.
fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable_by(|a, b| natural(a, b));
    names.dedup();
    names
}

fn position(names: &[&str], name: &str) -> u32 {
    let found = names.binary_search_by(|other| natural(other, name));
    crate::number::small(found.unwrap_or_else(|at| at))
}

#[cfg(test)]
mod tests {
    use super::super::sample::Source;
    use super::*;

    fn samples(names: &[(&str, &str)]) -> Vec<Sample> {
        let sample = |&(finger, impression): &(&str, &str)| Sample {
            name: format!("{finger}_{impression}"),
            finger: finger.to_owned(),
            impression: impression.to_owned(),
            role: None,
            source: Source::Absent,
        };
        names.iter().map(sample).collect()
    }

    fn count(labels: &Labels, wanted: impl Fn(Label, Label) -> bool) -> usize {
        let cells =
            labels.probes.iter().flat_map(|&p| labels.references.iter().map(move |&r| (p, r)));
        cells.filter(|&(p, r)| wanted(p, r)).count()
    }

    #[test]
    fn pairs_of_the_fvc_protocol_are_as_many_as_it_says() {
        let names: Vec<(String, String)> =
            (0..10).flat_map(|f| (1..=8).map(move |i| (f.to_string(), i.to_string()))).collect();
        let names: Vec<(&str, &str)> = names.iter().map(|(f, i)| (&**f, &**i)).collect();
        let set = samples(&names);
        let labels = Labels::new(&set, &set, Pairs::Once, u32::MAX);
        let genuine = |p: Label, r: Label| p.finger == r.finger && labels.is_verified(p, r);
        let impostor = |p: Label, r: Label| p.finger != r.finger && labels.is_verified(p, r);
        let first = |p, r| impostor(p, r) && labels.is_first(p) && labels.is_first(r);
        assert_eq!(count(&labels, genuine), 280);
        assert_eq!(count(&labels, impostor), 2880);
        assert_eq!(count(&labels, first), 45);
        assert_eq!(count(&labels, |p, r| labels.is_searched(p, r)), 700);
        let both = Labels::new(&set, &set, Pairs::Both, u32::MAX);
        assert_eq!(count(&both, |p, r| both.is_verified(p, r)), 2 * (280 + 2880));
        let few = Labels::new(&set, &set, Pairs::Once, 3);
        let genuine = |p: Label, r: Label| p.finger == r.finger && few.is_verified(p, r);
        assert_eq!(count(&few, genuine), 30);
    }

    #[test]
    fn two_extractors_never_meet_on_one_picture_and_the_order_does_not_matter() {
        let (a, b) =
            (samples(&[("2", "1"), ("10", "1"), ("2", "9")]), samples(&[("2", "9"), ("2", "10")]));
        let labels = Labels::new(&a, &b, Pairs::Both, u32::MAX);
        assert_eq!(labels.fingers, ["2", "10"]);
        let verified =
            |p: usize, r: usize| labels.is_verified(labels.probes[p], labels.references[r]);
        assert!(verified(0, 0) && verified(0, 1) && !verified(0, 2) && verified(1, 2));
        assert_eq!(labels.references[0].role, Role::Gallery);
        assert!(labels.probes.iter().all(|probe| probe.role == Role::Probe));
    }

    #[test]
    fn roles_decide_who_is_searched_and_fillers_are_only_searched() {
        let mut set = samples(&[("a", "1"), ("a", "2"), ("b", "1"), ("c", "1"), ("d", "1")]);
        let roles = [Role::Gallery, Role::Probe, Role::Stranger, Role::Filler, Role::Unused];
        set.iter_mut().zip(roles).for_each(|(sample, role)| sample.role = Some(role));
        let labels = Labels::new(&set, &set, Pairs::Once, u32::MAX);
        let cells = |wanted: fn(&Labels, Label, Label) -> bool| -> Vec<(usize, usize)> {
            let all = (0..5).flat_map(|p| (0..5).map(move |r| (p, r)));
            all.filter(|&(p, r)| wanted(&labels, labels.probes[p], labels.references[r])).collect()
        };
        assert_eq!(cells(Labels::is_searched), [(1, 0), (1, 3), (2, 0), (2, 3)]);
        assert_eq!(cells(Labels::is_verified), [(1, 0), (2, 0), (2, 1), (4, 0), (4, 1), (4, 2)]);
    }
}
