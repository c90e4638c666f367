//! Whether a stored plan may still be applied: for this carrier, in time, unused, and still true. Pure.

use jiff::Timestamp;

use crate::domain::{CarrierIdentity, Observed};
use crate::exec::journal::PlanProgress;
use crate::exec::precondition;
use crate::plan::{OpId, Plan};

/// Why a stored plan is refused. Nothing was written (exit code 3).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// A later format.
    #[error("the plan has format {found}, this version applies {ours}; plan again")]
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
    /// All its requests are acknowledged.
    #[error("the plan is used: it was applied already; plan again")]
    Used,
    /// What it rests on has changed.
    #[error("the plan is stale: {}; plan again", describe(.0))]
    Stale(Vec<(OpId, String)>),
}

fn describe(changed: &[(OpId, String)]) -> String {
    let first: Vec<&str> = changed.iter().take(3).map(|(_, why)| why.as_str()).collect();
    let more = changed.len().saturating_sub(first.len());
    if more == 0 { first.join("; ") } else { format!("{}; and {more} more", first.join("; ")) }
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
    let major = |version: &str| version.split('.').next().unwrap_or_default().to_owned();
    if major(&plan.format_version) != major(crate::plan::plan_file::FORMAT_VERSION) {
        let found = plan.format_version.clone();
        return Err(GateError::Format { found, ours: crate::plan::plan_file::FORMAT_VERSION });
    }
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
    let stale: Vec<_> = plan
        .operations
        .iter()
        .filter(|operation| *operation.account == *account)
        // What depends on another operation rests on the state that one leads to.
        .filter(|operation| operation.depends_on.is_empty() && !progress.operations.contains_key(&operation.id))
        .filter_map(|operation| {
            let why =
                precondition::holds(&operation.precondition, operation.subject.msisdn().and_then(|msisdn| observed.get(msisdn)))
                    .err()?;
            Some((operation.id.clone(), format!("{}: {why}", operation.subject)))
        })
        .collect();
    if stale.is_empty() { Ok(()) } else { Err(GateError::Stale(stale)) }
}
