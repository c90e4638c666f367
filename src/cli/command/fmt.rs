//! `simfleet fmt`: manifests in one layout, all of them or none.

use tracing::Level;

use crate::cli::args::Fmt;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output, patch};
use crate::count::counted;
use crate::manifest::edit::Patched;
use crate::manifest::format::{FormatOptions, Formatted, NotFormatted, format};

pub(crate) fn run(shell: &Shell, args: &Fmt) -> Result<u8, Failure> {
    let Formatted { files, left } = format(&args.paths, FormatOptions { sort: args.sort }).map_err(|problems| {
        shell.report(&problems);
        Failure::silent(exit::ERROR)
    })?;
    for NotFormatted { location, why } in &left {
        let place = if location.line > 0 { format!("{}:{}", location.file, location.line) } else { location.to_string() };
        shell.tell(Level::INFO, &format!("note: {place}: not laid out anew, at most its blanks are mended: {why}"));
    }
    if files.is_empty() {
        return Ok(exit::DONE);
    }
    let count = counted(files.len(), "file");
    let all: Vec<_> =
        files.iter().map(|Patched { path, before, after }| (path.as_path(), Some(before.as_str()), after.as_str())).collect();
    if args.check {
        patch::show(shell, &all)?;
        let are = if files.len() == 1 { "is" } else { "are" };
        shell.tell(Level::ERROR, &format!("error: {count} {are} not formatted"));
        let sort = if args.sort { " --sort" } else { "" };
        shell.tell(Level::ERROR, &format!("help: simfleet fmt{sort} formats them"));
        return Ok(exit::ERROR);
    }
    output::replace_files(&all)?;
    output::to_stdout(|out| files.iter().try_for_each(|file| writeln!(out, "{}", file.path.display())))?;
    shell.tell(Level::INFO, &format!("formatted {count}"));
    Ok(exit::DONE)
}
