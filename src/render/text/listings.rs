//! What is no operation: waiting, blocked, unmanaged, drift, in doubt, guards.

use std::io::{self, Write};

use super::{Page, place};
use crate::plan::{BlockedItem, DriftItem, PendingItem, UnmanagedItem};
use crate::render::escape::plain;
use crate::render::view::{Count, Symbol};

impl<W: Write + ?Sized> Page<'_, W> {
    /// All lists that are not empty.
    pub(super) fn listings(&mut self) -> io::Result<()> {
        self.waiting()?;
        self.blocked()?;
        self.unmanaged()?;
        self.drift()?;
        self.in_doubt()?;
        self.stops()
    }

    fn waiting(&mut self) -> io::Result<()> {
        let items = self.view.listings.waiting;
        if items.is_empty() {
            return Ok(());
        }
        self.heading(&format!("Waiting: {}", Count::from(items.len())))?;
        let shown = self.shown(items.len());
        for PendingItem { account, subject, application_no, what, effective_date, not_before } in items.iter().take(shown) {
            let mut parts = vec![plain(what).into_owned()];
            parts.extend(application_no.as_ref().map(|number| format!("application {}", plain(number.as_str()))));
            parts.extend(effective_date.map(|date| format!("effective {date}")));
            parts.extend(not_before.map(|time| format!("not before {time}")));
            let symbol = self.paint.symbol(Symbol::Wait);
            writeln!(self.out, "  {symbol} {}{subject}  {}", self.account(account), parts.join(", "))?;
        }
        self.more(4, items.len() - shown)
    }

    fn blocked(&mut self) -> io::Result<()> {
        let view = self.view;
        if view.listings.blocked.is_empty() {
            return Ok(());
        }
        self.heading(&format!("Blocked: {} (`simfleet explain CODE` says why and what to do)", Count(view.verdict.blocked)))?;
        for group in &view.listings.blocked {
            let symbol = self.paint.symbol(Symbol::Blocked);
            writeln!(self.out, "  {symbol} {}: {}", group.code.as_str(), Count::from(group.items.len()))?;
            let shown = self.shown(group.items.len());
            for BlockedItem { account, subject, code: _, message, source } in group.items.iter().take(shown) {
                let place = self.paint.dim(&place(source));
                let line = format!("      {}{subject}  {}  {place}", self.account(account), plain(message));
                writeln!(self.out, "{}", line.trim_end())?;
            }
            self.more(6, group.items.len() - shown)?;
        }
        Ok(())
    }

    fn unmanaged(&mut self) -> io::Result<()> {
        let listings = &self.view.listings;
        let items = listings.unmanaged;
        if items.is_empty() {
            return Ok(());
        }
        let noun = if items.len() == 1 { "line" } else { "lines" };
        let count = Count::from(items.len());
        self.heading(&format!("Unmanaged: {count} {noun} that nobody declares, {}/month", listings.unmanaged_cost))?;
        let shown = self.shown(items.len());
        for UnmanagedItem { account, msisdn, status, monthly_cost } in items.iter().take(shown) {
            writeln!(self.out, "    {}{msisdn}  {}  {monthly_cost}/month", self.account(account), plain(status))?;
        }
        self.more(4, items.len() - shown)
    }

    fn drift(&mut self) -> io::Result<()> {
        let items = self.view.listings.drift;
        if items.is_empty() {
            return Ok(());
        }
        self.heading(&format!("Drift: {} changed outside", Count::from(items.len())))?;
        let shown = self.shown(items.len());
        for DriftItem { account, msisdn, field, baseline, observed, by } in items.iter().take(shown) {
            let by = by.as_deref().map(|by| format!(" by {}", plain(by))).unwrap_or_default();
            let account = self.account(account);
            writeln!(self.out, "    {account}{msisdn}  {} {} -> {}{by}", plain(field), plain(baseline), plain(observed))?;
        }
        self.more(4, items.len() - shown)
    }

    /// Always all of them: each wants a decision.
    fn in_doubt(&mut self) -> io::Result<()> {
        let items = self.view.listings.in_doubt;
        if items.is_empty() {
            return Ok(());
        }
        self.heading(&format!(
            "In doubt: {} (`simfleet ops show ID` says more; nothing is sent for these lines)",
            Count::from(items.len())
        ))?;
        for item in items {
            let symbol = self.paint.symbol(Symbol::Doubt);
            let account = self.account(&item.account);
            writeln!(
                self.out,
                "  {symbol} {account}{}  {} sent at {}, id {}",
                item.subject,
                item.kind,
                item.since,
                plain(&item.id.0)
            )?;
            if !item.note.is_empty() {
                writeln!(self.out, "      {}", plain(&item.note))?;
            }
        }
        Ok(())
    }

    fn stops(&mut self) -> io::Result<()> {
        let view = self.view;
        if view.listings.stops.is_empty() {
            return Ok(());
        }
        self.heading("Guards exceeded: nothing of the account is applied")?;
        for stop in &view.listings.stops {
            let guard = stop.guard;
            let symbol = self.paint.symbol(Symbol::Alert);
            let account = self.account(&guard.account);
            let (name, actual, limit) = (plain(&guard.name), Count(guard.actual), Count(guard.limit));
            writeln!(
                self.out,
                "  {symbol} {account}{name}: {actual}, at most {limit}; --ack {}={} lets it pass",
                stop.kind(),
                stop.in_plan
            )?;
        }
        Ok(())
    }
}
