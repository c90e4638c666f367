//! An account without an API: what is approved is handed over to a person, as files in a folder of its own.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::account::Prepared;
use crate::cli::exit;
use crate::cli::failure::Failure;
use crate::cli::output;
use crate::cli::shell::Shell;
use crate::count::counted;
use crate::domain::HandOver;
use crate::exec::handover::{HandOverError, ToHandOver, folder, hand_over};
use crate::manifest::AccountDriver;
use crate::plan::{Operation, Plan};
use crate::render::console::{self, CHECK_LIST, ConsoleFile, HandedOverFiles};

impl Prepared<'_> {
    /// Writes what a person is to do, once, and says where it is.
    pub(super) fn hand_over(&mut self, shell: &Shell, plan: &Plan, stored: bool, at: Timestamp) -> Result<(), Failure> {
        self.protect(plan)?;
        self.remember(plan, stored)?;
        let account = &self.target.name;
        let AccountDriver::Csv(files) = &self.target.driver else {
            return Err(Failure::error(format!("account {account}: only driver csv hands over")));
        };
        let section = plan
            .accounts
            .iter()
            .find(|section| section.name == *account)
            .ok_or_else(|| Failure::error(format!("the plan has no account {account}")))?;
        // Two accounts of one plan may share an output folder, and each has a check-list of its own.
        let name = if plan.accounts.len() > 1 { format!("{account}-{}", plan.plan_id) } else { plan.plan_id.clone() };
        let name = folder(&name, self.journal.journal()?)?;
        let path = files.output.join(&name);
        self.tell_strangers(shell, plan, &files.output, &name)?;
        let HandedOverFiles { files, steps } = console::hand_over(plan, section, &name);
        let what = ToHandOver { plan, account, stored, folder: &name, steps: &steps, at };
        let mut was_there = false;
        hand_over(&what, self.journal.journal()?, || {
            was_there = path.exists();
            if was_there { holds(&path, &files) } else { appear(&path, &files) }
        })
        .map_err(|error| explained(error, account, &path))?;
        tell(shell, &path, &files, &steps, was_there)
    }
}

impl Prepared<'_> {
    /// Check-lists of this account that its journal knows nothing of: of a run that died, or of another journal. Somebody may be at
    /// work on them, so nothing is bought besides.
    fn tell_strangers(&mut self, shell: &Shell, plan: &Plan, output: &Path, name: &str) -> Result<(), Failure> {
        let account = &self.target.name;
        let numbers = self.journal.journal()?.own_applications()?;
        let known: BTreeSet<&str> =
            numbers.iter().filter_map(|number| Some(HandOver::of(number)?.folder)).chain([name]).collect();
        let strangers: Vec<String> =
            check_lists(output, account)?.into_iter().filter(|name| !known.contains(name.as_str())).collect();
        let [first, rest @ ..] = strangers.as_slice() else { return Ok(()) };
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        let what = format!(
            "account {account}: {}{more} was handed over, and this journal knows nothing of it (another one was lost, or a run died)",
            output.join(first).display()
        );
        let buys = |operation: &Operation| operation.account == *account && operation.change.kind().is_purchase();
        if plan.operations.iter().any(buys) {
            return Err(Failure { code: exit::REFUSED, ..Failure::error(what) }.help(
                "nothing was handed over: it may hold the same purchases. Once nobody works from it any more, and what was bought \
                 is taken out of the manifests, move it away",
            ));
        }
        shell.tell(tracing::Level::WARN, &format!("warning: {what}; move it away once nobody works from it any more"));
        Ok(())
    }
}

