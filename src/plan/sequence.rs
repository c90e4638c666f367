//! The shortest legal way from one state to another, searched in the carrier's own transition
//! tables, and the steps it is made of.

use std::collections::VecDeque;

use jiff::civil::Date;

use crate::domain::transition::{CHIP_TRANSITIONS, LINE_TRANSITIONS, Transition};
use crate::domain::{ApplicationType, Catalogue, ChipStatus, Imei, LineStatus, OperationKind, Pending, RatePlan, SystemNumber};
use crate::plan::{Change, Cost, Precondition, Values, cost, termination_date};

/// One operation of a line, before it is given a request and a wave.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) change: Change,
    pub(crate) from: Values,
    pub(crate) to: Values,
    pub(crate) cost: Cost,
    pub(crate) reason: String,
    pub(crate) precondition: Precondition,
}

/// The kinds of operation that lead a line from one status to another; `None` where none do.
pub(crate) fn line_path(from: &LineStatus, to: &LineStatus) -> Option<Vec<OperationKind>> {
    path(LINE_TRANSITIONS, from, to)
}

/// The kinds of operation that lead a chip SIM from one status to another; `None` where none do.
pub(crate) fn chip_path(from: &ChipStatus, to: &ChipStatus) -> Option<Vec<OperationKind>> {
    path(CHIP_TRANSITIONS, from, to)
}

/// Breadth first, in the order of the table: the shortest path, and always the same one.
fn path<S: PartialEq>(table: &[Transition<S>], from: &S, to: &S) -> Option<Vec<OperationKind>> {
    let mut queue = VecDeque::from([(from, Vec::new())]);
    let mut seen = vec![from];
    while let Some((state, way)) = queue.pop_front() {
        if state == to {
            return Some(way);
        }
        for edge in table.iter().filter(|edge| edge.from == *state) {
            if !seen.contains(&&edge.to) {
                seen.push(&edge.to);
                let mut longer = way.clone();
                longer.push(edge.by);
                queue.push_back((&edge.to, longer));
            }
        }
    }
    None
}

fn state(name: &str) -> Values {
    Values { state: Some(name.into()), ..Values::default() }
}

fn in_status(status: &str) -> Precondition {
    Precondition { status: Some(status.into()), ..Precondition::default() }
}

pub(crate) fn suspend(from: &LineStatus, reason: &str) -> Step {
    Step {
        change: Change::Suspend,
        from: state(from.name()),
        to: state(LineStatus::Suspended.name()),
        cost: Cost::FREE,
        reason: format!("{reason}; a suspended line is billed in full"),
        precondition: in_status(from.wire()),
    }
}

pub(crate) fn resume(from: &LineStatus, reason: String) -> Step {
    Step {
        change: Change::Resume,
        from: state(from.name()),
        to: state(LineStatus::Active.name()),
        cost: Cost::FREE,
        reason,
        precondition: in_status(from.wire()),
    }
}

pub(crate) fn allocate(system: &SystemNumber, reason: String) -> Step {
    Step {
        change: Change::Allocate { system: system.clone() },
        from: state("Registered"),
        to: Values { system_number: Some(system.clone()), ..state("Allocated") },
        cost: Cost::FREE,
        reason,
        precondition: in_status(ChipStatus::ImeiRegistered.wire()),
    }
}

pub(crate) fn deallocate(system: &SystemNumber, reason: String) -> Step {
    Step {
        change: Change::Deallocate { system: system.clone() },
        from: Values { system_number: Some(system.clone()), ..state("Allocated") },
        to: state("Registered"),
        cost: Cost::FREE,
        reason,
        precondition: Precondition { system_number: Some(system.as_str().into()), ..in_status(ChipStatus::Allocated.wire()) },
    }
}

/// What the steps of one line have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps<'a> {
    pub(crate) catalogue: &'a Catalogue,
    /// The carrier's date.
    pub(crate) today: Date,
    /// The card's number where the carrier names it: what irreversible steps insist on.
    pub(crate) iccid: Option<&'a str>,
}

