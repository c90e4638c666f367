//! Lines that nobody declares: of a fleet's system and service, or chip SIMs in its system's stock.
//! They are reported and never touched.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::{Catalogue, ChipStatus, Desired, Money, ObservedSim, ServiceCode, SystemNumber, Unmanaged};
use crate::plan::UnmanagedItem;

/// The systems and services whose undeclared lines are reported.
#[derive(Debug)]
pub(crate) struct Territory<'a> {
    account: &'a Arc<str>,
    catalogue: &'a Catalogue,
    services: BTreeSet<(&'a SystemNumber, &'a ServiceCode)>,
}

impl<'a> Territory<'a> {
    /// Of the fleets that report; one that ignores takes nothing away from another that does not.
    pub(crate) fn of(desired: &'a Desired, catalogue: &'a Catalogue) -> Self {
        let services = desired
            .fleets
            .iter()
            .filter(|fleet| fleet.policy.unmanaged == Unmanaged::Report)
            .map(|fleet| (&fleet.system, &fleet.service))
            .collect();
        Self { account: &desired.account, catalogue, services }
    }

    /// The report on an undeclared number, if it lies in here.
    pub(crate) fn report(&self, sim: &ObservedSim) -> Option<UnmanagedItem> {
        let (status, monthly_cost) = match (&sim.line, &sim.chip) {
            (Some(line), _) => {
                if !self.services.contains(&(&line.system, &line.service)) {
                    return None;
                }
                let fee = if line.status.is_billed() { self.catalogue.monthly(&line.plan) } else { Money::ZERO };
                (line.status.wire(), fee)
            }
            (None, Some(chip)) => {
                let stock = chip.system.as_ref().filter(|_| chip.status == ChipStatus::Allocated)?;
                if !self.services.iter().any(|(system, _)| *system == stock) {
                    return None;
                }
                (chip.status.wire(), Money::ZERO)
            }
            (None, None) => return None,
        };
        Some(UnmanagedItem { account: Arc::clone(self.account), msisdn: sim.msisdn, status: status.into(), monthly_cost })
    }
}
