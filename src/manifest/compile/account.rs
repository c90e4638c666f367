//! `CarrierAccount` to [`Account`].

use std::path::Path;
use std::sync::Arc;

use super::console;
use super::policy::spend_limits;
use crate::api::{CarrierAccount, Driver, EmbeddedCarrier};
use crate::diag::Location;
use crate::manifest::{Account, AccountDriver, RateLimit};

/// Resolves paths against the manifest's folder and fills in defaults.
pub(crate) fn account(document: CarrierAccount, folder: &Path, location: Location) -> Account {
    let name: Arc<str> = document.metadata.name.into();
    let spec = document.spec;
    let driver = match spec.driver {
        Driver::Http => AccountDriver::Http { endpoint: spec.endpoint },
        Driver::Embedded => {
            let EmbeddedCarrier { seed, data } = spec.embedded.unwrap_or_default();
            AccountDriver::Embedded {
                seed: seed.map(|seed| folder.join(seed)),
                data: folder.join(data.unwrap_or_else(|| format!(".simfleet/{name}.db"))),
            }
        }
        Driver::Csv => AccountDriver::Csv(Box::new(console::files(spec.csv.unwrap_or_default(), &name, folder))),
    };
    Account {
        driver,
        credentials: spec.credentials_ref.map(|reference| reference.name.into()),
        rate_limit: spec.rate_limit.map(|limit| RateLimit {
            requests_per_second: limit.requests_per_second,
            burst: limit.burst.unwrap_or_else(|| limit.requests_per_second.saturating_mul(2)),
        }),
        spend: spend_limits(spec.spend.as_ref()),
        folder: folder.to_owned(),
        location,
        name,
    }
}
