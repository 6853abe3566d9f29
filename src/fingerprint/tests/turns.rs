//! Angles and their functions, against those of the standard library.

use crate::fingerprint::turn;

#[test]
fn sine_and_cosine_are_those_of_the_library() {
    for angle in (0..=u16::MAX).step_by(7) {
        let exact = f64::from(angle) * core::f64::consts::TAU / 65_536.0;
        assert!((f64::from(turn::sine(angle)) - exact.sin()).abs() < 5e-6);
        assert!((f64::from(turn::cosine(angle)) - exact.cos()).abs() < 5e-6);
    }
}

#[test]
fn directions_come_back() {
    for angle in (0..=u16::MAX).step_by(7) {
        let (x, y) = (turn::cosine(angle), turn::sine(angle));
        assert!(turn::direction(100.0 * x, 100.0 * y).wrapping_sub(angle).cast_signed().abs() <= 3);
    }
    assert_eq!(turn::direction(0.0, 0.0), 0);
}

#[test]
fn units_of_every_format_are_rounded_to_the_nearest_turn() {
    assert_eq!(turn::from_units(0), 0);
    assert_eq!(turn::from_units(11_520 / 4), 0x4000);
    assert_eq!(turn::from_units(45), 256);
    assert_eq!(turn::from_units(11_519), 65_530);
}
