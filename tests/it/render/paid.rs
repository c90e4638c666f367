//! Plans that cost money: coupons, top-ups, orders, money guards, and what became of such purchases.

use simfleet::domain::calendar::YearMonth;
use simfleet::domain::{
    ApplicationNumber, ApplicationType, CouponPurchase, DesiredState, Money, OperationKind, OrderContent, OrderPlacement,
    OrderedDevice, PurchaseReason, ShipTo, Subject,
};
use simfleet::plan::{
    BlockedCode, BlockedItem, Change, Cost, GuardItem, GuardKind, InDoubtItem, OpId, Operation, PendingItem, Place, Plan,
    Precondition, Values, Verdict, WarningCode, WarningItem,
};

use super::fixture;

/// Grants, top-ups, an order, a cancellation, a termination, warnings and money guards.
pub(crate) fn plan() -> Plan {
    let mut plan = fixture::empty();
    plan.operations = vec![
        Operation { name: Some("kiosk-1".into()), ..grant(1, "firmware", "add-1gb", 1_500) },
        resume(2),
        Operation { wave: 2, depends_on: vec![fixture::id("resume", 2)], ..grant(2, "firmware", "add-1gb", 1_500) },
        Operation { wave: 3, depends_on: vec![fixture::id("buyCoupon-firmware", 2)], ..grant(2, "map-update", "add-500mb", 900) },
        top_up(3, 2, 1),
        top_up(4, 1, 2),
        Operation {
            reason: "declared Terminated; a month is billed in full whichever day it ends: 2026-11-30 wastes none of it".into(),
            ..fixture::terminate(5)
        },
        order("2026-12-expansion", 1),
        cancel_order("2026-11-spares"),
    ];
    plan.pending = vec![
        PendingItem {
            subject: Subject::Order("2026-10-first".into()),
            application_no: Some(ApplicationNumber::from("A0000031")),
            effective_date: Some("2026-11-25".parse().expect("fixtures are valid")),
            ..fixture::waiting(0, "is shipped: 20 nano SIMs")
        },
        PendingItem {
            not_before: Some(fixture::at("2026-12-01T00:00:00+09:00")),
            ..fixture::waiting(6, "grant december (add-1gb) is for 2026-12")
        },
    ];
    plan.blocked = vec![BlockedItem {
        subject: Subject::Order("2026-09-returns".into()),
        ..fixture::blocked(3, BlockedCode::OrderNotCancellable)
    }];
    plan.warnings = (1..=2)
        .map(|n| warning(fixture::msisdn(n).into(), WarningCode::CouponEndsSoon, "add-1gb ends with 2026-11-30: 2 days are left"))
        .collect();
    plan.warnings.push(warning(
        fixture::msisdn(2).into(),
        WarningCode::CouponEndsSoon,
        "add-500mb ends with 2026-11-30: 2 days are left",
    ));
    plan.warnings.push(warning(
        Subject::Order("2026-12-expansion".into()),
        WarningCode::OrderUnexplained,
        "the carrier has A0000040 (50 SIMs, 2026-11-20), which no declared order explains",
    ));
    plan.guards = vec![
        money("", GuardKind::SpendPerPlan, 200_000, 176_000),
        money("kanto-vending", GuardKind::SpendPerMonth, 50_000, 31_300),
        money("kanto-vending", GuardKind::SpendPerPlan, 10_000, 13_700),
    ];
    fixture::summarised(plan)
}

/// A coupon and an order of which nobody knows whether they were bought.
pub(crate) fn in_doubt() -> Plan {
    let mut plan = fixture::empty();
    let item = |id: OpId, kind: OperationKind, subject: Subject, note: &str| InDoubtItem {
        account: "main".into(),
        id,
        kind,
        subject,
        since: fixture::at("2026-11-20T11:41:07+09:00"),
        settled_by: Some(fixture::at("2026-11-20T11:56:07+09:00")),
        note: note.to_owned(),
    };
    plan.in_doubt = vec![
        item(
            fixture::id("buyCoupon-firmware", 1),
            OperationKind::BuyCoupon,
            fixture::msisdn(1).into(),
            "sent at 2026-11-20T11:41:07+09:00, no application for it so far; \"not done\" can be concluded at \
             2026-11-20T11:56:07+09:00",
        ),
        item(
            OpId("placeOrder-2026-12-expansion".into()),
            OperationKind::PlaceOrder,
            Subject::Order("2026-12-expansion".into()),
            "A0000043 and A0000044 could both be it",
        ),
    ];
    plan.blocked = vec![fixture::blocked(1, BlockedCode::InDoubt)];
    plan.operations = vec![top_up(2, 1, 2), order("2027-01-spares", 3)];
    fixture::summarised(plan)
}

