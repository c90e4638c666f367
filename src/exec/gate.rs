//! Whether a stored plan may still be applied: for this carrier, in time, unused, and still true. Pure.

mod month;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::{YearMonth, rfc3339};
use crate::domain::{ApplicationNumber, CarrierIdentity, Observed, Risk, Subject, Wants};
use crate::exec::journal::{OperationRecord, PlanProgress, RecordState};
use crate::exec::{evidence, precondition};
use crate::plan::{Change, OpId, Operation, Plan};
pub use month::month_holds;

/// Why a stored plan is refused. Nothing was written (exit code 3).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// A later format.
    #[error("the plan has format {found}, this version takes {ours}; plan again")]
    Format {
        /// Its format.
        found: String,
        /// Ours.
        ours: &'static str,
    },
    /// No part for the account.
    #[error("the plan has no account {0:?}")]
    NoAccount(String),
    /// Made for another carrier or contractor.
    #[error("the plan was made for {planned}, this account is {ours}; plan again")]
    OtherCarrier {
        /// Whom it was made for.
        planned: String,
        /// Whom it would be applied to.
        ours: String,
    },
    /// Too old.
    #[error("the plan expired at {at}; plan again")]
    Expired {
        /// When.
        at: String,
    },
    /// Made for a day that has not come: what it would do then is not what it may do now.
    #[error(
        "the plan was made for {made}, and the carrier's clock is at {now}: a plan of the future is for reading only; plan again"
    )]
    NotYet {
        /// The clock it was made by.
        made: String,
        /// The carrier's clock.
        now: String,
    },
    /// All its requests are acknowledged.
    #[error("the plan is used: it was applied already; plan again")]
    Used,
    /// What it rests on has changed.
    #[error("the plan is stale: {}; plan again", describe(.0))]
    Stale(Vec<(OpId, String)>),
}

/// By how much the clock that a plan was made by may be ahead of the carrier's: the carrier gives its own in
/// whole seconds, and more than one machine may serve it.
const SKEW: SignedDuration = SignedDuration::from_mins(1);

fn describe(changed: &[(OpId, String)]) -> String {
    let first: Vec<&str> = changed.iter().take(3).map(|(_, why)| why.as_str()).collect();
    let more = changed.len().saturating_sub(first.len());
    if more == 0 { first.join("; ") } else { format!("{}; and {more} more", first.join("; ")) }
}

/// Whether a stored plan can be read: its format has our major version.
pub fn is_of_our_format(plan: &Plan) -> Result<(), GateError> {
    let major = |version: &str| version.split('.').next().unwrap_or_default().to_owned();
    if major(&plan.format_version) == major(crate::plan::plan_file::FORMAT_VERSION) {
        return Ok(());
    }
    let found = plan.format_version.clone();
    Err(GateError::Format { found, ours: crate::plan::plan_file::FORMAT_VERSION })
}

/// Judges one account's part of a stored plan. What an earlier, interrupted apply of the same plan has
/// already sent is not judged again.
pub fn check(
    plan: &Plan,
    account: &str,
    identity: &CarrierIdentity,
    now: Timestamp,
    progress: &PlanProgress,
    observed: &Observed,
) -> Result<(), GateError> {
    is_of_our_format(plan)?;
    let section =
        plan.accounts.iter().find(|section| *section.name == *account).ok_or_else(|| GateError::NoAccount(account.to_owned()))?;
    if section.carrier != *identity {
        let name = |carrier: &CarrierIdentity| format!("{} at {}", carrier.contractor_id, carrier.host);
        return Err(GateError::OtherCarrier { planned: name(&section.carrier), ours: name(identity) });
    }
    if progress.is_used {
        return Err(GateError::Used);
    }
    if now >= plan.expires_at.0 {
        return Err(GateError::Expired { at: plan.expires_at.to_string() });
    }
    if plan.created_at.0.duration_since(now) > SKEW {
        return Err(GateError::NotYet { made: plan.created_at.to_string(), now: rfc3339(now) });
    }
    let known = Known::of(progress);
    let stale: Vec<_> = plan
        .operations
        .iter()
        .filter(|operation| *operation.account == *account && !progress.operations.contains_key(&operation.id))
        .filter_map(|operation| {
            let why = state_holds(operation, observed)
                .and_then(|()| known.nobody_bought(operation, observed))
                .and_then(|()| unprotected(plan, operation, progress))
                .err()?;
            Some((operation.id.clone(), format!("{}: {why}", operation.subject)))
        })
        .collect();
    if stale.is_empty() { Ok(()) } else { Err(GateError::Stale(stale)) }
}

