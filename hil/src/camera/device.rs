//! An open camera: what it is, what it offers, and the mode that is agreed on with it.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::error::CameraError;
use super::format::{Mode, PixelFormat, YuvEncoding, YuvRange, name_of_code};
use super::sys;

/// More formats, sizes or controls than this no camera has: where the list ends at the latest.
pub(super) const MAX_LISTED: u32 = 256;

/// What a driver says of itself and its camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The kernel's driver, `uvcvideo` for example.
    pub driver: String,
    /// The camera's name.
    pub card: String,
    /// Where it is attached: of a USB camera, controller and port.
    pub bus: String,
}

/// What is asked of a camera; what it gives may be something else.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// Pixel formats, the best first.
    pub pixels: Vec<PixelFormat>,
    /// Pixels in a line.
    pub width: u32,
    /// Lines.
    pub height: u32,
    /// Frames a second, if that matters.
    pub rate: Option<u32>,
}

impl Wish {
    /// A size in any format that is understood.
    pub fn size(width: u32, height: u32) -> Self {
        Self { pixels: PixelFormat::ALL.to_vec(), width, height, rate: None }
    }

    /// The same in this format alone.
    #[must_use]
    pub fn only(self, pixel: PixelFormat) -> Self {
        Self { pixels: vec![pixel], ..self }
    }
}

/// A camera's device node, open, with the mode that the driver gave.
#[derive(Debug)]
pub struct Camera {
    file: File,
    path: PathBuf,
    identity: Identity,
    mode: Mode,
}

