//! Where the fields of a document stand.
//!
//! The compiler asks for places only when there is something to say, and for the line of every entry.
//! Behind the trait is a YAML tree; an object of a cluster would answer with routes alone.

use std::sync::Arc;

use super::locate::{NodeId, Spot, Tree, Value};
use super::sink::Place;
use super::validate::flaws::location;

/// A document's places.
pub(crate) trait Places {
    /// The place of a field from the top, or of the nearest thing above it that is there.
    fn field(&self, path: &[&str]) -> Place;
    /// Whether a field from the top is there, also if it was left out.
    fn has(&self, path: &[&str]) -> bool;
    /// The entry of a list under `spec`; entries that were left out are not counted.
    fn entry(&self, list: &'static str, nth: usize) -> Spot;
    /// Whether no entry of a list was left out.
    fn has_all(&self, list: &'static str) -> bool;
    /// The place of a field of such an entry.
    fn entry_field(&self, list: &'static str, nth: usize, field: &str) -> Place;
    /// The values of a list that is a field of such an entry.
    fn entry_values(&self, list: &'static str, nth: usize, field: &str) -> ValuePlaces;
}

/// The places of the values of a list, kept until all files are read: small, because there may be many.
#[derive(Debug, Clone, Default)]
pub(crate) struct ValuePlaces {
    file: Arc<str>,
    route: String,
    /// The values that were not left out, with their places in the list.
    spots: Vec<(u32, Spot)>,
}

impl ValuePlaces {
    /// The place of a value; values that were left out are not counted.
    pub(crate) fn place(&self, nth: usize) -> Place {
        let (index, spot) = self.spots.get(nth).copied().unwrap_or((0, Spot { line: 0, column: 0, length: 0 }));
        Place { location: location(&self.file, spot), route: format!("{}[{index}]", self.route) }
    }
}

/// The lists under `spec`, of all kinds, by their paths.
const LISTS: [&str; 7] = ["sims", "chipSims", "rosters", "coupons", "topUps", "devices", "policy.driftIgnores"];

/// Places in a YAML document.
pub(crate) struct TreePlaces<'a, 't> {
    tree: &'a Tree<'t>,
    file: &'a Arc<str>,
    lists: [(&'static str, Vec<(usize, NodeId)>); LISTS.len()],
}

impl<'a, 't> TreePlaces<'a, 't> {
    pub(crate) fn new(tree: &'a Tree<'t>, file: &'a Arc<str>) -> Self {
        let spec = tree.field(tree.root(), "spec").map(|(_, spec)| spec);
        let entries = |list: &'static str| {
            let field = |at, name| tree.field(at, name).map(|(_, id)| id);
            let list_id = spec.and_then(|spec| list.split('.').try_fold(spec, field));
            (list, list_id.map(|id| tree.entries(id).collect()).unwrap_or_default())
        };
        Self { tree, file, lists: LISTS.map(entries) }
    }

    /// The text of a field from the top that is there, not null and not left out itself; what it stands in
    /// may be.
    pub(crate) fn text(&self, path: &[&str]) -> Option<&'a str> {
        let at = self.find(path).filter(|at| !self.tree.is_null(*at) && !self.tree.is_left_out(*at))?;
        self.tree.text(at)
    }

    fn find(&self, path: &[&str]) -> Option<NodeId> {
        path.iter().try_fold(self.tree.root(), |at, name| self.tree.field(at, name).map(|(_, value)| value))
    }

    fn node(&self, list: &'static str, nth: usize) -> Option<(usize, NodeId)> {
        self.lists.iter().find(|(name, _)| *name == list).and_then(|(_, entries)| entries.get(nth).copied())
    }
}

impl Places for TreePlaces<'_, '_> {
    fn field(&self, path: &[&str]) -> Place {
        let mut at = self.tree.root();
        for name in path {
            match self.tree.field(at, name) {
                Some((_, value)) => at = value,
                None => break,
            }
        }
        Place { location: location(self.file, self.tree.spot(at)), route: path.join(".") }
    }

    fn has(&self, path: &[&str]) -> bool {
        self.find(path).is_some_and(|value| !self.tree.is_null(value))
    }

    fn entry(&self, list: &'static str, nth: usize) -> Spot {
        let id = self.node(list, nth).map_or(self.tree.root(), |(_, id)| id);
        self.tree.spot(id)
    }

    fn has_all(&self, list: &'static str) -> bool {
        self.find(&["spec", list]).is_none_or(|list| match self.tree.value(list) {
            Value::Sequence(entries) => !entries.iter().chain([&list]).any(|entry| self.tree.is_left_out(*entry)),
            Value::Scalar { .. } | Value::Mapping(_) => self.tree.is_null(list),
        })
    }

    fn entry_field(&self, list: &'static str, nth: usize, field: &str) -> Place {
        let (index, id) = self.node(list, nth).unwrap_or((nth, self.tree.root()));
        let at = self.tree.field(id, field).map_or(id, |(_, value)| value);
        Place { location: location(self.file, self.tree.spot(at)), route: format!("spec.{list}[{index}].{field}") }
    }

    fn entry_values(&self, list: &'static str, nth: usize, field: &str) -> ValuePlaces {
        let (index, id) = self.node(list, nth).unwrap_or((nth, self.tree.root()));
        let values = self.tree.field(id, field).map(|(_, values)| self.tree.entries(values));
        let spot = |(nth, id): (usize, NodeId)| (u32::try_from(nth).unwrap_or(u32::MAX), self.tree.spot(id));
        ValuePlaces {
            file: Arc::clone(self.file),
            route: format!("spec.{list}[{index}].{field}"),
            spots: values.into_iter().flatten().map(spot).collect(),
        }
    }
}
