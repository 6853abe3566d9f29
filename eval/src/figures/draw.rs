//! The seeded draws of the bootstrap: the same on every machine and in every version.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// What a draw is for; each has a stream of its own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    Verification = 1,
    Identification = 2,
    Gallery = 3,
}

/// One stream of draws.
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    /// Streams differ with the seed, the name of the database, the purpose and the number;
    /// two runs on one database draw alike, which pairs them.
    pub(super) fn new(seed: u64, database: &str, purpose: Purpose, number: usize) -> Draw {
        let words = [seed, fnv(database), purpose as u64, number as u64];
        let mut key = [0; 32];
        for (bytes, word) in key.as_chunks_mut().0.iter_mut().zip(words) {
            *bytes = word.to_le_bytes();
        }
        Draw(ChaCha8Rng::from_seed(key))
    }

    /// 0 to `count` - 1.
    fn below(&mut self, count: usize) -> usize {
        let scaled = (u128::from(self.0.next_u64()) * count as u128) >> 64;
        usize::try_from(scaled).unwrap_or(0)
    }

    /// Draws as many fingers as there are, with putting back; adds to `drawn` how often
    /// each came.
    pub(super) fn resample(&mut self, fingers: &[u32], drawn: &mut [u32]) {
        for _ in fingers {
            drawn[fingers[self.below(fingers.len())] as usize] += 1;
        }
    }

    /// `count` of the numbers below `of`, without putting back, ascending.
    pub(super) fn subset(&mut self, count: usize, of: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..of).collect();
        for at in 0..count.min(of) {
            let other = at + self.below(of - at);
            all.swap(at, other);
        }
        all.truncate(count);
        all.sort_unstable();
        all
    }
}

/// FNV-1a, 64 bits.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_known_and_streams_differ() {
        let draw = |seed, database, number| {
            let mut drawn = vec![0; 10];
            let fingers: Vec<u32> = (0..10).collect();
            Draw::new(seed, database, Purpose::Verification, number).resample(&fingers, &mut drawn);
            drawn
        };
        let first = draw(1, "db", 0);
        assert_eq!(first.iter().sum::<u32>(), 10);
        assert_eq!(first, draw(1, "db", 0));
        for other in [draw(2, "db", 0), draw(1, "db2", 0), draw(1, "db", 1)] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn every_finger_has_the_same_chance() {
        let mut drawn = vec![0; 4];
        for number in 0..4000 {
            Draw::new(7, "x", Purpose::Verification, number).resample(&[0, 1, 3], &mut drawn);
        }
        assert_eq!((drawn[2], drawn.iter().sum::<u32>()), (0, 12_000));
        assert!([0, 1, 3].iter().all(|&finger| drawn[finger].abs_diff(4000) < 200), "{drawn:?}");
    }

    #[test]
    fn subsets_have_no_doubles() {
        let subset = Draw::new(1, "x", Purpose::Gallery, 0).subset(50, 100);
        assert_eq!(subset.len(), 50);
        assert!(subset.windows(2).all(|pair| pair[0] < pair[1]) && subset[49] < 100);
        assert_eq!(Draw::new(1, "x", Purpose::Gallery, 0).subset(3, 2), [0, 1]);
    }
}