impl Camera {
    /// Opens a node such as `/dev/video0` and reads the mode that it is in.
    ///
    /// # Errors
    ///
    /// [`CameraError::Open`], or [`CameraError::NotACamera`] with what the node is instead.
    pub fn open(path: &Path) -> Result<Self, CameraError> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC)
            .open(path)
            .map_err(|source| CameraError::Open { path: path.to_owned(), source })?;
        let mut capability = sys::zeroed::<sys::Capability>();
        let what = |reason: String| CameraError::NotACamera { path: path.to_owned(), reason };
        sys::ask(file.as_fd(), &sys::QUERYCAP, &mut capability)
            .map_err(|source| what(format!("is no V4L2 device: {source}")))?;
        captures(&capability).map_err(|reason| what(reason.to_owned()))?;
        let identity = Identity {
            driver: text(&capability.driver),
            card: text(&capability.card),
            bus: text(&capability.bus),
        };
        let mut format = sys::zeroed::<sys::Format>();
        format.kind = sys::CAPTURE;
        sys::ask(file.as_fd(), &sys::G_FMT, &mut format)
            .map_err(|source| what(format!("names no format: {source}")))?;
        // A format that is not understood here is nothing wrong before one is agreed on.
        let mode = mode_of(&format.union.pix).unwrap_or(Mode::packed(PixelFormat::Grey, 1, 1)?);
        Ok(Self { file, path: path.to_owned(), identity, mode })
    }

    /// The node that was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Driver, name and place.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The mode that was agreed on last.
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    /// Whether it was unplugged since it was opened.
    pub fn is_gone(&self) -> bool {
        let mut capability = sys::zeroed::<sys::Capability>();
        let answer = sys::ask(self.fd(), &sys::QUERYCAP, &mut capability);
        answer.is_err_and(|error| error.raw_os_error() == Some(libc::ENODEV))
    }

    /// The pixel formats that are understood here, of those that the camera offers.
    ///
    /// # Errors
    ///
    /// [`CameraError::Refused`] where the driver does not answer.
    pub fn formats(&self) -> Result<Vec<PixelFormat>, CameraError> {
        Ok(self.offered()?.into_iter().filter_map(PixelFormat::of_code).collect())
    }

    /// The sizes of a format, width and height: those that the driver lists, or the least
    /// and the greatest where it takes a range.
    ///
    /// # Errors
    ///
    /// [`CameraError::Refused`] where the driver does not answer.
    pub fn sizes(&self, pixel: PixelFormat) -> Result<Vec<(u32, u32)>, CameraError> {
        let mut sizes = Vec::new();
        for index in 0..MAX_LISTED {
            let mut size = sys::zeroed::<sys::FrameSize>();
            (size.index, size.pixel) = (index, pixel.code());
            if !self.listed(&sys::ENUM_FRAMESIZES, &mut size, "list the sizes")? {
                break;
            }
            match (size.kind, size.size) {
                (1, [width, height, ..]) => sizes.push((width, height)),
                (_, [least_w, most_w, _, least_h, most_h, _]) => {
                    sizes.extend([(least_w, least_h), (most_w, most_h)]);
                    break;
                }
            }
        }
        Ok(sizes)
    }

    /// Asks for the first of the wished formats that the camera offers, and for the size;
    /// what comes back is what the driver gave.
    ///
    /// # Errors
    ///
    /// [`CameraError::NoFormat`], [`CameraError::Refused`], or [`CameraError::Nonsense`] for
    /// an answer that cannot be.
    pub fn agree(&mut self, wish: &Wish) -> Result<Mode, CameraError> {
        let offered = self.offered()?;
        let pixel = wish
            .pixels
            .iter()
            .find(|pixel| offered.iter().any(|&code| PixelFormat::of_code(code) == Some(**pixel)));
        let Some(&pixel) = pixel else {
            let names = |list: Vec<String>| list.join(", ");
            return Err(CameraError::NoFormat {
                asked: names(wish.pixels.iter().map(ToString::to_string).collect()),
                offered: names(offered.into_iter().map(name_of_code).collect()),
            });
        };
        let mut format = sys::zeroed::<sys::Format>();
        format.kind = sys::CAPTURE;
        let pix = &mut format.union.pix;
        (pix.width, pix.height) = (wish.width, wish.height);
        // 1 is V4L2_FIELD_NONE: whole frames, not every other line.
        (pix.pixel, pix.field) = (pixel.code(), 1);
        self.request(&sys::S_FMT, &mut format, || {
            format!("set {pixel} {} x {}", wish.width, wish.height)
        })?;
        self.mode = mode_of(&format.union.pix)?;
        if let Some(rate) = wish.rate {
            self.set_rate(rate)?;
        }
        Ok(self.mode)
    }

    /// Frames a second that the camera promises in its mode; none where it does not say.
    ///
    /// # Errors
    ///
    /// [`CameraError::Refused`] where the driver does not answer.
    pub fn rate(&self) -> Result<Option<f64>, CameraError> {
        let mut parameters = sys::zeroed::<sys::StreamParameters>();
        parameters.kind = sys::CAPTURE;
        if !self.listed(&sys::G_PARM, &mut parameters, "read the frame rate")? {
            return Ok(None);
        }
        let (seconds, parts) = (parameters.numerator, parameters.denominator);
        Ok((seconds > 0 && parts > 0).then(|| f64::from(parts) / f64::from(seconds)))
    }

    fn set_rate(&self, rate: u32) -> Result<(), CameraError> {
        let mut parameters = sys::zeroed::<sys::StreamParameters>();
        parameters.kind = sys::CAPTURE;
        self.request(&sys::G_PARM, &mut parameters, || "read the frame rate".to_owned())?;
        if parameters.capability & sys::CAP_FRAME_RATE == 0 {
            return Err(CameraError::Control(
                "frame rate: the camera does not let it be set".to_owned(),
            ));
        }
        (parameters.numerator, parameters.denominator) = (1, rate);
        self.request(&sys::S_PARM, &mut parameters, || format!("set {rate} frames a second"))
    }

    /// The numbers of all formats that the camera offers.
    fn offered(&self) -> Result<Vec<u32>, CameraError> {
        let mut offered = Vec::new();
        for index in 0..MAX_LISTED {
            let mut description = sys::zeroed::<sys::FormatDescription>();
            (description.index, description.kind) = (index, sys::CAPTURE);
            if !self.listed(&sys::ENUM_FMT, &mut description, "list the formats")? {
                break;
            }
            offered.push(description.pixel);
        }
        Ok(offered)
    }

    /// Asks for an entry of a list: false after the last, and where there is no such list.
    pub(super) fn listed<T: sys::Zeroed>(
        &self,
        request: &sys::Request<T>,
        argument: &mut T,
        what: &str,
    ) -> Result<bool, CameraError> {
        match sys::ask(self.fd(), request, argument) {
            Ok(()) => Ok(true),
            Err(error) if matches!(error.raw_os_error(), Some(libc::EINVAL | libc::ENOTTY)) => {
                Ok(false)
            }
            Err(source) => Err(CameraError::Refused { what: what.to_owned(), source }),
        }
    }

    /// Asks the driver; an error says what was asked.
    pub(super) fn request<T: sys::Zeroed>(
        &self,
        request: &sys::Request<T>,
        argument: &mut T,
        what: impl FnOnce() -> String,
    ) -> Result<(), CameraError> {
        sys::ask(self.fd(), request, argument)
            .map_err(|source: io::Error| CameraError::Refused { what: what(), source })
    }

    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

