//! Pages of the two lists. A list's keys are cached in order, so that any page is a slice and the
//! total a length; the cache is as good as the generation it was read at.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, ToSql};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::carrier::wire::{ChipSim, Line};
use crate::domain::{ChipStatus, LineStatus, Msisdn};
use crate::emulator::error::Error;
use crate::emulator::store::generation::{self, List};
use crate::emulator::store::{applications, chips, history, lines};

/// Lists kept; the oldest is dropped for a new one.
const CACHED: usize = 12;

/// What a list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Filter {
    /// System number.
    pub(crate) system_no: Option<String>,
    /// Status, by its wire name.
    pub(crate) status: Option<String>,
    /// Plan in force (lines only).
    pub(crate) plan_code: Option<String>,
    /// Changed at or after (lines only).
    pub(crate) updated_since: Option<Timestamp>,
}

/// A row of one of the two lists.
pub(crate) trait Listed: Serialize + DeserializeOwned + Clone {
    /// The list.
    const LIST: List;

    /// The rows of a range of numbers.
    fn fetch(db: &Connection, first: Msisdn, last: Msisdn, now: Timestamp) -> rusqlite::Result<Vec<Self>>;

    /// The key.
    fn msisdn(&self) -> Msisdn;

    /// Whether a filter lets it through.
    fn passes(&self, filter: &Filter) -> bool;

    /// Gives it a status that nobody knows.
    fn obscure(&mut self);
}

/// The status of the fault `unknownStatus`, and its label.
pub(crate) const OBSCURE: (&str, &str) = ("underReview", "審査中");

impl Listed for Line {
    const LIST: List = List::Lines;

    fn fetch(db: &Connection, first: Msisdn, last: Msisdn, now: Timestamp) -> rusqlite::Result<Vec<Self>> {
        let mut pending = applications::pending(db, first, last, now)?;
        let rows = lines::range(db, first, last)?;
        Ok(rows.into_iter().map(|row| row.wire(pending.remove(&row.msisdn).unwrap_or_default(), now)).collect())
    }

    fn msisdn(&self) -> Msisdn {
        self.msisdn
    }

    fn passes(&self, filter: &Filter) -> bool {
        filter.system_no.as_ref().is_none_or(|system_no| *system_no == self.system_no)
            && filter.status.as_ref().is_none_or(|status| status == self.status.wire())
            && filter.plan_code.as_ref().is_none_or(|plan_code| *plan_code == self.plan_code)
            && filter.updated_since.is_none_or(|since| self.updated_at.is_some_and(|at| at.0 >= since))
    }

    fn obscure(&mut self) {
        self.status = LineStatus::from_wire(OBSCURE.0);
        OBSCURE.1.clone_into(&mut self.status_label);
    }
}

impl Listed for ChipSim {
    const LIST: List = List::Chips;

    fn fetch(db: &Connection, first: Msisdn, last: Msisdn, now: Timestamp) -> rusqlite::Result<Vec<Self>> {
        let mut pending = applications::pending(db, first, last, now)?;
        let rows = chips::range(db, first, last)?;
        Ok(rows.into_iter().map(|row| row.wire(pending.remove(&row.msisdn).unwrap_or_default())).collect())
    }

    fn msisdn(&self) -> Msisdn {
        self.msisdn
    }

    fn passes(&self, filter: &Filter) -> bool {
        filter.system_no.as_ref().is_none_or(|system_no| self.system_no.as_ref() == Some(system_no))
            && filter.status.as_ref().is_none_or(|status| status == self.status.wire())
    }

    fn obscure(&mut self) {
        self.status = ChipStatus::from_wire(OBSCURE.0);
        OBSCURE.1.clone_into(&mut self.status_label);
    }
}

/// Keys of lists, in order.
#[derive(Debug, Default)]
pub(crate) struct Keys(Mutex<BTreeMap<(List, Filter), Cached>>);

#[derive(Debug)]
struct Cached {
    generation: i64,
    used: u64,
    keys: Arc<[Msisdn]>,
}

impl Keys {
    /// The keys of a list, in order.
    pub(crate) fn of(&self, db: &Connection, list: List, filter: &Filter) -> rusqlite::Result<Arc<[Msisdn]>> {
        let (members, changes) = generation::of(db, list)?;
        // Without a filter only comings and goings matter; with one any change may.
        let generation = if *filter == Filter::default() { members } else { changes };
        let name = (list, filter.clone());
        {
            let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let newest = cache.values().map(|cached| cached.used).max().unwrap_or(0);
            if let Some(cached) = cache.get_mut(&name).filter(|cached| cached.generation == generation) {
                cached.used = newest + 1;
                return Ok(Arc::clone(&cached.keys));
            }
        }
        let keys: Arc<[Msisdn]> = read(db, list, filter)?.into();
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let used = cache.values().map(|cached| cached.used).max().unwrap_or(0) + 1;
        if cache.len() >= CACHED
            && let Some(oldest) = cache.iter().min_by_key(|(_, cached)| cached.used).map(|(name, _)| name.clone())
        {
            cache.remove(&oldest);
        }
        cache.insert(name, Cached { generation, used, keys: Arc::clone(&keys) });
        Ok(keys)
    }
}

