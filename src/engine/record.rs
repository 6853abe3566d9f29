//! One record of an answer: what it does to its member.

use std::borrow::Cow;
use std::sync::Arc;

use super::enrol::Home;
use super::member::{IndexedTemplate, Member};
use super::report::{Item, ItemKind};
use super::sync::{Commit, Place};
use super::templates::{Refusal, Said};
use crate::error::{entry_status, reason_status};
use crate::protocol::{Entries, Record, RuleEntry};
use crate::rules::RuleSet;
use crate::status::{
    KAIMEN_ERR_MEMBER_TWICE, KAIMEN_ERR_MEMBERS_FULL, KAIMEN_ERR_RECORDS_FULL, KAIMEN_ERR_RULE,
};
use crate::template::Modality;

impl Commit<'_> {
    /// Applies a record to its member, or refuses it and changes nothing.
    pub(super) fn record(&mut self, record: &Record<'_>) {
        let userid = Arc::from(&*record.userid);
        let (user_type, position) = (Some(record.user_type), Some(record.index));
        let place = Place { userid: &userid, user_type, position };
        if let Some(missing) = &mut self.missing {
            missing.meet(&userid, user_type);
        }
        let mark = self.report.mark();
        let applied = self.admit(record).and_then(|stored| self.apply(place, record, stored));
        if let Err((status, message)) = applied {
            self.report.rewind(mark);
            self.answered(&userid, user_type);
            let kind = ItemKind::MemberRejected;
            self.report.push(place.refusal(kind, "userid", status, &message));
        }
    }

    /// Whether the record may be applied at all: the number of its member, or
    /// `None` for one who is new.
    fn admit(&mut self, record: &Record<'_>) -> Result<Option<u32>, Refusal> {
        let stored = self.snapshot.members.find(&record.userid, record.user_type);
        if stored.is_some_and(|number| self.seen.contains(&number)) {
            let message = "the member stands twice in this answer; the first one counts";
            return Err((KAIMEN_ERR_MEMBER_TWICE, message.into()));
        }
        if stored.is_none() && self.snapshot.members.len() >= self.settings.limits.members {
            self.crowded = true;
            let message = "the gallery holds as many members as its configuration allows";
            return Err((KAIMEN_ERR_MEMBERS_FULL, message.into()));
        }
        Ok(stored)
    }

    /// Drafts the member anew, and puts the draft in its place if it differs.
    fn apply(
        &mut self,
        place: Place<'_>,
        record: &Record<'_>,
        stored: Option<u32>,
    ) -> Result<(), Refusal> {
        let before = stored.and_then(|number| self.snapshot.members.get(number)).cloned();
        let mut member = match &before {
            Some(before) => before.draft(),
            None => Member::new(Arc::clone(place.userid), record.user_type),
        };
        let bytes_before = before.as_ref().map_or(0, |member| member.record_bytes());
        let finger = Said::new(record, Modality::Finger, member.fp_ver);
        let face = Said::new(record, Modality::Face, member.fa_ver);
        let home =
            |said: &Said<'_, '_>| self.settings.registry.position(said.modality, said.algorithm);
        let homes = [(&finger, home(&finger)), (&face, home(&face))];
        let searchable = homes.map(|(said, algorithm)| said.part(algorithm.is_some()));
        let mut changed = self.texts(place, &mut member, record);
        for (said, algorithm) in homes {
            changed |= self.keep_templates(place, &mut member, &said.part(algorithm.is_none()));
        }
        let versions = (finger.version_after(member.fp_ver), face.version_after(member.fa_ver));
        changed |= versions != (member.fp_ver, member.fa_ver);
        (member.fp_ver, member.fa_ver) = versions;
        self.check_room(&member, bytes_before, &searchable)?;
        // From here on nothing can refuse the record: the index is touched.
        let owner = stored.unwrap_or_else(|| self.snapshot.members.vacant());
        self.seen.insert(owner);
        for (said, (_, algorithm)) in searchable.iter().zip(homes) {
            changed |= self.index_templates(place, Home { owner, algorithm }, &mut member, said);
        }
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
            self.changes.put(owner);
        }
        Ok(())
    }

    /// Whether the draft fits the configured bytes. Its searchable templates
    /// are still to be read: counted is the most that they can be, so that a
    /// record that does not grow is never refused.
    fn check_room(
        &mut self,
        member: &Member,
        bytes_before: usize,
        searchable: &[Said<'_, '_>; 2],
    ) -> Result<(), Refusal> {
        let mut bytes = member.record_bytes();
        for said in searchable {
            let held = member.of(said.modality).len();
            bytes += said.most_after(held) * size_of::<IndexedTemplate>();
            bytes -= held * size_of::<IndexedTemplate>();
        }
        if self.snapshot.record_bytes - bytes_before + bytes <= self.settings.limits.record_bytes {
            return Ok(());
        }
        self.crowded = true;
        let message = "the member records take as many bytes as the configuration allows";
        Err((KAIMEN_ERR_RECORDS_FULL, Cow::Borrowed(message)))
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
}
