//! Small worlds in which coupons are bought: in words of their own, and as the planner takes them.
//!
//! Times are hours from now; now is noon of the 10th of November. Codes 0 and 1 are coupons, of which rate
//! plan 0 takes both and plan 1 only the first.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, ToSpan};

use simfleet::domain::calendar::{JST, YearMonth, jst_date};
use simfleet::domain::{
    ApplicationNumber, ApplicationStatus, CouponApplication, CouponCode, CouponPrice, CouponPurchase, Desired, DesiredGrant,
    DesiredState, DesiredTopUp, Money, Observed, PurchaseReason, Purchases, RequestedVia, Source,
};
use simfleet::plan::{self, AccountPlan, Memory, Operation, PurchaseOutcome, RememberedPurchase, Violation};

use super::super::carrier::{Model, Status};
use super::super::verdict::Wish;
use super::super::{scene, world};

/// A declared line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) status: Status,
    pub(super) state: Option<DesiredState>,
    pub(super) plan: u8,
    /// Something else is in progress.
    pub(super) busy: bool,
    /// Bytes.
    pub(super) left: Option<u64>,
    /// How old the traffic figures are.
    pub(super) figures: Option<i64>,
    /// 0 or 1; the second fleet has the first one's system number here.
    pub(super) fleet: u8,
}

/// A line in use that nobody changes and that has traffic enough.
pub(super) const IN_USE: Line = Line {
    status: Status::Active,
    state: Some(DesiredState::Active),
    plan: 0,
    busy: false,
    left: Some(1_000),
    figures: None,
    fleet: 0,
};

/// A named grant.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) name: &'static str,
    /// Counted from this month.
    pub(super) month: i8,
    pub(super) code: u8,
    pub(super) lines: Vec<usize>,
}

/// A policy.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) name: &'static str,
    pub(super) fleet: u8,
    pub(super) code: u8,
    pub(super) below: u64,
    pub(super) per_line: u32,
    pub(super) spend: i64,
}

/// An application that the carrier shows.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) number: u8,
    pub(super) line: usize,
    pub(super) code: Option<u8>,
    pub(super) hours: i64,
    /// Rejected or cancelled.
    pub(super) void: bool,
}

/// What the journal knows of a purchase.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) line: usize,
    /// A grant's name, or a policy's.
    pub(super) name: &'static str,
    pub(super) is_grant: bool,
    /// Counted from this month.
    pub(super) month: i8,
    pub(super) code: u8,
    pub(super) ordinal: u32,
    pub(super) attempt: u32,
    pub(super) outcome: PurchaseOutcome,
    pub(super) refused: bool,
    pub(super) number: Option<u8>,
    pub(super) amount: i64,
    pub(super) hours: Option<i64>,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Market {
    pub(super) lines: Vec<Line>,
    pub(super) grants: Vec<Grant>,
    pub(super) policies: Vec<Policy>,
    pub(super) shown: Vec<Shown>,
    pub(super) records: Vec<Record>,
}

/// A market as the planner takes it.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) desired: Desired,
    pub(super) observed: Observed,
    pub(super) memory: Memory,
    pub(super) now: Timestamp,
}

pub(super) fn code(number: u8) -> CouponCode {
    CouponCode::from(["add-100mb", "add-500mb"][usize::from(number)])
}

/// What a coupon costs on a plan.
pub(super) fn price(plan: u8, code: u8) -> Option<i64> {
    match (plan, code) {
        (0, 0) => Some(100),
        (0, 1) => Some(400),
        (1, 0) => Some(150),
        _ => None,
    }
}

pub(super) fn number(number: u8) -> ApplicationNumber {
    ApplicationNumber::new(format!("K{number:03}"))
}

pub(super) fn month(now: Timestamp, offset: i8) -> YearMonth {
    let first = jst_date(now).first_of_month().checked_add(i32::from(offset).months()).unwrap();
    YearMonth::of(JST.to_timestamp(first.at(0, 0, 0, 0)).unwrap())
}

pub(super) fn reason(is_grant: bool, name: &str) -> PurchaseReason {
    if is_grant { PurchaseReason::Grant(name.into()) } else { PurchaseReason::TopUp(name.into()) }
}

