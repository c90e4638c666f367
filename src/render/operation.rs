//! An operation of the journal as text, attempt by attempt.

use std::io::{self, Write};

use crate::domain::calendar::rfc3339;
use crate::domain::{CouponPurchase, OrderPlacement, PurchaseReason};
use crate::exec::handover::is_handed_over;
use crate::exec::journal::{OperationRecord, RecordState, Resolution};
use crate::exec::settle::{SETTLE_WINDOW, settled_by};
use crate::plan::Values;
use crate::render::escape::plain;

/// How far an operation has come, in a word or two.
pub fn state(record: &OperationRecord) -> &'static str {
    match (record.state, record.resolution) {
        (RecordState::Sent | RecordState::Unknown, _) => "in doubt",
        (RecordState::Acked, _) if is_handed_over(record) => "handed over",
        (RecordState::Acked, _) => "accepted",
        (RecordState::Resolved, Some(Resolution::NotDone)) => "not done",
        (RecordState::Resolved, Some(Resolution::Done) | None) => "done",
        (RecordState::Intended | RecordState::Confirmed | RecordState::Rejected | RecordState::Discarded, _) => {
            record.state.as_str()
        }
    }
}

/// What it changes: `state Active → Suspended`, `add-1gb (grant firmware, 2026-11)`.
pub fn changes(record: &OperationRecord) -> String {
    let Values { state, rate_plan, imei, system_number, termination_date, application, application_type: _, purchase, placement } =
        &record.to;
    let from = &record.from;
    let mut parts = Vec::new();
    let mut field = |name: &str, before: Option<String>, after: Option<String>| {
        if let Some(after) = after.or_else(|| before.is_some().then(|| "none".to_owned())) {
            let before = before.map(|before| format!("{before} ")).unwrap_or_default();
            parts.push(format!("{name} {before}→ {after}"));
        }
    };
    let text = |value: &Option<std::sync::Arc<str>>| value.as_ref().map(ToString::to_string);
    field("state", text(&from.state), text(state));
    field("rate plan", from.rate_plan.as_ref().map(ToString::to_string), rate_plan.as_ref().map(ToString::to_string));
    field("IMEI", from.imei.map(|imei| imei.to_string()), imei.map(|imei| imei.to_string()));
    field("system", from.system_number.as_ref().map(ToString::to_string), system_number.as_ref().map(ToString::to_string));
    field("last day", None, termination_date.map(|date| date.to_string()));
    field("application", from.application.as_ref().map(ToString::to_string), application.as_ref().map(ToString::to_string));
    parts.extend(purchase.as_deref().map(coupon));
    parts.extend(placement.as_deref().map(order));
    parts.join(", ")
}

fn coupon(purchase: &CouponPurchase) -> String {
    let CouponPurchase { reason, month, code, ordinal, attempt: _ } = purchase;
    match reason {
        PurchaseReason::Grant(name) => format!("{code} (grant {name}, {month})"),
        PurchaseReason::TopUp(name) => format!("{code} (top-up {name}, {month}, purchase {ordinal})"),
    }
}

fn order(placement: &OrderPlacement) -> String {
    let content = &placement.content;
    let devices = content.devices.iter().map(|device| format!(" and {} {}", device.quantity, device.model));
    format!("{} {} SIMs on {}{}", content.quantity, content.form_factor, content.rate_plan, devices.collect::<String>())
}

/// What will settle an operation in doubt; `None` for all others.
pub fn settles(record: &OperationRecord) -> Option<String> {
    if !record.state.is_in_doubt() {
        return None;
    }
    if record.asks_a_person() {
        return Some("by a person only: the carrier shows what it may be, and nothing tells which".to_owned());
    }
    Some(match settled_by(record, SETTLE_WINDOW) {
        Some(until) => format!(
            "every plan and apply looks for its application; without one it counts as not done from {} on",
            rfc3339(until)
        ),
        None => "every plan and apply looks for its application; without one it has to be settled by hand".to_owned(),
    })
}

/// Writes every attempt at an operation, the oldest first. `found_by` is the part of a command line by which its
/// journal is found, such as `fleet/` or `--journal carrier.db`.
pub fn write(out: &mut (impl Write + ?Sized), attempts: &[OperationRecord], found_by: &str) -> io::Result<()> {
    for record in attempts {
        let OperationRecord { id, attempt, kind, subject, .. } = record;
        writeln!(out, "{}  {kind} {}  {} (attempt {attempt})", plain(&id.0), plain(&subject.to_string()), state(record))?;
        let rows = [
            ("changes", Some(changes(record))),
            ("risk", Some(kind.risk().to_string())),
            ("cost", (!record.amount.is_zero()).then(|| format!("{} JPY at once", record.amount.0))),
            ("plan", Some(record.plan.0.clone())),
            ("sent", record.sent_at.map(|at| format!("{} (the carrier's clock)", rfc3339(at)))),
            ("application", record.application.as_ref().map(ToString::to_string)),
            ("in force", record.effective.map(|date| date.to_string())),
            ("note", record.note.clone()),
            ("settled", settles(record)),
            ("by hand", by_hand(record, found_by, "done --application NO")),
            ("or", by_hand(record, found_by, "not-done")),
        ];
        for (name, text) in rows.into_iter().filter_map(|(name, text)| Some((name, text.filter(|text| !text.is_empty())?))) {
            writeln!(out, "  {name:<12} {}", plain(&text))?;
        }
    }
    Ok(())
}

fn by_hand(record: &OperationRecord, found_by: &str, outcome: &str) -> Option<String> {
    record.state.is_in_doubt().then(|| format!("simfleet ops resolve {} {found_by} --outcome {outcome}", record.id))
}
