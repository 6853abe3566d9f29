//! The way of one probe through the blocks: signs, second bits, high halves, low halves.
//!
//! Each step reads less than the next one and drops rows that cannot reach the bar,
//! the score below which a row changes nothing. What is left is scored on its whole
//! int8 codes, so the result is that of a scan of all codes: by proof without the
//! steps of bits (`bound.rs`), but for a chance of [`MISS`](super::MISS) a row with them
//! (`signs.rs`, `second.rs`, `narrow.rs`).
//!
//! Rows that pass a step wait until there are some hundred of them (`waiting.rs`).

use core::cmp::Ordering;

use super::block::{BLOCK_ROWS, Block};
use super::bound::QueryBound;
use super::narrow;
use super::plane::RowPlane;
use super::query::PreparedQuery;
use super::signs::{Law, SignQuery};
use super::waiting::{Rows, Waiting};
use crate::gallery::{Candidate, RowBlock as _, TopK};
use crate::kernels::{MASK_ROWS, RowMask, SignGate};

/// One bit for each row of a block.
pub(super) type RowSet = [RowMask; BLOCK_ROWS / MASK_ROWS];

/// All rows, in the order in which memory likes to be read: four at a time, a
/// quarter of the block apart, four clean streams. Neighbours would be asked for in an order
/// in which the hardware sees no stream: a third of the read rate on Zen 4.
#[expect(clippy::cast_possible_truncation, reason = "a block has 1024 rows")]
const IN_STREAMS: [u16; BLOCK_ROWS] = {
    let mut rows = [0; BLOCK_ROWS];
    let mut at = 0;
    while at < BLOCK_ROWS {
        rows[at] = (at % 4 * (BLOCK_ROWS / 4) + at / 4) as u16;
        at += 1;
    }
    rows
};

/// All rows, one after the other.
#[expect(clippy::cast_possible_truncation, reason = "a block has 1024 rows")]
const IN_ORDER: [u16; BLOCK_ROWS] = {
    let mut rows = [0; BLOCK_ROWS];
    let mut at = 0;
    while at < BLOCK_ROWS {
        rows[at] = at as u16;
        at += 1;
    }
    rows
};

/// If more than one of this many rows of a block pass a step, the next step reads
/// the whole block: in a stream, and not row by row.
pub(super) const SPARSE: u32 = 5;

/// If more than one of this many narrow rows of a block pass their signs, those of the blocks to come are
/// tested by both bits: a stream of as many bytes as the signs, against one or two lines of memory for each
/// that passes.
const MANY: u32 = 32;

/// Blocks of narrow rows that are tested by both bits before it is asked again how many pass their signs.
const AFTER_MANY: u32 = 64;

/// Most blocks in a row in which a step is left out because it did not help in the
/// blocks before.
const LONGEST_PAUSE: u32 = 64;

/// Where rows go that may matter.
pub(super) trait Sink {
    /// The score below which a row changes nothing. Rises, never falls.
    fn bar(&self) -> i32;
    /// Takes a row, by its number in the index.
    fn offer(&mut self, row: usize, candidate: Candidate);
}

/// The best members, ordered by `tie` where scores are equal.
pub(super) struct Best<'a, T> {
    pub(super) top: &'a mut TopK,
    pub(super) tie: T,
}

impl<T: Fn(u32, u32) -> Ordering> Sink for Best<'_, T> {
    #[inline]
    fn bar(&self) -> i32 {
        self.top.bar()
    }

    #[inline]
    fn offer(&mut self, _row: usize, candidate: Candidate) {
        self.top.offer(candidate, &self.tie);
    }
}

/// A block on the way of a probe.
#[derive(Clone, Copy)]
pub(super) struct Stop<'a> {
    pub(super) block: &'a Block,
    /// Number of the block's first row in the index.
    pub(super) first: usize,
}

/// A probe on its way through the blocks of an index.
pub(super) struct Cascade<'a> {
    query: &'a PreparedQuery,
    bound: QueryBound,
    signs: Option<&'a SignQuery>,
    bar: Bar,
    sign_pause: Pause,
    weigh_pause: Pause,
    /// Blocks of narrow rows to come that are tested by both bits; the last one also tells how many
    /// pass their signs.
    both_left: u32,
}

