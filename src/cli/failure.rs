//! How a command fails: an exit code, a message, and the way out.

use std::error::Error;
use std::fmt::Write as _;

use tracing::Level;

use crate::cli::exit;
use crate::cli::shell::Shell;

/// A command that could not do its work. Printed as `error: …`, its causes, and `help: …`.
#[derive(Debug)]
pub(super) struct Failure {
    /// The exit code.
    pub(super) code: u8,
    /// What went wrong, causes included; empty where it has been printed already.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: Option<String>,
    /// Whether it holds for every account of the command, not only for the one that met it.
    pub(super) everywhere: bool,
}

impl Failure {
    /// An error of the world or the input (exit code 1).
    pub(super) fn error(message: impl Into<String>) -> Self {
        Self { code: exit::ERROR, message: message.into(), help: None, everywhere: false }
    }

    /// A wrong command line (exit code 64).
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { code: exit::USAGE, message: message.into(), help: None, everywhere: true }
    }

    /// Something that was printed already; only the code is left to say.
    pub(super) fn silent(code: u8) -> Self {
        Self { code, message: String::new(), help: None, everywhere: false }
    }

    /// Tells it on stderr and gives the exit code.
    pub(super) fn print(self, shell: &Shell) -> u8 {
        let Self { code, message, help, everywhere: _ } = self;
        if !message.is_empty() {
            shell.tell(Level::ERROR, &format!("error: {message}"));
        }
        if let Some(help) = help {
            shell.tell(Level::ERROR, &format!("help: {help}"));
        }
        code
    }

    /// As one that holds for every account: the command ends with it.
    #[must_use]
    pub(super) fn everywhere(mut self) -> Self {
        self.everywhere = true;
        self
    }

    /// With the way out.
    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With what was being done in front.
    #[must_use]
    pub(super) fn while_(mut self, doing: &str) -> Self {
        self.message = format!("{doing}: {}", self.message);
        self
    }
}

impl<E: Error> From<E> for Failure {
    /// The error and its sources, joined by colons; sources are not in the `Display` of our errors.
    fn from(error: E) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            // Writing to a String cannot fail.
            let _ = write!(message, ": {cause}");
            source = cause.source();
        }
        Self::error(message)
    }
}
