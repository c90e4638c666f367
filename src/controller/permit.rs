//! Which of a plan's operations may be sent now, and what the others wait for.
//!
//! | operation | is sent |
//! |---|---|
//! | R1–R3 of a fleet in mode `Apply`; a cancellation of an order | at once |
//! | R4, R5 of a kind with `policy.approval: Auto` | at once |
//! | every other R4, R5; anything of a fleet in mode `Plan`; placing an order | with the plan's id in [`names::APPROVE`] |
//! | a coupon that the carrier refused [`MOST_REFUSALS`] times | with the plan's id in [`names::APPROVE`] |
//! | one that depends on one that waits | after that one |
//! | anything, while a guard is exceeded | with the plan's id, and the guard's number in [`names::ACK`] |
//!
//! The rules are those of the command line ([`crate::exec::approve`]): a permit is what `--yes` gives, and with the
//! annotations `--yes --approve PLAN_ID --ack KIND=N`. The one difference: what is not approved does not hold up what
//! needs no approval.

mod annotations;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

pub use annotations::Approval;

use super::names;
use crate::domain::OperationKind;
use crate::exec::approve::{exceeded, is_approved};
use crate::plan::{ApprovalNeed, GuardItem, GuardKind, OpId, Operation, Plan};

/// What may be sent of an account's plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permit {
    /// The id that approves the account's plan; empty where the plan has no such account.
    pub plan_id: String,
    /// Whether it was given.
    pub is_approved: bool,
    /// Whether something is sent because it was given, or could be: then the annotations are removed first, for they
    /// say so once.
    pub uses_approval: bool,
    /// Whether an approval was given that is of another plan. It approves nothing, now or when that plan comes again: it
    /// is taken away.
    pub is_void: bool,
    /// Operations that may be sent now, with all that they depend on.
    pub operations: BTreeSet<OpId>,
    /// The others, in the order of the plan.
    pub held: Vec<Held>,
    /// Guards that stop the account: exceeded, and not lifted.
    pub guards: Vec<StandingGuard>,
    /// What is wrong with the annotations, for people, a sentence each.
    pub problems: Vec<String>,
}

/// An operation that is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The operation.
    pub id: OpId,
    /// What it waits for.
    pub hold: Hold,
}

/// What an operation waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// The approval of the plan.
    Approval,
    /// An operation that waits itself.
    Dependency(OpId),
    /// A guard of the account, whatever the operation is.
    Guard,
}

/// A guard that is exceeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingGuard {
    /// The guard.
    pub guard: GuardItem,
    /// What lifts it, as [`names::ACK`] has it: `terminate=2`.
    pub ack: String,
    /// `guard kanto/terminate allows 0, the plan holds 2`.
    pub why: String,
}

/// A coupon that was refused so often is not tried again without being asked for: nobody watches, and every attempt is a
/// record of its own.
pub const MOST_REFUSALS: u32 = 3;

fn was_refused_too_often(operation: &Operation) -> bool {
    operation.to.purchase.as_ref().is_some_and(|purchase| purchase.attempt > MOST_REFUSALS)
}

