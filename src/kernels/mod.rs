//! What a search computes for many rows at once: dot products, sums of signs, the most
//! alike codes of minutiae, and which rows go on.
//!
//! | layer | file | what for |
//! |-------|------|----------|
//! | layouts | `lane.rs`, `nibbles.rs`, `signs.rs`, `sign_tables.rs`, `bits.rs`, `cylinders.rs` | how int8 codes, four-bit codes, sign bits, second bits and minutiae's codes lie in memory |
//! | reference | `reference.rs` | slow and obvious, sums in 64 bits; decides what is right |
//! | portable | `portable.rs` | safe Rust that the compiler vectorises; runs everywhere |
//! | written once | `gates.rs`, `rotation.rs`, `levels.rs`, `agreement.rs`, `apart.rs` | compiled for each instruction set |
//! | counting bits | `adders.rs` | five words are three before their bits are counted |
//! | order of rows | `quarters.rs`, `wanted.rs` | four rows at a time, in streams that the memory likes; chosen rows |
//! | several probes | `sign_batch.rs`, `nibble_batch.rs` | sums of signs for a batch, where a unit multiplies matrices; products with its four-bit codes |
//! | hints | `prefetch.rs` | what will be read soon |
//! | memory | `slab.rs` | where planes lie: side by side, in huge pages |
//! | per instruction set | `x86_64/`, `aarch64/`, `arm/` | the only place with intrinsics and assembler |
//! | second opinion | `simsimd.rs` | simsimd's pair function, cargo feature `simsimd` |
//! | dispatch | `dispatch.rs` | finds the tiers of this machine, chooses one, once |
//!
//! Every tier returns the same numbers, bit for bit, for every int8 value
//! including -128: no tier saturates and none rounds. Scores made from them are
//! therefore equal on every machine.
//!
//! # Shape
//!
//! A vector of `dimension` int8 codes is a row of `ceil(dimension / 64)`
//! [`Lane`]s, 64 bytes each and aligned to 64, the tail filled with zeroes. A
//! call takes one query row, `n` rows stored one behind the other, and writes
//! `n` products. With at most [`MAX_LANES`] lanes a row, a product lies in
//! `-2^25 + 2^14 ..= 2^25`.
//!
//! The environment is not read: a tier is chosen by the processor
//! ([`Kernels::detect`]) or by the caller ([`Kernels::force`]).

mod adders;
mod agreement;
mod apart;
mod bits;
mod cylinders;
mod dispatch;
mod gates;
mod lane;
mod levels;
mod nibble_batch;
mod nibbles;
mod portable;
mod prefetch;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "arm"))]
mod quarters;
mod reference;
mod rotation;
mod sign_batch;
mod sign_tables;
mod signs;
mod slab;
mod wanted;

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "arm")]
mod arm;
#[cfg(feature = "simsimd")]
mod simsimd;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(test)]
mod cylinder_tests;
#[cfg(test)]
mod gate_tests;
#[cfg(test)]
mod plane_tests;
#[cfg(test)]
mod tests;

pub use agreement::{AgreementGate, MinutiaPairs, Proposal};
pub use apart::CodePlanes;
pub use bits::BIT_LANE_BYTES;
pub use cylinders::{BestCode, CODE_WORDS, CodeGroup, CodeWeights, GROUP_CODES, MAX_GROUPS};
pub use dispatch::{Kernels, Tier, TierUnavailable};
pub use gates::{MASK_ROWS, RowMask, SignGate};
pub use lane::{LANE_BYTES, Lane, MAX_LANES};
pub use levels::Levels;
pub use nibble_batch::{NIBBLE_GROUP_ROWS, NibbleBatch};
pub use nibbles::NIBBLE_LANE_BYTES;
pub use rotation::{erase, rotation_scale};
pub use sign_batch::{BATCH_PROBES, SignBatch};
pub use sign_tables::SignTables;
pub use signs::{GROUP_ROWS, MAX_SUM, RUN, SignTable};
pub use slab::{Cell, Pool};
