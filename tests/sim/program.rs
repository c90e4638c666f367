//! The program as it runs: settle, observe, plan, apply; or settle, observe, judge a stored plan, apply it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use simfleet::carrier::{Carrier, ObserveOptions, observe, observe_purchases};
use simfleet::domain::Desired;
use simfleet::exec::journal::PlanKey;
use simfleet::exec::{ApplyOptions, ExitCode, Journal, SettleOptions, Silent, Stop, apply, gate, settle::settle};
use simfleet::plan::{AccountPlan, Plan, assemble, check, plan, wants};

use crate::sim::carrier::{SimCarrier, SimWaiter};
use crate::sim::identity;
use crate::sim::world::World;

/// How often the planner may ask for more to be read.
const ROUNDS: usize = 4;

/// How patiently a run goes about it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// Whether it waits for the settle window.
    pub(crate) patient: bool,
    /// `--wait`.
    pub(crate) wait: Option<Duration>,
    pub(crate) parallelism: usize,
}

impl Manner {
    /// Waits for the end of everything.
    pub(crate) const QUIET: Self = Self { patient: true, wait: Some(Duration::from_mins(30)), parallelism: 2 };
}

/// What one run came to.
pub(crate) struct Ran {
    pub(crate) plan: AccountPlan,
    pub(crate) document: Plan,
    pub(crate) exit: ExitCode,
}

/// One run from the files. The error is what the program would have ended with.
pub(crate) async fn run(
    world: &Arc<Mutex<World>>,
    desired: &Desired,
    journal: &mut Journal,
    manner: Manner,
) -> Result<Ran, String> {
    let (carrier, waiter) = outside(world, manner);
    settle_first(&carrier, journal, &waiter, manner).await?;
    let options = ObserveOptions { page_size: 3, ..ObserveOptions::default() };
    let mut observed = observe(&carrier, &options).await.map_err(text)?;
    let memory = journal.memory().map_err(text)?;
    let now = carrier.now().unwrap_or(observed.at);
    for _ in 0..ROUNDS {
        let wants = wants(desired, &observed, &memory, now);
        if wants.is_empty() {
            break;
        }
        observe_purchases(&carrier, &mut observed, &wants).await.map_err(text)?;
    }
    let account = plan(desired, &observed, &memory, now);
    assert_eq!(check(desired, &observed, &memory, now, &account), vec![], "the judge agrees");
    let document = assemble(vec![account.clone()], now);
    let exit = perform(&document, &carrier, journal, &waiter, manner, false).await?;
    Ok(Ran { plan: account, document, exit })
}

/// One run from a stored plan.
pub(crate) async fn run_stored(
    world: &Arc<Mutex<World>>,
    document: &Plan,
    journal: &mut Journal,
    manner: Manner,
) -> Result<ExitCode, String> {
    let (carrier, waiter) = outside(world, manner);
    settle_first(&carrier, journal, &waiter, manner).await?;
    let mut observed = observe(&carrier, &ObserveOptions::default()).await.map_err(text)?;
    let wants = gate::wants(document, "main", observed.at);
    if !wants.is_empty() {
        observe_purchases(&carrier, &mut observed, &wants).await.map_err(text)?;
    }
    let key = PlanKey::of(document, "main").ok_or("no such account")?;
    let progress = journal.progress(&key).map_err(text)?;
    gate::check(document, "main", &identity(), observed.at, &progress, &observed).map_err(text)?;
    perform(document, &carrier, journal, &waiter, manner, true).await
}

fn outside(world: &Arc<Mutex<World>>, manner: Manner) -> (SimCarrier, SimWaiter) {
    let waiter = SimWaiter { world: Arc::clone(world), patient: manner.patient };
    (SimCarrier::new(Arc::clone(world), identity()), waiter)
}

async fn settle_first(carrier: &SimCarrier, journal: &mut Journal, waiter: &SimWaiter, manner: Manner) -> Result<(), String> {
    let patience = if manner.patient { Duration::from_mins(20) } else { Duration::ZERO };
    let options = SettleOptions { patience, ..SettleOptions::default() };
    settle(carrier, journal, &options, waiter).await.map_err(text)?;
    Ok(())
}

async fn perform(
    document: &Plan,
    carrier: &SimCarrier,
    journal: &mut Journal,
    waiter: &SimWaiter,
    manner: Manner,
    stored: bool,
) -> Result<ExitCode, String> {
    let Manner { patient: _, wait, parallelism } = manner;
    let options = ApplyOptions { stored, wait, parallelism, ..ApplyOptions::default() };
    let report = apply(document, "main", carrier, journal, &options, waiter, &mut Silent, Stop::never()).await.map_err(text)?;
    Ok(report.exit_code())
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
