//! A logarithmic axis.

/// From values to places on the page.
pub(super) struct Scale {
    /// Logarithms of the ends of the axis.
    values: (f64, f64),
    /// Where the ends are drawn.
    places: (f64, f64),
}

impl Scale {
    /// An axis for some values above zero, with a little room at both ends.
    pub(super) fn around(values: impl Iterator<Item = f64>, places: (f64, f64)) -> Scale {
        const ROOM: f64 = 0.06;
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        let (low, high) =
            values.map(f64::log10).fold(ends, |(low, high), x| (low.min(x), high.max(x)));
        Scale { values: (low - ROOM, high + ROOM), places }
    }

    pub(super) fn place(&self, value: f64) -> f64 {
        let (low, high) = self.values;
        let share = (value.log10() - low) / (high - low);
        self.places.0 + share * (self.places.1 - self.places.0)
    }

    /// The decades on the axis; with 2 and 5 of each where there are fewer than three.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let (low, high) = self.values;
        let steps: &[f64] = if high - low < 2.5 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let decades = (-3..=15).map(|decade| 10f64.powi(decade));
        let ticks = decades.flat_map(|decade| steps.iter().map(move |step| step * decade));
        ticks.filter(|tick| (low..=high).contains(&tick.log10())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_are_equally_long_and_ticks_lie_on_the_axis() {
        let scale = Scale::around([1.0, 1000.0].into_iter(), (300.0, 0.0));
        let step = scale.place(10.0) - scale.place(1.0);
        assert!(step < 0.0 && (scale.place(1000.0) - scale.place(100.0) - step).abs() < 1e-9);
        assert_eq!(scale.ticks(), [1.0, 10.0, 100.0, 1000.0]);
        let short = Scale::around([1.0, 60.0].into_iter(), (0.0, 1.0));
        assert_eq!(short.ticks(), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0]);
    }
}
