//! What a plan says of one fleet, one order, or the account as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::Seen;
use crate::api::status::{LineCounts, LineReport, LineSituation};
use crate::controller::permit::Hold;
use crate::domain::{Desired, Mode, Money, Msisdn, OperationKind, Subject};
use crate::exec::{ApplyReport, OperationReport, Outcome};
use crate::plan::{BlockedCode, DriftItem, InDoubtItem, PendingItem};

/// Whose subjects something is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of<'a> {
    /// Everything.
    Account,
    /// A fleet, by its number.
    Fleet(u32),
    /// An order, by its name.
    Order(&'a str),
}

impl Of<'_> {
    fn has(self, desired: &Desired, subject: &Subject) -> bool {
        match (self, subject) {
            (Self::Account, _) => true,
            (Self::Fleet(number), Subject::Line(msisdn)) => fleet_of(desired, *msisdn) == Some(number),
            (Self::Order(own), Subject::Order(name)) => **name == *own,
            (Self::Fleet(_), Subject::Order(_)) | (Self::Order(_), Subject::Line(_)) => false,
        }
    }
}

fn fleet_of(desired: &Desired, msisdn: Msisdn) -> Option<u32> {
    desired.sim(msisdn).map(|sim| sim.fleet)
}

/// What a plan says.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub(super) counts: LineCounts,
    /// Operations that may be sent, and are sent next.
    pub(super) sending: BTreeMap<OperationKind, u64>,
    /// Operations that wait for the approval of the plan.
    pub(super) awaiting: BTreeMap<OperationKind, u64>,
    /// Operations that an exceeded guard holds.
    pub(super) guarded: u64,
    /// What blocks: subjects by code, with the message of the first one. What a policy's own cap ends is as declared.
    pub(super) blocked: BTreeMap<BlockedCode, (u64, String)>,
    /// Operations and wishes whose outcome time settles, and those that want a person; with a note.
    pub(super) in_doubt: Option<String>,
    pub(super) in_doubt_for_good: Option<String>,
    /// Lines that differ and are only observed.
    pub(super) only_observed: u64,
    /// Operations that the carrier refused just now, with what it said of the first one.
    pub(super) refused: Option<(u64, String)>,
    pub(super) pending: u64,
    pub(super) next_date: Option<String>,
    /// At once.
    pub(super) cost: Money,
    /// Lines that are not as declared, the gravest situation of each.
    pub(super) lines: BTreeMap<Msisdn, LineReport>,
    /// Changes by others, by whom.
    pub(super) drifted_by: BTreeMap<Option<Arc<str>>, u64>,
    /// Drift ignores that keep a change apart, and such that no longer do: last day and owner.
    pub(super) ignored: BTreeSet<(Date, Arc<str>)>,
    pub(super) expired: BTreeSet<(Date, Arc<str>)>,
    /// Orders that wait for something, in words.
    pub(super) what: Option<String>,
}

/// Whether a blocked wish is what the declaration itself asks for: a policy that may buy no more has done all it may.
fn is_as_declared(code: BlockedCode) -> bool {
    matches!(code, BlockedCode::TopUpCapReached | BlockedCode::SpendCapReached)
}

/// Whether a blocked wish comes free with time.
pub(super) fn ends_by_itself(code: BlockedCode) -> bool {
    matches!(code, BlockedCode::TrafficUnknown | BlockedCode::PurchasesNotObserved)
}

/// Whether something that waits is a difference which `mode: Observe` leaves: it waits for nothing.
fn is_left(desired: &Desired, item: &PendingItem) -> bool {
    let mode =
        item.subject.msisdn().and_then(|msisdn| fleet_of(desired, msisdn)).and_then(|fleet| desired.fleets.get(fleet as usize));
    let PendingItem { account: _, subject: _, application_no, what: _, effective_date, not_before } = item;
    mode.is_some_and(|fleet| fleet.mode == Mode::Observe)
        && application_no.is_none()
        && effective_date.is_none()
        && not_before.is_none()
}

