//! Top-up policies: coupons for lines whose traffic runs out, capped by line and by money.
//!
//! One purchase a line and plan, and no second one before the traffic figures are newer than the line's
//! last coupon: what was bought has to show before it can be too little. Where the money does not reach for
//! all, lines with the least traffic left come first.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    CouponPurchase, DesiredFleet, DesiredSim, DesiredTopUp, Function, Money, Msisdn, ObservedSim, Pending, PurchaseReason,
    RatePlan,
};
use crate::plan::diff::Wait;
use crate::plan::join::{Pair, join};
use crate::plan::purchase::ledger::Asker;
use crate::plan::purchase::standing::{Standing, standing};
use crate::plan::purchase::{Shop, StepsOf, reason, spend, step};
use crate::plan::{BlockedCode, PurchaseOutcome};

/// How old traffic figures can be. In the first so many hours of a month they may be those of the last one,
/// when traffic that is gone was not renewed yet.
const FIGURES_LAG: SignedDuration = SignedDuration::from_hours(48);

/// A line that may have too little traffic left for one of its fleet's policies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Short<'s> {
    pub(super) sim: &'s DesiredSim,
    row: &'s ObservedSim,
    /// Bytes; `None` where nobody knows.
    left: Option<u64>,
}

/// A line that has less traffic left than a policy wants.
#[derive(Debug)]
pub(super) struct Candidate<'s> {
    sim: &'s DesiredSim,
    fleet: usize,
    /// Index into the fleet's policies.
    policy: usize,
    /// Bytes.
    left: u64,
    plan: &'s RatePlan,
    after: Option<usize>,
    blocker: Option<&'s Pending>,
}

