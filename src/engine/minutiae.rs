//! From a minutiae record to what fingers are compared by: as the engine enrols and probes.

use zeroize::Zeroizing;

use crate::fingerprint::{self, FingerError, FingerTemplate};
use crate::limits;
use crate::part::Part;
use crate::template::minutiae::{self as record, MinutiaeFormat, ReadError, View};

/// Why a record makes no template.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MinutiaeError {
    /// Not a record of the format.
    #[error(transparent)]
    Record(#[from] ReadError),
    /// A view whose minutiae make no template.
    #[error("view {view}: {error}")]
    View {
        /// Its place in the record, from 0.
        view: usize,
        /// What is wrong with it.
        error: FingerError,
    },
    /// This build reads and compares no minutiae.
    #[error("{}", FingerError::Absent)]
    Absent,
    /// No view has minutiae.
    #[error("the record has no minutiae")]
    Empty,
}

/// An upper bound of the bytes that reading a record of a length takes, its views included, as they
/// are compared.
///
/// A minutia has 3 bytes at least and becomes 8; one that is kept has 5 and becomes 50. The smallest view
/// has 6 bytes, and the list of views grows by doubling.
pub(super) const fn reading_bytes(length: usize) -> usize {
    const KEPT: usize = limits::FINGER_POINTS * 50;
    /// What one view is encoded in, whatever its size.
    const ROOM: usize = 32 << 10;
    let views =
        if length / 6 < limits::VIEWS_PER_RECORD { length / 6 } else { limits::VIEWS_PER_RECORD };
    let kept = if length * 10 < views * KEPT { length * 10 } else { views * KEPT };
    3 * length + views * (size_of::<FingerTemplate>() + 2 * size_of::<View>()) + kept + ROOM
}

/// The templates of a record's views, but of those without minutiae: as the engine makes them
/// of `fp` entries and of probes. `format`: `None` is the one that the record says it is in.
///
/// # Errors
/// See [`MinutiaeError`].
pub fn finger_templates(
    format: Option<MinutiaeFormat>,
    bytes: &[u8],
) -> Result<Vec<FingerTemplate>, MinutiaeError> {
    if !Part::Fingerprint.is_built() {
        return Err(MinutiaeError::Absent);
    }
    let record = match format {
        Some(format) => record::read_as(format, bytes)?,
        None => record::read(bytes)?,
    };
    let mut views = Vec::with_capacity(record.views.len());
    for (view, found) in record.views.iter().enumerate().filter(|(_, v)| !v.minutiae.is_empty()) {
        let template = FingerTemplate::new(&minutiae(found));
        views.push(template.map_err(|error| MinutiaeError::View { view, error })?);
    }
    if views.is_empty() { Err(MinutiaeError::Empty) } else { Ok(views) }
}

/// The minutiae of a view at 500 dpi.
fn minutiae(view: &View) -> Zeroizing<Vec<fingerprint::Minutia>> {
    let minutiae = view.minutiae.iter().map(|minutia| {
        let [x, y] = view.at_500_dpi(minutia);
        let kind = match minutia.kind {
            record::MinutiaKind::Ending => fingerprint::MinutiaKind::Ending,
            record::MinutiaKind::Bifurcation => fingerprint::MinutiaKind::Bifurcation,
            record::MinutiaKind::Other => fingerprint::MinutiaKind::Other,
        };
        fingerprint::Minutia { x, y, angle: minutia.angle, kind, quality: minutia.quality }
    });
    Zeroizing::new(minutiae.collect())
}
