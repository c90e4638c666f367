//! Coupons and orders as events: which of them were bought, by whom, and which purchase is which.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::calendar::YearMonth;
use crate::domain::{ApplicationNumber, ApplicationStatus, CouponCode, Msisdn, OrderContent, RatePlan, RequestedVia};

/// What a coupon is bought for. The key of a purchase is the line, this (without `code`) and nothing
/// else: not the fleet, not the file, not the plan (DESIGN 3.5, "Op ids").
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponPurchase {
    /// Whether a named grant or a policy asks for it.
    #[serde(flatten)]
    pub reason: PurchaseReason,
    /// The month it is for (JST).
    pub month: YearMonth,
    /// The coupon.
    pub code: CouponCode,
    /// Which purchase of the policy on the line in the month, from 1; a grant has only the first.
    pub ordinal: u32,
    /// From 1; a purchase that the carrier definitely refused is tried again under the next number.
    pub attempt: u32,
}

/// Who asks for a coupon.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PurchaseReason {
    /// A grant (`spec.coupons`), by its name.
    Grant(Arc<str>),
    /// A policy (`spec.topUps`), by its name.
    TopUp(Arc<str>),
}

/// An order as it is placed under a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderPlacement {
    /// What is ordered.
    pub content: OrderContent,
    /// From 1, as in [`CouponPurchase::attempt`].
    pub attempt: u32,
}

/// What the carrier's applications say was bought: the evidence that outlives a lost journal.
///
/// `None` where it was not read: then nothing is bought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Purchases {
    /// Coupon applications of the current month (JST), sorted by line and application number.
    pub coupons: Option<Vec<CouponApplication>>,
    /// Order applications, sorted by application number.
    pub orders: Option<Vec<OrderApplication>>,
    /// Until when a line's traffic figures count (`asOf` of function 4), for lines that a policy may
    /// buy for.
    pub usage_as_of: BTreeMap<Msisdn, Timestamp>,
}

/// A coupon that was bought, by whomever.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CouponApplication {
    /// The line.
    pub msisdn: Msisdn,
    /// Its number.
    pub application: ApplicationNumber,
    /// The coupon; `None` where the carrier does not say: then it may be any.
    pub code: Option<CouponCode>,
    /// How far it has come.
    pub status: ApplicationStatus,
    /// When it was accepted.
    pub requested_at: Timestamp,
    /// Through which entry point.
    pub via: RequestedVia,
}

/// An order that was placed, by whomever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderApplication {
    /// Its number.
    pub application: ApplicationNumber,
    /// How far it has come.
    pub status: ApplicationStatus,
    /// Until when it can be cancelled.
    pub cancellable_until: Option<Timestamp>,
    /// When it was accepted.
    pub requested_at: Timestamp,
    /// Through which entry point.
    pub via: RequestedVia,
    /// The day it should arrive, where the carrier says.
    pub effective: Option<Date>,
    /// What was ordered; `None` where the carrier does not say.
    pub content: Option<OrderContent>,
    /// The numbers, known from shipment on.
    pub msisdns: Vec<Msisdn>,
    /// The ICCIDs, in the order of the numbers.
    pub iccids: Vec<Arc<str>>,
}

/// What else has to be read before a plan can be made. Asked for by the planner (which cannot read),
/// answered by an observation (which does not judge).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wants {
    /// Coupon applications from this day (JST) on: the first of the current month.
    pub coupons_from: Option<Date>,
    /// Order applications, all of them.
    pub orders: bool,
    /// Coupon prices of these plans.
    pub prices_of: BTreeSet<RatePlan>,
    /// How fresh the traffic figures of these lines are.
    pub usage_of: BTreeSet<Msisdn>,
}

impl Wants {
    /// Whether everything is there.
    pub fn is_empty(&self) -> bool {
        let Self { coupons_from, orders, prices_of, usage_of } = self;
        coupons_from.is_none() && !orders && prices_of.is_empty() && usage_of.is_empty()
    }
}
