//! The wire protocol over HTTPS.
//!
//! TLS is always verified, and no redirect is followed: a bearer token goes to the endpoint that was
//! declared and nowhere else.

mod answer;
mod header;
mod probe;
mod routes;
mod token;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::{RequestBuilder, Url};
use serde::de::DeserializeOwned;

use crate::carrier::Credentials;
use crate::carrier::error::{Call, CarrierError, Failure};
use crate::carrier::identity::identity_of;
use crate::carrier::meter::Meter;
use crate::carrier::rate::{Limiter, RateLimit};
use crate::carrier::retry::{Jitter, RetryPolicy};
use crate::domain::CarrierIdentity;

pub use probe::Reached;

/// How to speak to a carrier. The defaults suit any of them.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// The declared budget, shared by reads and writes.
    pub rate: RateLimit,
    /// Until a connection stands.
    pub connect_timeout: Duration,
    /// From the connection to the end of the answer.
    pub request_timeout: Duration,
    /// How reads are repeated. Mutations never are.
    pub retry: RetryPolicy,
    /// How long the pauses between the tries of one read may be in all. Whoever comes again by itself, as the
    /// controller does, had better say soon that the carrier is away.
    pub longest_pauses: Duration,
    /// The most bytes of an answer, unpacked. A page of 10,000 lines has about 6 MiB.
    pub largest_answer: u64,
    /// Who this is, instead of the endpoint's host: `embedded` for a carrier in this process.
    pub identity: Option<CarrierIdentity>,
    /// Seeds the jitter between retries.
    pub seed: u64,
    /// Hears of every request.
    pub meter: Option<Arc<dyn Meter>>,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            rate: RateLimit::default(),
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_mins(1),
            retry: RetryPolicy::default(),
            longest_pauses: Duration::MAX,
            largest_answer: 128 * 1024 * 1024,
            identity: None,
            seed: 0,
            meter: None,
        }
    }
}

/// Why there can be no driver for an endpoint.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// Not `http(s)://host…`.
    #[error("the endpoint {endpoint:?} is no address of a carrier: {problem}")]
    Malformed {
        /// As declared.
        endpoint: String,
        /// What is wrong.
        problem: String,
    },
    /// The HTTP client cannot be set up (no root certificates, for example).
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}

/// A carrier account behind an HTTP endpoint.
#[derive(Debug)]
pub struct HttpCarrier {
    client: reqwest::Client,
    base: Url,
    identity: CarrierIdentity,
    credentials: Credentials,
    token: tokio::sync::Mutex<Option<token::Token>>,
    limiter: Arc<Limiter>,
    meter: Option<Arc<dyn Meter>>,
    retry: RetryPolicy,
    longest_pauses: Duration,
    jitter: Mutex<Jitter>,
    largest_answer: u64,
    request_timeout: Duration,
    // Seconds since the epoch of the latest `Date`; `i64::MIN` before the first.
    date: AtomicI64,
}

/// The tries of a read so far.
#[derive(Debug, Default)]
struct Tries {
    failed: u32,
    /// The pauses between them, in all.
    paused: Duration,
}

