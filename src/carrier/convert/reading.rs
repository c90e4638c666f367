//! Answers about one line's connection (functions 4 and 11) to what the core knows of it.

use jiff::Timestamp;

use crate::carrier::wire::{Application, Session, Usage};
use crate::domain::calendar::YearMonth;
use crate::domain::identifier::ReportedImei;
use crate::domain::{ApplicationStatus, ApplicationType, LastSeen, Msisdn, SessionReading, TrafficReading};

/// A session. One that never was is `online: false` and nothing else (DOMAIN 5); anything else that is said proves
/// that there was one.
pub fn session_from(session: &Session) -> SessionReading {
    let Session { online, since, last_seen_at, ip_address, apn, imei, rat } = session;
    // Offline since then: the session ended then.
    let ended = (*last_seen_at).or(*since);
    let was = [ip_address, apn, imei, rat].into_iter().any(|field| field.as_ref().is_some_and(|text| !text.is_empty()));
    let last = match ended {
        _ if *online => LastSeen::Online,
        Some(at) => LastSeen::At(at.0),
        None if was => LastSeen::Unsaid,
        None => LastSeen::Never,
    };
    SessionReading { last, imei: imei.as_deref().and_then(|text| ReportedImei::parse(text).ok().flatten()) }
}

/// The traffic of a month and the one before it. A month without a row is unknown, not empty.
pub fn traffic_from(usage: &Usage, month: YearMonth) -> TrafficReading {
    let bytes = |month: YearMonth| {
        let name = month.to_string();
        usage.rows.iter().find(|row| row.period == name).map(|row| row.bytes)
    };
    TrafficReading { month, this_month: bytes(month), last_month: bytes(month.previous()), as_of: usage.as_of.0 }
}

/// The lines that an application suspended, and when it was asked for.
pub fn suspensions_of(application: &Application) -> impl Iterator<Item = (Msisdn, Timestamp)> + '_ {
    let done = |status: &ApplicationStatus| *status == ApplicationStatus::Completed;
    let items = application.items.iter().filter(move |item| done(&item.status) && application.kind == ApplicationType::Suspend);
    items.map(|item| (item.msisdn, application.requested_at.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(json: &str) -> SessionReading {
        session_from(&serde_json::from_str(json).expect("a session"))
    }

    #[test]
    fn a_session_that_never_was_says_nothing_else() {
        assert_eq!(session(r#"{"online":false}"#).last, LastSeen::Never);
        assert_eq!(session(r#"{"online":false,"imei":"000000000000000"}"#).imei, None);
        assert_eq!(session(r#"{"online":false,"apn":"m2m"}"#).last, LastSeen::Unsaid);
        assert_eq!(session(r#"{"online":true}"#).last, LastSeen::Online);
        let ended = "2026-07-01T00:00:00+09:00";
        let at = LastSeen::At(ended.parse().expect("a time"));
        assert_eq!(session(&format!(r#"{{"online":false,"since":"{ended}"}}"#)).last, at);
        let both = format!(r#"{{"online":false,"since":"2026-08-01T00:00:00+09:00","lastSeenAt":"{ended}"}}"#);
        assert_eq!(session(&both).last, at);
    }
}
