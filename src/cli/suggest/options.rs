//! Options that people try, and what the command at hand has in their place: an option that it does not have is no help.

use clap::Command;

/// What is there, if all of these options are; the first that fits is said.
type Hints = &'static [(&'static [&'static str], &'static str)];

const OPTIONS: &[(&[&str], Hints)] = &[
    (
        &["--auto-approve", "--autoapprove", "--assume-yes", "--non-interactive", "--no-input"],
        &[
            (
                &["--yes", "--ack", "--approve"],
                "`--yes` asks nothing; what costs money or is for ever wants --ack KIND=N or --approve PLAN_ID besides",
            ),
            (&["--yes"], "`--yes` asks nothing"),
        ],
    ),
    (
        &["--dry-run", "--dryrun", "--what-if", "--diff"],
        &[
            (&["--ack"], "`simfleet plan` never writes"),
            (&["--write"], "without `--write` nothing is written"),
            (&["--check"], "`--check` shows the diff and writes nothing"),
        ],
    ),
    (
        &["--check"],
        &[
            (&["--ack"], "`simfleet plan` never writes"),
            (&["--detailed-exitcode"], "`--detailed-exitcode` exits with 2 if there are changes"),
        ],
    ),
    (
        &["--target", "--targets", "--filter", "--selector", "--line", "--fleet"],
        &[(&["--only"], "`--only` takes a part: the lines or fleets that it names")],
    ),
    (&["--json", "--yaml", "--markdown", "--text"], &[(&["--format"], "`--format` says how it is written")]),
    (
        &["--output", "-o"],
        &[
            (&["--out", "--format"], "`--format` says how it is written, `--out` where the plan is kept"),
            (&["--format"], "`--format` says how it is written; it goes to stdout: > FILE"),
        ],
    ),
    (&["--no-color", "--no-colour", "--colour"], &[(&["--color"], "`--color never`, or NO_COLOR=1")]),
    (&["--quiet", "-q", "--silent"], &[(&[], "data goes to stdout and everything else to stderr: 2>/dev/null")]),
    (&["--debug", "--trace", "--log-level"], &[(&["-v"], "-v logs what is done, -vv each request too")]),
    (
        &["--force"],
        &[(&["--ack", "--approve"], "nothing is forced: --ack KIND=N approves the exact number, --approve PLAN_ID one plan")],
    ),
    (&["--state", "--state-file", "--db"], &[(&["--journal"], "`--journal FILE` names the journal")]),
    (
        &["-f", "--file", "--filename", "-R", "--recursive", "--dir", "--config"],
        &[(&["PATH"], "files and folders stand without a flag")],
    ),
    (&["--url", "--host", "--server", "--api"], &[(&["--endpoint"], "`--endpoint URL` says where the carrier is")]),
    (
        &["--user", "--username", "--password", "--token"],
        &[(
            &["--credentials"],
            "secrets are never arguments: SIMFLEET_CONTRACTOR_ID and SIMFLEET_PASSWORD, or --credentials FILE",
        )],
    ),
];

/// What to try instead of an option that the command of these arguments does not have.
pub(super) fn hint(program: &Command, arguments: &[String], name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let (_, hints) = OPTIONS.iter().find(|(names, _)| names.iter().any(|known| known.eq_ignore_ascii_case(&name)))?;
    // Global options are known below the program only once it is built.
    let mut program = program.clone();
    program.build();
    let command = command_of(&program, arguments);
    hints.iter().find(|(needs, _)| needs.iter().all(|need| has(command, need))).map(|(_, hint)| *hint)
}

/// The command that arguments are for.
fn command_of<'c>(program: &'c Command, arguments: &[String]) -> &'c Command {
    let mut command = program;
    for argument in arguments.iter().skip(1) {
        match command.find_subcommand(argument) {
            Some(below) => command = below,
            // The words behind the name of a command that has none below are its own.
            None if !command.has_subcommands() => break,
            None => {}
        }
    }
    command
}

/// Whether a command has an option, or takes an argument that it calls so.
fn has(command: &Command, option: &str) -> bool {
    command.get_arguments().any(|argument| {
        let is_positional = argument.is_positional();
        let mut names = argument.get_value_names().into_iter().flatten();
        match (option.strip_prefix("--"), option.strip_prefix('-')) {
            (Some(long), _) => argument.get_long() == Some(long),
            (None, Some(short)) => argument.get_short().is_some_and(|letter| short.chars().eq([letter])),
            (None, None) => is_positional && names.any(|name| name.split('|').any(|name| name == option)),
        }
    })
}

#[cfg(test)]
pub(super) fn hints() -> impl Iterator<Item = &'static str> {
    OPTIONS.iter().flat_map(|(_, hints)| hints.iter().map(|(_, hint)| *hint))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use clap::error::ErrorKind;

    use super::*;
    use crate::cli::args::Cli;
    use crate::cli::suggest::advise;

    /// Every command that does something, as it is called.
    fn leaves(command: &Command, path: &[String], all: &mut Vec<Vec<String>>) {
        if !command.has_subcommands() {
            all.push(path.to_vec());
        }
        for below in command.get_subcommands() {
            leaves(below, &[path, &[below.get_name().to_owned()]].concat(), all);
        }
    }

    /// The options that a text names, without those behind the name of another command.
    fn named(text: &str) -> Vec<&str> {
        let own: Vec<&str> =
            text.split('`').enumerate().filter(|(_, part)| !part.starts_with("simfleet ")).map(|(_, part)| part).collect();
        let words =
            own.into_iter().flat_map(|part| part.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-')));
        words.filter(|word| word.starts_with('-') && word.len() > 1).map(|word| if word == "-vv" { "-v" } else { word }).collect()
    }

    #[test]
    fn a_command_is_recommended_only_options_that_it_has() {
        let mut program = Cli::command();
        program.build();
        let mut all = Vec::new();
        leaves(&program, &["simfleet".to_owned()], &mut all);
        let (mut told, mut hinted) = (0, 0);
        for path in &all {
            let command = command_of(&program, path);
            for name in OPTIONS.iter().flat_map(|(names, _)| *names).filter(|name| !has(command, name)) {
                let arguments: Vec<String> = path.iter().cloned().chain([(*name).to_owned()]).collect();
                let mut error = Cli::command().try_get_matches_from(&arguments).expect_err("it is none of its options");
                if error.kind() != ErrorKind::UnknownArgument {
                    continue;
                }
                advise(&mut error, &Cli::command(), &arguments);
                told += 1;
                let text = error.to_string();
                for tip in text.lines().filter_map(|line| line.trim().strip_prefix("tip: ")) {
                    hinted += 1;
                    // Clap's own one says how to give a value that looks like an option.
                    for option in named(tip).into_iter().filter(|option| option != name && *option != "--") {
                        assert!(has(command, option), "{arguments:?} has no {option}\n{text}");
                    }
                }
            }
        }
        assert!(told > 500 && hinted > 300, "{told} {hinted}");
    }

    #[test]
    fn every_hint_is_said_by_some_command() {
        let mut program = Cli::command();
        program.build();
        let mut all = Vec::new();
        leaves(&program, &["simfleet".to_owned()], &mut all);
        for (names, hints) in OPTIONS {
            for (_, expected) in *hints {
                let is_said = all.iter().any(|path| names.iter().any(|name| hint(&program, path, name) == Some(expected)));
                assert!(is_said, "{expected}");
            }
        }
    }
}
