//! To be written.
#![allow(unsafe_code)]