/// The folders of an account's check-lists, sorted.
fn check_lists(output: &Path, account: &str) -> io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(output) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let head = console::of_account(account);
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        let is_ours = std::fs::read_to_string(entry.path().join(CHECK_LIST))
            .is_ok_and(|list| list.lines().any(|line| line.starts_with(&head)));
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_ours && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn explained(error: HandOverError, account: &str, path: &Path) -> Failure {
    let help = match &error {
        HandOverError::Files(_) => {
            Some(format!("nothing was handed over; is {} a place where files can be written?", path.display()))
        }
        HandOverError::Open { .. } => {
            Some("once it is done, export the lists again; if it will not be, `simfleet ops resolve` gives it back".to_owned())
        }
        HandOverError::Bought { .. } | HandOverError::OtherMonth { .. } => Some("plan again".to_owned()),
        HandOverError::Journal(_) | HandOverError::NoAccount(_) => None,
    };
    let code = match &error {
        HandOverError::Open { .. } | HandOverError::Bought { .. } | HandOverError::OtherMonth { .. } => exit::REFUSED,
        HandOverError::Journal(_) | HandOverError::Files(_) | HandOverError::NoAccount(_) => exit::ERROR,
    };
    Failure { code, help, ..Failure::from(error).while_(&format!("account {account}")) }
}

/// Fails unless a folder that is there already is what an earlier run wrote of the same plan: the same files for the console,
/// and every step on the check-list, ticked or not.
fn holds(folder: &Path, files: &[ConsoleFile]) -> io::Result<()> {
    let steps = |list: &str| -> Vec<String> {
        let unticked = list.lines().map(|line| line.replace("- [x] ", "- [ ] ").replace("- [X] ", "- [ ] "));
        unticked.filter(|line| line.starts_with("- [ ] ")).collect()
    };
    for ConsoleFile { name, text, rows: _ } in files {
        let file = folder.join(name);
        let there = std::fs::read_to_string(&file).map_err(|error| foreign(&file, &error.to_string()))?;
        let is_ours = if name == CHECK_LIST { steps(&there) == steps(text) } else { there == *text };
        if !is_ours {
            return Err(foreign(&file, "it says something else"));
        }
    }
    Ok(())
}

fn foreign(file: &Path, why: &str) -> io::Error {
    let text = format!("{} stands in the way and is not what this plan hands over ({why}): move its folder away", file.display());
    io::Error::new(io::ErrorKind::AlreadyExists, text)
}

/// Makes a folder with files in it appear all at once, under its name: half of a check-list would look whole.
fn appear(folder: &Path, files: &[ConsoleFile]) -> io::Result<()> {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let parent = folder.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    std::fs::create_dir_all(&parent)?;
    let draft = parent.join(format!(".{name}.part"));
    if draft.exists() {
        // Of a run that died. Nobody was told of it.
        std::fs::remove_dir_all(&draft)?;
    }
    std::fs::create_dir(&draft)?;
    for ConsoleFile { name, text, rows: _ } in files {
        let file = draft.join(name);
        std::fs::write(&file, text)?;
        std::fs::File::open(&file)?.sync_all()?;
    }
    std::fs::rename(&draft, folder)?;
    // The name has to outlast a crash as the journal does that will speak of it.
    std::fs::File::open(if parent.as_os_str().is_empty() { Path::new(".") } else { &parent })?.sync_all()
}

fn tell(
    shell: &Shell,
    folder: &Path,
    files: &[ConsoleFile],
    steps: &[(crate::plan::OpId, u32)],
    was_there: bool,
) -> Result<(), Failure> {
    let last = steps.iter().map(|(_, step)| *step).max().unwrap_or_default();
    let last = usize::try_from(last).unwrap_or(usize::MAX);
    output::to_stdout(|out| {
        writeln!(out, "Handed over: {} in {}, none of them done yet.", counted(steps.len(), "operation"), counted(last, "step"))?;
        for ConsoleFile { name, text: _, rows } in files {
            let rows = rows.map(|rows| format!("  {}", counted(rows, "row"))).unwrap_or_default();
            writeln!(out, "  {}{rows}", folder.join(name).display())?;
        }
        writeln!(out, "Do what {CHECK_LIST} says, export the lists again, and plan again: what they show is done.")
    })?;
    if was_there {
        let text = format!("{} was there already and was left as it is: an earlier run wrote it", folder.display());
        shell.tell(tracing::Level::WARN, &text);
    }
    Ok(())
}
