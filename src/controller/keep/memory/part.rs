//! Lines as text, cut into ranges, and back. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::sync::Arc;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use super::Remembered;
use crate::domain::Msisdn;
use crate::domain::name::Interner;

/// Lines of a part at most: some 200 KB compressed, so that a changed line does not cost a whole mebibyte.
const LINES: usize = 20_000;

/// The bytes of a part at most, compressed: a config map holds a mebibyte.
const BYTES: usize = 700 << 10;

/// The bytes that a part may unpack to: what others wrote into the config maps must not fill the memory.
const UNPACKED: u64 = 64 << 20;

/// The columns beside those of the fields.
const MSISDN: &str = "msisdn";
const PROTECTED: &str = "protected";

/// A range of lines, from a number (the first part: from the smallest there is) up to where the next part begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Where it begins; `None`: the first part.
    pub from: Option<Msisdn>,
    /// Its lines as CSV with a header.
    pub text: Vec<u8>,
    /// SHA-256 of the text, in hexadecimal digits.
    pub digest: String,
}

/// Why a part cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Not gzip, or cut, or too large.
    #[error("it cannot be unpacked")]
    Packing(#[source] std::io::Error),
    /// Not CSV.
    #[error("it is no CSV")]
    Csv(#[from] csv::Error),
    /// No such columns.
    #[error("its first line does not begin with msisdn and end with protected")]
    Header,
    /// A number that is none.
    #[error("line {0} has no number")]
    Number(u64),
}

/// One line: its values by the place of their field, and whether it is protected.
type Row<'a> = (Msisdn, BTreeMap<&'a str, &'a str>, bool);

fn rows(remembered: &Remembered) -> Vec<Row<'_>> {
    let mut rows: BTreeMap<Msisdn, (BTreeMap<&str, &str>, bool)> = BTreeMap::new();
    for ((msisdn, field), value) in &remembered.confirmed {
        rows.entry(*msisdn).or_default().0.insert(field, value);
    }
    for msisdn in &remembered.protected {
        rows.entry(*msisdn).or_default().1 = true;
    }
    rows.into_iter().map(|(msisdn, (values, protected))| (msisdn, values, protected)).collect()
}

/// Cuts lines into parts. Where parts began before they begin again (`borders`), so that a new line changes one part;
/// one that has grown too large is halved, and one without lines joins the one before it. There is always a first part.
pub fn split(remembered: &Remembered, borders: &BTreeSet<Msisdn>) -> Vec<Part> {
    let rows = rows(remembered);
    let mut parts = Vec::new();
    let mut rest = rows.as_slice();
    let mut from = None;
    for border in borders {
        let (before, after) = rest.split_at(rest.partition_point(|(msisdn, ..)| msisdn < border));
        halve(from, before, &mut parts);
        (from, rest) = (Some(*border), after);
    }
    halve(from, rest, &mut parts);
    parts
}

fn halve(from: Option<Msisdn>, rows: &[Row<'_>], parts: &mut Vec<Part>) {
    if rows.is_empty() && from.is_some() {
        return;
    }
    let part = Part::of(from, rows);
    // What is small as it is needs no packing to be known as small enough.
    let fits = rows.len() <= LINES && (part.text.len() <= BYTES || part.packed().len() <= BYTES);
    let (before, after) = rows.split_at(rows.len() / 2);
    match after.first() {
        Some((border, ..)) if !fits && !before.is_empty() => {
            halve(from, before, parts);
            halve(Some(*border), after, parts);
        }
        _ => parts.push(part),
    }
}

impl Part {
    fn of(from: Option<Msisdn>, rows: &[Row<'_>]) -> Self {
        let fields: BTreeSet<&str> = rows.iter().flat_map(|(_, values, _)| values.keys().copied()).collect();
        let mut csv = csv::Writer::from_writer(Vec::new());
        let header = std::iter::once(MSISDN).chain(fields.iter().copied()).chain(std::iter::once(PROTECTED));
        // Writing to memory does not fail.
        drop(csv.write_record(header));
        for (msisdn, values, protected) in rows {
            let cells = fields.iter().map(|field| values.get(field).copied().unwrap_or_default());
            let protected = if *protected { "yes" } else { "" };
            drop(csv.write_record(std::iter::once(msisdn.as_str()).chain(cells).chain(std::iter::once(protected))));
        }
        let text = csv.into_inner().unwrap_or_default();
        let digest = hex(&text);
        Self { from, text, digest }
    }

    /// Its text, compressed (gzip).
    pub fn packed(&self) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        // Writing to memory does not fail.
        drop(gzip.write_all(&self.text));
        gzip.finish().unwrap_or_default()
    }

    /// Unpacks a part.
    pub fn unpack(from: Option<Msisdn>, packed: &[u8]) -> Result<Self, Unreadable> {
        let mut text = Vec::new();
        GzDecoder::new(packed).take(UNPACKED).read_to_end(&mut text).map_err(Unreadable::Packing)?;
        let digest = hex(&text);
        Ok(Self { from, text, digest })
    }

    /// Reads its lines into what is remembered, but for those from `until` on, which are the next part's.
    fn read(&self, until: Option<Msisdn>, names: &mut Interner, into: &mut Remembered) -> Result<(), Unreadable> {
        let mut csv = csv::ReaderBuilder::new().has_headers(false).from_reader(self.text.as_slice());
        let mut records = csv.records();
        let header = records.next().ok_or(Unreadable::Header)??;
        let last = header.len().saturating_sub(1);
        if last == 0 || header.get(0) != Some(MSISDN) || header.get(last) != Some(PROTECTED) {
            return Err(Unreadable::Header);
        }
        for record in records {
            let record = record?;
            let line = record.position().map_or(0, csv::Position::line);
            let number = record.get(0).and_then(|text| Msisdn::parse(text).ok()).ok_or(Unreadable::Number(line))?;
            if self.from.is_some_and(|from| number < from) || until.is_some_and(|until| number >= until) {
                continue;
            }
            for (field, value) in header.iter().zip(&record).take(last).skip(1).filter(|(_, value)| !value.is_empty()) {
                let (field, value): (Arc<str>, Arc<str>) = (names.intern(field), names.intern(value));
                into.confirmed.insert((number, field), value);
            }
            if record.get(last) == Some("yes") {
                into.protected.insert(number);
            }
        }
        Ok(())
    }
}

/// Puts parts together, in whatever order they come. One that cannot be read is left out, and told with where it begins.
pub fn join(parts: &[Part]) -> (Remembered, Vec<(Option<Msisdn>, Unreadable)>) {
    let mut sorted: Vec<&Part> = parts.iter().collect();
    sorted.sort_by_key(|part| part.from);
    let mut remembered = Remembered::default();
    let mut unreadable = Vec::new();
    let mut names = Interner::default();
    let untils = sorted.iter().skip(1).map(|next| next.from).chain(std::iter::once(None));
    for (part, until) in sorted.iter().zip(untils) {
        let mut lines = Remembered::default();
        match part.read(until, &mut names, &mut lines) {
            Ok(()) => {
                remembered.confirmed.append(&mut lines.confirmed);
                remembered.protected.append(&mut lines.protected);
            }
            Err(error) => unreadable.push((part.from, error)),
        }
    }
    (remembered, unreadable)
}

/// SHA-256 in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|nibble| char::from_digit(nibble.into(), 16))
        .collect()
}
