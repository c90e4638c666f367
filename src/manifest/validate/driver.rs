//! Settings belong to their driver.

use super::console;
use crate::api::{CarrierAccountSpec, Driver};
use crate::diag::codes;
use crate::manifest::sink::{Place, Sink};

/// Settings of another driver than the declared one.
pub(crate) fn settings(spec: &CarrierAccountSpec, places: impl Fn(&[&str]) -> Place, sink: &mut Sink) {
    let CarrierAccountSpec { driver, endpoint, embedded, csv, credentials_ref: _, rate_limit: _, spend: _ } = spec;
    let place = |field: &str| places(&[field]);
    if endpoint.is_some() && *driver != Driver::Http {
        sink.push(
            place("endpoint")
                .error(codes::DRIVER_SETTINGS, "endpoint belongs to driver: http")
                .help("remove it, or write driver: http"),
        );
    }
    if embedded.is_some() && *driver != Driver::Embedded {
        sink.push(
            place("embedded")
                .error(codes::DRIVER_SETTINGS, "embedded belongs to driver: embedded")
                .help("remove it, or write driver: embedded"),
        );
    }
    match csv {
        Some(_) if *driver != Driver::Csv => sink.push(
            place("csv").error(codes::DRIVER_SETTINGS, "csv belongs to driver: csv").help("remove it, or write driver: csv"),
        ),
        Some(settings) => console::settings(settings, &places, sink),
        None => {}
    }
}
