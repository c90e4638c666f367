//! What can go wrong at the carrier, and what it means for trying again (DESIGN 3.5).

use std::time::Duration;

use crate::carrier::mask::mask_identifiers;
use crate::carrier::wire::{ErrorBody, ErrorCode, ParameterError};
use crate::domain::Function;

/// The route that was called, as the protocol writes it: no identifier is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// `/v1/sims/{msisdn}`.
    pub route: &'static str,
    /// Whether it changes something at the carrier.
    pub mutation: bool,
}

impl Call {
    /// A read.
    pub const fn read(route: &'static str) -> Self {
        Self { method: "GET", route, mutation: false }
    }

    /// A `POST` that changes nothing.
    pub const fn ask(route: &'static str) -> Self {
        Self { method: "POST", route, mutation: false }
    }

    /// A mutation.
    pub const fn mutation(route: &'static str) -> Self {
        Self { method: "POST", route, mutation: true }
    }
}

impl Call {
    /// The carrier's function behind the route (DOMAIN 5). None: a token, or the catalogue.
    pub fn function(self) -> Option<Function> {
        Some(match self.route {
            "/v1/system" => Function::System,
            "/v1/systems/{systemNo}/services/{serviceCode}" => Function::ServiceDetail,
            "/v1/sims" => Function::ListSims,
            "/v1/sims/{msisdn}" => Function::LineStatus,
            "/v1/sims/{msisdn}/usage" => Function::Usage,
            "/v1/sims/{msisdn}/session" => Function::Session,
            "/v1/sims/{msisdn}/suspend" => Function::Suspend,
            "/v1/sims/{msisdn}/resume" => Function::Resume,
            "/v1/sims/{msisdn}/plan-change" => Function::ChangePlan,
            "/v1/sims/{msisdn}/coupons" => Function::BuyCoupon,
            "/v1/sims/{msisdn}/terminate" => Function::Terminate,
            "/v1/orders" => Function::OrderSims,
            "/v1/applications" | "/v1/applications/{no}" | "/v1/applications/{no}/cancel" => Function::Applications,
            "/v1/chip-sims" | "/v1/chip-sims/{msisdn}" => Function::ListChipSims,
            "/v1/chip-sims/imei-registrations" | "/v1/chip-sims/imei-registrations?dryRun=true" => Function::BindImei,
            "/v1/chip-sims/allocations" => Function::Allocate,
            "/v1/chip-sims/deallocations" => Function::Deallocate,
            "/v1/chip-sims/activations" => Function::StartUse,
            _ => return None,
        })
    }
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.route)
    }
}

/// A call that failed.
#[derive(Debug, thiserror::Error)]
#[error("{call}: {failure}")]
pub struct CarrierError {
    /// What was called.
    pub call: Call,
    /// How it failed.
    pub failure: Failure,
    /// The library's error below, where there is one.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// How a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection (refused, unknown host, TLS refused): nothing was sent.
    #[error("the carrier cannot be reached")]
    Unreachable,
    /// The connection broke after something was sent.
    #[error("the connection broke before the answer was complete")]
    Interrupted,
    /// No answer in time, after something was sent.
    #[error("no answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// An answer that is no success.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// A success whose body cannot be read: no JSON, or another shape.
    #[error("the carrier's answer cannot be read: {problem}")]
    Unreadable {
        /// What is wrong, with the path (`result[3].msisdn`).
        problem: String,
    },
    /// More bytes than an answer may have.
    #[error("the carrier's answer has more than {} MiB", limit / (1024 * 1024))]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The request could not be made (a bad endpoint, a bad header).
    #[error("the request cannot be made: {0}")]
    Unsendable(String),
}

