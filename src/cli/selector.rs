//! `--only MSISDN|FLEET|ORDER`: which part of the manifests is planned.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::cli::account::Target;
use crate::cli::args::Selection;
use crate::cli::failure::Failure;
use crate::diag::did_you_mean;
use crate::domain::{Desired, DesiredSim, Msisdn};

/// A part of the manifests; empty means all of them.
#[derive(Debug, Default)]
pub(super) struct Selector {
    lines: BTreeSet<Msisdn>,
    fleets: BTreeSet<Arc<str>>,
    orders: BTreeSet<Arc<str>>,
}

impl Selection {
    /// Passes on what is wished for besides the manifests.
    pub(super) fn wish(&self, targets: &mut [Target]) {
        for target in targets {
            target.desired.cancel_removed_orders = self.cancel_removed_orders;
        }
    }
}

impl Selector {
    /// Reads the values of `--only`; each has to name something that is declared.
    pub(super) fn new(values: &[String], targets: &[Target]) -> Result<Self, Failure> {
        let mut selector = Self::default();
        let fleets = || targets.iter().flat_map(|target| &target.desired.fleets).map(|fleet| &fleet.name);
        let orders = || targets.iter().flat_map(|target| &target.desired.orders).map(|order| &order.name);
        for value in values {
            if let Ok(msisdn) = Msisdn::parse(value) {
                let declared =
                    targets.iter().any(|target| target.desired.sims.binary_search_by_key(&msisdn, |sim| sim.msisdn).is_ok());
                if !declared {
                    return Err(Failure::error(format!("--only {value}: no fleet declares this line")));
                }
                selector.lines.insert(msisdn);
                continue;
            }
            let (fleet, order) = (fleets().find(|name| ***name == **value), orders().find(|name| ***name == **value));
            if fleet.is_none() && order.is_none() {
                let names = fleets().chain(orders()).map(AsRef::as_ref);
                let near = did_you_mean(value, names).map(|near| format!("did you mean {near}?"));
                let message = format!("--only {value}: this is neither a phone number nor a declared fleet or order");
                return Err(Failure { help: near, ..Failure::error(message) });
            }
            selector.fleets.extend(fleet.cloned());
            selector.orders.extend(order.cloned());
        }
        Ok(selector)
    }

    /// Whether a line is in this part.
    pub(super) fn takes(&self, desired: &Desired, sim: &DesiredSim) -> bool {
        self.is_everything()
            || self.lines.contains(&sim.msisdn)
            || desired.fleet_of(sim).is_some_and(|fleet| self.fleets.contains(&fleet.name))
    }

    /// Whether an order is in this part: one that is named, or all where nothing is selected.
    pub(super) fn takes_order(&self, name: &str) -> bool {
        self.is_everything() || self.orders.contains(name)
    }

    /// Whether nothing was left out.
    pub(super) fn is_everything(&self) -> bool {
        self.lines.is_empty() && self.fleets.is_empty() && self.orders.is_empty()
    }
}
