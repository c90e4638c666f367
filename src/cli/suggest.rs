//! What was meant by a command line that is none: names that other tools have for what simfleet does. (Misspelt names are
//! clap's affair.) A hint, never an action.

mod options;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Names that people try, and what to try instead.
type Table = &'static [(&'static [&'static str], &'static str)];

const COMMANDS: Table = &[
    (&["diff", "preview", "dry-run", "whatif"], "`simfleet plan` shows what would change, `simfleet drift` what others changed"),
    (
        &["status", "check-env", "ping", "preflight"],
        "`simfleet doctor` checks that everything is in place, `simfleet plan` what is not as declared",
    ),
    (&["lint", "check", "test"], "`simfleet validate` checks manifests, `simfleet doctor` everything around them"),
    (&["verify"], "`simfleet audit verify` proves the audit log, `simfleet validate` checks manifests"),
    (&["list", "ls", "state"], "`simfleet get sims` lists lines, `simfleet ops list` operations"),
    (
        &["describe", "inspect"],
        "`simfleet get sims NUMBER` reads a line, `simfleet ops show` an operation, `simfleet audit show` who did what",
    ),
    (
        &["destroy", "delete", "rm", "remove", "terminate"],
        "no command ends lines: declare `state: Terminated` on each, then `simfleet plan` (simfleet explain guarantees)",
    ),
    (
        &["suspend", "resume", "activate", "start", "allocate", "set", "edit", "patch"],
        "lines are changed in their manifests: declare the state, then `simfleet plan` and `simfleet apply`",
    ),
    (
        &["buy", "order", "topup", "coupon"],
        "purchases are declared in manifests, then `simfleet plan` and `simfleet apply` (simfleet explain purchases)",
    ),
    (
        &["init", "new", "create", "bootstrap", "adopt"],
        "there is nothing to initialise: `simfleet import` writes manifests for what is there, `simfleet doctor` says what is missing",
    ),
    (&["export", "dump", "pull", "download"], "`simfleet import` writes manifests, `simfleet observe` a snapshot"),
    (&["snapshot", "refresh", "backup"], "`simfleet observe` writes a snapshot of what the carrier has"),
    (&["sync", "deploy", "up", "push", "run", "reconcile", "converge"], "`simfleet apply` plans, shows, asks and applies"),
    (&["log", "logs", "history", "blame", "who"], "`simfleet audit show` tells who did what, `simfleet ops list` what was done"),
    (&["journal", "operations"], "`simfleet ops list` shows the journal"),
    (
        &["unlock", "force-unlock", "lock"],
        "`simfleet doctor` says who holds the lock; it goes with its process (simfleet explain journal)",
    ),
    (
        &["login", "logout", "auth", "configure", "config"],
        "credentials come from SIMFLEET_CONTRACTOR_ID and SIMFLEET_PASSWORD or --credentials FILE; `simfleet doctor` checks them",
    ),
    (
        &["sims", "lines", "chips", "usage", "sessions", "applications", "services", "system"],
        "`simfleet get` reads that from the carrier",
    ),
    (&["cost", "costs", "savings", "optimize", "idle"], "`simfleet report` finds what costs money for nothing"),
    (&["mock", "simulate", "simulator", "server", "serve", "fake"], "`simfleet emulator --control` is a carrier on this machine"),
    (&["operator", "daemon", "watch"], "`simfleet controller` reconciles a cluster continuously"),
    (&["redact", "anonymize", "mask"], "`--redact` on any command puts tokens in the place of numbers"),
    (&["format", "prettify"], "`simfleet fmt` formats manifests"),
    (&["docs", "manual", "doc"], "`simfleet explain` lists codes and topics, `simfleet man` prints the manual page"),
    (&["help"], "`simfleet --help`, and `--help` behind any command"),
    (&["version"], "`simfleet --version`"),
];

const OPS: Table = &[
    (&["ls", "all"], "`simfleet ops list` lists operations"),
    (&["get", "describe", "inspect"], "`simfleet ops show ID` shows one"),
    (&["settle", "fix", "close", "done"], "`simfleet ops resolve ID` settles one by hand"),
];

const AUDIT: Table = &[
    (&["check", "validate", "prove"], "`simfleet audit verify` proves the log"),
    (&["list", "ls", "log", "cat", "get"], "`simfleet audit show` shows it"),
];

