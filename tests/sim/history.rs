//! One seed: a world, files, a few runs that crash while people edit the files, and then quiet.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use simfleet::domain::calendar::YearMonth;
use simfleet::domain::{ApplicationNumber, ApplicationType, Msisdn};
use simfleet::exec::journal::{OperationFilter, Resolution};
use simfleet::exec::{ExitCode, Journal};
use simfleet::plan::{BlockedCode, Plan};
use tempfile::TempDir;

use crate::sim::drive::{self, Rng, drive};
use crate::sim::point::{Point, points};
use crate::sim::program::{Manner, Ran, run, run_stored};
use crate::sim::reached::{Mark, Reached};
use crate::sim::store::{Store, restored};
use crate::sim::takeover::{as_on_another_machine, open};
use crate::sim::wishes::{ENOUGH, LITTLE, Wishes};
use crate::sim::world::{Chaos, Paid, World};
use crate::sim::{fleet, journal, laws, wishes};

/// Where the journal is: of most seeds in memory, of some in a folder that two machines share.
enum Place {
    Memory,
    Shared(TempDir),
    /// In memory, gone with the process; what costs money is kept elsewhere.
    Kept(Arc<Mutex<Store>>),
}

/// A history in the making.
pub(crate) struct History<'r> {
    rng: Rng,
    world: Arc<Mutex<World>>,
    wishes: Wishes,
    journal: Option<Journal>,
    place: Place,
    machines: u32,
    /// How often each line has run out of traffic.
    lows: BTreeMap<Msisdn, usize>,
    /// Whether a journal was lost.
    lost: bool,
    /// A plan that somebody has stored, and may apply later.
    stored: Option<Plan>,
    reached: &'r mut Reached,
}

/// Plays one seed. What breaks a law panics.
pub(crate) fn play(seed: u64, reached: &mut Reached) {
    let mut history = History::begin(seed, reached);
    let loses_journals = !history.wishes.changes;
    for _ in 0..3 {
        history.faulty_run(loses_journals);
        history.check();
        history.pass_time();
        let edits = history.wishes.edit(&mut history.rng);
        for edit in edits {
            history.reached.hit(Mark::Edited(edit));
        }
    }
    history.calm_down();
    history.come_to_rest();
    if history.rng.chance(30) {
        history.next_month();
        history.come_to_rest();
    }
    history.end();
}

impl<'r> History<'r> {
    fn begin(seed: u64, reached: &'r mut Reached) -> Self {
        let mut rng = Rng::new(seed);
        let start = if rng.chance(30) {
            format!("2026-11-30T23:{}:00+09:00", 30 + rng.below(30))
        } else {
            "2026-11-10T10:00:00+09:00".to_owned()
        };
        let (mut world, desired) = fleet::random(&mut rng, start.parse().unwrap());
        let changes = rng.chance(25);
        let wishes = wishes::random(&mut rng, &mut world, desired, changes);
        let low = |sim: &crate::sim::world::Sim| sim.line.as_ref()?.traffic_remaining_bytes.filter(|left| *left < ENOUGH);
        let lows = world.sims.iter().map(|(msisdn, sim)| (*msisdn, usize::from(low(sim).is_some()))).collect();
        let percent = 10 + u32::try_from(rng.below(40)).unwrap();
        world.chaos = Some(Chaos { rng: Rng::new(seed ^ 0xDEAD), percent, latest: 500 });
        world.protects = rng.chance(50);
        world.tells = rng.chance(70);
        world.slow = rng.chance(30);
        world.figures_lag = *rng.pick(&[0, 60, 600]);
        if !world.tells {
            reached.hit(Mark::Untold);
        }
        let place = if rng.chance(8) {
            Place::Shared(tempfile::tempdir().unwrap())
        } else if rng.chance(25) {
            // What is not bought is protected by the carrier's own states, or by nothing.
            world.protects = true;
            Place::Kept(Arc::new(Mutex::new(Store::chaotic(seed, percent / 4))))
        } else {
            Place::Memory
        };
        let mut history = Self {
            rng,
            world: Arc::new(Mutex::new(world)),
            wishes,
            journal: None,
            place,
            machines: 0,
            lows,
            lost: false,
            stored: None,
            reached,
        };
        history.open_journal();
        history
    }

    fn file(&self) -> Option<PathBuf> {
        match &self.place {
            Place::Memory | Place::Kept(_) => None,
            Place::Shared(folder) => Some(folder.path().join("journal.db")),
        }
    }

    fn open_journal(&mut self) {
        self.machines += 1;
        let journal = match (self.file(), &self.place) {
            (None, Place::Kept(store)) => restored(store, &self.world, self.machines),
            (None, _) => journal(),
            (Some(file), _) => open(&file, &format!("machine-{}", self.machines), &self.world).unwrap(),
        };
        self.journal = Some(journal);
    }

    fn manner(&mut self) -> Manner {
        let rng = &mut self.rng;
        let wait = rng.chance(30).then_some(Duration::from_mins(30));
        Manner { patient: rng.chance(50), wait, parallelism: 1 + rng.below(4) }
    }

