//! The carrier model: DOMAIN 3 in a hundred lines, on a clock of its own. It shares no code with the
//! emulator.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use simfleet::carrier::wire::{
    Application, ApplicationItem, ChipSim, ErrorBody, ErrorCode, Line, OrderBody, OrderDetail, PendingApplication,
};
use simfleet::domain::calendar::{JstTime, first_of_next_month, jst_date};
use simfleet::domain::{ApplicationStatus, ApplicationType, ChipStatus, LineStatus, Msisdn, RequestedVia};

use crate::sim::carrier::Fault;
use crate::sim::drive::Rng;
use crate::sim::shop::{COUPON_BYTES, COUPONS};

/// What goes wrong with a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ListFault {
    /// Every row comes twice.
    Doubled,
    /// It is as it was a while ago.
    Lags,
    /// Its last row is missing, and its count says so.
    Short,
}

/// What goes wrong, and how often.
#[derive(Debug, Clone)]
pub(crate) struct Chaos {
    pub(crate) rng: Rng,
    pub(crate) percent: u32,
    /// The most seconds that a request takes to arrive. With those that a list may lag it has to be less than
    /// the settle window, beyond which nothing protects anybody.
    pub(crate) latest: usize,
}

/// A number: what both lists say of it.
#[derive(Debug, Clone)]
pub(crate) struct Sim {
    pub(crate) line: Option<Line>,
    pub(crate) chip: Option<ChipSim>,
}

/// An application, and what each of its rows leads to.
#[derive(Debug, Clone)]
pub(crate) struct Accepted {
    pub(crate) application: Application,
    pub(crate) targets: Vec<String>,
    /// Before it is done; `None` when nothing more happens by itself.
    pub(crate) due: Option<Timestamp>,
}

/// A mutation as it was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) kind: ApplicationType,
    pub(crate) rows: Vec<(Msisdn, String)>,
    pub(crate) system: Option<String>,
    pub(crate) date: Option<Date>,
    pub(crate) order: Option<OrderBody>,
    /// The number of an application to cancel; then the rest does not matter.
    pub(crate) cancels: Option<String>,
    /// A fault: rows at odd places are refused.
    pub(crate) partial: bool,
    /// When it left; set by the carrier.
    pub(crate) sent: Timestamp,
}

impl Asked {
    pub(crate) fn new(kind: ApplicationType, rows: Vec<(Msisdn, String)>) -> Self {
        Self { kind, rows, system: None, date: None, order: None, cancels: None, partial: false, sent: Timestamp::MIN }
    }
}

/// What was paid for at once. Nothing stops a second one of anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Paid {
    pub(crate) kind: ApplicationType,
    pub(crate) msisdn: Option<Msisdn>,
    /// The coupon, or how many SIMs.
    pub(crate) what: String,
    pub(crate) number: String,
    /// When the request left.
    pub(crate) asked: Timestamp,
    /// When it was accepted.
    pub(crate) at: Timestamp,
}

/// A request (not a cancellation) that has arrived, and was accepted or refused.
#[derive(Debug, Clone)]
pub(crate) struct Decided {
    pub(crate) kind: ApplicationType,
    pub(crate) rows: Vec<Msisdn>,
    /// When it had left.
    pub(crate) sent: Timestamp,
}

/// What a request on its way becomes when its sender dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Orphan {
    /// It is lost.
    Lost,
    /// It arrives after so many seconds.
    Arrives(u64),
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a peculiarity that a carrier has or has not")]
pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) sims: BTreeMap<Msisdn, Sim>,
    /// What the lists show when they lag.
    pub(crate) stale: BTreeMap<Msisdn, Sim>,
    pub(crate) applications: Vec<Accepted>,
    /// Every row that was accepted, also twice.
    pub(crate) accepted: Vec<(ApplicationType, Msisdn)>,
    pub(crate) ledger: Vec<Paid>,
    /// Mutations that have arrived, and were accepted or refused.
    pub(crate) decided: Vec<Decided>,
    /// Requests that arrive later than their sender thinks.
    pub(crate) late: Vec<(Timestamp, Asked)>,
    pub(crate) chaos: Option<Chaos>,
    /// What happens to the next mutations, one each, where there is no chaos.
    pub(crate) script: VecDeque<Fault>,
    pub(crate) orphan: Orphan,
    /// Whether a sender died while its request was on its way.
    pub(crate) orphaned: bool,
    /// Until when lists of applications lack their last row.
    pub(crate) short_until: Timestamp,
    /// Whether lists of applications show every row twice.
    pub(crate) doubles: bool,
    /// Whether a second termination, binding or start is refused, as DOMAIN 3 wants. One that does not
    /// shows every double.
    pub(crate) protects: bool,
    /// Whether coupons, orders and terminations take a minute until they are as good as done.
    pub(crate) slow: bool,
    /// Whether applications say which coupon they bought.
    pub(crate) tells: bool,
    /// By how many seconds traffic figures are older than the answers that hold them.
    pub(crate) figures_lag: i64,
    /// What went wrong with lists, and how often.
    pub(crate) list_faults: BTreeMap<ListFault, u32>,
}

