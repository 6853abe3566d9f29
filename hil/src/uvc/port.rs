//! A device plugged into a port of the kernel's `vhci_hcd`, and run by a thread.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::Shutdown;
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::device::Device;
use super::error::UvcError;
use super::fault::Fault;
use super::reel::Source;
use super::usbip::{Decoder, Reply};

/// The kernel's controller.
const CONTROLLER: &str = "/sys/devices/platform/vhci_hcd.0";
/// In a port's line of `status`: nothing is plugged in.
const FREE: &str = "004";
/// USB 2.0 at 480 Mbit/s.
const HIGH_SPEED: u32 = 3;
/// How long the thread waits for the kernel before it looks for orders.
const PAUSE: Duration = Duration::from_millis(5);
/// A kernel that takes no bytes for so long has lost the device.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether a device could be plugged in here.
///
/// # Errors
///
/// [`UvcError::Port`] or [`UvcError::NoFreePort`] with the reason why not.
pub fn available() -> Result<(), UvcError> {
    let attach = Path::new(CONTROLLER).join("attach");
    let port = |source| UvcError::Port { path: attach.clone(), source };
    fs::OpenOptions::new().write(true).open(&attach).map_err(port)?;
    free_port().map(|_| ())
}

/// A plugged-in device; unplugged when dropped.
pub struct Plugged {
    device: Arc<Mutex<Device>>,
    socket: UnixStream,
    thread: Option<JoinHandle<Result<(), UvcError>>>,
}

impl Plugged {
    /// Plugs a device into a free port. The kernel then asks it what it is, and lists it
    /// soon after: wait for it with [`Selector::wait`](crate::camera::Selector::wait).
    ///
    /// # Errors
    ///
    /// [`UvcError`] where there is no port, or the kernel does not take the device.
    pub fn plug(device: Device) -> Result<Self, UvcError> {
        let port = free_port()?;
        let (ours, kernel_s) = UnixStream::pair()?;
        ours.set_read_timeout(Some(PAUSE))?;
        ours.set_write_timeout(Some(PATIENCE))?;
        let device = Arc::new(Mutex::new(device));
        let socket = ours.try_clone()?;
        let shared = Arc::clone(&device);
        let thread = std::thread::Builder::new()
            .name("simulated camera".to_owned())
            .spawn(move || serve(&shared, ours))?;
        let plugged = Self { device, socket, thread: Some(thread) };
        // The number of the device is ours to choose; it is never 0.
        let line = format!("{port} {} {} {HIGH_SPEED}", kernel_s.as_raw_fd(), 0x0001_0002 + port);
        let attach = Path::new(CONTROLLER).join("attach");
        fs::write(&attach, line).map_err(|source| UvcError::Port { path: attach, source })?;
        Ok(plugged)
    }

    /// Orders a fault.
    pub fn fault(&self, fault: Fault) {
        self.lock().fault(fault);
    }

    /// Faults that were ordered and have not come yet.
    pub fn faults_left(&self) -> usize {
        self.lock().faults_left()
    }

    /// Shows something else from the next frame on.
    pub fn show(&self, source: Box<dyn Source>) {
        self.lock().show(source);
    }

