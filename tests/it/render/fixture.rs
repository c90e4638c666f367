//! Plans to render. Made by hand, not by the planner: a format is judged by what it is given.

use std::collections::BTreeMap;
use std::sync::Arc;

use simfleet::domain::calendar::JstTime;
use simfleet::domain::identifier::luhn_digit;
use simfleet::domain::{
    ApplicationNumber, ApplicationType, CarrierIdentity, DesiredState, Imei, Money, Msisdn, OperationKind, Risk, SystemNumber,
};
use simfleet::plan::{
    AccountSection, ApprovalNeed, BlockedCode, BlockedItem, Change, ConnectionSection, Cost, DesiredDigest, DriftIgnoreNote,
    DriftItem, FleetSection, GuardItem, InDoubtItem, ObservedDigest, OpId, Operation, PendingItem, Per, Place, Plan,
    Precondition, ProtectionItem, QuotaCount, Request, RequestId, StatusCount, Summary, SummaryCost, UnmanagedItem, UsedShares,
    Values, Verdict,
};

use super::paid;

/// A plan with nothing in it but a fleet that matches.
pub(crate) fn empty() -> Plan {
    Plan {
        format_version: "1.0".into(),
        tool_version: "0.1.0".into(),
        plan_id: "7d1f4a0c9be2".into(),
        created_at: at("2026-11-20T12:00:00+09:00"),
        expires_at: at("2026-11-21T12:00:00+09:00"),
        accounts: vec![account("main")],
        operations: Vec::new(),
        requests: Vec::new(),
        blocked: Vec::new(),
        pending: Vec::new(),
        drift: None,
        drift_ignored: Vec::new(),
        unmanaged: Vec::new(),
        protection: Vec::new(),
        in_doubt: Vec::new(),
        guards: Vec::new(),
        warnings: Vec::new(),
        summary: Summary { in_sync: 10_482, ..Summary::default() },
    }
}

pub(crate) fn account(name: &str) -> AccountSection {
    AccountSection {
        connection: None,
        fleet: None,
        name: name.into(),
        plan_id: "c3ab8ff13720".into(),
        carrier: CarrierIdentity { host: "carrier.example.jp".into(), contractor_id: "demo".into() },
        desired: DesiredDigest { digest: "11".repeat(32), lines: 10_500 },
        observed: ObservedDigest { digest: "22".repeat(32), at: at("2026-11-20T11:59:58+09:00"), complete: true, lines: 10_510 },
    }
}

/// One line to suspend, one to end.
pub(crate) fn small() -> Plan {
    let mut plan = empty();
    let labels = Some(Arc::new([("site".to_owned(), "ueno".to_owned())].into()));
    plan.operations = vec![Operation { labels, ..suspend(1, Some("kiosk-1")) }, terminate(2)];
    summarised(plan)
}

/// A little of everything that an ordinary review shows.
pub(crate) fn mixed() -> Plan {
    let mut plan = empty();
    plan.accounts[0].fleet = Some(fleet());
    let endpoint = Some("https://carrier.example.jp".to_owned());
    plan.accounts[0].connection =
        Some(ConnectionSection::Http { endpoint, credentials: "main".into(), requests_per_second: Some(10), burst: None });
    plan.operations = vec![
        bind(3, 1, Some("gate-1")),
        suspend(1, None),
        Operation { name: Some("kiosk-3".into()), ..terminate(2) },
        change(4, "fixed-500mb", "fixed-1gb", 300),
        change(5, "fixed-1gb", "payg-0", -700),
        Operation { wave: 2, depends_on: vec![id("bindImei", 3)], ..allocate(3) },
        Operation { wave: 3, depends_on: vec![id("allocate", 3)], ..start(3) },
        cancel(6),
    ];
    plan.pending = vec![
        PendingItem {
            application_no: Some(ApplicationNumber::from("A0000042")),
            effective_date: Some("2026-12-01".parse().expect("fixtures are valid")),
            ..waiting(7, "rate plan changes to fixed-1gb")
        },
        PendingItem {
            not_before: Some(at("2026-12-01T00:00:00+09:00")),
            ..waiting(8, "plan changes are closed until the month's end; then: change to fixed-1gb")
        },
    ];
    plan.blocked = vec![blocked(9, BlockedCode::ImeiAlreadyBound), blocked(10, BlockedCode::LineNotFound)];
    plan.unmanaged = vec![unmanaged(11, "active", 900), unmanaged(12, "suspended", 1_200)];
    plan.protection = vec![protection(2, true), protection(7, false)];
    plan.drift = Some(vec![DriftItem {
        account: "main".into(),
        msisdn: msisdn(4),
        field: "ratePlan".into(),
        baseline: "fixed-1gb".into(),
        observed: "fixed-500mb".into(),
        by: Some("console".into()),
        ignore: Some(ignore("2026-11-20")),
    }]);
    plan.drift_ignored = vec![DriftItem {
        account: "main".into(),
        msisdn: msisdn(5),
        field: "state".into(),
        baseline: "Active".into(),
        observed: "Suspended".into(),
        by: None,
        ignore: Some(ignore("2027-01-31")),
    }];
    summarised(plan)
}