impl World {
    pub(crate) fn new(now: Timestamp, sims: BTreeMap<Msisdn, Sim>) -> Self {
        Self {
            now,
            stale: sims.clone(),
            sims,
            applications: Vec::new(),
            accepted: Vec::new(),
            ledger: Vec::new(),
            decided: Vec::new(),
            late: Vec::new(),
            chaos: None,
            script: VecDeque::new(),
            orphan: Orphan::Lost,
            orphaned: false,
            short_until: Timestamp::MIN,
            doubles: false,
            protects: true,
            slow: false,
            tells: true,
            figures_lag: 0,
            list_faults: BTreeMap::new(),
        }
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        let until = self.now + by;
        while let Some(next) = self.next_event().filter(|at| *at <= until) {
            self.now = self.now.max(next);
            self.happen();
        }
        self.now = until;
    }

    fn next_event(&self) -> Option<Timestamp> {
        let due = self.applications.iter().filter_map(|accepted| accepted.due).min();
        let late = self.late.iter().map(|(at, _)| *at).min();
        [due, late].into_iter().flatten().min()
    }

    fn happen(&mut self) {
        let now = self.now;
        self.stale = self.sims.clone();
        for index in 0..self.applications.len() {
            if self.applications[index].due.is_some_and(|due| due <= now) {
                self.complete(index);
            }
        }
        let (arriving, later) = std::mem::take(&mut self.late).into_iter().partition(|(at, _)| *at <= now);
        self.late = later;
        for (_, asked) in arriving {
            let _answer_nobody_hears = self.accept(&asked);
        }
    }

    fn complete(&mut self, index: usize) {
        self.applications[index].due = None;
        let Accepted { application, targets, due: _ } = &mut self.applications[index];
        let is_taken_up = application.kind == ApplicationType::Terminate && application.status == ApplicationStatus::Scheduled;
        if application.kind == ApplicationType::Order || application.kind == ApplicationType::Terminate && !is_taken_up {
            return self.take_up(index);
        }
        application.status = ApplicationStatus::Completed;
        let mut done = Vec::new();
        for (item, target) in application.items.iter_mut().zip(targets.iter()) {
            if item.status == ApplicationStatus::Rejected {
                application.status = ApplicationStatus::PartiallyCompleted;
            } else {
                item.status = ApplicationStatus::Completed;
                done.push((item.msisdn, target.clone()));
            }
        }
        let (kind, number) = (application.kind.clone(), application.application_no.clone());
        for (msisdn, target) in done {
            self.apply(&kind, msisdn, &target);
            self.forget_pending(msisdn, &number);
        }
    }

    fn apply(&mut self, kind: &ApplicationType, msisdn: Msisdn, target: &str) {
        let sim = self.sims.get_mut(&msisdn).unwrap();
        match kind {
            ApplicationType::Suspend => sim.line.as_mut().unwrap().status = LineStatus::Suspended,
            ApplicationType::Resume => sim.line.as_mut().unwrap().status = LineStatus::Active,
            ApplicationType::ImeiRegistration => {
                let chip = sim.chip.as_mut().unwrap();
                chip.imei = Some(target.to_owned());
                if chip.status == ChipStatus::Ordered {
                    chip.status = ChipStatus::ImeiRegistered;
                }
            }
            ApplicationType::Allocation => {
                let chip = sim.chip.as_mut().unwrap();
                chip.system_no = Some(target.to_owned());
                chip.status = ChipStatus::Allocated;
            }
            ApplicationType::Deallocation => {
                let chip = sim.chip.as_mut().unwrap();
                chip.system_no = None;
                chip.status = ChipStatus::ImeiRegistered;
            }
            ApplicationType::Activation => {
                let chip = sim.chip.as_mut().unwrap();
                chip.status = ChipStatus::Active;
                let (iccid, imei) = (chip.iccid.clone(), chip.imei.clone());
                let started =
                    || Line { traffic_remaining_bytes: Some(4 * COUPON_BYTES), ..line(msisdn, &iccid, imei, "chip", target) };
                sim.line.get_or_insert_with(started);
            }
            ApplicationType::PlanChange => target.clone_into(&mut sim.line.as_mut().unwrap().plan_code),
            ApplicationType::Terminate => sim.line.as_mut().unwrap().status = LineStatus::Terminated,
            ApplicationType::Coupon => {}
            other => panic!("{other} takes effect at once"),
        }
    }

