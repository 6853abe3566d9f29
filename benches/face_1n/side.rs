//! The engines of `side.py`, a process that answers line by line.

use std::cell::RefCell;
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::ops::Range;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;

use crate::engine::{Best, Engine, Kind, Timed};
use crate::gallery::Gallery;
use crate::people::DIMENSION;

/// Names, and what they promise; the most rows that one is asked to hold.
const ENGINES: [(&str, Kind, usize); 4] = [
    ("faiss-flat", Kind::Rounded, usize::MAX),
    ("faiss-sq8", Kind::Rounded, usize::MAX),
    ("faiss-fastscan", Kind::Approximate, usize::MAX),
    ("sqlite-vec", Kind::Rounded, 100_000),
];

/// What the program is started with instead of `python3`.
const PYTHON: &str = "KAIMEN_BENCH_PYTHON";
const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/side.py");

/// An engine that cannot take part, and why.
pub(crate) type Skipped = (&'static str, String);

pub(crate) fn is_wanted(wanted: &impl Fn(&str) -> bool) -> bool {
    ENGINES.iter().any(|(name, ..)| wanted(name))
}

/// Starts the program on the files and builds what is wanted.
pub(crate) fn engines(
    gallery: &Path,
    probes: &Path,
    size: usize,
    wanted: impl Fn(&str) -> bool,
) -> (Vec<Box<dyn Engine>>, Vec<Skipped>) {
    let (mut engines, mut skipped) = (Vec::<Box<dyn Engine>>::new(), Vec::new());
    let side = match Side::start(gallery, probes) {
        Ok(side) => Rc::new(RefCell::new(side)),
        Err(error) => return (engines, vec![("side.py", error.to_string())]),
    };
    for (name, kind, most) in ENGINES.into_iter().filter(|(name, ..)| wanted(name)) {
        if size > most {
            skipped.push((name, format!("asked for {most} rows at most")));
            continue;
        }
        match side.borrow_mut().build(name) {
            Ok(bytes) => engines.push(Box::new(Part { side: side.clone(), name, kind, bytes })),
            Err(reason) => skipped.push((name, reason)),
        }
    }
    (engines, skipped)
}

struct Side {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Side {
    fn start(gallery: &Path, probes: &Path) -> io::Result<Side> {
        let python = env::var_os(PYTHON).unwrap_or_else(|| "python3".into());
        let mut command = Command::new(python);
        command.arg(PROGRAM).args([gallery, probes]).arg(DIMENSION.to_string());
        command.env("OMP_NUM_THREADS", "1").env("OPENBLAS_NUM_THREADS", "1");
        // A host's advice for old builds of OpenBLAS would slow FAISS.
        command.env_remove("OPENBLAS_CORETYPE").env_remove("OPENBLAS_L2_SIZE");
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let requests = process.stdin.take().expect("piped");
        let answers = BufReader::new(process.stdout.take().expect("piped"));
        Ok(Side { process, requests, answers })
    }

    fn ask(&mut self, request: &str) -> io::Result<String> {
        writeln!(self.requests, "{request}")?;
        let mut answer = String::new();
        match self.answers.read_line(&mut answer)? {
            0 => Err(io::Error::other("side.py has ended; its reason is above")),
            _ => Ok(answer.trim_end().to_owned()),
        }
    }

    /// Bytes of a template, or why there is no such engine.
    fn build(&mut self, name: &str) -> Result<usize, String> {
        let answer = self.ask(&format!("build {name}")).map_err(|error| error.to_string())?;
        match answer.split_once(' ') {
            Some(("ok", bytes)) => Ok(bytes.parse().expect("a number of bytes")),
            Some(("skip", reason)) => Err(reason.to_owned()),
            _ => Err(format!("side.py answers {answer:?}")),
        }
    }

    fn search(&mut self, request: &str) -> Timed<Vec<Best>> {
        let answer = self.ask(request).expect("side.py answers");
        let mut words = answer.split(' ');
        let seconds = words.next().and_then(|word| word.parse().ok());
        let answer = words.map(|row| row.parse().ok()).collect();
        Timed { seconds: seconds.expect("seconds"), answer }
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

struct Part {
    side: Rc<RefCell<Side>>,
    name: &'static str,
    kind: Kind,
    bytes: usize,
}

impl Engine for Part {
    fn name(&self) -> &str {
        self.name
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn bytes(&self) -> usize {
        self.bytes
    }

    fn one(&mut self, _: &Gallery, probe: usize) -> Timed<Best> {
        let found = self.side.borrow_mut().search(&format!("run {} {probe}", self.name));
        Timed { seconds: found.seconds, answer: found.answer[0] }
    }

    fn batch(&mut self, _: &Gallery, probes: Range<usize>) -> Timed<Vec<Best>> {
        let request = format!("batch {} {} {}", self.name, probes.start, probes.len());
        self.side.borrow_mut().search(&request)
    }
}
