//! Which objects are kept no longer.
//!
//! A coupon belongs to its month and a fee to the month in which it was sent; the planner looks at this month and the one
//! before. An order is bought once under its name: its object stays as long as a `SimOrder` of that name is there, and
//! two months longer, for what is deleted and made again (`kubectl replace --force`) is the same order.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::Subject;
use crate::domain::calendar::jst_date;
use crate::exec::journal::OperationRecord;

/// Whether an object has had its time. `orders` are the names of the orders that are there.
pub(super) fn is_past(record: &OperationRecord, now: Timestamp, orders: &BTreeSet<Arc<str>>) -> bool {
    if !record.state.is_final() {
        return false;
    }
    // The first day of the month before this one (JST).
    let first = jst_date(now).first_of_month().yesterday().map_or(Date::MIN, Date::first_of_month);
    let sent_before = record.sent_at.is_some_and(|at| jst_date(at) < first);
    match (&record.subject, &record.to.purchase) {
        (Subject::Order(name), _) => sent_before && !orders.contains(name),
        (Subject::Line(_), Some(purchase)) => sent_before && purchase.month.first_day() < first,
        (Subject::Line(_), None) => sent_before,
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::calendar::YearMonth;
    use crate::domain::{CouponPurchase, Money, Msisdn, OperationKind, PurchaseReason};
    use crate::exec::journal::{PlanKey, RecordState};
    use crate::plan::{OpId, RequestId, Values};

    fn coupon(month: &str, sent_at: &str, state: RecordState) -> OperationRecord {
        let month = YearMonth::parse(month).unwrap();
        let reason = PurchaseReason::Grant("firmware".into());
        let purchase = Box::new(CouponPurchase { reason, month, code: "add-1gb".into(), ordinal: 1, attempt: 1 });
        OperationRecord {
            id: OpId("op-1".into()),
            attempt: 1,
            sequence: 1,
            plan: PlanKey("plan".to_owned()),
            request: RequestId("r-1".into()),
            kind: OperationKind::BuyCoupon,
            subject: Msisdn::parse("08012345678").unwrap().into(),
            from: Values::default(),
            to: Values { purchase: Some(purchase), ..Values::default() },
            state,
            resolution: None,
            application: None,
            newest_before: None,
            sent_at: Some(sent_at.parse().unwrap()),
            effective: None,
            note: None,
            amount: Money(300),
        }
    }

    #[test]
    fn what_the_planner_may_still_look_at_is_kept() {
        let now: Timestamp = "2026-12-31T23:59:00+09:00".parse().unwrap();
        let orders = BTreeSet::from(["depot".into()]);
        let (bought, doubtful, open) = (RecordState::Confirmed, RecordState::Unknown, RecordState::Acked);
        let old = "2026-10-31T23:59:00+09:00";
        for (record, expected) in [
            (coupon("2026-10", old, bought), true),
            (coupon("2026-11", old, bought), false),
            (coupon("2026-10", "2026-11-01T00:00:00+09:00", bought), false),
            (coupon("2026-10", old, doubtful), false),
            (coupon("2026-10", old, open), false),
            (coupon("2026-10", old, RecordState::Sent), false),
            (coupon("2026-10", old, RecordState::Rejected), true),
        ] {
            assert_eq!(is_past(&record, now, &orders), expected, "{record:?}");
            let next_year = now + SignedDuration::from_secs(60);
            let before = is_past(&record, next_year, &orders);
            assert!(before || !expected, "what is past stays so");
        }
        let fee = |sent_at: &str| OperationRecord { to: Values::default(), ..coupon("2026-10", sent_at, bought) };
        assert!(is_past(&fee(old), now, &orders));
        assert!(!is_past(&fee("2026-11-01T00:00:00+09:00"), now, &orders));
        let order = |name: &str, sent_at: &str| OperationRecord { subject: Subject::Order(name.into()), ..fee(sent_at) };
        assert!(!is_past(&order("depot", old), now, &orders), "its SimOrder is there");
        assert!(is_past(&order("gone", old), now, &orders));
        assert!(!is_past(&order("gone", "2026-12-01T00:00:00+09:00"), now, &orders), "it may be made again");
    }
}
