//! An apply as text: a line an event while it runs, a report at its end.

mod bill;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::time::Duration;

use jiff::civil::Date;

use crate::domain::OperationKind;
use crate::exec::settle::{SettledAs, Settlement};
use crate::exec::{ApplyReport, Event, OperationReport, Outcome};
use crate::plan::Plan;
use crate::render::escape::plain;
use crate::render::text::Paint;
use crate::render::view::{Count, Symbol};
use bill::Bill;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportOptions {
    /// With ANSI colours.
    pub color: bool,
    /// Every operation that was not done, however many there are.
    pub full: bool,
    /// The rows of a list that are shown. Operations in doubt are always all shown.
    pub rows: usize,
}

impl Default for ReportOptions {
    fn default() -> Self {
        Self { color: false, full: false, rows: 10 }
    }
}

/// What the date of an operation that is done means, where it is worth a word: of a cancelled application it is
/// the date on which that would have counted.
fn when(kind: OperationKind, date: Date) -> Option<String> {
    match kind {
        OperationKind::ChangeRatePlan => Some(format!("in force from {date}")),
        OperationKind::Terminate => Some(format!("ends with {date}")),
        OperationKind::PlaceOrder => Some(format!("expected on {date}")),
        OperationKind::Suspend
        | OperationKind::Resume
        | OperationKind::BindImei
        | OperationKind::Allocate
        | OperationKind::Deallocate
        | OperationKind::StartUse
        | OperationKind::BuyCoupon
        | OperationKind::CancelApplication => None,
    }
}

/// An outcome in a few words.
fn outcome(kind: OperationKind, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Confirmed { effective, .. } => {
            let when = effective.and_then(|date| when(kind, date)).map(|when| format!(", {when}"));
            format!("done{}", when.unwrap_or_default())
        }
        Outcome::Accepted { application } => format!("accepted as {}", plain(application.as_str())),
        Outcome::Rejected { code, message } => {
            let words: Vec<_> = [code, message].into_iter().filter(|text| !text.is_empty()).map(|text| plain(text)).collect();
            format!("rejected: {}", words.join(" "))
        }
        Outcome::Stale { why } => format!("stale, not sent: {}", plain(why)),
        Outcome::Skipped { because } => format!("not sent: {} was not done", plain(&because.0)),
        Outcome::NotSent { why } => format!("not sent: {}", plain(why)),
        Outcome::InDoubt { note } => format!("in doubt: {}", plain(note)),
    }
}

/// An event as a line of a log; `None` where it is not worth one. Numbers are masked.
pub fn line(event: &Event) -> Option<String> {
    match event {
        Event::Started { operations, requests } => {
            Some(format!("applying {} operations in {} requests", Count(*operations), Count(*requests)))
        }
        Event::OperationEnded { id: _, kind, subject, outcome: ended } => {
            Some(format!("{kind} {}: {}", subject.masked(), outcome(*kind, ended)))
        }
        Event::RetryScheduled { request, after, why } => {
            Some(format!("{request}: {}; again in {} s", plain(why), after.as_secs_f64().ceil()))
        }
        Event::OutcomeLost { request, why, patience } => Some(format!(
            "{request}: outcome unknown ({}); asking the carrier what became of it, for up to {}",
            plain(why),
            duration(*patience)
        )),
        Event::Stopping => Some("stopping: nothing new is sent".to_owned()),
        Event::RequestSent { .. } | Event::RequestAccepted { .. } | Event::Waiting { .. } => None,
    }
}

/// A time, as people say it: `45 s`, `17 min`, `24 h`, `3 days`. Rounded up: what is waited for is there by then.
pub fn duration(time: Duration) -> String {
    const UNITS: [(u64, &str); 3] = [(24 * 60 * 60, "days"), (60 * 60, "h"), (60, "min")];
    let seconds = time.as_secs();
    let (size, unit) = UNITS.into_iter().find(|(size, _)| seconds >= 2 * size).unwrap_or((1, "s"));
    format!("{} {unit}", seconds.div_ceil(size))
}

/// What an operation in doubt turned out to be, as a line of a log. Numbers are masked.
pub fn settlement(settlement: &Settlement) -> String {
    let Settlement { record, verdict } = settlement;
    let became = match verdict {
        SettledAs::Accepted(application) => format!("it was accepted as {}", plain(application.as_str())),
        SettledAs::Confirmed { application: Some(application), .. } => format!("it was done, as {}", plain(application.as_str())),
        SettledAs::Confirmed { application: None, .. } => "it was done".to_owned(),
        SettledAs::Rejected { note, .. } => format!("it was refused: {}", plain(note)),
        SettledAs::NotDone(note) => format!("it was not done: {}", plain(note)),
    };
    format!("settled: {} {} was in doubt; {became}", record.kind, record.subject.masked())
}

/// Writes what became of a plan, account by account: what was bought with its application numbers, what
/// it cost. The last line is the sum.
pub fn write(out: &mut (impl Write + ?Sized), plan: &Plan, reports: &[ApplyReport], options: &ReportOptions) -> io::Result<()> {
    let bill = Bill::new(plan);
    for report in reports {
        account(out, &bill, report, options)?;
    }
    let paint = Paint { on: options.color };
    writeln!(out, "{}", paint.bold(&sum(&bill, reports)))
}

