//! Whether coupons are bought as they may be: once, in their month, for lines in use, within their caps,
//! and with everything counted that is known to be bought.

use std::collections::{BTreeMap, BTreeSet};

use super::Judge;
use super::replay::Sim;
use crate::domain::{
    ApplicationNumber, ApplicationType, CouponCode, CouponPurchase, Desired, DesiredFleet, DesiredSim, DesiredTopUp, Function,
    LineStatus, Money, Msisdn, Observed, ObservedSim, OperationKind, PurchaseReason,
};
use crate::plan::{BlockedCode, Change, Operation, PurchaseOutcome};

/// The lines that are blocked as a whole. A function that is missing may be one that only purchases need.
pub(super) fn stopped(
    desired: &Desired,
    observed: &Observed,
    blocked: &BTreeMap<Msisdn, BTreeSet<BlockedCode>>,
) -> BTreeSet<Msisdn> {
    let lacks_purchases = |fleet: &&DesiredFleet| {
        let needed = [Function::BuyCoupon, Function::Usage];
        !needed.iter().all(|function| observed.catalogue.offers(&fleet.system, &fleet.service, *function))
    };
    let doubtful: BTreeSet<Msisdn> = if desired.fleets.iter().any(|fleet| lacks_purchases(&fleet)) {
        desired
            .sims
            .iter()
            .filter(|sim| desired.fleet_of(sim).as_ref().is_some_and(lacks_purchases))
            .map(|sim| sim.msisdn)
            .collect()
    } else {
        BTreeSet::new()
    };
    let stops = |msisdn: &Msisdn, code: &BlockedCode| {
        let is_doubtful = *code == BlockedCode::FunctionNotOffered && doubtful.contains(msisdn);
        !is_doubtful && !is_about_purchase(*code)
    };
    blocked.iter().filter(|(msisdn, codes)| codes.iter().any(|code| stops(msisdn, code))).map(|(msisdn, _)| *msisdn).collect()
}

/// Whether a blocked entry is about a purchase only, and leaves the rest of the line alone.
fn is_about_purchase(code: BlockedCode) -> bool {
    match code {
        BlockedCode::LineNotActive
        | BlockedCode::CouponNotOffered
        | BlockedCode::GrantChanged
        | BlockedCode::TrafficUnknown
        | BlockedCode::TopUpCapReached
        | BlockedCode::SpendCapReached
        | BlockedCode::PurchasesNotObserved => true,
        BlockedCode::LineNotFound
        | BlockedCode::WrongList
        | BlockedCode::IccidMismatch
        | BlockedCode::WrongSystem
        | BlockedCode::Terminated
        | BlockedCode::CarrierSuspended
        | BlockedCode::UnknownStatus
        | BlockedCode::ImeiAlreadyBound
        | BlockedCode::ImeiInUse
        | BlockedCode::ImeiMissing
        | BlockedCode::RatePlanMissing
        | BlockedCode::AlreadyStarted
        | BlockedCode::NotStarted
        | BlockedCode::Protected
        | BlockedCode::FunctionNotOffered
        | BlockedCode::UnknownRatePlan
        | BlockedCode::RatePlanNotObserved
        | BlockedCode::InDoubt
        | BlockedCode::OrderChanged
        | BlockedCode::OrderRejected
        | BlockedCode::OrderCancelled
        | BlockedCode::OrderNotCancellable
        | BlockedCode::OrderDatePassed
        | BlockedCode::OrderPriceUnknown => false,
    }
}

fn purchase(operation: &Operation) -> Option<&CouponPurchase> {
    if let Change::BuyCoupon { purchase } = &operation.change { Some(purchase) } else { None }
}

