//! Adding bits side by side: the full adder of two or more words at a time.
//!
//! Counting the bits of five words one by one takes five counts. Three words are two words
//! first, a sum and a carry, so that three counts do (a carry-save adder, as in
//! Muła, Kurz, Lemire 2018, *Faster population counts using AVX2 instructions*).

/// Which bits of `rows & columns` are set, counted place by place: in the first word once,
/// in the second twice, in the third four times. The words are of any type that `and`, `or` and
/// `xor` know.
macro_rules! add_places {
    ($words:expr, $and:expr, $or:expr, $xor:expr) => {{
        let [a, b, c, d, e] = $words;
        let (and, or, xor) = ($and, $or, $xor);
        let half = xor(a, b);
        let (sum, carry) = (xor(half, c), or(and(a, b), and(half, c)));
        let half = xor(sum, d);
        let (ones, other) = (xor(half, e), or(and(sum, d), and(half, e)));
        [ones, xor(carry, other), and(carry, other)]
    }};
}
pub(super) use add_places;
