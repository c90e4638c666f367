//! Random fleets, faults and crashes, by seed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use simfleet::carrier::{Carrier, ObserveOptions, observe};
use simfleet::domain::{ApplicationType, Desired};
use simfleet::exec::journal::OperationFilter;
use simfleet::exec::{ApplyOptions, ExitCode, Journal, SettleOptions, Silent, Stop, apply, settle::settle};
use simfleet::plan::{AccountPlan, assemble, check, plan};

use crate::sim::carrier::{SimCarrier, SimWaiter};
use crate::sim::drive::{Rng, drive};
use crate::sim::world::{Chaos, World};
use crate::sim::{fleet, identity, journal};

/// One run of the program. `None` where it crashed.
fn run_once(
    world: &Arc<Mutex<World>>,
    desired: &Desired,
    journal: &mut Journal,
    rng: &mut Rng,
    polls: Option<u32>,
    quiet: bool,
) -> Option<Result<(AccountPlan, ExitCode), String>> {
    let carrier = SimCarrier::new(Arc::clone(world), identity());
    let waiter = SimWaiter { world: Arc::clone(world), patient: quiet || rng.chance(50) };
    let wait = (quiet || rng.chance(30)).then_some(std::time::Duration::from_mins(30));
    let options = ApplyOptions { wait, parallelism: 1 + rng.below(4), ..ApplyOptions::default() };
    let patience = if quiet { std::time::Duration::from_mins(20) } else { std::time::Duration::ZERO };
    drive(polls, async {
        let settle_options = SettleOptions { patience, ..SettleOptions::default() };
        settle(&carrier, journal, &settle_options, &waiter).await.map_err(|error| error.to_string())?;
        let observe_options = ObserveOptions { page_size: 3, ..ObserveOptions::default() };
        let observed = observe(&carrier, &observe_options).await.map_err(|error| error.to_string())?;
        let memory = journal.memory().map_err(|error| error.to_string())?;
        let now = carrier.now().unwrap_or(observed.at);
        let account_plan = plan(desired, &observed, &memory, now);
        assert_eq!(check(desired, &observed, &memory, now, &account_plan), vec![], "the judge agrees");
        let document = assemble(vec![account_plan.clone()], now);
        let report = apply(&document, "main", &carrier, journal, &options, &waiter, &mut Silent, Stop::never())
            .await
            .map_err(|error| error.to_string())?;
        Ok((account_plan, report.exit_code()))
    })
}

struct Totals {
    crashes: u32,
    doubts: u32,
    operations: u32,
}

fn simulate(seed: u64, totals: &mut Totals) {
    let mut rng = Rng::new(seed);
    let (world, desired) = fleet::random(&mut rng);
    let world = Arc::new(Mutex::new(world));
    let mut journal = journal();
    world.lock().unwrap().chaos =
        Some(Chaos { rng: Rng::new(seed ^ 0xDEAD), percent: 10 + u32::try_from(rng.below(40)).unwrap() });
    for _ in 0..3 {
        let polls = rng.chance(80).then(|| 12 + u32::try_from(rng.below(90)).unwrap());
        match run_once(&world, &desired, &mut journal, &mut rng, polls, false) {
            None => {
                totals.crashes += 1;
                // What was on its way may still arrive, and the next process opens the journal.
                journal.reopen().unwrap();
            }
            Some(Ok((_, ExitCode::InDoubt))) => totals.doubts += 1,
            Some(Ok(_) | Err(_)) => {}
        }
        let pause = rng.below(1_200);
        world.lock().unwrap().advance(std::time::Duration::from_secs(u64::try_from(pause).unwrap()));
    }
    world.lock().unwrap().chaos = None;
    let mut last = None;
    for _ in 0..8 {
        world.lock().unwrap().advance(std::time::Duration::from_mins(20));
        let outcome = run_once(&world, &desired, &mut journal, &mut rng, None, true).expect("no crash without a limit");
        let (account_plan, exit) = outcome.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        totals.operations += u32::try_from(account_plan.operations.len()).unwrap();
        let done = account_plan.operations.is_empty();
        last = Some((account_plan, exit));
        if done {
            break;
        }
    }
    let (account_plan, exit) = last.expect("at least one quiet run");
    assert_eq!(account_plan.operations, vec![], "seed {seed}: not converged");
    assert_eq!(account_plan.blocked, vec![], "seed {seed}: something is blocked");
    assert_eq!(exit, ExitCode::Done, "seed {seed}");
    at_most_once(seed, &world.lock().unwrap());
    let open: Vec<_> = journal.open_operations().unwrap().into_iter().filter(|record| record.application.is_none()).collect();
    assert_eq!(open, vec![], "seed {seed}: in doubt at the end");
    assert!(journal.operations(&OperationFilter::default()).unwrap().iter().all(|record| record.attempt >= 1));
}

fn at_most_once(seed: u64, world: &World) {
    let mut accepted: BTreeMap<_, u32> = BTreeMap::new();
    for (kind, msisdn) in &world.accepted {
        let irreversible =
            matches!(kind, ApplicationType::Terminate | ApplicationType::ImeiRegistration | ApplicationType::Activation);
        if irreversible {
            *accepted.entry((kind.clone(), *msisdn)).or_default() += 1;
        }
    }
    let twice: Vec<_> = accepted.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "seed {seed}: accepted more than once: {twice:?}");
}

/// Runs the seeds of one quarter; four tests share the machine's cores.
fn quarter(number: u64) {
    let mut totals = Totals { crashes: 0, doubts: 0, operations: 0 };
    #[expect(clippy::disallowed_methods, reason = "this is the one place where a test asks how long it may take")]
    let long = std::env::var("SIMFLEET_SIM").is_ok_and(|value| value == "long");
    let seeds = if long { 3_000 } else { 500 };
    for seed in number * seeds..(number + 1) * seeds {
        simulate(seed, &mut totals);
    }
    // The simulation must not have become harmless.
    assert!(totals.crashes > 100, "{} crashes", totals.crashes);
    assert!(totals.doubts > 20, "{} runs in doubt", totals.doubts);
    assert!(totals.operations > 100, "{} operations in quiet runs", totals.operations);
}

#[test]
fn first_quarter_of_the_seeds() {
    quarter(0);
}

#[test]
fn second_quarter_of_the_seeds() {
    quarter(1);
}

#[test]
fn third_quarter_of_the_seeds() {
    quarter(2);
}

#[test]
fn last_quarter_of_the_seeds() {
    quarter(3);
}
