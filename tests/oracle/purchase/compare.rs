//! The planner against the enumeration.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use simfleet::domain::DesiredState;
use simfleet::plan::{AccountPlan, BlockedCode, PurchaseOutcome};

use super::super::carrier::Status;
use super::enumeration::{Answer, Bought, answer};
use super::market::{Grant, IN_USE, Line, Market, Policy, Record, Shown, bought};

/// What a plan buys and says, in the enumeration's words.
fn said(plan: &AccountPlan) -> Answer {
    let index = |msisdn: simfleet::domain::Msisdn| msisdn.as_str()[3..].parse().unwrap();
    let mut answer = Answer::default();
    for (line, purchase, price) in bought(plan) {
        let (is_grant, name) = match &purchase.reason {
            simfleet::domain::PurchaseReason::Grant(name) => (true, name),
            simfleet::domain::PurchaseReason::TopUp(name) => (false, name),
        };
        let code = [0, 1].into_iter().find(|number| super::market::code(*number) == purchase.code).unwrap();
        let of_line = || plan.operations.iter().filter(|operation| operation.subject.msisdn().map(index) == Some(line));
        let resumes = of_line().any(|operation| operation.change.kind() == simfleet::domain::OperationKind::Resume);
        let (ordinal, attempt) = (purchase.ordinal, purchase.attempt);
        answer.bought.push(Bought { line, is_grant, name: name.to_string(), code, ordinal, attempt, price, resumes });
    }
    // Nor what is said of the line itself.
    let of_line = |code: &BlockedCode| *code == BlockedCode::Terminated;
    let blocked = plan.blocked.iter().filter(|item| !of_line(&item.code));
    answer.blocked = blocked.map(|item| (index(item.subject.msisdn().unwrap()), item.code)).collect();
    // A line that waits for its state says so once; here only what is said of coupons counts.
    let of_coupons = |what: &str| ["grant ", "top-up "].iter().any(|start| what.starts_with(start));
    let waiting = plan.pending.iter().filter(|item| of_coupons(&item.what));
    answer.waits = waiting.map(|item| index(item.subject.msisdn().unwrap())).collect();
    answer.bought.sort();
    answer.blocked.sort();
    answer.waits.sort_unstable();
    answer
}

pub(super) fn compare(market: &Market) {
    let plan = market.world().judged();
    assert_eq!(said(&plan), answer(market), "{market:#?}\n{:#?}\n{:#?}", plan.blocked, plan.pending);
}

fn options<T: Clone>(most: usize, of: &[T]) -> Vec<Vec<T>> {
    let mut sets: Vec<Vec<T>> = vec![vec![]];
    let mut longest: Vec<Vec<T>> = sets.clone();
    for _ in 0..most {
        longest =
            longest.iter().flat_map(|set| of.iter().map(|one| [set.as_slice(), std::slice::from_ref(one)].concat())).collect();
        sets.extend(longest.iter().cloned());
    }
    sets
}

