//! Whether a log is what was written: any edit, removal, insertion or move of a record is found. Pure.
//!
//! What cannot be found is the end: a log that was cut off behind a record is a shorter log. For that a
//! head is kept elsewhere (`apply` prints it, and the journal remembers it) and looked for here.

use serde_json::Value;

use super::chain::{BEGINNING, Head, Sealed, Unsealed, digest, is_torn, unseal};

/// What a whole log is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Its records.
    pub records: u64,
    /// Lines that a killed writer left unfinished, and that the next one named.
    pub torn: u64,
    /// The real time of its first record.
    pub first: Option<String>,
    /// The real time of its last record.
    pub last: Option<String>,
    /// The last record of the log before this one, where that was moved away.
    pub continues: Option<Head>,
    /// Its last record.
    pub head: Option<Head>,
}

/// The first thing that is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {flaw}")]
pub struct Broken {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What can be wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It never was a record.
    #[error("this is no record of an audit log: it was inserted or edited")]
    NoRecord,
    /// A record whose hash does not fit.
    #[error("this record was edited: its hash does not fit it")]
    Edited,
    /// Records before it are gone.
    #[error("{} before this one", gone(*.from, *.to))]
    Removed {
        /// The first that is gone.
        from: u64,
        /// The last.
        to: u64,
    },
    /// It was here before, or belongs elsewhere.
    #[error("record {found} stands behind record {after}: it was inserted, repeated or moved")]
    Misplaced {
        /// The record before it.
        after: u64,
        /// Its own number.
        found: u64,
    },
    /// Its number is right, and it continues another record.
    #[error("record {found} does not continue the one before it: one of them was replaced")]
    Replaced {
        /// Its number.
        found: u64,
    },
    /// The last line is unfinished.
    #[error(
        "the last line ends after {bytes} bytes: the run that wrote it was killed (then the next apply ends the line and \
         names it), or the log was cut"
    )]
    Torn {
        /// Its length.
        bytes: u64,
    },
    /// The last line is a whole record without the end of its line.
    #[error("the end of the last line is missing")]
    Unended,
    /// The end of the log was cut off, and it was gone on from there.
    #[error("the log was cut before this record: record {known}, which the journal knows, is not in it")]
    Cut {
        /// The record that is gone.
        known: u64,
    },
    /// It names a torn line that is not there, or another one.
    #[error("this record names a torn line of {bytes} bytes that does not stand before it")]
    TornGone {
        /// The length it names.
        bytes: u64,
    },
}

fn gone(from: u64, to: u64) -> String {
    if from == to { format!("record {from} is missing") } else { format!("records {from} to {to} are missing") }
}

/// Takes a log line by line.
#[derive(Debug, Default)]
pub struct Verifier {
    verified: Verified,
    line: u64,
    /// Lines that are no records, and have not been named as torn so far: the first with its flaw, and all
    /// their bytes.
    unnamed: Option<(u64, Flaw)>,
    region: Vec<u8>,
    broken: Option<Broken>,
}

impl Verifier {
    /// One more line, with its end. Says what it holds, where it is a record in its place.
    pub fn line(&mut self, bytes: &[u8]) -> Option<Sealed> {
        self.line += 1;
        if self.broken.is_some() {
            return None;
        }
        let (content, is_ended) = bytes.strip_suffix(b"\n").map_or((bytes, false), |content| (content, true));
        let flaw = match unseal(content) {
            Ok(record) if is_ended => return self.record(record),
            Ok(_) => Flaw::Unended,
            Err(_) if !is_ended && is_torn(content) => Flaw::Torn { bytes: count(content.len()) },
            Err(Unsealed::NoRecord) => Flaw::NoRecord,
            Err(Unsealed::Edited) => Flaw::Edited,
        };
        self.unnamed.get_or_insert((self.line, flaw));
        self.region.extend_from_slice(bytes);
        None
    }

    fn record(&mut self, record: Sealed) -> Option<Sealed> {
        let torn = torn_of(&record);
        if let Some((line, flaw)) = self.unnamed.take() {
            let region = std::mem::take(&mut self.region);
            let named = torn.as_ref().is_some_and(|(bytes, sha256)| names(&region, *bytes, sha256));
            if !named {
                return self.break_at(line, flaw);
            }
            self.verified.torn += count(region.split(|byte| *byte == b'\n').count()).saturating_sub(1);
        } else if let Some((bytes, _)) = torn {
            return self.break_at(self.line, Flaw::TornGone { bytes });
        }
        let (before, prev) = self.verified.head.as_ref().map_or((0, BEGINNING), |head| (head.seq, head.hash.as_str()));
        let found = record.seq;
        let flaw = if found == before.saturating_add(1) {
            (record.prev != prev).then_some(Flaw::Replaced { found })
        } else if found > before {
            Some(Flaw::Removed { from: before.saturating_add(1), to: found.saturating_sub(1) })
        } else {
            Some(Flaw::Misplaced { after: before, found })
        };
        if let Some(flaw) = flaw {
            return self.break_at(self.line, flaw);
        }
        if let Some(known) = gap_of(&record) {
            // Behind the first `run`, it says where an earlier log ended. Several accounts of one log may say so.
            if record.seq <= 2 {
                self.verified.continues = Some(known);
            } else if self.verified.continues.as_ref().is_none_or(|continues| continues.seq < known.seq) {
                return self.break_at(self.line, Flaw::Cut { known: known.seq });
            }
        }
        let at = record.fields.get("at").and_then(Value::as_str).map(str::to_owned);
        self.verified.records += 1;
        self.verified.first = self.verified.first.take().or_else(|| at.clone());
        self.verified.last = at;
        self.verified.head = Some(Head { seq: record.seq, hash: record.hash.clone() });
        Some(record)
    }

    fn break_at(&mut self, line: u64, flaw: Flaw) -> Option<Sealed> {
        self.broken = Some(Broken { line, flaw });
        None
    }

    /// The end of the log.
    pub fn finish(self) -> Result<Verified, Broken> {
        let unnamed = self.unnamed.map(|(line, flaw)| Broken { line, flaw });
        self.broken.or(unnamed).map_or(Ok(self.verified), Err)
    }
}

/// The bytes that a record names as torn.
fn torn_of(record: &Sealed) -> Option<(u64, String)> {
    if record.fields.get("event")? != "torn" {
        return None;
    }
    let bytes = record.fields.get("bytes").and_then(Value::as_u64).unwrap_or_default();
    let sha256 = record.fields.get("sha256").and_then(Value::as_str).unwrap_or_default();
    Some((bytes, sha256.to_owned()))
}

/// The record that another one says the journal knows.
fn gap_of(record: &Sealed) -> Option<Head> {
    if record.fields.get("event")? != "gap" {
        return None;
    }
    let seq = record.fields.get("knownSeq").and_then(Value::as_u64).unwrap_or(u64::MAX);
    let hash = record.fields.get("knownHash").and_then(Value::as_str).unwrap_or_default();
    Some(Head { seq, hash: hash.to_owned() })
}

/// Whether a region is what a record names, and can be what killed writers left: several lines only if
/// they were killed one after the other.
fn names(region: &[u8], bytes: u64, sha256: &str) -> bool {
    count(region.len()) == bytes && digest(region) == sha256 && is_torn_region(region)
}

/// Whether every line of a region is torn.
pub(super) fn is_torn_region(region: &[u8]) -> bool {
    let lines = region.strip_suffix(b"\n").unwrap_or(region);
    lines.split(|byte| *byte == b'\n').all(is_torn)
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
