//! From a template's handle to its row, in chunks that are copied on write.

use std::sync::Arc;

/// Names one template of one index, from its insertion to
/// its removal. A number below 2^31; numbers of removed templates are given again,
/// so keep no handle past its removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TemplateHandle(u32);

impl TemplateHandle {
    pub(crate) const NONE: TemplateHandle = TemplateHandle(u32::MAX);

    /// The number, for tables beside the index: small and dense.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// Entries in a chunk: 4 KiB.
const CHUNK: usize = 1024;
/// Marks an entry without a row; the other bits are the next free number.
const FREE: u32 = 1 << 31;
/// The end of the list of free numbers.
const END: u32 = FREE - 1;
/// Most handles at one time.
pub(super) const MOST: usize = END as usize;

/// Rows by handle. Free entries form a list inside the chunks, so a clone is a
/// few pointers and there is nothing beside the chunks to keep.
#[derive(Clone)]
pub(super) struct HandleMap {
    chunks: Vec<Arc<[u32; CHUNK]>>,
    /// The number to give next.
    free: u32,
}

impl HandleMap {
    pub(super) const fn new() -> HandleMap {
        HandleMap { chunks: Vec::new(), free: END }
    }

    /// Gives a number to a row. Fewer than [`MOST`] must be in use.
    pub(super) fn add(&mut self, row: u32) -> TemplateHandle {
        if self.free == END {
            self.grow();
        }
        let number = self.free;
        let entry = self.entry(number);
        let next = *entry & !FREE;
        *entry = row;
        self.free = next;
        TemplateHandle(number)
    }

    /// The row of a handle in use.
    pub(super) fn row(&self, handle: TemplateHandle) -> Option<u32> {
        let number = handle.0 as usize;
        let row = self.chunks.get(number / CHUNK)?[number % CHUNK];
        (row & FREE == 0).then_some(row)
    }

    /// Moves a handle in use to another row.
    pub(super) fn set(&mut self, handle: TemplateHandle, row: u32) {
        *self.entry(handle.0) = row;
    }

    /// Takes the number of a handle in use back.
    pub(super) fn remove(&mut self, handle: TemplateHandle) {
        let next = self.free;
        *self.entry(handle.0) = FREE | next;
        self.free = handle.0;
    }

    pub(super) fn bytes(&self) -> usize {
        self.chunks.capacity() * size_of::<Arc<[u32; CHUNK]>>()
            + self.chunks.len() * HandleMap::CHUNK_BYTES
    }

    /// Upper bound of [`bytes`](Self::bytes) with `handles` in use at most.
    pub(super) fn required_bytes(handles: usize) -> usize {
        let chunks = handles.div_ceil(CHUNK);
        chunks * HandleMap::CHUNK_BYTES + grown(chunks) * size_of::<Arc<[u32; CHUNK]>>()
    }

    /// A chunk and the two counters of its `Arc`.
    const CHUNK_BYTES: usize = CHUNK * size_of::<u32>() + 2 * size_of::<usize>();

    fn entry(&mut self, number: u32) -> &mut u32 {
        let number = number as usize;
        &mut Arc::make_mut(&mut self.chunks[number / CHUNK])[number % CHUNK]
    }

    /// Adds a chunk of free numbers; the list must be empty.
    fn grow(&mut self) {
        let first = u32::try_from(self.chunks.len() * CHUNK).expect("fewer than 2^31 handles");
        let mut chunk = [FREE | END; CHUNK];
        for (entry, next) in chunk[..CHUNK - 1].iter_mut().zip(first + 1..) {
            *entry = FREE | next;
        }
        self.chunks.push(Arc::new(chunk));
        self.free = first;
    }
}

/// The most elements that a `Vec` of pointers grown one by one to `count` has
/// room for: it doubles, and starts with four.
pub(super) const fn grown(count: usize) -> usize {
    match count {
        0 => 0,
        1..=4 => 4,
        _ => 2 * count,
    }
}
