//! How the codes of minutiae lie in memory, and what a comparison of many says.
//!
//! A code is 320 bits, five words. Eight codes of one template form a [`CodeGroup`], word by
//! word side by side, so that one register holds the same word of several codes. Two
//! codes are alike by the cosine of the angle between them, `|a & b| / sqrt(|a| |b|)`. A
//! row of the comparison looks for the best column, so only what depends on the
//! column counts: `|a & b| * w(b)`, where the weight `w` is one over the square root of the
//! number of bits, as an integer.

use super::Kernels;

/// Words of a code.
pub const CODE_WORDS: usize = 5;
/// Codes in a [`CodeGroup`].
pub const GROUP_CODES: usize = 8;
/// Most groups of one call: a column takes six bits of a [`BestCode`].
pub const MAX_GROUPS: usize = 8;

/// Word `w` of code `c` is `.0[w][c]`; aligned to a cache line.
///
/// Codes are biometric data, so `Debug` does not show them.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct CodeGroup(pub [[u64; GROUP_CODES]; CODE_WORDS]);

impl CodeGroup {
    /// Codes without a bit: the padding, and what an erased group holds.
    pub const ZERO: CodeGroup = CodeGroup([[0; GROUP_CODES]; CODE_WORDS]);

    /// One of the eight.
    #[must_use]
    pub fn code(&self, at: usize) -> [u64; CODE_WORDS] {
        self.0.map(|words| words[at])
    }
}

impl core::fmt::Debug for CodeGroup {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("CodeGroup(..)")
    }
}

/// The weights of a group's codes; 0 for the padding.
pub type CodeWeights = [u16; GROUP_CODES];

/// The best column of a row, in an integer that orders as they do: the weighted common
/// bits in the upper 26 bits, 63 less the column in the lower six. So of equal columns the
/// first is best.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub struct BestCode(pub(super) u32);

impl BestCode {
    /// Bits of the column.
    pub(super) const COLUMN_BITS: u32 = 6;

    /// What the lower bits hold for a column.
    #[inline(always)]
    pub(super) const fn place(column: usize) -> u32 {
        #[expect(clippy::cast_possible_truncation, reason = "below 64")]
        let column = column as u32;
        63 - column
    }

    /// The common bits of row and column, times the weight of the column: below `2^25`.
    #[inline]
    #[must_use]
    pub const fn product(self) -> u32 {
        self.0 >> BestCode::COLUMN_BITS
    }

    /// Which code of the groups, from 0.
    #[inline]
    #[must_use]
    pub const fn column(self) -> usize {
        63 - (self.0 & 63) as usize
    }
}

/// The groups of one call, with their weights.
#[derive(Clone, Copy)]
pub(super) struct CodeColumns<'a> {
    groups: &'a [CodeGroup],
    weights: &'a [CodeWeights],
}

impl<'a> CodeColumns<'a> {
    /// Each group, its weights and the [`BestCode::place`] of its first code.
    #[inline(always)]
    pub(super) fn iter(self) -> impl Iterator<Item = (&'a CodeGroup, &'a CodeWeights, u32)> {
        let places = (0..self.groups.len()).map(|at| BestCode::place(at * GROUP_CODES));
        self.groups.iter().zip(self.weights).zip(places).map(|((g, w), place)| (g, w, place))
    }
}

impl Kernels {
    /// For each code of `rows` the best of the codes in `groups`. Where there is none, or
    /// none has a bit in common, that is column 0.
    ///
    /// # Panics
    ///
    /// If there are more than [`MAX_GROUPS`] groups, not as many weights as groups, or
    /// `best` is not as long as `rows`.
    pub fn best_codes(
        self,
        rows: &[[u64; CODE_WORDS]],
        groups: &[CodeGroup],
        weights: &[CodeWeights],
        best: &mut [BestCode],
    ) {
        assert!(groups.len() <= MAX_GROUPS, "a column takes six bits");
        assert_eq!(groups.len(), weights.len(), "each group has its weights");
        assert_eq!(rows.len(), best.len(), "one answer a row");
        self.best_columns(rows, CodeColumns { groups, weights }, best);
    }
}
