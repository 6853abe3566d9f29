//! Numbers that look random, fast and the same everywhere.

/// SplitMix64: its state is a counter, so that the compiler can draw several
/// numbers at a time.
pub(crate) struct Random(u64);

impl Random {
    /// One stream for each pair of numbers.
    pub(crate) fn new(stream: u64, number: u64) -> Random {
        let mut random = Random(stream.wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ number);
        Random(random.draw())
    }

    pub(crate) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Nearly a Gaussian: the sum of four 16-bit numbers, mean 0, deviation 1.
    /// It ends at 3.46, which is nothing to a sum over hundreds of components.
    pub(crate) fn gaussian(&mut self) -> f32 {
        const DEVIATION: f32 = 37_837.23;
        let parts = self.draw();
        let sum = (0..4).map(|i| (parts >> (16 * i)) & 0xFFFF).sum::<u64>();
        (sum as f32 - 131_070.0) / DEVIATION
    }
}
