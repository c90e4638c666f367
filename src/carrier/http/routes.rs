//! Each route as a request.

use jiff::Timestamp;
use reqwest::RequestBuilder;
use serde::Serialize;

use super::HttpCarrier;
use crate::carrier::error::Call;
use crate::carrier::query::{ApplicationQuery, ChipQuery, LineQuery, Pairs, UsageQuery};
use crate::carrier::routes::{Answer, Carrier};
use crate::carrier::wire::{
    ActivationBody, AllocationBody, Application, ChipSim, CouponBody, CouponOffers, ImeiBody, ImeiPreview, Line, OrderBody, Page,
    PlanChangeBody, PlanOffers, ResumeBody, ServiceDetail, Session, SuspendBody, SystemAnswer, TerminateBody, Usage,
};
use crate::domain::{ApplicationNumber, CarrierIdentity, Msisdn, RatePlan, ServiceCode, SystemNumber};

impl HttpCarrier {
    fn get(&self, segments: &[&str], pairs: &Pairs) -> RequestBuilder {
        let mut url = self.url(segments);
        if !pairs.is_empty() {
            url.query_pairs_mut().extend_pairs(pairs);
        }
        self.client.get(url)
    }

    fn post(&self, segments: &[&str], body: &impl Serialize) -> RequestBuilder {
        self.client.post(self.url(segments)).json(body)
    }

    /// A mutation of one line.
    fn line_mutation<'a>(&'a self, call: Call, msisdn: Msisdn, verb: &str, body: &impl Serialize) -> Answer<'a, Application> {
        let request = self.post(&["v1", "sims", msisdn.as_str(), verb], body);
        Box::pin(async move { self.authorized(call, &request).await })
    }

    /// A mutation of many chip SIMs.
    fn chip_mutation<'a>(&'a self, call: Call, collection: &str, body: &impl Serialize) -> Answer<'a, Application> {
        let request = self.post(&["v1", "chip-sims", collection], body);
        Box::pin(async move { self.authorized(call, &request).await })
    }

    fn reading<'a, T: serde::de::DeserializeOwned + Send + 'a>(
        &'a self,
        route: &'static str,
        segments: &[&str],
        pairs: &Pairs,
    ) -> Answer<'a, T> {
        let request = self.get(segments, pairs);
        Box::pin(async move { self.read(Call::read(route), request).await })
    }
}

impl Carrier for HttpCarrier {
    fn identity(&self) -> &CarrierIdentity {
        &self.identity
    }

    fn now(&self) -> Option<Timestamp> {
        self.clock()
    }

