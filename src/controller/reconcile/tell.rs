//! Writes what a turn knows into the statuses, and announces what changed.

use futures_util::{StreamExt as _, stream};
use kube::api::{Patch, PatchParams};
use serde::Serialize;
use serde_json::{Value, json};

use super::Trouble;
use super::look::Looked;
use super::turn::Pass;
use crate::api::API_VERSION;
use crate::controller::events::events;
use crate::controller::names;
use crate::controller::object::Object;
use crate::controller::resource::objects;
use crate::controller::status::{Reconciled, Seen, Statuses, status};
use crate::exec::ApplyReport;

/// What is known.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    pub(super) looked: Option<&'k Looked>,
    pub(super) trouble: Option<&'k Trouble>,
}

/// Statuses that are written at the same time.
const AT_ONCE: usize = 8;

/// Tells it. Where nothing changed nothing is written.
pub(super) async fn tell(pass: &mut Pass<'_>, known: Known<'_>) -> kube::Result<()> {
    let reports: Vec<&ApplyReport> = pass.reports.iter().collect();
    let seen = known.looked.map(|looked| Seen {
        plan: &looked.plan,
        permit: &looked.permit,
        orders: looked.observed.purchases.orders.as_deref().unwrap_or_default(),
        remembered: &looked.memory.orders,
        plan_body: &looked.body,
    });
    let reconciled = Reconciled {
        view: &pass.view,
        accepted: &pass.accepted,
        carrier: pass.carrier.as_ref(),
        seen,
        reports: &reports,
        applied: pass.applied.as_deref(),
        trouble: known.trouble,
        now: super::live::now(),
    };
    let statuses = status(&reconciled);
    let announcements = events(&reconciled, &statuses);
    if seen.is_some() {
        let status = &statuses.account.status;
        pass.shared.metrics.observed(&pass.view.account.key(), &status.lines, status.unmanaged);
    }
    write(pass, statuses).await?;
    for announcement in &announcements {
        pass.announce(announcement).await;
    }
    Ok(())
}

async fn write(pass: &mut Pass<'_>, statuses: Statuses) -> kube::Result<()> {
    let Statuses { account, fleets, orders } = statuses;
    let view = &mut pass.view;
    let mut parts = Vec::new();
    for told in fleets.into_iter().filter(|told| told.is_changed) {
        parts.extend(told_in(&mut view.fleets, &told.name, value(&told.status)));
    }
    for told in orders.into_iter().filter(|told| told.is_changed) {
        parts.extend(told_in(&mut view.orders, &told.name, value(&told.status)));
    }
    let whole = if account.is_changed {
        told_in(std::slice::from_mut(&mut view.account), &account.name, value(&account.status))
    } else {
        None
    };
    let client = &pass.shared.client;
    let writes = |all: Vec<(Object, Value)>| {
        let all = all.into_iter().map(|(object, status)| write_status(client.clone(), object, status));
        stream::iter(all).buffered(AT_ONCE).collect::<Vec<_>>()
    };
    // One that is refused keeps none of the others from being told. Whoever waits for the account finds its fleets told.
    let written = [writes(parts).await, writes(whole.into_iter().collect()).await];
    written.into_iter().flatten().collect()
}

/// The object of a name, as it will be once this is told of it.
fn told_in(objects: &mut [Object], name: &str, status: Value) -> Option<(Object, Value)> {
    let object = objects.iter_mut().find(|object| *object.name == *name)?;
    object.status = status.to_string().into();
    Some((object.clone(), status))
}

fn value(status: &impl Serialize) -> Value {
    serde_json::to_value(status).unwrap_or_default()
}

/// By server-side apply: what is not said any more is removed, what others say stays. One that is gone, or is another
/// one of the same name, is told nothing.
pub(super) async fn write_status(client: kube::Client, object: Object, status: Value) -> kube::Result<()> {
    let api = objects(&client, object.kind, &object.namespace);
    let how = PatchParams::apply(names::FIELD_MANAGER).force();
    let body = json!({
        "apiVersion": API_VERSION,
        "kind": object.kind.as_str(),
        "metadata": {"name": &*object.name, "uid": object.uid},
        "status": status,
    });
    match api.patch_status(&object.name, &how, &Patch::Apply(body)).await {
        Ok(_) => Ok(()),
        Err(kube::Error::Api(status)) if status.is_not_found() || status.is_conflict() => Ok(()),
        Err(error) => Err(error),
    }
}
