//! Pieces as Markdown: written, or only measured. Both go through the same lines, so that what was
//! measured is what is written.

use super::document::{Part, Rows, Section, Shape, Shown, ShownPart};
use crate::render::view::Count;

/// Takes Markdown.
pub(super) trait Sink {
    /// Takes text.
    fn text(&mut self, text: &str);

    /// Takes the first rows, with what stands between and behind them.
    fn rows(&mut self, rows: &Rows, count: usize, between: &str, behind: &str);
}

impl Sink for String {
    fn text(&mut self, text: &str) {
        self.push_str(text);
    }

    fn rows(&mut self, rows: &Rows, count: usize, between: &str, behind: &str) {
        for (index, row) in rows.first(count).iter().enumerate() {
            if index > 0 {
                self.push_str(between);
            }
            self.push_str(row);
        }
        self.push_str(behind);
    }
}

/// Counts bytes.
#[derive(Debug, Default)]
pub(super) struct Size(pub(super) usize);

impl Sink for Size {
    fn text(&mut self, text: &str) {
        self.0 += text.len();
    }

    fn rows(&mut self, rows: &Rows, count: usize, between: &str, behind: &str) {
        self.0 += rows.bytes(count) + count.saturating_sub(1) * between.len() + behind.len();
    }
}

/// What is shown of a section.
pub(super) fn section(out: &mut impl Sink, section: &Section, shown: &Shown) {
    let Shown { heading, parts } = shown;
    if !heading {
        return;
    }
    out.text("\n### ");
    out.text(&section.title);
    out.text("\n");
    if !section.intro.is_empty() {
        out.text(&section.intro);
        out.text("\n");
    }
    let mut missing = 0;
    for (part, shown) in section.parts.iter().zip(parts) {
        if shown.rows == 0 {
            missing += part.rows.total();
        }
        self::part(out, part, *shown);
    }
    if missing > 0 {
        out.text(&format!("\n{} left out here.\n", Count::from(missing)));
    }
}

fn part(out: &mut impl Sink, part: &Part, shown: ShownPart) {
    if shown.lead && !part.lead.is_empty() {
        out.text("\n");
        out.text(&part.lead);
        out.text("\n");
    }
    if shown.rows == 0 {
        return;
    }
    if let Some(summary) = &part.fold {
        out.text("\n<details><summary>");
        out.text(summary);
        out.text("</summary>\n");
    }
    // Tables, lists and what follows HTML need an empty line before them.
    out.text("\n");
    match &part.shape {
        Shape::Table(columns) => {
            out.text(&head(columns));
            out.rows(&part.rows, shown.rows, "\n", "\n");
        }
        Shape::Ledger(numbers, columns) => {
            out.text(&ledger(*numbers, columns));
            out.rows(&part.rows, shown.rows, "\n", "\n");
        }
        Shape::Bullets => {
            out.text("- ");
            out.rows(&part.rows, shown.rows, "\n- ", "\n");
        }
        Shape::List => out.rows(&part.rows, shown.rows, ", ", "\n"),
    }
    let hidden = part.rows.total().saturating_sub(shown.rows);
    if hidden > 0 {
        out.text(&format!("\nand {} more.\n", Count::from(hidden)));
    }
    if part.fold.is_some() {
        out.text("\n</details>\n");
    }
}

/// The head of a table.
pub(super) fn head(columns: &[&str]) -> String {
    ledger(0, columns)
}

/// The head of a table with numbers in its first columns.
fn ledger(numbers: usize, columns: &[&str]) -> String {
    let texts = columns.len().saturating_sub(numbers);
    format!("| {} |\n|{}{}\n", columns.join(" | "), " ---: |".repeat(numbers), " --- |".repeat(texts))
}
