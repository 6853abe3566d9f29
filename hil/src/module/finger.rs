//! A finger on the sensor: image, features, search, enrolment.

use std::time::{Duration, Instant};

use super::automatic::{AutoEnrol, AutoIdentify, EnrolStep, IdentifyStep, StepReport};
use super::command::Command;
use super::confirmation::Confirmation;
use super::driver::Module;
use super::error::ModuleError;
use super::link::Link;
use super::profile::Quirk;
use super::settings::unread;

/// How often the sensor is asked while a finger is awaited.
const ASK_EVERY: Duration = Duration::from_millis(20);
/// How long an automatic command waits for a finger by itself (R503 manual), and a margin.
const AUTOMATIC_WAIT: Duration = Duration::from_secs(12);

/// Somebody in the module's library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The page of the template.
    pub page: u16,
    /// The module's own score.
    pub score: u16,
}

impl<L: Link> Module<L> {
    /// Takes an image. `false`: no finger is on the sensor.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn capture(&mut self) -> Result<bool, ModuleError> {
        self.captured(&Command::GetImage)
    }

    /// The same, refused with [`Confirmation::TooFewFeatures`] if the image is poor.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn capture_good(&mut self) -> Result<bool, ModuleError> {
        self.captured(&Command::GetImageEx)
    }

    /// Waits until a finger is there and its image is taken.
    ///
    /// # Errors
    ///
    /// [`ModuleError::NoFinger`] when the time is over.
    pub fn await_finger(&mut self, wait: Duration) -> Result<(), ModuleError> {
        self.poll_until(true, wait, |waited| ModuleError::NoFinger { waited })
    }

    /// Waits until the finger has left.
    ///
    /// # Errors
    ///
    /// [`ModuleError::StuckFinger`] when the time is over.
    pub fn await_lift(&mut self, wait: Duration) -> Result<(), ModuleError> {
        self.poll_until(false, wait, |waited| ModuleError::StuckFinger { waited })
    }

    /// Features of the image into a buffer, from 1.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn features(&mut self, buffer: u8) -> Result<(), ModuleError> {
        self.plain(&Command::ImageToFeatures { buffer })
    }

    /// Compares the two buffers: the score, or `None` if they do not match.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn compare(&mut self) -> Result<Option<u16>, ModuleError> {
        let command = Command::Match;
        match self.ask(&command)? {
            (Confirmation::Done, payload) => match payload.as_slice() {
                &[high, low] => Ok(Some(u16::from_be_bytes([high, low]))),
                _ => Err(unread(&command, &payload)),
            },
            (Confirmation::NoMatch, _) => Ok(None),
            (confirmation, _) => {
                Err(ModuleError::Refused { instruction: command.instruction(), confirmation })
            }
        }
    }

    /// Looks for a buffer's finger in so many pages.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn search(
        &mut self,
        buffer: u8,
        start: u16,
        count: u16,
    ) -> Result<Option<Found>, ModuleError> {
        self.searched(&Command::Search { buffer, start, count })
    }

    /// The same by the fast search, which finds good images alone.
    ///
    /// # Errors
    ///
    /// [`ModuleError`]; [`ModuleError::Unsupported`] from an R503 and an R551.
    pub fn fast_search(
        &mut self,
        buffer: u8,
        start: u16,
        count: u16,
    ) -> Result<Option<Found>, ModuleError> {
        self.searched(&Command::FastSearch { buffer, start, count })
    }

    /// Combines the buffers into a template.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn merge(&mut self) -> Result<(), ModuleError> {
        self.plain(&Command::Merge)
    }

    /// Enrols the finger that comes: images, each after the finger has left, then a template
    /// on this page. `images` is brought into what the module has buffers for.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn enrol(&mut self, page: u16, images: u8, wait: Duration) -> Result<(), ModuleError> {
        let least = if self.profile.has(Quirk::MergeNeedsTwo) { 2 } else { 1 };
        for buffer in 1..=images.clamp(least, self.profile.buffers.max(least)) {
            if buffer > 1 {
                self.await_lift(wait)?;
            }
            self.await_finger(wait)?;
            self.features(buffer)?;
        }
        self.merge()?;
        self.store(1, page)
    }

    /// Identifies the finger that comes among the first `capacity` pages.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn identify(
        &mut self,
        capacity: u16,
        wait: Duration,
    ) -> Result<Option<Found>, ModuleError> {
        self.await_finger(wait)?;
        self.features(1)?;
        self.search(1, self.profile.first_page(), capacity)
    }

    /// Enrols in one command: the page. Each step that the module reports is told to `step`.
    ///
    /// # Errors
    ///
    /// [`ModuleError`]: refused with the reason of the step that failed.
    pub fn auto_enrol(
        &mut self,
        order: AutoEnrol,
        mut step: impl FnMut(StepReport<EnrolStep>),
    ) -> Result<u16, ModuleError> {
        let command = Command::AutoEnrol(order);
        let last = self.steps(&command, StepReport::<EnrolStep>::read, |report| {
            step(report);
            report.step == Some(EnrolStep::Stored)
        })?;
        Ok(last.page)
    }

    /// Identifies in one command: who was found, or `None`. Each step that the module reports
    /// is told to `step`.
    ///
    /// # Errors
    ///
    /// [`ModuleError`]: refused with the reason of the step that failed.
    pub fn auto_identify(
        &mut self,
        order: AutoIdentify,
        mut step: impl FnMut(StepReport<IdentifyStep>),
    ) -> Result<Option<Found>, ModuleError> {
        let command = Command::AutoIdentify(order);
        let last = self.steps(&command, StepReport::<IdentifyStep>::read, |report| {
            step(report);
            report.step == Some(IdentifyStep::Searched)
        });
        match last {
            Ok(last) => Ok(Some(Found { page: last.page, score: last.score })),
            Err(error) if error.confirmation() == Some(Confirmation::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Ends an automatic command.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn cancel(&mut self) -> Result<(), ModuleError> {
        self.plain(&Command::Cancel)
    }

    /// Sends an automatic command and reads its reports until one is the last, or a failure.
    fn steps<S: Copy>(
        &mut self,
        command: &Command,
        read: impl Fn(Confirmation, &[u8]) -> Option<StepReport<S>>,
        mut is_last: impl FnMut(StepReport<S>) -> bool,
    ) -> Result<StepReport<S>, ModuleError> {
        let instruction = command.instruction();
        let mut answer = self.ask_within(command, AUTOMATIC_WAIT)?;
        // Six rounds of image and features and three more steps, and a margin.
        for _ in 0..32 {
            let (confirmation, payload) = answer;
            let report = read(confirmation, &payload).ok_or_else(|| unread(command, &payload))?;
            let last = is_last(report);
            if confirmation != Confirmation::Done {
                return Err(ModuleError::Refused { instruction, confirmation });
            }
            if last {
                return Ok(report);
            }
            answer = self.answer(instruction, AUTOMATIC_WAIT)?;
        }
        self.unsettle();
        Err(ModuleError::TransferTooLong { instruction, limit: 32 })
    }

    fn captured(&mut self, command: &Command) -> Result<bool, ModuleError> {
        match self.ask(command)? {
            (Confirmation::Done, _) => Ok(true),
            (Confirmation::NoFinger, _) => Ok(false),
            (confirmation, _) => {
                Err(ModuleError::Refused { instruction: command.instruction(), confirmation })
            }
        }
    }

    fn searched(&mut self, command: &Command) -> Result<Option<Found>, ModuleError> {
        match self.ask(command)? {
            (Confirmation::Done, payload) => match payload.as_slice() {
                &[a, b, c, d] => Ok(Some(Found {
                    page: u16::from_be_bytes([a, b]),
                    score: u16::from_be_bytes([c, d]),
                })),
                _ => Err(unread(command, &payload)),
            },
            (Confirmation::NotFound, _) => Ok(None),
            (confirmation, _) => {
                Err(ModuleError::Refused { instruction: command.instruction(), confirmation })
            }
        }
    }

    fn poll_until(
        &mut self,
        finger: bool,
        wait: Duration,
        late: impl Fn(Duration) -> ModuleError,
    ) -> Result<(), ModuleError> {
        let begun = Instant::now();
        loop {
            if self.capture()? == finger {
                return Ok(());
            }
            let waited = begun.elapsed();
            if waited >= wait {
                return Err(late(waited));
            }
            std::thread::sleep(ASK_EVERY);
        }
    }
}
