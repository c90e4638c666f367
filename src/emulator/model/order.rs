//! The life of an order (DOMAIN 4 and 6): business days are Monday to Friday `[D]`.

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::{in_jst, jst_date, jst_midnight};
use crate::emulator::model::later;

/// Business days from acceptance to shipment.
const SHIPS_AFTER: u32 = 3;

/// Hour (JST) at which the carrier begins its working day.
const OPENS_AT: SignedDuration = SignedDuration::from_hours(9);

/// The date so many business days later.
pub(crate) fn add_business_days(date: Date, days: u32) -> Date {
    let mut date = date;
    let mut left = days;
    while left > 0 {
        date = date.tomorrow().unwrap_or(Date::MAX);
        if !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) || date == Date::MAX {
            left -= 1;
        }
    }
    date
}

/// When the carrier begins to make up an order: the next business day at nine. Until then it is cancellable.
pub(crate) fn arranging_at(accepted: Timestamp) -> Timestamp {
    later(jst_midnight(add_business_days(jst_date(accepted), 1)), OPENS_AT)
}

/// When it ships: three business days later at the same time of day, or so that it arrives on the
/// preferred day if that is later still.
pub(crate) fn ships_at(accepted: Timestamp, preferred: Option<Date>) -> Timestamp {
    let time = in_jst(accepted).time();
    let time_of_day =
        SignedDuration::from_secs(i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second()));
    let first = add_business_days(jst_date(accepted), SHIPS_AFTER);
    let day_before = preferred.map(|date| date.yesterday().unwrap_or(Date::MIN));
    later(jst_midnight(day_before.map_or(first, |day| day.max(first))), time_of_day)
}

/// When a parcel that has been shipped is delivered and the order completed.
pub(crate) fn delivered_at(shipped: Timestamp) -> Timestamp {
    later(shipped, SignedDuration::from_hours(24))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekends_are_no_business_days() {
        let friday: Date = "2026-11-20".parse().unwrap();
        assert_eq!(add_business_days(friday, 1).to_string(), "2026-11-23");
        assert_eq!(add_business_days(friday, 3).to_string(), "2026-11-25");
        let saturday: Timestamp = "2026-11-21T10:00:00+09:00".parse().unwrap();
        assert_eq!(arranging_at(saturday), "2026-11-23T09:00:00+09:00".parse().unwrap());
        assert_eq!(ships_at(saturday, None), "2026-11-25T10:00:00+09:00".parse().unwrap());
    }

    #[test]
    fn a_parcel_arrives_on_the_preferred_day_if_it_can() {
        let accepted: Timestamp = "2026-11-20T10:00:00+09:00".parse().unwrap();
        for (preferred, arrives) in [
            ("2026-11-20", "2026-11-26T10:00:00+09:00"),
            ("2026-11-26", "2026-11-26T10:00:00+09:00"),
            ("2026-12-24", "2026-12-24T10:00:00+09:00"),
        ] {
            let shipped = ships_at(accepted, Some(preferred.parse().unwrap()));
            assert_eq!(delivered_at(shipped), arrives.parse().unwrap(), "{preferred}");
        }
    }
}
