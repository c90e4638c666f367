//! What may be sent: examples, and laws over worlds made by chance.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::json;
use simfleet::controller::accept;
use simfleet::controller::permit::{Approval, Hold, MOST_REFUSALS, Permit, permit};
use simfleet::domain::{CouponCode, CouponPrice, LineStatus, Mode, Money, OperationKind, RatePlan, Risk};
use simfleet::exec::approve::{Decision, Flags, decide, exceeded};
use simfleet::plan::{ApprovalNeed, GuardKind, Memory, OpId, Plan};

use super::view::{fleet_of, order, view};
use super::world::{chip, line, observed, planned, worlds};

fn annotated(pairs: &[(&str, &str)]) -> Approval {
    Approval::of(&pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect::<BTreeMap<_, _>>())
}

fn id_of(plan: &Plan) -> String {
    plan.accounts.first().expect("one account").plan_id.clone()
}

/// `kind hold` of every operation that is held.
fn held(plan: &Plan, permit: &Permit) -> Vec<String> {
    let kind = |id: &OpId| plan.operations.iter().find(|operation| operation.id == *id).map(|operation| operation.change.kind());
    let words = |hold: &Hold| match hold {
        Hold::Approval => "approval".to_owned(),
        Hold::Guard => "guard".to_owned(),
        Hold::Dependency(on) => kind(on).map(|kind| format!("after {kind}")).unwrap_or_default(),
    };
    permit.held.iter().map(|held| format!("{} {}", kind(&held.id).expect("of the plan"), words(&held.hold))).collect()
}

fn plan_of(fleets: Vec<serde_json::Value>) -> Plan {
    let fleets = fleets.into_iter().enumerate().map(|(nth, spec)| fleet_of(&format!("fleet-{nth}"), 1, spec)).collect::<Vec<_>>();
    let accepted = accept(&view(fleets, vec![order("expansion", 1)], Vec::new()));
    let active = ["08000000001", "08000000002", "08000000003"].map(|number| line(number, LineStatus::Active));
    planned(&accepted, &observed(active.into_iter().chain([chip("02012345678")]).collect()), &Memory::default())
}

fn mixed() -> Plan {
    plan_of(vec![
        json!({
            "mode": "Apply",
            "sims": [{"msisdn": "08000000001", "state": "Suspended"}, {"msisdn": "08000000002", "state": "Terminated"}],
            "chipSims": [{"msisdn": "02012345678", "imei": "490154203237518", "state": "Active", "ratePlan": "fixed-1gb"}],
            "policy": {"approval": {"startUse": "Auto"}, "limits": {"terminate": 1}},
        }),
        json!({"sims": [{"msisdn": "08000000003", "state": "Suspended"}]}),
    ])
}

#[test]
fn what_needs_no_approval_goes_on_and_the_rest_waits() {
    let plan = mixed();
    let permit = permit(&plan, "main", &Approval::default());
    let sent: Vec<OperationKind> = plan
        .operations
        .iter()
        .filter(|operation| permit.operations.contains(&operation.id))
        .map(|operation| operation.change.kind())
        .collect();
    assert_eq!(sent, [OperationKind::Suspend]);
    let mut held = held(&plan, &permit);
    held.sort();
    // The start is approved by the policy, and waits for the binding all the same; one fleet is in mode Plan.
    assert_eq!(
        held,
        [
            "allocate after bindImei",
            "bindImei approval",
            "placeOrder approval",
            "startUse after allocate",
            "suspend approval",
            "terminate approval"
        ]
    );
    let command = permit.command("iot", "main").expect("something waits");
    assert_eq!(command, format!("kubectl annotate --overwrite carrieraccount main -n iot simfleet.dev/approve={}", id_of(&plan)));
    assert!(!permit.uses_approval && permit.problems.is_empty());
}

#[test]
fn the_plan_s_id_permits_all_of_it() {
    let plan = mixed();
    for id in [id_of(&plan), plan.plan_id.clone()] {
        let permit = permit(&plan, "main", &annotated(&[("simfleet.dev/approve", &format!(" {id}\n"))]));
        assert_eq!(permit.operations.len(), plan.operations.len());
        assert_eq!((held(&plan, &permit), permit.command("iot", "main"), permit.uses_approval), (Vec::new(), None, true));
    }
}

#[test]
fn the_id_of_another_plan_approves_nothing_and_is_told_of() {
    let plan = mixed();
    let stale = permit(&plan, "main", &annotated(&[("simfleet.dev/approve", "0123")]));
    let none = permit(&plan, "main", &Approval::default());
    assert_eq!((&stale.operations, &stale.held), (&none.operations, &none.held));
    assert!(stale.is_void && !none.is_void, "it is taken away");
    assert!(!permit(&plan, "main", &annotated(&[("simfleet.dev/approve", &id_of(&plan))])).is_void);
    // Also where nothing is to be done: the same may be planned another day.
    assert!(permit(&plan_of(Vec::new()), "main", &annotated(&[("simfleet.dev/approve", "0123")])).is_void);
    assert_eq!(
        stale.problems,
        [format!(
            "simfleet.dev/approve is 0123, which is another plan than the current one, {}, and approves nothing",
            id_of(&plan)
        )]
    );
}

