//! Lines as the core takes them, told by what matters here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use simfleet::domain::calendar::YearMonth;
use simfleet::domain::identifier::ReportedImei;
use simfleet::domain::{
    ApplicationStatus, ApplicationType, CarrierIdentity, Catalogue, ChipRow, ChipStatus, Desired, DesiredFleet, DesiredSim,
    Function, Imei, LastSeen, LineRow, LineStatus, List, Mode, Money, Msisdn, Observed, ObservedSim, Pending, PendingTarget,
    PlanPrice, Policy, Protection, Purchases, RatePlan, Readings, Service, ServiceTerms, SessionReading, Source, System,
    TrafficReading,
};
use simfleet::savings::{Case, Savings, Thresholds, judge};

pub(super) const NOW: &str = "2026-11-10T12:00:00+09:00";
pub(super) const MB: u64 = 1_000_000;

pub(super) fn now() -> Timestamp {
    NOW.parse().expect("a time")
}

/// Noon of a day before today.
pub(super) fn days_ago(days: u32) -> Timestamp {
    now() - SignedDuration::from_hours(24 * i64::from(days))
}

pub(super) fn msisdn(index: usize) -> Msisdn {
    Msisdn::parse(&format!("080{index:08}")).expect("a number")
}

pub(super) fn imei(payload: &str) -> Imei {
    let check = char::from(simfleet::domain::identifier::luhn_digit(payload.as_bytes()));
    Imei::parse(&format!("{payload}{check}")).expect("an IMEI")
}

/// Plans of three families; `gone` is in no catalogue.
pub(super) fn catalogue(functions: &[Function]) -> Catalogue {
    let plan = |code: &str, megabytes: u64, fee: i64| {
        (RatePlan::from(code), PlanPrice { monthly: Some(Money(fee)), quota_bytes: megabytes * MB, ..PlanPrice::default() })
    };
    let services = BTreeMap::from([("m2m-lte".into(), Service { functions: functions.iter().copied().collect() })]);
    Catalogue {
        systems: BTreeMap::from([("S0001234".into(), System { services })]),
        plans: BTreeMap::from([
            plan("fixed-3mb", 3, 150),
            plan("fixed-100mb", 100, 280),
            plan("fixed-500mb", 500, 450),
            plan("fixed-1gb", 1_000, 600),
            plan("payg-0", 0, 100),
            plan("payg-1gb", 1_000, 120),
            plan("uplink-3gb", 3_000, 50),
        ]),
        terms: ServiceTerms { termination_fee: Some(Money(3_000)), ..ServiceTerms::default() },
        ..Catalogue::default()
    }
}

/// An answer, or why there is none.
pub(super) type Answer<T> = Result<T, &'static str>;

/// Traffic of last month and of this one.
pub(super) type Traffic = (Option<u64>, Option<u64>);

/// One line and what was read of it.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) index: usize,
    pub(super) plan: &'static str,
    pub(super) status: LineStatus,
    pub(super) opened: Option<u32>,
    pub(super) updated: Option<u32>,
    pub(super) changing: bool,
    /// Bound (14 digits), and what the list reports.
    pub(super) bound: Option<&'static str>,
    pub(super) listed: Option<String>,
    /// `None`: not read.
    pub(super) session: Option<Answer<(LastSeen, Option<String>)>>,
    pub(super) traffic: Option<Answer<Traffic>>,
    pub(super) declared: bool,
}

impl Default for Told {
    /// An active line of a year, online, on half of its quota.
    fn default() -> Self {
        Self {
            index: 1,
            plan: "fixed-500mb",
            status: LineStatus::Active,
            opened: Some(365),
            updated: Some(30),
            changing: false,
            bound: None,
            listed: None,
            session: Some(Ok((LastSeen::Online, None))),
            traffic: Some(Ok((Some(300 * MB), Some(100 * MB)))),
            declared: true,
        }
    }
}

fn reported(text: &str) -> Option<ReportedImei> {
    ReportedImei::parse(text).ok().flatten()
}

impl Told {
    pub(super) fn msisdn(&self) -> Msisdn {
        msisdn(self.index)
    }

