//! What is known to be bought in a month: the carrier's applications and the journal's records, each
//! purchase once.
//!
//! Either source may lack what the other has: a journal can be lost, and a list of applications can lag.
//! So their union counts. An application that was rejected or cancelled bought nothing; a record that was
//! not bought, or was refused, only says how often it was tried.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::calendar::YearMonth;
use crate::domain::{ApplicationNumber, CouponApplication, CouponCode, Msisdn, PurchaseReason, Purchases};
use crate::plan::{Memory, PurchaseOutcome, RememberedPurchase};

/// Who asked for a purchase, borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Asker<'a> {
    Grant(&'a str),
    TopUp(&'a str),
}

impl<'a> Asker<'a> {
    pub(crate) fn of(reason: &'a PurchaseReason) -> Self {
        match reason {
            PurchaseReason::Grant(name) => Self::Grant(name),
            PurchaseReason::TopUp(name) => Self::TopUp(name),
        }
    }
}

/// One purchase on one line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) msisdn: Msisdn,
    pub(crate) application: Option<&'a ApplicationNumber>,
    /// Which coupon the carrier says it is.
    pub(crate) shown: Option<&'a CouponCode>,
    /// When it was accepted, or else sent.
    pub(crate) at: Option<Timestamp>,
    /// What the journal says of it.
    pub(crate) record: Option<&'a RememberedPurchase>,
}

/// How well a purchase fits a coupon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Everybody who says what it is says so.
    Agreed,
    /// The carrier says so and the journal does not, or the other way round. (An outcome that was settled
    /// by hand may name the wrong application.)
    Disputed,
    /// Nobody says what it is: then it may be any.
    Possible,
}

impl<'a> Known<'a> {
    /// Which coupon the journal says it is.
    fn noted(&self) -> Option<&'a CouponCode> {
        self.record.map(|record| &record.purchase.code)
    }

    /// Which coupon it is, where the carrier or else the journal says.
    pub(crate) fn code(&self) -> Option<&'a CouponCode> {
        self.shown.or(self.noted())
    }

    /// How well it fits a coupon, if it can be that at all. Whoever is right, nothing is bought twice.
    pub(crate) fn fit(&self, code: &CouponCode) -> Option<Fit> {
        let of = |said: Option<&CouponCode>| said.map(|said| said == code);
        match (of(self.shown), of(self.noted())) {
            (Some(true), Some(true) | None) | (None, Some(true)) => Some(Fit::Agreed),
            (Some(true), Some(false)) | (Some(false), Some(true)) => Some(Fit::Disputed),
            (None, None) => Some(Fit::Possible),
            (Some(false), Some(false) | None) | (None, Some(false)) => None,
        }
    }
}

