//! Fingerprint modules of the R30x / ZFM / R503 family on a serial line.
//!
//! | file | what it is |
//! |------|------------|
//! | `packet.rs`, `decoder.rs` | the packets, and how they are found in a stream of bytes; sans-IO |
//! | `confirmation.rs` | what an acknowledgement can say |
//! | `command.rs`, `aura.rs`, `automatic.rs` | every instruction, to bytes and back |
//! | `parameters.rs`, `product.rs` | what a module tells about itself |
//! | `profile.rs` | what differs between the modules, as data with its sources |
//! | `image.rs` | an image of a finger |
//! | `link.rs`, `serial.rs`, `port.rs` | a line with deadlines; a serial one; finding it again after a re-plug |
//! | `error.rs` | what can go wrong |
//! | `driver.rs` | [`Module`]: one command and its answer, bounded in time and size |
//! | `transfer.rs`, `settings.rs`, `library.rs`, `finger.rs` | what a module can do, by topic |
//!
//! Nothing that comes over the line is trusted: lengths are bounded before memory is taken,
//! checksums are compared, answers of other addresses are passed over, and every wait has a
//! deadline.
//!
//! # Sources
//!
//! The R503 user manual, versions 1.1 and 1.2.2 (instructions, packets, confirmation codes);
//! the R305 and ZFM-20 manuals (older instructions). Where real modules differ from them,
//! [`Quirk`] names who reported it.

mod aura;
mod automatic;
mod command;
mod confirmation;
mod decoder;
mod driver;
mod error;
mod finger;
mod image;
mod library;
mod link;
mod packet;
mod parameters;
mod port;
mod product;
mod profile;
mod serial;
mod settings;
mod transfer;

pub use aura::{Aura, AuraColour, AuraLight};
pub use automatic::{AutoEnrol, AutoIdentify, EnrolStep, IdentifyStep, StepReport};
pub use command::{Command, CommandFault, NOTEPAD_BYTES, instruction};
pub use confirmation::Confirmation;
pub use decoder::{Decoder, PacketFault};
pub use driver::{Direction, Module, Patience};
pub use error::{ModuleError, Transfer};
pub use finger::Found;
pub use image::{GreyImage, ImageError};
pub use link::Link;
pub use packet::{
    CONTENT_MAX, DEFAULT_ADDRESS, PACKET_MAX, Packet, PacketKind, PacketTooLong, READY,
};
pub use parameters::{DataSize, Parameters, SetParameter};
pub use port::{PortError, Selector};
pub use product::Product;
pub use profile::{Geometry, Profile, Quirk};
pub use serial::{Finder, SerialLink};
pub use transfer::{IMAGE_BYTES_MAX, TEMPLATE_BYTES_MAX};
