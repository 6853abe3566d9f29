//! A machine on a line, in a thread of its own.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::fault::{Fault, Schedule, Scheduled};
use super::machine::{Machine, Said};
use super::pace::{Line, Sent};
use super::wire::{Endpoint, Wire};
use crate::module::{Decoder, PACKET_MAX, READY};

/// Longest wait of the thread: how late it notices what a [`Handle`] asks for.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// Shortest wait of the thread, so that it does not spin on a line that takes nothing.
const SHORTEST: Duration = Duration::from_micros(200);
/// Bytes that are handed to the line at once; as a UART's buffer, it blurs the pace a little.
const PORTION: usize = 16;
/// How many packets the schedule remembers.
const REMEMBERED: usize = 8192;

/// Puts a machine on a line. `paced`: bytes take as long as at the machine's baud rate.
///
/// # Errors
///
/// The line cannot be opened, or no thread can be started.
pub fn serve(machine: Machine, mut endpoint: Endpoint, paced: bool) -> io::Result<Handle> {
    let wire = endpoint.plug()?;
    let baud = paced.then(|| machine.baud());
    let state = State {
        machine,
        schedule: Schedule::default(),
        sent: VecDeque::new(),
        path: wire.path(),
        wish: None,
        plugged: true,
        failure: None,
        stop: false,
    };
    let state = Arc::new(Mutex::new(state));
    let mut server = Server {
        state: Arc::clone(&state),
        endpoint,
        wire: Some(wire),
        decoder: Decoder::new(),
        begun: Instant::now(),
        paced,
        inward: Line::new(baud),
        outward: Line::new(baud),
        heard: VecDeque::new(),
        queue: VecDeque::new(),
        dead_until: None,
        silent: None,
    };
    let thread = std::thread::Builder::new().name("module-emulator".into());
    let thread = thread.spawn(move || server.run())?;
    Ok(Handle { state, thread: Some(thread) })
}

/// What the thread and the handle share.
struct State {
    machine: Machine,
    schedule: Schedule,
    sent: VecDeque<Sent>,
    path: Option<PathBuf>,
    wish: Option<Wish>,
    plugged: bool,
    failure: Option<String>,
    stop: bool,
}

/// What a handle asks the thread for.
#[derive(Debug, Clone, Copy)]
enum Wish {
    Unplug,
    Replug,
    PowerLoss(Duration),
}

/// An emulator that runs. It ends when this is dropped.
pub struct Handle {
    state: Arc<Mutex<State>>,
    thread: Option<JoinHandle<()>>,
}

impl Handle {
    /// The machine, to put fingers on its sensor and templates into its library. It answers
    /// nobody while this runs.
    pub fn with<T>(&self, act: impl FnOnce(&mut Machine) -> T) -> T {
        act(&mut self.lock().machine)
    }

    /// What a driver opens: the link, or the pseudo-terminal. `None` for a socket, and while
    /// the plug is pulled.
    #[must_use]
    pub fn path(&self) -> Option<PathBuf> {
        self.lock().path.clone()
    }

    /// Plans a fault.
    pub fn schedule(&self, scheduled: Scheduled) {
        self.lock().schedule.add(scheduled);
    }

    /// How many planned faults have not happened.
    #[must_use]
    pub fn faults_waiting(&self) -> usize {
        self.lock().schedule.waiting()
    }

    /// The packets that went out, the last 8192 of them, with their times on the line.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.lock().sent.iter().copied().collect()
    }

    /// Pulls the plug, and waits until it is out. `false` if that took longer than a second.
    pub fn unplug(&self) -> bool {
        self.wish(Wish::Unplug);
        self.wait_until(|state| !state.plugged)
    }

    /// Plugs it in again, and waits until it is. `false` if that took longer than a second.
    pub fn replug(&self) -> bool {
        self.wish(Wish::Replug);
        self.wait_until(|state| state.plugged)
    }

    /// Takes the power away for so long; the plug stays in.
    pub fn power_loss(&self, off: Duration) {
        self.wish(Wish::PowerLoss(off));
    }

    /// Whether the plug is in.
    #[must_use]
    pub fn is_plugged(&self) -> bool {
        self.lock().plugged
    }

    /// Why the line failed or could not be plugged in again, the last time it did.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.lock().failure.clone()
    }

    fn wish(&self, wish: Wish) {
        self.lock().wish = Some(wish);
    }

    fn wait_until(&self, is: impl Fn(&State) -> bool) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(1) {
            {
                let state = self.lock();
                if state.wish.is_none() && is(&state) {
                    return true;
                }
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        false
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.lock().stop = true;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was printed by the thread.
            let _ = thread.join();
        }
    }
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.lock();
        write!(f, "Handle({:?} at {:?})", state.machine, state.path)
    }
}

