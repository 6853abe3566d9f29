//! Rounds: everything once in each, in an order that turns, so that a disturbance meets all.

use std::time::{Duration, Instant};

use crate::error::BenchError;
use crate::record::Subject;

/// How long a block is measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rounds {
    pub(super) most: usize,
    /// Rounds that are made even if the time is up.
    pub(super) least: usize,
    pub(super) time: Duration,
}

/// One thing of a block. `run` is told the round and gives nanoseconds of one call; what it does
/// beside the timed part is not measured.
pub(super) struct Cell<'a> {
    pub(super) subject: Subject,
    pub(super) calls: u32,
    pub(super) run: Box<dyn FnMut(usize) -> Result<f64, BenchError> + 'a>,
}

/// Measures all cells; samples of each. The first round warms up and is not counted.
pub(super) fn interleave(
    cells: &mut [Cell<'_>],
    rounds: Rounds,
) -> Result<Vec<Vec<f64>>, BenchError> {
    for cell in cells.iter_mut() {
        (cell.run)(0)?;
    }
    let mut samples = vec![Vec::new(); cells.len()];
    let start = Instant::now();
    for round in 0..rounds.most {
        if round >= rounds.least && start.elapsed() >= rounds.time {
            break;
        }
        for turn in 0..cells.len() {
            let at = (turn + round) % cells.len();
            samples[at].push((cells[at].run)(round)?);
        }
    }
    Ok(samples)
}

/// Runs something and gives its nanoseconds, at least one.
pub(super) fn timed<T>(run: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let value = std::hint::black_box(run());
    (start.elapsed().as_nanos().max(1) as f64, value)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn the_order_turns_and_the_first_round_is_not_counted() {
        let order = RefCell::new(Vec::new());
        let cell = |name: usize| {
            let order = &order;
            let run = move |round: usize| {
                order.borrow_mut().push(name);
                Ok((round + 1) as f64)
            };
            Cell { subject: Subject::default(), calls: 1, run: Box::new(run) }
        };
        let rounds = Rounds { most: 5, least: 2, time: Duration::ZERO };
        let samples = interleave(&mut [cell(0), cell(1)], rounds).unwrap();
        assert_eq!(samples, [[1.0, 2.0], [1.0, 2.0]]);
        assert_eq!(*order.borrow(), [0, 1, 0, 1, 1, 0]);
    }
}
