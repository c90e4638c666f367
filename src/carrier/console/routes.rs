//! What exported lists answer to a carrier's routes.

use jiff::Timestamp;

use super::ExportCarrier;
use crate::carrier::error::{Call, CarrierError, Failure, Refusal};
use crate::carrier::query::{ApplicationQuery, ChipQuery, LineQuery, PageQuery, UsageQuery};
use crate::carrier::routes::{Answer, Carrier};
use crate::carrier::wire::{
    ActivationBody, AllocationBody, Application, ChipSim, CouponBody, CouponOffers, ErrorBody, ErrorCode, ImeiBody, ImeiPreview,
    Line, OrderBody, Page, PlanChangeBody, PlanOffers, ServiceDetail, Session, SuspendBody, SystemAnswer, TerminateBody, Usage,
};
use crate::domain::calendar::jst_date;
use crate::domain::{ApplicationNumber, ApplicationType, CarrierIdentity, Msisdn, RatePlan, ServiceCode, SystemNumber};

fn answer<'a, T: Send + 'a>(value: Result<T, CarrierError>) -> Answer<'a, T> {
    Box::pin(std::future::ready(value))
}

/// What was bought is known only by a journal for which a person vouched.
const BOUGHT: &str = "what was bought is not known to the journal (`simfleet ops vouch` says that nothing was), and it is";

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

    /// Steps that were handed over, and what the journal knows as bought: the carrier's own applications are in no
    /// exported list.
    fn applications<'a>(&'a self, query: &'a ApplicationQuery) -> Answer<'a, Page<Application>> {
        let ApplicationQuery { kind, status, msisdn, from, to, page: wanted } = query;
        let recalled = self.recalled();
        let is_told = match kind {
            Some(ApplicationType::Coupon) => recalled.bought.has_all_coupons_since(*from),
            Some(ApplicationType::Order) => recalled.bought.has_all_orders(),
            Some(_) | None => true,
        };
        if !is_told {
            return untold("/v1/applications", BOUGHT);
        }
        let fits = |step: &Application| {
            let day = jst_date(step.requested_at.0);
            kind.as_ref().is_none_or(|kind| *kind == step.kind)
                && status.as_ref().is_none_or(|status| *status == step.status)
                && msisdn.is_none_or(|msisdn| step.items.iter().any(|item| item.msisdn == msisdn))
                && from.is_none_or(|from| day >= from)
                && to.is_none_or(|to| day <= to)
        };
        let steps = self.steps(&recalled.handed_over).into_values();
        answer(Ok(page(steps.chain(recalled.bought.applications()).filter(fits).collect(), *wanted)))
    }

    fn application<'a>(&'a self, number: &'a ApplicationNumber) -> Answer<'a, Application> {
        let recalled = self.recalled();
        let step = self.steps(&recalled.handed_over).remove(number).or_else(|| recalled.bought.application(number));
        answer(step.ok_or_else(|| not_found("/v1/applications/{no}", "application")))
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
