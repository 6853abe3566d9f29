//! The rig: hardware-in-the-loop for kaimen.
//!
//! `kaimen-hil` takes a rig file (which cameras and fingerprint modules, real or simulated), loads
//! the shipped library through its C interface, runs suites of tests against both, and leaves one
//! record, from which the page, JUnit and TAP are made. `hil/README.md` is its manual.
//!
//! | module | is |
//! | --- | --- |
//! | [`record`] | what a run leaves behind |
//! | [`output`] | page, JUnit, TAP, comparison: all made of the record |
//! | [`device`] | the devices of a rig as tests use them |
//! | [`camera`] | cameras by V4L2 |
//! | [`uvc`] | a simulated USB camera, for the kernel's real driver |
//! | [`module`] | fingerprint modules on a serial line |
//! | [`reader`] | USB fingerprint readers, by libfprint in a program of its own |
//! | [`board`] | boards that run the C reader, on a serial console |
//! | [`emulator`] | the same modules, as a program |
//! | `face` | from a picture to the vectors of its faces (cargo feature `face`) |
//! | [`extract`] | from a picture of a finger to a minutiae record |
//! | [`library`] | the library under test, loaded by path |
//! | [`rig`] | the rig file, what is plugged in, the lock, power |
//! | [`cli`] | the command line |
//! | [`site`] | made-up members, as the cloud's answer |
//! | [`trace`] | what went over a module's line, recorded and replayed |
//! | [`suite`] | the suites, and what runs them |

pub mod board;
pub mod camera;
pub mod cli;
pub mod device;
pub mod emulator;
pub mod extract;
#[cfg(feature = "face")]
pub mod face;
pub mod library;
pub mod module;
pub mod output;
mod program;
pub mod reader;
pub mod record;
pub mod rig;
pub mod site;
pub mod suite;
pub mod trace;
pub mod uvc;
