//! An account as a plan file carries it, and back: the file alone can be applied.

use std::path::PathBuf;
use std::sync::Arc;

use super::Target;
use crate::domain::Desired;
use crate::manifest::{AccountDriver, RateLimit};
use crate::plan::{AccountSection, ConnectionSection};

impl Target {
    /// What a plan file has to know.
    pub(in crate::cli) fn connection(&self) -> ConnectionSection {
        match &self.driver {
            AccountDriver::Http { endpoint } => ConnectionSection::Http {
                endpoint: endpoint.clone(),
                credentials: Arc::clone(&self.credentials),
                requests_per_second: self.rate_limit.map(|limit| limit.requests_per_second),
                burst: self.rate_limit.map(|limit| limit.burst),
            },
            AccountDriver::Embedded { seed, data } => ConnectionSection::Embedded {
                seed: seed.as_ref().map(|seed| seed.display().to_string()),
                data: data.display().to_string(),
            },
            AccountDriver::Csv(files) => ConnectionSection::Csv(files.clone()),
        }
    }

    /// The account of a plan file's section.
    pub(in crate::cli) fn stored(section: &AccountSection) -> Self {
        let (driver, credentials, rate_limit) = match &section.connection {
            Some(ConnectionSection::Http { endpoint, credentials, requests_per_second, burst }) => (
                AccountDriver::Http { endpoint: endpoint.clone() },
                Arc::clone(credentials),
                requests_per_second.zip(*burst).map(|(requests_per_second, burst)| RateLimit { requests_per_second, burst }),
            ),
            Some(ConnectionSection::Embedded { seed, data }) => (
                AccountDriver::Embedded { seed: seed.as_ref().map(PathBuf::from), data: PathBuf::from(data) },
                Arc::clone(&section.name),
                None,
            ),
            Some(ConnectionSection::Csv(files)) => (AccountDriver::Csv(files.clone()), Arc::clone(&section.name), None),
            None => (AccountDriver::Http { endpoint: None }, Arc::clone(&section.name), None),
        };
        Self {
            name: Arc::clone(&section.name),
            driver,
            credentials,
            rate_limit,
            declared_in: None,
            desired: Desired { account: Arc::clone(&section.name), ..Desired::default() },
        }
    }
}
