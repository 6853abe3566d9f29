//! The harness's end of a board's console.

use std::fmt::Write as _;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use thiserror::Error;

use super::line::{Answer, Decided, LINE_BYTES, request};
use crate::module::Link;

/// Bytes of a record in one line.
const PIECE: usize = 512;
/// How often a board that has not answered yet is asked.
const ASK_EVERY: Duration = Duration::from_secs(2);

/// Why a board did not do what it was asked.
#[derive(Debug, Error)]
pub enum BoardError {
    /// It says nothing any more.
    #[error("the board is silent: no answer to {request:?} within {seconds} s")]
    Silent {
        /// The first word of the request.
        request: String,
        /// How long it was waited for.
        seconds: f64,
    },
    /// It answered with an error.
    #[error("the board answered {request:?} with \"{answer}\"")]
    Refused {
        /// The first word of the request.
        request: String,
        /// What it said.
        answer: String,
    },
    /// It answered what no reader of this version answers.
    #[error("the board answered {request:?} with nonsense: {answer:?}")]
    Nonsense {
        /// The first word of the request.
        request: String,
        /// What it said.
        answer: String,
    },
    /// The console is gone.
    #[error("the console: {0}")]
    Console(#[from] io::Error),
}

/// How a reader that speaks these lines begins its greeting.
const READER: &str = "ok kaimen-door 1 ";

/// What the reader's engine is opened with.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// Its time zone.
    pub zone: &'a str,
    /// Elements of a face's vector.
    pub dimension: u32,
    /// Of faces, in millionths.
    pub face_threshold: i32,
    /// Of fingers, in thousandths of a level.
    pub finger_threshold: i32,
}

/// Hears what comes over the console: lines of the kernel, damaged answers.
type Listener = Box<dyn FnMut(&str) + Send>;

/// A board whose console is open.
pub struct Board {
    link: Box<dyn Link>,
    buffer: Vec<u8>,
    patience: Duration,
    listener: Option<Listener>,
}

impl std::fmt::Debug for Board {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Board({})", self.link.name())
    }
}

impl Board {
    /// A board behind a line. It is silent when an answer takes longer than `patience`.
    #[must_use]
    pub fn new(link: Box<dyn Link>, patience: Duration) -> Board {
        Board { link, buffer: Vec::new(), patience, listener: None }
    }

    /// Lets somebody hear what is no answer.
    pub fn listen(&mut self, listener: impl FnMut(&str) + Send + 'static) {
        self.listener = Some(Box::new(listener));
    }

    /// Waits until the reader answers, and says who it is. Where it does not, `start` is typed at
    /// the prompt of a shell, if there is such a command.
    pub fn wake(&mut self, start: Option<&str>, boot: Duration) -> Result<String, BoardError> {
        let end = Instant::now() + boot;
        loop {
            // The end first: half a line may stand before it.
            self.send_bytes(b"\n")?;
            let number = self.send("hello")?;
            let until = end.min(Instant::now() + ASK_EVERY.min(self.patience));
            if let Some(answer) = self.receive(number, until)? {
                let rest = self.accept("hello", answer, READER)?;
                return identity(&rest).ok_or_else(|| nonsense("hello", rest));
            }
            if Instant::now() >= end {
                let seconds = boot.as_secs_f64();
                return Err(BoardError::Silent { request: "hello".to_owned(), seconds });
            }
            if let Some(start) = start {
                self.send_bytes(format!("{start}\n").as_bytes())?;
            }
        }
    }

    /// Opens a new engine on it, with nobody in it.
    pub fn open(&mut self, setup: &Setup<'_>) -> Result<(), BoardError> {
        let Setup { zone, dimension, face_threshold, finger_threshold } = setup;
        let words = format!("open {zone} {dimension} {face_threshold} {finger_threshold}");
        self.ask(&words, "ok").map(drop)
    }

    /// Gives it an answer of the cloud: how many members were added, and how much was rejected.
    pub fn sync(&mut self, json: &[u8]) -> Result<(u64, u64), BoardError> {
        self.data(json)?;
        self.two_numbers(&format!("sync {}", json.len()))
    }

