//! The money-saving report: totals, findings, and what is unknown.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::sheet::{Column, number, or_dash, text, write};
use crate::domain::calendar::YearMonth;
use crate::domain::money::CURRENCY;
use crate::domain::{Money, Msisdn};
use crate::render::escape::plain;
use crate::render::record::Record;
use crate::render::savings::words;
use crate::render::view::Count;
use crate::savings::{Finding, FindingKind, KindTotal, Reading, Savings, UnknownWhy};

/// Lines of which the same is unknown and that are named; JSON and CSV name all.
const NAMED: usize = 20;

struct Row<'a> {
    finding: &'a Finding,
    month: YearMonth,
}

/// Writes the report.
pub fn savings(out: &mut (impl Write + ?Sized), accounts: &[Savings]) -> io::Result<()> {
    let sum = words::sum(accounts);
    writeln!(out, "{}.", words::headline(accounts))?;
    writeln!(out)?;
    let kinds: Vec<(FindingKind, KindTotal)> =
        FindingKind::ALL.into_iter().map(|kind| (kind, sum.kinds.get(&kind).copied().unwrap_or_default())).collect();
    let kinds: Vec<Record<'_, (FindingKind, KindTotal)>> = kinds.iter().map(|row| Record { account: "", row }).collect();
    let columns: [Column<(FindingKind, KindTotal)>; 4] = [
        text("FINDING", |(kind, _)| words::title(*kind).to_owned()),
        number("LINES", |(_, total)| Count(total.lines).to_string()),
        number("COST/MONTH", |(_, total)| yen(total.monthly)),
        number("SAVES/MONTH", |(_, total)| yen(total.saving)),
    ];
    write(out, &kinds, &columns)?;
    findings(out, accounts)?;
    for savings in accounts {
        let of = if accounts.len() > 1 { format!("account {}: ", plain(&savings.account)) } else { String::new() };
        unknown(out, savings, &of)?;
        for note in words::notes(savings) {
            writeln!(out, "\n{of}{note}")?;
        }
    }
    Ok(())
}

fn findings(out: &mut (impl Write + ?Sized), accounts: &[Savings]) -> io::Result<()> {
    let mut rows: Vec<(&str, Row<'_>)> = accounts
        .iter()
        .flat_map(|savings| savings.findings.iter().map(|finding| (&*savings.account, Row { finding, month: savings.month })))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    // Each account is sorted already, and a stable sort keeps that.
    rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.finding.saving));
    let records: Vec<Record<'_, Row<'_>>> = rows.iter().map(|(account, row)| Record { account, row }).collect();
    let columns: [Column<Row<'_>>; 10] = [
        number("SAVES", |row| yen(row.finding.saving)),
        number("COSTS", |row| row.finding.subject.monthly.map_or_else(|| "?".to_owned(), yen)),
        text("FINDING", |row| words::title(row.finding.matter.kind()).to_owned()),
        text("MSISDN", |row| row.finding.subject.msisdn.to_string()),
        text("NAME", |row| or_dash(row.finding.subject.name.as_ref())),
        text("RATE PLAN", |row| row.finding.subject.plan.to_string()),
        text("SYSTEM/SERVICE", |row| format!("{}/{}", row.finding.subject.system, row.finding.subject.service)),
        text("FLEET", |row| or_dash(row.finding.subject.fleet.as_ref())),
        text("LABELS", |row| or_dash(Some(words::labels(row.finding.subject.labels.as_deref())))),
        text("WHAT", |row| words::detail(row.finding, row.month)),
    ];
    writeln!(out)?;
    write(out, &records, &columns)
}

fn unknown(out: &mut (impl Write + ?Sized), savings: &Savings, of: &str) -> io::Result<()> {
    let mut groups: BTreeMap<(Reading, &UnknownWhy), Vec<Msisdn>> = BTreeMap::new();
    for unknown in &savings.unknown {
        groups.entry((unknown.what, &unknown.why)).or_default().push(unknown.msisdn);
    }
    for ((what, why), lines) in groups {
        let mut named: Vec<String> = lines.iter().take(NAMED).map(ToString::to_string).collect();
        if lines.len() > NAMED {
            named.push(format!("and {} more (--format json names all)", Count::from(lines.len() - NAMED)));
        }
        let count = Count::from(lines.len());
        writeln!(out, "\n{of}Unknown, {} of {count}: {}", words::reading(what), plain(&words::why(why)))?;
        writeln!(out, "  {}", named.join(", "))?;
    }
    Ok(())
}

/// A number in the currency's whole units, for a column whose head names it.
fn yen(amount: Money) -> String {
    amount.to_string().replace(&format!(" {CURRENCY}"), "")
}
