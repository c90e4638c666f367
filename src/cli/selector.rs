//! `--only MSISDN|FLEET`: which part of the manifests is planned.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::cli::account::Target;
use crate::cli::failure::Failure;
use crate::diag::did_you_mean;
use crate::domain::{Desired, DesiredSim, Msisdn};

/// A part of the manifests; empty means all of them.
#[derive(Debug, Default)]
pub(super) struct Selector {
    lines: BTreeSet<Msisdn>,
    fleets: BTreeSet<Arc<str>>,
}

impl Selector {
    /// Reads the values of `--only`; each has to name something that is declared.
    pub(super) fn new(values: &[String], targets: &[Target]) -> Result<Self, Failure> {
        let mut selector = Self::default();
        let fleets = || targets.iter().flat_map(|target| &target.desired.fleets).map(|fleet| &fleet.name);
        for value in values {
            if let Ok(msisdn) = Msisdn::parse(value) {
                let declared =
                    targets.iter().any(|target| target.desired.sims.binary_search_by_key(&msisdn, |sim| sim.msisdn).is_ok());
                if !declared {
                    return Err(Failure::error(format!("--only {value}: no fleet declares this line")));
                }
                selector.lines.insert(msisdn);
            } else if let Some(name) = fleets().find(|name| ***name == **value) {
                selector.fleets.insert(Arc::clone(name));
            } else {
                let near = did_you_mean(value, fleets().map(AsRef::as_ref)).map(|near| format!("did you mean {near}?"));
                let failure = Failure::error(format!("--only {value}: this is neither a phone number nor a declared fleet"));
                return Err(Failure { help: near, ..failure });
            }
        }
        Ok(selector)
    }

    /// Whether a line is in this part.
    pub(super) fn takes(&self, desired: &Desired, sim: &DesiredSim) -> bool {
        self.is_everything()
            || self.lines.contains(&sim.msisdn)
            || desired.fleet_of(sim).is_some_and(|fleet| self.fleets.contains(&fleet.name))
    }

    /// Whether nothing was left out.
    pub(super) fn is_everything(&self) -> bool {
        self.lines.is_empty() && self.fleets.is_empty()
    }
}
