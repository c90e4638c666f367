//! `simfleet import --merge`: the manifests that are there, brought up to what the carrier has.

use tracing::Level;

use super::observe;
use crate::cli::account::targets_of;
use crate::cli::args::Import;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output, patch, redaction};
use crate::count::counted;
use crate::diag::Diagnostic;
use crate::manifest::merge::{LeftLine, Merge, MergeError, Merged, merge};

pub(super) async fn run(shell: &Shell, args: &Import) -> Result<u8, Failure> {
    let compiled = shell.read(&args.paths)?;
    let targets = targets_of(compiled.clone(), &args.connection)?;
    let observed = observe(shell, args, &targets).await?;
    let roster_above = usize::try_from(args.inline_limit).unwrap_or(usize::MAX);
    let request = Merge { paths: &args.paths, compiled: &compiled, observed: &observed, roster_above };
    let merged = merge(&request).map_err(failure)?;
    let files: Vec<_> =
        merged.files.iter().map(|file| (file.path.as_path(), file.before.as_deref(), file.after.as_str())).collect();
    patch::show(shell, &files)?;
    if args.write {
        output::replace_files(&files)?;
    }
    tell(shell, args, &merged);
    Ok(exit::DONE)
}

fn tell(shell: &Shell, args: &Import, merged: &Merged) {
    const SHOWN: usize = 10;
    let Merged { files, edited, added, left, gone, notes } = merged;
    for note in notes {
        shell.tell(Level::INFO, &format!("note: {note}"));
    }
    if !gone.is_empty() {
        let shown: Vec<String> = gone.iter().take(SHOWN).map(ToString::to_string).collect();
        let more = if gone.len() > SHOWN { format!(" and {} more", gone.len() - SHOWN) } else { String::new() };
        let noun = if gone.len() == 1 { "line is" } else { "lines are" };
        let text = format!("note: {} declared {noun} not at the carrier, and kept: {}{more}", gone.len(), shown.join(", "));
        shell.tell(Level::INFO, &text);
    }
    for LeftLine { msisdn, why, file, line } in left {
        shell.tell(Level::INFO, &format!("left to you: {msisdn} at {file}:{line}: {why}"));
    }
    let new: usize = added.values().sum();
    if files.is_empty() {
        let but = if left.is_empty() { "" } else { ", but for what is left to you" };
        return shell.tell(Level::INFO, &format!("the manifests say what the carrier has{but}"));
    }
    let into: Vec<String> = added.iter().map(|(fleet, lines)| format!("{lines} to {fleet}")).collect();
    let into = if into.is_empty() { String::new() } else { format!(" ({})", into.join(", ")) };
    let (did, then) = if args.write { ("", "") } else { ("would be ", "; --write does it") };
    let (edited, new, files) = (counted(*edited, "line"), counted(new, "line"), counted(files.len(), "file"));
    shell.tell(Level::INFO, &format!("{edited} {did}changed and {new} {did}added{into} in {files}{then}"));
}

fn failure(error: MergeError) -> Failure {
    match error {
        MergeError::Invalid(problems) => {
            let problems: Vec<String> = redaction::findings(&problems)
                .iter()
                .filter(|problem| problem.is_error())
                .map(|Diagnostic { code, location, message, .. }| format!("\n  {code}: {location}: {message}"))
                .collect();
            Failure::error(format!("what would be written is not valid; nothing was written:{}", problems.concat()))
                .help("the places are those of the files to be; change what contradicts itself there by hand, and run it again")
        }
        MergeError::Differs(what) => {
            Failure::error(format!("what would be written says something else of {what} than it should; nothing was written"))
                .help("run simfleet fmt on the manifests, and import again; and please report this")
        }
        MergeError::Unreadable(why) => Failure::error(format!("{why}; nothing was written")),
    }
}
