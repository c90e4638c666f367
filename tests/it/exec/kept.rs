//! What is kept of a journal elsewhere is all that another one needs of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use proptest::prelude::*;
use simfleet::carrier::identity::identity_of;
use simfleet::domain::calendar::YearMonth;
use simfleet::domain::{ApplicationNumber, ApplicationType, Protection};
use simfleet::exec::journal::{OperationRecord, PlanKey, RecordState, Resolution, Sent};
use simfleet::exec::keeper::{Keeper, Keeping};
use simfleet::exec::{ApplyOptions, Holder, Journal, JournalOptions, Silent, Stop, Waiter, apply, settle};
use simfleet::plan::{Change, Confirmed, Memory, OpId, Operation};

use super::handmade::{cancel, coupon, operation, order};
use super::plans::msisdn;

/// Keeps the latest record of each operation.
#[derive(Debug, Clone, Default)]
struct Latest(Arc<Mutex<BTreeMap<OpId, OperationRecord>>>);

impl Latest {
    fn put(&self, records: Vec<OperationRecord>) {
        self.0.lock().unwrap().extend(records.into_iter().map(|record| (record.id.clone(), record)));
    }

    fn records(&self) -> Vec<OperationRecord> {
        self.0.lock().unwrap().values().cloned().collect()
    }
}

impl Keeper for Latest {
    fn keep(&self, records: Vec<OperationRecord>) -> Keeping<'_> {
        self.put(records);
        Box::pin(async { Vec::new() })
    }
}

fn journal(keeper: &Latest) -> Journal {
    let now = Timestamp::from_second(1_000).unwrap();
    let options = JournalOptions::new(Holder { host: "test".to_owned(), pid: 1 }, move || now);
    let options = JournalOptions { keeper: Some(Arc::new(keeper.clone())), ..options };
    Journal::in_memory(&identity_of("https://carrier.example.jp", "C1"), options).unwrap()
}

/// What may happen to an operation. Whether it can is for [`History::step`] to say.
#[derive(Debug, Clone, Copy)]
enum Step {
    Intend,
    Send,
    Ack,
    Confirm,
    Reject,
    Lose,
    NotDone,
    Discard,
    FindOut(bool),
    Crash,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Intend),
        4 => Just(Step::Send),
        2 => Just(Step::Ack),
        2 => Just(Step::Confirm),
        1 => Just(Step::Reject),
        1 => Just(Step::Lose),
        1 => Just(Step::NotDone),
        1 => Just(Step::Discard),
        1 => any::<bool>().prop_map(Step::FindOut),
        1 => Just(Step::Crash),
    ]
}

/// Purchases, orders, terminations with a fee, and what costs nothing.
fn operations() -> Vec<Operation> {
    let lines = ["08012345601", "08012345602"].map(msisdn);
    let date = "2026-11-30".parse().unwrap();
    let mut all = Vec::new();
    for line in lines {
        for attempt in [1, 2] {
            all.extend(["firmware", "extra"].map(|grant| coupon(line, grant, attempt)));
        }
        all.push(operation(line, Change::Terminate { date }, 3_000));
    }
    all.extend([order("depot", 5, 1), order("depot", 5, 2), order("shop", 7, 1)]);
    all.push(operation(msisdn("08012345603"), Change::Terminate { date }, 0));
    all
}

struct History {
    journal: Journal,
    keeper: Latest,
    time: i64,
    applications: u32,
}

impl History {
    fn latest(&self, operation: &Operation) -> Option<OperationRecord> {
        self.journal.attempts(&operation.id).unwrap().pop()
    }

    fn intend(&self, operation: &Operation) {
        let plan = PlanKey(format!("plan-{}", self.time));
        self.journal.together(|entry| entry.begin(&plan, None, &[], &[operation])).unwrap();
    }

    fn send(&self, operation: &Operation) {
        let at = Timestamp::from_second(self.time).ok();
        let sent = Sent { ids: vec![operation.id.clone()], newest_before: Some("A0".into()), at };
        self.journal.together(|entry| entry.sent(&sent)).unwrap();
    }