/// What a fleet agreed not to report until a day.
pub(super) fn ignore(until: &str) -> DriftIgnoreNote {
    DriftIgnoreNote {
        owner: "team-kiosk".into(),
        until: until.parse().expect("fixtures are valid"),
        reason: Some("on loan".into()),
        source: Place { file: "kanto.yaml".into(), line: 12, column: 7 },
    }
}

/// A fleet of some thousand lines, counted.
fn fleet() -> FleetSection {
    let lines =
        |status: &str, plan: Option<&str>, lines| StatusCount { status: status.into(), rate_plan: plan.map(Into::into), lines };
    let used = UsedShares { under25: 4_000, under50: 2_100, under75: 900, under100: 240, used_up: 3, unknown: 57 };
    FleetSection {
        lines: vec![
            lines("allocated", None, 310),
            lines("active", Some("fixed-500mb"), 7_300),
            lines("suspended", Some("fixed-500mb"), 1_200),
            lines("active", Some("payg-0"), 1_650),
            lines("terminationAccepted", Some("payg-0"), 50),
        ],
        traffic: vec![QuotaCount { rate_plan: "fixed-500mb".into(), quota_bytes: 500_000_000, used }],
    }
}

/// Nothing can be done.
pub(crate) fn all_blocked() -> Plan {
    let mut plan = empty();
    plan.summary.in_sync = 0;
    plan.blocked = BlockedCode::ALL.iter().zip(1..).map(|(code, n)| blocked(n, *code)).collect();
    plan.blocked.extend((100..130).map(|n| blocked(n, BlockedCode::LineNotFound)));
    summarised(plan)
}

/// Two paid operations of which nobody knows whether they took place.
pub(crate) fn in_doubt() -> Plan {
    let mut plan = empty();
    let item = |n: u32, kind: OperationKind, note: &str| InDoubtItem {
        account: "main".into(),
        id: id(kind.as_str(), n),
        kind,
        subject: msisdn(n).into(),
        since: at("2026-11-20T11:41:07+09:00"),
        settled_by: Some(at("2026-11-20T11:56:07+09:00")),
        note: note.to_owned(),
    };
    plan.in_doubt = vec![
        item(1, OperationKind::StartUse, "timed out after sending; the applications of the line do not tell yet"),
        item(2, OperationKind::Terminate, "the carrier answered 500"),
    ];
    plan.blocked = vec![blocked(1, BlockedCode::InDoubt), blocked(2, BlockedCode::InDoubt)];
    plan.operations = vec![suspend(3, None)];
    summarised(plan)
}

