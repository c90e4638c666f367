//! How a command fails: an exit code, a message, and the way out.

use std::error::Error;
use std::fmt::Write as _;

use crate::cli::exit;

/// A command that could not do its work. Printed as `error: …`, its causes, and `help: …`.
#[derive(Debug)]
pub(super) struct Failure {
    /// The exit code.
    pub(super) code: u8,
    /// What went wrong, causes included; empty where it has been printed already.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: Option<String>,
}

impl Failure {
    /// An error of the world or the input (exit code 1).
    pub(super) fn error(message: impl Into<String>) -> Self {
        Self { code: exit::ERROR, message: message.into(), help: None }
    }

    /// A wrong command line (exit code 64).
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { code: exit::USAGE, message: message.into(), help: None }
    }

    /// Something that was printed already; only the code is left to say.
    pub(super) fn silent(code: u8) -> Self {
        Self { code, message: String::new(), help: None }
    }

    /// Prints it to stderr and gives the exit code.
    pub(super) fn print(self) -> u8 {
        let Self { code, message, help } = self;
        if !message.is_empty() {
            eprintln!("error: {message}");
        }
        if let Some(help) = help {
            eprintln!("help: {help}");
        }
        code
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
