//! Templates of a configured algorithm: decoded, and put into their gallery.

use super::gallery::Gallery;
use super::member::{Handles, IndexedTemplate, Member};
use super::minutiae;
use super::report::ItemKind;
use super::sync::{Commit, Place};
use super::templates::{Refusal, Said};
use crate::error::{gallery_status, index_status, template_status, vector_status};
use crate::fingerprint::FingerTemplate;
use crate::gallery::{GalleryError, TemplateHandle};
use crate::index::{IndexError, VectorError};
use crate::status::{KAIMEN_ERR_ALGORITHM, KAIMEN_ERR_MINUTIAE, KAIMEN_ERR_TEMPLATES_FULL};
use crate::template::minutiae::MinutiaeFormat;
use crate::template::{Modality, TemplateError, TemplateFormat, Vector, VectorFormat};

/// Where a record's templates of a modality belong.
#[derive(Clone, Copy)]
pub(super) struct Home {
    /// The member's number.
    pub(super) owner: u32,
    /// Position of the record's algorithm in the registry; `None` if it is not
    /// configured.
    pub(super) algorithm: Option<usize>,
}

/// What a slot holds from now on, and what to report of it.
struct Enrolled {
    handles: Handles,
    kind: Option<ItemKind>,
    /// Minutiae of the best view, where they are so few that the finger is hardly told from others.
    weak: Option<usize>,
}

