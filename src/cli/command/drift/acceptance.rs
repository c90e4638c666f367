//! `--accept`: the patch that makes the manifests agree, shown, and with `--write` applied.

use std::sync::Arc;

use super::account::{Compared, Found};
use crate::cli::args::Drift;
use crate::cli::failure::Failure;
use crate::cli::output;
use crate::cli::patch::{Change, Patch};
use crate::manifest::edit::{Edit, Edited, edit};
use crate::plan::drift::{Acceptance, AcceptedChange, DriftEntry, LeftChange, Wanted};

pub(super) fn accept(args: &Drift, accounts: &[Compared]) -> Result<(Acceptance, Patch), Failure> {
    let found = || accounts.iter().flat_map(|account| &account.drift);
    let wanted: Vec<(&Found, &Wanted)> =
        found().filter_map(|found| found.wanted.as_ref().ok().map(|wanted| (found, wanted))).collect();
    let edits: Vec<Edit> = wanted
        .iter()
        .map(|(found, wanted)| Edit {
            file: Arc::clone(&found.entry.source.file),
            line: found.entry.source.line,
            column: found.entry.source.column,
            msisdn: found.entry.msisdn,
            field: wanted.field,
            value: wanted.to.clone(),
        })
        .collect();
    let Edited { files, left: unedited } = edit(&edits);
    let changes: Vec<Change<'_>> =
        files.iter().map(|file| (file.path.as_path(), Some(file.before.as_str()), file.after.as_str())).collect();
    let patch = Patch::of(&changes)?;
    let mut acceptance = Acceptance { patch: patch.text.clone(), ..Acceptance::default() };
    for (index, (found, wanted)) in wanted.iter().enumerate() {
        let entry = &found.entry;
        match unedited.get(&index) {
            Some(why) => acceptance.left.push(left(entry, why)),
            None => acceptance.changes.push(AcceptedChange {
                account: Arc::clone(&entry.account),
                msisdn: entry.msisdn,
                field: wanted.field.into(),
                from: wanted.from.as_str().into(),
                to: wanted.to.as_str().into(),
                source: entry.source.clone(),
            }),
        }
    }
    let refused = found().filter_map(|found| found.wanted.as_ref().err().map(|why| left(&found.entry, &why.0)));
    acceptance.left.extend(refused);
    acceptance
        .left
        .sort_by(|left, right| (&left.account, left.msisdn, &left.field).cmp(&(&right.account, right.msisdn, &right.field)));
    if args.write && !files.is_empty() {
        output::replace_files(&changes)?;
        acceptance.written = true;
    }
    Ok((acceptance, patch))
}

fn left(entry: &DriftEntry, why: &str) -> LeftChange {
    LeftChange {
        account: Arc::clone(&entry.account),
        msisdn: entry.msisdn,
        field: Arc::clone(&entry.field),
        observed: Arc::clone(&entry.observed),
        why: why.to_owned(),
        source: entry.source.clone(),
    }
}
