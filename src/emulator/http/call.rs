//! A request as handlers see it, and what they answer.

use axum::body::Bytes;
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use crate::domain::{Function, Msisdn};
use crate::emulator::core::Core;
use crate::emulator::error::{Error, Failure, Outcome};
use crate::emulator::faults::{Fault, Kind, Target};
use crate::emulator::store::services;
use crate::emulator::world::{Accepted, World};

/// A request, read to its end.
#[derive(Default)]
pub(crate) struct Call {
    /// Method.
    pub(crate) method: String,
    /// Path.
    pub(crate) path: String,
    /// Query as it came.
    pub(crate) query_text: Option<String>,
    /// Names and values in the path.
    pub(crate) params: Vec<(String, String)>,
    /// Names and values in the query.
    pub(crate) query: Vec<(String, String)>,
    /// Media type of the body, without parameters.
    pub(crate) content_type: String,
    /// Body.
    pub(crate) body: Bytes,
}

impl Call {
    /// A value in the path; routes name what they have.
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// What faults go by; `function` is the route's.
    pub(crate) fn target(&self, function: Option<Function>) -> Target<'_> {
        let devices = function == Some(Function::OrderSims)
            && serde_json::from_slice::<serde_json::Value>(&self.body)
                .is_ok_and(|body| body["devices"].as_array().is_some_and(|devices| !devices.is_empty()));
        Target { method: &self.method, function, devices }
    }

    /// The phone number in the path.
    pub(crate) fn msisdn(&self) -> Outcome<Msisdn> {
        Msisdn::parse(self.param("msisdn")).map_err(|error| Failure::parameter("msisdn", error.to_string()))
    }
}

/// What a handler that reads has at hand.
pub(crate) struct Reading<'a> {
    /// The emulator.
    pub(crate) core: &'a Core,
    /// A consistent state.
    pub(crate) db: &'a Connection,
    /// Virtual time.
    pub(crate) now: Timestamp,
    /// The request.
    pub(crate) call: &'a Call,
    /// The route's function.
    pub(crate) function: Option<Function>,
}

/// What a handler that writes has at hand.
pub(crate) struct Writing<'a> {
    /// The emulator.
    pub(crate) core: &'a Core,
    /// The world, inside a transaction.
    pub(crate) world: &'a World<'a>,
    /// The request.
    pub(crate) call: &'a Call,
    /// The route's function.
    pub(crate) function: Option<Function>,
}

impl Reading<'_> {
    /// Uses up one call of a fault of that kind, if one is set for such calls.
    pub(crate) fn fault(&self, kind: Kind) -> Option<Fault> {
        self.core.faults().take(self.call.target(self.function), kind)
    }
}

impl Writing<'_> {
    /// Whether a fault of that kind is set for such calls. Only what succeeds uses it up: a refused
    /// request is rolled back, a fault is not.
    pub(crate) fn expects(&self, kind: Kind) -> bool {
        self.core.faults().peek(self.call.target(self.function), kind)
    }

    /// Uses up one call of a fault of that kind, if one is set for such calls.
    pub(crate) fn fault(&self, kind: Kind) -> Option<Fault> {
        self.core.faults().take(self.call.target(self.function), kind)
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: u16,
    /// JSON.
    pub(crate) body: Vec<u8>,
    /// Rows asked for and accepted, and the lines touched, for the journal.
    pub(crate) effect: Option<Effect>,
}

/// What a mutation did.
#[derive(Debug, Default)]
pub(crate) struct Effect {
    /// Rows asked for.
    pub(crate) asked: u64,
    /// Rows accepted.
    pub(crate) accepted: u64,
    /// Lines touched.
    pub(crate) msisdns: Vec<String>,
}

impl Answer {
    /// A success with a body.
    pub(crate) fn ok(body: &impl Serialize) -> Outcome<Self> {
        Self::with(200, body)
    }

    /// A body with a status.
    pub(crate) fn with(status: u16, body: &impl Serialize) -> Outcome<Self> {
        let body = serde_json::to_vec(body).map_err(|error| Error::Corrupt(error.to_string()))?;
        Ok(Self { status, body, effect: None })
    }

    /// An accepted application.
    pub(crate) fn accepted(accepted: &Accepted, asked: usize) -> Outcome<Self> {
        let mut answer = Self::with(202, &accepted.application)?;
        let rows = if accepted.msisdns.is_empty() { asked } else { accepted.msisdns.len() };
        answer.effect = Some(Effect {
            asked: asked as u64,
            accepted: rows as u64,
            msisdns: accepted.msisdns.iter().map(|msisdn| msisdn.as_str().to_owned()).collect(),
        });
        Ok(answer)
    }
}

/// Whether a service offers a function.
pub(crate) fn offered(db: &Connection, system_no: &str, service_code: &str, function: Option<Function>) -> Outcome<()> {
    let functions = services::functions(db, system_no, service_code)?.unwrap_or_default();
    match function {
        Some(function) if !functions.contains(&function.number()) => Err(Failure::refused(
            crate::carrier::wire::ErrorCode::FunctionNotAvailable,
            format!(
                "the service {service_code} of {system_no} does not offer function {} ({})",
                function.number(),
                function.title()
            ),
        )),
        Some(_) | None => Ok(()),
    }
}

/// Whether any service of the contractor offers a function.
pub(crate) fn offered_anywhere(db: &Connection, function: Option<Function>) -> Outcome<()> {
    let Some(function) = function else { return Ok(()) };
    let offers = services::all(db)?
        .iter()
        .flat_map(|system| &system.services)
        .any(|service| service.functions.contains(&function.number()));
    if offers {
        return Ok(());
    }
    Err(Failure::refused(
        crate::carrier::wire::ErrorCode::FunctionNotAvailable,
        format!("none of your services offers function {} ({})", function.number(), function.title()),
    ))
}

/// Whether a system number is the contractor's.
pub(crate) fn owned(db: &Connection, system_no: &str) -> Outcome<()> {
    if services::owned(db, system_no)? {
        return Ok(());
    }
    Err(Failure::refused(crate::carrier::wire::ErrorCode::NotOwner, format!("{system_no} is not one of your system numbers")))
}
