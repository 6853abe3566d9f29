//! The gallery: a value that shares its blocks and copies those it changes.

use core::fmt;

use super::block::{FINGER_BLOCK_ROWS, FingerBlock};
use super::finger_template::FingerTemplate;
use super::packed::Unpacked;
use crate::gallery::{GalleryError, Rows, TemplateHandle};

/// The templates of one algorithm in dense blocks, each with its owner and slot.
///
/// `clone` is the way to a snapshot, as of the vector index: it copies one pointer per block, a change copies
/// the blocks it touches (one for an insertion, at most two for a removal) if a clone
/// still shares them. What is removed is erased at once here, and in a clone when that is
/// dropped.
#[derive(Clone)]
pub struct FingerIndex {
    pub(super) rows: Rows<FingerBlock>,
}

impl FingerIndex {
    /// An empty index. Takes no memory.
    #[must_use]
    pub const fn new() -> FingerIndex {
        FingerIndex { rows: Rows::new() }
    }

    /// Number of templates.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no templates.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 0
    }

    /// Number of blocks, always the fewest possible.
    #[must_use]
    pub fn block_count(&self) -> usize {
        self.rows.blocks.len()
    }

    /// Adds a template of member `owner` in `slot`. Several templates of one owner and slot
    /// may live together (the views of a finger); the index gives neither a meaning.
    ///
    /// # Errors
    ///
    /// [`GalleryError::Full`].
    pub fn insert(
        &mut self,
        owner: u32,
        slot: u8,
        template: &FingerTemplate,
    ) -> Result<TemplateHandle, GalleryError> {
        let (handle, block) = self.rows.add(FingerBlock::new)?;
        block.push(handle, owner, slot, template);
        Ok(handle)
    }

    /// Puts another template in the place of one; owner, slot and handle stay.
    ///
    /// # Errors
    ///
    /// [`GalleryError::UnknownHandle`].
    pub fn replace(
        &mut self,
        handle: TemplateHandle,
        template: &FingerTemplate,
    ) -> Result<(), GalleryError> {
        let (block, row) = self.rows.get_mut(handle)?;
        block.set(row, template);
        Ok(())
    }

    /// Takes a template out. The last row moves into its place, so rows stay dense.
    ///
    /// # Errors
    ///
    /// [`GalleryError::UnknownHandle`].
    pub fn remove(&mut self, handle: TemplateHandle) -> Result<(), GalleryError> {
        self.rows.remove(handle)
    }

    /// Whether a handle stands for exactly this template.
    #[must_use]
    pub fn holds(&self, handle: TemplateHandle, template: &FingerTemplate) -> bool {
        self.rows.get(handle).is_ok_and(|(block, row)| block.finger(row).holds(template))
    }

    /// A template, as it was put in.
    #[must_use]
    pub fn template(&self, handle: TemplateHandle) -> Option<FingerTemplate> {
        let (block, row) = self.rows.get(handle).ok()?;
        let mut room = Unpacked::new();
        Some(FingerTemplate::of_view(block.finger(row).unpack(&mut room)))
    }

    /// Owner and slot of a template.
    #[must_use]
    pub fn get(&self, handle: TemplateHandle) -> Option<(u32, u8)> {
        let (block, row) = self.rows.get(handle).ok()?;
        Some((block.owner(row), block.slot(row)))
    }

    /// Bytes that the index has asked of the allocator, this value included. Blocks shared
    /// with clones are counted in full.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        size_of::<FingerIndex>() + self.rows.blocks.len() * BLOCK_BYTES + self.rows.table_bytes()
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
        let Some((tables, blocks)) = Rows::<FingerBlock>::required_table_bytes(templates) else {
            return usize::MAX;
        };
        size_of::<FingerIndex>()
            .saturating_add(blocks.saturating_mul(BLOCK_BYTES))
            .saturating_add(tables)
    }
}

impl Default for FingerIndex {
    fn default() -> FingerIndex {
        FingerIndex::new()
    }
}

impl fmt::Debug for FingerIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FingerIndex").field("len", &self.len()).finish_non_exhaustive()
    }
}

/// A block and the counters of its `Arc`.
const BLOCK_BYTES: usize = FingerBlock::BYTES + Rows::<FingerBlock>::ARC_BYTES;
