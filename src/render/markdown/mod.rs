//! A plan as Markdown, for a comment on a pull request: the verdict first, then a table a section.
//!
//! Everything that others wrote is escaped: no name can break a table, mention a person or pass for
//! markup of ours.

mod listings;

use std::io::{self, Write};

use crate::domain::OperationKind;
use crate::plan::{Place, Plan};
use crate::render::escape::{markdown, markdown_code};
use crate::render::text::title;
use crate::render::view::{Block, Count, Group, HarmSection, View};

/// The first line: by it a bot finds its own comment again.
pub const MARKER: &str = "<!-- simfleet plan -->";

/// How a plan is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkdownOptions {
    /// Every row of every table.
    pub full: bool,
    /// The rows of a table that are shown. Irreversible operations are always all shown.
    pub rows: usize,
}

impl Default for MarkdownOptions {
    fn default() -> Self {
        Self { full: false, rows: 20 }
    }
}

/// Writes a plan as Markdown.
pub fn write(out: &mut (impl Write + ?Sized), plan: &Plan, options: &MarkdownOptions) -> io::Result<()> {
    let view = View::new(plan);
    let mut page = Page { out, view: &view, options };
    page.head()?;
    for section in &view.sections {
        page.section(section)?;
    }
    page.listings()
}

struct Page<'p, W: ?Sized> {
    out: &'p mut W,
    view: &'p View<'p>,
    options: &'p MarkdownOptions,
}

impl<W: Write + ?Sized> Page<'_, W> {
    fn head(&mut self) -> io::Result<()> {
        let (plan, verdict) = (self.view.plan, &self.view.verdict);
        writeln!(self.out, "{MARKER}")?;
        writeln!(self.out, "**{verdict}**")?;
        if !verdict.is_empty() {
            self.table(&["do", "to", "cost"])?;
            for section in &self.view.sections {
                for group in &section.groups {
                    let (mark, subjects) = (mark(group), group.subjects());
                    writeln!(self.out, "| {mark} {} | {subjects} | {} |", chain(&group.kinds), group.costs.text())?;
                }
            }
        }
        writeln!(self.out)?;
        let requests = plan.summary.requests;
        let noun = if requests == 1 { "request" } else { "requests" };
        writeln!(
            self.out,
            "Plan {} with {} {noun}, made {}, expires {}.",
            markdown_code(&plan.plan_id),
            Count(requests),
            plan.created_at,
            plan.expires_at
        )?;
        if !self.view.approval.is_plain() {
            writeln!(self.out)?;
            writeln!(self.out, "Needs approval: {}.", markdown_code(&self.view.approval.to_string()))?;
        }
        for account in plan.accounts.iter().filter(|account| !account.observed.complete) {
            writeln!(self.out)?;
            writeln!(
                self.out,
                "**The observation of account {} is incomplete: this plan cannot be applied.**",
                markdown_code(&account.name)
            )?;
        }
        Ok(())
    }

    fn section(&mut self, section: &HarmSection<'_>) -> io::Result<()> {
        for group in &section.groups {
            self.heading(&format!("{} ({}): {}", title(section.risk), section.risk, chain(&group.kinds)))?;
            let (of, subjects) = (if group.fleet.is_empty() { "Account" } else { "Fleet" }, group.subjects());
            writeln!(self.out, "{of} {}, {subjects}.", markdown_code(&group.place()))?;
            if !self.options.full && group.blocks.len() > self.options.rows + 1 && section.is_always_full() && group.is_uniform()
            {
                self.uniform(group)?;
                continue;
            }
            self.table(&["", subjects.noun(), "name", "change", "cost", "why", "where"])?;
            let total = group.blocks.len();
            let shown = if section.is_always_full() { total } else { self.shown(total) };
            for block in group.blocks.iter().take(shown) {
                self.block(block)?;
            }
            self.more(total - shown)?;
        }
        Ok(())
    }

    /// Many lines of which the same is to be said: once what, then which. A comment holds thousands of these,
    /// and no more than some hundred rows of a table.
    fn uniform(&mut self, group: &Group<'_>) -> io::Result<()> {
        let Some(first) = group.blocks.first() else { return Ok(()) };
        let changes: Vec<String> = first.changes(false).iter().map(|change| markdown_code(change)).collect();
        let said = [changes.join(", "), first.costs.text(), markdown(&first.reason())];
        let said: Vec<String> = said.into_iter().filter(|text| !text.is_empty()).collect();
        writeln!(self.out, "Each {}: {}.", mark(group), said.join("; "))?;
        writeln!(self.out)?;
        let names = group.blocks.iter().map(|block| {
            let name = block.name.map(|name| format!(" {}", markdown(name))).unwrap_or_default();
            format!("{}{name}", markdown_code(&block.subject.to_string()))
        });
        writeln!(self.out, "{}", names.collect::<Vec<_>>().join(", "))
    }

    fn block(&mut self, block: &Block<'_>) -> io::Result<()> {
        let mark = block.mark().map(|mark| code_mark(&mark.to_string())).unwrap_or_default();
        let name = block.name.map(markdown_code).unwrap_or_default();
        let changes: Vec<String> =
            block.changes(true).iter().chain(&block.changes(false)).map(|change| markdown_code(change)).collect();
        writeln!(
            self.out,
            "| {mark} | {} | {name} | {} | {} | {} | {} |",
            markdown_code(&block.subject.to_string()),
            changes.join("<br>"),
            block.costs.text(),
            markdown(&block.reason()),
            place(block.source),
        )
    }

    /// A heading; the text is ours, never others'.
    fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out)?;
        writeln!(self.out, "### {text}")
    }

    /// The head of a table, after the empty line that it needs.
    fn table(&mut self, columns: &[&str]) -> io::Result<()> {
        writeln!(self.out)?;
        writeln!(self.out, "| {} |", columns.join(" | "))?;
        writeln!(self.out, "|{}", " --- |".repeat(columns.len()))
    }

    fn more(&mut self, hidden: usize) -> io::Result<()> {
        if hidden == 0 {
            return Ok(());
        }
        writeln!(self.out)?;
        writeln!(self.out, "and {} more.", Count::from(hidden))
    }

    fn shown(&self, length: usize) -> usize {
        if self.options.full || length <= self.options.rows + 1 { length } else { self.options.rows }
    }

    fn line(&self, account: &str, msisdn: &str) -> String {
        if self.view.has_accounts() { markdown_code(&format!("{account}/{msisdn}")) } else { markdown_code(msisdn) }
    }
}

fn mark(group: &Group<'_>) -> String {
    group.mark.map(|mark| code_mark(&mark.to_string())).unwrap_or_default()
}

/// The symbols without the spaces that align them in text.
fn code_mark(mark: &str) -> String {
    format!("`{}`", mark.replace(' ', ""))
}

fn chain(kinds: &[OperationKind]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    names.join(", ")
}

fn place(source: &Place) -> String {
    markdown_code(&crate::render::text::place(source))
}
