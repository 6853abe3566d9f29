//! Identification: every probe against the gallery, the best template of each finger.

use ndarray::Array2;

use super::draw::{Draw, Purpose};
use super::trials::{Trial, Trials};
use crate::LOWEST;
use crate::data::{Labels, Role};

/// Random galleries of each size below the whole one; their searches are put together.
const GALLERIES: usize = 10;

/// The searches that labels ask for.
#[derive(Debug)]
pub struct Searches<'a> {
    labels: &'a Labels,
    scores: &'a Array2<f32>,
    /// The enrolled fingers, each with its columns.
    gallery: Vec<(u32, Vec<usize>)>,
    searches: Vec<Search>,
    /// Whether somebody is searched who is not enrolled.
    strangers: bool,
}

#[derive(Debug)]
struct Search {
    row: usize,
    finger: u32,
    /// Its place in the gallery, if it is enrolled.
    mate: Option<usize>,
}

impl<'a> Searches<'a> {
    /// `None` if nobody is enrolled or no enrolled finger is searched.
    #[must_use]
    pub fn new(labels: &'a Labels, scores: &'a Array2<f32>) -> Option<Searches<'a>> {
        let mut columns = vec![Vec::new(); labels.fingers.len()];
        for (column, reference) in labels.references.iter().enumerate() {
            if matches!(reference.role, Role::Gallery | Role::Filler) {
                columns[reference.finger as usize].push(column);
            }
        }
        let gallery: Vec<(u32, Vec<usize>)> = (0..)
            .zip(columns)
            .filter(|(_, columns): &(u32, Vec<usize>)| !columns.is_empty())
            .collect();
        let mate = |finger: u32| gallery.binary_search_by_key(&finger, |entry| entry.0).ok();
        let searched = labels.probes.iter().enumerate();
        let searches: Vec<Search> = searched
            .filter(|(_, probe)| matches!(probe.role, Role::Probe | Role::Stranger))
            .map(|(row, probe)| Search { row, finger: probe.finger, mate: mate(probe.finger) })
            .collect();
        let mated = searches.iter().any(|search| search.mate.is_some());
        let strangers = searches.iter().any(|search| search.mate.is_none());
        mated.then_some(Searches { labels, scores, gallery, searches, strangers })
    }

    /// Enrolled fingers.
    #[must_use]
    pub fn gallery_size(&self) -> usize {
        self.gallery.len()
    }

    /// Fingers that are searched and enrolled, and those that are only searched.
    #[must_use]
    pub fn searched(&self) -> (Vec<u32>, Vec<u32>) {
        let fingers = |mated: bool| {
            let own = self.searches.iter().filter(|search| search.mate.is_some() == mated);
            let mut fingers: Vec<u32> = own.map(|search| search.finger).collect();
            fingers.sort_unstable();
            fingers.dedup();
            fingers
        };
        (fingers(true), fingers(false))
    }

    /// Mated searches, and those of strangers.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let mated = self.searches.iter().filter(|search| search.mate.is_some()).count();
        (mated, self.searches.len() - mated)
    }

    /// Whether false positives are those of people who are not enrolled. If there are none,
    /// each enrolled probe is searched once more without its own finger.
    #[must_use]
    pub fn has_strangers(&self) -> bool {
        self.strangers
    }

    /// The best score of a finger's templates; [`LOWEST`] if there is none.
    fn score(&self, row: usize, at: usize) -> f32 {
        let probe = self.labels.probes[row];
        let columns = self.gallery[at]
            .1
            .iter()
            .filter(|&&column| self.labels.is_searched(probe, self.labels.references[column]));
        columns.map(|&column| self.scores[(row, column)]).fold(LOWEST, f32::max)
    }

    /// Finger and rank of each mated search in the whole gallery: one more than the other
    /// fingers that score as high or higher, so rank 1 is strictly first. `None` if
    /// the mate was not compared.
    #[must_use]
    pub fn ranks(&self) -> Vec<(u32, Option<usize>)> {
        let mated = self.searches.iter().filter_map(|search| Some((search, search.mate?)));
        mated
            .map(|(search, mate)| {
                let own = self.score(search.row, mate);
                let others = (0..self.gallery.len()).filter(|&at| at != mate);
                let ahead = others.filter(|&at| self.score(search.row, at) >= own).count();
                (search.finger, (own > LOWEST).then_some(1 + ahead))
            })
            .collect()
    }

    /// The searches in a gallery of `size` fingers, as trials: a genuine one scores what the
    /// mate does if it is strictly first, else [`LOWEST`]; an impostor one the best of
    /// those who are not the probe's. Galleries smaller than the whole are drawn at
    /// random, ten of them.
    #[must_use]
    pub fn trials(&self, size: usize, seed: u64, database: &str) -> Trials {
        let whole = self.gallery.len();
        let galleries = if size < whole { GALLERIES } else { 1 };
        let (mut genuine, mut impostor) = (Vec::new(), Vec::new());
        for number in 0..galleries {
            // A stream for each size and number.
            let stream = size * GALLERIES + number;
            let enrolled = if size < whole {
                Draw::new(seed, database, Purpose::Gallery, stream).subset(size, whole)
            } else {
                (0..whole).collect()
            };
            for search in &self.searches {
                self.search(search, &enrolled, &mut genuine, &mut impostor);
            }
        }
        Trials::new(genuine, impostor)
    }

    fn search(
        &self,
        search: &Search,
        enrolled: &[usize],
        genuine: &mut Vec<Trial>,
        impostor: &mut Vec<Trial>,
    ) {
        let (mut own, mut best) = (None, LOWEST);
        for &at in enrolled {
            let score = self.score(search.row, at);
            if search.mate == Some(at) {
                own = Some(score);
            } else {
                best = best.max(score);
            }
        }
        if let Some(own) = own {
            let effective = if own > best { own } else { LOWEST };
            genuine.push(Trial::one(effective, search.finger));
        }
        if self.strangers == search.mate.is_none() {
            impostor.push(Trial::one(best, search.finger));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rates::Bound;
    use super::*;
    use crate::data::{Pairs, Sample, Source};
    use ndarray::array;
    use proptest::prelude::*;

    fn labels(fingers: &[(&str, &str, Role)]) -> Labels {
        let sample = |&(finger, impression, role): &(&str, &str, Role)| Sample {
            name: String::new(),
            finger: finger.to_owned(),
            impression: impression.to_owned(),
            role: Some(role),
            source: Source::Absent,
        };
        let set: Vec<Sample> = fingers.iter().map(sample).collect();
        Labels::new(&set, &set, Pairs::Once, u32::MAX)
    }

    const G: Role = Role::Gallery;
    const P: Role = Role::Probe;
    const S: Role = Role::Stranger;

    /// Three enrolled fingers, a with two templates. Ranks by hand: 1, 2 (a tie), 3, none.
    #[test]
    fn ties_count_against_and_the_best_template_of_a_finger_counts() {
        let names = [
            ("a", "1", G),
            ("a", "2", G),
            ("b", "1", G),
            ("c", "1", G),
            ("a", "3", P),
            ("b", "3", P),
            ("c", "3", P),
            ("c", "4", P),
            ("s", "1", S),
        ];
        let labels = labels(&names);
        let mut scores = Array2::from_elem((9, 9), f32::NAN);
        let rows = [
            [2.0, 9.0, 8.0, 1.0],
            [5.0, 7.0, 7.0, 1.0],
            [5.0, 7.0, 7.0, 1.0],
            [5.0, 7.0, 7.0, LOWEST],
            [4.0, 3.0, 2.0, 8.5],
        ];
        for (row, values) in (4..).zip(rows) {
            (0..4).zip(values).for_each(|(column, value)| scores[(row, column)] = value);
        }
        let searches = Searches::new(&labels, &scores).unwrap();
        let ranks: Vec<_> = searches.ranks().into_iter().map(|rank| rank.1).collect();
        assert_eq!(ranks, [Some(1), Some(2), Some(3), None]);
        let trials = searches.trials(3, 1, "x");
        let list = |trials: &[Trial]| trials.iter().map(|trial| trial.score).collect::<Vec<_>>();
        assert_eq!(list(trials.genuine()), [9.0, LOWEST, LOWEST, LOWEST]);
        assert_eq!(list(trials.impostor()), [8.5]);
        let rates = trials.rates(&vec![1; labels.fingers.len()], &[Bound::Zero]).unwrap();
        assert_eq!((rates.at[0].rate, rates.at[0].threshold), (0.75, Some(9.0)));
        assert_eq!(searches.searched(), (vec![0, 1, 2], vec![3]));
    }

    #[test]
    fn without_strangers_each_probe_is_searched_without_its_own() {
        let labels = labels(&[("a", "1", G), ("b", "1", G), ("a", "2", P), ("b", "2", P)]);
        let mut scores = Array2::from_elem((4, 4), f32::NAN);
        scores.row_mut(2).assign(&array![6.0, 3.0, f32::NAN, f32::NAN]);
        scores.row_mut(3).assign(&array![5.0, 4.0, f32::NAN, f32::NAN]);
        let searches = Searches::new(&labels, &scores).unwrap();
        assert!(!searches.has_strangers());
        let trials = searches.trials(2, 1, "x");
        let list = |trials: &[Trial]| trials.iter().map(|trial| trial.score).collect::<Vec<_>>();
        assert_eq!(list(trials.genuine()), [6.0, LOWEST]);
        assert_eq!(list(trials.impostor()), [5.0, 3.0]);
        // One enrolled finger at a time: always first, and nobody else is there.
        let single = searches.trials(1, 1, "x");
        assert_eq!(single.genuine().len(), GALLERIES);
        assert!(single.genuine().iter().all(|trial| trial.score > LOWEST));
        assert_eq!(single.impostor().len(), 2 * GALLERIES);
    }

    #[test]
    fn who_has_no_mate_at_all_cannot_be_evaluated() {
        let labels = labels(&[("a", "1", G), ("b", "1", P)]);
        assert!(Searches::new(&labels, &Array2::zeros((2, 2))).is_none());
    }

    proptest! {
        /// Ranks, and the trials of the whole gallery, by their definitions: one template
        /// after another, nothing sorted or indexed.
        #[test]
        fn searches_are_their_definition(
            people in prop::collection::vec((0u8..4, 0u8..3), 2..12),
            cells in prop::collection::vec(0u8..6, 144),
        ) {
            let names: Vec<(String, String, Role)> = (0_u32..)
                .zip(&people)
                .map(|(at, (finger, role))| {
                    let role = [G, P, S][usize::from(*role)];
                    let finger = if role == S { 9 } else { *finger };
                    (finger.to_string(), at.to_string(), role)
                })
                .collect();
            let named: Vec<_> = names.iter().map(|(f, i, role)| (&**f, &**i, *role)).collect();
            let labels = labels(&named);
            let count = people.len();
            let scores = Array2::from_shape_fn((count, count), |(row, column)| {
                let cell = cells[12 * row + column];
                if cell == 0 { LOWEST } else { f32::from(cell) }
            });
            let enrolled = |at: &usize| names[*at].2 == G;
            let best = |row: usize, finger: &str| {
                let own = (0..count).filter(enrolled).filter(|&at| names[at].0 == finger);
                own.map(|at| scores[(row, at)]).fold(LOWEST, f32::max)
            };
            let mut fingers: Vec<&str> =
                (0..count).filter(enrolled).map(|at| &*names[at].0).collect();
            fingers.sort_unstable();
            fingers.dedup();
            let (mut ranks, mut genuine, mut impostor, mut own_less) = (vec![], vec![], vec![], vec![]);
            for row in (0..count).filter(|&row| names[row].2 != G) {
                let finger = &*names[row].0;
                let others: Vec<f32> =
                    fingers.iter().filter(|f| **f != finger).map(|f| best(row, f)).collect();
                let top = others.iter().copied().fold(LOWEST, f32::max);
                if fingers.contains(&finger) {
                    let own = best(row, finger);
                    let ahead = others.iter().filter(|&&other| other >= own).count();
                    ranks.push((own > LOWEST).then_some(1 + ahead));
                    genuine.push(if own > LOWEST && ahead == 0 { own } else { LOWEST });
                    own_less.push(top);
                } else {
                    impostor.push(top);
                }
            }
            let Some(searches) = Searches::new(&labels, &scores) else {
                prop_assert!(ranks.is_empty());
                return Ok(());
            };
            if impostor.is_empty() {
                impostor = own_less;
            }
            let found: Vec<_> = searches.ranks().into_iter().map(|rank| rank.1).collect();
            prop_assert_eq!(found, ranks);
            let trials = searches.trials(fingers.len(), 1, "x");
            for (list, naive) in [(trials.genuine(), &mut genuine), (trials.impostor(), &mut impostor)] {
                naive.sort_by(|a, b| b.total_cmp(a));
                let list: Vec<f32> = list.iter().map(|trial| trial.score).collect();
                prop_assert_eq!(&list, naive);
            }
        }
    }
}
