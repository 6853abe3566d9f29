//! kaimen's fingerprints: minutiae records and the engine's own comparison of two fingers.

use kaimen::engine::finger_templates;
use kaimen::fingerprint::{Comparer, FingerTemplate};

use super::Matcher;

/// Records of any format that says what it is. The score is the engine's, a false-match
/// level in thousandths ([`kaimen::fingerprint::Evidence::score`]), of the best pair of views.
#[derive(Debug, Default)]
pub struct Minutiae;

impl Matcher for Minutiae {
    /// The views of a record, as the engine enrols them: without those that have no minutiae.
    type Template = Vec<FingerTemplate>;

    fn read(&self, bytes: &[u8]) -> Result<Vec<FingerTemplate>, String> {
        finger_templates(None, bytes).map_err(|error| error.to_string())
    }

    fn compare(&self, probe: &Vec<FingerTemplate>, reference: &Vec<FingerTemplate>) -> f64 {
        best(&mut Comparer::new(), probe, reference)
    }

    /// One [`Comparer`] for all of them.
    fn compare_many(
        &self,
        probe: &Vec<FingerTemplate>,
        references: &[&Vec<FingerTemplate>],
        scores: &mut Vec<f64>,
    ) {
        let mut comparer = Comparer::new();
        scores.extend(references.iter().map(|reference| best(&mut comparer, probe, reference)));
    }
}

/// The score of the views that are most alike.
fn best(comparer: &mut Comparer, probe: &[FingerTemplate], reference: &[FingerTemplate]) -> f64 {
    let pairs = probe.iter().flat_map(|from| reference.iter().map(move |to| (from, to)));
    let scores = pairs.map(|(from, to)| comparer.compare(from.view(), to.view()).score());
    scores.max().map_or(f64::NAN, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kaimen::template::minutiae::{
        self as record, MinutiaKind, MinutiaeFormat, Record, TURN, View,
    };

    /// A view of 40 minutiae at places that depend on the seed; none with a seed of 0.
    fn view(seed: u64) -> View {
        let mut state = seed;
        let mut below = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            u16::try_from((state >> 33) % bound).unwrap()
        };
        let minutiae = (0..if seed == 0 { 0 } else { 40 }).map(|_| record::Minutia {
            x: below(300),
            y: below(400),
            angle: below(256) * (TURN / 256),
            kind: MinutiaKind::Ending,
            quality: 50,
        });
        let minutiae = minutiae.collect::<Vec<_>>().into();
        View { position: 1, width: 300, height: 400, ..View::of(197, minutiae) }
    }

    /// What the matcher reads of a record with these views.
    fn template(seeds: &[u64]) -> Result<Vec<FingerTemplate>, String> {
        let views = seeds.iter().zip(0..).map(|(&seed, number)| View { number, ..view(seed) });
        let record = Record { product: 0, views: views.collect() };
        Minutiae.read(&record::write(&record, MinutiaeFormat::Iso2005).unwrap())
    }

    #[test]
    fn a_record_scores_as_its_best_view() {
        let score =
            |a: &[u64], b: &[u64]| Minutiae.compare(&template(a).unwrap(), &template(b).unwrap());
        let (same, other) = (score(&[7], &[7]), score(&[7], &[8]));
        assert!(same > 40_000.0 && other < 20_000.0, "{same} {other}");
        assert_eq!(score(&[7], &[8, 7]), same);
        assert_eq!(score(&[8, 7], &[9, 7]), same);
        assert_eq!(score(&[7, 0], &[0, 8]), other);
    }

    #[test]
    fn many_comparisons_are_each_as_alone() {
        let all: Vec<_> = [1, 2, 3, 2].map(|seed| template(&[seed]).unwrap()).into();
        let mut scores = Vec::new();
        Minutiae.compare_many(&all[1], &all.iter().collect::<Vec<_>>(), &mut scores);
        let alone: Vec<_> = all.iter().map(|one| Minutiae.compare(&all[1], one)).collect();
        assert_eq!(scores, alone);
        assert_eq!(scores[1], scores[3]);
        assert!(scores[1] > scores[0].max(scores[2]));
    }

    #[test]
    fn what_makes_no_template_is_refused_with_the_reason() {
        assert_eq!(template(&[0, 0]).unwrap_err(), "the record has no minutiae");
        assert!(Minutiae.read(b"").is_err());
        let record = Record { product: 0, views: vec![view(5)] };
        let bytes = record::write(&record, MinutiaeFormat::Iso2005).unwrap();
        assert!(Minutiae.read(&bytes[..bytes.len() / 2]).is_err());
        // Minutiae 160 centimetres apart, which no finger has.
        let mut wide = view(5);
        (wide.resolution_x, wide.minutiae[0].x) = (99, 16_000);
        let record = Record { product: 0, views: vec![view(6), wide] };
        let bytes = record::write(&record, MinutiaeFormat::Iso2011).unwrap();
        let reason = Minutiae.read(&bytes).unwrap_err();
        assert!(reason.starts_with("view 1: the minutiae lie more than"), "{reason}");
    }
}
