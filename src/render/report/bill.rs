//! What an apply cost, and what was bought for it: the plan's words and prices beside the outcomes.

use std::collections::BTreeMap;

use crate::domain::ApplicationNumber;
use crate::exec::{ApplyReport, OperationReport, Outcome};
use crate::plan::{OpId, Operation, Plan};
use crate::render::escape::plain;
use crate::render::view::{Costs, fields};

/// The operations of a plan by their ids.
pub(super) struct Bill<'a> {
    operations: BTreeMap<&'a OpId, &'a Operation>,
}

impl<'a> Bill<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        Self { operations: plan.operations.iter().map(|operation| (&operation.id, operation)).collect() }
    }

    /// What an operation buys; `None` for what is not bought.
    pub(super) fn what(&self, id: &OpId) -> Option<String> {
        let operation = self.operations.get(id)?;
        fields(&operation.from, &operation.to).into_iter().find(|field| field.name.is_event()).map(|field| field.to_string())
    }

    /// A purchase that the carrier accepted: whose, what, for how much, under which number.
    pub(super) fn bought(&self, report: &OperationReport) -> Option<String> {
        let OperationReport { id, kind: _, subject, outcome } = report;
        if !outcome.is_success() {
            return None;
        }
        let (what, cost) = (self.what(id)?, self.operations.get(id)?.cost);
        let application = application(outcome).map(|number| format!("  application {}", plain(number.as_str())));
        Some(format!("{subject}  {what}  {}{}", Costs::of_one(cost), application.unwrap_or_default()))
    }

    /// What was done costs, and what is in doubt may cost.
    pub(super) fn costs(&self, reports: &[ApplyReport]) -> (Costs, Costs) {
        let (mut done, mut doubtful) = (Costs::default(), Costs::default());
        for OperationReport { id, outcome, .. } in reports.iter().flat_map(|report| &report.operations) {
            let Some(operation) = self.operations.get(id) else { continue };
            let costs = Costs::of_one(operation.cost);
            match outcome {
                Outcome::Confirmed { .. } | Outcome::Accepted { .. } => done = done.plus(costs),
                Outcome::InDoubt { .. } => doubtful = doubtful.plus(costs),
                Outcome::Rejected { .. } | Outcome::Stale { .. } | Outcome::Skipped { .. } | Outcome::NotSent { .. } => {}
            }
        }
        (done, doubtful)
    }
}

/// The carrier's number for what it took.
fn application(outcome: &Outcome) -> Option<&ApplicationNumber> {
    match outcome {
        Outcome::Confirmed { application, .. } => application.as_ref(),
        Outcome::Accepted { application } => Some(application),
        Outcome::Rejected { .. }
        | Outcome::Stale { .. }
        | Outcome::Skipped { .. }
        | Outcome::NotSent { .. }
        | Outcome::InDoubt { .. } => None,
    }
}
