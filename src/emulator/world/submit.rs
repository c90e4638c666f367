//! Accepting applications.

use jiff::civil::Date;

use crate::carrier::wire::{self, ErrorCode};
use crate::domain::calendar::{CutOff, jst_date};
use crate::domain::{ApplicationStatus, ApplicationType, Msisdn, OperationKind, RequestedVia};
use crate::emulator::error::{Error, Failure, Outcome};
use crate::emulator::model::{
    ApplicationRecord, Argument, ChipRecord, ItemRecord, LineRecord, chip_accepts, line_accepts, schedule,
};
use crate::emulator::store::{applications, chips, history};
use crate::emulator::world::World;

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// What.
    pub(crate) kind: ApplicationType,
    /// Through which entry point.
    pub(crate) via: RequestedVia,
    /// What it leads to, where that is one thing for all rows.
    pub(crate) target: Option<String>,
    /// What it needs to take effect.
    pub(crate) argument: Argument,
    /// The last day of a termination; the day on which an order should arrive.
    pub(crate) date: Option<Date>,
    /// Whether a fault holds it in `processing`.
    pub(crate) stuck: bool,
}

/// An application that was accepted, and how much of it.
#[derive(Debug)]
pub(crate) struct Accepted {
    /// As it is answered.
    pub(crate) application: wire::Application,
    /// The lines that it touches.
    pub(crate) msisdns: Vec<Msisdn>,
}

/// A bulk request's rows: numbers, and what each leads to.
#[derive(Debug)]
pub(crate) struct Bulk {
    /// What is done with each.
    pub(crate) by: OperationKind,
    /// The rows.
    pub(crate) rows: Vec<(Msisdn, String)>,
    /// Whether a fault refuses every other row.
    pub(crate) failing: bool,
}

