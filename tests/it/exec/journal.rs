//! The journal: states, memory, locks, and what a crash leaves.

use jiff::Timestamp;
use simfleet::carrier::identity::identity_of;
use simfleet::domain::{CarrierIdentity, DesiredState, Observed};
use simfleet::exec::journal::{OperationFilter, PlanKey, RecordState, Resolution, Sent};
use simfleet::exec::{Holder, Journal, JournalError, JournalOptions};
use simfleet::plan::{Memory, Plan};

use super::plans::{card, desired, msisdn, planned};
use crate::carrier::emulated::Emulated;

pub(crate) fn identity() -> CarrierIdentity {
    identity_of("https://carrier.example.jp", "C1")
}

pub(crate) fn options(pid: u32, host: &str, second: i64) -> JournalOptions {
    let now = Timestamp::from_second(second).unwrap();
    JournalOptions::new(Holder { host: host.to_owned(), pid }, move || now)
}

async fn observed() -> Observed {
    let world = Emulated::frozen().await;
    let seed = serde_json::json!({"sims": [{"msisdn": "08012345678", "planCode": "fixed-500mb"}]});
    world.emulator.seed(seed.to_string().as_bytes()).unwrap();
    simfleet::carrier::observe(&world.carrier(), &simfleet::carrier::ObserveOptions::default()).await.unwrap()
}

pub(super) async fn plan() -> Plan {
    let wishes = desired(vec![card("08012345678", DesiredState::Suspended, Some("fixed-1gb"))]);
    planned(&wishes, &observed().await, &Memory::default())
}

fn begun(plan: &Plan) -> (Journal, PlanKey) {
    let journal = Journal::in_memory(&identity(), options(1, "here", 1_000)).unwrap();
    let key = PlanKey::of(plan, "main").unwrap();
    let (requests, operations): (Vec<_>, Vec<_>) = (plan.requests.iter().collect(), plan.operations.iter().collect());
    journal.together(|entry| entry.begin(&key, None, &requests, &operations)).unwrap();
    (journal, key)
}

