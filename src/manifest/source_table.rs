//! The files that were read, by the number that lines keep.

use std::sync::Arc;

use crate::diag::Location;
use crate::domain::Source;

#[derive(Debug, Default)]
pub(crate) struct SourceTable {
    names: Vec<Arc<str>>,
}

impl SourceTable {
    /// Adds a file and gives its number.
    pub(crate) fn add(&mut self, name: &Arc<str>) -> u32 {
        self.names.push(Arc::clone(name));
        u32::try_from(self.names.len() - 1).unwrap_or(u32::MAX)
    }

    pub(crate) fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// The place of a line's entry.
    pub(crate) fn location(&self, source: Source) -> Location {
        let name = self.names.get(source.file as usize).cloned().unwrap_or_else(|| Arc::from(""));
        Location::new(name, source.line, source.column, 1)
    }
}
