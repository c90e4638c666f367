//! The part of a log that answers a question: who did what to a line, and who approved it. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::chain::Sealed;
use crate::domain::Subject;

/// Which records are wanted; all where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Of this line or order.
    pub subject: Option<Subject>,
    /// Of this operation.
    pub op: Option<String>,
    /// Of this plan, by the id of the whole or of an account's part.
    pub plan: Option<String>,
}

/// A record, and whose run it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selected<'a> {
    /// Its fields.
    pub fields: &'a Map<String, Value>,
    /// The fields of its run's first record; none where that is not in the log.
    pub run: Option<&'a Map<String, Value>>,
}

/// The records that are wanted, in their order. With what was done to a line or by an operation come the
/// plans that it was done for, and their approvals.
pub fn select<'a>(records: &'a [Sealed], filter: &AuditFilter) -> Vec<Selected<'a>> {
    let runs: BTreeMap<&str, &Map<String, Value>> = records
        .iter()
        .filter(|record| event(&record.fields) == "run")
        .map(|record| (text(&record.fields, "run"), &record.fields))
        .collect();
    let parts = filter.plan.as_deref().map(|plan| parts_of(records, plan));
    let wanted = |fields: &Map<String, Value>| {
        filter.subject.as_ref().is_none_or(|subject| is_about(fields, |one| is_of(one, subject)))
            && filter.op.as_ref().is_none_or(|op| is_about(fields, |one| text(one, "op") == op))
            && parts.as_ref().is_none_or(|parts| parts.contains(part(fields)))
    };
    let needs_plans = filter.subject.is_some() || filter.op.is_some();
    let plans: BTreeSet<(&str, &str)> = records
        .iter()
        .map(|record| &record.fields)
        .filter(|fields| needs_plans && event(fields) == "intent" && wanted(fields))
        .map(|fields| (text(fields, "run"), part(fields)))
        .collect();
    let explains = |fields: &Map<String, Value>| {
        matches!(event(fields), "plan" | "approved") && plans.contains(&(text(fields, "run"), part(fields)))
    };
    records
        .iter()
        .map(|record| &record.fields)
        .filter(|fields| wanted(fields) || explains(fields))
        .map(|fields| Selected { fields, run: runs.get(text(fields, "run")).copied() })
        .collect()
}

/// The parts of accounts that an id stands for: the part itself, or those of a whole plan.
fn parts_of<'a>(records: &'a [Sealed], plan: &'a str) -> BTreeSet<&'a str> {
    let of_whole = records.iter().map(|record| &record.fields).filter(|fields| text(fields, "planId") == plan).map(part);
    of_whole.chain([plan]).collect()
}

/// The id of the account's part: a plan is journaled under it, with the time of its making behind.
fn part(fields: &Map<String, Value>) -> &str {
    text(fields, "plan").split('@').next().unwrap_or_default()
}

/// Whether a record is about an operation, alone or among those of a call.
fn is_about(fields: &Map<String, Value>, is_meant: impl Fn(&Map<String, Value>) -> bool) -> bool {
    let carried = fields.get("operations").and_then(Value::as_array).into_iter().flatten();
    is_meant(fields) || carried.filter_map(Value::as_object).any(is_meant)
}

fn is_of(fields: &Map<String, Value>, subject: &Subject) -> bool {
    match subject {
        Subject::Line(msisdn) => text(fields, "msisdn") == msisdn.as_str(),
        Subject::Order(name) => text(fields, "order") == &**name,
    }
}

fn event(fields: &Map<String, Value>) -> &str {
    text(fields, "event")
}

fn text<'a>(fields: &'a Map<String, Value>, key: &str) -> &'a str {
    fields.get(key).and_then(Value::as_str).unwrap_or_default()
}
