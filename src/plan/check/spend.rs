//! Whether the guards on money count what they should.

use std::collections::BTreeMap;

use super::Judge;
use crate::domain::calendar::YearMonth;
use crate::domain::{ApplicationStatus, DesiredFleet, Money, OperationKind, OrderApplication, SpendLimits, Subject};
use crate::plan::{GuardItem, GuardKind, Operation, PurchaseOutcome, Verdict};

impl Judge<'_> {
    pub(super) fn spend_guards(&mut self) {
        let desired = self.desired;
        self.spend_guard(None, desired.spend);
        for (index, fleet) in (0..).zip(&desired.fleets) {
            self.spend_guard(Some((index, fleet)), fleet.policy.spend);
        }
    }

    /// The limits of a fleet, or of the whole account.
    fn spend_guard(&mut self, fleet: Option<(u32, &DesiredFleet)>, limits: SpendLimits) {
        let planned = self.planned(fleet.map(|(_, fleet)| fleet));
        let (mut least, mut is_all) = (Money::ZERO, false);
        if limits.per_month.is_some() && self.plan.observed.complete {
            (least, is_all) = self.spent(fleet.map(|(index, _)| index));
        }
        let month = least.plus(planned);
        for (kind, limit, least, is_all) in [
            (GuardKind::SpendPerPlan, limits.per_plan, planned, true),
            // Where nobody knows which coupon it was, its price is a guess that is not made twice.
            (GuardKind::SpendPerMonth, limits.per_month, month, is_all),
        ] {
            let name = format!("{}/{kind}", fleet.map_or("", |(_, fleet)| &*fleet.name));
            let said: Vec<&GuardItem> =
                self.plan.guards.iter().filter(|guard| guard.kind == kind && guard.name == name).collect();
            let yen = |amount: Money| u64::try_from(amount.0).unwrap_or(0);
            let is_right = match (limit, said.as_slice()) {
                (None, []) => true,
                (Some(limit), [guard]) => {
                    let exceeded = planned > Money::ZERO && guard.actual > yen(limit);
                    guard.limit == yen(limit)
                        && (guard.actual == yen(least) || (!is_all && guard.actual > yen(least)))
                        && (guard.verdict == Verdict::Exceeded) == exceeded
                }
                (None | Some(_), _) => false,
            };
            if !is_right {
                self.fault(None, None, format!("guard {name} should count {least} of {limit:?}, it is {said:?}"));
            }
        }
    }

    /// What the plan costs at once: purchases, and for each line its fees if they are more than those that
    /// fall away.
    fn planned(&self, fleet: Option<&DesiredFleet>) -> Money {
        let mine = |operation: &&Operation| fleet.is_none_or(|fleet| operation.fleet == fleet.name);
        let mut sum = Money::ZERO;
        let mut fees: BTreeMap<&Subject, Money> = BTreeMap::new();
        for operation in self.plan.operations.iter().filter(mine) {
            let amount = operation.cost.one_off();
            match operation.change.kind() {
                OperationKind::BuyCoupon | OperationKind::PlaceOrder => sum = sum.plus(amount),
                OperationKind::Suspend
                | OperationKind::Resume
                | OperationKind::ChangeRatePlan
                | OperationKind::Terminate
                | OperationKind::BindImei
                | OperationKind::Allocate
                | OperationKind::Deallocate
                | OperationKind::StartUse
                | OperationKind::CancelApplication => {
                    if amount != Money::ZERO {
                        let fee = fees.entry(&operation.subject).or_default();
                        *fee = fee.plus(amount);
                    }
                }
            }
        }
        fees.values().filter(|fee| **fee > Money::ZERO).copied().fold(sum, Money::plus)
    }

    /// What this month has cost before, at least, and whether that is all.
    fn spent(&self, fleet: Option<u32>) -> (Money, bool) {
        let fleets: BTreeMap<_, u32> = self.desired.sims.iter().map(|sim| (sim.msisdn, sim.fleet)).collect();
        let (mut sum, mut is_all) = (Money::ZERO, true);
        for msisdn in self.books.lines() {
            let of = fleets.get(&msisdn).copied();
            if fleet.is_some() && of != fleet {
                continue;
            }
            let line = self.row(msisdn).and_then(|row| row.line.as_ref());
            let (spent, all) = self.books.tab(msisdn, of, line.map(|line| &line.plan)).spent();
            sum = sum.plus(spent);
            is_all &= all;
        }
        for fee in &self.memory.fees {
            let in_month = fee.sent_at.is_none_or(|at| YearMonth::of(at) == self.books.month);
            if in_month && (fleet.is_none() || fleets.get(&fee.msisdn).copied() == fleet) {
                sum = sum.plus(fee.amount);
            }
        }
        if fleet.is_none() {
            sum = sum.plus(self.ordered());
        }
        (sum, is_all)
    }

    /// Orders of the month: what the journal knows of, and what it does not.
    fn ordered(&self) -> Money {
        let month = self.books.month;
        let void = |application: &OrderApplication| {
            [ApplicationStatus::Rejected, ApplicationStatus::Cancelled].contains(&application.status)
        };
        let mut amounts: Vec<Money> = Vec::new();
        for order in &self.memory.orders {
            let application = self.orders.iter().find(|application| Some(&application.application) == order.application.as_ref());
            let this_month = order.sent_at.is_some_and(|at| month.contains(at));
            match order.outcome {
                PurchaseOutcome::InDoubt if this_month || order.sent_at.is_none() => amounts.push(order.amount),
                PurchaseOutcome::Bought if this_month && !application.is_some_and(void) => amounts.push(order.amount),
                PurchaseOutcome::InDoubt | PurchaseOutcome::Bought | PurchaseOutcome::NotBought => {}
            }
        }
        let prices = &self.rules.catalogue.orders;
        let times = |price: &Money, quantity: u32| Money(price.0.saturating_mul(i64::from(quantity)));
        for application in self.orders {
            let known = self.memory.orders.iter().any(|order| order.application.as_ref() == Some(&application.application));
            let Some(content) = &application.content else { continue };
            if !known && !void(application) && month.contains(application.requested_at) {
                amounts.extend(prices.cards.get(&content.form_factor).map(|price| times(price, content.quantity)));
                for device in &content.devices {
                    amounts.extend(prices.devices.get(&device.model).map(|price| times(price, device.quantity)));
                }
            }
        }
        amounts.into_iter().fold(Money::ZERO, Money::plus)
    }
}
