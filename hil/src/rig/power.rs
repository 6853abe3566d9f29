//! Power hooks.

use std::ffi::OsStr;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

use super::Power;

/// Longest that a hook may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// Power on.
    On,
    /// Power off.
    Off,
    /// Off and on again.
    Cycle,
}

/// Why a device was not switched.
#[derive(Debug, Error)]
pub enum PowerError {
    /// The rig file has no such hook.
    #[error("the rig file has no command for it")]
    NoHook,
    /// The command cannot be started or watched.
    #[error("{command}: {error}")]
    Start {
        /// The command.
        command: String,
        /// Why.
        error: std::io::Error,
    },
    /// The command failed.
    #[error("{command}: ended with {status}")]
    Failed {
        /// The command.
        command: String,
        /// How.
        status: std::process::ExitStatus,
    },
    /// The command took too long and was ended.
    #[error("{command}: not done after {} s", DEADLINE.as_secs())]
    Deadline {
        /// The command.
        command: String,
    },
}

/// Runs the hook. Says what was run.
pub fn switch(power: &Power, what: Switch) -> Result<Vec<String>, PowerError> {
    let commands = match (what, power) {
        (Switch::On, Power { on: Some(on), .. }) => vec![on],
        (Switch::Off, Power { off: Some(off), .. }) => vec![off],
        (Switch::Cycle, Power { cycle: Some(cycle), .. }) => vec![cycle],
        (Switch::Cycle, Power { on: Some(on), off: Some(off), .. }) => vec![off, on],
        _ => return Err(PowerError::NoHook),
    };
    for (place, command) in commands.iter().enumerate() {
        if place > 0 {
            thread::sleep(Duration::from_secs(1));
        }
        shell(command, &[], DEADLINE)?;
    }
    Ok(commands.into_iter().cloned().collect())
}

/// Runs another hook of the rig file in the same way, with these variables in its environment.
pub(crate) fn hook(command: &str, variables: &[(&str, &OsStr)]) -> Result<(), PowerError> {
    shell(command, variables, DEADLINE)
}

fn shell(
    command: &str,
    variables: &[(&str, &OsStr)],
    deadline: Duration,
) -> Result<(), PowerError> {
    let start = |error| PowerError::Start { command: command.to_owned(), error };
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).envs(variables.iter().copied()).stdin(Stdio::null());
    let mut child = shell.spawn().map_err(start)?;
    let end = Instant::now() + deadline;
    loop {
        match child.try_wait().map_err(start)? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => {
                return Err(PowerError::Failed { command: command.to_owned(), status });
            }
            None if Instant::now() >= end => return Err(give_up(&mut child, command)),
            None => thread::sleep(Duration::from_millis(10)),
        }
    }
}

fn give_up(child: &mut Child, command: &str) -> PowerError {
    // Nothing more can be done about a process that cannot be killed.
    let _ = child.kill();
    let _ = child.wait();
    PowerError::Deadline { command: command.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hooks_run_fail_and_end() {
        let hook = |cycle: &str| Power { cycle: Some(cycle.to_owned()), ..Power::default() };
        assert_eq!(switch(&hook("true"), Switch::Cycle).unwrap(), ["true"]);
        let error = switch(&hook("exit 3"), Switch::Cycle).unwrap_err();
        assert!(error.to_string().contains("exit status: 3"), "{error}");
        assert!(super::hook("test \"$A\" = b", &[("A", OsStr::new("b"))]).is_ok());
        assert!(matches!(switch(&hook("true"), Switch::On), Err(PowerError::NoHook)));
        let begun = Instant::now();
        let error = shell("exec sleep 60", &[], Duration::from_millis(50)).unwrap_err();
        assert!(matches!(error, PowerError::Deadline { .. }));
        assert!(begun.elapsed() < Duration::from_secs(30));
    }
}
