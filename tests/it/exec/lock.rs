//! Who may send for an account: one process at a time, on one machine or on several that share a journal.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use simfleet::exec::{Holder, Journal, JournalError, JournalOptions, RealWaiter, keep, keep_others};

use super::journal::{identity, options};

#[test]
fn the_lock_names_its_holder_and_goes_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep/journal.db");
    assert!(Journal::open_read_only(&file, &identity()).unwrap().is_none());
    let first = Journal::open(&file, &identity(), options(11, "here", 1_000)).unwrap();
    let held = Journal::open(&file, &identity(), options(12, "here", 1_001)).unwrap_err();
    assert_eq!(held.to_string(), "another simfleet is applying to this account: process 11 on here, since 1970-01-01T00:16:40Z");
    assert_eq!(held.hint().unwrap(), "wait until it ends, or end that process: its lock goes with it");
    // Two containers may have one name, and in each the process is number 1: still two.
    assert!(matches!(Journal::open(&file, &identity(), options(11, "here", 1_001)), Err(JournalError::Held(_))));
    // A reader needs no lock.
    assert!(Journal::open_read_only(&file, &identity()).unwrap().unwrap().lease().unwrap().is_some());
    // A process that dies gives back nothing, but the operating system's lock goes with it.
    drop(first);
    let second = Journal::open(&file, &identity(), options(12, "here", 1_002)).unwrap();
    assert_eq!(second.lease().unwrap().unwrap().holder.pid, 12);
    second.release().unwrap();
    let third = Journal::open(&file, &identity(), options(13, "here", 1_003)).unwrap();
    assert!(third.memory().unwrap().in_doubt.is_empty());
}

#[test]
fn who_is_just_giving_it_back_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.db");
    Journal::open(&file, &identity(), options(11, "here", 1_000)).unwrap().release().unwrap();
    // The lease is gone, the operating system's lock not yet: nobody could be named.
    let lock = std::fs::File::options().write(true).open(format!("{}.lock", file.display())).unwrap();
    lock.lock().unwrap();
    let (begun, begins) = std::sync::mpsc::channel();
    let next = std::thread::spawn({
        let file = file.clone();
        move || {
            begun.send(()).unwrap();
            Journal::open(&file, &identity(), options(12, "here", 1_001)).map(|journal| journal.lease().unwrap())
        }
    });
    begins.recv().unwrap();
    std::thread::sleep(Duration::from_millis(50));
    drop(lock);
    assert_eq!(next.join().unwrap().unwrap().unwrap().holder.pid, 12);
}

/// The holder may be stuck in the middle of a write (a slow disk, a process that was stopped): who asks hears of it at
/// once, and by name.
#[test]
fn a_holder_that_is_stuck_in_a_write_is_named_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.db");
    let first = Journal::open(&file, &identity(), options(11, "here", 1_000)).unwrap();
    let stuck = rusqlite::Connection::open(&file).unwrap();
    stuck.execute_batch("BEGIN IMMEDIATE").unwrap();
    let held = Journal::open(&file, &identity(), options(12, "here", 1_001)).unwrap_err();
    assert!(matches!(held, JournalError::Held(_)), "{held}");
    assert!(held.to_string().contains("process 11 on here"), "{held}");
    drop((stuck, first));
}

fn shared(pid: u32, host: &str, second: i64) -> JournalOptions {
    JournalOptions { shared: true, ..options(pid, host, second) }
}

/// The operating system's lock of another machine is not always seen on this one.
fn as_on_another_machine(file: &Path) {
    std::fs::remove_file(format!("{}.lock", file.display())).unwrap();
}

