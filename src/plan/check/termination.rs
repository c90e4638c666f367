//! Lines that are stopped: only those that may be, not before their hold is over, and with a word on what
//! the day costs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::replay::Sim;
use super::{Judge, goal};
use crate::domain::calendar::{JstTime, jst_midnight};
use crate::domain::{DesiredFleet, DesiredSim, DesiredState, Mode, Msisdn, OperationKind, Protection, Subject};
use crate::plan::{Change, Operation, WarningCode};

/// The last day on which a line that is to be terminated is only suspended.
pub(super) fn held(wish: &DesiredSim, today: Date) -> Option<Date> {
    match (wish.state, wish.terminate_after) {
        (Some(DesiredState::Terminated), Some(last)) if last >= today => Some(last),
        (_, _) => None,
    }
}

impl Judge<'_> {
    /// Whether an operation that stops a line may do so today.
    pub(super) fn may_stop(&mut self, wish: &DesiredSim, operation: &Operation) {
        let protected = match wish.protection {
            Protection::Protected => true,
            Protection::Lifted => false,
            Protection::Unsaid => self.protected.contains(&wish.msisdn),
        };
        let kind = operation.change.kind();
        if protected && kind.stops_a_line() {
            self.fault(Some(wish.msisdn), Some(operation), "the line is protected");
        }
        if kind == OperationKind::Terminate && held(wish, self.rules.today).is_some() {
            self.fault(Some(wish.msisdn), Some(operation), "the line is held");
        }
    }

    /// The plan tells of every protection that has to be kept or forgotten, and of nothing else.
    pub(super) fn protection(&mut self, selected: &dyn Fn(&DesiredSim) -> bool) {
        let plan = self.plan;
        let mut told: BTreeMap<Msisdn, bool> = plan.protection.iter().map(|item| (item.msisdn, item.protected)).collect();
        if told.len() != plan.protection.len() || !plan.protection.is_sorted_by_key(|item| item.msisdn) {
            self.fault(None, None, "the protection of lines is not told line by line");
        }
        let desired = self.desired;
        for wish in desired.sims.iter().filter(|sim| selected(sim)) {
            let (is_kept, told) = (self.protected.contains(&wish.msisdn), told.remove(&wish.msisdn));
            let is_right = match wish.protection {
                Protection::Protected => told == (!is_kept).then_some(true),
                Protection::Lifted => told != Some(true) && (told.is_some() || !is_kept),
                Protection::Unsaid => told.is_none(),
            };
            if !is_right {
                self.fault(Some(wish.msisdn), None, "its protection is not told as it is declared");
            }
        }
        if let Some(msisdn) = told.into_keys().next() {
            self.fault(Some(msisdn), None, "it is told of a protection that nobody declares");
        }
    }

    /// A line that is held: suspended after the plan, and told until when.
    pub(super) fn hold(&mut self, wish: &DesiredSim, fleet: &DesiredFleet, after: &Sim) {
        let Some(last) = held(wish, self.rules.today) else { return };
        if self.is_stopped(wish.msisdn) || fleet.mode == Mode::Observe {
            return;
        }
        let opens = last.tomorrow().map(|day| JstTime(jst_midnight(day))).ok();
        let told = self.plan.pending.iter().any(|item| item.subject == wish.msisdn && item.not_before == opens);
        if told && let Some(why) = goal::missed(wish, fleet, after, self.rules.today) {
            self.fault(Some(wish.msisdn), None, format!("it should be held, but {why}"));
        }
        let over = after.line.as_ref().is_none_or(|line| line.status.is_terminated());
        let waits = self.plan.pending.iter().any(|item| item.subject == wish.msisdn && item.application_no.is_some());
        if !told && !over && !waits && !after.is_ending() {
            self.fault(Some(wish.msisdn), None, "it is held, and the plan does not say until when");
        }
    }

    /// A fleet's lines that end before their month does are told of, one of them for all of a day.
    pub(super) fn told_of_days(&mut self) {
        let plan = self.plan;
        let told: BTreeSet<&Subject> =
            plan.warnings.iter().filter(|item| item.code == WarningCode::TerminationDate).map(|item| &item.subject).collect();
        let early = |operation: &&Operation| matches!(&operation.change, Change::Terminate { date } if date.tomorrow().is_ok_and(|next| next.month() == date.month()));
        let day = |operation: &Operation| (operation.fleet.clone(), operation.to.termination_date);
        let told_days: BTreeSet<_> =
            plan.operations.iter().filter(|operation| told.contains(&operation.subject)).map(day).collect();
        for operation in plan.operations.iter().filter(early).filter(|operation| !told_days.contains(&day(operation))) {
            self.fault(operation.subject.msisdn(), Some(operation), "ends before its month does, and no warning says so");
        }
    }
}
