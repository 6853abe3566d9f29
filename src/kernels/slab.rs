//! Memory for the planes of many blocks in one piece, in huge pages where there are any.
//!
//! A scan walks through planes of hundreds of megabytes and jumps to rows of its choice. With
//! pages of 4 KiB each jump costs a walk through the page table beside the miss itself; with pages
//! of 2 MiB it does not. Planes of blocks that lie side by side are one stream besides.
//!
//! A [`Slab`] holds the planes of up to [`MOST_CELLS`] blocks, its cells: first plane 0 of all
//! cells, then plane 1 of all, and so on. It lives as long as one of its cells is in use.
//! A [`Pool`] makes slabs, small ones while it is small: at most a quarter of what was ever in use at
//! one time is lying idle. Taking a cell locks the pool, giving one back does not, so
//! whoever drops the last share of a block never waits.
#![allow(unsafe_code)]

use core::fmt;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU32, Ordering};
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::{LANE_BYTES, Lane};

/// Most cells of a slab.
const MOST_CELLS: usize = 32;

/// Size of a huge page on x86-64, and on AArch64 with a granule of 4 KiB. Where it is another one,
/// the advice finds no whole page in smaller slabs and changes nothing.
const HUGE_PAGE: usize = 2 << 20;

/// Slabs for cells of `P` planes, and which of their cells are free.
pub struct Pool<const P: usize> {
    shape: Shape<P>,
    /// Those of which a cell is or was in use.
    slabs: Mutex<Vec<Weak<Slab<P>>>>,
}

/// Lanes of each plane of a cell.
#[derive(Clone, Copy)]
struct Shape<const P: usize> {
    lanes: [usize; P],
}

impl<const P: usize> Shape<P> {
    /// Lanes of all planes before one.
    fn before(&self, plane: usize) -> usize {
        self.lanes[..plane].iter().sum()
    }

    fn cell_lanes(&self) -> usize {
        self.before(P)
    }
}

impl<const P: usize> Pool<P> {
    /// An empty pool; `lanes` are those of each plane of a cell. Takes no memory yet.
    ///
    /// # Panics
    ///
    /// If a slab of such cells were larger than `isize::MAX` bytes.
    #[must_use]
    pub fn new(lanes: [usize; P]) -> Arc<Pool<P>> {
        let shape = Shape { lanes };
        let bytes = MOST_CELLS.checked_mul(shape.cell_lanes() * LANE_BYTES + HUGE_PAGE);
        assert!(bytes.is_some_and(|bytes| isize::try_from(bytes).is_ok()), "planes too large");
        Arc::new(Pool { shape, slabs: Mutex::new(Vec::new()) })
    }

    /// A cell of zeroes.
    #[must_use]
    pub fn take(self: &Arc<Self>) -> Cell<P> {
        let (slab, at) = self.claim();
        for plane in 0..P {
            let (first, lanes) = slab.plane(at, plane);
            // SAFETY: the lanes are in the slab and of this cell only, which was claimed; writing
            // zeroes makes them initialised.
            unsafe { first.as_ptr().write_bytes(0, lanes) };
        }
        Cell { pool: Arc::clone(self), slab, at }
    }

    /// A cell with the same content.
    fn copy(self: &Arc<Self>, other: &Cell<P>) -> Cell<P> {
        let (slab, at) = self.claim();
        for plane in 0..P {
            let (first, lanes) = slab.plane(at, plane);
            let from = other.lanes(plane).as_ptr();
            // SAFETY: both run over `lanes` lanes of this pool's shape; they are different cells, so
            // they do not overlap, and the destination was claimed.
            unsafe { first.as_ptr().copy_from_nonoverlapping(from, lanes) };
        }
        Cell { pool: Arc::clone(self), slab, at }
    }

    /// Bytes of all slabs.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let slabs = self.slabs.lock().unwrap_or_else(PoisonError::into_inner);
        let alive = slabs.iter().filter_map(Weak::upgrade);
        alive.map(|slab| slab.layout.size() + Slab::<P>::OVERHEAD).sum()
    }

    /// The most bytes of a pool of which never more than `cells` are in use at one time;
    /// saturates.
    #[must_use]
    pub const fn required_bytes(lanes: [usize; P], cells: usize) -> usize {
        let mut bytes = Slab::<P>::OVERHEAD;
        let mut plane = 0;
        while plane < P {
            bytes += lanes[plane] * LANE_BYTES;
            plane += 1;
        }
        (cells + cells / 4).saturating_mul(bytes)
    }

    /// A cell that may hold anything, of the oldest slab that has one free, so that younger
    /// ones run empty and go.
    fn claim(&self) -> (Arc<Slab<P>>, usize) {
        let mut slabs = self.slabs.lock().unwrap_or_else(PoisonError::into_inner);
        slabs.retain(|slab| slab.strong_count() > 0);
        let mut cells = 0;
        for slab in slabs.iter().filter_map(Weak::upgrade) {
            if let Some(at) = slab.claim() {
                return (slab, at);
            }
            cells += slab.cells;
        }
        let slab = Arc::new(Slab::new(self.shape, cells_of_next(cells)));
        slabs.push(Arc::downgrade(&slab));
        let at = slab.claim().expect("a new slab has a cell");
        (slab, at)
    }
}

