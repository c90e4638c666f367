//! What the carrier model sells: coupons and orders, paid at once, and nothing stops a second one.

use simfleet::carrier::wire::{Application, ErrorBody, ErrorCode};
use simfleet::domain::{ApplicationStatus, ApplicationType};

use crate::sim::world::{Asked, Paid, World};

/// Coupons, with their prices. Every plan takes them, and each adds as many bytes.
pub(crate) const COUPONS: [(&str, i64); 2] = [("add-100mb", 300), ("add-500mb", 1_200)];

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

    /// A slow carrier has taken up an order or a termination.
    pub(crate) fn take_up(&mut self, index: usize) {
        let application = &mut self.applications[index].application;
        let order = application.kind == ApplicationType::Order;
        let status = if order { ApplicationStatus::Accepted } else { ApplicationStatus::Scheduled };
        application.status = status.clone();
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
            self.ledger.push(Paid { kind, msisdn: None, what, number });
        } else if kind == ApplicationType::Coupon {
            for (msisdn, code) in &asked.rows {
                let (kind, number) = (kind.clone(), number.clone());
                self.ledger.push(Paid { kind, msisdn: Some(*msisdn), what: code.clone(), number });
                if let Some(line) = self.sims.get_mut(msisdn).and_then(|sim| sim.line.as_mut()) {
                    line.traffic_remaining_bytes = line.traffic_remaining_bytes.map(|left| left + COUPON_BYTES);
                }
            }
        }
    }

    /// Cancels an order that is open, and takes it off the bill.
    pub(crate) fn cancel(&mut self, number: &str) -> Result<Application, (u16, ErrorBody)> {
        let found = self.applications.iter_mut().find(|accepted| accepted.application.application_no == number);
        match found {
            Some(accepted) if accepted.application.status == ApplicationStatus::Accepted => {
                accepted.application.status = ApplicationStatus::Cancelled;
                let cancelled = accepted.application.clone();
                self.ledger.retain(|paid| paid.number != number);
                Ok(cancelled)
            }
            Some(_) | None => {
                let code = ErrorCode::NotCancellable;
                Err((code.status(), ErrorBody { error_code: code.as_str().to_owned(), ..ErrorBody::default() }))
            }
        }
    }
}
