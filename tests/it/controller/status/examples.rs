//! Single situations, told in full.

use serde_json::json;
use simfleet::api::status::LineSituation;
use simfleet::api::{ConditionStatus, ConditionType};
use simfleet::controller::object::Object;
use simfleet::controller::status::{Trouble, TroubleKind, reasons, status};
use simfleet::diag::{Explained, explain};
use simfleet::domain::calendar::rfc3339;
use simfleet::domain::{LineStatus, Msisdn, OperationKind, Subject};
use simfleet::exec::{ApplyReport, OperationReport, Outcome};
use simfleet::plan::{DoubtfulOperation, Memory, OpId};

use super::{Known, at, conditions, kstatus, of};
use crate::controller::view::{fleet, fleet_of, order, view};
use crate::controller::world::{World, line, now, observed};

pub(super) fn world(fleets: Vec<Object>, orders: Vec<Object>, lines: &[(&str, LineStatus)]) -> World {
    let lines = lines.iter().map(|(number, status)| line(number, status.clone())).collect();
    World { view: view(fleets, orders, Vec::new()), observed: observed(lines) }
}

/// One active line that is wished to be active.
pub(super) fn at_rest() -> Known {
    let world = world(vec![fleet("kanto", 1, &["08000000001"])], Vec::new(), &[("08000000001", LineStatus::Active)]);
    Known::of(&world, &Memory::default(), false)
}

#[test]
fn at_rest_everything_is_ready() {
    let known = at_rest();
    let statuses = status(&known.at(at(0)));
    for conditions in conditions(&statuses).values() {
        assert_eq!(of(conditions, ConditionType::Ready), (ConditionStatus::True, "InSync"));
        assert_eq!(kstatus(3, Some(3), conditions), "Current");
    }
    assert_eq!((statuses.account.status.plan, statuses.account.status.lines.in_sync), (None, 1));
    let kanto = &statuses.fleets[0].status;
    assert_eq!(kanto.observed_at, Some(rfc3339(now())));
    assert!(kanto.desired_digest.is_some() && kanto.not_converged.is_empty());
}

/// Drift is news; what differs because of it is what counts.
#[test]
fn drift_alone_takes_nothing_away() {
    let world = world(vec![fleet("kanto", 1, &["08000000001"])], Vec::new(), &[("08000000001", LineStatus::Active)]);
    let msisdn = Msisdn::parse("08000000001").expect("a number");
    let confirmed = [((msisdn, "state".into()), "suspended".into())].into();
    let memory = Memory { confirmed: Some(confirmed), ..Memory::default() };
    let statuses = status(&Known::of(&world, &memory, false).at(at(0)));
    let kanto = &statuses.fleets[0].status;
    assert_eq!(of(&kanto.conditions, ConditionType::DriftDetected), (ConditionStatus::True, "ChangedOutside"));
    assert_eq!(of(&kanto.conditions, ConditionType::Ready), (ConditionStatus::True, "InSync"));
    assert_eq!(kanto.lines.drifted, 1);
}

#[test]
fn an_operation_in_doubt_is_settled_by_time_or_by_a_person() {
    let world = world(vec![fleet("kanto", 1, &["08000000001"])], Vec::new(), &[("08000000001", LineStatus::Suspended)]);
    for (asks_a_person, reason, verdict) in [(false, "OutcomeUnknown", "InProgress"), (true, "OutcomeNeedsDecision", "Failed")] {
        let doubt = DoubtfulOperation {
            id: OpId("op-1".into()),
            kind: OperationKind::Resume,
            subject: Msisdn::parse("08000000001").expect("a number").into(),
            since: now(),
            note: "the answer was lost".to_owned(),
            asks_a_person,
        };
        let memory = Memory { in_doubt: vec![doubt], ..Memory::default() };
        let statuses = status(&Known::of(&world, &memory, false).at(at(0)));
        let kanto = &statuses.fleets[0].status;
        assert_eq!(of(&kanto.conditions, ConditionType::InDoubt), (ConditionStatus::True, reason));
        assert_eq!(of(&kanto.conditions, ConditionType::Blocked), (ConditionStatus::False, "None"));
        assert_eq!(kstatus(3, Some(3), &kanto.conditions), verdict);
        assert_eq!(kanto.lines.in_doubt, 1);
        assert_eq!(kanto.not_converged[0].situation, LineSituation::InDoubt);
    }
}

#[test]
fn while_the_carrier_is_away_the_last_counts_stay() {
    let mut known = at_rest();
    let first = status(&known.at(at(0)));
    known.write(&first);
    known.trouble = Some(Trouble { kind: TroubleKind::CarrierMaintenance, message: "until 04:00".to_owned() });
    known.is_seen = false;
    let away = status(&known.at(at(60)));
    let kanto = &away.fleets[0].status;
    assert_eq!(kanto.lines, first.fleets[0].status.lines);
    assert_eq!(of(&kanto.conditions, ConditionType::Ready), (ConditionStatus::Unknown, "CarrierMaintenance"));
    assert_eq!(
        of(&kanto.conditions, ConditionType::DriftDetected),
        of(&first.fleets[0].status.conditions, ConditionType::DriftDetected)
    );
    assert_eq!(away.account.status.observed_at, first.account.status.observed_at);
    assert_eq!(away.account.status.conditions[0].message, "until 04:00");
    assert_eq!(kanto.conditions[0].message, "account main: until 04:00");
}

