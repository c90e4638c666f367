//! The process's environment, read once: everything below takes it as an argument.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;

use secrecy::SecretString;

/// What simfleet takes from the environment.
#[derive(Debug, Default)]
pub struct Environment {
    /// `SIMFLEET_CONTRACTOR_ID`: serves exactly one account.
    pub contractor_id: Option<String>,
    /// `SIMFLEET_PASSWORD`.
    pub password: Option<SecretString>,
    /// Where state is kept: `XDG_STATE_HOME`, else `~/.local/state`.
    pub state_home: Option<PathBuf>,
    /// `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// `SIMFLEET_LOG`: a filter in the syntax of tracing-subscriber.
    pub log_filter: Option<String>,
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
            contractor_id: text("SIMFLEET_CONTRACTOR_ID"),
            password: text("SIMFLEET_PASSWORD").map(SecretString::from),
            state_home: path("XDG_STATE_HOME").or_else(|| path("HOME").map(|home| home.join(".local/state"))),
            no_color: text("NO_COLOR").is_some(),
            log_filter: text("SIMFLEET_LOG"),
            terminals: Terminals {
                stdin: std::io::stdin().is_terminal(),
                stdout: std::io::stdout().is_terminal(),
                stderr: std::io::stderr().is_terminal(),
            },
        }
    }
}
