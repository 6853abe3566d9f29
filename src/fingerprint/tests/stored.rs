//! Templates as bytes.

use super::synthetic;
use crate::fingerprint::{FingerIndex, FingerTemplate};

fn template(seed: u64) -> FingerTemplate {
    FingerTemplate::new(&synthetic::finger(seed, 30)).expect("within the ranges")
}

#[test]
fn bytes_and_gallery_give_back_the_template() {
    let mut index = FingerIndex::new();
    for seed in 0..20 {
        let template = template(seed);
        let handle = index.insert(1, 2, &template).expect("room");
        let back = FingerTemplate::from_bytes(&template.to_bytes()).expect("a template");
        assert!(index.holds(handle, &back));
        let kept = index.template(handle).expect("is there");
        assert_eq!(kept.to_bytes(), template.to_bytes());
        assert_eq!(kept.ones(), template.ones());
    }
}

#[test]
fn other_bytes_are_refused() {
    let bytes = template(3).to_bytes();
    for end in 0..bytes.len() {
        assert!(FingerTemplate::from_bytes(&bytes[..end]).is_err(), "{end}");
    }
    let mut longer = bytes.to_vec();
    longer.push(0);
    assert!(FingerTemplate::from_bytes(&longer).is_err());
    assert!(FingerTemplate::from_bytes(&[49; 2 + 49 * 48]).is_err());
    assert!(FingerTemplate::from_bytes(&[[1, 2].as_slice(), &[0; 88]].concat()).is_err());
}
