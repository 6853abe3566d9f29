//! The rules of one member, and what was rejected of them.

use super::cache::RuleCache;
use super::error::{Reason, RuleError};
use super::rule::Rule;
use crate::limits::RULES_PER_MEMBER;

/// The rules of one member.
///
/// It knows the usable ones, in the order in which they came, and how many
/// others were rejected: a member whose rules are all malformed is not a
/// member without rules. Its default is no rules at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSet {
    rules: Box<[Rule]>,
    rejected: u32,
}

/// A rule that was left out of a [`RuleSet`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The protocol's id of the rule.
    pub id: u32,
    /// Why it was left out.
    pub error: RuleError,
}

impl RuleSet {
    /// Starts with no rules.
    #[must_use]
    pub fn builder() -> RuleSetBuilder {
        RuleSetBuilder::default()
    }

    /// Starts with no rules, and with room for `count`, at most
    /// [`RULES_PER_MEMBER`].
    #[must_use]
    pub fn builder_for(count: usize) -> RuleSetBuilder {
        let rules = Vec::with_capacity(count.min(RULES_PER_MEMBER));
        RuleSetBuilder { rules, ..RuleSetBuilder::default() }
    }

    /// Takes (id, text, effect time in Unix seconds; 0: at once) of each rule,
    /// and hands back the rejected ones for the report.
    pub fn collect<'a>(
        rules: impl IntoIterator<Item = (u32, &'a str, i64)>,
    ) -> (Self, Vec<Rejection>) {
        let mut builder = Self::builder();
        let mut rejections = Vec::new();
        for (id, text, effect_time) in rules {
            if let Err(error) = builder.add(id, text, effect_time) {
                rejections.push(Rejection { id, error });
            }
        }
        (builder.finish(), rejections)
    }

    /// Of rules that were parsed before.
    pub(super) fn of(rules: Box<[Rule]>, rejected: u32) -> Self {
        Self { rules, rejected }
    }

    /// The usable rules in the order in which they came; at most
    /// [`RULES_PER_MEMBER`].
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Bytes behind the pointers of this set, for limits on memory.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        size_of_val(&*self.rules) + self.rules.iter().map(Rule::heap_bytes).sum::<usize>()
    }

    /// How many rules were given and rejected.
    #[must_use]
    pub fn rejected(&self) -> u32 {
        self.rejected
    }

    /// Whether any rule was given, usable or rejected. Empty ones do not count.
    #[must_use]
    pub fn any_given(&self) -> bool {
        !self.rules.is_empty() || self.rejected > 0
    }
}

/// Puts a [`RuleSet`] together, rule by rule.
#[derive(Clone, Debug, Default)]
pub struct RuleSetBuilder {
    rules: Vec<Rule>,
    rejected: u32,
}

impl RuleSetBuilder {
    /// Adds a rule; see [`Rule::parse`]. An empty one is passed over.
    ///
    /// # Errors
    ///
    /// The rule is malformed, or it is the usable one beyond
    /// [`RULES_PER_MEMBER`]. It counts as rejected; the builder stays good.
    pub fn add(&mut self, id: u32, text: &str, effect_time: i64) -> Result<(), RuleError> {
        self.add_parsed(text, Rule::parse(id, text, effect_time))
    }

    /// As [`add`](Self::add), for many members with the same few rules.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add).
    pub fn add_cached(
        &mut self,
        cache: &mut RuleCache,
        id: u32,
        text: &str,
        effect_time: i64,
    ) -> Result<(), RuleError> {
        self.add_parsed(text, cache.parse(id, text, effect_time))
    }

    fn add_parsed(
        &mut self,
        text: &str,
        parsed: Result<Option<Rule>, RuleError>,
    ) -> Result<(), RuleError> {
        let parsed = parsed.and_then(|rule| match rule {
            Some(_) if self.rules.len() >= RULES_PER_MEMBER => {
                Err(RuleError::whole(text, Reason::TooManyRules))
            }
            rule => Ok(rule),
        });
        match parsed {
            Ok(rule) => {
                self.rules.extend(rule);
                Ok(())
            }
            Err(error) => {
                self.reject();
                Err(error)
            }
        }
    }

    /// Counts a rule that was given but rejected before its text could be
    /// read, for example because its JSON was not a rule.
    pub fn reject(&mut self) {
        self.rejected = self.rejected.saturating_add(1);
    }

    /// The rule set.
    #[must_use]
    pub fn finish(self) -> RuleSet {
        RuleSet { rules: self.rules.into(), rejected: self.rejected }
    }
}
