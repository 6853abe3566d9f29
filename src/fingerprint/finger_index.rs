//! The gallery: a value that shares its blocks and copies those it changes.

use core::fmt;
use std::sync::Arc;

use super::block::{FINGER_BLOCK_ROWS, FingerBlock};
use super::finger_template::FingerTemplate;
use super::packed::Unpacked;
use crate::gallery::{self, HandleMap, TemplateHandle, grown};

/// Why a gallery of fingers refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FingerIndexError {
    /// No template has this handle (any more).
    #[error("no template has handle {}", .0.number())]
    UnknownHandle(TemplateHandle),
    /// 2^31 - 64 templates are in the index.
    #[error("the index is full")]
    Full,
}

/// The templates of one algorithm in dense blocks, each with its owner and slot.
///
/// `clone` is the way to a snapshot, as of the vector index: it copies one pointer per block, a change copies
/// the blocks it touches (one for an insertion, at most two for a removal) if a clone
/// still shares them. What is removed is erased at once here, and in a clone when that is
/// dropped.
#[derive(Clone)]
pub struct FingerIndex {
    pub(super) blocks: Vec<Arc<FingerBlock>>,
    handles: HandleMap,
    len: usize,
}

impl FingerIndex {
    /// Most templates of one index.
    const MOST: usize = gallery::MOST - (FINGER_BLOCK_ROWS - 1);

    /// An empty index. Takes no memory.
    #[must_use]
    pub const fn new() -> FingerIndex {
        FingerIndex { blocks: Vec::new(), handles: HandleMap::new(), len: 0 }
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

    /// Number of blocks, always the fewest possible.
    #[must_use]
    pub fn block_count(&self) -> usize {
        self.blocks.len()
    }

    /// Adds a template of member `owner` in `slot`. Several templates of one owner and slot
    /// may live together (the views of a finger); the index gives neither a meaning.
    ///
    /// # Errors
    ///
    /// [`FingerIndexError::Full`].
    pub fn insert(
        &mut self,
        owner: u32,
        slot: u8,
        template: &FingerTemplate,
    ) -> Result<TemplateHandle, FingerIndexError> {
        if self.len >= FingerIndex::MOST {
            return Err(FingerIndexError::Full);
        }
        let row = u32::try_from(self.len).map_err(|_| FingerIndexError::Full)?;
        if self.len == self.blocks.len() * FINGER_BLOCK_ROWS {
            self.blocks.push(Arc::new(FingerBlock::new()));
        }
        let handle = self.handles.add(row);
        let last = self.blocks.last_mut().expect("a block with room");
        Arc::make_mut(last).push(handle, owner, slot, template);
        self.len += 1;
        Ok(handle)
    }

    /// Puts another template in the place of one; owner, slot and handle stay.
    ///
    /// # Errors
    ///
    /// [`FingerIndexError::UnknownHandle`].
    pub fn replace(
        &mut self,
        handle: TemplateHandle,
        template: &FingerTemplate,
    ) -> Result<(), FingerIndexError> {
        let (block, row) = self.locate(handle)?;
        Arc::make_mut(&mut self.blocks[block]).set(row, template);
        Ok(())
    }

    /// Takes a template out. The last row moves into its place, so rows stay dense.
    ///
    /// # Errors
    ///
    /// [`FingerIndexError::UnknownHandle`].
    pub fn remove(&mut self, handle: TemplateHandle) -> Result<(), FingerIndexError> {
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
            let row = u32::try_from(block * FINGER_BLOCK_ROWS + row);
            self.handles.set(moved, row.expect("a row is below 2^31"));
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

    /// Whether a handle stands for exactly this template.
    #[must_use]
    pub fn holds(&self, handle: TemplateHandle, template: &FingerTemplate) -> bool {
        let located = self.locate(handle);
        located.is_ok_and(|(block, row)| self.blocks[block].finger(row).holds(template))
    }

    /// A template, as it was put in.
    #[must_use]
    pub fn template(&self, handle: TemplateHandle) -> Option<FingerTemplate> {
        let (block, row) = self.locate(handle).ok()?;
        let mut room = Unpacked::new();
        Some(FingerTemplate::of_view(self.blocks[block].finger(row).unpack(&mut room)))
    }

    /// Owner and slot of a template.
    #[must_use]
    pub fn get(&self, handle: TemplateHandle) -> Option<(u32, u8)> {
        let (block, row) = self.locate(handle).ok()?;
        let block = &self.blocks[block];
        Some((block.owner(row), block.slot(row)))
    }

    /// Bytes that the index has asked of the allocator, this value included. Blocks shared
    /// with clones are counted in full.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        size_of::<FingerIndex>()
            + self.blocks.capacity() * size_of::<Arc<FingerBlock>>()
            + self.blocks.len() * BLOCK_BYTES
            + self.handles.bytes()
    }

    /// Bytes of one template in a full block, rounded up.
    #[must_use]
    pub const fn bytes_per_template() -> usize {
        BLOCK_BYTES.div_ceil(FINGER_BLOCK_ROWS) + size_of::<u32>()
    }

    /// An upper bound of [`memory_bytes`](Self::memory_bytes) for an index that never holds
    /// more than `templates` templates; saturates at `usize::MAX`.
    ///
    /// A writer that changes an index while readers hold a clone needs up to as much
    /// again, if it touches every block.
    #[must_use]
    pub fn required_bytes(templates: usize) -> usize {
        if templates > FingerIndex::MOST {
            return usize::MAX;
        }
        let blocks = templates.div_ceil(FINGER_BLOCK_ROWS);
        size_of::<FingerIndex>()
            .saturating_add(grown(blocks) * size_of::<Arc<FingerBlock>>())
            .saturating_add(blocks.saturating_mul(BLOCK_BYTES))
            .saturating_add(HandleMap::required_bytes(templates))
    }

    /// Block and row in it of a handle.
    pub(super) fn locate(
        &self,
        handle: TemplateHandle,
    ) -> Result<(usize, usize), FingerIndexError> {
        let row = self.handles.row(handle);
        let row = row.ok_or(FingerIndexError::UnknownHandle(handle))? as usize;
        Ok((row / FINGER_BLOCK_ROWS, row % FINGER_BLOCK_ROWS))
    }
}

impl Default for FingerIndex {
    fn default() -> FingerIndex {
        FingerIndex::new()
    }
}

impl fmt::Debug for FingerIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FingerIndex").field("len", &self.len).finish_non_exhaustive()
    }
}

/// A block and the counters of its `Arc`.
const BLOCK_BYTES: usize = FingerBlock::BYTES + 2 * size_of::<usize>();
