//! `simfleet ops show`

use std::path::PathBuf;

use super::journals::journals;
use super::{as_json, unknown};
use crate::cli::args::{Connection, OpsShow, RecordFormat};
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output};
use crate::plan::OpId;
use crate::render::operation;

pub(super) fn run(shell: &Shell, args: &OpsShow) -> Result<u8, Failure> {
    let id = OpId(args.id.as_str().into());
    for found in journals(shell, &args.manifests.paths(), &args.connection)? {
        let attempts = found.journal.attempts(&id)?;
        if attempts.is_empty() {
            continue;
        }
        output::to_stdout(|out| match args.format {
            RecordFormat::Json => {
                serde_json::to_writer_pretty(&mut *out, &attempts.iter().map(as_json).collect::<Vec<_>>())?;
                writeln!(out)
            }
            RecordFormat::Text => operation::write(&mut { out }, &attempts, &found_by(args)),
        })?;
        return Ok(exit::DONE);
    }
    Err(unknown(&args.id))
}

/// What the user gave, so that the next command finds the same journal.
fn found_by(args: &OpsShow) -> String {
    let Connection { endpoint, credentials, journal, exports: _ } = &args.connection;
    let flag = |name: &str, value: &str| format!("{name} {}", quoted(value));
    let file = |name: &str, path: &Option<PathBuf>| path.as_ref().map(|path| flag(name, &path.display().to_string()));
    let paths = args.manifests.paths().into_iter().map(|path| quoted(&path.display().to_string()));
    let flags = [
        endpoint.as_ref().map(|endpoint| flag("--endpoint", endpoint)),
        file("--credentials", credentials),
        file("--journal", journal),
    ];
    paths.chain(flags.into_iter().flatten()).collect::<Vec<_>>().join(" ")
}

/// As a shell takes it for one word.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-:=,+@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}
