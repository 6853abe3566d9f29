//! The reader's time zone: parsing, and instants to local time.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use super::excerpt::Excerpt;

/// The time zone in which rules are read.
///
/// Whoever opens the engine names it; the zone of the host is never asked. The
/// default is [`DEFAULT_ZONE`].
#[derive(Clone, PartialEq, Eq)]
pub struct Zone {
    name: Box<str>,
    zone: TimeZone,
}

/// The zone of a reader that names none (section 9 of the protocol facts).
pub const DEFAULT_ZONE: &str = "Asia/Shanghai";

/// A time zone that is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("time zone {text:?}: {reason}")]
pub struct ZoneError {
    text: Excerpt,
    reason: &'static str,
}

impl ZoneError {
    /// What was asked for; at most 40 bytes of it, then `…`.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.as_str()
    }
}

/// Longest text that is looked at: POSIX TZ strings, the longest of the three
/// forms, stay below 60 bytes.
const ZONE_BYTES: usize = 128;

/// Offsets beyond this are typing errors; civil time reaches from -12 to +14.
const OFFSET_HOURS: i32 = 18;

impl Zone {
    /// Reads a fixed offset east of UTC (`+08:00`, `-0330`, `+08`, `UTC`), an
    /// IANA name (`Asia/Shanghai`, in any case) or a POSIX TZ string (`CST-8`,
    /// `EST5EDT,M3.2.0,M11.1.0`), whichever fits first.
    ///
    /// Names come from the time zone database of the host where it has one,
    /// because that may be newer, and else from the one compiled in. Only
    /// names that the latter has are known: `localtime` and `posixrules` would
    /// be the zone of the host, `right/...` would count leap seconds.
    ///
    /// # Errors
    ///
    /// None of the three. This includes an empty text, `:...`, and `UTC+8` or
    /// `GMT+8`: in POSIX they lie *west*, which is hardly ever what is meant.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        let error = |reason| ZoneError { text: Excerpt::of(text), reason };
        if text.is_empty() {
            return Err(error("nothing there"));
        }
        if text.len() > ZONE_BYTES {
            return Err(error("too long"));
        }
        let named = |zone| Ok(Self { name: text.into(), zone });
        if text.starts_with(['+', '-']) {
            return match fixed(text) {
                Some(offset) => named(TimeZone::fixed(offset)),
                None => Err(error("not an offset of the form +HH:MM within 18 hours")),
            };
        }
        if let Some(zone) = iana(text, jiff::tz::db()) {
            return named(zone);
        }
        let upper = text.to_ascii_uppercase();
        let sign = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT"));
        if sign.is_some_and(|sign| sign.starts_with(['+', '-'])) {
            return Err(error("its sign is ambiguous; write +HH:MM for east of Greenwich"));
        }
        // POSIX leaves to the host what a ':' means.
        if text.starts_with(':') {
            return Err(error("what follows a ':' is up to the host"));
        }
        match TimeZone::posix(text) {
            Ok(zone) => named(zone),
            Err(_) => Err(error("no IANA name, POSIX TZ string or offset")),
        }
    }

    pub(super) fn local(&self, instant: i64) -> Option<DateTime> {
        let timestamp = Timestamp::from_second(instant).ok()?;
        Some(self.zone.to_offset(timestamp).to_datetime(timestamp))
    }

    /// The offset at an instant and the first later instant at which it may be
    /// another; `None` outside the calendar.
    pub(super) fn segment(&self, instant: i64) -> Option<(Offset, i64)> {
        let timestamp = Timestamp::from_second(instant).ok()?;
        let until = self.zone.following(timestamp).next().map_or(i64::MAX, |next| {
            // Of a POSIX string that is always on summer time, jiff ends a year
            // a nanosecond early. Rounded up, or it would not be later.
            let next = next.timestamp();
            next.as_second() + i64::from(next.subsec_nanosecond() > 0)
        });
        // A search that steps from one to the next must end, whatever jiff says.
        Some((self.zone.to_offset(timestamp), until.max(instant + 1)))
    }
}

impl Default for Zone {
    fn default() -> Self {
        let name = DEFAULT_ZONE;
        // The compiled-in database has it. Were it gone, the fixed offset is
        // the same since 1991.
        let zone =
            iana(name, jiff::tz::db()).unwrap_or_else(|| TimeZone::fixed(Offset::constant(8)));
        Self { name: name.into(), zone }
    }
}

/// The text that it was read from.
impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({:?})", self.name)
    }
}

fn iana(name: &str, host: &TimeZoneDatabase) -> Option<TimeZone> {
    // Both stand for "nobody has said which zone".
    if name.eq_ignore_ascii_case("Factory") || name.eq_ignore_ascii_case("Etc/Unknown") {
        return None;
    }
    let compiled_in = TimeZoneDatabase::bundled().get(name).ok()?;
    // A trimmed host database may lack the name.
    Some(host.get(name).unwrap_or(compiled_in))
}

