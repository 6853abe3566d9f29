//! What the manual says of `tdpbssd` (Intel 64 and IA-32 Architectures Software Developer's Manual,
//! volume 2), so that all but the tile instructions is tested without them.

use crate::kernels::Lane;

/// Adds the product of two tiles: of each line of `a` four bytes at a time with those of each column of `b`.
pub(super) fn tdpbssd(sums: &mut [[i32; 16]; 16], a: &[Lane; 16], b: &[Lane; 16]) {
    for (sums, line) in sums.iter_mut().zip(a) {
        for (column, sum) in sums.iter_mut().enumerate() {
            let fours = line.0.as_chunks::<4>().0.iter().zip(b);
            *sum += fours
                .flat_map(|(four, line)| four.iter().zip(&line.0[4 * column..][..4]))
                .map(|(&a, &b)| i32::from(a) * i32::from(b))
                .sum::<i32>();
        }
    }
}
