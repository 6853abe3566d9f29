//! What of the kernel's V4L2 interface the camera needs: its structs, its numbers, and
//! safe functions over `ioctl`, `mmap` and `poll`.
//!
//! Declared by hand after `linux/videodev2.h`, because the crates for it generate these
//! with libclang at build time. The sizes below are the kernel's: a request number
//! contains the size of its struct, so that the kernel refuses a struct of another size.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::io;
use std::marker::PhantomData;
use std::mem::size_of;
use std::os::fd::{AsRawFd as _, BorrowedFd};
use std::ptr::NonNull;
use std::time::{Duration, Instant};

/// `V4L2_BUF_TYPE_VIDEO_CAPTURE`.
pub(super) const CAPTURE: u32 = 1;
/// `V4L2_MEMORY_MMAP`.
pub(super) const MEMORY_MMAP: u32 = 1;
/// `V4L2_CAP_VIDEO_CAPTURE`.
pub(super) const CAP_CAPTURE: u32 = 0x0000_0001;
/// `V4L2_CAP_VIDEO_CAPTURE_MPLANE`.
pub(super) const CAP_CAPTURE_PLANES: u32 = 0x0000_1000;
/// `V4L2_CAP_STREAMING`.
pub(super) const CAP_STREAMING: u32 = 0x0400_0000;
/// `V4L2_CAP_DEVICE_CAPS`: `device_caps` is about this node, not about the whole device.
pub(super) const CAP_DEVICE: u32 = 0x8000_0000;
/// `V4L2_BUF_FLAG_ERROR`: the frame arrived damaged.
pub(super) const FLAG_ERROR: u32 = 0x0000_0040;
/// `V4L2_BUF_FLAG_TIMESTAMP_MASK` and its value for `CLOCK_MONOTONIC`.
pub(super) const FLAG_CLOCK: u32 = 0x0000_e000;
pub(super) const FLAG_CLOCK_MONOTONIC: u32 = 0x0000_2000;
/// `V4L2_CTRL_FLAG_NEXT_CTRL`: asks for the control after this one.
pub(super) const CONTROL_NEXT: u32 = 0x8000_0000;
/// `V4L2_CTRL_FLAG_DISABLED`.
pub(super) const CONTROL_DISABLED: u32 = 0x0001;
/// `V4L2_CAP_TIMEPERFRAME`: the frame rate can be set.
pub(super) const CAP_FRAME_RATE: u32 = 0x1000;

/// `struct v4l2_capability`.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Capability {
    pub(super) driver: [u8; 16],
    pub(super) card: [u8; 32],
    pub(super) bus: [u8; 32],
    pub(super) version: u32,
    pub(super) capabilities: u32,
    pub(super) device_caps: u32,
    reserved: [u32; 3],
}

/// `struct v4l2_fmtdesc`.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct FormatDescription {
    pub(super) index: u32,
    pub(super) kind: u32,
    pub(super) flags: u32,
    pub(super) description: [u8; 32],
    pub(super) pixel: u32,
    media_bus: u32,
    reserved: [u32; 3],
}

/// `struct v4l2_frmsizeenum`; `size` is width, height where `kind` is 1 (discrete), else
/// minimum, maximum and step of the width, then of the height.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct FrameSize {
    pub(super) index: u32,
    pub(super) pixel: u32,
    pub(super) kind: u32,
    pub(super) size: [u32; 6],
    reserved: [u32; 2],
}

/// `struct v4l2_pix_format`.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct PixFormat {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixel: u32,
    pub(super) field: u32,
    pub(super) bytes_per_line: u32,
    pub(super) size: u32,
    pub(super) colour_space: u32,
    private: u32,
    pub(super) flags: u32,
    pub(super) encoding: u32,
    pub(super) quantization: u32,
    transfer: u32,
}

