//! The machine's decisions, one by one: no carrier, no clock.

use std::collections::BTreeMap;
use std::time::Duration;

use simfleet::carrier::error::{Call, CarrierError, Failure, Refusal};
use simfleet::carrier::wire::{Application, ApplicationItem, ErrorBody, ParameterError};
use simfleet::domain::{ApplicationStatus, ApplicationType, OperationKind, RequestedVia};
use simfleet::exec::machine::{Action, Effect, Finding, Input, Machine, Settings};
use simfleet::exec::{Event, Outcome};
use simfleet::plan::{Memory, Operation, Plan, Request};

use super::applying::mixed;
use super::handmade;
use super::plans::{msisdn, planned};

const CALL: Call = Call::mutation("/v1/x");

async fn plan() -> Plan {
    let (world, wishes) = mixed().await;
    let observed = simfleet::carrier::observe(&world.carrier(), &simfleet::carrier::ObserveOptions::default()).await.unwrap();
    planned(&wishes, &observed, &Memory::default())
}

fn machine(plan: &Plan, kinds: &[OperationKind], settings: Settings) -> Machine {
    let operations = plan.operations.iter().filter(|operation| kinds.contains(&operation.change.kind())).cloned().collect();
    let requests: Vec<_> = plan.requests.iter().collect();
    Machine::new(operations, &requests, &BTreeMap::new(), settings, Duration::ZERO, &mut Vec::new())
}

fn application(machine: &Machine, operations: &[usize], status: &ApplicationStatus) -> Box<Application> {
    let items = operations
        .iter()
        .map(|place| ApplicationItem {
            msisdn: machine.operations()[*place].subject.msisdn().expect("a line"),
            status: status.clone(),
            error_code: None,
        })
        .collect();
    Box::new(Application {
        application_no: "A1".to_owned(),
        kind: ApplicationType::Suspend,
        status: status.clone(),
        status_label: String::new(),
        requested_at: simfleet::domain::calendar::JstTime(jiff::Timestamp::UNIX_EPOCH),
        requested_via: RequestedVia::Api,
        effective_date: None,
        cancellable_until: None,
        items,
        target: None,
        order: None,
    })
}

fn refused(status: u16, code: &str, parameters: &[&str]) -> CarrierError {
    let body = ErrorBody {
        error_code: code.to_owned(),
        error_message: String::new(),
        parameter_error_list: parameters
            .iter()
            .map(|name| ParameterError { name: (*name).to_owned(), reason: "bad".to_owned() })
            .collect(),
    };
    CarrierError::new(CALL, Failure::Refused(Box::new(Refusal::new(status, body, None))))
}

fn only_send(actions: &[Action]) -> (usize, Vec<usize>) {
    match actions {
        [Action::Send { task, operations }] => (*task, operations.clone()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn irreversible_operations_are_checked_and_stale_ones_dropped() {
    let plan = plan().await;
    let mut machine = machine(&plan, &[OperationKind::BindImei], Settings::default());
    let mut effects = Vec::new();
    let actions = machine.next(Duration::ZERO, &mut effects);
    let [Action::Check { task, operations, patient: true }] = actions.as_slice() else { panic!("{actions:?}") };
    assert_eq!(operations.len(), 2);
    let outcome = Ok(Some(vec![Ok(()), Err("the status is imeiRegistered".to_owned())]));
    machine.handle(Input::Checked { task: *task, operations: operations.clone(), outcome }, Duration::ZERO, &mut effects);
    let (_, sent) = only_send(&machine.next(Duration::ZERO, &mut effects));
    assert_eq!(sent, [operations[0]]);
    assert!(matches!(machine.outcome(operations[1]), Some(Outcome::Stale { .. })));
}

#[tokio::test]
async fn an_unknown_outcome_is_looked_into_and_never_sent_again_by_itself() {
    let plan = plan().await;
    let mut machine = machine(&plan, &[OperationKind::Suspend], Settings::default());
    let mut effects = Vec::new();
    let (task, operations) = only_send(&machine.next(Duration::ZERO, &mut effects));
    let lost = CarrierError::new(CALL, Failure::Interrupted);
    machine.handle(Input::Answered { task, operations: operations.clone(), outcome: Err(lost) }, Duration::ZERO, &mut effects);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Unknown { .. })));
    let mut looks = 0;
    let mut now = Duration::ZERO;
    while machine.outcome(operations[0]).is_none() {
        now = machine.next_wake().unwrap();
        for action in machine.next(now, &mut effects) {
            let Action::Settle { task, operations } = action else { panic!("{action:?}") };
            looks += 1;
            let findings = operations.into_iter().map(|place| (place, Finding::Open("no trace".to_owned()))).collect();
            machine.handle(Input::Settled { task, findings }, now, &mut effects);
        }
    }
    assert!(looks > 2);
    assert!(now >= Settings::default().settle_patience);
    assert!(matches!(machine.outcome(operations[0]), Some(Outcome::InDoubt { .. })));
    assert!(machine.is_done());
}

