//! A patch of manifests, shown.

use std::path::Path;

use crate::cli::failure::Failure;
use crate::cli::output;
use crate::cli::shell::Shell;
use crate::render::drift::patch;

/// Shows the diff of files on stdout: (path, the text it has or nothing if it is new, the text it gets).
pub(super) fn show(shell: &Shell, files: &[(&Path, Option<&str>, &str)]) -> Result<(), Failure> {
    let color = output::colours(&shell.global, &shell.environment);
    let text = patch::unified(files.iter().map(|(path, before, after)| (path.to_string_lossy(), *before, *after)));
    output::to_stdout(|out| patch::show(out, &text, color))
}
