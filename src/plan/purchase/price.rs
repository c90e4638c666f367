//! What a coupon costs: the carrier's table of rate plans and coupons.

use crate::domain::{Catalogue, CouponCode, Money, RatePlan};

/// What the table says of a coupon on a rate plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offer {
    /// The plan takes it at this price.
    At(Money),
    /// The plan takes it; the price was not read.
    Unpriced,
    /// The plan does not take it, or is not known.
    Not,
}

pub(crate) fn offer(catalogue: &Catalogue, plan: &RatePlan, code: &CouponCode) -> Offer {
    match catalogue.plans.get(plan).and_then(|plan| plan.coupons.get(code)) {
        Some(Some(coupon)) => Offer::At(coupon.price),
        Some(None) => Offer::Unpriced,
        None => Offer::Not,
    }
}

/// What a purchase that nobody noted has cost at most. Money that is gone is never counted as less than
/// it can have been: where the line's plan or the coupon is not known, the dearest that fits counts.
pub(crate) fn at_most(catalogue: &Catalogue, plan: Option<&RatePlan>, code: Option<&CouponCode>) -> Money {
    let dearest = |only: Option<&RatePlan>| {
        let plans = catalogue.plans.iter().filter(|(plan, _)| only.is_none_or(|only| only == *plan));
        let coupons = plans.flat_map(|(_, price)| &price.coupons).filter(|(of, _)| code.is_none_or(|code| code == *of));
        coupons.filter_map(|(_, coupon)| Some(coupon.as_ref()?.price)).max()
    };
    plan.and_then(|plan| dearest(Some(plan))).or_else(|| dearest(None)).unwrap_or(Money::ZERO)
}

/// The plans whose prices [`at_most`] would need and that were not read.
pub(crate) fn unread<'a>(
    catalogue: &'a Catalogue,
    plan: Option<&'a RatePlan>,
    code: Option<&'a CouponCode>,
) -> impl Iterator<Item = &'a RatePlan> {
    let fits = move |of: &CouponCode| code.is_none_or(|code| code == of);
    let takes = move |plan: &RatePlan| catalogue.plans.get(plan).is_some_and(|price| price.coupons.keys().any(fits));
    let only = plan.filter(|plan| takes(plan));
    let plans = catalogue.plans.iter().filter(move |(plan, _)| only.is_none_or(|only| only == *plan));
    let is_unread = move |(of, coupon): (&CouponCode, &Option<_>)| fits(of) && coupon.is_none();
    plans.filter(move |(_, price)| price.coupons.iter().any(is_unread)).map(|(plan, _)| plan)
}
