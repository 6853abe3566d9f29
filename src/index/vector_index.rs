//! The index: a value that shares its blocks and copies those it changes.

use core::fmt;
use std::sync::Arc;

use super::SearchMode;
use super::block::{BLOCK_ROWS, Block, Planes};
use super::codes::{self, Codes, VectorError};
use crate::gallery::{GalleryError, Rows, TemplateHandle};
use crate::kernels::Lane;

/// Why an index refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// The vector has another dimension than the index.
    #[error("the index holds vectors of {expected} components, this one has {found}")]
    Dimension {
        /// What the index holds.
        expected: usize,
        /// What it was given.
        found: usize,
    },
    /// No template has this handle (any more), or nearly 2^31 are in the index.
    #[error(transparent)]
    Gallery(#[from] GalleryError),
}

/// The templates of one algorithm: int8 vectors of one dimension in dense
/// blocks, each with its owner and slot.
///
/// `clone` is the way to a snapshot: it copies one pointer per 1024 templates and
/// shares all codes. A change copies the blocks it touches (one for an insertion,
/// at most two for a removal) if a clone still shares them, so that a clone never
/// changes. Codes of a removed template are erased at once here, and in a clone
/// when that is dropped.
#[derive(Clone)]
pub struct VectorIndex {
    dimension: usize,
    mode: SearchMode,
    planes: Arc<Planes>,
    pub(super) rows: Rows<Block>,
}

impl VectorIndex {
    /// An empty index for vectors of `dimension` components. Takes no memory.
    ///
    /// # Errors
    ///
    /// [`VectorError::Dimension`] outside 32 to 2048.
    pub fn new(dimension: usize, mode: SearchMode) -> Result<VectorIndex, VectorError> {
        codes::check_dimension(dimension)?;
        let planes = Block::pool(Lane::count(dimension), mode);
        Ok(VectorIndex { dimension, mode, planes, rows: Rows::new() })
    }

    /// Number of components of each vector, 32 to 2048.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// How a search drops rows.
    #[must_use]
    pub fn mode(&self) -> SearchMode {
        self.mode
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

    /// Number of blocks, always the fewest possible: `ceil(len / 1024)`.
    #[must_use]
    pub fn block_count(&self) -> usize {
        self.rows.blocks.len()
    }

    /// Adds a template of member `owner` in `slot`. Several templates of one
    /// owner and slot may live together; the index gives neither a meaning.
    ///
    /// # Errors
    ///
    /// [`IndexError::Dimension`], [`GalleryError::Full`].
    pub fn insert(
        &mut self,
        owner: u32,
        slot: u8,
        codes: &Codes,
    ) -> Result<TemplateHandle, IndexError> {
        self.check(codes.dimension())?;
        let (planes, width, mode) = (&self.planes, Lane::count(self.dimension), self.mode);
        let (handle, block) = self.rows.add(|| Block::new(planes, width, mode))?;
        block.push(handle, owner, slot, codes);
        Ok(handle)
    }

    /// Gives a template other codes; owner, slot and handle stay.
    ///
    /// # Errors
    ///
    /// [`IndexError::Dimension`], [`GalleryError::UnknownHandle`].
    pub fn replace(&mut self, handle: TemplateHandle, codes: &Codes) -> Result<(), IndexError> {
        self.check(codes.dimension())?;
        let (block, row) = self.rows.get_mut(handle)?;
        block.set_codes(row, codes);
        Ok(())
    }

    /// Takes a template out. The last row moves into its place, so rows stay
    /// dense; the codes are erased at once.
    ///
    /// # Errors
    ///
    /// [`GalleryError::UnknownHandle`].
    pub fn remove(&mut self, handle: TemplateHandle) -> Result<(), IndexError> {
        Ok(self.rows.remove(handle)?)
    }

    /// Whether a template has exactly these codes.
    #[must_use]
    pub fn holds(&self, handle: TemplateHandle, codes: &Codes) -> bool {
        let Ok((block, row)) = self.rows.get(handle) else { return false };
        self.dimension == codes.dimension()
            && block.codes(self.dimension, row).as_i8() == codes.as_i8()
    }

    /// The codes of a template, as they were put in.
    #[must_use]
    pub fn codes(&self, handle: TemplateHandle) -> Option<Codes> {
        let (block, row) = self.rows.get(handle).ok()?;
        Some(block.codes(self.dimension, row))
    }

    /// Owner and slot of a template.
    #[must_use]
    pub fn get(&self, handle: TemplateHandle) -> Option<(u32, u8)> {
        let (block, row) = self.rows.get(handle).ok()?;
        Some((block.owner(row), block.slot(row)))
    }

    /// Bytes that the index has asked of the allocator, this value included.
    /// What is shared with clones is counted in full, and so are planes that only a clone
    /// still holds or that wait for blocks to come.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        size_of::<VectorIndex>()
            + self.rows.blocks.len() * self.block_bytes()[0]
            + self.planes.bytes()
            + self.rows.table_bytes()
    }

    /// Bytes of one template in a full block, rounded up: its codes in whole
    /// lanes, its weight, owner, slot and handle. 530 at dimension 512.
    #[must_use]
    pub fn bytes_per_template(&self) -> usize {
        self.block_bytes().iter().sum::<usize>().div_ceil(BLOCK_ROWS) + size_of::<u32>()
    }

    /// A block with the counters of its `Arc`, and its planes.
    fn block_bytes(&self) -> [usize; 2] {
        let [block, planes] = Block::bytes(Lane::count(self.dimension), self.mode);
        [block + Rows::<Block>::ARC_BYTES, planes]
    }

    /// An upper bound of [`memory_bytes`](Self::memory_bytes) for an index that
    /// never holds more than `templates` templates; saturates at `usize::MAX`.
    ///
    /// A writer that changes an index while readers hold a clone needs up to as
    /// much again, if it touches every block.
    ///
    /// # Errors
    ///
    /// [`VectorError::Dimension`] outside 32 to 2048.
    pub fn required_bytes(
        dimension: usize,
        mode: SearchMode,
        templates: usize,
    ) -> Result<usize, VectorError> {
        codes::check_dimension(dimension)?;
        let Some((tables, blocks)) = Rows::<Block>::required_table_bytes(templates) else {
            return Ok(usize::MAX);
        };
        let block = size_of::<Block>() + Rows::<Block>::ARC_BYTES;
        Ok(size_of::<VectorIndex>()
            .saturating_add(blocks.saturating_mul(block))
            .saturating_add(Block::required_plane_bytes(Lane::count(dimension), mode, blocks))
            .saturating_add(tables))
    }

    pub(super) fn check(&self, dimension: usize) -> Result<(), IndexError> {
        if dimension == self.dimension {
            Ok(())
        } else {
            Err(IndexError::Dimension { expected: self.dimension, found: dimension })
        }
    }
}

impl fmt::Debug for VectorIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VectorIndex")
            .field("dimension", &self.dimension)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
