//! When a byte is over the line: a pseudo-terminal would carry them all at once.

use std::time::Duration;

/// Bits of a byte on the line: start, eight of data, stop.
const BITS_A_BYTE: u64 = 10;

/// One packet on the line, in time since the emulator began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Bytes on the line.
    pub bytes: usize,
    /// When the first bit began.
    pub begin: Duration,
    /// When the last bit was over.
    pub end: Duration,
}

/// A line in one direction: one byte after another, at its baud rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Bits a second; `None` is a line without limit.
    baud: Option<u32>,
    /// When the line is free.
    free: Duration,
}

impl Line {
    /// A line that is free.
    #[must_use]
    pub fn new(baud: Option<u32>) -> Line {
        Line { baud, free: Duration::ZERO }
    }

    /// Another speed, for what is not yet on its way.
    pub fn set_baud(&mut self, baud: Option<u32>) {
        self.baud = baud;
    }

    /// Bits a second.
    #[must_use]
    pub fn baud(&self) -> Option<u32> {
        self.baud
    }

    /// Puts bytes on the line, at `now` or when those before them are over.
    pub fn carry(&mut self, now: Duration, bytes: usize) -> Sent {
        let begin = now.max(self.free);
        let end = begin + self.time_of(bytes);
        self.free = end;
        Sent { bytes, begin, end }
    }

    /// How long so many bytes are on the line.
    #[must_use]
    pub fn time_of(&self, bytes: usize) -> Duration {
        match self.baud {
            Some(baud) if baud > 0 => {
                let nanos = bytes as u64 * BITS_A_BYTE * 1_000_000_000 / u64::from(baud);
                Duration::from_nanos(nanos)
            }
            _ => Duration::ZERO,
        }
    }

    /// What is still under way is lost.
    pub fn cut(&mut self, now: Duration) {
        self.free = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_at_57600_baud_takes_ten_bits() {
        let mut line = Line::new(Some(57_600));
        let first = line.carry(Duration::from_secs(1), 5760);
        assert_eq!(first.end, Duration::from_secs(2));
        // The line is busy, so the next waits.
        let second = line.carry(Duration::from_secs(1), 576);
        assert_eq!(second.begin, Duration::from_secs(2));
        assert_eq!(second.end, Duration::from_millis(2100));
    }

    #[test]
    fn an_image_takes_as_long_as_the_manual_says() {
        // 256 x 288 at four bits: 288 packets of 128 bytes, 11 more on the line each, and the
        // acknowledgement of 12 bytes.
        let line = Line::new(Some(57_600));
        let time = line.time_of(288 * 139 + 12);
        assert!((6.94..6.96).contains(&time.as_secs_f64()), "{time:?}");
    }
}
