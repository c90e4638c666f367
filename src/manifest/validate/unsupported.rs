//! What is declared and cannot be done. Never ignored.

use crate::diag::{Diagnostic, codes};
use crate::manifest::sink::Place;

/// A purchase in an account that only writes files for the console.
pub(crate) fn with_csv_driver(what: &str, place: Place) -> Diagnostic {
    place
        .error(
            codes::NOT_SUPPORTED_YET,
            format!("{what} are not supported with driver: csv, which hands over to a person and cannot tell what was bought"),
        )
        .help("buy them in the console, or use another driver")
}
