//! Old galleries are released by the writer, not by the last reader.
//!
//! To release a gallery is to erase and free all that the next one does not share: up to a
//! hundred megabytes, which takes a hundred milliseconds. Somebody stands at the door
//! while a reader works; nobody waits for a writer.

use std::sync::Arc;
use std::time::Duration;

use super::snapshot::Snapshot;

/// How often, and how long each time, the writer waits for readers of the old gallery. An
/// identification takes a millisecond or a few.
const TRIES: u32 = if cfg!(test) { 2 } else { 40 };
const PAUSE: Duration = Duration::from_millis(1);

/// Galleries that were replaced while somebody still read them.
#[derive(Default)]
pub(super) struct Retired(Vec<Arc<Snapshot>>);

impl Retired {
    /// Releases a gallery that is no longer served when its readers are done: at once, or, for
    /// those who take long (a search for duplicates), at a later write.
    pub(super) fn take(&mut self, old: Arc<Snapshot>) {
        for _ in 0..TRIES {
            if Arc::strong_count(&old) == 1 {
                return;
            }
            std::thread::sleep(PAUSE);
        }
        self.0.push(old);
    }

    /// Releases those that nobody reads any more.
    pub(super) fn release(&mut self) {
        self.0.retain(|old| Arc::strong_count(old) > 1);
    }

    /// Leaves all to their readers, who release what they read when they are done: for what is
    /// to be erased as soon as possible.
    pub(super) fn abandon(&mut self) {
        self.0.clear();
    }
}
