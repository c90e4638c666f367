//! What of the environment a command heeds: options that may be set there, and what no option says.

use std::collections::BTreeSet;

use clap::Command;
use clap_mangen::roff::{Roff, bold, roman};

/// Variables that no option stands for.
struct Variable {
    names: &'static [&'static str],
    what: &'static str,
    /// The option of the commands that heed them, or the one command; `None`: all do.
    of: Option<&'static str>,
}

const VARIABLES: &[Variable] = &[
    Variable {
        names: &["SIMFLEET_CONTRACTOR_ID", "SIMFLEET_PASSWORD"],
        what: "The credentials of exactly one account.",
        of: Some("credentials"),
    },
    Variable {
        names: &["SIMFLEET_REDACTION_KEY"],
        what: "The secret that the tokens of --redact are made with, at least 16 characters (simfleet explain redaction).",
        of: None,
    },
    Variable {
        names: &["SIMFLEET_LOG"],
        what: "What is logged, as a filter of tracing-subscriber, such as simfleet=debug; -v stands for the usual ones.",
        of: None,
    },
    Variable { names: &["NO_COLOR"], what: "If it is not empty, nothing is coloured unless --color always says so.", of: None },
    Variable { names: &["TERM"], what: "If it is dumb, the same.", of: None },
    Variable {
        names: &["XDG_STATE_HOME", "HOME"],
        what: "Where journals are kept: in $XDG_STATE_HOME/simfleet, else in ~/.local/state/simfleet.",
        of: Some("journal"),
    },
    Variable {
        names: &["USER", "LOGNAME", "USERNAME"],
        what: "Who is named in the journal and in the audit log, the first that is set.",
        of: Some("audit-log"),
    },
    Variable {
        names: &["GITHUB_ACTOR", "GITHUB_RUN_ID", "GITLAB_USER_LOGIN", "CI_PIPELINE_ID"],
        what: "Who made a CI system run this, and which run it is: for the audit log.",
        of: Some("audit-log"),
    },
    Variable {
        names: &["GITHUB_SHA", "CI_COMMIT_SHA"],
        what: "The commit that a CI system runs for: for the audit log, if --revision does not name one.",
        of: Some("revision"),
    },
    Variable { names: &["KUBECONFIG"], what: "The files that name clusters (default: ~/.kube/config).", of: Some("context") },
    Variable {
        names: &["LC_ALL", "LC_CTYPE", "LANG"],
        what: "The locale, the first that is set: whether it can show Japanese is looked at.",
        of: Some("doctor"),
    },
];

/// The section. The page of a command that has others below it tells of theirs, too.
pub(super) fn section(command: &Command) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["ENVIRONMENT"]);
    for (names, what) in heeded(command) {
        roff.control("TP", []);
        let mut spans = Vec::new();
        for (nth, name) in names.iter().enumerate() {
            spans.extend((nth > 0).then(|| roman(", ")));
            spans.push(bold(name.as_str()));
        }
        roff.text(spans);
        roff.text([roman(what)]);
    }
    roff
}

/// The variables that a command heeds, with what they say, by name.
fn heeded(command: &Command) -> Vec<(Vec<String>, String)> {
    let mut found: Vec<(Vec<String>, String)> = Vec::new();
    let (mut options, mut known) = (BTreeSet::new(), BTreeSet::new());
    collect(command, &mut options, &mut known);
    for (name, option, is_flag) in options {
        let what = if is_flag {
            format!("Stands for --{option}, unless it is empty, 0, false, no or off.")
        } else {
            format!("The value of --{option}, where that is not given.")
        };
        found.push((vec![name], what));
    }
    for Variable { names, what, of } in VARIABLES {
        if of.is_none_or(|name| known.contains(name)) {
            found.push((names.iter().map(|name| (*name).to_owned()).collect(), (*what).to_owned()));
        }
    }
    found.sort();
    found
}

/// A command and those below it: the variables that options may be set by, with the option and whether it is a flag; and what
/// all of them and their options are called.
fn collect(command: &Command, options: &mut BTreeSet<(String, String, bool)>, known: &mut BTreeSet<String>) {
    known.insert(command.get_name().to_owned());
    for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
        let Some(long) = argument.get_long() else { continue };
        known.insert(long.to_owned());
        let is_flag = !argument.get_action().takes_values();
        options.extend(argument.get_env().map(|name| (name.to_string_lossy().into_owned(), long.to_owned(), is_flag)));
    }
    command.get_subcommands().for_each(|below| collect(below, options, known));
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::args::Cli;

    fn names_of(path: &[&str]) -> Vec<String> {
        let mut root = Cli::command();
        root.build();
        let command = path.iter().fold(&root, |command, name| command.find_subcommand(name).expect("a command"));
        heeded(command).into_iter().flat_map(|(names, _)| names).collect()
    }

    /// The one place that reads the environment names nothing that the manual does not.
    #[test]
    fn everything_that_is_read_is_told() {
        let source = include_str!("../../environment.rs");
        let is_name = |text: &&str| text.len() > 3 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        let read: BTreeSet<&str> = source.split('"').skip(1).step_by(2).filter(is_name).collect();
        assert!(read.len() > 15 && read.contains("SIMFLEET_LOG"), "{read:?}");
        let told = names_of(&[]);
        for name in read {
            assert!(told.iter().any(|known| known == name), "{name}");
        }
    }

    #[test]
    fn a_command_tells_of_what_it_heeds() {
        let of_fmt = names_of(&["fmt"]);
        assert_eq!(of_fmt, ["NO_COLOR", "SIMFLEET_LOG", "SIMFLEET_REDACT", "SIMFLEET_REDACTION_KEY", "TERM"]);
        assert!(names_of(&["doctor"]).iter().any(|name| name == "LC_CTYPE"));
        let of_resolve = names_of(&["ops", "resolve"]);
        for name in
            ["SIMFLEET_JOURNAL", "SIMFLEET_AUDIT_LOG", "SIMFLEET_CREDENTIALS", "SIMFLEET_PASSWORD", "XDG_STATE_HOME", "USER"]
        {
            assert!(of_resolve.iter().any(|known| known == name), "{name}");
        }
        assert!(names_of(&["emulator"]).iter().any(|name| name == "SIMFLEET_EMULATOR_PASSWORD"));
    }

    #[test]
    fn the_section_is_roff() {
        let mut root = Cli::command();
        root.build();
        let text = section(root.find_subcommand("apply").expect("a command")).to_roff();
        assert!(text.contains(".SH ENVIRONMENT\n"), "{text}");
        assert!(text.contains(".TP\n\\fBSIMFLEET_JOURNAL\\fR\nThe value of \\-\\-journal, where that is not given.\n"), "{text}");
        assert!(text.contains("Stands for \\-\\-redact, unless it is empty"), "{text}");
        assert!(text.contains("\\fBSIMFLEET_CONTRACTOR_ID\\fR, \\fBSIMFLEET_PASSWORD\\fR\n"), "{text}");
    }
}
