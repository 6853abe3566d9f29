//! Every tier, on any number of threads, must find the same member.

use std::cell::RefCell;

use crate::error::BenchError;

/// Who was found for each probe, by whoever searched first.
pub(super) struct Truth(RefCell<Vec<Option<Option<u32>>>>);

impl Truth {
    pub(super) fn new(probes: usize) -> Truth {
        Truth(RefCell::new(vec![None; probes]))
    }

    /// Keeps the first answer, and compares the others with it.
    pub(super) fn check(
        &self,
        probe: usize,
        found: Option<u32>,
        who: impl Fn() -> String,
    ) -> Result<(), BenchError> {
        let mut all = self.0.borrow_mut();
        let first = *all[probe].get_or_insert(found);
        if first == found {
            return Ok(());
        }
        let text = format!("{}, probe {probe}: {found:?}, the first tier {first:?}", who());
        Err(BenchError::WrongAnswer(text))
    }

    /// Checks that at least half of the mated probes that were asked found their mates, and that
    /// some were asked.
    pub(super) fn check_mates(
        &self,
        mates: &[Option<u32>],
        who: impl Fn() -> String,
    ) -> Result<(), BenchError> {
        let all = self.0.borrow();
        let asked = all.iter().zip(mates).filter_map(|(found, mate)| Some(((*found)?, (*mate)?)));
        let right: Vec<bool> = asked.map(|(found, mate)| found == Some(mate)).collect();
        let found = right.iter().filter(|&&right| right).count();
        if !right.is_empty() && 2 * found >= right.len() {
            return Ok(());
        }
        let text = format!("{}: {found} of {} mates found", who(), right.len());
        Err(BenchError::WrongAnswer(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_answer_must_be_the_first() {
        let truth = Truth::new(2);
        let who = || "x".to_owned();
        assert!(truth.check_mates(&[Some(7), None], who).is_err());
        truth.check(0, Some(7), who).unwrap();
        truth.check(0, Some(7), who).unwrap();
        truth.check(1, None, who).unwrap();
        truth.check_mates(&[Some(7), None], who).unwrap();
        let wrong = truth.check(1, Some(3), who).unwrap_err();
        assert_eq!(wrong.to_string(), "wrong answer: x, probe 1: Some(3), the first tier None");
        assert!(truth.check_mates(&[Some(8), None], who).is_err());
    }
}
