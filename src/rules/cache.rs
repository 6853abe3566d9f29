//! Rules that were parsed before, by their text.

use hashbrown::HashMap;

use super::error::RuleError;
use super::rule::Rule;

/// Most texts that are remembered.
const TEXTS: usize = 256;

/// Rules that were parsed before, by their text.
///
/// A company has a handful of different rules and thousands of members, so an
/// import meets the same texts again and again. Equal rules share their ranges
/// of minutes in memory.
#[derive(Default)]
pub struct RuleCache {
    parsed: HashMap<Box<str>, Rule>,
}

impl RuleCache {
    /// As [`Rule::parse`].
    ///
    /// # Errors
    ///
    /// As [`Rule::parse`].
    pub fn parse(
        &mut self,
        id: u32,
        text: &str,
        effect_time: i64,
    ) -> Result<Option<Rule>, RuleError> {
        if let Some(rule) = self.parsed.get(text) {
            return Ok(Some(rule.renamed(id, effect_time)));
        }
        let rule = Rule::parse(id, text, effect_time)?;
        if let Some(rule) = rule.as_ref().filter(|_| self.parsed.len() < TEXTS) {
            self.parsed.insert(text.into(), rule.clone());
        }
        Ok(rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remembered_rule_is_the_parsed_one() {
        let mut cache = RuleCache::default();
        for round in 0..2 {
            for text in ["9:00-10:00 * * 1-5 *", "0:00-2:00,9:30-18:00 */2 * * 2018", "*  * * * *"]
            {
                let cached = cache.parse(round, text, 77).unwrap();
                assert_eq!(cached, Rule::parse(round, text, 77).unwrap());
            }
            assert_eq!(cache.parse(1, " ", 0), Ok(None));
            assert!(cache.parse(1, "9:300-10:00 * * 6 *", 0).is_err());
        }
        assert_eq!(cache.parsed.len(), 3);
    }

    #[test]
    fn it_stays_bounded() {
        let mut cache = RuleCache::default();
        for minute in 0..600 {
            let text = format!("{}:{:02}-23:59 * * * *", minute / 60, minute % 60);
            assert_eq!(cache.parse(1, &text, 0), Rule::parse(1, &text, 0));
        }
        assert_eq!(cache.parsed.len(), TEXTS);
    }
}