    /// How often the door was opened since the engine was, and how often not.
    pub fn count(&mut self) -> Result<(u64, u64), BoardError> {
        self.two_numbers("count")
    }

    fn two_numbers(&mut self, words: &str) -> Result<(u64, u64), BoardError> {
        let answer = self.ask(words, "ok ")?;
        let numbers: Vec<u64> = answer.split(' ').filter_map(|word| word.parse().ok()).collect();
        match numbers.as_slice() {
            [first, second] => Ok((*first, *second)),
            _ => Err(nonsense(words, answer)),
        }
    }

    /// Sends a record in pieces; the board counts with.
    pub fn data(&mut self, record: &[u8]) -> Result<(), BoardError> {
        let mut sent = 0;
        for piece in record.chunks(PIECE) {
            sent += piece.len();
            let mut words = String::from("data ");
            for byte in piece {
                let _ = write!(words, "{byte:02x}");
            }
            let answer = self.ask(&words, "ok ")?;
            if answer != sent.to_string() {
                return Err(nonsense("data", answer));
            }
        }
        Ok(())
    }

    /// Asks for a decision, `face` or `finger` of the record that was sent, or `touch`.
    pub fn decide(&mut self, words: &str) -> Result<Decided, BoardError> {
        let number = self.send(words)?;
        self.decision(number, words, Duration::ZERO)
    }

    /// The decision on a request that was sent, which may take `longer` than other answers.
    pub fn decision(
        &mut self,
        number: u32,
        words: &str,
        longer: Duration,
    ) -> Result<Decided, BoardError> {
        let answer = self.answer(number, words, longer)?;
        let answer = self.accept(words, answer, "")?;
        Decided::read(&answer).ok_or_else(|| nonsense(words, answer))
    }

    /// A request, and what its answer says behind `expected`.
    pub fn ask(&mut self, words: &str, expected: &str) -> Result<String, BoardError> {
        let number = self.send(words)?;
        let answer = self.answer(number, words, Duration::ZERO)?;
        self.accept(words, answer, expected)
    }

    fn accept(&self, words: &str, answer: String, expected: &str) -> Result<String, BoardError> {
        if answer.starts_with("error ") {
            return Err(BoardError::Refused { request: verb(words), answer });
        }
        match answer.strip_prefix(expected) {
            Some(rest) => Ok(rest.to_owned()),
            None => Err(nonsense(words, answer)),
        }
    }

    /// Sends a request: its number.
    pub fn send(&mut self, words: &str) -> Result<u32, BoardError> {
        // Of the whole program: an old answer is never taken for one to a board opened later.
        static NUMBERS: AtomicU32 = AtomicU32::new(1);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        self.send_bytes(request(number, words).as_bytes())?;
        Ok(number)
    }

    /// Sends bytes as they are.
    pub fn send_bytes(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        Ok(self.link.write_all(bytes, self.patience)?)
    }

    /// What the board says to a request of this number; 0 for one that it could not read.
    pub fn answer(
        &mut self,
        number: u32,
        words: &str,
        longer: Duration,
    ) -> Result<String, BoardError> {
        let wait = self.patience + longer;
        let answer = self.receive(number, Instant::now() + wait)?;
        answer
            .ok_or_else(|| BoardError::Silent { request: verb(words), seconds: wait.as_secs_f64() })
    }

