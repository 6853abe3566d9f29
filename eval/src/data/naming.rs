//! The naming rule `<finger>_<impression>`.

/// Finger and impression of a file name without its ending: split at the last `_`, both
/// parts not empty. `012-10_1` is impression 1 of finger `012-10`.
#[must_use]
pub(super) fn split(stem: &str) -> Option<(&str, &str)> {
    stem.rsplit_once('_')
        .filter(|(finger, impression)| !finger.is_empty() && !impression.is_empty())
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn the_last_underscore_divides() {
        assert_eq!(split("101_3"), Some(("101", "3")));
        assert_eq!(split("a_b_12"), Some(("a_b", "12")));
        assert_eq!([split("101"), split("_1"), split("1_"), split("")], [None; 4]);
    }
}
