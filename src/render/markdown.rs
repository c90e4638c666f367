//! A plan as Markdown, for a comment on a pull request: the verdict first, then a table a section.
//!
//! Everything that others wrote is escaped: no name can break a table, mention a person or pass for
//! markup of ours.

use std::io::{self, Write};

use crate::domain::OperationKind;
use crate::plan::{Place, Plan};
use crate::render::escape::{markdown, markdown_code};
use crate::render::text::title;
use crate::render::view::{Alike, Block, Count, Group, HarmSection, View};

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
    page.stops()?;
    page.in_doubt()?;
    page.warnings()?;
    page.blocked()?;
    page.waiting()?;
    page.drift()?;
    page.unmanaged()?;
    page.spend()
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

    fn stops(&mut self) -> io::Result<()> {
        let view = self.view;
        if view.listings.stops.is_empty() {
            return Ok(());
        }
        self.heading("Guards exceeded: nothing of the account is applied")?;
        self.table(&["guard", "plan", "at most", "lets it pass"])?;
        for stop in &view.listings.stops {
            let name = markdown_code(&stop.name(true));
            writeln!(self.out, "| {name} | {} | {} | `{}` |", stop.actual(), stop.limit(), stop.flag())?;
        }
        Ok(())
    }

    /// Limits that hold, where money is about to be spent: how much of them is used.
    fn spend(&mut self) -> io::Result<()> {
        let view = self.view;
        if view.listings.spend.is_empty() {
            return Ok(());
        }
        self.heading("Spend limits")?;
        self.table(&["limit", "used", "at most"])?;
        for limit in &view.listings.spend {
            let name = markdown_code(&limit.name(true));
            writeln!(self.out, "| {name} | {} | {} |", limit.actual(), limit.limit())?;
        }
        Ok(())
    }

    fn warnings(&mut self) -> io::Result<()> {
        let view = self.view;
        if view.listings.warnings.is_empty() {
            return Ok(());
        }
        self.heading(&format!("Warnings: {}", Count(view.verdict.warnings)))?;
        self.table(&["code", "of", "what and why", "where"])?;
        for group in &view.listings.warnings {
            let shown = self.shown(group.alike.len());
            let (listed, hidden) = group.alike.split_at(shown.min(group.alike.len()));
            for Alike { account, message, source, subjects } in listed {
                let of = match subjects.as_slice() {
                    [subject] => self.line(account, &subject.to_string()),
                    [first, ..] => {
                        let more = Count::from(subjects.len() - 1);
                        format!("{} and {more} more", self.line(account, &first.to_string()))
                    }
                    [] => String::new(),
                };
                writeln!(self.out, "| `{}` | {of} | {} | {} |", group.code.as_str(), markdown(message), place(source))?;
            }
            let hidden: usize = hidden.iter().map(|alike| alike.subjects.len()).sum();
            if hidden > 0 {
                writeln!(self.out, "| `{}` | and {} more | | |", group.code.as_str(), Count::from(hidden))?;
            }
        }
        Ok(())
    }

    fn in_doubt(&mut self) -> io::Result<()> {
        let items = self.view.listings.in_doubt;
        if items.is_empty() {
            return Ok(());
        }
        self.heading("In doubt: nothing is sent for these lines")?;
        self.table(&["line", "operation", "sent at", "known", "id"])?;
        for item in items {
            let (line, id) = (self.line(&item.account, &item.subject.to_string()), markdown_code(&item.id.0));
            writeln!(self.out, "| {line} | {} | {} | {} | {id} |", item.kind, item.since, markdown(&item.note))?;
        }
        Ok(())
    }

    fn blocked(&mut self) -> io::Result<()> {
        let view = self.view;
        if view.listings.blocked.is_empty() {
            return Ok(());
        }
        self.heading(&format!("Blocked: {}", Count(view.verdict.blocked)))?;
        self.table(&["code", "line", "why and what to do", "where"])?;
        for group in &view.listings.blocked {
            let shown = self.shown(group.items.len());
            for item in group.items.iter().take(shown) {
                let line = self.line(&item.account, &item.subject.to_string());
                writeln!(
                    self.out,
                    "| `{}` | {line} | {} | {} |",
                    item.code.as_str(),
                    markdown(&item.message),
                    place(&item.source)
                )?;
            }
            let hidden = group.items.len() - shown;
            if hidden > 0 {
                writeln!(self.out, "| `{}` | and {} more | | |", group.code.as_str(), Count::from(hidden))?;
            }
        }
        Ok(())
    }

    fn waiting(&mut self) -> io::Result<()> {
        let items = self.view.listings.waiting;
        if items.is_empty() {
            return Ok(());
        }
        self.heading(&format!("Waiting: {}", Count::from(items.len())))?;
        self.table(&["line", "what", "application", "effective", "not before"])?;
        let shown = self.shown(items.len());
        for item in items.iter().take(shown) {
            let line = self.line(&item.account, &item.subject.to_string());
            let application = item.application_no.as_ref().map(|number| markdown_code(number.as_str())).unwrap_or_default();
            let effective = item.effective_date.map(|date| date.to_string()).unwrap_or_default();
            let not_before = item.not_before.map(|time| time.to_string()).unwrap_or_default();
            writeln!(self.out, "| {line} | {} | {application} | {effective} | {not_before} |", markdown(&item.what))?;
        }
        self.more(items.len() - shown)
    }

    fn drift(&mut self) -> io::Result<()> {
        let items = self.view.listings.drift;
        if items.is_empty() {
            return Ok(());
        }
        self.heading(&format!("Drift: {} changed outside", Count::from(items.len())))?;
        self.table(&["line", "field", "was", "is", "by"])?;
        let shown = self.shown(items.len());
        for item in items.iter().take(shown) {
            let line = self.line(&item.account, item.msisdn.as_str());
            let (field, was, is) = (markdown_code(&item.field), markdown_code(&item.baseline), markdown_code(&item.observed));
            writeln!(self.out, "| {line} | {field} | {was} | {is} | {} |", markdown(item.by.as_deref().unwrap_or_default()))?;
        }
        self.more(items.len() - shown)
    }

    fn unmanaged(&mut self) -> io::Result<()> {
        let listings = &self.view.listings;
        let items = listings.unmanaged;
        if items.is_empty() {
            return Ok(());
        }
        let title = format!("Unmanaged: {} that nobody declares, {}/month", Count::from(items.len()), listings.unmanaged_cost);
        self.heading(&title)?;
        self.table(&["line", "status", "cost"])?;
        let shown = self.shown(items.len());
        for item in items.iter().take(shown) {
            let line = self.line(&item.account, item.msisdn.as_str());
            writeln!(self.out, "| {line} | {} | {}/month |", markdown_code(&item.status), item.monthly_cost)?;
        }
        self.more(items.len() - shown)
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
