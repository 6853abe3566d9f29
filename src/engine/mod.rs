//! The engine: members, sync, identify, decide.
//!
//! One writer, readers that never wait. A commit builds a new immutable
//! snapshot, sharing every block and chunk that did not change, and publishes
//! it with one atomic swap. An identification reads one snapshot from beginning
//! to end and answers with members, never with positions. It identifies over
//! everyone first and asks the rules of that one member afterwards: rules never
//! narrow the search, so that a person who may not pass is never mistaken for a
//! look-alike who may.

mod audit;
mod changes;
mod config;
mod decision;
mod enrol;
mod events;
mod gallery;
mod identify;
mod import;
mod kept;
mod member;
mod members;
mod memory;
mod minutiae;
mod missing;
mod point;
mod probe;
mod record;
mod report;
mod restore;
mod retired;
mod snapshot;
mod storage;
mod stored;
mod sync;
mod templates;
mod threads;
mod writer;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard};

use arc_swap::ArcSwap;

pub use audit::{Duplicate, Progress};
pub use config::{AlgorithmConfig, Config, Limits};
pub use decision::{Access, Candidate, Decision, Reason, Verdict};
pub use events::{Event, EventStats, PassMethod, PassType};
pub use import::{Page, Scope};
pub use member::MemberId;
pub use memory::MemoryBound;
pub use minutiae::{MinutiaeError, finger_templates};
pub use probe::Probe;
pub use report::{Item, ItemKind, Report};
pub use snapshot::Versions;
pub use storage::StoreConfig;

use crate::error::Error;
use crate::fingerprint::FingerProbe;
use crate::limits;
use crate::opaque::Comparison;
use crate::protocol::{RequestPart, UserType};
use crate::store::Store;
use crate::template::minutiae::MinutiaeFormat;
use crate::template::{Modality, TemplateFormat, VectorFormat};
use config::Settings;
use gallery::Gallery;
use identify::{Query, Search};
use point::{Point, lock, reach};
use snapshot::Snapshot;
use sync::Committed;
use writer::Writer;

/// An engine. Every method may be called from any thread at any time.
pub struct Engine {
    settings: Settings,
    shared: ArcSwap<Snapshot>,
    /// What only the writer needs. Its lock makes writers queue; no reader
    /// ever takes it.
    writer: Mutex<Writer>,
    /// The durable copy, if there is one; empty when it was wiped. Its lock is taken after the
    /// writer's, and by who keeps or reads events.
    store: Option<Mutex<Option<Store>>>,
    /// Search threads; `None` if the caller's own is the only one.
    pool: Option<rayon::ThreadPool>,
}

/// How full an engine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Counts the commits of this engine.
    pub generation: u64,
    /// Members in the gallery.
    pub members: usize,
    /// Searchable face templates.
    pub face_templates: usize,
    /// Searchable finger templates, each view counted.
    pub finger_templates: usize,
    /// Templates that are kept without being searchable: those of algorithms that are
    /// not configured.
    pub kept_templates: usize,
    /// Templates, of both sorts, that the cloud has replaced without sending
    /// the new ones.
    pub stale_templates: usize,
    /// Bytes of the galleries, opaque templates included.
    pub index_bytes: usize,
    /// Bytes of the opaque templates, as `Limits::opaque_bytes` counts them.
    pub opaque_bytes: usize,
    /// Bytes of the member records, as `Limits::record_bytes` counts them.
    pub record_bytes: usize,
}

/// What an engine knows about one member.
#[derive(Clone, PartialEq, Eq)]
pub struct MemberInfo {
    /// `name`; empty if none was given.
    pub name: String,
    /// `openvid`.
    pub openvid: Option<u64>,
    /// `fa_ver` of the face templates that are held.
    pub fa_ver: Option<u64>,
    /// `fp_ver` of the fingerprint templates that are held.
    pub fp_ver: Option<u64>,
    /// Searchable face templates.
    pub face_templates: usize,
    /// Searchable finger templates.
    pub finger_templates: usize,
    /// Templates that are kept without being searchable.
    pub kept_templates: usize,
    /// Templates that are out of date.
    pub stale_templates: usize,
    /// Usable rules.
    pub rules: usize,
    /// Rules that were rejected.
    pub rejected_rules: usize,
}