impl Market {
    pub(super) fn world(&self) -> World {
        let now = scene::now(false);
        let today = jst_date(now);
        let at = |hours: i64| now + SignedDuration::from_hours(hours);
        let models =
            self.lines.iter().map(|line| Model { status: line.status, plan: line.plan, busy: line.busy, ..Model::MISSING });
        let mut sims = Vec::new();
        let mut wishes = Vec::new();
        for (index, (model, line)) in models.zip(&self.lines).enumerate() {
            let wish = Wish {
                as_chip: false,
                state: line.state,
                plan: None,
                device: None,
                day: None,
                hold: None,
                protected: false,
                pin: None,
            };
            wishes.push(scene::declared(index, &model, &wish, today));
            wishes.last_mut().unwrap().fleet = u32::from(line.fleet);
            let mut row = scene::rows(index, &model, today);
            if let Some(line_row) = row.as_mut().and_then(|row| row.line.as_mut()) {
                line_row.traffic_remaining = line.left;
            }
            sims.extend(row);
        }
        let mut desired = scene::desired(wishes);
        let system = desired.fleets[0].system.clone();
        desired.fleets[1].system = system;
        let source = |line| Source { file: 0, line, column: 1 };
        desired.grants = (100..)
            .zip(&self.grants)
            .map(|(line, grant)| DesiredGrant {
                fleet: 0,
                name: grant.name.into(),
                month: month(now, grant.month),
                code: code(grant.code),
                msisdns: grant.lines.iter().map(|line| scene::msisdn(false, *line)).collect(),
                source: source(line),
            })
            .collect();
        desired.top_ups = (200..)
            .zip(&self.policies)
            .map(|(line, policy)| DesiredTopUp {
                fleet: u32::from(policy.fleet),
                name: policy.name.into(),
                code: code(policy.code),
                below: policy.below,
                per_line: policy.per_line,
                spend: Money(policy.spend),
                source: source(line),
            })
            .collect();
        let mut observed = scene::observed(now, scene::catalogue(None, 3_000), sims);
        observed.purchases = Purchases {
            coupons: Some(self.shown.iter().map(|shown| application(shown, at(shown.hours))).collect()),
            usage_as_of: (self.lines.iter().enumerate())
                .filter_map(|(index, line)| Some((scene::msisdn(false, index), at(line.figures?))))
                .collect(),
            ..Purchases::default()
        };
        observed.purchases.coupons.as_mut().unwrap().sort();
        let mut purchases: Vec<RememberedPurchase> = self.records.iter().map(|record| remembered(record, now)).collect();
        purchases.sort_by(|left, right| (left.msisdn, &left.purchase).cmp(&(right.msisdn, &right.purchase)));
        World { desired, observed, memory: Memory { purchases, ..Memory::default() }, now }
    }
}

fn application(shown: &Shown, at: Timestamp) -> CouponApplication {
    CouponApplication {
        msisdn: scene::msisdn(false, shown.line),
        application: number(shown.number),
        code: shown.code.map(code),
        status: if shown.void { ApplicationStatus::Rejected } else { ApplicationStatus::Completed },
        requested_at: at,
        via: RequestedVia::Api,
    }
}

fn remembered(record: &Record, now: Timestamp) -> RememberedPurchase {
    RememberedPurchase {
        msisdn: scene::msisdn(false, record.line),
        purchase: CouponPurchase {
            reason: reason(record.is_grant, record.name),
            month: month(now, record.month),
            code: code(record.code),
            ordinal: record.ordinal,
            attempt: record.attempt,
        },
        outcome: record.outcome,
        refused: record.refused,
        application: record.number.map(number),
        amount: Money(record.amount),
        sent_at: record.hours.map(|hours| now + SignedDuration::from_hours(hours)),
    }
}

/// The coupons that plans take, for a catalogue.
pub(in super::super) fn coupons(plan: u8) -> BTreeMap<CouponCode, Option<CouponPrice>> {
    let priced = |number| Some((code(number), Some(CouponPrice { price: Money(price(plan, number)?), bytes: 0 })));
    [0, 1].into_iter().filter_map(priced).collect()
}

impl World {
    pub(super) fn plan(&self) -> AccountPlan {
        plan::plan(&self.desired, &self.observed, &self.memory, self.now)
    }

    pub(super) fn check(&self, plan: &AccountPlan) -> Vec<Violation> {
        plan::check(&self.desired, &self.observed, &self.memory, self.now, plan)
    }

    /// The plan, judged.
    pub(super) fn judged(&self) -> AccountPlan {
        let plan = self.plan();
        assert_eq!(self.check(&plan), [], "{plan:#?}");
        plan
    }

    /// The world after operations took effect; the journal notes what was bought if it `remembers`.
    pub(super) fn after<'a>(&self, operations: impl IntoIterator<Item = &'a Operation>, remembers: bool) -> Self {
        let mut after = self.clone();
        for operation in operations {
            world::apply(&mut after.observed, operation, &scene::SERVICE.into(), self.now);
            if let (true, Some(purchase)) = (remembers, &operation.to.purchase) {
                let key = |purchase: &CouponPurchase| (purchase.reason.clone(), purchase.month, purchase.ordinal);
                let msisdn = operation.subject.msisdn().unwrap();
                let purchases = &mut after.memory.purchases;
                purchases.retain(|record| record.msisdn != msisdn || key(&record.purchase) != key(purchase));
                purchases.push(RememberedPurchase {
                    msisdn,
                    purchase: (**purchase).clone(),
                    outcome: PurchaseOutcome::Bought,
                    refused: false,
                    application: Some(world::number_of(operation)),
                    amount: operation.cost.one_off(),
                    sent_at: Some(self.now),
                });
            }
        }
        after
    }
}

/// The purchases of a plan: who asks for what, for which line.
pub(super) fn bought(plan: &AccountPlan) -> Vec<(usize, CouponPurchase, i64)> {
    let mut bought: Vec<_> = plan
        .operations
        .iter()
        .filter_map(|operation| {
            let purchase = operation.to.purchase.as_deref()?.clone();
            let line = operation.subject.msisdn()?.as_str().get(3..)?.parse().ok()?;
            Some((line, purchase, operation.cost.one_off().0))
        })
        .collect();
    bought.sort();
    bought
}

/// A name that lives as long as the tests.
pub(super) fn renamed(name: &Arc<str>) -> Arc<str> {
    format!("z-{name}").into()
}
