//! The model behind [`Carrier`], with faults on the way in and out.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use simfleet::carrier::error::{Call, Failure, Refusal};
use simfleet::carrier::query::{PageQuery, UsageQuery};
use simfleet::carrier::wire::{
    ActivationBody, AllocationBody, Application, ChipSim, CouponBody, CouponOffer, CouponOffers, ErrorBody, ImeiBody,
    ImeiPreview, Line, OrderBody, Page, PlanChangeBody, PlanOffer, PlanOffers, ServiceDetail, ServiceInfo, Session, SuspendBody,
    SystemAnswer, SystemInfo, TerminateBody, Usage,
};
use simfleet::carrier::{Answer, ApplicationQuery, Carrier, CarrierError, ChipQuery, LineQuery};
use simfleet::domain::calendar::{CutOff, JstTime, jst_date};
use simfleet::domain::{ApplicationNumber, ApplicationType, CarrierIdentity, Msisdn, RatePlan, ServiceCode, SystemNumber};
use simfleet::exec::Waiter;
use simfleet::exec::waiter::Waiting;

use crate::sim::drive::turn;
use crate::sim::fleet::PLANS;
use crate::sim::shop::{COUPON_BYTES, COUPONS};
use crate::sim::world::{Asked, ListFault, Orphan, World};

/// Waits by moving the world's clock.
pub(crate) struct SimWaiter {
    pub(crate) world: Arc<Mutex<World>>,
    /// An impatient run ends in doubt rather than wait for the settle window.
    pub(crate) patient: bool,
}

impl Waiter for SimWaiter {
    fn now(&self) -> Duration {
        Duration::from_secs(u64::try_from(self.world.lock().unwrap().now.as_second()).unwrap())
    }

    fn wait(&self, time: Duration) -> Waiting<'_> {
        Box::pin(async move {
            turn().await;
            self.world.lock().unwrap().advance(time.max(Duration::from_secs(1)));
        })
    }

    fn is_virtual(&self) -> bool {
        self.patient
    }
}

pub(crate) struct SimCarrier {
    world: Arc<Mutex<World>>,
    identity: CarrierIdentity,
    date: Mutex<Option<Timestamp>>,
}

/// What goes wrong with one mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    None,
    /// Not done, and said so.
    Refused(u16),
    /// Not done: no connection.
    Unreachable,
    /// Not done, and the answer does not tell.
    Lost(u16),
    /// Not done, and there is no answer.
    TimedOut,
    /// Done, and the answer does not tell.
    LostAfterwards(u16),
    /// Done, the answer does not tell, and lists of applications are short for half an hour: they hide it.
    Hidden(u16),
    /// Done, and there is no answer.
    TimedOutAfterwards,
    /// Done after so many seconds; there is no answer.
    Late(u64),
}

impl SimCarrier {
    pub(crate) fn new(world: Arc<Mutex<World>>, identity: CarrierIdentity) -> Self {
        Self { world, identity, date: Mutex::new(None) }
    }

    fn read<'a, T: Send + 'a>(
        &'a self,
        route: &'static str,
        read: impl FnOnce(&mut World) -> Option<T> + Send + 'a,
    ) -> Answer<'a, T> {
        Box::pin(async move {
            turn().await;
            let call = Call::read(route);
            let mut world = self.world.lock().unwrap();
            world.advance(Duration::from_millis(200));
            *self.date.lock().unwrap() = Some(Timestamp::from_second(world.now.as_second()).unwrap());
            // A driver repeats reads, so they fail seldom.
            if let Some(chaos) = &mut world.chaos
                && chaos.rng.chance(chaos.percent / 10)
            {
                return Err(CarrierError::new(call, Failure::TimedOut(Duration::from_mins(1))));
            }
            read(&mut world).ok_or_else(|| refused(call, 404, ErrorBody::default()))
        })
    }

    fn mutate(&self, route: &'static str, asked: Asked) -> Answer<'_, Application> {
        Box::pin(async move {
            let sent = self.world.lock().unwrap().now;
            let asked = Asked { sent, ..asked };
            let mut on_its_way = OnItsWay { world: Arc::clone(&self.world), asked: Some(asked) };
            turn().await;
            let call = Call::mutation(route);
            let outcome = {
                let mut asked = on_its_way.asked.take().expect("it arrives once");
                let mut world = self.world.lock().unwrap();
                world.advance(Duration::from_millis(300));
                let fault = fault(&mut world, &mut asked);
                match fault {
                    Fault::Refused(status) | Fault::Lost(status) => {
                        world.decide(&asked);
                        Err(refused(call, status, ErrorBody::default()))
                    }
                    Fault::Unreachable => Err(CarrierError::new(call, Failure::Unreachable)),
                    Fault::TimedOut => Err(CarrierError::new(call, Failure::TimedOut(Duration::from_mins(1)))),
                    Fault::Late(seconds) => {
                        let at = world.now + Duration::from_secs(seconds);
                        world.late.push((at, asked));
                        Err(CarrierError::new(call, Failure::TimedOut(Duration::from_mins(1))))
                    }
                    Fault::None | Fault::LostAfterwards(_) | Fault::Hidden(_) | Fault::TimedOutAfterwards => {
                        let answer = world.accept(&asked).map_err(|(status, body)| refused(call, status, body));
                        match fault {
                            Fault::LostAfterwards(status) => Err(refused(call, status, ErrorBody::default())),
                            Fault::Hidden(status) => {
                                world.short_until = world.now + Duration::from_mins(30);
                                Err(refused(call, status, ErrorBody::default()))
                            }
                            Fault::TimedOutAfterwards => Err(CarrierError::new(call, Failure::Interrupted)),
                            _ => answer,
                        }
                    }
                }
            };
            if outcome.is_ok() {
                *self.date.lock().unwrap() = Some(self.world.lock().unwrap().now);
            }
            // A crash may fall between the carrier's commit and the answer's arrival.
            turn().await;
            outcome
        })
    }
}

