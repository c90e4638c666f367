//! Plans made by chance: of every size, with everything in them, and with texts that mean harm.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use simfleet::domain::{Money, OperationKind};
use simfleet::plan::{
    AccountSection, BlockedCode, BlockedItem, DriftIgnoreNote, DriftItem, GuardKind, InDoubtItem, Operation, PendingItem, Plan,
    WarningCode,
};

use super::{fixture, paid};

/// Names and messages: what others can write.
pub(crate) const HOSTILE: [&str; 23] = [
    "kiosk-1",
    "上野駅 自販機17号",
    "",
    " ",
    "<img src=x onerror=alert(1)>",
    "</details></summary><!-- x -->",
    "<!-- simfleet plan -->",
    "@org/team @someone, fixes #12 and GH-1",
    "a|b|c \\| d",
    "`code` ``two`` ```",
    "line\nbreak\r\n\n### heading\n| a | b |",
    "\u{202e}reversed\u{2066}\u{200b}\u{200d}\u{feff}",
    "\u{1b}[2J\u{7}\u{0}",
    "[x](http://evil.example) ![i](https://evil.example/i.png) www.evil.example",
    "**bold** _it_ ~~no~~ $math$",
    "35693803564380",
    "&lt;b&gt; &amp; &#64;",
    "1. one - two + three",
    "**Left out for want of space:** nothing",
    "`08000000001`",
    "葛\u{e0100}飾区 e\u{301}\u{301} 👩\u{200d}👩\u{200d}👧",
    "and 3 more.",
    "\u{3164}\u{115f}\u{ffa0}\u{34f}",
];

pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(&HOSTILE[..]).prop_map(str::to_owned),
        2 => any::<String>(),
        1 => (select(&HOSTILE[..]), 1..200_usize).prop_map(|(text, times)| text.repeat(times)),
    ]
}

/// Mostly a few, sometimes enough to be grouped and cut.
fn some<T: std::fmt::Debug>(item: impl Strategy<Value = T> + Clone + 'static) -> impl Strategy<Value = Vec<T>> {
    prop_oneof![2 => prop::collection::vec(item.clone(), 0..3), 2 => prop::collection::vec(item.clone(), 0..30), 1 => prop::collection::vec(item, 22..80)]
}

/// Which operation, its line's name and reason; a reason of few, so that many are alike.
type Lot = (u8, Option<String>, Option<String>, bool);

fn lots() -> impl Strategy<Value = Vec<Lot>> {
    let kind = prop_oneof![1 => 0..9_u8, 3 => 4..9_u8];
    let often = |strategy: BoxedStrategy<String>, weight| prop::option::weighted(weight, strategy);
    let lots = some((kind, often(text().boxed(), 0.3), often(text().boxed(), 0.1), any::<bool>()).boxed());
    // Now and then all of one kind and account: then even what is irreversible is grouped.
    (lots, prop::option::weighted(0.4, 0..9_u8)).prop_map(|(mut lots, kind)| {
        for lot in &mut lots {
            (lot.0, lot.3) = kind.map_or((lot.0, lot.3), |kind| (kind, false));
        }
        lots
    })
}

/// A block of operations for each lot.
fn operations(lots: Vec<Lot>) -> Vec<Operation> {
    let mut operations = Vec::new();
    for ((kind, name, reason, is_elsewhere), n) in lots.into_iter().zip(1_u32..) {
        let chain = match kind {
            0 => vec![fixture::terminate(n)],
            1 => vec![
                fixture::bind(n, 1, None),
                Operation { wave: 2, ..fixture::allocate(n) },
                Operation { wave: 3, ..fixture::start(n) },
            ],
            2 => vec![paid::grant(n, "firmware", "add-1gb", 1_500)],
            3 => vec![paid::resume(n), Operation { wave: 2, ..paid::grant(n, "map-update", "add-500mb", 900) }],
            4 | 5 => vec![fixture::change(n, "fixed-500mb", "fixed-1gb", 300)],
            6 => vec![fixture::change(n, "payg-0", "fixed-1gb", 700 + i64::from(n % 7))],
            7 => vec![paid::resume(n)],
            _ => vec![fixture::suspend(n, None)],
        };
        let account = if is_elsewhere { "osaka" } else { "main" };
        operations.extend(chain.into_iter().map(|operation| Operation {
            account: account.into(),
            name: name.as_deref().map(Into::into),
            labels: (n % 2 == 0).then(|| Arc::new([(name.clone().unwrap_or_default(), "ueno".to_owned())].into())),
            reason: reason.clone().unwrap_or(operation.reason),
            ..operation
        }));
    }
    operations
}