/// One line, up to two grants and one policy, up to two applications, up to one record: all of them.
#[test]
fn every_small_world_is_planned_as_the_enumeration_says() {
    let grants = options(2, &[0, 1]);
    let applications = options(2, &[Some(0), Some(1), None]);
    let mut records: Vec<Option<Record>> = vec![None];
    for (is_grant, name) in [(true, "a"), (true, "b"), (true, "gone"), (false, "keep"), (false, "gone")] {
        for outcome in [PurchaseOutcome::Bought, PurchaseOutcome::InDoubt, PurchaseOutcome::NotBought] {
            for (code, number) in [(0, None), (0, Some(1)), (1, Some(1)), (0, Some(9))] {
                records.push(Some(Record {
                    line: 0,
                    name,
                    is_grant,
                    month: 0,
                    code,
                    ordinal: 1,
                    attempt: 1,
                    outcome,
                    refused: outcome == PurchaseOutcome::NotBought && code == 0,
                    number,
                    amount: 100,
                    hours: Some(-20),
                }));
            }
        }
    }
    let policies = [(0, 250, 2), (0, 1_000, 1), (1, 1_000, 2)];
    // One of so many, unless there is time.
    let every = if super::super::long_run() { 1 } else { 11 };
    let (mut worlds, mut seen) = (0, 0);
    for grants in &grants {
        for applications in &applications {
            for record in &records {
                for (code, spend, per_line) in policies {
                    for (left, figures) in [(2_000, None), (10, Some(-15)), (10, Some(-30))] {
                        worlds += 1;
                        if worlds % every != 0 {
                            continue;
                        }
                        let market = Market {
                            lines: vec![Line { left: Some(left), figures, ..IN_USE }],
                            grants: (["a", "b"].into_iter().zip(grants))
                                .map(|(name, code)| Grant { name, month: 0, code: *code, lines: vec![0] })
                                .collect(),
                            policies: vec![Policy { name: "keep", fleet: 0, code, below: 1_000, per_line, spend }],
                            shown: (1..)
                                .zip(applications)
                                .map(|(number, code)| Shown { number, line: 0, code: *code, hours: -25, void: false })
                                .collect(),
                            records: record.iter().cloned().collect(),
                        };
                        compare(&market);
                        seen += 1;
                    }
                }
            }
        }
    }
    println!("oracle: {seen} of {worlds} small markets");
    assert!(seen * every > 40_000, "only {seen} worlds were searched");
}

fn line() -> impl Strategy<Value = Line> {
    let status = prop_oneof![6 => Just(Status::Active), 1 => Just(Status::Suspended), 1 => Just(Status::Ended)];
    let state = prop_oneof![
        6 => Just(Some(DesiredState::Active)),
        1 => Just(None),
        1 => Just(Some(DesiredState::Suspended)),
        1 => Just(Some(DesiredState::Terminated)),
    ];
    let left = select(vec![None, Some(10), Some(10), Some(20), Some(20), Some(60), Some(2_000)]);
    let figures = select(vec![None, Some(0), Some(1), Some(-15), Some(-40)]);
    (status, state, select(vec![0, 0, 1]), prop::bool::weighted(0.1), left, figures, select(vec![0, 0, 0, 1]))
        .prop_map(|(status, state, plan, busy, left, figures, fleet)| Line { status, state, plan, busy, left, figures, fleet })
}

fn record(lines: usize) -> impl Strategy<Value = Record> {
    let who =
        select(vec![(true, "a"), (true, "b"), (true, "c"), (true, "gone"), (false, "keep"), (false, "last"), (false, "gone")]);
    let outcome = prop_oneof![3 => Just(PurchaseOutcome::Bought), 1 => Just(PurchaseOutcome::InDoubt), 3 => Just(PurchaseOutcome::NotBought)];
    let number = select(vec![None, Some(1), Some(2), Some(3), Some(4), Some(90)]);
    let times = (select(vec![0, 0, 0, -1]), select(vec![None, Some(-20), Some(-20), Some(-30)]));
    (0..lines, who, outcome, select(vec![0, 0, 1]), number, times, (1..4_u32, any::<bool>(), select(vec![100, 400]))).prop_map(
        |(line, (is_grant, name), outcome, code, number, (month, hours), (ordinal, refused, amount))| Record {
            line,
            name,
            is_grant,
            month,
            code,
            ordinal: if is_grant { 1 } else { ordinal },
            attempt: ordinal,
            outcome,
            refused: refused && outcome == PurchaseOutcome::NotBought,
            number: number.filter(|_| outcome != PurchaseOutcome::NotBought),
            amount,
            hours,
        },
    )
}