    /// Pulls the plug, in the middle of whatever goes on.
    ///
    /// # Errors
    ///
    /// What ended the device before that, if something did.
    pub fn unplug(mut self) -> Result<(), UvcError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), UvcError> {
        // Fails where the kernel was faster, which comes to the same.
        let _ = self.socket.shutdown(Shutdown::Both);
        let Some(thread) = self.thread.take() else { return Ok(()) };
        thread.join().unwrap_or_else(|_| Err(UvcError::Protocol("the device panicked".to_owned())))
    }

    fn lock(&self) -> MutexGuard<'_, Device> {
        self.device.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Plugged {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// Runs the device until the plug is pulled.
fn serve(device: &Mutex<Device>, mut socket: UnixStream) -> Result<(), UvcError> {
    let started = Instant::now();
    let mut decoder = Decoder::default();
    let mut bytes = vec![0; 65_536];
    loop {
        let (replies, due) = {
            let mut device = device.lock().unwrap_or_else(PoisonError::into_inner);
            (device.poll(started.elapsed()), device.due())
        };
        if !send(&mut socket, &replies)? {
            return Ok(());
        }
        let until_due = due.map_or(PAUSE, |due| due.saturating_sub(started.elapsed()));
        // A wait of nothing would be one without end.
        let pause = until_due.clamp(Duration::from_micros(100), PAUSE);
        socket.set_read_timeout(Some(pause))?;
        match socket.read(&mut bytes) {
            Ok(0) => return Ok(()),
            Ok(count) => decoder.push(bytes.get(..count).unwrap_or_default()),
            Err(error) if gone(&error) => return Ok(()),
            Err(error) if waited(&error) => {}
            Err(error) => return Err(error.into()),
        }
        while let Some(command) = decoder.take()? {
            let replies = {
                let mut device = device.lock().unwrap_or_else(PoisonError::into_inner);
                device.receive(command, started.elapsed())?
            };
            if !send(&mut socket, &replies)? {
                return Ok(());
            }
        }
    }
}

/// False where the plug was pulled.
fn send(socket: &mut UnixStream, replies: &[Reply]) -> Result<bool, UvcError> {
    let mut bytes = Vec::new();
    for reply in replies {
        reply.encode(&mut bytes);
    }
    match socket.write_all(&bytes) {
        Ok(()) => Ok(true),
        Err(error) if gone(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn gone(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::BrokenPipe | ErrorKind::ConnectionReset | ErrorKind::NotConnected
    )
}

fn waited(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// The number of the first free USB 2 port.
fn free_port() -> Result<u32, UvcError> {
    let path: PathBuf = Path::new(CONTROLLER).join("status");
    let status = fs::read_to_string(&path)
        .map_err(|source| UvcError::Port { path: path.clone(), source })?;
    free_in(&status).ok_or(UvcError::NoFreePort(path))
}

/// Lines are hub, port, status, speed, device, socket, name; the first names the columns.
fn free_in(status: &str) -> Option<u32> {
    status.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let (hub, port, state) = (words.next()?, words.next()?, words.next()?);
        (hub == "hs" && state == FREE).then(|| port.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_free_port_of_usb_2() {
        let status = "hub port sta spd dev      sockfd local_busid\n\
                      hs  0000 006 003 00010002 000005 1-1\n\
                      hs  0001 004 000 00000000 000000 0-0\n\
                      ss  0008 004 000 00000000 000000 0-0\n";
        assert_eq!(free_in(status), Some(1));
        assert_eq!(free_in(&status.replace("hs  0001 004", "hs  0001 006")), None);
        assert_eq!(free_in(""), None);
    }

    #[test]
    fn a_device_ends_with_its_socket() {
        let source = super::super::reel::Reel::new(vec![super::super::test_picture(8, 8, 1)]);
        let profile = super::super::Profile::new("CAM-1");
        let device = Device::new(profile, Box::new(source.expect("a reel"))).expect("a camera");
        let device = Mutex::new(device);
        let (ours, mut kernel_s) = UnixStream::pair().expect("sockets");
        std::thread::scope(|scope| {
            let served = scope.spawn(|| serve(&device, ours));
            // GET_DESCRIPTOR of the device, 18 bytes.
            let mut command = [0; 48];
            command[3] = 1;
            command[15] = 1;
            command[27] = 18;
            command[40..].copy_from_slice(&[0x80, 6, 0, 1, 0, 0, 18, 0]);
            kernel_s.write_all(&command).expect("sent");
            let mut answer = [0; 66];
            kernel_s.read_exact(&mut answer).expect("an answer");
            assert_eq!(answer[48..52], [18, 1, 0, 2]);
            drop(kernel_s);
            assert!(served.join().expect("no panic").is_ok());
        });
    }
}
