//! `driver: csv`: lists that a person exported in the console, as a carrier. No network and no credentials.

use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tracing::Level;

use super::Target;
use super::journal::real_time;
use crate::carrier::ExportCarrier;
use crate::carrier::exports::{self, ExportCatalogue, ExportedFile};
use crate::cli::args::{ExportedList, Exports};
use crate::cli::exit;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::domain::ConsoleFiles;
use crate::domain::calendar::{JstTime, rfc3339};
use crate::manifest::AccountDriver;
use crate::render::report;

/// Clocks of two machines differ by a little.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// What the command line says of the lists takes the place of what the manifest says.
pub(super) fn told(targets: &mut [Target], said: &Exports) -> Result<(), Failure> {
    if said.is_empty() {
        return Ok(());
    }
    let mut files: Vec<&mut ConsoleFiles> = targets
        .iter_mut()
        .filter_map(|target| if let AccountDriver::Csv(files) = &mut target.driver { Some(&mut **files) } else { None })
        .collect();
    if files.is_empty() {
        return Err(Failure::usage(
            "--exported-at, --max-export-age and --expect-rows are about exported lists, and no account has driver: csv",
        ));
    }
    if files.len() > 1 && !said.expect_rows.is_empty() {
        return Err(Failure::usage(format!("--expect-rows counts one account's lists, and there are {}", files.len()))
            .help("declare csv: {rows: {sims: N}} in each CarrierAccount"));
    }
    for files in &mut files {
        files.exported_at = said.exported_at.map(JstTime).or(files.exported_at);
        files.max_age_seconds = said.max_export_age.map_or(files.max_age_seconds, |age| age.as_secs());
        for (list, rows) in &said.expect_rows {
            match list {
                ExportedList::Sims => files.sim_rows = Some(*rows),
                ExportedList::ChipSims => files.chip_rows = Some(*rows),
            }
        }
    }
    Ok(())
}

/// Lists that were read.
pub(super) struct Exported {
    pub(super) carrier: ExportCarrier,
    /// When they were exported.
    at: Timestamp,
    /// This machine's clock when they were read: what is planned is for now, whatever the lists' age.
    pub(super) now: Timestamp,
    max_age: Duration,
    is_counted: bool,
}

/// Reads the lists and the catalogue. Everything that is wrong with them is told at once.
pub(super) fn open(shell: &Shell, account: &str, files: &ConsoleFiles) -> Result<Exported, Failure> {
    let failed = |failure: Failure| failure.while_(&format!("account {account} (exported lists)"));
    let now = real_time();
    let sims = files.sims.as_deref().map(read).transpose().map_err(failed)?;
    let chips = files.chip_sims.as_deref().map(read).transpose().map_err(failed)?;
    let catalogue = files.catalogue.as_deref().map(catalogue).transpose().map_err(failed)?;
    let lists = exports::read(sims.as_ref().map(File::exported), chips.as_ref().map(File::exported), &files.reading).map_err(
        |problems| {
            shell.report_texts(&problems.diagnostics, &problems.texts);
            Failure::silent(exit::ERROR)
        },
    )?;
    count(account, "sims", lists.lines.len(), files.sim_rows)?;
    count(account, "chipSims", lists.chips.len(), files.chip_rows)?;
    for (file, headings) in &lists.ignored {
        tracing::info!("{file}: columns that are not read: {}", headings.join(", "));
    }
    let written = [&sims, &chips].into_iter().flatten().map(|file| file.modified).min();
    let at = files.exported_at.map(|time| time.0).or(written).unwrap_or(now);
    if at.duration_since(now) > SKEW {
        let (at, now) = (rfc3339(at), rfc3339(now));
        return Err(Failure::error(format!("account {account}: the lists are said to be exported at {at}, and it is {now} now"))
            .help("correct exportedAt in the manifest, or give --exported-at TIME"));
    }
    let is_counted =
        (files.sims.is_none() || files.sim_rows.is_some()) && (files.chip_sims.is_none() || files.chip_rows.is_some());
    let max_age = Duration::from_secs(files.max_age_seconds);
    let carrier = ExportCarrier::new(account, lists, catalogue.unwrap_or_default(), &files.reading, at);
    Ok(Exported { carrier, at, now, max_age, is_counted })
}

impl Exported {
    /// Whether plans may be made from the lists: a stale one is how the wrong line is terminated.
    pub(super) fn fresh(&self, shell: &Shell, account: &str) -> Result<(), Failure> {
        let age = Duration::try_from(self.now.duration_since(self.at)).unwrap_or_default();
        if age > self.max_age {
            let (age, most, at) = (report::duration(age), report::duration(self.max_age), rfc3339(self.at));
            return Err(Failure {
                code: exit::REFUSED,
                ..Failure::error(format!(
                    "account {account}: the lists were exported {age} ago ({at}), and nothing is planned from lists older than {most}"
                ))
                .help("export them again; or, if nothing changed since, allow more with --max-export-age AGE")
            });
        }
        if !self.is_counted {
            let note = format!(
                "note: account {account}: a part of a list cannot be told from all of it; the number that the console counts \
                 can, as rows: {{sims: N}} in the manifest or --expect-rows sims=N"
            );
            shell.tell(Level::INFO, &note);
        }
        Ok(())
    }
}

struct File {
    name: String,
    bytes: Vec<u8>,
    modified: Timestamp,
}

impl File {
    fn exported(&self) -> ExportedFile<'_> {
        ExportedFile { name: &self.name, bytes: &self.bytes }
    }
}

fn read(path: &Path) -> Result<File, Failure> {
    let name = path.display().to_string();
    let failed =
        |error: std::io::Error| Failure::from(error).while_(&name).help("export the list in the console and put it there");
    let bytes = std::fs::read(path).map_err(failed)?;
    let modified = std::fs::metadata(path).and_then(|metadata| metadata.modified()).map_err(failed)?;
    let modified = Timestamp::try_from(modified).map_err(|error| Failure::from(error).while_(&name))?;
    Ok(File { name, bytes, modified })
}

fn catalogue(path: &Path) -> Result<ExportCatalogue, Failure> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Failure::from(error).while_(&name))?;
    exports::read_catalogue(&text).map_err(|error| {
        Failure::from(error)
            .while_(&name)
            .help("a catalogue has `system`, `plans` and `couponPrices`, as a snapshot of `simfleet observe` has them (simfleet explain csv)")
    })
}

fn count(account: &str, list: &str, found: usize, expected: Option<u64>) -> Result<(), Failure> {
    let found = u64::try_from(found).unwrap_or(u64::MAX);
    match expected {
        Some(expected) if expected != found => Err(Failure::error(format!(
            "account {account}: the list of {list} has {found} rows, and the console is said to count {expected}"
        ))
        .help("export the whole list again, or correct rows in the manifest (or --expect-rows)")),
        Some(_) | None => Ok(()),
    }
}
