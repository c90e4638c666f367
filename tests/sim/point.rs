//! How far an operation had come in the journal, and at the carrier, when its process died.

use std::collections::BTreeSet;

use jiff::Timestamp;
use simfleet::domain::{ApplicationType, OperationKind};
use simfleet::exec::Journal;
use simfleet::exec::journal::{OperationFilter, OperationRecord, RecordState};

use crate::sim::world::World;

/// A point of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Point {
    /// Nothing is written.
    BeforeIntent,
    /// Written as intended, not sent (any more, after an answer that said "not done").
    AfterIntent,
    /// Written as sent; the carrier has not decided.
    AfterSend,
    /// The carrier has decided, and the journal does not know how.
    AfterAnswer,
    /// Written as unknown.
    InDoubt,
    /// Acknowledged, not confirmed.
    BeforeConfirm,
    /// At its end.
    Ended,
}

impl Point {
    /// Those of an operation that is written and not at its end.
    pub(crate) const OPEN: [Self; 5] =
        [Self::AfterIntent, Self::AfterSend, Self::AfterAnswer, Self::InDoubt, Self::BeforeConfirm];
}

/// Where each operation that costs money or cannot be undone stands; nothing stands before its intent.
pub(crate) fn points(journal: &Journal, world: &World) -> BTreeSet<(OperationKind, Point)> {
    let records = journal.operations(&OperationFilter::default()).unwrap();
    let careful = records.iter().filter(|record| record.kind.risk().needs_approval());
    careful.flat_map(|record| of(record, world).into_iter().map(|point| (record.kind, point))).collect()
}

fn of(record: &OperationRecord, world: &World) -> Vec<Point> {
    let kind = ApplicationType::of(record.kind).unwrap();
    let sent = record.sent_at.map_or(i64::MAX, Timestamp::as_second);
    let is_decided = world.decided.iter().any(|decided| {
        let ours = record.subject.msisdn().is_none_or(|msisdn| decided.rows.contains(&msisdn));
        decided.kind == kind && ours && decided.sent.as_second() >= sent
    });
    match (record.state, is_decided) {
        (RecordState::Intended, _) => vec![Point::AfterIntent],
        (RecordState::Sent, false) => vec![Point::AfterSend],
        (RecordState::Sent, true) => vec![Point::AfterAnswer],
        (RecordState::Unknown, false) => vec![Point::InDoubt],
        (RecordState::Unknown, true) => vec![Point::InDoubt, Point::AfterAnswer],
        (RecordState::Acked, _) => vec![Point::BeforeConfirm],
        (RecordState::Confirmed | RecordState::Rejected | RecordState::Resolved | RecordState::Discarded, _) => {
            vec![Point::Ended]
        }
    }
}
