//! Operations that are handed over to a person (driver `csv`) instead of being sent.
//!
//! The journal takes them as accepted, under the number of the step that holds them: handed over is not done. They are
//! confirmed when an exported list shows them, and planned again only if somebody says that they were not done.
//!
//! A coupon or an order is in no list. It is done when a person says so, with the carrier's number for it.
//!
//! **Handed over at most once.** The intent is in the journal before the files are there; the files appear all at once,
//! under the name of their plan; then the journal says so. Where a run dies in between, its files are found and
//! taken for what they are.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::carrier::console::{Bought, HandedOver, Recalled};
use crate::domain::calendar::YearMonth;
use crate::domain::{ApplicationNumber, ApplicationStatus, CouponApplication, HandOver, OrderApplication, RequestedVia, Subject};
use crate::exec::journal::{
    Journal, JournalError, OperationRecord, PlanKey, RecordState, Sent, remembered_order, remembered_purchase,
};
use crate::plan::{Change, OpId, Operation, Plan, PurchaseOutcome, RememberedOrder, RememberedPurchase, Request};

/// Why nothing was handed over.
#[derive(Debug, thiserror::Error)]
pub enum HandOverError {
    /// The journal cannot be written: without it nothing is handed over.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The files cannot be written.
    #[error("the files for the console cannot be written")]
    Files(#[source] std::io::Error),
    /// The plan has no part for the account.
    #[error("the plan has no account {0:?}")]
    NoAccount(String),
    /// Something of a line was handed over before and no list shows it yet.
    #[error("{subject}: {kind} was handed over already ({number}) and no exported list shows it yet; nothing was handed over")]
    Open {
        /// The line.
        subject: Subject,
        /// What of it.
        kind: String,
        /// The step.
        number: String,
    },
    /// Bought by an earlier plan.
    #[error("{subject}: {kind} was bought already ({number}); nothing was handed over")]
    Bought {
        /// The line or the order.
        subject: Subject,
        /// What of it.
        kind: String,
        /// The carrier's number, or the step.
        number: String,
    },
    /// A coupon of a month that is over, or has not begun.
    #[error("{subject}: the coupon is for {planned}, and it is {now}; nothing was handed over")]
    OtherMonth {
        /// The line.
        subject: Subject,
        /// The month that was planned for.
        planned: YearMonth,
        /// The month it is (JST).
        now: YearMonth,
    },
}

/// What is handed over, and where.
pub struct ToHandOver<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Whose part of it.
    pub account: &'a str,
    /// Whether the plan comes from a file.
    pub stored: bool,
    /// The folder's name.
    pub folder: &'a str,
    /// The step of each operation.
    pub steps: &'a [(OpId, u32)],
    /// When.
    pub at: Timestamp,
}

/// A name for the folder of a plan, that no earlier hand-over had: `plan-…`, and `plan-…-2` if what was handed over
/// first was not done.
pub fn folder(plan_id: &str, journal: &Journal) -> Result<String, JournalError> {
    let numbers = journal.own_applications()?;
    let used: BTreeSet<&str> = numbers.iter().filter_map(|number| Some(HandOver::of(number)?.folder)).collect();
    let again = (2..).map(|nth: u32| format!("{plan_id}-{nth}"));
    let names = std::iter::once(plan_id.to_owned()).chain(again);
    // There are fewer used names than names.
    Ok(names.take(used.len() + 1).find(|name| !used.contains(name.as_str())).unwrap_or_else(|| plan_id.to_owned()))
}

/// Hands over. `write` makes the files appear, all at once, or finds that they are there.
pub fn hand_over(
    what: &ToHandOver<'_>,
    journal: &mut Journal,
    write: impl FnOnce() -> std::io::Result<()>,
) -> Result<(), HandOverError> {
    let ToHandOver { plan, account, stored, folder, steps, at } = *what;
    let mut key = PlanKey::of(plan, account).ok_or_else(|| HandOverError::NoAccount(account.to_owned()))?;
    if !stored {
        key = journal.fresh_key(&key)?;
    }
    let operations: Vec<&Operation> = plan.operations.iter().filter(|operation| *operation.account == *account).collect();
    let requests: Vec<&Request> = plan.requests.iter().filter(|request| *request.account == *account).collect();
    refuse_again(journal, &operations, at)?;
    journal.together(|entry| entry.begin(&key, Some(at), &requests, &operations))?;
    if let Err(error) = write() {
        journal.together(|entry| {
            operations.iter().try_for_each(|operation| entry.discarded(&operation.id, "the files could not be written"))
        })?;
        return Err(HandOverError::Files(error));
    }
    journal.together(|entry| {
        let ids = operations.iter().map(|operation| operation.id.clone()).collect();
        entry.sent(&Sent { ids, newest_before: None, at: Some(at) })?;
        for (id, step) in steps {
            entry.acked(id, &HandOver { folder, step: *step }.number())?;
        }
        requests.iter().try_for_each(|request| entry.request_ended(&key, &request.id))
    })?;
    Ok(())
}

