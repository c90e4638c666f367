//! Reads single lines: one request each, as many at a time as the rate budget takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;

use super::ObserveError;
use super::purchases::complete_applications;
use crate::carrier::convert::{session_from, suspensions_of, traffic_from};
use crate::carrier::error::{CarrierError, RetryClass};
use crate::carrier::query::{ApplicationQuery, UsageQuery, UsageUnit};
use crate::carrier::routes::Carrier;
use crate::domain::calendar::{YearMonth, jst_date};
use crate::domain::{ApplicationType, Msisdn, Readings, SessionReading, TrafficReading, WantedReadings};

/// How to read lines.
#[derive(Debug, Clone, Copy)]
pub struct ReadingsOptions {
    /// Reads on their way at the same time. The rate budget is the driver's: this only has to keep it busy.
    pub parallel: usize,
    /// After so many lines in a row without an answer a function is taken to be out of order, and no other line is asked.
    pub patience: u32,
}

impl Default for ReadingsOptions {
    fn default() -> Self {
        Self { parallel: 8, patience: 24 }
    }
}

/// One line's answer.
enum Told {
    Session(Result<SessionReading, Arc<str>>),
    Traffic(Result<TrafficReading, Arc<str>>),
}

/// Reads the sessions and the traffic that are wanted, and tells of each that came. A line that cannot be read has
/// the reason in its place; only credentials that are refused end it, because no line will be readable then.
pub async fn read_lines(
    carrier: &dyn Carrier,
    wanted: &WantedReadings,
    now: Timestamp,
    options: ReadingsOptions,
    mut came: impl FnMut(),
) -> Result<Readings, ObserveError> {
    let month = YearMonth::of(now);
    let query = UsageQuery { from: Some(month.previous().first_day()), to: Some(jst_date(now)), unit: UsageUnit::Month };
    // One function may be out of order while the other works.
    let (no_session, no_traffic) = &(AtomicU32::new(0), AtomicU32::new(0));
    let is_away = |silent: &AtomicU32| silent.load(Ordering::Relaxed) >= options.patience;
    let not_asked = || Arc::<str>::from("not asked: the carrier had stopped answering");
    let sessions = wanted.sessions.iter().map(|msisdn| (*msisdn, false));
    let traffic = wanted.traffic.iter().map(|msisdn| (*msisdn, true));
    let mut told = stream::iter(sessions.chain(traffic))
        .map(|(msisdn, is_traffic)| async move {
            let told = if is_traffic {
                Told::Traffic(if is_away(no_traffic) {
                    Err(not_asked())
                } else {
                    heard(no_traffic, carrier.usage(msisdn, query).await.map(|usage| traffic_from(&usage, month)))?
                })
            } else {
                Told::Session(if is_away(no_session) {
                    Err(not_asked())
                } else {
                    heard(no_session, carrier.session(msisdn).await.map(|session| session_from(&session)))?
                })
            };
            Ok::<(Msisdn, Told), CarrierError>((msisdn, told))
        })
        .buffer_unordered(options.parallel.max(1));
    let mut readings = Readings::default();
    while let Some(answer) = told.next().await {
        match answer? {
            (msisdn, Told::Session(session)) => drop(readings.sessions.insert(msisdn, session)),
            (msisdn, Told::Traffic(traffic)) => drop(readings.traffic.insert(msisdn, traffic)),
        }
        came();
    }
    Ok(readings)
}

/// An answer, or why there is none. Counts how long nobody has answered.
fn heard<T>(silent: &AtomicU32, answer: Result<T, CarrierError>) -> Result<Result<T, Arc<str>>, CarrierError> {
    let error = match answer {
        Ok(told) => {
            silent.store(0, Ordering::Relaxed);
            return Ok(Ok(told));
        }
        Err(error) => error,
    };
    match error.class() {
        RetryClass::Auth => return Err(error),
        RetryClass::Transient | RetryClass::RateLimited => {
            silent.fetch_add(1, Ordering::Relaxed);
        }
        // An answer, and one about this line only.
        RetryClass::Conflict | RetryClass::Rejected | RetryClass::UnknownOutcome => silent.store(0, Ordering::Relaxed),
    }
    Ok(Err(error.failure.to_string().into()))
}

/// When lines were suspended, by the list of applications: the last time of each. An application whose lines the list
/// leaves out tells of none.
pub async fn read_suspensions(carrier: &dyn Carrier, readings: &mut Readings) -> Result<(), ObserveError> {
    let query = ApplicationQuery { kind: Some(ApplicationType::Suspend), ..ApplicationQuery::default() };
    for application in complete_applications(carrier, "suspensions", &query).await? {
        for (msisdn, at) in suspensions_of(&application) {
            let latest = readings.suspended_at.entry(msisdn).or_insert(at);
            *latest = at.max(*latest);
        }
    }
    Ok(())
}