    /// What can follow on what is known of it.
    fn step(&mut self, operation: &Operation, step: Step) {
        self.time += i64::from(self.applications % 3) * 400_000;
        let record = self.latest(operation);
        let state = record.as_ref().map(|record| record.state);
        let in_doubt = state.is_some_and(RecordState::is_in_doubt);
        // What was bought is not bought again; a termination is, after it was cancelled.
        let may_begin = match (&record, state) {
            (None, _) | (_, Some(RecordState::Rejected | RecordState::Discarded)) => true,
            (Some(record), Some(RecordState::Resolved)) => record.resolution == Some(Resolution::NotDone),
            (Some(_), _) => false,
        };
        match step {
            Step::Intend if may_begin => self.intend(operation),
            Step::Send if state == Some(RecordState::Intended) => self.send(operation),
            Step::Ack if in_doubt => {
                self.applications += 1;
                let number = ApplicationNumber::new(format!("A{}", self.applications).as_str());
                self.journal.together(|entry| entry.acked(&operation.id, &number)).unwrap();
            }
            Step::Confirm if state == Some(RecordState::Acked) => {
                self.journal.together(|entry| entry.confirmed(&operation.id, None)).unwrap();
                self.cancel(operation);
            }
            Step::Reject if in_doubt => self.journal.together(|entry| entry.rejected(&operation.id, "400")).unwrap(),
            Step::Lose if in_doubt => self.journal.together(|entry| entry.unknown(&operation.id, "lost")).unwrap(),
            Step::NotDone if in_doubt => self.journal.together(|entry| entry.not_done(&operation.id, "429")).unwrap(),
            Step::Discard if state == Some(RecordState::Intended) => {
                self.journal.together(|entry| entry.discarded(&operation.id, "stopped")).unwrap();
            }
            Step::FindOut(done) if in_doubt => {
                let resolution = if done { Resolution::Done } else { Resolution::NotDone };
                self.journal.together(|entry| entry.resolved(&operation.id, resolution, "settled")).unwrap();
            }
            Step::Crash => self.crash(),
            Step::Intend
            | Step::Send
            | Step::Ack
            | Step::Confirm
            | Step::Reject
            | Step::Lose
            | Step::NotDone
            | Step::Discard
            | Step::FindOut(_) => {}
        }
        self.keeper.put(self.journal.take_changed().unwrap());
    }

    /// Every other termination is cancelled, and planned again under the same intent.
    fn cancel(&mut self, operation: &Operation) {
        let Change::Terminate { .. } = operation.change else { return };
        let application = self.latest(operation).unwrap().application.unwrap();
        if self.applications.is_multiple_of(2) {
            let change = Change::CancelApplication { application, of: ApplicationType::Terminate };
            let cancellation = super::handmade::operation(operation.subject.clone(), change, 0);
            self.intend(&cancellation);
            self.send(&cancellation);
            self.journal.together(|entry| entry.confirmed(&cancellation.id, None)).unwrap();
            self.intend(operation);
        }
    }

    /// The process dies; another one begins with what was kept.
    fn crash(&mut self) {
        self.keeper.put(self.journal.take_changed().unwrap());
        let records = self.keeper.records();
        let next = journal(&self.keeper);
        next.restore(records, &Confirmed::new(), &BTreeSet::new()).unwrap();
        self.journal = next;
    }
}

/// What a plan has to know of what costs money: of the rest the carrier's states tell. A journal may leave out fees of
/// earlier months, and one that knows of fewer terminations leaves out fewer.
fn of_money(memory: Memory, now: i64) -> Memory {
    let month = YearMonth::of(Timestamp::from_second(now).unwrap());
    let is_free = |doubtful: &simfleet::plan::DoubtfulOperation| doubtful.subject == msisdn("08012345603");
    let in_doubt = memory.in_doubt.into_iter().filter(|doubtful| !is_free(doubtful)).collect();
    let fees = memory.fees.into_iter().filter(|fee| fee.counts_for(month)).collect();
    Memory { in_doubt, fees, confirmed: None, ..memory }
}

proptest! {
    #[test]
    fn a_restored_journal_remembers_what_the_lost_one_knew(
        steps in prop::collection::vec((0usize..14, step()), 0..120),
    ) {
        let keeper = Latest::default();
        let operations = operations();
        let mut history = History { journal: journal(&keeper), keeper, time: 1_780_000_000, applications: 0 };
        for (which, step) in steps {
            history.step(&operations[which % operations.len()], step);
        }
        let History { mut journal, keeper, time, .. } = history;
        let next = self::journal(&keeper);
        next.restore(keeper.records(), &Confirmed::new(), &BTreeSet::new()).unwrap();
        journal.reopen().unwrap();
        let mut before = of_money(journal.memory().unwrap(), time);
        let mut after = of_money(next.memory().unwrap(), time);
        before.in_doubt.sort_by(|left, right| left.id.cmp(&right.id));
        after.in_doubt.sort_by(|left, right| left.id.cmp(&right.id));
        prop_assert_eq!(&before, &after);
        // And a third one, of what the second one knows.
        let third = self::journal(&keeper);
        third.restore(keeper.records(), &Confirmed::new(), &BTreeSet::new()).unwrap();
        prop_assert_eq!(of_money(third.memory().unwrap(), time).purchases, after.purchases);
    }
}