/// The union in `struct v4l2_format`: its longest member has 200 bytes, and one has pointers.
#[repr(C)]
#[derive(Clone, Copy)]
#[cfg_attr(target_pointer_width = "64", repr(align(8)))]
pub(super) struct FormatUnion {
    pub(super) pix: PixFormat,
    rest: [u8; 200 - size_of::<PixFormat>()],
}

/// `struct v4l2_format`.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Format {
    pub(super) kind: u32,
    pub(super) union: FormatUnion,
}

/// `struct v4l2_streamparm` with `struct v4l2_captureparm` in its union of 200 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct StreamParameters {
    pub(super) kind: u32,
    pub(super) capability: u32,
    pub(super) mode: u32,
    /// Seconds a frame, as a fraction.
    pub(super) numerator: u32,
    pub(super) denominator: u32,
    extended_mode: u32,
    read_buffers: u32,
    rest: [u8; 200 - 6 * size_of::<u32>()],
}

/// `struct v4l2_requestbuffers`.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct RequestBuffers {
    pub(super) count: u32,
    pub(super) kind: u32,
    pub(super) memory: u32,
    capabilities: u32,
    flags: u32,
}

/// `struct v4l2_buffer`.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Buffer {
    pub(super) index: u32,
    pub(super) kind: u32,
    pub(super) bytes_used: u32,
    pub(super) flags: u32,
    pub(super) field: u32,
    pub(super) timestamp: libc::timeval,
    time_code: [u32; 4],
    pub(super) sequence: u32,
    pub(super) memory: u32,
    /// The union `m`: the offset for `mmap` in its first four bytes.
    pub(super) offset: Offset,
    pub(super) length: u32,
    reserved: u32,
    request: i32,
}

/// The union `m` of `struct v4l2_buffer`, which has a pointer and an `unsigned long` in it.
#[repr(C)]
#[derive(Clone, Copy)]
#[cfg_attr(target_pointer_width = "64", repr(align(8)))]
pub(super) struct Offset {
    pub(super) value: u32,
    #[cfg(target_pointer_width = "64")]
    rest: u32,
}

/// `struct v4l2_queryctrl`.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct QueryControl {
    pub(super) id: u32,
    pub(super) kind: u32,
    pub(super) name: [u8; 32],
    pub(super) minimum: i32,
    pub(super) maximum: i32,
    pub(super) step: i32,
    pub(super) default: i32,
    pub(super) flags: u32,
    reserved: [u32; 2],
}

/// `struct v4l2_control`.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Control {
    pub(super) id: u32,
    pub(super) value: i32,
}

const _: () = {
    let wide = size_of::<usize>() == 8;
    assert!(size_of::<Capability>() == 104);
    assert!(size_of::<FormatDescription>() == 64);
    assert!(size_of::<FrameSize>() == 44);
    assert!(size_of::<PixFormat>() == 48);
    assert!(size_of::<Format>() == if wide { 208 } else { 204 });
    assert!(size_of::<StreamParameters>() == 204);
    assert!(size_of::<RequestBuffers>() == 20);
    // On 32 bit the kernel knows both widths of time.
    let narrow = if size_of::<libc::timeval>() == 8 { 68 } else { 80 };
    assert!(size_of::<Buffer>() == if wide { 88 } else { narrow });
    assert!(size_of::<QueryControl>() == 68);
    assert!(size_of::<Control>() == 8);
};

/// Marks the structs above: whole where every byte is zero, so that the kernel may be
/// handed one, and may write any bytes into one.
pub(super) trait Zeroed: Copy {}
impl Zeroed for Capability {}
impl Zeroed for FormatDescription {}
impl Zeroed for FrameSize {}
impl Zeroed for Format {}
impl Zeroed for StreamParameters {}
impl Zeroed for RequestBuffers {}
impl Zeroed for Buffer {}
impl Zeroed for QueryControl {}
impl Zeroed for Control {}
impl Zeroed for c_int {}

/// A request's number, which only this file makes, with the struct that it is about.
pub(super) struct Request<T>(u32, PhantomData<T>);

