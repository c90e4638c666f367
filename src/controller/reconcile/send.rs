//! Sends what may be sent.

use std::pin::pin;

use super::live::Live;
use super::logging::Log;
use super::look::Looked;
use super::tell::{Known, tell};
use super::turn::{End, Pass};
use super::{approval, finalizers, trouble};
use crate::exec::stop::{StopHandle, stop_pair};
use crate::exec::{ApplyOptions, RealWaiter, Stop, apply};

/// Whether something was sent.
pub(super) enum Sending {
    /// It was, as far as the carrier let it.
    Sent,
    /// The approval was another one meanwhile: everything is to be looked at anew.
    Changed,
}

/// Takes the approval, says in the cluster what is about to happen, and sends it.
pub(super) async fn send(pass: &mut Pass<'_>, live: &mut Live, looked: &Looked) -> Result<Sending, End> {
    let Looked { plan, permit, memory, .. } = looked;
    if pass.stop.is_asked() {
        return Err(End::Stopped);
    }
    // An approval holds for its plan as long as the plan is the same, so what it allowed stays allowed in this turn.
    if permit.uses_approval && !approval::take(pass).await.map_err(|error| trouble::of_api(&error))? {
        return Ok(Sending::Changed);
    }
    let key = pass.view.account.key();
    tell(pass, Known { looked: Some(looked), trouble: None }).await.map_err(|error| trouble::of_api(&error))?;
    finalizers::write_before(pass, live, looked).await.map_err(|error| trouble::of_api(&error))?;
    let sending = plan.operations.iter().filter(|operation| permit.operations.contains(&operation.id));
    live.kept.forget(memory, sending).await.map_err(trouble::of_kept)?;
    tracing::info!(account = %key, plan = %permit.plan_id, operations = permit.operations.len(), approved = permit.is_approved, "applying");
    let options = ApplyOptions {
        only: Some(permit.operations.clone()),
        parallelism: pass.shared.options.parallelism,
        ..ApplyOptions::default()
    };
    let account = pass.view.account.name.clone();
    let (handle, stop) = stop_pair();
    let mut log = Log(&key);
    let waiter = RealWaiter::new();
    let applied = apply(plan, &account, &live.carrier, &mut live.journal, &options, &waiter, &mut log, stop);
    let report = until_stopped(applied, [pass.stop.clone(), pass.changed.clone()], &handle).await.map_err(trouble::of_exec)?;
    pass.shared.metrics.applied(&key, &report);
    if let Some(why) = &report.fatal {
        tracing::warn!(account = %key, "{}", super::logging::masked(why));
    }
    pass.applied = Some(permit.plan_id.clone());
    pass.reports.push(report);
    Ok(Sending::Sent)
}

/// Asks for a clean end when any of two is asked for, and waits for that end.
async fn until_stopped<T>(work: impl Future<Output = T>, [mut one, mut other]: [Stop; 2], handle: &StopHandle) -> T {
    let mut work = pin!(work);
    tokio::select! {
        biased;
        done = &mut work => return done,
        () = one.asked() => {}
        () = other.asked() => {}
    }
    handle.stop();
    work.await
}
