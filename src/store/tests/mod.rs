//! Proofs of the store.

mod basic;
mod faults;
mod flips;
mod key;
mod place;
mod power_cut;
mod rollback;
mod rotation;
mod secrecy;
pub(crate) mod sim;
mod support;
