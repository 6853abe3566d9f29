//! Templates that are kept without being searched: those of an algorithm that this
//! reader does not know.

use zeroize::Zeroizing;

use super::member::{KeptTemplate, Member};
use super::report::{Item, ItemKind};
use super::sync::{Commit, Place};
use super::templates::{Refusal, Said};
use crate::error::{Error, template_status};
use crate::template::DEFAULT_ALGORITHM;

impl Commit<'_> {
    /// Reads a list into the member's kept templates of its modality. Returns
    /// whether anything changed.
    pub(super) fn keep_templates(
        &mut self,
        place: Place<'_>,
        member: &mut Member,
        said: &Said<'_, '_>,
    ) -> bool {
        let of_modality = |t: &KeptTemplate| t.modality == said.modality;
        let (held, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut member.kept).into_iter().partition(of_modality);
        let name = name_of(said);
        let slots = self.read_slots(
            place,
            said,
            held,
            |template| &*template.algorithm == name,
            |commit, slot, before, text| commit.keep_one(place, said, slot, before, text),
        );
        member.kept = others;
        member.kept.extend(slots.after);
        slots.changed
    }

    fn keep_one(
        &mut self,
        place: Place<'_>,
        said: &Said<'_, '_>,
        slot: u8,
        before: Option<&KeptTemplate>,
        text: &str,
    ) -> Result<(KeptTemplate, Option<Item>), Refusal> {
        let limit = self.settings.limits.template_bytes;
        let bytes = self
            .decoder
            .decode_base64(text, limit)
            .map_err(|error| (template_status(&error), error.to_string().into()))?;
        let template = KeptTemplate {
            modality: said.modality,
            algorithm: name_of(said).into(),
            slot,
            stale: false,
            bytes: Zeroizing::new(bytes.into()),
        };
        let same = before.is_some_and(|b| b.bytes == template.bytes && !b.stale);
        Ok((template, (!same).then(|| self.kept_item(place, said, slot))))
    }
}

impl Commit<'_> {
    /// A reader that has no algorithm of the modality at all has not asked for more, unless its
    /// build could not have one.
    fn kept_item(&self, place: Place<'_>, said: &Said<'_, '_>, slot: u8) -> Item {
        let modality = said.modality;
        let item = said.item(place, ItemKind::TemplateKept, Some(u32::from(slot)));
        let reason = self.settings.unknown_algorithm(modality);
        let is_absent = matches!(reason, Error::Absent { .. });
        if !is_absent && self.settings.registry.find(modality, None).is_none() {
            return item;
        }
        Item { status: reason.status(), message: reason.to_string().into(), ..item }
    }
}

/// The name under which templates are kept. `default` and no name mean the
/// same, so they have one spelling.
fn name_of<'r>(said: &Said<'r, '_>) -> &'r str {
    said.algorithm.filter(|name| *name != DEFAULT_ALGORITHM).unwrap_or_default()
}
