//! Named grants: each is bought at most once for a line, in its month and in no other.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::domain::{CouponPurchase, DesiredGrant, DesiredSim, HandOver, Msisdn, PurchaseReason};
use crate::plan::diff::Wait;
use crate::plan::purchase::ledger::Asker;
use crate::plan::purchase::standing::{Standing, standing};
use crate::plan::purchase::{Shop, StepsOf, reason, step};
use crate::plan::sequence::Step;
use crate::plan::{BlockedCode, PurchaseOutcome};

impl<'s> Shop<'s> {
    /// Decides about every grant of every selected line.
    pub(super) fn buy_grants(&mut self, selected: &dyn Fn(&DesiredSim) -> bool, steps_of: StepsOf<'_, 's>) {
        let mut lines: Vec<Msisdn> = self.grants.iter().map(|(msisdn, _)| *msisdn).collect();
        lines.dedup();
        for msisdn in lines {
            let grants = self.grants_of(msisdn);
            match self.scope.sim(msisdn) {
                Some(sim) if selected(sim) => {
                    if let Some(steps) = steps_of(msisdn) {
                        self.buy_for_line(sim, steps, &grants);
                    }
                }
                Some(_) => {}
                None => {
                    for grant in grants {
                        self.refuse(msisdn, grant.source, BlockedCode::LineNotFound, reason::not_declared(grant));
                    }
                }
            }
        }
    }

    fn buy_for_line(&mut self, sim: &'s DesiredSim, steps: &'s [Step], grants: &[&'s DesiredGrant]) {
        let claims = self.claims(sim.msisdn);
        for (index, grant) in grants.iter().enumerate() {
            if !self.is_settled(sim.msisdn, grant, claims.grant_is_bought(index)) {
                self.buy_grant(sim, steps, grant);
            }
        }
    }

    /// Whether there is nothing to buy, now or ever; what has to be said about that is said.
    fn is_settled(&mut self, msisdn: Msisdn, grant: &DesiredGrant, is_claimed: bool) -> bool {
        let record = self.ledger.record(msisdn, Asker::Grant(&grant.name), grant.month, 1);
        let number = record.and_then(|record| record.application.as_ref());
        let step = number.and_then(HandOver::of);
        match record.map(|record| (record.outcome, &record.purchase.code)) {
            Some((PurchaseOutcome::Bought, code)) if *code != grant.code => {
                let otherwise = |step| reason::handed_over_otherwise(grant, code, step);
                let message = step.map_or_else(|| reason::grant_changed(grant, code), otherwise);
                self.refuse(msisdn, grant.source, BlockedCode::GrantChanged, message);
                return true;
            }
            Some((PurchaseOutcome::Bought, _)) => {
                if let Some(step) = step {
                    let is_over = grant.month < self.month;
                    let words = if is_over { reason::handed_over_too_long } else { reason::handed_over };
                    let what = words(&reason::grant(grant), step);
                    let wait = Wait { application: number.cloned(), what, effective: None, not_before: None };
                    self.decisions.waits.push((msisdn, wait));
                }
                return true;
            }
            Some((PurchaseOutcome::InDoubt, _)) => {
                self.wait(msisdn, reason::in_doubt(&reason::grant(grant)));
                return true;
            }
            Some((PurchaseOutcome::NotBought, _)) | None => {}
        }
        if is_claimed {
            return true;
        }
        match grant.month.cmp(&self.month) {
            Ordering::Less => self.wait(msisdn, reason::month_is_over(grant)),
            Ordering::Greater => {
                let (what, not_before) = (reason::comes_later(grant), Some(grant.month.begins()));
                self.decisions.waits.push((msisdn, Wait { application: None, what, effective: None, not_before }));
            }
            Ordering::Equal => return false,
        }
        true
    }

    /// A grant whose month it is and that nobody has bought.
    fn buy_grant(&mut self, sim: &'s DesiredSim, steps: &'s [Step], grant: &'s DesiredGrant) {
        let (msisdn, source) = (sim.msisdn, grant.source);
        let what = reason::grant(grant);
        if !self.has_evidence() {
            return self.refuse(
                msisdn,
                source,
                BlockedCode::PurchasesNotObserved,
                reason::not_observed(&what, &self.scope.observed.carrier),
            );
        }
        let (plan, after, blocker) = match standing(sim, self.scope.row(msisdn), steps) {
            Standing::Active { plan, after, blocker } => (plan, after, blocker),
            Standing::Coming(application) => {
                let wait = Wait::on(application, reason::waits_for(&what, application));
                return self.decisions.waits.push((msisdn, wait));
            }
            Standing::Inactive { status, soon } => {
                let message = reason::not_active(&what, &grant.code, status, soon);
                return self.refuse(msisdn, source, BlockedCode::LineNotActive, message);
            }
        };
        let Some(fleet) = self.scope.desired.fleet_of(sim) else { return };
        let price = match self.offer(&what, fleet, plan, &grant.code) {
            Ok(Some(price)) => price,
            Ok(None) => {
                self.decisions.wants.prices_of.insert(plan.clone());
                let message = reason::price_unknown(&what, plan, &grant.code);
                return self.refuse(msisdn, source, BlockedCode::CouponNotOffered, message);
            }
            Err((code, message)) => return self.refuse(msisdn, source, code, message),
        };
        if let Some(application) = blocker {
            let wait = Wait::on(application, reason::waits_for(&what, application));
            return self.decisions.waits.push((msisdn, wait));
        }
        let record = self.ledger.record(msisdn, Asker::Grant(&grant.name), grant.month, 1);
        let purchase = CouponPurchase {
            reason: PurchaseReason::Grant(Arc::clone(&grant.name)),
            month: grant.month,
            code: grant.code.clone(),
            ordinal: 1,
            attempt: step::attempt(record),
        };
        let step = step::buy(purchase, price, reason::buys_grant(grant), plan, self.ledger.line(msisdn));
        self.buy(sim, source, step, after);
    }
}
