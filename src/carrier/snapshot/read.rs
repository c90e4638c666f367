//! Reads a snapshot: rows are converted as they are read, so the text is held once and the wire rows
//! never all at once.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::carrier::convert::{RowReader, catalogue_from};
use crate::carrier::snapshot::{FORMAT_VERSION, Listing, Snapshot, join};
use crate::carrier::wire::{ChipSim, Line, PlanOffer, SystemAnswer};
use crate::domain::calendar::JstTime;
use crate::domain::{CarrierIdentity, ChipRow, LineRow, Observed, Purchases};

/// Why a text is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// No JSON, or of another shape.
    #[error("{file}:{line}:{column}: {}{problem}", if path.is_empty() { String::new() } else { format!("{path}: ") })]
    Malformed {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// The place inside the document, such as `sims[3].msisdn`.
        path: String,
        /// What is wrong.
        problem: String,
    },
    /// Written by a later version of simfleet.
    #[error(
        "{file}: the snapshot has format {found}, this version reads {FORMAT_VERSION}; take a newer simfleet, or observe again"
    )]
    Version {
        /// The file.
        file: String,
        /// Its format.
        found: String,
    },
    /// A number stands twice in a list.
    #[error("{file}: {count} of the numbers in `{list}` stand there twice; observe again")]
    Duplicates {
        /// The file.
        file: String,
        /// `sims` or `chipSims`.
        list: &'static str,
        /// How many.
        count: u64,
    },
}

/// Reads a snapshot from its text; `file` is its name in errors.
pub fn read_snapshot(file: &str, text: &[u8]) -> Result<Snapshot, SnapshotError> {
    let mut parts = Parts::default();
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let outcome = PartsSeed(&mut parts).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    if let Err(error) = outcome {
        return Err(malformed(file, text, &error));
    }
    let Parts { format_version, account, carrier, at, complete, system, plans, mut lines, mut chips, reader: _ } = parts;
    let lacks = |field: &str| SnapshotError::Malformed {
        file: file.to_owned(),
        line: 1,
        column: 1,
        path: String::new(),
        problem: format!("this is no snapshot: `{field}` is missing"),
    };
    let format_version = format_version.ok_or_else(|| lacks("formatVersion"))?;
    let major = |version: &str| version.split('.').next().unwrap_or_default().to_owned();
    if major(&format_version) != major(FORMAT_VERSION) {
        return Err(SnapshotError::Version { file: file.to_owned(), found: format_version });
    }
    let duplicates = |list, count| SnapshotError::Duplicates { file: file.to_owned(), list, count };
    match (lines.settle(|row| row.version), chips.settle(|row| row.version)) {
        (0, 0) => {}
        (0, count) => return Err(duplicates("chipSims", count)),
        (count, _) => return Err(duplicates("sims", count)),
    }
    let system = system.ok_or_else(|| lacks("system"))?;
    Ok(Snapshot {
        account: account.ok_or_else(|| lacks("account"))?,
        observed: Observed {
            carrier: carrier.ok_or_else(|| lacks("carrier"))?,
            at: at.ok_or_else(|| lacks("at"))?.0,
            complete: complete.ok_or_else(|| lacks("complete"))?,
            sims: join(lines, chips),
            catalogue: catalogue_from(&system, &plans.ok_or_else(|| lacks("plans"))?),
            purchases: Purchases::default(),
        },
    })
}

/// Reads once more, noting where it is: that costs time, which only an error is worth.
fn malformed(file: &str, text: &[u8], error: &serde_json::Error) -> SnapshotError {
    let mut track = serde_path_to_error::Track::new();
    let mut parts = Parts::default();
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let again = PartsSeed(&mut parts).deserialize(serde_path_to_error::Deserializer::new(&mut deserializer, &mut track));
    let path = match again {
        Ok(()) => String::new(),
        Err(_) => track.path().to_string(),
    };
    let words = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    SnapshotError::Malformed {
        file: file.to_owned(),
        line: error.line(),
        column: error.column(),
        path: if path == "." { String::new() } else { path },
        problem: words.strip_suffix(&place).unwrap_or(&words).to_owned(),
    }
}

#[derive(Default)]
struct Parts {
    format_version: Option<String>,
    account: Option<Arc<str>>,
    carrier: Option<CarrierIdentity>,
    at: Option<JstTime>,
    complete: Option<bool>,
    system: Option<SystemAnswer>,
    plans: Option<Vec<PlanOffer>>,
    lines: Listing<LineRow>,
    chips: Listing<ChipRow>,
    reader: RowReader,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Key {
    FormatVersion,
    Account,
    Carrier,
    At,
    Complete,
    System,
    Plans,
    Sims,
    ChipSims,
    #[serde(other)]
    Unknown,
}

struct PartsSeed<'p>(&'p mut Parts);

impl<'de> DeserializeSeed<'de> for PartsSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PartsSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a snapshot as `simfleet observe` writes it")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Parts { format_version, account, carrier, at, complete, system, plans, lines, chips, reader } = self.0;
        while let Some(key) = map.next_key()? {
            match key {
                Key::FormatVersion => once("formatVersion", format_version, map.next_value()?)?,
                Key::Account => once("account", account, map.next_value()?)?,
                Key::Carrier => once("carrier", carrier, map.next_value()?)?,
                Key::At => once("at", at, map.next_value()?)?,
                Key::Complete => once("complete", complete, map.next_value()?)?,
                Key::System => once("system", system, map.next_value()?)?,
                Key::Plans => once("plans", plans, map.next_value()?)?,
                Key::Sims => map.next_value_seed(Rows::new(|row: Line| lines.push(row.msisdn, reader.line(&row))))?,
                Key::ChipSims => map.next_value_seed(Rows::new(|row: ChipSim| chips.push(row.msisdn, reader.chip(&row))))?,
                Key::Unknown => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

fn once<T, E: serde::de::Error>(name: &'static str, slot: &mut Option<T>, value: T) -> Result<(), E> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::duplicate_field(name)),
    }
}

/// Hands each row of an array to a function.
struct Rows<R, F> {
    take: F,
    row: PhantomData<fn() -> R>,
}

impl<'de, R: Deserialize<'de>, F: FnMut(R)> Rows<R, F> {
    fn new(take: F) -> Self {
        Self { take, row: PhantomData }
    }
}

impl<'de, R: Deserialize<'de>, F: FnMut(R)> DeserializeSeed<'de> for Rows<R, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, R: Deserialize<'de>, F: FnMut(R)> Visitor<'de> for Rows<R, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut rows: A) -> Result<(), A::Error> {
        while let Some(row) = rows.next_element::<R>()? {
            (self.take)(row);
        }
        Ok(())
    }
}
