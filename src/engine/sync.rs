//! Applies one answer of the cloud: builds the next snapshot beside the one
//! that serves, or fails and changes nothing.

use std::sync::Arc;

use hashbrown::HashSet;

use super::config::Settings;
use super::faces::Gallery;
use super::member::{FaceTemplate, Member, MemberId};
use super::missing::Missing;
use super::report::{Item, ItemKind, Report};
use super::snapshot::Snapshot;
use super::templates::Said;
use crate::error::{Error, entry_status, reason_status};
use crate::index::Codes;
use crate::protocol::{self, Entries, Record, RecordError, RequestPart, RuleEntry, UserType};
use crate::rules::{RuleCache, RuleSet};
use crate::status::{
    KAIMEN_ERR_MEMBER_TWICE, KAIMEN_ERR_MEMBERS_FULL, KAIMEN_ERR_RECORDS_FULL, KAIMEN_ERR_RULE,
    KAIMEN_OK,
};
use crate::template::{Decoder, Modality};

/// Applies an answer to a copy of `base`.
///
/// With the request's part, the answer must carry its `req_id`, and whoever
/// was asked for and is left out is removed.
pub(super) fn apply(
    settings: &Settings,
    base: &Snapshot,
    decoder: &mut Decoder,
    json: &[u8],
    part: Option<&RequestPart<'_>>,
) -> Result<(Snapshot, Report), Error> {
    let limit = settings.limits.json_bytes;
    if json.len() > limit {
        return Err(Error::AnswerSize { bytes: json.len(), limit });
    }
    let commit = read(settings, base, decoder, json, part, &[])?;
    // Who leaves is known when everybody was read. Whoever was refused for want
    // of the room that they leave is read again, after they have left.
    if commit.crowded && !commit.left.is_empty() {
        let left = commit.left;
        drop((commit.snapshot, commit.report));
        return Ok(read(settings, base, commit.decoder, json, part, &left)?.finish());
    }
    Ok(commit.finish())
}

/// Reads an answer into a copy of `base` that the members `leaving` have left.
fn read<'e>(
    settings: &'e Settings,
    base: &Snapshot,
    decoder: &'e mut Decoder,
    json: &[u8],
    part: Option<&'e RequestPart<'_>>,
    leaving: &[u32],
) -> Result<Commit<'e>, Error> {
    let mut commit = Commit::new(settings, base.clone(), decoder);
    commit.missing = part.map(Missing::new);
    let gone: Vec<_> = leaving.iter().filter_map(|number| commit.take_out(*number)).collect();
    let head = protocol::read_records(json, |record| match record {
        Ok(record) => commit.record(&record),
        Err(error) => commit.unreadable(&error),
    })?;
    if part.is_some_and(|part| head.req_id.as_deref() != Some(part.req_id())) {
        return Err(Error::ReqId);
    }
    gone.iter().for_each(|member| commit.report_removed(member));
    commit.remove_missing();
    Ok(commit)
}

/// Removes one member; `None` if there is no such member.
pub(super) fn remove(
    settings: &Settings,
    base: &Snapshot,
    decoder: &mut Decoder,
    id: MemberId,
) -> Option<(Snapshot, Report)> {
    let number = base.members.find(id.userid(), id.user_type())?;
    let mut commit = Commit::new(settings, base.clone(), decoder);
    commit.remove(number);
    Some(commit.finish())
}

/// The next snapshot while it is built.
pub(super) struct Commit<'e> {
    pub(super) settings: &'e Settings,
    pub(super) snapshot: Snapshot,
    pub(super) decoder: &'e mut Decoder,
    /// The template in hand.
    pub(super) codes: Codes,
    rule_cache: RuleCache,
    pub(super) report: Report,
    /// Numbers of the members that this answer has given already.
    seen: HashSet<u32>,
    /// Who was asked for, if that is known.
    missing: Option<Missing<'e>>,
    /// Numbers of the members that the answer left out.
    left: Vec<u32>,
    /// Something was refused because a limit of the configuration is reached.
    pub(super) crowded: bool,
}

/// Where in the answer we are, for the report.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) userid: &'a Arc<str>,
    pub(super) user_type: Option<UserType>,
    pub(super) position: Option<usize>,
}

