//! `simfleet drift`: what changed outside, and by whom. Read-only, but for the manifests with `--accept --write`.

mod acceptance;
mod account;
mod attribute;

use account::Compared;

use crate::cli::account::{Target, targets};
use crate::cli::args::{Drift, DriftFormat};
use crate::cli::exit;
use crate::cli::failure::Failure;
use crate::cli::output;
use crate::cli::patch::{Patch, reader};
use crate::cli::selector::Selector;
use crate::cli::shell::Shell;
use crate::cli::snapshot;
use crate::plan::drift::{DRIFT_FORMAT_VERSION, DriftReport, DriftSummary};
use crate::render::drift::{markdown, text};
use crate::render::json;

pub(crate) async fn run(shell: &Shell, args: &Drift) -> Result<u8, Failure> {
    let targets: Vec<Target> = targets(shell, &args.paths, &args.connection)?;
    let selector = Selector::new(&args.only, &targets)?;
    let snapshot = args.baseline.as_deref().map(|path| snapshot::read(path, "--baseline")).transpose()?;
    let (mut found, mut code) = (Vec::new(), exit::DONE);
    for target in &targets {
        match account::compare(shell, args, target, targets.len(), snapshot.as_ref(), &selector).await {
            Ok(account) => found.push(account),
            // An account that cannot be compared is an error for itself; the others go on.
            Err(failure) if targets.len() > 1 && !failure.everywhere => code = exit::strongest(code, failure.print(shell)),
            Err(failure) => return Err(failure),
        }
    }
    if found.is_empty() {
        return Ok(code);
    }
    found.sort_by(|left, right| left.about.name.cmp(&right.about.name));
    let (accept, patch) = if args.accept {
        let (acceptance, patch) = acceptance::accept(args, &found)?;
        (Some(acceptance), patch)
    } else {
        (None, Patch::default())
    };
    let (mut accounts, mut drift, mut ignored, mut reviewed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for Compared { about, drift: of_account, ignored: apart, ignores } in found {
        accounts.push(about);
        drift.extend(of_account.into_iter().map(|found| found.entry));
        ignored.extend(apart);
        reviewed.extend(ignores);
    }
    let report = DriftReport {
        format_version: DRIFT_FORMAT_VERSION.to_owned(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        summary: DriftSummary::of(&accounts, &drift, &ignored),
        accounts,
        drift,
        ignored,
        ignores: reviewed,
        accept,
    };
    show(shell, args, &report)?;
    patch.tell(shell);
    if !report.drift.is_empty() {
        code = exit::strongest(code, exit::CHANGES);
    }
    if report.accounts.iter().any(|account| !account.in_doubt.is_empty()) {
        code = exit::strongest(code, exit::IN_DOUBT);
    }
    Ok(code)
}

fn show(shell: &Shell, args: &Drift, report: &DriftReport) -> Result<(), Failure> {
    output::to_stdout(|out| match args.format {
        DriftFormat::Text => text::write(out, report, reader(shell)),
        DriftFormat::Json => json::write_any(out, report, json::Layout::Pretty),
        DriftFormat::Markdown => markdown::write(out, report),
    })
}
