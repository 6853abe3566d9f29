//! How a new file comes to be: whole, or not at all.
//!
//! A mark is written to an empty file first and synced, then everything but the first sector,
//! then the first sector over the mark. Whatever a power cut leaves behind is either a whole
//! store, or a file that shows by its mark that nothing was ever in it, and is begun again.

use std::collections::BTreeMap;
use std::io;

use redb::StorageBackend;

/// What flash and disks write whole or not at all.
const SECTOR: usize = 512;
const MARK: &[u8; 24] = b"kaimen store, not yet in";

/// Whether nothing was ever in the file: it is empty, or was not finished.
pub(super) fn is_unborn(backend: &dyn StorageBackend) -> io::Result<bool> {
    let length = backend.len()?;
    let mut sector = [0; SECTOR];
    let there = SECTOR.min(usize::try_from(length).unwrap_or(SECTOR));
    backend.read(0, &mut sector[..there])?;
    // The mark's own write may have lengthened the file before its bytes arrived.
    let only_lengthened = length <= SECTOR as u64 && sector.iter().all(|&byte| byte == 0);
    Ok(length == 0 || only_lengthened || sector.starts_with(MARK))
}

/// Writes a new file of `length` bytes, all zeros but for `pieces` of 4096 bytes.
pub(super) fn give(
    backend: &dyn StorageBackend,
    length: u64,
    pieces: &BTreeMap<u64, Box<[u8]>>,
) -> io::Result<()> {
    let mut marked = [0; SECTOR];
    marked[..MARK.len()].copy_from_slice(MARK);
    backend.write(0, &marked)?;
    backend.sync_data()?;
    // Nothing of an earlier attempt is left.
    backend.set_len(SECTOR as u64)?;
    backend.set_len(length)?;
    let mut first = None;
    for (&number, piece) in pieces {
        let start = number * piece.len() as u64;
        match piece.split_at_checked(SECTOR) {
            Some((sector, rest)) if number == 0 => {
                first = Some(sector);
                backend.write(SECTOR as u64, rest)?;
            }
            _ => backend.write(start, piece)?,
        }
    }
    backend.sync_data()?;
    if let Some(sector) = first {
        backend.write(0, sector)?;
        backend.sync_data()?;
    }
    Ok(())
}
