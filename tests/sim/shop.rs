//! What the carrier model sells: coupons and orders, paid at once, and nothing stops a second one.

use jiff::Timestamp;
use jiff::civil::Date;
use simfleet::carrier::wire::{Application, ErrorBody, ErrorCode, Line};
use simfleet::domain::calendar::jst_midnight;
use simfleet::domain::{ApplicationStatus, ApplicationType};

use crate::sim::world::{Asked, Paid, World};

/// Coupons, with their prices. Every plan takes them, and each adds as many bytes.
pub(crate) const COUPONS: [(&str, i64); 2] = [("add-100mb", 300), ("add-500mb", 1_200)];

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

/// What a coupon adds.
pub(crate) const COUPON_BYTES: u64 = 100_000_000;

impl World {
    /// How an application begins. A slow carrier takes it first and does it later; an order is then in a
    /// status that nobody knows.
    pub(crate) fn first_status(&self, kind: &ApplicationType, scheduled: bool) -> ApplicationStatus {
        match kind {
            ApplicationType::Order if self.slow => ApplicationStatus::Unknown("waitingForStock".into()),
            ApplicationType::Coupon if !self.slow => ApplicationStatus::Completed,
            ApplicationType::Terminate if self.slow => ApplicationStatus::Accepted,
            _ if scheduled => ApplicationStatus::Scheduled,
            _ => ApplicationStatus::Accepted,
        }
    }

    /// When the carrier takes the next step with an application; `None` where it is at its end.
    pub(crate) fn next_step(
        &self,
        kind: &ApplicationType,
        status: &ApplicationStatus,
        scheduled: Option<Date>,
    ) -> Option<Timestamp> {
        let wait = match (kind, status) {
            (_, ApplicationStatus::Completed) => return None,
            (ApplicationType::Terminate, ApplicationStatus::Scheduled) => {
                return scheduled.map(|date| jst_midnight(date.tomorrow().unwrap()));
            }
            (_, ApplicationStatus::Scheduled) => return scheduled.map(jst_midnight),
            (ApplicationType::Order, ApplicationStatus::Unknown(_)) => MINUTE,
            (ApplicationType::Order, _) => DAY,
            (_, _) => MINUTE,
        };
        Some(Timestamp::from_second(self.now.as_second() + wait).unwrap())
    }

    /// The carrier goes on with an order, or has taken up a termination.
    pub(crate) fn take_up(&mut self, index: usize) {
        let application = &mut self.applications[index].application;
        let status = match (&application.kind, &application.status) {
            (ApplicationType::Terminate, _) => ApplicationStatus::Scheduled,
            (_, ApplicationStatus::Unknown(_)) => ApplicationStatus::Accepted,
            (_, ApplicationStatus::Accepted) => ApplicationStatus::Arranging,
            (_, ApplicationStatus::Arranging) => ApplicationStatus::Shipped,
            (_, _) => ApplicationStatus::Completed,
        };
        application.status = status.clone();
        let (kind, scheduled) = (application.kind.clone(), application.effective_date);
        self.applications[index].due = self.next_step(&kind, &status, scheduled);
        let application = &mut self.applications[index].application;
        for item in &mut application.items {
            item.status = status.clone();
        }
        let (number, lines): (_, Vec<_>) =
            (application.application_no.clone(), application.items.iter().map(|item| item.msisdn).collect());
        for msisdn in lines {
            for open in
                self.sims.get_mut(&msisdn).into_iter().filter_map(|sim| sim.line.as_mut()).flat_map(|line| &mut line.pending)
            {
                if open.application_no == number {
                    open.status = Some(status.clone());
                }
            }
        }
    }

    /// Puts on the bill what costs at once.
    pub(crate) fn bill(&mut self, asked: &Asked, application: &Application) {
        let number = application.application_no.clone();
        let kind = asked.kind.clone();
        if let Some(order) = &asked.order {
            let what = order.quantity.to_string();
            self.ledger.push(Paid { kind, msisdn: None, what, number, asked: asked.sent, at: self.now });
        } else if kind == ApplicationType::Coupon {
            for (msisdn, code) in &asked.rows {
                let (kind, number) = (kind.clone(), number.clone());
                let (what, at) = (code.clone(), self.now);
                self.ledger.push(Paid { kind, msisdn: Some(*msisdn), what, number, asked: asked.sent, at });
                if let Some(line) = self.sims.get_mut(msisdn).and_then(|sim| sim.line.as_mut()) {
                    line.traffic_remaining_bytes = line.traffic_remaining_bytes.map(|left| left + COUPON_BYTES);
                }
            }
        }
    }

    /// A line as the carrier shows it: its traffic as it was a while ago.
    pub(crate) fn shown(&self, line: &Line) -> Line {
        let mut line = line.clone();
        let later =
            |paid: &&Paid| paid.msisdn == Some(line.msisdn) && self.now.as_second() - paid.at.as_second() < self.figures_lag;
        let credited = u64::try_from(self.ledger.iter().filter(later).count()).unwrap() * COUPON_BYTES;
        line.traffic_remaining_bytes = line.traffic_remaining_bytes.map(|left| left.saturating_sub(credited));
        line
    }

    /// Cancels an order that is open, and takes it off the bill, or a plan change that waits.
    pub(crate) fn cancel(&mut self, number: &str) -> Result<Application, (u16, ErrorBody)> {
        let found = self.applications.iter_mut().find(|accepted| accepted.application.application_no == number);
        let is_open = |application: &Application| match application.kind {
            ApplicationType::Order => application.status == ApplicationStatus::Accepted,
            _ => application.kind == ApplicationType::PlanChange && application.status == ApplicationStatus::Scheduled,
        };
        match found {
            Some(accepted) if is_open(&accepted.application) => {
                accepted.application.status = ApplicationStatus::Cancelled;
                accepted.due = None;
                for item in &mut accepted.application.items {
                    item.status = ApplicationStatus::Cancelled;
                }
                let cancelled = accepted.application.clone();
                self.ledger.retain(|paid| paid.number != number);
                for item in &cancelled.items {
                    self.forget_pending(item.msisdn, number);
                }
                Ok(cancelled)
            }
            Some(_) | None => {
                let code = ErrorCode::NotCancellable;
                Err((code.status(), ErrorBody { error_code: code.as_str().to_owned(), ..ErrorBody::default() }))
            }
        }
    }
}
