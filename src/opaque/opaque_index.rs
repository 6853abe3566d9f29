//! The gallery: a value that shares its blocks and copies those it changes.

use core::fmt;

use super::block::{Block, Row};
use crate::gallery::{GalleryError, Rows, TemplateHandle};

/// The opaque templates of one algorithm in dense blocks, each with its owner and slot.
///
/// `clone` is the way to a snapshot, as of the other indexes: it copies one pointer per block. A
/// change copies the blocks it touches if a clone still shares them, but not the templates in
/// them. The bytes of a template are overwritten when nobody holds it any more.
#[derive(Clone)]
pub struct OpaqueIndex {
    pub(super) rows: Rows<Block>,
    /// Bytes of all templates.
    template_bytes: usize,
}

impl OpaqueIndex {
    /// An empty index. Takes no memory.
    #[must_use]
    pub const fn new() -> OpaqueIndex {
        OpaqueIndex { rows: Rows::new(), template_bytes: 0 }
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

    /// Bytes of all templates, nothing else counted.
    #[must_use]
    pub fn template_bytes(&self) -> usize {
        self.template_bytes
    }

    /// Adds a template of member `owner` in `slot`, of any length.
    ///
    /// # Errors
    ///
    /// [`GalleryError::Full`].
    pub fn insert(
        &mut self,
        owner: u32,
        slot: u8,
        bytes: &[u8],
    ) -> Result<TemplateHandle, GalleryError> {
        let (handle, block) = self.rows.add(Block::new)?;
        block.rows.push(Row::new(handle, owner, slot, bytes));
        self.template_bytes += bytes.len();
        Ok(handle)
    }

    /// Puts another template in the place of one; owner, slot and handle stay.
    ///
    /// # Errors
    ///
    /// [`GalleryError::UnknownHandle`].
    pub fn replace(&mut self, handle: TemplateHandle, bytes: &[u8]) -> Result<(), GalleryError> {
        let (block, row) = self.rows.get_mut(handle)?;
        let row = &mut block.rows[row];
        self.template_bytes -= row.bytes().len();
        self.template_bytes += bytes.len();
        row.set(bytes);
        Ok(())
    }

    /// Takes a template out. The last row moves into its place, so rows stay dense.
    ///
    /// # Errors
    ///
    /// [`GalleryError::UnknownHandle`].
    pub fn remove(&mut self, handle: TemplateHandle) -> Result<(), GalleryError> {
        let bytes = self.row(handle)?.bytes().len();
        self.rows.remove(handle)?;
        self.template_bytes -= bytes;
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
            + self.rows.blocks.len() * Block::BYTES
            + self.rows.len() * Row::HEAP_BYTES
            + self.template_bytes
            + self.rows.table_bytes()
    }

    /// An upper bound of [`memory_bytes`](Self::memory_bytes) less
    /// [`template_bytes`](Self::template_bytes) for an index that never holds more than
    /// `templates` templates; saturates at `usize::MAX`.
    ///
    /// A writer that changes an index while readers hold a clone needs up to as much again,
    /// if it touches every block, and for the templates that it brings.
    #[must_use]
    pub fn required_bytes(templates: usize) -> usize {
        let Some((tables, blocks)) = Rows::<Block>::required_table_bytes(templates) else {
            return usize::MAX;
        };
        size_of::<OpaqueIndex>()
            .saturating_add(blocks.saturating_mul(Block::BYTES))
            .saturating_add(templates.saturating_mul(Row::HEAP_BYTES))
            .saturating_add(tables)
    }

    /// The row of a handle.
    pub(super) fn row(&self, handle: TemplateHandle) -> Result<&Row, GalleryError> {
        let (block, row) = self.rows.get(handle)?;
        Ok(&block.rows[row])
    }
}

impl Default for OpaqueIndex {
    fn default() -> OpaqueIndex {
        OpaqueIndex::new()
    }
}

impl fmt::Debug for OpaqueIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpaqueIndex").field("len", &self.len()).finish_non_exhaustive()
    }
}
