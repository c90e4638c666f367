//! What there is at the carrier, and what is to be done about it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::live::Live;
use super::spent::spent;
use super::turn::{End, Pass};
use super::{Trouble, TroubleKind, trouble};
use crate::api::status::CarrierAccountStatus;
use crate::carrier::{ObserveOptions, observe};
use crate::controller::accept::refute;
use crate::controller::permit::{Approval, Permit, permit};
use crate::controller::plan_body;
use crate::controller::status::previous;
use crate::domain::{Observed, OperationKind};
use crate::exec::{attribute_drift, has_drift, observe_wanted};
use crate::manifest::against_catalogue;
use crate::plan::{Memory, OpId, Operation, Part, Plan, assemble, sound};

/// What was seen and decided.
pub(super) struct Looked {
    pub(super) observed: Observed,
    pub(super) memory: Memory,
    pub(super) plan: Plan,
    pub(super) permit: Permit,
    /// The config maps that hold the plan.
    pub(super) body: Vec<String>,
}

/// Observes, leaves out what the catalogue refutes, plans, and decides what may be sent. The plan lies in the cluster
/// afterwards.
pub(super) async fn look(pass: &mut Pass<'_>, live: &Live) -> Result<Looked, End> {
    let mut stop = pass.stop.clone();
    tokio::select! {
        biased;
        looked = look_on(pass, live) => looked,
        // Nothing is under way that would have to be finished.
        () = stop.asked() => Err(End::Stopped),
    }
}

async fn look_on(pass: &mut Pass<'_>, live: &Live) -> Result<Looked, End> {
    let mut observed = observe(&live.carrier, &ObserveOptions::default()).await.map_err(trouble::of_observe)?;
    let memory = live.journal.memory().map_err(|error| trouble::of_journal(&error))?;
    let now = observed.at;
    let desired = &pass.accepted.desired;
    observe_wanted(&live.carrier, desired, &mut observed, &memory, now).await.map_err(trouble::of_observe)?;
    // Behind that: what was bought is not refuted for being sold no more.
    let findings = against_catalogue(desired, &observed);
    if !findings.is_empty() {
        pass.accepted = refute(pass.accepted.clone(), findings);
    }
    let desired = &pass.accepted.desired;
    let mut planned = sound(desired, &observed, &memory, now, Part::ALL).map_err(|contradiction| Trouble {
        kind: TroubleKind::Defect,
        message: super::logging::masked(&format!("{contradiction}; this is a defect of simfleet: please report it")),
    })?;
    if has_drift(&planned) {
        let own = live.journal.own_applications().map_err(|error| trouble::of_journal(&error))?;
        if let Err(error) = attribute_drift(&live.carrier, desired, &observed, &mut planned, own).await {
            // The plan stands without it.
            tracing::warn!(account = %pass.view.account.key(), "who made the changes is not known: {error}");
        }
    }
    let plan = assemble(vec![planned], now);
    let account = Arc::clone(&pass.view.account.name);
    let mut permit = permit(&plan, &account, &Approval::of(&pass.view.account.annotations));
    if pass.view.account.deleting {
        pass.only_call_off(&plan, &mut permit);
    }
    pass.shared.metrics.spent(&pass.view.account.key(), spent(&memory, now));
    let body = write_body(pass, &plan, &permit).await?;
    Ok(Looked { observed, memory, plan, permit, body })
}

/// Writes the plan where people can read it, unless it lies there already.
async fn write_body(pass: &Pass<'_>, plan: &Plan, permit: &Permit) -> Result<Vec<String>, End> {
    let (client, account) = (&pass.shared.client, &pass.view.account);
    let before = previous::<CarrierAccountStatus>(account).plan;
    if plan.operations.is_empty() {
        if before.is_some() {
            plan_body::remove(client, account).await.map_err(|error| trouble::of_api(&error))?;
        }
        return Ok(Vec::new());
    }
    let is_kept = before.filter(|before| before.plan_id == permit.plan_id).map(|before| before.config_maps).unwrap_or_default();
    if !is_kept.is_empty()
        && plan_body::is_there(client, account, &permit.plan_id).await.map_err(|error| trouble::of_api(&error))?
    {
        return Ok(is_kept);
    }
    let Some(packed) = plan_body::pack(plan) else {
        tracing::warn!(account = %account.key(), "the plan is too long to be kept; its summary stands in the status");
        return Ok(Vec::new());
    };
    let written = plan_body::write(client, account, &permit.plan_id, &packed).await;
    Ok(written.map_err(|error| trouble::of_api(&error))?)
}

impl Pass<'_> {
    /// The account is being deleted: what is open is settled, orders that go with it are called off, and nothing else is
    /// sent.
    fn only_call_off(&self, plan: &Plan, permit: &mut Permit) {
        let goes = |name: &str| self.view.orders.iter().any(|order| order.deleting && *order.name == *name);
        let calls_off = |operation: &Operation| {
            operation.change.kind() == OperationKind::CancelApplication
                && operation.subject.order().is_some_and(|name| goes(name))
        };
        let kept: BTreeSet<&OpId> =
            plan.operations.iter().filter(|operation| calls_off(operation)).map(|operation| &operation.id).collect();
        permit.operations.retain(|id| kept.contains(id));
        permit.uses_approval = false;
    }
}