/// The purchases of one month, and the journal's records of every month.
#[derive(Debug)]
pub(crate) struct Ledger<'a> {
    /// Sorted by line; then those that the carrier shows, by application number, and then those that only
    /// the journal knows.
    known: Vec<Known<'a>>,
    records: BTreeMap<(Msisdn, Asker<'a>, YearMonth, u32), &'a RememberedPurchase>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn of(purchases: &'a Purchases, memory: &'a Memory, month: YearMonth) -> Self {
        let mut records: BTreeMap<_, &RememberedPurchase> = BTreeMap::new();
        for record in &memory.purchases {
            let purchase = &record.purchase;
            let key = (record.msisdn, Asker::of(&purchase.reason), purchase.month, purchase.ordinal);
            // The latest attempt; were there several records, one that may have bought counts first.
            let rank = |record: &RememberedPurchase| (record.outcome != PurchaseOutcome::NotBought, record.purchase.attempt);
            let slot = records.entry(key).or_insert(record);
            if rank(record) > rank(slot) {
                *slot = record;
            }
        }
        let mut applications: Vec<&CouponApplication> = purchases
            .coupons
            .iter()
            .flatten()
            .filter(|application| !application.status.came_to_nothing() && month.contains(application.requested_at))
            .collect();
        applications.sort_by_key(|application| (application.msisdn, &application.application));
        applications.dedup_by_key(|application| (application.msisdn, &application.application));
        let known = union(&applications, &records, month);
        Self { known, records }
    }

    /// The purchases of a line.
    pub(crate) fn line(&self, msisdn: Msisdn) -> &[Known<'a>] {
        let first = self.known.partition_point(|known| known.msisdn < msisdn);
        let rest = self.known.get(first..).unwrap_or_default();
        rest.get(..rest.partition_point(|known| known.msisdn == msisdn)).unwrap_or_default()
    }

    /// The purchases line by line.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &[Known<'a>]> {
        self.known.chunk_by(|left, right| left.msisdn == right.msisdn)
    }

    /// The journal's record of a purchase.
    pub(crate) fn record(
        &self,
        msisdn: Msisdn,
        asker: Asker<'a>,
        month: YearMonth,
        ordinal: u32,
    ) -> Option<&'a RememberedPurchase> {
        self.records.get(&(msisdn, asker, month, ordinal)).copied()
    }

    /// The highest ordinal under which a policy has bought, or may have; 0 for none.
    pub(crate) fn last_ordinal(&self, msisdn: Msisdn, policy: &'a str, month: YearMonth) -> u32 {
        let key = |ordinal| (msisdn, Asker::TopUp(policy), month, ordinal);
        let bought = |(_, record): &(_, &&RememberedPurchase)| record.outcome != PurchaseOutcome::NotBought;
        self.records.range(key(0)..=key(u32::MAX)).rev().find(bought).map_or(0, |((_, _, _, ordinal), _)| *ordinal)
    }
}

fn union<'a>(
    applications: &[&'a CouponApplication],
    records: &BTreeMap<(Msisdn, Asker<'a>, YearMonth, u32), &'a RememberedPurchase>,
    month: YearMonth,
) -> Vec<Known<'a>> {
    let may_have_bought = || records.values().copied().filter(|record| record.outcome != PurchaseOutcome::NotBought);
    let numbered: BTreeMap<(&ApplicationNumber, Msisdn), &RememberedPurchase> =
        may_have_bought().filter_map(|record| Some(((record.application.as_ref()?, record.msisdn), record))).collect();
    let mut known: Vec<Known<'a>> = applications
        .iter()
        .map(|application| {
            let record = numbered.get(&(&application.application, application.msisdn)).copied();
            Known {
                msisdn: application.msisdn,
                application: Some(&application.application),
                shown: application.code.as_ref(),
                at: Some(application.requested_at),
                record,
            }
        })
        .collect();
    let shown = known.len();
    for record in may_have_bought().filter(|record| record.purchase.month == month) {
        let carrier = known.get_mut(..shown).unwrap_or_default();
        let first = carrier.partition_point(|known| known.msisdn < record.msisdn);
        let of_line = carrier.iter_mut().skip(first).take_while(|known| known.msisdn == record.msisdn);
        let mut free = None;
        let mut is_shown = false;
        for known in of_line {
            is_shown |= known.record == Some(record);
            // What was bought for certain, under a number that nobody noted, is one of those that fit.
            let certain = record.application.is_none() && record.outcome == PurchaseOutcome::Bought && known.record.is_none();
            let fits = certain && known.shown.is_none_or(|code| *code == record.purchase.code);
            if fits && free.as_ref().is_none_or(|free: &&mut Known<'_>| free.shown.is_none() && known.shown.is_some()) {
                free = Some(known);
            }
        }
        if is_shown {
            continue;
        }
        match free {
            Some(free) => free.record = Some(record),
            None => known.push(Known {
                msisdn: record.msisdn,
                application: record.application.as_ref(),
                shown: None,
                at: record.sent_at,
                record: Some(record),
            }),
        }
    }
    // Stable: what the carrier shows stays before what only the journal knows.
    known.sort_by_key(|known| known.msisdn);
    known
}
