//! A journal that is gone with its process, and what is kept of it elsewhere: a crash at every point, a store that
//! fails at every write, and two processes that both believe they lead.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use simfleet::exec::ExitCode;
use simfleet::exec::journal::RecordState;

use crate::sim::carrier::Fault;
use crate::sim::drive::{self, drive};
use crate::sim::point::{Point, points};
use crate::sim::scene::{Kind, run, world};
use crate::sim::store::{Store, WriteFault, restored};
use crate::sim::world::{Orphan, World};

/// Kinds of which nothing but the record tells that they were sent.
const BOUGHT: [Kind; 3] = [Kind::Grant, Kind::TopUp, Kind::Order];

struct Scene {
    kind: Kind,
    world: Arc<Mutex<World>>,
    store: Arc<Mutex<Store>>,
}

impl Scene {
    fn new(kind: Kind, fault: Fault, orphan: Orphan) -> Self {
        let world = World { script: [fault].into(), orphan, ..world(kind) };
        Self { kind, world: Arc::new(Mutex::new(world)), store: Arc::default() }
    }

    fn bought(&self) -> usize {
        self.kind.count(&self.world.lock().unwrap())
    }

    /// Runs of one process after another, until nothing is left to do.
    fn come_to_rest(&self, cell: &dyn Fn() -> String) {
        let quiet = (0..6).any(|process| {
            let mut journal = restored(&self.store, &self.world, 10 + process);
            let ran = drive(None, run(&self.world, self.kind, &mut journal, true)).unwrap();
            assert!(self.bought() <= 1, "{}", cell());
            // A store that is away, or a record that somebody else wrote meanwhile, ends a run.
            ran.is_ok_and(|ran| ran.plan.operations.is_empty() && ran.exit == ExitCode::Done)
        });
        assert!(quiet, "not quiet: {}", cell());
        self.world.lock().unwrap().advance(Duration::from_hours(1));
        assert_eq!(self.bought(), 1, "{}", cell());
        let state = |record: &simfleet::exec::journal::OperationRecord| record.state;
        let states: Vec<_> = self.store.lock().unwrap().records().iter().map(state).collect();
        assert!(states.iter().all(|state| !state.is_in_doubt()), "{states:?}: {}", cell());
    }
}

/// Crashes at a wait, and lets others go on. At which points of the journal; `None` where it had finished.
fn crash(kind: Kind, fault: Fault, orphan: Orphan, wait: u32) -> Option<BTreeSet<Point>> {
    let cell = || format!("{kind:?}, {fault:?}, crash at wait {wait}, {orphan:?}");
    let scene = Scene::new(kind, fault, orphan);
    let mut journal = restored(&scene.store, &scene.world, 1);
    if drive(Some(wait), run(&scene.world, kind, &mut journal, true)).is_some() {
        return None;
    }
    let met = points(&journal, &scene.world.lock().unwrap()).into_iter().map(|(_, point)| point).collect();
    drop(journal);
    scene.come_to_rest(&cell);
    Some(met)
}

#[test]
fn a_process_that_dies_anywhere_has_bought_once() {
    let faults = [
        Fault::None,
        Fault::TimedOut,
        Fault::TimedOutAfterwards,
        Fault::Late(300),
        Fault::LostAfterwards(500),
        Fault::Refused(429),
        Fault::Refused(400),
    ];
    for kind in BOUGHT {
        let mut met = BTreeSet::new();
        for fault in faults {
            for orphan in [Orphan::Lost, Orphan::Arrives(200)] {
                met.extend((0..10_000).map_while(|wait| crash(kind, fault, orphan, wait)).flatten());
            }
        }
        for point in Point::OPEN.into_iter().filter(|point| *point != Point::BeforeConfirm) {
            assert!(met.contains(&point), "{kind:?} never died at {point:?}, but at {met:?}");
        }
    }
}

#[test]
fn whichever_write_fails_it_is_bought_once() {
    for kind in BOUGHT {
        for fault in [WriteFault::Away, WriteFault::Lost, WriteFault::Slow(30), WriteFault::Slow(400)] {
            for answer in [Fault::None, Fault::Refused(429), Fault::TimedOutAfterwards] {
                for failing in 0..6 {
                    let cell = || format!("{kind:?}, {fault:?} at write {failing}, {answer:?}");
                    let scene = Scene::new(kind, answer, Orphan::Lost);
                    scene.store.lock().unwrap().script = (0..=failing).map(|at| (at == failing).then_some(fault)).collect();
                    scene.come_to_rest(&cell);
                }
            }
        }
    }
}

#[test]
fn nothing_is_sent_that_cannot_be_recorded() {
    for fault in [WriteFault::Away, WriteFault::Lost] {
        let scene = Scene::new(Kind::Grant, Fault::None, Orphan::Lost);
        scene.store.lock().unwrap().script = vec![Some(fault)];
        let mut journal = restored(&scene.store, &scene.world, 1);
        let error = drive(None, run(&scene.world, Kind::Grant, &mut journal, true)).unwrap().err().unwrap();
        assert!(error.starts_with("what costs money cannot be recorded: "), "{error}");
        assert!(scene.world.lock().unwrap().decided.is_empty(), "it was sent");
    }
}

