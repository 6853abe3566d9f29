//! The verdict of a set of rules at one instant.

use super::rule::{Day, Rule};
use super::set::RuleSet;
use super::zone::Zone;

/// Whose rules are asked. It matters only where no rule was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberType {
    /// Protocol `user_type` 0.
    Staff,
    /// Protocol `user_type` 1.
    Visitor,
    /// Protocol `user_type` 2.
    Student,
}

/// Why the verdict is pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PassReason {
    /// This rule is open; the first of them in the order in which they came.
    Rule(u32),
    /// No rule was given to a member of the staff.
    NoRulesStaff,
    /// No rule was given to a student, and the setting lets students pass.
    NoRulesStudent,
}

/// Why the verdict is deny.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DenyReason {
    /// No rule was given to a visitor.
    NoRulesVisitor,
    /// No rule was given to a student, and the setting does not let them pass.
    NoRulesStudent,
    /// Rules were given, and every one of them was rejected.
    AllMalformed,
    /// All usable rules lie ahead. Carries the id of the one that takes effect
    /// first; of several at that second, the one that came first.
    NoneInEffectYet(u32),
    /// Rules are in effect, and none of them is open.
    OutsideRules,
    /// The instant lies outside the years -9999 to 9999: the clock is broken,
    /// and even a member who needs no rule is not let in on its word.
    ClockOutOfRange,
}

/// What the rules say about a member at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The member may pass.
    Pass(PassReason),
    /// The member may not.
    Deny(DenyReason),
}

impl Outcome {
    /// The verdict alone.
    #[must_use]
    pub fn passes(self) -> bool {
        matches!(self, Self::Pass(_))
    }

    /// The rule that the verdict rests on: the open one, or the one that takes
    /// effect first if none is in effect yet. Outside of all rules there is
    /// none to name.
    #[must_use]
    pub fn rule_id(self) -> Option<u32> {
        match self {
            Self::Pass(PassReason::Rule(id)) | Self::Deny(DenyReason::NoneInEffectYet(id)) => {
                Some(id)
            }
            _ => None,
        }
    }
}

/// Asks the rules of one member at an instant, in Unix seconds.
///
/// The rules are a union: one open rule is enough. `student_default` is the
/// verdict for a student to whom no rule was given, which the protocol leaves
/// open (path 94004 and section 9 of the protocol facts). Allocates nothing.
#[must_use]
pub fn evaluate(
    rules: &RuleSet,
    member_type: MemberType,
    instant: i64,
    zone: &Zone,
    student_default: bool,
) -> Outcome {
    let Some(local) = zone.local(instant) else {
        return Outcome::Deny(DenyReason::ClockOutOfRange);
    };
    if !rules.any_given() {
        return without_rules(member_type, student_default);
    }
    let day = Day::of(local.date());
    let minute = minute_of(local);
    let mut ahead: Option<&Rule> = None;
    let mut any_in_effect = false;
    for rule in rules.rules() {
        if !rule.in_effect(instant) {
            if ahead.is_none_or(|first| rule.effect_time() < first.effect_time()) {
                ahead = Some(rule);
            }
            continue;
        }
        any_in_effect = true;
        if rule.matches(&day, minute) {
            return Outcome::Pass(PassReason::Rule(rule.id()));
        }
    }
    Outcome::Deny(match ahead {
        _ if any_in_effect => DenyReason::OutsideRules,
        Some(rule) => DenyReason::NoneInEffectYet(rule.id()),
        None => DenyReason::AllMalformed,
    })
}

fn without_rules(member_type: MemberType, student_default: bool) -> Outcome {
    match member_type {
        MemberType::Staff => Outcome::Pass(PassReason::NoRulesStaff),
        MemberType::Visitor => Outcome::Deny(DenyReason::NoRulesVisitor),
        MemberType::Student if student_default => Outcome::Pass(PassReason::NoRulesStudent),
        MemberType::Student => Outcome::Deny(DenyReason::NoRulesStudent),
    }
}

/// Minute of the local day, 0 to 1439.
pub(super) fn minute_of(local: jiff::civil::DateTime) -> u16 {
    u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs())
}
