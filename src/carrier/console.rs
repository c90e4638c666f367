//! The csv driver: a carrier of which exported lists are known, and what was handed over to a person.
//!
//! It answers what the lists say, so that whatever observes a carrier works on them. What a person was asked to do in
//! the console, and what no list shows yet, stands in their place as an open application: it is not planned again. It
//! sends nothing: there is nobody to send it to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{PoisonError, RwLock};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::carrier::error::{Call, CarrierError, Failure, Refusal};
use crate::carrier::exports::{ExportCatalogue, ExportedLists, seen};
use crate::carrier::query::{ApplicationQuery, ChipQuery, LineQuery, PageQuery, UsageQuery};
use crate::carrier::routes::{Answer, Carrier};
use crate::carrier::wire::{
    ActivationBody, AllocationBody, Application, ApplicationItem, ChipSim, CouponBody, CouponOffer, CouponOffers, ErrorBody,
    ErrorCode, ImeiBody, ImeiPreview, Line, OrderBody, Page, PendingApplication, PlanChangeBody, PlanOffer, PlanOffers,
    ServiceDetail, Session, SuspendBody, SystemAnswer, TerminateBody, Usage,
};
use crate::domain::calendar::{JstTime, jst_date};
use crate::domain::{
    ApplicationNumber, ApplicationStatus, ApplicationType, CarrierIdentity, ChipStatus, ExportReading, LineStatus, Msisdn,
    OperationKind, RatePlan, RequestedVia, ServiceCode, SystemNumber,
};

/// The host of every carrier that is known by exported lists.
pub const CONSOLE: &str = "console";

/// An operation that a person was asked to perform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOver {
    /// The step of a check-list ([`crate::domain::HandOver`]).
    pub number: ApplicationNumber,
    /// What is to be done.
    pub kind: OperationKind,
    /// Its line.
    pub msisdn: Msisdn,
    /// What it leads to: a rate plan, an IMEI, a system number; empty where the kind says it.
    pub target: String,
    /// The system number that a chip SIM leaves.
    pub leaves: Option<String>,
    /// From when on it is to count.
    pub effective: Option<Date>,
    /// When it was handed over.
    pub at: Timestamp,
}

/// What the lists say of an operation that was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// It was done.
    Done,
    /// Nothing yet.
    NotYet,
    /// It cannot be done any more: the line has ended, or another device is bound.
    Overtaken,
}

/// Exported lists as a carrier.
#[derive(Debug)]
pub struct ExportCarrier {
    identity: CarrierIdentity,
    exported_at: Timestamp,
    lists: ExportedLists,
    system: SystemAnswer,
    plans: Vec<PlanOffer>,
    coupons: BTreeMap<RatePlan, Vec<CouponOffer>>,
    handed_over: RwLock<Vec<HandedOver>>,
}

impl ExportCarrier {
    /// What an account's lists and its catalogue say. Nobody else's lists bear its name.
    pub fn new(
        account: &str,
        lists: ExportedLists,
        catalogue: ExportCatalogue,
        reading: &ExportReading,
        exported_at: Timestamp,
    ) -> Self {
        let coupons = catalogue.coupon_prices.clone();
        let (mut system, plans) = seen(catalogue, &lists.lines, reading);
        account.clone_into(&mut system.contractor_id);
        Self { identity: identity(account), exported_at, lists, system, plans, coupons, handed_over: RwLock::default() }
    }

    /// What was handed over and is not known to be done: all there is, instead of what was said before.
    pub fn recall(&self, handed_over: Vec<HandedOver>) {
        *self.handed_over.write().unwrap_or_else(PoisonError::into_inner) = handed_over;
    }

