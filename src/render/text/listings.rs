//! What is no operation: waiting, blocked, unmanaged, drift, in doubt, guards.

use std::io::{self, Write};

use super::{Page, difference, place};
use crate::plan::{BlockedItem, DriftIgnoreNote, DriftItem, PendingItem, ProtectionItem, UnmanagedItem};
use crate::render::drift::words;
use crate::render::escape::plain;
use crate::render::view::{Alike, Count, Subjects, Symbol};

/// How many of several alike are named.
const NAMED: usize = 3;

impl<W: Write + ?Sized> Page<'_, W> {
    /// All lists that are not empty.
    pub(super) fn listings(&mut self) -> io::Result<()> {
        self.waiting()?;
        self.blocked()?;
        self.unmanaged()?;
        self.protection()?;
        self.drift()?;
        self.warnings()?;
        self.in_doubt()?;
        self.stops()?;
        self.spend()
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
            // Most of what waits for a day says so in its own words.
            let not_before = not_before.map(|time| time.to_string());
            let is_said = |time: &String| time.get(..10).is_some_and(|day| what.contains(day));
            parts.extend(not_before.filter(|time| !is_said(time)).map(|time| format!("not before {time}")));
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

    fn protection(&mut self) -> io::Result<()> {
        let items = &self.view.listings.protection;
        if items.is_empty() {
            return Ok(());
        }
        let count = Count::from(items.len());
        self.heading(&format!("Protection: {count} (kept from the apply on, also when a line leaves the files)"))?;
        let shown = self.shown(items.len());
        for ProtectionItem { account, msisdn, protected } in items.iter().take(shown) {
            let what = if *protected { "is protected" } else { "is no longer protected" };
            writeln!(self.out, "    {}{msisdn}  {what}", self.account(account))?;
        }
        self.more(4, items.len() - shown)
    }

    fn drift(&mut self) -> io::Result<()> {
        let (drift, ignored) = (self.view.listings.drift, self.view.listings.drift_ignored);
        self.outside(drift, &format!("Drift: {} changed outside", Count::from(drift.len())), words::expired)?;
        let title = format!("Drift ignored: {} changed outside (`simfleet explain drift`)", Count::from(ignored.len()));
        self.outside(ignored, &title, words::ignored)
    }

    fn outside(&mut self, items: &[DriftItem], title: &str, note: fn(&DriftIgnoreNote) -> String) -> io::Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        self.heading(title)?;
        let shown = self.shown(items.len());
        for DriftItem { account, msisdn, field, baseline, observed, by, ignore } in items.iter().take(shown) {
            let (before, now) = difference::pair(&plain(baseline), &plain(observed), self.paint);
            let mut parts = vec![format!("{} {before} -> {now}", plain(field))];
            let told = by.as_deref().map(|by| words::by_whom(Some(by))).into_iter().chain(ignore.as_ref().map(note));
            parts.extend(told.map(|text| plain(&text).into_owned()));
            writeln!(self.out, "    {}{msisdn}  {}", self.account(account), parts.join(", "))?;
        }
        self.more(4, items.len() - shown)
    }

    fn warnings(&mut self) -> io::Result<()> {
        let view = self.view;
        if view.listings.warnings.is_empty() {
            return Ok(());
        }
        self.heading(&format!("Warnings: {} (nothing is stopped by these)", Count(view.verdict.warnings)))?;
        for group in &view.listings.warnings {
            let symbol = self.paint.symbol(Symbol::Warning);
            writeln!(self.out, "  {symbol} {}: {}", group.code.as_str(), Count::from(group.count))?;
            let shown = self.shown(group.alike.len());
            let (listed, hidden) = group.alike.split_at(shown.min(group.alike.len()));
            for alike in listed {
                self.alike(alike)?;
            }
            self.more(6, hidden.iter().map(|alike| alike.subjects.len()).sum())?;
        }
        Ok(())
    }

    /// One warning, or several that say the same.
    fn alike(&mut self, alike: &Alike<'_>) -> io::Result<()> {
        let Alike { account, message, source, subjects } = alike;
        let (account, message, place) = (self.account(account), plain(message), self.paint.dim(&place(source)));
        let line = match subjects.as_slice() {
            [subject] => format!("      {account}{subject}  {message}  {place}"),
            several => {
                // The rows of what they are about stand above: here a few names tell which are meant.
                let names: Vec<String> =
                    several.iter().take(if self.options.full { usize::MAX } else { NAMED }).map(ToString::to_string).collect();
                let more = match several.len() - names.len() {
                    0 => String::new(),
                    more => format!(", and {} more", Count::from(more)),
                };
                let count = Subjects::of(several.iter().copied());
                format!("      {message}  {place}\n        {account}{count}: {}{more}", names.join(", "))
            }
        };
        writeln!(self.out, "{}", line.trim_end())
    }

    /// Always all of them: each wants a decision.
    fn in_doubt(&mut self) -> io::Result<()> {
        let items = self.view.listings.in_doubt;
        if items.is_empty() {
            return Ok(());
        }
        self.heading(&format!(
            "In doubt: {} (nothing is sent for these; every plan and apply asks the carrier, `simfleet ops show ID` says more)",
            Count::from(items.len())
        ))?;
        for item in items {
            let symbol = self.paint.symbol(Symbol::Doubt);
            let account = self.account(&item.account);
            let (subject, kind, since, id) = (&item.subject, item.kind, item.since, plain(&item.id.0));
            writeln!(self.out, "  {symbol} {account}{subject}  {kind} sent at {since}, id {id}")?;
            if !item.note.is_empty() {
                writeln!(self.out, "      {}", plain(&item.note))?;
            }
            let settled_by = item.settled_by.map(|until| until.to_string());
            if let Some(until) = settled_by.filter(|until| !item.note.contains(until)) {
                writeln!(self.out, "      if the carrier shows nothing like it by {until}, it was not done")?;
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
            let symbol = self.paint.symbol(Symbol::Alert);
            let (name, actual, limit) = (stop.name(view.has_accounts()), stop.actual(), stop.limit());
            writeln!(self.out, "  {symbol} {name}: {actual}, at most {limit}; {} lets it pass", stop.flag())?;
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
        for limit in &view.listings.spend {
            writeln!(self.out, "    {}: {} of {}", limit.name(view.has_accounts()), limit.actual(), limit.limit())?;
        }
        Ok(())
    }
}
