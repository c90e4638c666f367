//! A plan as text for a terminal or a log. Reads without colour; no line depends on a terminal's width.
//!
//! The symbols are those of DESIGN 3.3: `+` start or bind, `~` change, `-` suspend or release, `!`
//! irreversible, `$` costs money, `>` waits, `x` blocked, `?` in doubt.

mod difference;
mod listings;
mod operations;
mod paint;

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::plan::{AccountSection, Place, Plan};
use crate::render::escape::plain;
use crate::render::view::{Count, View};
pub(in crate::render) use difference::pair as difference;
pub(super) use operations::title;
pub(in crate::render) use paint::Paint;

/// How a plan is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextOptions {
    /// With ANSI colours.
    pub color: bool,
    /// Every row of every list.
    pub full: bool,
    /// Groups of up to so many lines are shown with every field; larger ones a row a line.
    pub detailed: usize,
    /// The rows of a large group or list that are shown. Irreversible operations are always all shown.
    pub rows: usize,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self { color: false, full: false, detailed: 5, rows: 10 }
    }
}

/// Writes a plan as text. The last line is the verdict.
pub fn write(out: &mut (impl Write + ?Sized), plan: &Plan, options: &TextOptions) -> io::Result<()> {
    let view = View::new(plan);
    let mut page = Page { out, view: &view, options, paint: Paint { on: options.color } };
    page.head()?;
    page.operations()?;
    page.listings()?;
    page.foot()
}

/// A plan on its way to a writer.
struct Page<'p, W: ?Sized> {
    out: &'p mut W,
    view: &'p View<'p>,
    options: &'p TextOptions,
    paint: Paint,
}

impl<W: Write + ?Sized> Page<'_, W> {
    /// Whose plan it is and what it rests on.
    fn head(&mut self) -> io::Result<()> {
        let view = self.view;
        for account in &view.plan.accounts {
            let AccountSection { name, plan_id: _, carrier, connection: _, desired, observed, fleet: _ } = account;
            writeln!(
                self.out,
                "Account {}: {} at {}, {} declared, {} observed at {}",
                self.paint.bold(&plain(name)),
                plain(&carrier.contractor_id),
                plain(&carrier.host),
                Count(desired.lines),
                Count(observed.lines),
                observed.at,
            )?;
            if !observed.complete {
                let warning = "The observation is incomplete: this plan cannot be applied.";
                writeln!(self.out, "{} {}", self.paint.alert("!"), self.paint.alert(warning))?;
            }
        }
        Ok(())
    }

    /// What it takes to apply it, and the verdict.
    fn foot(&mut self) -> io::Result<()> {
        let plan = self.view.plan;
        writeln!(self.out)?;
        let id = plain(&plan.plan_id);
        if self.view.verdict.is_empty() {
            writeln!(self.out, "Plan id {id}")?;
        } else {
            let requests = plan.summary.requests;
            let noun = if requests == 1 { "request" } else { "requests" };
            writeln!(self.out, "Plan id {id}, {} {noun}, expires {}", Count(requests), plan.expires_at)?;
        }
        if !self.view.approval.is_plain() {
            writeln!(self.out, "Needs approval: {}", self.view.approval)?;
        }
        writeln!(self.out, "{}", self.paint.bold(&self.view.verdict.to_string()))
    }

    /// A heading after an empty line.
    fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out)?;
        writeln!(self.out, "{}", self.paint.bold(text))
    }

    /// The line that stands for rows that are not shown.
    fn more(&mut self, indent: usize, hidden: usize) -> io::Result<()> {
        if hidden == 0 {
            return Ok(());
        }
        writeln!(self.out, "{:indent$}... and {} more (--full shows all)", "", Count::from(hidden))
    }

    /// How many rows of a list are shown.
    fn shown(&self, length: usize) -> usize {
        // One row more is shorter than the line that says one is missing.
        if self.options.full || length <= self.options.rows + 1 { length } else { self.options.rows }
    }

    /// `main/`, where there is more than one account.
    fn account(&self, name: &str) -> String {
        if self.view.has_accounts() { format!("{}/", plain(name)) } else { String::new() }
    }
}

/// Text with spaces up to a width in terminal columns (Japanese characters take two).
fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{text}{:missing$}", "")
}

/// `fleet.yaml:12`, or nothing where the place is not known.
pub(super) fn place(source: &Place) -> String {
    match (source.file.is_empty(), source.line) {
        (true, _) => String::new(),
        (false, 0) => plain(&source.file).into_owned(),
        (false, line) => format!("{}:{line}", plain(&source.file)),
    }
}
