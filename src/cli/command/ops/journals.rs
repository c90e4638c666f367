//! Which journals a command is about: the one that is named, which itself says whose it is, or those of the
//! accounts that are declared.

use std::path::PathBuf;

use crate::cli::account::{Target, identity, journal_path, targets};
use crate::cli::args::Connection;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::domain::CarrierIdentity;
use crate::exec::Journal;

/// A journal that is there.
pub(super) struct Found {
    /// The account's name; of a journal that was named itself, the contractor and the carrier.
    pub(super) account: String,
    pub(super) file: PathBuf,
    pub(super) identity: CarrierIdentity,
    /// Open for reading.
    pub(super) journal: Journal,
    /// How its carrier is reached, and how many accounts the command is about; `None` where the journal was
    /// named itself and nothing else is known.
    pub(super) target: Option<(Target, usize)>,
}

pub(super) fn journals(shell: &Shell, paths: &[PathBuf], connection: &Connection) -> Result<Vec<Found>, Failure> {
    if let Some(file) = &connection.journal {
        let journal = Journal::open_anybodys(file)?
            .ok_or_else(|| Failure::error(format!("there is no journal {}", file.display())).help("the first apply makes it"))?;
        let identity = journal.carrier()?.ok_or_else(|| Failure::error("the journal is nobody's"))?;
        let account = format!("{} at {}", identity.contractor_id, identity.host);
        let target = target_of(shell, paths, connection, &identity);
        return Ok(vec![Found { account, file: file.clone(), identity, journal, target }]);
    }
    let targets: Vec<Target> = targets(shell, paths, connection).map_err(|failure| {
        let named = "name the manifests, or the journal with --journal FILE";
        if failure.code == crate::cli::exit::USAGE { failure.help(named) } else { failure }
    })?;
    let mut found = Vec::new();
    let accounts = targets.len();
    for target in targets {
        let identity = identity(shell, connection, &target, accounts)?;
        let file = journal_path(shell, connection, &target, &identity)?;
        if let Some(journal) = Journal::open_read_only(&file, &identity)? {
            let account = target.name.to_string();
            found.push(Found { account, file, identity, journal, target: Some((target, accounts)) });
        }
    }
    Ok(found)
}

/// The account whose journal was named, where the manifests or `--endpoint` and the credentials are those of
/// its carrier. A journal can be read without any of them.
fn target_of(shell: &Shell, paths: &[PathBuf], connection: &Connection, ours: &CarrierIdentity) -> Option<(Target, usize)> {
    let targets = targets(shell, paths, connection).ok()?;
    let accounts = targets.len();
    let is_ours = |target: &Target| identity(shell, connection, target, accounts).is_ok_and(|identity| identity == *ours);
    targets.into_iter().find(is_ours).map(|target| (target, accounts))
}
