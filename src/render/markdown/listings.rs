//! What is no operation, as tables.

use std::io::{self, Write};

use super::{Page, place};
use crate::render::escape::{markdown, markdown_code};
use crate::render::view::{Alike, Count};

impl<W: Write + ?Sized> Page<'_, W> {
    /// All lists that are not empty, what wants a decision first.
    pub(super) fn listings(&mut self) -> io::Result<()> {
        self.stops()?;
        self.in_doubt()?;
        self.warnings()?;
        self.blocked()?;
        self.waiting()?;
        self.drift()?;
        self.unmanaged()?;
        self.protection()?;
        self.spend()
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
        self.heading("In doubt: nothing is sent for these, every plan and apply asks the carrier")?;
        self.table(&["of", "operation", "sent at", "known", "not done, if nothing shows by", "id"])?;
        for item in items {
            let (of, id) = (self.line(&item.account, &item.subject.to_string()), markdown_code(&item.id.0));
            let until = item.settled_by.map(|until| until.to_string()).unwrap_or_default();
            writeln!(self.out, "| {of} | {} | {} | {} | {until} | {id} |", item.kind, item.since, markdown(&item.note))?;
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

    fn protection(&mut self) -> io::Result<()> {
        let items = &self.view.listings.protection;
        if items.is_empty() {
            return Ok(());
        }
        let count = Count::from(items.len());
        self.heading(&format!("Protection: {count}, kept from the apply on, also when a line leaves the files"))?;
        self.table(&["line", "from now on"])?;
        let shown = self.shown(items.len());
        for item in items.iter().take(shown) {
            let what = if item.protected { "protected" } else { "no longer protected" };
            writeln!(self.out, "| {} | {what} |", self.line(&item.account, item.msisdn.as_str()))?;
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
}
