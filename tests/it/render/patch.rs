//! Patches, by the word of git: each applies, and makes of the old text the new one, byte for byte.

use std::path::{Path, PathBuf};
use std::process::Command;

use simfleet::render::patch::{File, Reader, unified, write};

const NAMES: [&str; 12] = [
    "fleet.yaml",
    "a/b/c.yaml",
    "東京/上野.yaml",
    "with blanks/and more .yaml",
    " leading.yaml",
    "report 2026-11-10 10:00:00",
    "quote\"d.yaml",
    "back\\slash.yaml",
    "tab\tand\nline.yaml",
    "bell\u{7}.yaml",
    "\u{202e}lmay.teelf",
    "-p1",
];

/// Texts before (none: new) and after.
const TEXTS: [(Option<&str>, &str); 11] = [
    (Some("a\nb\nc\n"), "a\nB\nc\n"),
    (Some("a\r\nb\r\nc\r\n"), "a\r\nB\r\nc\r\n"),
    (Some("a\r\nb\nc\r\n"), "a\r\nb\r\nc\r\n"),
    (Some("\u{feff}a\r\nb\r\n"), "\u{feff}A\r\nb\r\n"),
    (Some("\u{feff}a\n"), "a\n"),
    (Some("a\nb"), "a\nB"),
    (Some("a\nb"), "a\nb\n"),
    (Some("a\nb\n"), "a\nb"),
    (Some("a\rb\nc\r"), "a\rB\nc\r"),
    (Some("--- x\n+++ y\n@@ -1 +1 @@\n\\ no\n"), "+++ y\n@@ -1 +1 @@\n--- x\n"),
    (None, "new\r\nfile"),
];

#[track_caller]
fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git").args(arguments).current_dir(folder).output().expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A folder, in a repository or not, with these files as they are before.
fn laid_out(files: &[(PathBuf, Option<&str>, &str)], is_repository: bool) -> (tempfile::TempDir, PathBuf) {
    let root = tempfile::tempdir().expect("a folder");
    // Names are those of the folder where git is run, also below the root of a repository.
    let folder = root.path().join("deep/er");
    std::fs::create_dir_all(&folder).expect("a folder");
    if is_repository {
        git(root.path(), &["init", "--quiet"]);
    }
    for (name, before, _) in files {
        if let Some(before) = before {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, before).expect("a file");
        }
    }
    (root, folder)
}

#[test]
fn git_applies_them_byte_for_byte() {
    for is_repository in [true, false] {
        // Every name with every text, each in a folder of its own.
        let files: Vec<(PathBuf, Option<&str>, &str)> = (0..TEXTS.len())
            .flat_map(|nth| NAMES.map(|name| (Path::new(&nth.to_string()).join(name), TEXTS[nth].0, TEXTS[nth].1)))
            .collect();
        let (root, folder) = laid_out(&files, is_repository);
        let patch = unified(files.iter().map(|(name, before, after)| File { name, before: *before, after }));
        let mut bytes = Vec::new();
        write(&mut bytes, &patch, Reader::Program).expect("it is written");
        let at = root.path().join("the.patch");
        std::fs::write(&at, bytes).expect("a file");
        let at = at.to_str().expect("text");
        git(&folder, &["apply", "--check", at]);
        git(&folder, &["apply", at]);
        for (name, _, after) in &files {
            let is = std::fs::read_to_string(folder.join(name)).expect("a file");
            assert_eq!(is, *after, "{name:?}");
        }
    }
}

#[test]
fn a_person_sees_no_line_ends_and_nothing_acts() {
    let file = File { name: Path::new("a"), before: Some("a\r\n"), after: "\u{1b}[2J\r\n" };
    let mut shown = Vec::new();
    write(&mut shown, &unified([file]), Reader::Person { color: false }).expect("it is written");
    let shown = String::from_utf8(shown).expect("text");
    assert_eq!(shown, "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+\\u{1b}[2J\n");
}