impl Place<'_> {
    /// A line about the member as a whole.
    pub(super) fn item(self, kind: ItemKind) -> Item {
        Item {
            kind,
            userid: Arc::clone(self.userid),
            user_type: self.user_type,
            position: self.position,
            modality: None,
            id: None,
            field: "",
            status: KAIMEN_OK,
            message: "".into(),
        }
    }

    /// A line about something that was refused.
    pub(super) fn refusal(
        self,
        kind: ItemKind,
        field: &'static str,
        status: i32,
        message: &str,
    ) -> Item {
        Item { field, status, message: message.into(), ..self.item(kind) }
    }
}

impl<'e> Commit<'e> {
    fn new(settings: &'e Settings, snapshot: Snapshot, decoder: &'e mut Decoder) -> Self {
        Self {
            settings,
            snapshot,
            decoder,
            codes: Codes::blank(),
            rule_cache: RuleCache::default(),
            report: Report::default(),
            seen: HashSet::new(),
            missing: None,
            left: Vec::new(),
            crowded: false,
        }
    }

    fn finish(mut self) -> (Snapshot, Report) {
        self.snapshot.generation += 1;
        self.report.finish(self.snapshot.generation);
        (self.snapshot, self.report)
    }

    /// A record that the protocol could not read: reported, nothing changed.
    fn unreadable(&mut self, error: &RecordError) {
        let userid = Arc::from(error.userid.as_deref().unwrap_or_default());
        let place =
            Place { userid: &userid, user_type: error.user_type, position: Some(error.index) };
        let status = reason_status(&error.reason);
        let message = format!("`{}` {}", error.field, error.reason);
        self.report.push(place.refusal(ItemKind::MemberRejected, error.field, status, &message));
        match (&mut self.missing, &error.userid) {
            (Some(missing), Some(userid)) => missing.meet(userid, error.user_type),
            (Some(missing), None) => missing.meet_anybody(),
            (None, _) => {}
        }
    }

    /// A member as a whole is refused: reported, nothing changed.
    fn refuse_member(&mut self, place: Place<'_>, status: i32, message: &str) {
        self.report.push(place.refusal(ItemKind::MemberRejected, "userid", status, message));
    }

    fn record(&mut self, record: &Record<'_>) {
        let userid = Arc::from(&*record.userid);
        let place = Place {
            userid: &userid,
            user_type: Some(record.user_type),
            position: Some(record.index),
        };
        if let Some(missing) = &mut self.missing {
            missing.meet(&record.userid, Some(record.user_type));
        }
        let stored = self.snapshot.members.find(&record.userid, record.user_type);
        if stored.is_some_and(|number| self.seen.contains(&number)) {
            let message = "the member stands twice in this answer; the first one counts";
            return self.refuse_member(place, KAIMEN_ERR_MEMBER_TWICE, message);
        }
        if stored.is_none() && self.snapshot.members.len() >= self.settings.limits.members {
            self.crowded = true;
            let message = "the gallery holds as many members as its configuration allows";
            return self.refuse_member(place, KAIMEN_ERR_MEMBERS_FULL, message);
        }
        let before = stored.and_then(|number| self.snapshot.members.get(number)).cloned();
        let mut member = match &before {
            Some(before) => before.draft(),
            None => Member::new(Arc::clone(&userid), record.user_type),
        };
        let bytes_before = before.as_ref().map_or(0, |member| member.record_bytes());
        let mark = self.report.mark();
        let mut changed = self.texts(place, &mut member, record);
        let finger = Said::new(record, Modality::Finger, member.fp_ver);
        let face = Said::new(record, Modality::Face, member.fa_ver);
        let algorithm = self.settings.registry.position(Modality::Face, face.algorithm);
        changed |= self.keep_templates(place, &mut member, &finger);
        changed |= self.keep_templates(place, &mut member, &face.part(algorithm.is_none()));
        let versions = (finger.version_after(member.fp_ver), face.version_after(member.fa_ver));
        changed |= versions != (member.fp_ver, member.fa_ver);
        (member.fp_ver, member.fa_ver) = versions;
        let face = face.part(algorithm.is_some());
        // The searchable templates are still to be read: counted is the most
        // that they can be, so that a record that does not grow is never refused.
        let faces = face.most_after(member.faces.len()) * size_of::<FaceTemplate>();
        let faces_before = member.faces.len() * size_of::<FaceTemplate>();
        let bytes_after = member.record_bytes() - faces_before + faces;
        let bytes = self.snapshot.record_bytes - bytes_before + bytes_after;
        if bytes > self.settings.limits.record_bytes {
            self.crowded = true;
            self.report.rewind(mark);
            let message = "the member records take as many bytes as the configuration allows";
            return self.refuse_member(place, KAIMEN_ERR_RECORDS_FULL, message);
        }
        let owner = stored.unwrap_or_else(|| self.snapshot.members.vacant());
        self.seen.insert(owner);
        let gallery = Gallery { owner, algorithm };
        changed |= self.index_faces(place, gallery, &mut member, &face);
        let kind = match (&before, changed) {
            (None, _) => ItemKind::MemberAdded,
            (Some(_), true) => ItemKind::MemberChanged,
            (Some(_), false) => ItemKind::MemberUnchanged,
        };
        self.report.push(place.item(kind));
        if kind != ItemKind::MemberUnchanged {
            self.snapshot.record_bytes -= bytes_before;
            self.snapshot.record_bytes += member.record_bytes();
            self.snapshot.members.put(owner, member);
        }
    }

