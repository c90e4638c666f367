//! Where text goes: data to stdout, files atomically, and a closed pipe is no error.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::args::{Color, Global};
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::redaction;

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

/// Writes data to stdout, redacted if that was asked for. A reader that has seen enough (`| head`) ends it quietly.
pub(super) fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    say(write, redaction::redacted)
}

/// The same for a CSV table, in which a column of amounts is known by its name.
pub(super) fn table_to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    say(write, redaction::redacted_table)
}

fn say(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    redacted: for<'t> fn(&'t str) -> Cow<'t, str>,
) -> Result<(), Failure> {
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    let written = if redaction::is_on() {
        let mut whole = Vec::new();
        write(&mut whole).and_then(|()| stdout.write_all(redacted(&String::from_utf8_lossy(&whole)).as_bytes()))
    } else {
        write(&mut stdout)
    };
    match written.and_then(|()| stdout.flush()) {
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
    let part = neighbour(&place);
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

/// Replaces the texts of files, all or none: (path, the text it has or nothing if it is new, the text it gets). The new
/// texts are on the disk before the first name changes hands, and if one cannot, those before it get their old text back.
/// A file that has another text by now is somebody else's work: then nothing is written. Folders of new files are made.
pub(super) fn replace_files(files: &[(&Path, Option<&str>, &str)]) -> Result<(), Failure> {
    for (path, before, _) in files {
        let name = path.display();
        let now = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && before.is_none() => None,
            read => Some(read.map_err(|error| Failure::from(error).while_(&name.to_string()))?),
        };
        if now.as_deref() != *before {
            return Err(Failure::error(format!("{name} was changed meanwhile; nothing was written")).help("run it again"));
        }
    }
    let mut parts: Vec<(PathBuf, PathBuf)> = Vec::new();
    for (path, before, after) in files {
        match stage(path, before.is_none(), after) {
            Ok(staged) => parts.push(staged),
            Err(error) => {
                discard(&parts);
                return Err(Failure::from(error).while_(&format!("{}: nothing was written", path.display())));
            }
        }
    }
    for (done, (part, place)) in parts.iter().enumerate() {
        if let Err(error) = std::fs::rename(part, place) {
            discard(parts.get(done..).unwrap_or_default());
            for (path, before, _) in files.get(..done).unwrap_or_default() {
                match before {
                    Some(before) => to_file(path, |out| out.write_all(before.as_bytes()))?,
                    None => {
                        std::fs::remove_file(path).map_err(|error| Failure::from(error).while_(&path.display().to_string()))?;
                    }
                }
            }
            return Err(Failure::from(error).while_(&format!("{}: nothing was written", place.display())));
        }
    }
    Ok(())
}

/// Writes a text beside a file, with that file's permissions: what it was written to, and the place it is for.
fn stage(path: &Path, is_new: bool, text: &str) -> io::Result<(PathBuf, PathBuf)> {
    let (place, permissions) = if is_new {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        (path.to_owned(), None)
    } else {
        let place = std::fs::canonicalize(path)?;
        let permissions = std::fs::metadata(&place)?.permissions();
        (place, Some(permissions))
    };
    let part = neighbour(&place);
    let written = std::fs::File::create(&part).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        if let Some(permissions) = permissions {
            file.set_permissions(permissions)?;
        }
        file.sync_all()
    });
    match written {
        Ok(()) => Ok((part, place)),
        Err(error) => {
            drop(std::fs::remove_file(&part));
            Err(error)
        }
    }
}

/// What is left of an attempt is of no use.
fn discard(parts: &[(PathBuf, PathBuf)]) {
    for (part, _) in parts {
        drop(std::fs::remove_file(part));
    }
}

/// Where a file is written until it is whole.
fn neighbour(place: &Path) -> PathBuf {
    let mut name = place.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    place.with_file_name(name)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_replaced_all_or_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        let texts = || [&one, &two].map(|path| std::fs::read_to_string(path).expect("a file"));
        std::fs::write(&one, "1").expect("a file");
        std::fs::write(&two, "2").expect("a file");
        let changed = replace_files(&[(&one, Some("1"), "I"), (&two, Some("other"), "II")]);
        assert!(changed.is_err_and(|failure| failure.message.contains("two was changed meanwhile; nothing was written")));
        assert_eq!(texts(), ["1", "2"]);
        // The second one cannot be written beside itself: its name is as long as a name can be.
        let long = folder.path().join("x".repeat(255));
        std::fs::write(&long, "3").expect("a file");
        assert!(replace_files(&[(&one, Some("1"), "I"), (&long, Some("3"), "III")]).is_err());
        assert_eq!(texts(), ["1", "2"]);
        let new = folder.path().join("new");
        assert!(replace_files(&[(&new, None, "N"), (&one, None, "I")]).is_err(), "one is there already");
        assert!(replace_files(&[(&new, None, "N"), (&long, Some("3"), "III")]).is_err());
        assert!(!new.exists());
        replace_files(&[(&one, Some("1"), "I"), (&two, Some("2"), "II")]).unwrap_or_else(|failure| panic!("{}", failure.message));
        assert_eq!(texts(), ["I", "II"]);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 3, "nothing is left behind");
    }
}
