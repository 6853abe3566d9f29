//! The place of the hardware-in-the-loop rig.
//!
//! Nothing is here yet: the crate only reserves its name and its folder in the
//! workspace, so that the rig can be added without moving anything else.
