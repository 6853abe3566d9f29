//! Bytes to a sequence of C calls with wild, but memory-valid arguments, each
//! compared with what the header promises. Shared by the test `c_calls` and by
//! the fuzz target of the same name.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "wild numbers are wanted, and constants are small"
)]

use std::collections::BTreeSet;
use std::ffi::{CStr, CString, c_char, c_void};
use std::fmt::Write;
use std::ptr::{null, null_mut, without_provenance_mut};

use kaimen::ffi::audit::*;
use kaimen::ffi::config::*;
use kaimen::ffi::decision::*;
use kaimen::ffi::detail::*;
use kaimen::ffi::engine::*;
use kaimen::ffi::identify::*;
use kaimen::ffi::report::*;
use kaimen::ffi::request::*;
use kaimen::ffi::types::*;
use kaimen::ffi::version::kaimen_status_name;
use kaimen::status::*;

mod fingers;
mod store;
mod vendor;
mod wild;

use fingers::{FACES, FINGERS, Questions};
use wild::Wild;

/// Most calls of one sequence.
const CALLS: usize = 64;
const DIMENSION: usize = 32;

/// What a sequence met.
#[derive(Debug, Default)]
pub(crate) struct Met {
    /// Every status that a call answered.
    pub(crate) statuses: BTreeSet<kaimen_status>,
    /// Every reason of a decision.
    pub(crate) reasons: BTreeSet<u32>,
    /// Every reason of a decision about a finger.
    pub(crate) finger_reasons: BTreeSet<u32>,
}

/// Runs the calls that the bytes say.
pub(crate) fn run(bytes: &[u8], met: &mut Met) {
    let mut calls = Calls { bytes, ..Calls::default() };
    for _ in 0..CALLS {
        if calls.bytes.is_empty() {
            break;
        }
        calls.call();
    }
    met.statuses.append(&mut calls.met.statuses);
    met.reasons.append(&mut calls.met.reasons);
    met.finger_reasons.append(&mut calls.met.finger_reasons);
    calls.release();
}

/// The program that makes the calls.
#[derive(Default)]
struct Calls<'b> {
    bytes: &'b [u8],
    /// Every handle that there ever was, open or not, of all kinds.
    seen: Vec<usize>,
    engines: BTreeSet<usize>,
    requests: BTreeSet<usize>,
    reports: BTreeSet<usize>,
    files: store::Files,
    met: Met,
}

