//! The crash matrix: every kind that costs money or cannot be undone × every fault × a crash at every point at
//! which the program waits for anything, with the request that was on its way lost or arriving late, and with
//! the journal kept or lost.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use simfleet::exec::journal::{OperationFilter, RecordState};
use simfleet::exec::{ExitCode, Journal};

use crate::sim::carrier::Fault;
use crate::sim::drive::{drive, left};
use crate::sim::journal;
use crate::sim::scene::{Kind, run, world};
use crate::sim::world::{Orphan, World};

/// The faults, and whether application rows come twice meanwhile.
const FAULTS: [(Fault, bool); 13] = [
    (Fault::None, false),
    (Fault::None, true),
    (Fault::TimedOut, false),
    (Fault::TimedOutAfterwards, false),
    (Fault::TimedOutAfterwards, true),
    (Fault::Late(300), false),
    (Fault::Lost(500), false),
    (Fault::LostAfterwards(500), false),
    (Fault::LostAfterwards(502), false),
    (Fault::Refused(429), false),
    (Fault::Refused(503), false),
    (Fault::Refused(400), false),
    (Fault::Unreachable, false),
];

/// How far the journal had come at a crash, and the carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Point {
    /// Nothing is written.
    BeforeIntent,
    /// Written as intended, not sent (any more, after an answer that said "not done").
    AfterIntent,
    /// Written as sent; the carrier has not decided.
    AfterSend,
    /// Written as sent; the carrier has decided, and the journal does not know how.
    AfterAnswer,
    /// Written as unknown.
    InDoubt,
    /// Acknowledged, not confirmed.
    BeforeConfirm,
    /// At its end.
    Ended,
}

fn point(journal: &Journal, world: &World) -> Point {
    let records = journal.operations(&OperationFilter { limit: Some(1), ..OperationFilter::default() }).unwrap();
    match records.first().map(|record| record.state) {
        None => Point::BeforeIntent,
        Some(RecordState::Intended) => Point::AfterIntent,
        Some(RecordState::Sent) if world.decided == 0 => Point::AfterSend,
        Some(RecordState::Sent) => Point::AfterAnswer,
        Some(RecordState::Unknown) => Point::InDoubt,
        Some(RecordState::Acked) => Point::BeforeConfirm,
        Some(RecordState::Confirmed | RecordState::Rejected | RecordState::Resolved | RecordState::Discarded) => Point::Ended,
    }
}

/// One column of the matrix: a kind, a fault, and how the carrier goes about it.
#[derive(Debug, Clone, Copy)]
struct Column {
    kind: Kind,
    fault: Fault,
    doubles: bool,
    slow: bool,
}

impl Column {
    fn world(self, orphan: Orphan) -> Arc<Mutex<World>> {
        let world = World { doubles: self.doubles, slow: self.slow, tells: !self.slow, orphan, ..world(self.kind) };
        Arc::new(Mutex::new(World { script: [self.fault].into(), ..world }))
    }

    /// How often the program waits, if it does not crash.
    fn waits(self) -> u32 {
        let (world, mut journal) = (self.world(Orphan::Lost), journal());
        drive(Some(u32::MAX), run(&world, self.kind, &mut journal, true)).unwrap().unwrap();
        u32::MAX - left()
    }

