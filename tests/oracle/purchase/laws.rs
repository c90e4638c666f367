//! The laws of buying, as properties of random small markets.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use simfleet::domain::{Mode, PurchaseReason, Subject};
use simfleet::plan::{self, AccountPlan, Memory, Part, PurchaseOutcome};

use super::compare::markets;
use super::market::{IN_USE, Market, World, bought, code, number, price, renamed};

/// How many coupons are bought for each line.
fn counts(plan: &AccountPlan) -> BTreeMap<usize, usize> {
    let mut counts = BTreeMap::new();
    for (line, ..) in bought(plan) {
        *counts.entry(line).or_default() += 1;
    }
    counts
}

/// Markets whose journal and evidence agree: what it says was bought is shown, under its number and with its
/// coupon, nothing is in doubt, and no grant or policy was bought as another coupon than is declared. The
/// carrier names every coupon, all cost the same, and every line can take one: a grant that cannot be bought
/// may claim what was a policy's, and nobody without the journal knows better.
fn agreeing() -> impl Strategy<Value = Market> {
    markets().prop_map(|mut market| {
        for line in &mut market.lines {
            (line.plan, line.status, line.state, line.busy) = (0, IN_USE.status, IN_USE.state, false);
        }
        market.shown.retain(|shown| !shown.void && shown.hours >= -228);
        for shown in &mut market.shown {
            shown.code = Some(shown.code.unwrap_or(0));
        }
        market.grants.iter_mut().for_each(|grant| grant.code = 0);
        market.policies.iter_mut().for_each(|policy| policy.code = 0);
        let mut taken: BTreeSet<u8> = BTreeSet::new();
        market.records.retain_mut(|record| {
            record.month = 0;
            let shown = market.shown.iter().find(|shown| shown.line == record.line && !taken.contains(&shown.number));
            match (record.outcome, shown) {
                (PurchaseOutcome::Bought, Some(shown)) if shown.code == Some(0) => {
                    taken.insert(shown.number);
                    (record.number, record.code, record.hours) = (Some(shown.number), 0, Some(shown.hours));
                    record.amount = price(0, 0).unwrap();
                    true
                }
                (PurchaseOutcome::Bought | PurchaseOutcome::InDoubt, _) => false,
                (PurchaseOutcome::NotBought, _) => true,
            }
        });
        let mut keys = BTreeSet::new();
        market.records.retain(|record| keys.insert((record.line, record.is_grant, record.name, record.ordinal)));
        market
    })
}

/// The plan with every place in a file forgotten.
fn without_places(mut plan: AccountPlan) -> AccountPlan {
    plan.operations.iter_mut().for_each(|operation| operation.source = plan::Place::default());
    plan.blocked.iter_mut().for_each(|item| item.source = plan::Place::default());
    plan.warnings.iter_mut().for_each(|item| item.source = plan::Place::default());
    plan
}