/// An answer that is no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The carrier's code, empty where the body has none.
    pub code: String,
    /// The carrier's words, identifiers masked.
    pub message: String,
    /// Which parameters are wrong.
    pub parameters: Vec<ParameterError>,
    /// When to come again.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// From a body as the protocol defines it.
    pub fn new(status: u16, body: ErrorBody, retry_after: Option<Duration>) -> Self {
        let parameters = body
            .parameter_error_list
            .into_iter()
            .map(|error| ParameterError { name: error.name, reason: mask_identifiers(&error.reason) })
            .collect();
        Self {
            status,
            code: mask_identifiers(&body.error_code),
            message: mask_identifiers(&body.error_message),
            parameters,
            retry_after,
        }
    }

    /// The code, if this version knows it.
    pub fn known_code(&self) -> Option<ErrorCode> {
        ErrorCode::ALL.iter().copied().find(|code| code.as_str() == self.code)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the carrier answered {}", self.status)?;
        if !self.code.is_empty() {
            write!(f, " {}", self.code)?;
        }
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        for (index, parameter) in self.parameters.iter().take(3).enumerate() {
            write!(f, "{} {}: {}", if index == 0 { " -" } else { ";" }, parameter.name, parameter.reason)?;
        }
        if self.parameters.len() > 3 {
            write!(f, "; and {} more", self.parameters.len() - 3)?;
        }
        Ok(())
    }
}

/// What a failure means for trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RetryClass {
    /// Not done, and likely to work soon (unreachable, 503; for reads also timeouts and 5xx).
    Transient,
    /// Not done: too many requests, or closed for maintenance with a time to come again.
    RateLimited,
    /// Not done: the line is in another state, or another application is open (409).
    Conflict,
    /// Not done, and never will be as it stands (4xx).
    Rejected,
    /// Not done: wrong credentials (401, after a fresh token).
    Auth,
    /// **Maybe done** (a mutation that got no readable answer, or 500, 502, 504): never sent again
    /// before the carrier's applications have settled it.
    UnknownOutcome,
}

impl CarrierError {
    /// A failure with nothing below it.
    pub fn new(call: Call, failure: Failure) -> Self {
        Self { call, failure, source: None }
    }

    /// What it means for trying again.
    pub fn class(&self) -> RetryClass {
        let lost = if self.call.mutation { RetryClass::UnknownOutcome } else { RetryClass::Transient };
        match &self.failure {
            Failure::Unreachable => RetryClass::Transient,
            Failure::Interrupted | Failure::TimedOut(_) => lost,
            // A mutation was accepted, but under which number we could not read.
            Failure::Unreadable { .. } | Failure::TooLarge { .. } if self.call.mutation => RetryClass::UnknownOutcome,
            Failure::Unreadable { .. } | Failure::TooLarge { .. } | Failure::Unsendable(_) => RetryClass::Rejected,
            Failure::Refused(refusal) => match refusal.status {
                401 => RetryClass::Auth,
                409 => RetryClass::Conflict,
                429 => RetryClass::RateLimited,
                503 if refusal.retry_after.is_some() => RetryClass::RateLimited,
                408 | 425 | 503 => RetryClass::Transient,
                500.. => lost,
                _ => RetryClass::Rejected,
            },
        }
    }

    /// The carrier's answer, where there was one that can be read.
    pub fn refusal(&self) -> Option<&Refusal> {
        if let Failure::Refused(refusal) = &self.failure { Some(refusal) } else { None }
    }

    /// Whether what was asked for does not exist (404).
    pub fn is_not_found(&self) -> bool {
        self.refusal().is_some_and(|refusal| refusal.status == 404)
    }

    /// When the carrier said to come again.
    pub fn retry_after(&self) -> Option<Duration> {
        self.refusal().and_then(|refusal| refusal.retry_after)
    }

    /// The carrier's error code, if the answer had one that this version knows.
    pub fn code(&self) -> Option<ErrorCode> {
        self.refusal().and_then(Refusal::known_code)
    }

    /// What to do about it, for people; `None` where trying again is all there is.
    pub fn hint(&self) -> Option<&'static str> {
        match self.class() {
            RetryClass::Auth => Some("check the contractor id and the password"),
            RetryClass::UnknownOutcome => {
                Some("the outcome is in doubt; the next apply settles it before anything is sent again")
            }
            RetryClass::Transient if self.failure == Failure::Unreachable => Some("check the endpoint and the network"),
            RetryClass::Transient | RetryClass::RateLimited | RetryClass::Conflict | RetryClass::Rejected => None,
        }
    }
}
