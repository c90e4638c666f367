//! Which of the carrier's applications could be a purchase. Pure.
//!
//! Neither a coupon nor an order bears the name it was bought under: all that tells is the line and the
//! coupon, or the content. An application that does not say may be anything.

use crate::carrier::convert::order_from_wire;
use crate::carrier::wire::Application;
use crate::domain::calendar::YearMonth;
use crate::domain::{ApplicationNumber, ApplicationType, CouponPurchase, Msisdn, Observed, OrderContent, Subject};
use crate::plan::{Change, Operation};

/// Whether an application of a coupon, whose code it may not say, could be this purchase.
pub(crate) fn is_coupon(purchase: &CouponPurchase, code: Option<&str>) -> bool {
    code.is_none_or(|code| code == purchase.code.as_str())
}

/// Whether an application of an order, whose content it may not say, could be this order. Both are normalised
/// for it: a plan or a journal may be of a version that wrote them in another way.
pub(crate) fn is_order(content: &OrderContent, found: Option<&OrderContent>) -> bool {
    found.is_none_or(|found| found == content || found.clone().normalised() == content.clone().normalised())
}

/// Whether an application on the wire could be this order.
pub(crate) fn is_order_on_the_wire(content: &OrderContent, application: &Application) -> bool {
    let found = application.order.as_ref().map(|order| order_from_wire(&order.request));
    application.kind == ApplicationType::Order && is_order(content, found.as_ref())
}

/// What was observed that could be the purchase of an operation, whoever made it; nothing for an operation
/// that buys nothing. The error says why nothing is known.
pub(crate) fn candidates(operation: &Operation, observed: &Observed) -> Result<Vec<ApplicationNumber>, String> {
    match (&operation.change, &operation.subject) {
        (Change::BuyCoupon { purchase }, Subject::Line(msisdn)) => coupons(purchase, *msisdn, observed),
        (Change::PlaceOrder { placement }, Subject::Order(_)) => {
            let orders = observed.purchases.orders.as_ref().ok_or("the carrier's orders were not read")?;
            let same = orders.iter().filter(|order| !order.status.came_to_nothing());
            Ok(same
                .filter(|order| is_order(&placement.content, order.content.as_ref()))
                .map(|order| order.application.clone())
                .collect())
        }
        (
            Change::BuyCoupon { .. }
            | Change::PlaceOrder { .. }
            | Change::Suspend
            | Change::Resume
            | Change::ChangeRatePlan { .. }
            | Change::Terminate { .. }
            | Change::BindImei { .. }
            | Change::Allocate { .. }
            | Change::Deallocate { .. }
            | Change::StartUse { .. }
            | Change::CancelApplication { .. },
            _,
        ) => Ok(Vec::new()),
    }
}

fn coupons(purchase: &CouponPurchase, msisdn: Msisdn, observed: &Observed) -> Result<Vec<ApplicationNumber>, String> {
    if !purchase.month.contains(observed.at) {
        return Err(format!("it is for {}, and it is {} now", purchase.month, YearMonth::of(observed.at)));
    }
    let coupons = observed.purchases.coupons.as_ref().ok_or("the coupons bought this month were not read")?;
    let same = coupons.iter().filter(|coupon| coupon.msisdn == msisdn && !coupon.status.came_to_nothing());
    Ok(same
        .filter(|coupon| is_coupon(purchase, coupon.code.as_ref().map(crate::domain::CouponCode::as_str)))
        .map(|coupon| coupon.application.clone())
        .collect())
}
