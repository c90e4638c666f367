//! A text in pieces that are shown or left out whole: sections, parts, rows.

use super::topic::Topic;

/// A text before it is cut.
#[derive(Debug)]
pub(in crate::render) struct Document {
    /// Verdict, counts, cost, approval: always shown.
    pub(in crate::render) head: String,
    /// In the order in which they are read.
    pub(in crate::render) sections: Vec<Section>,
    /// Where all of it is, if some is left out: a sentence.
    pub(in crate::render) elsewhere: &'static str,
    /// What is shown whole or not at all.
    pub(in crate::render) required: &'static str,
}

/// A heading and what stands under it.
#[derive(Debug)]
pub(in crate::render) struct Section {
    /// What it is about. Several sections can be about the same: one a fleet and kind.
    pub(in crate::render) topic: Topic,
    /// Behind `###`.
    pub(in crate::render) title: String,
    /// A line under the heading; empty for none.
    pub(in crate::render) intro: String,
    /// What is said, in this order.
    pub(in crate::render) parts: Vec<Part>,
}

/// A sentence, a table or a list.
#[derive(Debug)]
pub(in crate::render) struct Part {
    /// A paragraph before the rows; empty for none.
    pub(in crate::render) lead: String,
    /// How the rows are written.
    pub(in crate::render) shape: Shape,
    /// Folded behind these words.
    pub(in crate::render) fold: Option<String>,
    /// The rows.
    pub(in crate::render) rows: Rows,
}

/// How rows are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::render) enum Shape {
    /// A row a line, under these heads.
    Table(Vec<&'static str>),
    /// The same, with numbers in so many of the first columns.
    Ledger(usize, Vec<&'static str>),
    /// One a line, with a dash.
    Bullets,
    /// One after another, with commas.
    List,
}

/// Rows and their size.
#[derive(Debug, Default)]
pub(in crate::render) struct Rows {
    written: Vec<String>,
    /// The bytes of the first one, the first two, and so on.
    ends: Vec<usize>,
    total: usize,
}

impl Rows {
    /// Writes rows until they hold more bytes than could be shown; the others are only counted.
    pub(in crate::render) fn of<T>(items: &[T], most: usize, write: impl Fn(&T) -> String) -> Self {
        let mut rows = Self { total: items.len(), ..Self::default() };
        for item in items {
            if rows.bytes(rows.written.len()) > most {
                break;
            }
            let row = write(item);
            rows.ends.push(rows.bytes(rows.written.len()) + row.len());
            rows.written.push(row);
        }
        rows
    }

    /// All there are.
    pub(in crate::render) fn total(&self) -> usize {
        self.total
    }

    /// Those that can be shown.
    pub(in crate::render) fn written(&self) -> usize {
        self.written.len()
    }

    /// The first ones.
    pub(in crate::render) fn first(&self, count: usize) -> &[String] {
        self.written.get(..count).unwrap_or(&self.written)
    }

    /// The bytes of the first ones, without what stands between them.
    pub(in crate::render) fn bytes(&self, count: usize) -> usize {
        count.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(0)
    }
}

/// How much of a section is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::render) struct Shown {
    /// Heading and line under it. Without it nothing of the section is.
    pub(in crate::render) heading: bool,
    /// Of every part.
    pub(in crate::render) parts: Vec<ShownPart>,
}

/// How much of a part is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::render) struct ShownPart {
    /// Its paragraph.
    pub(in crate::render) lead: bool,
    /// The first rows.
    pub(in crate::render) rows: usize,
}

impl Section {
    /// How many rows it has.
    pub(in crate::render) fn total(&self) -> usize {
        self.parts.iter().map(|part| part.rows.total()).sum()
    }

    /// Nothing of it.
    pub(in crate::render) fn none(&self) -> Shown {
        Shown { heading: false, parts: vec![ShownPart::default(); self.parts.len()] }
    }

    /// All of it that was written.
    pub(in crate::render) fn all(&self) -> Shown {
        let parts = self.parts.iter().map(|part| ShownPart { lead: true, rows: part.rows.written() });
        Shown { heading: true, parts: parts.collect() }
    }
}

impl Shown {
    /// How many rows.
    pub(in crate::render) fn rows(&self) -> usize {
        self.parts.iter().map(|part| part.rows).sum()
    }
}
