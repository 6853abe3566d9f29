//! What a record says about the templates of one modality, slot by slot.
//!
//! A list is the member's whole state in its modality: slots and algorithms
//! that it does not name are emptied. An entry without data, or with data that
//! cannot be used, leaves its slot as it was; if the cloud announced another
//! version at the same time, what is left there is stale, for the door cannot
//! know whether the template was withdrawn. The same holds for all slots when
//! the list itself is absent.

use std::borrow::Cow;

use super::member::{IndexedTemplate, KeptTemplate};
use super::report::{Item, ItemKind};
use super::sync::{Commit, Place};
use crate::error::{entry_status, reason_status};
use crate::limits;
use crate::protocol::{EntryError, FieldError, Record, TemplateData, TemplateEntry};
use crate::status::{KAIMEN_ERR_SLOT, KAIMEN_ERR_SLOT_TWICE};
use crate::template::Modality;

/// Slots of the modality that has most.
const MOST_SLOTS: usize = limits::FACE_SLOTS as usize;

/// A refusal: status and reason.
pub(super) type Refusal = (i32, Cow<'static, str>);

/// The entries of a list.
pub(super) type List<'r, 'a> = &'r [Result<TemplateEntry<'a>, EntryError>];

/// What a record says about one modality.
pub(super) struct Said<'r, 'a> {
    pub(super) modality: Modality,
    /// The list's key in the protocol.
    pub(super) field: &'static str,
    /// As the record names it; `None` is the default.
    pub(super) algorithm: Option<&'r str>,
    /// `None`: the key is absent, or the list cannot be used at all.
    pub(super) list: Option<List<'r, 'a>>,
    /// Why the list cannot be used at all.
    pub(super) unusable: Option<&'r FieldError>,
    /// The cloud has other templates now than those that are held.
    pub(super) newer: bool,
    version: Option<u64>,
    /// Whether this view reports what concerns the modality as a whole.
    speaks: bool,
}

impl<'r, 'a> Said<'r, 'a> {
    /// `held` is the version of the templates that are stored.
    pub(super) fn new(record: &'r Record<'a>, modality: Modality, held: Option<u64>) -> Self {
        let (field, version, templates) = match modality {
            Modality::Face => ("fa_list", record.fa_ver, &record.fa_list),
            Modality::Finger => ("fp", record.fp_ver, &record.fp),
        };
        Self {
            modality,
            field,
            algorithm: templates.as_ref().ok().and_then(|t| t.algorithm.as_deref()),
            list: templates.as_ref().ok().and_then(|t| t.entries.as_deref()),
            unusable: templates.as_ref().err(),
            // 0 announces nothing: it is what a member without templates has.
            newer: version.is_some_and(|version| version != held.unwrap_or(0)),
            version,
            speaks: true,
        }
    }

    /// Templates are held in two places: searchable ones in a gallery, those of
    /// unknown algorithms with the member. A list belongs to one of them and empties
    /// the other, which has no word of its own in the report.
    pub(super) fn part(&self, is_meant: bool) -> Said<'r, 'a> {
        let (list, unusable) = if is_meant {
            (self.list, self.unusable)
        } else {
            (self.list.map(|_| &[] as List<'r, 'a>), None)
        };
        Said { list, unusable, speaks: is_meant, ..*self }
    }

    /// Which of the stored templates the record leaves in their slots, by slot
    /// and by whether they are of the record's algorithm.
    pub(super) fn stays(&self) -> impl Fn(u8, bool) -> bool + use<> {
        let named = self.list.map(|list| {
            let mut claimed = 0;
            let named = list.iter().filter_map(|entry| {
                let (slot, wish) = read_entry(entry, &mut claimed, self.modality);
                slot.filter(|_| !matches!(wish, Ok(Wish::Empty)))
            });
            named.fold(0u32, |named, slot| named | 1 << slot)
        });
        move |slot, is_home| named.is_none_or(|named| is_home && named & (1 << slot) != 0)
    }

    /// The most templates that the member has of it from now on.
    pub(super) fn most_after(&self, held: usize) -> usize {
        self.list.map_or(held, |list| list.len().min(MOST_SLOTS))
    }

