//! The names and filters of `get`, parsed. A wrong one is a usage error.

use jiff::civil::Date;

use crate::cli::failure::Failure;
use crate::domain::{ApplicationNumber, Msisdn, ServiceCode, SystemNumber};

/// Phone numbers; at least one, where a function takes one line at a time.
pub(super) fn numbers(names: &[String]) -> Result<Vec<Msisdn>, Failure> {
    names.iter().map(|name| Msisdn::parse(name).map_err(|error| Failure::usage(format!("{name}: {error}")))).collect()
}

/// Phone numbers of which there has to be one: the function reads one line a request.
pub(super) fn some_numbers(names: &[String], what: &str) -> Result<Vec<Msisdn>, Failure> {
    if names.is_empty() {
        return Err(
            Failure::usage(format!("{what} are read line by line: which lines?")).help(format!("simfleet get {what} MSISDN …"))
        );
    }
    numbers(names)
}

/// Application numbers.
pub(super) fn applications(names: &[String]) -> Vec<ApplicationNumber> {
    names.iter().map(|name| ApplicationNumber::from(name.as_str())).collect()
}

/// `SYSTEM/SERVICE`.
pub(super) fn services(names: &[String]) -> Result<Vec<(SystemNumber, ServiceCode)>, Failure> {
    names
        .iter()
        .map(|name| {
            name.split_once('/')
                .map(|(system, service)| (SystemNumber::from(system), ServiceCode::from(service)))
                .ok_or_else(|| Failure::usage(format!("{name}: write SYSTEM/SERVICE, such as S0001234/m2m-lte")))
        })
        .collect()
}

/// A day.
pub(super) fn day(text: Option<&str>, option: &str) -> Result<Option<Date>, Failure> {
    text.map(|text| text.parse().map_err(|_| Failure::usage(format!("{option} {text}: write YYYY-MM-DD")))).transpose()
}
