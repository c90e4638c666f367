//! The `simfleet` program.

use std::process::ExitCode;

use simfleet::cli::{self, environment::Environment};

fn main() -> ExitCode {
    ExitCode::from(cli::run(std::env::args_os(), Environment::read()))
}
