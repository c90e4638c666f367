//! What happens by itself when time goes by.

use jiff::Timestamp;
use rusqlite::Connection;

use crate::carrier::wire::ErrorCode;
use crate::domain::transition::{chip_after, line_after};
use crate::domain::{ApplicationStatus, ApplicationType, LineStatus, OperationKind};
use crate::emulator::catalogue;
use crate::emulator::error::{Error, Outcome};
use crate::emulator::model::{ApplicationRecord, ItemRecord};
use crate::emulator::options::Options;
use crate::emulator::store::services;
use crate::emulator::store::{applications, chips, history, lines};
use crate::emulator::world::World;

/// Brings the world to a moment: everything that is due by then happens, each at its own moment and in
/// the order of these.
pub(crate) fn catch_up(db: &Connection, to: Timestamp, options: &Options) -> Outcome<()> {
    let remembers_from = to.checked_sub(history::KEPT).unwrap_or(Timestamp::MIN);
    while let Some(application) = applications::due(db, to)? {
        let now = application.due_at.unwrap_or(to);
        World { db, now, options, remembers_from }.step(application)?;
    }
    for mut line in lines::gone(db, to)? {
        let world = World { db, now: line.gone_at.unwrap_or(to), options, remembers_from };
        world.remember(line.msisdn)?;
        world.settle_fees(&mut line)?;
        lines::remove(db, line.msisdn)?;
        chips::remove(db, line.msisdn)?;
    }
    Ok(history::prune(db, to)?)
}

/// When something happens next, in seconds; never, if nothing is under way.
pub(crate) fn next_event(db: &Connection) -> Result<i64, Error> {
    let events = [applications::next_due(db)?, lines::next_gone(db)?];
    Ok(events.into_iter().flatten().min().unwrap_or(i64::MAX))
}

