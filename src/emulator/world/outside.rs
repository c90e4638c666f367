//! What others do to a line: people in the console, and the carrier itself. Done at once.

use jiff::civil::Date;

use crate::carrier::wire::ErrorCode;
use crate::domain::calendar::jst_date;
use crate::domain::{ApplicationStatus, ApplicationType, LineStatus, Msisdn, OperationKind, RequestedVia};
use crate::emulator::error::{Failure, Outcome};
use crate::emulator::model::{ApplicationRecord, Argument};
use crate::emulator::store::applications;
use crate::emulator::world::{Accepted, Request, World};

/// What somebody does in the console.
#[derive(Debug, Clone)]
pub(crate) enum ConsoleAct {
    /// Stop communication, with a reason.
    Suspend(Option<String>),
    /// Let it go on.
    Resume,
    /// End the line: now, or at the end of a day as the API does.
    Terminate(Option<Date>),
    /// Another plan, from now on.
    ChangePlan(String),
}

/// What the carrier does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CarrierAct {
    /// 強制停止.
    Suspend,
    /// 強制解約.
    Terminate,
}

impl World<'_> {
    /// Does what somebody does in the console, under the same rules as the API's.
    pub(crate) fn console(&self, msisdn: Msisdn, act: &ConsoleAct) -> Outcome<Accepted> {
        let (kind, by, target, reason, date) = match act {
            ConsoleAct::Suspend(reason) => (ApplicationType::Suspend, OperationKind::Suspend, "suspended", reason.clone(), None),
            ConsoleAct::Resume => (ApplicationType::Resume, OperationKind::Resume, "active", None, None),
            ConsoleAct::Terminate(date) => (ApplicationType::Terminate, OperationKind::Terminate, "terminated", None, *date),
            ConsoleAct::ChangePlan(plan) => {
                (ApplicationType::PlanChange, OperationKind::ChangeRatePlan, plan.as_str(), None, None)
            }
        };
        let request = Request {
            kind,
            via: RequestedVia::Console,
            target: Some(target.to_owned()),
            argument: Argument { reason, ..Argument::default() },
            date,
            stuck: false,
        };
        let accepted = self.submit(msisdn, by, &request, |_| Ok(()))?;
        if date.is_some() {
            return Ok(accepted);
        }
        let mut application = self.reread(&accepted)?;
        application.effective_date = Some(jst_date(self.now));
        application.cancellable_until = None;
        self.complete(&mut application)?;
        Ok(Accepted { application: self.answer(&application)?, msisdns: accepted.msisdns })
    }

    /// Does what the carrier does: on any line that has not ended, whatever is open on it.
    pub(crate) fn carrier(&self, msisdn: Msisdn, act: CarrierAct) -> Outcome<Accepted> {
        let mut line = self.line(msisdn)?.ok_or_else(|| Failure::not_found("line"))?;
        if line.status.is_terminated() || (act == CarrierAct::Suspend && line.status == LineStatus::CarrierSuspended) {
            let message = format!("not possible while the line is {}", line.status.wire());
            return Err(Failure::refused(ErrorCode::InvalidState, message));
        }
        self.remember(msisdn)?;
        let kind = match act {
            CarrierAct::Suspend => ApplicationType::Suspend,
            CarrierAct::Terminate => ApplicationType::Terminate,
        };
        match act {
            CarrierAct::Suspend => line.enter(LineStatus::CarrierSuspended),
            CarrierAct::Terminate => {
                for open in applications::open(self.db, msisdn)? {
                    if open.status == ApplicationStatus::Scheduled {
                        self.supersede(open.seq)?;
                    }
                }
                line = self.line(msisdn)?.unwrap_or(line);
                line.end(LineStatus::CarrierTerminated, jst_date(self.now), self.now);
            }
        }
        let target = line.status.wire().to_owned();
        self.save(line, false)?;
        let request = Request {
            kind,
            via: RequestedVia::Carrier,
            target: Some(target.clone()),
            argument: Argument::default(),
            date: None,
            stuck: false,
        };
        let item =
            crate::emulator::model::ItemRecord { msisdn, status: Some(ApplicationStatus::Completed), error_code: None, target };
        let mut application = self.accept(&request, &[item])?;
        application.status = ApplicationStatus::Completed;
        application.effective_date = Some(jst_date(self.now));
        application.cancellable_until = None;
        application.due_at = None;
        applications::put(self.db, &application)?;
        Ok(Accepted { application: self.answer(&application)?, msisdns: vec![msisdn] })
    }

    fn reread(&self, accepted: &Accepted) -> Outcome<ApplicationRecord> {
        applications::by_no(self.db, &accepted.application.application_no)?.ok_or_else(|| Failure::not_found("application"))
    }
}
