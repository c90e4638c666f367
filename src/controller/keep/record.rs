//! A record of the journal as the two halves of a `SimOperation`, and back. Pure.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::api::{NameRef, SentCall, SimOperationSpec, SimOperationStatus};
use crate::domain::calendar::rfc3339;
use crate::domain::{ApplicationNumber, Money, Msisdn, OperationKind, Subject};
use crate::exec::journal::{OperationRecord, PlanKey, RecordState, Resolution};
use crate::plan::{OpId, RequestId};

/// The longest note, in bytes, as the schema has it.
const NOTE: usize = 2048;

/// Who writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Writer<'a> {
    /// The account's name.
    pub(super) account: &'a str,
    /// The digest of its carrier and contractor.
    pub(super) identity: &'a str,
    /// The controller's identity.
    pub(super) by: &'a str,
}

/// What is about to be sent, as the so many-th call.
pub(super) fn spec_of(record: &OperationRecord, writer: &Writer<'_>, call: u32) -> SimOperationSpec {
    SimOperationSpec {
        account_ref: NameRef { name: writer.account.to_owned() },
        identity: writer.identity.to_owned(),
        operation: record.kind.as_str().to_owned(),
        msisdn: record.subject.msisdn().map(|msisdn| msisdn.to_string()),
        order: record.subject.order().map(ToString::to_string),
        from: map(&record.from),
        to: map(&record.to),
        amount: record.amount.0,
        sent: SentCall {
            attempt: record.attempt,
            call,
            sequence: record.sequence,
            at: record.sent_at.map(rfc3339),
            newest_before: record.newest_before.as_ref().map(ToString::to_string),
            plan: record.plan.0.clone(),
            request: record.request.0.to_string(),
            by: writer.by.to_owned(),
        },
    }
}

/// What became of that call.
pub(super) fn status_of(record: &OperationRecord, call: u32) -> SimOperationStatus {
    SimOperationStatus {
        call,
        state: record.state.as_str().to_owned(),
        resolution: record.resolution.map(|resolution| resolution.as_str().to_owned()),
        application_no: record.application.as_ref().map(ToString::to_string),
        effective_date: record.effective.map(|date| date.to_string()),
        note: record.note.as_deref().map(cut),
    }
}

/// The record of an object. The error says what is wrong with it.
pub(super) fn record_of(
    name: &str,
    spec: &SimOperationSpec,
    status: Option<&SimOperationStatus>,
) -> Result<OperationRecord, String> {
    let SimOperationSpec { account_ref: _, identity: _, operation, msisdn, order, from, to, amount, sent } = spec;
    let SentCall { attempt, call, sequence, at, newest_before, plan, request, by: _ } = sent;
    let subject = match (msisdn, order) {
        (Some(msisdn), None) => Subject::Line(Msisdn::parse(msisdn).map_err(|_| "spec.msisdn is no number".to_owned())?),
        (None, Some(order)) => Subject::Order(order.as_str().into()),
        (None, None) | (Some(_), Some(_)) => return Err("it has not exactly one of spec.msisdn and spec.order".to_owned()),
    };
    let sent = OperationRecord {
        id: OpId(name.into()),
        attempt: *attempt,
        sequence: *sequence,
        plan: PlanKey(plan.clone()),
        request: RequestId(request.as_str().into()),
        kind: OperationKind::from_name(operation).ok_or("spec.operation is no kind of operation")?,
        subject,
        from: values(from).map_err(|error| format!("spec.from: {error}"))?,
        to: values(to).map_err(|error| format!("spec.to: {error}"))?,
        state: RecordState::Sent,
        resolution: None,
        application: None,
        newest_before: newest_before.as_deref().map(ApplicationNumber::new),
        sent_at: parsed(at.as_deref(), "spec.sent.at")?,
        effective: None,
        note: None,
        amount: Money(*amount),
    };
    // A status of an earlier call says nothing of the latest.
    let Some(status) = status.filter(|status| status.call == *call) else { return Ok(sent) };
    let resolution = status.resolution.as_deref();
    Ok(OperationRecord {
        state: RecordState::from_name(&status.state).ok_or("status.state is no state of an operation")?,
        resolution: resolution
            .map(|name| Resolution::from_name(name).ok_or("status.resolution is neither done nor notDone"))
            .transpose()?,
        application: status.application_no.as_deref().map(ApplicationNumber::new),
        effective: parsed(status.effective_date.as_deref(), "status.effectiveDate")?,
        note: status.note.clone(),
        ..sent
    })
}

fn map(values: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(values) {
        Ok(Value::Object(map)) => map,
        // Values are a struct of texts: they always become an object.
        Ok(_) | Err(_) => Map::new(),
    }
}

fn values<T: DeserializeOwned>(map: &Map<String, Value>) -> serde_json::Result<T> {
    serde_json::from_value(Value::Object(map.clone()))
}

fn parsed<T: std::str::FromStr>(text: Option<&str>, field: &str) -> Result<Option<T>, String> {
    text.map(|text| text.parse().map_err(|_| format!("{field} is no time"))).transpose()
}

fn cut(note: &str) -> String {
    let mut end = note.len().min(NOTE);
    while !note.is_char_boundary(end) {
        end -= 1;
    }
    note.get(..end).unwrap_or_default().to_owned()
}
