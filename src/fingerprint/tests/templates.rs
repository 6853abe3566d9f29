//! Templates: what they keep, refuse and do not depend on.

use super::synthetic;
use crate::fingerprint::*;
use proptest::prelude::*;

fn minutia(x: f32, y: f32) -> Minutia {
    Minutia { x, y, angle: 0, kind: MinutiaKind::Ending, quality: 0 }
}

#[test]
fn nothing_and_one_minutia_are_weak_templates() {
    for minutiae in [&[][..], &[minutia(3.0, 4.0)]] {
        let template = FingerTemplate::new(minutiae).expect("is accepted");
        assert!(template.is_weak() && template.codes().is_empty());
        assert_eq!(template.points().len(), minutiae.len());
    }
}

#[test]
fn what_is_no_minutia_is_refused() {
    let mut minutiae = vec![minutia(1.0, 1.0); 3];
    minutiae[2].x = f32::NAN;
    assert_eq!(FingerTemplate::new(&minutiae).unwrap_err(), FingerError::Place { position: 2 });
    minutiae[2].x = f32::INFINITY;
    assert_eq!(FingerTemplate::new(&minutiae).unwrap_err(), FingerError::Place { position: 2 });
    minutiae[2] = Minutia { angle: ANGLE_UNITS, ..minutia(1.0, 1.0) };
    assert_eq!(FingerTemplate::new(&minutiae).unwrap_err(), FingerError::Angle { position: 2 });
    minutiae[2] = minutia(1.0, 8002.0);
    assert_eq!(FingerTemplate::new(&minutiae).unwrap_err(), FingerError::Extent);
    minutiae[2] = minutia(1.0, -f32::MAX);
    minutiae[1] = minutia(1.0, f32::MAX);
    assert_eq!(FingerTemplate::new(&minutiae).unwrap_err(), FingerError::Extent);
    let many = vec![minutia(1.0, 1.0); 256];
    assert_eq!(FingerTemplate::new(&many).unwrap_err(), FingerError::TooMany { count: 256 });
}

#[test]
fn a_cloud_of_minutiae_has_codes_of_its_neighbours() {
    let template = FingerTemplate::new(&synthetic::finger(1, 40)).expect("is a template");
    assert!(!template.is_weak());
    assert!(template.codes().len() > 20, "{template:?}");
    for (code, &ones) in template.codes().iter().zip(template.ones()) {
        assert_eq!(code.iter().map(|word| word.count_ones()).sum::<u32>(), u32::from(ones));
        assert!((1..=CODE_BITS).contains(&usize::from(ones)), "{ones}");
        assert_eq!(code[CODE_WORDS - 1] >> (CODE_BITS % 64), 0);
    }
}

proptest! {
    #[test]
    fn any_minutiae_are_answered(
        raw in prop::collection::vec((-4e3f32..4e3, -4e3f32..4e3, 0..ANGLE_UNITS, 0..=255u8), 0..255),
        scale in prop::sample::select(vec![0.0f32, 0.01, 0.1, 1.0]),
    ) {
        let minutiae: Vec<Minutia> = raw.iter().map(|&(x, y, angle, quality)| {
            Minutia { x: x * scale, y: y * scale, angle, kind: MinutiaKind::Other, quality }
        }).collect();
        let template = FingerTemplate::new(&minutiae).expect("within the ranges");
        prop_assert!(template.points().len() <= crate::limits::FINGER_POINTS);
        prop_assert!(template.codes().len() <= template.points().len());
    }

    #[test]
    fn the_order_of_minutiae_does_not_matter(seed: u64, count in 3usize..120) {
        let mut minutiae = synthetic::finger(seed, count);
        let template = FingerTemplate::new(&minutiae).expect("is a template");
        minutiae.reverse();
        minutiae.rotate_left(count / 3);
        let other = FingerTemplate::new(&minutiae).expect("is a template");
        prop_assert_eq!(template.points(), other.points());
        prop_assert_eq!(template.codes(), other.codes());
    }

    #[test]
    fn coordinates_that_are_moved_by_whole_pixels_make_the_same_template(
        seed: u64, x in -500i16..500, y in -500i16..500,
    ) {
        let mut minutiae = synthetic::finger(seed, 50);
        let template = FingerTemplate::new(&minutiae).expect("is a template");
        for minutia in &mut minutiae {
            minutia.x += f32::from(x);
            minutia.y += f32::from(y);
        }
        let other = FingerTemplate::new(&minutiae).expect("is a template");
        prop_assert_eq!(template.points(), other.points());
        prop_assert_eq!(template.codes(), other.codes());
    }
}
