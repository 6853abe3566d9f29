//! The camera behind the messages: requests in, answers out, frames when they are due.
//! It has no clock: who runs it says what time it is, counted from any beginning.

use std::collections::VecDeque;
use std::time::Duration;

use super::descriptors::{CAMERA_TERMINAL, CONTROL, FRAMES, Profile, STREAMING, YUY2};
use super::error::UvcError;
use super::fault::Fault;
use super::payload::{Wrong, payloads};
use super::probe::{self, Probe};
use super::reel::{Ask, DEFAULT_EXPOSURE, MAX_EXPOSURE, Source};
use super::usbip::{Command, MAX_IN, Reply, Setup};
use crate::camera::PixelFormat;

/// `EPIPE`: the endpoint stalls, which is how USB says no.
const STALL: i32 = -32;
/// The kernel has five requests for frames in flight; more than this is no kernel.
const MAX_WAITING: usize = 64;

/// Requests of the class, with their direction.
const SET_CURRENT: u8 = 0x01;
const GET_CURRENT: u8 = 0x81;
const GET_MINIMUM: u8 = 0x82;
const GET_MAXIMUM: u8 = 0x83;
const GET_STEP: u8 = 0x84;
const GET_LENGTH: u8 = 0x85;
const GET_INFO: u8 = 0x86;
const GET_DEFAULT: u8 = 0x87;

/// A simulated camera.
pub struct Device {
    profile: Profile,
    source: Box<dyn Source>,
    configuration: u8,
    wish: Probe,
    agreed: Option<Probe>,
    exposure: u32,
    exposure_mode: u8,
    /// Requests for frames that are not answered yet: number and length.
    waiting: VecDeque<(u32, u32)>,
    /// What is left of the frame that is being sent.
    sending: VecDeque<Vec<u8>>,
    number: u64,
    due: Duration,
    faults: VecDeque<Fault>,
}

impl Device {
    /// A camera that shows what the source has.
    ///
    /// # Errors
    ///
    /// [`UvcError::Picture`] for a profile without a size, or with more than sixteen.
    pub fn new(profile: Profile, source: Box<dyn Source>) -> Result<Self, UvcError> {
        if !(1..=16).contains(&profile.sizes.len()) {
            let count = profile.sizes.len();
            return Err(UvcError::Picture(format!("a camera has 1 to 16 sizes, not {count}")));
        }
        Ok(Self {
            profile,
            source,
            configuration: 0,
            wish: Probe::DEFAULT,
            agreed: None,
            exposure: DEFAULT_EXPOSURE,
            exposure_mode: 1,
            waiting: VecDeque::new(),
            sending: VecDeque::new(),
            number: 0,
            due: Duration::ZERO,
            faults: VecDeque::new(),
        })
    }

    /// Orders a fault; several come one after another.
    pub fn fault(&mut self, fault: Fault) {
        self.faults.push_back(fault);
    }

    /// Faults that were ordered and have not come yet.
    pub fn faults_left(&self) -> usize {
        self.faults.len()
    }

    /// Shows something else from the next frame on, which is number 0 of it.
    pub fn show(&mut self, source: Box<dyn Source>) {
        (self.source, self.number) = (source, 0);
    }

    /// When [`Self::poll`] has something to do next; none while nobody asks for frames.
    pub fn due(&self) -> Option<Duration> {
        (self.agreed.is_some() && !self.waiting.is_empty()).then_some(self.due)
    }

    /// Answers a command, except for frames that are not due yet.
    ///
    /// # Errors
    ///
    /// [`UvcError::Protocol`] for what no kernel sends.
    pub fn receive(&mut self, command: Command, now: Duration) -> Result<Vec<Reply>, UvcError> {
        match command {
            Command::Submit { number, endpoint: 0, input, setup, data, .. } => {
                Ok(vec![self.control(number, input, setup, &data, now)])
            }
            Command::Submit { number, endpoint: FRAMES, input: true, length, .. } => {
                if self.waiting.len() >= MAX_WAITING || length > MAX_IN {
                    let count = self.waiting.len();
                    let reason = format!("a request for {length} bytes after {count} others");
                    return Err(UvcError::Protocol(reason));
                }
                self.waiting.push_back((number, length));
                Ok(self.poll(now))
            }
            Command::Submit { number, .. } => {
                Ok(vec![Reply::Submitted { number, status: STALL, moved: 0, data: Vec::new() }])
            }
            Command::Unlink { number, target } => {
                let before = self.waiting.len();
                self.waiting.retain(|&(waiting, _)| waiting != target);
                Ok(vec![Reply::Unlinked { number, pending: self.waiting.len() < before }])
            }
        }
    }

