//! What an index keeps of each template, and so how a search drops rows.

/// How a search drops the rows that do not matter. Scores are those of the int8
/// codes in both modes, bit for bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SearchMode {
    /// By proof: the result is that of comparing all codes. Reads half of them.
    #[default]
    Proven,
    /// By an eighth of the codes' size in sign bits first, and of the rows that are left by
    /// another bit of each component; of up to 256 components by both bits of all rows, where signs say
    /// too little. A row that matters is lost with a chance below [`MISS`](super::MISS). Takes that quarter
    /// more memory.
    Fast,
}
