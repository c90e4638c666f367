//! Whole applies against the emulator over HTTP, with its faults.

use std::sync::Mutex;
use std::time::Duration;

use serde_json::json;
use simfleet::carrier::{Carrier as _, ObserveOptions, observe};
use simfleet::domain::{Desired, DesiredState, LineStatus, OperationKind};
use simfleet::emulator::Emulator;
use simfleet::exec::stop::stop_pair;
use simfleet::exec::waiter::Waiting;
use simfleet::exec::{
    ApplyOptions, ApplyReport, Event, EventSink, ExitCode, Holder, Journal, JournalOptions, Outcome, SettleOptions, Stop, Waiter,
    apply, settle,
};
use simfleet::plan::Plan;

use super::plans::{card, chip, desired, msisdn, planned};
use crate::carrier::emulated::Emulated;

/// Waits by moving the emulator's clock.
pub(crate) struct Advancing {
    emulator: Emulator,
    waited: Mutex<Duration>,
}

impl Advancing {
    pub(crate) fn of(world: &Emulated) -> Self {
        Self { emulator: world.emulator.clone(), waited: Mutex::default() }
    }
}

impl Waiter for Advancing {
    fn now(&self) -> Duration {
        *self.waited.lock().unwrap()
    }

    fn wait(&self, time: Duration) -> Waiting<'_> {
        let time = time.max(Duration::from_secs(1));
        *self.waited.lock().unwrap() += time;
        self.emulator.advance(time).unwrap();
        Box::pin(std::future::ready(()))
    }

    fn is_virtual(&self) -> bool {
        true
    }
}

/// A world with something of everything, and what is wished for it.
pub(crate) async fn mixed() -> (Emulated, Desired) {
    let world = Emulated::frozen().await;
    let seed = json!({
        "sims": [
            {"msisdn": "08012345601", "planCode": "fixed-500mb"},
            {"msisdn": "08012345602", "planCode": "fixed-500mb"},
            {"msisdn": "08012345603", "planCode": "fixed-500mb"},
        ],
        "chipSims": [
            {"msisdn": "02010000001"}, {"msisdn": "02010000002"}, {"msisdn": "02010000003", "status": "imeiRegistered", "imei": "356938035643809"},
        ],
    });
    world.emulator.seed(seed.to_string().as_bytes()).unwrap();
    let wishes = desired(vec![
        card("08012345601", DesiredState::Suspended, Some("fixed-500mb")),
        card("08012345602", DesiredState::Active, Some("fixed-1gb")),
        card("08012345603", DesiredState::Terminated, None),
        chip("02010000001", "490154203237518", DesiredState::Active, Some("fixed-500mb")),
        chip("02010000002", "013284000000005", DesiredState::Active, Some("fixed-500mb")),
        chip("02010000003", "356938035643809", DesiredState::Allocated, None),
    ]);
    (world, wishes)
}

pub(crate) fn journal(world: &Emulated) -> Journal {
    let now = jiff::Timestamp::from_second(1_000).unwrap();
    let options = JournalOptions::new(Holder { host: "test".to_owned(), pid: 1 }, move || now);
    Journal::in_memory(world.carrier().identity(), options).unwrap()
}

pub(crate) fn waiting() -> ApplyOptions {
    ApplyOptions { wait: Some(Duration::from_mins(30)), ..ApplyOptions::default() }
}

struct Run {
    plan: Plan,
    report: ApplyReport,
    events: Vec<Event>,
}

/// One run of the program: settle, observe, plan, apply.
async fn run(world: &Emulated, wishes: &Desired, journal: &mut Journal, options: &ApplyOptions) -> Run {
    let (carrier, waiter) = (world.carrier(), Advancing::of(world));
    settle(&carrier, journal, &SettleOptions::default(), &waiter).await.unwrap();
    let observed = observe(&carrier, &ObserveOptions::default()).await.unwrap();
    let plan = planned(wishes, &observed, &journal.memory().unwrap());
    let mut events = Vec::new();
    let report = apply(&plan, "main", &carrier, journal, options, &waiter, &mut events, Stop::never()).await.unwrap();
    Run { plan, report, events }
}

