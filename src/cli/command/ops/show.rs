//! `simfleet ops show`

use super::journals::journals;
use super::{as_json, unknown};
use crate::cli::args::{FindingsFormat, OpsShow};
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
            FindingsFormat::Json => {
                serde_json::to_writer_pretty(&mut *out, &attempts.iter().map(as_json).collect::<Vec<_>>())?;
                writeln!(out)
            }
            FindingsFormat::Text => operation::write(&mut { out }, &attempts),
        })?;
        return Ok(exit::DONE);
    }
    Err(unknown(&args.id))
}
