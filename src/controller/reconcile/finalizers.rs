//! Which objects may not go yet: an order that can still be called off, and whatever an operation is open of. The
//! finalizer is there only while that is so.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use kube::api::{Patch, PatchParams};
use serde_json::json;

use super::live::Live;
use super::logging::causes_of;
use super::look::Looked;
use super::turn::{End, Pass};
use crate::controller::names::{self, FINALIZER};
use crate::controller::object::{AccountView, Object, ObjectKind};
use crate::controller::resource::objects;
use crate::controller::watch;
use crate::domain::{ApplicationNumber, ApplicationStatus, Desired, OperationKind, OrderApplication, Subject};
use crate::plan::{PendingItem, RememberedOrder};

/// What is open.
#[derive(Debug, Clone, Copy)]
pub struct Open<'a> {
    /// Whose operations were sent and have not come to their end, or are about to be sent.
    pub subjects: &'a BTreeSet<Subject>,
    /// Orders that the carrier has.
    pub orders: &'a [OrderApplication],
    /// Orders that were placed.
    pub remembered: &'a [RememberedOrder],
    /// What waits: orders whose application was told by its content are among it.
    pub pending: &'a [PendingItem],
    /// The carrier's clock.
    pub now: Timestamp,
}

/// Objects that have to stay. Pure.
pub fn held(view: &AccountView, desired: &Desired, open: &Open<'_>) -> BTreeSet<(ObjectKind, Arc<str>)> {
    let mut held = BTreeSet::new();
    if !open.subjects.is_empty() {
        held.insert((ObjectKind::CarrierAccount, Arc::clone(&view.account.name)));
    }
    let mut of_nobody = false;
    for subject in open.subjects {
        match subject {
            Subject::Order(name) => {
                held.insert((ObjectKind::SimOrder, Arc::clone(name)));
            }
            Subject::Line(msisdn) => match desired.sim(*msisdn).and_then(|sim| desired.fleet_of(sim)) {
                Some(fleet) => drop(held.insert((ObjectKind::SimFleet, Arc::clone(&fleet.name)))),
                None => of_nobody = true,
            },
        }
    }
    // The line of a fleet that is being deleted is nobody's any more: it may be any of theirs.
    if of_nobody {
        let deleted = view.fleets.iter().filter(|fleet| fleet.deleting);
        held.extend(deleted.map(|fleet| (ObjectKind::SimFleet, Arc::clone(&fleet.name))));
    }
    let remembered = open.remembered.iter().map(|order| (Some(&order.name), order.application.as_ref()));
    let told = open.pending.iter().map(|item| (item.subject.order(), item.application_no.as_ref()));
    for (name, application) in remembered.chain(told) {
        let placed = open.orders.iter().find(|placed| application == Some(&placed.application));
        // It is called off when its object is deleted, and that takes a turn, and its account.
        if let (Some(name), true) = (name, placed.is_some_and(|placed| can_be_cancelled(placed, open.now))) {
            held.insert((ObjectKind::SimOrder, Arc::clone(name)));
            held.insert((ObjectKind::CarrierAccount, Arc::clone(&view.account.name)));
        }
    }
    held
}

fn can_be_cancelled(order: &OrderApplication, now: Timestamp) -> bool {
    order.status == ApplicationStatus::Accepted && order.cancellable_until.is_none_or(|until| until > now)
}

/// Before something is sent: whatever it is about stays from now on.
pub(super) async fn write_before(pass: &mut Pass<'_>, live: &Live, looked: &Looked) -> kube::Result<()> {
    let sending = looked.plan.operations.iter().filter(|operation| looked.permit.operations.contains(&operation.id));
    let mut subjects = open_subjects(live, looked);
    subjects.extend(sending.map(|operation| operation.subject.clone()));
    write_all(pass, looked, &subjects, false).await
}

/// After all that was done: what is open stays, the rest may go.
pub(super) async fn write(pass: &mut Pass<'_>, live: &Live, looked: &Looked) -> kube::Result<()> {
    let subjects = open_subjects(live, looked);
    write_all(pass, looked, &subjects, true).await
}