    pub(crate) fn forget_pending(&mut self, msisdn: Msisdn, number: &str) {
        let sim = self.sims.get_mut(&msisdn).unwrap();
        let lists = [sim.line.as_mut().map(|line| &mut line.pending), sim.chip.as_mut().map(|chip| &mut chip.pending)];
        for pending in lists.into_iter().flatten() {
            pending.retain(|open| open.application_no != number);
        }
    }

    /// Notes that a mutation has arrived, whatever comes of it.
    pub(crate) fn decide(&mut self, asked: &Asked) {
        if asked.cancels.is_some() {
            return;
        }
        let rows = asked.rows.iter().map(|(msisdn, _)| *msisdn).collect();
        self.decided.push(Decided { kind: asked.kind.clone(), rows, sent: asked.sent });
    }

    /// Takes a mutation, or refuses it.
    pub(crate) fn accept(&mut self, asked: &Asked) -> Result<Application, (u16, ErrorBody)> {
        self.decide(asked);
        if let Some(number) = &asked.cancels {
            return self.cancel(number);
        }
        let mut items = Vec::new();
        let mut refused = None;
        for (place, (msisdn, target)) in asked.rows.iter().enumerate() {
            let verdict =
                if asked.partial && place % 2 == 1 { Err(ErrorCode::SystemError) } else { self.judge(asked, *msisdn, target) };
            let (status, error_code) = match verdict {
                Ok(()) => (ApplicationStatus::Accepted, None),
                Err(code) => {
                    refused.get_or_insert(code);
                    (ApplicationStatus::Rejected, Some(code.as_str().to_owned()))
                }
            };
            items.push(ApplicationItem { msisdn: *msisdn, status, error_code });
        }
        if let Some(code) = refused
            && items.iter().all(|item| item.status == ApplicationStatus::Rejected)
        {
            return Err((code.status(), ErrorBody { error_code: code.as_str().to_owned(), ..ErrorBody::default() }));
        }
        let scheduled = match asked.kind {
            ApplicationType::PlanChange => Some(first_of_next_month(jst_date(self.now))),
            ApplicationType::Terminate => asked.date,
            _ => None,
        };
        let number = format!("A{:06}", self.applications.len() + 1);
        let status = self.first_status(&asked.kind, scheduled.is_some());
        for item in items.iter_mut().filter(|item| item.status == ApplicationStatus::Accepted) {
            item.status = status.clone();
        }
        let application = Application {
            application_no: number,
            kind: asked.kind.clone(),
            status,
            status_label: String::new(),
            requested_at: JstTime(Timestamp::from_second(self.now.as_second()).unwrap()),
            requested_via: RequestedVia::Api,
            effective_date: scheduled,
            cancellable_until: None,
            items,
            target: asked.rows.first().map(|(_, target)| target.clone()).filter(|_| self.tells),
            order: asked.order.clone().map(|request| OrderDetail { request, msisdns: Vec::new(), iccids: Vec::new() }),
        };
        self.note(asked, &application);
        let due = self.next_step(&asked.kind, &application.status, scheduled);
        let targets = asked.rows.iter().map(|(_, target)| target.clone()).collect();
        self.applications.push(Accepted { application: application.clone(), targets, due });
        Ok(application)
    }

