//! Columns in and out: seconds, dates and identifiers.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::Row;
use rusqlite::types::Type;

use crate::domain::Msisdn;

/// A moment from a column of seconds.
pub(super) fn time(row: &Row<'_>, index: usize) -> rusqlite::Result<Timestamp> {
    Timestamp::from_second(row.get(index)?).map_err(|error| broken(index, error))
}

/// A moment that may be missing.
pub(super) fn time_or_none(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Timestamp>> {
    row.get::<_, Option<i64>>(index)?
        .map(|seconds| Timestamp::from_second(seconds).map_err(|error| broken(index, error)))
        .transpose()
}

/// A date that may be missing.
pub(super) fn date_or_none(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Date>> {
    match row.get_ref(index)?.as_str_or_null().map_err(|error| broken(index, error))? {
        Some(text) => text.parse().map(Some).map_err(|error: jiff::Error| broken(index, error)),
        None => Ok(None),
    }
}

/// A phone number.
pub(super) fn msisdn(row: &Row<'_>, index: usize) -> rusqlite::Result<Msisdn> {
    let text = row.get_ref(index)?.as_str().map_err(|error| broken(index, error))?;
    Msisdn::parse(text).map_err(|error| broken(index, error))
}

/// A count or size; the store never holds negative ones.
pub(super) fn count(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(index)?).unwrap_or(0))
}

/// A count as SQLite holds it; larger ones stay at the limit.
pub(super) fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A column that cannot be read.
pub(super) fn broken(index: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(error))
}