    /// A run in which anything goes wrong, and what comes after it.
    fn faulty_run(&mut self, loses_journals: bool) {
        let manner = self.manner();
        self.reached.hit(Mark::Run);
        if let Some(stored) = self.stored.take()
            && !matches!(self.place, Place::Kept(_))
            && self.rng.chance(40)
        {
            return self.apply_stored(&stored, manner);
        }
        if matches!(self.place, Place::Shared(_)) && self.rng.chance(70) {
            return self.taken_over();
        }
        let waits = self.rng.chance(85).then(|| 4 + u32::try_from(self.rng.below(120)).unwrap());
        let mut journal = self.journal.take().unwrap();
        let ran = drive(waits, run(&self.world, &self.wishes.desired, &mut journal, manner));
        self.reached.add(Mark::Wait, u64::from(waits.unwrap_or(u32::MAX) - drive::left()));
        match ran {
            None => self.crashed(journal, loses_journals),
            Some(ran) => {
                let failed = ran.is_err();
                self.journal = Some(journal);
                self.ended(ran);
                if failed && matches!(self.place, Place::Kept(_)) {
                    // Such a journal is not used again after an error.
                    self.reached.hit(Mark::Restored);
                    self.open_journal();
                }
            }
        }
    }

    fn ended(&mut self, ran: Result<Ran, String>) {
        match ran {
            Ok(Ran { document, exit, .. }) => {
                if exit == ExitCode::InDoubt {
                    self.reached.hit(Mark::InDoubt);
                }
                self.stored = Some(document);
            }
            Err(_) => self.reached.hit(Mark::Failed),
        }
    }

    /// The next process opens the journal, if it still has it.
    fn crashed(&mut self, mut journal: Journal, loses_journals: bool) {
        {
            let mut world = self.world.lock().unwrap();
            let points = points(&journal, &world);
            if points.is_empty() {
                self.reached.hit(Mark::CrashBeforeIntent);
            }
            for (kind, point) in points.into_iter().filter(|(_, point)| *point != Point::Ended) {
                self.reached.hit(Mark::Crash(kind, point));
            }
            if std::mem::take(&mut world.orphaned) {
                self.reached.hit(Mark::Orphan);
            }
        }
        if loses_journals && matches!(self.place, Place::Memory) && self.rng.chance(15) {
            // Nothing but time tells of a request that is on its way, or of an application that a list does not show
            // yet: the page on guarantees says so.
            self.world.lock().unwrap().advance(Duration::from_mins(20));
            self.stored = None;
            self.lost = true;
            self.reached.hit(Mark::LostJournal);
            return self.open_journal();
        }
        match self.place {
            Place::Memory => {
                journal.reopen().unwrap();
                self.journal = Some(journal);
            }
            Place::Kept(_) => {
                drop(journal);
                self.reached.hit(Mark::Restored);
                self.open_journal();
            }
            Place::Shared(_) => {
                drop(journal);
                self.world.lock().unwrap().advance(Duration::from_mins(4));
                self.open_journal();
            }
        }
    }

    fn apply_stored(&mut self, stored: &Plan, manner: Manner) {
        let mut journal = self.journal.take().unwrap();
        match drive(None, run_stored(&self.world, stored, &mut journal, manner)).unwrap() {
            Ok(_) => self.reached.hit(Mark::Stored),
            Err(_) => self.reached.hit(Mark::StoredRefused),
        }
        self.journal = Some(journal);
    }

    /// The process falls asleep somewhere, another machine takes the journal over, and the sleeper wakes up.
    fn taken_over(&mut self) {
        let manner = Manner { patient: false, ..self.manner() };
        let waits = 4 + u32::try_from(self.rng.below(120)).unwrap();
        let mut first = self.journal.take().unwrap();
        let (world, desired) = (Arc::clone(&self.world), self.wishes.desired.clone());
        {
            let mut sleeper = pin!(run(&world, &desired, &mut first, manner));
            match drive::run(&mut sleeper, Some(waits)) {
                Some(ran) => self.ended(ran),
                None => return self.wake(&mut sleeper, manner),
            }
        }
        self.journal = Some(first);
    }

    fn wake(&mut self, sleeper: &mut Pin<&mut impl Future<Output = Result<Ran, String>>>, manner: Manner) {
        as_on_another_machine(&self.file().unwrap());
        self.world.lock().unwrap().advance(Duration::from_mins(4));
        self.open_journal();
        self.reached.hit(Mark::Takeover);
        let mut second = self.journal.take().unwrap();
        let ran = drive(None, run(&self.world, &self.wishes.desired, &mut second, manner)).unwrap();
        self.journal = Some(second);
        self.ended(ran);
        self.check();
        // What was on its way has been so for a while.
        let latest = self.latest(60);
        let woken = drive::run(sleeper, None).unwrap();
        self.latest(latest);
        if woken.err().is_some_and(|error| error.contains("was taken over by")) {
            self.reached.hit(Mark::Awoken);
        }
    }

    /// How late a request may arrive from now on; gives how late it might.
    fn latest(&self, seconds: usize) -> usize {
        let mut world = self.world.lock().unwrap();
        world.chaos.as_mut().map_or(0, |chaos| std::mem::replace(&mut chaos.latest, seconds))
    }

