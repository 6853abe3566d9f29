//! The durable copy: stored engines, imports in pages, events, keys and the end.

use super::*;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use kaimen::ffi::events::*;
use kaimen::ffi::import::*;
use kaimen::ffi::store::*;

/// Files that a sequence opens.
const FILES: usize = 2;

/// The files of one sequence, in a folder of its own that goes with it.
#[derive(Default)]
pub(super) struct Files {
    folder: Option<PathBuf>,
    /// The key that opens it, once there is one.
    keys: [Option<u8>; FILES],
    /// Which engine has it open.
    open: [usize; FILES],
    /// Members when its engine was closed.
    members: [u32; FILES],
    /// Engines that were wiped: nothing can be written any more.
    pub(super) wiped: BTreeSet<usize>,
}

impl Drop for Files {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

impl Files {
    fn folder(&mut self) -> CString {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let folder = self.folder.get_or_insert_with(|| {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = format!("kaimen-c-calls-{}-{number}", std::process::id());
            // In memory where that is possible: what lasts is not the point here.
            let memory = PathBuf::from("/dev/shm");
            let parent = if memory.is_dir() { memory } else { std::env::temp_dir() };
            let folder = parent.join(name);
            std::fs::create_dir_all(&folder).expect("a folder for stores");
            folder
        });
        CString::new(folder.to_str().expect("UTF-8")).expect("no NUL")
    }

    fn path(&mut self, file: usize) -> CString {
        let folder = self.folder();
        let folder = folder.to_str().expect("UTF-8");
        CString::new(format!("{folder}/store-{file}")).expect("no NUL")
    }

    fn of(&self, engine: usize) -> Option<usize> {
        (0..FILES).find(|file| engine != 0 && self.open[*file] == engine)
    }

    /// Called before a handle is closed.
    pub(super) fn closing(&mut self, engine: usize) {
        self.wiped.remove(&engine);
        let Some(file) = self.of(engine) else { return };
        let stats = read_stats(without_provenance_mut(engine)).expect("it is open");
        self.members[file] = stats.members;
        self.open[file] = 0;
    }
}

/// Gives the key that `user` points to, or none.
unsafe extern "C" fn give_key(user: *mut c_void, key: *mut u8, size: usize) -> u32 {
    // SAFETY: `user` points to the number of a key, see `open_stored`.
    let number = unsafe { *user.cast::<u8>() };
    if number == 9 {
        return 1;
    }
    // SAFETY: so much is promised.
    unsafe { key.write_bytes(number, size) };
    0
}

impl Calls<'_> {
    pub(super) fn open_stored(&mut self) {
        let file = self.below(FILES);
        let path = self.files.path(file);
        let folder = self.files.folder();
        let mut number = [1, 1, 1, 2, 9][self.below(5)];
        let key = [number; KAIMEN_STORE_KEY_BYTES];
        // The same configuration always: what was kept must fit.
        let mut algorithms = [Wild::new(kaimen_algorithm_init).value; 2];
        algorithms[0].dimension = DIMENSION as u32;
        algorithms[0].threshold = 700_000;
        algorithms[1].modality = KAIMEN_MODALITY_FINGER;
        algorithms[1].format = KAIMEN_FORMAT_MINUTIAE;
        algorithms[1].threshold = 20_000;
        let mut config = Wild::new(kaimen_config_init);
        config.value.algorithms = algorithms.as_ptr();
        config.value.algorithm_count = algorithms.len();
        let mut store = Wild::new(kaimen_store_config_init);
        store.value.path = path.as_ptr();
        store.value.max_events = self.small(5);
        if self.byte() < 128 {
            store.value.key = key.as_ptr();
        } else {
            store.value.key_callback = Some(give_key);
            store.value.user = (&raw mut number).cast();
        }
        let is_strange = self.byte() < 20;
        let strange = self.text();
        if is_strange {
            store.value.cache_bytes = self.number();
            // A name that nothing is created for: there is no key, or it is a folder's.
            if self.byte() < 128 {
                store.value.path = strange.as_ref().map_or(null(), |path| path.as_ptr());
                store.value.key = null();
                store.value.key_callback = None;
            } else {
                store.value.path = folder.as_ptr();
            }
        }
        let before = store.bytes();
        self.disturb(&mut store);
        let is_strange = is_strange || store.bytes() != before || store.behind.contains(&1);
        let wanted = self.byte() < 200;
        let (mut engine, mut report) = (null_mut(), null_mut());
        let status = checked(self, |_, detail| {
            let report = if wanted { &raw mut report } else { null_mut() };
            let (config, store) = (&raw const config.value, &raw const store.value);
            // SAFETY: the arguments are valid for what they say.
            unsafe { kaimen_engine_open_stored(config, store, &raw mut engine, report, detail) }
        });
        assert_eq!(status == KAIMEN_OK, !engine.is_null());
        assert_eq!(wanted && status == KAIMEN_OK, !report.is_null());
        if !report.is_null() {
            assert!(self.reports.insert(report.addr()));
            self.seen.push(report.addr());
        }
        let is_given = key[0] != 9 || store.value.key == key.as_ptr();
        if is_strange || !is_given || status == KAIMEN_ERR_TOO_MANY_HANDLES {
            assert!(engine.is_null() || store.value.path == path.as_ptr());
        } else if self.files.open[file] != 0 {
            assert_eq!(status, KAIMEN_ERR_STORE_LOCKED);
        } else if self.files.keys[file].is_some_and(|right| right != key[0]) {
            assert_eq!(status, KAIMEN_ERR_STORE_KEY);
        } else {
            assert_eq!(status, KAIMEN_OK);
        }
        if status == KAIMEN_OK {
            let stats = read_stats(engine).expect("it is open");
            assert_eq!(stats.members, self.files.members[file], "as when it was closed");
            (self.files.keys[file], self.files.open[file]) = (Some(key[0]), engine.addr());
            assert!(self.engines.insert(engine.addr()));
            self.seen.push(engine.addr());
        }
    }

