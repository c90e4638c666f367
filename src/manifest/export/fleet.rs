//! Lines by system number and service: one fleet each.

use std::collections::{BTreeMap, BTreeSet};

use super::row::{Home, LeftOut, PlanWish, Row, declare, is_code};
use crate::domain::{DesiredState, Function, Imei, Msisdn, Observed, RatePlan, ServiceCode, SystemNumber};

/// The lines of one system number and service.
#[derive(Debug)]
pub(super) struct Fleet {
    pub(super) system: SystemNumber,
    pub(super) service: ServiceCode,
    /// Sorted by MSISDN.
    pub(super) rows: Vec<Row>,
    /// Chip SIMs among them that are in no stock and stand here because they have to stand somewhere.
    pub(super) homeless: usize,
    /// Whether one IMEI is bound to several of the account's chip SIMs, of which one is here.
    pub(super) shares_imei: bool,
}

/// Everything observed, by fleet.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) fleets: Vec<Fleet>,
    /// For people.
    pub(super) left_out: Vec<String>,
}

type Key = (SystemNumber, ServiceCode);

/// Groups what was observed.
pub(super) fn gather(observed: &Observed) -> Gathered {
    let mut fleets: BTreeMap<Key, Vec<Row>> = BTreeMap::new();
    let mut stock: BTreeMap<SystemNumber, Vec<Row>> = BTreeMap::new();
    let mut homeless: Vec<Row> = Vec::new();
    let mut left_out: BTreeMap<LeftOut, Vec<Msisdn>> = BTreeMap::new();
    for sim in &observed.sims {
        match declare(sim) {
            Ok((Home::Service(system, service), row)) => fleets.entry((system, service)).or_default().push(row),
            Ok((Home::Stock(system), row)) => stock.entry(system).or_default().push(row),
            Ok((Home::Nowhere, row)) => homeless.push(row),
            Err(why) => left_out.entry(why).or_default().push(sim.msisdn),
        }
    }
    for (system, rows) in stock {
        match key_of(&system, observed, &fleets) {
            Some(key) => fleets.entry(key).or_default().extend(rows),
            None => left_out.entry(LeftOut::Unnamed).or_default().extend(rows.iter().map(|row| row.msisdn)),
        }
    }
    let mut homeless_at = None;
    if !homeless.is_empty() {
        match any_key(observed, &fleets) {
            Some(key) => {
                homeless_at = Some((key.clone(), homeless.len()));
                fleets.entry(key).or_default().extend(homeless);
            }
            None => left_out.entry(LeftOut::Unnamed).or_default().extend(homeless.iter().map(|row| row.msisdn)),
        }
    }
    let shared = shared_devices(fleets.values().flatten());
    let fleets = fleets
        .into_iter()
        .map(|(key, mut rows)| {
            rows.sort_by_key(|row| row.msisdn);
            let homeless = homeless_at.as_ref().filter(|(home, _)| *home == key).map_or(0, |(_, count)| *count);
            let shares_imei = rows.iter().filter_map(device).any(|device| shared.contains(device));
            Fleet { system: key.0, service: key.1, rows, homeless, shares_imei }
        })
        .collect();
    Gathered { fleets, left_out: left_out.into_iter().map(|(why, msisdns)| note(why, &msisdns)).collect() }
}

/// The service under which the chip SIMs in a system number's stock are declared: one that can start
/// their use.
fn key_of(system: &SystemNumber, observed: &Observed, fleets: &BTreeMap<Key, Vec<Row>>) -> Option<Key> {
    let services = observed.catalogue.systems.get(system).map(|system| &system.services);
    let offered = services.into_iter().flatten().filter(|(service, _)| is_code(service.as_str()));
    let starts = offered.clone().find(|(_, service)| service.functions.contains(&Function::StartUse));
    let known = starts.or_else(|| offered.clone().next()).map(|(service, _)| service);
    let with_lines = || fleets.keys().find(|(fleet, _)| fleet == system).map(|(_, service)| service);
    Some((system.clone(), known.or_else(with_lines)?.clone()))
}

/// The fleet of chip SIMs that are in no stock: the account's first system number.
fn any_key(observed: &Observed, fleets: &BTreeMap<Key, Vec<Row>>) -> Option<Key> {
    let systems = observed.catalogue.systems.keys().filter(|system| is_code(system.as_str()));
    systems
        .map(|system| key_of(system, observed, fleets))
        .find(Option::is_some)
        .flatten()
        .or_else(|| fleets.keys().next().cloned())
}

/// The device that a line claims; a tombstone sets its device free.
fn device(row: &Row) -> Option<&str> {
    row.imei.as_ref().filter(|_| row.state != Some(DesiredState::Terminated)).map(Imei::device)
}

fn shared_devices<'a>(rows: impl Iterator<Item = &'a Row>) -> BTreeSet<String> {
    let mut devices: Vec<&str> = rows.filter_map(device).collect();
    devices.sort_unstable();
    devices
        .chunk_by(|left, right| left == right)
        .filter(|same| same.len() > 1)
        .filter_map(|same| same.first())
        .map(|device| (*device).to_owned())
        .collect()
}

fn note(why: LeftOut, msisdns: &[Msisdn]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<&str> = msisdns.iter().take(SHOWN).map(Msisdn::as_str).collect();
    let more = if msisdns.len() > SHOWN { format!(" and {} more", msisdns.len() - SHOWN) } else { String::new() };
    let why = match why {
        LeftOut::StartedWithoutLine => {
            "the list of chip SIMs calls them started, but the list of lines does not hold them (over, or the list is behind)"
        }
        LeftOut::Unnamed => "their system number or service is unknown, or cannot be written into a manifest",
    };
    format!("left out: {}{more}: {why}", shown.join(", "))
}

impl Fleet {
    /// The most common declared rate plan; of equally common ones the first by name.
    pub(super) fn common_plan(&self) -> Option<&RatePlan> {
        let mut counts: BTreeMap<&RatePlan, usize> = BTreeMap::new();
        for row in &self.rows {
            if let PlanWish::Is(plan) = &row.plan {
                *counts.entry(plan).or_default() += 1;
            }
        }
        let most = counts.values().copied().max()?;
        counts.into_iter().find(|(_, count)| *count == most).map(|(plan, _)| plan)
    }
}
