//! A board under test: the C reader of `hil/board` runs on it, and is talked to over its serial
//! console. `hil/board/README.md` has the lines.

mod client;
mod line;

pub use client::{Board, BoardError, Setup};
pub use line::{Answer, Decided, LineFault, request};