#[test]
fn values_and_protection_are_restored() {
    let first = journal(&Latest::default());
    let line = msisdn("08012345601");
    first
        .together(|entry| {
            entry.remember([(line, "state", "Active"), (line, "imei", "")])?;
            entry.protect([(line, Protection::Protected)])
        })
        .unwrap();
    let memory = first.memory().unwrap();
    let second = journal(&Latest::default());
    second.restore([], memory.confirmed.as_ref().unwrap(), &memory.protected).unwrap();
    assert_eq!(second.memory().unwrap(), memory);
}

#[test]
fn what_costs_nothing_at_once_and_what_never_left_is_not_kept() {
    let journal = journal(&Latest::default());
    let date = "2026-11-30".parse().unwrap();
    let free = operation(msisdn("08012345601"), Change::Terminate { date }, 0);
    let dear = operation(msisdn("08012345602"), Change::Terminate { date }, 3_000);
    let (sent, intended) = (coupon(msisdn("08012345601"), "a", 1), coupon(msisdn("08012345601"), "b", 1));
    let all = [&free, &dear, &sent, &intended];
    journal
        .together(|entry| {
            entry.begin(&PlanKey("plan".to_owned()), None, &[], &all)?;
            let ids = vec![free.id.clone(), dear.id.clone(), sent.id.clone()];
            entry.sent(&Sent { ids, newest_before: None, at: Timestamp::from_second(2_000).ok() })
        })
        .unwrap();
    let kept = |journal: &Journal| -> Vec<OpId> { journal.take_changed().unwrap().into_iter().map(|record| record.id).collect() };
    assert_eq!(kept(&journal), [dear.id.clone(), sent.id.clone()]);
    assert_eq!(kept(&journal), [], "once");

    // What takes a fee away is kept as the fee is; another cancellation is not.
    let of = |operation: &Operation| {
        let change = Change::CancelApplication { application: "A1".into(), of: ApplicationType::Terminate };
        super::handmade::operation(operation.subject.clone(), change, 0)
    };
    let cancellations = [of(&free), of(&dear), cancel("depot", &"A9".into())];
    journal
        .together(|entry| {
            entry.begin(&PlanKey("next".to_owned()), None, &[], &cancellations.iter().collect::<Vec<_>>())?;
            let ids = cancellations.iter().map(|operation| operation.id.clone()).collect();
            entry.sent(&Sent { ids, newest_before: None, at: Timestamp::from_second(3_000).ok() })
        })
        .unwrap();
    assert_eq!(kept(&journal), [cancellations[1].id.clone()]);

    // A transaction that is undone changes nothing.
    let undone = journal.together(|entry| {
        entry.rejected(&sent.id, "400")?;
        Err::<(), _>(simfleet::exec::JournalError::Lost(None))
    });
    assert!(undone.is_err());
    assert_eq!(kept(&journal), []);
    journal.together(|entry| entry.rejected(&sent.id, "400")).unwrap();
    let records = journal.take_changed().unwrap();
    journal.put_back(&records);
    assert_eq!(kept(&journal).as_slice(), std::slice::from_ref(&sent.id), "until somebody keeps it");
}

/// An apply may be a task of a runtime with several threads.
#[test]
fn what_is_awaited_may_move_between_threads() {
    fn moves<T: Send>(_: impl FnOnce(&'static mut Journal) -> T) {}
    moves(|journal| settle(outside(), journal, outside(), outside::<dyn Waiter>()));
    moves(|journal| {
        let (options, events) = (outside::<ApplyOptions>(), Box::leak(Box::new(Silent)));
        apply(outside(), "main", outside(), journal, options, outside::<dyn Waiter>(), events, Stop::never())
    });
}

fn outside<T: ?Sized>() -> &'static T {
    unreachable!("only the compiler looks at it")
}
