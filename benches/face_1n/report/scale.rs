//! A logarithmic axis.

pub(crate) struct Scale {
    /// Logarithms of the ends of the axis.
    values: (f64, f64),
    /// Where the ends are drawn.
    places: (f64, f64),
}

impl Scale {
    /// An axis for some values above zero, with a little room at both ends.
    pub(crate) fn around(values: impl Iterator<Item = f64>, places: (f64, f64)) -> Scale {
        const ROOM: f64 = 0.08;
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        let (low, high) =
            values.map(f64::log10).fold(ends, |(low, high), x| (low.min(x), high.max(x)));
        Scale { values: (low - ROOM, high + ROOM), places }
    }

    pub(crate) fn place(&self, value: f64) -> f64 {
        let (low, high) = self.values;
        let share = (value.log10() - low) / (high - low);
        self.places.0 + share * (self.places.1 - self.places.0)
    }

    /// The values 1, 2 and 5 of each decade on the axis.
    pub(crate) fn ticks(&self) -> Vec<f64> {
        let (low, high) = self.values;
        let decades = (-9..=9).map(|decade| 10f64.powi(decade));
        let ticks = decades.flat_map(|decade| [1.0, 2.0, 5.0].map(|step| step * decade));
        ticks.filter(|tick| (low..=high).contains(&tick.log10())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_are_equally_long_and_ticks_lie_on_the_axis() {
        let scale = Scale::around([0.1, 100.0].into_iter(), (0.0, 300.0));
        let step = scale.place(1.0) - scale.place(0.1);
        assert!((scale.place(100.0) - scale.place(10.0) - step).abs() < 1e-9);
        assert!(scale.ticks().iter().all(|&tick| (0.0..=300.0).contains(&scale.place(tick))));
        assert!(scale.ticks().contains(&50.0));
    }
}
