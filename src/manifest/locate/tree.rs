//! The values of one document.

use std::borrow::Cow;
use std::collections::BTreeSet;

/// Index of a node in its [`Tree`]. An alias is the same index again, so aliases cost nothing.
pub(crate) type NodeId = u32;

/// A place in the text, in characters, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) line: u32,
    pub(crate) column: u32,
    /// Characters on that line.
    pub(crate) length: u32,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Without quotes: readers guess its type.
    Plain,
    /// In quotes, or with `!!str`: text.
    Quoted,
    /// After `|`: text whose lines are lines of the source.
    Literal,
    /// After `>`: text.
    Folded,
}

#[derive(Debug)]
pub(crate) enum Value<'t> {
    Scalar { text: Cow<'t, str>, style: Style },
    Sequence(Vec<NodeId>),
    Mapping(Vec<(NodeId, NodeId)>),
}

#[derive(Debug)]
pub(super) struct Node<'t> {
    pub(super) spot: Spot,
    pub(super) value: Value<'t>,
    /// Values below and including this one with aliases followed; 0 while it is still open.
    pub(super) weight: u32,
}

/// A document's values. Those that turn out wrong are left out when it is decoded, so that the rest of
/// the document can still be checked.
#[derive(Debug)]
pub(crate) struct Tree<'t> {
    pub(super) nodes: Vec<Node<'t>>,
    pub(super) root: NodeId,
    left_out: BTreeSet<NodeId>,
}

impl<'t> Tree<'t> {
    pub(super) fn new(nodes: Vec<Node<'t>>, root: NodeId) -> Self {
        Self { nodes, root, left_out: BTreeSet::new() }
    }

    pub(crate) fn root(&self) -> NodeId {
        self.root
    }

    pub(crate) fn value(&self, id: NodeId) -> &Value<'t> {
        const NOTHING: &Value<'static> = &Value::Sequence(Vec::new());
        self.nodes.get(id as usize).map_or(NOTHING, |node| &node.value)
    }

    pub(crate) fn spot(&self, id: NodeId) -> Spot {
        self.nodes.get(id as usize).map_or(Spot { line: 0, column: 0, length: 0 }, |node| node.spot)
    }

    /// The text of a scalar.
    pub(crate) fn text(&self, id: NodeId) -> Option<&str> {
        match self.value(id) {
            Value::Scalar { text, .. } => Some(text),
            Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// Whether it is `null`, `~` or nothing at all.
    pub(crate) fn is_null(&self, id: NodeId) -> bool {
        matches!(self.value(id), Value::Scalar { text, style: Style::Plain } if super::plain(text) == super::Plain::Null)
    }

    /// The key and value of a mapping's field. Of doubles the first one was kept.
    pub(crate) fn field(&self, mapping: NodeId, name: &str) -> Option<(NodeId, NodeId)> {
        match self.value(mapping) {
            Value::Mapping(pairs) => pairs.iter().copied().find(|(key, _)| self.text(*key) == Some(name)),
            Value::Scalar { .. } | Value::Sequence(_) => None,
        }
    }

    /// From now on as if it were not there.
    pub(crate) fn leave_out(&mut self, id: NodeId) {
        self.left_out.insert(id);
    }

    pub(crate) fn is_left_out(&self, id: NodeId) -> bool {
        !self.left_out.is_empty() && self.left_out.contains(&id)
    }

    /// The entries of a list that are not left out, with their places in the list.
    pub(crate) fn entries(&self, list: NodeId) -> impl Iterator<Item = (usize, NodeId)> + '_ {
        let items: &[NodeId] = match self.value(list) {
            Value::Sequence(items) => items,
            Value::Scalar { .. } | Value::Mapping(_) => &[],
        };
        items.iter().copied().enumerate().filter(|(_, item)| !self.is_left_out(*item))
    }
}
