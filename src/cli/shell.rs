//! What every command gets: the global options and the environment.

use std::path::PathBuf;

use tracing::Level;

use crate::cli::args::{Global, LogFormat};
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::logging::tell;
use crate::cli::{exit, output, redaction};
use crate::diag::{self, Diagnostic, Excerpts, Severity};
use crate::manifest::{self, Compiled};
use crate::redact::address_lines;

/// The surroundings of one run.
#[derive(Debug)]
pub(super) struct Shell {
    pub(super) global: Global,
    pub(super) environment: Environment,
}

impl Shell {
    /// Reads manifests. Findings go to stderr; errors among them end the command with nothing written.
    pub(super) fn read(&self, paths: &[PathBuf]) -> Result<Compiled, Failure> {
        match manifest::read(paths) {
            Ok(compiled) => {
                if !compiled.warnings.is_empty() {
                    self.report(&compiled.warnings);
                }
                Ok(compiled)
            }
            Err(diagnostics) => {
                self.report(&diagnostics);
                Err(Failure::silent(exit::ERROR))
            }
        }
    }

    /// A line for people on stderr; where logs are JSON, a record like all others.
    pub(super) fn tell(&self, level: Level, text: &str) {
        tell(self.global.log_format, level, text);
    }

    /// Writes findings to stderr.
    pub(super) fn report(&self, diagnostics: &[Diagnostic]) {
        self.report_with(diagnostics, || Excerpts::read(diagnostics));
    }

    /// The same, of files whose texts are not to be read from the disk as they are: another encoding.
    pub(super) fn report_texts(&self, diagnostics: &[Diagnostic], texts: &[(String, String)]) {
        self.report_with(diagnostics, || {
            let mut excerpts = Excerpts::default();
            for (file, text) in texts {
                excerpts.insert(file, text);
            }
            excerpts
        });
    }

    fn report_with(&self, diagnostics: &[Diagnostic], excerpts: impl FnOnce() -> Excerpts) {
        let diagnostics = redaction::findings(diagnostics);
        if self.global.log_format == LogFormat::Json {
            for Diagnostic { location, severity, code, message, .. } in &*diagnostics {
                let level = if *severity == Severity::Error { Level::ERROR } else { Level::WARN };
                self.tell(level, &format!("{code}: {location}: {message}"));
            }
            return;
        }
        let color = if output::error_colours(&self.global, &self.environment) { diag::Color::Always } else { diag::Color::Never };
        let mut excerpts = excerpts();
        if redaction::is_on() {
            excerpts.forget(address_lines);
        }
        eprint!("{}", redaction::redacted(&diag::human(&diagnostics, &excerpts, color)));
    }
}