    /// Name, key, openvid and rules. A key that is absent says nothing: what is
    /// stored stays, so that missing data never widens access. Returns whether
    /// anything differs from what was stored.
    fn texts(&mut self, place: Place<'_>, member: &mut Member, record: &Record<'_>) -> bool {
        for note in &record.notes {
            let status = reason_status(&note.reason);
            let message = note.to_string();
            self.report.push(place.refusal(ItemKind::FieldRejected, note.field, status, &message));
        }
        let mut changed = false;
        if let Some(name) = record.name.as_deref().filter(|name| **name != *member.name) {
            member.name = name.into();
            changed = true;
        }
        if let Some(key) = record.public_key.as_deref().filter(|key| **key != *member.public_key) {
            member.public_key = key.into();
            changed = true;
        }
        if record.openvid.is_some() && record.openvid != member.openvid {
            member.openvid = record.openvid;
            changed = true;
        }
        if let Some(entries) = &record.pass_rule_list {
            let rules = self.rules(place, entries);
            changed |= rules != member.rules;
            member.rules = rules;
        }
        changed
    }

    /// Parses the rules; each malformed one is reported and left out.
    fn rules(&mut self, place: Place<'_>, entries: &Entries<RuleEntry<'_>>) -> RuleSet {
        let mut rules = RuleSet::builder_for(entries.len());
        for entry in entries {
            let (id, status, message) = match entry {
                Ok(entry) => match rules.add_cached(
                    &mut self.rule_cache,
                    entry.id,
                    &entry.rule,
                    entry.effect_time,
                ) {
                    Ok(()) => continue,
                    Err(error) => (Some(entry.id), KAIMEN_ERR_RULE, error.to_string()),
                },
                Err(error) => {
                    rules.reject();
                    (error.id, entry_status(error), format!("`{}` {}", error.field, error.reason))
                }
            };
            let item = place.refusal(ItemKind::RuleRejected, "pass_rule_list", status, &message);
            self.report.push(Item { id, ..item });
        }
        rules.finish()
    }

    /// Removes whoever was asked for and left out.
    fn remove_missing(&mut self) {
        let Some(missing) = self.missing.take() else { return };
        for (userid, user_type) in missing.left() {
            if let Some(number) = self.snapshot.members.find(userid, user_type) {
                self.left.push(number);
                self.remove(number);
            }
        }
    }

    fn remove(&mut self, number: u32) {
        if let Some(member) = self.take_out(number) {
            self.report_removed(&member);
        }
    }

    /// Removes a member without a word.
    fn take_out(&mut self, number: u32) -> Option<Arc<Member>> {
        let member = self.snapshot.members.remove(number)?;
        self.snapshot.record_bytes -= member.record_bytes();
        for face in &member.faces {
            self.remove_face(face);
        }
        Some(member)
    }

    fn report_removed(&mut self, member: &Member) {
        let userid = Arc::clone(&member.userid);
        let place = Place { userid: &userid, user_type: Some(member.user_type), position: None };
        self.report.push(place.item(ItemKind::MemberRemoved));
    }
}
