//! The report as the document that `--format json` writes.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::calendar::{JstTime, YearMonth};
use crate::domain::{Imei, Money, Msisdn, RatePlan, ServiceCode, SystemNumber};

/// The version of [`ReportDocument`]. A later minor version has more fields, never others.
pub const REPORT_FORMAT_VERSION: &str = "1.0";

/// What costs money for nothing, over all accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportDocument {
    /// The version of this format.
    pub format_version: &'static str,
    /// Of all amounts of money.
    pub currency: &'static str,
    /// Sums over all accounts.
    pub totals: OverallTotals,
    /// Each account by itself.
    pub accounts: Vec<ReportAccount>,
}

/// Sums over all accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OverallTotals {
    /// The sums.
    #[serde(flatten)]
    pub totals: ReportTotals,
    /// Lines of which something is unknown.
    pub lines_unknown: u64,
}

/// Sums.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportTotals {
    /// Lines that are billed.
    pub lines: u64,
    /// Those on a plan without a known price: in no sum.
    pub lines_without_price: u64,
    /// What the lines cost a month.
    pub monthly_cost: Money,
    /// What could be saved a month. A line counts once.
    pub possible_saving: Money,
    /// By kind of finding.
    pub findings: ReportKinds,
}

/// Sums by kind of finding. A line may be in several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportKinds {
    /// Seen in another device than the bound one.
    pub other_device: ReportKind,
    /// Without a session for long.
    pub idle: ReportKind,
    /// Suspended, and billed in full.
    pub suspended: ReportKind,
    /// A cheaper plan would do.
    pub under_plan: ReportKind,
    /// More traffic than the plan holds.
    pub over_plan: ReportKind,
    /// No fleet declares it.
    pub unmanaged: ReportKind,
}

/// The sums of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportKind {
    /// Lines.
    pub lines: u64,
    /// What they cost a month.
    pub monthly_cost: Money,
    /// What they would save a month.
    pub saving: Money,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportAccount {
    /// Its name.
    pub name: Arc<str>,
    /// The carrier's clock when it was observed.
    pub at: JstTime,
    /// The current month.
    pub this_month: YearMonth,
    /// The one before.
    pub last_full_month: YearMonth,
    /// `--idle-days`.
    pub idle_days: u32,
    /// `--over`.
    pub over_percent: u32,
    /// `--under`.
    pub under_percent: u32,
    /// What ending a line costs once.
    pub termination_fee: Option<Money>,
    /// Sums.
    pub totals: ReportTotals,
    /// The largest saving first.
    pub findings: Vec<ReportFinding>,
    /// What could not be judged.
    pub unknown: Vec<ReportUnknown>,
    /// Active lines whose traffic says nothing about their plan, by the reason.
    pub not_judged_by_traffic: NotJudged,
    /// What `--limit` left out; null without it.
    pub sample: Option<ReportSample>,
}

/// A finding about a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportFinding {
    /// The line.
    pub msisdn: Msisdn,
    /// Its name in the manifests.
    pub name: Option<Arc<str>>,
    /// Its labels in the manifests.
    pub labels: Option<Arc<BTreeMap<String, String>>>,
    /// The fleet that declares it.
    pub fleet: Option<Arc<str>>,
    /// Its system number.
    pub system_number: SystemNumber,
    /// Its service.
    pub service_code: ServiceCode,
    /// Its rate plan.
    pub rate_plan: RatePlan,
    /// Its status on the wire.
    pub status: Arc<str>,
    /// Its fee; null where the catalogue has no price for its plan.
    pub monthly_cost: Option<Money>,
    /// What it would save a month.
    pub saving: Money,
    /// What was found.
    #[serde(flatten)]
    pub matter: ReportMatter,
}

/// What was found: `finding` says which, `detail` what of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "finding", content = "detail", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ReportMatter {
    /// Seen in another device.
    OtherDevice {
        /// Bound for ever.
        bound_imei: Imei,
        /// Seen in the network.
        seen_imei: String,
    },
    /// Without a session for long.
    Idle {
        /// The end of the last session; null if there never was one.
        last_seen_at: Option<JstTime>,
        /// From when on the days count.
        since: JstTime,
        /// Whole days since then.
        days: u32,
    },
    /// Suspended, and billed in full.
    Suspended {
        /// From when on; null where the carrier does not tell.
        since: Option<JstTime>,
        /// Whether it may be so for longer.
        or_earlier: bool,
    },
    /// A cheaper plan of the same family would have held the traffic.
    UnderPlan(PlanDetail),
    /// More traffic than the plan holds.
    OverPlan(PlanDetail),
    /// No fleet declares it.
    Unmanaged {},
}

/// Traffic, and the plan that would fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanDetail {
    /// What the plan holds.
    pub quota_bytes: u64,
    /// The traffic of the last full month; null where it is unknown.
    pub last_full_month_bytes: Option<u64>,
    /// The traffic of this month so far; null where it is unknown.
    pub this_month_bytes: Option<u64>,
    /// The plan that would fit; null where none of the family does.
    pub rate_plan: Option<RatePlan>,
    /// Its fee.
    pub monthly_cost: Option<Money>,
}

/// Something that could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReportUnknown {
    /// The line.
    pub msisdn: Msisdn,
    /// `session` or `traffic`.
    pub what: &'static str,
    /// Why, for people.
    pub why: String,
}

/// Lines whose traffic says nothing about their plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotJudged {
    /// On pay-as-you-go plans.
    pub pay_as_you_go: u64,
    /// On plans without a known price or quota.
    pub no_price_or_quota: u64,
    /// Their plan is about to change.
    pub plan_changing: u64,
    /// Opened since the last full month began.
    pub no_full_month: u64,
}

/// A sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportSample {
    /// `--limit`.
    pub limit: u64,
    /// Lines that would have had to be read.
    pub lines_wanted: u64,
    /// Lines that were read.
    pub lines_read: u64,
}
