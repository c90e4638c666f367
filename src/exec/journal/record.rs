//! What the journal keeps of an operation.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::{ApplicationNumber, Money, Msisdn, OperationKind, Subject};
use crate::exec::claim::asks_a_person;
use crate::plan::{OpId, Plan, RequestId, Values};

macro_rules! states {
    ($($(#[$doc:meta])* $variant:ident => $name:literal;)+) => {
        /// How far an operation has come.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum RecordState {
            $($(#[$doc])* $variant,)+
        }

        impl RecordState {
            /// The name in the journal.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// The state of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

states! {
    /// To be sent. Nothing has left this machine.
    Intended => "intended";
    /// On its way: written before the call. After a crash nobody knows.
    Sent => "sent";
    /// Accepted by the carrier, under an application number.
    Acked => "acked";
    /// Completed or scheduled.
    Confirmed => "confirmed";
    /// Refused.
    Rejected => "rejected";
    /// Sent, outcome unknown: to be settled before anything else is sent for its line.
    Unknown => "unknown";
    /// Was unknown, and is settled: see the resolution.
    Resolved => "resolved";
    /// Was intended, never sent, and is no longer wanted.
    Discarded => "discarded";
}

impl RecordState {
    /// The states in which nobody knows the outcome.
    pub const IN_DOUBT: [Self; 2] = [Self::Sent, Self::Unknown];

    /// Whether nobody knows the outcome.
    pub fn is_in_doubt(self) -> bool {
        Self::IN_DOUBT.contains(&self)
    }

    /// Whether it has come to its end, so that a new attempt may begin.
    pub fn is_final(self) -> bool {
        match self {
            Self::Intended | Self::Sent | Self::Acked | Self::Unknown => false,
            Self::Confirmed | Self::Rejected | Self::Resolved | Self::Discarded => true,
        }
    }
}

/// What settled an unknown outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// It was done.
    Done,
    /// It was not done.
    NotDone,
}

impl Resolution {
    /// The name in the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotDone => "notDone",
        }
    }

    /// The resolution of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "done" => Some(Self::Done),
            "notDone" => Some(Self::NotDone),
            _ => None,
        }
    }
}

/// One attempt at one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationRecord {
    /// The intent.
    pub id: OpId,
    /// From 1.
    pub attempt: u32,
    /// Its place in the journal: what was begun later has a greater one.
    pub sequence: i64,
    /// The plan it was sent for.
    pub plan: PlanKey,
    /// The request of that plan.
    pub request: RequestId,
    /// Its kind.
    pub kind: OperationKind,
    /// Its line or order.
    pub subject: Subject,
    /// The fields it changes, as they were.
    pub from: Values,
    /// The fields it changes, as they were to be.
    pub to: Values,
    /// How far it has come.
    pub state: RecordState,
    /// What settled it, if it was unknown.
    pub resolution: Option<Resolution>,
    /// The carrier's number for it.
    pub application: Option<ApplicationNumber>,
    /// The newest application number that was known before the call: only a newer one can be ours.
    pub newest_before: Option<ApplicationNumber>,
    /// When it was sent, by the last the carrier's clock had shown before.
    pub sent_at: Option<Timestamp>,
    /// From when on it counts.
    pub effective: Option<Date>,
    /// What is known, for people.
    pub note: Option<String>,
    /// What it costs at once: the ledger of what was spent.
    pub amount: Money,
}

impl OperationRecord {
    /// Whether it is in doubt, and the carrier shows several applications that it may be: no time settles
    /// that, only a person.
    pub fn asks_a_person(&self) -> bool {
        self.state.is_in_doubt() && self.note.as_deref().is_some_and(asks_a_person)
    }
}

/// Names one plan document: an account's plan id and when it was made. The same changes planned again
/// on another day have the same id and are another document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlanKey(pub String);

impl PlanKey {
    /// The key of an account's part of a plan; `None` where it has no part for the account.
    pub fn of(plan: &Plan, account: &str) -> Option<Self> {
        let section = plan.accounts.iter().find(|section| *section.name == *account)?;
        Some(Self(format!("{}@{}", section.plan_id, plan.created_at)))
    }
}

/// How far the apply of a plan has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanProgress {
    /// Every request has come to its end: the plan is used.
    pub is_used: bool,
    /// The latest attempt of each operation that was begun for it and has left this machine.
    pub operations: BTreeMap<OpId, OperationRecord>,
    /// Lines whose protection the journal keeps.
    pub protected: BTreeSet<Msisdn>,
}
