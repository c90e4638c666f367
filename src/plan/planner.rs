//! One account's plan: join, diff each number, decide what is bought, then batch what has to be done.

mod purchases;

pub(crate) use purchases::{wants, wants_of_limits};

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::calendar::{JstTime, jst_date};
use crate::domain::{Desired, DesiredSim, Mode, Msisdn, Observed, ObservedSim, Source, Subject};
use crate::plan::diff::{self, Context, Outcome, Wait, Wish};
use crate::plan::join::{Pair, join, sorted};
use crate::plan::sequence::Step;
use crate::plan::unmanaged::Territory;
use crate::plan::unpriced::Unpriced;
use crate::plan::{
    AccountPlan, BlockedCode, BlockedItem, DesiredDigest, DriftItem, FleetSection, InDoubtItem, Memory, ObservedDigest,
    Operation, Part, PendingItem, Place, Request, RequestId, SETTLE_WINDOW, WarningCode, WarningItem, approval, batch, digest,
    drift, guard, imei_in_use, order, protection, purchase, reason, request_path, termination_date,
};

/// Plans one account: the fewest and least harmful operations that bring what was observed to what was
/// declared. `now` is the carrier's time.
///
/// An observation that is not complete yields no operations: absence proves nothing in it.
pub fn plan(desired: &Desired, observed: &Observed, memory: &Memory, now: Timestamp) -> AccountPlan {
    plan_only(desired, observed, memory, now, Part::ALL)
}

/// Plans a part of an account (`--only`): lines and orders that are not selected are neither planned nor
/// reported. Guards still count the whole fleet, and lines outside the part are not unmanaged.
pub fn plan_only(desired: &Desired, observed: &Observed, memory: &Memory, now: Timestamp, part: Part<'_>) -> AccountPlan {
    let sims = sorted(&desired.sims, |sim| sim.msisdn);
    let rows = sorted(&observed.sims, |sim| sim.msisdn);
    let mut planning = Planning::new(desired, observed, memory, now);
    if observed.complete {
        planning.walk(&sims, &rows, part.lines);
        planning.stop_double_imeis(&sims, &rows);
        let decisions = planning.decide_purchases(&sims, &rows, part.lines);
        planning.hold_back_observed();
        planning.buy(decisions);
        planning.orders(now, part);
    }
    planning.finish(&sims, &rows, part)
}

/// A chain of steps for one line or order: each waits for the one before it.
struct Work {
    subject: Subject,
    /// Index into the fleets; an order belongs to none.
    fleet: Option<usize>,
    /// What people call it.
    name: Option<Arc<str>>,
    /// By what people group it.
    labels: Option<Arc<BTreeMap<String, String>>>,
    source: Source,
    steps: Vec<Step>,
    /// The step of an earlier chain that the first one waits for.
    after: Option<batch::Place>,
}

struct Planning<'a> {
    desired: &'a Desired,
    observed: &'a Observed,
    memory: &'a Memory,
    now: Timestamp,
    context: Context<'a>,
    /// Lines whose last operation has an unknown outcome, sorted.
    doubted: Vec<Msisdn>,
    tallies: Vec<guard::Tally>,
    termination_days: termination_date::Days,
    unpriced: Unpriced,
    /// What the month has cost already.
    spent: purchase::Spent,
    work: Vec<Work>,
    blocked: Vec<BlockedItem>,
    pending: Vec<PendingItem>,
    warnings: Vec<WarningItem>,
    drift: Option<Vec<DriftItem>>,
    drift_ignored: Vec<DriftItem>,
    unmanaged: Vec<crate::plan::UnmanagedItem>,
    /// Declared lines that are planned.
    lines: u64,
}

impl<'a> Planning<'a> {
    fn new(desired: &'a Desired, observed: &'a Observed, memory: &'a Memory, now: Timestamp) -> Self {
        let mut doubted: Vec<Msisdn> = memory.in_doubt.iter().filter_map(|operation| operation.subject.msisdn()).collect();
        doubted.sort_unstable();
        Self {
            desired,
            observed,
            memory,
            now,
            context: Context::new(&observed.catalogue, memory, now),
            doubted,
            termination_days: termination_date::Days::new(jst_date(now)),
            unpriced: Unpriced::default(),
            tallies: vec![guard::Tally::default(); desired.fleets.len()],
            spent: purchase::Spent::default(),
            work: Vec::new(),
            blocked: Vec::new(),
            pending: Vec::new(),
            warnings: Vec::new(),
            drift: memory.confirmed.as_ref().map(|_| Vec::new()),
            drift_ignored: Vec::new(),
            unmanaged: Vec::new(),
            lines: 0,
        }
    }