fn fixed(text: &str) -> Option<Offset> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.len() {
        2 => (digits, "00"),
        4 => digits.split_at_checked(2)?,
        5 => digits.split_once(':').filter(|(hours, _)| hours.len() == 2)?,
        _ => return None,
    };
    let hours = i32::from(super::columns::number(hours, 2..=2)?);
    let minutes = i32::from(super::columns::number(minutes, 2..=2)?);
    let total = hours * 60 + minutes;
    if minutes > 59 || total > OFFSET_HOURS * 60 {
        return None;
    }
    Offset::from_seconds(sign * total * 60).ok()
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZoneDatabase;

    use super::{Zone, iana};

    fn wall(zone: &str, instant: i64) -> String {
        Zone::parse(zone).expect(zone).local(instant).expect("in range").to_string()
    }

    #[test]
    fn the_three_forms() {
        for (zone, local) in [
            ("Asia/Shanghai", "1970-01-01T08:00:00"),
            ("asia/shanghai", "1970-01-01T08:00:00"),
            ("CST-8", "1970-01-01T08:00:00"),
            ("<+08>-8", "1970-01-01T08:00:00"),
            ("+08:00", "1970-01-01T08:00:00"),
            ("+0800", "1970-01-01T08:00:00"),
            ("+08", "1970-01-01T08:00:00"),
            ("-0330", "1969-12-31T20:30:00"),
            ("-03:30", "1969-12-31T20:30:00"),
            ("UTC", "1970-01-01T00:00:00"),
            ("UTC0", "1970-01-01T00:00:00"),
            ("Etc/GMT-8", "1970-01-01T08:00:00"),
            ("EST5EDT,M3.2.0,M11.1.0", "1969-12-31T19:00:00"),
        ] {
            assert_eq!(wall(zone, 0), local, "{zone}");
        }
    }

    #[test]
    fn a_posix_string_has_daylight_saving_time() {
        // 2024-07-01 12:00 UTC
        assert_eq!(wall("EST5EDT,M3.2.0,M11.1.0", 1_719_835_200), "2024-07-01T08:00:00");
        assert_eq!(wall("America/New_York", 1_719_835_200), "2024-07-01T08:00:00");
    }

    #[test]
    fn segments_go_forward_and_agree_with_the_offset() {
        for name in [
            "America/New_York",
            "Africa/Casablanca",
            "EST5EDT,M3.2.0,M11.1.0",
            "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1",
            "XXX3YYY,0/-167,365/167",
            "XXX-2<+01>-1,0/0,J365/23",
            "<+00>0<+01>,0/0,J365/25",
            "AAA24BBB-24,J1/0,J2/0",
            "AEST-10AEDT,M10.1.0,M4.1.0/3",
            "XXX11YYY,J1/0,J365/23",
        ] {
            let zone = Zone::parse(name).expect(name);
            let mut from = -631_152_000; // 1950
            while from < 4_102_444_800 {
                let (offset, until) = zone.segment(from).expect("in range");
                assert!(until > from, "{name} {from}");
                let end = until.min(4_102_444_800);
                let step = usize::try_from((end - from) / 50).unwrap_or(0).max(1);
                for instant in (from..end).step_by(step).chain([end - 1]) {
                    let local = jiff::Timestamp::from_second(instant).expect("in range");
                    let local = offset.to_datetime(local);
                    assert_eq!(zone.local(instant), Some(local), "{name} {instant} of {from}");
                }
                from = until;
            }
        }
    }

    #[test]
    fn an_unknown_zone_is_an_error_that_quotes_it() {
        for zone in [
            "",
            " ",
            ":",
            ":Asia/Shanghai",
            ":CST-8",
            "localtime",
            "Localtime",
            "posixrules",
            "right/Asia/Shanghai",
            "posix/Asia/Shanghai",
            "/etc/localtime",
            "../../etc/localtime",
            "Factory",
            "Etc/Unknown",
            "Asia/Shanghia",
            "Asia/Shanghai ",
            "CST",
            "UTC+8",
            "utc+8",
            "GMT-8",
            "+8",
            "+8:00",
            "+080",
            "+18:01",
            "+80:00",
            "+08:60",
            "+",
            "-",
            "+08:00:00",
            "上海",
            "+上",
            "Asia\0",
        ] {
            let error = Zone::parse(zone).expect_err(zone);
            assert_eq!(error.text(), zone);
            assert!(error.to_string().contains(&format!("{zone:?}")), "{error}");
        }
        let error = Zone::parse(&"x".repeat(1_000_000)).expect_err("long");
        assert!(error.to_string().len() < 120, "{error}");
    }

    #[test]
    fn a_host_without_a_database_is_enough() {
        let none = TimeZoneDatabase::none();
        for name in ["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe"] {
            assert_eq!(iana(name, &none).expect(name).iana_name(), Some(name));
        }
    }

    #[test]
    fn the_default_is_shanghai() {
        assert_eq!(Zone::default(), Zone::parse("Asia/Shanghai").expect("known"));
        assert_eq!(Zone::default().to_string(), "Asia/Shanghai");
    }
}