    /// A step of an import: begin, page, commit or abort.
    pub(super) fn import(&mut self) {
        let engine = self.engine();
        let before = read_stats(engine);
        let step = self.below(8);
        let (mut report, mut page) = (null_mut(), Wild::new(kaimen_page_init));
        let scope = self.small(3);
        let json = self.json();
        self.disturb(&mut page);
        let behind = page.behind;
        let status = checked(self, |_, detail| {
            let report = &raw mut report;
            let (json, size) = (json.as_ptr().cast(), json.len());
            match step {
                // SAFETY: the arguments are valid for what they say.
                0 | 1 => unsafe { kaimen_engine_import_begin(engine, scope, detail) },
                2..=4 => {
                    let page = &raw mut page.value;
                    // SAFETY: as above.
                    unsafe { kaimen_engine_import_page(engine, json, size, page, report, detail) }
                }
                // SAFETY: as above.
                5 | 6 => unsafe { kaimen_engine_import_commit(engine, report, detail) },
                // SAFETY: as above.
                _ => unsafe { kaimen_engine_import_abort(engine, detail) },
            }
        });
        assert!(page.behind == behind, "written behind the struct");
        let is_committed = matches!(step, 5 | 6) && status == KAIMEN_OK;
        if !is_committed {
            // The draft takes memory from the pool that it shares with the gallery.
            let seen = |stats: Stats| (stats.members, [0, 1, 2, 3, 5].map(|at| stats.rest[at]));
            let (before, after) = (before.map(seen), read_stats(engine).map(seen));
            assert_eq!(before, after, "only a commit changes anything");
        }
        assert_eq!(matches!(step, 2..=6) && status == KAIMEN_OK, !report.is_null());
        assert!(self.engines.contains(&engine.addr()) || status != KAIMEN_OK);
        if !report.is_null() {
            assert!(self.reports.insert(report.addr()));
            self.seen.push(report.addr());
        }
    }

    /// Appends, lists, acknowledges or counts.
    pub(super) fn events(&mut self) {
        let engine = self.engine();
        match self.below(4) {
            0 | 1 => self.append(engine),
            2 => self.list(engine),
            _ => self.acknowledge(engine),
        }
    }

    fn append(&mut self, engine: *mut kaimen_engine) {
        let mut event = Wild::new(kaimen_event_init);
        event.value.time = self.now();
        event.value.user_type = self.small(4);
        if let Some(userid) = self.text() {
            let places = event.value.userid.iter_mut();
            for (place, byte) in places.zip(userid.as_bytes_with_nul()) {
                *place = byte.cast_signed() as c_char;
            }
        }
        if self.byte() < 60 {
            event.value.pass_type = self.small(5);
            event.value.pass_method = self.small(8);
            event.value.slot = self.small(300);
            event.value.score = self.number() as i32;
            let place = self.below(5);
            event.value.reserved[place] = self.small(2);
        }
        self.disturb(&mut event);
        let before = log(engine);
        let mut sequence = 0;
        let status = checked(self, |_, detail| {
            let event = &raw const event.value;
            // SAFETY: the arguments are valid for what they say.
            unsafe { kaimen_engine_event_append(engine, event, &raw mut sequence, detail) }
        });
        assert_eq!(status == KAIMEN_OK, sequence != 0);
        let after = log(engine);
        match (before, after) {
            (Some(before), Some(after)) if status == KAIMEN_OK => {
                assert_eq!((sequence, after.next), (before.next, before.next + 1));
                let grown = after.pending + after.dropped;
                assert_eq!(grown, before.pending + before.dropped + 1);
            }
            (before, after) => {
                assert!(status != KAIMEN_OK);
                assert_eq!(before.map(|log| log.next), after.map(|log| log.next));
            }
        }
    }

