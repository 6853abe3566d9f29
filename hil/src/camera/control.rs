//! A camera's controls: exposure and the like, by the kernel's numbers.

use super::device::{Camera, MAX_LISTED, text};
use super::error::CameraError;
use super::sys;

/// The kernel's numbers of the controls that the rig moves (`linux/v4l2-controls.h`).
pub mod ids {
    /// `V4L2_CID_BRIGHTNESS`.
    pub const BRIGHTNESS: u32 = 0x0098_0900;
    /// `V4L2_CID_GAIN`.
    pub const GAIN: u32 = 0x0098_0913;
    /// `V4L2_CID_EXPOSURE_AUTO`: 0 automatic, 1 by hand, 3 automatic with the aperture fixed.
    pub const EXPOSURE_AUTO: u32 = 0x009a_0901;
    /// `V4L2_CID_EXPOSURE_ABSOLUTE`, in units of 100 microseconds.
    pub const EXPOSURE: u32 = 0x009a_0902;
}

/// One control and its range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// The kernel's number.
    pub id: u32,
    /// The driver's name for it.
    pub name: String,
    /// The least value.
    pub minimum: i32,
    /// The greatest value.
    pub maximum: i32,
    /// Values are this far apart.
    pub step: i32,
    /// The value after power-up.
    pub default: i32,
}

impl Camera {
    /// All controls that have an integer value and are not disabled.
    ///
    /// # Errors
    ///
    /// [`CameraError::Refused`] where the driver does not answer.
    pub fn controls(&self) -> Result<Vec<Control>, CameraError> {
        let mut controls = Vec::new();
        let mut last = 0;
        for _ in 0..MAX_LISTED {
            let mut query = sys::zeroed::<sys::QueryControl>();
            query.id = last | sys::CONTROL_NEXT;
            // A driver that does not count upwards would be asked for ever.
            if !self.listed(&sys::QUERYCTRL, &mut query, "list the controls")? || query.id <= last {
                break;
            }
            last = query.id;
            controls.extend(usable(&query));
        }
        Ok(controls)
    }

    /// A control by its number.
    ///
    /// # Errors
    ///
    /// [`CameraError::Control`] where the camera does not have it.
    pub fn control(&self, id: u32) -> Result<Control, CameraError> {
        let mut query = sys::zeroed::<sys::QueryControl>();
        query.id = id;
        let there = self.listed(&sys::QUERYCTRL, &mut query, "describe a control")?;
        usable(&query)
            .filter(|_| there)
            .ok_or_else(|| CameraError::Control(format!("{id:#010x}: the camera does not have it")))
    }

    /// The value of a control.
    ///
    /// # Errors
    ///
    /// [`CameraError::Refused`].
    pub fn value(&self, id: u32) -> Result<i32, CameraError> {
        let mut control = sys::zeroed::<sys::Control>();
        control.id = id;
        self.request(&sys::G_CTRL, &mut control, || format!("read control {id:#010x}"))?;
        Ok(control.value)
    }

    /// Sets a control, and returns the value that the driver then says it has.
    ///
    /// # Errors
    ///
    /// [`CameraError::Control`] for a control that is not there and for a value outside its
    /// range; [`CameraError::Refused`].
    pub fn set(&self, id: u32, value: i32) -> Result<i32, CameraError> {
        let Control { name, minimum, maximum, .. } = self.control(id)?;
        if !(minimum..=maximum).contains(&value) {
            let reason = format!("{name}: {value} is not from {minimum} to {maximum}");
            return Err(CameraError::Control(reason));
        }
        let mut control = sys::zeroed::<sys::Control>();
        (control.id, control.value) = (id, value);
        self.request(&sys::S_CTRL, &mut control, || format!("set {name} to {value}"))?;
        self.value(id)
    }

    /// Presses a button: a control without a value.
    ///
    /// # Errors
    ///
    /// [`CameraError::Refused`].
    pub fn press(&self, id: u32) -> Result<(), CameraError> {
        let mut control = sys::zeroed::<sys::Control>();
        (control.id, control.value) = (id, 1);
        self.request(&sys::S_CTRL, &mut control, || format!("press control {id:#010x}"))
    }

    /// The number of the control with this name, in any case.
    ///
    /// # Errors
    ///
    /// [`CameraError::Control`] where there is none; [`CameraError::Refused`].
    pub fn control_named(&self, name: &str) -> Result<Control, CameraError> {
        let mut all = self.controls()?.into_iter();
        all.find(|control| control.name.eq_ignore_ascii_case(name))
            .ok_or_else(|| CameraError::Control(format!("{name:?}: the camera does not have it")))
    }
}

/// Integer, boolean, menu, button (`V4L2_CTRL_TYPE_…` 1 to 4): those with at most one number.
fn usable(query: &sys::QueryControl) -> Option<Control> {
    let whole = (1..=4).contains(&query.kind) && query.flags & sys::CONTROL_DISABLED == 0;
    whole.then(|| Control {
        id: query.id,
        name: text(&query.name),
        minimum: query.minimum,
        maximum: query.maximum,
        step: query.step,
        default: query.default,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_number_is_left_out() {
        let mut query = sys::zeroed::<sys::QueryControl>();
        (query.id, query.kind, query.maximum) = (ids::EXPOSURE, 1, 5000);
        query.name[..8].copy_from_slice(b"Exposure");
        let control = usable(&query).expect("an integer");
        assert_eq!((control.name.as_str(), control.maximum), ("Exposure", 5000));
        query.flags = sys::CONTROL_DISABLED;
        assert_eq!(usable(&query), None);
        (query.flags, query.kind) = (0, 6);
        assert_eq!(usable(&query), None, "a heading has no value");
    }
}