/// An order that the carrier has and shows is on its way, and nothing is open of it: that takes days.
fn open_subjects(live: &Live, looked: &Looked) -> BTreeSet<Subject> {
    let listed = looked.observed.purchases.orders.as_deref().unwrap_or_default();
    let is_listed = |number: Option<&ApplicationNumber>| listed.iter().any(|order| Some(&order.application) == number);
    let open = live.journal.open_operations().unwrap_or_default().into_iter();
    let open = open.filter(|record| {
        record.kind != OperationKind::PlaceOrder || record.state.is_in_doubt() || !is_listed(record.application.as_ref())
    });
    open.map(|record| record.subject).collect()
}

async fn write_all(pass: &mut Pass<'_>, looked: &Looked, subjects: &BTreeSet<Subject>, releases: bool) -> kube::Result<()> {
    let orders = looked.observed.purchases.orders.as_deref().unwrap_or_default();
    let open =
        Open { subjects, orders, remembered: &looked.memory.orders, pending: &looked.plan.pending, now: looked.observed.at };
    let held = held(&pass.view, &pass.accepted.desired, &open);
    let client = pass.shared.client.clone();
    let view = &mut pass.view;
    let all = std::iter::once(&mut view.account).chain(&mut view.fleets).chain(&mut view.orders);
    for object in all {
        let is_held = held.contains(&(object.kind, Arc::clone(&object.name)));
        let has = object.finalizers.iter().any(|finalizer| finalizer == FINALIZER);
        // Nothing can be added to what is being deleted.
        if (is_held && !has && !object.deleting) || (!is_held && has && releases) {
            change(&client, object, is_held).await?;
        }
    }
    Ok(())
}

/// Where nothing can be settled before a person does something: what is being deleted may go all the same, but for
/// orders, which can still be called off once that is done. Those go with their account.
pub(super) async fn release(pass: &mut Pass<'_>, end: Option<&End>) {
    let waits_for_a_person = match end {
        Some(End::Refused) => true,
        Some(End::Trouble(trouble)) => trouble.kind.asks_a_person(),
        Some(End::Stopped | End::Again) | None => false,
    };
    if !waits_for_a_person {
        return;
    }
    let goes_whole = pass.view.account.deleting;
    let client = pass.shared.client.clone();
    let view = &mut pass.view;
    let all = std::iter::once(&mut view.account).chain(&mut view.fleets).chain(&mut view.orders);
    let mut released = Vec::new();
    for object in all.filter(|object| object.deleting && object.finalizers.iter().any(|finalizer| finalizer == FINALIZER)) {
        if object.kind == ObjectKind::SimOrder && !goes_whole {
            continue;
        }
        match change(&client, object, false).await {
            Ok(()) => released.push(object.place()),
            Err(error) => tracing::warn!(object = %object.place(), "its finalizer could not be removed: {}", causes_of(&error)),
        }
    }
    for place in released {
        let note = format!("{place} is deleted although nobody could ask the carrier about it: what it had open there goes on");
        pass.warn("Released", "Delete", note).await;
    }
}

/// How often a change is tried on an object that others write at the same time.
const TRIES: u32 = 5;

async fn change(client: &kube::Client, object: &mut Object, is_held: bool) -> kube::Result<()> {
    let api = objects(client, object.kind, &object.namespace);
    let how = PatchParams { field_manager: Some(names::FIELD_MANAGER.to_owned()), ..PatchParams::default() };
    for _ in 0..TRIES {
        let Some(found) = api.get_opt(&object.name).await?.map(|found| watch::object(object.kind, found)) else { return Ok(()) };
        if found.uid != object.uid {
            return Ok(());
        }
        let mut finalizers: Vec<String> = found.finalizers.into_iter().filter(|finalizer| finalizer != FINALIZER).collect();
        if is_held {
            finalizers.push(FINALIZER.to_owned());
        }
        let change = json!({"metadata": {"resourceVersion": found.resource_version, "finalizers": finalizers}});
        match api.patch_metadata(&object.name, &how, &Patch::Merge(change)).await {
            Ok(_) => {
                object.finalizers = finalizers;
                return Ok(());
            }
            Err(kube::Error::Api(status)) if status.is_not_found() => return Ok(()),
            Err(kube::Error::Api(status)) if status.is_conflict() => {}
            Err(error) => return Err(error),
        }
    }
    // The next turn tries again; until then the object stays as it is.
    tracing::warn!(object = %object.place(), namespace = %object.namespace, "its finalizer could not be written: somebody else writes it");
    Ok(())
}
