//! Puts the plans of all accounts together into the document that is reviewed and applied.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::{JstTime, jst_date, next_jst_midnight};
use crate::plan::plan_file::FORMAT_VERSION;
use crate::plan::planner::request_id;
use crate::plan::{AccountPlan, AccountSection, Change, Operation, Plan, RequestId, Summary, digest};

/// How long a plan can be applied, where no date ends it sooner.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// One plan over all accounts. `now` is the carrier's time.
pub fn assemble(mut accounts: Vec<AccountPlan>, now: Timestamp) -> Plan {
    accounts.sort_by(|left, right| left.account.cmp(&right.account));
    renumber(&mut accounts);
    let sections: Vec<AccountSection> = accounts
        .iter()
        .map(|account| AccountSection {
            connection: None,
            name: account.account.clone(),
            plan_id: digest::account_plan_id(account),
            carrier: account.carrier.clone(),
            desired: account.desired.clone(),
            observed: account.observed.clone(),
            fleet: account.fleet.clone(),
        })
        .collect();
    let mut plan = Plan {
        format_version: FORMAT_VERSION.to_owned(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        plan_id: digest::plan_id(sections.iter().map(|section| section.plan_id.as_str())),
        created_at: JstTime(now),
        expires_at: JstTime(expiry(&accounts, now)),
        accounts: sections,
        operations: Vec::new(),
        requests: Vec::new(),
        blocked: Vec::new(),
        pending: Vec::new(),
        drift: None,
        drift_ignored: Vec::new(),
        unmanaged: Vec::new(),
        protection: Vec::new(),
        in_doubt: Vec::new(),
        guards: Vec::new(),
        warnings: Vec::new(),
        summary: summary(&accounts),
    };
    for account in accounts {
        let AccountPlan {
            account: _,
            carrier: _,
            desired: _,
            observed: _,
            fleet: _,
            operations,
            requests,
            blocked,
            pending,
            drift,
            drift_ignored,
            unmanaged,
            protection,
            in_doubt,
            guards,
            warnings,
            in_sync: _,
        } = account;
        plan.operations.extend(operations);
        plan.requests.extend(requests);
        plan.blocked.extend(blocked);
        plan.pending.extend(pending);
        if let Some(drift) = drift {
            plan.drift.get_or_insert_default().extend(drift);
        }
        plan.drift_ignored.extend(drift_ignored);
        plan.unmanaged.extend(unmanaged);
        plan.protection.extend(protection);
        plan.in_doubt.extend(in_doubt);
        plan.guards.extend(guards);
        plan.warnings.extend(warnings);
    }
    plan
}

/// Request ids are unique in the whole plan.
fn renumber(accounts: &mut [AccountPlan]) {
    let total = accounts.iter().map(|account| account.requests.len()).sum();
    let mut next = 0;
    for account in accounts {
        let mut names: BTreeMap<RequestId, RequestId> = BTreeMap::new();
        for request in &mut account.requests {
            let id = request_id(next, total);
            names.insert(std::mem::replace(&mut request.id, id.clone()), id);
            next += 1;
        }
        for operation in &mut account.operations {
            if let Some(id) = names.get(&operation.request) {
                operation.request = id.clone();
            }
        }
    }
}

/// After a day, or at midnight if an operation would mean something else tomorrow.
fn expiry(accounts: &[AccountPlan], now: Timestamp) -> Timestamp {
    let today = jst_date(now);
    let in_a_day = now.checked_add(LIFETIME).unwrap_or(Timestamp::MAX);
    if accounts.iter().flat_map(|account| &account.operations).any(|operation| depends_on_date(operation, today)) {
        in_a_day.min(next_jst_midnight(now))
    } else {
        in_a_day
    }
}

/// Whether an operation means something else after midnight: a plan change counts from another month or
/// meets the cut-off, a termination of today would be late, an application takes effect.
fn depends_on_date(operation: &Operation, today: Date) -> bool {
    match &operation.change {
        Change::ChangeRatePlan { .. } | Change::CancelApplication { .. } => true,
        Change::Terminate { date } => *date <= today,
        // A coupon belongs to the month. One that is asked for just before its end is another case: the
        // precondition's read and the carrier's clock decide.
        Change::BuyCoupon { purchase } => purchase.month.last_day() <= today,
        Change::PlaceOrder { placement } => placement.content.preferred_date.is_some_and(|date| date <= today),
        Change::Suspend
        | Change::Resume
        | Change::BindImei { .. }
        | Change::Allocate { .. }
        | Change::Deallocate { .. }
        | Change::StartUse { .. } => false,
    }
}

fn summary(accounts: &[AccountPlan]) -> Summary {
    let mut summary = Summary::default();
    for account in accounts {
        summary.in_sync += account.in_sync;
        summary.requests += u64::try_from(account.requests.len()).unwrap_or(u64::MAX);
        for operation in &account.operations {
            summary.operations += 1;
            *summary.by_kind.entry(operation.change.kind()).or_default() += 1;
            *summary.by_risk.entry(operation.change.risk()).or_default() += 1;
            summary.cost.once = summary.cost.once.plus(operation.cost.one_off());
            summary.cost.monthly = summary.cost.monthly.plus(operation.cost.every_month());
        }
    }
    summary
}
