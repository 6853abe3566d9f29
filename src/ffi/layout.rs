//! The layouts that C compiled against, asserted at compile time.
//!
//! `tests/c/layout.c` asserts the same numbers on the other side, and a test
//! compares the two files. A number here never changes within one ABI version:
//! structs grow out of their reserved fields or at their end.
