//! Lines on a plan of the wrong size. Facts only: the last full month, and this one so far; nothing is projected.

use super::case::{BilledLine, Case};
use super::finding::{LargerPlan, Matter, SmallerPlan, UnknownWhy};
use super::prices;
use crate::domain::{Money, PlanPrice, TrafficReading};

/// Why the traffic of an active line says nothing about its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pointless {
    PayAsYouGo,
    Unpriced,
    Changing,
}

/// The price of the plan that the line's traffic is measured by.
pub(super) fn measure<'c>(case: &Case<'c>, line: BilledLine<'_>) -> Result<&'c PlanPrice, Pointless> {
    if prices::is_pay_as_you_go(&line.line.plan) {
        return Err(Pointless::PayAsYouGo);
    }
    let price = prices::with_quota(&case.observed.catalogue, &line.line.plan).ok_or(Pointless::Unpriced)?;
    if line.is_changing_plan() { Err(Pointless::Changing) } else { Ok(price) }
}

/// Whether the line was open for the whole of the last full month. One that does not tell is taken for old: its
/// traffic was measured all the same.
pub(super) fn had_a_full_month(case: &Case<'_>, line: BilledLine<'_>) -> bool {
    line.opened_at().is_none_or(|opened| opened <= case.month().previous().begins())
}

/// Whether the plan is too small or far too large, and what a fitting one would save.
pub(super) fn judge(
    case: &Case<'_>,
    line: BilledLine<'_>,
    price: &PlanPrice,
    traffic: &TrafficReading,
) -> Result<Option<(Matter, Money)>, UnknownWhy> {
    let (quota, last_month, this_month) = (price.quota_bytes, traffic.full_month(), traffic.so_far());
    let most = last_month.max(this_month).ok_or(UnknownWhy::Stale)?;
    let share = |bytes: u64, percent: u32| (u128::from(bytes) * 100).cmp(&(u128::from(quota) * u128::from(percent)));
    let catalogue = &case.observed.catalogue;
    if share(most, case.thresholds.over_percent).is_gt() {
        let larger = prices::cheapest_for(catalogue, &line.line.plan, most).filter(|(plan, _)| **plan != line.line.plan);
        let larger = larger.map(|(plan, monthly)| LargerPlan { plan: plan.clone(), monthly });
        return Ok(Some((Matter::OverPlan { quota, last_month, this_month, larger }, Money::ZERO)));
    }
    let Some(full_month) = last_month.filter(|_| had_a_full_month(case, line)) else { return Ok(None) };
    if share(full_month, case.thresholds.under_percent).is_gt() {
        return Ok(None);
    }
    // What this month already took has to fit too.
    let cheapest = prices::cheapest_for(catalogue, &line.line.plan, most).filter(|(_, fee)| Some(*fee) < price.monthly);
    Ok(cheapest.map(|(plan, monthly)| {
        let now = price.monthly.unwrap_or(Money::ZERO);
        let cheaper = SmallerPlan { plan: plan.clone(), monthly };
        (Matter::UnderPlan { quota, last_month: full_month, this_month, cheaper }, now.minus(monthly))
    }))
}
