//! `simfleet get`: the carrier's read functions (1, 4, 7, 10, 11, 12, 13, 19).

mod fetch;
mod filters;
mod names;

use std::io::{self, Write};

use serde::Serialize;

use crate::cli::account::{Session, Target, targets};
use crate::cli::args::{Get, Resource, TableFormat};
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output};
use crate::render::record::Record;
use crate::render::table;

pub(crate) async fn run(shell: &Shell, args: &Get) -> Result<u8, Failure> {
    let args = &filters::checked(shell, args);
    let mut targets = targets(shell, &args.paths, &args.connection)?;
    if let Some(name) = &args.account {
        targets.retain(|target| *target.name == **name);
        if targets.is_empty() {
            return Err(Failure::usage(format!("--account {name}: no manifest declares it")));
        }
    }
    let mut code = exit::DONE;
    for target in &targets {
        match one(shell, args, target, targets.len()).await {
            Ok(()) => {}
            Err(failure) if targets.len() > 1 && !failure.everywhere => code = exit::strongest(code, failure.print(shell)),
            Err(failure) => return Err(failure),
        }
    }
    Ok(code)
}

async fn one(shell: &Shell, args: &Get, target: &Target, accounts: usize) -> Result<(), Failure> {
    let session = Session::open(shell, &args.connection, target, accounts).await?;
    let carrier = session.carrier();
    let failed = |error| session.explain(target, error);
    match args.what {
        Resource::Sims => print(args, target, &fetch::lines(carrier, args).await?.map_err(failed)?, |mut out, records| {
            table::sims(&mut out, records)
        }),
        Resource::Chips => print(args, target, &fetch::chips(carrier, args).await?.map_err(failed)?, |mut out, records| {
            table::chips(&mut out, records)
        }),
        Resource::Usage => print(args, target, &fetch::usage(carrier, args).await?.map_err(failed)?, |mut out, records| {
            table::usage(&mut out, records)
        }),
        Resource::Sessions => print(args, target, &fetch::sessions(carrier, args).await?.map_err(failed)?, |mut out, records| {
            table::sessions(&mut out, records)
        }),
        Resource::Applications => {
            print(args, target, &fetch::applications(carrier, args).await?.map_err(failed)?, |mut out, records| {
                table::applications(&mut out, records)
            })
        }
        Resource::Services => print(args, target, &fetch::services(carrier, args).await?.map_err(failed)?, |mut out, records| {
            table::services(&mut out, records)
        }),
        Resource::System => {
            print(args, target, &[carrier.system().await.map_err(failed)?], |mut out, records| table::system(&mut out, records))
        }
    }
}

fn print<T: Serialize>(
    args: &Get,
    target: &Target,
    rows: &[T],
    table: impl FnOnce(&mut dyn Write, &[Record<'_, T>]) -> io::Result<()>,
) -> Result<(), Failure> {
    let records: Vec<Record<'_, T>> = rows.iter().map(|row| Record { account: &target.name, row }).collect();
    output::to_stdout(|out| match args.format {
        TableFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &records)?;
            writeln!(out)
        }
        TableFormat::Table => table(out, &records),
    })
}