    fn handed_over(&self) -> Vec<HandedOver> {
        self.handed_over.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn find_line(&self, msisdn: Msisdn) -> Option<&Line> {
        self.lists.lines.binary_search_by_key(&msisdn, |line| line.msisdn).ok().and_then(|at| self.lists.lines.get(at))
    }

    fn find_chip(&self, msisdn: Msisdn) -> Option<&ChipSim> {
        self.lists.chips.binary_search_by_key(&msisdn, |chip| chip.msisdn).ok().and_then(|at| self.lists.chips.get(at))
    }

    /// What the lists say of an operation. Lists from before it was handed over show somebody else's work, or an older state.
    pub fn shown(&self, handed: &HandedOver) -> Shown {
        if self.exported_at < handed.at {
            return Shown::NotYet;
        }
        shown(handed, self.find_line(handed.msisdn), self.find_chip(handed.msisdn))
    }

    /// Open applications of every line that has any.
    fn open(&self) -> BTreeMap<Msisdn, Vec<PendingApplication>> {
        let mut open: BTreeMap<Msisdn, Vec<PendingApplication>> = BTreeMap::new();
        for handed in self.handed_over().iter().filter(|handed| self.shown(handed) == Shown::NotYet) {
            let Some(kind) = ApplicationType::of(handed.kind) else { continue };
            open.entry(handed.msisdn).or_default().push(PendingApplication {
                application_no: handed.number.to_string(),
                kind,
                target: wire_target(handed),
                effective_date: handed.effective,
                cancellable: false,
                status: Some(ApplicationStatus::Accepted),
            });
        }
        open
    }

    /// Steps of check-lists as applications.
    fn steps(&self) -> BTreeMap<ApplicationNumber, Application> {
        let mut steps: BTreeMap<ApplicationNumber, Application> = BTreeMap::new();
        for handed in self.handed_over() {
            let Some(kind) = ApplicationType::of(handed.kind) else { continue };
            let status = match self.shown(&handed) {
                Shown::Done => ApplicationStatus::Completed,
                Shown::NotYet => ApplicationStatus::Accepted,
                Shown::Overtaken => ApplicationStatus::Rejected,
            };
            let step = steps.entry(handed.number.clone()).or_insert_with(|| Application {
                application_no: handed.number.to_string(),
                kind,
                status: ApplicationStatus::Accepted,
                status_label: String::new(),
                requested_at: JstTime(handed.at),
                requested_via: RequestedVia::Console,
                effective_date: handed.effective,
                cancellable_until: None,
                items: Vec::new(),
                target: None,
                order: None,
            });
            step.items.push(ApplicationItem { msisdn: handed.msisdn, status, error_code: None });
        }
        for step in steps.values_mut() {
            let statuses: BTreeSet<&ApplicationStatus> = step.items.iter().map(|item| &item.status).collect();
            let same = statuses.first().filter(|_| statuses.len() == 1).map(|status| (*status).clone());
            let open = step.items.iter().any(|item| item.status == ApplicationStatus::Accepted);
            let mixed = if open { ApplicationStatus::Processing } else { ApplicationStatus::PartiallyCompleted };
            step.status = same.unwrap_or(mixed);
            step.status.label().clone_into(&mut step.status_label);
        }
        steps
    }
}

/// Whose journal and plans these are. The name is all that is known.
pub fn identity(account: &str) -> CarrierIdentity {
    CarrierIdentity { host: CONSOLE.to_owned(), contractor_id: account.to_owned() }
}

fn wire_target(handed: &HandedOver) -> String {
    match handed.kind {
        OperationKind::Suspend => LineStatus::Suspended.wire().to_owned(),
        OperationKind::Resume => LineStatus::Active.wire().to_owned(),
        OperationKind::Terminate => LineStatus::TerminationAccepted.wire().to_owned(),
        OperationKind::ChangeRatePlan
        | OperationKind::BindImei
        | OperationKind::Allocate
        | OperationKind::Deallocate
        | OperationKind::StartUse
        | OperationKind::BuyCoupon
        | OperationKind::PlaceOrder
        | OperationKind::CancelApplication => handed.target.clone(),
    }
}

/// What the rows of a line say of an operation. A missing row says nothing.
fn shown(handed: &HandedOver, line: Option<&Line>, chip: Option<&ChipSim>) -> Shown {
    let status = line.map(|line| line.status.clone()).or_else(|| chip.and_then(|chip| chip.status.line()));
    if handed.kind == OperationKind::Terminate {
        return match status {
            Some(LineStatus::TerminationAccepted | LineStatus::Terminated | LineStatus::CarrierTerminated) => Shown::Done,
            Some(LineStatus::Active | LineStatus::Suspended | LineStatus::CarrierSuspended | LineStatus::Unknown(_)) | None => {
                Shown::NotYet
            }
        };
    }
    let is_started = status.is_some();
    let has_ended = status.as_ref().is_some_and(LineStatus::is_terminated);
    let stock = chip.and_then(|chip| chip.system_no.as_deref()).filter(|system| !system.is_empty());
    let is_allocated = chip.is_some_and(|chip| chip.status == ChipStatus::Allocated);
    let done = match handed.kind {
        OperationKind::Suspend => status == Some(LineStatus::Suspended),
        OperationKind::Resume => status == Some(LineStatus::Active),
        OperationKind::ChangeRatePlan => line.is_some_and(|line| line.plan_code == handed.target),
        OperationKind::BindImei => match chip.and_then(|chip| chip.imei.as_deref()) {
            Some(bound) if device(bound) != device(&handed.target) => return Shown::Overtaken,
            Some(_) => true,
            // The list has no column for it.
            None => {
                is_started || chip.is_some_and(|chip| matches!(chip.status, ChipStatus::ImeiRegistered | ChipStatus::Allocated))
            }
        },
        OperationKind::Allocate => is_started || is_allocated && stock.is_none_or(|stock| stock == handed.target),
        OperationKind::Deallocate => {
            let elsewhere = is_allocated && stock.is_some() && stock != handed.leaves.as_deref();
            elsewhere || chip.is_some_and(|chip| chip.status == ChipStatus::ImeiRegistered)
        }
        OperationKind::StartUse => is_started,
        OperationKind::Terminate | OperationKind::BuyCoupon | OperationKind::PlaceOrder | OperationKind::CancelApplication => {
            false
        }
    };
    match (done, has_ended) {
        (true, _) => Shown::Done,
        (false, true) => Shown::Overtaken,
        (false, false) => Shown::NotYet,
    }
}

/// The digits that name the device, without check digit and version.
fn device(imei: &str) -> &str {
    imei.get(..14).unwrap_or(imei)
}

fn answer<'a, T: Send + 'a>(value: Result<T, CarrierError>) -> Answer<'a, T> {
    Box::pin(std::future::ready(value))
}

