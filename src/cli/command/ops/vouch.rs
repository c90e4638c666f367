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
    let since = args.nothing_bought_since;
    let today = jst_date(real_time());
    if since > today {
        return Err(Failure::usage(format!("--nothing-bought-since {since} has not come: today is {today} (JST)")));
    }
    let targets = targets(shell, &args.manifests.paths(), &args.connection)?;
    let exported: Vec<&Target> = targets.iter().filter(|target| matches!(target.driver, AccountDriver::Csv(_))).collect();
    if exported.is_empty() {
        return Err(Failure::error("no account has driver: csv").help("every other driver asks its carrier what was bought"));
    }
    for target in exported {
        vouch(shell, args, target, targets.len()).await?;
    }
    Ok(exit::DONE)
}

async fn vouch(shell: &Shell, args: &OpsVouch, target: &Target, accounts: usize) -> Result<(), Failure> {
    let (account, since) = (&target.name, args.nothing_bought_since);
    if !args.yes {
        confirm(shell, args, target).await?;
    }
    let identity = identity(shell, &args.connection, target, accounts)?;
    let path = journal_path(shell, &args.connection, target, &identity)?;
    let auditing = Auditing { file: &args.audit, command: "ops vouch" };
    let mut open = open_journal(shell, &args.connection, &path, &identity, auditing)?;
    open.journal()?.vouch(since)?;
    output::to_stdout(|out| {
        writeln!(out, "account {account}: nothing else was bought since {since}; {} notes it", path.display())
    })
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
