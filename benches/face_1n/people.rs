//! Made-up people: a face is a direction, a template is that with noise.
//!
//! A template is `a c + sqrt(1 - a²) noise`, where `c` is the person's direction
//! and `a` is drawn for each sample (mean 0.775, deviation 0.124). Two samples of
//! one person then have a cosine of about 0.6 ± 0.14.

use crate::random::Random;

/// Components of a template: 512, or what `KAIMEN_BENCH_DIMENSION` says where this is compiled, a power of two.
pub(crate) const DIMENSION: usize = match option_env!("KAIMEN_BENCH_DIMENSION") {
    None => 512,
    Some(text) => match usize::from_str_radix(text, 10) {
        Ok(dimension) if dimension.is_power_of_two() => dimension,
        _ => panic!("KAIMEN_BENCH_DIMENSION is no power of two"),
    },
};
/// Templates that each person has in the gallery.
pub(crate) const TEMPLATES: usize = 4;

pub(crate) type Vector = [f32; DIMENSION];

/// How the directions of people are spread.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Set {
    /// Evenly in all dimensions; two strangers differ by 1/sqrt(512) = 0.044.
    Iso,
    /// With a power law: as if there were [`EFFECTIVE`] dimensions; 0.072.
    Ani,
}

/// (Σλ)² / Σλ² of the set `ani`, where λ are the variances.
const EFFECTIVE: f64 = 194.0;

impl Set {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Set::Iso => "iso",
            Set::Ani => "ani",
        }
    }
}

/// All the people of a set; any number of them, none of them stored.
pub(crate) struct People {
    /// The deviation of each component before it is rotated.
    spread: Vector,
    /// The signs of the rotation; none for `iso`, which has no axes.
    signs: Vec<Vector>,
}

impl People {
    pub(crate) fn new(set: Set) -> People {
        match set {
            Set::Iso => People { spread: [1.0; DIMENSION], signs: Vec::new() },
            Set::Ani => People { spread: power_law(), signs: vec![signs(1), signs(2)] },
        }
    }

    /// A sample of a person. Samples from 0 to `TEMPLATES - 1` are in the gallery.
    pub(crate) fn template(&self, person: usize, sample: usize) -> Vector {
        let centre = self.direction(&mut Random::new(1, person as u64));
        let mut random = Random::new(2 + sample as u64, person as u64);
        let a = (0.775 + 0.124 * random.gaussian()).clamp(0.05, 0.99);
        let noise = self.direction(&mut random);
        let rest = (1.0 - a * a).sqrt();
        let mut vector = centre;
        vector.iter_mut().zip(&noise).for_each(|(x, noise)| *x = a * *x + rest * noise);
        for signs in &self.signs {
            rotate(&mut vector, signs);
        }
        normalise(&mut vector);
        vector
    }

    fn direction(&self, random: &mut Random) -> Vector {
        let mut vector = self.spread;
        vector.iter_mut().for_each(|x| *x *= random.gaussian());
        normalise(&mut vector);
        vector
    }
}

fn normalise(vector: &mut Vector) {
    // Eight sums, or the compiler may not use vectors.
    let mut sums = [0.0f32; 8];
    for part in vector.as_chunks::<8>().0 {
        sums.iter_mut().zip(part).for_each(|(sum, x)| *sum += x * x);
    }
    let factor = sums.iter().sum::<f32>().sqrt().recip();
    vector.iter_mut().for_each(|x| *x *= factor);
}

fn signs(stream: u64) -> Vector {
    let mut random = Random::new(!stream, 0);
    std::array::from_fn(|_| if random.draw() & 1 == 0 { 1.0 } else { -1.0 })
}

/// Signs and a Walsh–Hadamard transform: a rotation up to the length. Without
/// one the axes of the spectrum would be those of the vector, as in no network.
fn rotate(vector: &mut Vector, signs: &Vector) {
    vector.iter_mut().zip(signs).for_each(|(x, sign)| *x *= sign);
    let mut half = DIMENSION / 2;
    while half > 0 {
        for pair in vector.chunks_exact_mut(2 * half) {
            let (low, high) = pair.split_at_mut(half);
            for (a, b) in low.iter_mut().zip(high) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
        half /= 2;
    }
}

/// Deviations `i^-p`, with the `p` that gives the effective dimension.
fn power_law() -> Vector {
    let (mut low, mut high) = (0.0f64, 1.0);
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if effective(middle) > EFFECTIVE { low = middle } else { high = middle }
    }
    #[expect(clippy::cast_possible_truncation, reason = "a deviation needs no 64 bits")]
    std::array::from_fn(|i| ((i + 1) as f64).powf(-low) as f32)
}

fn effective(p: f64) -> f64 {
    let sum = |power: f64| (1..=DIMENSION).map(|i| (i as f64).powf(-power)).sum::<f64>();
    sum(2.0 * p).powi(2) / sum(4.0 * p)
}