/// A request that has left the machine. If its sender dies now, it may still arrive.
struct OnItsWay {
    world: Arc<Mutex<World>>,
    asked: Option<Asked>,
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        let Some(asked) = self.asked.take() else { return };
        let mut world = self.world.lock().unwrap();
        let now = world.now;
        world.orphaned = true;
        let orphan = match &mut world.chaos {
            Some(chaos) => {
                let arrives = chaos.rng.chance(50);
                if arrives { Orphan::Arrives(u64::try_from(chaos.rng.below(chaos.latest)).unwrap()) } else { Orphan::Lost }
            }
            None => world.orphan,
        };
        if let Orphan::Arrives(seconds) = orphan {
            world.late.push((now + Duration::from_secs(seconds), asked));
        }
    }
}

fn fault(world: &mut World, asked: &mut Asked) -> Fault {
    let Some(chaos) = &mut world.chaos else { return world.script.pop_front().unwrap_or(Fault::None) };
    if asked.rows.len() > 1 && chaos.rng.chance(chaos.percent / 5) {
        asked.partial = true;
    }
    if !chaos.rng.chance(chaos.percent) {
        return Fault::None;
    }
    match chaos.rng.below(10) {
        0 => Fault::Refused(503),
        1 => Fault::Refused(429),
        2 => Fault::Unreachable,
        3 => Fault::Lost(500),
        4 => Fault::TimedOut,
        5 => Fault::LostAfterwards(502),
        6 => Fault::TimedOutAfterwards,
        7 => Fault::Refused(400),
        8 => Fault::Hidden(500),
        _ => Fault::Late(u64::try_from(5 + chaos.rng.below(chaos.latest)).unwrap()),
    }
}

fn refused(call: Call, status: u16, body: ErrorBody) -> CarrierError {
    CarrierError::new(call, Failure::Refused(Box::new(Refusal::new(status, body, None))))
}

fn page<T: Clone>(mut rows: Vec<T>, page: PageQuery, faults: &[ListFault]) -> Page<T> {
    let total_size = u64::try_from(rows.len()).unwrap();
    if faults.contains(&ListFault::Short) {
        rows.pop();
    }
    let skip = usize::try_from((page.page - 1) * page.page_size).unwrap();
    let mut result: Vec<T> = rows.into_iter().skip(skip).take(usize::try_from(page.page_size).unwrap()).collect();
    if faults.contains(&ListFault::Doubled) {
        let again = result.clone();
        result.extend(again);
    }
    Page { result, page: page.page, page_size: page.page_size, total_size }
}

/// What goes wrong with a list this time, of what can.
fn list_faults(world: &mut World, possible: &[ListFault]) -> Vec<ListFault> {
    let mut faults = Vec::new();
    for fault in possible {
        let strikes = world.chaos.as_mut().is_some_and(|chaos| chaos.rng.chance(chaos.percent / 5));
        let lasts = match fault {
            ListFault::Doubled => world.doubles,
            ListFault::Short => world.now < world.short_until,
            ListFault::Lags => false,
        };
        if strikes || lasts {
            faults.push(*fault);
            *world.list_faults.entry(*fault).or_default() += 1;
        }
    }
    faults
}

/// By how many seconds a list of applications lags at most.
pub(crate) const LAG: i64 = 240;

fn one(kind: ApplicationType, msisdn: Msisdn, target: &str) -> Asked {
    Asked::new(kind, vec![(msisdn, target.to_owned())])
}

