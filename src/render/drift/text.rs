//! Drift as text for a terminal or a log. The last line is the verdict.

use std::io::{self, Write};

use super::words::{application, by_whom, coming, compared_with, expired, ignored, review, verdict};
use crate::plan::drift::{Acceptance, AcceptedChange, DriftAccount, DriftEntry, DriftReport, LeftChange};
use crate::render::escape::plain;
use crate::render::patch::{self, Reader};
use crate::render::text::{Paint, difference, place};
use crate::render::view::{Count, Symbol};

/// Writes what changed outside. The patch that it may hold is for this reader.
pub fn write(out: &mut (impl Write + ?Sized), report: &DriftReport, reader: Reader) -> io::Result<()> {
    let paint = Paint { on: reader == Reader::Person { color: true } };
    for account in &report.accounts {
        let DriftAccount { name, carrier, observed_at, lines, without_baseline, in_doubt, .. } = account;
        let (contractor, host) = (plain(&carrier.contractor_id), plain(&carrier.host));
        let with = compared_with(account);
        let name = paint.bold(&plain(name));
        writeln!(out, "Account {name}: {contractor} at {host}, {} lines at {observed_at} against {with}", Count(*lines))?;
        if !without_baseline.is_empty() {
            writeln!(out, "  {} declared without a baseline, not compared", Count::from(without_baseline.len()))?;
        }
        for msisdn in in_doubt {
            writeln!(out, "  {} {msisdn}  not compared: an operation of ours is in doubt", paint.symbol(Symbol::Doubt))?;
        }
    }
    writeln!(out)?;
    let has_accounts = report.accounts.len() > 1;
    for entry in &report.drift {
        writeln!(out, "  {}", row(entry, has_accounts, false, paint))?;
    }
    if !report.ignored.is_empty() {
        let gap = if report.drift.is_empty() { "" } else { "\n" };
        writeln!(out, "{gap}{}", paint.bold(&format!("Ignored for now: {}", Count::from(report.ignored.len()))))?;
    }
    for entry in &report.ignored {
        writeln!(out, "  {}", row(entry, has_accounts, true, paint))?;
    }
    let has_reviews = reviews(out, report, paint)?;
    if let Some(acceptance) = &report.accept {
        accept(out, acceptance, has_accounts, (paint, reader))?;
    }
    if has_reviews || !report.drift.is_empty() || !report.ignored.is_empty() {
        writeln!(out)?;
    }
    writeln!(out, "{}", paint.bold(&verdict(report)))
}

/// What has to be done about the ignores themselves.
fn reviews(out: &mut (impl Write + ?Sized), report: &DriftReport, paint: Paint) -> io::Result<bool> {
    let said: Vec<_> = report.ignores.iter().filter_map(|one| Some((review(one, &report.drift)?, place(&one.source)))).collect();
    if !said.is_empty() {
        let gap = if report.drift.is_empty() && report.ignored.is_empty() { "" } else { "\n" };
        writeln!(out, "{gap}{}", paint.bold("Ignores to look at:"))?;
    }
    for (text, place) in &said {
        writeln!(out, "  {} {}  {}", paint.symbol(Symbol::Warning), plain(text), paint.dim(place))?;
    }
    Ok(!said.is_empty())
}

fn row(entry: &DriftEntry, has_accounts: bool, is_ignored: bool, paint: Paint) -> String {
    let DriftEntry { account, msisdn, name, field, baseline, observed, by, source, ignore, .. } = entry;
    let symbol = paint.symbol(if entry.pending { Symbol::Wait } else { Symbol::Change });
    let account = if has_accounts { format!("{}/", plain(account)) } else { String::new() };
    let name = name.as_deref().map(|name| format!(" ({})", plain(name))).unwrap_or_default();
    let (before, now) = difference(&plain(baseline), &plain(observed), paint);
    let mut parts = vec![format!("{} {before} -> {now}", plain(field))];
    parts.extend(coming(entry));
    parts.push(plain(&by_whom(by.as_deref())).into_owned());
    parts.extend(application(entry).map(|text| plain(&text).into_owned()));
    parts.extend(ignore.as_ref().map(|note| plain(&if is_ignored { ignored(note) } else { expired(note) }).into_owned()));
    format!("{symbol} {account}{msisdn}{name}  {}  {}", parts.join(", "), paint.dim(&place(source)))
}

fn accept(
    out: &mut (impl Write + ?Sized),
    acceptance: &Acceptance,
    has_accounts: bool,
    (paint, reader): (Paint, Reader),
) -> io::Result<()> {
    let Acceptance { written, changes, left, patch } = acceptance;
    let account = |name: &str| if has_accounts { format!("{}/", plain(name)) } else { String::new() };
    if !changes.is_empty() {
        let what = if *written { "written" } else { "not written: --write does that" };
        writeln!(out, "\n{}", paint.bold(&format!("Accepted: {} ({what})", Count::from(changes.len()))))?;
        for AcceptedChange { account: name, msisdn, field, from, to, source } in changes {
            let place = paint.dim(&place(source));
            let (from, to) = difference(&plain(from), &plain(to), paint);
            writeln!(out, "  {}{msisdn}  {} {from} -> {to}  {place}", account(name), plain(field))?;
        }
        writeln!(out)?;
        patch::write(out, patch, reader)?;
    }
    if !left.is_empty() {
        writeln!(out, "\n{}", paint.bold(&format!("Not accepted: {}", Count::from(left.len()))))?;
        for LeftChange { account: name, msisdn, field, observed, why, source } in left {
            let place = paint.dim(&place(source));
            writeln!(out, "  {}{msisdn}  {} {}: {}  {place}", account(name), plain(field), plain(observed), plain(why))?;
        }
    }
    Ok(())
}