/// So many coupons of one grant, 30 terminations of lines, and as many warnings.
pub(crate) fn many(coupons: u32) -> Plan {
    let mut plan = fixture::empty();
    plan.operations = (101..=100 + coupons).map(|n| grant(n, "firmware", "add-1gb", 1_500)).collect();
    plan.operations.extend((51..=80).map(fixture::terminate));
    plan.warnings = (101..=100 + coupons)
        .map(|n| warning(fixture::msisdn(n).into(), WarningCode::CouponEndsSoon, "add-1gb ends with 2026-11-30: 2 days are left"))
        .collect();
    plan.warnings.extend((51..=80).map(|n| {
        let message = format!("ends 2026-11-{:02}: all of 2026-11 is billed (900 JPY)", n - 50);
        warning(fixture::msisdn(n).into(), WarningCode::TerminationDate, &message)
    }));
    fixture::summarised(plan)
}

pub(super) fn resume(n: u32) -> Operation {
    Operation {
        from: Values::of_state(DesiredState::Suspended),
        to: Values::of_state(DesiredState::Active),
        reason: "declared Active, observed Suspended".into(),
        ..fixture::operation(OperationKind::Resume, n, Change::Resume)
    }
}

pub(super) fn grant(n: u32, name: &str, code: &str, price: i64) -> Operation {
    let purchase = purchase(PurchaseReason::Grant(name.into()), code, 1, 1);
    Operation {
        id: fixture::id(&format!("buyCoupon-{name}"), n),
        to: bought(purchase.clone()),
        cost: Cost::once(Money(price)),
        reason: "declared, and not bought yet".into(),
        precondition: Precondition { purchases: Some(Vec::new()), ..Precondition::default() },
        ..fixture::operation(OperationKind::BuyCoupon, n, Change::BuyCoupon { purchase: Box::new(purchase) })
    }
}

fn top_up(n: u32, ordinal: u32, attempt: u32) -> Operation {
    let purchase = purchase(PurchaseReason::TopUp("keep-alive".into()), "add-100mb", ordinal, attempt);
    Operation {
        to: bought(purchase.clone()),
        cost: Cost::once(Money(150)),
        reason: "12.3 MB are left, below 50 MB".into(),
        ..fixture::operation(OperationKind::BuyCoupon, n, Change::BuyCoupon { purchase: Box::new(purchase) })
    }
}

fn purchase(reason: PurchaseReason, code: &str, ordinal: u32, attempt: u32) -> CouponPurchase {
    let month = YearMonth::parse("2026-11").expect("fixtures are valid");
    CouponPurchase { reason, month, code: code.into(), ordinal, attempt }
}

fn bought(purchase: CouponPurchase) -> Values {
    Values { purchase: Some(Box::new(purchase)), ..Values::default() }
}

fn order(name: &str, attempt: u32) -> Operation {
    let content = OrderContent {
        system_number: "S0001234".into(),
        service_code: "m2m-lte".into(),
        rate_plan: "fixed-500mb".into(),
        form_factor: "nano".into(),
        quantity: 50,
        devices: vec![OrderedDevice { model: "rtr-100".into(), quantity: 50 }],
        ship_to: ShipTo {
            postal_code: "110-0005".into(),
            prefecture: "東京都".into(),
            city: "台東区".into(),
            street: "上野1-2-3".into(),
            building: None,
            company: "例示株式会社".into(),
            department: None,
            contact: "山田太郎".into(),
            phone: "0312345678".into(),
        },
        preferred_date: Some("2026-12-10".parse().expect("fixtures are valid")),
        time_slot: Some("morning".into()),
    };
    let placement = Box::new(OrderPlacement { content, attempt });
    Operation {
        to: Values { placement: Some(placement.clone()), ..Values::default() },
        cost: Cost::once(Money(162_300)),
        reason: "declared, and not placed yet".into(),
        ..of_order(name, OperationKind::PlaceOrder, Change::PlaceOrder { placement })
    }
}

fn cancel_order(name: &str) -> Operation {
    let (application, of) = (ApplicationNumber::from("A0000038"), ApplicationType::Order);
    Operation {
        from: Values { application: Some(application.clone()), application_type: Some(of.clone()), ..Values::default() },
        reason: "declared Cancelled, and still open".into(),
        ..of_order(name, OperationKind::CancelApplication, Change::CancelApplication { application, of })
    }
}

fn of_order(name: &str, kind: OperationKind, change: Change) -> Operation {
    Operation {
        id: OpId(format!("{kind}-{name}").into()),
        fleet: "".into(),
        subject: Subject::Order(name.into()),
        precondition: Precondition::default(),
        source: Place { file: "orders.yaml".into(), line: 3, column: 1 },
        ..fixture::operation(kind, 0, change)
    }
}

pub(super) fn warning(subject: Subject, code: WarningCode, message: &str) -> WarningItem {
    WarningItem {
        account: "main".into(),
        subject,
        code,
        message: message.to_owned(),
        source: Place { file: "fleet.yaml".into(), line: 31, column: 7 },
    }
}

pub(super) fn money(fleet: &str, kind: GuardKind, limit: u64, actual: u64) -> GuardItem {
    GuardItem {
        account: "main".into(),
        name: format!("{fleet}/{kind}"),
        kind,
        limit,
        actual,
        verdict: if actual > limit { Verdict::Exceeded } else { Verdict::Ok },
    }
}
