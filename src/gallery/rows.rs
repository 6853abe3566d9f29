//! Rows of templates in dense blocks, shared with clones and copied where they change.

use std::sync::Arc;

use super::handles::{self, HandleMap, TemplateHandle, grown};

/// Why a gallery refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GalleryError {
    /// No template has this handle (any more).
    #[error("no template has handle {}", .0.number())]
    UnknownHandle(TemplateHandle),
    /// Nearly 2^31 templates are in the gallery.
    #[error("the gallery is full")]
    Full,
}

/// So many rows of templates: the unit of copy-on-write.
pub(crate) trait RowBlock: Clone {
    /// Most rows of a block.
    const ROWS: usize;

    /// Rows in use: the first ones.
    fn len(&self) -> usize;
    /// The handle of a row in use.
    fn handle(&self, row: usize) -> TemplateHandle;
    /// Overwrites `row` with the last row of `last`.
    fn take_last_of(&mut self, row: usize, last: &Self);
    /// Overwrites `row` with this block's own last row.
    fn take_own_last(&mut self, row: usize);
    /// Erases the last row.
    fn pop(&mut self);
}

/// Rows in dense blocks, always the fewest possible: what leaves is replaced by the last row. A
/// clone copies one pointer a block; a change copies the blocks it touches (one for
/// an insertion, at most two for a removal) if a clone still shares them.
#[derive(Clone)]
pub(crate) struct Rows<B> {
    pub(crate) blocks: Vec<Arc<B>>,
    handles: HandleMap,
    len: usize,
}

impl<B> Rows<B> {
    /// No rows. Takes no memory.
    pub(crate) const fn new() -> Rows<B> {
        Rows { blocks: Vec::new(), handles: HandleMap::new(), len: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Bytes asked of the allocator for the tables, without the blocks themselves.
    pub(crate) fn table_bytes(&self) -> usize {
        self.blocks.capacity() * size_of::<Arc<B>>() + self.handles.bytes()
    }
}

impl<B: RowBlock> Rows<B> {
    /// Most rows: their numbers and handles stay below 2^31, whole blocks counted.
    const MOST: usize = handles::MOST - (B::ROWS - 1);

    /// The counters of an `Arc`, which each block costs beside itself.
    pub(crate) const ARC_BYTES: usize = 2 * size_of::<usize>();

    /// Gives the next row a handle, and the block in which it is to be put at the end. `make`
    /// makes a block where the last one is full.
    pub(crate) fn add(
        &mut self,
        make: impl FnOnce() -> B,
    ) -> Result<(TemplateHandle, &mut B), GalleryError> {
        let row = u32::try_from(self.len).map_err(|_| GalleryError::Full)?;
        if self.len >= Self::MOST {
            return Err(GalleryError::Full);
        }
        if self.len == self.blocks.len() * B::ROWS {
            self.grow(make);
        }
        let handle = self.handles.add(row);
        self.len += 1;
        let last = self.blocks.last_mut().expect("a block with room");
        Ok((handle, Arc::make_mut(last)))
    }

    /// Not inlined: the block is made on the stack.
    #[inline(never)]
    fn grow(&mut self, make: impl FnOnce() -> B) {
        self.blocks.push(Arc::new(make()));
    }

    /// Takes a row out. The last row moves into its place.
    pub(crate) fn remove(&mut self, handle: TemplateHandle) -> Result<(), GalleryError> {
        let (block, row) = self.locate(handle)?;
        let last = self.blocks.len() - 1;
        let (before, tail) = self.blocks.split_at_mut(last);
        let tail = &mut tail[0];
        let moved = tail.handle(tail.len() - 1);
        if moved != handle {
            if block == last {
                Arc::make_mut(tail).take_own_last(row);
            } else {
                Arc::make_mut(&mut before[block]).take_last_of(row, tail);
            }
            let row = u32::try_from(block * B::ROWS + row).expect("a row is below 2^31");
            self.handles.set(moved, row);
        }
        if tail.len() == 1 {
            self.blocks.pop();
        } else {
            Arc::make_mut(tail).pop();
        }
        self.handles.remove(handle);
        self.len -= 1;
        Ok(())
    }

    /// Place of the block of a handle, and the row in it.
    pub(crate) fn locate(&self, handle: TemplateHandle) -> Result<(usize, usize), GalleryError> {
        let row = self.handles.row(handle);
        let row = row.ok_or(GalleryError::UnknownHandle(handle))? as usize;
        Ok((row / B::ROWS, row % B::ROWS))
    }

    /// The block of a handle, and the row in it.
    pub(crate) fn get(&self, handle: TemplateHandle) -> Result<(&B, usize), GalleryError> {
        let (block, row) = self.locate(handle)?;
        Ok((&self.blocks[block], row))
    }

    /// The same, to be changed.
    pub(crate) fn get_mut(
        &mut self,
        handle: TemplateHandle,
    ) -> Result<(&mut B, usize), GalleryError> {
        let (block, row) = self.locate(handle)?;
        Ok((Arc::make_mut(&mut self.blocks[block]), row))
    }

    /// An upper bound of [`table_bytes`](Self::table_bytes) with `rows` at most, and of the
    /// number of blocks; `None`: so many there cannot be.
    pub(crate) fn required_table_bytes(rows: usize) -> Option<(usize, usize)> {
        if rows > Self::MOST {
            return None;
        }
        let blocks = rows.div_ceil(B::ROWS);
        let pointers = grown(blocks) * size_of::<Arc<B>>();
        Some((pointers.saturating_add(HandleMap::required_bytes(rows)), blocks))
    }
}
