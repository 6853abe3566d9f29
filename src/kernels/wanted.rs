//! Some rows of a plane, in the order in which they are asked for.

/// A plane of rows, and which of them are asked for.
#[derive(Clone, Copy)]
pub(super) struct WantedRows<'a> {
    plane: &'a [u8],
    /// Bytes of a row.
    row_bytes: usize,
    /// Rows wanted, in this order.
    wanted: &'a [u16],
}

impl<'a> WantedRows<'a> {
    pub(super) fn new(plane: &'a [u8], row_bytes: usize, wanted: &'a [u16]) -> WantedRows<'a> {
        WantedRows { plane, row_bytes, wanted }
    }

    /// Calls `four` with four rows at a time and `one` with each of the rest, and
    /// writes what they give at the place of each row.
    #[inline(always)]
    pub(super) fn each(
        self,
        out: &mut [i32],
        four: impl Fn([&'a [u8]; 4]) -> [i32; 4],
        one: impl Fn(&'a [u8]) -> i32,
    ) {
        let (fours, rest) = self.wanted.as_chunks::<4>();
        for rows in fours {
            let dots = four(rows.map(|row| self.row(row)));
            for (&row, dot) in rows.iter().zip(dots) {
                out[usize::from(row)] = dot;
            }
        }
        for &row in rest {
            out[usize::from(row)] = one(self.row(row));
        }
    }

    #[inline(always)]
    fn row(self, row: u16) -> &'a [u8] {
        &self.plane[usize::from(row) * self.row_bytes..][..self.row_bytes]
    }
}
