//! What `simfleet drift` tells, as the document that `--format json` writes.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::calendar::JstTime;
use crate::domain::{ApplicationNumber, ApplicationStatus, CarrierIdentity, Msisdn};
use crate::plan::{DriftIgnoreNote, Place};

/// The version of [`DriftReport`]. A later minor version has more fields, never others.
pub const DRIFT_FORMAT_VERSION: &str = "1.0";

/// What changed outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DriftReport {
    /// The version of this format.
    pub format_version: String,
    /// Which simfleet wrote it.
    pub tool_version: String,
    /// What was compared, by account.
    pub accounts: Vec<DriftAccount>,
    /// What changed, sorted by account, line and field.
    pub drift: Vec<DriftEntry>,
    /// What changed and is ignored for now (`spec.policy.driftIgnores`): no drift, and in no count but `summary.ignored`.
    pub ignored: Vec<DriftEntry>,
    /// Every declared ignore, and what it is good for.
    pub ignores: Vec<IgnoreReview>,
    /// What to declare, with `--accept`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept: Option<Acceptance>,
    /// Counts.
    pub summary: DriftSummary,
}

/// What an account's observation was compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DriftAccount {
    /// The account.
    pub name: Arc<str>,
    /// Whose lines they are.
    pub carrier: CarrierIdentity,
    /// The carrier's clock when it was observed.
    pub observed_at: JstTime,
    /// What it was compared with.
    pub baseline: BaselineKind,
    /// The snapshot's time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline_at: Option<JstTime>,
    /// Declared lines that were compared.
    pub lines: u64,
    /// Declared lines that the baseline does not know: they were never applied, or are not in the snapshot.
    pub without_baseline: Vec<Msisdn>,
    /// Declared lines with an operation in doubt, which cannot be judged.
    pub in_doubt: Vec<Msisdn>,
}

/// What the observation is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum BaselineKind {
    /// The last confirmed values in the journal.
    Journal,
    /// A snapshot of `simfleet observe`.
    Snapshot,
}

/// A field of a line that somebody else changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DriftEntry {
    /// The account.
    pub account: Arc<str>,
    /// The fleet that declares the line.
    pub fleet: Arc<str>,
    /// The line.
    pub msisdn: Msisdn,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    /// `imei`, `ratePlan`, `state` or `systemNumber`.
    pub field: Arc<str>,
    /// What it was.
    pub baseline: Arc<str>,
    /// What it is, or, where `pending` is true, will be. `missing`: the carrier lists the line no more.
    pub observed: Arc<str>,
    /// What is declared; null where the field is not.
    pub declared: Option<Arc<str>>,
    /// Whether it is still to come.
    pub pending: bool,
    /// From when on it counts, where it is still to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_date: Option<Date>,
    /// `console`, `api` (another client than this one) or `carrier`; null where nothing tells.
    pub by: Option<Arc<str>>,
    /// The application that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_no: Option<ApplicationNumber>,
    /// How far that has come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_status: Option<ApplicationStatus>,
    /// When it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<JstTime>,
    /// In `ignored`: the ignore that holds. In `drift`: one that no longer does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore: Option<DriftIgnoreNote>,
    /// Where the line is declared.
    pub source: Place,
}

/// A declared ignore of drift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IgnoreReview {
    /// The account.
    pub account: Arc<str>,
    /// The fleet that declares it.
    pub fleet: Arc<str>,
    /// Who answers for it.
    pub owner: Arc<str>,
    /// The last day (JST) on which it holds.
    pub until: Date,
    /// Why, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Arc<str>>,
    /// Whether it holds.
    pub state: IgnoreState,
    /// Changes that it is about.
    pub changes: u64,
    /// Whether it is known to be about none: all of its lines were compared.
    pub matches_nothing: bool,
    /// Where it is declared.
    pub source: Place,
}

/// Whether an ignore holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum IgnoreState {
    /// It does.
    Active,
    /// It does, for at most 14 days more.
    ExpiresSoon,
    /// It does no more: what it is about counts again.
    Expired,
}

/// The patch of the manifests that would make them agree.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Acceptance {
    /// Whether the files were written (`--write`).
    pub written: bool,
    /// What the patch changes.
    pub changes: Vec<AcceptedChange>,
    /// What it leaves to a person.
    pub left: Vec<LeftChange>,
    /// The patch, as a unified diff of all files.
    pub patch: String,
}

/// A value that the patch declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AcceptedChange {
    /// The account.
    pub account: Arc<str>,
    /// The line.
    pub msisdn: Msisdn,
    /// `state` or `ratePlan`.
    pub field: Arc<str>,
    /// What is declared now.
    pub from: Arc<str>,
    /// What the patch declares.
    pub to: Arc<str>,
    /// Where the line is declared.
    pub source: Place,
}

/// A change that the patch does not declare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftChange {
    /// The account.
    pub account: Arc<str>,
    /// The line.
    pub msisdn: Msisdn,
    /// The field.
    pub field: Arc<str>,
    /// What was observed.
    pub observed: Arc<str>,
    /// Why not, and what to do.
    pub why: String,
    /// Where the line is declared.
    pub source: Place,
}

/// Counts of a [`DriftReport`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DriftSummary {
    /// Lines that were compared.
    pub lines: u64,
    /// Lines that somebody else changed.
    pub drifted: u64,
    /// Changes.
    pub changes: u64,
    /// Changes that are ignored.
    pub ignored: u64,
    /// Changes by whom: `api`, `carrier`, `console`, `unknown`.
    pub by_whom: BTreeMap<Arc<str>, u64>,
}

impl DriftSummary {
    /// Counts a report's parts.
    pub fn of(accounts: &[DriftAccount], drift: &[DriftEntry], ignored: &[DriftEntry]) -> Self {
        let mut summary = Self {
            lines: accounts.iter().map(|account| account.lines).sum(),
            ignored: u64::try_from(ignored.len()).unwrap_or(u64::MAX),
            ..Self::default()
        };
        let mut last = None;
        for entry in drift {
            summary.changes += 1;
            let line = (&entry.account, entry.msisdn);
            summary.drifted += u64::from(last != Some(line));
            last = Some(line);
            *summary.by_whom.entry(entry.by.clone().unwrap_or_else(|| "unknown".into())).or_default() += 1;
        }
        summary
    }
}
