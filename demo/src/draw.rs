//! Seeded draws, the same on every platform: only integer arithmetic and
//! operations that IEEE 754 rounds correctly (no `ln`, `cos` or `powf`).

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// A stream of draws.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    pub(crate) fn new(seed: u64) -> Draw {
        Draw(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(crate) fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// 0 to `count` - 1.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let scaled = (u128::from(self.next_u64()) * count as u128) >> 64;
        usize::try_from(scaled).expect("below a usize")
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// Mean 0, standard deviation 1: the sum of twelve uniform draws, so the
    /// tails end at 6.
    pub(crate) fn normal(&mut self) -> f64 {
        let mut sum = 0_u32;
        for _ in 0..3 {
            let lanes = self.next_u64();
            for shift in [0, 16, 32, 48] {
                sum += u32::from((lanes >> shift & 0xffff) as u16);
            }
        }
        (f64::from(sum) - 6.0 * 65535.0) / 65536.0
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}
