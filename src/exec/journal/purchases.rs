//! What the journal knows of coupons and orders: which were bought, which may have been, and which were
//! not. The planner spends by it, and the executor refuses by it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::{Journal, JournalError, OperationRecord, RecordState, Resolution};
use crate::domain::calendar::YearMonth;
use crate::domain::{ApplicationNumber, CouponPurchase, Msisdn, OperationKind, PurchaseReason, Subject};
use crate::plan::{Change, OpId, Operation, PurchaseOutcome, RememberedOrder, RememberedPurchase};

/// One purchase whatever its coupon and its attempt: line, reason, month, ordinal.
pub(super) type PurchaseKey = (Msisdn, PurchaseReason, YearMonth, u32);

pub(super) fn key_of(msisdn: Msisdn, purchase: &CouponPurchase) -> PurchaseKey {
    let CouponPurchase { reason, month, code: _, ordinal, attempt: _ } = purchase;
    (msisdn, reason.clone(), *month, *ordinal)
}

/// How an attempt ended; `None` where it never left this machine, or may as well not have.
pub(crate) fn outcome_of(record: &OperationRecord) -> Option<PurchaseOutcome> {
    match (record.state, record.resolution) {
        (RecordState::Acked | RecordState::Confirmed, _) | (RecordState::Resolved, Some(Resolution::Done)) => {
            Some(PurchaseOutcome::Bought)
        }
        (RecordState::Sent | RecordState::Unknown, _) => Some(PurchaseOutcome::InDoubt),
        (RecordState::Rejected | RecordState::Resolved, _) => Some(PurchaseOutcome::NotBought),
        (RecordState::Intended | RecordState::Discarded, _) => None,
    }
}

/// The application that it became. What was found not to be done became none, whatever number was taken for it.
fn application_of(record: &OperationRecord) -> Option<ApplicationNumber> {
    record.application.clone().filter(|_| record.resolution != Some(Resolution::NotDone))
}

/// Of two attempts the one that counts: what was bought outweighs what may have been, and that what was
/// not; else the later one.
fn outweighs(left: PurchaseOutcome, right: PurchaseOutcome) -> bool {
    let weight = |outcome| match outcome {
        PurchaseOutcome::Bought => 2,
        PurchaseOutcome::InDoubt => 1,
        PurchaseOutcome::NotBought => 0,
    };
    weight(left) >= weight(right)
}

/// A coupon that was sent.
pub(crate) fn remembered_purchase(record: &OperationRecord) -> Option<RememberedPurchase> {
    let outcome = outcome_of(record)?;
    Some(RememberedPurchase {
        msisdn: record.subject.msisdn()?,
        purchase: record.to.purchase.as_deref()?.clone(),
        outcome,
        refused: record.state == RecordState::Rejected,
        application: application_of(record),
        amount: record.amount,
        sent_at: record.sent_at,
    })
}

/// An order that was sent.
pub(crate) fn remembered_order(record: &OperationRecord) -> Option<RememberedOrder> {
    let outcome = outcome_of(record)?;
    Some(RememberedOrder {
        name: Arc::clone(record.subject.order()?),
        placement: record.to.placement.as_deref()?.clone(),
        outcome,
        refused: record.state == RecordState::Rejected,
        application: application_of(record),
        amount: record.amount,
        sent_at: record.sent_at,
    })
}

impl Journal {
    /// Coupons of the last two months in which any was bought (and those in doubt, however old), one entry
    /// a purchase, sorted by line and purchase.
    pub(crate) fn purchases(&self) -> Result<Vec<RememberedPurchase>, JournalError> {
        let newest: Option<String> = self.sql(|db| {
            db.query_row(&format!("SELECT max({MONTH}) FROM operations WHERE kind = 'buyCoupon'"), [], |row| row.get(0))
        })?;
        let Some(newest) = newest else { return Ok(Vec::new()) };
        let newest = YearMonth::parse(&newest).ok_or_else(|| self.corrupt("a month"))?;
        let before = newest.first_day().yesterday().map_or(newest.first_day(), Date::first_of_month);
        let from = before.strftime("%Y-%m").to_string();
        let records =
            self.select(&format!("kind = 'buyCoupon' AND ({MONTH} >= ?1 OR state IN ('sent', 'unknown')) ORDER BY seq"), [from])?;
        let mut found: BTreeMap<PurchaseKey, RememberedPurchase> = BTreeMap::new();
        for next in records.iter().filter_map(remembered_purchase) {
            let key = key_of(next.msisdn, &next.purchase);
            if found.get(&key).is_none_or(|known| outweighs(next.outcome, known.outcome)) {
                found.insert(key, next);
            }
        }
        let mut purchases: Vec<_> = found.into_values().collect();
        purchases.sort_by(|left, right| (left.msisdn, &left.purchase).cmp(&(right.msisdn, &right.purchase)));
        Ok(purchases)
    }

