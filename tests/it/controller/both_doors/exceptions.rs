//! What the two doors say differently of the invalid manifests, and why that cannot be otherwise.

use Door::{Cluster, Files};

/// Who says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Door {
    Files,
    Cluster,
}

/// A code that only one of the two gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Difference {
    pub(super) case: String,
    /// The object, such as `SimFleet/kanto`. Empty: no document.
    pub(super) place: String,
    pub(super) only: Door,
    pub(super) code: &'static str,
}

/// Every one of them has to occur.
pub(super) fn exceptions() -> Vec<Difference> {
    [
        // A controller has no files to write. It refuses the account, and does nothing at all with what is the account's.
        ("csv-driver", "CarrierAccount/console", Cluster, "DRIVER_NOT_IN_CLUSTER"),
        ("csv-driver", "SimFleet/kanto", Files, "NOT_SUPPORTED_YET"),
        // Nor files to read, whichever it would read.
        ("csv-settings", "CarrierAccount/nothing-to-read", Cluster, "DRIVER_NOT_IN_CLUSTER"),
        ("csv-settings", "CarrierAccount/nothing-to-read", Files, "MISSING_FIELD"),
        ("csv-settings", "CarrierAccount/without-settings", Cluster, "DRIVER_NOT_IN_CLUSTER"),
        ("csv-settings", "CarrierAccount/without-settings", Files, "MISSING_FIELD"),
        // Of one name there is one object: the second document is a change of the first.
        ("duplicate-document", "SimFleet/kanto", Files, "DUPLICATE_DOCUMENT"),
        // kubectl sends JSON, made of the last of the two.
        ("duplicate-key", "SimFleet/kanto", Files, "DUPLICATE_KEY"),
        // Its lines contradict those of a fleet that is refused itself, so nothing contradicts them (`accept`); files are
        // refused all together.
        ("grants", "SimFleet/kanto", Files, "DUPLICATE_GRANT"),
        // A path that leads to nothing of ours is no document.
        ("nothing-of-ours", "", Files, "NO_DOCUMENTS"),
        // For files the command line may say where the carrier is.
        ("orders", "CarrierAccount/main", Cluster, "MISSING_FIELD"),
    ]
    .map(|(case, place, only, code)| Difference { case: case.to_owned(), place: place.to_owned(), only, code })
    .into()
}
