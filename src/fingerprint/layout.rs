//! The number of the layout in which templates are stored; a file of its own because a build without
//! the comparison has to know such templates when it meets them.

/// The number of the layout of `stored.rs` and of what codes and points mean. Templates of another one have to
/// be made anew from minutiae.
pub const TEMPLATE_LAYOUT: u16 = 1;
