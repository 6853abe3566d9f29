//! What a run leaves behind: one record, from which every other output is made.
//!
//! A run has suites, a suite has tests, a test has attempts. Each attempt stands by itself: a
//! retry never overwrites what it repeats.

mod attempt;
mod measurement;
mod outcome;
mod provenance;
mod run;
mod store;

pub use attempt::{Attempt, DeviceUse, LogLine, Nature};
pub use measurement::{Limits, Measurement, Rating};
pub use outcome::Outcome;
pub use provenance::{LibraryNote, Provenance};
pub use run::{Run, SCHEMA, SuiteRecord, TestRecord};
pub use store::{Attachment, AttachmentRef, RecordError, Series, Store, hash};
