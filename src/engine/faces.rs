//! Face templates of a configured algorithm: decoded, and put into the index.

use super::member::{FaceTemplate, Member};
use super::report::ItemKind;
use super::sync::{Commit, Place};
use super::templates::{Refusal, Said};
use crate::error::{index_status, template_status, vector_status};
use crate::index::{IndexError, VectorError};
use crate::status::{KAIMEN_ERR_ALGORITHM, KAIMEN_ERR_TEMPLATES_FULL};
use crate::template::{TemplateError, Vector};

/// Where a record's face templates belong.
#[derive(Clone, Copy)]
pub(super) struct Gallery {
    /// The member's number.
    pub(super) owner: u32,
    /// Position of the record's algorithm in the registry; `None` if it is not
    /// configured.
    pub(super) algorithm: Option<usize>,
}

impl Commit<'_> {
    /// Reads a list into the index. Returns whether anything changed.
    pub(super) fn index_faces(
        &mut self,
        place: Place<'_>,
        gallery: Gallery,
        member: &mut Member,
        said: &Said<'_, '_>,
    ) -> bool {
        let before = std::mem::take(&mut member.faces);
        let is_home = |face: &FaceTemplate| Some(face.algorithm) == gallery.algorithm;
        // What leaves makes room first: a full gallery must not turn a template
        // that changes its slot or algorithm into none.
        let stays = said.stays();
        before.iter().filter(|face| !stays(face.slot, is_home(face))).for_each(|face| {
            self.remove_face(face);
        });
        let slots = self.read_slots(place, said, before, is_home, |commit, slot, before, text| {
            let (face, kind) = commit.index_one(gallery, slot, before, text)?;
            Ok((face, kind.map(|kind| said.item(place, kind, Some(u32::from(slot))))))
        });
        debug_assert!(slots.gone.iter().all(|face| !stays(face.slot, is_home(face))));
        member.faces = slots.after;
        slots.changed
    }

    /// Decodes one template and puts it into its slot.
    fn index_one(
        &mut self,
        gallery: Gallery,
        slot: u8,
        before: Option<&FaceTemplate>,
        text: &str,
    ) -> Result<(FaceTemplate, Option<ItemKind>), Refusal> {
        let unknown = || (KAIMEN_ERR_ALGORITHM, "the face algorithm is not configured".into());
        let algorithm = gallery.algorithm.ok_or_else(unknown)?;
        self.decode_face(algorithm, text)?;
        let codes = &self.codes;
        let is_full = self.snapshot.face_templates() >= self.settings.limits.face_templates;
        let index = self.snapshot.faces[algorithm].as_mut().ok_or_else(unknown)?;
        let face = |handle| FaceTemplate { algorithm, slot, handle, stale: false };
        if let Some(before) = before {
            if index.holds(before.handle, codes) {
                let refreshed = before.stale.then_some(ItemKind::TemplateReplaced);
                return Ok((face(before.handle), refreshed));
            }
            index.replace(before.handle, codes).map_err(|e| index_refusal(&e))?;
            return Ok((face(before.handle), Some(ItemKind::TemplateReplaced)));
        }
        if is_full {
            self.crowded = true;
            let message = "the gallery holds as many face templates as its configuration allows";
            return Err((KAIMEN_ERR_TEMPLATES_FULL, message.into()));
        }
        let handle = index.insert(gallery.owner, slot, codes).map_err(|e| index_refusal(&e))?;
        Ok((face(handle), Some(ItemKind::TemplateAdded)))
    }

    /// Decodes a template into `self.codes`.
    fn decode_face(&mut self, algorithm: usize, text: &str) -> Result<(), Refusal> {
        let format = &self.settings.registry.algorithms()[algorithm].format;
        let limit = self.settings.limits.template_bytes;
        let decoded = self.decoder.decode(format, text, limit).map_err(|e| template_refusal(&e))?;
        match decoded.vector {
            Vector::F32(values) => self.codes.set_f32(values),
            Vector::I8(codes) => self.codes.set_i8(codes),
        }
        .map_err(|e| vector_refusal(&e))
    }

    pub(super) fn remove_face(&mut self, face: &FaceTemplate) {
        if let Some(index) = &mut self.snapshot.faces[face.algorithm] {
            // A member's handles are in use by construction.
            let removed = index.remove(face.handle);
            debug_assert!(removed.is_ok());
        }
    }
}

fn template_refusal(error: &TemplateError) -> Refusal {
    (template_status(error), error.to_string().into())
}

fn vector_refusal(error: &VectorError) -> Refusal {
    (vector_status(error), error.to_string().into())
}

fn index_refusal(error: &IndexError) -> Refusal {
    (index_status(error), error.to_string().into())
}
