//! Orders: small worlds of names, contents and applications.

mod examples;
mod faults;
mod laws;

use jiff::Timestamp;
use jiff::civil::date;

use simfleet::domain::{
    ApplicationNumber, ApplicationStatus, Desired, DesiredOrder, Money, Observed, OrderApplication, OrderContent, OrderPlacement,
    OrderPrices, OrderedDevice, RequestedVia, ShipTo, Source, Subject,
};
use simfleet::plan::{
    self, AccountPlan, BlockedCode, Change, Memory, Operation, PendingItem, PurchaseOutcome, RememberedOrder, WarningCode,
};

use super::scene;

/// An account with orders, what is known of them, and the time.
#[derive(Debug, Clone)]
struct World {
    desired: Desired,
    observed: Observed,
    memory: Memory,
    now: Timestamp,
}

/// Content 0 is 50 cards with routers, 1 is 20 chip SIMs for a day in December, others are 0 with another
/// number of cards.
fn content(number: u32) -> OrderContent {
    let cards = OrderContent {
        system_number: scene::system(0),
        service_code: scene::SERVICE.into(),
        rate_plan: scene::rate_plan(0),
        form_factor: "nano".into(),
        quantity: 50 + number,
        devices: vec![OrderedDevice { model: "rtr-100".into(), quantity: 50 }],
        ship_to: ShipTo {
            postal_code: "110-0005".into(),
            prefecture: "東京都".into(),
            city: "台東区".into(),
            street: "上野7-1-1".into(),
            building: None,
            company: "例示株式会社".into(),
            department: None,
            contact: "山田太郎".into(),
            phone: "0312345678".into(),
        }
        .normalised(),
        preferred_date: None,
        time_slot: None,
    };
    let slot = Some("morning".into());
    match number {
        1 => OrderContent {
            form_factor: "chip".into(),
            quantity: 20,
            devices: Vec::new(),
            preferred_date: Some(date(2026, 12, 10)),
            time_slot: slot,
            ..cards
        },
        _ => cards,
    }
}

fn order(name: &str, number: u32, cancelled: bool) -> DesiredOrder {
    let line = u32::try_from(name.len()).unwrap();
    DesiredOrder { name: name.into(), content: content(number), cancelled, source: Source { file: 0, line, column: 3 } }
}

fn application(number: &str, status: ApplicationStatus, content: Option<OrderContent>) -> OrderApplication {
    let shipped = matches!(status, ApplicationStatus::Shipped | ApplicationStatus::Partial | ApplicationStatus::Completed);
    OrderApplication {
        application: number.into(),
        msisdns: if shipped { (0..2).map(|index| scene::msisdn(false, 900 + index)).collect() } else { Vec::new() },
        iccids: Vec::new(),
        status,
        cancellable_until: None,
        requested_at: "2026-11-09T10:00:00+09:00".parse().unwrap(),
        via: RequestedVia::Api,
        effective: None,
        content,
    }
}

fn remembered(name: &str, number: u32, outcome: PurchaseOutcome, application: Option<&str>) -> RememberedOrder {
    RememberedOrder {
        name: name.into(),
        placement: OrderPlacement { content: content(number), attempt: 1 },
        outcome,
        refused: false,
        application: application.map(ApplicationNumber::from),
        amount: Money(615_000),
        sent_at: Some("2026-11-09T10:00:00+09:00".parse().unwrap()),
    }
}

/// A catalogue with the prices of what is ordered here.
pub(super) fn with_prices(observed: &mut Observed) {
    observed.catalogue.orders = OrderPrices {
        cards: [("nano".into(), Money(300)), ("chip".into(), Money(500))].into(),
        devices: [("rtr-100".into(), Money(12_000))].into(),
    };
}

/// An order that somebody placed this month, and that nobody declares.
pub(super) fn by_hand() -> OrderApplication {
    application("A1", ApplicationStatus::Accepted, Some(content(1)))
}

