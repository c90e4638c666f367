//! The crash matrix: every kind that costs money or cannot be undone × every fault × a crash at every point at
//! which the program waits for anything, with the request that was on its way lost or arriving late, and with
//! the journal kept or lost.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use simfleet::domain::OperationKind;
use simfleet::exec::{ExitCode, Journal};

use crate::sim::carrier::Fault;
use crate::sim::drive::{drive, left};
use crate::sim::journal;
use crate::sim::point::{Point, points};
use crate::sim::scene::{Kind, run, world};
use crate::sim::world::{Orphan, World};

/// What is promised of, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    Lost,
    Late,
    Doubled,
    ErrorAfterCommit,
    ErrorBeforeCommit,
    RateLimited,
    /// Everything else.
    Other,
}

impl Answer {
    const PROMISED: [Self; 6] =
        [Self::Lost, Self::Late, Self::Doubled, Self::ErrorAfterCommit, Self::ErrorBeforeCommit, Self::RateLimited];
}

/// The faults, and whether application rows come twice meanwhile.
const FAULTS: [(Answer, Fault, bool); 14] = [
    (Answer::Other, Fault::None, false),
    (Answer::Doubled, Fault::None, true),
    (Answer::Other, Fault::TimedOut, false),
    (Answer::Lost, Fault::TimedOutAfterwards, false),
    (Answer::Doubled, Fault::TimedOutAfterwards, true),
    (Answer::Late, Fault::Late(300), false),
    (Answer::ErrorBeforeCommit, Fault::Lost(500), false),
    (Answer::ErrorAfterCommit, Fault::LostAfterwards(500), false),
    (Answer::ErrorAfterCommit, Fault::LostAfterwards(502), false),
    (Answer::ErrorAfterCommit, Fault::Hidden(500), false),
    (Answer::RateLimited, Fault::Refused(429), false),
    (Answer::Other, Fault::Refused(503), false),
    (Answer::Other, Fault::Refused(400), false),
    (Answer::Other, Fault::Unreachable, false),
];

/// The points at which a crash is promised to be harmless.
const PROMISED: [Point; 5] =
    [Point::BeforeIntent, Point::AfterIntent, Point::AfterSend, Point::AfterAnswer, Point::BeforeConfirm];

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

    /// Whether lists of applications are short for a while.
    fn hides(self) -> bool {
        matches!(self.fault, Fault::Hidden(_))
    }

    /// How often the program waits, if it does not crash.
    fn waits(self) -> u32 {
        let (world, mut journal) = (self.world(Orphan::Lost), journal());
        drive(Some(u32::MAX), run(&world, self.kind, &mut journal, true)).unwrap().unwrap();
        u32::MAX - left()
    }

    /// Crashes at a wait, and runs again until the world is quiet. Gives where it crashed, and whether a request
    /// was on its way.
    fn crash(self, wait: u32, orphan: Orphan, loses_journal: bool) -> (BTreeSet<Point>, bool) {
        let cell = || format!("{self:?}, crash at wait {wait}, {orphan:?}, journal lost: {loses_journal}");
        let (world, mut journal_file) = (self.world(orphan), journal());
        let crashed = drive(Some(wait), run(&world, self.kind, &mut journal_file, true)).is_none();
        assert!(crashed, "{}", cell());
        let (at, orphaned) = {
            let world = world.lock().unwrap();
            (met(&journal_file, &world), world.orphaned)
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
            let ran = drive(None, run(&world, self.kind, &mut journal_file, false)).unwrap();
            // Without complete lists it may refuse to plan.
            assert!(ran.is_ok() || self.hides(), "{:?}: {}", ran.err(), cell());
            assert!(self.kind.count(&world.lock().unwrap()) <= 1, "{}", cell());
        }
        if self.hides() {
            world.lock().unwrap().advance(Duration::from_mins(30));
        }
        let quiet = (0..4).any(|_| {
            let ran = drive(None, run(&world, self.kind, &mut journal_file, true)).unwrap().unwrap();
            assert!(self.kind.count(&world.lock().unwrap()) <= 1, "{}", cell());
            ran.plan.operations.is_empty() && ran.exit == ExitCode::Done
        });
        world.lock().unwrap().advance(Duration::from_hours(1));
        assert!(quiet, "not quiet: {}", cell());
        assert_eq!(self.kind.count(&world.lock().unwrap()), 1, "{}", cell());
        (at, orphaned)
    }
}

