//! What there is at the carrier, and what is to be done about it.

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
use crate::domain::Observed;
use crate::exec::observe_wanted;
use crate::manifest::against_catalogue;
use crate::plan::{Memory, Part, Plan, assemble, sound};

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
    let findings = against_catalogue(&pass.accepted.desired, &observed);
    if !findings.is_empty() {
        pass.accepted = refute(pass.accepted.clone(), findings);
    }
    let memory = live.journal.memory().map_err(|error| trouble::of_journal(&error))?;
    let now = observed.at;
    let desired = &pass.accepted.desired;
    observe_wanted(&live.carrier, desired, &mut observed, &memory, now).await.map_err(trouble::of_observe)?;
    let planned = sound(desired, &observed, &memory, now, Part::ALL).map_err(|contradiction| Trouble {
        kind: TroubleKind::Defect,
        message: super::logging::masked(&format!("{contradiction}; this is a defect of simfleet: please report it")),
    })?;
    let plan = assemble(vec![planned], now);
    let account = Arc::clone(&pass.view.account.name);
    let permit = permit(&plan, &account, &Approval::of(&pass.view.account.annotations));
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
    if let Some(before) = before.filter(|before| before.plan_id == permit.plan_id && !before.config_maps.is_empty()) {
        return Ok(before.config_maps);
    }
    let Some(packed) = plan_body::pack(plan) else {
        tracing::warn!(account = %account.key(), "the plan is too long to be kept; its summary stands in the status");
        return Ok(Vec::new());
    };
    let written = plan_body::write(client, account, &permit.plan_id, &packed).await;
    Ok(written.map_err(|error| trouble::of_api(&error))?)
}