/// More terminations than the guard allows, in two accounts.
pub(crate) fn guards_exceeded() -> Plan {
    let mut plan = empty();
    plan.accounts
        .push(AccountSection { observed: ObservedDigest { complete: false, ..account("x").observed }, ..account("osaka") });
    plan.operations = vec![terminate(1), terminate(2), Operation { account: "osaka".into(), ..suspend(3, None) }];
    let guard = |account: &str, kind: OperationKind, limit, actual, verdict| GuardItem {
        account: account.into(),
        name: format!("kanto-vending/{kind}"),
        kind: kind.into(),
        limit,
        actual,
        verdict,
    };
    plan.guards = vec![
        guard("main", OperationKind::Terminate, 0, 2, Verdict::Exceeded),
        guard("osaka", OperationKind::Suspend, 10, 1, Verdict::Ok),
    ];
    plan.pending = vec![PendingItem { account: "osaka".into(), ..waiting(4, "suspend") }];
    summarised(plan)
}

/// 200 changes: most alike, a few not, and twelve chip SIMs to start.
pub(crate) fn many() -> Plan {
    let mut plan = empty();
    let changes = (1..=188).map(|n| {
        let from = if n % 9 == 0 { "payg-0" } else { "fixed-500mb" };
        change(n, from, "fixed-1gb", if n % 9 == 0 { 700 } else { 300 })
    });
    plan.operations = changes.collect();
    for n in 201..=212 {
        let name = format!("gate-{n}");
        plan.operations.extend([
            bind(n, 1, Some(&name)),
            Operation { wave: 2, name: Some(name.as_str().into()), ..allocate(n) },
            Operation { wave: 3, name: Some(name.as_str().into()), ..start(n) },
        ]);
    }
    plan.operations.sort_by_key(|operation| (operation.wave, operation.subject.clone()));
    plan.unmanaged = (300..340).map(|n| unmanaged(n, "active", 900)).collect();
    summarised(plan)
}

/// Names in Japanese, and names that mean harm.
pub(crate) fn unicode() -> Plan {
    let mut plan = empty();
    let names = [
        "上野駅 自販機17号",
        "kiosk",
        "\u{202e}drahcra\u{2066}",
        "a|b`c\n| x |",
        "<img src=x> @org/team #1 [a](http://b)",
        "\u{1b}[2J消す",
    ];
    plan.operations = names.iter().zip(1..).map(|(name, n)| suspend(n, Some(name))).collect();
    plan.operations.extend((21..).zip(names).map(|(n, name)| Operation { name: Some(name.into()), ..terminate(n) }).take(4));
    plan.blocked = vec![BlockedItem {
        message: "the carrier calls it \u{202e}|強制停止|\u{7}".into(),
        source: Place { file: "艦隊/自販機.yaml".into(), line: 3, column: 7 },
        ..blocked(9, BlockedCode::UnknownStatus)
    }];
    summarised(plan)
}

pub(crate) fn summarised(mut plan: Plan) -> Plan {
    let mut requests: BTreeMap<(Arc<str>, u32, OperationKind, usize), Vec<OpId>> = BTreeMap::new();
    for (operation, n) in plan.operations.iter().zip(0..) {
        let kind = operation.change.kind();
        let batch = if kind.is_bulk() { 0 } else { n };
        requests.entry((Arc::clone(&operation.account), operation.wave, kind, batch)).or_default().push(operation.id.clone());
    }
    for ((account, wave, kind, first), items) in requests {
        let request = RequestId(format!("r{:04}", plan.requests.len() + 1).into());
        for operation in
            plan.operations.iter_mut().skip(first).filter(|operation| items.contains(&operation.id)).take(items.len())
        {
            operation.request = request.clone();
        }
        let path = format!("/v1/{kind}");
        plan.requests.push(Request {
            id: request,
            account,
            wave,
            function: kind.function().number(),
            method: "POST".into(),
            path,
            items,
        });
    }
    let summary = &mut plan.summary;
    summary.operations = u64::try_from(plan.operations.len()).expect("fixtures are valid");
    summary.requests = u64::try_from(plan.requests.len()).expect("fixtures are valid");
    let mut cost = SummaryCost::default();
    for operation in &plan.operations {
        *summary.by_kind.entry(operation.change.kind()).or_default() += 1;
        *summary.by_risk.entry(operation.change.risk()).or_default() += 1;
        cost.monthly = cost.monthly.plus(operation.cost.monthly);
        match operation.cost.per {
            Per::Once => cost.once = cost.once.plus(operation.cost.amount),
            Per::Month => cost.monthly = cost.monthly.plus(operation.cost.amount),
        }
    }
    summary.cost = cost;
    plan
}

