//! What the journal remembers of coupons, orders and protection.

use jiff::Timestamp;
use simfleet::carrier::identity::identity_of;
use simfleet::domain::{ApplicationNumber, ApplicationType, Money, Protection, PurchaseReason};
use simfleet::exec::journal::{Entry, OperationRecord, PlanKey, RecordState, Resolution, Sent};
use simfleet::exec::settle::{SettledAs, Settlement, memory_after, write};
use simfleet::exec::{Holder, Journal, JournalError, JournalOptions};
use simfleet::plan::{Change, Operation, PurchaseOutcome};

use super::handmade::{bought, cancel, coupon, operation, order};
use super::plans::msisdn;

const LINE: &str = "08012345678";

fn journal() -> Journal {
    let now = Timestamp::from_second(1_000).unwrap();
    let options = JournalOptions::new(Holder { host: "test".to_owned(), pid: 1 }, move || now);
    Journal::in_memory(&identity_of("https://carrier.example.jp", "C1"), options).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// An operation that was sent, and what the answer was.
fn sent(
    journal: &Journal,
    operation: &Operation,
    answer: impl FnOnce(&Entry<'_>) -> Result<(), JournalError>,
) -> OperationRecord {
    let sent = Sent { ids: vec![operation.id.clone()], newest_before: None, at: Some(at(2_000)) };
    journal
        .together(|entry| {
            entry.begin(&PlanKey("plan".to_owned()), None, &[], &[operation])?;
            entry.sent(&sent)?;
            answer(entry)
        })
        .unwrap();
    journal.attempts(&operation.id).unwrap().pop().unwrap()
}

fn number(text: &str) -> ApplicationNumber {
    text.into()
}

#[test]
fn a_coupon_is_remembered_by_how_its_attempt_ended() {
    type Answer = fn(&Entry<'_>, &Operation) -> Result<(), JournalError>;
    type Known = Option<(PurchaseOutcome, bool, Option<&'static str>)>;
    let cases: [(Answer, Known); 8] = [
        (|_, _| Ok(()), Some((PurchaseOutcome::InDoubt, false, None))),
        (|entry, coupon| entry.unknown(&coupon.id, "lost"), Some((PurchaseOutcome::InDoubt, false, None))),
        (|entry, coupon| entry.acked(&coupon.id, &"A7".into()), Some((PurchaseOutcome::Bought, false, Some("A7")))),
        (
            |entry, coupon| entry.resolved_as(&coupon.id, &"A7".into(), "by hand"),
            Some((PurchaseOutcome::Bought, false, Some("A7"))),
        ),
        (
            |entry, coupon| entry.resolved(&coupon.id, Resolution::NotDone, "late"),
            Some((PurchaseOutcome::NotBought, false, None)),
        ),
        (|entry, coupon| entry.rejected(&coupon.id, "400"), Some((PurchaseOutcome::NotBought, true, None))),
        (|entry, coupon| entry.not_done(&coupon.id, "429"), None),
        (|entry, coupon| entry.discarded(&coupon.id, "stopped"), None),
    ];
    for (answer, expected) in cases {
        let (journal, coupon) = (journal(), coupon(msisdn(LINE), "firmware", 1));
        sent(&journal, &coupon, |entry| answer(entry, &coupon));
        let memory = journal.memory().unwrap();
        let found = memory.purchases.first().map(|purchase| {
            assert_eq!((purchase.amount, purchase.sent_at), (Money(300), Some(at(2_000))));
            (purchase.outcome, purchase.refused, purchase.application.as_ref().map(ApplicationNumber::as_str))
        });
        assert_eq!(found, expected);
    }
}

#[test]
fn of_several_attempts_the_one_that_was_bought_counts_and_else_the_latest() {
    let journal = journal();
    let (first, second) = (coupon(msisdn(LINE), "firmware", 1), coupon(msisdn(LINE), "firmware", 2));
    sent(&journal, &first, |entry| entry.rejected(&first.id, "400"));
    sent(&journal, &second, |entry| entry.resolved(&second.id, Resolution::NotDone, "no trace"));
    let [known] = &journal.memory().unwrap().purchases[..] else { panic!("one purchase") };
    assert_eq!((known.purchase.attempt, known.outcome, known.refused), (2, PurchaseOutcome::NotBought, false));
    sent(&journal, &second, |entry| entry.acked(&second.id, &"A9".into()));
    // An attempt that never left changes nothing.
    sent(&journal, &second, |entry| entry.discarded(&second.id, "stopped"));
    let [known] = &journal.memory().unwrap().purchases[..] else { panic!("one purchase") };
    assert_eq!((known.outcome, known.application.clone()), (PurchaseOutcome::Bought, Some(number("A9"))));
}

#[test]
fn old_months_are_left_out_and_doubts_never() {
    let journal = journal();
    let of = |month: &str, name: &str| bought(msisdn(LINE), PurchaseReason::Grant(name.into()), month, "add-100mb", 1, 1);
    for month in ["2026-08", "2026-09", "2026-12", "2027-01"] {
        let coupon = of(month, "g");
        sent(&journal, &coupon, |entry| entry.acked(&coupon.id, &month.into()));
    }
    sent(&journal, &of("2026-07", "lost"), |_| Ok(()));
    let months: Vec<String> = journal.memory().unwrap().purchases.iter().map(|known| known.purchase.month.to_string()).collect();
    assert_eq!(months, ["2026-12", "2027-01", "2026-07"], "sorted by line and purchase");
}

#[test]
fn orders_are_remembered_by_name() {
    let journal = journal();
    let (old, new) = (order("old", 5, 1), order("new", 5, 1));
    sent(&journal, &old, |entry| entry.acked(&old.id, &"A3".into()));
    sent(&journal, &new, |entry| entry.unknown(&new.id, "lost"));
    let cancelled = cancel("old", &"A3".into());
    sent(&journal, &cancelled, |entry| entry.acked(&cancelled.id, &"A3".into()));
    let memory = journal.memory().unwrap();
    let orders: Vec<_> =
        memory.orders.iter().map(|order| (&*order.name, order.outcome, order.placement.content.quantity)).collect();
    assert_eq!(orders, [("new", PurchaseOutcome::InDoubt, 5), ("old", PurchaseOutcome::Bought, 5)]);
    assert_eq!(memory.in_doubt.len(), 1);
    assert_eq!(journal.owner_of(&"A3".into()).unwrap().unwrap().id, old.id, "a cancellation owns no application");
    // Orders of one content are told apart by their numbers only: what one has, another cannot have become.
    let doubtful = journal.attempts(&new.id).unwrap().pop().unwrap();
    assert_eq!(journal.claims(&doubtful).unwrap(), [number("A3")]);
}

#[test]
fn settled_in_memory_is_settled_in_the_journal() {
    let line = msisdn(LINE);
    let verdicts = [
        SettledAs::Accepted(number("A5")),
        SettledAs::Confirmed { application: Some(number("A5")), effective: None },
        SettledAs::Confirmed { application: None, effective: None },
        SettledAs::Rejected { application: number("A5"), note: "no".to_owned() },
        SettledAs::NotDone("no trace".to_owned()),
    ];
    for verdict in verdicts {
        let (ending, ended) = (termination(), number("A4"));
        let journals =
            [coupon(line, "firmware", 1), order("expansion", 5, 1), termination()].map(|operation| (journal(), operation));
        // An open termination, whose cancellation is in doubt.
        let cancelling = journal();
        sent(&cancelling, &ending, |entry| entry.acked(&ending.id, &ended));
        for (journal, operation) in journals.into_iter().chain([(cancelling, cancelled_termination(&ended))]) {
            let record = sent(&journal, &operation, |entry| entry.unknown(&operation.id, "lost"));
            let settlements = [Settlement { record, verdict: verdict.clone() }];
            let predicted = memory_after(journal.memory().unwrap(), &settlements);
            write(&journal, &settlements).unwrap();
            let written = journal.memory().unwrap();
            assert_eq!(predicted.purchases, written.purchases, "{verdict:?}");
            assert_eq!(predicted.orders, written.orders, "{verdict:?}");
            assert_eq!(predicted.fees, written.fees, "{verdict:?}");
            assert_eq!(predicted.in_doubt, written.in_doubt, "{verdict:?}");
            let done = !matches!(verdict, SettledAs::Rejected { .. } | SettledAs::NotDone(_));
            let ends = matches!(operation.change, Change::Terminate { .. });
            let calls_off = matches!(operation.change, Change::CancelApplication { .. });
            let fees = usize::from((ends && done) || (calls_off && !done));
            assert_eq!(written.fees.len(), fees, "{verdict:?} {operation:?}");
            let is_purchase = operation.to.purchase.is_some() || operation.to.placement.is_some();
            assert_eq!(written.purchases.len() + written.orders.len(), usize::from(is_purchase));
            assert_eq!(
                journal.attempts(&operation.id).unwrap()[0].state == RecordState::Rejected,
                matches!(verdict, SettledAs::Rejected { .. })
            );
        }
    }
}

#[test]
fn protection_stays_until_it_is_lifted() {
    let journal = journal();
    let (one, other) = (msisdn("08012345601"), msisdn("08012345602"));
    let protect = |lines: Vec<_>| {
        journal.together(|entry| entry.protect(lines)).unwrap();
        journal.memory().unwrap().protected.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(protect(vec![(one, Protection::Protected), (other, Protection::Protected)]), [one, other]);
    assert_eq!(protect(vec![(one, Protection::Unsaid)]), [one, other]);
    assert_eq!(protect(vec![]), [one, other]);
    assert_eq!(protect(vec![(one, Protection::Lifted), (other, Protection::Protected)]), [other]);
}

fn termination() -> Operation {
    operation(msisdn(LINE), Change::Terminate { date: jiff::civil::date(1970, 1, 31) }, 1_000)
}

fn cancelled_termination(number: &ApplicationNumber) -> Operation {
    let change = Change::CancelApplication { application: number.clone(), of: ApplicationType::Terminate };
    operation(msisdn(LINE), change, -1_000)
}

#[test]
fn a_terminations_fee_is_remembered_until_it_is_refused_or_called_off() {
    type Answer = fn(&Entry<'_>, &Operation) -> Result<(), JournalError>;
    let cases: [(Answer, bool); 8] = [
        (|_, _| Ok(()), true),
        (|entry, ending| entry.unknown(&ending.id, "lost"), true),
        (|entry, ending| entry.acked(&ending.id, &"A7".into()), true),
        (|entry, ending| entry.confirmed(&ending.id, None), true),
        (|entry, ending| entry.resolved(&ending.id, Resolution::NotDone, "late"), false),
        (|entry, ending| entry.rejected(&ending.id, "400"), false),
        (|entry, ending| entry.not_done(&ending.id, "429"), false),
        (|entry, ending| entry.discarded(&ending.id, "stopped"), false),
    ];
    for (answer, is_due) in cases {
        let (journal, ending) = (journal(), termination());
        sent(&journal, &ending, |entry| answer(entry, &ending));
        let fees: Vec<_> = journal.memory().unwrap().fees.iter().map(|fee| (fee.amount, fee.sent_at)).collect();
        assert_eq!(fees, if is_due { vec![(Money(1_000), Some(at(2_000)))] } else { vec![] });
    }
    let (journal, ending) = (journal(), termination());
    let due = |journal: &Journal| journal.memory().unwrap().fees.len();
    sent(&journal, &ending, |entry| entry.acked(&ending.id, &"A7".into()));
    let other = cancelled_termination(&"A6".into());
    sent(&journal, &other, |entry| entry.acked(&other.id, &"A6".into()));
    assert_eq!(due(&journal), 1, "another one was called off");
    let cancelled = cancelled_termination(&"A7".into());
    sent(&journal, &cancelled, |entry| entry.unknown(&cancelled.id, "lost"));
    assert_eq!(due(&journal), 1, "nobody knows");
    journal.together(|entry| entry.resolved(&cancelled.id, Resolution::Done, "found")).unwrap();
    assert_eq!(due(&journal), 0);
    // On another day after all.
    sent(&journal, &ending, |entry| entry.acked(&ending.id, &"A9".into()));
    assert_eq!(due(&journal), 1);
}
