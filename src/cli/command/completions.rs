//! `simfleet completions SHELL`.

use clap::CommandFactory;

use crate::cli::args::{Cli, Completions};
use crate::cli::failure::Failure;
use crate::cli::{exit, output};

pub(crate) fn run(args: &Completions) -> Result<u8, Failure> {
    output::to_stdout(|out| {
        clap_complete::generate(args.shell, &mut Cli::command(), "simfleet", out);
        Ok(())
    })?;
    Ok(exit::DONE)
}