impl<T> Request<T> {
    /// `_IOC(direction, 'V', number, sizeof(T))`: 1 writes to the kernel, 2 reads from it.
    #[expect(clippy::cast_possible_truncation, reason = "the sizes are asserted above")]
    const fn new(direction: u32, number: u32) -> Self {
        let size = size_of::<T>() as u32;
        Self((direction << 30) | (size << 16) | ((b'V' as u32) << 8) | number, PhantomData)
    }
}

pub(super) const QUERYCAP: Request<Capability> = Request::new(2, 0);
pub(super) const ENUM_FMT: Request<FormatDescription> = Request::new(3, 2);
pub(super) const G_FMT: Request<Format> = Request::new(3, 4);
pub(super) const S_FMT: Request<Format> = Request::new(3, 5);
pub(super) const REQBUFS: Request<RequestBuffers> = Request::new(3, 8);
pub(super) const QUERYBUF: Request<Buffer> = Request::new(3, 9);
pub(super) const QBUF: Request<Buffer> = Request::new(3, 15);
pub(super) const DQBUF: Request<Buffer> = Request::new(3, 17);
pub(super) const STREAMON: Request<c_int> = Request::new(1, 18);
pub(super) const STREAMOFF: Request<c_int> = Request::new(1, 19);
pub(super) const G_PARM: Request<StreamParameters> = Request::new(3, 21);
pub(super) const S_PARM: Request<StreamParameters> = Request::new(3, 22);
pub(super) const G_CTRL: Request<Control> = Request::new(3, 27);
pub(super) const S_CTRL: Request<Control> = Request::new(3, 28);
pub(super) const QUERYCTRL: Request<QueryControl> = Request::new(3, 36);
pub(super) const ENUM_FRAMESIZES: Request<FrameSize> = Request::new(3, 74);

/// One of the structs above, with every byte zero.
pub(super) fn zeroed<T: Zeroed>() -> T {
    // SAFETY: `Zeroed` is on integers and on structs of integers and arrays of them alone,
    // for which all bytes zero are a value.
    unsafe { std::mem::zeroed() }
}

