//! Coupons that the carrier, or the rate plan of a line, does not have.

use std::collections::{BTreeMap, BTreeSet};

use super::{counted, place};
use crate::diag::{Diagnostic, codes, did_you_mean};
use crate::domain::calendar::YearMonth;
use crate::domain::{CouponCode, Desired, DesiredSim, DesiredState, Msisdn, Observed, RatePlan, Source};

/// Unknown coupons are errors. A coupon that a line's rate plan does not take is a warning: the plan blocks
/// that purchase alone, and the line's rate plan may be another one when it counts. Grants of past months are
/// history.
pub(super) fn check(desired: &Desired, observed: &Observed, diagnostics: &mut Vec<Diagnostic>) {
    if desired.grants.is_empty() && desired.top_ups.is_empty() {
        return;
    }
    let now = YearMonth::of(observed.at);
    let grants = || desired.grants.iter().filter(|grant| grant.month >= now);
    let wanted = grants().map(|grant| (&grant.code, grant.source));
    let wanted = wanted.chain(desired.top_ups.iter().map(|policy| (&policy.code, policy.source)));
    let known = known(observed);
    // A carrier that names no coupon at all does not say what it has.
    if known.is_empty() {
        return;
    }
    for (code, source) in wanted.filter(|(code, _)| !known.contains(code)) {
        let help = did_you_mean(code.as_str(), known.iter().map(|code| code.as_str())).map_or_else(
            || format!("the coupons are {}", known.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(", ")),
            |meant| format!("did you mean {meant}?"),
        );
        let message = format!("the carrier has no coupon {code}");
        diagnostics.push(Diagnostic::error(codes::UNKNOWN_COUPON, place(desired, source), message).help(help));
    }
    let warn = |source: Source, message: String, help: &str| {
        Diagnostic::warning(codes::COUPON_NOT_OFFERED, place(desired, source), message).help(help)
    };
    for grant in grants().filter(|grant| known.contains(&grant.code)) {
        let mut refusing: BTreeMap<&RatePlan, usize> = BTreeMap::new();
        let sims = grant.msisdns.iter().filter_map(|msisdn| declared(desired, *msisdn));
        for plan in sims.filter_map(|sim| plan_of(observed, sim)).filter(|plan| !takes(observed, plan, &grant.code)) {
            *refusing.entry(plan).or_default() += 1;
        }
        diagnostics.extend(refusing.into_iter().map(|(plan, lines)| {
            let message = format!("the rate plan {plan} takes no coupon {} ({})", grant.code, counted(lines));
            warn(grant.source, message, "nothing is bought for these lines: the plan reports them as blocked")
        }));
    }
    for policy in desired.top_ups.iter().filter(|policy| known.contains(&policy.code)) {
        let sims = desired.sims.iter().filter(|sim| sim.fleet == policy.fleet);
        let plans: BTreeSet<&RatePlan> = sims.filter_map(|sim| plan_of(observed, sim)).collect();
        // A fleet of several rate plans may well have a policy for those lines only that can use it.
        if !plans.is_empty() && !plans.iter().any(|plan| takes(observed, plan, &policy.code)) {
            let plans: Vec<&str> = plans.into_iter().map(RatePlan::as_str).collect();
            let message = format!("no rate plan of the fleet takes the coupon {}: {}", policy.code, plans.join(", "));
            diagnostics.push(warn(policy.source, message, "the policy buys nothing: use another coupon, or remove it"));
        }
    }
}

/// Every coupon that some rate plan takes, or that was bought this month.
fn known(observed: &Observed) -> BTreeSet<&CouponCode> {
    let taken = observed.catalogue.plans.values().flat_map(|plan| plan.coupons.keys());
    let bought = observed.purchases.coupons.iter().flatten().filter_map(|application| application.code.as_ref());
    taken.chain(bought).collect()
}

fn declared(desired: &Desired, msisdn: Msisdn) -> Option<&DesiredSim> {
    desired.sims.binary_search_by(|sim| sim.msisdn.cmp(&msisdn)).ok().and_then(|index| desired.sims.get(index))
}

/// The rate plan in force, or the one to start with, of a line that has not ended and is not to end.
fn plan_of<'a>(observed: &'a Observed, sim: &'a DesiredSim) -> Option<&'a RatePlan> {
    let line = observed.get(sim.msisdn)?.line.as_ref();
    let ended = sim.state == Some(DesiredState::Terminated) || line.is_some_and(|line| line.status.is_terminated());
    line.map(|line| &line.plan).or(sim.plan.as_ref()).filter(|_| !ended)
}

/// Of a rate plan that the catalogue does not have nothing is known.
fn takes(observed: &Observed, plan: &RatePlan, code: &CouponCode) -> bool {
    observed.catalogue.plans.get(plan).is_none_or(|plan| plan.coupons.contains_key(code))
}
