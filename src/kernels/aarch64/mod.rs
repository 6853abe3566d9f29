//! AArch64: one file per instruction set.
#![allow(unsafe_code)]

pub(super) mod neon;
