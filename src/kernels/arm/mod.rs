//! 32-bit ARM. Its intrinsics, and functions compiled for NEON, are not stable in Rust: what
//! is here is assembler, whose directive `.fpu` lets it have what the function around it has not.
//!
//! What it overwrites is named as the compiler knows it: `d0` to `d7`, which VFP has too, and only
//! where a build enables NEON are `q8` to `q15` more than names. `q0` would be nothing to a compiler
//! without NEON, and floats in it would be lost. `q4` to `q7` belong to the caller and are not used.
#![allow(unsafe_code)]

pub(super) mod counts;
pub(super) mod neon;