/// A bar, and what follows from it for each step.
struct Bar {
    score: i32,
    gate: i64,
    bits: Option<BitGates>,
}

/// What follows from a bar for the steps of bits.
struct BitGates {
    signs: SignGate,
    /// `None` where rows are not narrow.
    narrow: Option<SignGate>,
    law: Law,
}

/// How long a step is left out that did not help: the signs, or the bound of each row.
#[derive(Default)]
struct Pause {
    blocks_left: u32,
    length: u32,
}

/// What is known of a block before a probe reads it, as far as it does not lie in [`Buffers`].
#[derive(Clone, Copy, Default)]
pub(super) struct Known<'a> {
    /// The sums of signs.
    pub(super) sums: Option<&'a [u16; BLOCK_ROWS]>,
    /// The products of the high halves.
    pub(super) high: Option<&'a [i32; BLOCK_ROWS]>,
}

/// What a scan works in; on the stack of whoever scans. Several probes may share it if each
/// finishes what waits before the next one reads.
pub(super) struct Buffers<'a> {
    sums: [u16; BLOCK_ROWS],
    high: [i32; BLOCK_ROWS],
    low: [i32; BLOCK_ROWS],
    /// Rows that passed the signs, with their sums.
    for_second: Waiting<'a, u16>,
    /// Rows that passed the second bits.
    for_high: Waiting<'a, ()>,
    /// Rows that passed the high halves, with their high products.
    for_low: Waiting<'a, i32>,
}

impl Buffers<'_> {
    pub(super) fn new() -> Self {
        Buffers {
            sums: [0; BLOCK_ROWS],
            high: [0; BLOCK_ROWS],
            low: [0; BLOCK_ROWS],
            for_second: Waiting::new(),
            for_high: Waiting::new(),
            for_low: Waiting::new(),
        }
    }
}