    /// Crashes at a wait, and runs again until the world is quiet. Gives where it crashed, and whether a request
    /// was on its way.
    fn crash(self, wait: u32, orphan: Orphan, loses_journal: bool) -> (Point, bool) {
        let cell = || format!("{self:?}, crash at wait {wait}, {orphan:?}, journal lost: {loses_journal}");
        let (world, mut journal_file) = (self.world(orphan), journal());
        let crashed = drive(Some(wait), run(&world, self.kind, &mut journal_file, true)).is_none();
        assert!(crashed, "{}", cell());
        let (at, orphaned) = {
            let world = world.lock().unwrap();
            (point(&journal_file, &world), world.orphaned)
        };
        if loses_journal {
            // Nothing but time tells of a request that is on its way: the page on guarantees says so.
            world.lock().unwrap().advance(Duration::from_mins(20));
            journal_file = journal();
        } else {
            journal_file.reopen().unwrap();
        }
        // The next run has no time, every other time.
        if wait.is_multiple_of(2) {
            drive(None, run(&world, self.kind, &mut journal_file, false)).unwrap().unwrap();
            assert!(self.kind.count(&world.lock().unwrap()) <= 1, "{}", cell());
        }
        let quiet = (0..4).any(|_| {
            let ran = drive(None, run(&world, self.kind, &mut journal_file, true)).unwrap().unwrap();
            assert!(self.kind.count(&world.lock().unwrap()) <= 1, "{}", cell());
            ran.operations == 0 && ran.exit == ExitCode::Done
        });
        world.lock().unwrap().advance(Duration::from_hours(1));
        assert!(quiet, "not quiet: {}", cell());
        assert_eq!(self.kind.count(&world.lock().unwrap()), 1, "{}", cell());
        (at, orphaned)
    }
}

/// All crashes of one kind, and the points that were met.
fn matrix(kind: Kind) {
    let mut cells = 0;
    // To the executor a top-up is a coupon like any other: one carrier is enough for it.
    let carriers = if kind == Kind::TopUp { vec![true] } else { vec![false, true] };
    for slow in carriers {
        for (fault, doubles) in FAULTS {
            let column = Column { kind, fault, doubles, slow };
            let mut met = BTreeSet::new();
            for wait in 0..column.waits() {
                let (point, orphaned) = column.crash(wait, Orphan::Lost, false);
                met.insert(point);
                cells += 1;
                if orphaned {
                    column.crash(wait, Orphan::Arrives(200), false);
                    cells += 1;
                }
                // Evidence is for what is bought; the rest shows in the state of the line.
                if kind.is_bought() {
                    let orphan = if wait.is_multiple_of(2) { Orphan::Lost } else { Orphan::Arrives(200) };
                    column.crash(wait, orphan, true);
                    cells += 1;
                }
            }
            for point in expected(column) {
                assert!(met.contains(&point), "{column:?} never crashed at {point:?}, but at {met:?}");
            }
        }
    }
    eprintln!("{kind:?}: {cells} cells");
    assert!(cells > 500, "{cells} cells");
}

/// The points that a column has to meet.
fn expected(column: Column) -> Vec<Point> {
    let mut points = vec![Point::BeforeIntent, Point::AfterIntent, Point::AfterSend];
    match column.fault {
        Fault::None => points.push(Point::AfterAnswer),
        Fault::Refused(_) | Fault::Unreachable => {}
        Fault::LostAfterwards(_) | Fault::TimedOutAfterwards => points.extend([Point::AfterAnswer, Point::InDoubt]),
        Fault::Lost(_) | Fault::TimedOut | Fault::Late(_) => points.push(Point::InDoubt),
    }
    // A binding and a start take a while at every carrier.
    let in_two_steps = column.slow || matches!(column.kind, Kind::BindImei | Kind::StartUse);
    if in_two_steps && column.fault != Fault::Refused(400) {
        points.push(Point::BeforeConfirm);
    }
    points
}

#[test]
fn a_grant_is_bought_once_wherever_it_crashes() {
    matrix(Kind::Grant);
}

#[test]
fn a_top_up_is_bought_once_wherever_it_crashes() {
    matrix(Kind::TopUp);
}

#[test]
fn an_order_is_placed_once_wherever_it_crashes() {
    matrix(Kind::Order);
}

#[test]
fn a_line_is_terminated_once_wherever_it_crashes() {
    matrix(Kind::Terminate);
}

#[test]
fn an_imei_is_bound_once_wherever_it_crashes() {
    matrix(Kind::BindImei);
}

#[test]
fn use_is_started_once_wherever_it_crashes() {
    matrix(Kind::StartUse);
}
