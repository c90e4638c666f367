//! Tables of rows, however many.
//!
//! Rows stand in portions: a browser lays out those that are looked at, and only guesses the height of the others. And
//! only the first rows stand in the document at once. The others stand in lots, each a table in a `noscript`: to a
//! browser that runs the script a lot is text, which it reads where it has time for it and puts under the first rows; any
//! other shows the tables as they are. So ten thousand rows open as fast as a few hundred, and all are there for finding
//! and printing.

use maud::{Markup, html};

use crate::render::view::Count;

/// How many rows are laid out together. The style guesses the height of as many.
const PORTION: usize = 50;

/// How many rows stand in the document at once.
const FIRST: usize = 4 * PORTION;

/// How many rows the script reads at a time. Whole portions.
const LOT: usize = 10 * PORTION;

/// From so many rows on a list is folded, where nothing in it has to be seen.
const LONG: usize = 20;

/// What is the same of a table and its continuations.
pub(super) struct Frame<'t> {
    /// The name by which the script knows it, if it does.
    pub(super) id: Option<&'static str>,
    /// By which the style knows its columns.
    pub(super) class: &'t str,
    /// What it shows, for those who cannot see where it stands.
    pub(super) caption: &'t str,
    /// Heads of the columns.
    pub(super) columns: &'t [&'static str],
}

impl Frame<'_> {
    /// A table of items, each a row (`tr`).
    pub(super) fn rows<T>(&self, items: &[T], row: impl Fn(&T) -> Markup) -> Markup {
        let (first, others) = items.split_at(items.len().min(FIRST));
        html! {
            div .sheet role="region" aria-label=(self.caption) tabindex="0" {
                (self.table(first, self.id, "", &row))
                @for lot in others.chunks(LOT) {
                    "\n"
                    noscript { (self.table(lot, None, ", continued", &row)) }
                }
            }
            "\n"
        }
    }

    fn table<T>(&self, items: &[T], id: Option<&str>, more: &str, row: impl Fn(&T) -> Markup) -> Markup {
        html! {
            table id=[id] class={ "rows " (self.class) } {
                caption { (self.caption) (more) }
                thead { tr { @for column in self.columns { th scope="col" { (column) } } } }
                @for portion in items.chunks(PORTION) {
                    // Only the height of a full one can be guessed.
                    tbody class=[(portion.len() == PORTION).then_some("portion")] {
                        @for item in portion { "\n" (row(item)) }
                    }
                }
            }
        }
    }
}

/// A table whose rows are headed by their first cell.
pub(super) struct Table<'t> {
    /// By which the style knows its columns.
    pub(super) class: &'static str,
    /// What it shows.
    pub(super) caption: &'t str,
    /// Heads of the columns; also what stands before each cell on a narrow screen.
    pub(super) columns: &'t [&'static str],
    /// Cells as many as columns.
    pub(super) rows: Vec<Vec<Markup>>,
}

impl Table<'_> {
    /// Every row in the open.
    pub(super) fn open(&self) -> Markup {
        let Self { class, caption, columns, rows } = self;
        Frame { id: None, class, caption, columns }.rows(rows, |cells| self.row(cells))
    }

    /// Folded where it is long.
    pub(super) fn folded(&self) -> Markup {
        if self.rows.len() <= LONG {
            return self.open();
        }
        html! {
            details {
                summary { (self.caption) ": " (Count::from(self.rows.len())) }
                (self.open())
            }
            "\n"
        }
    }

    fn row(&self, cells: &[Markup]) -> Markup {
        html! {
            tr {
                @for (index, (cell, column)) in cells.iter().zip(self.columns).enumerate() {
                    @if index == 0 { th scope="row" { (cell) } } @else { td data-head=(column) { (cell) } }
                }
            }
        }
    }
}