    /// What is due: payloads of a frame for the requests that wait.
    pub fn poll(&mut self, now: Duration) -> Vec<Reply> {
        let mut replies = Vec::new();
        while let Some(&(number, length)) = self.waiting.front() {
            if self.sending.is_empty() && !self.begin_frame(now) {
                break;
            }
            let Some(mut data) = self.sending.pop_front() else { break };
            data.truncate(length as usize);
            self.waiting.pop_front();
            let moved = u32::try_from(data.len()).unwrap_or(length);
            replies.push(Reply::Submitted { number, status: 0, moved, data });
        }
        replies
    }

    /// Cuts the next frame into payloads, if it is due.
    fn begin_frame(&mut self, now: Duration) -> bool {
        let Some(agreed) = self.agreed.filter(|_| now >= self.due) else { return false };
        let fault = self.faults.front().copied().filter(|fault| *fault != Fault::StalledProbe);
        if fault.is_some() {
            self.faults.pop_front();
        }
        if let Some(Fault::Late(delay)) = fault {
            self.due = now.saturating_add(delay);
            return false;
        }
        let (width, height) = self.profile.size(agreed.size).unwrap_or((1, 1));
        let format = if agreed.format == YUY2 { PixelFormat::Yuyv } else { PixelFormat::Mjpg };
        let (number, exposure) = (self.number, self.exposure);
        let mut frame = self.source.frame(&Ask { format, width, height, number, exposure });
        if let Some(Fault::Truncated { bytes }) = fault {
            frame.truncate(bytes);
        }
        let wrong =
            Wrong { no_end: fault == Some(Fault::NoEnd), error: fault == Some(Fault::ErrorBit) };
        self.sending = payloads(&frame, number % 2 == 1, wrong).into();
        self.number += 1;
        // A camera that fell behind drops what it missed.
        let interval = Duration::from_nanos(u64::from(self.profile.interval()) * 100);
        self.due = (if self.due + interval > now { self.due } else { now }) + interval;
        true
    }

    fn control(
        &mut self,
        number: u32,
        input: bool,
        setup: Setup,
        data: &[u8],
        now: Duration,
    ) -> Reply {
        let answer = match setup.kind {
            0x80..=0x82 => self.standard_in(setup),
            0x00..=0x02 => self.standard_out(setup),
            0x21 | 0xa1 => self.class(setup, data, now),
            _ => None,
        };
        let Some(mut bytes) = answer else {
            return Reply::Submitted { number, status: STALL, moved: 0, data: Vec::new() };
        };
        bytes.truncate(usize::from(setup.length));
        let moved = if input { bytes.len() } else { data.len() };
        let moved = u32::try_from(moved).unwrap_or(0);
        Reply::Submitted { number, status: 0, moved, data: if input { bytes } else { Vec::new() } }
    }

    fn standard_in(&self, setup: Setup) -> Option<Vec<u8>> {
        match setup.request {
            // GET_STATUS: powered by the bus, nothing halted.
            0 => Some(vec![0, 0]),
            // GET_DESCRIPTOR, GET_CONFIGURATION, GET_INTERFACE.
            6 => self.profile.descriptor(setup.value),
            8 => Some(vec![self.configuration]),
            10 => Some(vec![0]),
            _ => None,
        }
    }

    fn standard_out(&mut self, setup: Setup) -> Option<Vec<u8>> {
        match setup.request {
            // CLEAR_FEATURE of the endpoint: how the host ends a stream over bulk.
            1 => self.stop(),
            // SET_ADDRESS, SET_INTERFACE.
            5 | 11 => {}
            // SET_CONFIGURATION.
            9 => {
                self.configuration = setup.value.to_le_bytes()[0];
                self.stop();
            }
            _ => return None,
        }
        Some(Vec::new())
    }

    fn stop(&mut self) {
        self.agreed = None;
        self.sending.clear();
    }

    /// Requests of the video class, by interface, entity and the selector of what is meant.
    fn class(&mut self, setup: Setup, data: &[u8], now: Duration) -> Option<Vec<u8>> {
        let [selector, _] = setup.value.to_be_bytes();
        match (setup.index, selector) {
            (STREAMING, 1 | 2) => self.probe(setup.request, selector, data, now),
            (index, 2) if index == (CAMERA_TERMINAL << 8 | CONTROL) => {
                self.exposure_mode(setup.request, data)
            }
            (index, 4) if index == (CAMERA_TERMINAL << 8 | CONTROL) => {
                self.exposure_time(setup.request, data)
            }
            _ => None,
        }
    }

