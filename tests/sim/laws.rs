//! The laws of what may be paid for, which are read from the carrier's ledger alone.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use simfleet::domain::calendar::YearMonth;
use simfleet::domain::{ApplicationStatus, ApplicationType, DesiredGrant, DesiredState, LineStatus, Msisdn};
use simfleet::plan::{AccountPlan, BlockedCode, BlockedItem};

use crate::sim::shop::COUPONS;
use crate::sim::wishes::Wishes;
use crate::sim::world::{Paid, World};

/// A request that passes its check in the last moment of a month may leave in the first of the next.
const MOMENT: SignedDuration = SignedDuration::from_secs(5);

fn is_asked_in(paid: &Paid, month: YearMonth) -> bool {
    month.contains(paid.asked) && month.contains(paid.asked - MOMENT)
}

/// Never more than was wished for, at any time.
///
/// `lows` is how often each line has run out of traffic: that many top-ups are wanted, whatever the cap.
pub(crate) fn at_most_once(world: &World, wishes: &Wishes, lows: &BTreeMap<Msisdn, usize>) {
    irreversible(world);
    for msisdn in world.sims.keys() {
        let low = lows.get(msisdn).copied().unwrap_or_default();
        for code in codes(world, wishes) {
            for month in [None, YearMonth::parse("2026-11"), YearMonth::parse("2026-12")] {
                let asked_in = |paid: &&Paid| month.is_none_or(|month| is_asked_in(paid, month));
                let bought: Vec<&Paid> = coupons(world, *msisdn, code).filter(asked_in).collect();
                let granted = wishes.grants().filter(|grant| is_for(grant, *msisdn, code, month)).count();
                let months = if month.is_some() { 1 } else { 2 };
                let most = granted + (months * topped_up(wishes, code)).min(low);
                assert!(bought.len() <= most, "at most {most} of {code:?} for {msisdn} in {month:?}, and bought: {bought:#?}");
            }
        }
    }
    spending(world, wishes);
    for content in contents(world, wishes) {
        let placed = orders(world, content).count();
        let names = wishes.orders().filter(|order| content.is_none_or(|quantity| order.content.quantity == quantity)).count();
        assert!(placed <= names, "{placed} orders of {content:?} SIMs for {names} names");
    }
}

/// What a purchase can be told by: the coupon, where the carrier says which, and where it is not changed under its name.
fn codes(world: &World, wishes: &Wishes) -> Vec<Option<&'static str>> {
    let tells = world.tells && !wishes.changes;
    if tells { COUPONS.iter().map(|(code, _)| Some(*code)).collect() } else { vec![None] }
}

fn coupons<'w>(world: &'w World, msisdn: Msisdn, code: Option<&'w str>) -> impl Iterator<Item = &'w Paid> {
    let of_line = move |paid: &&Paid| paid.kind == ApplicationType::Coupon && paid.msisdn == Some(msisdn);
    world.ledger.iter().filter(of_line).filter(move |paid| code.is_none_or(|code| paid.what == code))
}

fn is_for(grant: &DesiredGrant, msisdn: Msisdn, code: Option<&str>, month: Option<YearMonth>) -> bool {
    grant.msisdns.contains(&msisdn)
        && code.is_none_or(|code| grant.code.as_str() == code)
        && month.is_none_or(|month| grant.month == month)
}

/// How many coupons the policies may buy for a line in a month.
fn topped_up(wishes: &Wishes, code: Option<&str>) -> usize {
    let policies = wishes.desired.top_ups.iter().filter(|policy| code.is_none_or(|code| policy.code.as_str() == code));
    policies.map(|policy| usize::try_from(policy.per_line).unwrap()).sum()
}

/// No policy spends more than it may in a month.
fn spending(world: &World, wishes: &Wishes) {
    if wishes.moved || wishes.changes || !world.tells {
        return;
    }
    for policy in &wishes.desired.top_ups {
        let code = Some(policy.code.as_str());
        let price = COUPONS.iter().find(|(other, _)| Some(*other) == code).unwrap().1;
        for month in [YearMonth::parse("2026-11").unwrap(), YearMonth::parse("2026-12").unwrap()] {
            let beyond = world.sims.keys().map(|msisdn| {
                let bought = coupons(world, *msisdn, code).filter(|paid| is_asked_in(paid, month)).count();
                let granted = wishes.grants().filter(|grant| is_for(grant, *msisdn, code, Some(month))).count();
                bought.saturating_sub(granted)
            });
            let spent = price * i64::try_from(beyond.sum::<usize>()).unwrap();
            assert!(spent <= policy.spend.0, "{spent} JPY spent in {month} of {}", policy.spend.0);
        }
    }
}

