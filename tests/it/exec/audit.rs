//! The audit log: any edit is found, torn ends of every length are gone on from, and it has told what the
//! journal knows, wherever a crash falls.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::Value;
use simfleet::carrier::identity::identity_of;
use simfleet::domain::{CarrierIdentity, Protection};
use simfleet::exec::audit::{Actor, AuditError, AuditEvent, AuditLog, Broken, Flaw, Head, Verified, read, verify};
use simfleet::exec::journal::{PlanKey, RecordState, Resolution, Sent};
use simfleet::exec::{Holder, Journal, JournalError, JournalOptions};
use simfleet::plan::Plan;
use tempfile::TempDir;

use super::journal::plan;

fn identity() -> CarrierIdentity {
    identity_of("https://carrier.example.jp", "C1")
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn actor(pid: u32) -> Actor {
    Actor { user: "hanako".to_owned(), host: "here".to_owned(), pid, command: "apply".to_owned(), ..Actor::default() }
}

/// A log in a folder of its own.
struct Scene {
    folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("deep/audit.jsonl")
    }

    fn open(&self, pid: u32) -> AuditLog {
        AuditLog::open(&self.file(), actor(pid), identity()).unwrap()
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.file()).unwrap()
    }

    fn verdict(&self) -> Result<Verified, Broken> {
        verify(&self.file(), &[]).unwrap().0
    }

    /// A log of some batches of refusals.
    fn written(batches: &[usize]) -> Self {
        let scene = Self::new();
        let log = scene.open(1);
        for (place, batch) in batches.iter().enumerate() {
            let events: Vec<AuditEvent> = (0..*batch).map(|number| refused(&format!("{place}.{number} 上野"))).collect();
            log.append(at(1_000), &events).unwrap();
        }
        scene
    }
}

fn refused(why: &str) -> AuditEvent {
    AuditEvent::Refused { plan: None, why: why.to_owned() }
}

fn events(file: &Path) -> Vec<Value> {
    read(file).unwrap().records.into_iter().map(|record| Value::Object(record.fields)).collect()
}

