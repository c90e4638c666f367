//! Whether an account's part of a plan may be applied with the flags given (DESIGN 3.2). Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::did_you_mean;
use crate::domain::{Money, OperationKind, Risk};
use crate::plan::{ApprovalNeed, GuardItem, GuardKind, Plan, Verdict};

/// What the user said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flags {
    /// `--yes`.
    pub yes: bool,
    /// The answer to the prompt; `None` where nobody was asked.
    pub prompt: Option<bool>,
    /// `--approve PLAN_ID`: of the whole plan or of an account's part.
    pub approve: BTreeSet<String>,
    /// `--ack KIND=N`; the kinds are those of operations, and `spendPerPlan` and `spendPerMonth`. A kind comes
    /// more than once where several guards want a number each: of an account and of its fleets.
    pub acks: BTreeSet<(GuardKind, u64)>,
}

/// Whether an account may be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It may.
    Allowed,
    /// The user was asked and said no.
    Declined,
    /// It may not; these flags would do.
    Missing(Missing),
}

/// What is missing for an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Missing {
    /// Why, one sentence each.
    pub reasons: Vec<String>,
    /// Exactly the flags that would do, such as `--yes` and `--ack terminate=2`; also those of them that were given.
    pub flags: Vec<String>,
    /// Whether a prompt could stand in for all of them (only `--yes` is missing).
    pub prompt_would_do: bool,
    /// Whether the plan's id could stand in for all of them (no guard is exceeded).
    pub approve_would_do: bool,
}

impl std::fmt::Display for Missing {
    /// `2 terminate cannot be undone. Apply with: --yes --ack terminate=2`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}. Apply with: {}", self.reasons.join("; "), self.flags.join(" "))
    }
}

/// A guard that is exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exceeded<'p> {
    /// The guard.
    pub guard: &'p GuardItem,
    /// The number that acknowledges it: of its kind in the whole plan, as the summary shows it (one of an account's own
    /// would approve as many in every other account, too), or its amount.
    pub number: u64,
    /// Whether it is acknowledged.
    pub is_acknowledged: bool,
}

impl Exceeded<'_> {
    /// `guard kanto/suspend allows 10, the plan holds 11`; amounts as money, a month's with what was spent before.
    pub fn why(&self) -> String {
        why_exceeded(self.guard)
    }
}

/// An account's guards that are exceeded. Each stops the account as a whole until it is acknowledged, whatever else is
/// approved: it is there for the plan that is right in every line and wrong as a whole.
pub fn exceeded<'p>(plan: &'p Plan, account: &str, acks: &BTreeSet<(GuardKind, u64)>) -> Vec<Exceeded<'p>> {
    let in_plan = in_plan(plan);
    let exceeded = plan.guards.iter().filter(|guard| *guard.account == *account && guard.verdict == Verdict::Exceeded);
    exceeded
        .map(|guard| {
            let number = match guard.kind {
                GuardKind::Operations(kind) => in_plan.get(&kind).copied().unwrap_or_default(),
                GuardKind::SpendPerPlan | GuardKind::SpendPerMonth => guard.actual,
            };
            Exceeded { guard, number, is_acknowledged: acks.contains(&(guard.kind, number)) }
        })
        .collect()
}

/// Whether one of these is the id of the plan or of the account's part of it.
pub fn is_approved(plan: &Plan, account: &str, approve: &BTreeSet<String>) -> bool {
    let section = plan.accounts.iter().find(|section| *section.name == *account);
    approve.contains(&plan.plan_id) || section.is_some_and(|section| approve.contains(&section.plan_id))
}

/// Operations of the whole plan by kind.
fn in_plan(plan: &Plan) -> BTreeMap<OperationKind, u64> {
    let mut in_plan = BTreeMap::new();
    for operation in &plan.operations {
        *in_plan.entry(operation.change.kind()).or_default() += 1;
    }
    in_plan
}

