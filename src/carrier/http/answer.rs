//! From an HTTP answer to a value or an error that says what was wrong with it.

use std::time::Duration;

use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, LOCATION};
use serde::de::DeserializeOwned;

use super::header;
use crate::carrier::error::{Call, CarrierError, Failure, Refusal};
use crate::carrier::mask::mask_identifiers;
use crate::carrier::wire::ErrorBody;

/// Reads an answer to its end.
pub(super) async fn read<T: DeserializeOwned>(
    call: Call,
    mut response: Response,
    largest: u64,
    timeout: Duration,
) -> Result<T, CarrierError> {
    let status = response.status();
    let now = header::date(response.headers());
    let retry_after = header::retry_after(response.headers(), now);
    let is_html = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if status.is_redirection() {
        let target = response.headers().get(LOCATION).and_then(|target| target.to_str().ok()).map(mask_identifiers);
        let message = format!(
            "it redirects to {}; declare the carrier's own address as the endpoint",
            target.as_deref().unwrap_or("another address")
        );
        return Err(CarrierError::new(call, Failure::Refused(Box::new(refused(status.as_u16(), message, None)))));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(call, timeout, error))? {
        let length = u64::try_from(body.len() + chunk.len()).unwrap_or(u64::MAX);
        if length > largest {
            // A refusal stays one, however much it has to say.
            let failure = if status.is_success() {
                Failure::TooLarge { limit: largest }
            } else {
                Failure::Refused(Box::new(refused(status.as_u16(), "and an endless explanation".to_owned(), retry_after)))
            };
            return Err(CarrierError::new(call, failure));
        }
        body.extend_from_slice(&chunk);
    }
    if status.is_success() {
        parse(&body, is_html).map_err(|problem| CarrierError::new(call, Failure::Unreadable { problem }))
    } else {
        let refusal = match serde_json::from_slice::<ErrorBody>(&body) {
            Ok(error) => Refusal::new(status.as_u16(), error, retry_after),
            Err(_) => refused(status.as_u16(), describe(&body, is_html), retry_after),
        };
        Err(CarrierError::new(call, Failure::Refused(Box::new(refusal))))
    }
}

/// A request that got no whole answer.
pub(super) fn broken(call: Call, timeout: Duration, error: reqwest::Error) -> CarrierError {
    let failure = if error.is_connect() {
        Failure::Unreachable
    } else if error.is_builder() {
        Failure::Unsendable("its address or a header is malformed".to_owned())
    } else if error.is_timeout() {
        Failure::TimedOut(timeout)
    } else {
        Failure::Interrupted
    };
    // The address holds identifiers.
    CarrierError { call, failure, source: Some(Box::new(error.without_url())) }
}

fn parse<T: DeserializeOwned>(body: &[u8], is_html: bool) -> Result<T, String> {
    if let Ok(value) = serde_json::from_slice(body) {
        return Ok(value);
    }
    if is_html || body.trim_ascii_start().starts_with(b"<") {
        return Err("it is a web page, not JSON; is this the address of the carrier's API?".to_owned());
    }
    if body.trim_ascii().is_empty() {
        return Err("it is empty".to_owned());
    }
    // Once more with the place noted, which only an error is worth.
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Ok(_) => Err("something follows the JSON document".to_owned()),
        Err(error) => {
            let path = error.path().to_string();
            let problem = mask_identifiers(&error.into_inner().to_string());
            Err(if path == "." { problem } else { format!("{path}: {problem}") })
        }
    }
}

fn refused(status: u16, message: String, retry_after: Option<Duration>) -> Refusal {
    Refusal { status, code: String::new(), message, parameters: Vec::new(), retry_after }
}

fn describe(body: &[u8], is_html: bool) -> String {
    let start = body.trim_ascii();
    if start.is_empty() {
        String::new()
    } else if is_html || start.starts_with(b"<") {
        "(a web page)".to_owned()
    } else {
        mask_identifiers(&String::from_utf8_lossy(start.get(..start.len().min(200)).unwrap_or_default()))
    }
}