#[test]
fn another_machine_waits_for_the_lease_to_expire() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.db");
    let first = Journal::open(&file, &identity(), shared(1, "one", 1_000)).unwrap();
    as_on_another_machine(&file);
    let held = Journal::open(&file, &identity(), shared(2, "two", 1_100)).unwrap_err();
    assert_eq!(
        held.to_string(),
        "another simfleet is applying to this account: process 1 on one, since 1970-01-01T00:16:40Z; its lock expires at \
         1970-01-01T00:19:40Z, unless it is renewed"
    );
    assert_eq!(
        held.hint().unwrap(),
        "wait until it ends; if that machine is gone, apply again after 1970-01-01T00:19:40Z: the lock is taken over then, and \
         what was sent is settled first"
    );
    let second = Journal::open(&file, &identity(), shared(2, "two", 1_180)).unwrap();
    assert_eq!(
        first.heartbeat().unwrap_err().to_string(),
        "the lock of this account was taken over by process 2 on two; nothing more is sent"
    );
    // Given back by the one that took it over, it is still not the first one's: the work may be done.
    second.release().unwrap();
    assert_eq!(
        first.heartbeat().unwrap_err().to_string(),
        "the lock of this account was taken over by a run that has ended since; nothing more is sent"
    );
    // The same machine and process number, later: another holding, also if its clock is behind.
    as_on_another_machine(&file);
    let third = Journal::open(&file, &identity(), shared(1, "one", 900)).unwrap();
    third.heartbeat().unwrap();
    assert!(matches!(first.heartbeat(), Err(JournalError::Lost(Some(_)))));
}

#[test]
fn a_lock_that_is_renewed_does_not_expire() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.db");
    let now = Arc::new(AtomicI64::new(1_000));
    let clock = Arc::clone(&now);
    let holder = Holder { host: "one".to_owned(), pid: 1 };
    let options = JournalOptions::new(holder, move || Timestamp::from_second(clock.load(Ordering::Relaxed)).unwrap());
    let journal = Journal::open(&file, &identity(), JournalOptions { shared: true, ..options }).unwrap();
    for second in (1_000..3_000).step_by(170) {
        now.store(second, Ordering::Relaxed);
        journal.heartbeat().unwrap();
        as_on_another_machine(&file);
        assert!(Journal::open(&file, &identity(), shared(2, "two", second + 9)).is_err(), "{second}");
    }
}

/// A shared journal on tokio's clock, which stands at second 1,000 now.
fn on_tokios_clock(file: &Path, pid: u32, host: &str) -> Result<Journal, JournalError> {
    let (begin, epoch) = (tokio::time::Instant::now(), Timestamp::from_second(1_000).unwrap());
    let options = JournalOptions::new(Holder { host: host.to_owned(), pid }, move || epoch + begin.elapsed());
    Journal::open(file, &identity(), JournalOptions { shared: true, ..options })
}

/// Somebody thinks for an hour about a question, or another account's applications take as long.
#[tokio::test(start_paused = true)]
async fn locks_are_kept_while_something_else_takes_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let [file, other] = ["journal.db", "other.db"].map(|name| folder.path().join(name));
    let mut first = on_tokios_clock(&file, 1, "one").unwrap();
    let mut second = on_tokios_clock(&other, 1, "one").unwrap();
    let question = async {
        tokio::time::sleep(Duration::from_hours(1)).await;
        for file in [&file, &other] {
            as_on_another_machine(file);
            let late = JournalOptions { shared: true, ..options(2, "two", 1_000 + 3_600) };
            assert!(matches!(Journal::open(file, &identity(), late), Err(JournalError::Held(_))), "{}", file.display());
        }
        "yes"
    };
    assert_eq!(keep([&mut first, &mut second], &RealWaiter::new(), question).await.unwrap(), "yes");
    keep_others([&mut second], tokio::time::sleep(Duration::from_hours(1))).await;
    as_on_another_machine(&other);
    let late = JournalOptions { shared: true, ..options(2, "two", 1_000 + 7_200) };
    assert!(matches!(Journal::open(&other, &identity(), late), Err(JournalError::Held(_))));
}

#[tokio::test(start_paused = true)]
async fn what_was_awaited_is_given_up_when_a_lock_is_lost_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.db");
    let mut first = on_tokios_clock(&file, 1, "one").unwrap();
    // The machine slept, and nobody renewed anything.
    as_on_another_machine(&file);
    let second = Journal::open(&file, &identity(), shared(2, "two", 1_181)).unwrap();
    let forever = std::future::pending::<()>();
    let lost = keep([&mut first], &RealWaiter::new(), forever).await.unwrap_err();
    assert_eq!(lost.to_string(), "the lock of this account was taken over by process 2 on two; nothing more is sent");
    // An answer that comes at the same moment is given up as well.
    second.release().unwrap();
    let answered = keep([&mut first], &RealWaiter::new(), async { "yes" }).await;
    assert!(matches!(answered, Err(JournalError::Lost(None))), "{answered:?}");
    // What has nothing to do with it goes on.
    assert_eq!(keep_others([&mut first], async { "done" }).await, "done");
}