#[tokio::test]
async fn faulty_rows_leave_a_request_and_the_others_go_again() {
    let plan = plan().await;
    let mut machine = machine(&plan, &[OperationKind::Allocate], Settings::default());
    let mut effects = Vec::new();
    let (task, operations) = only_send(&machine.next(Duration::ZERO, &mut effects));
    assert_eq!(operations.len(), 3);
    let error = refused(400, "INVALID_PARAMETER", &["msisdns[1]"]);
    machine.handle(Input::Answered { task, operations: operations.clone(), outcome: Err(error) }, Duration::ZERO, &mut effects);
    let (_, again) = only_send(&machine.next(Duration::ZERO, &mut effects));
    assert_eq!(again, [operations[0], operations[2]]);
    assert!(matches!(machine.outcome(operations[1]), Some(Outcome::Rejected { .. })));
    assert_eq!(machine.requests_sent(), 1, "a repetition is no new request");
}

#[tokio::test]
async fn a_dead_carrier_ends_the_whole_apply() {
    let plan = plan().await;
    let kinds = [OperationKind::Suspend, OperationKind::ChangeRatePlan];
    let mut machine = machine(&plan, &kinds, Settings { parallelism: 1, ..Settings::default() });
    let mut effects = Vec::new();
    let mut now = Duration::ZERO;
    let mut tries = 0;
    while !machine.is_done() {
        for action in machine.next(now, &mut effects) {
            let Action::Send { task, operations } = action else { panic!("{action:?}") };
            tries += 1;
            let outcome = Err(CarrierError::new(CALL, Failure::Unreachable));
            machine.handle(Input::Answered { task, operations, outcome }, now, &mut effects);
        }
        now = machine.next_wake().unwrap_or(now);
    }
    assert!(tries <= 2 * Settings::default().retry.tries, "{tries}");
    assert!(machine.fatal().unwrap().contains("cannot be reached"));
    assert!((0..2).all(|place| matches!(machine.outcome(place), Some(Outcome::NotSent { .. }))));
}

#[tokio::test]
async fn what_depends_on_a_refused_operation_is_skipped() {
    let plan = plan().await;
    let kinds = [OperationKind::BindImei, OperationKind::Allocate, OperationKind::StartUse];
    let mut machine = machine(&plan, &kinds, Settings::default());
    let mut effects = Vec::new();
    for _ in 0..10 {
        for action in machine.next(Duration::ZERO, &mut effects) {
            let input = match action {
                Action::Check { task, operations, .. } => {
                    let verdicts = operations.iter().map(|_| Ok(())).collect();
                    Input::Checked { task, operations, outcome: Ok(Some(verdicts)) }
                }
                Action::Send { task, operations } => {
                    let bind = machine.operations()[operations[0]].change.kind() == OperationKind::BindImei;
                    let status = ApplicationStatus::Completed;
                    let outcome = if bind {
                        Err(refused(409, "IMEI_ALREADY_BOUND", &[]))
                    } else {
                        Ok(application(&machine, &operations, &status))
                    };
                    Input::Answered { task, operations, outcome }
                }
                Action::Poll { .. } | Action::Settle { .. } => panic!("{action:?}"),
            };
            machine.handle(input, Duration::ZERO, &mut effects);
        }
    }
    assert!(machine.is_done());
    let count = |name| (0..machine.operations().len()).filter(|place| machine.outcome(*place).unwrap().as_str() == name).count();
    assert_eq!((count("rejected"), count("skipped"), count("confirmed")), (2, 4, 1));
    let ended = effects.iter().filter(|effect| matches!(effect, Effect::RequestEnded { .. })).count();
    assert_eq!(ended, machine_requests(&effects), "a request ends once");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Event(Event::OperationEnded { .. }))));
}

