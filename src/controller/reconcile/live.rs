//! What is kept of an account between its turns: the connection to its carrier (with its token and its budget) and its
//! journal.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;

use super::claim::claim;
use super::look::Looked;
use super::trouble;
use super::turn::{End, Pass};
use crate::carrier::rate::RateLimit;
use crate::carrier::{Carrier as _, Credentials, HttpCarrier, HttpOptions};
use crate::controller::credentials;
use crate::controller::keep::{self, Kept, Owner, Restored};
use crate::controller::object::Object;
use crate::controller::process::random;
use crate::domain::{Desired, Protection};
use crate::exec::Journal;
use crate::manifest::{Account, AccountDriver};
use crate::plan::drift;

/// An account that this process works on.
pub(super) struct Live {
    pub(super) carrier: HttpCarrier,
    pub(super) journal: Journal,
    pub(super) kept: Kept,
    reached: Reached,
    /// Whether the journal may know less than what is written: it is restored before it is used again.
    pub(super) is_spoilt: bool,
}

/// Where a carrier is, and as whom it is spoken to.
#[derive(Debug, Clone)]
struct Reached {
    endpoint: String,
    credentials: Credentials,
    rate: Option<crate::manifest::RateLimit>,
}

impl Reached {
    fn is_the_same(&self, other: &Self) -> bool {
        let Self { endpoint, credentials, rate } = self;
        let Credentials { contractor_id, password } = credentials;
        *endpoint == other.endpoint
            && *rate == other.rate
            && *contractor_id == other.credentials.contractor_id
            && password.expose_secret() == other.credentials.password.expose_secret()
    }
}

/// The account as it was left, or taken over anew: connected, claimed, with its journal.
pub(super) async fn live<'k>(
    pass: &mut Pass<'_>,
    settings: &Account,
    kept: &'k mut Option<Live>,
    others: &[Object],
) -> Result<&'k mut Live, End> {
    let namespace = Arc::clone(&pass.view.account.namespace);
    let secret = settings.credentials.as_ref().unwrap_or(&settings.name);
    let credentials = credentials::read(&pass.shared.client, &namespace, secret).await;
    let credentials = credentials.map_err(|error| trouble::of_credentials(&error))?;
    let endpoint = match &settings.driver {
        AccountDriver::Http { endpoint } => endpoint.clone().unwrap_or_default(),
        // Accounts with other drivers are not accepted.
        AccountDriver::Embedded { .. } | AccountDriver::Csv(_) => return Err(End::Refused),
    };
    let reached = Reached { endpoint, credentials, rate: settings.rate_limit };
    let before = kept.take().filter(|live| !live.is_spoilt);
    let live = match before {
        Some(live) if live.reached.is_the_same(&reached) => {
            claim(pass, live.carrier.identity(), false, others).await?;
            live
        }
        Some(live) => {
            let carrier = connect(pass, &reached)?;
            if carrier.identity() == live.carrier.identity() {
                claim(pass, carrier.identity(), false, others).await?;
                Live { carrier, reached, ..live }
            } else {
                take_over(pass, carrier, reached, others).await?
            }
        }
        None => take_over(pass, connect(pass, &reached)?, reached, others).await?,
    };
    Ok(kept.insert(live))
}

/// An account that this process did not work on before. Only whoever the carrier lets in may claim to stand for a contractor:
/// a Secret with another's contractor id must not keep that one's account from its work.
async fn take_over(pass: &mut Pass<'_>, carrier: HttpCarrier, reached: Reached, others: &[Object]) -> Result<Live, End> {
    carrier.system().await.map_err(|error| trouble::of_carrier(&error))?;
    claim(pass, carrier.identity(), true, others).await?;
    restore(pass, carrier, reached).await
}

/// A carrier that is away for longer is said to be; the next turns ask it again.
const LONGEST_PAUSES: Duration = Duration::from_secs(8);

fn connect(pass: &Pass<'_>, reached: &Reached) -> Result<HttpCarrier, End> {
    let Reached { endpoint, credentials, rate } = reached;
    let key = pass.view.account.key();
    let mut options = HttpOptions {
        seed: random(),
        meter: Some(pass.shared.metrics.meter(&key)),
        longest_pauses: LONGEST_PAUSES,
        ..HttpOptions::default()
    };
    if let Some(limit) = rate {
        options.rate = RateLimit { requests_per_second: f64::from(limit.requests_per_second), burst: limit.burst };
    }
    let carrier = HttpCarrier::new(endpoint, credentials.clone(), options).map_err(|error| trouble::of_endpoint(&error))?;
    pass.shared.metrics.budget_of(&key, carrier.limiter());
    Ok(carrier)
}

async fn restore(pass: &Pass<'_>, carrier: HttpCarrier, reached: Reached) -> Result<Live, End> {
    let account = &pass.view.account;
    let owner = Owner {
        namespace: Arc::clone(&account.namespace),
        account: Arc::clone(&account.name),
        carrier: keep::digest(carrier.identity()),
        by: pass.shared.options.session.clone(),
    };
    let restored = Kept::restore(&pass.shared.client, owner, carrier.identity(), now).await;
    let Restored { kept, journal, problems } = restored.map_err(trouble::of_kept)?;
    for problem in problems {
        pass.warn("RecordUnreadable", "Restore", problem.to_string()).await;
    }
    Ok(Live { carrier, journal, kept, reached, is_spoilt: false })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the lock of a journal in memory, and the times of conditions, run on the real clock"
)]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}

impl Live {
    /// Remembers what was seen, and what the plan protects: in the journal, and in the cluster where it changed.
    pub(super) async fn remember(&mut self, looked: &Looked, desired: &Desired) -> Result<(), End> {
        self.note(looked, desired)?;
        let memory = self.journal.memory().map_err(|error| trouble::of_journal(&error))?;
        self.kept.remember(&memory).await.map_err(trouble::of_kept)?;
        Ok(())
    }

    /// Remembers it in the journal.
    pub(super) fn note(&self, looked: &Looked, desired: &Desired) -> Result<(), End> {
        let news = drift::news(desired, &looked.observed, looked.memory.confirmed.as_ref());
        let values = news.iter().map(|((msisdn, field), value)| (*msisdn, &**field, &**value));
        let said = looked.plan.protection.iter();
        let said = said.map(|item| (item.msisdn, if item.protected { Protection::Protected } else { Protection::Lifted }));
        let written = self.journal.together(|entry| {
            entry.remember(values)?;
            entry.protect(said)
        });
        Ok(written.map_err(|error| trouble::of_journal(&error))?)
    }

    /// Removes records that nobody looks at any more.
    pub(super) async fn clean_up(&self, pass: &Pass<'_>) -> Result<(), End> {
        let Some(now) = self.carrier.now() else { return Ok(()) };
        let orders = pass.view.orders.iter().map(|order| Arc::clone(&order.name)).collect();
        let removed = self.kept.clean_up(now, &orders).await.map_err(trouble::of_kept)?;
        if removed > 0 {
            tracing::info!(account = %pass.view.account.key(), removed, "old SimOperations are removed");
        }
        Ok(())
    }

    /// How long ago (on the carrier's clock) the latest of the operations was sent that have not come to their end.
    pub(super) fn youngest_open(&self) -> Option<SignedDuration> {
        let now = self.carrier.now()?;
        let open = self.journal.open_operations().ok()?;
        let latest = open.iter().filter(|record| !record.asks_a_person()).filter_map(|record| record.sent_at).max()?;
        Some(now.duration_since(latest))
    }
}