/// Whether the node captures whole frames into mapped buffers, or what it does instead.
fn captures(capability: &sys::Capability) -> Result<(), &'static str> {
    let all = capability.capabilities;
    let own = if all & sys::CAP_DEVICE != 0 { capability.device_caps } else { all };
    if own & sys::CAP_CAPTURE == 0 {
        return Err(if own & sys::CAP_CAPTURE_PLANES != 0 {
            "has its planes in several buffers (MPLANE), which is not supported"
        } else {
            "captures no frames: it is for metadata, output or something else"
        });
    }
    if own & sys::CAP_STREAMING == 0 {
        return Err("does not stream into mapped buffers");
    }
    Ok(())
}

/// The mode in a driver's answer.
fn mode_of(pix: &sys::PixFormat) -> Result<Mode, CameraError> {
    let pixel = PixelFormat::of_code(pix.pixel).ok_or_else(|| {
        CameraError::Nonsense(format!("{}, which was not asked for", name_of_code(pix.pixel)))
    })?;
    // V4L2_YCBCR_ENC_709 and V4L2_COLORSPACE_REC709, the default of which it is.
    let bt709 = pix.encoding == 2 || (pix.encoding == 0 && pix.colour_space == 3);
    // V4L2_QUANTIZATION_FULL_RANGE and V4L2_COLORSPACE_JPEG, the default of which it is.
    let full = pix.quantization == 1 || (pix.quantization == 0 && pix.colour_space == 7);
    // Some drivers leave these at 0 where there is no padding.
    let plain = Mode::packed(pixel, pix.width, pix.height)?;
    let compressed = pixel == PixelFormat::Mjpg;
    let or_plain = |value, plain| if value == 0 { plain } else { value };
    Mode {
        stride: if compressed { 0 } else { or_plain(pix.bytes_per_line, plain.stride) },
        frame_bytes: or_plain(pix.size, plain.frame_bytes),
        encoding: if bt709 { YuvEncoding::Bt709 } else { YuvEncoding::Bt601 },
        range: if full { YuvRange::Full } else { YuvRange::Limited },
        ..plain
    }
    .checked()
}

/// The text in a field that ends with a zero, or with the field.
pub(super) fn text(field: &[u8]) -> String {
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_camera_says_what_it_is() {
        let error = Camera::open(Path::new("/dev/null")).expect_err("no camera").to_string();
        assert!(error.starts_with("/dev/null: is no V4L2 device"), "{error}");
        let error =
            Camera::open(Path::new("/dev/no-such-camera")).expect_err("no node").to_string();
        assert!(error.contains("/dev/no-such-camera: No such file"), "{error}");
    }

    #[test]
    fn nodes_that_capture_nothing_are_told_apart() {
        let mut capability = sys::zeroed::<sys::Capability>();
        capability.capabilities = sys::CAP_CAPTURE | sys::CAP_STREAMING;
        assert_eq!(captures(&capability), Ok(()));
        // The device captures, this node of it has metadata.
        capability.capabilities |= sys::CAP_DEVICE;
        assert!(captures(&capability).is_err_and(|reason| reason.contains("metadata")));
        capability.device_caps = sys::CAP_CAPTURE_PLANES | sys::CAP_STREAMING;
        assert!(captures(&capability).is_err_and(|reason| reason.contains("MPLANE")));
        capability.device_caps = sys::CAP_CAPTURE;
        assert!(captures(&capability).is_err_and(|reason| reason.contains("mapped")));
    }

    #[test]
    fn the_driver_s_answer_is_what_counts() {
        let mut pix = sys::zeroed::<sys::Format>().union.pix;
        (pix.width, pix.height, pix.pixel) = (320, 240, PixelFormat::Yuyv.code());
        let plain = mode_of(&pix).expect("a mode");
        assert_eq!((plain.stride, plain.frame_bytes), (640, 153_600));
        (pix.bytes_per_line, pix.size, pix.quantization, pix.encoding) = (704, 168_960, 1, 2);
        let padded = mode_of(&pix).expect("a mode");
        assert_eq!((padded.stride, padded.frame_bytes), (704, 168_960));
        assert_eq!((padded.encoding, padded.range), (YuvEncoding::Bt709, YuvRange::Full));
        pix.size = 100;
        assert!(matches!(mode_of(&pix), Err(CameraError::Nonsense(_))));
        pix.pixel = u32::from_le_bytes(*b"H264");
        assert!(mode_of(&pix).is_err_and(|error| error.to_string().contains("H264")));
    }
}
