//! Approval: which flags do, and which are named when they are missing.

use std::collections::BTreeSet;

use simfleet::domain::OperationKind;
use simfleet::exec::approve::{Decision, Flags, decide};
use simfleet::plan::{ApprovalNeed, GuardItem, GuardKind, Memory, Plan, Verdict};

use super::applying::mixed;
use super::plans::planned;

/// A plan with a suspension, a plan change, a termination, two bindings and two starts.
async fn plan() -> Plan {
    let (world, desired) = mixed().await;
    let observed = simfleet::carrier::observe(&world.carrier(), &simfleet::carrier::ObserveOptions::default()).await.unwrap();
    planned(&desired, &observed, &Memory::default())
}

fn acks(pairs: &[(OperationKind, u64)]) -> BTreeSet<(GuardKind, u64)> {
    pairs.iter().map(|(kind, count)| (GuardKind::Operations(*kind), *count)).collect()
}

fn missing(plan: &Plan, flags: &Flags) -> String {
    match decide(plan, "main", flags) {
        Decision::Allowed => "allowed".to_owned(),
        Decision::Declined => "declined".to_owned(),
        Decision::Missing(missing) => missing.flags.join(" "),
    }
}

#[tokio::test]
async fn the_message_names_exactly_the_flags_that_would_do() {
    let plan = plan().await;
    let all = "--yes --ack terminate=1 --ack bindImei=2 --ack startUse=2";
    assert_eq!(missing(&plan, &Flags::default()), all);
    let yes = Flags { yes: true, ..Flags::default() };
    assert_eq!(missing(&plan, &yes), all, "also what was given: it is needed next time, too");
    let wrong = Flags { acks: acks(&[(OperationKind::Terminate, 2), (OperationKind::StartUse, 2)]), ..yes.clone() };
    assert_eq!(missing(&plan, &wrong), all, "the number is exact");
    let right = acks(&[(OperationKind::Terminate, 1), (OperationKind::StartUse, 2), (OperationKind::BindImei, 2)]);
    assert_eq!(missing(&plan, &Flags { acks: right.clone(), ..yes }), "allowed");
    assert_eq!(missing(&plan, &Flags { acks: right.clone(), prompt: Some(true), ..Flags::default() }), "allowed");
    assert_eq!(missing(&plan, &Flags { acks: right.clone(), ..Flags::default() }), all);
    assert_eq!(missing(&plan, &Flags { acks: right, prompt: Some(false), ..Flags::default() }), "declined");
    let of_the_plan = Flags { approve: BTreeSet::from([plan.plan_id.clone()]), ..Flags::default() };
    assert_eq!(missing(&plan, &of_the_plan), "allowed", "an id covers everything");
    let of_the_account = Flags { approve: BTreeSet::from([plan.accounts[0].plan_id.clone()]), ..Flags::default() };
    assert_eq!(missing(&plan, &of_the_account), "allowed");
    let of_another = Flags { approve: BTreeSet::from(["0123".to_owned()]), ..Flags::default() };
    assert_eq!(missing(&plan, &of_another), all);
}

#[tokio::test]
async fn a_guard_wants_its_number_whatever_else_is_approved() {
    let mut plan = plan().await;
    plan.guards = vec![GuardItem {
        account: "main".into(),
        name: "fleet/terminate".to_owned(),
        kind: OperationKind::Terminate.into(),
        limit: 0,
        actual: 1,
        verdict: Verdict::Exceeded,
    }];
    let approved = Flags { approve: BTreeSet::from([plan.plan_id.clone()]), ..Flags::default() };
    assert_eq!(missing(&plan, &approved), format!("--approve {} --ack terminate=1", plan.plan_id));
    assert_eq!(missing(&plan, &Flags { acks: acks(&[(OperationKind::Terminate, 1)]), ..approved }), "allowed");
}

