//! Which credentials an account gets.

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
    let credentials = find(shell, connection, target, accounts)?;
    redaction::hide_contractor(&credentials.contractor_id);
    Ok(credentials)
}

fn find(shell: &Shell, connection: &Connection, target: &Target, accounts: usize) -> Result<Credentials, Failure> {
    if let Some(file) = &connection.credentials {
        if let Some(mode) = exposed(file) {
            tracing::warn!(mode, "the credentials file {} may be read by everybody on this machine: chmod 600", file.display());
        }
        let file = CredentialsFile::read(file).map_err(|error| Failure::from(error).everywhere())?;
        return Ok(file.account(&target.credentials)?);
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
        Some(credentials) => Ok(credentials),
        None => Err(Failure::error(format!("account {}: no credentials", target.name))
            .help("set SIMFLEET_CONTRACTOR_ID and SIMFLEET_PASSWORD, or give --credentials FILE with a table per account")),
    }
}
