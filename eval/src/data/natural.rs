//! The order of names: numbers in them count as numbers.

use std::cmp::Ordering;

/// `2` before `10`, `a2` before `a10`; a total order, equal only for equal text.
#[must_use]
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    loop {
        let ((x, left_rest), (y, right_rest)) = (part(left), part(right));
        if x.is_empty() || y.is_empty() {
            return x.len().cmp(&y.len()).then_with(|| a.cmp(b));
        }
        let order = match (number(x), number(y)) {
            (Some(x), Some(y)) => x.len().cmp(&y.len()).then_with(|| x.cmp(y)),
            _ => x.cmp(y),
        };
        if order.is_ne() {
            return order;
        }
        (left, right) = (left_rest, right_rest);
    }
}

/// A run of digits or one other byte, and what is behind it.
fn part(text: &[u8]) -> (&[u8], &[u8]) {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.split_at(digits.max(1).min(text.len()))
}

/// The digits without leading zeros.
fn number(part: &[u8]) -> Option<&[u8]> {
    part.first().filter(|byte| byte.is_ascii_digit())?;
    let zeros = part.iter().take_while(|&&byte| byte == b'0').count();
    Some(&part[zeros..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_count_as_numbers() {
        let mut names = ["101_10", "101_2", "012-10_1", "012-9_1", "a", "", "101_02", "b007"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["", "012-9_1", "012-10_1", "101_02", "101_2", "101_10", "a", "b007"]);
    }

    proptest! {
        #[test]
        fn it_is_a_total_order(a in "[0-2a_]{0,5}", b in "[0-2a_]{0,5}", c in "[0-2a_]{0,5}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            prop_assert_eq!(natural(&a, &b).is_eq(), a == b);
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }
}
