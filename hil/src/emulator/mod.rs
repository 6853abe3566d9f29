//! An emulator of the modules: the same profiles and quirks, paced to the baud rate, with
//! faults on demand.
//!
//! | file | what it is |
//! |------|------------|
//! | `drawn_finger.rs` | fingers that are drawn, and their impressions; nobody's |
//! | `touch.rs` | what lies on the sensor, and for how long |
//! | `template.rs` | templates that know whose they are |
//! | `machine.rs`, `dispatch.rs`, `automatic.rs` | the module itself: commands in, packets out; sans-IO |
//! | `fault.rs` | what goes wrong, and when |
//! | `pace.rs` | when a byte is over the line |
//! | `wire.rs` | a pseudo-terminal or a socket |
//! | `server.rs` | [`serve`]: machine, pace and wire in a thread |
//! | `virtual_finger.rs` | fingers for libfprint's virtual reader, which is no module |
//!
//! It answers as a module does, not as well: a search tells whether the placed finger is in
//! the library, because each drawn finger has a number that its features and templates carry.
//! It does not compare ridges. What the manual leaves open is answered as the sources of
//! [`crate::module::Quirk`] report it.

mod automatic;
mod dispatch;
mod drawn_finger;
mod fault;
mod machine;
mod pace;
mod server;
mod template;
mod touch;
mod virtual_finger;
mod wire;

pub use drawn_finger::{DrawnFinger, Impression};
pub use fault::{Fault, Scheduled};
pub use machine::Machine;
pub use pace::{Line, Sent};
pub use server::{Handle, serve};
pub use touch::Touch;
pub use virtual_finger::{Mishap, VirtualFinger};
pub use wire::Endpoint;
