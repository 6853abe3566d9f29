//! The bytes of a record, read from the front, never beyond their end.

use super::error::{ReadError, ReadFault};
use super::format::MinutiaeFormat;
use crate::limits;

/// How many bytes a stated length may fall short of the content. The worked example of
/// ISO/IEC 19794-2:2005 itself states 340 for 341, and a sample record of FingerprintIO
/// 340 for 342. The content never reaches beyond the bytes that are there.
const LENGTH_SLACK: usize = 2;

/// A cursor over the bytes.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    format: MinutiaeFormat,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Input<'a> {
    pub(super) fn new(format: MinutiaeFormat, bytes: &'a [u8]) -> Input<'a> {
        Input { format, bytes, at: 0 }
    }

    /// A refusal at this place.
    pub(super) fn fault(&self, fault: ReadFault) -> ReadError {
        ReadError { format: Some(self.format), offset: self.at, fault }
    }

    /// The offset of the next byte.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn take(&mut self, needed: usize) -> Result<&'a [u8], ReadError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(part) = rest.get(..needed) else {
            return Err(self.fault(ReadFault::Truncated { needed, found: rest.len() }));
        };
        self.at += needed;
        Ok(part)
    }

    pub(super) fn u8(&mut self) -> Result<u8, ReadError> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn u16(&mut self) -> Result<u16, ReadError> {
        let bytes = self.take(2)?;
        Ok(u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    pub(super) fn u32(&mut self) -> Result<u32, ReadError> {
        let bytes = self.take(4)?;
        Ok(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// A 32-bit number as a size; beyond any size where sizes have fewer bits.
    pub(super) fn size32(&mut self) -> Result<usize, ReadError> {
        Ok(usize::try_from(self.u32()?).unwrap_or(usize::MAX))
    }

    /// `FMR`, zero, and one of the versions.
    pub(super) fn magic(&mut self, versions: &[&[u8; 4]]) -> Result<(), ReadError> {
        let start = *self;
        let head = self.take(8)?;
        let known = versions.iter().any(|version| head[4..] == version[..]);
        if head[..4] == *b"FMR\0" && known { Ok(()) } else { Err(start.fault(ReadFault::Magic)) }
    }

    /// Holds a stated total length against the bytes that are there.
    pub(super) fn check_total(&self, stated: usize) -> Result<(), ReadError> {
        if stated > self.bytes.len() {
            let start = Input { at: 0, ..*self };
            let found = self.bytes.len();
            return Err(start.fault(ReadFault::Truncated { needed: stated, found }));
        }
        Ok(())
    }

    /// The next `length` bytes as an input of their own, which keeps the offsets.
    pub(super) fn part(&mut self, length: usize) -> Result<Input<'a>, ReadError> {
        let start = *self;
        self.take(length)?;
        Ok(Input { bytes: &self.bytes[..self.at], ..start })
    }

    /// A number of views.
    pub(super) fn views(&self, found: usize) -> Result<usize, ReadError> {
        match found {
            0 => Err(self.fault(ReadFault::Empty)),
            1..=limits::VIEWS_PER_RECORD => Ok(found),
            _ => Err(self.fault(ReadFault::Views { found })),
        }
    }

    /// A resolution in pixels per centimetre.
    pub(super) fn resolution(&mut self) -> Result<u16, ReadError> {
        let start = *self;
        let found = self.u16()?;
        if limits::MINUTIAE_RESOLUTION.contains(&found) {
            Ok(found)
        } else {
            Err(start.fault(ReadFault::Resolution { found }))
        }
    }

    /// Extended data: its length, and as many bytes that are not looked at.
    pub(super) fn skip_extended(&mut self) -> Result<(), ReadError> {
        let length = self.u16()?;
        self.take(usize::from(length)).map(|_| ())
    }

    /// Called behind the last view. Zeroes up to the stated length are padding; what
    /// follows it belongs to the buffer that the record came in.
    pub(super) fn finish(&self, stated: usize) -> Result<(), ReadError> {
        if stated + LENGTH_SLACK < self.at {
            return Err(self.fault(ReadFault::Length { stated, content: self.at }));
        }
        let rest = self.bytes.get(self.at..stated).unwrap_or_default();
        if rest.iter().any(|byte| *byte != 0) {
            return Err(self.fault(ReadFault::Surplus { stated, found: rest.len() }));
        }
        Ok(())
    }
}
