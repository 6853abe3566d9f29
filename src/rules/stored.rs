//! Rules as integers, for whoever keeps them: a text is parsed once in its life.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::columns::Years;
use super::minutes::{DAY, MinuteRange, Minutes};
use super::rule::Rule;
use super::set::RuleSet;
use crate::limits::RULES_PER_MEMBER;

/// A [`RuleSet`] as integers. The order of the fields is a storage format: it never changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredRules {
    rules: Vec<StoredRule>,
    rejected: u32,
}

/// A rule as integers: bits of days, months, weekdays and years, ranges of minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredRule {
    id: u32,
    effect_time: i64,
    days: u32,
    months: u16,
    weekdays: u8,
    /// None: every year.
    years: Option<[u32; 5]>,
    /// First and last minute of each range.
    minutes: Vec<(u16, u16)>,
}

/// Integers that no rule has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no pass rule has these columns")]
pub struct StoredRuleError;

impl RuleSet {
    /// The set as integers.
    #[must_use]
    pub fn to_stored(&self) -> StoredRules {
        let rules = self.rules().iter().map(StoredRule::of).collect();
        StoredRules { rules, rejected: self.rejected() }
    }

    /// The set of stored integers.
    ///
    /// # Errors
    ///
    /// They are not those of a set that parsing could have made.
    pub fn from_stored(stored: &StoredRules) -> Result<RuleSet, StoredRuleError> {
        if stored.rules.len() > RULES_PER_MEMBER {
            return Err(StoredRuleError);
        }
        let rules = stored.rules.iter().map(StoredRule::rule).collect::<Result<_, _>>()?;
        Ok(RuleSet::of(rules, stored.rejected))
    }
}

impl StoredRule {
    fn of(rule: &Rule) -> StoredRule {
        let parts = rule.parts();
        StoredRule {
            id: rule.id(),
            effect_time: rule.effect_time(),
            days: parts.days,
            months: parts.months,
            weekdays: parts.weekdays,
            years: (parts.years != Years::EVERY).then(|| parts.years.bits()),
            minutes: rule.minutes().ranges().iter().map(|r| (r.first, r.last)).collect(),
        }
    }

    fn rule(&self) -> Result<Rule, StoredRuleError> {
        // Apart from one another, as `Minutes::parse` leaves them.
        let mut free = 0;
        for &(first, last) in &self.minutes {
            if first < free || last < first || last >= DAY {
                return Err(StoredRuleError);
            }
            free = last + 2;
        }
        if self.minutes.is_empty() {
            return Err(StoredRuleError);
        }
        let range = |&(first, last): &(u16, u16)| MinuteRange { first, last };
        let minutes = Minutes::of(self.minutes.iter().map(range).collect::<Arc<[_]>>());
        let years = self.years.map_or(Years::EVERY, Years::of_bits);
        let parts = Parts { days: self.days, months: self.months, weekdays: self.weekdays, years };
        if parts.days & 1 != 0 || parts.months & !0x1ffe != 0 || parts.weekdays & !0x7f != 0 {
            return Err(StoredRuleError);
        }
        Ok(Rule::of_parts(self.id, self.effect_time, minutes, parts))
    }
}

/// The date columns of a rule, as bits.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    pub(super) days: u32,
    pub(super) months: u16,
    pub(super) weekdays: u8,
    pub(super) years: Years,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(texts: &[&str]) -> RuleSet {
        let rules = (0u32..).zip(texts);
        RuleSet::collect(rules.map(|(at, &text)| (at + 7, text, 77 * i64::from(at)))).0
    }

    #[test]
    fn a_set_comes_back_as_it_was() {
        for texts in [
            &[][..],
            &["* * * * *"],
            &[
                "9:00-10:00,10:01-12:00,13:00-13:00 */2 2,3,12 1-5 2024-2026",
                "nonsense",
                "* 31 * 7 *",
            ],
            &["nonsense"],
        ] {
            let set = set(texts);
            assert_eq!(RuleSet::from_stored(&set.to_stored()), Ok(set));
        }
    }

    #[test]
    fn what_no_rule_has_is_refused() {
        let good = set(&["9:00-10:00 * * * *"]).to_stored();
        let mut touching = good.clone();
        touching.rules[0].minutes = vec![(0, 9), (10, 20)];
        let mut late = good.clone();
        late.rules[0].minutes = vec![(0, DAY)];
        let mut none = good.clone();
        none.rules[0].minutes.clear();
        let mut eighth = good.clone();
        eighth.rules[0].weekdays = 0x80;
        let mut many = good.clone();
        many.rules = vec![good.rules[0].clone(); RULES_PER_MEMBER + 1];
        for bad in [touching, late, none, eighth, many] {
            assert_eq!(RuleSet::from_stored(&bad), Err(StoredRuleError), "{bad:?}");
        }
    }
}