#[test]
fn a_plan_that_waits_says_how_to_approve_it() {
    let spec = json!({"sims": [{"msisdn": "08000000001", "state": "Suspended"}]});
    let world = world(vec![fleet_of("kanto", 1, spec)], Vec::new(), &[("08000000001", LineStatus::Active)]);
    let statuses = status(&Known::of(&world, &Memory::default(), false).at(at(0)));
    let plan = statuses.account.status.plan.as_ref().expect("there is something to do");
    let id = &plan.plan_id;
    let message = format!(
        "1 suspend waits for the approval of plan {id}. To approve: kubectl annotate --overwrite carrieraccount main -n iot \
         simfleet.dev/approve={id}"
    );
    for conditions in conditions(&statuses).values() {
        assert_eq!(of(conditions, ConditionType::Blocked), (ConditionStatus::True, "AwaitingApproval"));
        assert_eq!(of(conditions, ConditionType::Stalled), (ConditionStatus::True, "AwaitingApproval"));
        assert_eq!(conditions[0].message, message);
    }
    assert_eq!((plan.awaiting_approval, plan.operations.get("suspend")), (1, Some(&1)));
    assert_eq!((plan.cost_once.as_str(), plan.cost_monthly.as_str()), ("0 JPY", "0 JPY"));
    assert!(plan.summary.starts_with("Plan: 1 to suspend"), "{}", plan.summary);
}

#[test]
fn what_the_carrier_refused_is_tried_again_and_says_why() {
    let spec = json!({"mode": "Apply", "sims": [{"msisdn": "08000000001", "state": "Suspended"}]});
    let world = world(vec![fleet_of("kanto", 1, spec)], Vec::new(), &[("08000000001", LineStatus::Active)]);
    let known = Known::of(&world, &Memory::default(), false);
    let operation = &known.plan.operations[0];
    let report = ApplyReport {
        account: "main".to_owned(),
        operations: vec![OperationReport {
            id: operation.id.clone(),
            kind: OperationKind::Suspend,
            subject: operation.subject.clone(),
            outcome: Outcome::Rejected { code: "INVALID_STATE".to_owned(), message: "the line is busy".to_owned() },
        }],
        requests_sent: 1,
        stopped: false,
        fatal: None,
    };
    let reconciled = simfleet::controller::status::Reconciled { reports: &[&report], ..known.at(at(0)) };
    let statuses = status(&reconciled);
    let ready = &statuses.fleets[0].status.conditions[0];
    assert_eq!(ready.reason, "RefusedByCarrier");
    assert_eq!(
        ready.message,
        "the carrier refused 1, which will be tried again; suspend of 08000000001: INVALID_STATE the line is busy\n1 suspend to be sent"
    );
}

#[test]
fn a_paused_fleet_says_so_whether_anything_differs_or_not() {
    for (is, ready, verdict) in
        [(LineStatus::Active, ConditionStatus::True, "Current"), (LineStatus::Suspended, ConditionStatus::False, "Failed")]
    {
        let spec = json!({"paused": true, "mode": "Apply", "sims": [{"msisdn": "08000000001", "state": "Active"}]});
        let world = world(vec![fleet_of("kanto", 1, spec)], Vec::new(), &[("08000000001", is)]);
        let statuses = status(&Known::of(&world, &Memory::default(), false).at(at(0)));
        let conditions = &statuses.fleets[0].status.conditions;
        assert_eq!(of(conditions, ConditionType::Ready), (ready, "Paused"));
        assert_eq!(of(conditions, ConditionType::DriftDetected), (ConditionStatus::False, "Paused"));
        assert_eq!(kstatus(3, Some(3), conditions), verdict);
    }
}

#[test]
fn an_order_tells_its_cost_before_it_is_placed() {
    let world = world(Vec::new(), vec![order("expansion", 1)], &[]);
    let statuses = status(&Known::of(&world, &Memory::default(), false).at(at(0)));
    let expansion = &statuses.orders[0].status;
    assert_eq!(expansion.cost.as_deref(), Some("15000 JPY"));
    assert_eq!(kstatus(3, Some(3), &expansion.conditions), "Failed");
    assert_eq!(statuses.account.status.lines.changing, 1);
    let subject = Subject::Order("expansion".into());
    assert_eq!(subject.to_string(), "order expansion");
}

#[test]
fn an_observation_is_dated_anew_now_and_then() {
    let mut known = at_rest();
    let first = status(&known.at(at(0)));
    known.write(&first);
    known.plan.accounts[0].observed.at.0 += simfleet::controller::status::REFRESH;
    let later = status(&known.at(at(3_600)));
    assert!(later.account.is_changed && !later.fleets[0].is_changed);
    assert_ne!(later.account.status.observed_at, first.account.status.observed_at);
}

#[test]
fn every_reason_is_explained() {
    let Explained::Page(page) = explain("conditions") else { panic!("there is no page") };
    for reason in reasons::REASONS {
        assert!(page.contains(&format!("`{reason}`")), "{reason} is not explained");
    }
}