impl World<'_> {
    /// Moves an application on that is due.
    fn step(&self, mut application: ApplicationRecord) -> Outcome<()> {
        self.remember_application(&application)?;
        if application.kind == ApplicationType::Order {
            return self.step_order(application);
        }
        let carried_out_later = !matches!(application.kind, ApplicationType::Coupon);
        if application.status == ApplicationStatus::Accepted && carried_out_later {
            application.status = ApplicationStatus::Processing;
            application.due_at = Some(application.done_at().max(self.now));
            applications::put(self.db, &application)?;
            return Ok(());
        }
        self.complete(&mut application)
    }

    /// Carries an application out, row by row.
    pub(super) fn complete(&self, application: &mut ApplicationRecord) -> Outcome<()> {
        let items = applications::items(self.db, application.seq)?;
        let (mut done, mut refused) = (0_u32, 0_u32);
        for (place, mut item) in items.into_iter().enumerate() {
            if item.status.is_none() {
                self.remember(item.msisdn)?;
                match self.carry_out(application, &item)? {
                    Ok(()) => item.status = Some(ApplicationStatus::Completed),
                    Err(code) => {
                        item.status = Some(ApplicationStatus::Rejected);
                        item.error_code = Some(code.as_str().to_owned());
                    }
                }
                applications::put_item(self.db, application.seq, place, &item)?;
            }
            if item.status == Some(ApplicationStatus::Completed) { done += 1 } else { refused += 1 }
        }
        application.status = match (done, refused) {
            (0, 1..) => ApplicationStatus::Rejected,
            (_, 0) => ApplicationStatus::Completed,
            (_, 1..) => ApplicationStatus::PartiallyCompleted,
        };
        application.due_at = None;
        Ok(applications::put(self.db, application)?)
    }

    /// The effect of one row; a row whose state has changed meanwhile is refused.
    fn carry_out(&self, application: &ApplicationRecord, item: &ItemRecord) -> Outcome<Result<(), ErrorCode>> {
        match application.kind {
            ApplicationType::Suspend
            | ApplicationType::Resume
            | ApplicationType::PlanChange
            | ApplicationType::Coupon
            | ApplicationType::Terminate => self.change_line(application, item),
            ApplicationType::ImeiRegistration
            | ApplicationType::Allocation
            | ApplicationType::Deallocation
            | ApplicationType::Activation => self.change_chip(application, item),
            ApplicationType::Order | ApplicationType::Unknown(_) => Ok(Err(ErrorCode::InvalidState)),
        }
    }

    fn change_line(&self, application: &ApplicationRecord, item: &ItemRecord) -> Outcome<Result<(), ErrorCode>> {
        let Some(mut line) = self.line(item.msisdn)? else {
            return Ok(Err(ErrorCode::LineNotFound));
        };
        let possible = match application.kind {
            ApplicationType::Suspend => line_after(&line.status, OperationKind::Suspend).is_some(),
            ApplicationType::Resume => line_after(&line.status, OperationKind::Resume).is_some(),
            // The contract goes on under a carrier's suspension, and so does what was agreed about it.
            ApplicationType::PlanChange | ApplicationType::Coupon => line.status.is_billed(),
            ApplicationType::Terminate => {
                matches!(line.status, LineStatus::TerminationAccepted | LineStatus::CarrierSuspended)
            }
            ApplicationType::Order
            | ApplicationType::ImeiRegistration
            | ApplicationType::Allocation
            | ApplicationType::Deallocation
            | ApplicationType::Activation
            | ApplicationType::Unknown(_) => false,
        };
        if !possible {
            self.touch(item.msisdn)?;
            return Ok(Err(ErrorCode::InvalidState));
        }
        if application.kind == ApplicationType::Suspend {
            line.suspend(application.argument.reason.clone());
        } else if application.kind == ApplicationType::Resume {
            line.resume();
        } else if application.kind == ApplicationType::PlanChange {
            self.settle_fees(&mut line)?;
            line.change_plan(&item.target, self.now);
        } else if application.kind == ApplicationType::Terminate {
            let last_day = application.effective_date.or(line.termination_date);
            let last_day = last_day.unwrap_or_else(|| crate::domain::calendar::jst_date(self.now));
            line.end(LineStatus::Terminated, last_day, self.now);
            self.charge("terminationFee", Some(item.msisdn), &application.no, self.options.termination_fee)?;
        } else if let Some(coupon) = catalogue::coupon_of(&item.target) {
            line.credit(coupon.bytes, self.now);
            self.charge("coupon", Some(item.msisdn), &application.no, coupon.price)?;
        }
        self.save(line, false)?;
        Ok(Ok(()))
    }

    fn change_chip(&self, application: &ApplicationRecord, item: &ItemRecord) -> Outcome<Result<(), ErrorCode>> {
        let Some(mut chip) = self.chip(item.msisdn)? else {
            return Ok(Err(ErrorCode::LineNotFound));
        };
        let by = match application.kind {
            ApplicationType::ImeiRegistration => OperationKind::BindImei,
            ApplicationType::Allocation => OperationKind::Allocate,
            ApplicationType::Deallocation => OperationKind::Deallocate,
            ApplicationType::Suspend
            | ApplicationType::Resume
            | ApplicationType::PlanChange
            | ApplicationType::Coupon
            | ApplicationType::Terminate
            | ApplicationType::Order
            | ApplicationType::Activation
            | ApplicationType::Unknown(_) => OperationKind::StartUse,
        };
        let Some(after) = chip_after(&chip.status, by) else {
            self.touch(item.msisdn)?;
            return Ok(Err(ErrorCode::InvalidState));
        };
        if by == OperationKind::StartUse {
            let system_no = application.argument.system_no.as_deref().unwrap_or(services::DEFAULT_SYSTEM);
            let plan_code = application.argument.plan_code.as_deref().unwrap_or_default();
            let service = services::default_of(self.db, system_no)?;
            let line = chip.started(system_no, &service, plan_code, self.now);
            let new = self.line(item.msisdn)?.is_none();
            chips::put(self.db, &chip, false)?;
            self.store(&line, new)?;
            return Ok(Ok(()));
        }
        if by == OperationKind::BindImei {
            chip.imei = Some(item.target.clone());
        } else if by == OperationKind::Allocate {
            chip.system_no = Some(item.target.clone());
        } else {
            chip.system_no = None;
        }
        chip.enter(after.clone());
        chip.version += 1;
        chips::put(self.db, &chip, false)?;
        Ok(Ok(()))
    }
}
