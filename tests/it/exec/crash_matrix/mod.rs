//! Killed with `kill -9` anywhere, with the request or its answer lost, late, doubled or replaced, and tried
//! again as it was, under other names, edited, from a reviewed plan, without the journal or on another machine: what
//! costs money or cannot be undone happens at most once, and exactly once when the world is quiet.
//!
//! The program is the real one, in a process of its own; the carrier is the emulator, whose ledger and
//! journal are the judge; the network between them is [`super::proxy`]. That a kill hit where it was to hit is
//! proven by the journal that the killed run left, and a cell in which it did not fails.
//!
//! `SIMFLEET_CRASH=long` plays every cell, without it a sample is played. Anything else plays the cells whose
//! names have it as a part: `SIMFLEET_CRASH='buyCoupon AfterSend Late'`. (The seeded simulation in `tests/sim`
//! has far more, with simulated crashes.)

mod cell;
mod kill;
mod takeover;
mod wish;
mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt as _, stream};

use cell::{Cell, Fault, Kill, Retry, cells, sample};
use world::World;

/// Rounds of "time goes by, apply again" until the world must be quiet.
const ROUNDS: usize = 6;

/// Cells at the same time: each is a process that mostly waits.
const PARALLEL: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn killed_anywhere_it_pays_once() {
    let cells = chosen();
    assert!(!cells.is_empty(), "no cell is called so");
    let (count, tally) = (cells.len(), Arc::new(Tally::default()));
    let played: Vec<Result<(), String>> =
        stream::iter(cells).map(|cell| play(cell, Arc::clone(&tally))).buffer_unordered(PARALLEL).collect().await;
    let mut failures: Vec<String> = played.into_iter().filter_map(Result::err).collect();
    failures.sort();
    let (hits, runs) = (tally.hits.load(Ordering::Relaxed), tally.runs.load(Ordering::Relaxed));
    println!("{count} cells, {hits} kills that hit, {runs} runs after them");
    assert!(failures.is_empty(), "{} of {count} cells:\n{}", failures.len(), failures.join("\n"));
    assert_eq!(hits, count, "every kill has hit");
}

#[derive(Debug, Default)]
struct Tally {
    /// Kills that were proven to have hit where they were to hit.
    hits: AtomicUsize,
    /// Runs after the killed ones.
    runs: AtomicUsize,
}

async fn play(cell: Cell, tally: Arc<Tally>) -> Result<(), String> {
    let played = tokio::spawn(async move {
        let world = World::new(cell).await;
        if cell.retry == Retry::StoredPlan {
            world.plan().await;
        }
        kill::kill(&world).await?;
        tally.hits.fetch_add(1, Ordering::Relaxed);
        recover(&world, &tally).await
    });
    let played = played.await.unwrap_or_else(|panic| Err(panic.to_string()));
    played.map_err(|error| format!("{cell}: {error}"))
}

#[expect(clippy::disallowed_methods, reason = "a test is told from outside how much of it is to run")]
fn chosen() -> Vec<Cell> {
    let Some(wanted) = std::env::var_os("SIMFLEET_CRASH") else { return sample() };
    let wanted = wanted.to_str().unwrap();
    let mut cells = cells();
    cells.retain(|cell| wanted == "long" || cell.to_string().contains(wanted));
    cells
}

/// After the kill: tried again, killed again while it finds out what became of the first, and tried again until nothing moves any more. The error is what it did that it must not do.
async fn recover(world: &World, tally: &Tally) -> Result<(), String> {
    let Cell { kind: _, kill, fault, retry } = world.cell;
    world.at_most_once().await?;
    let is_under_way = fault == Fault::Late && kill >= Kill::AfterSend && !world.late.is_open();
    if is_under_way && matches!(retry, Retry::Forgotten | Retry::SecondMachine) {
        // Of what is still under way when the only memory of it is lost nobody can tell (the page on
        // guarantees says so).
        world.arrive().await;
    }
    match retry {
        Retry::Same | Retry::StoredPlan => {}
        Retry::Renamed => world.rename(),
        Retry::Edited => world.edit(),
        Retry::Forgotten => world.forget(),
        Retry::SecondMachine => {
            world.switch(1);
            kill::kill_again(world).await?;
            until_quiet(world, tally).await?;
            world.switch(0);
        }
    }
    if retry != Retry::SecondMachine {
        kill::kill_again(world).await?;
    }
    world.at_most_once().await?;
    if is_under_way && !world.late.is_open() {
        // Between the crash and its arrival somebody tries again.
        let run = world.apply(world.what()).await;
        tally.runs.fetch_add(1, Ordering::Relaxed);
        if run.code != Some(5) {
            return Err(format!("what is under way is in doubt\n{}", run.told()));
        }
        world.is_honest(world.what(), &run).map_err(|error| format!("{error}\n{}", run.told()))?;
        world.at_most_once().await?;
        world.arrive().await;
        world.at_most_once().await?;
    }
    if retry == Retry::StoredPlan {
        let run = world.apply(world.what()).await;
        tally.runs.fetch_add(1, Ordering::Relaxed);
        let sound = world.at_most_once().await.and_then(|()| world.is_honest(world.what(), &run));
        sound.map_err(|error| format!("{error}\n{}", run.told()))?;
    }
    until_quiet(world, tally).await?;
    if kill == Kill::BeforeConfirm {
        // Without its journal it may have found nothing to wait for: what the carrier let lie is done now.
        world.release().await;
        world.time_goes_by().await;
        until_quiet(world, tally).await?;
    }
    world.exactly_once().await
}

async fn until_quiet(world: &World, tally: &Tally) -> Result<(), String> {
    let mut said = Vec::new();
    for _ in 0..ROUNDS {
        let before = world.mutations();
        let run = world.apply("fleet").await;
        tally.runs.fetch_add(1, Ordering::Relaxed);
        let quiet = run.code == Some(0) && world.mutations() == before;
        said.push(run.told());
        let sound = world.at_most_once().await.and_then(|()| world.is_honest("fleet", &run));
        sound.map_err(|error| format!("{error}\n{}", said.join("\n")))?;
        if quiet && world.is_at_rest().is_ok() {
            if world.proxy.unmet() > 0 {
                return Err(format!("nobody met what was prepared\n{}", said.join("\n")));
            }
            return Ok(());
        }
        world.release().await;
        world.time_goes_by().await;
    }
    let open = world.is_at_rest().err().unwrap_or_default();
    Err(format!("it does not come to rest: {open}\n{}", said.join("\n")))
}
