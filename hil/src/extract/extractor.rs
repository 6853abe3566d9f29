//! A program that finds minutiae, run for one image.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use kaimen::template::minutiae::{self, MinutiaeFormat, Record, WriteError};

use super::minutiae::{TextFault, read};
use crate::module::GreyImage;
use crate::program;

/// The environment variable that names the program.
pub const PROGRAM_VARIABLE: &str = "KAIMEN_EXTRACTOR";
/// The program's name, beside our own.
const PROGRAM: &str = "kaimen-mindtct";
/// Longest run: an image of a module takes a tenth of a second.
const DEADLINE: Duration = Duration::from_secs(20);
/// How often the program is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// Most bytes that are read of what it prints: a thousand minutiae.
const PRINTED_MAX: u64 = 32 << 10;

/// Why an image has no record.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// There is no such program.
    #[error("no extractor: {PROGRAM_VARIABLE} is not set and there is no {}", .beside.display())]
    Absent {
        /// Where it would be.
        beside: PathBuf,
    },
    /// The system could not run it.
    #[error("{}: {source}", .program.display())]
    Run {
        /// The program.
        program: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It did not end in time.
    #[error("{} was not done after {limit:?}", .program.display())]
    Late {
        /// The program.
        program: PathBuf,
        /// How long it had.
        limit: Duration,
    },
    /// It failed, by its own account or by a signal.
    #[error("{} failed ({status}): {said}", .program.display())]
    Failed {
        /// The program.
        program: PathBuf,
        /// How it ended.
        status: ExitStatus,
        /// The last line of its errors.
        said: String,
    },
    /// What it printed is no list of minutiae, or an empty one.
    #[error(transparent)]
    Text(#[from] TextFault),
    /// The record cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// An extractor of minutiae.
#[derive(Debug, Clone)]
pub struct Extractor {
    program: PathBuf,
    deadline: Duration,
}

impl Extractor {
    /// The extractor at this path: given a resolution in dots per inch as its argument and a
    /// portable graymap as its input, it prints `minutiae COUNT` and a line for each: x, y,
    /// angle in degrees counter-clockwise from the x axis, quality from 1 to 100, and `ending`
    /// or `bifurcation`.
    #[must_use]
    pub fn at(program: &Path) -> Extractor {
        Extractor { program: program.to_path_buf(), deadline: DEADLINE }
    }

    /// The one that the environment names, or else `kaimen-mindtct` beside our own program.
    ///
    /// # Errors
    ///
    /// [`ExtractError::Absent`].
    pub fn find() -> Result<Extractor, ExtractError> {
        let found = program::find(PROGRAM_VARIABLE, PROGRAM);
        found.map(|path| Extractor::at(&path)).map_err(|beside| ExtractError::Absent { beside })
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Another deadline than 20 s.
    #[must_use]
    pub fn within(self, deadline: Duration) -> Extractor {
        Extractor { deadline, ..self }
    }

    /// The minutiae of an image of this resolution, the best first.
    ///
    /// # Errors
    ///
    /// [`ExtractError`]; [`TextFault::None`] if there are none.
    pub fn record(&self, image: &GreyImage, dpi: u16) -> Result<Record, ExtractError> {
        let text = self.run(image.pgm(), dpi)?;
        let geometry = image.geometry();
        Ok(read(&text, geometry.width, geometry.height, dpi)?)
    }

    /// The same as a record of ISO/IEC 19794-2:2005.
    ///
    /// # Errors
    ///
    /// [`ExtractError`].
    pub fn iso_record(&self, image: &GreyImage, dpi: u16) -> Result<Vec<u8>, ExtractError> {
        Ok(minutiae::write(&self.record(image, dpi)?, MinutiaeFormat::Iso2005)?)
    }

    fn run(&self, image: Vec<u8>, dpi: u16) -> Result<String, ExtractError> {
        let failed = |source| ExtractError::Run { program: self.program.clone(), source };
        let mut command = Command::new(&self.program);
        command.arg(dpi.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        let input = child.stdin.take();
        let feeder = std::thread::spawn(move || {
            // A program that ends early says why by its exit code.
            input.map(|mut input| input.write_all(&image))
        });
        let ended = self.wait(&mut child);
        if !matches!(ended, Ok(Some(_))) {
            // It may have ended by itself meanwhile; then there is nothing to end.
            let _ = child.kill();
            let _ = child.wait();
        }
        // The pipe is broken if the program is gone, so this waits for nothing.
        let _ = feeder.join();
        let status = ended.map_err(failed)?;
        let Some(status) = status else {
            let (program, limit) = (self.program.clone(), self.deadline);
            return Err(ExtractError::Late { program, limit });
        };
        if !status.success() {
            let said = printed(child.stderr.take()).map_err(failed)?;
            let said = said.lines().rev().find(|line| !line.trim().is_empty());
            let said = said.unwrap_or("nothing").to_owned();
            return Err(ExtractError::Failed { program: self.program.clone(), status, said });
        }
        printed(child.stdout.take()).map_err(failed)
    }

    /// How the program ended; `None` when its time was over. What it prints fits into a pipe,
    /// so it needs no reader; one that prints more is late.
    fn wait(&self, child: &mut Child) -> io::Result<Option<ExitStatus>> {
        let begun = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Some(status));
            }
            if begun.elapsed() >= self.deadline {
                return Ok(None);
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

fn printed(pipe: Option<impl Read>) -> io::Result<String> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(PRINTED_MAX).read_to_end(&mut bytes)?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
