//! `simfleet observe`: a snapshot of what the carrier has.

use std::path::Path;

use tracing::Level;

use crate::carrier::snapshot::write_snapshot;
use crate::cli::account::{Session, targets};
use crate::cli::args::Observe;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output, redaction};
use crate::count::counted;

pub(crate) async fn run(shell: &Shell, args: &Observe) -> Result<u8, Failure> {
    let to_stdout = args.output.as_deref().is_none_or(|path| path == Path::new("-"));
    if to_stdout && redaction::is_on() {
        return Err(
            Failure::usage("a redacted snapshot is of no use to plan --observed").help("keep it in a file, as it is: -o FILE")
        );
    }
    let targets = targets(shell, &args.paths, &args.connection)?;
    let [target] = targets.as_slice() else {
        return Err(Failure::usage(format!("a snapshot holds one account, and there are {}", targets.len()))
            .help("name the manifests of one account only"));
    };
    let session = Session::open(shell, &args.connection, target, targets.len()).await?;
    let mut observed = session.observe(target).await?;
    session.observe_all_purchases(target, &mut observed).await?;
    output::to_file_or_stdout(args.output.as_deref(), |out| write_snapshot(out, &target.name, &observed))?;
    let lines = observed.sims.len();
    shell.tell(Level::INFO, &format!("observed {} of account {}", counted(lines, "number"), target.name));
    Ok(exit::DONE)
}