    /// What an accepted application does at once.
    fn note(&mut self, asked: &Asked, application: &Application) {
        self.bill(asked, application);
        for (item, (msisdn, target)) in application.items.iter().zip(&asked.rows) {
            if item.status == ApplicationStatus::Rejected {
                continue;
            }
            self.accepted.push((asked.kind.clone(), *msisdn));
            if item.status == ApplicationStatus::Completed {
                continue;
            }
            let open = PendingApplication {
                application_no: application.application_no.clone(),
                kind: asked.kind.clone(),
                target: target.clone(),
                effective_date: application.effective_date,
                cancellable: asked.kind == ApplicationType::PlanChange,
                status: Some(item.status.clone()),
            };
            let sim = self.sims.get_mut(msisdn).unwrap();
            if let Some(line) = &mut sim.line {
                if asked.kind == ApplicationType::Terminate {
                    // It supersedes a plan change that waits.
                    line.pending.clear();
                    line.status = LineStatus::TerminationAccepted;
                    line.termination_date = asked.date;
                }
                line.pending.push(open.clone());
            }
            if let Some(chip) = sim.chip.as_mut().filter(|_| sim.line.is_none()) {
                chip.pending.push(open);
            }
        }
    }

    fn judge(&self, asked: &Asked, msisdn: Msisdn, target: &str) -> Result<(), ErrorCode> {
        let sim = self.sims.get(&msisdn).ok_or(ErrorCode::LineNotFound)?;
        let pending = sim.line.as_ref().map(|line| &line.pending).or(sim.chip.as_ref().map(|chip| &chip.pending)).unwrap();
        if asked.kind == ApplicationType::Terminate && asked.date.is_some_and(|date| date < jst_date(self.now)) {
            return Err(ErrorCode::InvalidParameter);
        }
        let irreversible =
            matches!(asked.kind, ApplicationType::Terminate | ApplicationType::ImeiRegistration | ApplicationType::Activation);
        if irreversible && !self.protects {
            return Ok(());
        }
        let blocks = |open: &PendingApplication| open.status.as_ref().is_some_and(ApplicationStatus::blocks_line);
        if pending.iter().any(blocks) {
            return Err(ErrorCode::ApplicationInProgress);
        }
        let line = sim.line.as_ref().map(|line| line.status.clone());
        let chip = sim.chip.as_ref();
        let chip_status = chip.map(|chip| chip.status.clone());
        let legal = match asked.kind {
            ApplicationType::Suspend => line == Some(LineStatus::Active),
            ApplicationType::Resume => line == Some(LineStatus::Suspended),
            ApplicationType::PlanChange => {
                if pending.iter().any(|open| open.kind == ApplicationType::PlanChange) {
                    return Err(ErrorCode::ApplicationInProgress);
                }
                matches!(line, Some(LineStatus::Active | LineStatus::Suspended))
            }
            ApplicationType::Terminate => matches!(line, Some(LineStatus::Active | LineStatus::Suspended)),
            ApplicationType::Coupon => line == Some(LineStatus::Active) && COUPONS.iter().any(|(code, _)| *code == target),
            ApplicationType::ImeiRegistration => {
                let taken =
                    self.sims.values().any(|sim| sim.chip.as_ref().is_some_and(|chip| chip.imei.as_deref() == Some(target)));
                if taken {
                    return Err(ErrorCode::ImeiAlreadyBound);
                }
                chip_status == Some(ChipStatus::Ordered)
            }
            ApplicationType::Allocation => chip_status == Some(ChipStatus::ImeiRegistered),
            ApplicationType::Deallocation | ApplicationType::Activation => {
                chip_status == Some(ChipStatus::Allocated) && chip.and_then(|chip| chip.system_no.clone()) == asked.system
            }
            _ => false,
        };
        if legal { Ok(()) } else { Err(ErrorCode::InvalidState) }
    }
}

/// A line that is active.
pub(crate) fn line(msisdn: Msisdn, iccid: &str, imei: Option<String>, kind: &str, plan: &str) -> Line {
    Line {
        msisdn,
        iccid: iccid.to_owned(),
        imsi: "440101234567890".to_owned(),
        imei,
        kind: kind.to_owned(),
        system_no: "S0001234".to_owned(),
        service_code: "m2m-lte".to_owned(),
        plan_code: plan.to_owned(),
        status: LineStatus::Active,
        status_label: String::new(),
        suspend_reason: None,
        traffic_remaining_bytes: None,
        pending: Vec::new(),
        opened_at: None,
        termination_date: None,
        updated_at: None,
        version: 1,
    }
}
