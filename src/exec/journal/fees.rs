//! Fees of terminations that the journal knows as sent: a month's limit counts them.

use jiff::{SignedDuration, Timestamp};

use super::purchases::outcome_of;
use super::{Journal, JournalError, OperationRecord};
use crate::domain::{ApplicationType, Money, OperationKind};
use crate::plan::{PurchaseOutcome, RememberedFee};

/// Two moments of one month are not further apart.
const MONTH: SignedDuration = SignedDuration::from_hours(24 * 31);

/// Enters a record, the oldest first: a termination that was accepted or is in doubt adds its fee, one that was
/// refused or not done has none, and a cancellation that was accepted takes the line's fee away. (One in doubt
/// takes nothing away.)
pub(crate) fn enter(fees: &mut Vec<RememberedFee>, record: &OperationRecord) {
    let Some(msisdn) = record.subject.msisdn() else { return };
    let outcome = outcome_of(record);
    if record.kind == OperationKind::Terminate {
        let key = (record.id.clone(), record.attempt);
        fees.retain(|fee| (&fee.operation, fee.attempt) != (&key.0, key.1));
        let is_due = matches!(outcome, Some(PurchaseOutcome::Bought | PurchaseOutcome::InDoubt));
        if is_due && record.amount > Money::ZERO {
            let (operation, attempt) = key;
            let (application, amount, sent_at) = (record.application.clone(), record.amount, record.sent_at);
            fees.push(RememberedFee { operation, attempt, msisdn, application, amount, sent_at });
        }
    } else if record.from.application_type == Some(ApplicationType::Terminate) && outcome == Some(PurchaseOutcome::Bought) {
        let cancelled = record.from.application.as_ref();
        let is_it = |fee: &RememberedFee| fee.application.is_none() || fee.application.as_ref() == cancelled;
        fees.retain(|fee| fee.msisdn != msisdn || !is_it(fee));
    }
}

impl Journal {
    /// The fees of the last month in which any line was terminated, and maybe some of the month before, sorted by
    /// line and operation.
    pub(super) fn fees(&self) -> Result<Vec<RememberedFee>, JournalError> {
        let newest: Option<i64> =
            self.sql(|db| db.query_row(&format!("SELECT max(sent_at) FROM operations WHERE {KINDS}"), [], |row| row.get(0)))?;
        let from = newest
            .and_then(|second| Timestamp::from_second(second).ok()?.checked_sub(MONTH).ok())
            .unwrap_or(Timestamp::UNIX_EPOCH);
        let records = self.select(&format!("{KINDS} AND (sent_at IS NULL OR sent_at >= ?1) ORDER BY seq"), [from.as_second()])?;
        let mut fees = Vec::new();
        for record in &records {
            enter(&mut fees, record);
        }
        fees.sort_by(|left, right| left.order().cmp(&right.order()));
        Ok(fees)
    }
}

/// What adds a fee or takes one away, as its index has it.
const KINDS: &str = "kind IN ('terminate', 'cancelApplication')";