    fn list(&mut self, engine: *mut kaimen_engine) {
        let after = self.number();
        let capacity = self.below(6);
        let mut first = Wild::new(kaimen_event_init);
        self.disturb(&mut first);
        let stride = *first.size() as usize;
        // Room for all elements, and a canary behind them.
        let end = (stride.min(5000) * capacity).max(size_of_val(&*first));
        let mut room = vec![0xa5_u8; end + 64];
        let start: *const u8 = (&raw const *first).cast();
        // SAFETY: both have that many bytes.
        unsafe { start.copy_to(room.as_mut_ptr(), size_of_val(&*first)) };
        let mut count = 77;
        let status = checked(self, |_, detail| {
            let events = room.as_mut_ptr().cast();
            // SAFETY: the arguments are valid for what they say.
            unsafe { kaimen_engine_events(engine, after, events, capacity, &raw mut count, detail) }
        });
        assert!(room[end..].iter().all(|byte| *byte == 0xa5), "written behind the array");
        assert!(if status == KAIMEN_OK { count <= capacity } else { count == 77 });
        let mut last = after;
        for place in 0..if status == KAIMEN_OK { count } else { 0 } {
            let bytes = &room[place * stride..][..size_of::<kaimen_event>()];
            // SAFETY: an event was written there; every bit pattern is one.
            let event = unsafe { bytes.as_ptr().cast::<kaimen_event>().read_unaligned() };
            assert!(event.sequence > last && event.damaged == 0 && is_text(&event.userid));
            last = event.sequence;
        }
    }

    fn acknowledge(&mut self, engine: *mut kaimen_engine) {
        let up_to = self.number();
        let before = log(engine);
        let mut removed = 77;
        let status = checked(self, |_, detail| {
            // SAFETY: the arguments are valid for what they say.
            unsafe { kaimen_engine_events_acknowledge(engine, up_to, &raw mut removed, detail) }
        });
        assert_eq!(status == KAIMEN_OK, before.is_some());
        if let (Some(before), Some(after)) = (before, log(engine)) {
            assert_eq!(after.pending + removed, before.pending);
            assert!(after.pending == 0 || after.first > up_to);
        }
    }

    pub(super) fn rotate_key(&mut self) {
        let engine = self.engine();
        let number = 1 + self.below(2) as u8;
        let key = [number; KAIMEN_STORE_KEY_BYTES];
        let key = if self.byte() < 20 { null() } else { key.as_ptr() };
        let status = checked(self, |_, detail| {
            // SAFETY: the arguments are valid for what they say.
            unsafe { kaimen_engine_rotate_key(engine, key, detail) }
        });
        if let Some(file) = self.files.of(engine.addr()).filter(|_| status == KAIMEN_OK) {
            self.files.keys[file] = Some(number);
        } else {
            assert_ne!(status, KAIMEN_OK);
        }
    }

    pub(super) fn wipe(&mut self) {
        let engine = self.engine();
        let mut wiped = Wild::new(kaimen_wiped_init);
        self.disturb(&mut wiped);
        let file = self.files.of(engine.addr());
        let status = checked(self, |_, detail| {
            // SAFETY: the arguments are valid for what they say.
            unsafe { kaimen_engine_wipe(engine, &raw mut wiped.value, detail) }
        });
        if status == KAIMEN_OK {
            let file = file.expect("only a store can be wiped");
            self.files.wiped.insert(engine.addr());
            // The file is empty and free.
            (self.files.open[file], self.files.keys[file], self.files.members[file]) = (0, None, 0);
            assert_eq!((wiped.value.key_destroyed, wiped.value.truncated), (1, 1));
            assert_eq!((wiped.value.overwritten, wiped.value.failures[0]), (wiped.value.bytes, 0));
        }
        if status == KAIMEN_OK || status == KAIMEN_ERR_STORE_NONE {
            assert_eq!(read_stats(engine).map(|stats| stats.members), Some(0));
        }
    }

    pub(super) fn versions(&mut self) {
        let engine = self.engine();
        let (perm, visitor) = (self.number(), self.number());
        let status = checked(self, |_, detail| {
            // SAFETY: the arguments are valid for what they say.
            unsafe { kaimen_engine_set_versions(engine, perm, visitor, detail) }
        });
        let (mut now, mut guests) = (1, 1);
        let asked = checked(self, |_, detail| {
            let (now, guests) = (&raw mut now, &raw mut guests);
            // SAFETY: as above.
            unsafe { kaimen_engine_versions(engine, now, guests, detail) }
        });
        assert!(status != KAIMEN_OK || (asked, now, guests) == (KAIMEN_OK, perm, visitor));
    }
}

/// The event log in numbers, where there is one.
fn log(engine: *const kaimen_engine) -> Option<kaimen_event_stats> {
    let mut stats = Wild::new(kaimen_event_stats_init);
    // SAFETY: the arguments are valid for what they say.
    let status = unsafe { kaimen_engine_event_stats(engine, &raw mut stats.value, null_mut()) };
    (status == KAIMEN_OK).then_some(stats.value)
}
