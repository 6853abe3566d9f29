//! The rig: what is plugged in, who uses it, how it is switched.

mod discover;
mod file;
mod lock;
mod power;

pub use discover::{Found, Kind, discover, find};
pub use file::{Board, BoardModule, Camera, Match, Module, Power, Reader, Rig, RigError};
pub use lock::{Holder, Lock, LockError};
pub(crate) use power::hook;
pub use power::{PowerError, Switch, switch};
