//! `simfleet ops list`

use super::as_json;
use super::journals::journals;
use crate::cli::args::{OpsList, TableFormat};
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output};
use crate::exec::journal::{OperationFilter, OperationRecord, RecordState};
use crate::render::record::Record;
use crate::render::table;

pub(super) fn run(shell: &Shell, args: &OpsList) -> Result<u8, Failure> {
    let states = if args.in_doubt { RecordState::IN_DOUBT.to_vec() } else { Vec::new() };
    let filter = OperationFilter { states, ..OperationFilter::default() };
    let mut rows: Vec<(String, OperationRecord)> = Vec::new();
    for found in journals(shell, &args.manifests.paths(), &args.connection)? {
        let operations = found.journal.operations(&filter)?;
        rows.extend(operations.into_iter().map(|record| (found.account.clone(), record)));
    }
    let in_doubt = rows.iter().filter(|(_, record)| record.state.is_in_doubt()).count();
    output::to_stdout(|out| match args.format {
        TableFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &rows.iter().map(|(_, record)| as_json(record)).collect::<Vec<_>>())?;
            writeln!(out)
        }
        TableFormat::Table if rows.is_empty() => writeln!(out, "no operations"),
        TableFormat::Table => {
            let records: Vec<Record<'_, OperationRecord>> = rows.iter().map(|(account, row)| Record { account, row }).collect();
            table::operations(&mut { &mut *out }, &records)?;
            if in_doubt == 0 {
                return Ok(());
            }
            let (are, these) = if in_doubt == 1 { ("is", "its line") } else { ("are", "their lines") };
            writeln!(
                out,
                "\n{in_doubt} {are} in doubt: every plan and apply asks the carrier what became of it, and nothing is sent for \
                 {these} before that is known.\n`simfleet ops show ID` says more, `simfleet ops resolve ID` settles it by hand."
            )
        }
    })?;
    Ok(if args.in_doubt && in_doubt > 0 { exit::IN_DOUBT } else { exit::DONE })
}
