//! The documents of one YAML text, one after the other.

use granit_parser::{Event, Parser, StrInput, options};

use super::builder::{Builder, Flaw, MAX_DEPTH};
use super::header_scan::Header;
use super::tree::{Spot, Tree};

/// One document.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    /// `None`: it is not ours, empty, or beyond a budget.
    pub(crate) tree: Option<Tree<'t>>,
    pub(crate) flaws: Vec<Flaw>,
    pub(crate) header: Header,
    /// Where it begins.
    pub(crate) start: Spot,
}

/// Text that is not YAML.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) message: String,
    pub(crate) spot: Spot,
}

/// Reads a text document by document. After a broken one it goes on at the next `---`.
pub(crate) struct Documents<'t> {
    parser: Parser<'t, StrInput<'t>>,
    ended: bool,
}

impl<'t> Documents<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let options = options! {
            emit_comments: false,
            // The builder stops at its own limit first and says so with a place.
            flow_nesting_limit: MAX_DEPTH * 2,
            block_nesting_limit: MAX_DEPTH * 2,
        };
        Self { parser: Parser::new_from_str_with_options(text, options), ended: false }
    }
}

impl<'t> Iterator for Documents<'t> {
    type Item = Result<Document<'t>, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut builder = Builder::new();
        let mut start = Spot { line: 1, column: 1, length: 1 };
        while !self.ended {
            match self.parser.next() {
                None | Some(Ok((Event::StreamEnd, _))) => self.ended = true,
                Some(Ok((Event::DocumentStart(..), span))) => {
                    start.line = u32::try_from(span.start.line()).unwrap_or(u32::MAX);
                }
                Some(Ok((Event::DocumentEnd, _))) => {
                    let (tree, flaws, header) = builder.finish();
                    return Some(Ok(Document { tree, flaws, header, start }));
                }
                Some(Ok((event, span))) => builder.take(event, span),
                Some(Err(error)) => {
                    let mark = error.marker();
                    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
                    let spot = Spot { line: number(mark.line()), column: number(mark.col() + 1), length: 1 };
                    self.ended = !self.parser.proceed_next_document().unwrap_or(false);
                    return Some(Err(Broken { message: error.info(), spot }));
                }
            }
        }
        None
    }
}