fn machine_requests(effects: &[Effect]) -> usize {
    let ended: std::collections::BTreeSet<usize> =
        effects.iter().filter_map(|effect| if let Effect::RequestEnded { task } = effect { Some(*task) } else { None }).collect();
    ended.len()
}

#[tokio::test]
async fn no_more_requests_than_allowed_are_on_their_way() {
    let plan = plan().await;
    let kinds = [OperationKind::Suspend, OperationKind::ChangeRatePlan, OperationKind::Terminate, OperationKind::Allocate];
    for parallelism in 1..4 {
        let mut machine = machine(&plan, &kinds, Settings { parallelism, ..Settings::default() });
        let mut effects = Vec::new();
        assert_eq!(machine.next(Duration::ZERO, &mut effects).len(), parallelism);
        assert_eq!(machine.next(Duration::ZERO, &mut effects), vec![], "not before something is answered");
    }
}

/// A machine over operations made by hand, each in a request of its own.
fn of(operations: &[Operation]) -> Machine {
    let requests: Vec<Request> = operations.iter().map(handmade::request).collect();
    let settings = Settings { seed: 1, ..Settings::default() };
    Machine::new(
        operations.to_vec(),
        &requests.iter().collect::<Vec<_>>(),
        &BTreeMap::new(),
        settings,
        Duration::ZERO,
        &mut Vec::new(),
    )
}

/// What a machine sends at a moment, when whatever it checks holds.
fn sends(machine: &mut Machine, now: Duration) -> Vec<(usize, Vec<usize>)> {
    let mut sends = Vec::new();
    let mut effects = Vec::new();
    loop {
        let actions = machine.next(now, &mut effects);
        if actions.is_empty() {
            return sends;
        }
        for action in actions {
            match action {
                Action::Check { task, operations, .. } => {
                    let outcome = Ok(Some(operations.iter().map(|_| Ok(())).collect()));
                    machine.handle(Input::Checked { task, operations, outcome }, now, &mut effects);
                }
                Action::Send { task, operations } => sends.push((task, operations)),
                Action::Settle { task, operations } => {
                    let open = |place| (place, Finding::Open("no trace".to_owned()));
                    let findings = operations.into_iter().map(open).collect();
                    machine.handle(Input::Settled { task, findings }, now, &mut effects);
                }
                Action::Poll { .. } => panic!("nothing is followed"),
            }
        }
    }
}

