//! Snapshots as the observed state of accounts.

use std::path::Path;

use crate::carrier::snapshot::{Snapshot, SnapshotError, read_snapshot};
use crate::cli::account::Target;
use crate::cli::failure::Failure;
use crate::cli::redaction;

/// Reads a snapshot file, which this flag names.
pub(super) fn read(path: &Path, flag: &str) -> Result<Snapshot, Failure> {
    let name = path.display().to_string();
    let text = std::fs::read(path).map_err(|error| Failure::from(error).while_(&name))?;
    let snapshot = read_snapshot(&name, &text).map_err(|error| {
        let help = match &error {
            SnapshotError::Malformed { .. } | SnapshotError::Duplicates { .. } => {
                Some(format!("this is no snapshot: give {flag} what `simfleet observe PATH -o FILE` wrote"))
            }
            SnapshotError::Version { .. } => None,
        };
        Failure { help, ..Failure::from(error) }
    })?;
    redaction::hide_contractor(&snapshot.observed.carrier.contractor_id);
    Ok(snapshot)
}

/// Whether a snapshot is this account's: by name, or because there is no other.
pub(super) fn is_of(snapshot: &Snapshot, target: &Target, accounts: usize) -> bool {
    snapshot.account == target.name || accounts == 1
}