fn met(journal: &Journal, world: &World) -> BTreeSet<Point> {
    let open: BTreeSet<Point> = points(journal, world).into_iter().map(|(_, point)| point).collect();
    if open.is_empty() { BTreeSet::from([Point::BeforeIntent]) } else { open }
}

/// All crashes of one kind, and the points that were met.
fn matrix(kind: Kind) {
    let mut crashes = 0;
    let mut met: BTreeSet<(Answer, Point)> = BTreeSet::new();
    for slow in [false, true] {
        for (answer, fault, doubles) in FAULTS {
            let column = Column { kind, fault, doubles, slow };
            for wait in 0..column.waits() {
                let (points, orphaned) = column.crash(wait, Orphan::Lost, false);
                met.extend(points.into_iter().map(|point| (answer, point)));
                crashes += 1;
                if orphaned {
                    column.crash(wait, Orphan::Arrives(200), false);
                    crashes += 1;
                }
                // Evidence is for what is bought; the rest shows in the state of the line.
                if kind.is_bought() {
                    let orphan = if wait.is_multiple_of(2) { Orphan::Lost } else { Orphan::Arrives(200) };
                    column.crash(wait, orphan, true);
                    crashes += 1;
                }
            }
        }
    }
    let promised: Vec<_> =
        Answer::PROMISED.into_iter().flat_map(|answer| PROMISED.into_iter().map(move |point| (answer, point))).collect();
    let missing: Vec<_> = promised.iter().filter(|cell| !met.contains(cell)).collect();
    assert!(missing.is_empty(), "{kind:?} never crashed at {missing:?}");
    eprintln!("{kind:?}: {} cells of {}, {crashes} crashes", promised.len() - missing.len(), promised.len());
    assert_eq!(promised.len(), 30);
    assert!(crashes > 500, "{crashes} crashes");
}

/// A test for each wish, and a list of them all.
macro_rules! matrix {
    ($($test:ident: $kind:expr;)*) => {
        $(#[test]
        fn $test() {
            matrix($kind);
        })*

        const TESTED: &[Kind] = &[$($kind),*];
    };
}

matrix! {
    a_grant_is_bought_once_wherever_it_crashes: Kind::Grant;
    a_top_up_is_bought_once_wherever_it_crashes: Kind::TopUp;
    an_order_is_placed_once_wherever_it_crashes: Kind::Order;
    a_line_is_terminated_once_wherever_it_crashes: Kind::Terminate;
    an_imei_is_bound_once_wherever_it_crashes: Kind::BindImei;
    use_is_started_once_wherever_it_crashes: Kind::StartUse;
}

/// The table of risks says which kinds there are: 5 kinds × 5 points × 6 answers, and top-ups apart from grants.
#[test]
fn every_kind_that_needs_approval_has_its_matrix() {
    for kind in OperationKind::ALL {
        let wishes = Kind::of(kind);
        assert_eq!(!wishes.is_empty(), kind.risk().needs_approval(), "{kind} is {}", kind.risk());
        assert!(wishes.iter().all(|wish| TESTED.contains(wish)), "{kind} has no matrix");
    }
    let kinds = OperationKind::ALL.into_iter().filter(|kind| kind.risk().needs_approval()).count();
    assert_eq!(kinds * PROMISED.len() * Answer::PROMISED.len(), 150);
    assert_eq!(TESTED.len() * PROMISED.len() * Answer::PROMISED.len(), 180);
}
