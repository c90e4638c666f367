//! Seeds: rows put into the world from outside, all or nothing (DOMAIN 6).
//!
//! A seed is a JSON object with any of `now`, `systems`, `sims`, `chipSims`, `applications`, `ledger`,
//! `usage` and `sessions`. Rows are upserts; what a new row leaves out is filled in from its number,
//! what a known row leaves out stays. A snapshot is a seed.

mod fill;
mod row;
mod write;

pub(crate) use row::{SeedApplication, SeedEntry, SeedItem, SeedRow, SeedSession, SeedUsage};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::carrier::wire::ServiceInfo;
use crate::domain::Function;
use crate::emulator::core::Core;
use crate::emulator::error::{Failure, Outcome};
use crate::emulator::http::fields::Complaints;
use crate::emulator::store::services;

/// What a seed did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SeedReport {
    /// Lines written.
    pub sims: u64,
    /// Chip SIMs written (started ones count here and above).
    pub chip_sims: u64,
    /// Applications written.
    pub applications: u64,
}

/// A row that is taken, or what is wrong with it.
struct Lenient<T>(Result<T, String>);

impl<'de, T: serde::de::DeserializeOwned> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(Self(serde_json::from_value(value).map_err(|error| error.to_string())))
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, bound = "")]
struct Document {
    now: Option<Timestamp>,
    systems: Vec<Lenient<SeedSystem>>,
    sims: Vec<Lenient<SeedRow>>,
    chip_sims: Vec<Lenient<SeedRow>>,
    applications: Vec<Lenient<SeedApplication>>,
    ledger: Vec<Lenient<SeedEntry>>,
    usage: Vec<Lenient<SeedUsage>>,
    sessions: Vec<Lenient<SeedSession>>,
}

/// A seed whose rows are all well formed.
struct Checked {
    systems: Vec<(String, Vec<ServiceInfo>)>,
    sims: Vec<SeedRow>,
    chip_sims: Vec<SeedRow>,
    applications: Vec<SeedApplication>,
    ledger: Vec<SeedEntry>,
    usage: Vec<SeedUsage>,
    sessions: Vec<SeedSession>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SeedSystem {
    system_no: String,
    #[serde(default)]
    services: Vec<SeedService>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SeedService {
    service_code: String,
    functions: Option<Vec<u8>>,
}

/// Takes a seed, all of it or nothing.
pub(crate) fn seed(core: &Core, json: &[u8]) -> Outcome<SeedReport> {
    let document: Document = serde_json::from_slice(json).map_err(|error| Failure::parameter("body", error.to_string()))?;
    let now = document.now;
    let checked = check(document)?;
    core.move_clock(|clock, real| Ok(now.map_or(*clock, |to| clock.set(to, real))), |world| write::write(world, checked))
}

fn check(document: Document) -> Outcome<Checked> {
    let mut complaints = Complaints::default();
    let checked = Checked {
        systems: rows("systems", document.systems, &mut complaints, system_problem).into_iter().map(functions).collect(),
        sims: rows("sims", document.sims, &mut complaints, |row| row.problem(false)),
        chip_sims: rows("chipSims", document.chip_sims, &mut complaints, |row| row.problem(true)),
        applications: rows("applications", document.applications, &mut complaints, SeedApplication::problem),
        ledger: rows("ledger", document.ledger, &mut complaints, |_| None),
        usage: rows("usage", document.usage, &mut complaints, |_| None),
        sessions: rows("sessions", document.sessions, &mut complaints, |_| None),
    };
    complaints.settle()?;
    Ok(checked)
}

fn rows<T>(name: &str, rows: Vec<Lenient<T>>, complaints: &mut Complaints, problem: impl Fn(&T) -> Option<String>) -> Vec<T> {
    let mut taken = Vec::with_capacity(rows.len());
    for (index, Lenient(row)) in rows.into_iter().enumerate() {
        match row.and_then(|row| problem(&row).map_or(Ok(row), Err)) {
            Ok(row) => taken.push(row),
            Err(reason) => complaints.add(format!("{name}[{index}]"), reason),
        }
    }
    taken
}

fn system_problem(system: &SeedSystem) -> Option<String> {
    let mut functions = system.services.iter().flat_map(|service| service.functions.iter().flatten());
    if system.system_no.is_empty() {
        return Some("systemNo is empty".to_owned());
    }
    let wrong = functions.find(|number| Function::from_number(**number).is_none())?;
    Some(format!("{wrong} is no function's number (1 to 19)"))
}

fn functions(system: SeedSystem) -> (String, Vec<ServiceInfo>) {
    let mut infos: Vec<ServiceInfo> = Vec::new();
    for service in system.services {
        infos.push(match service.functions {
            Some(functions) => ServiceInfo { service_code: service.service_code, functions },
            None => services::full(&service.service_code),
        });
    }
    if infos.is_empty() {
        infos.push(services::full(services::DEFAULT_SERVICE));
    }
    (system.system_no, infos)
}