/// What has to be read before a stored plan can be judged, besides the two lists.
pub fn wants(plan: &Plan, account: &str, now: Timestamp) -> Wants {
    let mut wants = Wants::default();
    for operation in plan.operations.iter().filter(|operation| *operation.account == *account) {
        if matches!(operation.change, Change::BuyCoupon { .. }) {
            wants.coupons_from = Some(YearMonth::of(now).first_day());
        }
        wants.orders |= operation.subject.order().is_some();
    }
    if month::is_limited(plan, account) {
        wants.coupons_from = Some(YearMonth::of(now).first_day());
        wants.orders = true;
    }
    wants
}

/// What depends on another operation rests on the state that one leads to.
fn state_holds(operation: &Operation, observed: &Observed) -> Result<(), String> {
    match (&operation.subject, &operation.change) {
        (Subject::Line(_), _) if !operation.depends_on.is_empty() => Ok(()),
        (Subject::Line(msisdn), _) => precondition::holds(&operation.precondition, observed.get(*msisdn)),
        (Subject::Order(_), Change::CancelApplication { application, of: _ }) => {
            let orders = observed.purchases.orders.as_deref().ok_or("the carrier's orders were not read")?;
            let found = orders.iter().find(|order| order.application == *application);
            let found = found.ok_or_else(|| format!("the carrier no longer knows application {application}"))?;
            precondition::still_open(application, &found.status)
        }
        (Subject::Order(_), _) => Ok(()),
    }
}

/// What was protected since the plan was made stays untouched, unless the plan itself lifts that.
fn unprotected(plan: &Plan, operation: &Operation, progress: &PlanProgress) -> Result<(), String> {
    let Some(msisdn) = operation.subject.msisdn().filter(|msisdn| progress.protected.contains(msisdn)) else { return Ok(()) };
    let mut lifted = plan.protection.iter().filter(|item| !item.protected && item.account == operation.account);
    if !operation.change.kind().stops_a_line() || lifted.any(|item| item.msisdn == msisdn) {
        return Ok(());
    }
    Err("the line is protected, and was not when the plan was made".to_owned())
}

/// What an earlier, interrupted apply of the same plan has bought, and what it left in doubt.
struct Known<'a> {
    bought: BTreeSet<&'a ApplicationNumber>,
    in_doubt: BTreeSet<&'a Subject>,
}

impl<'a> Known<'a> {
    fn of(progress: &'a PlanProgress) -> Self {
        let records = || progress.operations.values();
        let doubtful = |record: &&OperationRecord| matches!(record.state, RecordState::Sent | RecordState::Unknown);
        Self {
            bought: records().filter_map(|record| record.application.as_ref()).collect(),
            in_doubt: records().filter(doubtful).map(|record| &record.subject).collect(),
        }
    }

    /// R4: nothing came, since the plan was made, that could be the same purchase.
    fn nobody_bought(&self, operation: &Operation, observed: &Observed) -> Result<(), String> {
        // What is found may be what is in doubt; nothing is sent for it anyway.
        if operation.change.risk() != Risk::R4 || self.in_doubt.contains(&operation.subject) {
            return Ok(());
        }
        let planned = operation.precondition.purchases.as_deref().unwrap_or_default();
        let found = evidence::candidates(operation, observed)?;
        let other = found.iter().find(|number| !planned.contains(number) && !self.bought.contains(number));
        other.map_or(Ok(()), |other| Err(format!("application {other} may be the same purchase, and came after the plan")))
    }
}
