//! Names of algorithms.

use super::*;
use crate::limits;

fn face(name: &str) -> Algorithm {
    Algorithm {
        name: name.to_owned(),
        modality: Modality::Face,
        format: VectorFormat::INT8_512_IN_1072.into(),
    }
}

fn finger(name: &str) -> Algorithm {
    Algorithm { modality: Modality::Finger, ..face(name) }
}

#[test]
fn no_name_an_empty_one_and_default_mean_the_first_of_the_modality() {
    let registry = Registry::new(vec![finger("f1"), face("a"), face("b"), finger("a")]).unwrap();
    for name in [None, Some(""), Some("default"), Some("a")] {
        assert_eq!(registry.position(Modality::Face, name), Some(1), "{name:?}");
    }
    assert_eq!(registry.find(Modality::Finger, None).unwrap().name, "f1");
    assert_eq!(registry.position(Modality::Finger, Some("a")), Some(3));
    assert_eq!(registry.position(Modality::Face, Some("b")), Some(2));
    for unknown in ["f1", "A", "a ", "c", "Default"] {
        assert_eq!(registry.find(Modality::Face, Some(unknown)), None, "{unknown:?}");
    }
    assert_eq!(registry.algorithms().len(), 4);
}

#[test]
fn an_empty_registry_knows_nothing() {
    let registry = Registry::new(vec![]).unwrap();
    assert_eq!(registry.find(Modality::Face, None), None);
}

#[test]
fn lists_that_are_refused() {
    let long = "x".repeat(limits::ALGORITHM_BYTES + 1);
    let six = |make: fn(&str) -> Algorithm| ["1", "2", "3", "4", "5", "6"].map(make).to_vec();
    let mut no_format = face("a");
    no_format.format = VectorFormat::bare(Element::I8, 1).into();
    let rows = [
        (vec![face("")], "algorithm 0: the name must have 1 to 64 bytes and no control characters"),
        (
            vec![face("a"), face(&long)],
            "algorithm 1: the name must have 1 to 64 bytes and no control characters",
        ),
        (
            vec![face("a\n")],
            "algorithm 0: the name must have 1 to 64 bytes and no control characters",
        ),
        (
            vec![face("a"), finger("a"), face("a")],
            "algorithm 2: the face algorithm \"a\" is listed twice",
        ),
        (
            vec![face("a"), face("default")],
            "algorithm 1: only the first face algorithm may be named \"default\"",
        ),
        (six(face), "more than 5 face algorithms"),
        (six(finger), "more than 5 finger algorithms"),
        (vec![no_format], "algorithm 0: dimension 1 is outside 32 to 2048"),
    ];
    for (list, sentence) in rows {
        assert_eq!(Registry::new(list).expect_err("refused").to_string(), sentence);
    }
    let long_enough = "x".repeat(limits::ALGORITHM_BYTES);
    Registry::new(vec![face("default"), face(&long_enough), finger("default")]).unwrap();
    let mut five_each = six(face);
    five_each.truncate(5);
    five_each.extend(six(finger).drain(..5));
    Registry::new(five_each).unwrap();
}
