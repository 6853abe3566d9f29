//! Applies one answer of the cloud: builds the next snapshot beside the one
//! that serves, or fails and changes nothing.

use std::sync::Arc;

use hashbrown::HashSet;

use super::changes::Changes;
use super::config::Settings;
use super::member::{Member, MemberId};
use super::missing::Missing;
use super::report::{Item, ItemKind, Report};
use super::snapshot::Snapshot;
use crate::error::{Error, reason_status};
use crate::index::Codes;
use crate::protocol::{self, Head, RecordError, RequestPart, UserType};
use crate::rules::RuleCache;
use crate::status::KAIMEN_OK;
use crate::template::Decoder;

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
) -> Result<Committed, Error> {
    check_size(settings, json)?;
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

/// Reads a page of the whole list and changes nothing.
pub(super) fn check_page<'j>(settings: &Settings, json: &'j [u8]) -> Result<Head<'j>, Error> {
    check_size(settings, json)?;
    Ok(protocol::read_records(json, |_| ())?)
}

/// Applies a page that was checked to `draft`; nobody is removed.
pub(super) fn apply_page(
    settings: &Settings,
    draft: Snapshot,
    decoder: &mut Decoder,
    json: &[u8],
) -> Result<Committed, Error> {
    let mut commit = Commit::new(settings, draft, decoder);
    commit.read(json)?;
    Ok(commit.finish())
}

fn check_size(settings: &Settings, json: &[u8]) -> Result<(), Error> {
    let limit = settings.limits.json_bytes;
    if json.len() > limit {
        return Err(Error::AnswerSize { bytes: json.len(), limit });
    }
    Ok(())
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
    let head = commit.read(json)?;
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
) -> Option<Committed> {
    let number = base.members.find(id.userid(), id.user_type())?;
    let mut commit = Commit::new(settings, base.clone(), decoder);
    commit.remove(number);
    Some(commit.finish())
}

/// Removes who `is_gone`.
pub(super) fn remove_all(
    settings: &Settings,
    draft: Snapshot,
    decoder: &mut Decoder,
    is_gone: impl Fn(u32, &Member) -> bool,
) -> Committed {
    let gone = draft.members.numbered().filter(|(number, member)| is_gone(*number, member));
    let gone: Vec<u32> = gone.map(|(number, _)| number).collect();
    let mut commit = Commit::new(settings, draft, decoder);
    gone.into_iter().for_each(|number| commit.remove(number));
    commit.finish()
}

/// What a commit has built.
pub(super) struct Committed {
    pub(super) snapshot: Snapshot,
    pub(super) report: Report,
    pub(super) changes: Changes,
}

/// The next snapshot while it is built.
pub(super) struct Commit<'e> {
    pub(super) settings: &'e Settings,
    pub(super) snapshot: Snapshot,
    pub(super) decoder: &'e mut Decoder,
    /// The template in hand.
    pub(super) codes: Codes,
    pub(super) rule_cache: RuleCache,
    pub(super) report: Report,
    /// Numbers of the members that this answer has given already.
    pub(super) seen: HashSet<u32>,
    /// Who was asked for, if that is known.
    pub(super) missing: Option<Missing<'e>>,
    /// Numbers of the members that the answer left out.
    left: Vec<u32>,
    /// Against the snapshot that serves.
    pub(super) changes: Changes,
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
    pub(super) fn new(
        settings: &'e Settings,
        snapshot: Snapshot,
        decoder: &'e mut Decoder,
    ) -> Self {
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
            changes: Changes::default(),
            crowded: false,
        }
    }

    pub(super) fn finish(mut self) -> Committed {
        self.snapshot.generation += 1;
        self.report.finish(self.snapshot.generation);
        self.changes.answered.extend(self.seen);
        Committed { snapshot: self.snapshot, report: self.report, changes: self.changes }
    }

    /// Applies the records of an answer, one by one.
    fn read<'j>(&mut self, json: &'j [u8]) -> Result<Head<'j>, Error> {
        let head = protocol::read_records(json, |record| match record {
            Ok(record) => self.record(&record),
            Err(error) => self.unreadable(&error),
        })?;
        Ok(head)
    }

    /// A record that the protocol could not read: reported, nothing changed.
    fn unreadable(&mut self, error: &RecordError) {
        let userid = Arc::from(error.userid.as_deref().unwrap_or_default());
        let place =
            Place { userid: &userid, user_type: error.user_type, position: Some(error.index) };
        let status = reason_status(&error.reason);
        let message = format!("`{}` {}", error.field, error.reason);
        self.report.push(place.refusal(ItemKind::MemberRejected, error.field, status, &message));
        match &error.userid {
            Some(userid) => self.answered(userid, error.user_type),
            None => self.changes.anybody = true,
        }
        match (&mut self.missing, &error.userid) {
            (Some(missing), Some(userid)) => missing.meet(userid, error.user_type),
            (Some(missing), None) => missing.meet_anybody(),
            (None, _) => {}
        }
    }

    /// The answer named this member in a record that is refused. Without a type it may be any of
    /// those of this userid.
    pub(super) fn answered(&mut self, userid: &str, user_type: Option<UserType>) {
        let meant = |kind: &UserType| user_type.is_none_or(|stated| stated == *kind);
        let types = UserType::ALL.into_iter().filter(meant);
        let numbers = types.filter_map(|kind| self.snapshot.members.find(userid, kind));
        self.changes.answered.extend(numbers);
    }

    /// Removes whoever was asked for and left out.
    fn remove_missing(&mut self) {
        let Some(missing) = self.missing.take() else { return };
        for (userid, user_type) in missing.left() {
            // Also who is in the store alone, in a record that could not be read.
            self.changes.remove(userid.into(), user_type);
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
        for template in member.indexed() {
            self.remove_template(template);
        }
        self.changes.remove(Arc::clone(&member.userid), member.user_type);
        Some(member)
    }

    fn report_removed(&mut self, member: &Member) {
        let userid = Arc::clone(&member.userid);
        let place = Place { userid: &userid, user_type: Some(member.user_type), position: None };
        self.report.push(place.item(ItemKind::MemberRemoved));
    }
}
