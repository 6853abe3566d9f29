//! Proofs of the store.

mod basic;
