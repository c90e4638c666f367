//! From what is to be said of an object to its conditions, by a table that every kind shares.
//!
//! A **matter** is something that keeps an object from being as declared. It ends by itself or by a person:
//!
//! | | no matter | one ends by itself | all want a person |
//! |---|---|---|---|
//! | `Ready` | True | False, or Unknown | False |
//! | `Reconciling` | False | True | False |
//! | `Stalled` | False | False | True |
//! | kstatus | Current | InProgress | Failed |

use super::reasons;
use crate::api::{Condition, ConditionStatus, ConditionType};

/// What keeps an object from being as declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Matter {
    pub(super) ends: Ends,
    /// What it makes of `Ready`; never `True`.
    pub(super) ready: ConditionStatus,
    pub(super) reason: String,
    pub(super) message: String,
}

/// What ends a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// Time, or the next attempt.
    ByItself,
    /// Somebody who approves, mends or decides.
    ByAPerson,
}

impl Matter {
    pub(super) fn new(ends: Ends, reason: impl Into<String>, message: impl Into<String>) -> Self {
        Self { ends, ready: ConditionStatus::False, reason: reason.into(), message: message.into() }
    }
}

/// A condition before it is known when it came to be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) status: ConditionStatus,
    pub(super) reason: String,
    pub(super) message: String,
}

impl Said {
    pub(super) fn new(status: ConditionStatus, reason: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, reason: reason.into(), message: message.into() }
    }

    pub(super) fn no(reason: &str) -> Self {
        Self::new(ConditionStatus::False, reason, "")
    }
}

/// Everything that is to be said of an object.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    /// The gravest first.
    pub(super) matters: Vec<Matter>,
    /// What `Ready` says where there is no matter: a reason and a message.
    pub(super) at_rest: (String, String),
    pub(super) accepted: Said,
    /// `None`: as it was.
    pub(super) drift: Option<Said>,
    /// `None`: as it was.
    pub(super) in_doubt: Option<Said>,
    /// `None`: as it was.
    pub(super) blocked: Option<Said>,
}

/// The most bytes of a message.
const MOST_BYTES: usize = 12 << 10;

impl Verdict {
    /// The conditions, each with the time at which its status changed last.
    pub(super) fn conditions(self, generation: i64, before: &[Condition], now: &str) -> Vec<Condition> {
        let Self { matters, at_rest, accepted, drift, in_doubt, blocked } = self;
        let first = |ends: Ends| matters.iter().find(|matter| matter.ends == ends);
        let all: Vec<&str> = matters.iter().map(|matter| matter.message.as_str()).filter(|text| !text.is_empty()).collect();
        let ready = match matters.first() {
            None => Said::new(ConditionStatus::True, at_rest.0, at_rest.1),
            Some(gravest) => Said::new(gravest.ready, gravest.reason.clone(), all.join("\n")),
        };
        let going = first(Ends::ByItself);
        let reconciling = going.map_or_else(
            || Said::no(reasons::NONE),
            |matter| Said::new(ConditionStatus::True, matter.reason.clone(), matter.message.clone()),
        );
        let stalled = first(Ends::ByAPerson).filter(|_| going.is_none()).map_or_else(
            || Said::no(reasons::NONE),
            |matter| Said::new(ConditionStatus::True, matter.reason.clone(), matter.message.clone()),
        );
        let as_before = |kind: ConditionType| {
            before.iter().find(|condition| condition.kind == kind).map_or_else(
                || Said::new(ConditionStatus::Unknown, reasons::NOT_OBSERVED, ""),
                |condition| Said::new(condition.status, condition.reason.clone(), condition.message.clone()),
            )
        };
        [
            (ConditionType::Ready, ready),
            (ConditionType::Reconciling, reconciling),
            (ConditionType::Stalled, stalled),
            (ConditionType::Accepted, accepted),
            (ConditionType::DriftDetected, drift.unwrap_or_else(|| as_before(ConditionType::DriftDetected))),
            (ConditionType::InDoubt, in_doubt.unwrap_or_else(|| as_before(ConditionType::InDoubt))),
            (ConditionType::Blocked, blocked.unwrap_or_else(|| as_before(ConditionType::Blocked))),
        ]
        .into_iter()
        .map(|(kind, Said { status, reason, message })| {
            let unchanged = before.iter().find(|condition| condition.kind == kind && condition.status == status);
            Condition {
                kind,
                status,
                observed_generation: Some(generation),
                last_transition_time: unchanged
                    .map_or_else(|| now.to_owned(), |condition| condition.last_transition_time.clone()),
                reason,
                message: capped(message, MOST_BYTES),
            }
        })
        .collect()
    }
}

/// A text of at most so many bytes; what is cut off ends in an ellipsis.
pub(crate) fn capped(mut text: String, most: usize) -> String {
    const ELLIPSIS: char = '…';
    if text.len() > most {
        let room = most.saturating_sub(ELLIPSIS.len_utf8());
        let end = (0..=room).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.push(ELLIPSIS);
    }
    text
}