#[test]
fn only_the_line_and_the_equal_order_wait_for_one_in_doubt() {
    let (line, other) = (msisdn("08012345601"), msisdn("08012345602"));
    let operations = [
        handmade::coupon(line, "one", 1),
        handmade::coupon(line, "two", 1),
        handmade::coupon(other, "one", 1),
        handmade::order("a", 5, 1),
        handmade::order("b", 5, 1),
        handmade::order("c", 6, 1),
    ];
    let mut machine = of(&operations);
    let first = sends(&mut machine, Duration::ZERO);
    assert_eq!(first.iter().map(|(_, places)| places[0]).collect::<Vec<_>>(), [0, 2, 3, 5]);
    let mut effects = Vec::new();
    for (task, operations) in first {
        let outcome = if matches!(operations[0], 0 | 3) {
            Err(CarrierError::new(CALL, Failure::TimedOut(Duration::from_mins(1))))
        } else {
            Ok(ordered(&operations))
        };
        machine.handle(Input::Answered { task, operations, outcome }, Duration::ZERO, &mut effects);
    }
    let ended =
        |machine: &Machine| -> Vec<&str> { (0..6).map(|place| machine.outcome(place).map_or("open", Outcome::as_str)).collect() };
    assert_eq!(ended(&machine), ["open", "open", "confirmed", "open", "open", "confirmed"]);
    while !machine.is_done() {
        let now = machine.next_wake().unwrap();
        assert_eq!(sends(&mut machine, now), vec![], "nothing is sent beside a doubt");
    }
    assert_eq!(ended(&machine), ["inDoubt", "notSent", "confirmed", "inDoubt", "notSent", "confirmed"]);
}

/// What was refused for now was not done, and is checked and sent again; what was refused for good is not.
#[test]
fn a_purchase_is_sent_again_only_after_an_answer_that_says_it_was_not_done() {
    let lost = [500, 502, 504];
    for status in [429, 503, 408, 400, 403, 404, 409, 500, 502, 504] {
        let mut machine = of(&[handmade::coupon(msisdn("08012345601"), "one", 1)]);
        let (task, operations) = sends(&mut machine, Duration::ZERO).pop().unwrap();
        let mut effects = Vec::new();
        let outcome = Err(refused(status, "", &[]));
        machine.handle(Input::Answered { task, operations, outcome }, Duration::ZERO, &mut effects);
        let mut sent = 0;
        let mut now = Duration::ZERO;
        while machine.outcome(0).is_none() && sent == 0 {
            now = machine.next_wake().unwrap_or(now + Duration::from_secs(1));
            sent += sends(&mut machine, now).len();
        }
        let end = machine.outcome(0).map(Outcome::as_str);
        let expected = match status {
            429 | 503 | 408 => (1, None),
            _ if lost.contains(&status) => (0, Some("inDoubt")),
            _ => (0, Some("rejected")),
        };
        assert_eq!((sent, end), expected, "{status}");
    }
}

fn ordered(operations: &[usize]) -> Box<Application> {
    assert_eq!(operations.len(), 1);
    Box::new(Application {
        application_no: "A1".to_owned(),
        kind: ApplicationType::Order,
        status: ApplicationStatus::Completed,
        status_label: String::new(),
        requested_at: simfleet::domain::calendar::JstTime(jiff::Timestamp::UNIX_EPOCH),
        requested_via: RequestedVia::Api,
        effective_date: None,
        cancellable_until: None,
        items: Vec::new(),
        target: None,
        order: None,
    })
}

/// The carrier goes away while the lines of a purchase are read: the apply ends, and does not wait for a check that
/// is over.
#[test]
fn a_carrier_that_dies_while_something_is_checked_ends_the_whole_apply() {
    let line = |text| handmade::coupon(msisdn(text), "firmware", 1);
    let mut machine = of(&[line("08012345601"), line("08012345602")]);
    let mut effects = Vec::new();
    let mut now = Duration::ZERO;
    let mut reads = 0;
    while !machine.is_done() {
        for action in machine.next(now, &mut effects) {
            let Action::Check { task, operations, .. } = action else { panic!("{action:?}") };
            reads += 1;
            let outcome = Err(CarrierError::new(Call::read("/v1/x"), Failure::Unreachable));
            machine.handle(Input::Checked { task, operations, outcome }, now, &mut effects);
        }
        now = machine.next_wake().filter(|_| reads < 1_000).unwrap_or(now);
        assert!(machine.is_done() || machine.next_wake().is_some(), "it waits for nothing, for ever");
    }
    assert!(machine.fatal().unwrap().contains("cannot be reached"));
    assert!((0..2).all(|place| matches!(machine.outcome(place), Some(Outcome::NotSent { .. }))));
}