impl Engine {
    /// Opens an engine with an empty gallery, in memory.
    ///
    /// # Errors
    /// Whatever is wrong with the configuration.
    pub fn open(config: &Config) -> Result<Self, Error> {
        let settings = config.check()?;
        memory::check(config)?;
        let pool = threads::pool(settings.threads)?;
        let snapshot = Snapshot::new(&settings);
        Ok(Self::of(settings, snapshot, None, pool))
    }

    fn of(
        settings: Settings,
        snapshot: Snapshot,
        store: Option<Store>,
        pool: Option<rayon::ThreadPool>,
    ) -> Self {
        let shared = ArcSwap::from_pointee(snapshot);
        let (writer, store) =
            (Mutex::new(Writer::new()), store.map(|store| Mutex::new(Some(store))));
        Self { settings, shared, writer, store, pool }
    }

    /// Applies a `get_userinfo_by_ids` answer: all of it, or nothing.
    ///
    /// With the part of the request that it answers, its `req_id` is compared,
    /// and members that were asked for and left out are removed.
    ///
    /// # Errors
    /// The answer as a whole cannot be used; nothing changed. What is wrong
    /// with single members, templates and rules is in the report.
    pub fn sync(&self, json: &[u8], part: Option<&RequestPart<'_>>) -> Result<Report, Error> {
        let mut writer = self.write()?;
        writer.check_no_import()?;
        let base = self.shared.load_full();
        let applied = sync::apply(&self.settings, &base, &mut writer.decoder, json, part);
        // Also of a refused answer no template stays behind.
        writer.decoder.wipe();
        drop(base);
        self.publish(&mut writer, applied?)
    }

    /// Removes a member (`delete_user`), templates and all.
    ///
    /// # Errors
    /// [`Error::UnknownMember`].
    pub fn remove(&self, id: MemberId) -> Result<Report, Error> {
        let mut writer = self.write()?;
        let base = self.shared.load_full();
        let removed = sync::remove(&self.settings, &base, &mut writer.decoder, id);
        drop(base);
        let report = match removed {
            Some(removed) => Ok(self.publish(&mut writer, removed)?),
            // Perhaps in the store, in a record that could not be read.
            None => self.forget(id).and(Err(Error::UnknownMember)),
        };
        // Also who is new in the import has left since.
        let Writer { decoder, import, .. } = &mut *writer;
        if let Some(import) = import {
            import.remove(&self.settings, decoder, id);
        }
        report
    }

    /// Removes everything, as after `push_unbind_corp`. Memory is overwritten
    /// as soon as the last identification in flight is done with it.
    ///
    /// # Errors
    /// [`Error::Poisoned`].
    pub fn clear(&self) -> Result<(), Error> {
        let mut writer = self.write()?;
        writer.decoder.wipe();
        writer.import = None;
        self.forget_all()?;
        self.publish_empty(&mut writer);
        Ok(())
    }

    /// Whoever reads the old gallery last erases it: sooner than the writer would.
    fn publish_empty(&self, writer: &mut Writer) {
        let generation = self.shared.load().generation + 1;
        let empty = Snapshot::new(&self.settings);
        reach(Point::Publish);
        self.shared.store(Arc::new(Snapshot { generation, ..empty }));
        writer.retired.abandon();
    }

    /// Durable first, then visible.
    fn publish(&self, writer: &mut Writer, committed: Committed) -> Result<Report, Error> {
        let Committed { snapshot, report, changes } = committed;
        self.keep(&snapshot, &changes)?;
        self.show(writer, snapshot);
        Ok(report)
    }

    /// From here on `next` serves.
    fn show(&self, writer: &mut Writer, next: Snapshot) {
        reach(Point::Publish);
        let old = self.shared.swap(Arc::new(next));
        writer.retired.take(old);
    }

    /// Finds out whose face the probe is among all members, then asks the
    /// rules of that one member at `now` (Unix seconds).
    ///
    /// # Errors
    /// The probe cannot be used, or a vendor's comparison fails ([`Error::Compare`]). *Nobody found* and
    /// *denied* are decisions.
    pub fn identify_face(&self, probe: &Probe<'_>, now: i64) -> Result<Decision, Error> {
        self.search(Modality::Face, probe, |search| search.identify(now))
    }