impl<'s> Shop<'s> {
    /// Lines of fleets with policies, in the order of their numbers.
    pub(super) fn short_of_traffic(&self) -> impl Iterator<Item = Short<'s>> {
        // Without policies there is no need to look at a single line.
        let some = usize::from(!self.policies.iter().all(Vec::is_empty));
        let sims = self.scope.sims.iter().take(some * self.scope.sims.len());
        join(sims.copied(), self.scope.rows.iter().take(some * self.scope.rows.len()).copied()).filter_map(|pair| match pair {
            Pair::Both(sim, row) => {
                let left = row.line.as_ref()?.traffic_remaining;
                let is_short = |policy: &&DesiredTopUp| left.is_none_or(|left| left < policy.below);
                self.policies_of(sim).iter().any(is_short).then_some(Short { sim, row, left })
            }
            Pair::Missing(_) | Pair::Undeclared(_) => None,
        })
    }

    /// Every selected line in use that a policy may buy for, in the order in which they are served. A line
    /// that is not in use needs no traffic, and nothing is said of it.
    pub(super) fn candidates(&mut self, selected: &dyn Fn(&DesiredSim) -> bool, steps_of: StepsOf<'_, 's>) -> Vec<Candidate<'s>> {
        let mut candidates = Vec::new();
        let mut unknown = Vec::new();
        for Short { sim, row, left } in self.short_of_traffic().filter(|short| selected(short.sim)) {
            let Some(steps) = steps_of(sim.msisdn) else { continue };
            let Standing::Active { plan, after, blocker } = standing(sim, Some(row), steps) else { continue };
            let Ok(fleet) = usize::try_from(sim.fleet) else { continue };
            for (policy, wish) in self.policies_of(sim).iter().enumerate() {
                match left {
                    None => unknown.push((sim.msisdn, *wish)),
                    Some(left) if left < wish.below => {
                        candidates.push(Candidate { sim, fleet, policy, left, plan, after, blocker });
                    }
                    Some(_) => {}
                }
            }
        }
        for (msisdn, policy) in unknown {
            let message = reason::traffic_unknown(&reason::top_up(policy));
            self.refuse(msisdn, policy.source, BlockedCode::TrafficUnknown, message);
        }
        candidates.sort_by_key(|one| (one.fleet, one.policy, one.left, one.sim.msisdn));
        candidates
    }

    /// Serves the candidates.
    pub(super) fn top_up(&mut self, candidates: Vec<Candidate<'s>>) {
        let granted: BTreeSet<Msisdn> = self.decisions.buys.iter().map(|buy| buy.msisdn).collect();
        let mut served: BTreeSet<Msisdn> = BTreeSet::new();
        for one in candidates {
            let msisdn = one.sim.msisdn;
            let policy = self.policies.get(one.fleet).and_then(|policies| policies.get(one.policy)).copied();
            let (Some(policy), Some(fleet)) = (policy, self.scope.desired.fleets.get(one.fleet)) else { continue };
            if served.contains(&msisdn) {
                continue;
            }
            match self.judge(&one, fleet, policy, granted.contains(&msisdn)) {
                Verdict::Buy(price, ordinal) => {
                    self.buy_top_up(&one, policy, price, ordinal);
                    served.insert(msisdn);
                }
                Verdict::Wait(wait) => self.decisions.waits.push((msisdn, wait)),
                Verdict::Refuse(code, message) => self.refuse(msisdn, policy.source, code, message),
            }
        }
    }

    /// What is to be done for a line by a policy, money apart: that is looked at last.
    fn judge(&mut self, one: &Candidate<'s>, fleet: &DesiredFleet, policy: &'s DesiredTopUp, granted: bool) -> Verdict {
        let msisdn = one.sim.msisdn;
        let what = reason::top_up(policy);
        let waits = |what| Verdict::Wait(Wait { application: None, what, effective: None, not_before: None });
        if !self.has_evidence() {
            return Verdict::Refuse(BlockedCode::PurchasesNotObserved, reason::not_observed(&what, &self.scope.observed.carrier));
        }
        let price = match self.offer(&what, fleet, one.plan, &policy.code) {
            Ok(price) => price,
            Err((code, message)) => return Verdict::Refuse(code, message),
        };
        if granted {
            return waits(reason::after_grant(&what));
        }
        if let Some(verdict) = self.figures(msisdn, fleet, &what) {
            return verdict;
        }
        let bought = self.bought_by(one);
        if bought >= usize::try_from(policy.per_line).unwrap_or(usize::MAX) {
            return Verdict::Refuse(BlockedCode::TopUpCapReached, reason::cap_reached(policy, bought, one.left, self.month));
        }
        let Some(price) = price else {
            self.decisions.wants.prices_of.insert(one.plan.clone());
            return Verdict::Refuse(BlockedCode::CouponNotOffered, reason::price_unknown(&what, one.plan, &policy.code));
        };
        if let Some(application) = one.blocker {
            return Verdict::Wait(Wait::on(application, reason::waits_for(&what, application)));
        }
        let spent = self.spent_by(one).copied().unwrap_or_default();
        if spent.plus(price) > policy.spend {
            let message = reason::spend_cap_reached(policy, spent, price, self.month);
            return Verdict::Refuse(BlockedCode::SpendCapReached, message);
        }
        // Not a number that the journal has given away, whoever claims what by now.
        let last = self.ledger.last_ordinal(msisdn, &policy.name, self.month);
        let ordinal = u32::try_from(bought).unwrap_or(u32::MAX).max(last).saturating_add(1);
        Verdict::Buy(price, ordinal)
    }

    /// Waits while the line's traffic figures may be older than its last coupon, or be those of last month.
    fn figures(&mut self, msisdn: Msisdn, fleet: &DesiredFleet, what: &str) -> Option<Verdict> {
        let known = self.ledger.line(msisdn);
        let as_of = self.scope.observed.purchases.usage_as_of.get(&msisdn).copied();
        // What is left stands in the list of lines: it is no newer than that, however fresh the figures are by now.
        let shown = as_of.map(|as_of| as_of.min(self.scope.observed.at));
        let can_ask = self.scope.observed.catalogue.offers(&fleet.system, &fleet.service, Function::Usage);
        if known.is_empty() {
            let settled = self.month.begins().checked_add(FIGURES_LAG).unwrap_or(Timestamp::MAX);
            if self.scope.now >= settled || shown.is_some_and(|shown| shown >= self.month.begins()) {
                return None;
            }
            if as_of.is_none() && can_ask {
                self.decisions.wants.usage_of.insert(msisdn);
            }
            let what = reason::figures_of_last_month(what);
            return Some(Verdict::Wait(Wait { application: None, what, effective: None, not_before: Some(settled) }));
        }
        // In doubt, or bought at a time that nobody noted: no figure is known to be newer.
        let last: Option<Timestamp> = known.iter().map(|known| known.at).try_fold(Timestamp::MIN, |last, at| Some(last.max(at?)));
        let in_doubt = |known: &super::Known<'_>| known.record.is_some_and(|record| record.outcome == PurchaseOutcome::InDoubt);
        if last.is_some() && last < shown && !known.iter().any(in_doubt) {
            return None;
        }
        if as_of.is_none() {
            if !can_ask {
                let message = reason::function_missing(what, &fleet.system, &fleet.service, Function::Usage);
                return Some(Verdict::Refuse(BlockedCode::FunctionNotOffered, message));
            }
            self.decisions.wants.usage_of.insert(msisdn);
        }
        let what = reason::figures_too_old(what, last);
        Some(Verdict::Wait(Wait { application: None, what, effective: None, not_before: None }))
    }

    /// How many coupons count for the policy on the line.
    fn bought_by(&self, one: &Candidate<'s>) -> usize {
        let known = self.ledger.line(one.sim.msisdn);
        let policy = self.policies_of(one.sim).get(one.policy);
        let claims = self.claims(one.sim.msisdn);
        let counts = |(known, claimant)| policy.is_some_and(|policy| spend::counts_for(known, claimant, one.policy, policy));
        known.iter().zip(claims.iter()).filter(|pair| counts(*pair)).count()
    }

    fn spent_by(&mut self, one: &Candidate<'s>) -> Option<&mut Money> {
        self.decisions.spent.policies.get_mut(one.fleet)?.get_mut(one.policy)
    }

    fn buy_top_up(&mut self, one: &Candidate<'s>, policy: &'s DesiredTopUp, price: Money, ordinal: u32) {
        if let Some(spent) = self.spent_by(one) {
            *spent = spent.plus(price);
        }
        let msisdn = one.sim.msisdn;
        let purchase = CouponPurchase {
            reason: PurchaseReason::TopUp(Arc::clone(&policy.name)),
            month: self.month,
            code: policy.code.clone(),
            ordinal,
            attempt: step::attempt(self.ledger.record(msisdn, Asker::TopUp(&policy.name), self.month, ordinal)),
        };
        let reason = reason::buys_top_up(policy, one.left, ordinal, self.month);
        let step = step::buy(purchase, price, reason, one.plan, self.ledger.line(msisdn));
        self.buy(one.sim, policy.source, step, one.after);
    }
}

/// What is to be done for a line.
enum Verdict {
    Buy(Money, u32),
    Wait(Wait),
    Refuse(BlockedCode, String),
}
