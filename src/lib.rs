//! kaimen (开门, "open the door") decides at a door.
//!
//! A reader synchronises its members from WeCom, keeps their face templates in
//! SIMD-aligned indexes, finds out who a probe belongs to among all of them
//! (1:N), and lets that member's pass rules decide.
//!
//! The way through the house, in reading order:
//!
//! | module | what it does |
//! |--------|--------------|
//! | [`protocol`] | the cloud's JSON to typed records, and requests back to JSON |
//! | [`rules`] | pass rules: parsed once, answered for an instant |
//! | [`template`] | `data` bytes and an algorithm name to a vector |
//! | [`kernels`] | the int8 dot product, one file per instruction set |
//! | [`gallery`] | what every index has: handles, search parameters, best k members |
//! | [`index`] | aligned blocks of int8 codes, exact scan, best k members |
//! | [`fingerprint`] | minutiae to cylinder codes, their gallery, vote, comparison, score |
//! | [`gallery`] | what the indexes share |
//! | [`store`] | the durable, sealed copy: opaque records by member, an event log |
//! | [`opaque`] | a vendor's own templates, and the vendor's comparison |
//! | [`engine`] | joins all of them: members, sync, identify, decide |
//!
//! [`fingerprint`] and [`store`] are parts that a build may leave out ([`Part`]).
//!
//! `ffi`, behind the feature `capi`, wraps [`engine`] for C; `include/kaimen.h`
//! is its manual.

pub mod engine;
#[cfg(feature = "capi")]
pub mod ffi;
#[cfg_attr(not(feature = "fingerprint"), path = "fingerprint/absent.rs")]
pub mod fingerprint;
pub mod gallery;
pub mod index;
pub mod kernels;
pub mod limits;
pub mod opaque;
pub mod protocol;
pub mod rules;
#[cfg_attr(not(feature = "store"), path = "store/absent.rs")]
pub mod store;
pub mod template;

mod error;
mod part;
pub mod status;

pub use error::Error;
pub use part::Part;
