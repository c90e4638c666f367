//! The texts of files, as they are and as they are to be.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Changed, MergeError};
use crate::manifest::edit::Patched;

/// Files that were looked at.
#[derive(Debug, Default)]
pub(super) struct Texts(BTreeMap<PathBuf, (Option<String>, String)>);

impl Texts {
    pub(super) fn new(files: &[Patched]) -> Self {
        let text = |file: &Patched| (file.path.clone(), (Some(file.before.clone()), file.after.clone()));
        Self(files.iter().map(text).collect())
    }

    /// The text that a file is to have, as far as is known.
    pub(super) fn get(&mut self, path: &Path) -> Result<&str, MergeError> {
        if !self.0.contains_key(path) {
            let text = std::fs::read_to_string(path)
                .map_err(|error| MergeError::Unreadable(format!("{} cannot be read: {error}", path.display())))?;
            self.0.insert(path.to_owned(), (Some(text.clone()), text));
        }
        Ok(self.0.get(path).map(|(_, after)| after.as_str()).unwrap_or_default())
    }

    pub(super) fn set(&mut self, path: &Path, text: String) {
        self.0.entry(path.to_owned()).or_insert((None, String::new())).1 = text;
    }

    /// Whether a name is free.
    pub(super) fn is_free(&self, path: &Path) -> bool {
        !self.0.contains_key(path) && !path.exists()
    }

    pub(super) fn changed(self) -> Vec<Changed> {
        let is_changed = |(before, after): &(Option<String>, String)| before.as_ref() != Some(after);
        let files = self.0.into_iter().filter(|(_, texts)| is_changed(texts));
        files.map(|(path, (before, after))| Changed { path, before, after }).collect()
    }
}
