//! Manifests: what compiles, what is refused and how it reads.

mod address;
mod catalogue;
mod compile;
mod corpus;
mod diagnostics;
mod drift_ignores;
mod laws;
mod limits;
mod purchases;
mod schema;

use std::path::{Path, PathBuf};

use simfleet::diag::Diagnostic;
use simfleet::manifest::{Compiled, read};

/// A folder with files, and what reading it gives.
fn read_files(files: &[(&str, &str)]) -> Result<Compiled, Vec<Diagnostic>> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        write(folder.path(), name, text.as_bytes());
    }
    read(&[folder.path().to_owned()])
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    std::fs::write(&path, bytes).expect("a file");
    path
}

/// A fleet document whose `spec` goes on with these lines, which are indented by two.
fn fleet(name: &str, rest: &str) -> String {
    format!(
        "apiVersion: simfleet.dev/v1alpha1\nkind: SimFleet\nmetadata: {{name: {name}}}\nspec:\n  accountRef: {{name: main}}\n  \
         systemNumber: \"S0001234\"\n  serviceCode: m2m-lte\n{rest}"
    )
}

fn codes(result: &Result<Compiled, Vec<Diagnostic>>) -> Vec<&'static str> {
    let diagnostics = match result {
        Ok(compiled) => &compiled.warnings,
        Err(diagnostics) => diagnostics,
    };
    diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect()
}

/// Compares a generated file, or writes it when `UPDATE_GENERATED=1`.
#[expect(clippy::disallowed_methods, reason = "a test may ask whether to rewrite what it compares")]
pub(crate) fn assert_fresh(path: &Path, text: &str) {
    if std::env::var_os("UPDATE_GENERATED").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        return std::fs::write(path, text).expect("written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    snapbox::assert_data_eq!(text.to_owned(), snapbox::Data::text(kept).raw());
}
