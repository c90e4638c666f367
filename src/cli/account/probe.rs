//! A carrier that is only looked at: nothing is tried twice, and no world of an embedded carrier is made.

use std::time::Duration;

use super::Target;
use super::embedded::{self, Embedded};
use crate::carrier::{Credentials, HttpCarrier, HttpOptions};
use crate::cli::failure::Failure;
use crate::domain::CarrierIdentity;
use crate::manifest::AccountDriver;

/// Who looks at a carrier does not wait for it as long as an apply would.
const PATIENCE: Duration = Duration::from_secs(20);

/// A carrier to look at.
pub(in crate::cli) struct Probe {
    carrier: HttpCarrier,
    // Dropped after the driver: it is the server that the driver talks to.
    embedded: Option<Embedded>,
}

impl Probe {
    /// Looks at an account's carrier. An embedded one that has no world yet gets one for the time being, from its seed.
    pub(in crate::cli) async fn open(target: &Target, credentials: Option<Credentials>) -> Result<Self, Failure> {
        if let AccountDriver::Embedded { seed, data } = &target.driver {
            let embedded = Embedded::start(&target.name, seed.as_deref(), data.is_file().then_some(data)).await?;
            return Ok(Self { carrier: embedded.carrier()?, embedded: Some(embedded) });
        }
        let options = HttpOptions { longest_pauses: Duration::ZERO, request_timeout: PATIENCE, ..HttpOptions::default() };
        // Whether it can be reached shows without any.
        let credentials = credentials.unwrap_or_else(|| Credentials::new("", ""));
        Ok(Self { carrier: HttpCarrier::new(target.endpoint()?, credentials, options)?, embedded: None })
    }

    /// The carrier.
    pub(in crate::cli) fn carrier(&self) -> &HttpCarrier {
        &self.carrier
    }

    /// Whether it runs inside this process, on a clock of its own.
    pub(in crate::cli) fn is_embedded(&self) -> bool {
        self.embedded.is_some()
    }
}

impl Target {
    /// Whose journal it is, where nothing has to be asked for.
    pub(in crate::cli) fn embedded_identity(&self) -> Option<CarrierIdentity> {
        matches!(self.driver, AccountDriver::Embedded { .. }).then(embedded::identity)
    }
}
