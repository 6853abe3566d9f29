//! Which rows go on to the next step: comparisons of a whole block.
//!
//! Written once in plain Rust and compiled once for each instruction set: the
//! compiler vectorises them well, and they are a few per cent of a scan.

/// One bit for each of 64 rows.
pub type RowMask = u64;

/// Rows behind one [`RowMask`].
pub const MASK_ROWS: usize = 64;

/// When a sum of signs lets its row go on: if
/// `sum >= base + (slope * alignment) / 2^16`, rounded down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignGate {
    /// At alignment 0.
    pub base: i16,
    /// How much more at alignment 1 (65536).
    pub slope: u16,
}

impl SignGate {
    /// What to add to a sum and to take from it again, instead of a base with a sign: then
    /// 16 bits are enough.
    #[inline(always)]
    pub(super) fn up_and_down(self) -> [u16; 2] {
        let size = self.base.unsigned_abs();
        if self.base < 0 { [size, 0] } else { [0, size] }
    }

    /// A sum that does not fit 16 bits with `up` is above any product, and so is the
    /// largest number that does.
    #[inline(always)]
    fn admits(self, [up, down]: [u16; 2], sum: u16, alignment: u16) -> bool {
        let product = ((u32::from(self.slope) * u32::from(alignment)) >> 16) as u16;
        let sum = sum.saturating_add(up);
        (sum >= down) & (sum.wrapping_sub(down) >= product)
    }
}

/// See [`Kernels::sign_gate`](super::Kernels::sign_gate).
#[inline(always)]
pub(super) fn sign_gate(gate: SignGate, sums: &[u16], alignments: &[u16], masks: &mut [RowMask]) {
    let rows = sums.chunks(MASK_ROWS).zip(alignments.chunks(MASK_ROWS));
    let by = gate.up_and_down();
    for ((sums, alignments), mask) in rows.zip(masks) {
        let mut admitted = [0u8; MASK_ROWS];
        for ((admitted, &sum), &alignment) in admitted.iter_mut().zip(sums).zip(alignments) {
            *admitted = u8::from(gate.admits(by, sum, alignment));
        }
        *mask = pack(&admitted);
    }
}

/// See [`Kernels::dot_gate`](super::Kernels::dot_gate).
#[inline(always)]
pub(super) fn dot_gate(least: i32, dots: &[i32], masks: &mut [RowMask]) {
    for (dots, mask) in dots.chunks(MASK_ROWS).zip(masks) {
        let mut admitted = [0u8; MASK_ROWS];
        for (admitted, &dot) in admitted.iter_mut().zip(dots) {
            *admitted = u8::from(dot >= least);
        }
        *mask = pack(&admitted);
    }
}

/// Compiles both comparisons for an instruction set, in the module that calls it.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! compile_gates {
    ($features:literal) => {
        /// See [`gates::sign_gate`](crate::kernels::gates::sign_gate).
        #[target_feature(enable = $features)]
        pub(in crate::kernels) fn sign_gate(
            gate: crate::kernels::SignGate,
            sums: &[u16],
            alignments: &[u16],
            masks: &mut [crate::kernels::RowMask],
        ) {
            crate::kernels::gates::sign_gate(gate, sums, alignments, masks);
        }

        /// See [`gates::dot_gate`](crate::kernels::gates::dot_gate).
        #[target_feature(enable = $features)]
        pub(in crate::kernels) fn dot_gate(
            least: i32,
            dots: &[i32],
            masks: &mut [crate::kernels::RowMask],
        ) {
            crate::kernels::gates::dot_gate(least, dots, masks);
        }
    };
}
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(super) use compile_gates;

/// The low bits of 64 bytes, the first one lowest.
#[inline(always)]
fn pack(flags: &[u8; MASK_ROWS]) -> RowMask {
    // Eight bytes of 0 or 1 times this constant has them side by side in its top byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut mask = 0;
    for (at, eight) in flags.as_chunks::<8>().0.iter().enumerate() {
        mask |= (u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56) << (8 * at);
    }
    mask
}
