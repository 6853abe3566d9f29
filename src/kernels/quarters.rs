//! Four rows at a time, a quarter of the block apart.
//!
//! A kernel keeps four rows in flight. If they were neighbours, their lines would
//! be asked for in an order (0, 8, 16, 24, 1, 9, ...) in which the hardware sees no
//! stream: a third of the read rate from memory, measured on Zen 4. A quarter of
//! the rows apart they are four clean streams, each in pages of its own, which
//! beat one (`benches/record/`).

/// Rows of one call, cut in four equal runs and a rest of less than four rows.
pub(super) struct Quarters<'a, T> {
    rows: &'a [T],
    /// Elements of a row.
    width: usize,
    /// Rows in each run.
    pub(super) len: usize,
}

impl<'a, T> Quarters<'a, T> {
    pub(super) fn new(rows: &'a [T], width: usize) -> Quarters<'a, T> {
        Quarters { rows, width, len: rows.len() / width / 4 }
    }

    /// Row `i` of each run.
    #[inline(always)]
    pub(super) fn rows_at(&self, i: usize) -> [&'a [T]; 4] {
        [0, 1, 2, 3].map(|run| self.row(run * self.len + i))
    }

    /// Writes the results for row `i` of each run.
    #[inline(always)]
    pub(super) fn write(&self, out: &mut [i32], i: usize, dots: [i32; 4]) {
        for (run, dot) in dots.into_iter().enumerate() {
            out[run * self.len + i] = dot;
        }
    }

    /// The rows behind the four runs, each with its place for a result.
    #[inline(always)]
    pub(super) fn rest<'b>(
        &self,
        out: &'b mut [i32],
    ) -> impl Iterator<Item = (&'a [T], &'b mut i32)> {
        let done = 4 * self.len;
        let rows = self.rows[done * self.width..].chunks_exact(self.width);
        rows.zip(&mut out[done..])
    }

    #[inline(always)]
    fn row(&self, row: usize) -> &'a [T] {
        &self.rows[row * self.width..][..self.width]
    }
}
