//! Files as the forge knows them: below the folder that the command runs in.

use crate::annotate::Spot;
use crate::diag::Location;
use crate::plan::Place;
use crate::render::escape::plain;

/// What paths are relative to.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    root: Option<String>,
}

impl Paths {
    /// Absolute paths below this folder become relative to it; all others stay as the user gave them.
    pub fn below(root: impl Into<String>) -> Self {
        let root: String = root.into();
        Self { root: Some(root.trim_end_matches('/').to_owned()) }
    }

    /// The name of a file: `fleet/kanto.yaml` for `./fleet//kanto.yaml`. Forges compare texts, so that what is the
    /// same file must have the same name.
    pub fn file(&self, path: &str) -> String {
        let below = self.root.as_deref().and_then(|root| path.strip_prefix(root)?.strip_prefix('/'));
        let is_absolute = below.is_none() && path.starts_with('/');
        let parts: Vec<&str> = below.unwrap_or(path).split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        let file = if parts.is_empty() { ".".to_owned() } else { parts.join("/") };
        let file = if is_absolute { format!("/{file}") } else { file };
        plain(&file).into_owned()
    }

    pub(super) fn of_location(&self, location: &Location) -> Spot {
        let Location { file, line, column, length } = location;
        let end_column = if *line > 0 && *length > 0 { column.saturating_add(*length) } else { 0 };
        Spot { file: self.file(file), line: *line, column: *column, end_column }
    }

    /// `None` for what is declared nowhere.
    pub(super) fn of_place(&self, place: &Place) -> Option<Spot> {
        let Place { file, line, column } = place;
        (!file.is_empty()).then(|| Spot { file: self.file(file), line: *line, column: *column, end_column: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_name() {
        let paths = Paths::below("/repo/");
        for path in ["fleet/a.yaml", "./fleet/a.yaml", "fleet//a.yaml", "/repo/fleet/a.yaml", "/repo/./fleet/a.yaml"] {
            assert_eq!(paths.file(path), "fleet/a.yaml");
        }
        assert_eq!(paths.file("/repository/a.yaml"), "/repository/a.yaml", "not below /repo");
        assert_eq!(paths.file("../a.yaml"), "../a.yaml");
        assert_eq!(paths.file("/repo"), "/repo");
        assert_eq!(paths.file("."), ".");
        assert_eq!(Paths::default().file("/repo/a.yaml"), "/repo/a.yaml");
    }
}
