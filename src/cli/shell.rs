//! What every command gets: the global options and the environment.

use std::path::PathBuf;

use crate::cli::args::Global;
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::{exit, output};
use crate::diag::{self, Diagnostic, Excerpts};
use crate::manifest::{self, Compiled};

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

    /// Writes findings to stderr.
    pub(super) fn report(&self, diagnostics: &[Diagnostic]) {
        let color = if output::error_colours(&self.global, &self.environment) { diag::Color::Always } else { diag::Color::Never };
        eprint!("{}", diag::human(diagnostics, &Excerpts::read(diagnostics), color));
    }
}
