//! Pass rules: parsed once, answered for an instant.
//!
//! A rule says when a member may pass, in five columns modelled on crontab
//! (WeCom, path 94004): `time day-of-month month day-of-week year`.
//!
//! ```
//! use kaimen::rules::{MemberType, RuleSet, Zone, evaluate, next_change};
//!
//! let mut rules = RuleSet::builder();
//! rules.add(7, "9:00-18:00 * * 1-5 *", 0)?;
//! assert!(rules.add(8, "9:300-10:00 * * 6 *", 0).is_err()); // costs only itself
//! let rules = rules.finish();
//!
//! let zone = Zone::default(); // Asia/Shanghai
//! let monday_nine = 1_539_565_200; // 2018-10-15 09:00
//! let outcome = evaluate(&rules, MemberType::Staff, monday_nine, &zone, false);
//! assert!(outcome.passes());
//! assert_eq!(outcome.rule_id(), Some(7));
//! // Closed range: the whole minute 18:00 still passes, 18:01:00 does not.
//! let shut = monday_nine + 9 * 3600 + 60;
//! assert_eq!(next_change(&rules, monday_nine, &zone), Some(shut));
//! # Ok::<(), kaimen::rules::RuleError>(())
//! ```
//!
//! # The grammar
//!
//! | # | column | range | forms |
//! |---|--------|-------|-------|
//! | 1 | time of day | 0:00 to 23:59 | `*`, or a list of `H:MM-H:MM` |
//! | 2 | day of month | 1 to 31 | `*`, `*/n`, `a`, `a-b`, `a-b/n`, and lists of them |
//! | 3 | month | 1 to 12 | same |
//! | 4 | day of week | 0 to 7, 0 and 7 both Sunday | same |
//! | 5 | year, four digits | 1970 to 2099 | same |
//!
//! - Time ranges are closed: `9:00-10:00` is open from 09:00:00 up to and
//!   including 10:00:59. `9:00-9:00` is one minute. The hour has one or two
//!   digits, the minute exactly two (so `9:5` and the `9:300` of one protocol
//!   page are malformed), and midnight is not crossed: no `24:00`, no reversed
//!   range. `*` stands alone in this column.
//! - All five columns must hold: a rule that restricts both day columns is an
//!   AND, where crontab would take an OR.
//! - `*/n` and `a-b/n` are the values a, a+n, ... as in crontab, so `*/14` in
//!   column 2 is the 1st, the 15th and the 29th. `a/n` and a step of 0 are
//!   malformed. A step wider than the range leaves its first value.
//! - The range of years is that of the Quartz scheduler; `*/n` counts from
//!   1970. A plain `*` is every year without end, before 1970 as well.
//! - Columns are parted by any number of spaces and tabs, which may also lead
//!   or trail. Inside a column there are none.
//! - A text of blanks alone is an *empty* rule: neither usable nor malformed.
//!   It counts as if it had not been sent.
//! - Longer than [`RULE_BYTES`](crate::limits::RULE_BYTES) is rejected, never
//!   truncated.
//!
//! # Daylight saving time
//!
//! The labels on the wall clock decide. A local time that occurs twice is open
//! both times; a local time that is skipped never opens anything.

mod cache;
mod columns;
mod day_map;
mod error;
mod evaluate;
mod excerpt;
mod minutes;
mod next_change;
mod rule;
mod set;
mod stored;
mod zone;

#[cfg(test)]
mod tests;

pub use cache::RuleCache;
pub use error::{Field, Reason, RuleError};
pub use evaluate::{DenyReason, MemberType, Outcome, PassReason, evaluate};
pub use next_change::next_change;
pub use rule::Rule;
pub use set::{Rejection, RuleSet, RuleSetBuilder};
pub use stored::{StoredRuleError, StoredRules};
pub use zone::{DEFAULT_ZONE, Zone, ZoneError};
