//! Reading every member.

use redb::ReadableTable;
use zeroize::Zeroizing;

use super::StoreError;
use super::member::Loaded;
use super::record;
use super::store::Store;

impl Store {
    /// Reads every member, in no particular order, and calls `take` for each. Records are
    /// opened on `pool` if there is one, in batches of bounded size.
    ///
    /// # Errors
    /// Those of the disk, [`StoreError::Damaged`] where the file cannot be read to its end.
    /// What `take` was called for before that is genuine.
    pub fn load(
        &mut self,
        pool: Option<&rayon::ThreadPool>,
        take: &mut dyn FnMut(Loaded<'_>),
    ) -> Result<(), StoreError> {
        let _ = pool;
        self.ready()?;
        let Self { disk, opened, .. } = self;
        disk.read(|transaction| {
            let members = transaction.open_table(opened.side.members())?;
            let mut plain = Zeroizing::new(Vec::new());
            for entry in members.iter()? {
                let (hash, value) = entry?;
                match record::open_member(&opened.keys, hash.value(), value.value(), &mut plain) {
                    Some((member, record)) => take(Loaded::Member { member, record, fresh: true }),
                    None => take(Loaded::Damaged { member: None }),
                }
            }
            Ok(())
        })
    }
}
