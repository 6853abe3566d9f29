//! From an image to a minutiae record, for modules and readers that give images.
//!
//! The minutiae are found by NIST's `mindtct` (NBIS), in a program of its own,
//! `kaimen-mindtct` (`hil/extractor`). Why this one, and why in its own process:
//!
//! * `libfprint-2` contains mindtct, but its public interface takes no image of a caller
//!   (`fp_image_get_data` is read-only, the resolution cannot be set) and gives no direction of
//!   a minutia (`fp_minutia_get_coords` alone). It serves whom it opens the reader for:
//!   pictures of USB readers come by it ([`crate::reader`]), and are searched for minutiae here.
//! * Debian has no package of NBIS or of FingerJetFX. The crate `nbis-rs` carries NIST's
//!   sources; on 80 images of FVC2002 set B (40 of DB1, 40 of DB3) it found minutiae at exactly
//!   the places where NIST's own program found them (`tests/module_extract.rs` compares ten).
//! * mindtct is C code with state in global variables, and the crate panics on what it does
//!   not expect. In a process of its own an image can cost no more than itself, there is a
//!   deadline, and the crate's two hundred dependencies stay out of every other build.
//!
//! Any program that keeps to the same few lines of text can take its place: see
//! [`Extractor::at`].

mod extractor;
mod minutiae;

pub use extractor::{ExtractError, Extractor, PROGRAM_VARIABLE};
pub use minutiae::TextFault;
