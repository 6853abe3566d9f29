//! The gallery: a value that shares its blocks and copies those it changes.

use core::fmt;
use std::sync::Arc;

use super::block::{Block, OPAQUE_BLOCK_ROWS, Row};
use crate::gallery::{self, HandleMap, TemplateHandle, grown};

/// Why a gallery of opaque templates refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpaqueIndexError {
    /// No template has this handle (any more).
    #[error("no template has handle {}", .0.number())]
    UnknownHandle(TemplateHandle),
    /// 2^31 - 1024 templates are in the index.
    #[error("the index is full")]
    Full,
}

/// The opaque templates of one algorithm in dense blocks, each with its owner and slot.
///
/// `clone` is the way to a snapshot, as of the other indexes: it copies one pointer per block. A
/// change copies the blocks it touches if a clone still shares them, but not the templates in
/// them. The bytes of a template are overwritten when nobody holds it any more.
#[derive(Clone)]
pub struct OpaqueIndex {
    pub(super) blocks: Vec<Arc<Block>>,
    handles: HandleMap,
    len: usize,
    /// Bytes of all templates.
    template_bytes: usize,
}

impl OpaqueIndex {
    /// Most templates of one index.
    const MOST: usize = gallery::MOST - 1023;

    /// An empty index. Takes no memory.
    #[must_use]
    pub const fn new() -> OpaqueIndex {
        OpaqueIndex { blocks: Vec::new(), handles: HandleMap::new(), len: 0, template_bytes: 0 }
    }

    /// Number of templates.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no templates.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes of all templates, nothing else counted.
    #[must_use]
    pub fn template_bytes(&self) -> usize {
        self.template_bytes
    }

    /// Adds a template of member `owner` in `slot`, of any length.
    ///
    /// # Errors
    ///
    /// [`OpaqueIndexError::Full`].
    pub fn insert(
        &mut self,
        owner: u32,
        slot: u8,
        bytes: &[u8],
    ) -> Result<TemplateHandle, OpaqueIndexError> {
        if self.len >= OpaqueIndex::MOST {
            return Err(OpaqueIndexError::Full);
        }
        let row = u32::try_from(self.len).map_err(|_| OpaqueIndexError::Full)?;
        if self.len == self.blocks.len() * OPAQUE_BLOCK_ROWS {
            self.grow();
        }
        let handle = self.handles.add(row);
        let last = self.blocks.last_mut().expect("a block with room");
        Arc::make_mut(last).rows.push(Row::new(handle, owner, slot, bytes));
        self.len += 1;
        self.template_bytes += bytes.len();
        Ok(handle)
    }

    /// Adds a block. Not inlined: it is made on the stack.
    #[inline(never)]
    fn grow(&mut self) {
        self.blocks.push(Arc::new(Block::new()));
    }

    /// Puts another template in the place of one; owner, slot and handle stay.
    ///
    /// # Errors
    ///
    /// [`OpaqueIndexError::UnknownHandle`].
    pub fn replace(
        &mut self,
        handle: TemplateHandle,
        bytes: &[u8],
    ) -> Result<(), OpaqueIndexError> {
        let (block, row) = self.locate(handle)?;
        let row = &mut Arc::make_mut(&mut self.blocks[block]).rows[row];
        self.template_bytes -= row.bytes().len();
        self.template_bytes += bytes.len();
        row.set(bytes);
        Ok(())
    }

    /// Takes a template out. The last row moves into its place, so rows stay dense.
    ///
    /// # Errors
    ///
    /// [`OpaqueIndexError::UnknownHandle`].
    pub fn remove(&mut self, handle: TemplateHandle) -> Result<(), OpaqueIndexError> {
        let (block, row) = self.locate(handle)?;
        let tail = Arc::make_mut(self.blocks.last_mut().expect("the block of a handle"));
        let last = tail.rows.pop().expect("a block has rows");
        if tail.rows.is_empty() {
            self.blocks.pop();
        }
        let removed = if last.handle == handle {
            last
        } else {
            let place = u32::try_from(block * OPAQUE_BLOCK_ROWS + row);
            self.handles.set(last.handle, place.expect("a row is below 2^31"));
            let place = &mut Arc::make_mut(&mut self.blocks[block]).rows[row];
            core::mem::replace(place, last)
        };
        self.handles.remove(handle);
        self.len -= 1;
        self.template_bytes -= removed.bytes().len();
        Ok(())
    }

    /// The bytes of a template.
    #[must_use]
    pub fn bytes(&self, handle: TemplateHandle) -> Option<&[u8]> {
        self.row(handle).ok().map(Row::bytes)
    }

    /// Whether a handle stands for exactly this template.
    #[must_use]
    pub fn holds(&self, handle: TemplateHandle, bytes: &[u8]) -> bool {
        self.bytes(handle) == Some(bytes)
    }

    /// Owner and slot of a template.
    #[must_use]
    pub fn get(&self, handle: TemplateHandle) -> Option<(u32, u8)> {
        let row = self.row(handle).ok()?;
        Some((row.owner, row.slot))
    }

    /// Bytes that the index has asked of the allocator, this value included. What is shared
    /// with clones is counted in full.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        size_of::<OpaqueIndex>()
            + self.blocks.capacity() * size_of::<Arc<Block>>()
            + self.blocks.len() * Block::BYTES
            + self.len * Row::HEAP_BYTES
            + self.template_bytes
            + self.handles.bytes()
    }

    /// An upper bound of [`memory_bytes`](Self::memory_bytes) less
    /// [`template_bytes`](Self::template_bytes) for an index that never holds more than
    /// `templates` templates; saturates at `usize::MAX`.
    ///
    /// A writer that changes an index while readers hold a clone needs up to as much again,
    /// if it touches every block, and for the templates that it brings.
    #[must_use]
    pub fn required_bytes(templates: usize) -> usize {
        if templates > OpaqueIndex::MOST {
            return usize::MAX;
        }
        let blocks = templates.div_ceil(OPAQUE_BLOCK_ROWS);
        size_of::<OpaqueIndex>()
            .saturating_add(grown(blocks) * size_of::<Arc<Block>>())
            .saturating_add(blocks.saturating_mul(Block::BYTES))
            .saturating_add(templates.saturating_mul(Row::HEAP_BYTES))
            .saturating_add(HandleMap::required_bytes(templates))
    }

    /// The row of a handle.
    pub(super) fn row(&self, handle: TemplateHandle) -> Result<&Row, OpaqueIndexError> {
        let (block, row) = self.locate(handle)?;
        Ok(&self.blocks[block].rows[row])
    }

    /// Block and row in it of a handle.
    fn locate(&self, handle: TemplateHandle) -> Result<(usize, usize), OpaqueIndexError> {
        let row = self.handles.row(handle);
        let row = row.ok_or(OpaqueIndexError::UnknownHandle(handle))? as usize;
        Ok((row / OPAQUE_BLOCK_ROWS, row % OPAQUE_BLOCK_ROWS))
    }
}

impl Default for OpaqueIndex {
    fn default() -> OpaqueIndex {
        OpaqueIndex::new()
    }
}

impl fmt::Debug for OpaqueIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpaqueIndex").field("len", &self.len).finish_non_exhaustive()
    }
}
