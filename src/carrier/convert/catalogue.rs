//! The catalogue between the wire and the core.

use crate::carrier::wire::{PlanOffer, ServiceInfo, SystemAnswer, SystemInfo};
use crate::domain::{
    Catalogue, CouponCode, Function, Money, OrderPrices, PlanPrice, RatePlan, Service, ServiceCode, ServiceTerms, System,
    SystemNumber,
};

/// The catalogue of an account. Function numbers this version does not know are left out: nothing
/// here could call them.
pub fn catalogue_from(system: &SystemAnswer, plans: &[PlanOffer]) -> Catalogue {
    let SystemAnswer { contractor_id: _, systems, plan_change_cut_off, bulk_limit, termination_fee } = system;
    Catalogue {
        systems: systems.iter().map(|info| (SystemNumber::new(info.system_no.as_str()), system_from(info))).collect(),
        plans: plans.iter().map(|offer| (RatePlan::new(offer.plan_code.as_str()), price_from(offer))).collect(),
        // A carrier that names no limit still takes one row.
        terms: ServiceTerms {
            cut_off: *plan_change_cut_off,
            bulk_limit: (*bulk_limit).max(1),
            termination_fee: Money(*termination_fee),
        },
        orders: OrderPrices::default(),
    }
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
        monthly: Money(offer.monthly_fee),
        quota_bytes: offer.quota_bytes,
        coupons: offer.coupon_codes.iter().map(|code| (CouponCode::new(code.as_str()), None)).collect(),
    }
}

/// Back to function 13's answer, for snapshots.
pub fn system_answer_from(catalogue: &Catalogue, contractor_id: &str) -> SystemAnswer {
    let Catalogue { systems, plans: _, terms, orders: _ } = catalogue;
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
        termination_fee: terms.termination_fee.0,
    }
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
            monthly_fee: price.monthly.0,
            currency: crate::domain::money::CURRENCY.to_owned(),
            coupon_codes: price.coupons.keys().map(ToString::to_string).collect(),
        })
        .collect()
}
