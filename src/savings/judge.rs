//! All findings of an account, sorted and summed up.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::case::{BilledLine, Case};
use super::finding::{Finding, Matter, Savings, Subject, Totals, Unjudged, Unknown, UnknownWhy};
use super::traffic::Pointless;
use super::wanted::{Reading, Sample, is_offered, needs};
use super::{device, idle, prices, suspended, traffic};
use crate::domain::{Desired, DesiredSim, Money, Msisdn, Readings, SessionReading};
use crate::plan::Territory;

/// Judges every billed line by what was read of it. `sample` says what a limit left out: what was not read then is
/// neither a finding nor unknown.
pub fn judge(case: &Case<'_>, readings: &Readings, sample: Option<Sample>, account: &Arc<str>) -> Savings {
    let declared = Declared::of(case);
    let mut bench =
        Bench { case, readings, declared: &declared, findings: Vec::new(), unknown: Vec::new(), unjudged: Unjudged::default() };
    let mut totals = Totals { termination_fee: case.observed.catalogue.terms.termination_fee, ..Totals::default() };
    for line in case.billed() {
        let monthly = prices::monthly(&case.observed.catalogue, &line.line.plan);
        totals.lines += 1;
        totals.unpriced += u64::from(monthly.is_none());
        totals.monthly = totals.monthly.plus(monthly.unwrap_or(Money::ZERO));
        let first = bench.findings.len();
        bench.line(line, monthly);
        let found = bench.findings.get(first..).unwrap_or_default();
        totals.saving = totals.saving.plus(found.iter().map(|finding| finding.saving).max().unwrap_or(Money::ZERO));
        for finding in found {
            let kind = totals.kinds.entry(finding.matter.kind()).or_default();
            kind.lines += 1;
            kind.monthly = kind.monthly.plus(monthly.unwrap_or(Money::ZERO));
            kind.saving = kind.saving.plus(finding.saving);
        }
    }
    let Bench { mut findings, mut unknown, unjudged, .. } = bench;
    findings.sort_by_key(|finding| (Reverse(finding.saving), finding.matter.kind(), finding.subject.msisdn));
    unknown.sort();
    Savings {
        account: Arc::clone(account),
        at: case.now,
        month: case.month(),
        thresholds: case.thresholds,
        totals,
        findings,
        unknown,
        unjudged,
        sample,
    }
}

/// The manifests, by line.
struct Declared<'a> {
    desired: Option<&'a Desired>,
    sims: BTreeMap<Msisdn, &'a DesiredSim>,
    /// Where an undeclared line is an unmanaged one: the planner's own rule, so that both say the same.
    territory: Option<Territory<'a>>,
}

impl<'a> Declared<'a> {
    fn of(case: &Case<'a>) -> Self {
        let desired = case.desired;
        let sims = desired.into_iter().flat_map(|desired| &desired.sims).map(|sim| (sim.msisdn, sim)).collect();
        Self { desired, sims, territory: desired.map(|desired| Territory::of(desired, &case.observed.catalogue)) }
    }

    fn is_unmanaged(&self, line: BilledLine<'_>) -> bool {
        let territory = self.territory.as_ref().filter(|_| !self.sims.contains_key(&line.sim.msisdn));
        territory.is_some_and(|territory| territory.report(line.sim).is_some())
    }
}

struct Bench<'a> {
    case: &'a Case<'a>,
    readings: &'a Readings,
    declared: &'a Declared<'a>,
    findings: Vec<Finding>,
    unknown: Vec<Unknown>,
    unjudged: Unjudged,
}

impl<'a> Bench<'a> {
    /// All that is to be said of one line. What ends a line saves its fee.
    fn line(&mut self, line: BilledLine<'a>, monthly: Option<Money>) {
        let fee = monthly.unwrap_or(Money::ZERO);
        if let Some(matter) = suspended::judge(line, self.readings) {
            self.found(line, monthly, matter, fee);
        }
        let session = self.session(line);
        if let Some(session) = session
            && idle::is_possible(self.case, line)
        {
            match idle::judge(self.case, line, session) {
                Ok(Some(matter)) => self.found(line, monthly, matter, fee),
                Ok(None) => {}
                Err(why) => self.unknown(line, Reading::Session, why),
            }
        }
        if let Some(matter) = device::judge(line, session) {
            self.found(line, monthly, matter, Money::ZERO);
        }
        self.traffic(line, monthly);
        if self.declared.is_unmanaged(line) {
            self.found(line, monthly, Matter::Unmanaged, Money::ZERO);
        }
    }

    fn session(&mut self, line: BilledLine<'a>) -> Option<&'a SessionReading> {
        if !needs(self.case, line, Reading::Session) {
            return None;
        }
        match self.readings.sessions.get(&line.sim.msisdn) {
            Some(Ok(session)) => Some(session),
            Some(Err(why)) => self.missing(line, Reading::Session, Some(why)),
            None => self.missing(line, Reading::Session, None),
        }
    }

    fn traffic(&mut self, line: BilledLine<'a>, monthly: Option<Money>) {
        if !line.is_active() {
            return;
        }
        let price = match traffic::measure(self.case, line) {
            Ok(price) => price,
            Err(Pointless::PayAsYouGo) => return self.unjudged.pay_as_you_go += 1,
            Err(Pointless::Unpriced) => return self.unjudged.unpriced += 1,
            Err(Pointless::Changing) => return self.unjudged.changing += 1,
        };
        self.unjudged.young += u64::from(!traffic::had_a_full_month(self.case, line));
        let judged = match self.readings.traffic.get(&line.sim.msisdn) {
            Some(Ok(reading)) => traffic::judge(self.case, line, price, reading),
            Some(Err(why)) => return self.missing(line, Reading::Traffic, Some(why)).unwrap_or_default(),
            None => return self.missing(line, Reading::Traffic, None).unwrap_or_default(),
        };
        match judged {
            Ok(Some((matter, saving))) => self.found(line, monthly, matter, saving),
            Ok(None) => {}
            Err(why) => self.unknown(line, Reading::Traffic, why),
        }
    }

    /// A reading that is not there. One that a limit left out is counted in the sample.
    fn missing<T>(&mut self, line: BilledLine<'a>, reading: Reading, failed: Option<&Arc<str>>) -> Option<T> {
        match failed {
            Some(why) => self.unknown(line, reading, UnknownWhy::Failed(Arc::clone(why))),
            None if !is_offered(self.case, line, reading) => self.unknown(line, reading, UnknownWhy::NotOffered),
            None => {}
        }
        None
    }

    fn unknown(&mut self, line: BilledLine<'a>, what: Reading, why: UnknownWhy) {
        self.unknown.push(Unknown { what, why, msisdn: line.sim.msisdn });
    }

    fn found(&mut self, line: BilledLine<'a>, monthly: Option<Money>, matter: Matter, saving: Money) {
        let sim = self.declared.sims.get(&line.sim.msisdn);
        let fleet = sim.and_then(|sim| self.declared.desired?.fleet_of(sim));
        let subject = Subject {
            msisdn: line.sim.msisdn,
            name: sim.and_then(|sim| sim.name.clone()),
            labels: sim.and_then(|sim| sim.labels.clone()),
            fleet: fleet.map(|fleet| Arc::clone(&fleet.name)),
            system: line.line.system.clone(),
            service: line.line.service.clone(),
            plan: line.line.plan.clone(),
            status: line.line.status.clone(),
            monthly,
        };
        self.findings.push(Finding { subject, saving, matter });
    }
}