    fn sim(&self) -> ObservedSim {
        let change = Pending {
            application: "A1".into(),
            kind: ApplicationType::PlanChange,
            status: ApplicationStatus::Scheduled,
            target: PendingTarget::Plan("fixed-1gb".into()),
            effective: None,
            cancellable: true,
        };
        let line = LineRow {
            iccid: None,
            imsi: None,
            imei: self.listed.as_deref().and_then(reported),
            is_chip: self.bound.is_some(),
            system: "S0001234".into(),
            service: "m2m-lte".into(),
            plan: self.plan.into(),
            status: self.status.clone(),
            label: "".into(),
            suspend_reason: None,
            traffic_remaining: None,
            pending: if self.changing { Box::from([change]) } else { Box::from([]) },
            opened_at: self.opened.map(days_ago),
            termination_date: None,
            updated_at: self.updated.map(days_ago),
            version: 1,
        };
        let chip = self.bound.map(|payload| ChipRow {
            iccid: None,
            imei: Some(imei(payload)),
            system: Some("S0001234".into()),
            status: ChipStatus::Active,
            label: "".into(),
            pending: Box::from([]),
            ordered_at: None,
            activated_at: None,
            version: 1,
        });
        ObservedSim { msisdn: self.msisdn(), line: Some(line), chip }
    }
}

/// A whole case, in the order in which the lines are told.
pub(super) struct Scene {
    pub(super) observed: Observed,
    pub(super) desired: Desired,
    pub(super) readings: Readings,
    pub(super) thresholds: Thresholds,
}

impl Scene {
    pub(super) fn of(lines: &[Told]) -> Self {
        Self::offering(lines, &Function::ALL)
    }

    pub(super) fn offering(lines: &[Told], functions: &[Function]) -> Self {
        let mut readings = Readings::default();
        for told in lines {
            if let Some(session) = &told.session {
                let session =
                    session.clone().map(|(last, imei)| SessionReading { last, imei: imei.as_deref().and_then(reported) });
                readings.sessions.insert(told.msisdn(), session.map_err(Arc::from));
            }
            if let Some(traffic) = &told.traffic {
                let month = YearMonth::of(now());
                let reading =
                    traffic.map(|(last_month, this_month)| TrafficReading { month, this_month, last_month, as_of: now() });
                readings.traffic.insert(told.msisdn(), reading.map_err(Arc::from));
            }
        }
        Self {
            observed: Observed {
                carrier: CarrierIdentity { host: "carrier.example.jp".into(), contractor_id: "demo".into() },
                at: now(),
                complete: true,
                sims: lines.iter().map(Told::sim).collect(),
                catalogue: catalogue(functions),
                purchases: Purchases::default(),
            },
            desired: desired(lines.iter().filter(|told| told.declared).map(|told| (told.msisdn(), None))),
            readings,
            thresholds: Thresholds::default(),
        }
    }

    pub(super) fn case(&self) -> Case<'_> {
        Case { observed: &self.observed, desired: Some(&self.desired), only: None, thresholds: self.thresholds, now: now() }
    }

    pub(super) fn savings(&self) -> Savings {
        judge(&self.case(), &self.readings, None, &"main".into())
    }
}

/// Lines of one fleet with their names.
pub(super) fn desired(lines: impl Iterator<Item = (Msisdn, Option<&'static str>)>) -> Desired {
    let sim = |(msisdn, name): (Msisdn, Option<&str>)| DesiredSim {
        msisdn,
        fleet: 0,
        list: List::Sims,
        state: None,
        plan: None,
        imei: None,
        iccid: None,
        termination_date: None,
        terminate_after: None,
        protection: Protection::Unsaid,
        name: name.map(Into::into),
        labels: name.map(|name| Arc::new(BTreeMap::from([("site".to_owned(), name.to_owned())]))),
        source: Source::NOWHERE,
    };
    let fleet = DesiredFleet {
        name: "test".into(),
        system: "S0001234".into(),
        service: "m2m-lte".into(),
        mode: Mode::Apply,
        policy: Policy::default(),
        source: Source::NOWHERE,
    };
    Desired { account: "main".into(), fleets: vec![fleet], sims: lines.map(sim).collect(), ..Desired::default() }
}

/// Kinds of findings, by line.
pub(super) fn kinds(savings: &Savings) -> BTreeSet<(Msisdn, &'static str)> {
    savings.findings.iter().map(|finding| (finding.subject.msisdn, finding.matter.kind().as_str())).collect()
}
