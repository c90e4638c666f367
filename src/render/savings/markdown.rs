//! The report as Markdown, for an issue or a pull request: the sums first, then of each account as much as fits, the largest
//! saving first. Everything that others wrote is escaped.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::words;
use crate::render::MarkdownOptions;
use crate::render::escape::{markdown, markdown_code, shortened};
use crate::render::markdown::{Document, LONG, Part, Rows, Section, Shape, TooLarge, Topic, fit};
use crate::render::view::Count;
use crate::savings::{Finding, FindingKind, Savings, Subject, Unknown};

/// The report, of no more bytes than are allowed: rows are shown whole or counted. The sums always stand there; where not even
/// those fit, there is no text.
pub fn render(accounts: &[Savings], options: &MarkdownOptions) -> Result<String, TooLarge> {
    let page = Page { options, has_accounts: accounts.len() > 1 };
    let document = Document {
        head: head(accounts, options),
        sections: accounts.iter().flat_map(|savings| page.account(savings)).collect(),
        elsewhere: "All of it: `simfleet report … --format csv` or `--format json`.",
        required: "the report's sums and what is left out of it take",
    };
    fit(&document, options.max_bytes, options.rows)
}

/// The sums, of a size that does not depend on how many lines there are.
fn head(accounts: &[Savings], options: &MarkdownOptions) -> String {
    let sum = words::sum(accounts);
    let mut head = format!("{}\n**{}**\n\n", options.marker.of("report"), markdown(&words::headline(accounts)));
    head += "| finding | lines | cost a month | saves a month |\n| --- | ---: | ---: | ---: |\n";
    for kind in FindingKind::ALL {
        let total = sum.kinds.get(&kind).copied().unwrap_or_default();
        let _ = writeln!(head, "| {} | {} | {} | {} |", words::title(kind), Count(total.lines), total.monthly, total.saving);
    }
    head
}

struct Page<'o> {
    options: &'o MarkdownOptions,
    has_accounts: bool,
}

impl Page<'_> {
    fn account(&self, savings: &Savings) -> Vec<Section> {
        let columns = vec!["saves", "costs", "finding", "line", "name", "plan", "system", "fleet", "what"];
        let findings =
            self.section(savings, Topic::Findings, "Findings", Shape::Ledger(2, columns), &savings.findings, |finding| {
                self.finding(savings, finding)
            });
        let columns = vec!["line", "what", "why"];
        let unknown = self.section(savings, Topic::Unknown, "Unknown", Shape::Table(columns), &savings.unknown, |unknown| {
            let Unknown { what, why, msisdn } = unknown;
            format!("| {} | {} | {} |", markdown_code(msisdn.as_str()), words::reading(*what), self.text(&words::why(why)))
        });
        let notes = words::notes(savings);
        let notes = self.section(savings, Topic::Notes, "Notes", Shape::Bullets, &notes, |note| self.text(note));
        [findings, unknown, notes].into_iter().filter(|section| section.total() > 0).collect()
    }

    fn section<T>(
        &self,
        savings: &Savings,
        topic: Topic,
        title: &str,
        shape: Shape,
        items: &[T],
        row: impl Fn(&T) -> String,
    ) -> Section {
        let account = if self.has_accounts { format!("Account {}: ", self.code(&savings.account)) } else { String::new() };
        let rows = Rows::of(items, self.options.max_bytes.unwrap_or(usize::MAX), row);
        Section {
            topic,
            title: format!("{account}{title}: {}", Count::from(items.len())),
            intro: String::new(),
            parts: vec![Part { lead: String::new(), shape, fold: None, rows }],
        }
    }

    fn finding(&self, savings: &Savings, finding: &Finding) -> String {
        let Subject { msisdn, name, labels, fleet, system, service, plan, status: _, monthly } = &finding.subject;
        let labels = words::labels(labels.as_deref());
        let named = [name.as_deref().unwrap_or_default(), &labels];
        let named: Vec<String> = named.into_iter().filter(|text| !text.is_empty()).map(|text| self.text(text)).collect();
        format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            finding.saving,
            words::fee(*monthly),
            words::title(finding.matter.kind()),
            markdown_code(msisdn.as_str()),
            named.join("<br>"),
            self.code(plan.as_str()),
            self.code(&format!("{system}/{service}")),
            fleet.as_deref().map(|fleet| self.text(fleet)).unwrap_or_default(),
            self.text(&words::detail(finding, savings.month)),
        )
    }

    /// Others' text, shortened where space is.
    fn brief<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.options.max_bytes.is_none() { Cow::Borrowed(text) } else { shortened(text, LONG) }
    }

    fn text(&self, text: &str) -> String {
        markdown(&self.brief(text))
    }

    fn code(&self, text: &str) -> String {
        markdown_code(&self.brief(text))
    }
}
