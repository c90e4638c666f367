//! `--only MSISDN|FLEET`: which lines are reported. Unlike a plan, a report is also about lines that nobody declares.

use std::collections::BTreeSet;

use crate::cli::account::Target;
use crate::cli::failure::Failure;
use crate::diag::did_you_mean;
use crate::domain::Msisdn;

/// The lines that `--only` names.
#[derive(Debug, Default)]
pub(super) struct Only {
    /// All of them; a fleet stands for the lines that it declares. `None` where nothing is named.
    pub(super) lines: Option<BTreeSet<Msisdn>>,
    /// Those that were named themselves, and that no account's list has shown yet.
    pub(super) unseen: BTreeSet<Msisdn>,
}

/// Reads the values of `--only`.
pub(super) fn read(values: &[String], targets: &[Target]) -> Result<Only, Failure> {
    if values.is_empty() {
        return Ok(Only::default());
    }
    let mut unseen = BTreeSet::new();
    let fleets = || targets.iter().flat_map(|target| &target.desired.fleets).map(|fleet| &*fleet.name);
    let mut lines = BTreeSet::new();
    for value in values {
        if let Ok(msisdn) = Msisdn::parse(value) {
            lines.insert(msisdn);
            unseen.insert(msisdn);
            continue;
        }
        if !fleets().any(|name| name == value) {
            let near = did_you_mean(value, fleets()).map(|near| format!("did you mean {near}?"));
            let message = format!("--only {value}: this is neither a phone number nor a declared fleet");
            return Err(Failure { help: near, ..Failure::error(message) });
        }
        for desired in targets.iter().map(|target| &target.desired) {
            let of_fleet = desired.sims.iter().filter(|sim| desired.fleet_of(sim).is_some_and(|fleet| *fleet.name == **value));
            lines.extend(of_fleet.map(|sim| sim.msisdn));
        }
    }
    Ok(Only { lines: Some(lines), unseen })
}
