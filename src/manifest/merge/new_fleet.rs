//! Fleets that nobody declares so far.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::MergeError;
use super::texts::Texts;
use crate::api::MAX_INLINE_LINES;
use crate::manifest::export::{Fleet, Names, fleet_document, roster};
use crate::manifest::line_end::LineEnd;

/// Where they are written: to files of their own in the first folder of the command line, so that the same command reads
/// them; without a folder behind what the last file holds.
pub(super) struct NewFleets {
    names: Names,
    place: Place,
    roster_above: usize,
}

enum Place {
    Folder(PathBuf),
    File(PathBuf),
}

impl NewFleets {
    pub(super) fn new(paths: &[PathBuf], taken: impl Iterator<Item = String>, roster_above: usize) -> Self {
        let place = match (paths.iter().find(|path| path.is_dir()), paths.last()) {
            (Some(folder), _) => Place::Folder(folder.clone()),
            (None, Some(file)) => Place::File(file.clone()),
            (None, None) => Place::Folder(PathBuf::new()),
        };
        Self { names: Names::besides(taken), place, roster_above: roster_above.min(MAX_INLINE_LINES) }
    }

    /// Writes a fleet and gives its name.
    pub(super) fn write(&mut self, account: &str, fleet: &Fleet, texts: &mut Texts) -> Result<Arc<str>, MergeError> {
        let has_roster = fleet.rows.len() > self.roster_above;
        let folder = match &self.place {
            Place::Folder(folder) => folder.clone(),
            Place::File(file) => file.parent().unwrap_or(Path::new("")).to_owned(),
        };
        let (name, roster_path) = loop {
            let name = self.names.of(&[fleet.system.as_str(), fleet.service.as_str()]);
            let roster_path = folder.join(format!("rosters/{name}.csv"));
            let is_free = match &self.place {
                Place::Folder(folder) => texts.is_free(&folder.join(format!("{name}.yaml"))),
                Place::File(_) => true,
            };
            if is_free && (!has_roster || texts.is_free(&roster_path)) {
                break (name, roster_path);
            }
        };
        if has_roster {
            texts.set(&roster_path, roster(&fleet.rows));
        }
        let document = fleet_document(account, &name, fleet, has_roster);
        match &self.place {
            Place::Folder(folder) => texts.set(&folder.join(format!("{name}.yaml")), document),
            Place::File(file) => {
                let mut text = texts.get(file)?.to_owned();
                let end = LineEnd::of(&text);
                if !text.ends_with('\n') {
                    text.push_str(end.as_str());
                }
                text.push_str(&end.put(&format!("---\n{document}")));
                texts.set(file, text);
            }
        }
        Ok(name.into())
    }
}
