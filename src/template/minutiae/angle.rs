//! The angle units of the formats.

/// Units of a whole turn: 11520 = lcm(256, 180, 64, 360), so that every format's
/// own unit is a whole number of them.
pub const TURN: u16 = 11_520;

/// One format's angle unit, in 1/[`TURN`] of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AngleUnit(u16);

impl AngleUnit {
    /// ISO/IEC 19794-2 records and normal cards: 1.40625 degrees, 256 a turn.
    pub(super) const ISO: AngleUnit = AngleUnit(TURN / 256);
    /// ANSI/INCITS 378: 2 degrees, 180 a turn.
    pub(super) const ANSI: AngleUnit = AngleUnit(TURN / 180);
    /// Compact cards: 5.625 degrees, 64 a turn.
    pub(super) const COMPACT: AngleUnit = AngleUnit(TURN / 64);
    /// xyt: degrees.
    pub(super) const DEGREE: AngleUnit = AngleUnit(TURN / 360);

    /// Format's number to angle. Numbers of a turn and more go round: a sample record
    /// of a well-known library has them.
    pub(super) fn read(self, number: u16) -> u16 {
        number % (TURN / self.0) * self.0
    }

    /// Angle below [`TURN`] to the format's nearest number; halves go up, and what is
    /// rounded to a whole turn is 0.
    pub(super) fn write(self, angle: u16) -> u16 {
        (angle + self.0 / 2) / self.0 % (TURN / self.0)
    }
}
