//! Worlds of any size, made up: 80 % cards and 20 % chips over all statuses and ten plans.
//!
//! The same seed makes the same lines. Only what must lie ahead of (or just behind) the virtual time,
//! the dates of terminations, goes by the clock.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::domain::calendar::{jst_date, jst_midnight};
use crate::domain::{ApplicationStatus, ApplicationType, ChipStatus, LineStatus, Msisdn, RequestedVia};
use crate::emulator::catalogue;
use crate::emulator::error::{Error, Outcome};
use crate::emulator::model::{ApplicationRecord, Argument, ChipRecord, ItemRecord, LineRecord, Month, chip_status};
use crate::emulator::model::{end_of, filler, later, leaves_lists, schedule};
use crate::emulator::seed::SeedReport;
use crate::emulator::store::generation::{self, List};
use crate::emulator::store::services::{DEFAULT_SERVICE, DEFAULT_SYSTEM, ensure};
use crate::emulator::store::{applications, chips, lines};
use crate::emulator::world::{World, number};

/// The most lines in one go.
pub(crate) const LIMIT: u64 = 10_000_000;

/// The plans in use.
const PLANS: [&str; 10] = [
    "fixed-3mb",
    "fixed-100mb",
    "fixed-500mb",
    "fixed-1gb",
    "fixed-5gb",
    "fixed-50gb",
    "payg-0",
    "payg-10gb",
    "uplink-10gb",
    "uplink-100gb",
];

/// Statuses of twenty cards.
const CARD_STATUSES: [(LineStatus, usize); 6] = [
    (LineStatus::Active, 13),
    (LineStatus::Suspended, 3),
    (LineStatus::TerminationAccepted, 1),
    (LineStatus::Terminated, 1),
    (LineStatus::CarrierSuspended, 1),
    (LineStatus::CarrierTerminated, 1),
];

/// Statuses of sixteen chip SIMs that have not been started (none of them) or have.
const STOCK_STATUSES: [(ChipStatus, usize); 3] =
    [(ChipStatus::Ordered, 3), (ChipStatus::ImeiRegistered, 2), (ChipStatus::Allocated, 3)];
const STARTED_STATUSES: [(LineStatus, usize); 6] = [
    (LineStatus::Active, 3),
    (LineStatus::Suspended, 1),
    (LineStatus::TerminationAccepted, 1),
    (LineStatus::Terminated, 1),
    (LineStatus::CarrierSuspended, 1),
    (LineStatus::CarrierTerminated, 1),
];

/// Prefixes of chip numbers, each with ten million numbers.
const CHIP_PREFIXES: [&str; 8] = ["0201", "0202", "0203", "0205", "0206", "0207", "0208", "0209"];

/// A reproducible stream of numbers (`SplitMix64`, Steele, Lea and Flood 2014).
struct Stream(u64);

impl Stream {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = usize::try_from(self.below(last as u64 + 1)).unwrap_or(0);
            items.swap(last, other);
        }
    }
}

/// Deals out statuses in blocks, so that even a small world has all of them.
struct Deck<T> {
    whole: Vec<T>,
    left: Vec<T>,
}

impl<T: Clone> Deck<T> {
    fn new(shares: impl IntoIterator<Item = (T, usize)>) -> Self {
        let whole = shares.into_iter().flat_map(|(item, count)| std::iter::repeat_n(item, count)).collect();
        Self { whole, left: Vec::new() }
    }

    fn deal(&mut self, stream: &mut Stream) -> Option<T> {
        if self.left.is_empty() {
            self.left.clone_from(&self.whole);
            stream.shuffle(&mut self.left);
        }
        self.left.pop()
    }
}

/// Numbers in ascending order with gaps, `count` of them out of `size`.
struct Numbers {
    next: u64,
    gap: u64,
}

impl Numbers {
    fn new(count: u64, size: u64) -> Self {
        Self { next: 0, gap: (size / count.max(1)).clamp(1, 97) }
    }

    fn draw(&mut self, stream: &mut Stream) -> u64 {
        let number = self.next + stream.below(self.gap);
        self.next += self.gap;
        number
    }
}

/// Makes up `count` lines and chip SIMs. Numbers that are taken are left alone.
pub(crate) fn generate(world: &World<'_>, count: u64, seed: u64) -> Outcome<SeedReport> {
    let mut stream = Stream(seed);
    let mut report = SeedReport::default();
    ensure(world.db, DEFAULT_SYSTEM, DEFAULT_SERVICE)?;
    let chip_count = count / 5;
    let card_count = count - chip_count;
    let mut chip_deck = Deck::new(
        STOCK_STATUSES
            .into_iter()
            .map(|(status, share)| (Err(status), share))
            .chain(STARTED_STATUSES.into_iter().map(|(status, share)| (Ok(status), share))),
    );
    // In ascending order of numbers: every insertion goes to the end of the table.
    let mut numbers = Numbers::new(chip_count, 80_000_000);
    for _ in 0..chip_count {
        let drawn = numbers.draw(&mut stream);
        let prefix = usize::try_from(drawn / 10_000_000).ok().and_then(|index| CHIP_PREFIXES.get(index)).unwrap_or(&"0209");
        let msisdn = parse(&format!("{prefix}{:07}", drawn % 10_000_000))?;
        match chip_deck.deal(&mut stream) {
            Some(Ok(status)) => {
                let line = make_line(world, &mut stream, msisdn, status, true);
                let mut chip = make_chip(&mut stream, msisdn, chip_status(&line.status));
                chip.imei.clone_from(&line.imei);
                chip.activated_at = line.opened_at;
                chip.follow(&line);
                chip.label = None;
                if chips::add(world.db, &chip)? {
                    report.chip_sims += 1;
                    add_line(world, &line, &mut report)?;
                }
            }
            Some(Err(status)) => report.chip_sims += u64::from(chips::add(world.db, &make_chip(&mut stream, msisdn, status))?),
            None => {}
        }
    }
    let mut deck = Deck::new(CARD_STATUSES);
    let mut numbers = Numbers::new(card_count, 200_000_000);
    for _ in 0..card_count {
        let drawn = numbers.draw(&mut stream) + if card_count < 1_000_000 { seed % 1_000_000 } else { 0 };
        let prefix = if drawn < 100_000_000 { "080" } else { "090" };
        let msisdn = parse(&format!("{prefix}{:08}", drawn % 100_000_000))?;
        if let Some(status) = deck.deal(&mut stream) {
            let line = make_line(world, &mut stream, msisdn, status, false);
            add_line(world, &line, &mut report)?;
        }
    }
    generation::bump(world.db, List::Lines, true)?;
    generation::bump(world.db, List::Chips, true)?;
    Ok(report)
}

