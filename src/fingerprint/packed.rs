//! A template as the gallery keeps it: codes side by side for the scan, points behind them.

use zeroize::Zeroize;

use super::cylinder::{CODE_WORDS, Code};
use super::finger_template::{FingerTemplate, FingerView};
use super::point::Point;
use crate::kernels::{CodeGroup, CodeWeights, GROUP_CODES};
use crate::limits::FINGER_POINTS;

/// Groups of a template.
const GROUPS: usize = FINGER_POINTS.div_ceil(GROUP_CODES);
/// The weight of a code with one bit.
const WEIGHT_ONE: f32 = 65_535.0;

/// One template, always of the same size, so that a change moves nothing else and the
/// memory of a gallery is known beforehand. 2432 bytes.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct PackedFinger {
    groups: [CodeGroup; GROUPS],
    weights: [CodeWeights; GROUPS],
    points: [Point; FINGER_POINTS],
    codes: u8,
    len: u8,
}

impl PackedFinger {
    pub(super) const EMPTY: PackedFinger = PackedFinger {
        groups: [CodeGroup::ZERO; GROUPS],
        weights: [[0; GROUP_CODES]; GROUPS],
        points: [Point { x: 0, y: 0, angle: 0, trust: 0, kind: 0 }; FINGER_POINTS],
        codes: 0,
        len: 0,
    };

    /// Takes the place of what was here before. In place, so that no copy stays behind.
    pub(super) fn set(&mut self, template: &FingerTemplate) {
        self.erase();
        let columns = template.codes().iter().zip(template.ones()).take(FINGER_POINTS);
        for (column, (code, &ones)) in columns.enumerate() {
            let (group, at) = (column / GROUP_CODES, column % GROUP_CODES);
            for (words, &word) in self.groups[group].0.iter_mut().zip(code) {
                words[at] = word;
            }
            self.weights[group][at] = weight(ones);
            self.codes += 1;
        }
        for (to, &from) in self.points.iter_mut().zip(template.points()) {
            *to = from;
            self.len += 1;
        }
    }

    pub(super) fn erase(&mut self) {
        self.groups.iter_mut().for_each(|group| group.0.as_flattened_mut().zeroize());
        self.weights.as_flattened_mut().zeroize();
        self.points.zeroize();
        (self.codes, self.len) = (0, 0);
    }

    /// Whether nothing of a template is here.
    #[cfg(test)]
    pub(super) fn is_erased(&self) -> bool {
        self.groups == PackedFinger::EMPTY.groups
            && self.weights == PackedFinger::EMPTY.weights
            && self.points == PackedFinger::EMPTY.points
            && (self.codes, self.len) == (0, 0)
    }

    fn group_count(&self) -> usize {
        usize::from(self.codes).div_ceil(GROUP_CODES)
    }

    /// The codes, in whole groups.
    #[inline]
    pub(super) fn groups(&self) -> &[CodeGroup] {
        &self.groups[..self.group_count()]
    }

    /// The weights of the codes, in whole groups.
    #[inline]
    pub(super) fn weights(&self) -> &[CodeWeights] {
        &self.weights[..self.group_count()]
    }

    /// All points; behind those of the template there are zeroes.
    #[inline]
    pub(super) fn points(&self) -> &[Point; FINGER_POINTS] {
        &self.points
    }

    /// Writes the codes one behind the other again.
    pub(super) fn unpack<'a>(&'a self, room: &'a mut Unpacked) -> FingerView<'a> {
        let len = usize::from(self.codes);
        let places = room.codes[..len].iter_mut().zip(&mut room.ones);
        for (column, (code, ones)) in places.enumerate() {
            *code = self.groups[column / GROUP_CODES].code(column % GROUP_CODES);
            #[expect(clippy::cast_possible_truncation, reason = "at most 320")]
            let count = code.iter().map(|word| word.count_ones()).sum::<u32>() as u16;
            *ones = count;
        }
        FingerView {
            points: &self.points[..usize::from(self.len)],
            codes: &room.codes[..len],
            ones: &room.ones[..len],
        }
    }

    /// Whether this is exactly that template.
    pub(super) fn holds(&self, template: &FingerTemplate) -> bool {
        let mut room = Unpacked::new();
        let view = self.unpack(&mut room);
        view.points == template.points() && view.codes == template.codes()
    }
}

/// Room for the codes of one template; erased on drop.
pub(super) struct Unpacked {
    codes: [Code; FINGER_POINTS],
    ones: [u16; FINGER_POINTS],
}

impl Unpacked {
    pub(super) const fn new() -> Unpacked {
        Unpacked { codes: [[0; CODE_WORDS]; FINGER_POINTS], ones: [0; FINGER_POINTS] }
    }
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        self.codes.as_flattened_mut().zeroize();
        self.ones.zeroize();
    }
}

/// One over the norm of a code with so many bits, as a number of at most 65535; 0 for none.
fn weight(ones: u16) -> u16 {
    if ones == 0 {
        return 0;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 65535")]
    let weight = (WEIGHT_ONE / f32::from(ones).sqrt()) as u16;
    weight
}

/// By what a product of a [`BestCode`](crate::kernels::BestCode) is multiplied to be the
/// cosine of a probe's code with so many bits, of 1024.
pub(super) fn cosine_scale(ones: u16) -> f32 {
    if ones == 0 { 0.0 } else { 1024.0 / (WEIGHT_ONE * f32::from(ones).sqrt()) }
}