#[test]
fn a_coupon_that_is_refused_again_and_again_waits_for_a_person() {
    let coupon = json!([{"name": "firmware", "month": "2026-11", "code": "add-1gb", "msisdns": ["08000000001"]}]);
    let spec = json!({
        "mode": "Apply", "sims": [{"msisdn": "08000000001", "state": "Active"}], "coupons": coupon,
        "policy": {"approval": {"buyCoupon": "Auto"}},
    });
    let accepted = accept(&view(vec![fleet_of("kanto", 1, spec)], Vec::new(), Vec::new()));
    let mut observed = observed(vec![line("08000000001", LineStatus::Active)]);
    let plan = observed.catalogue.plans.get_mut(&RatePlan::from("fixed-1gb")).expect("it is sold");
    plan.coupons.insert(CouponCode::from("add-1gb"), Some(CouponPrice { price: Money(1_000), ..CouponPrice::default() }));
    for attempt in 1..6 {
        let mut plan = planned(&accepted, &observed, &Memory::default());
        assert_eq!(plan.operations.len(), 1, "{:?}", plan.blocked);
        plan.operations[0].to.purchase.as_mut().expect("it buys").attempt = attempt;
        let permit = permit(&plan, "main", &Approval::default());
        let expected: &[&str] = if attempt > MOST_REFUSALS { &["buyCoupon approval"] } else { &[] };
        assert_eq!(held(&plan, &permit), expected, "attempt {attempt}");
    }
}

#[test]
fn an_exceeded_guard_stops_the_account_until_its_number_stands_beside_the_id() {
    let fleet = |number: &str| json!({"mode": "Apply", "sims": [{"msisdn": number, "state": "Terminated"}]});
    let plan = plan_of(vec![fleet("08000000001"), fleet("08000000002")]);
    let id = id_of(&plan);
    let given = |ack: &str| permit(&plan, "main", &annotated(&[("simfleet.dev/approve", &id), ("simfleet.dev/ack", ack)]));
    let stopped = permit(&plan, "main", &Approval::default());
    assert!(stopped.operations.is_empty());
    assert_eq!(held(&plan, &stopped), ["terminate guard", "terminate guard", "placeOrder guard"]);
    assert_eq!(
        stopped.guards.iter().map(|guard| format!("{}: {}", guard.ack, guard.why)).collect::<Vec<_>>(),
        [
            "terminate=2: guard fleet-0/terminate allows 0, the plan holds 1",
            "terminate=2: guard fleet-1/terminate allows 0, the plan holds 1"
        ]
    );
    let command =
        format!("kubectl annotate --overwrite carrieraccount main -n iot simfleet.dev/approve={id} simfleet.dev/ack=terminate=2");
    assert_eq!(stopped.command("iot", "main"), Some(command));
    assert!(given("terminate=1").operations.is_empty() && given("").operations.is_empty());
    assert_eq!(given("spendPerPlan=7, terminate=2").operations.len(), 3);
    let alone = permit(&plan, "main", &annotated(&[("simfleet.dev/ack", "terminate=2")]));
    assert!(alone.operations.is_empty());
    assert_eq!(alone.problems, ["simfleet.dev/ack lifts nothing without simfleet.dev/approve beside it"]);
}

#[test]
fn what_of_an_ack_is_not_understood_is_told_and_counts_for_nothing() {
    let Approval { approve, acks, problems } =
        annotated(&[("simfleet.dev/ack", "terminate=2,explode=1,suspend,startUse=many"), ("simfleet.dev/approve", "")]);
    assert_eq!((approve, acks), (None, BTreeSet::from([(GuardKind::Operations(OperationKind::Terminate), 2)])));
    let kinds = GuardKind::ALL.map(GuardKind::as_str).join(", ");
    assert_eq!(
        problems,
        [
            format!("simfleet.dev/ack: \"explode=1\" is not understood: there is no kind 'explode'; kinds are {kinds}"),
            "simfleet.dev/ack: \"suspend\" is not understood: write KIND=N, such as terminate=2".to_owned(),
            "simfleet.dev/ack: \"startUse=many\" is not understood: 'many' is no whole number (of operations, or of yen)"
                .to_owned(),
        ]
    );
}

/// Every approval that could be given of a plan, and some that say nothing of it.
fn approvals() -> impl Strategy<Value = (bool, bool, bool)> {
    any::<(bool, bool, bool)>()
}