async fn accepted_twice(world: &Emulated) -> Vec<String> {
    let mut seen = std::collections::BTreeMap::<(u64, String), u32>::new();
    for call in world.calls().await {
        let function = call["function"].as_u64().unwrap_or_default();
        if matches!(function, 14 | 15 | 18) && call["accepted"].as_u64().unwrap_or_default() > 0 {
            for msisdn in call["msisdns"].as_array().unwrap() {
                *seen.entry((function, msisdn.as_str().unwrap().to_owned())).or_default() += 1;
            }
        }
    }
    seen.into_iter().filter(|(_, count)| *count > 1).map(|(key, count)| format!("{key:?} {count}")).collect()
}

#[tokio::test]
async fn a_mixed_plan_is_applied_and_the_next_one_is_empty() {
    let (world, wishes) = mixed().await;
    let mut journal = journal(&world);
    let first = run(&world, &wishes, &mut journal, &waiting()).await;
    assert_eq!(first.report.exit_code(), ExitCode::Done, "{:#?}", first.report);
    assert_eq!(first.plan.operations.len(), 10);
    assert!(first.report.operations.iter().all(|operation| operation.outcome.is_confirmed()));
    assert!(matches!(first.events.first(), Some(Event::Started { operations: 10, .. })));
    let ended = first.events.iter().filter(|event| matches!(event, Event::OperationEnded { .. })).count();
    assert_eq!(ended, 10);
    let second = run(&world, &wishes, &mut journal, &waiting()).await;
    assert_eq!((second.plan.operations.len(), second.plan.blocked.len()), (0, 0), "{:#?}", second.plan.operations);
    assert_eq!(second.plan.drift, Some(vec![]), "our own changes are no drift");
    assert_eq!(accepted_twice(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn without_wait_accepted_is_enough_but_steps_of_a_line_are_waited_for() {
    let (world, wishes) = mixed().await;
    let mut journal = journal(&world);
    let first = run(&world, &wishes, &mut journal, &ApplyOptions::default()).await;
    assert_eq!(first.report.exit_code(), ExitCode::Done, "{:#?}", first.report);
    assert!(first.report.count("accepted") > 0, "{:#?}", first.report);
    assert_eq!(first.report.count("accepted") + first.report.count("confirmed"), 10);
    world.emulator.advance(Duration::from_mins(2)).unwrap();
    let second = run(&world, &wishes, &mut journal, &ApplyOptions::default()).await;
    assert_eq!((second.plan.operations.len(), second.plan.drift), (0, Some(vec![])));
}

#[tokio::test]
async fn lost_answers_are_claimed_and_nothing_is_sent_twice() {
    for kind in ["timeoutAfterCommit", "errorAfterCommit", "errorBeforeCommit", "rateLimited", "maintenance"] {
        let (world, wishes) = mixed().await;
        let mut journal = journal(&world);
        let faults: Vec<_> =
            [2, 6, 14, 15, 16, 18].iter().map(|function| json!({"function": function, "kind": kind, "count": 1})).collect();
        world.faults(json!(faults)).await;
        let first = run(&world, &wishes, &mut journal, &waiting()).await;
        assert_eq!(first.report.exit_code(), ExitCode::Done, "{kind}: {:#?}", first.report);
        assert_eq!(accepted_twice(&world).await, Vec::<String>::new(), "{kind}");
        let second = run(&world, &wishes, &mut journal, &waiting()).await;
        assert_eq!(second.plan.operations, vec![], "{kind}");
    }
}

#[tokio::test]
async fn a_part_of_a_bulk_request_fails_alone() {
    let (world, wishes) = mixed().await;
    let mut journal = journal(&world);
    world.faults(json!([{"function": 15, "kind": "partialBulkFailure", "count": 1}])).await;
    let first = run(&world, &wishes, &mut journal, &waiting()).await;
    assert_eq!(first.report.exit_code(), ExitCode::Partly);
    let of = |number: &str| -> Vec<&str> {
        let chosen = first.report.operations.iter().filter(|operation| operation.subject == msisdn(number));
        chosen.map(|operation| operation.outcome.as_str()).collect()
    };
    assert_eq!(of("02010000001"), ["confirmed", "confirmed", "confirmed"]);
    assert_eq!(of("02010000002"), ["rejected", "skipped", "skipped"]);
    assert_eq!(of("02010000003"), ["confirmed"]);
    let second = run(&world, &wishes, &mut journal, &waiting()).await;
    assert_eq!((second.report.exit_code(), second.plan.operations.len()), (ExitCode::Done, 3));
    assert_eq!(accepted_twice(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_changed_after_the_plan_is_stale_and_not_sent() {
    let (world, wishes) = mixed().await;
    let mut journal = journal(&world);
    let carrier = world.carrier();
    let observed = observe(&carrier, &ObserveOptions::default()).await.unwrap();
    let plan = planned(&wishes, &observed, &journal.memory().unwrap());
    // Somebody suspends the line that is to be terminated, and binds another IMEI to a chip.
    let url = format!("{}/_emu/console/suspend/08012345603", world.server.endpoint());
    assert!(reqwest::Client::new().post(url).json(&json!({})).send().await.unwrap().status().is_success());
    let report = apply(&plan, "main", &carrier, &mut journal, &waiting(), &Advancing::of(&world), &mut Vec::new(), Stop::never())
        .await
        .unwrap();
    assert_eq!(report.exit_code(), ExitCode::Partly);
    let stale: Vec<_> = report.operations.iter().filter(|operation| matches!(operation.outcome, Outcome::Stale { .. })).collect();
    assert_eq!(stale.iter().map(|operation| operation.kind).collect::<Vec<_>>(), [OperationKind::Terminate], "{report:#?}");
    let after = observe(&carrier, &ObserveOptions::default()).await.unwrap();
    assert_eq!(after.get(msisdn("08012345603")).unwrap().line.as_ref().unwrap().status, LineStatus::Suspended);
}

/// Asks for a stop as soon as the first request was accepted.
struct StopSoon(simfleet::exec::StopHandle);

impl EventSink for StopSoon {
    fn take(&mut self, event: &Event) {
        if matches!(event, Event::RequestAccepted { .. }) {
            self.0.stop();
        }
    }
}

#[tokio::test]
async fn a_stop_is_clean_and_a_stored_plan_is_taken_up_again() {
    let (world, wishes) = mixed().await;
    let mut journal = journal(&world);
    let carrier = world.carrier();
    let observed = observe(&carrier, &ObserveOptions::default()).await.unwrap();
    let plan = planned(&wishes, &observed, &journal.memory().unwrap());
    let options = ApplyOptions { stored: true, parallelism: 1, ..waiting() };
    let (handle, stop) = stop_pair();
    let waiter = Advancing::of(&world);
    let report = apply(&plan, "main", &carrier, &mut journal, &options, &waiter, &mut StopSoon(handle), stop).await.unwrap();
    assert!(report.stopped);
    assert_eq!((report.requests_sent, report.count("inDoubt")), (1, 0), "{report:#?}");
    assert_eq!(report.exit_code(), ExitCode::Partly);
    let key = simfleet::exec::journal::PlanKey::of(&plan, "main").unwrap();
    assert!(!journal.progress(&key).unwrap().is_used);
    let again = apply(&plan, "main", &carrier, &mut journal, &options, &waiter, &mut Vec::new(), Stop::never()).await.unwrap();
    assert_eq!(again.exit_code(), ExitCode::Done, "{again:#?}");
    assert!(journal.progress(&key).unwrap().is_used);
    assert_eq!(accepted_twice(&world).await, Vec::<String>::new());
    let last = run(&world, &wishes, &mut journal, &waiting()).await;
    assert_eq!(last.plan.operations, vec![]);
}

#[tokio::test]
async fn a_plan_that_waits_for_itself_ends() {
    let (world, wishes) = mixed().await;
    let mut journal = journal(&world);
    let carrier = world.carrier();
    let observed = observe(&carrier, &ObserveOptions::default()).await.unwrap();
    let mut plan = planned(&wishes, &observed, &journal.memory().unwrap());
    let last = plan.operations.last().unwrap().id.clone();
    for operation in &mut plan.operations {
        operation.depends_on = vec![last.clone()];
    }
    let waiter = Advancing::of(&world);
    let report = apply(&plan, "main", &carrier, &mut journal, &waiting(), &waiter, &mut Vec::new(), Stop::never()).await.unwrap();
    assert_eq!((report.exit_code(), report.count("notSent")), (ExitCode::Error, 10));
    assert_eq!(report.fatal.as_deref(), Some("the plan's operations wait for one another; plan again"));
}

#[tokio::test]
async fn nothing_is_sent_for_a_line_in_doubt_whatever_plan_asks() {
    let (world, wishes) = mixed().await;
    let mut journal = journal(&world);
    let carrier = world.carrier();
    let observed = observe(&carrier, &ObserveOptions::default()).await.unwrap();
    let plan = planned(&wishes, &observed, &journal.memory().unwrap());
    // An earlier run died while it terminated the line, for another plan.
    let terminate = plan.operations.iter().find(|operation| operation.change.kind() == OperationKind::Terminate).unwrap();
    let other = simfleet::exec::journal::PlanKey("other".to_owned());
    let sent = simfleet::exec::journal::Sent { ids: vec![terminate.id.clone()], newest_before: None, at: Some(observed.at) };
    journal
        .together(|entry| {
            entry.begin(&other, None, &[], &[terminate])?;
            entry.sent(&sent)
        })
        .unwrap();
    journal.reopen().unwrap();
    let options = ApplyOptions { stored: true, ..waiting() };
    let waiter = Advancing::of(&world);
    let report = apply(&plan, "main", &carrier, &mut journal, &options, &waiter, &mut Vec::new(), Stop::never()).await.unwrap();
    assert_eq!((report.exit_code(), report.count("inDoubt"), report.count("confirmed")), (ExitCode::InDoubt, 1, 9));
    assert!(world.calls().await.iter().all(|call| call["function"] != 14));
    assert_eq!(journal.attempts(&terminate.id).unwrap().len(), 1, "the doubt is left as it was");
    // The next run settles it: sixteen minutes later, "not done" can be concluded.
    world.emulator.advance(Duration::from_mins(16)).unwrap();
    let next = run(&world, &wishes, &mut journal, &waiting()).await;
    assert_eq!((next.report.exit_code(), next.plan.operations.len()), (ExitCode::Done, 1));
}

#[tokio::test]
async fn thousands_of_open_applications_are_polled_by_the_page() {
    let world = Emulated::frozen().await;
    let numbers: Vec<String> = (0..1_200).map(|number| format!("0801234{number:04}")).collect();
    let rows: Vec<_> = numbers.iter().map(|number| json!({"msisdn": number, "planCode": "fixed-500mb"})).collect();
    world.emulator.seed(json!({"sims": rows}).to_string().as_bytes()).unwrap();
    let wishes = desired(numbers.iter().map(|number| card(number, DesiredState::Suspended, None)).collect());
    let first = run(&world, &wishes, &mut journal(&world), &waiting()).await;
    assert_eq!((first.report.exit_code(), first.report.count("confirmed")), (ExitCode::Done, 1_200));
    let calls = world.calls().await;
    let reads = calls.iter().filter(|call| call["method"] == "GET").count();
    assert!(reads < 60, "{reads} reads for 1,200 applications");
}