pub(super) fn operation(kind: OperationKind, n: u32, change: Change) -> Operation {
    let needs_ack = kind.risk() >= Risk::R4;
    Operation {
        id: id(kind.as_str(), n),
        account: "main".into(),
        fleet: "kanto-vending".into(),
        subject: msisdn(n).into(),
        change,
        from: Values::default(),
        to: Values::default(),
        wave: 1,
        depends_on: Vec::new(),
        request: RequestId("r0001".into()),
        cost: Cost::FREE,
        reason: String::new(),
        precondition: Precondition { status: Some("active".into()), ..Precondition::default() },
        approval: if needs_ack { ApprovalNeed::Ack } else { ApprovalNeed::Yes },
        name: None,
        labels: None,
        source: Place { file: "fleet.yaml".into(), line: 10 + n, column: 7 },
    }
}

pub(crate) fn suspend(n: u32, name: Option<&str>) -> Operation {
    Operation {
        from: Values::of_state(DesiredState::Active),
        to: Values::of_state(DesiredState::Suspended),
        reason: "declared Suspended".into(),
        name: name.map(Into::into),
        ..operation(OperationKind::Suspend, n, Change::Suspend)
    }
}

pub(crate) fn terminate(n: u32) -> Operation {
    let date = "2026-11-30".parse().expect("fixtures are valid");
    Operation {
        from: Values::of_state(DesiredState::Active),
        to: Values { termination_date: Some(date), ..Values::of_state(DesiredState::Terminated) },
        cost: Cost { monthly: Money(-900), ..Cost::once(Money(9_500)) },
        reason: "declared Terminated".into(),
        ..operation(OperationKind::Terminate, n, Change::Terminate { date })
    }
}

pub(super) fn change(n: u32, from: &str, to: &str, monthly: i64) -> Operation {
    Operation {
        from: Values { rate_plan: Some(from.into()), ..Values::default() },
        to: Values { rate_plan: Some(to.into()), ..Values::default() },
        cost: Cost::monthly(Money(monthly)),
        reason: format!("declared {to}, in force from 2026-12-01"),
        ..operation(OperationKind::ChangeRatePlan, n, Change::ChangeRatePlan { from: from.into(), to: to.into() })
    }
}

pub(super) fn bind(n: u32, wave: u32, name: Option<&str>) -> Operation {
    let imei = imei(n);
    Operation {
        to: Values { imei: Some(imei), ..Values::default() },
        reason: "declared IMEI is not bound yet".into(),
        wave,
        name: name.map(Into::into),
        ..operation(OperationKind::BindImei, n, Change::BindImei { imei })
    }
}

pub(super) fn allocate(n: u32) -> Operation {
    let system = SystemNumber::from("S0001234");
    Operation {
        to: Values { system_number: Some(system.clone()), ..Values::default() },
        reason: "use starts from stock".into(),
        name: Some("gate-1".into()),
        ..operation(OperationKind::Allocate, n, Change::Allocate { system })
    }
}

pub(super) fn start(n: u32) -> Operation {
    let (system, plan) = (SystemNumber::from("S0001234"), "fixed-500mb".into());
    Operation {
        from: Values::of_state(DesiredState::Allocated),
        to: Values {
            rate_plan: Some("fixed-500mb".into()),
            system_number: Some(system.clone()),
            ..Values::of_state(DesiredState::Active)
        },
        cost: Cost::monthly(Money(900)),
        reason: "declared Active".into(),
        name: Some("gate-1".into()),
        ..operation(OperationKind::StartUse, n, Change::StartUse { system, plan })
    }
}

fn cancel(n: u32) -> Operation {
    let (application, of) = (ApplicationNumber::from("A0000077"), ApplicationType::PlanChange);
    Operation {
        from: Values { application: Some(application.clone()), application_type: Some(of.clone()), ..Values::default() },
        reason: "the plan in force is the declared one, another is pending".into(),
        ..operation(OperationKind::CancelApplication, n, Change::CancelApplication { application, of })
    }
}

