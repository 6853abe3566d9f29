//! From the store's records to the gallery: what was kept, put in again.

use std::borrow::Cow;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::config::Settings;
use super::gallery::Gallery;
use super::member::{Handles, IndexedTemplate, KeptTemplate, Member};
use super::report::{Item, ItemKind, Report};
use super::snapshot::Snapshot;
use super::stored::{Layout, StoredMember, StoredTemplate, Unreadable};
use super::sync::{Commit, Place};
use crate::error::Error;
use crate::fingerprint::FingerTemplate;
use crate::part::Part;
use crate::protocol::UserType;
use crate::rules::RuleSet;
use crate::status::{
    KAIMEN_ERR_ABSENT, KAIMEN_ERR_MEMBERS_FULL, KAIMEN_ERR_RECORDS_FULL, KAIMEN_ERR_STORE_DAMAGED,
    KAIMEN_ERR_TEMPLATES_FULL, KAIMEN_OK,
};
use crate::store::{Loaded, MemberKey, Store};
use crate::template::{Decoder, Modality};

/// The gallery of a store, and who is to be asked for again.
pub(super) fn restore(
    settings: &Settings,
    store: &mut Store,
    pool: Option<&rayon::ThreadPool>,
) -> Result<(Snapshot, Report), Error> {
    let mut decoder = Decoder::new();
    let mut commit = Commit::new(settings, Snapshot::new(settings), &mut decoder);
    store.load(pool, &mut |loaded| commit.restore(&loaded))?;
    let committed = commit.finish();
    Ok((committed.snapshot, committed.report))
}

/// Why a template of the store is not searchable here.
enum Refused {
    /// Its algorithm is configured differently, or not at all.
    Layout,
    /// The configuration allows no more.
    Full,
    /// Its bytes are none of its layout.
    Unreadable,
}