fn rename(world: &mut World) {
    for grant in &mut world.desired.grants {
        grant.name = renamed(&grant.name);
    }
    for policy in &mut world.desired.top_ups {
        policy.name = renamed(&policy.name);
    }
    for fleet in &mut world.desired.fleets {
        fleet.name = renamed(&fleet.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if super::super::long_run() { 20_000 } else { 512 }, ..ProptestConfig::default() })]

    /// At most once for each key, whatever the carrier shows and the journal says; and in its month only.
    #[test]
    fn nothing_is_bought_twice(market in markets()) {
        let world = market.world();
        let plan = world.judged();
        let mut keys = BTreeSet::new();
        for (line, purchase, _) in bought(&plan) {
            let known = market.records.iter().any(|record| {
                record.line == line
                    && record.month == 0
                    && super::market::reason(record.is_grant, record.name) == purchase.reason
                    && record.ordinal == purchase.ordinal
                    && record.outcome != PurchaseOutcome::NotBought
            });
            prop_assert!(!known, "{purchase:?} is bought, or may be");
            prop_assert!(keys.insert((line, purchase.reason.clone(), purchase.ordinal)));
            prop_assert_eq!(purchase.month, super::market::month(world.now, 0));
        }
        let ids: BTreeSet<_> = plan.operations.iter().map(|operation| &operation.id).collect();
        prop_assert_eq!(ids.len(), plan.operations.len());
    }

    /// Once applied and noted, nothing is left to buy.
    #[test]
    fn a_plan_after_apply_buys_nothing(market in markets()) {
        let world = market.world();
        let after = world.after(&world.judged().operations, true);
        prop_assert_eq!(&after.judged().operations, &[]);
    }

    /// Nor where the journal was lost, or fleets, grants and policies have other names by then.
    #[test]
    fn what_was_bought_stays_bought(market in agreeing(), loses in any::<bool>(), renames in any::<bool>()) {
        let world = market.world();
        let mut after = world.after(&world.judged().operations, true);
        if loses {
            after.memory = Memory::default();
        }
        if renames {
            rename(&mut after);
        }
        prop_assert_eq!(&after.judged().operations, &[]);
    }

    /// Nor where every purchase stopped half-way is taken up again, in whatever place.
    #[test]
    fn every_part_of_a_plan_leads_to_the_same_bill(market in markets(), done in prop::collection::vec(any::<bool>(), 12)) {
        let world = market.world();
        let whole = world.judged();
        let mut applied: BTreeSet<&plan::OpId> = BTreeSet::new();
        let mut part = Vec::new();
        for (operation, done) in whole.operations.iter().zip(done.into_iter().chain(std::iter::repeat(true))) {
            if done && operation.depends_on.iter().all(|id| applied.contains(id)) {
                applied.insert(&operation.id);
                part.push(operation);
            }
        }
        let rest = world.after(part.iter().copied(), true).judged();
        let all: BTreeSet<_> = whole.operations.iter().map(|operation| &operation.id).collect();
        let both: BTreeSet<_> = part.iter().map(|operation| &operation.id).chain(rest.operations.iter().map(|one| &one.id)).collect();
        prop_assert_eq!(both, all);
    }

    /// A lost journal never makes the plan dearer.
    #[test]
    fn a_lost_journal_buys_no_more(market in agreeing()) {
        let world = market.world();
        let lost = World { memory: Memory::default(), ..world.clone() };
        let (with, without) = (bought(&world.judged()), bought(&lost.judged()));
        prop_assert!(without.len() <= with.len(), "with {with:?}, without {without:?}");
    }

    /// Another purchase that the carrier shows never makes the plan dearer.
    #[test]
    fn more_evidence_buys_no_more(market in agreeing(), line in any::<prop::sample::Index>(), other in 0..2_u8) {
        let before = bought(&market.world().judged());
        let mut more = market.clone();
        let line = line.index(market.lines.len());
        more.shown.push(super::market::Shown { number: 200, line, code: Some(other), hours: -5, void: false });
        let after = bought(&more.world().judged());
        prop_assert!(after.len() <= before.len(), "before {before:?}, after {after:?}");
    }

    /// No policy goes beyond its caps, whatever has been bought before.
    #[test]
    fn caps_hold(market in markets()) {
        let plan = market.world().judged();
        for policy in &market.policies {
            let own = |line: usize| market.lines[line].fleet == policy.fleet;
            let planned: Vec<_> = bought(&plan)
                .into_iter()
                .filter(|(line, one, _)| own(*line) && one.reason == PurchaseReason::TopUp(policy.name.into()))
                .collect();
            let remembered = |line: usize| {
                let of_policy = move |record: &&super::market::Record| {
                    (record.line, record.is_grant, record.name, record.month) == (line, false, policy.name, 0)
                        && record.outcome != PurchaseOutcome::NotBought
                };
                market.records.iter().filter(of_policy)
            };
            let spent: i64 = (0..market.lines.len()).filter(|line| own(*line)).flat_map(remembered).map(|record| record.amount).sum();
            let more: i64 = planned.iter().map(|(.., price)| price).sum();
            prop_assert!(more == 0 || spent + more <= policy.spend);
            for (line, ..) in &planned {
                prop_assert!(remembered(*line).count() < usize::try_from(policy.per_line).unwrap());
            }
        }
    }

    /// The same in whatever order and files things come, and whatever fleet names a grant.
    #[test]
    fn order_and_files_do_not_matter(market in markets()) {
        let world = market.world();
        let mut other = world.clone();
        other.desired.grants.reverse();
        other.desired.top_ups.reverse();
        other.desired.fleets.reverse();
        other.observed.purchases.coupons.as_mut().unwrap().reverse();
        other.memory.purchases.reverse();
        other.desired.sims.iter_mut().for_each(|sim| sim.fleet = 1 - sim.fleet);
        for grant in &mut other.desired.grants {
            grant.fleet = 1 - grant.fleet;
            grant.msisdns.reverse();
            grant.source.line += 1_000;
        }
        for policy in &mut other.desired.top_ups {
            policy.fleet = 1 - policy.fleet;
        }
        prop_assert_eq!(without_places(other.judged()), without_places(world.judged()));
    }

    /// A part of the lines: their grants as in the whole, and nothing for others.
    #[test]
    fn a_selected_part_buys_for_its_lines_only(market in markets(), which in prop::collection::vec(any::<bool>(), 3)) {
        let world = market.world();
        let chosen: BTreeSet<_> =
            world.desired.sims.iter().zip(which).filter(|(_, chosen)| *chosen).map(|(sim, _)| sim.msisdn).collect();
        let part = Part { lines: &|sim| chosen.contains(&sim.msisdn), ..Part::ALL };
        let plan = plan::plan_only(&world.desired, &world.observed, &world.memory, world.now, part);
        prop_assert_eq!(plan::check_only(&world.desired, &world.observed, &world.memory, world.now, &plan, part), []);
        let is_chosen = |subject: &Subject| subject.msisdn().is_some_and(|msisdn| chosen.contains(&msisdn));
        prop_assert!(plan.operations.iter().all(|operation| is_chosen(&operation.subject)));
        let grants = |plan: &AccountPlan| -> BTreeSet<_> {
            let of_grants = plan.operations.iter().filter(|operation| {
                let purchase = operation.to.purchase.as_deref();
                is_chosen(&operation.subject) && purchase.is_some_and(|one| matches!(one.reason, PurchaseReason::Grant(_)))
            });
            of_grants.map(|operation| operation.id.clone()).collect()
        };
        prop_assert_eq!(grants(&plan), grants(&world.plan()));
    }

    /// A fleet that is only observed buys nothing, and says what it would.
    #[test]
    fn an_observed_fleet_buys_nothing(market in markets()) {
        let world = market.world();
        let applied = world.judged();
        let mut observing = world;
        observing.desired.fleets.iter_mut().for_each(|fleet| fleet.mode = Mode::Observe);
        let plan = observing.judged();
        prop_assert_eq!(plan.operations.len() + plan.warnings.len(), 0);
        prop_assert_eq!(&plan.blocked, &applied.blocked);
        let told = plan.pending.iter().filter(|item| item.what.contains("it would take buyCoupon")).count();
        prop_assert_eq!(told, bought(&applied).len());
    }

    /// Nothing is bought where nobody looked what was bought.
    #[test]
    fn nothing_is_bought_blindly(market in markets()) {
        let mut world = market.world();
        world.observed.purchases.coupons = None;
        prop_assert_eq!(bought(&world.judged()), vec![]);
    }

    /// The precondition names every application that could be the purchase.
    #[test]
    fn what_could_be_the_purchase_is_named(market in markets()) {
        let plan = market.world().judged();
        for operation in &plan.operations {
            let Some(purchase) = operation.to.purchase.as_deref() else { continue };
            let known = operation.precondition.purchases.as_ref().unwrap();
            let msisdn = operation.subject.msisdn().unwrap();
            for shown in market.shown.iter().filter(|shown| !shown.void && shown.hours >= -228) {
                let of_line = super::super::scene::msisdn(false, shown.line) == msisdn;
                if of_line && shown.code.map(code).as_ref() == Some(&purchase.code) {
                    prop_assert!(known.contains(&number(shown.number)));
                }
            }
        }
    }

    /// A line gets what its grants owe it, or else one coupon of a policy.
    #[test]
    fn a_line_gets_its_grants_or_one_top_up(market in markets()) {
        let plan = market.world().judged();
        for (line, count) in counts(&plan) {
            let owed = market.grants.iter().filter(|grant| grant.month == 0 && grant.lines.contains(&line)).count();
            prop_assert!(count <= owed.max(1));
        }
    }
}
