//! The catalogue between the wire and the core.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::carrier::wire::{CouponOffer, OrderPriceList, PlanOffer, ServiceInfo, SystemAnswer, SystemInfo};
use crate::domain::{
    Catalogue, CouponCode, CouponPrice, Function, Money, OrderPrices, PlanPrice, RatePlan, Service, ServiceCode, ServiceTerms,
    System, SystemNumber,
};

/// The catalogue of an account. Function numbers this version does not know are left out: nothing
/// here could call them.
pub fn catalogue_from(system: &SystemAnswer, plans: &[PlanOffer]) -> Catalogue {
    let SystemAnswer { contractor_id: _, systems, plan_change_cut_off, bulk_limit, termination_fee, order_prices } = system;
    Catalogue {
        systems: systems.iter().map(|info| (SystemNumber::new(info.system_no.as_str()), system_from(info))).collect(),
        plans: plans.iter().map(|offer| (RatePlan::new(offer.plan_code.as_str()), price_from(offer))).collect(),
        // A carrier that names no limit still takes one row.
        terms: ServiceTerms {
            cut_off: *plan_change_cut_off,
            bulk_limit: (*bulk_limit).max(1),
            termination_fee: termination_fee.map(Money),
        },
        orders: order_prices.as_ref().map(order_prices_from).unwrap_or_default(),
    }
}

fn order_prices_from(list: &OrderPriceList) -> OrderPrices {
    let OrderPriceList { cards, devices } = list;
    let prices = |list: &BTreeMap<String, i64>| -> BTreeMap<Arc<str>, Money> {
        list.iter().map(|(name, price)| (name.as_str().into(), Money(*price))).collect()
    };
    OrderPrices { cards: prices(cards), devices: prices(devices) }
}

fn system_from(info: &SystemInfo) -> System {
    System {
        services: info
            .services
            .iter()
            .map(|service| {
                let functions = service.functions.iter().filter_map(|number| Function::from_number(*number)).collect();
                (ServiceCode::new(service.service_code.as_str()), Service { functions })
            })
            .collect(),
    }
}

/// Coupons come without prices here: those are served per plan, and only buying needs them.
fn price_from(offer: &PlanOffer) -> PlanPrice {
    PlanPrice {
        monthly: offer.monthly_fee.map(Money),
        quota_bytes: offer.quota_bytes,
        coupons: offer.coupon_codes.iter().map(|code| (CouponCode::new(code.as_str()), None)).collect(),
    }
}

/// The coupons that a plan takes, with their prices: all of them, whatever the catalogue said.
pub fn coupons_from(offers: &[CouponOffer]) -> BTreeMap<CouponCode, Option<CouponPrice>> {
    offers
        .iter()
        .map(|CouponOffer { coupon_code, bytes, price, currency: _ }| {
            (CouponCode::new(coupon_code.as_str()), Some(CouponPrice { price: Money(*price), bytes: *bytes }))
        })
        .collect()
}

/// Back to function 13's answer, for snapshots.
pub fn system_answer_from(catalogue: &Catalogue, contractor_id: &str) -> SystemAnswer {
    let Catalogue { systems, plans: _, terms, orders } = catalogue;
    SystemAnswer {
        contractor_id: contractor_id.to_owned(),
        systems: systems
            .iter()
            .map(|(number, system)| SystemInfo {
                system_no: number.to_string(),
                services: system
                    .services
                    .iter()
                    .map(|(code, service)| ServiceInfo {
                        service_code: code.to_string(),
                        functions: service.functions.iter().map(|function| function.number()).collect(),
                    })
                    .collect(),
            })
            .collect(),
        plan_change_cut_off: terms.cut_off,
        bulk_limit: terms.bulk_limit,
        termination_fee: terms.termination_fee.map(|fee| fee.0),
        order_prices: (*orders != OrderPrices::default()).then(|| order_prices_to(orders)),
    }
}

fn order_prices_to(prices: &OrderPrices) -> OrderPriceList {
    let OrderPrices { cards, devices } = prices;
    let list = |prices: &BTreeMap<Arc<str>, Money>| prices.iter().map(|(name, price)| (name.to_string(), price.0)).collect();
    OrderPriceList { cards: list(cards), devices: list(devices) }
}

/// Back to the prices of a plan's coupons, as far as they were read, for snapshots.
pub fn coupon_offers_from(price: &PlanPrice) -> Vec<CouponOffer> {
    price
        .coupons
        .iter()
        .filter_map(|(code, price)| {
            let CouponPrice { price, bytes } = (*price)?;
            let currency = crate::domain::money::CURRENCY.to_owned();
            Some(CouponOffer { coupon_code: code.to_string(), bytes, price: price.0, currency })
        })
        .collect()
}

/// Back to the catalogue's rows, for snapshots.
pub fn offers_from(catalogue: &Catalogue) -> Vec<PlanOffer> {
    catalogue
        .plans
        .iter()
        .map(|(code, price)| PlanOffer {
            plan_code: code.to_string(),
            name: code.to_string(),
            quota_bytes: price.quota_bytes,
            monthly_fee: price.monthly.map(|fee| fee.0),
            currency: crate::domain::money::CURRENCY.to_owned(),
            coupon_codes: price.coupons.keys().map(ToString::to_string).collect(),
        })
        .collect()
}
