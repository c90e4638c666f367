//! Lists that a person exported in the carrier's console, read back as what the API would list (functions 7 and 19).
//!
//! The console's format is not public, so nothing of it is taken for granted: columns are found by their headings,
//! statuses by their labels, and `CarrierAccount` can name others. What cannot be read is an error with its line, all
//! of them at once; nothing is guessed, and no row is left out.
//!
//! **A list cannot prove that it is complete.** A row that is missing is never read as one that ended.

mod catalogue;
mod decode;
mod heading;
mod label;
mod list;
mod row;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::carrier::wire::{ChipSim, Line};
use crate::diag::{Diagnostic, sort};
use crate::domain::{ExportReading, Msisdn};

pub use catalogue::{CatalogueError, ExportCatalogue, read_catalogue, seen};
pub use decode::{Encoding, Undecodable, decode};
pub use label::{chip_status, line_status};

/// An exported list as it lies on the disk.
#[derive(Debug, Clone, Copy)]
pub struct ExportedFile<'a> {
    /// Its name, for messages.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What the lists show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportedLists {
    /// The rows of the list of SIMs, sorted by number.
    pub lines: Vec<Line>,
    /// The rows of the list of chip SIMs, sorted by number.
    pub chips: Vec<ChipSim>,
    /// Whether the list of chip SIMs has a column for IMEIs: then an empty cell says that none is bound.
    pub chips_have_imeis: bool,
    /// Headings that were not understood, and whose columns were not read, by file.
    pub ignored: Vec<(Arc<str>, Vec<String>)>,
}

/// What is wrong with lists, and their texts as they were decoded, to show the places.
#[derive(Debug, Clone)]
pub struct ExportProblems {
    /// All of it, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The names and texts of the files that could be decoded.
    pub texts: Vec<(String, String)>,
}

/// Reads both lists, or says everything that is wrong with them.
pub fn read(
    sims: Option<ExportedFile<'_>>,
    chips: Option<ExportedFile<'_>>,
    reading: &ExportReading,
) -> Result<ExportedLists, Box<ExportProblems>> {
    let (mut diagnostics, mut texts) = (Vec::new(), Vec::new());
    let mut lists = ExportedLists::default();
    if let Some(file) = chips
        && let Some(text) = text_of(file, &mut diagnostics, &mut texts)
    {
        let found = list::read(file.name, &text, reading, row::Kind::Chip, &mut diagnostics);
        lists.chips_have_imeis = found.has_imeis;
        lists.chips = found.rows.into_iter().filter_map(row::Row::into_chip).collect();
        lists.ignored.extend(found.ignored.map(|ignored| (file.name.into(), ignored)));
    }
    // A line whose number is among the chip SIMs is one that was started (DOMAIN 3).
    let started: BTreeSet<Msisdn> = lists.chips.iter().map(|chip| chip.msisdn).collect();
    if let Some(file) = sims
        && let Some(text) = text_of(file, &mut diagnostics, &mut texts)
    {
        let found = list::read(file.name, &text, reading, row::Kind::Line, &mut diagnostics);
        lists.lines = found.rows.into_iter().filter_map(|row| row.into_line(&started)).collect();
        lists.ignored.extend(found.ignored.map(|ignored| (file.name.into(), ignored)));
    }
    if diagnostics.iter().any(Diagnostic::is_error) {
        sort(&mut diagnostics);
        return Err(Box::new(ExportProblems { diagnostics, texts }));
    }
    lists.lines.sort_by_key(|line| line.msisdn);
    lists.chips.sort_by_key(|chip| chip.msisdn);
    Ok(lists)
}

fn text_of(file: ExportedFile<'_>, diagnostics: &mut Vec<Diagnostic>, texts: &mut Vec<(String, String)>) -> Option<String> {
    match decode(file.bytes) {
        Ok((text, _)) => {
            texts.push((file.name.to_owned(), text.to_string()));
            Some(text.into_owned())
        }
        Err(undecodable) => {
            diagnostics.push(undecodable.diagnostic(file.name));
            None
        }
    }
}