impl<'a> Cascade<'a> {
    pub(super) fn new(
        query: &'a PreparedQuery,
        signs: Option<&'a SignQuery>,
        sink: &impl Sink,
    ) -> Cascade<'a> {
        let mut bar = Bar { score: 0, gate: 0, bits: None };
        bar.set(sink.bar(), query, signs);
        let bound = QueryBound::of(query.codes());
        Cascade {
            query,
            bound,
            signs,
            bar,
            sign_pause: Pause::default(),
            weigh_pause: Pause::default(),
            both_left: 1,
        }
    }

    pub(super) fn query(&self) -> &'a PreparedQuery {
        self.query
    }

    /// Reads a block, and what waits where enough does.
    pub(super) fn read(&mut self, stop: Stop<'a>, sink: &mut impl Sink, buffers: &mut Buffers<'a>) {
        let admitted = self.look(stop.block, false, &mut buffers.sums, sink);
        self.go_on(stop, admitted, Known::default(), sink, buffers);
    }

    /// The first half of [`Cascade::read`]: the rows whose signs let them go on; `None` if signs are
    /// of no use here. Their sums are made, if they are not known, and the memory is asked for what
    /// the second half reads.
    pub(super) fn look(
        &mut self,
        block: &Block,
        known: bool,
        sums: &mut [u16; BLOCK_ROWS],
        sink: &impl Sink,
    ) -> Option<RowSet> {
        self.follow(sink);
        let admitted = self.read_bits(block, known, sums)?;
        let plane = if block.is_narrow() { block.high() } else { block.second() };
        let kernels = self.query.kernels();
        each_row(&admitted, |row| kernels.prefetch(plane.row(row)));
        Some(admitted)
    }

    /// The second half, with what is known of the block.
    pub(super) fn go_on(
        &mut self,
        stop: Stop<'a>,
        admitted: Option<RowSet>,
        known: Known<'_>,
        sink: &mut impl Sink,
        buffers: &mut Buffers<'a>,
    ) {
        self.follow(sink);
        match admitted {
            Some(admitted) if stop.block.is_narrow() => {
                buffers.for_high.add(stop.block, stop.first, &admitted, |_| ());
            }
            Some(admitted) => {
                let sums = known.sums.unwrap_or(&buffers.sums);
                buffers.for_second.add(stop.block, stop.first, &admitted, |row| sums[row]);
            }
            None => self.read_high(stop, known.high, sink, buffers),
        }
        if buffers.for_second.is_full() {
            self.read_waiting_second(sink, buffers);
        }
        if buffers.for_high.is_full() {
            self.read_waiting_high(sink, buffers);
        }
        // Also what has just come there: the next block adds to it, if not by its signs.
        if buffers.for_low.is_full() {
            self.read_waiting_low(sink, &mut buffers.for_low, &mut buffers.low);
        }
    }

    /// Reads all that waits.
    pub(super) fn finish(&mut self, sink: &mut impl Sink, buffers: &mut Buffers<'a>) {
        self.read_waiting_second(sink, buffers);
        self.read_waiting_high(sink, buffers);
        self.read_waiting_low(sink, &mut buffers.for_low, &mut buffers.low);
    }

    /// Takes over a bar that has risen.
    fn follow(&mut self, sink: &impl Sink) {
        if sink.bar() != self.bar.score {
            self.bar.set(sink.bar(), self.query, self.signs);
        }
    }

    /// Whether the next block is asked for its signs.
    pub(super) fn wants_signs(&self) -> bool {
        self.signs.is_some() && self.bar.bits.is_some() && self.sign_pause.blocks_left == 0
    }

    /// The rows whose signs, or whose codes if they are narrow, let them go on; `None` if bits are of no
    /// use here.
    fn read_bits(
        &mut self,
        block: &Block,
        known: bool,
        sums: &mut [u16; BLOCK_ROWS],
    ) -> Option<RowSet> {
        let (signs, gates) = (self.signs?, self.bar.bits.as_ref()?);
        let (plane, alignments) = block.signs()?;
        if self.sign_pause.is_on() {
            return None;
        }
        let sums = &mut sums[..alignments.len()];
        if !known {
            signs.tables().sums(plane, sums);
        }
        let admitted = if gates.narrow.is_some() {
            self.read_narrow(block, alignments, sums)?
        } else {
            self.gate(gates.signs, sums, alignments, block)
        };
        let is_sparse = is_sparse(&admitted, block);
        self.sign_pause.learn(is_sparse);
        is_sparse.then_some(admitted)
    }

    /// The narrow rows whose signs, of which the sums are made, let them go on, or if those were many of late,
    /// whose codes do. Which of the two is decided by blocks before, never by this one: a row whose own signs
    /// had a say in that could be lost by either, at twice the chance.
    fn read_narrow(&mut self, block: &Block, alignments: &[u16], sums: &[u16]) -> Option<RowSet> {
        let (signs, gates) = (self.signs?, self.bar.bits.as_ref()?);
        let by_both = self.both_left > 0;
        self.both_left = self.both_left.saturating_sub(1);
        if self.both_left == 0 {
            let rows = self.gate(gates.signs, sums, alignments, block);
            if (count(&rows) * MANY) as usize > block.len() {
                self.both_left = AFTER_MANY;
            }
            if !by_both {
                return Some(rows);
            }
        }
        let (plane, alignments) = block.narrow()?;
        let both = &mut [0; BLOCK_ROWS][..alignments.len()];
        signs.tables().sums(plane, both);
        narrow::with_signs(both, sums);
        Some(self.gate(gates.narrow?, both, alignments, block))
    }

    /// The rows of a block that a gate lets through.
    fn gate(&self, gate: SignGate, sums: &[u16], alignments: &[u16], block: &Block) -> RowSet {
        let mut rows = [0; BLOCK_ROWS / MASK_ROWS];
        let masks = &mut rows[..alignments.len() / MASK_ROWS];
        self.query.kernels().sign_gate(gate, sums, alignments, masks);
        clear_behind(&mut rows, block.len());
        rows
    }

    /// The high halves of all rows of a block, where their products are not known. Drops rows whose products
    /// say that they cannot reach the bar. If few are left, they wait; else all low halves are read.
    fn read_high(
        &mut self,
        stop: Stop<'a>,
        known: Option<&[i32; BLOCK_ROWS]>,
        sink: &mut impl Sink,
        buffers: &mut Buffers<'a>,
    ) {
        let Stop { block, first } = stop;
        let Buffers { high, low, for_low, .. } = buffers;
        let high = known.unwrap_or_else(|| {
            self.query.nibble_dots(block.high(), all(block), high);
            high
        });
        let admitted = &self.admit(high, block);
        let mut left = *admitted;
        if is_sparse(&left, block) || !self.weigh_pause.is_on() {
            left = [0; BLOCK_ROWS / MASK_ROWS];
            each_row(admitted, |row| {
                let bound = block.row_bound(row);
                let may_reach = self.bound.may_reach(self.bar.gate, high[row], bound);
                left[row / MASK_ROWS] |= u64::from(may_reach) << (row % MASK_ROWS);
            });
            self.weigh_pause.learn(is_sparse(&left, block));
        }
        if is_sparse(&left, block) {
            return for_low.add(block, first, &left, |row| high[row]);
        }
        self.query.nibble_dots(block.low(), all(block), low);
        each_row(&left, |row| self.offer(stop, row, [high[row], low[row]], sink));
    }

    /// The rows of a block that are worth a closer look, by the bound of the block.
    fn admit(&self, high: &[i32; BLOCK_ROWS], block: &Block) -> RowSet {
        let least = self.bound.least(self.bar.gate, block.bound());
        let mut admitted = [0; BLOCK_ROWS / MASK_ROWS];
        self.query.kernels().dot_gate(least, high, &mut admitted);
        clear_behind(&mut admitted, block.len());
        admitted
    }

    /// The second bits of the rows that wait for them.
    fn read_waiting_second(&mut self, sink: &mut impl Sink, buffers: &mut Buffers<'a>) {
        for at in 0..buffers.for_second.blocks() {
            if buffers.for_high.is_full() {
                self.read_waiting_high(sink, buffers);
            }
            let Buffers { high: second, for_second, for_high, .. } = buffers;
            let Rows { block, first, rows, known } = for_second.run(at);
            let mut left = [0; BLOCK_ROWS / MASK_ROWS];
            // A bar never falls, so where signs said something the second bits do. Rows wait only then.
            let (Some(signs), Some(BitGates { law, .. })) = (self.signs, &self.bar.bits) else {
                unreachable!("rows wait for their second bits after their signs")
            };
            signs.second_sums(block.second(), rows, second);
            // That of the block first: it spares most rows a look at their own.
            let least = signs.both_sums(block.span().least(law));
            for (&row, &sum) in rows.iter().zip(known) {
                let row = usize::from(row);
                second[row] += i32::from(sum);
                let may_reach = second[row] >= least;
                left[row / MASK_ROWS] |= u64::from(may_reach) << (row % MASK_ROWS);
                if may_reach {
                    block.prefetch_span(row, self.query.kernels());
                }
            }
            // The rows' own are a line of memory each: in a pass behind, when they have come.
            let by_block = left;
            each_row(&by_block, |row| {
                let may_reach = second[row] >= signs.both_sums(block.row_span(row).least(law));
                left[row / MASK_ROWS] ^= u64::from(!may_reach) << (row % MASK_ROWS);
            });
            for_high.add(block, first, &left, |_| ());
        }
        buffers.for_second.clear();
    }

    /// The high halves of the rows that wait for them.
    fn read_waiting_high(&mut self, sink: &mut impl Sink, buffers: &mut Buffers<'a>) {
        let Buffers { high, low, for_high, for_low, .. } = buffers;
        self.fetch(for_high, Block::high);
        for Rows { block, first, rows, .. } in for_high.runs() {
            if for_low.is_full() {
                self.read_waiting_low(sink, for_low, low);
            }
            self.query.nibble_dots(block.high(), rows, high);
            // The bound of the block first: it spares most rows a look at their own.
            let least = self.bound.least(self.bar.gate, block.bound());
            let mut left = [0; BLOCK_ROWS / MASK_ROWS];
            for row in rows.iter().map(|&row| usize::from(row)).filter(|&row| high[row] >= least) {
                let bound = block.row_bound(row);
                let may_reach = self.bound.may_reach(self.bar.gate, high[row], bound);
                left[row / MASK_ROWS] |= u64::from(may_reach) << (row % MASK_ROWS);
            }
            for_low.add(block, first, &left, |row| high[row]);
        }
        for_high.clear();
    }

    /// The low halves of the rows that wait for them.
    fn read_waiting_low(
        &mut self,
        sink: &mut impl Sink,
        for_low: &mut Waiting<'a, i32>,
        low: &mut [i32; BLOCK_ROWS],
    ) {
        self.fetch(for_low, Block::low);
        for Rows { block, first, rows, known } in for_low.runs() {
            self.query.nibble_dots(block.low(), rows, low);
            for (&row, &high) in rows.iter().zip(known) {
                let row = usize::from(row);
                self.offer(Stop { block, first }, row, [high, low[row]], sink);
            }
        }
        for_low.clear();
    }

    /// Asks the memory for a plane of the rows that wait.
    fn fetch<T>(&self, waiting: &Waiting<'a, T>, plane: impl Fn(&'a Block) -> RowPlane<'a>) {
        for Rows { block, rows, .. } in waiting.runs() {
            let plane = plane(block);
            for &row in rows {
                self.query.kernels().prefetch(plane.row(usize::from(row)));
            }
        }
    }

    /// Offers a row whose products are known, if it reaches the bar.
    #[inline]
    fn offer(&mut self, stop: Stop<'_>, row: usize, [high, low]: [i32; 2], sink: &mut impl Sink) {
        let Stop { block, first } = stop;
        let dot = self.bound.dot(high, low);
        let weight = block.row_bound(row).weight;
        if i64::from(dot) * i64::from(weight) < self.bar.gate {
            return;
        }
        let score = self.query.score(dot, weight);
        let (owner, slot) = (block.owner(row), block.slot(row));
        sink.offer(first + row, Candidate { owner, score, slot });
        self.follow(sink);
    }
}