/// Decides what may be sent of an account's plan. Total: it permits a part of the plan, maybe none of it.
pub fn permit(plan: &Plan, account: &str, approval: &Approval) -> Permit {
    let plan_id = plan.accounts.iter().find(|section| *section.name == *account).map(|section| section.plan_id.clone());
    let approve: BTreeSet<String> = approval.approve.iter().cloned().collect();
    let is_approved = is_approved(plan, account, &approve);
    // A number alone lifts nothing: it does not say of which plan.
    let acks: BTreeSet<(GuardKind, u64)> = if is_approved { approval.acks.clone() } else { BTreeSet::new() };
    let guards: Vec<StandingGuard> = exceeded(plan, account, &acks)
        .into_iter()
        .filter(|exceeded| !exceeded.is_acknowledged)
        .map(|exceeded| StandingGuard {
            guard: exceeded.guard.clone(),
            ack: format!("{}={}", exceeded.guard.kind, exceeded.number),
            why: exceeded.why(),
        })
        .collect();
    let mut holds: BTreeMap<&OpId, Hold> = BTreeMap::new();
    let own = || plan.operations.iter().filter(|operation| *operation.account == *account);
    for operation in own() {
        let needs_id = match operation.approval {
            ApprovalNeed::Yes | ApprovalNeed::Policy => was_refused_too_often(operation),
            ApprovalNeed::Ack | ApprovalNeed::PlanId => true,
        };
        if !guards.is_empty() {
            holds.insert(&operation.id, Hold::Guard);
        } else if needs_id && !is_approved {
            holds.insert(&operation.id, Hold::Approval);
        }
    }
    // Operations stand in the order of their waves, so what one depends on was looked at before it; a plan that was
    // tampered with may not, and is gone through until nothing changes.
    let known: BTreeSet<&OpId> = own().map(|operation| &operation.id).collect();
    loop {
        let before = holds.len();
        for operation in own() {
            let missing = |id: &&OpId| holds.contains_key(*id) || !known.contains(*id);
            if !holds.contains_key(&operation.id)
                && let Some(on) = operation.depends_on.iter().find(missing)
            {
                holds.insert(&operation.id, Hold::Dependency(on.clone()));
            }
        }
        if holds.len() == before {
            break;
        }
    }
    let operations: BTreeSet<OpId> =
        own().map(|operation| &operation.id).filter(|id| !holds.contains_key(*id)).cloned().collect();
    let held = own().filter_map(|operation| Some(Held { id: operation.id.clone(), hold: holds.get(&operation.id)?.clone() }));
    let held: Vec<Held> = held.collect();
    let mut problems = approval.problems.clone();
    let is_void = approval.approve.is_some() && plan_id.is_some() && !is_approved;
    if let (Some(given), Some(current), false) = (&approval.approve, &plan_id, is_approved) {
        problems.push(format!(
            "{} is {given}, which is another plan than the current one, {current}, and approves nothing",
            names::APPROVE
        ));
    } else if approval.approve.is_none() && !approval.acks.is_empty() {
        problems.push(format!("{} lifts nothing without {} beside it", names::ACK, names::APPROVE));
    }
    let uses_approval = is_approved && !operations.is_empty();
    Permit { plan_id: plan_id.unwrap_or_default(), is_approved, uses_approval, is_void, operations, held, guards, problems }
}

impl Permit {
    /// How many operations wait for a person.
    pub fn awaiting(&self) -> u64 {
        u64::try_from(self.held.len()).unwrap_or(u64::MAX)
    }

    /// What holds an operation.
    pub fn hold(&self, id: &OpId) -> Option<&Hold> {
        self.held.iter().find(|held| held.id == *id).map(|held| &held.hold)
    }

    /// The command that approves all of the account's plan and lifts its guards; `None` where nothing waits.
    ///
    /// `kubectl annotate --overwrite carrieraccount main -n iot simfleet.dev/approve=0a1b simfleet.dev/ack=terminate=2`
    pub fn command(&self, namespace: &str, account: &str) -> Option<String> {
        if self.held.is_empty() {
            return None;
        }
        let Self { plan_id, guards, .. } = self;
        let mut command =
            format!("kubectl annotate --overwrite carrieraccount {account} -n {namespace} {}={plan_id}", names::APPROVE);
        let acks: BTreeSet<&str> = guards.iter().map(|guard| guard.ack.as_str()).collect();
        if !acks.is_empty() {
            let acks: Vec<&str> = acks.into_iter().collect();
            // Writing to a String cannot fail.
            let _ = write!(command, " {}={}", names::ACK, acks.join(","));
        }
        Some(command)
    }

    /// Held operations by kind, as the plan has them.
    pub fn held_by_kind(&self, plan: &Plan) -> BTreeMap<OperationKind, u64> {
        let held: BTreeSet<&OpId> = self.held.iter().map(|held| &held.id).collect();
        let mut counts = BTreeMap::new();
        for operation in plan.operations.iter().filter(|operation| held.contains(&operation.id)) {
            *counts.entry(operation.change.kind()).or_default() += 1;
        }
        counts
    }
}