#[tokio::test]
async fn an_operation_goes_through_its_states() {
    let plan = plan().await;
    let (journal, key) = begun(&plan);
    assert_eq!(plan.operations.len(), 2, "suspend, then change the plan");
    let (first, second) = (&plan.operations[0].id, &plan.operations[1].id);
    let at = Timestamp::from_second(2_000).unwrap();
    let sent = Sent { ids: vec![first.clone()], newest_before: Some("A7".into()), at: Some(at) };
    journal.together(|entry| entry.sent(&sent)).unwrap();
    assert_eq!(journal.memory().unwrap().in_doubt.len(), 1, "what is on its way is in doubt for others");
    journal.together(|entry| entry.acked(first, &"A8".into())).unwrap();
    assert!(journal.memory().unwrap().in_doubt.is_empty());
    journal.together(|entry| entry.confirmed(first, None)).unwrap();
    let record = journal.attempts(first).unwrap().pop().unwrap();
    assert_eq!((record.state, record.attempt, record.sent_at), (RecordState::Confirmed, 1, Some(at)));
    assert_eq!((record.newest_before, record.application), (Some("A7".into()), Some("A8".into())));
    let memory = journal.memory().unwrap();
    assert_eq!(memory.confirmed.unwrap().get(&(msisdn("08012345678"), "state".into())).map(|value| &**value), Some("Suspended"));

    let progress = journal.progress(&key).unwrap();
    assert!(!progress.is_used);
    assert_eq!(progress.operations.keys().collect::<Vec<_>>(), [first], "what never left is not among it");
    journal.together(|entry| plan.requests.iter().try_for_each(|request| entry.request_ended(&key, &request.id))).unwrap();
    assert!(journal.progress(&key).unwrap().is_used);
    journal.together(|entry| entry.discarded(second, "stopped")).unwrap();
    assert_eq!(
        journal
            .operations(&OperationFilter { states: vec![RecordState::Discarded], ..OperationFilter::default() })
            .unwrap()
            .len(),
        1
    );

    // The same intent again is another attempt.
    let operations: Vec<_> = plan.operations.iter().collect();
    let fresh = journal.fresh_key(&key).unwrap();
    journal.together(|entry| entry.begin(&fresh, None, &plan.requests.iter().collect::<Vec<_>>(), &operations)).unwrap();
    assert_eq!(journal.attempts(first).unwrap().iter().map(|record| record.attempt).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn a_crash_leaves_the_sent_unknown_and_the_intended_discarded() {
    let plan = plan().await;
    let (mut journal, _) = begun(&plan);
    let (first, second) = (&plan.operations[0].id, &plan.operations[1].id);
    journal.together(|entry| entry.sent(&Sent { ids: vec![first.clone()], newest_before: None, at: None })).unwrap();
    journal.reopen().unwrap();
    let state = |id| journal.attempts(id).unwrap().pop().unwrap().state;
    assert_eq!((state(first), state(second)), (RecordState::Unknown, RecordState::Discarded));
    journal.together(|entry| entry.resolved(first, Resolution::NotDone, "by hand")).unwrap();
    let record = journal.attempts(first).unwrap().pop().unwrap();
    assert_eq!((record.state, record.resolution), (RecordState::Resolved, Some(Resolution::NotDone)));
    assert!(journal.memory().unwrap().confirmed.is_none(), "what was not done is no baseline");
}

#[tokio::test]
async fn a_failed_transaction_leaves_nothing() {
    let plan = plan().await;
    let (journal, _) = begun(&plan);
    let first = &plan.operations[0].id;
    let failed: Result<(), JournalError> = journal.together(|entry| {
        entry.acked(first, &"A1".into())?;
        Err(JournalError::Corrupt { file: "x".into(), what: "y".to_owned() })
    });
    assert!(failed.is_err());
    assert_eq!(journal.attempts(first).unwrap()[0].state, RecordState::Intended);
}

#[test]
fn a_journal_belongs_to_one_carrier_and_one_schema() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.db");
    drop(Journal::open(&file, &identity(), options(1, "here", 1_000)).unwrap());
    let other = identity_of("https://other.example.jp", "C1");
    let error = Journal::open(&file, &other, options(1, "here", 1_000)).unwrap_err().to_string();
    assert!(error.ends_with("belongs to C1 at carrier.example.jp, not to C1 at other.example.jp"), "{error}");
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = Journal::open(&file, &identity(), options(1, "here", 1_000)).unwrap_err().to_string();
    assert!(error.contains("written by a later version of simfleet (schema 99, this one knows 1)"), "{error}");
    std::fs::write(&file, "no database at all, but long enough to have a header of its own").unwrap();
    let error = Journal::open(&file, &identity(), options(1, "here", 1_000)).unwrap_err();
    assert!(matches!(error, JournalError::Database { .. }), "{error}");
}

/// On a shared path there is no WAL: who is killed while a transaction goes to the disk leaves a file beside the
/// journal that says what it was before.
#[test]
fn a_journal_whose_writer_was_killed_in_a_commit_can_be_read_before_it_is_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let (file, killed) = (folder.path().join("journal.db"), folder.path().join("killed.db"));
    let shared = JournalOptions { shared: true, ..options(1, "here", 1_000) };
    let journal = Journal::open(&file, &identity(), shared).unwrap();
    let line = simfleet::domain::Msisdn::parse("08012345678").unwrap();
    journal.together(|entry| entry.remember([(line, "state", "Active")])).unwrap();
    drop(journal);

    // As much as does not fit into memory is written before the commit, as a commit would write it.
    let writer = rusqlite::Connection::open(&file).unwrap();
    writer.execute_batch("PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE confirmed SET value = 'Suspended';").unwrap();
    for number in 0..2_000 {
        writer.execute("INSERT INTO confirmed VALUES (?1, 'state', 'Active')", [format!("0901234{number:04}")]).unwrap();
    }
    let beside = |file: &std::path::Path| std::path::PathBuf::from(format!("{}-journal", file.display()));
    std::fs::copy(&file, &killed).unwrap();
    std::fs::copy(beside(&file), beside(&killed)).unwrap();
    assert_ne!(std::fs::metadata(beside(&killed)).unwrap().len(), 0);

    let journal = Journal::open_read_only(&killed, &identity()).unwrap().unwrap();
    let confirmed = journal.memory().unwrap().confirmed.unwrap();
    assert_eq!(
        confirmed.iter().map(|((line, _), value)| (line.as_str(), &**value)).collect::<Vec<_>>(),
        [("08012345678", "Active")]
    );
}
