//! The C boundary. `include/kaimen.h` is generated from this folder, therefore
//! the comments on public items are written for the C reader.
//!
//! Every exported function is one call of `boundary::call` or
//! `boundary::plain` with a closure, so that no panic leaves the library; a
//! test reads the sources and insists on it.
#![allow(unsafe_code)]
#![allow(
    non_camel_case_types,
    reason = "the names are those of the C interface, which cbindgen takes over"
)]
#![allow(
    clippy::missing_safety_doc,
    reason = "the safety contract is the same for all exports and stands at the top of the header"
)]
#![allow(
    clippy::cast_possible_truncation,
    reason = "sizes of structs and defaults that are constants far below 2^32"
)]

pub mod audit;
mod boundary;
pub mod config;
pub mod decision;
pub mod detail;
pub mod engine;
pub mod events;
mod handle;
pub mod identify;
pub mod import;
mod layout;
pub mod minutiae;
mod pointer;
pub mod report;
pub mod request;
pub mod store;
pub mod types;
pub mod vendor;
pub mod version;
