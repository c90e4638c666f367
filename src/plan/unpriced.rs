//! Prices that nobody said (a catalogue that was written by hand, or none at all): costs leave them out, and a plan
//! that does not say so would look cheaper than it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::{Catalogue, DesiredSim, LineRow, Msisdn, RatePlan, Source};
use crate::plan::Change;
use crate::plan::sequence::Step;

/// What is unpriced: the first line that it concerns, where that is declared, and how many operations there are.
#[derive(Debug, Default)]
pub(crate) struct Unpriced(BTreeMap<Arc<str>, (Msisdn, Source, u64)>);

impl Unpriced {
    /// The steps of a line.
    pub(crate) fn note(&mut self, catalogue: &Catalogue, sim: &DesiredSim, line: Option<&LineRow>, steps: &[Step]) {
        for step in steps {
            let plans: Vec<&RatePlan> = match &step.change {
                Change::ChangeRatePlan { from, to } => vec![from, to],
                Change::StartUse { plan, .. } => vec![plan],
                Change::Terminate { .. } => line.map(|line| &line.plan).into_iter().collect(),
                Change::Suspend
                | Change::Resume
                | Change::BindImei { .. }
                | Change::Allocate { .. }
                | Change::Deallocate { .. }
                | Change::BuyCoupon { .. }
                | Change::PlaceOrder { .. }
                | Change::CancelApplication { .. } => Vec::new(),
            };
            for plan in plans {
                if plan.as_str().is_empty() {
                    self.add("the monthly fee of a line whose rate plan is not known", sim);
                } else if catalogue.plans.get(plan).is_some_and(|price| price.monthly.is_none()) {
                    self.add(&format!("the monthly fee of {plan}"), sim);
                }
            }
            if matches!(step.change, Change::Terminate { .. }) && catalogue.terms.termination_fee.is_none() {
                self.add("the fee of a termination", sim);
            }
        }
    }

    fn add(&mut self, what: &str, sim: &DesiredSim) {
        let entry = self.0.entry(what.into()).or_insert((sim.msisdn, sim.source, 0));
        entry.2 += 1;
    }

    /// One warning for each price.
    pub(crate) fn take_warnings(&mut self) -> impl Iterator<Item = (Msisdn, Source, String)> + use<> {
        std::mem::take(&mut self.0).into_iter().map(|(what, (msisdn, source, count))| {
            let leave = if count == 1 { "1 operation leaves".to_owned() } else { format!("{count} operations leave") };
            (msisdn, source, format!("{what} is not known: {leave} it out of the cost"))
        })
    }
}
