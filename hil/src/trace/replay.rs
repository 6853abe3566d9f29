//! A trace in the place of its device.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use super::{Step, Trace};
use crate::module::{Direction, Link};

/// Answers as the recorded device did, as long as it is asked the same. What differs is an error
/// that names the step.
#[derive(Debug)]
pub struct Replay {
    steps: VecDeque<Step>,
    count: usize,
    /// Sent bytes of the step at the front that have come already.
    come: usize,
}

impl Replay {
    /// A device that answers as in this trace.
    #[must_use]
    pub fn new(trace: Trace) -> Replay {
        Replay { count: trace.steps.len(), steps: trace.steps.into(), come: 0 }
    }

    /// Whether everything was asked and answered.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.steps.is_empty()
    }

    fn wrong(&self, reason: &str) -> io::Error {
        let number = self.count - self.steps.len() + 1;
        io::Error::other(format!("step {number} of the trace: {reason}"))
    }
}

impl Link for Replay {
    fn read(&mut self, buffer: &mut [u8], _wait: Duration) -> io::Result<usize> {
        let Some(step) = self.steps.front_mut().filter(|s| s.direction == Direction::Received)
        else {
            return Ok(0);
        };
        let count = step.bytes.len().min(buffer.len());
        buffer[..count].copy_from_slice(&step.bytes[..count]);
        step.bytes.drain(..count);
        if step.bytes.is_empty() {
            self.steps.pop_front();
        }
        Ok(count)
    }

    fn write_all(&mut self, bytes: &[u8], _wait: Duration) -> io::Result<()> {
        for byte in bytes {
            let Some(step) = self.steps.front() else {
                return Err(self.wrong("more was sent than was recorded"));
            };
            if step.direction == Direction::Received {
                return Err(self.wrong("sent where the device was to answer"));
            }
            if step.bytes.get(self.come) != Some(byte) {
                return Err(self.wrong("another byte was sent than was recorded"));
            }
            self.come += 1;
            if self.come == step.bytes.len() {
                self.steps.pop_front();
                self.come = 0;
            }
        }
        Ok(())
    }

    fn set_baud(&mut self, _baud: u32) -> io::Result<()> {
        Ok(())
    }

    fn name(&self) -> String {
        "trace".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::emulator::{Endpoint, Impression, Machine, serve};
    use crate::module::{Module, ModuleError, Profile};
    use std::os::unix::net::UnixStream;

    /// What a driver does in the tests: opens the module and takes the features of a finger.
    fn session<L: Link>(module: &mut Module<L>) -> Result<(), ModuleError> {
        module.verify_password(0)?;
        module.await_finger(Duration::from_secs(2))?;
        module.features(1)?;
        module.upload_template(1).map(drop)
    }

    fn recorded() -> Trace {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let handle = serve(Machine::new(&Profile::R307), Endpoint::Stream(theirs), false).unwrap();
        handle.with(|machine| machine.place(Impression { finger: 1, number: 0 }));
        let steps = Arc::new(Mutex::new(Vec::new()));
        let mut module = Module::new(ours, &Profile::R307);
        let heard = Arc::clone(&steps);
        module.listen(move |direction, bytes| {
            let step = Step { time: Duration::ZERO, direction, bytes: bytes.to_vec() };
            heard.lock().unwrap().push(step);
        });
        session(&mut module).unwrap();
        let steps = steps.lock().unwrap().clone();
        Trace { profile: "R307".to_owned(), steps }
    }

    #[test]
    fn a_recorded_module_answers_the_same_again() {
        let trace = recorded();
        assert!(trace.steps.len() > 8);
        let mut module = Module::new(Replay::new(trace.clone()), &Profile::R307);
        session(&mut module).unwrap();
        // Another question than the recorded one is noticed.
        let mut module = Module::new(Replay::new(trace), &Profile::R307);
        let error = module.verify_password(5).unwrap_err();
        assert!(matches!(error, ModuleError::Disconnected { .. }), "{error}");
        assert!(std::error::Error::source(&error).unwrap().to_string().contains("step 1"));
    }
}
