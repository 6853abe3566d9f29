//! A measured number with its limits.

use serde::{Deserialize, Serialize};

/// What a measurement may be. An absent bound does not bind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Below this it fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Above this it fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Within the limits, but below this it is marginal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marginal_low: Option<f64>,
    /// Within the limits, but above this it is marginal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marginal_high: Option<f64>,
}

impl Limits {
    /// No limits: a number to be seen.
    pub const NONE: Limits =
        Limits { low: None, high: None, marginal_low: None, marginal_high: None };

    /// At most `high`.
    #[must_use]
    pub fn at_most(high: f64) -> Limits {
        Limits { high: Some(high), ..Limits::NONE }
    }

    /// At least `low`.
    #[must_use]
    pub fn at_least(low: f64) -> Limits {
        Limits { low: Some(low), ..Limits::NONE }
    }

    /// Exactly `value`.
    #[must_use]
    pub fn exactly(value: f64) -> Limits {
        Limits { low: Some(value), high: Some(value), ..Limits::NONE }
    }

    /// Marginal above `high`.
    #[must_use]
    pub fn marginal_above(self, high: f64) -> Limits {
        Limits { marginal_high: Some(high), ..self }
    }

    /// Marginal below `low`.
    #[must_use]
    pub fn marginal_below(self, low: f64) -> Limits {
        Limits { marginal_low: Some(low), ..self }
    }

    /// Where a value lies. What is no number fails every limit.
    #[must_use]
    pub fn rate(&self, value: f64) -> Rating {
        if *self == Limits::NONE {
            return Rating::Unlimited;
        }
        let below = |bound: Option<f64>| bound.is_some_and(|bound| value < bound);
        let above = |bound: Option<f64>| bound.is_some_and(|bound| value > bound);
        if value.is_nan() || below(self.low) || above(self.high) {
            Rating::Fail
        } else if below(self.marginal_low) || above(self.marginal_high) {
            Rating::Marginal
        } else {
            Rating::Pass
        }
    }
}

/// Where a measurement lies with regard to its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rating {
    /// Within all limits.
    Pass,
    /// Within the limits, and near them.
    Marginal,
    /// Outside.
    Fail,
    /// It has none.
    Unlimited,
}

/// A measured number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// What was measured.
    pub name: String,
    /// How much; not a number if nothing could be measured.
    #[serde(with = "number")]
    pub value: f64,
    /// Unit in words or by its sign: "µs", "frames", "bytes".
    pub unit: String,
    /// What it may be.
    #[serde(flatten)]
    pub limits: Limits,
    /// How many samples are in it.
    pub n: u64,
    /// Where it lies.
    pub outcome: Rating,
}

/// JSON has no NaN and no infinity: they are written as null and read as NaN.
mod number {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
        if value.is_finite() { to.serialize_f64(*value) } else { to.serialize_none() }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        Ok(Option::<f64>::deserialize(from)?.unwrap_or(f64::NAN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_include_their_bounds_and_nan_is_outside() {
        let limits = Limits::at_most(10.0).marginal_above(8.0);
        for (value, rating) in [
            (8.0, Rating::Pass),
            (8.5, Rating::Marginal),
            (10.0, Rating::Marginal),
            (10.1, Rating::Fail),
            (f64::NAN, Rating::Fail),
        ] {
            assert_eq!(limits.rate(value), rating, "{value}");
        }
        assert_eq!(Limits::NONE.rate(f64::NAN), Rating::Unlimited);
        assert_eq!(Limits::exactly(0.0).rate(0.5), Rating::Fail);
    }

    #[test]
    fn what_is_no_number_survives_json() {
        let measured = Measurement {
            name: "x".into(),
            value: f64::INFINITY,
            unit: "s".into(),
            limits: Limits::at_least(1.0),
            n: 0,
            outcome: Rating::Fail,
        };
        let text = serde_json::to_string(&measured).unwrap();
        assert!(text.contains("\"value\":null") && text.contains("\"low\":1.0"), "{text}");
        let back: Measurement = serde_json::from_str(&text).unwrap();
        assert!(back.value.is_nan());
        assert_eq!(back.limits, measured.limits);
    }
}
