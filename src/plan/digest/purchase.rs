//! Digests of what is declared to be bought, and of what was bought.

use super::{Canonical, count};
use crate::domain::{
    Catalogue, CouponApplication, Desired, DesiredGrant, DesiredOrder, DesiredTopUp, Money, Msisdn, OrderApplication, Purchases,
    SpendLimits,
};

pub(super) fn spend_in(canonical: &mut Canonical, limits: SpendLimits) {
    let SpendLimits { per_plan, per_month } = limits;
    for limit in [per_plan, per_month] {
        money_in(canonical, limit);
    }
}

fn money_in(canonical: &mut Canonical, amount: Option<Money>) {
    canonical.optional(amount.map(|amount| amount.0.to_string()).as_deref());
}

/// Grants, policies and orders, in whatever order they were declared; places aside.
pub(super) fn desired_in(canonical: &mut Canonical, desired: &Desired) {
    let fleet_name =
        |index: u32| usize::try_from(index).ok().and_then(|index| desired.fleets.get(index)).map_or("", |fleet| &fleet.name);
    let mut grants: Vec<&DesiredGrant> = desired.grants.iter().collect();
    grants.sort_by_key(|grant| (&grant.name, fleet_name(grant.fleet), grant.month, &grant.code));
    canonical.number(count(grants.len()));
    for DesiredGrant { fleet, name, month, code, msisdns, source: _ } in grants {
        canonical.text(fleet_name(*fleet));
        canonical.text(name);
        canonical.text(&month.to_string());
        canonical.text(code.as_str());
        let mut msisdns: Vec<&Msisdn> = msisdns.iter().collect();
        msisdns.sort_unstable();
        canonical.number(count(msisdns.len()));
        for msisdn in msisdns {
            canonical.text(msisdn.as_str());
        }
    }
    let mut policies: Vec<&DesiredTopUp> = desired.top_ups.iter().collect();
    policies.sort_by_key(|policy| (fleet_name(policy.fleet), &policy.name, &policy.code));
    canonical.number(count(policies.len()));
    for DesiredTopUp { fleet, name, code, below, per_line, spend, source: _ } in policies {
        canonical.text(fleet_name(*fleet));
        canonical.text(name);
        canonical.text(code.as_str());
        canonical.number(*below);
        canonical.number(*per_line);
        canonical.number(spend.0);
    }
    let mut orders: Vec<&DesiredOrder> = desired.orders.iter().collect();
    orders.sort_by_key(|order| &order.name);
    canonical.number(count(orders.len()));
    for DesiredOrder { name, content, cancelled, source: _ } in orders {
        canonical.text(name);
        canonical.text(&serde_json::to_string(content).unwrap_or_default());
        canonical.number(u8::from(*cancelled));
    }
}

/// Which plan takes which coupon, and what coupons, cards and devices cost.
pub(super) fn prices_in(canonical: &mut Canonical, catalogue: &Catalogue) {
    canonical.number(count(catalogue.plans.len()));
    for (plan, price) in &catalogue.plans {
        canonical.text(plan.as_str());
        canonical.number(count(price.coupons.len()));
        for (code, coupon) in &price.coupons {
            canonical.text(code.as_str());
            money_in(canonical, coupon.map(|coupon| coupon.price));
        }
    }
    for prices in [&catalogue.orders.cards, &catalogue.orders.devices] {
        canonical.number(count(prices.len()));
        for (what, price) in prices {
            canonical.text(what);
            canonical.number(price.0);
        }
    }
}

/// The carrier's applications, in whatever order they were listed. How fresh traffic figures are is no
/// part: that changes by the hour.
pub(super) fn evidence_in(canonical: &mut Canonical, purchases: &Purchases) {
    let Purchases { coupons, orders, usage_as_of: _ } = purchases;
    canonical.number(u8::from(coupons.is_some()) + 2 * u8::from(orders.is_some()));
    let mut coupons: Vec<&CouponApplication> = coupons.iter().flatten().collect();
    coupons.sort();
    canonical.number(count(coupons.len()));
    for CouponApplication { msisdn, application, code, status, requested_at, via } in coupons {
        canonical.text(msisdn.as_str());
        canonical.text(application.as_str());
        canonical.optional(code.as_ref().map(crate::domain::CouponCode::as_str));
        canonical.text(status.wire());
        canonical.number(requested_at.as_second());
        canonical.text(via.wire());
    }
    let mut orders: Vec<&OrderApplication> = orders.iter().flatten().collect();
    orders.sort_by_key(|order| &order.application);
    canonical.number(count(orders.len()));
    for order in orders {
        let OrderApplication { application, status, cancellable_until, requested_at, via, effective, content, msisdns, iccids } =
            order;
        canonical.text(application.as_str());
        canonical.text(status.wire());
        canonical.optional(cancellable_until.map(|at| at.as_second().to_string()).as_deref());
        canonical.number(requested_at.as_second());
        canonical.text(via.wire());
        canonical.optional(effective.map(|date| date.to_string()).as_deref());
        canonical.optional(content.as_ref().and_then(|content| serde_json::to_string(content).ok()).as_deref());
        canonical.number(count(msisdns.len()));
        for msisdn in msisdns {
            canonical.text(msisdn.as_str());
        }
        canonical.number(count(iccids.len()));
        for iccid in iccids {
            canonical.text(iccid);
        }
    }
}
