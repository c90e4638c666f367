//! What was bought through a person: no exported list shows it, so the journal is all there is to go by.

use jiff::civil::Date;

use crate::carrier::convert::{coupon_to_wire, order_application_to_wire};
use crate::carrier::wire::Application;
use crate::domain::{ApplicationNumber, CouponApplication, OrderApplication};

/// What a journal knows of coupons and orders: handed over (accepted, under the number of its step) or done (completed,
/// under the carrier's number).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bought {
    /// Coupons.
    pub coupons: Vec<CouponApplication>,
    /// Orders.
    pub orders: Vec<OrderApplication>,
    /// From when on (JST) these are all there are, as a person vouched; `None` where nobody did.
    pub complete_from: Option<Date>,
}

impl Bought {
    /// Whether no coupon of this day or later is missing; without a day, of the time that was vouched for.
    pub(super) fn has_all_coupons_since(&self, day: Option<Date>) -> bool {
        self.complete_from.is_some_and(|from| day.is_none_or(|day| from <= day))
    }

    /// Whether no order is missing.
    pub(super) fn has_all_orders(&self) -> bool {
        self.complete_from.is_some()
    }

    /// As the carrier would list them.
    pub(super) fn applications(&self) -> impl Iterator<Item = Application> {
        self.coupons.iter().map(coupon_to_wire).chain(self.orders.iter().map(order_application_to_wire))
    }

    /// One of them.
    pub(super) fn application(&self, number: &ApplicationNumber) -> Option<Application> {
        let coupon = self.coupons.iter().find(|coupon| coupon.application == *number).map(coupon_to_wire);
        let order = || self.orders.iter().find(|order| order.application == *number).map(order_application_to_wire);
        coupon.or_else(order)
    }
}
