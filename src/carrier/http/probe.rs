//! Whether a carrier is there and knows us, before anything is asked of it.

use std::time::Duration;

use jiff::Timestamp;

use super::{HttpCarrier, answer, header};
use crate::carrier::error::{Call, CarrierError};

/// What is knocked at: a read that every carrier has, without a token.
const KNOCK: Call = Call::read("/v1/system");

/// An endpoint that answered, whatever it said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// The HTTP status: 401 from a carrier, because no token was shown.
    pub status: u16,
    /// From the name to the answer's head: a connection of its own, its handshake included.
    pub elapsed: Duration,
    /// The carrier's clock, to the second.
    pub date: Option<Timestamp>,
}

impl HttpCarrier {
    /// Knocks: one read without a token, not repeated. Any answer at all is a success.
    pub async fn reach(&self) -> Result<Reached, CarrierError> {
        self.limiter.acquire().await;
        let sent = tokio::time::Instant::now();
        let request = self.client.get(self.url(&["v1", "system"]));
        let response = request.send().await.map_err(|error| answer::broken(KNOCK, self.request_timeout, error))?;
        self.note_headers(&response);
        Ok(Reached { status: response.status().as_u16(), elapsed: sent.elapsed(), date: header::date(response.headers()) })
    }

    /// Fetches a token, if there is none yet: proves that the carrier takes the credentials.
    pub async fn log_in(&self) -> Result<(), CarrierError> {
        self.token(None).await.map(drop)
    }
}
