//! Any bytes as a minutiae record of this format.
#![no_main]

#[path = "common/minutiae.rs"]
mod minutiae;

use kaimen::template::minutiae::MinutiaeFormat;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| minutiae::check(MinutiaeFormat::Ansi2009Am1, bytes));
