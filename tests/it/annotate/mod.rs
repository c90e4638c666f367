//! Findings and plans as forges and CI systems read them.

mod findings;
mod fits;
mod laws;
mod plans;
mod reading;
mod sarif_shape;

use std::path::{Path, PathBuf};

use simfleet::annotate::{Annotation, Paths, of_findings};
use simfleet::diag::Diagnostic;
use simfleet::manifest::read;

/// What `validate` finds in a case of the corpus of bad manifests.
fn findings(case: &str) -> Vec<Diagnostic> {
    read(&[corpus(case)]).expect_err("every case is invalid")
}

fn corpus(case: &str) -> PathBuf {
    Path::new("tests/it/manifest/invalid").join(case)
}

fn marks(case: &str) -> Vec<Annotation> {
    of_findings(&findings(case), &Paths::default())
}

/// What a format writes.
fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}
