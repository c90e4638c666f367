//! The process's environment, read once: everything below takes it as an argument.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;

use secrecy::SecretString;

use crate::exec::audit::CiActor;

/// What simfleet takes from the environment.
#[derive(Debug, Default)]
pub struct Environment {
    /// `SIMFLEET_CONTRACTOR_ID`: serves exactly one account.
    pub contractor_id: Option<String>,
    /// `SIMFLEET_PASSWORD`.
    pub password: Option<SecretString>,
    /// The user: `USER`, `LOGNAME`, or `USERNAME`.
    pub user: Option<String>,
    /// Who made a CI system run this: `GITHUB_ACTOR` or `GITLAB_USER_LOGIN`.
    pub ci: Option<CiActor>,
    /// The commit that a CI system runs for: `GITHUB_SHA` or `CI_COMMIT_SHA`.
    pub ci_commit: Option<String>,
    /// Where state is kept: `XDG_STATE_HOME`, else `~/.local/state`.
    pub state_home: Option<PathBuf>,
    /// `NO_COLOR` is set and not empty, or `TERM` is `dumb`.
    pub no_color: bool,
    /// The encoding and language of text: `LC_ALL`, `LC_CTYPE` or `LANG`, the first that is set.
    pub locale: Option<String>,
    /// `SIMFLEET_LOG`: a filter in the syntax of tracing-subscriber.
    pub log_filter: Option<String>,
    /// `SIMFLEET_REDACT` is set to something: what that is, is judged where the command line is taken apart.
    pub redact: Option<OsString>,
    /// `SIMFLEET_REDACTION_KEY`: makes the tokens of `--redact`.
    pub redaction_key: Option<SecretString>,
    /// Which of the standard streams are terminals.
    pub terminals: Terminals,
}

/// Which of the standard streams are terminals.
#[derive(Debug, Default, Clone, Copy)]
pub struct Terminals {
    /// Somebody can be asked.
    pub stdin: bool,
    /// Colour makes sense.
    pub stdout: bool,
    /// A progress bar makes sense.
    pub stderr: bool,
}

impl Environment {
    /// Reads it.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn read() -> Self {
        let text = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let path = |name| std::env::var_os(name).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from);
        Self {
            user: ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(text),
            ci: ci("github", text("GITHUB_ACTOR"), text("GITHUB_RUN_ID"))
                .or_else(|| ci("gitlab", text("GITLAB_USER_LOGIN"), text("CI_PIPELINE_ID"))),
            ci_commit: text("GITHUB_SHA").or_else(|| text("CI_COMMIT_SHA")),
            contractor_id: text("SIMFLEET_CONTRACTOR_ID"),
            password: text("SIMFLEET_PASSWORD").map(SecretString::from),
            state_home: path("XDG_STATE_HOME").or_else(|| path("HOME").map(|home| home.join(".local/state"))),
            locale: ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(text),
            no_color: text("NO_COLOR").is_some() || text("TERM").is_some_and(|terminal| terminal == "dumb"),
            log_filter: text("SIMFLEET_LOG"),
            redact: std::env::var_os("SIMFLEET_REDACT").filter(|value| !value.is_empty()),
            redaction_key: text("SIMFLEET_REDACTION_KEY").map(SecretString::from),
            terminals: Terminals {
                stdin: std::io::stdin().is_terminal(),
                stdout: std::io::stdout().is_terminal(),
                stderr: std::io::stderr().is_terminal(),
            },
        }
    }
}

fn ci(system: &str, actor: Option<String>, run: Option<String>) -> Option<CiActor> {
    actor.map(|actor| CiActor { system: system.to_owned(), actor, run })
}
