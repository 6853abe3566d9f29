//! A probe, prepared once for any number of comparisons.

use core::fmt;

use zeroize::Zeroize;

use super::finger_template::FingerTemplate;
use super::packed::cosine_scale;
use crate::kernels::Kernels;
use crate::limits::FINGER_POINTS;

/// The views of one finger (or of several that may be any of the member's), and the kernels
/// that will compare them. A search takes the best view. Erased on drop.
pub struct FingerProbe {
    views: Vec<ProbeView>,
    kernels: Kernels,
}

/// One view, with its codes' points in the shape that the vote reads.
pub(super) struct ProbeView {
    pub(super) template: FingerTemplate,
    pub(super) x: [f32; FINGER_POINTS],
    pub(super) y: [f32; FINGER_POINTS],
    pub(super) angle: [u16; FINGER_POINTS],
    /// See [`cosine_scale`].
    pub(super) scale: [f32; FINGER_POINTS],
}

impl FingerProbe {
    /// Prepares some views. Without a view, or without a code in any, nothing is found.
    #[must_use]
    pub fn new(views: impl IntoIterator<Item = FingerTemplate>) -> FingerProbe {
        let views = views.into_iter().map(ProbeView::new).collect();
        FingerProbe { views, kernels: Kernels::detect() }
    }

    /// The same probe on other kernels, for tests and benches. Results do not depend on them.
    #[must_use]
    pub fn with_kernels(mut self, kernels: Kernels) -> FingerProbe {
        self.kernels = kernels;
        self
    }

    pub(super) fn views(&self) -> &[ProbeView] {
        &self.views
    }

    pub(super) fn kernels(&self) -> Kernels {
        self.kernels
    }
}

impl ProbeView {
    fn new(template: FingerTemplate) -> ProbeView {
        let (none, mut angle) = ([0.0; FINGER_POINTS], [0; FINGER_POINTS]);
        let (mut x, mut y, mut scale) = (none, none, none);
        let coded = template.points().iter().zip(template.ones()).take(FINGER_POINTS);
        for (at, (point, &ones)) in coded.enumerate() {
            (x[at], y[at], angle[at]) = (f32::from(point.x), f32::from(point.y), point.angle);
            scale[at] = cosine_scale(ones);
        }
        ProbeView { template, x, y, angle, scale }
    }
}

impl Drop for ProbeView {
    fn drop(&mut self) {
        self.x.zeroize();
        self.y.zeroize();
        self.angle.zeroize();
        self.scale.zeroize();
    }
}

impl fmt::Debug for FingerProbe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FingerProbe")
            .field("views", &self.views.len())
            .field("tier", &self.kernels.tier())
            .finish_non_exhaustive()
    }
}