impl Commit<'_> {
    /// Reads a list into the gallery. Returns whether anything changed.
    pub(super) fn index_templates(
        &mut self,
        place: Place<'_>,
        home: Home,
        member: &mut Member,
        said: &Said<'_, '_>,
    ) -> bool {
        let before = std::mem::take(member.of_mut(said.modality));
        let is_home = |held: &IndexedTemplate| Some(held.algorithm) == home.algorithm;
        // What leaves makes room first: a full gallery must not turn a template
        // that changes its slot or algorithm into none.
        let stays = said.stays();
        before.iter().filter(|held| !stays(held.slot, is_home(held))).for_each(|held| {
            self.remove_template(held);
        });
        let slots = self.read_slots(place, said, before, is_home, |commit, slot, before, text| {
            commit.index_one(place, home, said, slot, before, text)
        });
        debug_assert!(slots.gone.iter().all(|held| !stays(held.slot, is_home(held))));
        *member.of_mut(said.modality) = slots.after;
        slots.changed
    }

    /// Decodes one template and puts it into its slot.
    fn index_one(
        &mut self,
        place: Place<'_>,
        home: Home,
        said: &Said<'_, '_>,
        slot: u8,
        before: Option<&IndexedTemplate>,
        text: &str,
    ) -> Result<(IndexedTemplate, Option<super::report::Item>), Refusal> {
        let unknown = || (KAIMEN_ERR_ALGORITHM, "the algorithm is not configured".into());
        let algorithm = home.algorithm.ok_or_else(unknown)?;
        let held = before.map_or(&[][..], |before| before.handles.as_slice());
        let room = self.room(said.modality) + held.len();
        let enrolled = match self.settings.registry.algorithms()[algorithm].format {
            TemplateFormat::Vector(format) => {
                self.decode_vector(&format, text)?;
                self.enrol_vector(algorithm, home.owner, slot, held, room)?
            }
            TemplateFormat::Minutiae(format) => {
                let views = self.decode_minutiae(format, text)?;
                self.enrol_views(algorithm, home.owner, slot, held, room, &views)?
            }
            TemplateFormat::Opaque => {
                self.enrol_opaque(algorithm, home.owner, slot, held, room, text)?
            }
        };
        let id = Some(u32::from(slot));
        let refreshed = before.is_some_and(|before| before.stale);
        let kind = enrolled.kind.or(refreshed.then_some(ItemKind::TemplateReplaced));
        if let Some(count) = enrolled.weak.filter(|_| kind.is_some()) {
            let message = format!("only {count} minutiae: hardly told from other fingers");
            let item = said.item(place, ItemKind::TemplateWeak, id);
            self.report.push(super::report::Item { message: message.into(), ..item });
        }
        let template = IndexedTemplate { algorithm, slot, handles: enrolled.handles, stale: false };
        Ok((template, kind.map(|kind| said.item(place, kind, id))))
    }

    /// How many templates of a modality may still be added.
    pub(super) fn room(&self, modality: Modality) -> usize {
        let limits = &self.settings.limits;
        let most = match modality {
            Modality::Face => limits.face_templates,
            Modality::Finger => limits.finger_templates,
        };
        most.saturating_sub(self.snapshot.templates(self.settings, modality))
    }

    /// Puts the vector in `self.codes` into a slot. Not inlined, like the next ones: what a
    /// vector needs of the stack is not needed beside what minutiae need.
    #[inline(never)]
    fn enrol_vector(
        &mut self,
        algorithm: usize,
        owner: u32,
        slot: u8,
        held: &[TemplateHandle],
        room: usize,
    ) -> Result<Enrolled, Refusal> {
        let Gallery::Vectors(index) = &mut self.snapshot.galleries[algorithm] else {
            return Err((KAIMEN_ERR_ALGORITHM, "the algorithm has no vectors".into()));
        };
        let enrolled = |handle, kind| Enrolled { handles: Handles::One(handle), kind, weak: None };
        if let &[handle] = held {
            if index.holds(handle, &self.codes) {
                return Ok(enrolled(handle, None));
            }
            index.replace(handle, &self.codes).map_err(|e| index_refusal(&e))?;
            return Ok(enrolled(handle, Some(ItemKind::TemplateReplaced)));
        }
        if room == 0 {
            return Err(self.full());
        }
        let handle = index.insert(owner, slot, &self.codes).map_err(|e| index_refusal(&e))?;
        Ok(enrolled(handle, Some(ItemKind::TemplateAdded)))
    }

    /// Puts the views of a finger into a slot.
    #[inline(never)]
    fn enrol_views(
        &mut self,
        algorithm: usize,
        owner: u32,
        slot: u8,
        held: &[TemplateHandle],
        room: usize,
        views: &[FingerTemplate],
    ) -> Result<Enrolled, Refusal> {
        if views.len() > room {
            return Err(self.full());
        }
        let Gallery::Fingers(index) = &mut self.snapshot.galleries[algorithm] else {
            return Err((KAIMEN_ERR_ALGORITHM, "the algorithm has no minutiae".into()));
        };
        let most = views.iter().map(|view| view.points().len()).max().unwrap_or(0);
        let weak = views.iter().all(FingerTemplate::is_weak).then_some(most);
        let is_same = held.len() == views.len()
            && held.iter().zip(views).all(|(&handle, view)| index.holds(handle, view));
        if is_same {
            return Ok(Enrolled { handles: Handles::of(held.to_vec()), kind: None, weak });
        }
        // First what may be refused. The gallery never holds more than before or after.
        let (replaced, added) = views.split_at(held.len().min(views.len()));
        let mut handles = Vec::with_capacity(views.len());
        handles.extend_from_slice(&held[..replaced.len()]);
        for view in added {
            match index.insert(owner, slot, view) {
                Ok(handle) => handles.push(handle),
                Err(error) => {
                    self.snapshot.galleries[algorithm].remove(&handles[replaced.len()..]);
                    return Err(gallery_refusal(&error));
                }
            }
        }
        for (&handle, view) in held.iter().zip(replaced) {
            index.replace(handle, view).map_err(|e| gallery_refusal(&e))?;
        }
        self.snapshot.galleries[algorithm].remove(&held[replaced.len()..]);
        let kind =
            if held.is_empty() { ItemKind::TemplateAdded } else { ItemKind::TemplateReplaced };
        Ok(Enrolled { handles: Handles::of(handles), kind: Some(kind), weak })
    }

    /// Puts the bytes of an opaque template into a slot. They are decoded here, where they are
    /// copied once and only if there is room for them.
    #[inline(never)]
    fn enrol_opaque(
        &mut self,
        algorithm: usize,
        owner: u32,
        slot: u8,
        held: &[TemplateHandle],
        room: usize,
        text: &str,
    ) -> Result<Enrolled, Refusal> {
        let limits = &self.settings.limits;
        let free = limits.opaque_bytes.saturating_sub(self.snapshot.opaque_bytes());
        let bytes = self.decoder.decode_opaque(text, limits.template_bytes);
        let bytes = bytes.map_err(|e| template_refusal(&e))?;
        let Gallery::Opaque(index) = &mut self.snapshot.galleries[algorithm] else {
            return Err((KAIMEN_ERR_ALGORITHM, "the algorithm's templates are not opaque".into()));
        };
        let enrolled = |handle, kind| Enrolled { handles: Handles::One(handle), kind, weak: None };
        let before = held.first().copied();
        if let Some(handle) = before.filter(|&handle| index.holds(handle, bytes)) {
            return Ok(enrolled(handle, None));
        }
        let freed = before.and_then(|handle| index.bytes(handle)).map_or(0, <[u8]>::len);
        if bytes.len() > free + freed {
            return Err(self.opaque_full());
        }
        if let Some(handle) = before {
            index.replace(handle, bytes).map_err(|e| gallery_refusal(&e))?;
            return Ok(enrolled(handle, Some(ItemKind::TemplateReplaced)));
        }
        if room == 0 {
            return Err(self.full());
        }
        let handle = index.insert(owner, slot, bytes).map_err(|e| gallery_refusal(&e))?;
        Ok(enrolled(handle, Some(ItemKind::TemplateAdded)))
    }

    /// Decodes a template into `self.codes`.
    fn decode_vector(&mut self, format: &VectorFormat, text: &str) -> Result<(), Refusal> {
        let limit = self.settings.limits.template_bytes;
        let decoded = self.decoder.decode(format, text, limit).map_err(|e| template_refusal(&e))?;
        match decoded.vector {
            Vector::F32(values) => self.codes.set_f32(values),
            Vector::I8(codes) => self.codes.set_i8(codes),
        }
        .map_err(|e| vector_refusal(&e))
    }

    /// Decodes a minutiae record into the views that will be compared.
    #[inline(never)]
    fn decode_minutiae(
        &mut self,
        format: Option<MinutiaeFormat>,
        text: &str,
    ) -> Result<Vec<FingerTemplate>, Refusal> {
        let limit = self.settings.limits.template_bytes;
        let bytes = self.decoder.decode_base64_lenient(text, limit);
        let bytes = bytes.map_err(|e| template_refusal(&e))?;
        let views = minutiae::finger_templates(format, bytes);
        views.map_err(|error| (KAIMEN_ERR_MINUTIAE, error.to_string().into()))
    }

    fn full(&mut self) -> Refusal {
        self.crowded = true;
        let message = "the gallery holds as many templates as its configuration allows";
        (KAIMEN_ERR_TEMPLATES_FULL, message.into())
    }

    fn opaque_full(&mut self) -> Refusal {
        self.crowded = true;
        let message = "the opaque templates take as many bytes as the configuration allows";
        (KAIMEN_ERR_TEMPLATES_FULL, message.into())
    }

    pub(super) fn remove_template(&mut self, template: &IndexedTemplate) {
        self.snapshot.galleries[template.algorithm].remove(template.handles.as_slice());
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

fn gallery_refusal(error: &GalleryError) -> Refusal {
    (gallery_status(error), error.to_string().into())
}
