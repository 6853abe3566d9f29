//! The cosine of vectors as they are, in `f64`: what int8 codes are measured against.

use super::Matcher;
use super::vector::Vectors;

/// Cosine similarity, -1 to 1.
#[derive(Debug, Default)]
pub struct Cosine {
    vectors: Vectors,
}

impl Matcher for Cosine {
    type Template = Vec<f32>;

    fn read(&self, bytes: &[u8]) -> Result<Vec<f32>, String> {
        let vector = self.vectors.read(bytes)?;
        let length = dot(&vector, &vector).sqrt();
        if length == 0.0 {
            return Err("the vector is zero".to_owned());
        }
        #[expect(clippy::cast_possible_truncation, reason = "a component of a unit vector")]
        let unit = |value: &f32| (f64::from(*value) / length) as f32;
        Ok(vector.iter().map(unit).collect())
    }

    fn compare(&self, probe: &Vec<f32>, reference: &Vec<f32>) -> f64 {
        dot(probe, reference)
    }
}

/// In eight sums, so that the compiler can use vector instructions.
fn dot(a: &[f32], b: &[f32]) -> f64 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0_f64; 8];
    for (a, b) in a.iter().zip(b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += f64::from(*a) * f64::from(*b);
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(values: &[f32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    #[test]
    fn only_the_direction_counts_and_what_has_none_is_refused() {
        let cosine = Cosine::default();
        let read = |values: &[f32]| cosine.read(&bytes(values));
        let (a, b) = (read(&[3.0, 4.0, 0.0]).unwrap(), read(&[6.0, 8.0, 0.0]).unwrap());
        let c = read(&[4.0, -3.0, 0.0]).unwrap();
        assert!((cosine.compare(&a, &b) - 1.0).abs() < 1e-6);
        assert!(cosine.compare(&a, &c).abs() < 1e-6);
        assert!(read(&[0.0; 3]).is_err());
        assert!(read(&[f32::NAN, 1.0, 1.0]).is_err());
        assert_eq!(read(&[1.0; 4]).unwrap_err(), "dimension 4 instead of 3");
        assert!(cosine.read(&[0; 5]).is_err() && cosine.read(&[]).is_err());
    }

    #[test]
    fn eight_sums_are_one_sum() {
        let a: Vec<f32> = (0..19_u8).map(f32::from).collect();
        let plain: f64 = a.iter().map(|x| f64::from(*x) * f64::from(*x)).sum();
        assert!((dot(&a, &a) - plain).abs() < 1e-9);
    }
}