impl Facts {
    /// Gathers what a plan says of a part of its account.
    pub(super) fn of(part: Of<'_>, desired: &Desired, seen: &Seen<'_>, reports: &[&ApplyReport]) -> Self {
        let mut facts = Self::default();
        let mut busy: BTreeSet<&Subject> = BTreeSet::new();
        facts.take_operations(part, desired, seen, &mut busy);
        facts.take_blocked(part, desired, seen, &mut busy);
        facts.take_pending(part, desired, seen, &mut busy);
        facts.take_doubts(part, desired, seen);
        facts.take_refusals(part, desired, seen, reports);
        facts.take_drift(part, desired, seen);
        let declared = match part {
            Of::Account => desired.sims.len(),
            Of::Fleet(number) => desired.sims.iter().filter(|sim| sim.fleet == number).count(),
            Of::Order(_) => 0,
        };
        let busy = busy.into_iter().filter(|subject| subject.msisdn().is_some_and(|msisdn| fleet_of(desired, msisdn).is_some()));
        facts.counts.desired = count(declared);
        facts.counts.in_sync = count(declared.saturating_sub(busy.count()));
        facts
    }

    fn take_drift(&mut self, part: Of<'_>, desired: &Desired, seen: &Seen<'_>) {
        let is_its = |item: &&DriftItem| part.has(desired, &item.msisdn.into());
        let (mut drifted, mut ignored) = (BTreeSet::new(), BTreeSet::new());
        for item in seen.plan.drift.iter().flatten().filter(is_its) {
            drifted.insert(item.msisdn);
            *self.drifted_by.entry(item.by.clone()).or_default() += 1;
            self.expired.extend(item.ignore.as_ref().map(|note| (note.until, Arc::clone(&note.owner))));
        }
        for item in seen.plan.drift_ignored.iter().filter(is_its) {
            ignored.insert(item.msisdn);
            self.ignored.extend(item.ignore.as_ref().map(|note| (note.until, Arc::clone(&note.owner))));
        }
        self.counts.drifted = count(drifted.len());
        self.counts.drift_ignored = count(ignored.len());
    }