/// One account's own number would approve as many in every other account, too.
#[tokio::test]
async fn a_number_is_that_of_the_whole_plan_in_every_account() {
    let mut plan = plan().await;
    let (mut section, mut more) = (plan.accounts[0].clone(), plan.operations.clone());
    section.name = "other".into();
    more.retain(|operation| operation.change.kind() != OperationKind::Suspend);
    for operation in &mut more {
        operation.account = "other".into();
        operation.approval = ApprovalNeed::Ack;
    }
    plan.accounts.push(section);
    plan.operations.extend(more);
    let own = acks(&[(OperationKind::Terminate, 1), (OperationKind::StartUse, 2), (OperationKind::BindImei, 2)]);
    let all = acks(&[(OperationKind::Terminate, 2), (OperationKind::StartUse, 4), (OperationKind::BindImei, 4)]);
    let needed = "--yes --ack terminate=2 --ack bindImei=4 --ack startUse=4";
    assert_eq!(missing(&plan, &Flags { yes: true, acks: own, ..Flags::default() }), needed);
    assert_eq!(missing(&plan, &Flags { yes: true, acks: all, ..Flags::default() }), "allowed");
    let Decision::Missing(refused) = decide(&plan, "main", &Flags { yes: true, ..Flags::default() }) else { panic!("allowed") };
    assert!(refused.reasons.contains(&"1 of all 2 terminate cannot be undone, and want their number".to_owned()), "{refused:?}");
}

#[tokio::test]
async fn every_cap_on_money_wants_its_own_amount() {
    let mut plan = plan().await;
    let cap = |name: &str, kind, limit, actual| GuardItem {
        account: "main".into(),
        name: format!("{name}/{kind}"),
        kind,
        limit,
        actual,
        verdict: Verdict::Exceeded,
    };
    plan.guards = vec![
        cap("", GuardKind::SpendPerPlan, 1, 2900),
        cap("fleet", GuardKind::SpendPerPlan, 1, 2000),
        cap("fleet", GuardKind::SpendPerMonth, 5000, 7000),
    ];
    let approved = Flags { approve: BTreeSet::from([plan.plan_id.clone()]), ..Flags::default() };
    let needed = format!("--approve {} --ack spendPerPlan=2000 --ack spendPerPlan=2900 --ack spendPerMonth=7000", plan.plan_id);
    assert_eq!(missing(&plan, &approved), needed);
    let all =
        BTreeSet::from([(GuardKind::SpendPerPlan, 2000), (GuardKind::SpendPerPlan, 2900), (GuardKind::SpendPerMonth, 7000)]);
    for left_out in &all {
        let fewer = all.iter().copied().filter(|ack| ack != left_out).collect();
        assert_eq!(missing(&plan, &Flags { acks: fewer, ..approved.clone() }), needed, "without {left_out:?}");
    }
    assert_eq!(missing(&plan, &Flags { acks: all, ..approved.clone() }), "allowed");
    let Decision::Missing(refused) = decide(&plan, "main", &approved) else { panic!("allowed") };
    assert_eq!(
        refused.reasons,
        [
            "guard spendPerPlan of the account allows 1 JPY, the plan costs 2,900 JPY at once",
            "guard fleet/spendPerPlan allows 1 JPY, the plan costs 2,000 JPY at once",
            "guard fleet/spendPerMonth allows 5,000 JPY, with this plan the month costs 7,000 JPY",
        ]
    );
}

#[tokio::test]
async fn policies_and_modes_change_what_is_needed() {
    let mut plan = plan().await;
    for operation in &mut plan.operations {
        operation.approval = ApprovalNeed::Policy;
    }
    assert_eq!(missing(&plan, &Flags { yes: true, ..Flags::default() }), "allowed");
    for operation in &mut plan.operations {
        operation.approval = ApprovalNeed::PlanId;
    }
    let id = &plan.plan_id;
    assert_eq!(missing(&plan, &Flags { yes: true, ..Flags::default() }), format!("--approve {id}"));
    plan.operations.clear();
    assert_eq!(missing(&plan, &Flags::default()), "allowed", "nothing to do needs nobody's leave");
}
