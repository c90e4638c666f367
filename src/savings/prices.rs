//! Prices of rate plans, and which plan could stand in for another.

use crate::domain::{Catalogue, Money, PlanPrice, RatePlan};

/// The family of plans that are billed by traffic: what is included is a ceiling, not something paid for beforehand.
const PAY_AS_YOU_GO: &str = "payg";

/// What a plan's code begins with, up to the first dash: plans of one family differ only in size (DOMAIN 4).
fn family(plan: &RatePlan) -> &str {
    plan.as_str().split_once('-').map_or(plan.as_str(), |(family, _)| family)
}

/// Whether the traffic of a line on this plan says nothing about the plan.
pub(super) fn is_pay_as_you_go(plan: &RatePlan) -> bool {
    family(plan) == PAY_AS_YOU_GO
}

/// The fee of a plan a month; `None` where the catalogue has none that can be meant.
pub(super) fn monthly(catalogue: &Catalogue, plan: &RatePlan) -> Option<Money> {
    catalogue.fee(plan).filter(|fee| *fee >= Money::ZERO)
}

/// The price of a plan that includes traffic; `None` where it has no fee or no quota.
pub(super) fn with_quota<'c>(catalogue: &'c Catalogue, plan: &RatePlan) -> Option<&'c PlanPrice> {
    catalogue.plans.get(plan).filter(|price| price.monthly.is_some_and(|fee| fee >= Money::ZERO) && price.quota_bytes > 0)
}

/// The cheapest plan of the same family that holds this traffic, and of those the smallest code.
pub(super) fn cheapest_for<'c>(catalogue: &'c Catalogue, plan: &RatePlan, bytes: u64) -> Option<(&'c RatePlan, Money)> {
    let holds = |other: &RatePlan, price: &PlanPrice| {
        family(other) == family(plan) && price.quota_bytes >= bytes && price.quota_bytes > 0
    };
    let fitting = catalogue.plans.iter().filter(|(other, price)| holds(other, price));
    let priced = fitting.filter_map(|(other, price)| Some((other, price.monthly.filter(|fee| *fee >= Money::ZERO)?)));
    priced.min_by_key(|(other, fee)| (*fee, *other))
}
