//! What a carrier can do: one method per route of the wire protocol (DOMAIN 5).

use std::pin::Pin;

use jiff::Timestamp;

use crate::carrier::error::CarrierError;
use crate::carrier::query::{ApplicationQuery, ChipQuery, LineQuery, UsageQuery};
use crate::carrier::wire::{
    ActivationBody, AllocationBody, Application, ChipSim, CouponBody, CouponOffers, ImeiBody, ImeiPreview, Line, OrderBody, Page,
    PlanChangeBody, PlanOffers, ServiceDetail, Session, SuspendBody, SystemAnswer, TerminateBody, Usage,
};
use crate::domain::{ApplicationNumber, CarrierIdentity, Msisdn, RatePlan, ServiceCode, SystemNumber};

/// What a carrier will have answered.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, CarrierError>> + Send + 'a>>;

/// A carrier account: one contractor at one carrier. Tokens, rate limits and retries of reads are the
/// driver's affair.
///
/// **A mutation is sent once per call**: whether it may be sent again depends on
/// [`CarrierError::class`], and only the executor decides that.
pub trait Carrier: Send + Sync {
    /// Whose lines these are.
    fn identity(&self) -> &CarrierIdentity;

    /// The carrier's clock: the `Date` of its latest answer. `None` before the first.
    fn now(&self) -> Option<Timestamp>;

    /// Function 13: systems, services, functions offered, cut-off rule, bulk limit.
    fn system(&self) -> Answer<'_, SystemAnswer>;

    /// Function 12. The month is `YYYY-MM`, by default the current one.
    fn service_detail<'a>(
        &'a self,
        system: &'a SystemNumber,
        service: &'a ServiceCode,
        month: Option<&'a str>,
    ) -> Answer<'a, ServiceDetail>;

    /// Function 7.
    fn lines<'a>(&'a self, query: &'a LineQuery) -> Answer<'a, Page<Line>>;

    /// Function 1.
    fn line(&self, msisdn: Msisdn) -> Answer<'_, Line>;

    /// Function 4.
    fn usage(&self, msisdn: Msisdn, query: UsageQuery) -> Answer<'_, Usage>;

    /// Function 11.
    fn session(&self, msisdn: Msisdn) -> Answer<'_, Session>;

    /// Function 10, the list.
    fn applications<'a>(&'a self, query: &'a ApplicationQuery) -> Answer<'a, Page<Application>>;

    /// Function 10, one.
    fn application<'a>(&'a self, number: &'a ApplicationNumber) -> Answer<'a, Application>;

    /// Function 19.
    fn chips<'a>(&'a self, query: &'a ChipQuery) -> Answer<'a, Page<ChipSim>>;

    /// Function 19, one (an extension).
    fn chip(&self, msisdn: Msisdn) -> Answer<'_, ChipSim>;

    /// The catalogue of rate plans (an extension).
    fn plans(&self) -> Answer<'_, PlanOffers>;

    /// The coupons that a plan takes (an extension).
    fn coupons<'a>(&'a self, plan: &'a RatePlan) -> Answer<'a, CouponOffers>;

    /// Function 2.
    fn suspend<'a>(&'a self, msisdn: Msisdn, body: &'a SuspendBody) -> Answer<'a, Application>;

    /// Function 3.
    fn resume(&self, msisdn: Msisdn) -> Answer<'_, Application>;

    /// Function 6.
    fn change_plan<'a>(&'a self, msisdn: Msisdn, body: &'a PlanChangeBody) -> Answer<'a, Application>;

    /// Function 5. Costs money at once.
    fn buy_coupon<'a>(&'a self, msisdn: Msisdn, body: &'a CouponBody) -> Answer<'a, Application>;

    /// Function 14. Irreversible.
    fn terminate<'a>(&'a self, msisdn: Msisdn, body: &'a TerminateBody) -> Answer<'a, Application>;

    /// Functions 8 and 9. Costs money at once.
    fn order<'a>(&'a self, body: &'a OrderBody) -> Answer<'a, Application>;

    /// Function 10: cancels an open application, and answers it.
    fn cancel<'a>(&'a self, number: &'a ApplicationNumber) -> Answer<'a, Application>;

    /// Function 15. Irreversible.
    fn bind_imeis<'a>(&'a self, body: &'a ImeiBody) -> Answer<'a, Application>;

    /// Function 15 as a dry run: what the carrier makes of it, nothing is written.
    fn preview_imeis<'a>(&'a self, body: &'a ImeiBody) -> Answer<'a, ImeiPreview>;

    /// Function 16.
    fn allocate<'a>(&'a self, body: &'a AllocationBody) -> Answer<'a, Application>;

    /// Function 17.
    fn deallocate<'a>(&'a self, body: &'a AllocationBody) -> Answer<'a, Application>;

    /// Function 18. Irreversible: billing begins.
    fn start_use<'a>(&'a self, body: &'a ActivationBody) -> Answer<'a, Application>;
}
