//! Golden files: what people read, as it was when somebody last looked at it.
//!
//! `SNAPSHOTS=overwrite cargo test` writes them anew; the review of the diff is the test.

use std::fs;
use std::path::{Path, PathBuf};

use snapbox::Data;
use snapbox::data::DataFormat;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Compares text with `tests/golden/NAME`.
pub(crate) fn check(name: &str, actual: &str) {
    let expected = Data::read_from(&folder().join(name), Some(DataFormat::Text)).raw();
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(Data::text(actual).raw(), expected);
}

/// Every golden file is named by a test: none lies about, forgotten and checked by nobody.
#[test]
fn every_golden_is_claimed() {
    let mut sources = String::new();
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"), &mut |path| {
        if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(path).expect("a test's source is readable"));
        }
    });
    let folder = folder();
    let mut goldens = 0;
    visit(&folder, &mut |path| {
        goldens += 1;
        let name = path.strip_prefix(&folder).expect("it was found there").to_str().expect("names of goldens are ASCII");
        assert!(sources.contains(&format!("\"{name}\"")), "tests/golden/{name} is named by no test: delete it or use it");
    });
    assert!(goldens > 0, "tests/golden is empty: this test looks in the wrong place");
}

fn visit(folder: &Path, found: &mut dyn FnMut(&Path)) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("the folder is readable").map(|entry| entry.expect("an entry is readable").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { visit(&path, found) } else { found(&path) }
    }
}
