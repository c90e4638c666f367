//! Coupons (function 5): what is bought for whom. Pure, from what is declared, what the carrier's
//! applications show, and what the journal remembers.
//!
//! A purchase is an event. Its key is the line, the grant (or the policy and an ordinal) and the month:
//! whatever fleet, file or machine it comes from, it is made once.
//!
//! | module | what it holds |
//! |---|---|
//! | `ledger` | what is known to be bought: evidence and journal, each purchase once |
//! | `claim` | whose a known purchase is |
//! | `standing` | whether a line can take a coupon in this plan |
//! | `price` | the carrier's table of rate plans and coupons |
//! | `grant` | named grants |
//! | `top_up` | policies that buy when traffic runs out |
//! | `spend` | what the month has cost already |
//! | `step` | a purchase as a step |
//! | `reason` | the sentences |

mod claim;
mod grant;
mod ledger;
mod price;
pub(crate) mod reason;
mod spend;
mod standing;
mod step;
mod top_up;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::calendar::YearMonth;
use crate::domain::{
    CouponCode, Desired, DesiredFleet, DesiredGrant, DesiredSim, DesiredTopUp, Function, Money, Msisdn, Observed, ObservedSim,
    RatePlan, Source, Wants,
};
use crate::plan::diff::Wait;
use crate::plan::sequence::Step;
use crate::plan::{BlockedCode, Memory};
use claim::Claims;
use ledger::{Known, Ledger};
use price::Offer;
pub(crate) use spend::Spent;

/// What purchases are decided from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'s> {
    pub(crate) desired: &'s Desired,
    pub(crate) observed: &'s Observed,
    pub(crate) memory: &'s Memory,
    pub(crate) now: Timestamp,
    /// Sorted by number.
    pub(crate) sims: &'s [&'s DesiredSim],
    /// Sorted by number.
    pub(crate) rows: &'s [&'s ObservedSim],
}

/// A coupon to buy.
#[derive(Debug)]
pub(crate) struct Buy {
    pub(crate) msisdn: Msisdn,
    /// Index into the fleets.
    pub(crate) fleet: usize,
    /// What people call the line.
    pub(crate) name: Option<Arc<str>>,
    /// By what people group it.
    pub(crate) labels: Option<Arc<BTreeMap<String, String>>>,
    /// The place of the grant or policy.
    pub(crate) source: Source,
    pub(crate) step: Step,
    /// The line's own step that has to come first.
    pub(crate) after: Option<usize>,
}

/// A coupon that cannot be bought.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) msisdn: Msisdn,
    pub(crate) source: Source,
    pub(crate) code: BlockedCode,
    pub(crate) message: String,
}

/// What comes of all wishes for coupons.
#[derive(Debug, Default)]
pub(crate) struct Decisions {
    /// Sorted by line; those of a line one after the other.
    pub(crate) buys: Vec<Buy>,
    pub(crate) refusals: Vec<Refusal>,
    pub(crate) waits: Vec<(Msisdn, Wait)>,
    /// What would have to be read to decide better.
    pub(crate) wants: Wants,
    /// What the month has cost already.
    pub(crate) spent: Spent,
}

/// What the plan does with a line otherwise: `None` where it is blocked, and nothing is bought.
pub(crate) type StepsOf<'f, 's> = &'f dyn Fn(Msisdn) -> Option<&'s [Step]>;

/// Whether there is anything to buy or to count.
pub(crate) fn matters(desired: &Desired) -> bool {
    is_declared(desired) || is_limited(desired)
}

/// Whether anything is declared that may have to be bought.
pub(crate) fn is_declared(desired: &Desired) -> bool {
    !desired.grants.is_empty() || !desired.top_ups.is_empty()
}

/// Whether any limit counts what a month costs.
pub(crate) fn is_limited(desired: &Desired) -> bool {
    desired.spend.per_month.is_some() || desired.fleets.iter().any(|fleet| fleet.policy.spend.per_month.is_some())
}

/// Decides for the selected lines. Caps and limits count everything that is known, whatever is selected.
pub(crate) fn decide<'s>(scope: Scope<'s>, selected: &dyn Fn(&DesiredSim) -> bool, steps_of: StepsOf<'_, 's>) -> Decisions {
    let mut shop = Shop::open(scope);
    shop.buy_grants(selected, steps_of);
    let candidates = shop.candidates(selected, steps_of);
    if is_limited(scope.desired) || !candidates.is_empty() {
        let may_buy = !(candidates.is_empty() && shop.decisions.buys.is_empty());
        shop.decisions.spent = spend::count(&mut shop, may_buy);
    }
    shop.top_up(candidates);
    let mut decisions = shop.decisions;
    decisions.buys.sort_by_key(|buy| buy.msisdn);
    decisions
}

/// The rate plans whose prices tell what was spent, and were not read.
pub(crate) fn unpriced(scope: Scope<'_>) -> BTreeSet<RatePlan> {
    let mut shop = Shop::open(scope);
    spend::count(&mut shop, true);
    shop.decisions.wants.prices_of
}