/// Cells of the next slab, when so many are in use: a power of two, at most a quarter.
fn cells_of_next(cells: usize) -> usize {
    (cells / 4).checked_ilog2().map_or(1, |log| 1 << log).min(MOST_CELLS)
}

/// One allocation.
struct Slab<const P: usize> {
    shape: Shape<P>,
    first: NonNull<Lane>,
    layout: Layout,
    cells: usize,
    /// One bit for each cell in use.
    used: AtomicU32,
}

// SAFETY: the memory belongs to the slab alone and is reached only through cells, each of which is
// claimed by one owner at a time (`used`) and lends its lanes by the usual rules.
unsafe impl<const P: usize> Send for Slab<P> {}
// SAFETY: as above; `used` is atomic, the rest is never changed.
unsafe impl<const P: usize> Sync for Slab<P> {}

impl<const P: usize> Slab<P> {
    /// What a slab takes beside its lanes: itself, its counters, and its place in the pool's
    /// list, which doubles.
    const OVERHEAD: usize = size_of::<Slab<P>>() + 4 * size_of::<usize>();

    fn new(shape: Shape<P>, cells: usize) -> Slab<P> {
        let bytes = cells * shape.cell_lanes() * LANE_BYTES;
        let align = if bytes >= HUGE_PAGE { HUGE_PAGE } else { LANE_BYTES };
        let layout = Layout::from_size_align(bytes, align).expect("a size that was checked");
        assert!(bytes > 0, "a cell without lanes");
        // SAFETY: the size is not zero.
        let first = unsafe { alloc(layout) };
        let Some(first) = NonNull::new(first.cast::<Lane>()) else { handle_alloc_error(layout) };
        advise(first, layout);
        Slab { shape, first, layout, cells, used: AtomicU32::new(0) }
    }

    /// Takes the first cell that is free.
    fn claim(&self) -> Option<usize> {
        let all = u32::MAX >> (u32::BITS as usize - self.cells);
        // Whoever gave a cell back has written zeroes to it: acquire, so that they come before
        // what is written now.
        let before = self.used.fetch_update(Ordering::Acquire, Ordering::Relaxed, |used| {
            let free = !used & all;
            (free != 0).then_some(used | free & free.wrapping_neg())
        });
        before.ok().map(|used| (!used).trailing_zeros() as usize)
    }

    /// Where a plane of a cell begins, and its lanes.
    #[inline]
    fn plane(&self, at: usize, plane: usize) -> (NonNull<Lane>, usize) {
        let lanes = self.shape.lanes[plane];
        debug_assert!(at < self.cells);
        // SAFETY: the planes before take `cells` times their lanes, and `at` is below `cells`: the
        // offset is within the allocation.
        let first = unsafe { self.first.add(self.cells * self.shape.before(plane) + at * lanes) };
        (first, lanes)
    }

    fn give_back(&self, at: usize) {
        self.used.fetch_and(!(1 << at), Ordering::Release);
    }
}

impl<const P: usize> Drop for Slab<P> {
    fn drop(&mut self) {
        // SAFETY: it was allocated with this layout, and no cell is left that could reach it.
        unsafe { dealloc(self.first.as_ptr().cast(), self.layout) };
    }
}

/// Asks for huge pages; without them everything works as well.
#[cfg(target_os = "linux")]
fn advise(first: NonNull<Lane>, layout: Layout) {
    if layout.align() == HUGE_PAGE {
        let whole = layout.size() / HUGE_PAGE * HUGE_PAGE;
        // SAFETY: the range is inside an allocation of ours and begins at a page; this advice
        // changes no content. Its result does not matter.
        unsafe { libc::madvise(first.as_ptr().cast(), whole, libc::MADV_HUGEPAGE) };
    }
}

#[cfg(not(target_os = "linux"))]
fn advise(_: NonNull<Lane>, _: Layout) {}

/// The planes of one block. A clone is a copy in another cell; erased on drop.
pub struct Cell<const P: usize> {
    pool: Arc<Pool<P>>,
    slab: Arc<Slab<P>>,
    at: usize,
}

impl<const P: usize> Cell<P> {
    /// The lanes of a plane.
    #[must_use]
    #[inline]
    pub fn lanes(&self, plane: usize) -> &[Lane] {
        let (first, lanes) = self.slab.plane(self.at, plane);
        // SAFETY: the lanes lie in the slab, which lives as long as `self`; they were initialised
        // before anybody got the cell; only `lanes_mut` writes them, which borrows `self` alone.
        unsafe { core::slice::from_raw_parts(first.as_ptr(), lanes) }
    }