const RESOURCES: Table = &[
    (&["line", "lines", "sim", "number", "numbers"], "lines are `sims`"),
    (&["chip", "chip-sims", "chipsims", "esim", "esims"], "chip SIMs are `chips`"),
    (&["traffic", "data", "quota", "remaining"], "traffic is `usage`"),
    (&["order", "orders", "coupons", "changes"], "what was ordered or changed are `applications`"),
    (&["plans", "plan", "rate-plans", "rateplans", "functions", "systems"], "`services` and `system` tell what is offered"),
    (&["operations", "ops", "journal"], "the journal is `simfleet ops list`"),
];

/// Adds to an error of the command line what was probably meant, in the place of what merely looks alike.
pub(super) fn advise(error: &mut clap::Error, program: &clap::Command, arguments: &[String]) {
    let kind = error.kind();
    let hint = if kind == ErrorKind::InvalidSubcommand {
        text(error, ContextKind::InvalidSubcommand).and_then(|name| look_up(commands_of(arguments, &name), &name))
    } else if kind == ErrorKind::UnknownArgument {
        let name = text(error, ContextKind::InvalidArg);
        name.and_then(|name| options::hint(program, arguments, name.split(['=', ' ']).next().unwrap_or_default()))
    } else if kind == ErrorKind::InvalidValue && text(error, ContextKind::InvalidArg).is_some_and(|arg| arg.contains("<WHAT>")) {
        text(error, ContextKind::InvalidValue).and_then(|value| look_up(RESOURCES, &value))
    } else {
        None
    };
    if let Some(hint) = hint {
        for alike in [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue] {
            error.remove(alike);
        }
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(hint)]));
    }
}

/// Below which command a name was tried.
fn commands_of(arguments: &[String], name: &str) -> Table {
    let before = arguments.iter().skip(1).take_while(|argument| *argument != name);
    match before.map(String::as_str).find(|argument| matches!(*argument, "ops" | "audit")) {
        Some("ops") => OPS,
        Some(_) => AUDIT,
        None => COMMANDS,
    }
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    let Some(ContextValue::String(text)) = error.get(kind) else { return None };
    Some(text.clone())
}

fn look_up(table: Table, name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    table.iter().find(|(names, _)| names.contains(&name.as_str())).map(|(_, hint)| *hint)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::args::Cli;

    fn told(arguments: &[&str]) -> String {
        let arguments: Vec<String> = std::iter::once("simfleet").chain(arguments.iter().copied()).map(str::to_owned).collect();
        let mut error = Cli::command().try_get_matches_from(&arguments).expect_err("this is no command line");
        assert!(error.use_stderr(), "{arguments:?} is an error, not an answer");
        advise(&mut error, &Cli::command(), &arguments);
        error.to_string()
    }

    #[test]
    fn what_other_tools_call_it_is_answered_by_what_it_is_here() {
        for (arguments, expected) in [
            (vec!["diff", "fleet"], "`simfleet plan` shows what would change"),
            (vec!["status"], "`simfleet doctor`"),
            (vec!["destroy"], "state: Terminated"),
            (vec!["ls"], "`simfleet get sims`"),
            (vec!["init"], "`simfleet import`"),
            (vec!["lint", "fleet"], "`simfleet validate`"),
            (vec!["ops", "ls"], "`simfleet ops list`"),
            (vec!["audit", "check"], "`simfleet audit verify`"),
            (vec!["apply", "fleet", "--auto-approve"], "`--yes` asks nothing"),
            (vec!["apply", "fleet", "--target=x"], "`--only"),
            (vec!["get", "lines"], "lines are `sims`"),
            // Misspelt names are found as before.
            (vec!["aply"], "'apply'"),
            (vec!["plan", "fleet", "--formt", "json"], "'--format'"),
            (vec!["get", "sim-s"], "'sims'"),
        ] {
            let told = told(&arguments);
            assert!(told.contains("tip: ") && told.contains(expected), "{arguments:?}\n{told}");
        }
    }

    /// Every command that a hint names is one.
    #[test]
    fn hints_lead_somewhere() {
        let root = Cli::command();
        let mut named = 0;
        let told = [COMMANDS, OPS, AUDIT, RESOURCES].into_iter().flatten().map(|(_, hint)| *hint);
        for hint in told.chain(options::hints()) {
            for quoted in hint.split('`').skip(1).step_by(2).filter(|quoted| quoted.starts_with("simfleet ")) {
                let mut command = &root;
                for word in quoted.split(' ').skip(1).filter(|word| word.starts_with(char::is_lowercase)) {
                    if command.has_subcommands() {
                        command = command.find_subcommand(word).unwrap_or_else(|| panic!("{quoted} is no command"));
                        named += 1;
                    }
                }
            }
        }
        assert!(named > 30, "{named}");
    }
}
