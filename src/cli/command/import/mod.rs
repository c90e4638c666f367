//! `simfleet import`: manifests for what the carrier has; their plan is empty.

mod merge;
mod order;
mod then;
mod write;

use std::sync::Arc;

use tracing::Level;

use crate::api::{CarrierAccountSpec, Driver};
use crate::cli::account::{Session, Target, targets};
use crate::cli::args::{self, Import};
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, snapshot};
use crate::count::counted;
use crate::domain::{Desired, DesiredSim, Observed, Policy};
use crate::manifest::export::{ExportAccount, ExportOptions, Split, export};

pub(crate) async fn run(shell: &Shell, args: &Import) -> Result<u8, Failure> {
    if args.merge {
        return merge::run(shell, args).await;
    }
    let folder = args.output.as_deref().ok_or_else(|| Failure::usage("no folder to write to: give -o DIR"))?;
    if let Some(name) = &args.order {
        return order::run(shell, args, name, folder).await;
    }
    let split = args.split.as_ref().map(|split| match split {
        args::Split::System => Split::System,
        args::Split::Service => Split::Service,
        args::Split::Label(key) => Split::Label(key.as_str().into()),
    });
    if matches!(split, Some(Split::Label(_))) && args.paths.is_empty() {
        return Err(Failure::usage("--split label=KEY needs the manifests that declare the labels: no carrier knows them")
            .help("simfleet import PATH --split label=KEY -o DIR"));
    }
    let targets: Vec<Target> = if args.paths.is_empty() && args.observed.is_some() {
        Vec::new()
    } else {
        targets(shell, &args.paths, &args.connection)?
    };
    let observed = observe(shell, args, &targets).await?;
    // Accounts that PATH declares are declared there; a bare endpoint has nobody else to declare it.
    let settings = args.connection.endpoint.as_ref().filter(|_| args.paths.is_empty()).map(|endpoint| CarrierAccountSpec {
        driver: Driver::Http,
        endpoint: Some(endpoint.clone()),
        credentials_ref: None,
        rate_limit: None,
        spend: None,
        embedded: None,
        csv: None,
    });
    let declared = |name: &str| targets.iter().find(|target| *target.name == *name).map(|target| &target.desired);
    let accounts: Vec<ExportAccount<'_>> = observed
        .iter()
        .map(|(name, observed)| ExportAccount { name, settings: settings.as_ref(), observed, declared: declared(name) })
        .collect();
    let roster_above = usize::try_from(args.inline_limit).unwrap_or(usize::MAX);
    let mut export = export(&accounts, &ExportOptions { roster_above, split });
    for (name, observed) in &observed {
        export.notes.extend(declared(name).into_iter().flat_map(|desired| not_taken_over(desired, observed)));
    }
    write::write(folder, &args.paths, &export, args.force)?;
    export.notes.extend(then::note(folder, &args.paths, &targets));
    for note in &export.notes {
        shell.tell(Level::INFO, &format!("note: {note}"));
    }
    let lines: usize = observed.iter().map(|(_, observed)| observed.sims.len()).sum();
    let (files, folder) = (export.files.len(), folder.display());
    let (lines, files) = (counted(lines, "number"), counted(files, "file"));
    shell.tell(Level::INFO, &format!("imported {lines} into {files} in {folder}"));
    Ok(exit::DONE)
}

/// What is declared and stands in no file that is written: it is not lost, and has to be known.
fn not_taken_over(desired: &Desired, observed: &Observed) -> Vec<String> {
    let mut notes = Vec::new();
    let (name, lines) = (&desired.account, desired.sims.len());
    if lines > 0 {
        let noun = if lines == 1 { "line" } else { "lines" };
        notes.push(format!(
            "account {name} has {lines} declared {noun}; what is imported declares them again, with their names, labels, \
             protection and what is not managed (to keep the files that are there up to date: simfleet import PATH --merge)"
        ));
    }
    let is_gone = |sim: &&DesiredSim| observed.sims.binary_search_by_key(&sim.msisdn, |seen| seen.msisdn).is_err();
    let gone = desired.sims.iter().filter(is_gone).count();
    if gone > 0 {
        let (noun, are) = if gone == 1 { ("line", "is") } else { ("lines", "are") };
        notes.push(format!("{gone} declared {noun} of account {name} {are} not at the carrier, and not written"));
    }
    let buys = |nth: usize| {
        let is_here = |fleet: u32| usize::try_from(fleet) == Ok(nth);
        desired.grants.iter().any(|grant| is_here(grant.fleet)) || desired.top_ups.iter().any(|policy| is_here(policy.fleet))
    };
    for (nth, fleet) in desired.fleets.iter().enumerate() {
        let plain = Policy { allow_duplicate_imei: fleet.policy.allow_duplicate_imei, ..Policy::default() };
        if buys(nth) || fleet.policy != plain {
            notes.push(format!("fleet {}: its policy, coupons and top-ups are not written; copy what is to stay", fleet.name));
        }
    }
    notes
}

/// What each account has, by name.
async fn observe(shell: &Shell, args: &Import, targets: &[Target]) -> Result<Vec<(Arc<str>, Observed)>, Failure> {
    if let Some(path) = &args.observed {
        let snapshot = snapshot::read(path, "--observed")?;
        let name = match targets {
            [only] => Arc::clone(&only.name),
            _ => Arc::clone(&snapshot.account),
        };
        if !targets.is_empty() && !targets.iter().any(|target| target.name == name) {
            return Err(Failure::error(format!("the snapshot is of account {name}, which no manifest declares")));
        }
        return Ok(vec![(name, snapshot.observed)]);
    }
    let mut observed = Vec::new();
    for target in targets {
        // Nothing is written unless every account is complete: half an import would look whole.
        let session = Session::open(shell, &args.connection, target, targets.len()).await?;
        if args.merge && args.write {
            session.may_be_planned_from(shell, target)?;
        }
        observed.push((Arc::clone(&target.name), session.observe(target).await?));
    }
    Ok(observed)
}