fn parse(text: &str) -> Outcome<Msisdn> {
    Msisdn::parse(text).map_err(|error| Error::Corrupt(error.to_string()).into())
}

fn add_line(world: &World<'_>, line: &LineRecord, report: &mut SeedReport) -> Outcome<()> {
    if !lines::add(world.db, line)? {
        return Ok(());
    }
    report.sims += 1;
    if line.status == LineStatus::TerminationAccepted {
        let seq = applications::next_seq(world.db)?;
        let plan = schedule(&ApplicationType::Terminate, world.now, line.termination_date);
        let application = ApplicationRecord {
            seq,
            no: number(seq),
            kind: ApplicationType::Terminate,
            status: ApplicationStatus::Scheduled,
            requested_at: world.now,
            via: RequestedVia::Api,
            effective_date: plan.effective_date,
            cancellable_until: plan.cancellable_until,
            target: Some(LineStatus::Terminated.wire().to_owned()),
            argument: Argument::default(),
            due_at: plan.due_at,
            stuck: false,
        };
        applications::put(world.db, &application)?;
        let target = LineStatus::Terminated.wire().to_owned();
        let item = ItemRecord { msisdn: line.msisdn, status: None, error_code: None, target };
        applications::put_item(world.db, seq, 0, &item)?;
        report.applications += 1;
    }
    Ok(())
}

/// A moment in 2024 or 2025.
fn past(stream: &mut Stream) -> Timestamp {
    later(
        jst_midnight(Date::constant(2024, 1, 1)),
        SignedDuration::from_secs(i64::try_from(stream.below(63_000_000)).unwrap_or(0)),
    )
}

fn make_chip(stream: &mut Stream, msisdn: Msisdn, status: ChipStatus) -> ChipRecord {
    ChipRecord {
        msisdn,
        iccid: filler::iccid(msisdn),
        imei: (status != ChipStatus::Ordered).then(|| filler::imei(msisdn)),
        system_no: (status == ChipStatus::Allocated).then(|| DEFAULT_SYSTEM.to_owned()),
        status,
        label: None,
        ordered_at: Some(past(stream)),
        activated_at: None,
        version: 1,
    }
}

fn make_line(world: &World<'_>, stream: &mut Stream, msisdn: Msisdn, status: LineStatus, chip: bool) -> LineRecord {
    let today = jst_date(world.now);
    let plan_code = usize::try_from(stream.below(10)).ok().and_then(|index| PLANS.get(index)).unwrap_or(&"fixed-500mb");
    let quota = catalogue::plan_of(plan_code).map_or(0, |plan| plan.quota);
    let left = quota / 100 * stream.below(101);
    let opened_at = past(stream);
    let updated_at = later(opened_at, SignedDuration::from_secs(i64::try_from(stream.below(10_000_000)).unwrap_or(0)));
    let days_ago = i64::try_from(stream.below(28)).unwrap_or(0) + 1;
    let ended = status.is_terminated();
    let termination_date = if ended {
        today.checked_sub(days_ago.days()).ok()
    } else {
        (status == LineStatus::TerminationAccepted).then(|| today.last_of_month())
    };
    let this_month = Month::of(world.now);
    let reason = ["lost", "paused"].get(usize::from(stream.below(2) == 1)).map(|reason| (*reason).to_owned());
    let with_device = chip || stream.below(2) == 0;
    LineRecord {
        msisdn,
        iccid: filler::iccid(msisdn),
        imsi: filler::imsi(msisdn),
        imei: with_device.then(|| filler::imei(msisdn)),
        chip,
        system_no: DEFAULT_SYSTEM.to_owned(),
        service_code: DEFAULT_SERVICE.to_owned(),
        plan_code: (*plan_code).to_owned(),
        label: None,
        suspend_reason: reason.filter(|_| status == LineStatus::Suspended),
        remaining: Some(left),
        remaining_month: this_month,
        opened_at: Some(opened_at),
        termination_date,
        updated_at,
        version: 1,
        billed_from: this_month,
        billed_until: ended.then(|| this_month.previous()),
        gone_at: termination_date.filter(|_| ended).map(|date| leaves_lists(end_of(date))),
        status,
    }
}