    /// The same, to be written.
    #[must_use]
    #[inline]
    pub fn lanes_mut(&mut self, plane: usize) -> &mut [Lane] {
        let (first, lanes) = self.slab.plane(self.at, plane);
        // SAFETY: as in `lanes`; the cell is claimed by `self`, which is borrowed exclusively.
        unsafe { core::slice::from_raw_parts_mut(first.as_ptr(), lanes) }
    }
}

impl<const P: usize> Clone for Cell<P> {
    fn clone(&self) -> Self {
        self.pool.copy(self)
    }
}

impl<const P: usize> Drop for Cell<P> {
    fn drop(&mut self) {
        (0..P).for_each(|plane| zeroize::zeroize_bytes(Lane::bytes_mut(self.lanes_mut(plane))));
        self.slab.give_back(self.at);
    }
}

impl<const P: usize> fmt::Debug for Pool<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

impl<const P: usize> fmt::Debug for Cell<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cell").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(value: i8) -> Lane {
        Lane([value; LANE_BYTES])
    }

    #[test]
    fn slabs_grow_with_the_pool_and_idle_memory_is_at_most_a_quarter() {
        let pool = Pool::new([3, 5]);
        let mut cells = Vec::new();
        for used in 1..300 {
            cells.push(pool.take());
            let capacity = pool.bytes() / (8 * LANE_BYTES);
            assert!(pool.bytes() <= Pool::required_bytes([3, 5], used), "{used}: {capacity}");
        }
        let (all, slabs) = (pool.bytes(), pool.slabs.lock().unwrap().len());
        assert!(slabs < 40, "{slabs}");
        cells.truncate(10);
        assert!(pool.bytes() < all / 10, "empty slabs are gone");
    }

    #[test]
    fn cells_are_zero_at_first_and_do_not_touch_each_other() {
        let pool = Pool::new([1, 2]);
        let mut cells: Vec<_> = (0..70).map(|_| pool.take()).collect();
        for (value, cell) in (0..).zip(&mut cells) {
            for plane in 0..2 {
                assert!(cell.lanes(plane).iter().all(|lane| *lane == Lane::ZERO));
                cell.lanes_mut(plane).fill(lane(value));
            }
        }
        for (value, cell) in (0..).zip(&cells) {
            assert_eq!(cell.lanes(0), [lane(value)]);
            assert_eq!(cell.lanes(1), [lane(value); 2]);
            assert_eq!(cell.lanes(0).as_ptr().align_offset(LANE_BYTES), 0);
        }
    }

    #[test]
    fn a_clone_is_a_copy_and_what_is_taken_again_is_zero() {
        let pool = Pool::new([2]);
        let mut first = pool.take();
        first.lanes_mut(0).fill(lane(7));
        let second = first.clone();
        first.lanes_mut(0).fill(lane(8));
        assert_eq!(second.lanes(0), [lane(7); 2]);
        drop((first, second));
        assert_eq!(pool.take().lanes(0), [Lane::ZERO; 2]);
    }

    /// What was given back is erased at once, not when it is taken again.
    #[test]
    fn a_cell_that_is_given_back_is_erased() {
        let pool = Pool::new([1]);
        // So that a slab has two cells, and lives when one of them goes.
        let others: Vec<_> = (0..9).map(|_| pool.take()).collect();
        let mut cell = pool.take();
        assert!(Arc::ptr_eq(&cell.slab, &others[8].slab), "the same slab");
        cell.lanes_mut(0).fill(lane(9));
        let (first, _) = cell.slab.plane(cell.at, 0);
        drop(cell);
        // SAFETY: the slab lives, for `others[8]` is in it, and the lane was initialised.
        assert_eq!(unsafe { *first.as_ptr() }, Lane::ZERO);
    }

    #[test]
    fn large_slabs_begin_at_a_huge_page() {
        let pool = Pool::new([HUGE_PAGE / LANE_BYTES + 1]);
        let cell = pool.take();
        assert_eq!(cell.lanes(0).as_ptr().align_offset(HUGE_PAGE), 0);
    }

    #[test]
    fn cells_may_come_and_go_in_several_threads() {
        let pool = Pool::new([4]);
        let work = |value: i8| {
            let pool = Arc::clone(&pool);
            move || {
                let mut held = Vec::new();
                for round in 0..500usize {
                    let mut cell = pool.take();
                    cell.lanes_mut(0).fill(lane(value));
                    held.push(cell);
                    if round % 3 == 0 {
                        held.swap_remove(round % held.len());
                    }
                    assert!(held.iter().all(|cell| cell.lanes(0) == [lane(value); 4]));
                    if held.len() > 40 {
                        held.clear();
                    }
                }
            }
        };
        std::thread::scope(|scope| {
            (1..4).map(|value| scope.spawn(work(value))).for_each(drop);
        });
        drop(pool.take());
        assert!(pool.bytes() < Pool::required_bytes([4], 10));
    }
}