    fn system(&self) -> Answer<'_, SystemAnswer> {
        self.reading("/v1/system", &["v1", "system"], &Pairs::new())
    }

    fn service_detail<'a>(
        &'a self,
        system: &'a SystemNumber,
        service: &'a ServiceCode,
        month: Option<&'a str>,
    ) -> Answer<'a, ServiceDetail> {
        let pairs = month.map(|month| ("month", month.to_owned())).into_iter().collect();
        let segments = ["v1", "systems", system.as_str(), "services", service.as_str()];
        self.reading("/v1/systems/{systemNo}/services/{serviceCode}", &segments, &pairs)
    }

    fn lines<'a>(&'a self, query: &'a LineQuery) -> Answer<'a, Page<Line>> {
        self.reading("/v1/sims", &["v1", "sims"], &query.pairs())
    }

    fn line(&self, msisdn: Msisdn) -> Answer<'_, Line> {
        self.reading("/v1/sims/{msisdn}", &["v1", "sims", msisdn.as_str()], &Pairs::new())
    }

    fn usage(&self, msisdn: Msisdn, query: UsageQuery) -> Answer<'_, Usage> {
        self.reading("/v1/sims/{msisdn}/usage", &["v1", "sims", msisdn.as_str(), "usage"], &query.pairs())
    }

    fn session(&self, msisdn: Msisdn) -> Answer<'_, Session> {
        self.reading("/v1/sims/{msisdn}/session", &["v1", "sims", msisdn.as_str(), "session"], &Pairs::new())
    }

    fn applications<'a>(&'a self, query: &'a ApplicationQuery) -> Answer<'a, Page<Application>> {
        self.reading("/v1/applications", &["v1", "applications"], &query.pairs())
    }

    fn application<'a>(&'a self, number: &'a ApplicationNumber) -> Answer<'a, Application> {
        self.reading("/v1/applications/{no}", &["v1", "applications", number.as_str()], &Pairs::new())
    }

    fn chips<'a>(&'a self, query: &'a ChipQuery) -> Answer<'a, Page<ChipSim>> {
        self.reading("/v1/chip-sims", &["v1", "chip-sims"], &query.pairs())
    }

    fn chip(&self, msisdn: Msisdn) -> Answer<'_, ChipSim> {
        self.reading("/v1/chip-sims/{msisdn}", &["v1", "chip-sims", msisdn.as_str()], &Pairs::new())
    }

    fn plans(&self) -> Answer<'_, PlanOffers> {
        self.reading("/v1/plans", &["v1", "plans"], &Pairs::new())
    }

    fn coupons<'a>(&'a self, plan: &'a RatePlan) -> Answer<'a, CouponOffers> {
        self.reading("/v1/plans/{code}/coupons", &["v1", "plans", plan.as_str(), "coupons"], &Pairs::new())
    }

    fn suspend<'a>(&'a self, msisdn: Msisdn, body: &'a SuspendBody) -> Answer<'a, Application> {
        self.line_mutation(Call::mutation("/v1/sims/{msisdn}/suspend"), msisdn, "suspend", body)
    }

    fn resume(&self, msisdn: Msisdn) -> Answer<'_, Application> {
        self.line_mutation(Call::mutation("/v1/sims/{msisdn}/resume"), msisdn, "resume", &ResumeBody {})
    }

    fn change_plan<'a>(&'a self, msisdn: Msisdn, body: &'a PlanChangeBody) -> Answer<'a, Application> {
        self.line_mutation(Call::mutation("/v1/sims/{msisdn}/plan-change"), msisdn, "plan-change", body)
    }

    fn buy_coupon<'a>(&'a self, msisdn: Msisdn, body: &'a CouponBody) -> Answer<'a, Application> {
        self.line_mutation(Call::mutation("/v1/sims/{msisdn}/coupons"), msisdn, "coupons", body)
    }

    fn terminate<'a>(&'a self, msisdn: Msisdn, body: &'a TerminateBody) -> Answer<'a, Application> {
        self.line_mutation(Call::mutation("/v1/sims/{msisdn}/terminate"), msisdn, "terminate", body)
    }

    fn order<'a>(&'a self, body: &'a OrderBody) -> Answer<'a, Application> {
        let request = self.post(&["v1", "orders"], body);
        Box::pin(async move { self.authorized(Call::mutation("/v1/orders"), &request).await })
    }

    fn cancel<'a>(&'a self, number: &'a ApplicationNumber) -> Answer<'a, Application> {
        let request = self.post(&["v1", "applications", number.as_str(), "cancel"], &ResumeBody {});
        Box::pin(async move { self.authorized(Call::mutation("/v1/applications/{no}/cancel"), &request).await })
    }

    fn bind_imeis<'a>(&'a self, body: &'a ImeiBody) -> Answer<'a, Application> {
        self.chip_mutation(Call::mutation("/v1/chip-sims/imei-registrations"), "imei-registrations", body)
    }

    fn preview_imeis<'a>(&'a self, body: &'a ImeiBody) -> Answer<'a, ImeiPreview> {
        let request = self.post(&["v1", "chip-sims", "imei-registrations"], body).query(&[("dryRun", "true")]);
        Box::pin(async move { self.read(Call::ask("/v1/chip-sims/imei-registrations?dryRun=true"), request).await })
    }

    fn allocate<'a>(&'a self, body: &'a AllocationBody) -> Answer<'a, Application> {
        self.chip_mutation(Call::mutation("/v1/chip-sims/allocations"), "allocations", body)
    }

    fn deallocate<'a>(&'a self, body: &'a AllocationBody) -> Answer<'a, Application> {
        self.chip_mutation(Call::mutation("/v1/chip-sims/deallocations"), "deallocations", body)
    }

    fn start_use<'a>(&'a self, body: &'a ActivationBody) -> Answer<'a, Application> {
        self.chip_mutation(Call::mutation("/v1/chip-sims/activations"), "activations", body)
    }
}
