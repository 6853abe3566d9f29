//! A member as bytes, for the store: everything that the engine knows about somebody.
//!
//! The first byte is the number of the layout; postcard writes the rest, whose wire format is
//! specified and stable. Fields are never reordered: a new layout gets a new number.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::gallery::Gallery;
use super::member::{IndexedTemplate, Member};
use super::snapshot::Snapshot;
use crate::fingerprint::TEMPLATE_LAYOUT;
use crate::gallery::TemplateHandle;
use crate::rules::StoredRules;
use crate::template::{Algorithm, Element, Modality, TemplateFormat};

/// The layout that is written.
const LAYOUT: u8 = 1;

/// A member's record, borrowed from its bytes.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredMember<'a> {
    pub(super) name: &'a str,
    pub(super) public_key: &'a str,
    pub(super) openvid: Option<u64>,
    pub(super) fa_ver: Option<u64>,
    pub(super) fp_ver: Option<u64>,
    pub(super) rules: StoredRules,
    #[serde(borrow)]
    pub(super) templates: Vec<StoredTemplate<'a>>,
}

/// What a slot holds.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredTemplate<'a> {
    pub(super) finger: bool,
    /// As the configuration or, of a kept one, the cloud names it.
    pub(super) algorithm: &'a str,
    pub(super) slot: u8,
    pub(super) stale: bool,
    pub(super) layout: Layout,
    /// One part, or one for each view.
    #[serde(borrow)]
    pub(super) parts: Vec<Part<'a>>,
}

/// What the bytes of a template are. Bytes of another layout than the configured algorithm
/// has are not those that it would read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Layout {
    /// As the cloud sent them; not searchable.
    Kept,
    /// Int8 codes, and where in the cloud's bytes they came from.
    Codes { element: u8, dimension: u32, header_bytes: u32 },
    /// Points and cylinder codes of a finger's views.
    Finger { layout: u16 },
    /// Bytes that only their vendor's comparison can read.
    Opaque,
}

impl Layout {
    /// Of an algorithm that is configured.
    pub(super) fn of(algorithm: &Algorithm) -> Layout {
        match algorithm.format {
            // What does not fit is refused by the registry long before.
            TemplateFormat::Vector(format) => Layout::Codes {
                element: match format.element {
                    Element::F32 => 1,
                    Element::F16 => 2,
                    Element::I8 => 3,
                },
                dimension: u32::try_from(format.dimension).unwrap_or(u32::MAX),
                header_bytes: u32::try_from(format.header_bytes).unwrap_or(u32::MAX),
            },
            TemplateFormat::Minutiae(_) => Layout::Finger { layout: TEMPLATE_LAYOUT },
            TemplateFormat::Opaque => Layout::Opaque,
        }
    }
}

/// Bytes of a template: borrowed when read, erased on drop when written.
pub(super) enum Part<'a> {
    Read(&'a [u8]),
    Written(Zeroizing<Vec<u8>>),
}

impl Part<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Part::Read(bytes) => bytes,
            Part::Written(bytes) => bytes,
        }
    }
}

impl Serialize for Part<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.bytes())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Part<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&[u8]>::deserialize(deserializer).map(Part::Read)
    }
}

/// Bytes that are no member of a layout that this version knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable;

impl<'a> StoredMember<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<StoredMember<'a>, Unreadable> {
        let (&layout, rest) = bytes.split_first().ok_or(Unreadable)?;
        if layout != LAYOUT {
            return Err(Unreadable);
        }
        match postcard::take_from_bytes(rest) {
            Ok((member, [])) => Ok(member),
            _ => Err(Unreadable),
        }
    }

    /// Into a buffer that never grows, so that no copy stays behind.
    fn write(&self) -> Option<Zeroizing<Vec<u8>>> {
        let size = postcard::serialize_with_flavor(self, Size::default()).ok()?;
        let mut bytes = Zeroizing::new(vec![0; 1 + size]);
        bytes[0] = LAYOUT;
        postcard::to_slice(self, &mut bytes[1..]).ok()?;
        Some(bytes)
    }
}

/// Counts what would be written.
#[derive(Default)]
struct Size(usize);

impl postcard::ser_flavors::Flavor for Size {
    type Output = usize;

    fn try_push(&mut self, _: u8) -> postcard::Result<()> {
        self.0 += 1;
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0 += bytes.len();
        Ok(())
    }

    fn finalize(self) -> postcard::Result<usize> {
        Ok(self.0)
    }
}

/// The record of a member of a snapshot; `None` if it cannot be written, which no member
/// brings about.
pub(super) fn record_of(
    algorithms: &[Algorithm],
    snapshot: &Snapshot,
    member: &Member,
) -> Option<Zeroizing<Vec<u8>>> {
    let searchable = member.indexed().map(|held| searchable(algorithms, snapshot, held));
    let mut templates = searchable.collect::<Option<Vec<_>>>()?;
    templates.extend(member.kept.iter().map(|kept| StoredTemplate {
        finger: kept.modality == Modality::Finger,
        algorithm: &kept.algorithm,
        slot: kept.slot,
        stale: kept.stale,
        layout: Layout::Kept,
        parts: vec![Part::Read(&kept.bytes)],
    }));
    let member = StoredMember {
        name: &member.name,
        public_key: &member.public_key,
        openvid: member.openvid,
        fa_ver: member.fa_ver,
        fp_ver: member.fp_ver,
        rules: member.rules.to_stored(),
        templates,
    };
    member.write()
}

fn searchable<'a>(
    algorithms: &'a [Algorithm],
    snapshot: &Snapshot,
    held: &IndexedTemplate,
) -> Option<StoredTemplate<'a>> {
    let algorithm = algorithms.get(held.algorithm)?;
    let gallery = snapshot.galleries.get(held.algorithm)?;
    let parts = held.handles.as_slice().iter().map(|&handle| part(gallery, handle));
    Some(StoredTemplate {
        finger: algorithm.modality == Modality::Finger,
        algorithm: &algorithm.name,
        slot: held.slot,
        stale: held.stale,
        layout: Layout::of(algorithm),
        parts: parts.collect::<Option<_>>()?,
    })
}

fn part(gallery: &Gallery, handle: TemplateHandle) -> Option<Part<'static>> {
    let bytes = match gallery {
        Gallery::Vectors(index) => {
            let codes = index.codes(handle)?;
            codes.as_i8().iter().map(|code| code.to_ne_bytes()[0]).collect::<Vec<u8>>().into()
        }
        Gallery::Fingers(index) => index.template(handle)?.to_bytes(),
        Gallery::Opaque(index) => index.bytes(handle)?.to_vec().into(),
    };
    Some(Part::Written(bytes))
}