/// All that is no operation, with the numbers of its lines: `texts` are its messages.
fn listed(
    plan: &mut Plan,
    [blocked, waiting, doubtful, warned]: [Vec<String>; 4],
    [drifted, unmanaged, guards]: [Vec<String>; 3],
) {
    let codes = BlockedCode::ALL;
    let numbered = |texts: Vec<String>| texts.into_iter().zip(1_u32..);
    plan.blocked = numbered(blocked)
        .zip(codes.iter().cycle())
        .map(|((message, n), code)| BlockedItem {
            message,
            ..fixture::blocked(n, if n < 50 { *code } else { BlockedCode::InDoubt })
        })
        .collect();
    plan.pending = numbered(waiting).map(|(what, n)| PendingItem { what, ..fixture::waiting(n, "") }).collect();
    plan.in_doubt = numbered(doubtful)
        .map(|(note, n)| InDoubtItem {
            account: "main".into(),
            id: fixture::id("terminate", n),
            kind: OperationKind::Terminate,
            subject: fixture::msisdn(n).into(),
            since: fixture::at("2026-11-20T11:41:07+09:00"),
            settled_by: None,
            note,
        })
        .collect();
    plan.warnings = numbered(warned)
        .map(|(message, n)| paid::warning(fixture::msisdn(n).into(), WarningCode::CouponEndsSoon, &message))
        .collect();
    plan.drift = Some(
        numbered(drifted)
            .map(|(text, n)| DriftItem {
                account: "main".into(),
                msisdn: fixture::msisdn(n),
                field: "ratePlan".into(),
                baseline: text.as_str().into(),
                observed: "fixed-500mb".into(),
                by: (n % 2 == 0).then(|| text.as_str().into()),
                ignore: (n % 3 == 0).then(|| DriftIgnoreNote { owner: text.as_str().into(), ..fixture::ignore("2026-11-20") }),
            })
            .collect(),
    );
    let items = plan.drift.iter().flatten();
    plan.drift_ignored = items
        .map(|item| DriftItem {
            ignore: Some(DriftIgnoreNote {
                owner: Arc::clone(&item.baseline),
                reason: Some(Arc::clone(&item.baseline)),
                ..fixture::ignore("2027-01-31")
            }),
            ..item.clone()
        })
        .collect();
    plan.unmanaged = numbered(unmanaged).map(|(status, n)| fixture::unmanaged(n, &status, 900)).collect();
    plan.protection = (1..u32::try_from(guards.len()).expect("few")).map(|n| fixture::protection(n, n % 3 > 0)).collect();
    plan.guards = guards.iter().map(|fleet| paid::money(fleet, GuardKind::SpendPerPlan, 1_000, 13_700)).take(5).collect();
}

/// Plans.
pub(crate) fn plans() -> impl Strategy<Value = Plan> {
    let alike = || prop_oneof![3 => Just("the same of many".to_owned()), 2 => text()].boxed();
    let many = move || some(alike());
    let first = (many(), many(), many(), many()).prop_map(|(a, b, c, d)| [a, b, c, d]);
    let second = (many(), many(), many()).prop_map(|(a, b, c)| [a, b, c]);
    (lots(), first, second, prop::bool::weighted(0.2)).prop_map(|(lots, first, second, is_incomplete)| {
        let mut plan = fixture::empty();
        let mut other = fixture::account("osaka");
        other.observed.complete = !is_incomplete;
        plan.accounts.push(AccountSection { ..other });
        plan.operations = operations(lots);
        listed(&mut plan, first, second);
        let mut plan = fixture::summarised(plan);
        plan.summary.cost.once = plan.summary.cost.once.plus(Money(1));
        plan
    })
}