/// The lines for which something may have to be bought, sorted: all others need no second look.
pub(crate) fn concerned(scope: Scope<'_>) -> Vec<Msisdn> {
    let shop = Shop::open(scope);
    let mut lines: Vec<Msisdn> = shop.grants.iter().map(|(msisdn, _)| *msisdn).collect();
    lines.extend(shop.short_of_traffic().map(|short| short.sim.msisdn));
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// Decisions in the making.
struct Shop<'s> {
    scope: Scope<'s>,
    /// The month it is (JST).
    month: YearMonth,
    ledger: Ledger<'s>,
    /// By line, then by name; a name once for each line and month.
    grants: Vec<(Msisdn, &'s DesiredGrant)>,
    /// Of each fleet, by name.
    policies: Vec<Vec<&'s DesiredTopUp>>,
    decisions: Decisions,
}

impl<'s> Scope<'s> {
    fn sim(&self, msisdn: Msisdn) -> Option<&'s DesiredSim> {
        let index = self.sims.binary_search_by_key(&msisdn, |sim| sim.msisdn).ok()?;
        self.sims.get(index).copied()
    }

    fn row(&self, msisdn: Msisdn) -> Option<&'s ObservedSim> {
        let index = self.rows.binary_search_by_key(&msisdn, |row| row.msisdn).ok()?;
        self.rows.get(index).copied()
    }
}

impl<'s> Shop<'s> {
    fn open(scope: Scope<'s>) -> Self {
        let month = YearMonth::of(scope.now);
        let mut grants: Vec<(Msisdn, &DesiredGrant)> =
            scope.desired.grants.iter().flat_map(|grant| grant.msisdns.iter().map(move |msisdn| (*msisdn, grant))).collect();
        grants.sort_by_key(|(msisdn, grant)| (*msisdn, &grant.name, grant.month, &grant.code));
        // Two of one name for one line and month are refused before this; were they not, they are one key.
        grants.dedup_by_key(|(msisdn, grant)| (*msisdn, &grant.name, grant.month));
        let mut policies: Vec<Vec<&DesiredTopUp>> = vec![Vec::new(); scope.desired.fleets.len()];
        for policy in &scope.desired.top_ups {
            if let Some(of_fleet) = usize::try_from(policy.fleet).ok().and_then(|fleet| policies.get_mut(fleet)) {
                of_fleet.push(policy);
            }
        }
        for of_fleet in &mut policies {
            of_fleet.sort_by_key(|policy| (&policy.name, &policy.code));
            of_fleet.dedup_by_key(|policy| &policy.name);
        }
        let ledger = Ledger::of(&scope.observed.purchases, scope.memory, month);
        Self { scope, month, ledger, grants, policies, decisions: Decisions::default() }
    }

    fn grants_of(&self, msisdn: Msisdn) -> Vec<&'s DesiredGrant> {
        let first = self.grants.partition_point(|(line, _)| *line < msisdn);
        self.grants.iter().skip(first).take_while(|(line, _)| *line == msisdn).map(|(_, grant)| *grant).collect()
    }

    fn policies_of(&self, sim: &DesiredSim) -> &[&'s DesiredTopUp] {
        usize::try_from(sim.fleet).ok().and_then(|fleet| self.policies.get(fleet)).map_or(&[], Vec::as_slice)
    }

    fn claims(&self, msisdn: Msisdn) -> Claims {
        let policies = self.scope.sim(msisdn).map_or(&[][..], |sim| self.policies_of(sim));
        Claims::on(self.ledger.line(msisdn), &self.grants_of(msisdn), policies, self.month)
    }

    fn buy(&mut self, sim: &DesiredSim, source: Source, step: Step, after: Option<usize>) {
        let Ok(fleet) = usize::try_from(sim.fleet) else { return };
        let (name, labels) = (sim.name.clone(), sim.labels.clone());
        self.decisions.buys.push(Buy { msisdn: sim.msisdn, fleet, name, labels, source, step, after });
    }

    fn refuse(&mut self, msisdn: Msisdn, source: Source, code: BlockedCode, message: String) {
        self.decisions.refusals.push(Refusal { msisdn, source, code, message });
    }

    fn wait(&mut self, msisdn: Msisdn, what: String) {
        self.decisions.waits.push((msisdn, Wait { application: None, what, effective: None, not_before: None }));
    }

    /// Whether the evidence was read; if not, it is wanted.
    fn has_evidence(&mut self) -> bool {
        let has = self.scope.observed.purchases.coupons.is_some();
        if !has {
            self.decisions.wants.coupons_from = Some(self.month.first_day());
        }
        has
    }

    /// Why a fleet's line on this plan cannot have a coupon at all, or its price if it was read.
    fn offer(
        &self,
        what: &str,
        fleet: &DesiredFleet,
        plan: &RatePlan,
        code: &CouponCode,
    ) -> Result<Option<Money>, (BlockedCode, String)> {
        let catalogue = &self.scope.observed.catalogue;
        if !catalogue.offers(&fleet.system, &fleet.service, Function::BuyCoupon) {
            let message = reason::function_missing(what, &fleet.system, &fleet.service, Function::BuyCoupon);
            return Err((BlockedCode::FunctionNotOffered, message));
        }
        match price::offer(catalogue, plan, code) {
            Offer::At(price) => Ok(Some(price)),
            Offer::Unpriced => Ok(None),
            Offer::Not => {
                let takes = catalogue.plans.get(plan).into_iter().flat_map(|price| price.coupons.keys());
                Err((BlockedCode::CouponNotOffered, reason::not_offered(what, plan, code, takes)))
            }
        }
    }
}
