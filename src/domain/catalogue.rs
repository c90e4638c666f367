//! What the carrier offers and at what price: systems, services, functions, plans, coupons.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::calendar::CutOff;
use crate::domain::{CouponCode, Function, Money, RatePlan, ServiceCode, SystemNumber};

/// Prices and offers of a carrier account, as served by functions 12 and 13 and the catalogue routes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalogue {
    /// The contractor's system numbers and the services under each.
    pub systems: BTreeMap<SystemNumber, System>,
    /// The rate plans.
    pub plans: BTreeMap<RatePlan, PlanPrice>,
    /// The rules of plan changes and bulk requests.
    pub terms: ServiceTerms,
    /// What cards and devices cost.
    pub orders: OrderPrices,
}

/// Prices of cards and devices, paid at once. What is not here has no known price.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderPrices {
    /// By form factor.
    pub cards: BTreeMap<Arc<str>, Money>,
    /// By model.
    pub devices: BTreeMap<Arc<str>, Money>,
}

/// One system number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct System {
    /// Services under it.
    pub services: BTreeMap<ServiceCode, Service>,
}

/// One communication service under a system number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Service {
    /// The functions it offers: capabilities are data.
    pub functions: BTreeSet<Function>,
}

/// A rate plan with its price and the coupons it takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanPrice {
    /// Fee per month. `None`: nobody said, which is not the same as nothing.
    pub monthly: Option<Money>,
    /// Traffic included per month, in bytes (a ceiling for pay-as-you-go plans).
    pub quota_bytes: u64,
    /// Coupons this plan takes, with prices where they were read (they are served per plan).
    pub coupons: BTreeMap<CouponCode, Option<CouponPrice>>,
}

/// A coupon's price and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CouponPrice {
    /// Paid at once.
    pub price: Money,
    /// Traffic it adds, in bytes.
    pub bytes: u64,
}

/// Rules that `GET /v1/system` serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceTerms {
    /// When plan changes stop being accepted in a month.
    pub cut_off: CutOff,
    /// The most rows a bulk request takes.
    pub bulk_limit: u32,
    /// Charged once when a line is terminated. `None`: nobody said.
    pub termination_fee: Option<Money>,
}

impl Default for ServiceTerms {
    fn default() -> Self {
        Self { cut_off: CutOff::default(), bulk_limit: 3_000, termination_fee: Some(Money::ZERO) }
    }
}

impl Catalogue {
    /// Whether a service under a system number offers a function. An unknown pair offers nothing.
    pub fn offers(&self, system: &SystemNumber, service: &ServiceCode, function: Function) -> bool {
        self.systems
            .get(system)
            .and_then(|system| system.services.get(service))
            .is_some_and(|service| service.functions.contains(&function))
    }

    /// The fee per month of a plan, where it is known.
    pub fn fee(&self, plan: &RatePlan) -> Option<Money> {
        self.plans.get(plan).and_then(|price| price.monthly)
    }

    /// The fee per month of a plan, for sums: one that is not known adds nothing here, and is told elsewhere.
    pub fn monthly(&self, plan: &RatePlan) -> Money {
        self.fee(plan).unwrap_or(Money::ZERO)
    }

    /// What a termination costs at once, for sums: as [`Self::monthly`].
    pub fn termination_fee(&self) -> Money {
        self.terms.termination_fee.unwrap_or(Money::ZERO)
    }
}
