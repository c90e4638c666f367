//! Whether there are credentials, and from where. Their values are never shown.

use super::findings::{Check, Findings};
use crate::carrier::Credentials;
use crate::cli::account::{Origin, Target, credentials_found};
use crate::cli::args::Connection;
use crate::cli::shell::Shell;
use crate::manifest::AccountDriver;

/// How credentials are given.
const WAY_OUT: &str = "set SIMFLEET_CONTRACTOR_ID and SIMFLEET_PASSWORD, or give --credentials FILE with a table per account: [name], contractorId, password";

/// Finds the credentials of an account. An embedded carrier brings its own.
pub(super) fn check(
    shell: &Shell,
    connection: &Connection,
    target: &Target,
    accounts: usize,
    found: &mut Findings,
) -> Option<Credentials> {
    if let AccountDriver::Embedded { .. } = target.driver {
        found.ok(Check::Credentials, "an embedded carrier needs none");
        return None;
    }
    let (credentials, origin) = match credentials_found(shell, connection, target, accounts) {
        Ok(both) => both,
        Err(mut failure) => {
            failure.help.get_or_insert_with(|| WAY_OUT.to_owned());
            found.failure(Check::Credentials, failure);
            return None;
        }
    };
    match origin {
        Origin::Environment => {
            found.ok(Check::Credentials, "in the environment: SIMFLEET_CONTRACTOR_ID and SIMFLEET_PASSWORD");
        }
        Origin::File { file, table, exposed: None } => {
            found.ok(Check::Credentials, format!("in {}, table [{table}]", file.display()));
        }
        Origin::File { file, table, exposed: Some(mode) } => {
            let file = file.display();
            found.warning(
                Check::Credentials,
                format!("in {file}, table [{table}]; everybody on this machine may read that file (mode {mode})"),
                format!("chmod 600 {file}"),
            );
        }
    }
    Some(credentials)
}