fn read(db: &Connection, list: List, filter: &Filter) -> rusqlite::Result<Vec<Msisdn>> {
    let table = list.table();
    if *filter == Filter::default() {
        return collect(db, &format!("SELECT msisdn FROM {table} INDEXED BY {table}_msisdn ORDER BY msisdn"), &[]);
    }
    let since = filter.updated_since.map(Timestamp::as_second);
    let conditions: [(&str, Option<&dyn ToSql>); 4] = [
        ("status", filter.status.as_ref().map(|value| value as &dyn ToSql)),
        ("plan_code", filter.plan_code.as_ref().map(|value| value as &dyn ToSql)),
        ("system_no", filter.system_no.as_ref().map(|value| value as &dyn ToSql)),
        ("updated_at", since.as_ref().map(|value| value as &dyn ToSql)),
    ];
    let mut clauses = Vec::new();
    let mut values = Vec::new();
    for (column, value) in conditions {
        if let Some(value) = value {
            clauses.push(format!("{column} {} ?", if column == "updated_at" { ">=" } else { "=" }));
            values.push(value);
        }
    }
    // Sorted here: the index that finds few rows is better than the one that yields them in order.
    let mut keys = collect(db, &format!("SELECT msisdn FROM {table} WHERE {}", clauses.join(" AND ")), &values)?;
    keys.sort_unstable();
    Ok(keys)
}

fn collect(db: &Connection, sql: &str, values: &[&dyn ToSql]) -> rusqlite::Result<Vec<Msisdn>> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let mut keys = Vec::new();
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str().unwrap_or_default();
        keys.extend(Msisdn::parse(text).ok());
    }
    Ok(keys)
}

/// A page, counted from 1, and the size of the whole list.
pub(crate) fn page<T: Listed>(
    db: &Connection,
    all: &Keys,
    filter: &Filter,
    (page, page_size): (u64, u64),
    now: Timestamp,
) -> Result<(Vec<T>, u64), Error> {
    let keys = all.of(db, T::LIST, filter)?;
    let all = all.of(db, T::LIST, &Filter::default())?;
    Ok((rows(db, slice(&keys, page, page_size), &all, now)?, keys.len() as u64))
}

fn slice(keys: &[Msisdn], page: u64, page_size: u64) -> &[Msisdn] {
    let start = page.saturating_sub(1).saturating_mul(page_size);
    let end = start.saturating_add(page_size).min(keys.len() as u64);
    let place = |index: u64| usize::try_from(index).unwrap_or(usize::MAX);
    keys.get(place(start)..place(end)).unwrap_or_default()
}

/// The rows of some keys: read in one sweep where they lie close together among all keys, else singly.
fn rows<T: Listed>(db: &Connection, keys: &[Msisdn], all: &[Msisdn], now: Timestamp) -> rusqlite::Result<Vec<T>> {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else {
        return Ok(Vec::new());
    };
    let spread = all.partition_point(|key| key <= last) - all.partition_point(|key| key < first);
    if spread <= keys.len().saturating_mul(4) {
        let mut rows = T::fetch(db, *first, *last, now)?;
        if spread > keys.len() {
            rows.retain(|row| keys.binary_search(&row.msisdn()).is_ok());
        }
        return Ok(rows);
    }
    let mut rows = Vec::with_capacity(keys.len());
    for key in keys {
        rows.extend(T::fetch(db, *key, *key, now)?);
    }
    Ok(rows)
}

/// The same page as it was at an earlier moment, as far back as the past is kept.
pub(crate) fn past_page<T: Listed>(
    db: &Connection,
    keys: &Keys,
    filter: &Filter,
    (page, page_size): (u64, u64),
    now: Timestamp,
    then: Timestamp,
) -> Result<(Vec<T>, u64), Error> {
    let mut past: BTreeMap<Msisdn, Option<T>> = BTreeMap::new();
    for (msisdn, image) in history::since(db, T::LIST, then)? {
        let row = image.map(|image| serde_json::from_str::<T>(&image)).transpose();
        let row = row.map_err(|error| Error::Corrupt(error.to_string()))?;
        past.insert(msisdn, row.filter(|row| row.passes(filter)));
    }
    let now_keys = keys.of(db, T::LIST, filter)?;
    let mut then_keys: Vec<Msisdn> = now_keys.iter().copied().filter(|key| !past.contains_key(key)).collect();
    then_keys.extend(past.iter().filter(|(_, row)| row.is_some()).map(|(key, _)| *key));
    then_keys.sort_unstable();
    let mut result = Vec::new();
    for key in slice(&then_keys, page, page_size) {
        match past.get(key) {
            Some(row) => result.extend(row.clone()),
            None => result.extend(T::fetch(db, *key, *key, now)?),
        }
    }
    Ok((result, then_keys.len() as u64))
}
