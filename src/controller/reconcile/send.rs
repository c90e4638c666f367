//! Sends what may be sent.

use std::pin::pin;
use std::time::Duration;

use super::live::Live;
use super::logging::{Log, causes_of};
use super::look::Looked;
use super::tell::{Known, tell};
use super::turn::{End, Pass};
use super::{approval, finalizers, trouble};
use crate::exec::machine::Settings;
use crate::exec::stop::{StopHandle, stop_pair};
use crate::exec::{ApplyOptions, RealWaiter, Stop, apply};

/// How long an application is followed for what depends on it. Most take a minute; behind one that takes longer other
/// accounts must not wait, and what depends on it is planned again when it has come to its end.
const FOLLOW: Duration = Duration::from_mins(3);

/// Whether something was sent.
pub(super) enum Sending {
    /// It was, as far as the carrier let it.
    Sent,
    /// Nothing was: what allowed it is not what it was, and everything is to be looked at anew.
    Not,
}

/// Takes the approval, says in the cluster what is about to happen, and sends it.
pub(super) async fn send(pass: &mut Pass<'_>, live: &mut Live, looked: &Looked) -> Result<Sending, End> {
    let Looked { plan, permit, memory, .. } = looked;
    if pass.stop.is_asked() {
        return Err(End::Stopped);
    }
    let key = pass.view.account.key();
    if let Err(error) = tell(pass, Known { looked: Some(looked), trouble: None }).await {
        // One status that cannot be written must not keep the others' lines from what they are to be.
        tracing::warn!(account = %key, "a status cannot be written: {}", causes_of(&error));
    }
    finalizers::write_before(pass, live, looked).await.map_err(|error| trouble::of_api(&error))?;
    let sending = plan.operations.iter().filter(|operation| permit.operations.contains(&operation.id));
    live.kept.forget(memory, sending).await.map_err(trouble::of_kept)?;
    // An edit that came meanwhile is planned first, or its approval would be spent on a call that never leaves.
    if pass.changed.is_asked() || pass.stop.is_asked() {
        return Err(End::Stopped);
    }
    // The last thing before the first call. It holds for its plan, so what it allowed stays allowed in this turn.
    if permit.uses_approval && !approval::take(pass).await.map_err(|error| trouble::of_api(&error))? {
        return Ok(Sending::Not);
    }
    tracing::info!(account = %key, plan = %permit.plan_id, operations = permit.operations.len(), approved = permit.is_approved, "applying");
    let options = ApplyOptions {
        only: Some(permit.operations.clone()),
        parallelism: pass.shared.options.parallelism,
        settings: Settings { follow_patience: FOLLOW, ..Settings::default() },
        ..ApplyOptions::default()
    };
    let account = pass.view.account.name.clone();
    let (handle, stop) = stop_pair();
    let mut log = Log(&key);
    let waiter = RealWaiter::new();
    let applied = apply(plan, &account, &live.carrier, &mut live.journal, &options, &waiter, &mut log, stop);
    // What a person approved is carried out whole: another edit would cost him another approval.
    let interrupted_by = if permit.uses_approval { &pass.stop } else { &pass.changed };
    let stops = [pass.stop.clone(), interrupted_by.clone()];
    let report = until_stopped(applied, stops, &handle).await.map_err(trouble::of_exec)?;
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