    fn probe(&mut self, request: u8, selector: u8, data: &[u8], now: Duration) -> Option<Vec<u8>> {
        let commit = selector == 2;
        match request {
            SET_CURRENT if !commit && self.faults.front() == Some(&Fault::StalledProbe) => {
                self.faults.pop_front();
                None
            }
            SET_CURRENT => {
                self.wish = Probe::of_wish(&self.profile, data);
                if commit {
                    self.stop();
                    (self.agreed, self.due) = (Some(self.wish), now);
                }
                Some(Vec::new())
            }
            GET_CURRENT | GET_MINIMUM | GET_MAXIMUM => Some(self.wish.encode(&self.profile)),
            GET_DEFAULT => Some(Probe::DEFAULT.encode(&self.profile)),
            GET_LENGTH => Some(vec![u8::try_from(probe::LENGTH).unwrap_or(0), 0]),
            GET_INFO => Some(vec![3]),
            _ => None,
        }
    }

    /// A set of one bit: 1 by hand, 8 with the aperture fixed.
    fn exposure_mode(&mut self, request: u8, data: &[u8]) -> Option<Vec<u8>> {
        match (request, data) {
            (SET_CURRENT, &[mode @ (1 | 8)]) => {
                self.exposure_mode = mode;
                Some(Vec::new())
            }
            (GET_CURRENT, _) => Some(vec![self.exposure_mode]),
            (GET_DEFAULT, _) => Some(vec![1]),
            // The step of this one is the set of what there is.
            (GET_STEP, _) => Some(vec![1 | 8]),
            (GET_INFO, _) => Some(vec![3]),
            _ => None,
        }
    }

