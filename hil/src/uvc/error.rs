//! What can go wrong with a simulated camera.

use std::io;
use std::path::PathBuf;

/// An error of the simulated camera, none of which its reader can cause.
#[derive(Debug, thiserror::Error)]
pub enum UvcError {
    /// The kernel has no USB/IP port, or nobody here may use it.
    #[error("{path}: {source}; is the kernel's module vhci-hcd loaded, and are you root?")]
    Port {
        /// The kernel's file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// All ports are taken.
    #[error("no free USB 2 port in {0}")]
    NoFreePort(PathBuf),
    /// The socket to the kernel failed.
    #[error("USB/IP socket: {0}")]
    Socket(#[from] io::Error),
    /// The kernel sent something that is no USB/IP, or nothing that this device has.
    #[error("USB/IP: {0}")]
    Protocol(String),
    /// A picture that the camera cannot show.
    #[error("picture: {0}")]
    Picture(String),
}