    /// Compares the probe with one member's face templates (1:1), then asks the
    /// member's rules at `now` (Unix seconds).
    ///
    /// # Errors
    /// The probe cannot be used, the member is unknown, or has no searchable
    /// template of the probe's algorithm.
    pub fn verify_face(
        &self,
        probe: &Probe<'_>,
        userid: &str,
        user_type: UserType,
        now: i64,
    ) -> Result<Decision, Error> {
        let verify = |search: &Search<'_>| search.verify(userid, user_type, now);
        self.search(Modality::Face, probe, verify)
    }

    /// The best `most` members (1 to [`limits::CANDIDATES`]) with scores of at
    /// least `floor`, handed to `take` best first.
    ///
    /// # Errors
    /// The probe cannot be used, or `most` is out of range.
    pub fn search_face(
        &self,
        probe: &Probe<'_>,
        floor: i32,
        most: usize,
        take: impl FnMut(Candidate),
    ) -> Result<(), Error> {
        check_most(most)?;
        let search = |search: &Search<'_>| search.candidates(floor, most, take);
        self.search(Modality::Face, probe, search)
    }

    /// Finds out whose finger the probe is among all members, then asks the
    /// rules of that one member at `now` (Unix seconds).
    ///
    /// A probe of minutiae is a record in the algorithm's format; all its views are tried, and the
    /// best one counts. Works on the heap then.
    ///
    /// # Errors
    /// The probe cannot be used. *Nobody found* and *denied* are decisions.
    pub fn identify_finger(&self, probe: &Probe<'_>, now: i64) -> Result<Decision, Error> {
        self.search(Modality::Finger, probe, |search| search.identify(now))
    }

    /// Compares the probe with one member's finger templates (1:1), then asks the
    /// member's rules at `now` (Unix seconds).
    ///
    /// # Errors
    /// The probe cannot be used, the member is unknown, or has no searchable
    /// template of the probe's algorithm.
    pub fn verify_finger(
        &self,
        probe: &Probe<'_>,
        userid: &str,
        user_type: UserType,
        now: i64,
    ) -> Result<Decision, Error> {
        let verify = |search: &Search<'_>| search.verify(userid, user_type, now);
        self.search(Modality::Finger, probe, verify)
    }

    /// The best `most` members (1 to [`limits::CANDIDATES`]) with scores of at
    /// least `floor`, handed to `take` best first.
    ///
    /// # Errors
    /// The probe cannot be used, or `most` is out of range.
    pub fn search_finger(
        &self,
        probe: &Probe<'_>,
        floor: i32,
        most: usize,
        take: impl FnMut(Candidate),
    ) -> Result<(), Error> {
        check_most(most)?;
        let search = |search: &Search<'_>| search.candidates(floor, most, take);
        self.search(Modality::Finger, probe, search)
    }

    /// What a member's rules say at `now` (Unix seconds), and until when.
    ///
    /// # Errors
    /// [`Error::UnknownMember`].
    pub fn access(&self, userid: &str, user_type: UserType, now: i64) -> Result<Access, Error> {
        self.with_member(userid, user_type, |member| {
            identify::access_until(&self.settings, member, now)
        })
    }

    /// What is known about a member.
    ///
    /// # Errors
    /// [`Error::UnknownMember`].
    pub fn member(&self, userid: &str, user_type: UserType) -> Result<MemberInfo, Error> {
        self.with_member(userid, user_type, |member| MemberInfo {
            name: member.name.to_string(),
            openvid: member.openvid,
            fa_ver: member.fa_ver,
            fp_ver: member.fp_ver,
            face_templates: member.of(Modality::Face).len(),
            finger_templates: member.of(Modality::Finger).len(),
            kept_templates: member.kept.len(),
            stale_templates: member.stale_templates(),
            rules: member.rules.rules().len(),
            rejected_rules: member.rules.rejected() as usize,
        })
    }

