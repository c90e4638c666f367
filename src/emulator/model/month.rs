//! Months of the JST calendar, which fees and quotas go by.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::calendar::{jst_date, jst_midnight};

/// A month, counted from January of year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month(i64);

impl Month {
    /// The month of a moment.
    pub(crate) fn of(at: Timestamp) -> Self {
        Self::of_date(jst_date(at))
    }

    /// The month of a date.
    pub(crate) fn of_date(date: Date) -> Self {
        Self(i64::from(date.year()) * 12 + i64::from(date.month()) - 1)
    }

    /// The month of that count.
    pub(crate) fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The count.
    pub(crate) fn number(self) -> i64 {
        self.0
    }

    /// The month after.
    pub(crate) fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The month before.
    pub(crate) fn previous(self) -> Self {
        Self(self.0 - 1)
    }

    /// Its first day; months outside the calendar stay at its limits.
    pub(crate) fn first_day(self) -> Date {
        let year = i16::try_from(self.0.div_euclid(12)).unwrap_or(i16::MAX);
        let month = i8::try_from(self.0.rem_euclid(12) + 1).unwrap_or(1);
        Date::new(year, month, 1).unwrap_or(if self.0 < 0 { Date::MIN } else { Date::MAX })
    }

    /// The moment at which it begins.
    pub(crate) fn begins(self) -> Timestamp {
        jst_midnight(self.first_day())
    }

    /// The moment at which it ends and the next begins.
    pub(crate) fn ends(self) -> Timestamp {
        self.next().begins()
    }

    /// Reads `YYYY-MM`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok().map(Self::of_date)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.first_day();
        write!(f, "{:04}-{:02}", day.year(), day.month())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_jst_midnight() {
        let last_second: Timestamp = "2026-11-30T14:59:59Z".parse().unwrap();
        let december: Timestamp = "2026-11-30T15:00:00Z".parse().unwrap();
        assert_eq!(Month::of(last_second).to_string(), "2026-11");
        assert_eq!(Month::of(december).to_string(), "2026-12");
        assert_eq!(Month::of(last_second).ends(), december);
        assert_eq!(Month::parse("2026-12").unwrap().next().to_string(), "2027-01");
        assert!(Month::parse("2026-13").is_none());
        assert!(Month::parse("26-1").is_none());
    }
}
