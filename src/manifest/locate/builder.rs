//! Parser events to a [`Tree`], within budgets.

use std::collections::BTreeMap;

use granit_parser::{Event, ScalarStyle, Span, Tag};

use super::header_scan::{Header, HeaderScan};
use super::tree::{Node, NodeId, Spot, Style, Tree, Value};

/// The most values of one document: a fleet of 8,000 inline lines has about 120,000.
pub(crate) const MAX_NODES: usize = 1_000_000;

/// The most levels of lists and mappings. No kind needs more than ten.
pub(crate) const MAX_DEPTH: usize = 64;

/// What is wrong with a document besides its grammar.
#[derive(Debug)]
pub(crate) enum Flaw {
    DuplicateKey { key: String, first: Spot, second: Spot },
    KeyIsNotText(Spot),
    Tagged { tag: String, spot: Spot },
    AliasInside(Spot),
    TooManyByAliases(Spot),
    TooDeep(Spot),
    TooLarge(Spot),
}

enum Open {
    Sequence { id: NodeId, items: Vec<NodeId> },
    Mapping { id: NodeId, pairs: Vec<(NodeId, NodeId)>, key: Option<NodeId> },
}

/// Builds the tree of one document.
pub(super) struct Builder<'t> {
    nodes: Vec<Node<'t>>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, NodeId>,
    root: Option<NodeId>,
    /// Values with aliases followed.
    total: u64,
    flaws: Vec<Flaw>,
    header: HeaderScan,
    /// Once set, values pass by: the document is not ours, or beyond a budget.
    skipping: bool,
}

impl<'t> Builder<'t> {
    pub(super) fn new() -> Self {
        Self {
            nodes: Vec::new(),
            open: Vec::new(),
            anchors: BTreeMap::new(),
            root: None,
            total: 0,
            flaws: Vec::new(),
            header: HeaderScan::default(),
            skipping: false,
        }
    }

