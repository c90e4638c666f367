//! Cancelling applications, and letting go of those that a fault holds.

use crate::carrier::wire::ErrorCode;
use crate::domain::{ApplicationStatus, ApplicationType, Function};
use crate::emulator::error::{Failure, Outcome};
use crate::emulator::model::{ApplicationRecord, function_of, schedule};
use crate::emulator::store::applications;
use crate::emulator::world::{Accepted, World};

impl World<'_> {
    /// Cancels an application that is open (function 10).
    pub(crate) fn cancel(&self, no: &str) -> Outcome<Accepted> {
        let mut application = applications::by_no(self.db, no)?.ok_or_else(|| Failure::not_found("application"))?;
        if !application.cancellable(self.now) {
            let message = format!("an application that is {} can no longer be cancelled", application.status.wire());
            return Err(Failure::refused(ErrorCode::NotCancellable, message));
        }
        let touched = self.call_off(&mut application, &ApplicationStatus::Cancelled)?;
        if application.kind == ApplicationType::Order {
            self.refund(&application)?;
        }
        Ok(Accepted { application: self.answer(&application)?, msisdns: touched })
    }

    /// The carrier thinks better of an application that it has accepted and not yet carried out.
    pub(crate) fn reject(&self, no: &str) -> Outcome<Accepted> {
        let mut application = applications::by_no(self.db, no)?.ok_or_else(|| Failure::not_found("application"))?;
        if application.status.is_final() || application.status == ApplicationStatus::Shipped {
            let message = format!("an application that is {} can no longer be rejected", application.status.wire());
            return Err(Failure::refused(ErrorCode::InvalidState, message));
        }
        let touched = self.call_off(&mut application, &ApplicationStatus::Rejected)?;
        if application.kind == ApplicationType::Order {
            self.refund(&application)?;
        }
        Ok(Accepted { application: self.answer(&application)?, msisdns: touched })
    }

    /// A scheduled plan change is overtaken by a termination. The caller has kept the row's image.
    pub(super) fn supersede(&self, seq: i64) -> Outcome<()> {
        if let Some(mut application) = applications::by_seq(self.db, seq)? {
            self.call_off(&mut application, &ApplicationStatus::Cancelled)?;
        }
        Ok(())
    }

    fn call_off(&self, application: &mut ApplicationRecord, status: &ApplicationStatus) -> Outcome<Vec<crate::domain::Msisdn>> {
        self.remember_application(application)?;
        let mut touched = Vec::new();
        for (place, mut item) in applications::items(self.db, application.seq)?.into_iter().enumerate() {
            if item.status.is_some() {
                continue;
            }
            self.remember(item.msisdn)?;
            item.status = Some(status.clone());
            applications::put_item(self.db, application.seq, place, &item)?;
            match self.line(item.msisdn)? {
                Some(mut line) if application.kind == ApplicationType::Terminate => {
                    line.keep_on();
                    self.save(line, false)?;
                }
                Some(_) | None => self.touch(item.msisdn)?,
            }
            touched.push(item.msisdn);
        }
        application.status = status.clone();
        application.due_at = None;
        application.stuck = false;
        applications::put(self.db, application)?;
        Ok(touched)
    }

    /// Lets applications go on that a fault held: of one function, or all.
    pub(crate) fn release(&self, function: Option<Function>) -> Outcome<()> {
        for mut application in applications::stuck(self.db)? {
            // Devices are ordered with SIMs or not at all.
            let function =
                function.map(|function| if function == Function::OrderDevices { Function::OrderSims } else { function });
            if function.is_some() && function_of(&application.kind) != function {
                continue;
            }
            self.remember_application(&application)?;
            let plan = schedule(&application.kind, application.requested_at, application.effective_date);
            application.stuck = false;
            if matches!(application.kind, ApplicationType::PlanChange | ApplicationType::Terminate | ApplicationType::Order) {
                application.status = plan.status;
                application.cancellable_until = plan.cancellable_until;
                application.due_at = plan.due_at.map(|due| due.max(self.now));
            } else if application.kind == ApplicationType::Coupon {
                application.due_at = Some(self.now);
            } else {
                application.due_at = Some(application.done_at().max(self.now));
            }
            applications::put(self.db, &application)?;
        }
        Ok(())
    }
}