impl Carrier for SimCarrier {
    fn identity(&self) -> &CarrierIdentity {
        &self.identity
    }

    fn now(&self) -> Option<Timestamp> {
        *self.date.lock().unwrap()
    }

    fn system(&self) -> Answer<'_, SystemAnswer> {
        self.read("/v1/system", |_| {
            Some(SystemAnswer {
                contractor_id: "demo".to_owned(),
                systems: vec![SystemInfo {
                    system_no: "S0001234".to_owned(),
                    services: vec![ServiceInfo { service_code: "m2m-lte".to_owned(), functions: (1..=19).collect() }],
                }],
                plan_change_cut_off: CutOff::None,
                bulk_limit: 3,
                termination_fee: Some(0),
                order_prices: None,
            })
        })
    }

    fn service_detail<'a>(&'a self, _: &'a SystemNumber, _: &'a ServiceCode, _: Option<&'a str>) -> Answer<'a, ServiceDetail> {
        self.read("/v1/systems/{systemNo}/services/{serviceCode}", |_| None)
    }

    fn lines<'a>(&'a self, query: &'a LineQuery) -> Answer<'a, Page<Line>> {
        self.read("/v1/sims", |world| {
            let faults = list_faults(world, &[ListFault::Doubled]);
            let rows = world.sims.values().filter_map(|sim| Some(world.shown(sim.line.as_ref()?))).collect();
            Some(page(rows, query.page, &faults))
        })
    }

    fn line(&self, msisdn: Msisdn) -> Answer<'_, Line> {
        self.read("/v1/sims/{msisdn}", move |world| {
            let line = world.sims.get(&msisdn)?.line.as_ref()?;
            Some(world.shown(line))
        })
    }

    fn usage(&self, msisdn: Msisdn, _: UsageQuery) -> Answer<'_, Usage> {
        self.read("/v1/sims/{msisdn}/usage", move |world| {
            world.sims.get(&msisdn)?.line.as_ref()?;
            let as_of = JstTime(Timestamp::from_second(world.now.as_second() - world.figures_lag).unwrap());
            Some(Usage { msisdn, unit: "month".to_owned(), rows: Vec::new(), as_of })
        })
    }

    fn session(&self, _: Msisdn) -> Answer<'_, Session> {
        self.read("/v1/sims/{msisdn}/session", |_| None)
    }

    fn applications<'a>(&'a self, query: &'a ApplicationQuery) -> Answer<'a, Page<Application>> {
        self.read("/v1/applications", |world| {
            let faults = list_faults(world, &[ListFault::Doubled, ListFault::Lags, ListFault::Short]);
            let lag = if faults.contains(&ListFault::Lags) { LAG } else { 0 };
            let newest = world.now.as_second() - lag;
            let rows = world
                .applications
                .iter()
                .map(|accepted| &accepted.application)
                .filter(|application| application.requested_at.0.as_second() <= newest)
                .filter(|application| query.kind.as_ref().is_none_or(|kind| application.kind == *kind))
                .filter(|application| {
                    query.msisdn.is_none_or(|msisdn| application.items.iter().any(|item| item.msisdn == msisdn))
                })
                .filter(|application| query.from.is_none_or(|from| jst_date(application.requested_at.0) >= from))
                .cloned()
                .collect();
            Some(page(rows, query.page, &faults))
        })
    }

    fn application<'a>(&'a self, number: &'a ApplicationNumber) -> Answer<'a, Application> {
        self.read("/v1/applications/{no}", |world| {
            let found = world.applications.iter().find(|accepted| accepted.application.application_no == number.as_str());
            found.map(|accepted| accepted.application.clone())
        })
    }

    fn chips<'a>(&'a self, query: &'a ChipQuery) -> Answer<'a, Page<ChipSim>> {
        self.read("/v1/chip-sims", |world| {
            // The whole observation does not lag (a plan from it could not be judged); filtered lists do.
            let possible: &[ListFault] =
                if query.status.is_some() { &[ListFault::Doubled, ListFault::Lags] } else { &[ListFault::Doubled] };
            let faults = list_faults(world, possible);
            let sims = if faults.contains(&ListFault::Lags) { &world.stale } else { &world.sims };
            let rows = sims
                .values()
                .filter_map(|sim| sim.chip.clone())
                .filter(|chip| query.status.as_ref().is_none_or(|status| chip.status.wire() == status))
                .filter(|chip| query.system.as_ref().is_none_or(|system| chip.system_no.as_deref() == Some(system.as_str())))
                .collect();
            Some(page(rows, query.page, &faults))
        })
    }

    fn chip(&self, msisdn: Msisdn) -> Answer<'_, ChipSim> {
        self.read("/v1/chip-sims/{msisdn}", move |world| world.sims.get(&msisdn)?.chip.clone())
    }

    fn plans(&self) -> Answer<'_, PlanOffers> {
        self.read("/v1/plans", |_| {
            let offer = |code: &&str| PlanOffer {
                plan_code: (*code).to_owned(),
                name: (*code).to_owned(),
                quota_bytes: 1,
                monthly_fee: Some(100),
                currency: "JPY".to_owned(),
                coupon_codes: COUPONS.iter().map(|(code, _)| (*code).to_owned()).collect(),
            };
            Some(PlanOffers { result: PLANS.iter().map(offer).collect() })
        })
    }

    fn coupons<'a>(&'a self, _: &'a RatePlan) -> Answer<'a, CouponOffers> {
        self.read("/v1/plans/{code}/coupons", |_| {
            let offer = |(code, price): &(&str, i64)| CouponOffer {
                coupon_code: (*code).to_owned(),
                bytes: COUPON_BYTES,
                price: *price,
                currency: "JPY".to_owned(),
            };
            Some(CouponOffers { result: COUPONS.iter().map(offer).collect() })
        })
    }

    fn suspend<'a>(&'a self, msisdn: Msisdn, _: &'a SuspendBody) -> Answer<'a, Application> {
        self.mutate("/v1/sims/{msisdn}/suspend", one(ApplicationType::Suspend, msisdn, "suspended"))
    }

    fn resume(&self, msisdn: Msisdn) -> Answer<'_, Application> {
        self.mutate("/v1/sims/{msisdn}/resume", one(ApplicationType::Resume, msisdn, "active"))
    }

    fn change_plan<'a>(&'a self, msisdn: Msisdn, body: &'a PlanChangeBody) -> Answer<'a, Application> {
        self.mutate("/v1/sims/{msisdn}/plan-change", one(ApplicationType::PlanChange, msisdn, &body.plan_code))
    }

    fn buy_coupon<'a>(&'a self, msisdn: Msisdn, body: &'a CouponBody) -> Answer<'a, Application> {
        self.mutate("/v1/sims/{msisdn}/coupons", one(ApplicationType::Coupon, msisdn, &body.coupon_code))
    }

    fn terminate<'a>(&'a self, msisdn: Msisdn, body: &'a TerminateBody) -> Answer<'a, Application> {
        let asked = Asked { date: Some(body.termination_date), ..one(ApplicationType::Terminate, msisdn, "terminated") };
        self.mutate("/v1/sims/{msisdn}/terminate", asked)
    }

    fn order<'a>(&'a self, body: &'a OrderBody) -> Answer<'a, Application> {
        let asked = Asked { order: Some(body.clone()), ..Asked::new(ApplicationType::Order, Vec::new()) };
        self.mutate("/v1/orders", asked)
    }

    fn cancel<'a>(&'a self, number: &'a ApplicationNumber) -> Answer<'a, Application> {
        let cancels = Some(number.as_str().to_owned());
        let asked = Asked { cancels, ..Asked::new(ApplicationType::Order, Vec::new()) };
        self.mutate("/v1/applications/{no}/cancel", asked)
    }

    fn bind_imeis<'a>(&'a self, body: &'a ImeiBody) -> Answer<'a, Application> {
        let rows = body.items.iter().map(|item| (item.msisdn, item.imei.to_string())).collect();
        self.mutate("/v1/chip-sims/imei-registrations", Asked::new(ApplicationType::ImeiRegistration, rows))
    }

    fn preview_imeis<'a>(&'a self, _: &'a ImeiBody) -> Answer<'a, ImeiPreview> {
        panic!("no previews here")
    }

    fn allocate<'a>(&'a self, body: &'a AllocationBody) -> Answer<'a, Application> {
        self.mutate("/v1/chip-sims/allocations", bulk(ApplicationType::Allocation, body))
    }

    fn deallocate<'a>(&'a self, body: &'a AllocationBody) -> Answer<'a, Application> {
        self.mutate("/v1/chip-sims/deallocations", bulk(ApplicationType::Deallocation, body))
    }

    fn start_use<'a>(&'a self, body: &'a ActivationBody) -> Answer<'a, Application> {
        let rows = body.msisdns.iter().map(|msisdn| (*msisdn, body.plan_code.clone())).collect();
        let system = Some(body.system_no.clone());
        let asked = Asked { system, ..Asked::new(ApplicationType::Activation, rows) };
        self.mutate("/v1/chip-sims/activations", asked)
    }
}

fn bulk(kind: ApplicationType, body: &AllocationBody) -> Asked {
    let rows = body.msisdns.iter().map(|msisdn| (*msisdn, body.system_no.clone())).collect();
    Asked { system: Some(body.system_no.clone()), ..Asked::new(kind, rows) }
}
