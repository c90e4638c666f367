//! `simfleet ops vouch`: what a person saw in the console, and no exported list shows.

use crate::cli::account::{Auditing, Target, identity, journal_path, open_journal, real_time, targets};
use crate::cli::args::OpsVouch;
use crate::cli::ask;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output};
use crate::domain::calendar::jst_date;
use crate::exec::Stop;
use crate::manifest::AccountDriver;

pub(super) async fn run(shell: &Shell, args: &OpsVouch) -> Result<u8, Failure> {
    let (since, today) = (args.nothing_bought_since, jst_date(real_time()));
    let first = today.first_of_month();
    if since > first {
        return Err(Failure::usage(format!(
            "--nothing-bought-since {since}: coupons count by the month, and today is {today} (JST)"
        ))
        .help(format!("look at 申込状況 from {first} on, or from earlier, and say that day")));
    }
    let targets = targets(shell, &args.manifests.paths(), &args.connection)?;
    let is_meant = |target: &&Target| {
        matches!(target.driver, AccountDriver::Csv(_)) && args.account.as_deref().is_none_or(|name| *target.name == *name)
    };
    let exported: Vec<&Target> = targets.iter().filter(is_meant).collect();
    match exported.as_slice() {
        [target] => vouch(shell, args, target, targets.len()).await,
        [] => Err(Failure::error("no such account has driver: csv").help("every other driver asks its carrier what was bought")),
        several => {
            let names: Vec<&str> = several.iter().map(|target| &*target.name).collect();
            Err(Failure::usage(format!("which account is vouched for: {}?", names.join(", ")))
                .help("name it with --account NAME"))
        }
    }
}

async fn vouch(shell: &Shell, args: &OpsVouch, target: &Target, accounts: usize) -> Result<u8, Failure> {
    let (account, since) = (&target.name, args.nothing_bought_since);
    if !args.yes {
        confirm(shell, args, target).await?;
    }
    let identity = identity(shell, &args.connection, target, accounts)?;
    let path = journal_path(shell, &args.connection, target, &identity)?;
    let auditing = Auditing { file: &args.audit, command: "ops vouch" };
    let mut open = open_journal(shell, &args.connection, &path, &identity, auditing)?;
    let since = open.journal()?.vouch(since)?;
    output::to_stdout(|out| {
        writeln!(out, "account {account}: nothing else was bought since {since}; {} notes it", path.display())?;
        writeln!(out, "What is declared and not in this journal may be handed over now, and paid: `simfleet plan` shows it.")
    })?;
    Ok(exit::DONE)
}

/// A wrong yes buys everything again that is declared and not in the journal.
async fn confirm(shell: &Shell, args: &OpsVouch, target: &Target) -> Result<(), Failure> {
    let (account, since) = (&target.name, args.nothing_bought_since);
    let orders: Vec<&str> = target.desired.orders.iter().map(|order| &*order.name).collect();
    let none_of = if orders.is_empty() {
        String::new()
    } else {
        format!(", and of the declared orders ({}) none was placed that the journal does not have", orders.join(", "))
    };
    let question = format!(
        "Account {account}: since {since} no coupon was bought and no order placed but what simfleet handed over{none_of}? Then \
         whatever is declared besides is handed over, and paid."
    );
    match ask::confirm(shell, &question, &Stop::never()).await {
        Some(true) => Ok(()),
        Some(false) => Err(Failure { code: exit::REFUSED, ..Failure::error("declined; nothing was written") }),
        None => Err(Failure {
            code: exit::REFUSED,
            ..Failure::error(format!("account {account}: nobody confirmed that nothing was bought since {since}"))
                .help("nothing was written; after a look at 申込状況 in the carrier's console, say so with --yes")
        }),
    }
}
