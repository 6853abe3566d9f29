//! What the grammar takes and what it does not.

use crate::rules::{Field, Reason, Rule};

#[test]
fn these_are_usable() {
    for rule in [
        "9:00-10:00 * * * *",
        "09:00-10:00 * * * *",
        "0:00-23:59 * * * *",
        "9:00-9:00 * * * *",
        "9:00-10:00,9:30-11:00,9:00-10:00 * * * *",
        "* 1-31 1-12 0-7 1970-2099",
        "* 01,02 09 05 2018",
        "* */1 */1 */1 */1",
        "* */31 */12 */7 */130",
        "* */9999 * * *",
        "* *,1 *,1 *,1 *,2018",
        "* 31 2 * *",
        "* 1-1 1-1/5 6-7 2018-2018",
    ] {
        assert!(matches!(Rule::parse(1, rule, 0), Ok(Some(_))), "{rule}");
    }
}

#[test]
fn these_are_the_same() {
    for (one, other) in [
        ("9:00-10:00 * * * *", "09:00-10:00 * * * *"),
        ("0:00-23:59 * * * *", "* * * * *"),
        ("0:00-11:59,12:00-23:59 * * * *", "* * * * *"),
        ("* 1-31 1-12 0-6 *", "* * * * *"),
        ("* */1 */1 */1 *,2018", "* * * * *"),
        ("* 1,2,3 * 6,0 2018,2019", "* 1-3 * 6-7 2018-2019"),
        ("* 1-9/4 * 1-7/2 *", "* 1,5,9 * 1,3,5,0 *"),
        ("* */40 */13 */8 */4000", "* 1 1 0 1970"),
    ] {
        assert_eq!(Rule::parse(1, one, 0), Rule::parse(1, other, 0), "{one}");
    }
    // A year column that names all of 1970 to 2099 ends there, a plain * does not.
    assert_ne!(Rule::parse(1, "* * * * */1", 0), Rule::parse(1, "* * * * *", 0));
}

#[test]
fn an_empty_rule_is_neither_usable_nor_malformed() {
    for text in ["", " ", "\t \t"] {
        assert_eq!(Rule::parse(1, text, 0), Ok(None), "{text:?}");
    }
}

