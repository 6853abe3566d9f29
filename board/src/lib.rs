//! What a board can do: measured, recorded, compared, drawn, planned with.
//!
//! | file | what it defines |
//! |------|-----------------|
//! | `cli.rs` | the command line |
//! | `machine/` | processor, clock, memory; whether it is an emulator |
//! | `measure/` | bandwidth, face and fingerprint 1:N, rules, import, store |
//! | `record/` | the JSON record, written and checked |
//! | `table.rs` | a record for a terminal |
//! | `compare.rs` | two records as ratios |
//! | `plan.rs`, `curve.rs` | how many templates fit a time and a memory |
//! | `report/` | records as one page of HTML |
//! | `units.rs` | times and sizes in words |
//!
//! What is searched for is made by the generators of the library's own benches, so that figures
//! here and there are of the same galleries.

pub mod cli;
pub mod compare;
mod curve;
mod error;
pub mod machine;
pub mod measure;
pub mod plan;
pub mod record;
pub mod report;
mod table;
pub mod units;

#[path = "../../benches/answer/mod.rs"]
mod answer;
#[path = "../../benches/finger/mod.rs"]
#[allow(dead_code, reason = "real fingers are for the bench that it is of")]
mod finger;
#[path = "../../benches/face_1n/people.rs"]
#[allow(dead_code, reason = "the other set of people is for the bench that it is of")]
mod people;
#[path = "../../benches/face_1n/random.rs"]
mod random;

pub use error::BenchError;
