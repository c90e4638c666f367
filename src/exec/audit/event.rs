//! What is recorded. Fields are for programs and stay; texts are for people and may change.
//!
//! Numbers of lines are whole here: the log has to answer for each of them. Secrets are nowhere, and of an
//! order neither address nor contact.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use crate::domain::{ApplicationNumber, CarrierIdentity, Money, Msisdn, OperationKind, Risk, Subject};
use crate::exec::journal::{Holder, OperationRecord};
use crate::plan::{OpId, SummaryCost, Values};

/// Who is at work.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// The user of the operating system.
    pub user: String,
    /// The user's number, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<u32>,
    /// The machine.
    pub host: String,
    /// The process.
    pub pid: u32,
    /// Who made a CI system do it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ci: Option<CiActor>,
    /// The command: `apply`, `ops resolve`.
    pub command: String,
    /// The version of simfleet.
    pub version: String,
}

/// Who made a CI system do it, as that system says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CiActor {
    /// `github` or `gitlab`.
    pub system: String,
    /// The person or robot (`GITHUB_ACTOR`, `GITLAB_USER_LOGIN`).
    pub actor: String,
    /// The run or pipeline, by its number there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
}

/// Which revision of the manifests was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// A commit, or whatever `--revision` says.
    pub id: String,
    /// Whether the folder held changes that no commit has; unknown where a CI system names the commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dirty: Option<bool>,
    /// Who says so: `flag`, `ci` or `git`.
    pub from: String,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AuditEvent {
    /// A run begins to write. First of its records; the others carry its id.
    Run {
        /// Who.
        #[serde(flatten)]
        actor: Actor,
        /// Whose lines.
        carrier: CarrierIdentity,
    },
    /// The lock of the account was taken from a run that did not end cleanly.
    Takeover {
        /// Whom it was taken from.
        from: HolderRecord,
    },
    /// A plan is going to be applied.
    Plan {
        /// The id of the account's part.
        plan: String,
        /// The id of the whole plan.
        plan_id: String,
        /// Whether it comes from a file that was reviewed before.
        stored: bool,
        /// The manifests' revision, where there is one.
        #[serde(skip_serializing_if = "Option::is_none")]
        revision: Option<Revision>,
        /// The digest of what is declared.
        desired: String,
        /// The digest of what was observed.
        observed: String,
        /// Operations by kind.
        operations: BTreeMap<OperationKind, u64>,
        /// What they cost.
        cost: SummaryCost,
    },
    /// Somebody approved a plan: whoever the run is by.
    Approved {
        /// The id of the account's part.
        plan: String,
        /// The id of the whole plan.
        plan_id: String,
        /// By which flags, as they were given: `--yes`, `--ack terminate=2`, `--approve plan-…`.
        flags: Vec<String>,
        /// Whether the question was answered with yes.
        prompt: bool,
        /// Kinds that the reviewed manifests approve (`policy.approval`).
        #[serde(skip_serializing_if = "Vec::is_empty")]
        policy: Vec<OperationKind>,
    },
    /// Nothing was written.
    Refused {
        /// The id of the account's part, if it came to a plan.
        #[serde(skip_serializing_if = "Option::is_none")]
        plan: Option<String>,
        /// Why.
        why: String,
    },
    /// An operation is going to be performed.
    Intent {
        /// Which.
        #[serde(flatten)]
        operation: OperationRef,
        /// Its request within the plan.
        request: String,
        /// Its risk class.
        risk: Risk,
        /// The fields it changes, as they are.
        from: Value,
        /// The fields it changes, as they will be.
        to: Value,
        /// What it costs at once.
        amount: Money,
    },
    /// A request is sent. Recorded before the first byte leaves: after a crash it may not have.
    Call {
        /// The plan.
        plan: String,
        /// The request within the plan.
        request: String,
        /// The carrier's function.
        function: u8,
        /// `POST`.
        method: String,
        /// Where to.
        path: String,
        /// What it carries.
        operations: Vec<OperationRef>,
        /// The newest application number known before.
        #[serde(skip_serializing_if = "Option::is_none")]
        newest_before: Option<ApplicationNumber>,
    },
    /// What is known of an operation from now on.
    Outcome {
        /// Which.
        #[serde(flatten)]
        operation: OperationRef,
        /// What became of it.
        outcome: OutcomeName,
        /// The carrier's number for it.
        #[serde(skip_serializing_if = "Option::is_none")]
        application: Option<ApplicationNumber>,
        /// From when on it counts.
        #[serde(skip_serializing_if = "Option::is_none")]
        effective: Option<Date>,
        /// Why, for people.
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Somebody settles an operation by hand; its outcome follows.
    Decided {
        /// Which.
        #[serde(flatten)]
        operation: OperationRef,
        /// `done` or `notDone`.
        decision: String,
        /// The application that was named for it.
        #[serde(skip_serializing_if = "Option::is_none")]
        application: Option<ApplicationNumber>,
    },
    /// Somebody vouches that nothing was bought since a day but what the journal has.
    Vouched {
        /// The day (JST).
        nothing_bought_since: Date,
    },
    /// A line is protected from now on, or no longer.
    Protection {
        /// The line.
        msisdn: Msisdn,
        /// Whether it is.
        protected: bool,
    },
    /// The journal knows a record of an earlier end of the log that is not in it: the log was moved away (then
    /// this stands at its beginning) or cut.
    Gap {
        /// Where that record was.
        file: String,
        /// Its number.
        known_seq: u64,
        /// Its hash.
        known_hash: String,
    },
    /// What stands before this record is what a killed writer left of its last one.
    Torn {
        /// How many bytes, the end of the line included.
        bytes: u64,
        /// Their SHA-256.
        sha256: String,
    },
}

/// An operation as records name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationRef {
    /// The intent.
    pub op: OpId,
    /// Which attempt at it, from 1.
    pub attempt: u32,
    /// Its kind.
    pub kind: OperationKind,
    /// Its line or order.
    #[serde(flatten)]
    pub subject: Subject,
    /// The plan it is performed for; absent where the record names the plan of them all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
}

impl From<&OperationRecord> for OperationRef {
    fn from(record: &OperationRecord) -> Self {
        Self {
            op: record.id.clone(),
            attempt: record.attempt,
            kind: record.kind,
            subject: record.subject.clone(),
            plan: Some(record.plan.0.clone()),
        }
    }
}

/// What became of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum OutcomeName {
    /// The carrier accepted it.
    Accepted,
    /// Completed or scheduled.
    Confirmed,
    /// The carrier refused it.
    Rejected,
    /// Nobody knows.
    Unknown,
    /// The carrier said that it was not done; it may be tried again.
    NotDone,
    /// It was unknown, and it was done.
    ResolvedDone,
    /// It was unknown, and it was not done.
    ResolvedNotDone,
    /// It was never sent, and will not be.
    Discarded,
}

/// A holder of the lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HolderRecord {
    /// The machine.
    pub host: String,
    /// The process.
    pub pid: u32,
}

impl From<&Holder> for HolderRecord {
    fn from(holder: &Holder) -> Self {
        let Holder { host, pid } = holder;
        Self { host: host.clone(), pid: *pid }
    }
}

/// Values as they are recorded: of an order neither the address nor the contact.
pub(crate) fn values(values: &Values) -> Value {
    let mut value = serde_json::to_value(values).unwrap_or_default();
    if let Some(content) = value.pointer_mut("/placement/content").and_then(Value::as_object_mut) {
        content.remove("shipTo");
    }
    value
}