/// An order that nobody has placed.
pub(super) fn wanted() -> DesiredOrder {
    order("expansion", 0, false)
}

/// At noon of 2026-11-10.
fn world(orders: Vec<DesiredOrder>, applications: Vec<OrderApplication>, memory: Vec<RememberedOrder>) -> World {
    let now = scene::now(false);
    let mut observed = scene::observed(now, scene::catalogue(None, 3_000), Vec::new());
    with_prices(&mut observed);
    observed.purchases.orders = Some(applications);
    let mut desired = scene::desired(Vec::new());
    desired.orders = orders;
    World { desired, observed, memory: Memory { orders: memory, ..Memory::default() }, now }
}

impl World {
    fn plan(&self) -> AccountPlan {
        let plan = plan::plan(&self.desired, &self.observed, &self.memory, self.now);
        assert_eq!(plan::check(&self.desired, &self.observed, &self.memory, self.now, &plan), []);
        plan
    }

    /// The effects of operations, told to the journal or not.
    fn apply(&self, operations: &[Operation], journal: bool) -> Self {
        let mut after = self.clone();
        let Some(found) = &mut after.observed.purchases.orders else {
            assert!(operations.is_empty(), "nothing is ordered blindly");
            return after;
        };
        for operation in operations {
            let Subject::Order(name) = &operation.subject else { panic!("{operation:?} is no order's") };
            match &operation.change {
                Change::PlaceOrder { placement } => {
                    let number = format!("B-{name}-{}", found.len());
                    found.push(application(&number, ApplicationStatus::Accepted, Some(placement.content.clone())));
                    after.memory.orders.retain(|order| order.name != *name);
                    after.memory.orders.push(RememberedOrder {
                        placement: (**placement).clone(),
                        ..remembered(name, 0, PurchaseOutcome::Bought, Some(&number))
                    });
                }
                Change::CancelApplication { application, .. } => {
                    let found = found.iter_mut().find(|found| found.application == *application).unwrap();
                    assert_eq!(found.status, ApplicationStatus::Accepted, "only what is accepted can be cancelled");
                    found.status = ApplicationStatus::Cancelled;
                }
                Change::Suspend
                | Change::Resume
                | Change::ChangeRatePlan { .. }
                | Change::Terminate { .. }
                | Change::BindImei { .. }
                | Change::Allocate { .. }
                | Change::Deallocate { .. }
                | Change::StartUse { .. }
                | Change::BuyCoupon { .. } => panic!("{operation:?} is nothing for an order"),
            }
        }
        found.sort_by(|left, right| left.application.cmp(&right.application));
        after.memory.orders.sort_by(|left, right| left.name.cmp(&right.name));
        if !journal {
            after.memory = Memory::default();
        }
        after
    }
}

fn names(plan: &AccountPlan) -> Vec<&str> {
    plan.operations.iter().map(|operation| &**operation.subject.order().unwrap()).collect()
}

fn only_operation(plan: &AccountPlan) -> &Operation {
    assert_eq!((plan.operations.len(), plan.requests.len(), plan.blocked.len(), plan.pending.len()), (1, 1, 0, 0));
    &plan.operations[0]
}

fn only_pending(plan: &AccountPlan) -> &PendingItem {
    assert_eq!((plan.operations.len(), plan.blocked.len(), plan.pending.len()), (0, 0, 1));
    &plan.pending[0]
}

fn only_blocked(plan: &AccountPlan) -> (BlockedCode, &str) {
    assert_eq!((plan.operations.len(), plan.blocked.len(), plan.pending.len()), (0, 1, 0));
    (plan.blocked[0].code, &plan.blocked[0].message)
}

fn nothing(plan: &AccountPlan) -> bool {
    plan.operations.is_empty() && plan.blocked.is_empty() && plan.pending.is_empty()
}

fn warned(plan: &AccountPlan) -> Vec<(WarningCode, &str)> {
    plan.warnings.iter().map(|item| (item.code, item.message.as_str())).collect()
}