impl World<'_> {
    /// Accepts a mutation of one line, or refuses it. `check` looks at what the state tables do not know.
    pub(crate) fn submit(
        &self,
        msisdn: Msisdn,
        by: OperationKind,
        request: &Request,
        check: impl FnOnce(&LineRecord) -> Outcome<()>,
    ) -> Outcome<Accepted> {
        let line = self.line(msisdn)?.ok_or_else(|| Failure::not_found("line"))?;
        let open = applications::open(self.db, msisdn)?;
        // What the console does takes effect at once, so no cut-off concerns it.
        let cut_off = if request.via == RequestedVia::Api { self.options.cut_off } else { CutOff::None };
        line_accepts(&line, by, &open, cut_off, self.now).map_err(|code| refusal(code, &line))?;
        check(&line)?;
        self.remember(msisdn)?;
        if by == OperationKind::Terminate {
            for superseded in open.iter().filter(|open| open.kind == ApplicationType::PlanChange) {
                self.supersede(superseded.seq)?;
            }
            let mut line = self.line(msisdn)?.unwrap_or(line);
            line.accept_termination(request.date.unwrap_or_else(|| jst_date(self.now)));
            self.save(line, false)?;
        } else {
            self.save(line, false)?;
        }
        let target = request.target.clone().unwrap_or_default();
        let items = vec![ItemRecord { msisdn, status: None, error_code: None, target }];
        let application = self.accept(request, &items)?;
        Ok(Accepted { application: self.answer(&application)?, msisdns: vec![msisdn] })
    }

    /// Accepts the legal rows of a bulk request; refuses it when there are none.
    pub(crate) fn submit_bulk(&self, bulk: &Bulk, request: &Request) -> Outcome<Accepted> {
        let mut record = self.begin(request)?;
        let mut refused = None;
        let mut msisdns = Vec::new();
        for (place, (msisdn, target)) in bulk.rows.iter().enumerate() {
            let verdict = if bulk.failing && place % 2 == 1 {
                Err(ErrorCode::SystemError)
            } else {
                self.judge(*msisdn, bulk.by, target, request.argument.system_no.as_deref())?
            };
            let mut item = ItemRecord { msisdn: *msisdn, status: None, error_code: None, target: target.clone() };
            match verdict {
                Ok(mut chip) => {
                    self.remember(*msisdn)?;
                    chip.version += 1;
                    chips::put(self.db, &chip, false)?;
                    msisdns.push(*msisdn);
                }
                Err(code) => {
                    item.status = Some(ApplicationStatus::Rejected);
                    item.error_code = Some(code.as_str().to_owned());
                    refused = refused.or(Some(code));
                }
            }
            applications::put_item(self.db, record.seq, place, &item)?;
        }
        match refused {
            Some(code) if msisdns.is_empty() => Err(Failure::refused(code, "no row of the request can be accepted")),
            Some(_) | None => {
                self.start(&mut record, request)?;
                Ok(Accepted { application: self.answer(&record)?, msisdns })
            }
        }
    }

    /// Whether a row of a bulk request is legal now; its chip SIM if it is.
    fn judge(
        &self,
        msisdn: Msisdn,
        by: OperationKind,
        target: &str,
        system_no: Option<&str>,
    ) -> Result<Result<ChipRecord, ErrorCode>, Error> {
        let Some(chip) = self.chip(msisdn)? else {
            return Ok(Err(ErrorCode::LineNotFound));
        };
        let open = applications::open(self.db, msisdn)?;
        if let Err(code) = chip_accepts(&chip, by, &open, system_no) {
            return Ok(Err(code));
        }
        if by == OperationKind::BindImei && chips::imei_taken(self.db, target, msisdn)? {
            return Ok(Err(ErrorCode::ImeiAlreadyBound));
        }
        Ok(Ok(chip))
    }

    /// Writes an accepted application with its items, and carries it out if that is done at once.
    pub(super) fn accept(&self, request: &Request, items: &[ItemRecord]) -> Outcome<ApplicationRecord> {
        let mut record = self.begin(request)?;
        for (place, item) in items.iter().enumerate() {
            applications::put_item(self.db, record.seq, place, item)?;
        }
        self.start(&mut record, request)?;
        Ok(record)
    }

    /// Gives an application its number.
    fn begin(&self, request: &Request) -> Outcome<ApplicationRecord> {
        let mut seq = applications::next_seq(self.db)?;
        while applications::by_no(self.db, &number(seq))?.is_some() {
            seq += 1;
        }
        let plan = schedule(&request.kind, self.now, request.date);
        history::remember_application(self.db, &number(seq), self.now, None)?;
        Ok(ApplicationRecord {
            seq,
            no: number(seq),
            kind: request.kind.clone(),
            status: plan.status,
            requested_at: self.now,
            via: request.via.clone(),
            effective_date: plan.effective_date,
            cancellable_until: plan.cancellable_until,
            target: request.target.clone(),
            argument: request.argument.clone(),
            due_at: plan.due_at,
            stuck: false,
        })
    }

    /// Lets an application run: by its schedule, or into the fault that holds it.
    fn start(&self, record: &mut ApplicationRecord, request: &Request) -> Outcome<()> {
        if request.stuck {
            record.stuck = true;
            record.status = ApplicationStatus::Processing;
            record.due_at = None;
            record.cancellable_until = None;
        }
        applications::put(self.db, record)?;
        if !request.stuck && record.kind == ApplicationType::Coupon {
            self.complete(record)?;
        }
        Ok(())
    }

    /// An application as it is answered.
    pub(crate) fn answer(&self, record: &ApplicationRecord) -> Result<wire::Application, Error> {
        Ok(record.wire(&applications::items(self.db, record.seq)?))
    }
}

/// The number of the application at a place.
pub(crate) fn number(seq: i64) -> String {
    format!("A{seq:010}")
}

fn refusal(code: ErrorCode, line: &LineRecord) -> Failure {
    let message = match code {
        ErrorCode::ApplicationInProgress => "another application of this line is open".to_owned(),
        ErrorCode::CutoffPassed => "plan changes are closed until the end of the month".to_owned(),
        ErrorCode::InvalidParameter
        | ErrorCode::Unauthenticated
        | ErrorCode::FunctionNotAvailable
        | ErrorCode::NotOwner
        | ErrorCode::LineNotFound
        | ErrorCode::InvalidState
        | ErrorCode::ImeiAlreadyBound
        | ErrorCode::NotCancellable
        | ErrorCode::TooManyRows
        | ErrorCode::RateLimited
        | ErrorCode::SystemError
        | ErrorCode::Maintenance => format!("not possible while the line is {}", line.status.wire()),
    };
    Failure::refused(code, message)
}
