//! Two machines that share a journal: one falls asleep, at any point, and the other takes its lock over. The
//! sleeper wakes up, and its request may be the one that arrives.

use std::collections::BTreeSet;
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use simfleet::exec::{ExitCode, Holder, Journal, JournalError, JournalOptions};

use crate::sim::drive::{self, drive};
use crate::sim::identity;
use crate::sim::point::{Point, points};
use crate::sim::scene::{Kind, run, world};
use crate::sim::world::World;

pub(crate) fn open(file: &Path, host: &str, world: &Arc<Mutex<World>>) -> Result<Journal, JournalError> {
    let clock = Arc::clone(world);
    let options = JournalOptions::new(Holder { host: host.to_owned(), pid: 1 }, move || clock.lock().unwrap().now);
    Journal::open(file, &identity(), JournalOptions { shared: true, ..options })
}

/// The operating system's lock of another machine is not always seen on this one.
pub(crate) fn as_on_another_machine(file: &Path) {
    std::fs::remove_file(format!("{}.lock", file.display())).unwrap();
}

/// The first machine sleeps after so many waits. At which points of the journal; `None` where it had finished.
fn takeover(kind: Kind, wait: u32) -> Option<BTreeSet<Point>> {
    let cell = || format!("{kind:?}, asleep at wait {wait}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.db");
    let world = Arc::new(Mutex::new(world(kind)));
    let mut first = open(&file, "one", &world).unwrap();
    let mut sleeper = pin!(run(&world, kind, &mut first, false));
    if drive::run(&mut sleeper, Some(wait)).is_some() {
        return None;
    }
    let asleep = Journal::open_read_only(&file, &identity()).unwrap().unwrap();
    let met = points(&asleep, &world.lock().unwrap()).into_iter().map(|(_, point)| point).collect();
    drop(asleep);
    as_on_another_machine(&file);
    let held = open(&file, "two", &world).unwrap_err().to_string();
    assert!(held.contains("process 1 on one"), "{held}");
    world.lock().unwrap().advance(Duration::from_mins(4));
    as_on_another_machine(&file);
    let mut second = open(&file, "two", &world).unwrap();
    drive(None, run(&world, kind, &mut second, false)).unwrap().unwrap();
    assert!(kind.count(&world.lock().unwrap()) <= 1, "{}", cell());
    // It finishes what was on its way, and learns that it has nothing more to say.
    let woken = drive::run(&mut sleeper, None).unwrap();
    let lost = woken.err().unwrap_or_else(|| panic!("it wrote on: {}", cell()));
    assert!(lost.contains("was taken over by process 1 on two"), "{lost}");
    let quiet = (0..4).any(|_| {
        let ran = drive(None, run(&world, kind, &mut second, true)).unwrap().unwrap();
        assert!(kind.count(&world.lock().unwrap()) <= 1, "{}", cell());
        ran.plan.operations.is_empty() && ran.exit == ExitCode::Done
    });
    assert!(quiet, "not quiet: {}", cell());
    assert_eq!(kind.count(&world.lock().unwrap()), 1, "{}", cell());
    Some(met)
}

#[test]
fn whoever_is_taken_over_buys_nothing_twice() {
    for kind in [Kind::Grant, Kind::Order, Kind::Terminate] {
        let met: BTreeSet<Point> = (1..10_000).map_while(|wait| takeover(kind, wait)).flatten().collect();
        for point in [Point::AfterIntent, Point::AfterSend, Point::AfterAnswer] {
            assert!(met.contains(&point), "{kind:?} never slept at {point:?}, but at {met:?}");
        }
    }
}
