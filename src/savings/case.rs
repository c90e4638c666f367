//! What findings are judged from.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::calendar::{YearMonth, jst_date};
use crate::domain::{ApplicationType, Desired, LineRow, LineStatus, Msisdn, Observed, ObservedSim};

/// From when on something is a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// An active line without a session for so many days is idle.
    pub idle_days: u32,
    /// More than so many per cent of the quota is over the plan.
    pub over_percent: u32,
    /// At most so many per cent of the quota is far under the plan.
    pub under_percent: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { idle_days: 90, over_percent: 100, under_percent: 50 }
    }
}

/// One account's lines, and the questions to them.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The lines and the catalogue.
    pub observed: &'a Observed,
    /// What is declared for the account. `None` without manifests: then nothing is unmanaged.
    pub desired: Option<&'a Desired>,
    /// Only these lines; all of them where there are none.
    pub only: Option<&'a BTreeSet<Msisdn>>,
    /// From when on something is a finding.
    pub thresholds: Thresholds,
    /// The carrier's time.
    pub now: Timestamp,
}

/// A line that the case is about: in scope, and billed.
#[derive(Debug, Clone, Copy)]
pub(super) struct BilledLine<'a> {
    pub(super) sim: &'a ObservedSim,
    pub(super) line: &'a LineRow,
}

impl<'a> Case<'a> {
    /// The lines that cost a fee every month.
    pub(super) fn billed(&self) -> impl Iterator<Item = BilledLine<'a>> + use<'a> {
        let only = self.only;
        self.observed.sims.iter().filter_map(move |sim| {
            let line = sim.line.as_ref()?;
            let in_scope = only.is_none_or(|only| only.contains(&sim.msisdn));
            (in_scope && line.status.is_billed()).then_some(BilledLine { sim, line })
        })
    }

    /// The current month (JST).
    pub(super) fn month(&self) -> YearMonth {
        YearMonth::of(self.now)
    }

    /// Whole days (JST dates) from a moment to now; none for a moment to come.
    pub(super) fn days_since(&self, at: Timestamp) -> u32 {
        let days = jst_date(self.now).since(jst_date(at)).map_or(0, |span| span.get_days());
        u32::try_from(days).unwrap_or(0)
    }
}

impl BilledLine<'_> {
    /// Whether the line is in use: only then do its sessions and its traffic say something.
    pub(super) fn is_active(&self) -> bool {
        self.line.status == LineStatus::Active
    }

    /// When the contract began: a chip SIM's with its start of use.
    pub(super) fn opened_at(&self) -> Option<Timestamp> {
        self.line.opened_at.or_else(|| self.sim.chip.as_ref().and_then(|chip| chip.activated_at))
    }

    /// Whether its rate plan is about to change: what it will be on is judged when it is on it.
    pub(super) fn is_changing_plan(&self) -> bool {
        self.sim.pending().any(|pending| pending.kind == ApplicationType::PlanChange)
    }
}
