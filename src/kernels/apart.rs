//! How many bits codes of minutiae differ in: written once, compiled for each instruction set.

use super::cylinders::CODE_WORDS;

/// Codes side by side: plane `w` holds word `w` of each.
pub type CodePlanes<const N: usize> = [[u64; N]; CODE_WORDS];

/// See [`Kernels::codes_apart`](super::Kernels::codes_apart). `ones` counts the bits of a code.
#[inline(always)]
pub(super) fn codes_apart<const N: usize>(
    rows: &[[u64; CODE_WORDS]],
    planes: &CodePlanes<N>,
    columns: usize,
    apart: &mut [[u16; N]],
    ones: impl Fn([u64; CODE_WORDS]) -> u16,
) {
    let [a, b, c, d, e] = planes.each_ref().map(|plane| &plane[..columns]);
    for (row, apart) in rows.iter().zip(apart) {
        for (column, apart) in apart[..columns].iter_mut().enumerate() {
            let words = [a[column], b[column], c[column], d[column], e[column]];
            *apart = ones(core::array::from_fn(|word| words[word] ^ row[word]));
        }
    }
}

/// The bits of five words: carry-save adders make three of them, so that vectors without a count
/// count less.
#[inline(always)]
pub(super) fn ones_by_bytes([a, b, c, d, e]: [u64; CODE_WORDS]) -> u16 {
    let ab = a ^ b;
    let (sum, first) = (ab ^ c, (a & b) | (ab & c));
    let sd = sum ^ d;
    let (low, second) = (sd ^ e, (sum & d) | (sd & e));
    let bytes = in_bytes(low) + 2 * (in_bytes(first) + in_bytes(second));
    // At most 40 in each of eight bytes.
    let pairs = (bytes & 0x00FF_00FF_00FF_00FF) + ((bytes >> 8) & 0x00FF_00FF_00FF_00FF);
    let fours = pairs + (pairs >> 32);
    #[expect(clippy::cast_possible_truncation, reason = "the low 16 bits hold the sum")]
    let ones = (fours + (fours >> 16)) as u16;
    ones
}

/// How many bits of each byte are set.
#[inline(always)]
fn in_bytes(word: u64) -> u64 {
    let pairs = word - ((word >> 1) & 0x5555_5555_5555_5555);
    let fours = (pairs & 0x3333_3333_3333_3333) + ((pairs >> 2) & 0x3333_3333_3333_3333);
    (fours + (fours >> 4)) & 0x0F0F_0F0F_0F0F_0F0F
}

/// The bits of five words where the processor counts them.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
#[inline(always)]
pub(super) fn ones_counted(code: [u64; CODE_WORDS]) -> u16 {
    #[expect(clippy::cast_possible_truncation, reason = "at most 320")]
    let ones = code.iter().map(|word| word.count_ones()).sum::<u32>() as u16;
    ones
}

/// The portable one.
pub(super) fn by_bytes<const N: usize>(
    rows: &[[u64; CODE_WORDS]],
    planes: &CodePlanes<N>,
    columns: usize,
    apart: &mut [[u16; N]],
) {
    codes_apart(rows, planes, columns, apart, ones_by_bytes);
}

/// Compiles it for an instruction set, in the module that calls this.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! compile_codes_apart {
    ($features:literal, $ones:ident) => {
        /// See [`codes_apart`](crate::kernels::apart::codes_apart).
        #[target_feature(enable = $features)]
        pub(in crate::kernels) fn codes_apart<const N: usize>(
            rows: &[[u64; crate::kernels::CODE_WORDS]],
            planes: &crate::kernels::CodePlanes<N>,
            columns: usize,
            apart: &mut [[u16; N]],
        ) {
            let ones = crate::kernels::apart::$ones;
            crate::kernels::apart::codes_apart(rows, planes, columns, apart, ones);
        }
    };
}
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(super) use compile_codes_apart;
