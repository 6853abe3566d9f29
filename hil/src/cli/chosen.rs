//! What a command by hand works with: the rig under its lock, and the one device that is meant.

use super::CliError;
use super::arguments::LiveOptions;
use crate::device::Devices;
use crate::rig::{Lock, Rig};

/// The rig of the options, its lock, held for `command`, and its devices.
pub(super) fn begin(
    options: &LiveOptions,
    command: &str,
) -> Result<(Rig, Lock, Devices), CliError> {
    let rig = Rig::read(&options.rig)?;
    let lock = Lock::take(&Lock::folder(), &rig.name, command)?;
    let devices = Devices::of(&rig).map_err(CliError::Usage)?;
    Ok((rig, lock, devices))
}

/// The device that the options name; without a name the only one of its kind.
pub(super) fn the_one<T>(
    devices: Vec<T>,
    name: impl Fn(&T) -> &str,
    kind: &str,
    options: &LiveOptions,
) -> Result<T, CliError> {
    let wanted = options.device.as_deref();
    let mut fits =
        devices.into_iter().filter(|one| wanted.is_none_or(|wanted| wanted == name(one)));
    let reason = match (fits.next(), fits.next()) {
        (Some(device), None) => return Ok(device),
        (None, _) => format!("the rig has no such {kind}"),
        _ => format!("the rig has several {kind}s: name one with --device"),
    };
    Err(CliError::Usage(reason))
}
