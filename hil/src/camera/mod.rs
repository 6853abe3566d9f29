//! Cameras over V4L2: find one, agree on a format, stream into mapped buffers, see what
//! was dropped, notice when it goes and find it again when it comes back.
//!
//! ```no_run
//! use std::time::{Duration, Instant};
//!
//! use kaimen_hil::camera::{Camera, Next, Selector, Wish};
//!
//! # fn main() -> Result<(), kaimen_hil::camera::CameraError> {
//! let place = Selector::Serial("CAM-1".to_owned()).find()?;
//! let mut camera = Camera::open(&place.node)?;
//! let mode = camera.agree(&Wish::size(640, 480))?;
//! println!("the driver gave {mode}");
//! let mut stream = camera.start(4)?;
//! match stream.next(Instant::now() + Duration::from_secs(2))? {
//!     Next::Frame(frame) => println!("{} bytes, number {}", frame.bytes.len(), frame.sequence),
//!     Next::Nothing => println!("no frame in two seconds"),
//!     Next::Gone => println!("unplugged"),
//! }
//! # Ok(())
//! # }
//! ```

mod control;
mod convert;
mod device;
mod error;
mod format;
mod frame;
mod locate;
mod picture;
mod picture_file;
mod stream;
mod sys;

pub use control::{Control, ids};
pub use convert::to_picture;
pub use device::{Camera, Identity, Wish};
pub use error::CameraError;
pub use format::{MAX_FRAME_BYTES, MAX_SIDE, Mode, PixelFormat, YuvEncoding, YuvRange};
pub use frame::Frame;
pub use locate::{Place, Selector, places};
pub use picture::Picture;
pub use stream::{Next, Stream, Tally};
