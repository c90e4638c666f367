//! A line and what can happen to it. Pure: time is an argument.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::carrier::wire::{self, PendingApplication};
use crate::domain::calendar::{JstTime, jst_midnight};
use crate::domain::{LineStatus, Msisdn};
use crate::emulator::catalogue;
use crate::emulator::model::{Month, later};

/// Days after which a terminated row leaves the lists (DOMAIN 3).
const LISTED_DAYS: i64 = 30;

/// A line as the carrier keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineRecord {
    /// The key.
    pub(crate) msisdn: Msisdn,
    /// Card number.
    pub(crate) iccid: String,
    /// Subscription.
    pub(crate) imsi: String,
    /// Device.
    pub(crate) imei: Option<String>,
    /// Whether it is a chip SIM rather than a card.
    pub(crate) chip: bool,
    /// System number.
    pub(crate) system_no: String,
    /// Service.
    pub(crate) service_code: String,
    /// Plan in force.
    pub(crate) plan_code: String,
    /// Status.
    pub(crate) status: LineStatus,
    /// A label other than the status's own (seeded).
    pub(crate) label: Option<String>,
    /// Kept through a termination, so it tells what a cancellation leads back to.
    pub(crate) suspend_reason: Option<String>,
    /// Traffic left in [`Self::remaining_month`]; in a later month the plan's quota is left.
    pub(crate) remaining: Option<u64>,
    /// The month that `remaining` is about.
    pub(crate) remaining_month: Month,
    /// When the contract began.
    pub(crate) opened_at: Option<Timestamp>,
    /// The day at whose end the line ends.
    pub(crate) termination_date: Option<Date>,
    /// Last change.
    pub(crate) updated_at: Timestamp,
    /// Counts changes.
    pub(crate) version: u64,
    /// The first month whose fee is not in the ledger yet.
    pub(crate) billed_from: Month,
    /// The last month with a fee, once the line has ended.
    pub(crate) billed_until: Option<Month>,
    /// When the row leaves the lists.
    pub(crate) gone_at: Option<Timestamp>,
}

impl LineRecord {
    /// Traffic left at a moment: the quota is new every month, and coupons end with theirs.
    pub(crate) fn remaining_at(&self, now: Timestamp) -> Option<u64> {
        if Month::of(now) > self.remaining_month {
            catalogue::plan_of(&self.plan_code).map(|plan| plan.quota)
        } else {
            self.remaining
        }
    }

    /// Adds a coupon's traffic.
    pub(crate) fn credit(&mut self, bytes: u64, now: Timestamp) {
        self.remaining = Some(self.remaining_at(now).unwrap_or(0).saturating_add(bytes));
        self.remaining_month = Month::of(now);
    }

    /// Takes used traffic away.
    pub(crate) fn use_up(&mut self, bytes: u64, now: Timestamp) {
        self.remaining = self.remaining_at(now).map(|left| left.saturating_sub(bytes));
        self.remaining_month = Month::of(now);
    }

    /// Communication stops.
    pub(crate) fn suspend(&mut self, reason: Option<String>) {
        self.enter(LineStatus::Suspended);
        self.suspend_reason = Some(reason.unwrap_or_else(|| "paused".to_owned()));
    }

    /// Communication goes on.
    pub(crate) fn resume(&mut self) {
        self.enter(LineStatus::Active);
        self.suspend_reason = None;
    }

    /// A termination is accepted for the end of that day.
    pub(crate) fn accept_termination(&mut self, date: Date) {
        self.enter(LineStatus::TerminationAccepted);
        self.termination_date = Some(date);
    }

    /// The termination is cancelled: back to the state before, which the suspend reason tells.
    pub(crate) fn keep_on(&mut self) {
        if self.status == LineStatus::TerminationAccepted {
            self.enter(if self.suspend_reason.is_some() { LineStatus::Suspended } else { LineStatus::Active });
        }
        self.termination_date = None;
    }

    /// The line ends on that day, with that status, for good.
    pub(crate) fn end(&mut self, status: LineStatus, last_day: Date, now: Timestamp) {
        self.enter(status);
        self.termination_date = Some(last_day);
        self.billed_until = Some(Month::of_date(last_day));
        self.gone_at = Some(leaves_lists(now));
    }

    /// Another plan, with its quota, from now on. Fees of the months before must be in the ledger.
    pub(crate) fn change_plan(&mut self, plan_code: &str, now: Timestamp) {
        plan_code.clone_into(&mut self.plan_code);
        self.remaining = catalogue::plan_of(plan_code).map(|plan| plan.quota);
        self.remaining_month = Month::of(now);
    }

    /// Another status; a seeded label belonged to the old one.
    pub(crate) fn enter(&mut self, status: LineStatus) {
        self.status = status;
        self.label = None;
    }

    /// Counts a change.
    pub(crate) fn touch(&mut self, now: Timestamp) {
        self.version += 1;
        self.updated_at = now;
    }

    /// Months whose fee is due at a moment and not in the ledger yet.
    pub(crate) fn months_due(&self, now: Timestamp) -> impl Iterator<Item = Month> + use<> {
        let past = Month::of(now).previous();
        let last = self.billed_until.map_or(past, |until| until.min(past));
        (self.billed_from.number()..=last.number()).map(Month::from_number)
    }

    /// The label shown.
    pub(crate) fn label(&self) -> &str {
        self.label.as_deref().unwrap_or_else(|| self.status.label())
    }

    /// As functions 1 and 7 answer it.
    pub(crate) fn wire(&self, pending: Vec<PendingApplication>, now: Timestamp) -> wire::Line {
        wire::Line {
            msisdn: self.msisdn,
            iccid: self.iccid.clone(),
            imsi: self.imsi.clone(),
            imei: self.imei.clone(),
            kind: if self.chip { "chip" } else { "card" }.to_owned(),
            system_no: self.system_no.clone(),
            service_code: self.service_code.clone(),
            plan_code: self.plan_code.clone(),
            status: self.status.clone(),
            status_label: self.label().to_owned(),
            suspend_reason: self.suspend_reason.clone(),
            traffic_remaining_bytes: self.remaining_at(now),
            pending,
            opened_at: self.opened_at.map(JstTime),
            termination_date: self.termination_date,
            updated_at: Some(JstTime(self.updated_at)),
            version: self.version,
        }
    }
}

/// When a row that ends at a moment leaves the lists.
pub(crate) fn leaves_lists(ended: Timestamp) -> Timestamp {
    later(ended, SignedDuration::from_hours(24 * LISTED_DAYS))
}

/// The moment at which a day is over in Japan.
pub(crate) fn end_of(date: Date) -> Timestamp {
    jst_midnight(date.tomorrow().unwrap_or(Date::MAX))
}
