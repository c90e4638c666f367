//! The judge's own books of what was bought, by counting: it never asks which purchase is whose, only how
//! many there are.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::YearMonth;
use crate::domain::{
    ApplicationNumber, ApplicationStatus, Catalogue, CouponApplication, CouponCode, Desired, DesiredGrant, DesiredTopUp, Money,
    Msisdn, Observed, PurchaseReason, RatePlan,
};
use crate::plan::{Memory, PurchaseOutcome, RememberedPurchase};

#[derive(Debug)]
pub(super) struct Books<'a> {
    pub(super) month: YearMonth,
    catalogue: &'a Catalogue,
    /// Applications of the month that bought something; `None` where nobody looked.
    evidence: Option<BTreeMap<Msisdn, Vec<&'a CouponApplication>>>,
    journal: BTreeMap<Msisdn, Vec<&'a RememberedPurchase>>,
    usage: &'a BTreeMap<Msisdn, Timestamp>,
    /// When the lists were read, and what time it is for the plan.
    times: (Timestamp, Timestamp),
    pub(super) grants: BTreeMap<Msisdn, Vec<&'a DesiredGrant>>,
    /// By fleet and name.
    pub(super) policies: BTreeMap<(u32, &'a str), &'a DesiredTopUp>,
}

/// The purchases on one line, counted.
#[derive(Debug, Default)]
pub(super) struct Tab<'a> {
    /// What each policy of the fleet is known to have bought, by the journal.
    pub(super) own: BTreeMap<&'a str, Vec<Money>>,
    /// What the journal says of grants that are declared.
    granted: Vec<Money>,
    /// What no declared grant or policy explains, by coupon.
    free: BTreeMap<&'a CouponCode, Vec<Money>>,
    /// The same where the journal and the carrier each name another coupon; the dearest last.
    disputed: Vec<([&'a CouponCode; 2], Money)>,
    /// The same where nobody knows the coupon.
    pub(super) unknown: usize,
    /// When each was bought; `None` where nobody knows.
    times: Vec<Option<Timestamp>>,
}

impl<'a> Books<'a> {
    pub(super) fn open(desired: &'a Desired, observed: &'a Observed, memory: &'a Memory, now: Timestamp) -> Self {
        let month = YearMonth::of(now);
        let evidence = observed.purchases.coupons.as_ref().map(|applications| {
            let mut lines: BTreeMap<Msisdn, Vec<&CouponApplication>> = BTreeMap::new();
            for application in applications {
                let void = [ApplicationStatus::Rejected, ApplicationStatus::Cancelled].contains(&application.status);
                if !void && YearMonth::of(application.requested_at) == month {
                    lines.entry(application.msisdn).or_default().push(application);
                }
            }
            lines
        });
        let mut journal: BTreeMap<Msisdn, Vec<&RememberedPurchase>> = BTreeMap::new();
        for record in &memory.purchases {
            journal.entry(record.msisdn).or_default().push(record);
        }
        let mut grants: BTreeMap<Msisdn, Vec<&DesiredGrant>> = BTreeMap::new();
        for grant in &desired.grants {
            for msisdn in &grant.msisdns {
                grants.entry(*msisdn).or_default().push(grant);
            }
        }
        let policies = desired.top_ups.iter().map(|policy| ((policy.fleet, &*policy.name), policy)).collect();
        let (catalogue, usage) = (&observed.catalogue, &observed.purchases.usage_as_of);
        Self { month, catalogue, evidence, journal, usage, times: (observed.at, now), grants, policies }
    }

    pub(super) fn has_evidence(&self) -> bool {
        self.evidence.is_some()
    }

    pub(super) fn evidence(&self, msisdn: Msisdn) -> &[&'a CouponApplication] {
        self.evidence.as_ref().and_then(|lines| lines.get(&msisdn)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn records(&self, msisdn: Msisdn) -> &[&'a RememberedPurchase] {
        self.journal.get(&msisdn).map_or(&[], Vec::as_slice)
    }

    /// Every line on which something was bought.
    pub(super) fn lines(&self) -> impl Iterator<Item = Msisdn> {
        let mut lines: Vec<Msisdn> = self.journal.keys().chain(self.evidence.iter().flat_map(BTreeMap::keys)).copied().collect();
        lines.sort_unstable();
        lines.dedup();
        lines.into_iter()
    }

    /// The policies of a fleet.
    pub(super) fn policies_of(&self, fleet: u32) -> impl Iterator<Item = &'a DesiredTopUp> {
        self.policies.range((fleet, "")..).take_while(move |((of, _), _)| *of == fleet).map(|(_, policy)| *policy)
    }

    pub(super) fn is_short(&self, fleet: u32, left: Option<u64>) -> bool {
        self.policies_of(fleet).any(|policy| left.is_none_or(|left| left < policy.below))
    }

    /// The dearest that a purchase can have been.
    fn price(&self, plan: Option<&RatePlan>, code: &CouponCode) -> Money {
        let of =
            |plan: &RatePlan| self.catalogue.plans.get(plan)?.coupons.get(code).copied().flatten().map(|coupon| coupon.price);
        let everywhere = || self.catalogue.plans.keys().filter_map(of).max();
        plan.and_then(of).or_else(everywhere).unwrap_or_default()
    }

    /// The tab of a line of a fleet (`None`: nobody declares it), on its plan.
    pub(super) fn tab(&self, msisdn: Msisdn, fleet: Option<u32>, plan: Option<&RatePlan>) -> Tab<'a> {
        let mut tab = Tab::default();
        let shown = self.evidence(msisdn);
        let mut explained: Vec<&ApplicationNumber> = Vec::new();
        let mut unnumbered: Vec<&RememberedPurchase> = Vec::new();
        for record in self.records(msisdn).iter().filter(|record| record.outcome != PurchaseOutcome::NotBought) {
            match shown.iter().find(|application| Some(&application.application) == record.application.as_ref()) {
                Some(application) => {
                    explained.push(&application.application);
                    tab.times.push(Some(application.requested_at));
                    self.enter(&mut tab, fleet, record, application.code.as_ref());
                }
                None if record.purchase.month != self.month => {}
                None if record.application.is_none() && record.outcome == PurchaseOutcome::Bought => unnumbered.push(record),
                None => {
                    tab.times.push(record.sent_at);
                    self.enter(&mut tab, fleet, record, None);
                }
            }
        }
        let mut rest: Vec<&CouponApplication> =
            shown.iter().copied().filter(|application| !explained.contains(&&application.application)).collect();
        for record in unnumbered {
            let of = |code: Option<&CouponCode>| rest.iter().position(|application| application.code.as_ref() == code);
            match of(Some(&record.purchase.code)).or_else(|| of(None)) {
                Some(found) => tab.times.push(Some(rest.remove(found).requested_at)),
                None => tab.times.push(record.sent_at),
            }
            self.enter(&mut tab, fleet, record, None);
        }
        for application in rest {
            tab.times.push(Some(application.requested_at));
            match &application.code {
                Some(code) => tab.free.entry(code).or_default().push(self.price(plan, code)),
                None => tab.unknown += 1,
            }
        }
        tab.free.values_mut().for_each(|amounts| amounts.sort_unstable());
        tab.disputed.sort_by_key(|(_, amount)| *amount);
        tab
    }

    fn enter(&self, tab: &mut Tab<'a>, fleet: Option<u32>, record: &'a RememberedPurchase, shown: Option<&'a CouponCode>) {
        let purchase = &record.purchase;
        let grants = self.grants.get(&record.msisdn).map_or(&[][..], Vec::as_slice);
        match &purchase.reason {
            PurchaseReason::Grant(name) if grants.iter().any(|grant| grant.name == *name && grant.month == purchase.month) => {
                tab.granted.push(record.amount);
            }
            PurchaseReason::TopUp(name) if fleet.is_some_and(|fleet| self.policies.contains_key(&(fleet, name))) => {
                tab.own.entry(name).or_default().push(record.amount);
            }
            PurchaseReason::Grant(_) | PurchaseReason::TopUp(_) => match shown.filter(|shown| **shown != purchase.code) {
                Some(shown) => tab.disputed.push(([shown, &purchase.code], record.amount)),
                None => tab.free.entry(&purchase.code).or_default().push(record.amount),
            },
        }
    }

    /// How many coupons of each code are still owed to the line's grants of this month, before anything
    /// that nobody explains is counted.
    fn owed(&self, msisdn: Msisdn) -> BTreeMap<&'a CouponCode, usize> {
        let mut owed: BTreeMap<&CouponCode, usize> = BTreeMap::new();
        let mut names: Vec<&str> = Vec::new();
        for grant in self.grants.get(&msisdn).into_iter().flatten().filter(|grant| grant.month == self.month) {
            let is_this = |record: &&RememberedPurchase| {
                let purchase = &record.purchase;
                purchase.month == grant.month && purchase.reason == PurchaseReason::Grant(grant.name.clone())
            };
            let settled =
                self.records(msisdn).iter().any(|record| record.outcome != PurchaseOutcome::NotBought && is_this(record));
            if !settled && !names.contains(&&*grant.name) {
                *owed.entry(&grant.code).or_default() += 1;
                names.push(&grant.name);
            }
        }
        owed
    }

    /// What is owed to the line's grants once everything that nobody explains is put down to them; the tab
    /// keeps what is left for policies. By coupon, and in all (where coupons are unknown, any was theirs).
    pub(super) fn settle(&self, msisdn: Msisdn, tab: &mut Tab<'a>) -> (BTreeMap<&'a CouponCode, usize>, usize) {
        let mut owed = self.owed(msisdn);
        for (code, count) in &mut owed {
            if let Some(amounts) = tab.free.get_mut(*code) {
                let claimed = amounts.len().min(*count);
                // The dearest are claimed: what is left is never overestimated.
                amounts.truncate(amounts.len() - claimed);
                *count -= claimed;
            }
        }
        // What may be either coupon serves the one that is owed, or one of both.
        let mut either = 0;
        let mut left = Vec::new();
        for (codes, amount) in tab.disputed.drain(..).rev() {
            let open = |code: &&&CouponCode| owed.get(**code).is_some_and(|count| *count > 0);
            match codes.iter().filter(open).copied().collect::<Vec<_>>().as_slice() {
                [] => left.push((codes, amount)),
                [only] => {
                    owed.entry(only).and_modify(|count| *count -= 1);
                }
                [..] => either += 1,
            }
        }
        tab.disputed = left;
        let all: usize = owed.values().sum::<usize>().saturating_sub(either);
        let unknown = all.min(tab.unknown);
        tab.unknown -= unknown;
        (owed, all - unknown)
    }

    /// Whether what the line is shown to have left is newer than its last coupon, and of this month: figures
    /// are up to two days old.
    pub(super) fn figures_are_fresh(&self, msisdn: Msisdn, tab: &Tab<'_>) -> bool {
        let (listed, now) = self.times;
        let figures = self.usage.get(&msisdn).map(|as_of| listed.min(*as_of));
        let of_month = |time: Timestamp| YearMonth::of(time) == self.month;
        let is_young = now.checked_sub(SignedDuration::from_hours(48)).is_ok_and(|before| !of_month(before));
        (tab.times.is_empty() && !is_young)
            || figures
                .is_some_and(|figures| of_month(figures) && tab.times.iter().all(|time| time.is_some_and(|time| time < figures)))
    }
}

impl Tab<'_> {
    /// What counts for a policy: how often it bought at least, and for how much at least.
    pub(super) fn of_policy(&self, policy: &DesiredTopUp) -> (usize, Money) {
        let own = self.own.get(&*policy.name).map_or(&[][..], Vec::as_slice);
        let free = self.free.get(&policy.code).map_or(&[][..], Vec::as_slice);
        let disputed = || self.disputed.iter().filter(|(codes, _)| codes.contains(&&policy.code)).map(|(_, amount)| amount);
        let sum = own.iter().chain(free).chain(disputed()).copied().sum();
        (own.len() + free.len() + disputed().count() + self.unknown, sum)
    }

    /// All money that is known to be spent, and whether that is all there is.
    pub(super) fn spent(&self) -> (Money, bool) {
        let known = self.granted.iter().chain(self.own.values().flatten()).chain(self.free.values().flatten());
        let disputed = self.disputed.iter().map(|(_, amount)| amount);
        (known.chain(disputed).copied().sum(), self.unknown == 0)
    }
}