    fn receive(&mut self, number: u32, until: Instant) -> Result<Option<String>, BoardError> {
        loop {
            while let Some(line) = self.next_line() {
                match Answer::read(&line) {
                    Some(Ok(answer)) if answer.number == number => return Ok(Some(answer.words)),
                    Some(Err(fault)) => self.hear(&line, &format!(" ({fault})")),
                    Some(Ok(_)) => self.hear(&line, " (not awaited)"),
                    None => self.hear(&line, ""),
                }
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            let mut bytes = [0; 1024];
            let got = self.link.read(&mut bytes, left)?;
            self.buffer.extend(bytes.iter().take(got));
        }
    }

    /// The next whole line; of one without an end only so much as a line may have.
    fn next_line(&mut self) -> Option<Vec<u8>> {
        let end = self.buffer.iter().position(|byte| *byte == b'\n');
        match end {
            Some(end) => {
                let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
                line.pop();
                Some(line)
            }
            None if self.buffer.len() > LINE_BYTES => Some(std::mem::take(&mut self.buffer)),
            None => None,
        }
    }

    fn hear(&mut self, line: &[u8], remark: &str) {
        let text = String::from_utf8_lossy(line);
        let text = text.trim();
        if let (Some(listener), false) = (&mut self.listener, text.is_empty()) {
            listener(&format!("{text}{remark}"));
        }
    }
}

/// The library of the board, in words.
fn identity(hello: &str) -> Option<String> {
    let words: Vec<_> = hello.split(' ').collect();
    let [version, abi, target, tier, build] = words.as_slice() else { return None };
    Some(format!("kaimen {version}, ABI {abi}, {target}, tier {tier}, {build}"))
}

fn verb(words: &str) -> String {
    words.split(' ').next().unwrap_or_default().to_owned()
}

fn nonsense(words: &str, answer: String) -> BoardError {
    BoardError::Nonsense { request: verb(words), answer }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;
    use std::sync::{Arc, Mutex};

    use super::*;

    fn answer(number: u32, words: &str) -> String {
        let text = format!("K< {number} {words}");
        format!("{text} *{:08x}\n", crc32fast::hash(text.as_bytes()))
    }

    /// A board on one end of a pair of sockets, with what it will have said.
    fn board(said: impl FnOnce(u32) -> String) -> (Board, UnixStream, u32) {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let mut board = Board::new(Box::new(ours), Duration::from_millis(300));
        let number = board.send("count").unwrap();
        io::Write::write_all(&mut theirs, said(number).as_bytes()).unwrap();
        (board, theirs, number)
    }

    #[test]
    fn an_answer_is_found_between_the_kernel_s_lines() {
        let (mut board, _theirs, number) = board(|number| {
            let old = answer(number.wrapping_sub(1), "ok 9 9");
            let damaged = answer(number, "ok 8 8").replace('8', "9");
            format!("[ 1.0] usb: new\r\n{old}{damaged}{}", answer(number, "ok 1 2"))
        });
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let ear = Arc::clone(&heard);
        board.listen(move |line| ear.lock().unwrap().push(line.to_owned()));
        assert_eq!(board.answer(number, "count", Duration::ZERO).unwrap(), "ok 1 2");
        let heard = heard.lock().unwrap();
        assert_eq!(heard.len(), 3, "{heard:?}");
        assert_eq!(heard[0], "[ 1.0] usb: new");
        assert!(
            heard[1].ends_with("(not awaited)") && heard[2].ends_with("(its check sum is wrong)")
        );
    }

    #[test]
    fn silence_has_an_end_and_so_has_a_line_without_one() {
        let (mut board, mut theirs, number) = board(|_| "x".repeat(3 * LINE_BYTES));
        let begun = Instant::now();
        let error = board.answer(number, "count", Duration::ZERO).unwrap_err();
        assert!(matches!(error, BoardError::Silent { .. }), "{error}");
        assert!(begun.elapsed() >= Duration::from_millis(300));
        assert!(board.buffer.len() <= LINE_BYTES);
        // What comes afterwards is read from the next line on.
        let late = format!("\n{}", answer(number, "error verb"));
        io::Write::write_all(&mut theirs, late.as_bytes()).unwrap();
        let text = board.answer(number, "count", Duration::ZERO).unwrap();
        let error = board.accept("count", text, "ok ").unwrap_err();
        assert!(matches!(error, BoardError::Refused { .. }), "{error}");
    }

    #[test]
    fn a_console_that_closes_is_an_error_at_once() {
        let (mut board, theirs, number) = board(|_| String::new());
        drop(theirs);
        let error = board.answer(number, "count", Duration::ZERO).unwrap_err();
        assert!(matches!(error, BoardError::Console(_)), "{error}");
    }

    #[test]
    fn a_greeting_is_whole_or_none() {
        let whole = identity("0.1.0 1 aarch64-linux neon-dotprod release").unwrap();
        assert_eq!(whole, "kaimen 0.1.0, ABI 1, aarch64-linux, tier neon-dotprod, release");
        assert_eq!(identity("0.1.0 1 aarch64-linux"), None);
    }
}
