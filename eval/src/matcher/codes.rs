//! kaimen's vectors: int8 codes in a [`VectorIndex`], the cosine of the codes.

use std::sync::RwLock;

use kaimen::index::{self, PreparedQuery, SCORE_ONE, SearchMode, TemplateHandle, VectorIndex};

use super::Matcher;
use super::vector::Vectors;

/// Every template lies in one index, as at a door, and is a probe besides. The score is the
/// engine's own, of the same codes in the same integers, as a cosine of -1 to 1.
#[derive(Debug, Default)]
pub struct Codes {
    vectors: Vectors,
    /// Made by the first template, which says the dimension.
    index: RwLock<Option<VectorIndex>>,
}

/// A template in both of its parts.
#[derive(Debug)]
pub struct Coded {
    query: PreparedQuery,
    handle: TemplateHandle,
}

impl Matcher for Codes {
    type Template = Coded;

    fn read(&self, bytes: &[u8]) -> Result<Coded, String> {
        let vector = self.vectors.read(bytes)?;
        let codes = index::Codes::quantise(&vector).map_err(|error| error.to_string())?;
        let mut index = self.index.write().map_err(|_| "a reader panicked")?;
        let index = match &mut *index {
            Some(index) => index,
            empty => {
                let new = VectorIndex::new(vector.len(), SearchMode::Proven);
                empty.insert(new.map_err(|error| error.to_string())?)
            }
        };
        let handle = index.insert(0, 0, &codes).map_err(|error| error.to_string())?;
        Ok(Coded { query: PreparedQuery::from_codes(codes), handle })
    }

    fn compare(&self, probe: &Coded, reference: &Coded) -> f64 {
        let mut scores = Vec::with_capacity(1);
        self.compare_many(probe, &[reference], &mut scores);
        scores[0]
    }

    /// The index is locked once a probe.
    fn compare_many(&self, probe: &Coded, references: &[&Coded], scores: &mut Vec<f64>) {
        let index = self.index.read();
        let index = index.as_ref().ok().and_then(|index| index.as_ref());
        scores.extend(references.iter().map(|reference| {
            let found = index.map(|index| index.verify(&probe.query, &[reference.handle]));
            match found {
                Some(Ok(Some(found))) => f64::from(found.score) / f64::from(SCORE_ONE),
                _ => f64::NAN,
            }
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matcher::Cosine;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn codes_score_as_the_vectors_do(
            a in prop::collection::vec(-1.0_f32..1.0, 64),
            b in prop::collection::vec(-1.0_f32..1.0, 64),
        ) {
            let bytes = |vector: &[f32]| -> Vec<u8> {
                vector.iter().flat_map(|value| value.to_le_bytes()).collect()
            };
            let (codes, cosine) = (Codes::default(), Cosine::default());
            let (x, y) = (codes.read(&bytes(&a)).unwrap(), codes.read(&bytes(&b)).unwrap());
            let exact = cosine.compare(
                &cosine.read(&bytes(&a)).unwrap(),
                &cosine.read(&bytes(&b)).unwrap(),
            );
            prop_assert!((codes.compare(&x, &y) - exact).abs() < 0.01);
            prop_assert_eq!(codes.compare(&x, &y), codes.compare(&y, &x));
            prop_assert_eq!(codes.compare(&x, &x), 1.0);
        }
    }

    #[test]
    fn what_no_index_takes_is_refused() {
        let codes = Codes::default();
        assert!(codes.read(&[0; 128]).is_err());
        assert!(codes.read(&[0; 31]).is_err());
        let short = Codes::default();
        assert!(short.read(&1.0_f32.to_le_bytes()).unwrap_err().contains("32"));
    }
}
