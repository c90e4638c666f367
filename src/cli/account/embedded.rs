//! `driver: embedded`: the emulator inside this process, reached over HTTP on the loopback interface
//! like any carrier. Its clock stands still and moves on while the executor waits.

use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::carrier::identity::EMBEDDED;
use crate::carrier::rate::RateLimit;
use crate::carrier::{Credentials, HttpCarrier, HttpOptions};
use crate::cli::failure::Failure;
use crate::domain::CarrierIdentity;
use crate::emulator::{Emulator, Options, Pace, Server};
use crate::exec::Waiter;
use crate::exec::waiter::Waiting;

/// The contractor of every embedded carrier.
const CONTRACTOR: &str = "demo";

/// The identity of every embedded carrier.
pub(super) fn identity() -> CarrierIdentity {
    CarrierIdentity { host: EMBEDDED.to_owned(), contractor_id: CONTRACTOR.to_owned() }
}

/// A running emulator.
pub(super) struct Embedded {
    emulator: Emulator,
    server: Server,
}

impl Embedded {
    /// Opens the world beside the manifest; a new one begins with the seed. Without a file it is gone with the process.
    pub(super) async fn start(account: &str, seed: Option<&Path>, data: Option<&Path>) -> Result<Self, Failure> {
        let failed = |error: Failure| error.while_(&format!("account {account} (embedded carrier)"));
        let folder = data.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder {
            std::fs::create_dir_all(folder)
                .map_err(|error| failed(Failure::from(error).while_(&folder.display().to_string())))?;
        }
        let options = Options { rate_limit: None, pace: Some(Pace::Frozen), ..Options::default() };
        let emulator = Emulator::open(data, options).map_err(|error| failed(error.into()))?;
        if let Some(seed) = seed
            && emulator.is_empty().map_err(|error| failed(error.into()))?
        {
            let text = std::fs::read(seed).map_err(|error| failed(Failure::from(error).while_(&seed.display().to_string())))?;
            emulator.seed(&text).map_err(|error| failed(Failure::from(error).while_(&seed.display().to_string())))?;
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(|error| failed(error.into()))?;
        let server = emulator.serve(listener).map_err(|error| failed(error.into()))?;
        Ok(Self { emulator, server })
    }

    /// A driver for it.
    pub(super) fn carrier(&self) -> Result<HttpCarrier, Failure> {
        let options = HttpOptions { rate: RateLimit::NONE, identity: Some(identity()), ..HttpOptions::default() };
        Ok(HttpCarrier::new(&self.server.endpoint(), Credentials::new(CONTRACTOR, CONTRACTOR), options)?)
    }

    /// Waits by moving the carrier's clock.
    pub(super) fn waiter(&self) -> VirtualWaiter {
        VirtualWaiter { emulator: self.emulator.clone(), waited: Mutex::default() }
    }
}

/// Moves an embedded carrier's clock instead of waiting.
pub(super) struct VirtualWaiter {
    emulator: Emulator,
    waited: Mutex<Duration>,
}

impl Waiter for VirtualWaiter {
    fn now(&self) -> Duration {
        *self.waited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, time: Duration) -> Waiting<'_> {
        Box::pin(async move {
            *self.waited.lock().unwrap_or_else(PoisonError::into_inner) += time;
            let emulator = self.emulator.clone();
            // The clock is in whole seconds: a shorter wait still has to bring the world on.
            let time = time.max(Duration::from_secs(1));
            match tokio::task::spawn_blocking(move || emulator.advance(time)).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => tracing::error!(%error, "the embedded carrier's clock does not move"),
                Err(error) => tracing::error!(%error, "the embedded carrier's clock does not move"),
            }
        })
    }

    fn is_virtual(&self) -> bool {
        true
    }
}