    /// How full the engine is. Walks over all members.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let snapshot = self.shared.load();
        let members = || snapshot.members.iter();
        Stats {
            generation: snapshot.generation,
            members: snapshot.members.len(),
            face_templates: snapshot.templates(&self.settings, Modality::Face),
            finger_templates: snapshot.templates(&self.settings, Modality::Finger),
            kept_templates: members().map(|member| member.kept.len()).sum(),
            stale_templates: members().map(|member| member.stale_templates()).sum(),
            index_bytes: snapshot.galleries.iter().map(Gallery::memory_bytes).sum(),
            opaque_bytes: snapshot.opaque_bytes(),
            record_bytes: snapshot.record_bytes,
        }
    }

    fn search<T>(
        &self,
        modality: Modality,
        probe: &Probe<'_>,
        run: impl FnOnce(&Search<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let algorithm = self.algorithm(modality, probe.algorithm())?;
        match &self.settings.registry.algorithms()[algorithm].format {
            TemplateFormat::Vector(format) => self.search_vector(algorithm, format, probe, run),
            TemplateFormat::Minutiae(format) => {
                let finger = self.prepare_finger(*format, probe)?;
                self.run(algorithm, Query::Finger(&finger), run)
            }
            TemplateFormat::Opaque => {
                let comparison = self.comparison(algorithm, probe)?;
                self.run(algorithm, Query::Opaque(&comparison), run)
            }
        }
    }

    /// Not inlined: a prepared vector takes kilobytes of the stack, which what the other kinds
    /// of probes need must not stand beside.
    #[inline(never)]
    fn search_vector<T>(
        &self,
        algorithm: usize,
        format: &VectorFormat,
        probe: &Probe<'_>,
        run: impl FnOnce(&Search<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let query = probe.prepare(format)?;
        self.run(algorithm, Query::Vector(&query), run)
    }

    #[inline(never)]
    fn prepare_finger(
        &self,
        format: Option<MinutiaeFormat>,
        probe: &Probe<'_>,
    ) -> Result<Box<FingerProbe>, Error> {
        probe.prepare_finger(format).map(Box::new)
    }

    /// An opaque probe; its time begins now.
    fn comparison<'a>(
        &'a self,
        algorithm: usize,
        probe: &Probe<'a>,
    ) -> Result<Comparison<'a>, Error> {
        let bytes = probe.prepare_opaque()?;
        let matcher = self.settings.matchers[algorithm].as_ref().ok_or(Error::NotVectors)?;
        Ok(Comparison::new(matcher, bytes))
    }

    fn run<T>(
        &self,
        algorithm: usize,
        query: Query<'_>,
        run: impl FnOnce(&Search<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        reach(Point::Load);
        let snapshot = self.shared.load();
        reach(Point::Read);
        let (settings, pool) = (&self.settings, self.pool.as_ref());
        run(&Search { settings, snapshot: &snapshot, algorithm, query, pool })
    }

    /// Position in the registry.
    fn algorithm(&self, modality: Modality, name: Option<&str>) -> Result<usize, Error> {
        let position = self.settings.registry.position(modality, name);
        position.ok_or_else(|| self.settings.unknown_algorithm(modality))
    }

    fn with_member<T>(
        &self,
        userid: &str,
        user_type: UserType,
        read: impl FnOnce(&member::Member) -> T,
    ) -> Result<T, Error> {
        let snapshot = self.shared.load();
        let members = &snapshot.members;
        let member = members.find(userid, user_type).and_then(|number| members.get(number));
        member.map(|member| read(member)).ok_or(Error::UnknownMember)
    }

    /// The writer's lock. A writer that panicked has published nothing, but
    /// what made it panic may do so again in the middle of a longer sync: from
    /// then on the engine only identifies.
    fn write(&self) -> Result<MutexGuard<'_, Writer>, Error> {
        let mut writer = lock(&self.writer, Point::Write).map_err(|_| Error::Poisoned)?;
        writer.retired.release();
        Ok(writer)
    }
}

fn check_most(most: usize) -> Result<(), Error> {
    if (1..=limits::CANDIDATES).contains(&most) {
        return Ok(());
    }
    Err(Error::Argument { name: "capacity", reason: "is not within 1 to 64" })
}
