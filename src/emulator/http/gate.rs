//! What every call to `/v1` goes through: rate limit, token, faults, the handler, the journal.

use crate::carrier::wire::ErrorCode;
use crate::domain::calendar::JstTime;
use crate::emulator::core::Core;
use crate::emulator::error::{Failure, Outcome, Refusal};
use crate::emulator::faults::{Kind, Target};
use crate::emulator::http::call::{Answer, Call, Effect, Reading, Writing};
use crate::emulator::http::routes::{Handler, Route};
use crate::emulator::store::journal;

/// What goes back to the client.
#[derive(Debug)]
pub(crate) struct Reply {
    /// HTTP status.
    pub(crate) status: u16,
    /// JSON.
    pub(crate) body: Vec<u8>,
    /// Seconds of `Retry-After`.
    pub(crate) retry_after: Option<u64>,
    /// The connection is cut after so many seconds, and nothing goes back.
    pub(crate) cut_after: Option<u64>,
}

impl Reply {
    /// A refusal, or the emulator's own failure, as the protocol writes it.
    pub(crate) fn of(failure: Failure) -> Self {
        let refusal = match failure {
            Failure::Refused(refusal) => refusal,
            Failure::Broken(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the emulator failed");
                Refusal::new(ErrorCode::SystemError, error.to_string())
            }
        };
        let body = serde_json::to_vec(&refusal.body).unwrap_or_default();
        Self { status: refusal.status, body, retry_after: refusal.retry_after, cut_after: None }
    }
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        Self { status: answer.status, body: answer.body, retry_after: None, cut_after: None }
    }
}

impl From<Outcome<Answer>> for Reply {
    fn from(outcome: Outcome<Answer>) -> Self {
        outcome.map_or_else(Self::of, Self::from)
    }
}

/// What the server found out before the call's turn came.
pub(crate) struct Admission {
    /// Seconds to wait, if the rate limit is exceeded.
    pub(crate) wait: Option<u64>,
    /// The bearer token.
    pub(crate) token: Option<String>,
}

/// Answers a call. Blocks: it reads and writes the store.
pub(crate) fn pass(core: &Core, route: &Route, call: &Call, admission: &Admission) -> Reply {
    if let Err(failure) = admit(core, route, admission) {
        return noted(core, route, call, Reply::of(failure), None);
    }
    let target = call.target(route.function);
    if let Some((kind, refusal)) = struck_before(core, target) {
        return noted(core, route, call, Reply::of(refusal.into()), Some(kind));
    }
    match route.handler {
        Handler::Open(handler) => noted(core, route, call, handler(core, call).into(), None),
        Handler::Read(handler) => {
            let read = core.read(|db, now| handler(&Reading { core, db, now, call, function: route.function }));
            let (reply, fault) = struck_after(core, target, read.into());
            noted(core, route, call, reply, fault)
        }
        Handler::Write(handler) => write(core, route, call, handler),
    }
}

fn admit(core: &Core, route: &Route, admission: &Admission) -> Outcome<()> {
    if let Some(seconds) = admission.wait {
        let mut refusal = Refusal::new(ErrorCode::RateLimited, "too many requests");
        refusal.retry_after = Some(seconds);
        return Err(refusal.into());
    }
    let known = admission.token.as_deref().is_some_and(|token| core.knows_token(token));
    match route.handler {
        Handler::Read(_) | Handler::Write(_) if !known => {
            Err(Failure::refused(ErrorCode::Unauthenticated, "the token is missing, unknown or expired"))
        }
        Handler::Open(_) | Handler::Read(_) | Handler::Write(_) => Ok(()),
    }
}

