//! What is bought, as part of an account's plan: decided when it is known what happens to each line,
//! and done after the steps that bring the line into use.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Planning, Work};
use crate::domain::calendar::{YearMonth, jst_date};
use crate::domain::{
    CouponPurchase, Desired, DesiredSim, Mode, Money, Msisdn, Observed, ObservedSim, OperationKind, Source, Wants,
};
use crate::plan::diff::Wait;
use crate::plan::join::sorted;
use crate::plan::purchase::{self, Buy, Decisions, Refusal, Scope};
use crate::plan::sequence::Step;
use crate::plan::{Memory, WarningCode, batch, reason};

/// In the last so many days of a month a coupon is bought with a warning.
const SOON: i8 = 3;

impl Planning<'_> {
    /// Decides what is bought. Nothing is bought for a line that is blocked, or whose outcome is in doubt.
    pub(super) fn decide_purchases(
        &self,
        sims: &[&DesiredSim],
        rows: &[&ObservedSim],
        selected: &dyn Fn(&DesiredSim) -> bool,
    ) -> Decisions {
        if !purchase::matters(self.desired) {
            return Decisions::default();
        }
        let blocked: BTreeSet<Msisdn> = self.blocked.iter().filter_map(|item| item.subject.msisdn()).collect();
        let chains: BTreeMap<Msisdn, &[Step]> =
            self.work.iter().filter_map(|work| Some((work.subject.msisdn()?, work.steps.as_slice()))).collect();
        let steps_of = |msisdn| (!blocked.contains(&msisdn)).then(|| chains.get(&msisdn).copied().unwrap_or_default());
        let Self { desired, observed, memory, now, .. } = *self;
        purchase::decide(Scope { desired, observed, memory, now, sims, rows }, selected, &steps_of)
    }

    /// Takes the decisions into the plan.
    pub(super) fn buy(&mut self, decisions: Decisions) {
        let Decisions { buys, refusals, waits, wants: _, spent } = decisions;
        self.spent = spent;
        for Refusal { msisdn, source, code, message } in refusals {
            self.block(msisdn.into(), source, code, message);
        }
        for (msisdn, wait) in waits {
            self.wait(msisdn.into(), wait);
        }
        let chains: BTreeMap<Msisdn, usize> = if buys.iter().any(|buy| buy.after.is_some()) {
            self.work.iter().enumerate().filter_map(|(index, work)| Some((work.subject.msisdn()?, index))).collect()
        } else {
            BTreeMap::new()
        };
        let mut before: Option<(Msisdn, batch::Place)> = None;
        for Buy { msisdn, fleet, name, labels, source, step, after } in buys {
            if self.desired.fleets.get(fleet).is_some_and(|fleet| fleet.mode == Mode::Observe) {
                let what = reason::observed_only(&[OperationKind::BuyCoupon], &step.reason);
                self.wait(msisdn.into(), Wait { application: None, what, effective: None, not_before: None });
                continue;
            }
            if let Some(bought) = &step.to.purchase {
                self.warn_of_end(msisdn, bought, source);
            }
            // Several coupons of a line come one after the other, the first after the line's own step.
            let own = after.and_then(|step| Some(batch::Place { line: *chains.get(&msisdn)?, step }));
            let after = before.filter(|(line, _)| *line == msisdn).map(|(_, place)| place).or(own);
            before = Some((msisdn, batch::Place { line: self.work.len(), step: 0 }));
            self.work.push(Work { subject: msisdn.into(), fleet: Some(fleet), name, labels, source, steps: vec![step], after });
        }
    }

    fn warn_of_end(&mut self, msisdn: Msisdn, bought: &CouponPurchase, source: Source) {
        let last_day = bought.month.last_day();
        let days = last_day.day().saturating_sub(jst_date(self.now).day()).saturating_add(1);
        if days <= SOON {
            let message = purchase::reason::ends_soon(&bought.code, last_day, days);
            self.warn(msisdn.into(), source, WarningCode::CouponEndsSoon, message);
        }
    }
}

/// What would have to be read for the plan to decide about every purchase. Only the lines that this
/// concerns are looked at.
pub(crate) fn wants(desired: &Desired, observed: &Observed, memory: &Memory, now: Timestamp) -> Wants {
    if !observed.complete || !purchase::is_declared(desired) {
        return Wants::default();
    }
    let sims = sorted(&desired.sims, |sim| sim.msisdn);
    let rows = sorted(&observed.sims, |sim| sim.msisdn);
    let concerned = purchase::concerned(Scope { desired, observed, memory, now, sims: &sims, rows: &rows });
    let selected = |sim: &DesiredSim| concerned.binary_search(&sim.msisdn).is_ok();
    let mut planning = Planning::new(desired, observed, memory, now);
    planning.walk(&sims, &rows, &selected);
    planning.decide_purchases(&sims, &rows, &selected).wants
}

/// What a limit of the month would count and nobody has read: everything that was bought, whoever bought it, if the
/// plan costs anything at once.
pub(crate) fn wants_of_limits(desired: &Desired, observed: &Observed, memory: &Memory, now: Timestamp) -> Wants {
    if !observed.complete || !purchase::is_limited(desired) {
        return Wants::default();
    }
    let sims = sorted(&desired.sims, |sim| sim.msisdn);
    let rows = sorted(&observed.sims, |sim| sim.msisdn);
    let wants = Wants {
        coupons_from: observed.purchases.coupons.is_none().then(|| YearMonth::of(now).first_day()),
        // Orders belong to no fleet.
        orders: desired.spend.per_month.is_some() && observed.purchases.orders.is_none(),
        prices_of: purchase::unpriced(Scope { desired, observed, memory, now, sims: &sims, rows: &rows }),
        ..Wants::default()
    };
    let costs = || super::plan(desired, observed, memory, now).operations.iter().any(|one| one.cost.one_off() > Money::ZERO);
    if wants.is_empty() || !costs() { Wants::default() } else { wants }
}