/// Decides for one account of a plan.
///
/// A guard that is exceeded wants its `--ack` whatever else is approved.
pub fn decide(plan: &Plan, account: &str, flags: &Flags) -> Decision {
    let operations: Vec<_> = plan.operations.iter().filter(|operation| *operation.account == *account).collect();
    let plan_id = plan.accounts.iter().find(|section| *section.name == *account).map(|section| section.plan_id.as_str());
    let approved = is_approved(plan, account, &flags.approve);
    let in_plan = in_plan(plan);
    let mut here: BTreeMap<OperationKind, u64> = BTreeMap::new();
    for operation in &operations {
        *here.entry(operation.change.kind()).or_default() += 1;
    }
    let number = |kind: OperationKind| in_plan.get(&kind).copied().unwrap_or_default();
    let acked = |kind: OperationKind| flags.acks.contains(&(GuardKind::Operations(kind), number(kind)));
    let mut missing = Missing::default();
    let mut acks: BTreeSet<(GuardKind, u64)> = BTreeSet::new();
    for exceeded in exceeded(plan, account, &flags.acks) {
        acks.insert((exceeded.guard.kind, exceeded.number));
        if !exceeded.is_acknowledged {
            missing.reasons.push(exceeded.why());
        }
    }
    let guards_stand = missing.reasons.is_empty();
    let mut needs_plan_id = false;
    let mut needs_yes = false;
    let mut unacked: BTreeSet<OperationKind> = BTreeSet::new();
    if !approved {
        for operation in &operations {
            match operation.approval {
                ApprovalNeed::Yes | ApprovalNeed::Policy => needs_yes = true,
                ApprovalNeed::Ack => {
                    let kind = operation.change.kind();
                    acks.insert((GuardKind::Operations(kind), number(kind)));
                    if !acked(kind) {
                        unacked.insert(kind);
                    }
                }
                ApprovalNeed::PlanId => needs_plan_id = true,
            }
        }
    }
    let answered = flags.yes || flags.prompt == Some(true);
    let yes_missing = needs_yes && !answered;
    if yes_missing && flags.prompt == Some(false) {
        return Decision::Declined;
    }
    for kind in &unacked {
        let count = here.get(kind).copied().unwrap_or_default();
        missing.reasons.push(why_acknowledged(*kind, count, number(*kind)));
    }
    if needs_plan_id {
        missing.reasons.push("a fleet in mode Plan wants its plan approved by id".to_owned());
    }
    if yes_missing {
        missing.reasons.push("nobody confirmed the plan".to_owned());
    }
    if missing.reasons.is_empty() {
        return Decision::Allowed;
    }
    missing.approve_would_do = guards_stand;
    missing.prompt_would_do = yes_missing && guards_stand && unacked.is_empty() && !needs_plan_id;
    if needs_plan_id || approved {
        // It covers everything but the guards. Only one id can be given, so that of the whole plan, unless the
        // account's own was.
        let given = plan_id.filter(|id| flags.approve.contains(*id));
        missing.flags.push(format!("--approve {}", given.unwrap_or(&plan.plan_id)));
        acks.retain(|(kind, _)| plan.guards.iter().any(|guard| is_exceeded(guard, account, *kind)));
    } else if needs_yes {
        missing.flags.push("--yes".to_owned());
    }
    missing.flags.extend(acks.iter().map(|(kind, count)| format!("--ack {kind}={count}")));
    Decision::Missing(missing)
}

/// Reads `KIND=N`, such as `terminate=2`. The error is for people.
pub fn parse_ack(text: &str) -> Result<(GuardKind, u64), String> {
    let (kind, number) = text.split_once('=').ok_or("write KIND=N, such as terminate=2")?;
    let kind = GuardKind::from_name(kind).ok_or_else(|| {
        let kinds: Vec<&str> = GuardKind::ALL.into_iter().map(GuardKind::as_str).collect();
        match did_you_mean(kind, kinds.iter().copied()) {
            Some(meant) => format!("there is no kind '{kind}'; did you mean {meant}?"),
            None => format!("there is no kind '{kind}'; kinds are {}", kinds.join(", ")),
        }
    })?;
    let number = number.parse().map_err(|_| format!("'{number}' is no whole number (of operations, or of yen)"))?;
    Ok((kind, number))
}

/// `guard kanto/suspend allows 10, the plan holds 11`; amounts as money, a month's with what was spent before.
fn why_exceeded(guard: &GuardItem) -> String {
    let GuardItem { name, limit, actual, .. } = guard;
    let yen = |amount: u64| Money(i64::try_from(amount).unwrap_or(i64::MAX));
    // The limits of an account have no fleet before the slash.
    let name = name.strip_prefix('/').map_or_else(|| name.clone(), |kind| format!("{kind} of the account"));
    match guard.kind {
        GuardKind::Operations(_) => format!("guard {name} allows {limit}, the plan holds {actual}"),
        GuardKind::SpendPerPlan => format!("guard {name} allows {}, the plan costs {} at once", yen(*limit), yen(*actual)),
        GuardKind::SpendPerMonth => {
            format!("guard {name} allows {}, with this plan the month costs {}", yen(*limit), yen(*actual))
        }
    }
}

/// `2 terminate cannot be undone, and want their number`; of several accounts, `1 of all 3 terminate …`.
fn why_acknowledged(kind: OperationKind, count: u64, in_plan: u64) -> String {
    let (costs, wants) = if count == 1 { ("costs", "wants its") } else { ("cost", "want their") };
    let (count, wants) =
        if count == in_plan { (count.to_string(), wants) } else { (format!("{count} of all {in_plan}"), "want their") };
    match kind.risk() {
        Risk::R4 => format!("{count} {kind} {costs} money at once, and {wants} number"),
        Risk::R0 | Risk::R1 | Risk::R2 | Risk::R3 | Risk::R5 => format!("{count} {kind} cannot be undone, and {wants} number"),
    }
}

fn is_exceeded(guard: &GuardItem, account: &str, kind: GuardKind) -> bool {
    *guard.account == *account && guard.kind == kind && guard.verdict == Verdict::Exceeded
}
