//! An account's fleet at a glance: how many lines in which status on which rate plan, and how far they have used
//! what the month includes. Counts for the eye; nothing is planned by them, and they are no part of any id.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Catalogue, LineRow, LineStatus, ObservedSim, RatePlan};

/// What was observed of an account, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FleetSection {
    /// Observed numbers, declared or not, sorted by rate plan and status; what has no rate plan yet comes first.
    pub lines: Vec<StatusCount>,
    /// Active lines on rate plans that include traffic, sorted by rate plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traffic: Vec<QuotaCount>,
}

/// Numbers in one status on one rate plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusCount {
    /// The status on the wire: of the line, or of the chip SIM that is not started.
    pub status: Arc<str>,
    /// The rate plan in force; none before a chip SIM is started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_plan: Option<RatePlan>,
    /// How many.
    pub lines: u64,
}

/// The active lines of one rate plan by the share of the month's traffic that they have used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuotaCount {
    /// The rate plan.
    pub rate_plan: RatePlan,
    /// What it includes a month, in bytes; of a pay-as-you-go plan, its ceiling.
    pub quota_bytes: u64,
    /// The lines.
    pub used: UsedShares,
}

/// Lines by the share of the month's traffic that they have used. What coupons added counts as left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsedShares {
    /// Less than a quarter.
    pub under25: u64,
    /// A quarter to a half.
    pub under50: u64,
    /// A half to three quarters.
    pub under75: u64,
    /// Three quarters and more, but not all.
    pub under100: u64,
    /// Nothing is left.
    pub used_up: u64,
    /// The carrier does not say.
    pub unknown: u64,
}

impl FleetSection {
    /// Counts what was observed, once over, with a place for every rate plan and status rather than every line.
    pub(crate) fn of(rows: &[&ObservedSim], catalogue: &Catalogue) -> Self {
        let mut lines: BTreeMap<(Option<&RatePlan>, &str), u64> = BTreeMap::new();
        let mut traffic: BTreeMap<&RatePlan, QuotaCount> = BTreeMap::new();
        for row in rows {
            let key = match (&row.line, &row.chip) {
                (Some(line), _) => (Some(&line.plan), line.status.wire()),
                (None, Some(chip)) => (None, chip.status.wire()),
                (None, None) => continue,
            };
            *lines.entry(key).or_default() += 1;
            if let Some(line) = row.line.as_ref().filter(|line| line.status == LineStatus::Active)
                && let Some(quota_bytes) =
                    catalogue.plans.get(&line.plan).map(|price| price.quota_bytes).filter(|bytes| *bytes > 0)
            {
                let of_plan = || QuotaCount { rate_plan: line.plan.clone(), quota_bytes, used: UsedShares::default() };
                traffic.entry(&line.plan).or_insert_with(of_plan).used.count(line, quota_bytes);
            }
        }
        let count = |((plan, status), lines): ((Option<&RatePlan>, &str), u64)| StatusCount {
            status: status.into(),
            rate_plan: plan.cloned(),
            lines,
        };
        Self { lines: lines.into_iter().map(count).collect(), traffic: traffic.into_values().collect() }
    }
}

impl UsedShares {
    fn count(&mut self, line: &LineRow, quota: u64) {
        let Some(remaining) = line.traffic_remaining else {
            self.unknown += 1;
            return;
        };
        let used = u128::from(quota.saturating_sub(remaining)) * 100;
        let reaches = |percent: u128| used >= u128::from(quota) * percent;
        let place = if reaches(100) {
            &mut self.used_up
        } else if reaches(75) {
            &mut self.under100
        } else if reaches(50) {
            &mut self.under75
        } else if reaches(25) {
            &mut self.under50
        } else {
            &mut self.under25
        };
        *place += 1;
    }
}
