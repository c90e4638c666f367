//! `simfleet audit`: who did what, and whether the log that says so is what was written.

mod logs;
mod show;
mod verify;

pub(super) use logs::Log;
pub(super) use verify::{incomplete, whole};

use crate::cli::args::Audit;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;

pub(crate) fn run(shell: &Shell, audit: &Audit) -> Result<u8, Failure> {
    match audit {
        Audit::Verify(args) => verify::run(shell, args),
        Audit::Show(args) => show::run(shell, args),
    }
}