    /// The version of the templates that are held from now on.
    pub(super) fn version_after(&self, held: Option<u64>) -> Option<u64> {
        if self.list.is_some() { self.version.or(held) } else { held }
    }

    pub(super) fn item(&self, place: Place<'_>, kind: ItemKind, id: Option<u32>) -> Item {
        Item { modality: Some(self.modality), id, field: self.field, ..place.item(kind) }
    }

    pub(super) fn refusal(&self, place: Place<'_>, id: Option<u32>, refusal: &Refusal) -> Item {
        let (status, message) = refusal;
        let item = place.refusal(ItemKind::TemplateRejected, self.field, *status, message);
        Item { modality: Some(self.modality), id, ..item }
    }
}

/// A template that a member holds in a slot.
pub(super) trait Held: Clone {
    fn slot(&self) -> u8;
    fn is_stale(&self) -> bool;
    fn make_stale(&mut self);
    /// Same algorithm and slot.
    fn same_place(&self, other: &Self) -> bool;
}

impl Held for IndexedTemplate {
    fn slot(&self) -> u8 {
        self.slot
    }
    fn is_stale(&self) -> bool {
        self.stale
    }
    fn make_stale(&mut self) {
        self.stale = true;
    }
    fn same_place(&self, other: &Self) -> bool {
        (self.algorithm, self.slot) == (other.algorithm, other.slot)
    }
}

impl Held for KeptTemplate {
    fn slot(&self) -> u8 {
        self.slot
    }
    fn is_stale(&self) -> bool {
        self.stale
    }
    fn make_stale(&mut self) {
        self.stale = true;
    }
    fn same_place(&self, other: &Self) -> bool {
        (&self.algorithm, self.slot) == (&other.algorithm, other.slot)
    }
}

/// The slots of a modality after a record was read.
pub(super) struct Slots<T> {
    pub(super) after: Vec<T>,
    /// Held before, and no more.
    pub(super) gone: Vec<T>,
    pub(super) changed: bool,
}

/// What one entry asks for.
enum Wish<'a> {
    /// No `data`: leave the slot as it was.
    Leave,
    /// `""`: empty the slot.
    Empty,
    /// Base64 text.
    Fill(&'a str),
}