impl Calls<'_> {
    fn call(&mut self) {
        match self.below(26) {
            0 | 1 => self.open(),
            2..=4 => self.sync(),
            5 | 6 => self.identify(&FACES),
            7 => self.search(&FACES),
            8 => self.member(),
            9 => self.remove(),
            10 => self.request_new(),
            11 => self.request_json(),
            12 => self.report(),
            13 => self.close(),
            14 => self.clear(),
            15 => self.together(),
            16 => self.duplicates(),
            17 | 18 => self.identify(&FINGERS),
            19 => self.search(&FINGERS),
            20 => self.convert(),
            21 if self.byte() < 100 => self.open_stored(),
            21 => self.identify(&FINGERS),
            22 | 23 => self.import(),
            24 => match self.below(8) {
                0..=4 => self.events(),
                5 => self.rotate_key(),
                6 => self.versions(),
                _ => self.wipe(),
            },
            _ => self.stats(),
        }
    }

    fn open(&mut self) {
        let zone = self.text().filter(|_| self.bytes.first().is_some_and(|byte| *byte < 60));
        let name = self.text();
        let mut algorithms = [Wild::new(kaimen_algorithm_init), Wild::new(kaimen_algorithm_init)];
        for (place, wild) in algorithms.iter_mut().enumerate() {
            let algorithm = &mut wild.value;
            algorithm.dimension = DIMENSION as u32;
            algorithm.threshold = 700_000;
            if place == 1 {
                algorithm.name[0] = b'x' as c_char;
            }
            if self.byte() < 40 {
                algorithm.modality = self.small(3);
                algorithm.element = self.small(4);
                algorithm.dimension = self.small(70);
                algorithm.header_bytes = self.small(9);
                algorithm.expected_bytes = self.small(200);
                algorithm.scale = f32::from_bits(self.small(4));
                algorithm.threshold = self.small(200).cast_signed();
                algorithm.margin = self.small(200).cast_signed();
            }
        }
        if self.byte() < 90 {
            vendor::make_opaque(self, &mut algorithms[0].value);
        }
        if let Some(name) = name.filter(|_| self.byte() < 30) {
            for (target, byte) in algorithms[0].value.name.iter_mut().zip(name.as_bytes()) {
                *target = byte.cast_signed() as c_char;
            }
        }
        let mut count = 1;
        if self.byte() < 200 {
            count = 2;
            self.compare_minutiae(&mut algorithms[1].value);
            algorithms.swap(0, usize::from(self.byte() < 20));
        }
        self.disturb(&mut algorithms[0]);
        let second = algorithms[1].bytes();
        if count == 2 && algorithms[0].behind.iter().all(|byte| *byte == 0) {
            algorithms[0].behind[..second.len()].copy_from_slice(&second);
        }
        let mut config = Wild::new(kaimen_config_init);
        config.value.algorithms = &raw const algorithms[0].value;
        // The library walks on by the size that the first one states. Where that is the
        // true one the second is there, elsewhere and behind it nothing valid is.
        config.value.algorithm_count = count + self.below(40) / 39;
        config.value.zone = zone.as_ref().map_or(null(), |zone| zone.as_ptr());
        if self.byte() < 60 {
            config.value.student_default_pass = self.small(2);
            config.value.max_json_bytes = self.number();
            config.value.max_record_bytes = self.number();
            config.value.max_members = self.small(5);
            config.value.max_face_templates = self.small(5);
            config.value.max_finger_templates = self.small(5);
            config.value.max_template_bytes = self.small(200);
            config.value.max_opaque_bytes = self.number();
        }
        self.disturb(&mut config);
        let mut engine = null_mut();
        let status = checked(self, |_, detail| {
            // SAFETY: the arguments are valid for what they say.
            unsafe { kaimen_engine_open(&raw const config.value, &raw mut engine, detail) }
        });
        let mut bytes = 77;
        // SAFETY: as above.
        let asked = unsafe {
            kaimen_config_required_bytes(&raw const config.value, &raw mut bytes, null_mut())
        };
        assert!(asked == status || status == KAIMEN_ERR_TOO_MANY_HANDLES);
        assert_eq!(asked == KAIMEN_OK, bytes != 77);
        assert_eq!(status == KAIMEN_OK, !engine.is_null());
        if status == KAIMEN_OK {
            assert!(self.engines.insert(engine.addr()));
            self.seen.push(engine.addr());
        }
    }

    fn sync(&mut self) {
        let engine = self.engine();
        let request = match self.byte() {
            0..120 => 0,
            120..200 => self.requests.first().copied().unwrap_or(0),
            _ => self.handle(),
        };
        let part = self.below(9) / 6;
        let json = self.json();
        let wanted = self.byte() < 200;
        let mut report = null_mut();
        let before = read_stats(engine);
        let is_open = self.engines.contains(&engine.addr());
        let status = checked(self, |_, detail| {
            let report = if wanted { &raw mut report } else { null_mut() };
            let request = without_provenance_mut(request);
            // SAFETY: the arguments are valid for what they say.
            unsafe {
                kaimen_engine_sync(
                    engine,
                    request,
                    part,
                    json.as_ptr().cast(),
                    json.len(),
                    report,
                    detail,
                )
            }
        });
        assert_eq!(is_open, before.is_some());
        assert!(is_open || is_refused(status, engine.addr()));
        if is_open && request != 0 && !self.requests.contains(&request) {
            assert_eq!(status, KAIMEN_ERR_HANDLE);
        }
        assert_eq!(wanted && status == KAIMEN_OK, !report.is_null());
        if status != KAIMEN_OK {
            assert_eq!(before, read_stats(engine), "a failed sync changes nothing");
        }
        if !report.is_null() {
            assert!(self.reports.insert(report.addr()));
            self.seen.push(report.addr());
        }
    }

    /// Up to three times the same probe.
    fn together(&mut self) {
        let engine = self.engine();
        let (_data, _name, mut probe) = self.probe();
        // The array is walked by it; a wild one would leave the array.
        probe.value.struct_size = size_of::<kaimen_probe>() as u32;
        let count = self.below(4);
        let now = self.now();
        let probes = [probe.value; 3];
        let mut decisions = [Wild::new(kaimen_decision_init).value; 3];
        decisions.iter_mut().for_each(|decision| decision.verdict = KAIMEN_VERDICT_PASS);
        let first = decisions.as_mut_ptr();
        let status = checked(self, |_, detail| {
            // SAFETY: both arrays have three elements, and count is at most 3.
            unsafe {
                kaimen_engine_identify_faces(engine, probes.as_ptr(), count, now, first, detail)
            }
        });
        for decision in &decisions[..count] {
            let is_decided = KAIMEN_VERDICT_PASS..=KAIMEN_VERDICT_UNKNOWN;
            assert_eq!(is_decided.contains(&decision.verdict), status == KAIMEN_OK);
            assert_eq!(
                (decision.reason, decision.score),
                (decisions[0].reason, decisions[0].score)
            );
        }
        let behind = &decisions[count..];
        assert!(behind.iter().all(|decision| decision.verdict == KAIMEN_VERDICT_PASS));
    }

    fn duplicates(&mut self) {
        let engine = self.engine();
        let name = self.text();
        let name = name.as_ref().map_or(null(), |name| name.as_ptr());
        let threshold = self.small(3).cast_signed().wrapping_mul(700_000);
        let mut seen = Pairs { left: self.small(5), count: 0 };
        let user = (&raw mut seen).cast();
        let found: kaimen_pair_fn = if self.byte() < 240 { Some(take_pair) } else { None };
        let status = checked(self, |_, detail| {
            // SAFETY: the callbacks take a `Pairs`, which outlives the call.
            unsafe {
                let progress = Some(take_progress as _);
                kaimen_engine_duplicates(engine, name, threshold, found, progress, user, detail)
            }
        });
        assert_eq!(status == KAIMEN_ERR_CANCELLED, seen.left == 0 && seen.count > 0);
    }

    fn identify(&mut self, questions: &Questions) {
        let engine = self.engine();
        let (_data, _name, probe) = self.probe_of(questions.modality);
        let userid = if self.byte() < 128 { None } else { Some(self.text()) };
        let user_type = self.small(4);
        let now = self.now();
        let mut decision = Wild::new(kaimen_decision_init);
        decision.value.verdict = KAIMEN_VERDICT_PASS;
        self.disturb(&mut decision);
        let (stated, behind) = (*decision.size(), decision.behind);
        let is_open = self.engines.contains(&engine.addr());
        let status = checked(self, |_, detail| {
            let (probe, decision) = (&raw const probe.value, &raw mut decision.value);
            match &userid {
                // SAFETY: the arguments are valid for what they say.
                None => unsafe { (questions.identify)(engine, probe, now, decision, detail) },
                Some(userid) => {
                    let userid = userid.as_ref().map_or(null(), |userid| userid.as_ptr());
                    // SAFETY: as above.
                    unsafe {
                        (questions.verify)(engine, probe, userid, user_type, now, decision, detail)
                    }
                }
            }
        });
        assert_eq!(*decision.size(), stated);
        assert!(decision.behind == behind, "written behind the struct");
        let value = decision.value;
        if status == KAIMEN_OK {
            assert!(is_open);
            self.met.reasons.insert(value.reason);
            if questions.modality == KAIMEN_MODALITY_FINGER {
                self.met.finger_reasons.insert(value.reason);
            }
            assert_eq!(value.modality, questions.modality);
            assert!((KAIMEN_VERDICT_PASS..=KAIMEN_VERDICT_UNKNOWN).contains(&value.verdict));
            assert_eq!(value.verdict == KAIMEN_VERDICT_PASS, value.reason < 100);
            let is_nobody = value.userid[0] == 0;
            assert_eq!(value.verdict == KAIMEN_VERDICT_UNKNOWN, is_nobody);
            assert!(is_nobody || value.score >= value.threshold);
            assert_eq!(value.time, now);
        } else if status == KAIMEN_ERR_STRUCT_SIZE && value.verdict != 0 {
            // What cannot be written cannot be blanked either.
            assert!(stated != size_of::<kaimen_decision>() as u32);
        } else {
            assert_eq!(value.verdict, 0, "an old decision opens no door");
        }
    }

    fn search(&mut self, questions: &Questions) {
        let engine = self.engine();
        let (_data, _name, probe) = self.probe_of(questions.modality);
        let floor = self.number() as i32;
        let capacity = self.below(5);
        let mut first = Wild::new(kaimen_candidate_init);
        self.disturb(&mut first);
        let stride = *first.size() as usize;
        // Room for all elements, and a canary behind them.
        let mut room = vec![0u8; (stride.min(5000) * capacity).max(size_of_val(&*first)) + 64];
        let end = (stride.min(5000) * capacity).max(size_of_val(&*first));
        let start: *const u8 = (&raw const *first).cast();
        // SAFETY: both have that many bytes.
        unsafe { start.copy_to(room.as_mut_ptr(), size_of_val(&*first)) };
        room[end..].fill(0xa5);
        let mut count = 77;
        let status = checked(self, |_, detail| {
            let candidates = room.as_mut_ptr().cast();
            // SAFETY: the arguments are valid for what they say.
            unsafe {
                (questions.search)(
                    engine,
                    &raw const probe.value,
                    floor,
                    candidates,
                    capacity,
                    &raw mut count,
                    detail,
                )
            }
        });
        assert!(room[end..].iter().all(|byte| *byte == 0xa5), "written behind the array");
        assert!(if status == KAIMEN_OK { count <= capacity } else { count == 77 });
    }

    fn member(&mut self) {
        let engine = self.engine();
        let userid = self.text();
        let userid = userid.as_ref().map_or(null(), |userid| userid.as_ptr());
        let user_type = self.small(4);
        let now = self.now();
        let mut member = Wild::new(kaimen_member_init);
        self.disturb(&mut member);
        let before = member.bytes();
        let status = checked(self, |_, detail| {
            // SAFETY: the arguments are valid for what they say.
            unsafe {
                kaimen_engine_member_get(engine, userid, user_type, &raw mut member.value, detail)
            }
        });
        assert!(status == KAIMEN_OK || member.bytes() == before);
        let mut access = Wild::new(kaimen_access_init);
        access.value.verdict = KAIMEN_VERDICT_PASS;
        let asked = checked(self, |_, detail| {
            // SAFETY: as above.
            unsafe {
                kaimen_engine_member_access(
                    engine,
                    userid,
                    user_type,
                    now,
                    &raw mut access.value,
                    detail,
                )
            }
        });
        assert!(asked == status || status == KAIMEN_ERR_STRUCT_SIZE);
        assert_eq!(asked == KAIMEN_OK, access.value.verdict != 0);
        assert!(asked != KAIMEN_OK || access.value.next_change > now);
    }

    fn remove(&mut self) {
        let engine = self.engine();
        let userid = self.text();
        let userid = userid.as_ref().map_or(null(), |userid| userid.as_ptr());
        let user_type = self.small(3);
        let before = read_stats(engine);
        let status = checked(self, |_, detail| {
            // SAFETY: the arguments are valid for what they say.
            unsafe { kaimen_engine_member_remove(engine, userid, user_type, detail) }
        });
        match (before, read_stats(engine)) {
            (Some(before), Some(after)) if status == KAIMEN_OK => {
                assert_eq!(before.members, after.members + 1);
            }
            (before, after) => assert_eq!(before, after),
        }
    }

    fn request_new(&mut self) {
        // Now and then enough for a second part.
        let count = if self.byte() < 20 { 201 } else { self.below(4) };
        let mut names: Vec<_> = (0..count).map(|i| CString::new(format!("m{i}")).ok()).collect();
        if count > 0 && self.byte() < 60 {
            names[count - 1] = self.text();
        }
        let is_staff = self.byte() < 200;
        let keys: Vec<_> = names
            .iter()
            .map(|name| kaimen_member_key {
                userid: name.as_ref().map_or(null(), |name| name.as_ptr()),
                user_type: if is_staff { KAIMEN_USER_STAFF } else { self.small(3) },
                reserved: 0,
            })
            .collect();
        let mut options = Wild::new(kaimen_request_options_init);
        if self.byte() < 40 {
            options.value.form = self.small(4);
            options.value.faces = self.small(3);
        }
        self.disturb(&mut options);
        let options = if self.byte() < 100 { null() } else { &raw const options.value };
        let prefix = if self.byte() < 200 { CString::new("r").ok() } else { self.text() };
        let prefix = prefix.as_ref().map_or(null(), |prefix| prefix.as_ptr());
        let mut request = null_mut();
        let status = checked(self, |_, detail| {
            // SAFETY: the arguments are valid for what they say.
            unsafe {
                kaimen_request_new(keys.as_ptr(), count, options, prefix, &raw mut request, detail)
            }
        });
        assert_eq!(status == KAIMEN_OK, !request.is_null());
        if !request.is_null() {
            assert!(self.requests.insert(request.addr()));
            self.seen.push(request.addr());
        }
    }

    fn request_json(&mut self) {
        let request = self.handle();
        let is_open = self.requests.contains(&request);
        let handle = without_provenance_mut(request);
        let (mut parts, mut needed) = (77, 77);
        let status = checked(self, |_, detail| {
            // SAFETY: the arguments are valid for what they say.
            unsafe { kaimen_request_parts(handle, &raw mut parts, detail) }
        });
        assert!(if is_open { status == KAIMEN_OK } else { is_refused(status, request) });
        let part = self.below(9) / 6;
        let capacity = usize::from(self.byte()) * 4;
        let mut buffer = vec![0xa5_u8; capacity + 1];
        let status = checked(self, |_, detail| {
            let buffer = buffer.as_mut_ptr().cast();
            // SAFETY: as above.
            unsafe { kaimen_request_json(handle, part, buffer, capacity, &raw mut needed, detail) }
        });
        match status {
            KAIMEN_OK => {
                assert!(is_open && part < parts && needed <= capacity);
                assert_eq!(buffer[needed - 1], 0);
                assert!(buffer[needed..].iter().all(|byte| *byte == 0xa5));
            }
            KAIMEN_ERR_BUFFER => assert!(needed > capacity && buffer.iter().all(|b| *b == 0xa5)),
            _ => assert!(needed == 77 && (!is_open || part >= parts)),
        }
    }

    fn report(&mut self) {
        let report = self.handle();
        let is_open = self.reports.contains(&report);
        let handle = without_provenance_mut(report);
        let mut summary = Wild::new(kaimen_report_summary_init);
        let status = checked(self, |_, detail| {
            // SAFETY: the arguments are valid for what they say.
            unsafe { kaimen_report_summary_get(handle, &raw mut summary.value, detail) }
        });
        assert!(if is_open { status == KAIMEN_OK } else { is_refused(status, report) });
        let mut line = Wild::new(kaimen_report_line_init);
        self.disturb(&mut line);
        let index = self.below(20);
        let status = checked(self, |_, detail| {
            // SAFETY: as above.
            unsafe { kaimen_report_line_get(handle, index, &raw mut line.value, detail) }
        });
        if status == KAIMEN_OK {
            assert!(index < summary.value.items as usize);
            assert!((line.value.kind as usize) < KAIMEN_ITEM_KINDS);
            assert!(summary.value.counts[line.value.kind as usize] > 0);
            assert!(is_text(&line.value.userid) && is_text(&line.value.message));
            // A weak template is not refused, and the message says how few minutiae it has.
            let is_weak = line.value.kind == KAIMEN_ITEM_TEMPLATE_WEAK;
            let is_wrong = is_weak || line.value.status != KAIMEN_OK;
            assert!(!is_weak || line.value.status == KAIMEN_OK);
            assert_eq!(is_wrong, line.value.message[0] != 0);
        }
    }

    /// Closes whatever it is as all three kinds; only its own is gone.
    fn close(&mut self) {
        let handle = self.handle();
        self.files.closing(if self.engines.contains(&handle) { handle } else { 0 });
        kaimen_engine_close(without_provenance_mut(handle));
        kaimen_request_free(without_provenance_mut(handle));
        kaimen_report_free(without_provenance_mut(handle));
        let open = [&mut self.engines, &mut self.requests, &mut self.reports];
        let removed = open.into_iter().filter_map(|kind| kind.take(&handle)).count();
        assert!(removed <= 1, "handles of two kinds are equal");
    }

    fn clear(&mut self) {
        let engine = self.engine();
        let status = checked(self, |_, detail| {
            // SAFETY: the arguments are valid for what they say.
            unsafe { kaimen_engine_clear(engine, detail) }
        });
        match read_stats(engine) {
            Some(_) if self.files.wiped.contains(&engine.addr()) => {
                assert_eq!(status, KAIMEN_ERR_STORE_NONE);
            }
            Some(stats) => assert!(status == KAIMEN_OK && stats.members == 0),
            None => assert!(is_refused(status, engine.addr())),
        }
    }

    fn stats(&mut self) {
        let engine = self.engine();
        let mut stats = Wild::new(kaimen_stats_init);
        self.disturb(&mut stats);
        let before = stats.bytes();
        let status = checked(self, |_, detail| {
            // SAFETY: the arguments are valid for what they say.
            unsafe { kaimen_engine_stats(engine, &raw mut stats.value, detail) }
        });
        assert!(status == KAIMEN_OK || stats.bytes() == before);
        assert!(status != KAIMEN_OK || self.engines.contains(&engine.addr()));
    }

    /// Releases what is open; what was open must have been.
    fn release(mut self) {
        for engine in std::mem::take(&mut self.engines) {
            assert!(read_stats(without_provenance_mut(engine)).is_some());
            kaimen_engine_close(without_provenance_mut(engine));
            assert!(read_stats(without_provenance_mut(engine)).is_none());
        }
        for request in std::mem::take(&mut self.requests) {
            kaimen_request_free(without_provenance_mut(request));
        }
        for report in std::mem::take(&mut self.reports) {
            kaimen_report_free(without_provenance_mut(report));
        }
    }
}