/// The names of the events, in order.
fn names(file: &Path) -> Vec<String> {
    events(file).iter().map(|event| event["event"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_run_says_who_it_is_before_its_first_record_and_only_then() {
    let scene = Scene::new();
    let log = scene.open(7);
    log.append(at(1), &[]).unwrap();
    assert_eq!((scene.bytes().len(), log.head()), (0, None), "nothing happened");
    log.append(at(1), &[refused("x")]).unwrap();
    log.carrier_is_at(Some(at(2)));
    log.append(at(3), &[refused("y"), refused("z")]).unwrap();
    let events = events(&scene.file());
    assert_eq!(names(&scene.file()), ["run", "refused", "refused", "refused"]);
    assert_eq!(
        (&events[0]["user"], &events[0]["pid"], &events[0]["carrier"]["contractorId"]),
        (&"hanako".into(), &7.into(), &"C1".into())
    );
    assert!(events.iter().all(|event| event["run"] == events[0]["run"]));
    assert_eq!((&events[1]["at"], events[1].get("carrierAt")), (&"1970-01-01T00:00:01.000Z".into(), None));
    assert_eq!(events[3]["carrierAt"], "1970-01-01T09:00:02+09:00");
    let verified = scene.verdict().unwrap();
    assert_eq!((verified.records, verified.head), (4, log.head()));
    assert_eq!(verified.first.as_deref(), Some("1970-01-01T00:00:01.000Z"));
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let scene = Scene::written(&[1]);
    assert_eq!(std::fs::metadata(scene.file()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn several_runs_may_write_in_turn() {
    let scene = Scene::new();
    let (one, other) = (scene.open(1), scene.open(2));
    for _ in 0..3 {
        one.append(at(1), &[refused("one")]).unwrap();
        other.append(at(1), &[refused("other")]).unwrap();
    }
    assert_eq!(scene.verdict().unwrap().records, 8);
}

#[test]
fn what_was_done_to_a_log_is_named_with_its_line() {
    let scene = Scene::written(&[1, 1, 1, 1]);
    let text = String::from_utf8(scene.bytes()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let head = scene.verdict().unwrap().head.unwrap();
    let of = |lines: &[&str]| {
        std::fs::write(scene.file(), lines.concat()).unwrap();
        scene.verdict().map_err(|broken| (broken.line, broken.flaw))
    };
    let edited = lines[2].replace("1.0", "1.1");
    assert_eq!(of(&[lines[0], lines[1], &edited, lines[3], lines[4]]), Err((3, Flaw::Edited)));
    assert_eq!(of(&[lines[0], lines[1], lines[3], lines[4]]), Err((3, Flaw::Removed { from: 3, to: 3 })));
    assert_eq!(of(&[lines[2], lines[3]]), Err((1, Flaw::Removed { from: 1, to: 2 })));
    assert_eq!(of(&[lines[0], lines[2], lines[1], lines[3]]), Err((2, Flaw::Removed { from: 2, to: 2 })));
    assert_eq!(of(&[lines[0], lines[1], lines[1], lines[2]]), Err((3, Flaw::Misplaced { after: 2, found: 2 })));
    assert_eq!(of(&[lines[0], "hello\n", lines[1]]), Err((2, Flaw::NoRecord)));
    assert_eq!(of(&[lines[0], "\n", lines[1]]), Err((2, Flaw::NoRecord)));
    assert_eq!(of(&[lines[0], lines[1].trim_end()]), Err((2, Flaw::Unended)));
    assert_eq!(of(&[lines[0], &lines[1][..20]]), Err((2, Flaw::Torn { bytes: 20 })));
    // A record of another log, with a hash and a number that fit.
    let other = Scene::written(&[2, 2]);
    let other = String::from_utf8(other.bytes()).unwrap();
    let foreign = other.split_inclusive('\n').nth(4).unwrap();
    assert_eq!(of(&[lines[0], lines[1], lines[2], lines[3], foreign]), Err((5, Flaw::Replaced { found: 5 })));
    // Cut off behind a record it is a shorter log; only a head that was kept tells.
    assert_eq!(of(&lines[..3]).unwrap().records, 3);
    let (_, missing) = verify(&scene.file(), std::slice::from_ref(&head)).unwrap();
    assert_eq!(missing, [head]);
}

#[test]
fn torn_ends_of_every_length_are_named_by_the_next_writer() {
    let whole = Scene::written(&[2, 1]);
    let bytes = whole.bytes();
    // Torn twice: in a record, and then in what the next writer begins with.
    for length in 0..=bytes.len() {
        let scene = Scene::new();
        drop(scene.open(9));
        std::fs::write(scene.file(), &bytes[..length]).unwrap();
        let torn = scene.verdict().is_err();
        scene.open(2).append(at(2), &[refused("after")]).unwrap();
        let verified = scene.verdict().unwrap_or_else(|broken| panic!("{length}: {broken}"));
        assert_eq!(&scene.bytes()[..length], &bytes[..length], "what stood there stands there");
        let is_unended = bytes.get(length) == Some(&b'\n');
        assert_eq!(verified.torn, u64::from(torn && !is_unended), "{length}");
        let named = names(&scene.file());
        assert_eq!(named.iter().filter(|name| *name == "torn").count(), usize::from(torn && !is_unended));
        assert_eq!(named.last().map(String::as_str), Some("refused"));
    }
}

#[test]
fn who_names_a_torn_end_may_be_killed_as_well() {
    let whole = Scene::written(&[2]);
    let bytes = whole.bytes();
    let torn = &bytes[..bytes.len() - 10];
    // What the second writer would have written.
    let second = Scene::new();
    drop(second.open(9));
    std::fs::write(second.file(), torn).unwrap();
    second.open(2).append(at(2), &[refused("second")]).unwrap();
    let written = second.bytes();
    for length in torn.len()..=written.len() {
        let scene = Scene::new();
        drop(scene.open(9));
        std::fs::write(scene.file(), &written[..length]).unwrap();
        scene.open(3).append(at(3), &[refused("third")]).unwrap();
        let verified = scene.verdict().unwrap_or_else(|broken| panic!("{length}: {broken}"));
        assert!(matches!(verified.torn, 1..=2), "{length}: {verified:?}");
        assert_eq!(events(&scene.file()).last().unwrap()["why"], "third");
    }
}

#[test]
fn an_end_that_no_crash_leaves_is_not_built_on() {
    let scene = Scene::written(&[2]);
    let bytes = scene.bytes();
    let edited = String::from_utf8(bytes.clone()).unwrap().replace("0.1", "0.2").into_bytes();
    let foreign: [&[u8]; 4] = [b"hello\n", b"# a file of somebody's\n{}\n", &[0; 300], &edited];
    for content in foreign {
        std::fs::write(scene.file(), content).unwrap();
        let error = scene.open(2).append(at(2), &[refused("x")]).unwrap_err();
        assert!(matches!(error, AuditError::Foreign { .. }), "{error}");
        assert_eq!(scene.bytes(), content, "nothing is appended to it");
    }
}

#[test]
fn a_log_of_any_length_is_gone_on_from() {
    let scene = Scene::new();
    // The last record lies across every bound at which the end of the file is read.
    for length in [10, 65_000, 66_000, 600_000] {
        scene.open(1).append(at(1), &[refused(&"long ".repeat(length / 5))]).unwrap();
        scene.open(2).append(at(1), &[refused("short")]).unwrap();
    }
    assert_eq!(scene.verdict().unwrap().records, 16);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_edit_of_any_byte_is_found(
        batches in proptest::collection::vec(1_usize..4, 1..4),
        torn in proptest::option::of(1_usize..200),
        place in any::<proptest::sample::Index>(),
        edit in 0..3,
        byte in any::<u8>(),
    ) {
        let scene = Scene::written(&batches);
        if let Some(torn) = torn {
            let bytes = scene.bytes();
            let begin = bytes.len().saturating_sub(torn).max(1);
            std::fs::write(scene.file(), &bytes[..begin]).unwrap();
            scene.open(2).append(at(2), &[refused("after")]).unwrap();
        }
        let mut bytes = scene.bytes();
        let verified = scene.verdict().unwrap();
        let place = place.index(bytes.len());
        match edit {
            0 => {
                prop_assume!(bytes[place] != byte);
                bytes[place] = byte;
            }
            1 => bytes.insert(place, byte),
            _ => {
                bytes.remove(place);
            }
        }
        // The same bytes in another way are no edit.
        prop_assume!(bytes != scene.bytes());
        std::fs::write(scene.file(), &bytes).unwrap();
        let head: Head = verified.head.unwrap();
        let (verdict, missing) = verify(&scene.file(), std::slice::from_ref(&head)).unwrap();
        prop_assert!(verdict.is_err() || !missing.is_empty(), "{verdict:?}");
        // Even without a head that was kept elsewhere.
        prop_assert!(verdict.is_err(), "{verdict:?}");
    }
}

/// A journal that tells an audit log.
fn journal(scene: &Scene, pid: u32) -> Result<Journal, JournalError> {
    let holder = Holder { host: "here".to_owned(), pid };
    let options = JournalOptions { audit: Some(Box::new(scene.open(pid))), ..JournalOptions::new(holder, || at(1_000)) };
    Journal::open(&scene.folder.path().join("journal.db"), &identity(), options)
}

fn begin(journal: &Journal, plan: &Plan) -> PlanKey {
    let key = PlanKey::of(plan, "main").unwrap();
    let (requests, operations): (Vec<_>, Vec<_>) = (plan.requests.iter().collect(), plan.operations.iter().collect());
    journal.together(|entry| entry.begin(&key, None, &requests, &operations)).unwrap();
    key
}

#[tokio::test]
async fn every_step_of_an_operation_is_told_with_its_call() {
    let plan = plan().await;
    let scene = Scene::new();
    let journal = journal(&scene, 1).unwrap();
    begin(&journal, &plan);
    let (first, second) = (&plan.operations[0].id, &plan.operations[1].id);
    let sent = Sent { ids: vec![first.clone()], newest_before: Some("A7".into()), at: Some(at(2_000)) };
    journal.together(|entry| entry.sent(&sent)).unwrap();
    journal.together(|entry| entry.unknown(first, "timeout")).unwrap();
    journal.together(|entry| entry.resolved(first, Resolution::NotDone, "no trace of it")).unwrap();
    journal.together(|entry| entry.discarded(second, "stopped")).unwrap();
    let events = events(&scene.file());
    assert_eq!(names(&scene.file()), ["run", "intent", "intent", "call", "outcome", "outcome", "outcome"]);
    let intent = &events[1];
    assert_eq!(
        (&intent["op"], &intent["kind"], &intent["msisdn"]),
        (&(*first.0).into(), &"suspend".into(), &"08012345678".into())
    );
    assert_eq!((&intent["risk"], &intent["to"]["state"]), (&"R2".into(), &"Suspended".into()));
    let call = &events[3];
    assert_eq!((&call["function"], &call["method"]), (&2.into(), &"POST".into()));
    assert_eq!(call["path"], "/v1/sims/08012345678/suspend");
    assert_eq!((&call["operations"][0]["op"], &call["newestBefore"]), (&(*first.0).into(), &"A7".into()));
    assert_eq!(call["carrierAt"], "1970-01-01T09:33:20+09:00");
    let outcomes: Vec<_> = events[4..].iter().map(|event| event["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["unknown", "resolvedNotDone", "discarded"]);
    assert_eq!(journal.audit_head(), scene.verdict().unwrap().head);
}

#[test]
fn who_lifted_a_protection_is_told() {
    let scene = Scene::new();
    let journal = journal(&scene, 1).unwrap();
    let line = super::plans::msisdn("08012345678");
    for protection in [Protection::Protected, Protection::Protected, Protection::Unsaid, Protection::Lifted] {
        journal.together(|entry| entry.protect([(line, protection)])).unwrap();
    }
    let told: Vec<_> = events(&scene.file())[1..].iter().map(|event| event["protected"].clone()).collect();
    assert_eq!(told, [true, false], "only what changed");
}

#[tokio::test]
async fn a_transaction_that_is_rolled_back_tells_nothing() {
    let plan = plan().await;
    let scene = Scene::new();
    let journal = journal(&scene, 1).unwrap();
    begin(&journal, &plan);
    let before = scene.bytes();
    let failed: Result<(), JournalError> = journal.together(|entry| {
        entry.acked(&plan.operations[0].id, &"A1".into())?;
        Err(JournalError::Corrupt { file: "x".into(), what: "y".to_owned() })
    });
    assert!(failed.is_err());
    journal.heartbeat().unwrap();
    assert_eq!(scene.bytes(), before);
}

#[tokio::test]
async fn what_cannot_be_told_is_not_done() {
    let plan = plan().await;
    let scene = Scene::new();
    let journal = journal(&scene, 1).unwrap();
    begin(&journal, &plan);
    // Somebody writes into the log: nothing is appended to it any more.
    std::fs::write(scene.file(), "hello\n").unwrap();
    let first = &plan.operations[0].id;
    let sent = Sent { ids: vec![first.clone()], newest_before: None, at: None };
    let error = journal.together(|entry| entry.sent(&sent)).unwrap_err();
    assert!(matches!(error, JournalError::Audit(_)), "{error}");
    assert_eq!(journal.attempts(first).unwrap()[0].state, RecordState::Intended, "so nothing is sent");
}

#[tokio::test]
async fn a_crash_between_the_log_and_the_journal_leaves_a_log_that_says_how_it_went_on() {
    let plan = plan().await;
    let scene = Scene::new();
    let one = journal(&scene, 1).unwrap();
    begin(&one, &plan);
    let first = &plan.operations[0].id;
    // Killed when the log had told of a call and the journal had not.
    let database = scene.folder.path().join("journal.db");
    let before = std::fs::read(&database).unwrap();
    let wal = std::fs::read(scene.folder.path().join("journal.db-wal")).unwrap();
    one.together(|entry| entry.sent(&Sent { ids: vec![first.clone()], newest_before: None, at: None })).unwrap();
    drop(one);
    std::fs::write(&database, before).unwrap();
    std::fs::write(scene.folder.path().join("journal.db-wal"), wal).unwrap();
    let two = journal(&scene, 2).unwrap();
    assert_eq!(two.attempts(first).unwrap()[0].state, RecordState::Discarded);
    assert_eq!(names(&scene.file()), ["run", "intent", "intent", "call", "run", "takeover", "outcome", "outcome"]);
    let events = events(&scene.file());
    assert_eq!((&events[6]["outcome"], &events[6]["op"]), (&"discarded".into(), &(*first.0).into()));
    assert_eq!(events[5]["from"]["pid"], 1);
    scene.verdict().unwrap();

    // Killed when both had: then nobody knows.
    begin(&two, &plan);
    two.together(|entry| entry.sent(&Sent { ids: vec![first.clone()], newest_before: None, at: None })).unwrap();
    drop(two);
    let three = journal(&scene, 3).unwrap();
    assert_eq!(three.attempts(first).unwrap().pop().unwrap().state, RecordState::Unknown);
    let told = self::events(&scene.file());
    assert!(told.iter().any(|event| event["outcome"] == "unknown" && event["attempt"] == 2 && event["op"] == *first.0));
    scene.verdict().unwrap();
}

#[tokio::test]
async fn the_journal_knows_where_the_log_ended() {
    let plan = plan().await;
    let scene = Scene::new();
    let one = journal(&scene, 1).unwrap();
    begin(&one, &plan);
    let (file, head) = one.known_audit().unwrap().unwrap();
    assert_eq!((file, Some(head.clone())), (scene.file(), one.audit_head()));
    drop(one);
    let whole = scene.bytes();
    let cut: Vec<u8> = whole.split_inclusive(|byte| *byte == b'\n').take(2).flatten().copied().collect();

    // Cut off behind a record: the next run says so in the log, and there it stays.
    std::fs::write(scene.file(), &cut).unwrap();
    drop(journal(&scene, 2).unwrap());
    assert_eq!(&names(&scene.file())[..2], ["run", "intent"]);
    assert_eq!(scene.verdict(), Err(Broken { line: 4, flaw: Flaw::Cut { known: head.seq } }));

    // Moved away: the new log says which record it continues.
    std::fs::remove_file(scene.file()).unwrap();
    let known = Journal::open_read_only(&scene.folder.path().join("journal.db"), &identity()).unwrap().unwrap();
    let (_, known) = known.known_audit().unwrap().unwrap();
    let three = journal(&scene, 3).unwrap();
    assert_eq!(three.attempts(&plan.operations[0].id).unwrap().len(), 1);
    drop(three);
    assert_eq!(scene.verdict().unwrap().continues, Some(known));
    // And only once.
    let before = scene.bytes().len();
    drop(journal(&scene, 5).unwrap());
    let gaps = names(&scene.file()).iter().filter(|name| *name == "gap").count();
    assert!(gaps == 1 && scene.bytes().len() > before, "{:?}", names(&scene.file()));
    scene.verdict().unwrap();
}