impl Commit<'_> {
    /// Reads a modality's list into its slots.
    ///
    /// `fill` decodes the text for a slot, given what the slot held if that was
    /// of the same algorithm (`at_home`), and answers the template together
    /// with what to report; `None` for one that is there already.
    pub(super) fn read_slots<T: Held>(
        &mut self,
        place: Place<'_>,
        said: &Said<'_, '_>,
        before: Vec<T>,
        at_home: impl Fn(&T) -> bool,
        mut fill: impl FnMut(&mut Self, u8, Option<&T>, &str) -> Result<(T, Option<Item>), Refusal>,
    ) -> Slots<T> {
        let Some(list) = said.list else { return self.keep_slots(place, said, before) };
        let (mut changed, mut wanted) = (false, false);
        let mut after = Vec::with_capacity(list.len().min(MOST_SLOTS));
        let mut claimed = 0;
        for entry in list {
            let (slot, wish) = read_entry(entry, &mut claimed, said.modality);
            let held = slot.and_then(|s| before.iter().find(|t| t.slot() == s && at_home(t)));
            let filled = match (wish, slot) {
                (Ok(Wish::Empty), _) => continue,
                (Ok(Wish::Fill(text)), Some(slot)) => fill(self, slot, held, text).map(Some),
                (Ok(Wish::Leave | Wish::Fill(_)), _) => Ok(None),
                (Err(refusal), _) => Err(refusal),
            };
            if let Ok(Some((template, item))) = filled {
                changed |= item.is_some();
                item.into_iter().for_each(|item| self.report.push(item));
                after.push(template);
                continue;
            }
            // Stale from an earlier answer counts too: the door is still shut.
            wanted |= filled.is_err() || said.newer || held.is_none_or(Held::is_stale);
            changed |= leave(held, said.newer, &mut after);
            if let Err(refusal) = &filled {
                self.report.push(said.refusal(place, entry_id(entry), refusal));
            }
        }
        if wanted {
            self.report.push(said.item(place, ItemKind::TemplatesWanted, None));
        }
        let gone = self.report_gone(place, said, before, &after);
        changed |= !gone.is_empty();
        Slots { after, gone, changed }
    }

    /// What was held before and is no more.
    fn report_gone<T: Held>(
        &mut self,
        place: Place<'_>,
        said: &Said<'_, '_>,
        before: Vec<T>,
        after: &[T],
    ) -> Vec<T> {
        let is_gone = |old: &T| !after.iter().any(|new| new.same_place(old));
        let gone: Vec<T> = before.into_iter().filter(is_gone).collect();
        for template in &gone {
            let id = Some(u32::from(template.slot()));
            self.report.push(said.item(place, ItemKind::TemplateRemoved, id));
        }
        gone
    }

    /// There is no list: everything stays, stale if the version moved on.
    fn keep_slots<T: Held>(
        &mut self,
        place: Place<'_>,
        said: &Said<'_, '_>,
        before: Vec<T>,
    ) -> Slots<T> {
        if let Some(error) = said.unusable {
            let refusal = (reason_status(&error.reason), error.to_string().into());
            self.report.push(said.refusal(place, None, &refusal));
        }
        let is_wanted = said.newer || before.iter().any(Held::is_stale);
        if is_wanted && said.speaks {
            self.report.push(said.item(place, ItemKind::TemplatesWanted, None));
        }
        let (mut after, mut changed) = (Vec::new(), false);
        for template in &before {
            changed |= leave(Some(template), said.newer, &mut after);
        }
        Slots { after, gone: Vec::new(), changed }
    }
}

/// Carries a slot over as it was; returns whether it became stale by that.
fn leave<T: Held>(held: Option<&T>, newer: bool, after: &mut Vec<T>) -> bool {
    let Some(mut template) = held.cloned() else { return false };
    let turned = newer && !template.is_stale();
    if turned {
        template.make_stale();
    }
    after.push(template);
    turned
}

/// One entry: its slot if that is in range and new, and what it asks for.
fn read_entry<'r>(
    entry: &'r Result<TemplateEntry<'_>, EntryError>,
    claimed: &mut u32,
    modality: Modality,
) -> (Option<u8>, Result<Wish<'r>, Refusal>) {
    let slot = match entry_id(entry).map(|id| claim(id, claimed, modality)).transpose() {
        Ok(slot) => slot,
        Err(refusal) => return (None, Err(refusal)),
    };
    let wish = match entry {
        Err(error) => {
            Err((entry_status(error), format!("`{}` {}", error.field, error.reason).into()))
        }
        Ok(entry) => Ok(match &entry.data {
            TemplateData::Absent => Wish::Leave,
            TemplateData::Delete => Wish::Empty,
            TemplateData::Base64(text) => Wish::Fill(text),
        }),
    };
    (slot, wish)
}

fn entry_id(entry: &Result<TemplateEntry<'_>, EntryError>) -> Option<u32> {
    match entry {
        Ok(entry) => Some(entry.id),
        Err(error) => error.id,
    }
}

/// Takes a slot of the list for one entry.
fn claim(id: u32, claimed: &mut u32, modality: Modality) -> Result<u8, Refusal> {
    let count = match modality {
        Modality::Face => limits::FACE_SLOTS,
        Modality::Finger => limits::FINGER_SLOTS,
    };
    let slot = u8::try_from(id).ok().filter(|_| id < count);
    let slot = slot.ok_or_else(|| {
        (KAIMEN_ERR_SLOT, format!("slot {id} is not within 0 to {}", count - 1).into())
    })?;
    if *claimed & (1 << slot) != 0 {
        let message = format!("slot {slot} stands twice in the list; the first one counts");
        return Err((KAIMEN_ERR_SLOT_TWICE, message.into()));
    }
    *claimed |= 1 << slot;
    Ok(slot)
}