    fn take_operations<'p>(&mut self, part: Of<'_>, desired: &Desired, seen: &Seen<'p>, busy: &mut BTreeSet<&'p Subject>) {
        let mut changing: BTreeSet<&Subject> = BTreeSet::new();
        let holds: BTreeMap<_, _> = seen.permit.held.iter().map(|held| (&held.id, &held.hold)).collect();
        for operation in seen.plan.operations.iter().filter(|operation| part.has(desired, &operation.subject)) {
            let kind = operation.change.kind();
            changing.insert(&operation.subject);
            self.cost = self.cost.plus(operation.cost.one_off());
            let situation = match holds.get(&operation.id) {
                None => {
                    *self.sending.entry(kind).or_default() += 1;
                    LineSituation::Changing
                }
                Some(Hold::Guard) => {
                    self.guarded += 1;
                    LineSituation::AwaitingApproval
                }
                Some(Hold::Approval | Hold::Dependency(_)) => {
                    *self.awaiting.entry(kind).or_default() += 1;
                    LineSituation::AwaitingApproval
                }
            };
            self.report(&operation.subject, situation, kind.as_str(), &operation.reason);
        }
        self.counts.changing = count(changing.len());
        busy.extend(changing);
    }

    fn take_blocked<'p>(&mut self, part: Of<'_>, desired: &Desired, seen: &Seen<'p>, busy: &mut BTreeSet<&'p Subject>) {
        let mut blocked: BTreeSet<&Subject> = BTreeSet::new();
        for item in seen.plan.blocked.iter().filter(|item| part.has(desired, &item.subject)) {
            blocked.insert(&item.subject);
            if item.code == BlockedCode::InDoubt {
                // An order may wait for one of equal content.
                let is_its = |doubt: &&InDoubtItem| doubt.subject == item.subject || doubt.subject.order().is_some();
                let is_for_good = seen.plan.in_doubt.iter().filter(is_its).any(|doubt| doubt.settled_by.is_none());
                self.doubt(!is_for_good, &item.message);
                self.report(&item.subject, LineSituation::InDoubt, item.code.as_str(), &item.message);
                continue;
            }
            self.report(&item.subject, LineSituation::Blocked, item.code.as_str(), &item.message);
            if !is_as_declared(item.code) {
                self.blocked.entry(item.code).or_insert_with(|| (0, format!("{}: {}", item.subject, item.message))).0 += 1;
            }
        }
        self.counts.blocked = count(blocked.len());
        busy.extend(blocked);
    }

    fn take_pending<'p>(&mut self, part: Of<'_>, desired: &Desired, seen: &Seen<'p>, busy: &mut BTreeSet<&'p Subject>) {
        let mut pending: BTreeSet<&Subject> = BTreeSet::new();
        let mut left: BTreeSet<&Subject> = BTreeSet::new();
        let mut next = None;
        for item in seen.plan.pending.iter().filter(|item| part.has(desired, &item.subject)) {
            busy.insert(&item.subject);
            if is_left(desired, item) {
                left.insert(&item.subject);
                self.report(&item.subject, LineSituation::Blocked, super::reasons::MODE_OBSERVE, &item.what);
                continue;
            }
            pending.insert(&item.subject);
            let not_before = item.not_before.map(|moment| crate::domain::calendar::jst_date(moment.0));
            next = next.into_iter().chain(item.effective_date).chain(not_before).min();
            self.report(&item.subject, LineSituation::Pending, super::reasons::PENDING, &item.what);
            self.what = Some(item.what.clone());
        }
        self.pending = count(pending.len());
        self.counts.pending = self.pending;
        self.only_observed = count(left.len());
        self.next_date = next.map(|date| date.to_string());
    }

    fn take_doubts(&mut self, part: Of<'_>, desired: &Desired, seen: &Seen<'_>) {
        let mut operations = 0;
        for item in seen.plan.in_doubt.iter().filter(|item| part.has(desired, &item.subject)) {
            operations += 1;
            let note = format!("{} of {}: {}", item.kind, item.subject, item.note);
            self.doubt(item.settled_by.is_some(), &note);
            self.report(&item.subject, LineSituation::InDoubt, item.kind.as_str(), &item.note);
        }
        self.counts.in_doubt = operations;
    }

    fn doubt(&mut self, settles: bool, note: &str) {
        let slot = if settles { &mut self.in_doubt } else { &mut self.in_doubt_for_good };
        slot.get_or_insert_with(|| note.to_owned());
    }

    /// Only of what is planned again: what is not is no longer wished for, or was done after all.
    fn take_refusals(&mut self, part: Of<'_>, desired: &Desired, seen: &Seen<'_>, reports: &[&ApplyReport]) {
        // Most reports hold none, and plans are long.
        let is_refused = |report: &&OperationReport| matches!(report.outcome, Outcome::Rejected { .. });
        if !reports.iter().flat_map(|report| &report.operations).any(|report| is_refused(&report)) {
            return;
        }
        let planned: BTreeSet<_> =
            seen.plan.operations.iter().map(|operation| (&operation.subject, operation.change.kind())).collect();
        let reports = reports.iter().flat_map(|report| &report.operations);
        for report in reports.filter(|report| part.has(desired, &report.subject)) {
            if let Outcome::Rejected { code, message } = &report.outcome
                && planned.contains(&(&report.subject, report.kind))
            {
                let said = format!("{} of {}: {code} {message}", report.kind, report.subject);
                self.refused.get_or_insert((0, said)).0 += 1;
            }
        }
    }

    fn report(&mut self, subject: &Subject, situation: LineSituation, code: &str, message: &str) {
        let Some(msisdn) = subject.msisdn() else { return };
        let report = LineReport {
            msisdn: msisdn.to_string(),
            situation,
            code: code.to_owned(),
            message: super::matter::capped(message.to_owned(), 512),
        };
        match self.lines.entry(msisdn) {
            std::collections::btree_map::Entry::Vacant(entry) => drop(entry.insert(report)),
            std::collections::btree_map::Entry::Occupied(mut entry) if situation < entry.get().situation => {
                entry.insert(report);
            }
            std::collections::btree_map::Entry::Occupied(_) => {}
        }
    }

    /// The gravest lines, at most so many, and how many more there are.
    pub(super) fn gravest(&self, most: usize) -> (Vec<LineReport>, u64) {
        let mut lines: Vec<&LineReport> = self.lines.values().collect();
        lines.sort_by(|left, right| (left.situation, &left.msisdn).cmp(&(right.situation, &right.msisdn)));
        let beyond = count(lines.len().saturating_sub(most));
        (lines.into_iter().take(most).cloned().collect(), beyond)
    }
}

pub(super) fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// `2 suspend, 1 terminate`.
pub(crate) fn kinds(counts: &BTreeMap<OperationKind, u64>) -> String {
    let words: Vec<String> = counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    words.join(", ")
}

/// The number of a fleet that is accepted.
pub(super) fn number_of(desired: &Desired, name: &Arc<str>) -> Option<u32> {
    desired.fleets.iter().position(|fleet| fleet.name == *name).and_then(|at| u32::try_from(at).ok())
}