fn given(plan: &Plan, (id, stale, acks): (bool, bool, bool)) -> Approval {
    let approve = if id { Some(id_of(plan)) } else { stale.then(|| "0123abcd".to_owned()) };
    let all = exceeded(plan, "main", &BTreeSet::new()).into_iter().map(|guard| (guard.guard.kind, guard.number)).collect();
    Approval { approve, acks: if acks { all } else { BTreeSet::new() }, problems: Vec::new() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_permit_is_a_part_of_the_plan_and_lacks_nothing_it_depends_on(world in worlds(), approval in approvals()) {
        let plan = world.plan();
        let permit = permit(&plan, "main", &given(&plan, approval));
        let all: BTreeSet<&OpId> = plan.operations.iter().map(|operation| &operation.id).collect();
        prop_assert!(permit.operations.iter().all(|id| all.contains(id)));
        let held: BTreeSet<&OpId> = permit.held.iter().map(|held| &held.id).collect();
        prop_assert_eq!(held.len(), permit.held.len());
        prop_assert!(held.is_disjoint(&permit.operations.iter().collect()));
        prop_assert_eq!(held.len() + permit.operations.len(), plan.operations.len());
        for operation in plan.operations.iter().filter(|operation| permit.operations.contains(&operation.id)) {
            prop_assert!(operation.depends_on.iter().all(|on| permit.operations.contains(on)), "{operation:?}");
        }
        prop_assert_eq!(permit.command("iot", "main").is_some(), !permit.held.is_empty());
    }

    #[test]
    fn nothing_grave_is_sent_unasked(world in worlds(), approval in approvals()) {
        let plan = world.plan();
        let permit = permit(&plan, "main", &given(&plan, approval));
        let accepted = world.accepted();
        for operation in plan.operations.iter().filter(|operation| permit.operations.contains(&operation.id)) {
            let is_grave = match operation.change.risk() {
                Risk::R4 | Risk::R5 => operation.approval != ApprovalNeed::Policy,
                Risk::R0 | Risk::R1 | Risk::R2 | Risk::R3 => false,
            };
            let fleet = accepted.desired.fleets.iter().find(|fleet| fleet.name == operation.fleet);
            let applies = fleet.is_none_or(|fleet| fleet.mode == Mode::Apply);
            prop_assert!(approval.0 || (!is_grave && applies), "{operation:?}");
        }
    }

    #[test]
    fn a_stale_id_is_none(world in worlds(), acks in any::<bool>()) {
        let plan = world.plan();
        let stale = permit(&plan, "main", &given(&plan, (false, true, acks)));
        let none = permit(&plan, "main", &given(&plan, (false, false, acks)));
        prop_assert_eq!(stale.operations, none.operations);
        prop_assert_eq!(stale.held, none.held);
    }

    #[test]
    fn more_approval_never_permits_less(world in worlds(), approval in approvals(), more in approvals()) {
        let plan = world.plan();
        let all = (approval.0 || more.0, approval.1 || more.1, approval.2 || more.2);
        let less = permit(&plan, "main", &given(&plan, approval)).operations;
        prop_assert!(less.is_subset(&permit(&plan, "main", &given(&plan, all)).operations));
    }

    /// The number of a guard is exact, and all of them are needed.
    #[test]
    fn an_exceeded_guard_permits_nothing_without_its_number(world in worlds(), which in any::<prop::sample::Index>()) {
        let plan = world.plan();
        let whole = given(&plan, (true, false, true));
        if !whole.acks.is_empty() {
            let without = whole.acks.iter().nth(which.index(whole.acks.len())).copied().expect("it is there");
            let mut acks = whole.acks.clone();
            acks.remove(&without);
            for other in [None, Some((without.0, without.1 + 1)), Some((without.0, without.1 - 1))] {
                let given = Approval { acks: acks.iter().copied().chain(other).collect(), ..whole.clone() };
                let permit = permit(&plan, "main", &given);
                prop_assert!(permit.operations.is_empty());
                prop_assert!(permit.held.iter().all(|held| held.hold == Hold::Guard));
            }
        }
    }

    /// The command line says yes to exactly those plans of which everything is permitted.
    #[test]
    fn all_is_permitted_where_the_command_line_would_apply(world in worlds(), approval in approvals()) {
        let plan = world.plan();
        let given = given(&plan, approval);
        let permit = permit(&plan, "main", &given);
        // A number alone also approves its kind there; here it is beside the id.
        let acks = if approval.0 { given.acks.clone() } else { BTreeSet::new() };
        let flags = Flags { yes: true, prompt: None, approve: given.approve.iter().cloned().collect(), acks };
        prop_assert_eq!(decide(&plan, "main", &flags) == Decision::Allowed, permit.held.is_empty());
    }
}
