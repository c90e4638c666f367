//! A plan in pieces that are shown or left out whole: sections, parts, rows.

use super::topic::Topic;

/// A plan before it is cut.
#[derive(Debug)]
pub(super) struct Document {
    /// Verdict, counts, cost, approval: always shown.
    pub(super) head: String,
    /// In the order in which they are read.
    pub(super) sections: Vec<Section>,
}

/// A heading and what stands under it.
#[derive(Debug)]
pub(super) struct Section {
    /// What it is about. Several sections can be about the same: one a fleet and kind.
    pub(super) topic: Topic,
    /// Behind `###`.
    pub(super) title: String,
    /// A line under the heading; empty for none.
    pub(super) intro: String,
    /// What is said, in this order.
    pub(super) parts: Vec<Part>,
}

/// A sentence, a table or a list.
#[derive(Debug)]
pub(super) struct Part {
    /// A paragraph before the rows; empty for none.
    pub(super) lead: String,
    /// How the rows are written.
    pub(super) shape: Shape,
    /// Folded behind these words.
    pub(super) fold: Option<String>,
    /// The rows.
    pub(super) rows: Rows,
}

/// How rows are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// A row a line, under these heads.
    Table(Vec<&'static str>),
    /// One after another, with commas.
    List,
}

/// Rows and their size.
#[derive(Debug, Default)]
pub(super) struct Rows {
    written: Vec<String>,
    /// The bytes of the first one, the first two, and so on.
    ends: Vec<usize>,
    total: usize,
}

impl Rows {
    /// Writes rows until they hold more bytes than could be shown; the others are only counted.
    pub(super) fn of<T>(items: &[T], most: usize, write: impl Fn(&T) -> String) -> Self {
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
    pub(super) fn total(&self) -> usize {
        self.total
    }

    /// Those that can be shown.
    pub(super) fn written(&self) -> usize {
        self.written.len()
    }

    /// The first ones.
    pub(super) fn first(&self, count: usize) -> &[String] {
        self.written.get(..count).unwrap_or(&self.written)
    }

    /// The bytes of the first ones, without what stands between them.
    pub(super) fn bytes(&self, count: usize) -> usize {
        count.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(0)
    }
}

/// How much of a section is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// Heading and line under it. Without it nothing of the section is.
    pub(super) heading: bool,
    /// Of every part.
    pub(super) parts: Vec<ShownPart>,
}

/// How much of a part is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ShownPart {
    /// Its paragraph.
    pub(super) lead: bool,
    /// The first rows.
    pub(super) rows: usize,
}

impl Section {
    /// How many rows it has.
    pub(super) fn total(&self) -> usize {
        self.parts.iter().map(|part| part.rows.total()).sum()
    }

    /// Nothing of it.
    pub(super) fn none(&self) -> Shown {
        Shown { heading: false, parts: vec![ShownPart::default(); self.parts.len()] }
    }

    /// All of it that was written.
    pub(super) fn all(&self) -> Shown {
        let parts = self.parts.iter().map(|part| ShownPart { lead: true, rows: part.rows.written() });
        Shown { heading: true, parts: parts.collect() }
    }
}

impl Shown {
    /// How many rows.
    pub(super) fn rows(&self) -> usize {
        self.parts.iter().map(|part| part.rows).sum()
    }
}
