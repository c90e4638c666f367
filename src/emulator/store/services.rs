//! System numbers, their services, and the functions each offers.

use rusqlite::Connection;

use super::column::broken;
use crate::carrier::wire::{ServiceInfo, SystemInfo};
use crate::domain::Function;

/// The service that chips and cards get when nothing else is said.
pub(crate) const DEFAULT_SERVICE: &str = "m2m-lte";

/// The system number that there is from the start.
pub(crate) const DEFAULT_SYSTEM: &str = "S0001234";

/// Every system with its services, in the order in which they came.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<SystemInfo>> {
    let mut statement = db.prepare_cached("SELECT system_no, service_code, functions FROM services ORDER BY place")?;
    let mut rows = statement.query([])?;
    let mut systems: Vec<SystemInfo> = Vec::new();
    while let Some(row) = rows.next()? {
        let system_no: String = row.get(0)?;
        let functions = row.get_ref(2)?.as_str().unwrap_or("[]");
        let service = ServiceInfo {
            service_code: row.get(1)?,
            functions: serde_json::from_str(functions).map_err(|error| broken(2, error))?,
        };
        match systems.iter_mut().find(|system| system.system_no == system_no) {
            Some(system) => system.services.push(service),
            None => systems.push(SystemInfo { system_no, services: vec![service] }),
        }
    }
    Ok(systems)
}

/// Writes a service over what was there.
pub(crate) fn put(db: &Connection, system_no: &str, service: &ServiceInfo) -> rusqlite::Result<()> {
    let functions = serde_json::to_string(&service.functions).map_err(|error| broken(2, error))?;
    db.prepare_cached(
        "INSERT INTO services (system_no, service_code, functions) VALUES (?1, ?2, ?3) \
         ON CONFLICT (system_no, service_code) DO UPDATE SET functions = excluded.functions",
    )?
    .execute((system_no, &service.service_code, functions))?;
    Ok(())
}

/// A service with all nineteen functions.
pub(crate) fn full(service_code: &str) -> ServiceInfo {
    ServiceInfo { service_code: service_code.to_owned(), functions: Function::ALL.into_iter().map(Function::number).collect() }
}

/// Makes a system's service, with all functions, unless there is one.
pub(crate) fn ensure(db: &Connection, system_no: &str, service_code: &str) -> rusqlite::Result<()> {
    let functions = serde_json::to_string(&full(service_code).functions).map_err(|error| broken(2, error))?;
    db.prepare_cached("INSERT OR IGNORE INTO services (system_no, service_code, functions) VALUES (?1, ?2, ?3)")?.execute((
        system_no,
        service_code,
        functions,
    ))?;
    Ok(())
}

/// The service that a system's new chips get: the usual one if the system has it, else its first.
pub(crate) fn default_of(db: &Connection, system_no: &str) -> rusqlite::Result<String> {
    let known = db
        .prepare_cached("SELECT service_code FROM services WHERE system_no = ?1 ORDER BY service_code <> ?2, place LIMIT 1")?
        .query_row((system_no, DEFAULT_SERVICE), |row| row.get(0));
    match known {
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(DEFAULT_SERVICE.to_owned()),
        other => other,
    }
}

/// The functions of a service; none if the contractor has no such system or service.
pub(crate) fn functions(db: &Connection, system_no: &str, service_code: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut statement = db.prepare_cached("SELECT functions FROM services WHERE system_no = ?1 AND service_code = ?2")?;
    let mut rows = statement.query((system_no, service_code))?;
    match rows.next()? {
        Some(row) => serde_json::from_str(row.get_ref(0)?.as_str().unwrap_or("[]")).map(Some).map_err(|error| broken(0, error)),
        None => Ok(None),
    }
}

/// Whether the contractor has that system number.
pub(crate) fn owned(db: &Connection, system_no: &str) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT EXISTS (SELECT 1 FROM services WHERE system_no = ?1)")?.query_row([system_no], |row| row.get(0))
}
