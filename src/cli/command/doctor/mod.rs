//! `simfleet doctor`: whether everything is there that the other commands need. Reads only.

mod audit;
mod carrier;
#[cfg(feature = "controller")]
mod cluster;
mod credentials;
mod disk;
mod findings;
mod functions;
mod journal;
mod network;
mod terminal;

use jiff::Timestamp;

use crate::cli::account::{Session, Target, targets, targets_of};
use crate::cli::args::{Doctor, RecordFormat};
use crate::cli::command::validate::declared;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output};
use crate::count::counted;
use crate::diag::Severity;
use crate::manifest::{self, AccountDriver};

use findings::{Check, Findings};

pub(crate) async fn run(shell: &Shell, args: &Doctor) -> Result<u8, Failure> {
    let mut found = Findings::default();
    let targets = accounts(shell, args, &mut found)?;
    terminal::check(shell, &mut found);
    #[cfg(feature = "controller")]
    if let Some(context) = &args.context {
        cluster::check(context, &mut found).await;
    }
    for target in &targets {
        found.of(Some(&target.name));
        account(shell, args, target, targets.len(), &mut found).await;
    }
    let checkup = &found.checkup;
    output::to_stdout(|mut out| match args.format {
        RecordFormat::Text => checkup.write(&mut out, output::colours(&shell.global, &shell.environment)),
        RecordFormat::Json => checkup.write_json(&mut out),
    })?;
    let code = if checkup.in_doubt > 0 { exit::IN_DOUBT } else { exit::DONE };
    Ok(exit::strongest(code, if checkup.has_problems() { exit::ERROR } else { exit::DONE }))
}

/// The accounts to look at. Manifests that are not valid declare none.
fn accounts(shell: &Shell, args: &Doctor, found: &mut Findings) -> Result<Vec<Target>, Failure> {
    if args.paths.is_empty() {
        return targets(shell, &args.paths, &args.connection);
    }
    let compiled = match manifest::read(&args.paths) {
        Ok(compiled) => compiled,
        Err(findings) => {
            let mut errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
            let errors_found = errors.clone().count();
            let first = errors.next().map(|error| format!("{}: {}: {}", error.location, error.code, error.message));
            let more = match errors_found {
                0 | 1 => String::new(),
                more => format!(" (and {} more)", more - 1),
            };
            found.problem(
                Check::Manifests,
                format!("{}{more}", first.unwrap_or_default()),
                "`simfleet validate` with the same PATHs shows every error with its place; accounts are looked at when there are none",
            );
            return Ok(Vec::new());
        }
    };
    let (files, warnings) = (compiled.files.len(), compiled.warnings.len());
    let accounts = compiled.accounts.len();
    let valid = format!("valid: {} in {}", counted(accounts, "account"), counted(files, "file"));
    if warnings == 0 {
        found.ok(Check::Manifests, valid);
    } else {
        let message = format!("{valid}, with {}", counted(warnings, "warning"));
        found.warning(Check::Manifests, message, "`simfleet validate` with the same PATHs shows them");
    }
    targets_of(compiled, &args.connection)
}

async fn account(shell: &Shell, args: &Doctor, target: &Target, accounts: usize, found: &mut Findings) {
    if !args.paths.is_empty() {
        found.ok(Check::Declared, declared(&[&target.desired]));
    }
    if matches!(target.driver, AccountDriver::Csv(_)) {
        let now = match exported(shell, args, target, accounts).await {
            Ok((numbers, now)) => {
                let numbers = counted(numbers, "number");
                found.ok(Check::Carrier, format!("driver csv talks to none and needs no credentials; {numbers} in its lists"));
                Some(now)
            }
            Err(failure) if failure.message.is_empty() => {
                found.problem(
                    Check::Carrier,
                    "the exported lists cannot be read: stderr has every error with its place",
                    "export them again, or map what is not known: spec.csv.columns and statuses (simfleet explain csv)",
                );
                None
            }
            Err(failure) => {
                found.failure(Check::Carrier, failure);
                None
            }
        };
        // The journal is not the lists' affair: it can be looked at whatever they hold.
        let identity = crate::carrier::console::identity(&target.name);
        return journal::check(shell, args, target, &identity, now, found);
    }
    let credentials = credentials::check(shell, &args.connection, target, accounts, found);
    let identity = target.embedded_identity().or_else(|| {
        let endpoint = target.endpoint().ok()?;
        Some(crate::carrier::identity::identity_of(endpoint, &credentials.as_ref()?.contractor_id))
    });
    let now = carrier::check(target, credentials, found).await;
    rate(target, args, found);
    match identity {
        Some(identity) => journal::check(shell, args, target, &identity, now, found),
        None => journal::check_anybodys(shell, args, target, now, found),
    }
}

/// Reads the lists that a console exported: the numbers in them, and this machine's clock.
async fn exported(shell: &Shell, args: &Doctor, target: &Target, accounts: usize) -> Result<(usize, Timestamp), Failure> {
    let session = Session::open(shell, &args.connection, target, accounts).await?;
    session.may_be_planned_from(shell, target)?;
    let observed = session.observe(target).await?;
    let now = session.clock(&observed);
    Ok((observed.sims.len(), now))
}

/// How fast requests are sent.
fn rate(target: &Target, args: &Doctor, found: &mut Findings) {
    match (&target.driver, target.rate_limit) {
        (AccountDriver::Embedded { .. } | AccountDriver::Csv(_), _) => {}
        (AccountDriver::Http { .. }, Some(limit)) => {
            found.ok(Check::RateLimit, format!("{} requests a second, {} at once", limit.requests_per_second, limit.burst));
        }
        (AccountDriver::Http { .. }, None) => {
            let default = crate::carrier::rate::RateLimit::default();
            let message =
                format!("not declared: {} requests a second, {} at once are sent", default.requests_per_second, default.burst);
            if args.paths.is_empty() {
                found.ok(Check::RateLimit, message);
            } else {
                found.warning(Check::RateLimit, message, "say what the carrier allows: spec.rateLimit of the CarrierAccount");
            }
        }
    }
}