fn account(out: &mut (impl Write + ?Sized), bill: &Bill<'_>, report: &ApplyReport, options: &ReportOptions) -> io::Result<()> {
    let ApplyReport { account, operations, requests_sent, stopped, fatal } = report;
    let paint = Paint { on: options.color };
    let noun = if *requests_sent == 1 { "request" } else { "requests" };
    writeln!(out, "Account {}: {} {noun} sent", paint.bold(&plain(account)), Count(*requests_sent))?;
    if let Some(fatal) = fatal {
        writeln!(out, "  {} {}", paint.symbol(Symbol::Alert), plain(fatal))?;
    }
    if *stopped {
        writeln!(out, "  {} stopped before the end: apply again to go on", paint.symbol(Symbol::Alert))?;
    }
    for (kind, done) in done(operations) {
        writeln!(out, "  {} {kind}: {done}", paint.symbol(Symbol::of(kind)))?;
        let bought: Vec<String> =
            operations.iter().filter(|operation| operation.kind == kind).filter_map(|operation| bill.bought(operation)).collect();
        let shown = if options.full || bought.len() <= options.rows + 1 { bought.len() } else { options.rows };
        for row in bought.iter().take(shown) {
            writeln!(out, "      {row}")?;
        }
        if bought.len() > shown {
            writeln!(out, "      ... and {} more (--full shows all)", Count::from(bought.len() - shown))?;
        }
    }
    // What wants a decision first.
    for name in ["inDoubt", "rejected", "stale", "notSent", "skipped"] {
        let rows: Vec<&OperationReport> = operations.iter().filter(|operation| operation.outcome.as_str() == name).collect();
        let is_doubt = name == "inDoubt";
        let shown = if options.full || is_doubt || rows.len() <= options.rows + 1 { rows.len() } else { options.rows };
        let symbol = paint.symbol(if is_doubt { Symbol::Doubt } else { Symbol::Blocked });
        for OperationReport { id, kind, subject, outcome: ended } in rows.iter().take(shown) {
            let what = bill.what(id).map(|what| format!("  {what}")).unwrap_or_default();
            let id = if is_doubt { format!(" (simfleet ops show {})", plain(&id.0)) } else { String::new() };
            writeln!(out, "  {symbol} {subject}  {kind}{what}  {}{id}", outcome(*kind, ended))?;
        }
        if rows.len() > shown {
            writeln!(out, "    ... and {} more {} (--full shows all)", Count::from(rows.len() - shown), words(name))?;
        }
    }
    Ok(())
}

/// What was done of each kind, such as `12 done, 3 accepted, in force from 2026-12-01`.
fn done(operations: &[OperationReport]) -> BTreeMap<OperationKind, String> {
    let mut counts: BTreeMap<OperationKind, (usize, usize, BTreeSet<Date>)> = BTreeMap::new();
    for operation in operations {
        match &operation.outcome {
            Outcome::Confirmed { effective, .. } => {
                let (confirmed, _, dates) = counts.entry(operation.kind).or_default();
                *confirmed += 1;
                dates.extend(*effective);
            }
            Outcome::Accepted { .. } => counts.entry(operation.kind).or_default().1 += 1,
            Outcome::Rejected { .. }
            | Outcome::Stale { .. }
            | Outcome::Skipped { .. }
            | Outcome::NotSent { .. }
            | Outcome::InDoubt { .. } => {}
        }
    }
    let text = |kind: OperationKind, (confirmed, accepted, dates): (usize, usize, BTreeSet<Date>)| {
        let counts = [(confirmed, "done"), (accepted, "accepted")].into_iter().filter(|(count, _)| *count > 0);
        let counts = counts.map(|(count, what)| format!("{} {what}", Count::from(count)));
        let dates = dates.into_iter().filter_map(|date| when(kind, date));
        counts.chain(dates).collect::<Vec<_>>().join(", ")
    };
    counts.into_iter().map(|(kind, counts)| (kind, text(kind, counts))).collect()
}

/// `Partly applied: 41 done, 2 accepted; 1 rejected, 1 in doubt; cost +12,400 JPY once; in doubt +1,500 JPY once.`
fn sum(bill: &Bill<'_>, reports: &[ApplyReport]) -> String {
    let count = |name: &str| reports.iter().map(|report| report.count(name)).fold(0, u64::saturating_add);
    let texts = |names: &[&str]| {
        let counts = names.iter().map(|name| (count(name), words(name))).filter(|(count, _)| *count > 0);
        counts.map(|(count, what)| format!("{} {what}", Count(count))).collect::<Vec<_>>().join(", ")
    };
    let (done, not_done) = (texts(&["confirmed", "accepted"]), texts(&["rejected", "stale", "notSent", "skipped", "inDoubt"]));
    let counts = match (done.is_empty(), not_done.is_empty()) {
        (true, true) => "Nothing was to be done".to_owned(),
        (true, false) => format!("Nothing was done: {not_done}"),
        (false, true) => format!("Applied: {done}"),
        (false, false) => format!("Partly applied: {done}; {not_done}"),
    };
    let (costs, doubtful) = bill.costs(reports);
    let costs = [("cost", costs), ("in doubt", doubtful)].map(|(what, costs)| match costs.text() {
        none if none.is_empty() => none,
        text => format!("; {what} {text}"),
    });
    format!("{counts}{}.", costs.concat())
}

/// An outcome's name in a sentence.
fn words(name: &str) -> &str {
    match name {
        "confirmed" => "done",
        "notSent" => "not sent",
        "inDoubt" => "in doubt",
        other => other,
    }
}