    /// Takes an event between the start and the end of a document.
    pub(super) fn take(&mut self, event: Event<'t>, span: Span) {
        if self.header.take(&event) && self.header.header.is_foreign() {
            self.skip();
        }
        if self.skipping {
            return;
        }
        let spot = spot(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let style = self.style(style, tag.as_deref(), spot);
                self.leaf(Value::Scalar { text, style }, spot, anchor);
            }
            Event::Alias(anchor) => self.alias(anchor, spot),
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), "seq", spot);
                if let Some(id) = self.push(Value::Sequence(Vec::new()), spot, anchor) {
                    self.open.push(Open::Sequence { id, items: Vec::new() });
                }
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), "map", spot);
                if let Some(id) = self.push(Value::Mapping(Vec::new()), spot, anchor) {
                    self.open.push(Open::Mapping { id, pairs: Vec::new(), key: None });
                }
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            // The parser emits neither: unknown aliases are errors, comments are switched off, and the
            // rest stands between documents.
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(..)
            | Event::DocumentEnd
            | Event::Anchor(..)
            | Event::UnresolvedAlias(_)
            | Event::Comment(..)
            | _ => {}
        }
    }

    /// The tree, if the document was read to its end.
    pub(super) fn finish(self) -> (Option<Tree<'t>>, Vec<Flaw>, Header) {
        let tree = if self.skipping { None } else { self.root.map(|root| Tree::new(self.nodes, root)) };
        (tree, self.flaws, self.header.header)
    }

    fn style(&mut self, style: ScalarStyle, tag: Option<&Tag>, spot: Spot) -> Style {
        let written = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        match tag {
            None => written,
            Some(tag) if tag.is_yaml_core_schema_tag("str") => {
                if written == Style::Plain {
                    Style::Quoted
                } else {
                    written
                }
            }
            Some(tag) if tag.is_yaml_core_schema() => Style::Plain,
            Some(tag) => {
                self.flaws.push(Flaw::Tagged { tag: tag.original(), spot });
                written
            }
        }
    }

    fn refuse_tag(&mut self, tag: Option<&Tag>, expected: &str, spot: Spot) {
        if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema_tag(expected)) {
            self.flaws.push(Flaw::Tagged { tag: tag.original(), spot });
        }
    }

    fn leaf(&mut self, value: Value<'t>, spot: Spot, anchor: usize) {
        if let Some(id) = self.push(value, spot, anchor) {
            if let Some(node) = self.nodes.get_mut(id as usize) {
                node.weight = 1;
            }
            self.attach(id);
        }
    }

    fn push(&mut self, value: Value<'t>, spot: Spot, anchor: usize) -> Option<NodeId> {
        if self.open.len() >= MAX_DEPTH {
            return self.give_up(Flaw::TooDeep(spot));
        }
        self.total += 1;
        if self.nodes.len() >= MAX_NODES {
            return self.give_up(Flaw::TooLarge(spot));
        }
        if self.total > MAX_NODES as u64 {
            return self.give_up(Flaw::TooManyByAliases(spot));
        }
        let id = NodeId::try_from(self.nodes.len()).unwrap_or(NodeId::MAX);
        self.nodes.push(Node { spot, value, weight: 0 });
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
        Some(id)
    }

    fn alias(&mut self, anchor: usize, spot: Spot) {
        let target = self.anchors.get(&anchor).copied();
        let weight = target.and_then(|id| self.nodes.get(id as usize)).map_or(0, |node| node.weight);
        match target {
            Some(id) if weight > 0 => {
                self.total += u64::from(weight);
                if self.total > MAX_NODES as u64 {
                    self.give_up(Flaw::TooManyByAliases(spot));
                } else {
                    self.attach(id);
                }
            }
            Some(_) | None => {
                self.give_up(Flaw::AliasInside(spot));
            }
        }
    }

    fn give_up(&mut self, flaw: Flaw) -> Option<NodeId> {
        self.flaws.push(flaw);
        self.skip();
        None
    }

    fn skip(&mut self) {
        self.skipping = true;
        self.nodes = Vec::new();
        self.open = Vec::new();
    }

    fn attach(&mut self, id: NodeId) {
        match self.open.last_mut() {
            None => self.root = Some(id),
            Some(Open::Sequence { items, .. }) => items.push(id),
            Some(Open::Mapping { pairs, key, .. }) => match key.take() {
                None => *key = Some(id),
                Some(key) => pairs.push((key, id)),
            },
        }
    }

    fn close(&mut self) {
        let (id, value) = match self.open.pop() {
            None => return,
            Some(Open::Sequence { id, items }) => (id, Value::Sequence(items)),
            Some(Open::Mapping { id, pairs, .. }) => {
                let pairs = self.without_doubles(pairs);
                (id, Value::Mapping(pairs))
            }
        };
        let weight_of = |nodes: &[Node<'t>], id: NodeId| nodes.get(id as usize).map_or(1, |node| u64::from(node.weight));
        let below: u64 = match &value {
            Value::Sequence(items) => items.iter().map(|item| weight_of(&self.nodes, *item)).sum(),
            Value::Mapping(pairs) => {
                pairs.iter().map(|(key, value)| weight_of(&self.nodes, *key) + weight_of(&self.nodes, *value)).sum()
            }
            Value::Scalar { .. } => 0,
        };
        if let Some(node) = self.nodes.get_mut(id as usize) {
            node.value = value;
            node.weight = u32::try_from(below.saturating_add(1)).unwrap_or(u32::MAX);
        }
        self.attach(id);
    }

    fn without_doubles(&mut self, pairs: Vec<(NodeId, NodeId)>) -> Vec<(NodeId, NodeId)> {
        let mut seen: BTreeMap<&str, NodeId> = BTreeMap::new();
        let mut kept = Vec::with_capacity(pairs.len());
        let mut flaws = Vec::new();
        for (key, value) in pairs {
            let Some(node) = self.nodes.get(key as usize) else { continue };
            let Value::Scalar { text, .. } = &node.value else {
                flaws.push(Flaw::KeyIsNotText(node.spot));
                continue;
            };
            if let Some(first) = seen.get(&**text).and_then(|first| self.nodes.get(*first as usize)) {
                flaws.push(Flaw::DuplicateKey { key: text.to_string(), first: first.spot, second: node.spot });
            } else {
                seen.insert(text, key);
                kept.push((key, value));
            }
        }
        drop(seen);
        self.flaws.append(&mut flaws);
        kept
    }
}

fn spot(span: Span) -> Spot {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    let length = if span.start.line() == span.end.line() { span.end.col().saturating_sub(span.start.col()) } else { 1 };
    Spot { line: number(span.start.line()), column: number(span.start.col() + 1), length: number(length.max(1)) }
}
