//! Lines by system number and service: one fleet each.

use std::collections::{BTreeMap, BTreeSet};

use super::row::{Home, LeftOut, PlanWish, Row, declare, is_code};
use crate::domain::{Desired, DesiredState, Function, Imei, Msisdn, Observed, ObservedSim, RatePlan, ServiceCode, SystemNumber};

/// The lines of one system number and service, or a part of them.
#[derive(Debug)]
pub(in crate::manifest) struct Fleet {
    pub(in crate::manifest) system: SystemNumber,
    pub(in crate::manifest) service: ServiceCode,
    /// Sorted by MSISDN.
    pub(in crate::manifest) rows: Vec<Row>,
    /// Chip SIMs among them that are in no stock and stand here because they have to stand somewhere.
    pub(in crate::manifest) homeless: BTreeSet<Msisdn>,
    /// Whether one IMEI is bound to several of the account's chip SIMs, of which one is here.
    pub(in crate::manifest) shares_imei: bool,
}

/// Everything observed, by fleet.
#[derive(Debug, Default)]
pub(in crate::manifest) struct Gathered {
    pub(in crate::manifest) fleets: Vec<Fleet>,
    /// The devices that are bound to several chip SIMs.
    pub(super) shared: BTreeSet<String>,
    /// For people.
    pub(in crate::manifest) left_out: Vec<String>,
}

type Key = (SystemNumber, ServiceCode);

/// Groups those that are wanted of what was observed. What is declared of them and no carrier knows is kept; a chip SIM that
/// could stand in several fleets stands in a declared one.
pub(in crate::manifest) fn gather(
    observed: &Observed,
    declared: Option<&Desired>,
    wanted: impl Fn(&ObservedSim) -> bool,
) -> Gathered {
    let mut fleets: BTreeMap<Key, Vec<Row>> = BTreeMap::new();
    let known = |system: &SystemNumber| declared?.fleets.iter().find(|fleet| fleet.system == *system);
    // Where a chip SIM that could stand in several fleets stands already, it stays.
    let stands = |msisdn: Msisdn| -> Option<Key> {
        let fleet = declared?.fleet_of(declared?.sim(msisdn)?)?;
        Some((fleet.system.clone(), fleet.service.clone()))
    };
    let mut homeless_at = BTreeSet::new();
    let mut stock: BTreeMap<SystemNumber, Vec<Row>> = BTreeMap::new();
    let mut homeless: Vec<Row> = Vec::new();
    let mut left_out: BTreeMap<LeftOut, Vec<Msisdn>> = BTreeMap::new();
    let with_own = |sim: &ObservedSim| {
        let mut row = declare(sim);
        if let (Ok((_, row)), Some(declared)) = (&mut row, declared.and_then(|declared| declared.sim(sim.msisdn))) {
            row.keep(declared, sim.line.is_some());
        }
        row
    };
    for sim in observed.sims.iter().filter(|sim| wanted(sim)) {
        match with_own(sim) {
            Ok((Home::Service(system, service), row)) => fleets.entry((system, service)).or_default().push(row),
            Ok((Home::Stock(system), row)) => match stands(row.msisdn).filter(|(fleet, _)| *fleet == system) {
                Some(key) => fleets.entry(key).or_default().push(row),
                None => stock.entry(system).or_default().push(row),
            },
            Ok((Home::Nowhere, row)) => {
                homeless_at.insert(row.msisdn);
                match stands(row.msisdn) {
                    Some(key) => fleets.entry(key).or_default().push(row),
                    None => homeless.push(row),
                }
            }
            Err(why) => left_out.entry(why).or_default().push(sim.msisdn),
        }
    }
    for (system, rows) in stock {
        let key = known(&system).map(|fleet| (system.clone(), fleet.service.clone()));
        match key.or_else(|| key_of(&system, observed, &fleets)) {
            Some(key) => fleets.entry(key).or_default().extend(rows),
            None => left_out.entry(LeftOut::Unnamed).or_default().extend(rows.iter().map(|row| row.msisdn)),
        }
    }
    if !homeless.is_empty() {
        let first = declared.and_then(|declared| declared.fleets.first());
        let key = first.map(|fleet| (fleet.system.clone(), fleet.service.clone()));
        match key.or_else(|| any_key(observed, &fleets)) {
            Some(key) => fleets.entry(key).or_default().extend(homeless),
            None => left_out.entry(LeftOut::Unnamed).or_default().extend(homeless.iter().map(|row| row.msisdn)),
        }
    }
    let shared = shared_devices(fleets.values().flatten());
    let fleets = fleets
        .into_iter()
        .map(|(key, mut rows)| {
            rows.sort_by_key(|row| row.msisdn);
            let homeless = rows.iter().map(|row| row.msisdn).filter(|msisdn| homeless_at.contains(msisdn)).collect();
            let shares_imei = shares(&rows, &shared);
            Fleet { system: key.0, service: key.1, rows, homeless, shares_imei }
        })
        .collect();
    Gathered { fleets, shared, left_out: left_out.into_iter().map(|(why, msisdns)| note(why, &msisdns)).collect() }
}

fn shares(rows: &[Row], shared: &BTreeSet<String>) -> bool {
    rows.iter().filter_map(device).any(|device| shared.contains(device))
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
pub(in crate::manifest) fn device(row: &Row) -> Option<&str> {
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
    /// Its lines by the value of a label; those without it last.
    pub(super) fn by_label(self, key: &str, shared: &BTreeSet<String>) -> Vec<(Option<String>, Fleet)> {
        let Self { system, service, rows, homeless, shares_imei: _ } = self;
        let mut groups: BTreeMap<(bool, Option<String>), Vec<Row>> = BTreeMap::new();
        for row in rows {
            let value = row.own.labels.as_ref().and_then(|labels| labels.get(key)).cloned();
            groups.entry((value.is_none(), value)).or_default().push(row);
        }
        let fleet = |rows: Vec<Row>| Fleet {
            system: system.clone(),
            service: service.clone(),
            homeless: rows.iter().map(|row| row.msisdn).filter(|msisdn| homeless.contains(msisdn)).collect(),
            shares_imei: shares(&rows, shared),
            rows,
        };
        groups.into_iter().map(|((_, value), rows)| (value, fleet(rows))).collect()
    }

    /// The most common declared rate plan; of equally common ones the first by name.
    pub(in crate::manifest) fn common_plan(&self) -> Option<&RatePlan> {
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
