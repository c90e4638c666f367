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
    let mut refused: BTreeMap<(Source, &CouponCode, &RatePlan), usize> = BTreeMap::new();
    let of_grants = grants().flat_map(|grant| {
        let sims = grant.msisdns.iter().filter_map(|msisdn| declared(desired, *msisdn));
        sims.map(|sim| (&grant.code, grant.source, sim))
    });
    let of_policies = desired.top_ups.iter().flat_map(|policy| {
        let sims = desired.sims.iter().filter(|sim| sim.fleet == policy.fleet);
        sims.map(|sim| (&policy.code, policy.source, sim))
    });
    for (code, source, sim) in of_grants.chain(of_policies).filter(|(code, ..)| known.contains(code)) {
        if let Some(plan) = not_taken(observed, sim, code) {
            *refused.entry((source, code, plan)).or_default() += 1;
        }
    }
    for ((source, code, plan), lines) in refused {
        let message = format!("the rate plan {plan} takes no coupon {code} ({})", counted(lines));
        diagnostics.push(
            Diagnostic::warning(codes::COUPON_NOT_OFFERED, place(desired, source), message)
                .help("nothing is bought for these lines: the plan reports them as blocked"),
        );
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

/// The rate plan in force, or the one to start with, if it takes no such coupon.
fn not_taken<'a>(observed: &'a Observed, sim: &'a DesiredSim, code: &CouponCode) -> Option<&'a RatePlan> {
    let line = observed.get(sim.msisdn)?.line.as_ref();
    let ended = sim.state == Some(DesiredState::Terminated) || line.is_some_and(|line| line.status.is_terminated());
    let plan = line.map(|line| &line.plan).or(sim.plan.as_ref()).filter(|_| !ended)?;
    let taken = &observed.catalogue.plans.get(plan)?.coupons;
    (!taken.contains_key(code)).then_some(plan)
}
