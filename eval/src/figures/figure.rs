//! One figure: its value, what it was in each replicate, and what follows from that.

use crate::number;

/// Share of the replicates inside an interval.
pub(crate) const CONFIDENCE: f64 = 0.95;

/// A rate between 0 and 1, or a difference of rates.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Stable name for machines: `eer`, `fmr1000`, `rank1`, `fnir_fpir100@2452`.
    pub key: String,
    /// For readers.
    pub title: String,
    /// Of all fingers, each once.
    pub value: f64,
    /// The score at which it is reached, where there is one.
    pub threshold: Option<f32>,
    /// Too few impostor trials for the bound to mean anything but none at all: one in
    /// `n` with fewer than `n` trials.
    pub is_thin: bool,
    /// Of each bootstrap replicate; `None` where it could not be computed.
    pub replicates: Vec<Option<f64>>,
}

impl Figure {
    /// The percentile interval of 95 %: `None` if less than half of the replicates have a value.
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        let mut values: Vec<f64> = self.replicates.iter().copied().flatten().collect();
        if values.is_empty() || 2 * values.len() < self.replicates.len() {
            return None;
        }
        values.sort_by(f64::total_cmp);
        let tail = (1.0 - CONFIDENCE) / 2.0;
        let last = (values.len() - 1) as f64;
        let at = |share: f64| values[number::floor(share * last + 0.5).min(values.len() - 1)];
        Some((at(tail), at(1.0 - tail)))
    }

    /// The mean of figures of one key, replicate by replicate. `None` of none.
    #[must_use]
    pub fn mean(of: &[&Figure]) -> Option<Figure> {
        let first = of.first()?;
        let count = of.len() as f64;
        let mean = |at: usize| -> Option<f64> {
            let values: Option<Vec<f64>> = of.iter().map(|one| *one.replicates.get(at)?).collect();
            Some(values?.iter().sum::<f64>() / count)
        };
        Some(Figure {
            key: first.key.clone(),
            title: first.title.clone(),
            value: of.iter().map(|one| one.value).sum::<f64>() / count,
            threshold: None,
            is_thin: of.iter().any(|one| one.is_thin),
            replicates: (0..first.replicates.len()).map(mean).collect(),
        })
    }

    /// This less another one that was drawn alike, replicate by replicate.
    #[must_use]
    pub fn less(&self, other: &Figure) -> Figure {
        let pairs = self.replicates.iter().zip(&other.replicates);
        Figure {
            key: self.key.clone(),
            title: self.title.clone(),
            value: self.value - other.value,
            threshold: None,
            is_thin: self.is_thin || other.is_thin,
            replicates: pairs.map(|(a, b)| Some((*a)? - (*b)?)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64, replicates: Vec<Option<f64>>) -> Figure {
        let (key, title) = ("k".to_owned(), "t".to_owned());
        Figure { key, title, value, threshold: None, is_thin: false, replicates }
    }

    #[test]
    fn intervals_are_percentiles() {
        let counted = (0..=1000).rev().map(|n| Some(f64::from(n))).collect();
        assert_eq!(figure(0.0, counted).interval(), Some((25.0, 975.0)));
        assert_eq!(figure(0.0, vec![]).interval(), None);
        assert_eq!(figure(0.0, vec![None, None, Some(1.0)]).interval(), None);
        assert_eq!(figure(0.0, vec![None, Some(1.0)]).interval(), Some((1.0, 1.0)));
    }

    #[test]
    fn means_and_differences_go_replicate_by_replicate() {
        let a = figure(1.0, vec![Some(1.0), Some(2.0), None]);
        let b = figure(2.0, vec![Some(5.0), Some(0.0), Some(1.0)]);
        let mean = Figure::mean(&[&a, &b]).unwrap();
        assert_eq!((mean.value, &*mean.replicates), (1.5, &[Some(3.0), Some(1.0), None][..]));
        let less = a.less(&b);
        assert_eq!((less.value, &*less.replicates), (-1.0, &[Some(-4.0), Some(2.0), None][..]));
        assert_eq!(Figure::mean(&[]), None);
    }
}
