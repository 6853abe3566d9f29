//! A simulated UVC camera that the kernel's own `uvcvideo` drives: it is plugged into a
//! port of `vhci_hcd` over USB/IP, and answers each request of the kernel's from here.
//!
//! What an application sees is a camera under `/dev/video…` with real V4L2 buffers, real
//! unplugging and a real driver's error handling. Its frames go over a bulk endpoint:
//! the isochronous transfers of most real cameras are not covered.
//!
//! [`Device`] is the protocol alone, without input, output or a clock; [`Plugged`] runs it.

mod descriptors;
mod device;
mod error;
mod fault;
mod payload;
mod port;
mod probe;
mod reel;
mod usbip;

pub use descriptors::Profile;
pub use device::Device;
pub use error::UvcError;
pub use fault::Fault;
pub use port::{Plugged, available};
pub use reel::{Ask, DEFAULT_EXPOSURE, MAX_EXPOSURE, Reel, Source, jpeg, test_picture, yuyv};
pub use usbip::{Command, Decoder, Reply, Setup};
