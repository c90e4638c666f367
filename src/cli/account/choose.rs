//! Which accounts a command is about.

use std::path::PathBuf;
use std::sync::Arc;

use super::exported;
use crate::cli::args::Connection;
use crate::cli::exit;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::domain::Desired;
use crate::manifest::{AccountDriver, AccountManifest, Compiled, RateLimit};

/// The name of the account of a command without PATH.
const MAIN: &str = "main";

/// One account, how it is reached, and what is declared for it.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Target {
    /// Its name.
    pub(in crate::cli) name: Arc<str>,
    /// How it is reached, `--endpoint` taken into account.
    pub(in crate::cli) driver: AccountDriver,
    /// The name of its credentials.
    pub(in crate::cli) credentials: Arc<str>,
    /// The most requests to send.
    pub(in crate::cli) rate_limit: Option<RateLimit>,
    /// The file of its `CarrierAccount`.
    pub(in crate::cli) declared_in: Option<Arc<str>>,
    /// What is declared for it.
    pub(in crate::cli) desired: Desired,
}

/// The accounts of the manifests, or without any PATH the one behind `--endpoint`.
pub(in crate::cli) fn targets(shell: &Shell, paths: &[PathBuf], connection: &Connection) -> Result<Vec<Target>, Failure> {
    let targets = if paths.is_empty() {
        if connection.endpoint.is_none() {
            return Err(Failure::usage("no PATH and no --endpoint: which carrier?")
                .help("name the manifests that declare the account, or give --endpoint URL"));
        }
        vec![Target::undeclared(Desired { account: MAIN.into(), ..Desired::default() })]
    } else {
        return targets_of(shell.read(paths)?, connection);
    };
    with_endpoint(targets, connection)
}

/// The accounts of manifests that were read.
pub(in crate::cli) fn targets_of(compiled: Compiled, connection: &Connection) -> Result<Vec<Target>, Failure> {
    with_endpoint(compiled.accounts.into_iter().map(Target::declared).collect(), connection)
}

/// Replaces the address by that of `--endpoint`.
pub(in crate::cli) fn with_endpoint(mut targets: Vec<Target>, connection: &Connection) -> Result<Vec<Target>, Failure> {
    match (&connection.endpoint, targets.as_mut_slice()) {
        (None, _) => {}
        (Some(endpoint), [target]) => target.driver = AccountDriver::Http { endpoint: Some(endpoint.clone()) },
        (Some(_), _) => {
            return Err(Failure::usage(format!("--endpoint serves exactly one account, and there are {}", targets.len()))
                .help("leave it out and declare each endpoint in its CarrierAccount"));
        }
    }
    exported::told(&mut targets, &connection.exports)?;
    if connection.journal.is_some() && targets.len() > 1 {
        return Err(Failure::usage(format!("--journal names the journal of one account, and there are {}", targets.len())));
    }
    Ok(targets)
}

impl Target {
    fn declared(manifest: AccountManifest) -> Self {
        let AccountManifest { account, desired } = manifest;
        match account {
            Some(account) => Self {
                name: Arc::clone(&account.name),
                driver: account.driver,
                credentials: account.credentials.unwrap_or(account.name),
                rate_limit: account.rate_limit,
                declared_in: Some(account.location.file),
                desired,
            },
            None => Self::undeclared(desired),
        }
    }

    fn undeclared(desired: Desired) -> Self {
        Self {
            name: Arc::clone(&desired.account),
            driver: AccountDriver::Http { endpoint: None },
            credentials: Arc::clone(&desired.account),
            rate_limit: None,
            declared_in: None,
            desired,
        }
    }

    /// The endpoint of an account that is reached over the network.
    pub(in crate::cli) fn endpoint(&self) -> Result<&str, Failure> {
        match &self.driver {
            AccountDriver::Http { endpoint: Some(endpoint) } => Ok(endpoint),
            AccountDriver::Http { endpoint: None } => {
                Err(Failure::error(format!("account {}: no CarrierAccount says where it is", self.name))
                    .help("declare a CarrierAccount of that name, or give --endpoint URL"))
            }
            AccountDriver::Embedded { .. } => Err(self.unsupported("has no endpoint")),
            AccountDriver::Csv(_) => Err(self.unsupported("driver csv knows exported lists and has no endpoint")),
        }
    }

    fn unsupported(&self, why: &str) -> Failure {
        Failure { code: exit::ERROR, message: format!("account {}: {why}", self.name), help: None, everywhere: false }
    }
}
