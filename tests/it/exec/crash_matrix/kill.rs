//! Kills the program at a point, and proves that it was there.

use simfleet::domain::OperationKind;
use simfleet::exec::journal::RecordState;

use super::cell::{Cell, Fault, Kill};
use super::wish::ORDERS;
use super::world::World;
use crate::exec::proxy::{Act, Point};
use serde_json::json;

/// The first run, to its death. The error is a kill that did not hit.
pub(super) async fn kill(world: &World) -> Result<(), String> {
    let Cell { kind: _, kill, fault, retry: _ } = world.cell;
    match kill {
        Kill::BeforeIntent => while_it_reads(world, ("/v1/sims?", 1)).await,
        Kill::AfterIntent => while_it_reads(world, world.scene.fresh_read).await,
        Kill::AfterSend => {
            under_way(world, Point::Seen).await?;
            if fault.arrives() && fault != Fault::Late {
                world.arrive().await;
            }
            Ok(())
        }
        Kill::BeforeAnswer => under_way(world, Point::Forwarded).await,
        Kill::AfterAnswer => before_it_can_write(world).await,
        Kill::BeforeConfirm if world.cell.is_killed_in_a_commit() => in_the_commit(world).await,
        Kill::BeforeConfirm => while_it_follows(world).await,
    }
}

/// The run after it dies, too, before it can send anything: at one of the four reads that every run has.
pub(super) async fn kill_again(world: &World) -> Result<(), String> {
    let Cell { kind, kill, fault, retry } = world.cell;
    let turn = kind as usize + kill as usize + fault as usize + retry as usize;
    let stop = world.proxy.stop("GET", "/v1/", 1 + turn % 4, Act::Pass, Point::Seen);
    world.die(&[], stop.reached()).await?;
    stop.resume();
    Ok(())
}

/// The fault is for the next run, which lives.
async fn while_it_reads(world: &World, (path, nth): (&'static str, usize)) -> Result<(), String> {
    world.proxy.rule("POST", world.scene.route, 1, world.cell.fault.act(&world.late));
    let stop = world.proxy.stop("GET", path, nth, Act::Pass, Point::Seen);
    world.die(&[], stop.reached()).await?;
    prove(world)?;
    stop.resume();
    Ok(())
}

async fn under_way(world: &World, point: Point) -> Result<(), String> {
    let stop = world.proxy.stop("POST", world.scene.route, 1, world.cell.fault.act(&world.late), point);
    world.die(&[], stop.reached()).await?;
    prove(world)?;
    stop.resume();
    Ok(())
}

/// The program has its answer, and the test has the journal.
async fn before_it_can_write(world: &World) -> Result<(), String> {
    let stop = world.proxy.stop("POST", world.scene.route, 1, world.cell.fault.act(&world.late), Point::Seen);
    let mut held = None;
    let heard = async {
        stop.reached().await;
        held = Some(world.hold("BEGIN IMMEDIATE"));
        stop.resume();
        let call = |line: &str| line.contains("call=POST") && line.contains(world.scene.route);
        until(|| world.log().lines().any(|line| call(line) && (line.contains("answered") || line.contains("failed")))).await;
    };
    world.die(&[], heard).await?;
    drop(held);
    prove(world)
}

/// The carrier takes its time with what it has accepted.
async fn while_it_follows(world: &World) -> Result<(), String> {
    match world.cell.kind {
        OperationKind::BuyCoupon | OperationKind::Terminate => {
            let function = world.cell.kind.function().number();
            world.emulated.faults(json!([{"function": function, "kind": "stuckProcessing"}])).await;
        }
        // These take a minute in any case.
        OperationKind::BindImei | OperationKind::StartUse => {}
        OperationKind::PlaceOrder
        | OperationKind::Suspend
        | OperationKind::Resume
        | OperationKind::ChangeRatePlan
        | OperationKind::Allocate
        | OperationKind::Deallocate
        | OperationKind::CancelApplication => unreachable!("it is not followed, or can be undone"),
    }
    world.proxy.rule("POST", world.scene.route, 1, world.cell.fault.act(&world.late));
    let stop = world.proxy.stop("GET", "/v1/applications/", 1, Act::Pass, Point::Seen);
    let followed = async {
        tokio::select! {
            () = stop.reached() => {}
            () = world.let_time_go_by(0) => {}
        }
    };
    world.die(&["--wait", "1h"], followed).await?;
    prove(world)?;
    stop.resume();
    Ok(())
}

/// All that the transaction says is in the audit log, and the journal cannot be written to its end.
async fn in_the_commit(world: &World) -> Result<(), String> {
    let (fault, act) = (world.cell.fault, world.cell.fault.act(&world.late));
    // The request whose answer tells the program that it is done.
    let stop = if fault.is_answered() {
        world.proxy.stop("POST", world.scene.route, 1, act, Point::Seen)
    } else {
        world.proxy.rule("POST", world.scene.route, 1, act);
        if fault.arrives() {
            let (_, fresh_read) = world.scene.fresh_read;
            world.proxy.stop("GET", ORDERS, fresh_read + 1, Act::Pass, Point::Seen)
        } else {
            world.proxy.stop("POST", world.scene.route, 2, Act::Pass, Point::Seen)
        }
    };
    let mut held = None;
    let told = async {
        tokio::select! {
            () = stop.reached() => {}
            () = world.let_time_go_by(0), if fault != Fault::Late => {}
        }
        if fault == Fault::Late {
            world.arrive().await;
        }
        held = Some(world.hold("BEGIN; SELECT count(*) FROM sqlite_schema;"));
        stop.resume();
        until(|| last_outcome(world).as_deref() == Some("confirmed")).await;
    };
    world.die(&["--wait", "1h"], told).await?;
    drop(held);
    prove(world)
}

/// The last that the audit log says of it.
fn last_outcome(world: &World) -> Option<String> {
    let log = world.audit_log();
    // The last line may be half written.
    let records = log.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    let records = records.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let ours = |record: &serde_json::Value| record["event"] == "outcome" && record["kind"] == world.cell.kind.as_str();
    records.filter(ours).last().and_then(|record| record["outcome"].as_str().map(str::to_owned))
}

/// What the killed run left in its journal says where it was.
fn prove(world: &World) -> Result<(), String> {
    let states: Vec<RecordState> = world.records().iter().map(|record| record.state).collect();
    let expected: &[RecordState] = match world.cell.kill {
        Kill::BeforeIntent => &[],
        Kill::AfterIntent => &[RecordState::Intended],
        Kill::AfterSend | Kill::BeforeAnswer | Kill::AfterAnswer => &[RecordState::Sent],
        Kill::BeforeConfirm
            if world.cell.is_killed_in_a_commit() && (world.cell.fault.is_answered() || !world.cell.fault.arrives()) =>
        {
            &[RecordState::Sent]
        }
        Kill::BeforeConfirm if world.cell.is_killed_in_a_commit() => &[RecordState::Unknown],
        Kill::BeforeConfirm => &[RecordState::Acked],
    };
    if states == expected {
        return Ok(());
    }
    Err(format!("the kill did not hit: the journal says {states:?}\n{}\n{}", world.log(), world.passed()))
}

async fn until(such: impl Fn() -> bool) {
    while !such() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}
