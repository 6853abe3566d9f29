//! USB fingerprint readers, by `libfprint-2`.
//!
//! libfprint is C with a main loop of its own, and its drivers talk to whatever is plugged in. It
//! runs in a program of its own, `kaimen-fprint` (`hil/reader`), so there is no unsafe code here,
//! a driver that crashes costs one picture, and who has no libfprint builds and runs all the rest:
//! whether a machine can use USB readers is found out when it is run, and nothing is built
//! differently for it.
//!
//! | file | what it is |
//! | --- | --- |
//! | `program.rs` | where the program is, and how it is started |
//! | `line.rs` | its answers, as text |
//! | `client.rs` | requests and answers, each with a deadline |
//! | `error.rs` | why there is no picture |

mod client;
mod error;
mod line;
mod program;

pub use client::{Capture, Reader};
pub use error::ReaderError;
pub use line::{Listed, Touch};
pub use program::{PROGRAM_VARIABLE, Program};
