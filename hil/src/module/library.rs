//! The templates in a module.

use super::command::Command;
use super::driver::Module;
use super::error::ModuleError;
use super::link::Link;

/// Pages that one index table tells about.
const PAGES_A_TABLE: u16 = 256;
/// Tables that a module has at most.
const TABLES: u8 = 4;

impl<L: Link> Module<L> {
    /// How many templates there are.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn template_count(&mut self) -> Result<u16, ModuleError> {
        self.fixed(&Command::TemplateCount).map(u16::from_be_bytes)
    }

    /// Which pages are taken, in rising order, out of the first `capacity`.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn occupied(&mut self, capacity: u16) -> Result<Vec<u16>, ModuleError> {
        let end = self.profile.first_page().saturating_add(capacity);
        let mut pages = Vec::new();
        for table in 0..TABLES {
            let first = u16::from(table) * PAGES_A_TABLE;
            if first >= end {
                break;
            }
            let bits: [u8; 32] = self.fixed(&Command::ReadIndexTable { table })?;
            let taken = (0..PAGES_A_TABLE).filter(|page| {
                let byte = bits[usize::from(page / 8)];
                byte >> (page % 8) & 1 == 1
            });
            pages.extend(taken.map(|page| first + page).filter(|page| *page < end));
        }
        Ok(pages)
    }

    /// Keeps a buffer's template on a page.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn store(&mut self, buffer: u8, page: u16) -> Result<(), ModuleError> {
        self.plain(&Command::Store { buffer, page })
    }

    /// Brings a page's template into a buffer.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn load(&mut self, buffer: u8, page: u16) -> Result<(), ModuleError> {
        self.plain(&Command::Load { buffer, page })
    }

    /// Deletes the templates of so many pages.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn delete(&mut self, page: u16, count: u16) -> Result<(), ModuleError> {
        self.plain(&Command::Delete { page, count })
    }

    /// Deletes all templates.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn empty(&mut self) -> Result<(), ModuleError> {
        self.plain(&Command::Empty)
    }
}