impl Judge<'_> {
    /// Judges what is bought for a line: its operations in the order of their waves, and the line as it was
    /// observed and as it comes out.
    pub(super) fn purchases(
        &mut self,
        sim: &DesiredSim,
        fleet: &DesiredFleet,
        operations: &[&Operation],
        row: Option<&ObservedSim>,
        end: &Sim,
    ) {
        let line = row.and_then(|row| row.line.as_ref());
        let left = line.and_then(|line| line.traffic_remaining);
        let bought: Vec<(&Operation, &CouponPurchase)> =
            operations.iter().filter_map(|operation| Some((*operation, purchase(operation)?))).collect();
        let is_short = line.is_some() && self.books.is_short(sim.fleet, left);
        if bought.is_empty() && !self.books.grants.contains_key(&sim.msisdn) && !is_short {
            return;
        }
        let mut tab = self.books.tab(sim.msisdn, Some(sim.fleet), line.map(|line| &line.plan));
        let (owed, owed_in_all) = self.books.settle(sim.msisdn, &mut tab);
        let mut keys: BTreeSet<(&PurchaseReason, u32)> = BTreeSet::new();
        for (operation, purchase) in &bought {
            if !keys.insert((&purchase.reason, purchase.ordinal)) {
                self.fault(Some(sim.msisdn), Some(operation), "bought twice in this plan");
            }
            self.purchase(sim, operation, purchase);
        }
        if operations.iter().any(|operation| matches!(operation.change.kind(), OperationKind::Suspend | OperationKind::Terminate))
            && let Some((operation, _)) = bought.first()
        {
            self.fault(Some(sim.msisdn), Some(operation), "bought for a line that is leaving use");
        }

        let ends_soon = self.rules.today.day() + 3 > self.books.month.last_day().day();
        if self.warned.get(&sim.msisdn).copied().unwrap_or(0) != if ends_soon { bought.len() } else { 0 } {
            self.fault(Some(sim.msisdn), None, "that a coupon ends soon is not told as it should be");
        }

        // Grants: no more than what is owed, and what is owed unless something is said of it.
        let (grants, top_ups): (Vec<_>, Vec<_>) =
            bought.iter().partition(|(_, purchase)| matches!(purchase.reason, PurchaseReason::Grant(_)));
        for (operation, purchase) in &grants {
            let of_code = grants.iter().filter(|(_, other)| other.code == purchase.code).count();
            if of_code > owed.get(&purchase.code).copied().unwrap_or(0) || grants.len() > owed_in_all {
                self.fault(Some(sim.msisdn), Some(operation), "what was bought already counts for this grant");
            }
        }
        let excused = self.is_stopped(sim.msisdn) || self.blocked.contains_key(&sim.msisdn) || self.waiting.contains(&sim.msisdn);
        if !excused && grants.len() < owed_in_all {
            self.fault(Some(sim.msisdn), None, "a grant is not bought, and the plan does not say why");
        }

        // Policies.
        if let Some((operation, _)) = top_ups.get(1).or(top_ups.first().filter(|_| !grants.is_empty())) {
            self.fault(Some(sim.msisdn), Some(operation), "a policy buys a second coupon for the line");
        }
        for (operation, purchase) in top_ups {
            let policy = self.books.policies_of(sim.fleet).find(|policy| is_of(purchase, policy));
            let Some(policy) = policy else { continue };
            if left.is_none_or(|left| left >= policy.below) {
                self.fault(Some(sim.msisdn), Some(operation), "the line has traffic enough, or nobody knows how much");
            }
            if !self.books.figures_are_fresh(sim.msisdn, &tab) {
                self.fault(Some(sim.msisdn), Some(operation), "the traffic figures are older than the line's last coupon");
            }
            if usize::try_from(policy.per_line).is_ok_and(|most| tab.of_policy(policy).0 >= most) {
                self.fault(Some(sim.msisdn), Some(operation), "the policy has bought as often as it may");
            }
        }
        let in_use = end.line.as_ref().is_some_and(|line| line.status == LineStatus::Active) && !end.is_ending();
        if !excused && bought.is_empty() && is_short && in_use {
            self.fault(Some(sim.msisdn), None, format!("{} has too little traffic, and nothing is said", fleet.name));
        }
    }

    /// One purchase by itself.
    fn purchase(&mut self, sim: &DesiredSim, operation: &Operation, purchase: &CouponPurchase) {
        let CouponPurchase { reason, month, code, ordinal, attempt } = purchase;
        let msisdn = sim.msisdn;
        let mut wrong: Vec<&str> = Vec::new();
        if !self.books.has_evidence() {
            wrong.push("nobody looked what was bought");
        }
        if *month != self.books.month {
            wrong.push("it is not its month");
        }
        let declared = match reason {
            PurchaseReason::Grant(name) => {
                let mut grants = self.books.grants.get(&msisdn).into_iter().flatten();
                *ordinal == 1 && grants.any(|grant| grant.name == *name && grant.month == *month && grant.code == *code)
            }
            PurchaseReason::TopUp(_) => self.books.policies_of(sim.fleet).any(|policy| is_of(purchase, policy)),
        };
        if !declared {
            wrong.push("nothing declares it");
        }
        let of_reason = || {
            let records = self.books.records(msisdn).iter();
            records.filter(|record| record.purchase.reason == *reason && record.purchase.month == *month)
        };
        if of_reason().any(|record| record.outcome != PurchaseOutcome::NotBought && record.purchase.ordinal >= *ordinal) {
            wrong.push("it is bought, or may be");
        }
        let tried = of_reason().filter(|record| record.purchase.ordinal == *ordinal);
        let next = tried.map(|record| record.purchase.attempt + u32::from(record.refused)).max().unwrap_or(1);
        if *attempt != next {
            wrong.push("its attempt does not follow the last one");
        }
        if operation.to.purchase.as_deref() != Some(purchase) {
            wrong.push("what it changes is not what it says");
        }
        let precondition = &operation.precondition;
        if precondition.status.as_deref() != Some(LineStatus::Active.wire()) || precondition.rate_plan.is_none() {
            wrong.push("it does not insist on an active line and its plan");
        }
        if !precondition.purchases.as_ref().is_some_and(|known| self.knows_purchases(sim, purchase, known)) {
            wrong.push("it does not name the purchases that were known");
        }
        for why in wrong {
            self.fault(Some(msisdn), Some(operation), why);
        }
    }

    /// The applications that could be this purchase: those of its coupon, none of another.
    fn knows_purchases(&self, sim: &DesiredSim, purchase: &CouponPurchase, known: &[ApplicationNumber]) -> bool {
        let evidence = self.books.evidence(sim.msisdn);
        let records = self.books.records(sim.msisdn);
        let surely_this = evidence.iter().filter(|application| application.code.as_ref() == Some(&purchase.code));
        let all_there = surely_this.clone().all(|application| known.contains(&application.application));
        let none_else = known.iter().all(|number| {
            let shown = evidence.iter().find(|application| application.application == *number);
            let is_this = |code: &CouponCode| *code == purchase.code;
            let mut noted = records.iter().filter(|record| record.application.as_ref() == Some(number));
            let shown_as_this = shown.is_some_and(|shown| shown.code.as_ref().is_none_or(is_this));
            shown_as_this || noted.any(|record| is_this(&record.purchase.code))
        });
        all_there && none_else && known.is_sorted()
    }

    /// No policy spends more in the month than it may.
    pub(super) fn caps(&mut self) {
        if self.books.policies.is_empty() {
            return;
        }
        let fleets: BTreeMap<Msisdn, u32> = self.desired.sims.iter().map(|sim| (sim.msisdn, sim.fleet)).collect();
        let mut spent: Vec<(&DesiredTopUp, Money)> = self.books.policies.values().map(|policy| (*policy, Money::ZERO)).collect();
        let mut planned = spent.clone();
        for msisdn in self.books.lines() {
            let Some(fleet) = fleets.get(&msisdn).copied() else { continue };
            let line = self.row(msisdn).and_then(|row| row.line.as_ref());
            let mut tab = self.books.tab(msisdn, Some(fleet), line.map(|line| &line.plan));
            self.books.settle(msisdn, &mut tab);
            for (policy, sum) in spent.iter_mut().filter(|(policy, _)| policy.fleet == fleet) {
                *sum = sum.plus(tab.of_policy(policy).1);
            }
        }
        for operation in &self.plan.operations {
            let Some(purchase) = purchase(operation) else { continue };
            let fleet = self.desired.fleets.iter().position(|fleet| fleet.name == operation.fleet);
            let of_fleet = |policy: &DesiredTopUp| usize::try_from(policy.fleet).ok() == fleet;
            for (_, sum) in planned.iter_mut().filter(|(policy, _)| of_fleet(policy) && is_of(purchase, policy)) {
                *sum = sum.plus(operation.cost.one_off());
            }
        }
        let over: Vec<String> = (spent.iter().zip(&planned))
            .filter(|((policy, before), (_, planned))| *planned > Money::ZERO && before.plus(*planned) > policy.spend)
            .map(|((policy, _), _)| format!("policy {} spends more in the month than it may", policy.name))
            .collect();
        for message in over {
            self.fault(None, None, message);
        }
    }
}

/// Whether a policy may make a purchase.
fn is_of(purchase: &CouponPurchase, policy: &DesiredTopUp) -> bool {
    purchase.reason == PurchaseReason::TopUp(policy.name.clone()) && purchase.code == policy.code
}

/// Whether an operation brings a line into use, or frees it: what a purchase waits for.
pub(super) fn comes_before_purchases(operation: &Operation, row: Option<&ObservedSim>) -> bool {
    match &operation.change {
        Change::Resume | Change::StartUse { .. } | Change::CancelApplication { of: ApplicationType::Terminate, .. } => true,
        Change::CancelApplication { application, .. } => row.is_some_and(|row| {
            row.pending().any(|open| open.application == *application && !open.status.is_final() && open.status.blocks_line())
        }),
        Change::Suspend
        | Change::ChangeRatePlan { .. }
        | Change::Terminate { .. }
        | Change::BindImei { .. }
        | Change::Allocate { .. }
        | Change::Deallocate { .. }
        | Change::BuyCoupon { .. }
        | Change::PlaceOrder { .. } => false,
    }
}