/// What an exported list does not tell.
fn untold<'a, T: Send + 'a>(route: &'static str, what: &str) -> Answer<'a, T> {
    let why = format!("{what} not in the exported lists, and driver csv asks nobody");
    answer(Err(CarrierError::new(Call::read(route), Failure::Unsendable(why))))
}

/// What a person does.
fn by_hand<'a, T: Send + 'a>(route: &'static str) -> Answer<'a, T> {
    let why = "driver csv sends nothing: what is to be done is handed over to a person".to_owned();
    answer(Err(CarrierError::new(Call::mutation(route), Failure::Unsendable(why))))
}

fn not_found(route: &'static str, what: &str) -> CarrierError {
    let body = ErrorBody {
        error_code: ErrorCode::LineNotFound.as_str().to_owned(),
        error_message: format!("the exported lists have no {what}"),
        parameter_error_list: Vec::new(),
    };
    CarrierError::new(Call::read(route), Failure::Refused(Box::new(Refusal::new(404, body, None))))
}

fn page<T>(rows: Vec<T>, query: PageQuery) -> Page<T> {
    let PageQuery { page, page_size } = query;
    let total_size = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let skip = usize::try_from(page.saturating_sub(1).saturating_mul(page_size)).unwrap_or(usize::MAX);
    let take = usize::try_from(page_size).unwrap_or(usize::MAX);
    Page { result: rows.into_iter().skip(skip).take(take).collect(), page, page_size, total_size }
}

impl Carrier for ExportCarrier {
    fn identity(&self) -> &CarrierIdentity {
        &self.identity
    }

    /// When the lists were exported: what they show is as old as that.
    fn now(&self) -> Option<Timestamp> {
        Some(self.exported_at)
    }

    fn system(&self) -> Answer<'_, SystemAnswer> {
        answer(Ok(self.system.clone()))
    }

    fn service_detail<'a>(&'a self, _: &'a SystemNumber, _: &'a ServiceCode, _: Option<&'a str>) -> Answer<'a, ServiceDetail> {
        untold("/v1/systems/{systemNo}/services/{serviceCode}", "the traffic of a service is")
    }

    fn lines<'a>(&'a self, query: &'a LineQuery) -> Answer<'a, Page<Line>> {
        let LineQuery { system, status, plan_code, page: wanted } = query;
        let fits = |line: &&Line| {
            system.as_ref().is_none_or(|system| system.as_str() == line.system_no)
                && status.as_ref().is_none_or(|status| status == line.status.wire())
                && plan_code.as_ref().is_none_or(|plan| *plan == line.plan_code)
        };
        let mut found = page(self.lists.lines.iter().filter(fits).collect(), *wanted);
        let mut open = self.open();
        let result = std::mem::take(&mut found.result)
            .into_iter()
            .map(|line| Line { pending: open.remove(&line.msisdn).unwrap_or_default(), ..line.clone() })
            .collect();
        answer(Ok(Page { result, page: found.page, page_size: found.page_size, total_size: found.total_size }))
    }

    fn line(&self, msisdn: Msisdn) -> Answer<'_, Line> {
        let pending = || self.open().remove(&msisdn).unwrap_or_default();
        let found = self.find_line(msisdn).map(|line| Line { pending: pending(), ..line.clone() });
        answer(found.ok_or_else(|| not_found("/v1/sims/{msisdn}", "such line")))
    }

    fn usage(&self, _: Msisdn, _: UsageQuery) -> Answer<'_, Usage> {
        untold("/v1/sims/{msisdn}/usage", "traffic is")
    }

    fn session(&self, _: Msisdn) -> Answer<'_, Session> {
        untold("/v1/sims/{msisdn}/session", "sessions are")
    }

    /// Steps that were handed over, and nothing else: the carrier's own applications are in no exported list.
    fn applications<'a>(&'a self, query: &'a ApplicationQuery) -> Answer<'a, Page<Application>> {
        let ApplicationQuery { kind, status, msisdn, from, to, page: wanted } = query;
        if matches!(kind, Some(ApplicationType::Coupon | ApplicationType::Order)) {
            return untold("/v1/applications", "purchases are");
        }
        let fits = |step: &Application| {
            let day = jst_date(step.requested_at.0);
            kind.as_ref().is_none_or(|kind| *kind == step.kind)
                && status.as_ref().is_none_or(|status| *status == step.status)
                && msisdn.is_none_or(|msisdn| step.items.iter().any(|item| item.msisdn == msisdn))
                && from.is_none_or(|from| day >= from)
                && to.is_none_or(|to| day <= to)
        };
        answer(Ok(page(self.steps().into_values().filter(fits).collect(), *wanted)))
    }

    fn application<'a>(&'a self, number: &'a ApplicationNumber) -> Answer<'a, Application> {
        answer(self.steps().remove(number).ok_or_else(|| not_found("/v1/applications/{no}", "application")))
    }

    fn chips<'a>(&'a self, query: &'a ChipQuery) -> Answer<'a, Page<ChipSim>> {
        let ChipQuery { system, status, page: wanted } = query;
        let fits = |chip: &&ChipSim| {
            system.as_ref().is_none_or(|system| chip.system_no.as_deref() == Some(system.as_str()))
                && status.as_ref().is_none_or(|status| status == chip.status.wire())
        };
        let mut found = page(self.lists.chips.iter().filter(fits).collect(), *wanted);
        let mut open = self.open();
        let result = std::mem::take(&mut found.result)
            .into_iter()
            .map(|chip| ChipSim { pending: open.remove(&chip.msisdn).unwrap_or_default(), ..chip.clone() })
            .collect();
        answer(Ok(Page { result, page: found.page, page_size: found.page_size, total_size: found.total_size }))
    }

    fn chip(&self, msisdn: Msisdn) -> Answer<'_, ChipSim> {
        let pending = || self.open().remove(&msisdn).unwrap_or_default();
        let found = self.find_chip(msisdn).map(|chip| ChipSim { pending: pending(), ..chip.clone() });
        answer(found.ok_or_else(|| not_found("/v1/chip-sims/{msisdn}", "such chip SIM")))
    }

    fn plans(&self) -> Answer<'_, PlanOffers> {
        answer(Ok(PlanOffers { result: self.plans.clone() }))
    }

    fn coupons<'a>(&'a self, plan: &'a RatePlan) -> Answer<'a, CouponOffers> {
        answer(Ok(CouponOffers { result: self.coupons.get(plan).cloned().unwrap_or_default() }))
    }

    fn suspend<'a>(&'a self, _: Msisdn, _: &'a SuspendBody) -> Answer<'a, Application> {
        by_hand("/v1/sims/{msisdn}/suspend")
    }

    fn resume(&self, _: Msisdn) -> Answer<'_, Application> {
        by_hand("/v1/sims/{msisdn}/resume")
    }

    fn change_plan<'a>(&'a self, _: Msisdn, _: &'a PlanChangeBody) -> Answer<'a, Application> {
        by_hand("/v1/sims/{msisdn}/plan-change")
    }

    fn buy_coupon<'a>(&'a self, _: Msisdn, _: &'a CouponBody) -> Answer<'a, Application> {
        by_hand("/v1/sims/{msisdn}/coupons")
    }

    fn terminate<'a>(&'a self, _: Msisdn, _: &'a TerminateBody) -> Answer<'a, Application> {
        by_hand("/v1/sims/{msisdn}/terminate")
    }

    fn order<'a>(&'a self, _: &'a OrderBody) -> Answer<'a, Application> {
        by_hand("/v1/orders")
    }

    fn cancel<'a>(&'a self, _: &'a ApplicationNumber) -> Answer<'a, Application> {
        by_hand("/v1/applications/{no}/cancel")
    }

    fn bind_imeis<'a>(&'a self, _: &'a ImeiBody) -> Answer<'a, Application> {
        by_hand("/v1/chip-sims/imei-registrations")
    }

    fn preview_imeis<'a>(&'a self, _: &'a ImeiBody) -> Answer<'a, ImeiPreview> {
        by_hand("/v1/chip-sims/imei-registrations?dryRun=true")
    }

    fn allocate<'a>(&'a self, _: &'a AllocationBody) -> Answer<'a, Application> {
        by_hand("/v1/chip-sims/allocations")
    }

    fn deallocate<'a>(&'a self, _: &'a AllocationBody) -> Answer<'a, Application> {
        by_hand("/v1/chip-sims/deallocations")
    }

    fn start_use<'a>(&'a self, _: &'a ActivationBody) -> Answer<'a, Application> {
        by_hand("/v1/chip-sims/activations")
    }
}
