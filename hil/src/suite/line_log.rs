//! What goes over a device's line, in the log.

use super::Recorder;
use crate::module::Direction;

/// Bytes of a message that are shown: a packet's head, never a whole template.
const SHOWN: usize = 12;

/// Writes one line for each turn of the talk: what was sent, and all that came before the next was.
#[derive(Debug)]
pub(super) struct LineLog {
    recorder: Recorder,
    device: String,
    direction: Direction,
    head: Vec<u8>,
    bytes: usize,
}

impl LineLog {
    pub(super) fn new(recorder: &Recorder, device: &str) -> LineLog {
        let (recorder, device) = (recorder.clone(), device.to_owned());
        LineLog { recorder, device, direction: Direction::Sent, head: Vec::new(), bytes: 0 }
    }

    /// Hears bytes.
    pub(super) fn hear(&mut self, direction: Direction, bytes: &[u8]) {
        // Each packet that is sent is a turn of its own.
        if direction != self.direction || direction == Direction::Sent {
            self.end_of_turn();
            self.direction = direction;
        }
        let room = SHOWN - self.head.len();
        self.head.extend(bytes.iter().take(room));
        self.bytes += bytes.len();
    }

    fn end_of_turn(&mut self) {
        if self.bytes == 0 {
            return;
        }
        let arrow = if self.direction == Direction::Sent { ">" } else { "<" };
        let shown = self.head.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>();
        let rest = self.bytes - self.head.len();
        let rest = if rest > 0 { format!(" and {rest} bytes") } else { String::new() };
        self.recorder.log(&self.device, format!("{arrow} {}{rest}", shown.join(" ")));
        self.head.clear();
        self.bytes = 0;
    }
}

impl Drop for LineLog {
    fn drop(&mut self) {
        self.end_of_turn();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::record::Store;

    #[test]
    fn an_answer_in_pieces_is_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = Recorder::begin(1, &Store::create(folder.path()).unwrap());
        let mut log = LineLog::new(&recorder, "left");
        log.hear(Direction::Sent, &[1, 2]);
        for _ in 0..10 {
            log.hear(Direction::Received, &[0xAB, 0xCD]);
        }
        drop(log);
        let attempt = recorder.finish(Ok(()), Duration::ZERO);
        let lines: Vec<&str> = attempt.log.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(lines, ["> 01 02", "< ab cd ab cd ab cd ab cd ab cd ab cd and 8 bytes"]);
    }
}