/// Makes a call with a detail, with none, or with one that cannot be written,
/// and checks what holds for every call.
fn checked(
    calls: &mut Calls<'_>,
    call: impl FnOnce(&mut Calls<'_>, *mut kaimen_detail) -> kaimen_status,
) -> kaimen_status {
    let mut detail = Wild::new(kaimen_detail_init);
    calls.disturb(&mut detail);
    let before = (detail.bytes(), detail.behind);
    let (stated, known) = (*detail.size() as usize, size_of::<kaimen_detail>());
    let is_usable = (known..=known + 4096).contains(&stated)
        && detail.behind[..stated - known].iter().all(|byte| *byte == 0);
    let is_given = calls.byte() < 240;
    let status = call(calls, if is_given { &raw mut detail.value } else { null_mut() });
    assert!(detail.behind == before.1);
    if status != KAIMEN_OK && is_given && is_usable {
        assert_eq!(detail.value.status, status);
        assert!(is_text(&detail.value.field) && is_text(&detail.value.message));
        assert_ne!(detail.value.message[0], 0);
    } else {
        assert!(detail.bytes() == before.0, "the detail is written on failure only");
    }
    assert!(status <= 0 && status != KAIMEN_ERR_PANIC && status != KAIMEN_ERR_POISONED);
    // SAFETY: static, never NULL.
    let name = unsafe { CStr::from_ptr(kaimen_status_name(status)) };
    calls.met.statuses.insert(status);
    assert_ne!(name, c"KAIMEN_ERR_?");
    status
}

/// NUL-terminated UTF-8.
fn is_text(text: &[c_char]) -> bool {
    let bytes: Vec<u8> = text.iter().map(|letter| letter.to_ne_bytes()[0]).collect();
    CStr::from_bytes_until_nul(&bytes).is_ok_and(|text| text.to_str().is_ok())
}

/// What a call with a handle that is not open answers.
fn is_refused(status: kaimen_status, handle: usize) -> bool {
    status == if handle == 0 { KAIMEN_ERR_NULL } else { KAIMEN_ERR_HANDLE }
}

#[derive(Debug, PartialEq)]
struct Stats {
    members: u32,
    rest: [u64; 6],
}

fn read_stats(engine: *const kaimen_engine) -> Option<Stats> {
    let mut stats = Wild::new(kaimen_stats_init);
    // SAFETY: the arguments are valid for what they say.
    let status = unsafe { kaimen_engine_stats(engine, &raw mut stats.value, null_mut()) };
    let kaimen_stats { members, face_templates, kept_templates, stale_templates, .. } = stats.value;
    let kaimen_stats { generation, index_bytes, record_bytes, .. } = stats.value;
    let rest = [face_templates, kept_templates, stale_templates].map(u64::from);
    let rest = [rest[0], rest[1], rest[2], generation, index_bytes, record_bytes];
    (status == KAIMEN_OK).then_some(Stats { members, rest })
}

/// What the callbacks of a search for duplicates count.
struct Pairs {
    /// Calls until one of them ends the search.
    left: u32,
    count: u32,
}

impl Pairs {
    fn hear(&mut self) -> u32 {
        self.count += 1;
        self.left = self.left.saturating_sub(1);
        u32::from(self.left == 0)
    }
}

unsafe extern "C" fn take_pair(user: *mut c_void, pair: *const kaimen_pair) -> u32 {
    // SAFETY: the library hands over a pair that it has made.
    let pair = unsafe { pair.read() };
    assert!(pair.userid[0] != 0 && pair.other_userid[0] != 0);
    // SAFETY: `user` is the `Pairs` of the call.
    unsafe { (*user.cast::<Pairs>()).hear() }
}

unsafe extern "C" fn take_progress(user: *mut c_void, done: u64, total: u64) -> u32 {
    assert!(0 < done && done <= total);
    // SAFETY: `user` is the `Pairs` of the call.
    unsafe { (*user.cast::<Pairs>()).hear() }
}
