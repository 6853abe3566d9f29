//! Embeddings with the score statistics of real ones.
//!
//! A member is a centre on the unit sphere in 512 dimensions. A template or
//! probe is `a * centre + sqrt(1 - a^2) * noise`, where `a`, the quality of
//! the capture, is drawn for each. Centres and noise have a power-law
//! spectrum, which widens the impostor scores from 0.044 to about 0.07.

use crate::draw::Draw;

/// Elements of an embedding.
pub(crate) const DIMENSION: usize = 512;

/// A unit vector.
pub(crate) type Embedding = Vec<f64>;

/// The distribution that centres and noise come from.
pub(crate) struct Space {
    /// Standard deviation of each element: k^(-19/64).
    spread: Vec<f64>,
}

impl Space {
    pub(crate) fn new() -> Space {
        let spread = (1..=DIMENSION)
            .map(|k| {
                let power = (0..19).fold(1.0, |product, _| product * k as f64);
                1.0 / (0..6).fold(power, |root, _| f64::sqrt(root))
            })
            .collect();
        Space { spread }
    }

    /// A direction of nobody yet.
    pub(crate) fn centre(&self, draw: &mut Draw) -> Embedding {
        unit(self.spread.iter().map(|spread| spread * draw.normal()).collect())
    }

    /// A capture of the quality `a`.
    pub(crate) fn sample(&self, draw: &mut Draw, centre: &[f64], a: f64) -> Embedding {
        let noise = self.centre(draw);
        let rest = f64::sqrt(1.0 - a * a);
        unit(centre.iter().zip(&noise).map(|(c, n)| a * c + rest * n).collect())
    }
}

/// The quality of a capture: mean 0.775, standard deviation 0.124, so that two
/// captures of one member score 0.59 with a deviation of 0.14.
pub(crate) fn quality(draw: &mut Draw) -> f64 {
    (0.775 + 0.124 * draw.normal()).clamp(0.2, 0.98)
}

/// The cosine of two unit vectors.
pub(crate) fn cosine(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn unit(mut vector: Embedding) -> Embedding {
    let norm = f64::sqrt(cosine(&vector, &vector));
    vector.iter_mut().for_each(|value| *value /= norm);
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_and_sd(scores: &[f64]) -> (f64, f64) {
        let n = scores.len() as f64;
        let mean = scores.iter().sum::<f64>() / n;
        let variance = scores.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>() / n;
        (mean, variance.sqrt())
    }

    #[test]
    fn scores_have_the_statistics_of_real_embeddings() {
        let space = Space::new();
        let mut draw = Draw::new(7);
        let mut captures = Vec::new();
        for _ in 0..600 {
            let centre = space.centre(&mut draw);
            let pair: [_; 2] = std::array::from_fn(|_| {
                let a = quality(&mut draw);
                space.sample(&mut draw, &centre, a)
            });
            captures.push(pair);
        }
        let genuine: Vec<f64> = captures.iter().map(|[a, b]| cosine(a, b)).collect();
        let (mean, sd) = mean_and_sd(&genuine);
        assert!((0.57..0.62).contains(&mean), "genuine mean {mean}");
        assert!((0.12..0.165).contains(&sd), "genuine deviation {sd}");
        let mut impostor = Vec::new();
        for (i, [a, _]) in captures.iter().enumerate() {
            impostor.extend(captures[i + 1..].iter().map(|[_, b]| cosine(a, b)));
        }
        let (mean, sd) = mean_and_sd(&impostor);
        assert!(mean.abs() < 0.01, "impostor mean {mean}");
        assert!((0.062..0.078).contains(&sd), "impostor deviation {sd}");
    }
}