/// Lines, grants, policies, applications and a journal, in any combination.
pub(super) fn markets() -> impl Strategy<Value = Market> {
    prop::collection::vec(line(), 1..4).prop_flat_map(|lines| {
        let count = lines.len();
        let every: Vec<usize> = (0..count).collect();
        let grant = |name| {
            let of = (select(vec![0, 0, 0, 0, -1, 1]), select(vec![0, 0, 1]), subsequence(every.clone(), 0..=count));
            of.prop_map(move |(month, code, lines)| Grant { name, month, code, lines })
        };
        let grants = (grant("a"), grant("b"), grant("c"), 0..=3_usize)
            .prop_map(|(a, b, c, count)| [a, b, c].into_iter().take(count).collect::<Vec<_>>());
        let policy = |name| {
            let of = (
                select(vec![0, 0, 1]),
                select(vec![0, 0, 1]),
                select(vec![15, 50, 100]),
                1..3_u32,
                select(vec![0, 100, 250, 500, 2_000]),
            );
            of.prop_map(move |(fleet, code, below, per_line, spend)| Policy { name, fleet, code, below, per_line, spend })
        };
        let policies = (policy("keep"), policy("last"), 0..=2_usize)
            .prop_map(|(keep, last, count)| [keep, last].into_iter().take(count).collect::<Vec<_>>());
        let shown = (
            0..count,
            select(vec![Some(0), Some(0), Some(1), None]),
            select(vec![0, -10, -10, -25, -25, -228, -229]),
            prop::bool::weighted(0.1),
        );
        let shown = prop::collection::vec(shown, 0..5).prop_map(|shown| {
            let numbered = (1..).zip(shown);
            numbered.map(|(number, (line, code, hours, void))| Shown { number, line, code, hours, void }).collect::<Vec<_>>()
        });
        let records = prop::collection::vec(record(count), 0..4).prop_map(|records| {
            let mut kept: Vec<Record> = Vec::new();
            for record in records {
                let key = |record: &Record| (record.line, record.is_grant, record.name, record.month, record.ordinal);
                // A purchase has one record, and an application one purchase.
                if kept
                    .iter()
                    .all(|other| key(other) != key(&record) && (other.number != record.number || record.number.is_none()))
                {
                    kept.push(record);
                }
            }
            kept
        });
        (Just(lines), grants, policies, shown, records).prop_map(|(lines, grants, policies, shown, records)| Market {
            lines,
            grants,
            policies,
            shown,
            records,
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if super::super::long_run() { 50_000 } else { 2_000 }, ..ProptestConfig::default() })]

    #[test]
    fn random_worlds_are_planned_as_the_enumeration_says(market in markets()) {
        compare(&market);
    }
}

/// What the random worlds hold, so that the comparison is one of something.
#[test]
fn random_worlds_hold_every_answer() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut blocked = std::collections::BTreeSet::new();
    let (mut grants, mut top_ups, mut after_resume, mut again, mut waits) = (0, 0, 0, 0, 0);
    let mut waits_for = [
        ("is bought from 2026-12-01 on", 0),
        ("its month is over", 0),
        ("whether it was bought is not known yet", 0),
        ("a grant is bought for the line first", 0),
        ("newer than the line's last coupon, bought", 0),
        ("newer than the line's last coupon", 0),
        ("waits for", 0),
    ];
    for _ in 0..4_000 {
        let market = markets().new_tree(&mut runner).unwrap().current();
        for item in market.world().plan().pending {
            // The first that fits.
            if let Some((_, count)) = waits_for.iter_mut().find(|(what, _)| item.what.contains(what)) {
                *count += 1;
            }
        }
        let answer = answer(&market);
        blocked.extend(answer.blocked.iter().map(|(_, code)| *code));
        waits += answer.waits.len();
        for one in answer.bought {
            *(if one.is_grant { &mut grants } else { &mut top_ups }) += 1;
            after_resume += usize::from(one.resumes);
            again += usize::from(one.attempt > 1);
        }
    }
    for code in [
        BlockedCode::LineNotActive,
        BlockedCode::CouponNotOffered,
        BlockedCode::GrantChanged,
        BlockedCode::TrafficUnknown,
        BlockedCode::TopUpCapReached,
        BlockedCode::SpendCapReached,
    ] {
        assert!(blocked.contains(&code), "{code:?} never occurs");
    }
    assert!(waits_for.iter().all(|(_, count)| *count > 20), "{waits_for:?}");
    let least = [grants, top_ups, after_resume, again, waits].into_iter().min().unwrap();
    assert!(least > 20, "{grants} grants, {top_ups} top-ups, {after_resume} after a resume, {again} again, {waits} waits");
}
