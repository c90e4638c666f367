//! The command line: a thin shell over the five steps. Data on stdout, all else on stderr.

mod account;
pub mod args;
mod ask;
#[cfg(feature = "controller")]
mod cluster;
mod command;
pub mod environment;
pub mod exit;
mod failure;
mod logging;
mod normalise;
mod output;
mod parse;
mod patch;
mod plan_file;
mod planning;
mod progress;
mod redaction;
mod revision;
mod selector;
mod shell;
mod show;
mod snapshot;
mod stop;
mod suggest;

use std::ffi::OsString;

use args::Command;
use environment::Environment;
use failure::Failure;
use shell::Shell;

/// Runs one command line and returns the process's exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>, environment: Environment) -> u8 {
    let cli = match parse::parse(arguments, &environment) {
        Ok(cli) => cli,
        Err(told) => return if told.print(&environment) { exit::USAGE } else { exit::DONE },
    };
    let shell = Shell { global: cli.global, environment };
    let started = redaction::start(&shell);
    logging::start(&shell.global, cli.command.is_a_service(), &shell.environment);
    started.and_then(|()| dispatch(&shell, cli.command)).unwrap_or_else(|failure: Failure| failure.print(&shell))
}

fn dispatch(shell: &Shell, command: Command) -> Result<u8, Failure> {
    match command {
        Command::Validate(args) => command::validate::run(shell, &args),
        Command::Fmt(args) => command::fmt::run(shell, &args),
        Command::Schema(args) => command::schema::run(&args),
        #[cfg(feature = "controller")]
        Command::Crd(args) => command::crd::run(&args),
        #[cfg(feature = "controller")]
        Command::Controller(args) => block_on(command::controller::run(shell, &args)),
        Command::Doctor(args) => block_on(command::doctor::run(shell, &args)),
        Command::Man(args) => command::man::run(&args),
        Command::Explain(args) => command::explain::run(&args),
        Command::Completions(args) => command::completions::run(&args),
        Command::Plan(args) => block_on(command::plan::run(shell, &args)),
        Command::Show(args) => command::show::run(shell, &args),
        Command::Apply(args) => block_on(command::apply::run(shell, &args)),
        Command::Observe(args) => block_on(command::observe::run(shell, &args)),
        Command::Import(args) => block_on(command::import::run(shell, &args)),
        Command::Reveal(args) => command::reveal::run(shell, &args),
        Command::Audit(audit) => command::audit::run(shell, &audit),
        Command::Ops(ops) => block_on(command::ops::run(shell, &ops)),
        Command::Drift(args) => block_on(command::drift::run(shell, &args)),
        Command::Get(args) => block_on(command::get::run(shell, &args)),
        Command::Report(args) => block_on(command::report::run(shell, &args)),
        Command::Emulator(args) => block_on(command::emulator::run(shell, &args)),
    }
}

/// Runs a command that waits for carriers.
fn block_on(command: impl Future<Output = Result<u8, Failure>>) -> Result<u8, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}
