//! A plan as Markdown, for a comment on a pull request: verdict, counts and cost first, then what cannot
//! be undone and what is paid at once in full, then everything else as far as the comment holds it.
//!
//! | module | what it does |
//! |---|---|
//! | `marker` | the hidden line by which a comment is found again |
//! | `head`, `operations`, `listings` | what is said |
//! | `alike` | many entries as few sentences and their exceptions |
//! | `topic`, `document` | pieces that are shown or left out whole |
//! | `cut` | which of them fit |
//! | `write` | pieces as text |
//!
//! Everything that others wrote is escaped: no name can break a table, mention a person or pass for
//! markup of ours.

mod alike;
mod cut;
mod document;
mod head;
mod listings;
mod marker;
mod operations;
mod topic;
mod write;

use std::borrow::Cow;

use crate::domain::OperationKind;
use crate::plan::{Place, Plan};
use crate::render::escape::{markdown, markdown_code, shortened};
use crate::render::view::View;
pub(in crate::render) use topic::Topic;

pub use cut::TooLarge;
pub(in crate::render) use cut::fit;
pub(in crate::render) use document::{Document, Part, Rows, Section, Shape};
pub use marker::{InvalidMarker, Marker};

/// What a comment may hold: GitHub takes 65,536 characters, and whoever posts it may add some of his own.
pub const DEFAULT_MAX_BYTES: usize = 60_000;

/// The characters of a text of others, where space is short and nothing hangs on the rest.
pub(in crate::render) const LONG: usize = 300;

/// How a plan, or another text of rows, is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkdownOptions {
    /// The most bytes; without a number every row of every table, one by one.
    pub max_bytes: Option<usize>,
    /// Up to so many rows stand in an open table, and come before the rest of all others. More are grouped,
    /// and folded unless they are irreversible or paid.
    pub rows: usize,
    /// The first line.
    pub marker: Marker,
}

impl Default for MarkdownOptions {
    fn default() -> Self {
        Self { max_bytes: Some(DEFAULT_MAX_BYTES), rows: 20, marker: Marker::default() }
    }
}

/// A plan as Markdown, of no more bytes than are allowed. What is irreversible or paid at once is never
/// left out: where that does not fit, there is no text.
pub fn render(plan: &Plan, options: &MarkdownOptions) -> Result<String, TooLarge> {
    let view = View::new(plan);
    let page = Page { view: &view, options };
    let mut sections = page.operations();
    sections.extend(page.listings());
    let document = Document {
        head: page.head(),
        sections,
        elsewhere: "All of it: `simfleet plan … --full`, or the JSON plan (`--out plan.json`).",
        required: "what the plan ends for ever or pays at once takes",
    };
    cut::fit(&document, options.max_bytes, options.rows)
}

struct Page<'p> {
    view: &'p View<'p>,
    options: &'p MarkdownOptions,
}

impl Page<'_> {
    /// The most bytes that a part can ever show.
    fn most(&self, is_required: bool) -> usize {
        self.options.max_bytes.filter(|_| !is_required).unwrap_or(usize::MAX)
    }

    /// Others' text, shortened where all of it need not be shown.
    fn brief<'t>(&self, text: &'t str, topic: Topic) -> Cow<'t, str> {
        if self.options.max_bytes.is_none() || topic.is_required() { Cow::Borrowed(text) } else { shortened(text, LONG) }
    }

    /// Others' text in a cell or paragraph.
    fn text(&self, text: &str, topic: Topic) -> String {
        markdown(&self.brief(text, topic))
    }

    /// Others' text as code.
    fn code(&self, text: &str, topic: Topic) -> String {
        markdown_code(&self.brief(text, topic))
    }

    /// `main/08012345678` where lines have to be told apart by account.
    fn line(&self, account: &str, subject: &str) -> String {
        if self.view.has_accounts() { markdown_code(&format!("{account}/{subject}")) } else { markdown_code(subject) }
    }

    /// The file of a place, as code.
    fn file(&self, source: &Place, topic: Topic) -> String {
        self.code(&source.file, topic)
    }
}

/// The symbols without the spaces that align them in text.
fn code_mark(mark: &str) -> String {
    format!("`{}`", mark.replace(' ', ""))
}

fn chain(kinds: &[OperationKind]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    names.join(", ")
}

fn place(source: &Place) -> String {
    markdown_code(&crate::render::text::place(source))
}
