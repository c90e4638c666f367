//! `simfleet show`: a plan that was kept, again, in any format. Offline.

use jiff::Timestamp;
use tracing::Level;

use crate::cli::args::Show;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, plan_file, show};
use crate::exec::gate;

pub(crate) fn run(shell: &Shell, args: &Show) -> Result<u8, Failure> {
    show::check(&args.presentation)?;
    let plan = plan_file::read(&args.file)?;
    gate::is_of_our_format(&plan).map_err(|error| Failure::from(error).while_(&args.file.display().to_string()))?;
    let expires_at = plan.expires_at;
    if real_time() >= expires_at.0 {
        let note = format!("note: this plan expired at {expires_at}, by this machine's clock (apply goes by the carrier's)");
        shell.tell(Level::WARN, &note);
    }
    show::keep_and_show(shell, &plan, &args.presentation, args.full, None)?;
    Ok(exit::DONE)
}

#[expect(clippy::disallowed_methods, reason = "there is no carrier whose clock could be asked; this is the shell")]
fn real_time() -> Timestamp {
    Timestamp::now()
}
