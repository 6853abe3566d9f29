//! The hardware-in-the-loop rig: real cameras and fingerprint modules before the
//! library, and simulated ones that go through the kernel's real drivers.

pub mod camera;
pub mod uvc;