impl Steps<'_> {
    fn this_card(self, precondition: Precondition) -> Precondition {
        Precondition { iccid: self.iccid.map(Into::into), ..precondition }
    }

    pub(crate) fn terminate(self, from: &LineStatus, plan: &RatePlan, date: Date, reason: &str) -> Step {
        let fee = self.catalogue.fee(plan);
        let billing = termination_date::billing(date, self.today, fee);
        Step {
            change: Change::Terminate { date },
            from: state(from.name()),
            to: Values { termination_date: Some(date), ..state("Terminated") },
            cost: cost::of_termination(self.catalogue, plan),
            reason: format!("{reason}; ends for good at the end of {date}; {billing}"),
            precondition: self.this_card(in_status(from.wire())),
        }
    }

    pub(crate) fn change_rate_plan(self, status: &LineStatus, from: &RatePlan, to: &RatePlan, effective: Date) -> Step {
        Step {
            change: Change::ChangeRatePlan { from: from.clone(), to: to.clone() },
            from: Values { rate_plan: Some(from.clone()), ..Values::default() },
            to: Values { rate_plan: Some(to.clone()), ..Values::default() },
            cost: cost::of_change(self.catalogue, from, to),
            reason: format!("declared {to}, observed {from}; counts from {effective}"),
            precondition: Precondition { rate_plan: Some(from.clone()), ..in_status(status.wire()) },
        }
    }

    pub(crate) fn bind_imei(self, imei: Imei, reason: &str) -> Step {
        Step {
            change: Change::BindImei { imei },
            from: state("Ordered"),
            to: Values { imei: Some(imei), ..state("Registered") },
            cost: Cost::FREE,
            reason: format!("{reason}; an IMEI is bound for ever"),
            precondition: self.this_card(Precondition { imei: Some("".into()), ..in_status(ChipStatus::Ordered.wire()) }),
        }
    }

    pub(crate) fn start_use(self, system: &SystemNumber, plan: &RatePlan, imei: Option<Imei>, reason: &str) -> Step {
        Step {
            change: Change::StartUse { system: system.clone(), plan: plan.clone() },
            from: state("Allocated"),
            to: Values { system_number: Some(system.clone()), rate_plan: Some(plan.clone()), ..state("Active") },
            cost: cost::of_start(self.catalogue, plan),
            reason: format!("{reason}; billing starts and cannot be undone"),
            precondition: self.this_card(Precondition {
                system_number: Some(system.as_str().into()),
                imei: imei.map(|imei| imei.as_str().into()),
                ..in_status(ChipStatus::Allocated.wire())
            }),
        }
    }

    /// Cancels a termination: the line goes back to the status it had before.
    pub(crate) fn cancel_termination(
        self,
        application: &Pending,
        (status, back_to): (&LineStatus, &LineStatus),
        plan: &RatePlan,
        date: Option<Date>,
        reason: String,
    ) -> Step {
        Step {
            change: Change::CancelApplication { application: application.application.clone(), of: ApplicationType::Terminate },
            from: Values {
                termination_date: date,
                application: Some(application.application.clone()),
                application_type: Some(ApplicationType::Terminate),
                ..state(status.name())
            },
            to: state(back_to.name()),
            cost: cost::of_cancelled_termination(self.catalogue, plan),
            reason,
            precondition: Precondition { applications: vec![application.application.clone()], ..in_status(status.wire()) },
        }
    }

    /// Cancels a plan change that has not taken effect.
    pub(crate) fn cancel_plan_change(self, application: &Pending, current: &RatePlan, coming: &RatePlan, reason: String) -> Step {
        Step {
            change: Change::CancelApplication { application: application.application.clone(), of: ApplicationType::PlanChange },
            from: Values {
                rate_plan: Some(coming.clone()),
                application: Some(application.application.clone()),
                application_type: Some(ApplicationType::PlanChange),
                ..Values::default()
            },
            to: Values { rate_plan: Some(current.clone()), ..Values::default() },
            cost: cost::of_change(self.catalogue, coming, current),
            reason,
            precondition: Precondition {
                rate_plan: Some(current.clone()),
                applications: vec![application.application.clone()],
                ..Precondition::default()
            },
        }
    }
}