impl Commit<'_> {
    fn restore(&mut self, loaded: &Loaded<'_>) {
        match *loaded {
            Loaded::Member { member, record, fresh } => {
                if self.restore_member(member, record, fresh).is_err() {
                    self.damaged(Some(member), "the record is of no layout that is known");
                }
            }
            Loaded::Damaged { member } => self.damaged(member, "the record is damaged"),
            Loaded::Missing { members } => {
                self.damaged(None, &format!("{members} members are missing"));
            }
        }
    }

    fn damaged(&mut self, member: Option<MemberKey<'_>>, message: &str) {
        let userid = Arc::from(member.map_or("", |member| member.userid));
        let user_type = member.and_then(|m| UserType::from_number(m.user_type.into()));
        let place = Place { userid: &userid, user_type, position: None };
        let status = KAIMEN_ERR_STORE_DAMAGED;
        self.report.push(place.refusal(ItemKind::MemberDamaged, "", status, message));
    }

    fn restore_member(
        &mut self,
        key: MemberKey<'_>,
        record: &[u8],
        fresh: bool,
    ) -> Result<(), Unreadable> {
        let stored = StoredMember::read(record)?;
        let user_type = UserType::from_number(key.user_type.into()).ok_or(Unreadable)?;
        let rules = RuleSet::from_stored(&stored.rules).map_err(|_| Unreadable)?;
        let userid: Arc<str> = key.userid.into();
        let place = Place { userid: &userid, user_type: Some(user_type), position: None };
        let mut member = Member::new(Arc::clone(&userid), user_type);
        member.name = stored.name.into();
        member.public_key = stored.public_key.into();
        (member.openvid, member.rules) = (stored.openvid, rules);
        (member.fa_ver, member.fp_ver) = (stored.fa_ver, stored.fp_ver);
        let kept = stored.templates.iter().filter(|template| template.layout == Layout::Kept);
        member.kept = kept.map(|template| kept_template(template, fresh)).collect();
        if let Err((status, message)) = self.check_restored(&member, stored.templates.len()) {
            self.report.push(place.refusal(ItemKind::MemberRejected, "userid", status, &message));
            return Ok(());
        }
        let owner = self.snapshot.members.vacant();
        let mut wanted = [!fresh; 2];
        for template in stored.templates.iter().filter(|t| t.layout != Layout::Kept) {
            let modality = modality_of(template);
            match self.restore_template(owner, template) {
                Ok(indexed) => {
                    let stale = template.stale || !fresh;
                    wanted[modality as usize] |= stale;
                    member.of_mut(modality).push(IndexedTemplate { stale, ..indexed });
                }
                Err(refused) => {
                    wanted[modality as usize] = true;
                    // Whatever version the cloud announces, it is not held.
                    match modality {
                        Modality::Face => member.fa_ver = None,
                        Modality::Finger => member.fp_ver = None,
                    }
                    self.refuse(place, template, &refused);
                }
            }
        }
        self.want(place, wanted, fresh);
        self.snapshot.record_bytes += member.record_bytes();
        self.snapshot.members.put(owner, member);
        Ok(())
    }

    /// Whether there is room for a member with so many templates.
    fn check_restored(
        &self,
        member: &Member,
        templates: usize,
    ) -> Result<(), (i32, Cow<'static, str>)> {
        let limits = &self.settings.limits;
        if self.snapshot.members.len() >= limits.members {
            let message = "the gallery holds as many members as its configuration allows";
            return Err((KAIMEN_ERR_MEMBERS_FULL, message.into()));
        }
        let bytes = member.record_bytes() + templates * size_of::<IndexedTemplate>();
        if self.snapshot.record_bytes + bytes > limits.record_bytes {
            let message = "the member records take as many bytes as the configuration allows";
            return Err((KAIMEN_ERR_RECORDS_FULL, message.into()));
        }
        Ok(())
    }

    /// Puts a template into its gallery. Nothing is left there of one that is refused.
    fn restore_template(
        &mut self,
        owner: u32,
        template: &StoredTemplate<'_>,
    ) -> Result<IndexedTemplate, Refused> {
        let modality = modality_of(template);
        let algorithms = self.settings.registry.algorithms();
        let is_it = |a: &crate::template::Algorithm| {
            a.modality == modality
                && a.name == template.algorithm
                && Layout::of(a) == template.layout
        };
        let Some(algorithm) = algorithms.iter().position(is_it) else {
            return Err(Refused::Layout);
        };
        if template.parts.is_empty() {
            return Err(Refused::Unreadable);
        }
        let is_opaque = template.layout == Layout::Opaque;
        let bytes = template.parts.iter().map(|part| part.bytes().len()).sum::<usize>();
        let opaque_room = self.settings.limits.opaque_bytes - self.snapshot.opaque_bytes();
        if template.parts.len() > self.room(modality) || is_opaque && bytes > opaque_room {
            return Err(Refused::Full);
        }
        let mut handles = Vec::with_capacity(template.parts.len());
        for part in &template.parts {
            match self.restore_part(algorithm, owner, template.slot, part.bytes()) {
                Some(handle) => handles.push(handle),
                None => {
                    self.snapshot.galleries[algorithm].remove(&handles);
                    return Err(Refused::Unreadable);
                }
            }
        }
        let (slot, handles) = (template.slot, Handles::of(handles));
        Ok(IndexedTemplate { algorithm, slot, handles, stale: false })
    }

    /// Puts one view into the gallery; `None` if its bytes are none.
    #[inline(never)]
    fn restore_part(
        &mut self,
        algorithm: usize,
        owner: u32,
        slot: u8,
        bytes: &[u8],
    ) -> Option<crate::gallery::TemplateHandle> {
        match &mut self.snapshot.galleries[algorithm] {
            Gallery::Vectors(index) => {
                let codes =
                    Zeroizing::new(bytes.iter().map(|b| b.cast_signed()).collect::<Vec<_>>());
                self.codes.set_i8(&codes).ok()?;
                index.insert(owner, slot, &self.codes).ok()
            }
            Gallery::Fingers(index) => {
                let template = FingerTemplate::from_bytes(bytes).ok()?;
                index.insert(owner, slot, &template).ok()
            }
            Gallery::Opaque(index) => index.insert(owner, slot, bytes).ok(),
        }
    }

    /// A template that stays behind.
    fn refuse(&mut self, place: Place<'_>, template: &StoredTemplate<'_>, refused: &Refused) {
        let (status, message) = match refused {
            Refused::Layout if is_absent(template.layout) => {
                let message = "this build of the library compares no minutiae";
                (KAIMEN_ERR_ABSENT, message)
            }
            Refused::Layout => (
                crate::status::KAIMEN_ERR_ALGORITHM,
                "no algorithm of this name and layout is configured any more",
            ),
            Refused::Unreadable => (KAIMEN_ERR_STORE_DAMAGED, "the bytes are no template"),
            Refused::Full => (
                KAIMEN_ERR_TEMPLATES_FULL,
                "the gallery holds as many templates as its configuration allows",
            ),
        };
        let modality = modality_of(template);
        let item = place.refusal(ItemKind::TemplateRejected, field(modality), status, message);
        let id = Some(u32::from(template.slot));
        self.report.push(Item { modality: Some(modality), id, ..item });
    }

    /// Asks for what is missing or cannot be trusted.
    fn want(&mut self, place: Place<'_>, wanted: [bool; 2], fresh: bool) {
        if !fresh {
            let message =
                "not proven to be the last record that was kept; shut until it comes again";
            let item =
                place.refusal(ItemKind::MemberDamaged, "", KAIMEN_ERR_STORE_DAMAGED, message);
            self.report.push(item);
            return;
        }
        for modality in [Modality::Face, Modality::Finger] {
            if wanted[modality as usize] {
                let field = field(modality);
                let item = place.refusal(ItemKind::TemplatesWanted, field, KAIMEN_OK, "");
                self.report.push(Item { modality: Some(modality), ..item });
            }
        }
    }
}

fn kept_template(template: &StoredTemplate<'_>, fresh: bool) -> KeptTemplate {
    let bytes = template.parts.first().map_or(&[][..], |part| part.bytes());
    KeptTemplate {
        modality: modality_of(template),
        algorithm: template.algorithm.into(),
        slot: template.slot,
        stale: template.stale || !fresh,
        bytes: Zeroizing::new(bytes.into()),
    }
}

/// Whether this build could not have an algorithm of the layout.
fn is_absent(layout: Layout) -> bool {
    matches!(layout, Layout::Finger { .. }) && !Part::Fingerprint.is_built()
}

fn modality_of(template: &StoredTemplate<'_>) -> Modality {
    if template.finger { Modality::Finger } else { Modality::Face }
}

/// The list's key in the protocol.
fn field(modality: Modality) -> &'static str {
    match modality {
        Modality::Face => "fa_list",
        Modality::Finger => "fp",
    }
}
