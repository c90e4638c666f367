//! Operations that are written by hand, for what the executor has to get right whatever the planner says.

use std::sync::Arc;

use simfleet::domain::calendar::YearMonth;
use simfleet::domain::{
    ApplicationNumber, ApplicationType, CouponPurchase, Money, Msisdn, OrderContent, OrderPlacement, OrderedDevice,
    PurchaseReason, ShipTo, Subject,
};
use simfleet::plan::{ApprovalNeed, Change, Cost, OpId, Operation, Place, Plan, Precondition, Request, RequestId, Values};

/// What makes a change an operation. Its id is its intent in words, its request `r-ID`.
pub(crate) fn operation(subject: impl Into<Subject>, change: Change, cost: i64) -> Operation {
    let subject = subject.into();
    let mut to = Values::default();
    let mut from = Values::default();
    let target = match &change {
        Change::BuyCoupon { purchase } => {
            to.purchase = Some(purchase.clone());
            format!("{:?} {} {} {}", purchase.reason, purchase.month, purchase.ordinal, purchase.attempt)
        }
        Change::PlaceOrder { placement } => {
            to.placement = Some(placement.clone());
            placement.attempt.to_string()
        }
        Change::CancelApplication { application, of } => {
            from.application = Some(application.clone());
            from.application_type = Some(of.clone());
            application.to_string()
        }
        Change::Terminate { date } => {
            to.state = Some("Terminated".into());
            to.termination_date = Some(*date);
            String::new()
        }
        Change::BindImei { imei } => {
            to.imei = Some(*imei);
            imei.to_string()
        }
        Change::StartUse { system, plan } => {
            to.state = Some("Active".into());
            to.system_number = Some(system.clone());
            to.rate_plan = Some(plan.clone());
            String::new()
        }
        Change::Suspend
        | Change::Resume
        | Change::ChangeRatePlan { .. }
        | Change::Allocate { .. }
        | Change::Deallocate { .. } => panic!("not made by hand: {change:?}"),
    };
    let id = format!("{} {subject} {target}", change.kind());
    Operation {
        id: OpId(id.as_str().into()),
        account: "main".into(),
        fleet: "fleet".into(),
        subject,
        from,
        to,
        wave: 1,
        depends_on: Vec::new(),
        request: RequestId(format!("r-{id}").into()),
        cost: Cost::once(Money(cost)),
        reason: String::new(),
        precondition: Precondition::default(),
        approval: ApprovalNeed::Yes,
        name: None,
        labels: None,
        source: Place::default(),
        change,
    }
}

/// A coupon that a grant wants for a line, in November 2026.
pub(crate) fn coupon(msisdn: Msisdn, grant: &str, attempt: u32) -> Operation {
    bought(msisdn, PurchaseReason::Grant(grant.into()), "2026-11", "add-100mb", 1, attempt)
}

pub(crate) fn bought(msisdn: Msisdn, reason: PurchaseReason, month: &str, code: &str, ordinal: u32, attempt: u32) -> Operation {
    let month = YearMonth::parse(month).unwrap();
    let purchase = Box::new(CouponPurchase { reason, month, code: code.into(), ordinal, attempt });
    let precondition = Precondition { status: Some("active".into()), purchases: Some(Vec::new()), ..Precondition::default() };
    Operation { precondition, ..operation(msisdn, Change::BuyCoupon { purchase }, 300) }
}

pub(crate) fn content(quantity: u32) -> OrderContent {
    OrderContent {
        system_number: "S0001234".into(),
        service_code: "m2m-lte".into(),
        rate_plan: "fixed-500mb".into(),
        form_factor: "nano".into(),
        quantity,
        devices: vec![OrderedDevice { model: "rtr-100".into(), quantity: 1 }],
        ship_to: ShipTo {
            postal_code: "100-0001".to_owned(),
            prefecture: "東京都".to_owned(),
            city: "千代田区".to_owned(),
            street: "千代田1-1".to_owned(),
            building: None,
            company: "株式会社例".to_owned(),
            department: None,
            contact: "山田太郎".to_owned(),
            phone: "0312345678".to_owned(),
        },
        preferred_date: None,
        time_slot: None,
    }
}

/// An order of so many SIMs under a name.
pub(crate) fn order(name: &str, quantity: u32, attempt: u32) -> Operation {
    let placement = Box::new(OrderPlacement { content: content(quantity), attempt });
    let precondition = Precondition { purchases: Some(Vec::new()), ..Precondition::default() };
    let subject = Subject::Order(name.into());
    Operation { precondition, fleet: "".into(), ..operation(subject, Change::PlaceOrder { placement }, 1_000) }
}

/// The cancellation of an order.
pub(crate) fn cancel(name: &str, application: &ApplicationNumber) -> Operation {
    let change = Change::CancelApplication { application: application.clone(), of: ApplicationType::Order };
    let precondition = Precondition { applications: vec![application.clone()], ..Precondition::default() };
    Operation { precondition, fleet: "".into(), ..operation(Subject::Order(name.into()), change, 0) }
}

/// A request that carries one operation.
pub(crate) fn request(operation: &Operation) -> Request {
    Request {
        id: operation.request.clone(),
        account: Arc::clone(&operation.account),
        wave: operation.wave,
        function: operation.change.function().number(),
        method: "POST".to_owned(),
        path: "/v1/…".to_owned(),
        items: vec![operation.id.clone()],
    }
}

/// A plan of these operations, each in a request of its own, over one that is empty.
pub(crate) fn document(empty: Plan, operations: Vec<Operation>) -> Plan {
    let requests = operations.iter().map(request).collect();
    Plan { operations, requests, ..empty }
}
