//! Files: which ones are manifests, and their bytes, within limits. The only place that reads.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diag::{Diagnostic, Location, codes};

/// The largest manifest, in bytes.
pub const MAX_MANIFEST_BYTES: u64 = 64 << 20;

/// The largest roster, in bytes.
pub const MAX_ROSTER_BYTES: u64 = 1 << 30;

/// Folders within folders. Deeper is a loop or not a repository.
const MAX_FOLDERS: usize = 64;

/// A manifest that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// As the user named it.
    pub(crate) path: PathBuf,
    /// Which of the paths on the command line led to it.
    pub(crate) argument: usize,
    /// Whether it was named itself, not found in a folder.
    pub(crate) named: bool,
}

/// The name to show.
pub(crate) fn shown(path: &Path) -> Arc<str> {
    path.to_string_lossy().into()
}

/// The manifests below these paths, each file once, folders in the order of their names.
pub(crate) fn manifests(paths: &[PathBuf]) -> Listing {
    let mut listing = Listing::default();
    for (argument, path) in paths.iter().enumerate() {
        listing.argument = argument;
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => listing.folder(path, 0),
            Ok(_) => listing.file(path, true),
            Err(error) => listing.problem(unreadable(path, &error)),
        }
    }
    listing
}

/// The files that [`read`](crate::manifest::read) looks into for manifests, as the user named them, whatever is in them.
pub fn files(paths: &[PathBuf]) -> Vec<Arc<str>> {
    manifests(paths).found.iter().map(|found| shown(&found.path)).collect()
}

/// What lies below the paths.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// The manifests.
    pub(crate) found: Vec<Found>,
    /// What could not be looked at.
    pub(crate) problems: Vec<Diagnostic>,
    /// Paths of the command line below which something is that another one led to before, or that
    /// could not be looked at: nobody can say that they hold nothing.
    pub(crate) undecided: BTreeSet<usize>,
    /// Canonical paths, so that a link or a path that is given twice is no duplicate.
    seen: BTreeSet<PathBuf>,
    argument: usize,
}

impl Listing {
    fn problem(&mut self, diagnostic: Diagnostic) {
        self.undecided.insert(self.argument);
        self.problems.push(diagnostic);
    }

    fn folder(&mut self, folder: &Path, depth: usize) {
        if depth >= MAX_FOLDERS || !self.is_new(folder) {
            return;
        }
        let entries = match fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
            Ok(entries) => entries,
            Err(error) => return self.problem(unreadable(folder, &error)),
        };
        let mut names: Vec<_> = entries.into_iter().map(|entry| entry.file_name()).collect();
        names.sort();
        for name in names {
            // Dot-folders hold state (`.simfleet`, `.git`), dot-files an editor's or a system's.
            if name.to_string_lossy().starts_with('.') {
                continue;
            }
            let path = folder.join(name);
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => self.folder(&path, depth + 1),
                Ok(metadata) if metadata.is_file() && is_yaml(&path) => self.file(&path, false),
                Err(error) if is_yaml(&path) => self.problem(unreadable(&path, &error)),
                Ok(_) | Err(_) => {}
            }
        }
    }

    fn file(&mut self, path: &Path, named: bool) {
        if self.is_new(path) {
            self.found.push(Found { path: path.to_owned(), argument: self.argument, named });
        }
    }

    fn is_new(&mut self, path: &Path) -> bool {
        let canonical = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let is_new = self.seen.insert(canonical);
        if !is_new {
            self.undecided.insert(self.argument);
        }
        is_new
    }
}

pub(crate) fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

pub(in crate::manifest) fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(
        codes::FILE_UNREADABLE,
        Location::of_file(shown(path)),
        format!("{} cannot be read: {error}", path.display()),
    )
}

fn too_large(path: &Path, what: &str, most: u64) -> Diagnostic {
    Diagnostic::error(
        codes::FILE_TOO_LARGE,
        Location::of_file(shown(path)),
        format!("{} is larger than {} MiB, the limit for a {what}", path.display(), most >> 20),
    )
}

/// The text of a manifest, without byte order mark.
pub(crate) fn manifest(path: &Path) -> Result<String, Box<Diagnostic>> {
    let text = whole(path)?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The text of a manifest.
pub(crate) fn whole(path: &Path) -> Result<String, Box<Diagnostic>> {
    let file = File::open(path).map_err(|error| Box::new(unreadable(path, &error)))?;
    let size = file.metadata().map_err(|error| Box::new(unreadable(path, &error)))?.len();
    let help = "move the lines into rosters, or split the file";
    if size > MAX_MANIFEST_BYTES {
        return Err(Box::new(too_large(path, "manifest", MAX_MANIFEST_BYTES).help(help)));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    // A pipe has no size, and a file may grow.
    file.take(MAX_MANIFEST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| Box::new(unreadable(path, &error)))?;
    if bytes.len() as u64 > MAX_MANIFEST_BYTES {
        return Err(Box::new(too_large(path, "manifest", MAX_MANIFEST_BYTES).help(help)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default());
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        Box::new(not_utf8(Location::new(shown(path), number(line), number(column), 1), error.as_bytes()))
    })
}

/// A roster, opened for reading line by line.
pub(crate) fn roster(path: &Path) -> Result<BufReader<File>, Box<Diagnostic>> {
    let missing = |error: &std::io::Error| {
        Box::new(
            Diagnostic::error(
                codes::MISSING_ROSTER,
                Location::of_file(shown(path)),
                format!("the roster {} cannot be read: {error}", path.display()),
            )
            .help("paths of rosters are relative to the manifest"),
        )
    };
    let file = File::open(path).map_err(|error| missing(&error))?;
    let metadata = file.metadata().map_err(|error| missing(&error))?;
    if metadata.is_dir() {
        return Err(missing(&std::io::ErrorKind::IsADirectory.into()));
    }
    if metadata.len() > MAX_ROSTER_BYTES {
        return Err(Box::new(too_large(path, "roster", MAX_ROSTER_BYTES).help("split the roster")));
    }
    Ok(BufReader::with_capacity(1 << 18, file))
}

/// Says which other encoding a text probably has.
pub(crate) fn not_utf8(location: Location, bytes: &[u8]) -> Diagnostic {
    let guess = if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        "it is UTF-16: save it as UTF-8"
    } else {
        "it is probably CP932 (Shift_JIS): in a spreadsheet save it as \"CSV UTF-8\", or use iconv -f CP932 -t UTF-8"
    };
    Diagnostic::error(codes::NOT_UTF8, location, "the file is not UTF-8").help(guess)
}
