//! The hardware-in-the-loop rig: drivers, an emulator, suites.

pub mod emulator;
pub mod extract;
pub mod module;
