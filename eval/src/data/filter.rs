//! Which lines of a table are kept: `column == value`, `!=`, `<`, `<=`, `>`, `>=`.

use std::cmp::Ordering;

/// One condition. Values are compared as numbers where both are, else as text, and
/// then only for equality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) column: String,
    test: Test,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Equal,
    Different,
    Less,
    AtMost,
    More,
    AtLeast,
}

const TESTS: [(&str, Test); 6] = [
    ("==", Test::Equal),
    ("!=", Test::Different),
    ("<=", Test::AtMost),
    (">=", Test::AtLeast),
    ("<", Test::Less),
    (">", Test::More),
];

impl Filter {
    pub(super) fn parse(text: &str) -> Result<Filter, String> {
        let found = TESTS.iter().find_map(|&(sign, test)| Some((text.split_once(sign)?, test)));
        let Some(((column, value), test)) = found else {
            return Err(format!("`{text}` is not `column == value` (or != < <= > >=)"));
        };
        let (column, value) = (column.trim().to_owned(), value.trim().to_owned());
        let ordered = !matches!(test, Test::Equal | Test::Different);
        if ordered && value.parse::<f64>().is_err() {
            return Err(format!("`{text}`: {value} is not a number"));
        }
        Ok(Filter { column, test, value })
    }

    /// Whether a line with this field is kept. A field that is no number fails every
    /// comparison of size.
    pub(super) fn keeps(&self, field: &str) -> bool {
        let order = match (field.parse::<f64>(), self.value.parse::<f64>()) {
            (Ok(field), Ok(value)) => field.partial_cmp(&value),
            _ if field == self.value => Some(Ordering::Equal),
            _ => None,
        };
        match self.test {
            Test::Equal => order == Some(Ordering::Equal),
            Test::Different => order != Some(Ordering::Equal),
            Test::Less => order == Some(Ordering::Less),
            Test::AtMost => order.is_some_and(Ordering::is_le),
            Test::More => order == Some(Ordering::Greater),
            Test::AtLeast => order.is_some_and(Ordering::is_ge),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Filter;

    #[test]
    fn numbers_and_text_are_compared_and_nonsense_is_refused() {
        let keeps = |filter: &str, field| Filter::parse(filter).unwrap().keeps(field);
        assert!(keeps("flag == ok", "ok") && !keeps("flag == ok", "dup"));
        assert!(keeps("flag != ok", "dup") && !keeps("flag != ok", "ok"));
        assert!(keeps("cos < 0.5", "0.49") && !keeps("cos < 0.5", "0.50"));
        assert!(keeps("cos<=0.5", "0.50") && !keeps("cos <= 0.5", "-"));
        assert!(keeps("age > 9", "10") && !keeps("age > 9", "9") && keeps("age >= 9", "9.0"));
        assert!(keeps("age == 9", "9.0"));
        for wrong in ["flag", "flag = ok", "flag < ok"] {
            assert!(Filter::parse(wrong).is_err(), "{wrong}");
        }
    }
}
