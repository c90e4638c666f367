//! `simfleet import`: manifests for what the carrier has; their plan is empty.

mod order;

use std::path::{Path, PathBuf};

use tracing::Level;

use crate::api::{CarrierAccountSpec, Driver};
use crate::cli::account::{Session, Target, targets};
use crate::cli::args::Import;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output, snapshot};
use crate::domain::{Desired, Observed};
use crate::manifest::export::{Export, ExportAccount, ExportOptions, export};

pub(crate) async fn run(shell: &Shell, args: &Import) -> Result<u8, Failure> {
    if let Some(name) = &args.order {
        return order::run(shell, args, name).await;
    }
    let observed = observe(shell, args).await?;
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
    let accounts: Vec<ExportAccount<'_>> =
        observed.iter().map(|(name, observed)| ExportAccount { name, settings: settings.as_ref(), observed }).collect();
    let roster_above = usize::try_from(args.inline_limit).unwrap_or(usize::MAX);
    let export = export(&accounts, &ExportOptions { roster_above });
    write(&args.output, &export, args.force)?;
    for note in &export.notes {
        shell.tell(Level::INFO, &format!("note: {note}"));
    }
    let lines: usize = observed.iter().map(|(_, observed)| observed.sims.len()).sum();
    let (files, folder) = (export.files.len(), args.output.display());
    let noun = if files == 1 { "file" } else { "files" };
    shell.tell(Level::INFO, &format!("imported {lines} numbers into {files} {noun} in {folder}"));
    Ok(exit::DONE)
}

/// What each account has, by name.
async fn observe(shell: &Shell, args: &Import) -> Result<Vec<(String, Observed)>, Failure> {
    if let Some(path) = &args.observed {
        let snapshot = snapshot::read(path, "--observed")?;
        return Ok(vec![(snapshot.account.to_string(), snapshot.observed)]);
    }
    let targets: Vec<Target> = targets(shell, &args.paths, &args.connection)?;
    let mut observed = Vec::new();
    for target in &targets {
        // Nothing is written unless every account is complete: half an import would look whole.
        let session = Session::open(shell, &args.connection, target, targets.len()).await?;
        observed.push((target.name.to_string(), session.observe(target).await?));
        let Desired { sims, .. } = &target.desired;
        if !sims.is_empty() {
            let (name, lines) = (&target.name, sims.len());
            let noun = if lines == 1 { "line" } else { "lines" };
            let note = format!("note: account {name} has {lines} declared {noun}; what is imported declares them again");
            shell.tell(Level::INFO, &note);
        }
    }
    Ok(observed)
}

/// Writes every file or none: one that is there and differs is refused before the first is written.
fn write(folder: &Path, export: &Export, force: bool) -> Result<(), Failure> {
    let path = |file: &str| -> PathBuf { folder.join(file) };
    if !force {
        let differs = |file: &&crate::manifest::export::ExportFile| {
            std::fs::read(path(&file.path)).is_ok_and(|there| there != file.content.as_bytes())
        };
        let there: Vec<&str> = export.files.iter().filter(differs).map(|file| file.path.as_str()).collect();
        if !there.is_empty() {
            return Err(Failure::error(format!(
                "{} holds other content: {}; nothing was written",
                folder.display(),
                there.join(", ")
            ))
            .help("choose an empty folder, or overwrite with --force"));
        }
    }
    for file in &export.files {
        let path = path(&file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| Failure::from(error).while_(&parent.display().to_string()))?;
        }
        output::to_file(&path, |out| out.write_all(file.content.as_bytes()))?;
    }
    Ok(())
}