/// What happens when the line has come so far.
#[derive(Debug)]
enum Due {
    Bytes(Vec<u8>),
    Fault(Wish),
}

struct Server {
    state: Arc<Mutex<State>>,
    endpoint: Endpoint,
    wire: Option<Wire>,
    decoder: Decoder,
    begun: Instant,
    paced: bool,
    inward: Line,
    outward: Line,
    /// Bytes that are still on their way in, and when they are all there.
    heard: VecDeque<(Duration, Vec<u8>)>,
    /// What is on its way out, and when it is over the line.
    queue: VecDeque<(Duration, Due)>,
    /// Without power until then.
    dead_until: Option<Duration>,
    /// The command whose further packets are swallowed.
    silent: Option<u8>,
}

impl Server {
    fn run(&mut self) {
        let state = Arc::clone(&self.state);
        let lock = || state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            {
                let mut state = lock();
                if state.stop {
                    break;
                }
                let wish = state.wish.take();
                self.grant(wish, &mut state);
                self.work(&mut state);
            }
            match self.move_bytes() {
                Ok(None) => {}
                Ok(fault) => self.grant(fault, &mut lock()),
                Err(error) => {
                    let mut state = lock();
                    state.failure = Some(error.to_string());
                    self.pull(&mut state);
                }
            }
        }
        if let Some(wire) = self.wire.take() {
            wire.unplug();
        }
    }

    fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    fn grant(&mut self, wish: Option<Wish>, state: &mut State) {
        match wish {
            Some(Wish::Unplug) => self.pull(state),
            Some(Wish::Replug) => self.plug(state),
            Some(Wish::PowerLoss(off)) => self.lose_power(off, state),
            None => {}
        }
    }

    fn pull(&mut self, state: &mut State) {
        if let Some(wire) = self.wire.take() {
            wire.unplug();
        }
        self.forget(state);
        self.dead_until = None;
        state.plugged = false;
        state.path = None;
    }

    fn plug(&mut self, state: &mut State) {
        if self.wire.is_some() {
            return;
        }
        match self.endpoint.plug() {
            Ok(wire) => {
                state.path = wire.path();
                state.plugged = true;
                self.wire = Some(wire);
                self.say_ready();
            }
            Err(error) => state.failure = Some(error.to_string()),
        }
    }

    fn lose_power(&mut self, off: Duration, state: &mut State) {
        self.forget(state);
        self.dead_until = Some(self.now() + off);
    }

    /// What a module forgets without power.
    fn forget(&mut self, state: &mut State) {
        state.machine.power_cycle();
        self.decoder.clear();
        self.heard.clear();
        self.queue.clear();
        self.silent = None;
        let now = self.now();
        self.inward.cut(now);
        self.outward.cut(now);
    }

    fn say_ready(&mut self) {
        let now = self.now();
        let sent = self.outward.carry(now, 1);
        self.queue.push_back((sent.end, Due::Bytes(vec![READY])));
    }

    /// Lets the machine hear what has arrived, and puts on the line what it says.
    fn work(&mut self, state: &mut State) {
        let now = self.now();
        if let Some(until) = self.dead_until {
            self.heard.clear();
            if now < until {
                return;
            }
            self.dead_until = None;
            self.say_ready();
        }
        while self.heard.front().is_some_and(|(at, _)| *at <= now) {
            let Some((_, bytes)) = self.heard.pop_front() else { break };
            self.decoder.push(&bytes);
        }
        while let Some(decoded) = self.decoder.next_packet() {
            match decoded {
                Ok(packet) => state.machine.hear(&packet, now),
                Err(_) => state.machine.mishear(),
            }
            self.put_out(state);
        }
        // A packet of the command before must be over before it goes on.
        if self.queue.is_empty() {
            state.machine.tick(now);
            self.put_out(state);
        }
    }

    fn put_out(&mut self, state: &mut State) {
        let said = std::mem::take(&mut state.machine.said);
        for said in said {
            match said {
                Said::Ready => self.say_ready(),
                Said::Packet { instruction, number, packet } => {
                    if number == 0 {
                        self.silent = None;
                    }
                    let fault = state.schedule.take(instruction, number);
                    let over = self.send(instruction, packet.encode(), fault, state);
                    if over {
                        return;
                    }
                }
            }
        }
        let baud = self.paced.then(|| state.machine.baud());
        self.inward.set_baud(baud);
        self.outward.set_baud(baud);
    }

    /// Puts a packet on the line, with its fault. Whether nothing more can be said.
    fn send(
        &mut self,
        instruction: u8,
        mut bytes: Vec<u8>,
        fault: Option<Fault>,
        state: &mut State,
    ) -> bool {
        match fault {
            Some(Fault::Silence) => self.silent = Some(instruction),
            Some(Fault::Checksum) => {
                if let Some(last) = bytes.last_mut() {
                    *last ^= 0x55;
                }
            }
            Some(Fault::LostByte) => {
                bytes.remove(bytes.len() / 2);
            }
            Some(Fault::Noise) => {
                bytes.splice(0..0, [0x00, 0xEF, 0xEF, 0x02, 0x55, 0xEF]);
            }
            Some(Fault::PowerLoss(_) | Fault::Unplug) => bytes.truncate(bytes.len() / 2),
            None => {}
        }
        if self.silent == Some(instruction) {
            return false;
        }
        let sent = self.outward.carry(self.now(), bytes.len());
        self.cut_up(sent, &bytes);
        if state.sent.len() == REMEMBERED {
            state.sent.pop_front();
        }
        state.sent.push_back(sent);
        let end = match fault {
            Some(Fault::PowerLoss(off)) => Wish::PowerLoss(off),
            Some(Fault::Unplug) => Wish::Unplug,
            _ => return false,
        };
        self.queue.push_back((sent.end, Due::Fault(end)));
        true
    }

    /// Portions of a packet, each due when its last byte is over the line.
    fn cut_up(&mut self, sent: Sent, bytes: &[u8]) {
        let mut over = 0;
        for portion in bytes.chunks(PORTION) {
            over += portion.len();
            self.queue
                .push_back((sent.begin + self.outward.time_of(over), Due::Bytes(portion.to_vec())));
        }
    }

    /// Writes what is due and reads what has come; a fault, if one is due.
    fn move_bytes(&mut self) -> io::Result<Option<Wish>> {
        let now = self.now();
        let Some(wire) = self.wire.as_mut() else {
            std::thread::sleep(LOOK_EVERY);
            return Ok(None);
        };
        while self.queue.front().is_some_and(|(due, _)| *due <= now) {
            match self.queue.front_mut() {
                Some((_, Due::Bytes(bytes))) => {
                    let written = wire.write(bytes)?;
                    if written < bytes.len() {
                        // The other side does not read: the rest waits, as behind a full buffer.
                        bytes.drain(..written);
                        break;
                    }
                }
                Some((_, Due::Fault(fault))) => return Ok(Some(*fault)),
                None => break,
            }
            self.queue.pop_front();
        }
        let next = [self.queue.front().map(|(due, _)| *due), self.heard.front().map(|(at, _)| *at)];
        let due = next.into_iter().flatten().map(|due| due.saturating_sub(now)).min();
        let wait = due.unwrap_or(LOOK_EVERY).clamp(SHORTEST, LOOK_EVERY);
        let mut buffer = [0; PACKET_MAX];
        let count = wire.read(&mut buffer, wait)?;
        if count > 0 {
            let arrived = self.inward.carry(self.begun.elapsed(), count);
            self.heard.push_back((arrived.end, buffer[..count].to_vec()));
        }
        Ok(None)
    }
}