pub(super) fn waiting(n: u32, what: &str) -> PendingItem {
    PendingItem {
        account: "main".into(),
        subject: msisdn(n).into(),
        application_no: None,
        what: what.to_owned(),
        effective_date: None,
        not_before: None,
    }
}

pub(crate) fn blocked(n: u32, code: BlockedCode) -> BlockedItem {
    BlockedItem {
        account: "main".into(),
        subject: msisdn(n).into(),
        code,
        message: "what is wrong, and what to do about it".into(),
        source: Place { file: "fleet.yaml".into(), line: 10 + n, column: 7 },
    }
}

pub(super) fn protection(n: u32, protected: bool) -> ProtectionItem {
    ProtectionItem { account: "main".into(), msisdn: msisdn(n), protected }
}

pub(super) fn unmanaged(n: u32, status: &str, cost: i64) -> UnmanagedItem {
    UnmanagedItem { account: "main".into(), msisdn: msisdn(n), status: status.into(), monthly_cost: Money(cost) }
}

pub(super) fn id(kind: &str, n: u32) -> OpId {
    OpId(format!("{kind}-{n:04}").into())
}

pub(super) fn msisdn(n: u32) -> Msisdn {
    Msisdn::parse(&format!("080{n:08}")).expect("fixtures are valid")
}

fn imei(n: u32) -> Imei {
    let device = format!("35693803{n:06}");
    let check = char::from(luhn_digit(device.as_bytes()));
    Imei::parse(&format!("{device}{check}")).expect("fixtures are valid")
}

pub(super) fn at(text: &str) -> JstTime {
    JstTime(text.parse().expect("fixtures are valid"))
}

/// All of the above.
pub(crate) fn all() -> Vec<Plan> {
    vec![
        empty(),
        small(),
        mixed(),
        all_blocked(),
        in_doubt(),
        guards_exceeded(),
        many(),
        unicode(),
        paid::plan(),
        paid::in_doubt(),
        paid::many(40),
    ]
}

/// So many changes of the rate plan.
pub(crate) fn changes(lines: u32) -> Plan {
    let plans = ["fixed-500mb", "payg-0", "uplink-3gb"];
    let mut plan = empty();
    plan.operations = (0..lines).zip(plans.iter().cycle()).map(|(n, from)| change(n, from, "fixed-1gb", 300)).collect();
    summarised(plan)
}

/// 5,000 changes as they come: many alike, some not, three that cannot be undone, one that is paid; and what goes
/// with so many.
pub(crate) fn large() -> Plan {
    let mut plan = changes(4_980);
    for (operation, n) in plan.operations.iter_mut().zip(0_u32..) {
        let site = match n % 10 {
            0 => None,
            1..5 => Some("ueno"),
            _ => Some("osaka <b>@kita</b>"),
        };
        operation.labels = site.map(|site| Arc::new([("site".to_owned(), site.to_owned())].into()));
    }
    plan.operations.extend((6_001..=6_003).map(terminate));
    plan.operations.extend((6_004..=6_016).map(|n| suspend(n, Some(&format!("kiosk-{n}")))));
    plan.operations.extend((6_017..=6_019).map(|n| change(n, "retired-plan", "fixed-1gb", 10 * i64::from(n))));
    plan.operations.push(paid::grant(6_020, "firmware", "add-1gb", 1_500));
    plan.blocked = (7_001..=7_040).map(|n| blocked(n, BlockedCode::LineNotFound)).collect();
    plan.blocked.push(blocked(7_041, BlockedCode::ImeiAlreadyBound));
    plan.unmanaged = (8_001..=8_060).map(|n| unmanaged(n, "active", 900)).collect();
    plan.pending = (9_001..=9_003).map(|n| waiting(n, "rate plan changes to fixed-1gb")).collect();
    plan.summary = Summary { in_sync: plan.summary.in_sync, ..Summary::default() };
    plan.requests.clear();
    summarised(plan)
}