    /// Units of 100 microseconds.
    fn exposure_time(&mut self, request: u8, data: &[u8]) -> Option<Vec<u8>> {
        let value = |value: u32| Some(value.to_le_bytes().to_vec());
        match request {
            SET_CURRENT => {
                let wanted = u32::from_le_bytes(data.try_into().ok()?);
                self.exposure = Some(wanted).filter(|time| (1..=MAX_EXPOSURE).contains(time))?;
                Some(Vec::new())
            }
            GET_CURRENT => value(self.exposure),
            GET_MINIMUM | GET_STEP => value(1),
            GET_MAXIMUM => value(MAX_EXPOSURE),
            GET_DEFAULT => value(DEFAULT_EXPOSURE),
            GET_INFO => Some(vec![3]),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of its own number, long enough for two payloads.
    struct Numbers;

    impl Source for Numbers {
        fn frame(&mut self, ask: &Ask) -> Vec<u8> {
            vec![ask.number.to_le_bytes()[0]; 20_000]
        }
    }

    fn device() -> Device {
        Device::new(Profile::new("CAM-1"), Box::new(Numbers)).expect("a camera")
    }

    fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn class(device: &mut Device, request: u8, value: u16, index: u16, data: &[u8]) -> Reply {
        let input = request & 0x80 != 0;
        let kind = if input { 0xa1 } else { 0x21 };
        let setup = Setup { kind, request, value, index, length: 64 };
        let command = Command::Submit {
            number: 1,
            endpoint: 0,
            input,
            length: 64,
            setup,
            data: data.to_vec(),
        };
        device.receive(command, at(0)).expect("an answer").remove(0)
    }

    fn ask_frame(device: &mut Device, number: u32, now: Duration) -> Vec<Reply> {
        let setup = Setup { kind: 0, request: 0, value: 0, index: 0, length: 0 };
        let command = Command::Submit {
            number,
            endpoint: 1,
            input: true,
            length: 16_384,
            setup,
            data: Vec::new(),
        };
        device.receive(command, now).expect("no error")
    }

    fn start(device: &mut Device) {
        let wish = Probe::DEFAULT.encode(&Profile::new("CAM-1"));
        assert_eq!(stalled(&class(device, SET_CURRENT, 0x0200, 1, &wish)), (false, Vec::new()));
    }

    fn stalled(reply: &Reply) -> (bool, Vec<u8>) {
        match reply {
            Reply::Submitted { status, data, .. } => (*status == STALL, data.clone()),
            Reply::Unlinked { .. } => (false, Vec::new()),
        }
    }

    /// Flags and first byte of each payload.
    fn seen(replies: &[Reply]) -> Vec<(u8, u8)> {
        let payload = |reply: &Reply| match reply {
            Reply::Submitted { data, .. } => (data[1], data.get(2).copied().unwrap_or(0xee)),
            Reply::Unlinked { .. } => (0, 0),
        };
        replies.iter().map(payload).collect()
    }

    #[test]
    fn frames_come_when_they_are_due_and_asked_for() {
        let mut device = device();
        assert_eq!(ask_frame(&mut device, 10, at(0)), [], "nothing is agreed on");
        assert_eq!(device.due(), None);
        start(&mut device);
        assert_eq!(seen(&device.poll(at(0))), [(0x80, 0)]);
        assert_eq!(seen(&ask_frame(&mut device, 11, at(1))), [(0x82, 0)]);
        assert_eq!(ask_frame(&mut device, 12, at(2)), [], "not due");
        assert_eq!(device.due(), Some(Duration::from_nanos(33_333_300)));
        assert_eq!(seen(&device.poll(at(34))), [(0x81, 1)]);
        // After a pause of a second it goes on, without all that was missed.
        assert_eq!(seen(&ask_frame(&mut device, 13, at(1000))), [(0x83, 1)]);
        assert_eq!(seen(&ask_frame(&mut device, 14, at(1000))), [(0x80, 2)]);
        assert_eq!(seen(&ask_frame(&mut device, 15, at(1000))), [(0x82, 2)]);
        assert_eq!(ask_frame(&mut device, 16, at(1000)), []);
    }

    #[test]
    fn a_request_is_taken_back_once() {
        let mut device = device();
        ask_frame(&mut device, 10, at(0));
        let unlink = |device: &mut Device| {
            device.receive(Command::Unlink { number: 99, target: 10 }, at(0)).expect("an answer")
        };
        assert_eq!(unlink(&mut device), [Reply::Unlinked { number: 99, pending: true }]);
        assert_eq!(unlink(&mut device), [Reply::Unlinked { number: 99, pending: false }]);
        start(&mut device);
        assert_eq!(device.poll(at(9)), []);
    }

    #[test]
    fn faults_come_one_after_another() {
        let mut device = device();
        start(&mut device);
        let faults =
            [Fault::Truncated { bytes: 1 }, Fault::NoEnd, Fault::ErrorBit, Fault::Late(at(500))];
        for fault in faults {
            device.fault(fault);
        }
        let mut all = Vec::new();
        for number in 0..6 {
            all.extend(ask_frame(&mut device, number, at(u64::from(number) * 100)));
        }
        assert_eq!(seen(&all), [(0x82, 0), (0x81, 1), (0x81, 1), (0xc0, 2), (0x82, 2)]);
        assert_eq!(device.poll(at(999)), [], "late");
        assert_eq!(seen(&device.poll(at(1000))), [(0x81, 3)]);
        assert_eq!(device.faults_left(), 0);
    }

    #[test]
    fn a_probe_is_stalled_once() {
        let mut device = device();
        device.fault(Fault::StalledProbe);
        let wish = Probe { format: YUY2, size: 2 }.encode(&Profile::new("CAM-1"));
        assert!(stalled(&class(&mut device, SET_CURRENT, 0x0100, 1, &wish)).0);
        assert!(!stalled(&class(&mut device, SET_CURRENT, 0x0100, 1, &wish)).0);
        assert_eq!(stalled(&class(&mut device, GET_CURRENT, 0x0100, 1, &[])), (false, wish));
    }

    #[test]
    fn exposure_has_a_range_and_anything_else_stalls() {
        let mut device = device();
        let set = |device: &mut Device, value: u32| {
            stalled(&class(device, SET_CURRENT, 0x0400, 0x0100, &value.to_le_bytes())).0
        };
        assert!(set(&mut device, 0) && set(&mut device, MAX_EXPOSURE + 1));
        assert!(!set(&mut device, 400));
        let now = stalled(&class(&mut device, GET_CURRENT, 0x0400, 0x0100, &[])).1;
        assert_eq!(now, 400_u32.to_le_bytes());
        assert!(stalled(&class(&mut device, SET_CURRENT, 0x0400, 0x0100, &[1])).0, "one byte");
        assert!(
            stalled(&class(&mut device, GET_CURRENT, 0x0b00, 0x0100, &[])).0,
            "no such control"
        );
    }

    #[test]
    fn what_no_kernel_sends_is_an_error() {
        let mut device = device();
        for number in 0..64 {
            ask_frame(&mut device, number, at(0));
        }
        let setup = Setup { kind: 0, request: 0, value: 0, index: 0, length: 0 };
        let (number, length) = (64, 16_384);
        let data = Vec::new();
        let command = Command::Submit { number, endpoint: 1, input: true, length, setup, data };
        assert!(device.receive(command, at(0)).is_err());
        assert!(
            Device::new(Profile { sizes: vec![], ..Profile::new("") }, Box::new(Numbers)).is_err()
        );
    }
}
