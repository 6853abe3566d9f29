//! AVX2 counts bits by a look-up of four at a time.

use core::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_add_epi32, _mm256_and_si256, _mm256_load_si256,
    _mm256_max_epu32, _mm256_mul_epu32, _mm256_or_si256, _mm256_sad_epu8, _mm256_set_epi64x,
    _mm256_set1_epi8, _mm256_set1_epi64x, _mm256_setr_epi64x, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_slli_epi64, _mm256_srli_epi16, _mm256_storeu_si256,
    _mm256_sub_epi32, _mm256_xor_si256,
};

use crate::kernels::adders::add_places;
use crate::kernels::cylinders::{
    BestCode, CODE_WORDS, CodeColumns, CodeGroup, CodeWeights, GROUP_CODES, MAX_GROUPS,
};

/// See [`Kernels::best_codes`](crate::kernels::Kernels::best_codes).
#[target_feature(enable = "avx2")]
pub(in crate::kernels) fn best_codes(
    rows: &[[u64; CODE_WORDS]],
    columns: CodeColumns<'_>,
    best: &mut [BestCode],
) {
    let mut ready = [Columns::none(); MAX_GROUPS];
    let mut count = 0;
    for (column, (group, weights, place)) in ready.iter_mut().zip(columns.iter()) {
        *column = Columns::new(group, weights, place);
        count += 1;
    }
    let ready = &ready[..count];
    for (row, best) in rows.iter().zip(best) {
        let row = row.map(|word| _mm256_set1_epi64x(word.cast_signed()));
        let mut lanes = _mm256_set1_epi64x(i64::from(BestCode::place(0)));
        for columns in ready {
            lanes = _mm256_max_epu32(lanes, columns.values::<0>(&row));
            lanes = _mm256_max_epu32(lanes, columns.values::<1>(&row));
        }
        *best = BestCode(largest(lanes));
    }
}

/// A group, ready to meet any row: its first four codes, and the others.
#[derive(Clone, Copy)]
struct Columns<'a> {
    group: &'a CodeGroup,
    /// Shifted by the bits of the column, so that a product leaves them free.
    weights: [__m256i; 2],
    places: [__m256i; 2],
}

impl<'a> Columns<'a> {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn none() -> Columns<'a> {
        let zero = [_mm256_setzero_si256(); 2];
        Columns { group: &CodeGroup::ZERO, weights: zero, places: zero }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn new(group: &'a CodeGroup, weights: &CodeWeights, place: u32) -> Columns<'a> {
        let [low, high] = [weights.first_chunk::<4>(), weights.last_chunk::<4>()];
        let place = _mm256_set1_epi64x(i64::from(place));
        Columns {
            group,
            weights: [low, high].map(|four| load_weights(four.unwrap_or(&[0; 4]))),
            places: [_mm256_set_epi64x(3, 2, 1, 0), _mm256_set_epi64x(7, 6, 5, 4)]
                .map(|below| _mm256_sub_epi32(place, below)),
        }
    }

    /// What each code of one half of the group is worth to a row.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn values<const HALF: usize>(&self, row: &[__m256i; CODE_WORDS]) -> __m256i {
        let words = [0, 1, 2, 3, 4].map(|word| {
            _mm256_and_si256(load_words(&self.group.0[word].as_chunks::<4>().0[HALF]), row[word])
        });
        let and = |a, b| _mm256_and_si256(a, b);
        let or = |a, b| _mm256_or_si256(a, b);
        let xor = |a, b| _mm256_xor_si256(a, b);
        let [ones, twos, fours] = add_places!(words, and, or, xor).map(|word| byte_counts(word));
        let counts = _mm256_add_epi8(twos, _mm256_add_epi8(fours, fours));
        let counts = _mm256_add_epi8(ones, _mm256_add_epi8(counts, counts));
        // At most 40 a byte.
        let common = _mm256_sad_epu8(counts, _mm256_setzero_si256());
        _mm256_add_epi32(_mm256_mul_epu32(common, self.weights[HALF]), self.places[HALF])
    }
}

/// How many bits each byte has.
#[inline]
#[target_feature(enable = "avx2")]
fn byte_counts(words: __m256i) -> __m256i {
    // The number of bits of 0 to 15.
    let table = _mm256_setr_epi64x(
        0x0302_0201_0201_0100,
        0x0403_0302_0302_0201,
        0x0302_0201_0201_0100,
        0x0403_0302_0302_0201,
    );
    let mask = _mm256_set1_epi8(15);
    let low = _mm256_shuffle_epi8(table, _mm256_and_si256(words, mask));
    let high = _mm256_and_si256(_mm256_srli_epi16::<4>(words), mask);
    _mm256_add_epi8(low, _mm256_shuffle_epi8(table, high))
}

/// The largest of four values, each in the lower half of its place.
#[inline]
#[target_feature(enable = "avx2")]
fn largest(lanes: __m256i) -> u32 {
    let mut values = [0u32; GROUP_CODES];
    // SAFETY: 32 writable bytes; the unaligned store asks no more.
    unsafe { _mm256_storeu_si256(values.as_mut_ptr().cast(), lanes) }
    values.into_iter().fold(0, u32::max)
}

/// One word of four codes of a group.
#[inline]
#[target_feature(enable = "avx2")]
fn load_words(words: &[u64; 4]) -> __m256i {
    // SAFETY: 32 readable bytes, half of a row of 64 bytes in a `CodeGroup`, which is
    // aligned to 64.
    unsafe { _mm256_load_si256(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn load_weights(weights: &[u16; 4]) -> __m256i {
    let words = weights.map(i64::from);
    let weights = _mm256_setr_epi64x(words[0], words[1], words[2], words[3]);
    _mm256_slli_epi64::<{ BestCode::COLUMN_BITS.cast_signed() }>(weights)
}
