//! What lies on the sensor, and for how long.

use std::collections::VecDeque;

use super::drawn_finger::Impression;

/// A finger on the sensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// What the sensor sees.
    pub impression: Impression,
    /// It leaves by itself after so many images; `None`: it stays until it is lifted.
    pub images: Option<u32>,
}

/// The sensor's surface, and the fingers that will come.
#[derive(Debug, Default)]
pub(super) struct Surface {
    now: Option<Touch>,
    next: VecDeque<Touch>,
    /// Whatever lies there does not leave.
    stuck: bool,
}

impl Surface {
    /// Puts a finger there at once.
    pub(super) fn place(&mut self, touch: Touch) {
        if !self.stuck {
            self.now = Some(touch);
        }
    }

    /// Lets a finger come after those before it have left.
    pub(super) fn queue(&mut self, touch: Touch) {
        self.next.push_back(touch);
    }

    pub(super) fn lift(&mut self) {
        if !self.stuck {
            self.now = None;
        }
    }

    pub(super) fn set_stuck(&mut self, stuck: bool) {
        self.stuck = stuck;
    }

    /// What an image would show. Seeing nothing lets the next finger come, so between two of
    /// them the sensor is seen empty once.
    pub(super) fn look(&mut self) -> Option<Impression> {
        let Some(touch) = &mut self.now else {
            self.now = self.next.pop_front();
            return None;
        };
        let seen = touch.impression;
        if let Some(images) = &mut touch.images {
            *images = images.saturating_sub(1);
            if *images == 0 && !self.stuck {
                self.now = None;
            }
        }
        Some(seen)
    }
}
