//! Labels that would lie on each other are moved apart.

/// Places as near to the wished ones as may be, `gap` apart, none below `end`.
pub(crate) fn spread(wished: &[f64], gap: f64, end: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wished.len()).collect();
    order.sort_by(|&a, &b| wished[a].total_cmp(&wished[b]));
    let mut places = wished.to_vec();
    // Half of what two neighbours lack, each way, until nothing moves any more.
    for _ in 0..500 {
        for pair in order.windows(2) {
            let lack = gap - (places[pair[1]] - places[pair[0]]);
            if lack > 0.0 {
                places[pair[0]] -= lack / 2.0;
                places[pair[1]] += lack / 2.0;
            }
        }
        places.iter_mut().for_each(|place| *place = place.min(end));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn labels_are_apart_and_in_order() {
        let places = spread(&[50.0, 10.0, 10.5, 11.0, 99.0, 100.0], 12.0, 100.0);
        let mut order = places.clone();
        order.sort_by(f64::total_cmp);
        assert!(order.windows(2).all(|pair| pair[1] - pair[0] > 11.5), "{places:?}");
        assert!(places[1] < places[2] && places[2] < places[3] && places[4] < places[5]);
        assert!((places[0] - 50.0).abs() < 1.0);
    }
}
