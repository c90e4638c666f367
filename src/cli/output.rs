//! Where text goes: data to stdout, files atomically, and a closed pipe is no error.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::args::{Color, Global};
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;

/// Whether text on stdout is coloured.
pub(super) fn colours(global: &Global, environment: &Environment) -> bool {
    decide(global.color, environment.terminals.stdout, environment.no_color)
}

/// Whether text on stderr is coloured.
pub(super) fn error_colours(global: &Global, environment: &Environment) -> bool {
    decide(global.color, environment.terminals.stderr, environment.no_color)
}

fn decide(wish: Color, terminal: bool, no_color: bool) -> bool {
    match wish {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && !no_color,
    }
}

/// Writes data to stdout. A reader that has seen enough (`| head`) ends it quietly.
pub(super) fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    match write(&mut stdout).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::from(error).while_("stdout")),
        Ok(()) => Ok(()),
    }
}

/// Writes a file whole or not at all: to a neighbour first, which then takes its name.
///
/// A link is followed, and what is no regular file (`/dev/stdout`, a pipe) is written to, never replaced.
pub(super) fn to_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::from(error).while_(&path.display().to_string());
    if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        let opened = std::fs::OpenOptions::new().write(true).open(path);
        return opened
            .and_then(|file| {
                let mut file = io::BufWriter::new(file);
                write(&mut file)?;
                file.flush()
            })
            .map_err(failed);
    }
    let place = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = place.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    let part: PathBuf = place.with_file_name(name);
    let written = std::fs::File::create(&part).and_then(|file| {
        let mut file = io::BufWriter::new(file);
        write(&mut file)?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    });
    written.and_then(|()| std::fs::rename(&part, &place)).map_err(|error| {
        // What is left of the attempt is of no use, and may never have been made.
        drop(std::fs::remove_file(&part));
        failed(error)
    })
}

/// Writes to a file if there is one, else to stdout.
pub(super) fn to_file_or_stdout(
    path: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    match path {
        Some(path) if path != Path::new("-") => to_file(path, write),
        Some(_) | None => to_stdout(write),
    }
}
