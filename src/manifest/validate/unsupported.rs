//! What is declared and cannot be done. Never ignored.

use crate::diag::{Diagnostic, codes};
use crate::manifest::sink::Place;

/// Policies that buy when traffic runs out, in an account that knows exported lists alone.
pub(crate) fn top_ups_with_csv_driver(place: Place) -> Diagnostic {
    place
        .error(
            codes::NOT_SUPPORTED_YET,
            "topUps are not supported with driver: csv: no exported list shows how much traffic is left",
        )
        .help("declare what is to be bought as `coupons`, or use another driver")
}