impl Bar {
    fn set(&mut self, score: i32, query: &PreparedQuery, signs: Option<&SignQuery>) {
        self.score = score;
        self.gate = query.gate(score);
        self.bits = signs.and_then(|signs| {
            let law = signs.law(score)?;
            Some(BitGates { signs: signs.gate(&law), narrow: signs.narrow_gate(&law), law })
        });
    }
}

impl Pause {
    /// Whether the step is left out in this block.
    fn is_on(&mut self) -> bool {
        let is_on = self.blocks_left > 0;
        self.blocks_left = self.blocks_left.saturating_sub(1);
        is_on
    }

    /// Each time that the step did not help, it is left out twice as long.
    fn learn(&mut self, helped: bool) {
        self.length = if helped { 0 } else { (2 * self.length + 1).min(LONGEST_PAUSE) };
        self.blocks_left = self.length;
    }
}

/// Whether rows are read one by one.
fn is_sparse(rows: &RowSet, block: &Block) -> bool {
    (count(rows) * SPARSE) as usize <= block.len()
}

fn count(rows: &RowSet) -> u32 {
    rows.iter().map(|mask| mask.count_ones()).sum()
}

/// All rows of a block, in the order in which memory likes to be read.
fn all(block: &Block) -> &'static [u16] {
    if block.len() == BLOCK_ROWS { &IN_STREAMS } else { &IN_ORDER[..block.len()] }
}

/// Clears what is behind the last row in use.
fn clear_behind(rows: &mut RowSet, len: usize) {
    for (at, mask) in rows.iter_mut().enumerate() {
        let used = len.saturating_sub(at * MASK_ROWS).min(MASK_ROWS);
        if used < MASK_ROWS {
            *mask &= (1 << used) - 1;
        }
    }
}

/// Calls `act` with each row of a set, in order.
#[inline(always)]
pub(super) fn each_row(rows: &RowSet, mut act: impl FnMut(usize)) {
    for (at, &mask) in rows.iter().enumerate() {
        let mut left = mask;
        while left != 0 {
            act(at * MASK_ROWS + left.trailing_zeros() as usize);
            left &= left - 1;
        }
    }
}
