//! Where the fields of a document stand.
//!
//! The compiler asks for places only when there is something to say, and for the line of every entry.
//! Behind the trait is a YAML tree; an object of a cluster would answer with routes alone.

use std::sync::Arc;

use super::locate::{NodeId, Spot, Tree};
use super::sink::Place;
use super::validate::flaws::location;

/// A document's places.
pub(crate) trait Places {
    /// The place of a field from the top, or of the nearest thing above it that is there.
    fn field(&self, path: &[&str]) -> Place;
    /// The entry of a list under `spec`; entries that were left out are not counted.
    fn entry(&self, list: &'static str, nth: usize) -> Spot;
    /// The place of a field of such an entry.
    fn entry_field(&self, list: &'static str, nth: usize, field: &str) -> Place;
}

/// Places in a YAML document.
pub(crate) struct TreePlaces<'a, 't> {
    tree: &'a Tree<'t>,
    file: &'a Arc<str>,
    lists: [(&'static str, Vec<(usize, NodeId)>); 3],
}

impl<'a, 't> TreePlaces<'a, 't> {
    pub(crate) fn new(tree: &'a Tree<'t>, file: &'a Arc<str>) -> Self {
        let spec = tree.field(tree.root(), "spec").map(|(_, spec)| spec);
        let entries = |list: &'static str| {
            let list_id = spec.and_then(|spec| tree.field(spec, list)).map(|(_, id)| id);
            (list, list_id.map(|id| tree.entries(id).collect()).unwrap_or_default())
        };
        Self { tree, file, lists: [entries("sims"), entries("chipSims"), entries("rosters")] }
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

    fn entry(&self, list: &'static str, nth: usize) -> Spot {
        let id = self.node(list, nth).map_or(self.tree.root(), |(_, id)| id);
        self.tree.spot(id)
    }

    fn entry_field(&self, list: &'static str, nth: usize, field: &str) -> Place {
        let (index, id) = self.node(list, nth).unwrap_or((nth, self.tree.root()));
        let at = self.tree.field(id, field).map_or(id, |(_, value)| value);
        Place { location: location(self.file, self.tree.spot(at)), route: format!("spec.{list}[{index}].{field}") }
    }
}
