//! Manifests as files, and each of their documents as kubectl gets it.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use simfleet::diag::{Diagnostic, Location};
use simfleet::manifest::{Compiled, read};
use tempfile::TempDir;

use super::contents::Codes;

/// A document of a file.
pub(super) struct Document {
    file: String,
    lines: Range<usize>,
    text: Vec<u8>,
    kind: String,
    name: String,
}

/// Manifests in a folder of their own. A CSV file that a fleet names is a config map there, as it has to be in a
/// cluster.
pub(super) struct Case {
    folder: TempDir,
    pub(super) documents: Vec<Document>,
}

impl Document {
    /// `SimFleet/kanto`.
    pub(super) fn place(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }

    pub(super) fn is_of(&self, kind: &str) -> bool {
        self.kind == kind
    }

    /// Whether it is for us, or means to be.
    pub(super) fn is_ours(&self) -> bool {
        let text = self.shown();
        let kinds = ["CarrierAccount", "SimFleet", "SimOrder", "ConfigMap"];
        text.contains("apiVersion: simfleet.dev") || kinds.contains(&self.kind.as_str())
    }

    /// The text, for a namespace. A namespace that it names itself is taken away: kubectl wants the same one.
    pub(super) fn for_namespace(&self, namespace: &str) -> Vec<u8> {
        let mut text = Vec::new();
        let mut rest = self.text.as_slice();
        while let Some(at) = find(rest, b"namespace: ") {
            let (before, after) = rest.split_at(at + b"namespace: ".len());
            text.extend_from_slice(before);
            text.extend_from_slice(namespace.as_bytes());
            let end = after.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-').unwrap_or(after.len());
            rest = after.get(end..).unwrap_or_default();
        }
        text.extend_from_slice(rest);
        text
    }

    fn shown(&self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }
}

impl Case {
    /// The YAML files of these paths, with the CSV files that they name.
    pub(super) fn read(paths: &[PathBuf]) -> Self {
        let mut case = Self { folder: tempfile::tempdir().expect("a folder"), documents: Vec::new() };
        let mut rosters = BTreeMap::new();
        for path in paths {
            let text = fs::read(path).expect("the manifest is there");
            let text = rosters_as_config_maps(&text, path.parent().expect("a folder"), &mut rosters);
            case.add(path.file_name().and_then(|name| name.to_str()).expect("its name is ASCII"), &text);
        }
        for (name, text) in rosters {
            case.add(&format!("{name}.yaml"), config_map(&name, &text).as_bytes());
        }
        case
    }

    /// One more file.
    pub(super) fn add(&mut self, file: &str, text: &[u8]) {
        fs::write(self.folder.path().join(file), text).expect("it can be written");
        let mut line = 1;
        let mut first = 1;
        let mut document = Vec::new();
        for part in text.split_inclusive(|byte| *byte == b'\n') {
            if part == b"---\n" {
                self.documents.push(Document::new(file, first..line, std::mem::take(&mut document)));
                first = line + 1;
            } else {
                document.extend_from_slice(part);
            }
            line += 1;
        }
        self.documents.push(Document::new(file, first..line + 1, document));
    }

    /// What `validate` says.
    pub(super) fn validate(&self) -> Result<Compiled, Vec<Diagnostic>> {
        read(&[self.folder.path().to_owned()])
    }

    /// The codes of errors of one document, what its rosters hold among them.
    pub(super) fn codes(&self, found: &[Diagnostic], document: &Document) -> Codes {
        let errors = found.iter().filter(|finding| finding.is_error());
        errors.filter(|finding| self.is_about(&finding.location, document)).map(|finding| finding.code.as_str()).collect()
    }

    /// The codes of errors that are about no document.
    pub(super) fn homeless(&self, found: &[Diagnostic]) -> Codes {
        let of_none = |finding: &&Diagnostic| !self.documents.iter().any(|document| self.is_about(&finding.location, document));
        found.iter().filter(|finding| finding.is_error()).filter(of_none).map(|finding| finding.code.as_str()).collect()
    }

    fn is_about(&self, location: &Location, document: &Document) -> bool {
        let file = Path::new(&*location.file).file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let stands_in = |document: &Document| {
            let line = usize::try_from(location.line).expect("it is small");
            document.file == file && (line == 0 || document.lines.contains(&line))
        };
        let names = |roster: &Document| document.shown().contains(&format!("configMapRef: {{name: {},", roster.name));
        stands_in(document)
            || document.is_of("SimFleet")
                && self.documents.iter().any(|roster| roster.is_of("ConfigMap") && stands_in(roster) && names(roster))
    }
}

impl Document {
    fn new(file: &str, lines: Range<usize>, text: Vec<u8>) -> Self {
        let shown = String::from_utf8_lossy(&text);
        let word = |rest: &str| rest.split([',', '}', '\n']).next().unwrap_or_default().trim().to_owned();
        let kind = shown.lines().find_map(|line| line.strip_prefix("kind: ")).map(word).unwrap_or_default();
        let metadata = shown.split_once("metadata:").map_or("", |(_, metadata)| metadata);
        let name = metadata.split_once("name: ").map(|(_, name)| word(name)).unwrap_or_default();
        Self { file: file.to_owned(), lines, kind, name, text }
    }
}

/// A fleet's `{csv: lines.csv}` becomes `{configMapRef: {name: lines.csv, key: csv}}`. A file that is not UTF-8 cannot
/// become one and stays as it is; one that is not there is missing as a config map, too.
fn rosters_as_config_maps(text: &[u8], folder: &Path, rosters: &mut BTreeMap<String, String>) -> Vec<u8> {
    const CSV: &[u8] = b"{csv: ";
    let mut new = Vec::new();
    let mut rest = text;
    while let Some(at) = find(rest, CSV) {
        let (before, after) = rest.split_at(at);
        new.extend_from_slice(before);
        let path = after.get(CSV.len()..).unwrap_or_default();
        let path = path.split(|byte| *byte == b'}').next().and_then(|path| std::str::from_utf8(path).ok()).unwrap_or_default();
        let name = path.replace('/', ".");
        let is_name = name.starts_with(|first: char| first.is_ascii_alphanumeric()) && !name.contains(',');
        let content = fs::read(folder.join(path)).map(String::from_utf8);
        if !is_name || matches!(content, Ok(Err(_))) {
            new.extend_from_slice(CSV);
            rest = after.get(CSV.len()..).unwrap_or_default();
            continue;
        }
        new.extend_from_slice(format!("{{configMapRef: {{name: {name}, key: csv}}}}").as_bytes());
        rest = after.get(CSV.len() + path.len() + 1..).unwrap_or_default();
        if let Ok(Ok(content)) = content {
            rosters.insert(name, content);
        }
    }
    new.extend_from_slice(rest);
    new
}

pub(super) fn config_map(name: &str, text: &str) -> String {
    let text = serde_json::to_string(text).expect("it is text").replace('\u{feff}', "\\uFEFF");
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata:\n  csv: {text}\n")
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

/// The YAML files of a path, by name.
pub(super) fn yaml_files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).expect("the folder is there").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|of| of == "yaml")).collect();
    files.sort();
    files
}