    fn walk(&mut self, sims: &[&'a DesiredSim], rows: &[&'a ObservedSim], selected: &dyn Fn(&DesiredSim) -> bool) {
        let territory = Territory::of(self.desired, &self.observed.catalogue);
        let today = jst_date(self.now);
        let mut confirmed = self.memory.confirmed.iter().flatten().peekable();
        for pair in join(sims.iter().copied(), rows.iter().copied()) {
            let (sim, row) = match pair {
                Pair::Missing(sim) => (sim, None),
                Pair::Both(sim, row) => (sim, Some(row)),
                Pair::Undeclared(row) => {
                    self.unmanaged.extend(territory.report(row));
                    continue;
                }
            };
            let Some((fleet, tally)) =
                usize::try_from(sim.fleet).ok().and_then(|fleet| Some((fleet, self.tallies.get_mut(fleet)?)))
            else {
                continue;
            };
            tally.lines += 1;
            if !selected(sim) {
                continue;
            }
            self.lines += 1;
            self.one_line(sim, fleet, row);
            if let Some(found) = &mut self.drift
                && self.doubted.binary_search(&sim.msisdn).is_err()
            {
                while confirmed.next_if(|((msisdn, _), _)| *msisdn < sim.msisdn).is_some() {}
                let of_line = std::iter::from_fn(|| confirmed.next_if(|((msisdn, _), _)| *msisdn == sim.msisdn))
                    .map(|((_, field), value)| (field, value));
                for item in drift::drift(&self.desired.account, sim.msisdn, row, of_line) {
                    let bearing = drift::bearing(self.desired, sim, &item.field, today);
                    let list = if bearing.counts() { &mut *found } else { &mut self.drift_ignored };
                    list.push(DriftItem { ignore: bearing.note(self.desired), ..item });
                }
            }
        }
    }

    fn one_line(&mut self, sim: &'a DesiredSim, fleet: usize, row: Option<&'a ObservedSim>) {
        let Some(declared_by) = self.desired.fleets.get(fleet) else { return };
        if self.doubted.binary_search(&sim.msisdn).is_ok()
            && let Some(doubt) = self.memory.in_doubt.iter().find(|operation| operation.subject == sim.msisdn)
        {
            self.block(
                sim.msisdn.into(),
                sim.source,
                BlockedCode::InDoubt,
                reason::in_doubt(doubt.kind, &doubt.id.0, doubt.since),
            );
            return;
        }
        let outcome = match row {
            Some(row) => diff::diff(self.context, Wish { sim, fleet: declared_by }, row),
            None => diff::diff_missing(sim),
        };
        match outcome {
            Outcome::InSync => {}
            Outcome::Blocked(code, message) => self.block(sim.msisdn.into(), sim.source, code, message),
            Outcome::Work(steps, waits) => {
                if declared_by.mode != Mode::Observe
                    && let Some(line) = row.and_then(|row| row.line.as_ref())
                {
                    let fee = self.observed.catalogue.monthly(&line.plan);
                    self.termination_days.note(&declared_by.name, sim, fee, &steps, &waits);
                }
                for wait in waits {
                    self.wait(sim.msisdn.into(), wait);
                }
                if declared_by.mode != Mode::Observe {
                    let line = row.and_then(|row| row.line.as_ref());
                    self.unpriced.note(&self.observed.catalogue, sim, line, &steps);
                }
                if !steps.is_empty() {
                    self.work.push(Work {
                        subject: sim.msisdn.into(),
                        fleet: Some(fleet),
                        name: sim.name.clone(),
                        labels: sim.labels.clone(),
                        source: sim.source,
                        steps,
                        after: None,
                    });
                }
            }
        }
    }

    /// An observed fleet is told what differs, and no more. Last of all: what blocks a line does so
    /// whatever its fleet's mode.
    fn hold_back_observed(&mut self) {
        let observed = |work: &Work| {
            work.fleet.and_then(|fleet| self.desired.fleets.get(fleet)).is_some_and(|fleet| fleet.mode == Mode::Observe)
        };
        let (held, work): (Vec<_>, Vec<_>) = std::mem::take(&mut self.work).into_iter().partition(observed);
        self.work = work;
        for Work { subject, steps, .. } in held {
            let kinds: Vec<_> = steps.iter().map(|step| step.change.kind()).collect();
            if let Some(first) = steps.first() {
                let what = reason::observed_only(&kinds, &first.reason);
                self.wait(subject, Wait { application: None, what, effective: None, not_before: None });
            }
        }
    }

