//! A member as the engine keeps it.

use std::sync::Arc;

use zeroize::{Zeroize as _, Zeroizing};

use crate::index::TemplateHandle;
use crate::limits;
use crate::protocol::UserType;
use crate::rules::RuleSet;
use crate::template::Modality;

/// Who: the protocol's primary key (`userid`, `user_type`), without a heap
/// allocation, so that a decision can carry it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MemberId {
    userid: arrayvec::ArrayString<{ limits::USERID_BYTES }>,
    user_type: UserType,
}

impl MemberId {
    /// `None` if the userid has not 1 to [`limits::USERID_BYTES`] bytes.
    #[must_use]
    pub fn new(userid: &str, user_type: UserType) -> Option<Self> {
        let userid = arrayvec::ArrayString::from(userid).ok()?;
        (!userid.is_empty()).then_some(Self { userid, user_type })
    }

    /// `userid`, 1 to [`limits::USERID_BYTES`] bytes.
    #[must_use]
    pub fn userid(&self) -> &str {
        &self.userid
    }

    /// `user_type`.
    #[must_use]
    pub fn user_type(&self) -> UserType {
        self.user_type
    }
}

impl std::fmt::Debug for MemberId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.user_type, &*self.userid)
    }
}

/// A searchable template of a member.
#[derive(Debug, Clone)]
pub(super) struct IndexedTemplate {
    /// Position of its algorithm in the registry.
    pub(super) algorithm: usize,
    pub(super) slot: u8,
    pub(super) handles: Handles,
    /// The cloud has a newer one that this reader has not received.
    pub(super) stale: bool,
}

/// Where a template is in its gallery: in several places if it has several views.
#[derive(Debug, Clone)]
pub(super) enum Handles {
    One(TemplateHandle),
    Views(Arc<[TemplateHandle]>),
}

impl Handles {
    pub(super) fn of(handles: Vec<TemplateHandle>) -> Handles {
        match handles[..] {
            [handle] => Handles::One(handle),
            _ => Handles::Views(handles.into()),
        }
    }

    pub(super) fn as_slice(&self) -> &[TemplateHandle] {
        match self {
            Handles::One(handle) => core::slice::from_ref(handle),
            Handles::Views(handles) => handles,
        }
    }

    /// Most bytes on the heap for each view, where there are two at least: its handle and its
    /// share of the counters. They are counted with the gallery that a view is in, whose
    /// templates have a limit of their own, and not with the member's record.
    pub(super) const VIEW_BYTES: usize = size_of::<TemplateHandle>() + size_of::<usize>();
}

/// A template that is kept but not searched: its algorithm is not configured.
#[derive(Clone)]
pub(super) struct KeptTemplate {
    pub(super) modality: Modality,
    /// As the cloud named it; empty for the default.
    pub(super) algorithm: Box<str>,
    pub(super) slot: u8,
    pub(super) stale: bool,
    pub(super) bytes: Zeroizing<Box<[u8]>>,
}

/// A member as the engine keeps it. Its templates live in the index.
pub(super) struct Member {
    /// Shared with the lines of reports.
    pub(super) userid: Arc<str>,
    pub(super) user_type: UserType,
    pub(super) openvid: Option<u64>,
    pub(super) name: Box<str>,
    pub(super) public_key: Box<str>,
    /// Versions of the templates that are held, not of those that the cloud
    /// announced without sending.
    pub(super) fa_ver: Option<u64>,
    pub(super) fp_ver: Option<u64>,
    pub(super) rules: RuleSet,
    /// Searchable ones, by [`of`](Member::of).
    indexed: [Vec<IndexedTemplate>; 2],
    pub(super) kept: Vec<KeptTemplate>,
}

/// What a member costs beside its own bytes: the shared pointer, its place in
/// the member table and in the key index, and rounding by the allocator.
const OVERHEAD_BYTES: usize = 128;

impl Member {
    pub(super) fn new(userid: Arc<str>, user_type: UserType) -> Self {
        Self {
            userid,
            user_type,
            openvid: None,
            name: "".into(),
            public_key: "".into(),
            fa_ver: None,
            fp_ver: None,
            rules: RuleSet::default(),
            indexed: [Vec::new(), Vec::new()],
            kept: Vec::new(),
        }
    }

    pub(super) fn id(&self) -> Option<MemberId> {
        MemberId::new(&self.userid, self.user_type)
    }

    /// The searchable templates of a modality.
    pub(super) fn of(&self, modality: Modality) -> &Vec<IndexedTemplate> {
        &self.indexed[modality as usize]
    }

    pub(super) fn of_mut(&mut self, modality: Modality) -> &mut Vec<IndexedTemplate> {
        &mut self.indexed[modality as usize]
    }

    /// All searchable templates.
    pub(super) fn indexed(&self) -> impl Iterator<Item = &IndexedTemplate> {
        self.indexed.iter().flatten()
    }

    /// Order of members where scores are equal; independent of the order in
    /// which they arrived.
    pub(super) fn key(&self) -> (&str, UserType) {
        (&self.userid, self.user_type)
    }

    /// Bytes that this record counts against the configuration's limit.
    pub(super) fn record_bytes(&self) -> usize {
        let kept = |template: &KeptTemplate| {
            size_of::<KeptTemplate>() + template.bytes.len() + template.algorithm.len()
        };
        OVERHEAD_BYTES
            + size_of::<Self>()
            + self.userid.len()
            + self.name.len()
            + self.public_key.len()
            + self.rules.heap_bytes()
            + self.indexed().count() * size_of::<IndexedTemplate>()
            + self.kept.iter().map(kept).sum::<usize>()
    }

    /// Templates, searchable or not, that the cloud has replaced.
    pub(super) fn stale_templates(&self) -> usize {
        let indexed = self.indexed().filter(|template| template.stale).count();
        indexed + self.kept.iter().filter(|template| template.stale).count()
    }

    /// A copy to be changed by a commit.
    pub(super) fn draft(&self) -> Self {
        Self {
            userid: Arc::clone(&self.userid),
            user_type: self.user_type,
            openvid: self.openvid,
            name: self.name.clone(),
            public_key: self.public_key.clone(),
            fa_ver: self.fa_ver,
            fp_ver: self.fp_ver,
            rules: self.rules.clone(),
            indexed: self.indexed.clone(),
            kept: self.kept.clone(),
        }
    }
}

impl Drop for Member {
    /// Personal data does not stay behind in freed memory.
    fn drop(&mut self) {
        self.name.zeroize();
        self.public_key.zeroize();
        self.openvid = None;
    }
}
