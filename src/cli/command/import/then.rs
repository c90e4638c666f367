//! How what was written is planned: a plan needs the `CarrierAccount`, too, and that stands elsewhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::write::is_part_of;
use crate::cli::account::Target;
use crate::manifest::read;

/// What to do with a folder of manifests that were imported from PATH; nothing, if it is planned by itself or with PATH.
pub(super) fn note(folder: &Path, paths: &[PathBuf], targets: &[Target]) -> Option<String> {
    let has_accounts = || read(&[folder.to_owned()]).is_ok_and(|all| all.accounts.iter().all(|one| one.account.is_some()));
    if is_part_of(folder, paths) || has_accounts() {
        return None;
    }
    let shown = folder.display();
    let files: BTreeSet<&str> = targets.iter().filter_map(|target| target.declared_in.as_deref()).collect();
    let files: Vec<&str> = files.into_iter().collect();
    let mixed: Vec<&str> = files.iter().copied().filter(|file| targets.iter().any(|target| has_fleet(target, file))).collect();
    let then = if files.is_empty() {
        format!("plan it with one, or say where the carrier is: simfleet plan {shown} --endpoint URL")
    } else if mixed.is_empty() {
        format!("plan it together with what does: simfleet plan {} {shown}", files.join(" "))
    } else {
        format!(
            "move that of {} to a file without lines, which would be declared twice, and plan both: simfleet plan ACCOUNT_FILE {shown}",
            mixed.join(" and ")
        )
    };
    Some(format!("{shown} declares no CarrierAccount; {then}"))
}

fn has_fleet(target: &Target, file: &str) -> bool {
    let desired = &target.desired;
    desired.fleets.iter().any(|fleet| desired.file_of(fleet.source) == file)
}
