//! The carrier's calendar: Japan Standard Time, a fixed +09:00 with no daylight saving.

use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

/// The offset of Japan Standard Time.
pub const JST: Offset = Offset::constant(9);

/// The moment as a JST wall clock.
pub fn in_jst(at: Timestamp) -> Zoned {
    at.to_zoned(TimeZone::fixed(JST))
}

/// The JST date of a moment.
pub fn jst_date(at: Timestamp) -> Date {
    in_jst(at).date()
}

/// The moment at which a JST date begins; dates outside jiff's range stay at its limits.
pub fn jst_midnight(date: Date) -> Timestamp {
    JST.to_timestamp(date.to_datetime(Time::midnight())).unwrap_or(Timestamp::MAX)
}

/// The next JST midnight after a moment.
pub fn next_jst_midnight(at: Timestamp) -> Timestamp {
    jst_midnight(jst_date(at).tomorrow().unwrap_or(Date::MAX))
}

/// The 1st of the month after a date: when an accepted plan change takes effect.
pub fn first_of_next_month(date: Date) -> Date {
    date.last_of_month().tomorrow().unwrap_or(Date::MAX)
}

/// RFC 3339 with `+09:00`, to the second: how times are written in answers and plans.
pub fn rfc3339(at: Timestamp) -> String {
    in_jst(at).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// A calendar month (JST), written `YYYY-MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearMonth {
    first: Date,
}

impl YearMonth {
    /// The month that a moment is in.
    pub fn of(at: Timestamp) -> Self {
        Self { first: jst_date(at).first_of_month() }
    }

    /// `YYYY-MM`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let shape = text.len() == 7
            && text.bytes().enumerate().all(|(at, byte)| if at == 4 { byte == b'-' } else { byte.is_ascii_digit() });
        let first = format!("{text}-01").parse().ok()?;
        shape.then_some(Self { first })
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        self.first
    }

    /// Its last day.
    pub fn last_day(self) -> Date {
        self.first.last_of_month()
    }

    /// The month before; the first one that there is stays itself.
    #[must_use]
    pub fn previous(self) -> Self {
        Self { first: self.first.yesterday().unwrap_or(self.first).first_of_month() }
    }

    /// The moment at which it begins.
    pub fn begins(self) -> Timestamp {
        jst_midnight(self.first)
    }

    /// The moment at which the next one begins.
    pub fn ends(self) -> Timestamp {
        jst_midnight(first_of_next_month(self.first))
    }

    /// Whether a moment is in it.
    pub fn contains(self, at: Timestamp) -> bool {
        Self::of(at) == self
    }
}

impl std::fmt::Display for YearMonth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.first.strftime("%Y-%m").to_string())
    }
}

impl serde::Serialize for YearMonth {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for YearMonth {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("{text:?} is no month (YYYY-MM)")))
    }
}

impl schemars::JsonSchema for YearMonth {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "YearMonth".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$", "description": "A calendar month (JST)."})
    }
}

/// From which day of the month on a plan change is no longer accepted (DOMAIN 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum CutOff {
    /// Accepted on every day.
    #[serde(rename = "none")]
    None,
    /// Not on the last day of the month.
    #[default]
    #[serde(rename = "last-day")]
    LastDay,
    /// Not from the 25th on.
    #[serde(rename = "from-25th")]
    From25th,
}

impl CutOff {
    /// Whether a plan change is refused at that moment.
    pub fn is_passed(self, at: Timestamp) -> bool {
        let date = jst_date(at);
        match self {
            Self::None => false,
            Self::LastDay => date == date.last_of_month(),
            Self::From25th => date.day() >= 25,
        }
    }

    /// The first moment after `at` at which a plan change is accepted again, or `None` if it is now.
    pub fn opens_again(self, at: Timestamp) -> Option<Timestamp> {
        self.is_passed(at).then(|| jst_midnight(first_of_next_month(jst_date(at))))
    }
}

/// A moment that is written as RFC 3339 with `+09:00` and read with any offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JstTime(pub Timestamp);

impl std::fmt::Display for JstTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&rfc3339(self.0))
    }
}

impl serde::Serialize for JstTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for JstTime {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Timestamp::deserialize(deserializer).map(Self)
    }
}

impl schemars::JsonSchema for JstTime {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "JstTime".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}
