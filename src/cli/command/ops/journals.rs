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
}

pub(super) fn journals(shell: &Shell, paths: &[PathBuf], connection: &Connection) -> Result<Vec<Found>, Failure> {
    if let Some(file) = &connection.journal {
        let journal = Journal::open_anybodys(file)?
            .ok_or_else(|| Failure::error(format!("there is no journal {}", file.display())).help("the first apply makes it"))?;
        let identity = journal.carrier()?.ok_or_else(|| Failure::error("the journal is nobody's"))?;
        let account = format!("{} at {}", identity.contractor_id, identity.host);
        return Ok(vec![Found { account, file: file.clone(), identity, journal }]);
    }
    let targets: Vec<Target> = targets(shell, paths, connection).map_err(|failure| {
        let named = "name the manifests, or the journal with --journal FILE";
        if failure.code == crate::cli::exit::USAGE { failure.help(named) } else { failure }
    })?;
    let mut found = Vec::new();
    for target in &targets {
        let identity = identity(shell, connection, target, targets.len())?;
        let file = journal_path(shell, connection, target, &identity)?;
        if let Some(journal) = Journal::open_read_only(&file, &identity)? {
            found.push(Found { account: target.name.to_string(), file, identity, journal });
        }
    }
    Ok(found)
}