impl HttpCarrier {
    /// A driver. Nothing is sent yet.
    pub fn new(endpoint: &str, credentials: Credentials, options: HttpOptions) -> Result<Self, EndpointError> {
        let HttpOptions { rate, connect_timeout, request_timeout, retry, longest_pauses, largest_answer, identity, seed, meter } =
            options;
        let base = base_url(endpoint)?;
        let client = reqwest::Client::builder()
            .user_agent(concat!("simfleet/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(connect_timeout)
            .timeout(request_timeout)
            .redirect(reqwest::redirect::Policy::none())
            // A connection of its own for every request. On a shared one a mutation that meets the other side
            // hanging up is of unknown outcome for no reason, and an answer that comes twice is taken for the
            // next request's. At a carrier's rates a handshake costs nothing that matters.
            .pool_max_idle_per_host(0)
            .build()
            .map_err(EndpointError::Client)?;
        Ok(Self {
            client,
            base,
            identity: identity.unwrap_or_else(|| identity_of(endpoint, &credentials.contractor_id)),
            credentials,
            token: tokio::sync::Mutex::new(None),
            limiter: Arc::new(Limiter::new(rate)),
            meter,
            retry,
            longest_pauses,
            jitter: Mutex::new(Jitter::new(seed)),
            largest_answer,
            request_timeout,
            date: AtomicI64::new(i64::MIN),
        })
    }

    /// The budget that its requests are sent from.
    pub fn limiter(&self) -> &Arc<Limiter> {
        &self.limiter
    }

    fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        // Only a URL that cannot be a base has no segments, and those were refused.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// A read: repeated while that may help.
    async fn read<T: DeserializeOwned>(&self, call: Call, request: RequestBuilder) -> Result<T, CarrierError> {
        let mut tries = Tries::default();
        loop {
            let error = match self.authorized(call, &request).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if error.call == token::CALL {
                // Getting a token has its own tries; tries of tries would take minutes.
                return Err(error);
            }
            let Some(pause) = self.pause(&mut tries, &error) else { return Err(error) };
            tracing::debug!(call = %call, failed = tries.failed, pause_ms = pause.as_millis(), "trying again: {}", error.failure);
            tokio::time::sleep(pause).await;
        }
    }

    /// A mutation: sent once. A 401 says that nothing was done, so a fresh token is worth one more try.
    async fn authorized<T: DeserializeOwned>(&self, call: Call, request: &RequestBuilder) -> Result<T, CarrierError> {
        let token = self.token(None).await?;
        let first = self.exchange(call, token.authorize(again(call, request)?)).await;
        match first {
            Err(CarrierError { failure: Failure::Refused(refusal), .. }) if refusal.status == 401 => {
                let token = self.token(Some(&token)).await?;
                self.exchange(call, token.authorize(again(call, request)?)).await
            }
            Ok(_) | Err(_) => first,
        }
    }

    /// One request and its answer, within the rate budget.
    async fn exchange<T: DeserializeOwned>(&self, call: Call, request: RequestBuilder) -> Result<T, CarrierError> {
        self.limiter.acquire().await;
        let sent = tokio::time::Instant::now();
        let mut status = None;
        let outcome = async {
            let response = request.send().await.map_err(|error| answer::broken(call, self.request_timeout, error))?;
            status = Some(response.status().as_u16());
            self.note_headers(&response);
            answer::read(call, response, self.largest_answer, self.request_timeout).await
        }
        .await;
        if let Some(meter) = &self.meter {
            meter.sent(call, status, outcome.as_ref().err().map(|error| &error.failure));
        }
        let elapsed_ms = u64::try_from(sent.elapsed().as_millis()).unwrap_or(u64::MAX);
        match &outcome {
            Ok(_) => tracing::debug!(call = %call, elapsed_ms, "answered"),
            Err(error) => tracing::debug!(call = %call, elapsed_ms, "failed: {}", error.failure),
        }
        outcome
    }

    fn note_headers(&self, response: &reqwest::Response) {
        let now = header::date(response.headers());
        if let Some(now) = now {
            self.date.store(now.as_second(), Ordering::Relaxed);
        }
        // 429 and 503 hold for everything that is sent to this account.
        if matches!(response.status().as_u16(), 429 | 503)
            && let Some(pause) = header::retry_after(response.headers(), now)
        {
            self.limiter.pause_for(pause.min(self.retry.patience));
        }
    }

    /// The pause before a read's next try; `None` where there is none.
    fn pause(&self, tries: &mut Tries, error: &CarrierError) -> Option<Duration> {
        tries.failed += 1;
        let pause = self.retry.pause(error, tries.failed, self.next_jitter())?;
        tries.paused = tries.paused.saturating_add(pause);
        (tries.paused <= self.longest_pauses).then_some(pause)
    }

    fn next_jitter(&self) -> f64 {
        self.jitter.lock().unwrap_or_else(PoisonError::into_inner).draw()
    }

    fn clock(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.date.load(Ordering::Relaxed)).ok()
    }
}

fn again(call: Call, request: &RequestBuilder) -> Result<RequestBuilder, CarrierError> {
    // Bodies are whole JSON texts, which can always be sent again.
    request.try_clone().ok_or_else(|| CarrierError::new(call, Failure::Unsendable("its body is a stream".to_owned())))
}

fn base_url(endpoint: &str) -> Result<Url, EndpointError> {
    let malformed = |problem: &str| EndpointError::Malformed { endpoint: endpoint.to_owned(), problem: problem.to_owned() };
    let mut url = Url::parse(endpoint).map_err(|error| malformed(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(malformed("it must begin with https:// (or http:// for a carrier on this machine)"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        // The message must not repeat what it complains about.
        return Err(EndpointError::Malformed {
            endpoint: url.host_str().unwrap_or_default().to_owned(),
            problem: "credentials do not belong into the address; use the environment or a credentials file".to_owned(),
        });
    }
    if url.scheme() == "http" && !url.host_str().is_some_and(is_loopback) {
        tracing::warn!(host = url.host_str().unwrap_or_default(), "the connection to the carrier is not encrypted");
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

/// Whether a host is this machine.
pub fn is_loopback(host: &str) -> bool {
    host == "localhost" || host == "[::1]" || host.starts_with("127.")
}
