//! NEON with matrix products of int8 (Neoverse V1, Cortex-A510 and A710 on).
//!
//! With one query it has nothing over `sdot`: of the 32 products that `smmla` makes,
//! half are not wanted. Either the other query is missing, or, with both halves of a
//! row as two rows, two of the four sums belong to nobody. That is the same number of
//! instructions, and shuffles besides.

pub(in crate::kernels) use super::dotprod::{
    agreement, best_codes, bit_sums, codes_apart, dot_gate, dot_rows, nibble_dots, rotate,
    sign_gate, sign_sums, sign_tables,
};

/// Whether the processor has what this tier needs.
pub(in crate::kernels) fn is_available() -> bool {
    super::dotprod::is_available() && std::arch::is_aarch64_feature_detected!("i8mm")
}