/// Asks the driver, again where a signal came between.
pub(super) fn ask<T: Zeroed>(
    device: BorrowedFd<'_>,
    request: &Request<T>,
    argument: &mut T,
) -> io::Result<()> {
    loop {
        // SAFETY: the number says that the kernel reads and writes no more than
        // `size_of::<T>()` bytes there, the reference is to so many, and `Zeroed`
        // promises that any bytes are a value of `T`. No struct here hands the kernel
        // a pointer to anything else.
        let answer = unsafe { libc::ioctl(device.as_raw_fd(), request.0 as _, &raw mut *argument) };
        if answer != -1 {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// Waits until the device has a frame: false where the deadline came first.
///
/// An error of the device (it was unplugged, or does not stream) ends the wait as well;
/// what it is, the next request says.
pub(super) fn wait(device: BorrowedFd<'_>, deadline: Instant) -> io::Result<bool> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        // Rounded up, so that the last part of a millisecond is not spent in circles.
        let milliseconds = left.as_micros().div_ceil(1000).min(60_000);
        let milliseconds = c_int::try_from(milliseconds).unwrap_or(60_000);
        let mut entry = libc::pollfd { fd: device.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        // SAFETY: one entry, which is ours, and the count says one.
        match unsafe { libc::poll(&raw mut entry, 1, milliseconds) } {
            -1 => {
                let error = io::Error::last_os_error();
                if error.kind() != io::ErrorKind::Interrupted {
                    return Err(error);
                }
            }
            0 if Instant::now() >= deadline => return Ok(false),
            0 => {}
            _ => return Ok(true),
        }
    }
}

/// `CLOCK_MONOTONIC` now: the clock of the frames' timestamps.
pub(super) fn monotonic() -> Duration {
    // SAFETY: a `timespec` is two integers.
    let mut now: libc::timespec = unsafe { std::mem::zeroed() };
    // SAFETY: the clock exists on every Linux, and the reference is to one `timespec`.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// A buffer of the driver, mapped for reading; unmapped when dropped.
#[derive(Debug)]
pub(super) struct Mapping {
    address: NonNull<libc::c_void>,
    length: usize,
}

// SAFETY: the mapping belongs to the process, not to a thread, and is only read.
unsafe impl Send for Mapping {}

impl Mapping {
    /// Maps what `QUERYBUF` described.
    pub(super) fn new(device: BorrowedFd<'_>, buffer: &Buffer) -> io::Result<Self> {
        let length = buffer.length as usize;
        let offset = libc::off_t::from(i32::try_from(buffer.offset.value).map_err(|_| {
            io::Error::new(io::ErrorKind::InvalidData, "the driver's offset is too large")
        })?);
        let (access, flags) = (libc::PROT_READ, libc::MAP_SHARED);
        // SAFETY: a new mapping at an address that the kernel chooses: nothing of ours is there.
        let address = unsafe {
            libc::mmap(std::ptr::null_mut(), length, access, flags, device.as_raw_fd(), offset)
        };
        if address == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let address = NonNull::new(address)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "mapped at zero"))?;
        Ok(Self { address, length })
    }

    /// Copies the first bytes, no more than the buffer has. The driver must not have the
    /// buffer meanwhile, else the bytes are those of two frames.
    pub(super) fn copy(&self, bytes: usize) -> Vec<u8> {
        let count = bytes.min(self.length);
        let mut copied = Vec::<u8>::with_capacity(count);
        // SAFETY: the mapping is readable for `length` bytes until it is dropped, the new
        // vector has room for `count`, and the two do not overlap.
        unsafe {
            std::ptr::copy_nonoverlapping(
                self.address.as_ptr().cast::<u8>(),
                copied.as_mut_ptr(),
                count,
            );
        }
        // SAFETY: so many bytes were written just now.
        unsafe { copied.set_len(count) };
        copied
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: mapped by `new`, unmapped only here, and nothing borrows from it.
        unsafe { libc::munmap(self.address.as_ptr(), self.length) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_the_header_s() {
        assert_eq!(QUERYCAP.0, 0x8068_5600);
        assert_eq!(ENUM_FMT.0, 0xc040_5602);
        assert_eq!(REQBUFS.0, 0xc014_5608);
        assert_eq!(STREAMON.0, 0x4004_5612);
        assert_eq!(STREAMOFF.0, 0x4004_5613);
        assert_eq!(S_PARM.0, 0xc0cc_5616);
        assert_eq!(S_CTRL.0, 0xc008_561c);
        assert_eq!(QUERYCTRL.0, 0xc044_5624);
        assert_eq!(ENUM_FRAMESIZES.0, 0xc02c_564a);
        if size_of::<usize>() == 8 {
            assert_eq!(S_FMT.0, 0xc0d0_5605);
            assert_eq!(QUERYBUF.0, 0xc058_5609);
            assert_eq!(DQBUF.0, 0xc058_5611);
        } else {
            assert_eq!(S_FMT.0, 0xc0cc_5605);
        }
    }

    #[test]
    fn what_is_no_camera_refuses_and_waiting_ends() {
        use std::os::fd::AsFd as _;
        let (ours, _theirs) = std::os::unix::net::UnixStream::pair().expect("a pair of sockets");
        let mut capability = zeroed::<Capability>();
        let refused = ask(ours.as_fd(), &QUERYCAP, &mut capability);
        assert_eq!(refused.map_err(|error| error.raw_os_error()), Err(Some(libc::ENOTTY)));
        let deadline = Instant::now() + Duration::from_millis(20);
        assert!(!wait(ours.as_fd(), deadline).expect("a wait that ends"));
        assert!(Instant::now() >= deadline);
    }
}