/// Refuses what was handed over or bought before, and what is for another month.
fn refuse_again(journal: &Journal, operations: &[&Operation], at: Timestamp) -> Result<(), HandOverError> {
    let number = |record: &OperationRecord| record.application.as_ref().map(ToString::to_string).unwrap_or_default();
    let open = journal.open_operations()?;
    if let Some(record) = open.iter().find(|record| operations.iter().any(|operation| stands_in_the_way(record, operation))) {
        let (subject, kind) = (record.subject.clone(), record.kind.to_string());
        return Err(HandOverError::Open { subject, kind, number: number(record) });
    }
    for operation in operations {
        if let Some(record) = journal.bought_before(operation)? {
            let (subject, kind) = (record.subject.clone(), record.kind.to_string());
            return Err(HandOverError::Bought { subject, kind, number: number(&record) });
        }
        if let Change::BuyCoupon { purchase } = &operation.change
            && !purchase.month.contains(at)
        {
            let (planned, now) = (purchase.month, YearMonth::of(at));
            return Err(HandOverError::OtherMonth { subject: operation.subject.clone(), planned, now });
        }
    }
    Ok(())
}

/// Whether an open operation has to end first. A coupon changes nothing that another operation rests on.
fn stands_in_the_way(record: &OperationRecord, operation: &Operation) -> bool {
    let coupon = match &operation.change {
        Change::BuyCoupon { purchase } => Some(purchase),
        Change::Suspend
        | Change::Resume
        | Change::ChangeRatePlan { .. }
        | Change::Terminate { .. }
        | Change::BindImei { .. }
        | Change::Allocate { .. }
        | Change::Deallocate { .. }
        | Change::StartUse { .. }
        | Change::PlaceOrder { .. }
        | Change::CancelApplication { .. } => None,
    };
    record.subject == operation.subject && record.to.purchase.as_ref() == coupon
}

/// What was handed over and bought, as a journal has it.
pub fn recalled(journal: &Journal) -> Result<Recalled, JournalError> {
    let open = journal.open_operations()?;
    // Open ones are told whatever their month.
    let coupons = open.iter().filter_map(remembered_purchase).chain(journal.purchases()?).filter_map(coupon);
    let orders = open.iter().filter_map(remembered_order).chain(journal.orders()?).filter_map(order);
    let (mut coupons, mut orders): (Vec<_>, Vec<_>) = (coupons.collect(), orders.collect());
    coupons.sort();
    coupons.dedup();
    orders.sort_by(|left, right| left.application.cmp(&right.application));
    orders.dedup();
    let bought = Bought { coupons, orders, complete_from: journal.nothing_else_bought_since()? };
    Ok(Recalled { handed_over: open.iter().filter_map(of_record).collect(), bought })
}

fn coupon(remembered: RememberedPurchase) -> Option<CouponApplication> {
    let RememberedPurchase { msisdn, purchase, outcome, refused: _, application, amount: _, sent_at } = remembered;
    let application = application.filter(|_| outcome != PurchaseOutcome::NotBought)?;
    Some(CouponApplication {
        msisdn,
        status: status(&application),
        application,
        code: Some(purchase.code),
        requested_at: sent_at.unwrap_or(Timestamp::UNIX_EPOCH),
        via: RequestedVia::Console,
    })
}

fn order(remembered: RememberedOrder) -> Option<OrderApplication> {
    let RememberedOrder { name: _, placement, outcome, refused: _, application, amount: _, sent_at } = remembered;
    let application = application.filter(|_| outcome != PurchaseOutcome::NotBought)?;
    Some(OrderApplication {
        status: status(&application),
        application,
        cancellable_until: None,
        requested_at: sent_at.unwrap_or(Timestamp::UNIX_EPOCH),
        via: RequestedVia::Console,
        effective: None,
        content: Some(placement.content),
        msisdns: Vec::new(),
        iccids: Vec::new(),
    })
}

/// The number of a step is that of something to do; the carrier's is that of something done.
fn status(number: &ApplicationNumber) -> ApplicationStatus {
    if HandOver::of(number).is_some() { ApplicationStatus::Accepted } else { ApplicationStatus::Completed }
}

/// Whether an operation was handed over and nobody knows yet that it was done.
pub fn is_handed_over(record: &OperationRecord) -> bool {
    record.state == RecordState::Acked && record.application.as_ref().is_some_and(|number| HandOver::of(number).is_some())
}

/// An operation on a line that was handed over and changes what lists show.
fn of_record(record: &OperationRecord) -> Option<HandedOver> {
    if !is_handed_over(record) || record.kind.is_purchase() {
        return None;
    }
    let number = record.application.clone()?;
    let to = &record.to;
    let target = to
        .rate_plan
        .as_ref()
        .map(ToString::to_string)
        .or_else(|| to.imei.map(|imei| imei.to_string()))
        .or_else(|| to.system_number.as_ref().map(ToString::to_string))
        .unwrap_or_default();
    Some(HandedOver {
        number,
        kind: record.kind,
        msisdn: record.subject.msisdn()?,
        target,
        leaves: record.from.system_number.as_ref().map(ToString::to_string),
        effective: to.termination_date,
        at: record.sent_at.unwrap_or(Timestamp::UNIX_EPOCH),
    })
}