    fn orders(&mut self, now: Timestamp, part: Part<'_>) {
        for planned in order::orders(self.desired, self.observed, self.memory, now, part.orders) {
            let order::Planned { name, source, outcome, warnings } = planned;
            let subject = || Subject::Order(Arc::clone(&name));
            for (code, message) in warnings {
                self.warn(subject(), source, code, message);
            }
            match outcome {
                Outcome::InSync => {}
                Outcome::Blocked(code, message) => self.block(subject(), source, code, message),
                Outcome::Work(steps, waits) => {
                    for wait in waits {
                        self.wait(subject(), wait);
                    }
                    if !steps.is_empty() {
                        self.work.push(Work {
                            subject: subject(),
                            fleet: None,
                            name: None,
                            labels: None,
                            source,
                            steps,
                            after: None,
                        });
                    }
                }
            }
        }
    }

    fn wait(&mut self, subject: Subject, wait: Wait) {
        self.pending.push(PendingItem {
            account: Arc::clone(&self.desired.account),
            subject,
            application_no: wait.application,
            what: wait.what,
            effective_date: wait.effective,
            not_before: wait.not_before.map(JstTime),
        });
    }

    fn block(&mut self, subject: Subject, source: Source, code: BlockedCode, message: String) {
        let source = self.place(source);
        self.blocked.push(BlockedItem { account: Arc::clone(&self.desired.account), subject, code, message, source });
    }

    fn warn(&mut self, subject: Subject, source: Source, code: WarningCode, message: String) {
        let source = self.place(source);
        self.warnings.push(WarningItem { account: Arc::clone(&self.desired.account), subject, code, message, source });
    }

    fn place(&self, source: Source) -> Place {
        let file = usize::try_from(source.file).ok().and_then(|file| self.desired.files.get(file));
        Place { file: file.cloned().unwrap_or_default(), line: source.line, column: source.column }
    }

