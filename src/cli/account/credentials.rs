//! Which credentials an account gets.

use std::path::PathBuf;
use std::sync::Arc;

use secrecy::ExposeSecret;

use super::Target;
use crate::carrier::Credentials;
use crate::carrier::credentials::{CredentialsFile, exposed};
use crate::cli::args::Connection;
use crate::cli::failure::Failure;
use crate::cli::redaction;
use crate::cli::shell::Shell;

/// From the credentials file if one is given, else from the environment, which serves exactly one
/// account (DESIGN 3.2).
pub(super) fn credentials(
    shell: &Shell,
    connection: &Connection,
    target: &Target,
    accounts: usize,
) -> Result<Credentials, Failure> {
    if let Some((file, mode)) = connection.credentials.as_ref().and_then(|file| Some((file, exposed(file)?))) {
        tracing::warn!(mode, "the credentials file {} may be read by everybody on this machine: chmod 600", file.display());
    }
    found(shell, connection, target, accounts).map(|(credentials, _)| credentials)
}

/// Where credentials come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Origin {
    /// `SIMFLEET_CONTRACTOR_ID` and `SIMFLEET_PASSWORD`.
    Environment,
    /// A table of a credentials file.
    File {
        /// Which file.
        file: PathBuf,
        /// The table's name.
        table: Arc<str>,
        /// The file's permissions, where everybody on this machine may read it.
        exposed: Option<String>,
    },
}

/// The same with the place where they were found, and nothing said about it.
pub(in crate::cli) fn found(
    shell: &Shell,
    connection: &Connection,
    target: &Target,
    accounts: usize,
) -> Result<(Credentials, Origin), Failure> {
    let found = find(shell, connection, target, accounts)?;
    redaction::hide_contractor(&found.0.contractor_id);
    Ok(found)
}

fn find(shell: &Shell, connection: &Connection, target: &Target, accounts: usize) -> Result<(Credentials, Origin), Failure> {
    if let Some(file) = &connection.credentials {
        let read = CredentialsFile::read(file).map_err(|error| Failure::from(error).everywhere())?;
        let table = Arc::clone(&target.credentials);
        return Ok((read.account(&table)?, Origin::File { file: file.clone(), table, exposed: exposed(file) }));
    }
    let environment = &shell.environment;
    let password = environment.password.as_ref().map(ExposeSecret::expose_secret);
    match Credentials::from_environment(environment.contractor_id.as_deref(), password)
        .map_err(|error| Failure::from(error).everywhere())?
    {
        Some(_) if accounts > 1 => Err(Failure::usage(format!(
            "SIMFLEET_CONTRACTOR_ID and SIMFLEET_PASSWORD serve exactly one account, and there are {accounts}"
        ))
        .help("put a table per account into a file and name it by --credentials")),
        Some(credentials) => Ok((credentials, Origin::Environment)),
        None => Err(Failure::error(format!("account {}: no credentials", target.name))
            .help("set SIMFLEET_CONTRACTOR_ID and SIMFLEET_PASSWORD, or give --credentials FILE with a table per account")),
    }
}
