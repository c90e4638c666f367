//! What a month has cost already: what the journal remembers (in doubt counts as spent; fees of terminations too),
//! and what the carrier shows and no journal explains, at the catalogue's prices.

use crate::domain::calendar::YearMonth;
use crate::domain::{Catalogue, DesiredTopUp, Money, ObservedSim, OrderApplication, OrderContent};
use crate::plan::purchase::Shop;
use crate::plan::purchase::claim::Claimant;
use crate::plan::purchase::ledger::Known;
use crate::plan::purchase::price;
use crate::plan::{Memory, PurchaseOutcome};

/// Money that was spent this month before this plan.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spent {
    /// By the whole account, orders included.
    pub(crate) account: Money,
    /// On lines of each fleet.
    pub(crate) fleets: Vec<Money>,
    /// By each policy of each fleet.
    pub(crate) policies: Vec<Vec<Money>>,
}

impl Spent {
    /// What a fleet has spent.
    pub(crate) fn by_fleet(&self, index: usize) -> Money {
        self.fleets.get(index).copied().unwrap_or_default()
    }
}

/// Counts every purchase of the month, of lines that are not selected or not declared too.
///
/// `may_buy`: whether something may be bought at all, so that prices which were not read are worth reading.
pub(super) fn count(shop: &mut Shop<'_>, may_buy: bool) -> Spent {
    let scope = shop.scope;
    let mut spent = Spent {
        account: orders(&scope.observed.catalogue, scope.observed.purchases.orders.as_deref(), scope.memory, shop.month),
        fleets: vec![Money::ZERO; scope.desired.fleets.len()],
        policies: shop.policies.iter().map(|policies| vec![Money::ZERO; policies.len()]).collect(),
    };
    for fee in scope.memory.fees.iter().filter(|fee| fee.counts_for(shop.month)) {
        spent.account = spent.account.plus(fee.amount);
        let fleet = scope.sim(fee.msisdn).and_then(|sim| usize::try_from(sim.fleet).ok());
        if let Some(slot) = fleet.and_then(|fleet| spent.fleets.get_mut(fleet)) {
            *slot = slot.plus(fee.amount);
        }
    }
    for known in shop.ledger.lines() {
        let Some(msisdn) = known.first().map(|known| known.msisdn) else { continue };
        let row = scope.row(msisdn);
        let plan = row.and_then(|row| row.line.as_ref()).map(|line| &line.plan);
        let fleet = scope.sim(msisdn).and_then(|sim| usize::try_from(sim.fleet).ok());
        let grants = shop.grants_of(msisdn);
        for (known, claimant) in known.iter().zip(shop.claims(msisdn).iter()) {
            let code = match claimant {
                Claimant::Grant(index) => known.code().or(grants.get(index).map(|grant| &grant.code)),
                Claimant::Policy(_) | Claimant::Nobody => known.code(),
            };
            let amount =
                known.record.map_or_else(|| price::at_most(&scope.observed.catalogue, plan, code), |record| record.amount);
            if may_buy && known.record.is_none() {
                shop.decisions.wants.prices_of.extend(price::unread(&scope.observed.catalogue, plan, code).cloned());
            }
            spent.account = spent.account.plus(amount);
            if let Some(slot) = fleet.and_then(|fleet| spent.fleets.get_mut(fleet)) {
                *slot = slot.plus(amount);
            }
            for (index, policies) in shop.policies.iter().enumerate() {
                if !fleet.map_or_else(|| may_be_of(shop, index, row), |fleet| fleet == index) {
                    continue;
                }
                for (position, _) in policies.iter().enumerate().filter(|(at, policy)| counts_for(known, claimant, *at, policy)) {
                    if let Some(slot) = spent.policies.get_mut(index).and_then(|slots| slots.get_mut(position)) {
                        *slot = slot.plus(amount);
                    }
                }
            }
        }
    }
    spent
}

/// Whether a purchase counts for a policy: it is its own, or nobody's and of its coupon.
pub(super) fn counts_for(known: &Known<'_>, claimant: Claimant, position: usize, policy: &DesiredTopUp) -> bool {
    match claimant {
        Claimant::Policy(index) => index == position,
        Claimant::Nobody => known.fit(&policy.code).is_some(),
        Claimant::Grant(_) => false,
    }
}

/// Whether a line that nobody declares can have been a fleet's: of its system and service, or no longer
/// listed.
fn may_be_of(shop: &Shop<'_>, fleet: usize, row: Option<&ObservedSim>) -> bool {
    let Some(fleet) = shop.scope.desired.fleets.get(fleet) else { return false };
    row.and_then(|row| row.line.as_ref()).is_none_or(|line| line.system == fleet.system && line.service == fleet.service)
}

/// Orders of the month, which belong to no fleet.
fn orders(catalogue: &Catalogue, applications: Option<&[OrderApplication]>, memory: &Memory, month: YearMonth) -> Money {
    let of = |number| applications.into_iter().flatten().find(|application| Some(&application.application) == number);
    let is_void = |application: &OrderApplication| application.status.came_to_nothing();
    let remembered = memory.orders.iter().filter(|order| match order.outcome {
        PurchaseOutcome::NotBought => false,
        PurchaseOutcome::InDoubt => order.sent_at.is_none_or(|at| month.contains(at)),
        PurchaseOutcome::Bought => {
            order.sent_at.is_some_and(|at| month.contains(at)) && !of(order.application.as_ref()).is_some_and(is_void)
        }
    });
    let is_remembered = |application: &OrderApplication| {
        memory.orders.iter().any(|order| order.application.as_ref() == Some(&application.application))
    };
    let unexplained = applications
        .into_iter()
        .flatten()
        .filter(|application| month.contains(application.requested_at) && !is_void(application) && !is_remembered(application));
    let prices = unexplained.filter_map(|application| application.content.as_ref()).map(|content| of_order(catalogue, content));
    remembered.map(|order| order.amount).chain(prices).sum()
}

/// What an order costs by the catalogue; what it has no price for counts as nothing.
fn of_order(catalogue: &Catalogue, content: &OrderContent) -> Money {
    let times =
        |price: Option<&Money>, quantity: u32| Money(price.copied().unwrap_or_default().0.saturating_mul(i64::from(quantity)));
    let prices = &catalogue.orders;
    let devices = content.devices.iter().map(|device| times(prices.devices.get(&device.model), device.quantity));
    devices.chain([times(prices.cards.get(&content.form_factor), content.quantity)]).sum()
}
