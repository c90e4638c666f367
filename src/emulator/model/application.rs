//! Applications: when each moves on by itself, and until when it can be cancelled. Pure.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::carrier::wire::{self, OrderDetail};
use crate::domain::calendar::{JstTime, first_of_next_month, jst_date, jst_midnight};
use crate::domain::{ApplicationStatus, ApplicationType, Function, Msisdn, RequestedVia};
use crate::emulator::model::line::end_of;
use crate::emulator::model::{later, order};

/// How long suspend, resume and the bulk functions take (DOMAIN 6).
const DURATION: SignedDuration = SignedDuration::from_secs(60);

/// How long they are merely accepted, and cancellable, before the carrier works on them.
const ACCEPTED_FOR: SignedDuration = SignedDuration::from_secs(30);

/// What an application needs when it takes effect.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Argument {
    /// Why (suspend, terminate).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// The system number of a stock (functions 16 to 18).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) system_no: Option<String>,
    /// The plan to start with (function 18).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) plan_code: Option<String>,
    /// The order (functions 8 and 9).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<OrderDetail>,
}

/// An application as the carrier keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApplicationRecord {
    /// Counts applications; lists are in this order.
    pub(crate) seq: i64,
    /// Its number.
    pub(crate) no: String,
    /// What it asks for.
    pub(crate) kind: ApplicationType,
    /// How far it has come.
    pub(crate) status: ApplicationStatus,
    /// When it was accepted.
    pub(crate) requested_at: Timestamp,
    /// Through which entry point.
    pub(crate) via: RequestedVia,
    /// From when on it counts.
    pub(crate) effective_date: Option<Date>,
    /// Until when it can be cancelled.
    pub(crate) cancellable_until: Option<Timestamp>,
    /// What it leads to, where that is one thing for all rows.
    pub(crate) target: Option<String>,
    /// What it needs to take effect.
    pub(crate) argument: Argument,
    /// When it moves on by itself.
    pub(crate) due_at: Option<Timestamp>,
    /// Whether a fault holds it in `processing`.
    pub(crate) stuck: bool,
}

/// One line of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ItemRecord {
    /// The line.
    pub(crate) msisdn: Msisdn,
    /// Its own outcome; while open it has the application's status.
    pub(crate) status: Option<ApplicationStatus>,
    /// Why it was refused.
    pub(crate) error_code: Option<String>,
    /// What it leads to.
    pub(crate) target: String,
}

/// Where an application stands and what comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Schedule {
    /// Its status.
    pub(crate) status: ApplicationStatus,
    /// When it moves on.
    pub(crate) due_at: Option<Timestamp>,
    /// From when on it counts.
    pub(crate) effective_date: Option<Date>,
    /// Until when it can be cancelled.
    pub(crate) cancellable_until: Option<Timestamp>,
}

/// What the carrier does with an application it has just accepted. `date` is the last day of a termination,
/// or the day on which an order should arrive.
pub(crate) fn schedule(kind: &ApplicationType, now: Timestamp, date: Option<Date>) -> Schedule {
    let at = |status, due: Timestamp, effective_date, cancellable_until| Schedule {
        status,
        due_at: Some(due),
        effective_date,
        cancellable_until,
    };
    match kind {
        ApplicationType::PlanChange => {
            let first = first_of_next_month(jst_date(now));
            let due = jst_midnight(first);
            at(ApplicationStatus::Scheduled, due, Some(first), Some(due))
        }
        ApplicationType::Terminate => {
            let last_day = date.unwrap_or_else(|| jst_date(now));
            let due = end_of(last_day);
            at(ApplicationStatus::Scheduled, due, Some(last_day), Some(due))
        }
        ApplicationType::Coupon => at(ApplicationStatus::Accepted, now, Some(jst_date(now)), None),
        ApplicationType::Order => {
            let begins = order::arranging_at(now);
            let arrives = jst_date(order::delivered_at(order::ships_at(now, date)));
            at(ApplicationStatus::Accepted, begins, Some(arrives), Some(begins))
        }
        ApplicationType::Suspend
        | ApplicationType::Resume
        | ApplicationType::ImeiRegistration
        | ApplicationType::Allocation
        | ApplicationType::Deallocation
        | ApplicationType::Activation
        | ApplicationType::Unknown(_) => {
            let begins = later(now, ACCEPTED_FOR);
            at(ApplicationStatus::Accepted, begins, Some(jst_date(later(now, DURATION))), Some(begins))
        }
    }
}

impl ApplicationRecord {
    /// When an application that is being processed is done.
    pub(crate) fn done_at(&self) -> Timestamp {
        later(self.requested_at, DURATION)
    }

    /// When an order ships.
    pub(crate) fn ships_at(&self) -> Timestamp {
        order::ships_at(self.requested_at, self.argument.order.as_ref().and_then(|detail| detail.request.preferred_date))
    }

    /// Whether it can be cancelled at a moment.
    pub(crate) fn cancellable(&self, now: Timestamp) -> bool {
        cancellable(&self.status, self.cancellable_until, now)
    }

    /// As function 10 and mutations answer it.
    pub(crate) fn wire(&self, items: &[ItemRecord]) -> wire::Application {
        wire::Application {
            application_no: self.no.clone(),
            kind: self.kind.clone(),
            status: self.status.clone(),
            status_label: self.status.label().to_owned(),
            requested_at: JstTime(self.requested_at),
            requested_via: self.via.clone(),
            effective_date: self.effective_date,
            cancellable_until: self.cancellable_until.map(JstTime),
            items: items
                .iter()
                .map(|item| wire::ApplicationItem {
                    msisdn: item.msisdn,
                    status: item.status.clone().unwrap_or_else(|| self.status.clone()),
                    error_code: item.error_code.clone(),
                })
                .collect(),
            target: self.target.clone(),
            order: self.argument.order.clone(),
        }
    }
}

/// Whether an application of that status, cancellable until then, can be cancelled at a moment.
pub(crate) fn cancellable(status: &ApplicationStatus, until: Option<Timestamp>, now: Timestamp) -> bool {
    matches!(status, ApplicationStatus::Accepted | ApplicationStatus::Scheduled) && until.is_some_and(|until| now < until)
}

/// The carrier function that makes applications of a type.
pub(crate) fn function_of(kind: &ApplicationType) -> Option<Function> {
    match kind {
        ApplicationType::Suspend => Some(Function::Suspend),
        ApplicationType::Resume => Some(Function::Resume),
        ApplicationType::PlanChange => Some(Function::ChangePlan),
        ApplicationType::Coupon => Some(Function::BuyCoupon),
        ApplicationType::Terminate => Some(Function::Terminate),
        ApplicationType::Order => Some(Function::OrderSims),
        ApplicationType::ImeiRegistration => Some(Function::BindImei),
        ApplicationType::Allocation => Some(Function::Allocate),
        ApplicationType::Deallocation => Some(Function::Deallocate),
        ApplicationType::Activation => Some(Function::StartUse),
        ApplicationType::Unknown(_) => None,
    }
}