    /// Orders, one entry a name, sorted by it.
    pub(crate) fn orders(&self) -> Result<Vec<RememberedOrder>, JournalError> {
        let records = self.select("kind = 'placeOrder' ORDER BY seq", [])?;
        let mut found: BTreeMap<Arc<str>, RememberedOrder> = BTreeMap::new();
        for next in records.iter().filter_map(remembered_order) {
            if found.get(&next.name).is_none_or(|known| outweighs(next.outcome, known.outcome)) {
                found.insert(Arc::clone(&next.name), next);
            }
        }
        Ok(found.into_values().collect())
    }

    /// The attempt that bought the same coupon or placed the same order already, under whatever attempt and
    /// for whatever plan: then it is not bought again. `None` for every other kind of operation.
    pub(crate) fn bought_before(&self, operation: &Operation) -> Result<Option<OperationRecord>, JournalError> {
        let wanted = match &operation.change {
            Change::BuyCoupon { purchase } => operation.subject.msisdn().map(|msisdn| key_of(msisdn, purchase)),
            Change::PlaceOrder { .. } => None,
            Change::Suspend
            | Change::Resume
            | Change::ChangeRatePlan { .. }
            | Change::Terminate { .. }
            | Change::BindImei { .. }
            | Change::Allocate { .. }
            | Change::Deallocate { .. }
            | Change::StartUse { .. }
            | Change::CancelApplication { .. } => return Ok(None),
        };
        let of_subject = (operation.subject.to_string(), operation.change.kind().as_str());
        let records = self.select("subject = ?1 AND kind = ?2 ORDER BY seq", of_subject)?;
        let same = |record: &OperationRecord| {
            let purchase = record.to.purchase.as_deref();
            purchase.and_then(|purchase| Some(key_of(record.subject.msisdn()?, purchase))) == wanted
        };
        Ok(records.into_iter().find(|record| outcome_of(record) == Some(PurchaseOutcome::Bought) && same(record)))
    }

    /// The operation that an application belongs to.
    pub fn owner_of(&self, application: &ApplicationNumber) -> Result<Option<OperationRecord>, JournalError> {
        let owners = self.select("application = ?1 AND kind <> 'cancelApplication' ORDER BY seq DESC", [application.as_str()])?;
        Ok(owners.into_iter().next())
    }

    /// The applications that belong to other operations, and so cannot be what this one became: those of its
    /// line, or for an order those of every order. (A cancellation names an application and owns none.)
    pub fn claims(&self, record: &OperationRecord) -> Result<Vec<ApplicationNumber>, JournalError> {
        let of_orders = matches!(record.subject, Subject::Order(_));
        self.sql(|db| {
            db.prepare_cached(
                "SELECT DISTINCT application FROM operations \
                 WHERE (subject = ?1 OR ?4 AND kind = 'placeOrder') AND application IS NOT NULL \
                 AND kind <> 'cancelApplication' AND NOT (op_id = ?2 AND attempt = ?3)",
            )?
            .query_map((record.subject.to_string(), &*record.id.0, record.attempt, of_orders), |row| {
                Ok(ApplicationNumber::new(row.get::<_, String>(0)?.as_str()))
            })?
            .collect()
        })
    }

    /// The operation that an application belongs to already, other than this attempt. One application may hold
    /// several lines of one request; a coupon or an order is always its own.
    pub fn owner(&self, application: &ApplicationNumber, record: &OperationRecord) -> Result<Option<OpId>, JournalError> {
        let is_own = record.kind.is_purchase();
        let of_others = self.select(
            "application = ?1 AND kind <> 'cancelApplication' AND NOT (op_id = ?2 AND attempt = ?3) \
             AND (?4 OR subject = ?5 OR kind <> ?6) AND resolution IS NOT 'notDone' ORDER BY seq LIMIT 1",
            (application.as_str(), &*record.id.0, record.attempt, is_own, record.subject.to_string(), record.kind.as_str()),
        )?;
        // A cancellation names the application of another operation, and owns none.
        let is_cancellation = record.kind == OperationKind::CancelApplication;
        Ok(of_others.into_iter().next().filter(|_| !is_cancellation).map(|other| other.id))
    }

    /// The applications of every order that the journal knows of.
    pub(crate) fn order_applications(&self) -> Result<Vec<ApplicationNumber>, JournalError> {
        self.sql(|db| {
            db.prepare_cached(
                "SELECT DISTINCT application FROM operations WHERE kind = 'placeOrder' AND application IS NOT NULL",
            )?
            .query_map([], |row| Ok(ApplicationNumber::new(row.get::<_, String>(0)?.as_str())))?
            .collect()
        })
    }
}

/// The month of a coupon in its row, as the index has it.
pub(super) const MONTH: &str = "json_extract(to_values, '$.purchase.month')";
