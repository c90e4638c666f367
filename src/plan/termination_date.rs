//! What the day of a termination means for the bill. A month is billed in full whichever of its days is
//! the last one, for a suspended line too (DOMAIN 3): a day in a new month costs a month more, and a day
//! before a month's end gives away what is paid for.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::domain::{DesiredSim, Money, Msisdn, Source};
use crate::plan::Change;
use crate::plan::diff::{Wait, held_until};
use crate::plan::sequence::Step;

/// What is billed for a line that ends at the end of `date`, and what another day would change: "all of
/// December is billed, 450 JPY, on any day until 2026-12-31; on or before 2026-11-30 it would not be".
/// `monthly` is the fee, where the carrier's catalogue has the rate plan.
pub(crate) fn billing(date: Date, today: Date, monthly: Option<Money>) -> String {
    let amount = monthly.map_or_else(String::new, |fee| format!(", {fee}"));
    let (month, last) = (month(date), date.last_of_month());
    let until = if date == last { String::new() } else { format!(", on any day until {last}") };
    let otherwise = match last_day_before(date, today) {
        Some(before) => format!("; on or before {before} it would not be"),
        None if date == last => format!("; a day later all of {} would be too", self::month(after(last))),
        None => String::new(),
    };
    format!("all of {month} is billed{amount}{until}{otherwise}")
}

/// The last day of the month before that of `date`, where it is not over.
fn last_day_before(date: Date, today: Date) -> Option<Date> {
    date.first_of_month().yesterday().ok().filter(|before| *before >= today)
}

fn month(date: Date) -> String {
    date.strftime("%B").to_string()
}

/// The day after.
pub(crate) fn after(date: Date) -> Date {
    date.tomorrow().unwrap_or(Date::MAX)
}

/// Why a line ends on the day it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    /// It is terminated now.
    Terminated,
    /// It is terminated now, because the declared day is over.
    Late(Date),
    /// It is held until the day before.
    Held,
}

/// Lines of one fleet that end on one day.
#[derive(Debug, Clone, Copy)]
struct Lines {
    /// The first of them, and where it is declared.
    first: (Msisdn, Source),
    count: u64,
    /// What is billed for them together.
    monthly: Money,
}

/// Days that a reviewer should know of, told once for each fleet and day: 200 tombstones are one thing to
/// decide.
#[derive(Debug)]
pub(crate) struct Days {
    today: Date,
    found: BTreeMap<(Arc<str>, Date, Cause), Lines>,
}

impl Days {
    pub(crate) fn new(today: Date) -> Self {
        Self { today, found: BTreeMap::new() }
    }

    /// What is planned for a line, and what it waits for. Lines come in the order of their numbers;
    /// `monthly` is the line's fee.
    pub(crate) fn note(&mut self, fleet: &Arc<str>, sim: &DesiredSim, monthly: Money, steps: &[Step], waits: &[Wait]) {
        let terminated =
            steps.iter().find_map(|step| if let Change::Terminate { date } = &step.change { Some(*date) } else { None });
        let held = held_until(sim, self.today).filter(|_| waits.iter().any(|wait| wait.not_before.is_some()));
        let found = match (terminated, held) {
            (Some(date), _) => self.ends(date, sim.termination_date),
            (None, Some(last)) => Self::held(last, sim.termination_date),
            (None, None) => None,
        };
        let Some((date, cause)) = found else { return };
        let first = (sim.msisdn, sim.source);
        let lines = self.found.entry((Arc::clone(fleet), date, cause)).or_insert(Lines { first, count: 0, monthly: Money::ZERO });
        lines.count += 1;
        lines.monthly = lines.monthly.plus(monthly);
    }

    /// Terminated with this plan.
    fn ends(&self, date: Date, declared: Option<Date>) -> Option<(Date, Cause)> {
        let late = declared.filter(|declared| *declared < self.today);
        (date != date.last_of_month()).then(|| (date, late.map_or(Cause::Terminated, Cause::Late)))
    }

    /// Held up to and including a day. Only a hold that runs into a new month is told: that a held line
    /// loses the rest of a month matters to nobody.
    fn held(last: Date, declared: Option<Date>) -> Option<(Date, Cause)> {
        let ends = declared.unwrap_or(last).max(after(last));
        (ends == after(last) && last == last.last_of_month()).then_some((ends, Cause::Held))
    }

    /// One warning for each fleet and day: its first line, where that is declared, and the message.
    pub(crate) fn take_warnings(&mut self) -> impl Iterator<Item = (Msisdn, Source, String)> + use<> {
        let today = self.today;
        std::mem::take(&mut self.found).into_iter().map(move |((fleet, date, cause), lines)| {
            let (msisdn, source) = lines.first;
            (msisdn, source, message(&fleet, date, cause, lines.count, lines.monthly, today))
        })
    }
}

fn message(fleet: &str, date: Date, cause: Cause, count: u64, monthly: Money, today: Date) -> String {
    let (who, ends, is, together) = match count {
        0 | 1 => (String::new(), "ends", "is", ""),
        2 => (format!("this line and another one of {fleet} "), "end", "are", " together"),
        _ => (format!("this line and {} others of {fleet} ", count - 1), "end", "are", " together"),
    };
    let (month, last) = (month(date), date.last_of_month());
    let billed = format!("all of {month} is billed ({monthly}{together})");
    match (cause, last_day_before(date, today)) {
        (Cause::Held, _) => {
            let shorter = date.yesterday().and_then(Date::yesterday).unwrap_or(date);
            format!("{who}{is} held into {month}, so {billed}: terminateAfter {shorter} or earlier would save it")
        }
        (Cause::Late(declared), _) => {
            format!("{who}{ends} on {date}, as the declared {declared} is over: {billed}, on any day until {last}")
        }
        (Cause::Terminated, Some(before)) => {
            format!("{who}{ends} on {date}: {billed}, on any day until {last}; on or before {before} it would not be")
        }
        (Cause::Terminated, None) => format!("{who}{ends} on {date}: {billed}, on any day until {last}"),
    }
}
