//! A document as its lines: every value knows the comments before it and behind it.

use super::gap::Trivia;
use super::keys::Place;
use crate::domain::Msisdn;

/// What stands behind a key or a dash.
#[derive(Debug)]
pub(super) enum Body {
    /// On the same line.
    Line(String),
    /// On several lines, kept as they are; the column at which the line of the first one begins.
    Lines {
        first: String,
        rest: Vec<String>,
        column: usize,
    },
    Mapping(Block<Pair>),
    Sequence(Block<Item>),
}

/// A block of lines.
#[derive(Debug)]
pub(super) struct Block<T> {
    /// Its column.
    pub(super) column: usize,
    pub(super) place: Place,
    pub(super) children: Vec<T>,
    /// Comments behind the last child that belong to the block.
    pub(super) tail: Vec<Trivia>,
}

/// A key and its value.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) leading: Vec<Trivia>,
    /// The key as it is written.
    pub(super) key: String,
    /// The key.
    pub(super) name: String,
    pub(super) value: Body,
    /// The comment behind the value, or behind the key where the value is a block; with the blanks before it.
    pub(super) trailing: Option<String>,
    /// Comments below the value that are indented into it.
    pub(super) below: Vec<Trivia>,
}

/// An item of a list.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) leading: Vec<Trivia>,
    pub(super) value: Body,
    pub(super) trailing: Option<String>,
    /// Comments below the value that are indented into it.
    pub(super) below: Vec<Trivia>,
    /// The number of a line.
    pub(super) msisdn: Option<Msisdn>,
}

/// Something in a block.
pub(super) trait Child {
    fn body(&mut self) -> &mut Body;
    fn trailing(&mut self) -> &mut Option<String>;
    fn below(&mut self) -> &mut Vec<Trivia>;
}

impl Child for Pair {
    fn body(&mut self) -> &mut Body {
        &mut self.value
    }

    fn trailing(&mut self) -> &mut Option<String> {
        &mut self.trailing
    }

    fn below(&mut self) -> &mut Vec<Trivia> {
        &mut self.below
    }
}

impl Child for Item {
    fn body(&mut self) -> &mut Body {
        &mut self.value
    }

    fn trailing(&mut self) -> &mut Option<String> {
        &mut self.trailing
    }

    fn below(&mut self) -> &mut Vec<Trivia> {
        &mut self.below
    }
}
