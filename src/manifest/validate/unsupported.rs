//! What the schema reserves and this version does not do. Never ignored.

use crate::diag::{Diagnostic, codes};
use crate::manifest::sink::Place;

/// A feature that is declared and not there yet.
pub(crate) fn feature(what: &str, place: Place) -> Diagnostic {
    place
        .error(codes::NOT_SUPPORTED_YET, format!("{what} are not supported by this version of simfleet"))
        .help("remove it until your version supports it")
}