/// A carrier that does not protect itself takes a second termination, binding or start.
fn irreversible(world: &World) {
    let mut accepted: BTreeMap<_, u32> = BTreeMap::new();
    for (kind, msisdn) in &world.accepted {
        if matches!(kind, ApplicationType::Terminate | ApplicationType::ImeiRegistration | ApplicationType::Activation) {
            *accepted.entry((kind.clone(), *msisdn)).or_default() += 1;
        }
    }
    let twice: Vec<_> = accepted.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "accepted more than once: {twice:?}");
}

/// What orders can be told by.
fn contents(world: &World, wishes: &Wishes) -> Vec<Option<u32>> {
    if wishes.changes {
        return vec![None];
    }
    let mut quantities: Vec<_> = wishes.orders().map(|order| Some(order.content.quantity)).collect();
    quantities.extend(orders(world, None).map(|(quantity, _)| Some(quantity)));
    quantities.sort_unstable();
    quantities.dedup();
    quantities
}

/// Orders that the carrier took: how many SIMs, and whether they were called off.
fn orders(world: &World, quantity: Option<u32>) -> impl Iterator<Item = (u32, bool)> {
    let placed = world.applications.iter().filter_map(|accepted| {
        let quantity = accepted.application.order.as_ref()?.request.quantity;
        Some((quantity, accepted.application.status == ApplicationStatus::Cancelled))
    });
    placed.filter(move |(found, _)| quantity.is_none_or(|quantity| quantity == *found))
}

/// Everything that is wished for, once the world is quiet, and nothing stands in the way but what has to.
pub(crate) fn exactly_once(world: &World, wishes: &Wishes, plan: &AccountPlan) {
    let unexpected: Vec<_> = plan.blocked.iter().filter(|item| !may_be_blocked(item, world, wishes)).collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    let month = YearMonth::of(world.now);
    let in_use = |sim: &&simfleet::domain::DesiredSim| {
        let line = world.sims.get(&sim.msisdn).and_then(|sim| sim.line.as_ref());
        sim.state == Some(DesiredState::Active) && line.is_some_and(|line| line.status == LineStatus::Active)
    };
    for sim in wishes.desired.sims.iter().filter(in_use) {
        for code in codes(world, wishes) {
            let bought = coupons(world, sim.msisdn, code).filter(|paid| month.contains(paid.at)).count();
            let wanted = wishes.desired.grants.iter().filter(|grant| is_for(grant, sim.msisdn, code, Some(month))).count();
            assert!(bought >= wanted, "{bought} of {code:?} for {} in {month}, wished for {wanted}", sim.msisdn);
        }
    }
    let too_late = plan.blocked.iter().filter(|item| item.code == BlockedCode::OrderNotCancellable).count();
    // One that was renamed, and then called off under its new name, goes on under the old one,
    // which a warning says.
    for content in contents(world, wishes) {
        let open = orders(world, content).filter(|(_, cancelled)| !cancelled).count();
        let of = |cancelled| {
            let declared = wishes.desired.orders.iter().filter(move |order| order.cancelled == cancelled);
            declared.filter(|order| content.is_none_or(|quantity| order.content.quantity == quantity)).count()
        };
        let goes_on = wishes.removed_orders.len() + wishes.renamed_orders + too_late;
        assert!(
            (of(false)..=of(false) + goes_on).contains(&open),
            "{open} orders of {content:?} SIMs, wished for {} ({} called off, {goes_on} go on)",
            of(false),
            of(true)
        );
    }
}

/// A cap is a cap, a line that is not in use takes no coupon, and what was bought does not change.
fn may_be_blocked(item: &BlockedItem, world: &World, wishes: &Wishes) -> bool {
    let line = item.subject.msisdn().and_then(|msisdn| world.sims.get(&msisdn)?.line.as_ref());
    match item.code {
        BlockedCode::TopUpCapReached | BlockedCode::SpendCapReached | BlockedCode::OrderNotCancellable => true,
        BlockedCode::LineNotActive => line.is_none_or(|line| line.status != LineStatus::Active),
        BlockedCode::GrantChanged | BlockedCode::OrderChanged => wishes.changes,
        _ => false,
    }
}