/// The mutation and its line in the journal are one transaction.
fn write(core: &Core, route: &Route, call: &Call, handler: fn(&Writing<'_>) -> Outcome<Answer>) -> Reply {
    let outcome = core.write(|world| {
        let mut answer = handler(&Writing { core, world, call, function: route.function })?;
        let Some(effect) = answer.effect.take() else { return Ok((answer.into(), None)) };
        let (reply, fault) = struck_after(core, call.target(route.function), answer.into());
        let status = if fault == Some(Kind::TimeoutAfterCommit) { 202 } else { reply.status };
        let entry = entry(route, call, JstTime(world.now), status, Some(effect), fault);
        journal::add(world.db, &entry, false)?;
        Ok((reply, Some(entry)))
    });
    match outcome {
        Ok((reply, Some(_))) => reply,
        Ok((reply, None)) => noted(core, route, call, reply, None),
        Err(failure) => noted(core, route, call, Reply::of(failure), None),
    }
}

/// Faults that strike before anything is done.
fn struck_before(core: &Core, target: Target<'_>) -> Option<(Kind, Refusal)> {
    let mut faults = core.faults();
    let codes = [
        (Kind::RateLimited, ErrorCode::RateLimited, "too many requests"),
        (Kind::Maintenance, ErrorCode::Maintenance, "closed for maintenance"),
        (Kind::ErrorBeforeCommit, ErrorCode::SystemError, "an internal error"),
    ];
    target.function?;
    codes.into_iter().find_map(|(kind, code, message)| {
        let fault = faults.take(target, kind)?;
        let mut refusal = Refusal::new(code, message);
        refusal.retry_after = (kind != Kind::ErrorBeforeCommit).then(|| fault.delay_seconds.unwrap_or(1));
        Some((kind, refusal))
    })
}

/// Faults that strike when all is done: the answer is lost, or a lie.
fn struck_after(core: &Core, target: Target<'_>, mut reply: Reply) -> (Reply, Option<Kind>) {
    if reply.status >= 400 || target.function.is_none() {
        return (reply, None);
    }
    let mut faults = core.faults();
    if let Some(fault) = faults.take(target, Kind::TimeoutAfterCommit) {
        reply.cut_after = Some(fault.delay_seconds.unwrap_or(0));
        return (reply, Some(Kind::TimeoutAfterCommit));
    }
    if faults.take(target, Kind::ErrorAfterCommit).is_some() {
        return (Reply::of(Failure::refused(ErrorCode::SystemError, "an internal error")), Some(Kind::ErrorAfterCommit));
    }
    (reply, None)
}

fn entry(route: &Route, call: &Call, at: JstTime, status: u16, effect: Option<Effect>, fault: Option<Kind>) -> journal::Call {
    let effect = effect.unwrap_or_else(|| Effect { asked: rows_asked(route, call), ..Effect::default() });
    journal::Call {
        at,
        method: call.method.clone(),
        path: call.path.clone(),
        query: call.query_text.clone(),
        function: route.function.map(crate::domain::Function::number),
        status,
        rows: effect.asked,
        accepted: effect.accepted,
        msisdns: effect.msisdns,
        fault: fault.and_then(|kind| serde_json::to_value(kind).ok()?.as_str().map(str::to_owned)),
    }
}

/// Rows that a refused mutation asked for, as far as its body tells.
fn rows_asked(route: &Route, call: &Call) -> u64 {
    if !matches!(route.handler, Handler::Write(_)) {
        return 0;
    }
    if call.content_type == "text/csv" {
        return call.body.split(|byte| *byte == b'\n').filter(|row| !row.is_empty()).count() as u64;
    }
    let body: Option<serde_json::Value> = serde_json::from_slice(&call.body).ok();
    let list = body.as_ref().and_then(|body| body.get("items").or_else(|| body.get("msisdns")));
    list.and_then(serde_json::Value::as_array).map_or(1, |rows| rows.len() as u64)
}

/// Writes down a call that changed nothing.
fn noted(core: &Core, route: &Route, call: &Call, reply: Reply, fault: Option<Kind>) -> Reply {
    let entry = entry(route, call, JstTime(core.now()), reply.status, None, fault);
    match core.note(&entry) {
        Ok(()) => reply,
        Err(error) => Reply::of(error.into()),
    }
}
