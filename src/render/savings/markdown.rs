//! The report as Markdown, for an issue or a pull request. Everything that others wrote is escaped.

use std::io::{self, Write};

use super::words;
use crate::render::escape::{markdown, markdown_code};
use crate::render::view::Count;
use crate::savings::{Finding, FindingKind, Savings, Subject};

/// The first line: by it a bot finds its own comment again.
pub const MARKER: &str = "<!-- simfleet report -->";

/// Writes the report: totals first, then each account.
pub fn write(out: &mut (impl Write + ?Sized), accounts: &[Savings]) -> io::Result<()> {
    let sum = words::sum(accounts);
    writeln!(out, "{MARKER}")?;
    writeln!(out, "**{}**", markdown(&words::headline(accounts)))?;
    writeln!(out)?;
    writeln!(out, "| finding | lines | cost a month | saves a month |\n| --- | ---: | ---: | ---: |")?;
    for kind in FindingKind::ALL {
        let total = sum.kinds.get(&kind).copied().unwrap_or_default();
        writeln!(out, "| {} | {} | {} | {} |", words::title(kind), Count(total.lines), total.monthly, total.saving)?;
    }
    for savings in accounts {
        if accounts.len() > 1 {
            writeln!(out, "\n### Account {}", markdown_code(&savings.account))?;
        }
        account(out, savings)?;
    }
    Ok(())
}

fn account(out: &mut (impl Write + ?Sized), savings: &Savings) -> io::Result<()> {
    if !savings.findings.is_empty() {
        writeln!(out, "\n| saves | costs | finding | line | name | plan | system | fleet | what |")?;
        writeln!(out, "| ---: | ---: | --- | --- | --- | --- | --- | --- | --- |")?;
    }
    for finding in &savings.findings {
        row(out, savings, finding)?;
    }
    if !savings.unknown.is_empty() {
        writeln!(out, "\n{} unknown:\n\n| line | what | why |\n| --- | --- | --- |", Count::from(savings.unknown.len()))?;
    }
    for unknown in &savings.unknown {
        let why = markdown(&words::why(&unknown.why));
        writeln!(out, "| {} | {} | {why} |", markdown_code(unknown.msisdn.as_str()), words::reading(unknown.what))?;
    }
    for (index, note) in words::notes(savings).iter().enumerate() {
        let gap = if index == 0 { "\n" } else { "" };
        writeln!(out, "{gap}- {}", markdown(note))?;
    }
    Ok(())
}

fn row(out: &mut (impl Write + ?Sized), savings: &Savings, finding: &Finding) -> io::Result<()> {
    let Subject { msisdn, name, labels, fleet, system, service, plan, status: _, monthly } = &finding.subject;
    let labels = words::labels(labels.as_deref());
    let named = [name.as_deref().unwrap_or_default(), &labels];
    let named: Vec<String> = named.into_iter().filter(|text| !text.is_empty()).map(markdown).collect();
    writeln!(
        out,
        "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        finding.saving,
        words::fee(*monthly),
        words::title(finding.matter.kind()),
        markdown_code(msisdn.as_str()),
        named.join("<br>"),
        markdown_code(plan.as_str()),
        markdown_code(&format!("{system}/{service}")),
        fleet.as_deref().map(markdown).unwrap_or_default(),
        markdown(&words::detail(finding, savings.month)),
    )
}
