//! Reads a snapshot from its text.

use serde::de::DeserializeSeed as _;

use crate::carrier::convert::{catalogue_from, coupons_from};
use crate::carrier::snapshot::parts::{Parts, PartsSeed};
use crate::carrier::snapshot::{FORMAT_VERSION, Listing, Snapshot, join};
use crate::domain::{Observed, Purchases};

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
    let Parts {
        format_version,
        account,
        carrier,
        at,
        complete,
        system,
        plans,
        coupon_prices,
        usage_as_of,
        mut lines,
        mut chips,
        coupons,
        orders,
        reader: _,
    } = parts;
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
    let coupons = bought(coupons).map_err(|count| duplicates("couponApplications", count))?;
    let orders = bought(orders).map_err(|count| duplicates("orderApplications", count))?;
    let system = system.ok_or_else(|| lacks("system"))?;
    let mut catalogue = catalogue_from(&system, &plans.ok_or_else(|| lacks("plans"))?);
    for (plan, offers) in coupon_prices.unwrap_or_default() {
        if let Some(price) = catalogue.plans.get_mut(&plan) {
            price.coupons.extend(coupons_from(&offers));
        }
    }
    Ok(Snapshot {
        account: account.ok_or_else(|| lacks("account"))?,
        observed: Observed {
            carrier: carrier.ok_or_else(|| lacks("carrier"))?,
            at: at.ok_or_else(|| lacks("at"))?.0,
            complete: complete.ok_or_else(|| lacks("complete"))?,
            sims: join(lines, chips),
            catalogue,
            purchases: Purchases {
                coupons,
                orders,
                usage_as_of: usage_as_of.unwrap_or_default().into_iter().map(|(msisdn, at)| (msisdn, at.0)).collect(),
            },
        },
    })
}

/// The rows in the order of their keys, or how many keys stand there twice.
fn bought<R, K: Ord>(rows: Option<Listing<R, K>>) -> Result<Option<Vec<R>>, u64> {
    let Some(mut rows) = rows else { return Ok(None) };
    match rows.settle(|_| 0) {
        0 => Ok(Some(rows.into_rows().collect())),
        count => Err(count),
    }
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