#[test]
fn an_outcome_that_cannot_be_recorded_at_once_is_recorded_later() {
    let scene = Scene::new(Kind::Grant, Fault::None, Orphan::Lost);
    scene.store.lock().unwrap().script = vec![None, Some(WriteFault::Away), Some(WriteFault::Away)];
    let mut journal = restored(&scene.store, &scene.world, 1);
    let ran = drive(None, run(&scene.world, Kind::Grant, &mut journal, true)).unwrap().unwrap();
    assert_eq!(ran.exit, ExitCode::Done);
    let states: Vec<_> = scene.store.lock().unwrap().records().into_iter().map(|record| record.state).collect();
    assert_eq!(states, [RecordState::Confirmed]);
}

#[test]
fn an_outcome_that_cannot_be_recorded_at_all_is_found_out_by_the_next_process() {
    let scene = Scene::new(Kind::Grant, Fault::None, Orphan::Lost);
    scene.store.lock().unwrap().script = std::iter::once(None).chain(vec![Some(WriteFault::Away); 12]).collect();
    let mut journal = restored(&scene.store, &scene.world, 1);
    drive(None, run(&scene.world, Kind::Grant, &mut journal, true)).unwrap().unwrap();
    let states: Vec<_> = scene.store.lock().unwrap().records().into_iter().map(|record| record.state).collect();
    assert_eq!(states, [RecordState::Sent], "the store was away, and says what is safe");
    scene.store.lock().unwrap().script.clear();
    scene.come_to_rest(&|| "an outcome that was lost".to_owned());
}

#[test]
fn what_took_long_to_record_is_recorded_anew_before_it_is_sent() {
    let scene = Scene::new(Kind::Grant, Fault::None, Orphan::Lost);
    scene.store.lock().unwrap().script = vec![Some(WriteFault::Slow(400))];
    let mut journal = restored(&scene.store, &scene.world, 1);
    drive(None, run(&scene.world, Kind::Grant, &mut journal, true)).unwrap().unwrap();
    let sent_at = scene.store.lock().unwrap().records()[0].sent_at.unwrap();
    let asked = scene.world.lock().unwrap().ledger[0].asked;
    assert!(asked.as_second() - sent_at.as_second() <= 60, "sent at {asked}, and the record says {sent_at}");
}

#[test]
fn a_store_that_takes_minutes_every_time_is_as_good_as_away() {
    let scene = Scene::new(Kind::Grant, Fault::None, Orphan::Lost);
    scene.store.lock().unwrap().script = vec![Some(WriteFault::Slow(400)); 10];
    let mut journal = restored(&scene.store, &scene.world, 1);
    let error = drive(None, run(&scene.world, Kind::Grant, &mut journal, true)).unwrap().err().unwrap();
    assert!(error.contains("takes minutes"), "{error}");
    assert_eq!(scene.bought(), 0);
}

/// The first process sleeps after so many waits; the second one believes that it leads. Whether the first one's request
/// had left by then; `None` where it had finished.
fn two(kind: Kind, wait: u32, patient: bool) -> Option<bool> {
    let cell = || format!("{kind:?}, asleep at wait {wait}, the other patient: {patient}");
    let scene = Scene::new(kind, Fault::None, Orphan::Lost);
    let mut first = restored(&scene.store, &scene.world, 1);
    let mut sleeper = pin!(run(&scene.world, kind, &mut first, false));
    if drive::run(&mut sleeper, Some(wait)).is_some() {
        return None;
    }
    let mut second = restored(&scene.store, &scene.world, 2);
    let slept_at = scene.world.lock().unwrap().now;
    scene.world.lock().unwrap().advance(Duration::from_mins(4));
    // It may be refused: then it knows that somebody else is at work.
    let _refused = drive(None, run(&scene.world, kind, &mut second, patient)).unwrap();
    assert!(scene.bought() <= 1, "{}", cell());
    let _refused = drive::run(&mut sleeper, None).unwrap();
    // A request that had left before its sender slept, and arrives after the settle window: the page on guarantees says
    // so. Nothing else may be bought beside it, least of all by the sleeper.
    let had_left = scene.world.lock().unwrap().ledger.iter().any(|paid| paid.asked <= slept_at);
    if patient && had_left {
        let left_later = scene.world.lock().unwrap().ledger.iter().filter(|paid| paid.asked > slept_at).count();
        assert!(left_later <= 1, "{}", cell());
        return Some(had_left);
    }
    assert!(scene.bought() <= 1, "{}", cell());
    scene.come_to_rest(&cell);
    Some(had_left)
}

#[test]
fn of_two_that_believe_they_lead_one_buys() {
    for kind in BOUGHT {
        for patient in [false, true] {
            let slept: Vec<bool> = (0..10_000).map_while(|wait| two(kind, wait, patient)).collect();
            let before = slept.iter().filter(|had_left| !**had_left).count();
            assert!(before > 8 && before < slept.len(), "{kind:?} slept {slept:?}");
        }
    }
}

#[test]
fn whoever_knows_less_is_told_that_somebody_else_is_at_work() {
    let scene = Scene::new(Kind::Grant, Fault::None, Orphan::Lost);
    let mut late = restored(&scene.store, &scene.world, 1);
    let mut first = restored(&scene.store, &scene.world, 2);
    // The carrier's lists do not show it: only the record tells the one that comes late.
    scene.world.lock().unwrap().script = [Fault::Late(600)].into();
    drive(None, run(&scene.world, Kind::Grant, &mut first, false)).unwrap().unwrap();
    let error = drive(None, run(&scene.world, Kind::Grant, &mut late, false)).unwrap().err().unwrap();
    assert!(error.starts_with("somebody else is at work on this account: "), "{error}");
    assert_eq!(scene.world.lock().unwrap().decided.len(), 0, "one request is on its way");
    scene.come_to_rest(&|| "a late one".to_owned());
}