    /// Time passes, and devices use what was bought.
    fn pass_time(&mut self) {
        let mut world = self.world.lock().unwrap();
        let month = YearMonth::of(world.now);
        world.advance(Duration::from_secs(u64::try_from(self.rng.below(1_200)).unwrap()));
        if YearMonth::of(world.now) != month {
            self.reached.hit(Mark::MonthEnd);
        }
        for (msisdn, sim) in &mut world.sims {
            let Some(line) = &mut sim.line else { continue };
            if line.traffic_remaining_bytes.is_some_and(|left| left >= ENOUGH) && self.rng.chance(20) {
                line.traffic_remaining_bytes = Some(LITTLE);
                *self.lows.entry(*msisdn).or_default() += 1;
            }
        }
    }

    fn check(&self) {
        laws::at_most_once(&self.world.lock().unwrap(), &self.wishes, &self.lows);
    }

    /// Nothing goes wrong any more.
    fn calm_down(&mut self) {
        if let Place::Kept(store) = &self.place {
            store.lock().unwrap().calm_down();
        }
        let mut world = self.world.lock().unwrap();
        world.chaos = None;
        world.short_until = Timestamp::MIN;
        let faults = std::mem::take(&mut world.list_faults);
        for (fault, times) in faults {
            self.reached.add(Mark::List(fault), times.into());
        }
    }

    /// Runs until two plans, one after the other, want nothing.
    fn come_to_rest(&mut self) {
        let mut empty = 0;
        let mut last = None;
        for _ in 0..16 {
            self.world.lock().unwrap().advance(Duration::from_mins(20));
            let mut journal = self.journal.take().unwrap();
            let paid = self.world.lock().unwrap().ledger.len();
            let ran = drive(None, run(&self.world, &self.wishes.desired, &mut journal, Manner::QUIET)).unwrap();
            let ran = ran.unwrap_or_else(|error| panic!("a quiet run failed: {error}"));
            self.journal = Some(journal);
            self.check();
            empty = if ran.plan.operations.is_empty() { empty + 1 } else { 0 };
            if empty > 0 {
                assert_eq!(self.world.lock().unwrap().ledger.len(), paid, "an empty plan buys nothing");
            }
            last = Some(ran);
            if empty >= 2 && !self.asks_a_person() {
                break;
            }
        }
        let Ran { plan, exit, .. } = last.unwrap();
        assert_eq!(plan.operations, vec![], "not converged");
        assert_eq!(exit, ExitCode::Done);
        assert_eq!(plan.in_doubt, vec![], "in doubt at rest");
        let world = self.world.lock().unwrap();
        laws::exactly_once(&world, &self.wishes, &plan);
        let caps = [BlockedCode::TopUpCapReached, BlockedCode::SpendCapReached];
        let capped = plan.blocked.iter().filter(|item| caps.contains(&item.code)).count();
        self.reached.add(Mark::Capped, u64::try_from(capped).unwrap());
    }

    /// An application from the time of a journal that was lost may look like an operation of unknown outcome: then
    /// there are two that could be it, and a person says which (`simfleet ops resolve`). Nothing else needs one.
    fn asks_a_person(&mut self) -> bool {
        let journal = self.journal.as_ref().unwrap();
        let in_doubt: Vec<_> =
            journal.open_operations().unwrap().into_iter().filter(|record| record.state.is_in_doubt()).collect();
        if in_doubt.is_empty() || !self.lost {
            return false;
        }
        let world = self.world.lock().unwrap();
        for record in in_doubt {
            let sent = record.sent_at.unwrap();
            let ours = |paid: &&Paid| paid.msisdn == record.subject.msisdn() && paid.asked >= sent;
            let application = world.ledger.iter().find(ours).map(|paid| ApplicationNumber::new(paid.number.as_str()));
            journal
                .together(|entry| match &application {
                    Some(application) => entry.resolved_as(&record, application, "by hand"),
                    None => entry.resolved(&record, Resolution::NotDone, "by hand"),
                })
                .unwrap();
            self.reached.hit(Mark::Person);
        }
        true
    }

    fn next_month(&mut self) {
        let mut world = self.world.lock().unwrap();
        let wait = YearMonth::of(world.now).ends().duration_since(world.now);
        world.advance(Duration::try_from(wait).unwrap() + Duration::from_mins(5));
        self.reached.hit(Mark::MonthEnd);
    }

    fn end(self) {
        let Self { world, journal, reached, .. } = self;
        let world = world.lock().unwrap();
        for paid in &world.ledger {
            reached.hit(Mark::Bought(paid.kind.clone()));
        }
        for (kind, _) in world.accepted.iter().filter(|(kind, _)| *kind != ApplicationType::Coupon) {
            reached.hit(Mark::Bought(kind.clone()));
        }
        let records = journal.unwrap().operations(&OperationFilter::default()).unwrap();
        let again = records.iter().filter(|record| record.attempt > 1).count();
        reached.add(Mark::NextAttempt, u64::try_from(again).unwrap());
    }
}
