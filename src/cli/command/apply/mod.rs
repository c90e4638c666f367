//! `simfleet apply`: plan, show, ask, apply; or apply a plan that was reviewed.

mod account;
mod approval;
mod handover;
mod record;
mod stored;

use std::path::Path;

use crate::cli::account::targets;
use crate::cli::args::Apply;
use crate::cli::exit;
use crate::cli::failure::Failure;
use crate::cli::planning::connect;
use crate::cli::selector::Selector;
use crate::cli::shell::Shell;
use crate::cli::show::show;
use crate::cli::stop::Signals;
use crate::exec::keep_others;
use crate::exec::stop::stop_pair;
use crate::plan;
use account::{Prepared, journals, prepare};

pub(crate) async fn run(shell: &Shell, args: &Apply) -> Result<u8, Failure> {
    let (handle, stop) = stop_pair();
    let signals = Signals::listen(handle, shell.global.log_format);
    let result = match args.paths.as_slice() {
        [file] if is_plan_file(file) => stored::run(shell, args, file, &stop).await,
        _ => from_manifests(shell, args, &stop).await,
    };
    let Some(stopped) = signals.exit_code() else { return result };
    if let Err(failure) = result {
        failure.print(shell);
    }
    Ok(stopped)
}

fn is_plan_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

async fn from_manifests(shell: &Shell, args: &Apply, stop: &crate::exec::Stop) -> Result<u8, Failure> {
    let mut targets = targets(shell, &args.paths, &args.connection)?;
    args.selection.wish(&mut targets);
    let selector = Selector::new(&args.selection.only, &targets)?;
    let (mut code, mut prepared) = (exit::DONE, Vec::new());
    for target in &targets {
        let planned = async {
            let mut account = prepare(shell, args, target, targets.len(), stop).await?;
            let plan = account.plan(shell, &selector).await?;
            Ok::<_, Failure>((account, plan))
        };
        match keep_others(journals(prepared.iter_mut().map(|(account, _)| account))?, planned).await {
            Ok(planned) => prepared.push(planned),
            // An account that cannot be planned is an error for itself; the others go on.
            Err(failure) if targets.len() > 1 && !failure.everywhere => code = exit::strongest(code, failure.print(shell)),
            Err(failure) => return Err(failure),
        }
    }
    let (mut accounts, plans): (Vec<Prepared<'_>>, Vec<_>) = prepared.into_iter().unzip();
    let Some(now) = accounts.iter().map(Prepared::clock).max() else {
        return Ok(code);
    };
    let mut plan = plan::assemble(plans, now);
    connect(&mut plan, &targets);
    show(shell, &plan, &args.selection)?;
    Ok(exit::strongest(code, account::apply_all(shell, args, &plan, &mut accounts, false, stop).await?))
}