    /// Takes back work that would bind an IMEI which another chip SIM has or gets.
    fn stop_double_imeis(&mut self, sims: &[&DesiredSim], rows: &[&ObservedSim]) {
        let shares = |msisdn: Msisdn| {
            let declared = sims.binary_search_by_key(&msisdn, |sim| sim.msisdn).ok().and_then(|index| sims.get(index));
            declared.and_then(|sim| self.desired.fleet_of(sim)).is_some_and(|fleet| fleet.policy.allow_duplicate_imei)
        };
        let chains: Vec<(&Subject, &[Step])> = self.work.iter().map(|work| (&work.subject, work.steps.as_slice())).collect();
        let holders = imei_in_use::holders(&chains, rows, &shares);
        let (stopped, work): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.work).into_iter().zip(holders).partition(|(_, holder)| holder.is_some());
        self.work = work.into_iter().map(|(work, _)| work).collect();
        for (work, holder) in stopped {
            let other = holder.map_or_else(String::new, |msisdn| msisdn.to_string());
            self.pending.retain(|item| item.subject != work.subject);
            self.block(
                work.subject,
                work.source,
                BlockedCode::ImeiInUse,
                format!("the declared IMEI belongs to chip SIM {other} too: are two rows swapped?"),
            );
        }
    }

    fn finish(mut self, sims: &[&DesiredSim], rows: &[&ObservedSim], part: Part<'_>) -> AccountPlan {
        self.blocked.sort_by(|left, right| left.subject.cmp(&right.subject));
        self.pending.sort_by(|left, right| left.subject.cmp(&right.subject));
        for (msisdn, source, message) in self.termination_days.take_warnings() {
            self.warn(msisdn.into(), source, WarningCode::TerminationDate, message);
        }
        for (msisdn, source, message) in self.unpriced.take_warnings() {
            self.warn(msisdn.into(), source, WarningCode::PriceUnknown, message);
        }
        self.warnings.sort_by(|left, right| (&left.subject, left.code).cmp(&(&right.subject, right.code)));
        let in_sync = self.in_sync(sims);
        let (operations, requests) = self.operations();
        for operation in &operations {
            let fleet = self.desired.fleets.iter().position(|fleet| fleet.name == operation.fleet);
            if let Some(tally) = fleet.and_then(|fleet| self.tallies.get_mut(fleet)) {
                tally.count(operation.change.kind());
            }
        }
        let guards = guard::guards(self.desired, &self.tallies, &operations, &self.spent);
        let protection = protection::changes(self.desired, sims, part.lines, self.memory, &operations);
        let account = &self.desired.account;
        let mut in_doubt: Vec<InDoubtItem> = self
            .memory
            .in_doubt
            .iter()
            .map(|operation| InDoubtItem {
                account: Arc::clone(account),
                id: operation.id.clone(),
                kind: operation.kind,
                subject: operation.subject.clone(),
                since: JstTime(operation.since),
                settled_by: operation.since.checked_add(SETTLE_WINDOW).ok().filter(|_| !operation.asks_a_person).map(JstTime),
                note: operation.note.clone(),
            })
            .collect();
        in_doubt.sort_by(|left, right| (&left.subject, &left.id).cmp(&(&right.subject, &right.id)));
        let lines = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        AccountPlan {
            account: Arc::clone(account),
            carrier: self.observed.carrier.clone(),
            desired: DesiredDigest { digest: digest::desired(self.desired, sims), lines: lines(sims.len()) },
            observed: ObservedDigest {
                digest: digest::observed(self.observed, rows),
                at: JstTime(self.observed.at),
                complete: self.observed.complete,
                lines: lines(rows.len()),
            },
            fleet: self.observed.complete.then(|| FleetSection::of(rows, &self.observed.catalogue)),
            operations,
            requests,
            blocked: self.blocked,
            pending: self.pending,
            drift: self.drift,
            drift_ignored: self.drift_ignored,
            unmanaged: self.unmanaged,
            protection,
            in_doubt,
            guards,
            warnings: self.warnings,
            in_sync,
        }
    }

    /// Planned lines of which nothing is said and for which nothing is done.
    fn in_sync(&self, sims: &[&DesiredSim]) -> u64 {
        let said = self.blocked.iter().map(|item| &item.subject).chain(self.pending.iter().map(|item| &item.subject));
        let mut busy: Vec<Msisdn> = said.chain(self.work.iter().map(|work| &work.subject)).filter_map(Subject::msisdn).collect();
        busy.sort_unstable();
        busy.dedup();
        busy.retain(|msisdn| sims.binary_search_by_key(msisdn, |sim| sim.msisdn).is_ok());
        self.lines.saturating_sub(u64::try_from(busy.len()).unwrap_or(u64::MAX))
    }

    fn operations(&self) -> (Vec<Operation>, Vec<Request>) {
        let chains: Vec<batch::Chain<'_>> =
            self.work.iter().map(|work| batch::Chain { steps: &work.steps, after: work.after }).collect();
        let batches = batch::batches(&chains, self.observed.catalogue.terms.bulk_limit);
        let carrier = &self.observed.carrier;
        let ids: Vec<Vec<_>> = self
            .work
            .iter()
            .map(|work| work.steps.iter().map(|step| digest::op_id(carrier, &work.subject, &step.change)).collect())
            .collect();
        let id_of = |place: &batch::Place| ids.get(place.line).and_then(|line| line.get(place.step)).cloned();
        let mut operations = Vec::with_capacity(chains.iter().map(|chain| chain.steps.len()).sum());
        let mut requests = Vec::with_capacity(batches.len());
        for (number, batch) in batches.iter().enumerate() {
            let id = request_id(number, batches.len());
            let first = operations.len();
            for place in &batch.members {
                let member = self.work.get(place.line).and_then(|work| Some((work, work.steps.get(place.step)?)));
                let (Some((work, step)), Some(op)) = (member, id_of(place)) else { continue };
                let fleet = work.fleet.and_then(|fleet| self.desired.fleets.get(fleet));
                let before = place.step.checked_sub(1).map(|step| batch::Place { step, ..*place }).or(work.after);
                operations.push(Operation {
                    id: op,
                    account: Arc::clone(&self.desired.account),
                    fleet: fleet.map(|fleet| Arc::clone(&fleet.name)).unwrap_or_default(),
                    subject: work.subject.clone(),
                    change: step.change.clone(),
                    from: step.from.clone(),
                    to: step.to.clone(),
                    wave: batch.wave,
                    depends_on: before.and_then(|place| id_of(&place)).into_iter().collect(),
                    request: id.clone(),
                    cost: step.cost,
                    reason: step.reason.clone(),
                    precondition: step.precondition.clone(),
                    approval: approval::need(fleet, step.change.kind()),
                    name: work.name.clone(),
                    labels: work.labels.clone(),
                    source: self.place(work.source),
                });
            }
            let items = operations.get(first..).unwrap_or_default();
            if let Some(operation) = items.first() {
                requests.push(Request {
                    id,
                    account: Arc::clone(&self.desired.account),
                    wave: batch.wave,
                    function: batch.kind.function().number(),
                    method: "POST".to_owned(),
                    path: request_path::of(&operation.subject, &operation.change),
                    items: items.iter().map(|operation| operation.id.clone()).collect(),
                });
            }
        }
        (operations, requests)
    }
}

/// `r0001`, with as many digits as the last one needs, so that the order of texts is that of sending.
pub(crate) fn request_id(index: usize, of: usize) -> RequestId {
    let width = of.to_string().len().max(4);
    RequestId(format!("r{:0width$}", index + 1).into())
}
