//! AVX-512 with VPOPCNTDQ and VBMI (Ice Lake, Zen 4 and later): the bits of eight words are
//! counted in one instruction, and signs are looked up as `vbmi.rs` does. All else is as in the
//! tier below.

use core::arch::x86_64::{
    __m128i, __m512i, _mm_loadu_si128, _mm512_add_epi64, _mm512_and_si512, _mm512_cvtepu16_epi64,
    _mm512_load_si512, _mm512_max_epu64, _mm512_mul_epu32, _mm512_popcnt_epi64,
    _mm512_reduce_max_epu64, _mm512_set_epi64, _mm512_set1_epi64, _mm512_setzero_si512,
    _mm512_slli_epi64, _mm512_sub_epi64,
};

use crate::kernels::apart::compile_codes_apart;
use crate::kernels::cylinders::{
    BestCode, CODE_WORDS, CodeColumns, CodeGroup, CodeWeights, GROUP_CODES, MAX_GROUPS,
};

// No counts in these.
pub(in crate::kernels) use super::avx512::{
    agreement, bit_sums, dot_gate, dot_rows, nibble_dots, rotate, sign_gate, sign_tables,
};
pub(in crate::kernels) use super::vbmi::{prepare_signs, sign_sums};

/// Whether the processor (and the system) has what this tier needs.
pub(in crate::kernels) fn is_available() -> bool {
    super::avx512::is_available()
        && is_x86_feature_detected!("avx512vpopcntdq")
        && is_x86_feature_detected!("avx512vbmi")
}

/// See [`Kernels::best_codes`](crate::kernels::Kernels::best_codes).
#[target_feature(enable = "avx512f,avx512vpopcntdq")]
pub(in crate::kernels) fn best_codes(
    rows: &[[u64; CODE_WORDS]],
    columns: CodeColumns<'_>,
    best: &mut [BestCode],
) {
    let mut ready = [Column::none(); MAX_GROUPS];
    let mut count = 0;
    for (column, (group, weights, place)) in ready.iter_mut().zip(columns.iter()) {
        *column = Column::new(group, weights, place);
        count += 1;
    }
    let ready = &ready[..count];
    for (row, best) in rows.iter().zip(best) {
        let row = row.map(|word| _mm512_set1_epi64(word.cast_signed()));
        let mut lanes = _mm512_set1_epi64(i64::from(BestCode::place(0)));
        for column in ready {
            lanes = _mm512_max_epu64(lanes, column.values(&row));
        }
        #[expect(clippy::cast_possible_truncation, reason = "below 2^31")]
        let value = _mm512_reduce_max_epu64(lanes) as u32;
        *best = BestCode(value);
    }
}

/// A group, ready to meet any row.
#[derive(Clone, Copy)]
struct Column<'a> {
    group: &'a CodeGroup,
    /// Shifted by the bits of the column, so that a product leaves them free.
    weights: __m512i,
    places: __m512i,
}

impl<'a> Column<'a> {
    #[inline]
    #[target_feature(enable = "avx512f,avx512vpopcntdq")]
    fn none() -> Column<'a> {
        let zero = _mm512_setzero_si512();
        Column { group: &CodeGroup::ZERO, weights: zero, places: zero }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512vpopcntdq")]
    fn new(group: &'a CodeGroup, weights: &CodeWeights, place: u32) -> Column<'a> {
        let weights = _mm512_cvtepu16_epi64(load_weights(weights));
        let below = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
        Column {
            group,
            weights: _mm512_slli_epi64::<{ BestCode::COLUMN_BITS }>(weights),
            places: _mm512_sub_epi64(_mm512_set1_epi64(i64::from(place)), below),
        }
    }

    /// What each code of the group is worth to a row.
    #[inline]
    #[target_feature(enable = "avx512f,avx512vpopcntdq")]
    fn values(&self, row: &[__m512i; CODE_WORDS]) -> __m512i {
        let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|word| {
            _mm512_popcnt_epi64(_mm512_and_si512(load_words(&self.group.0[word]), row[word]))
        });
        let common = _mm512_add_epi64(_mm512_add_epi64(a, b), _mm512_add_epi64(c, d));
        let common = _mm512_add_epi64(common, e);
        _mm512_add_epi64(_mm512_mul_epu32(common, self.weights), self.places)
    }
}

/// One word of each code of a group.
#[inline]
#[target_feature(enable = "avx512f")]
fn load_words(words: &[u64; GROUP_CODES]) -> __m512i {
    // SAFETY: 64 readable bytes of a `CodeGroup`, which is aligned to 64, as each of its
    // rows of 64 bytes is.
    unsafe { _mm512_load_si512(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load_weights(weights: &CodeWeights) -> __m128i {
    // SAFETY: 16 readable bytes; the unaligned load asks no more.
    unsafe { _mm_loadu_si128(weights.as_ptr().cast()) }
}

compile_codes_apart!("avx512f,avx512bw,avx512vpopcntdq", ones_counted);