#[test]
fn an_error_names_the_field_the_part_and_the_reason() {
    use Field::{DayOfMonth, DayOfWeek, Month, Time, Year};
    for (rule, field, part, reason) in [
        ("9:300-10:00 * * 6 *", Time, "9:300-10:00", Reason::NotATime),
        ("9:5-10:00 * * * *", Time, "9:5-10:00", Reason::NotATime),
        ("9:00-10:0 * * * *", Time, "9:00-10:0", Reason::NotATime),
        ("009:00-10:00 * * * *", Time, "009:00-10:00", Reason::NotATime),
        ("9-10 * * * *", Time, "9-10", Reason::NotATime),
        ("9:00-10:00:00 * * * *", Time, "9:00-10:00:00", Reason::NotATime),
        (":00-10:00 * * * *", Time, ":00-10:00", Reason::NotATime),
        ("+9:00-10:00 * * * *", Time, "+9:00-10:00", Reason::NotATime),
        ("9:00-10:00-11:00 * * * *", Time, "9:00-10:00-11:00", Reason::NotATime),
        ("9：00-10：00 * * * *", Time, "9：00-10：00", Reason::NotATime),
        ("٩:00-10:00 * * * *", Time, "٩:00-10:00", Reason::NotATime),
        ("9:00 * * * *", Time, "9:00", Reason::NotARange),
        ("*/2 * * * *", Time, "*/2", Reason::NotARange),
        ("1:00-2:00,* * * * *", Time, "*", Reason::NotARange),
        ("9:00-24:00 * * * *", Time, "9:00-24:00", Reason::HourOutOfRange),
        ("24:00-24:00 * * * *", Time, "24:00-24:00", Reason::HourOutOfRange),
        ("9:60-10:00 * * * *", Time, "9:60-10:00", Reason::MinuteOutOfRange),
        ("23:00-2:00 * * * *", Time, "23:00-2:00", Reason::Reversed),
        ("9:01-9:00 * * * *", Time, "9:01-9:00", Reason::Reversed),
        ("9:00-10:00, * * * *", Time, "9:00-10:00,", Reason::EmptyItem),
        (", * * * *", Time, ",", Reason::EmptyItem),
        ("* 0 * * *", DayOfMonth, "0", Reason::OutOfRange),
        ("* 32 * * *", DayOfMonth, "32", Reason::OutOfRange),
        ("* 1,,2 * * *", DayOfMonth, "1,,2", Reason::EmptyItem),
        ("* 1/2 * * *", DayOfMonth, "1/2", Reason::StepWithoutRange),
        ("* */0 * * *", DayOfMonth, "*/0", Reason::BadStep),
        ("* */ * * *", DayOfMonth, "*/", Reason::BadStep),
        ("* */-1 * * *", DayOfMonth, "*/-1", Reason::BadStep),
        ("* */2/2 * * *", DayOfMonth, "*/2/2", Reason::BadStep),
        ("* */10000 * * *", DayOfMonth, "*/10000", Reason::BadStep),
        ("* 3,1-9/0 * * *", DayOfMonth, "1-9/0", Reason::BadStep),
        ("* 9-1 * * *", DayOfMonth, "9-1", Reason::Reversed),
        ("* 1-2-3 * * *", DayOfMonth, "1-2-3", Reason::NotANumber),
        ("* -1 * * *", DayOfMonth, "-1", Reason::NotANumber),
        ("* *-5 * * *", DayOfMonth, "*-5", Reason::NotANumber),
        ("* ** * * *", DayOfMonth, "**", Reason::NotANumber),
        ("* 001 * * *", DayOfMonth, "001", Reason::NotANumber),
        ("* L * * *", DayOfMonth, "L", Reason::NotANumber),
        ("* ? * * *", DayOfMonth, "?", Reason::NotANumber),
        ("* * 0 * *", Month, "0", Reason::OutOfRange),
        ("* * 13 * *", Month, "13", Reason::OutOfRange),
        ("* * JAN * *", Month, "JAN", Reason::NotANumber),
        ("* * * 8 *", DayOfWeek, "8", Reason::OutOfRange),
        ("* * * 5-1 *", DayOfWeek, "5-1", Reason::Reversed),
        ("* * * 7-1 *", DayOfWeek, "7-1", Reason::Reversed),
        ("* * * MON *", DayOfWeek, "MON", Reason::NotANumber),
        ("* * * * 1969", Year, "1969", Reason::OutOfRange),
        ("* * * * 2100", Year, "2100", Reason::OutOfRange),
        ("* * * * 18", Year, "18", Reason::NotANumber),
        ("* * * * 02018", Year, "02018", Reason::NotANumber),
        ("* * * * 2019-2018", Year, "2019-2018", Reason::Reversed),
    ] {
        let error = Rule::parse(1, rule, 0).expect_err(rule);
        assert_eq!(error.field(), Some(field), "{rule}");
        assert_eq!((error.part(), error.reason()), (part, reason), "{rule}");
    }
}

#[test]
fn an_error_reads_well_and_stays_short() {
    let error = Rule::parse(1, "9:300-10:00 * * 6 *", 0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "field 1 (time), \"9:300-10:00\": \
         not a time: an hour of one or two digits, ':', two digits"
    );
    let error = Rule::parse(1, "9:00\n", 0).unwrap_err();
    assert_eq!(error.to_string(), "rule \"9:00\\n\": fewer than five fields");
    let error = Rule::parse(1, &format!("* {} * * *", "9".repeat(200)), 0).unwrap_err();
    assert!(error.to_string().len() < 150, "{error}");
}
