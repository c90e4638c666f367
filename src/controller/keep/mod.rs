//! What a controller keeps of an account's journal in the API, where it outlives the process.
//!
//! The journal itself is in memory, one for an account and process ([`crate::exec::Journal::in_memory`]). Two things of it
//! are kept:
//!
//! - every operation that **costs money at once** is a `SimOperation` object, named by its operation's id and written
//!   before the call ([`crate::exec::keeper`] says why that is enough, and what remains). Two controllers cannot make the
//!   same one, and neither writes over what the other wrote: it is told that somebody else is at work, and ends its run;
//! - the **last confirmed values** and the lines that are **protected** are in config maps ([`memory`]).
//!
//! Everything else that is in flight when a process dies needs no record: the carrier's own states protect it.
//!
//! **Whose they are.** Objects and maps are found by a label with a digest of carrier and contractor, not by the account's
//! name, and belong to no owner: they are the proof of what was paid for, and must neither go with an account object
//! that is deleted and made again, nor be lost to one that is renamed. They are in the account's namespace; an account
//! that moves to another one leaves them behind, and is left with what the carrier's applications tell.
//!
//! **Rights.** In the namespaces of accounts: on `simoperations` in `simfleet.dev` the verbs `get`, `list`, `create`,
//! `update`, `patch` and `delete`, on `simoperations/status` `update`; on `configmaps` `get`, `list`, `create`, `update`
//! and `delete`. Who else may write `simoperations` decides what is bought: the annotation that settles an operation in
//! doubt is on them.

mod by_hand;
mod clean;
pub mod memory;
mod operations;
mod record;
mod restore;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use kube::Client;
use kube::api::{DeleteParams, Preconditions};
use kube::core::{ApiResource, GroupVersionKind};

pub use by_hand::{ByHand, decision};
use memory::{Maps, Remembered};
use operations::{Known, Operations};

use crate::api::API_VERSION;
use crate::carrier::{Carrier, CarrierError};
use crate::controller::names::{ACCOUNT, CARRIER};
use crate::domain::CarrierIdentity;
use crate::exec::journal::{JournalError, JournalOptions};
use crate::exec::{Holder, Journal, KeepError};
use crate::plan::{Memory, Operation};

/// Whose journal is kept, and who keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Where the account is.
    pub namespace: Arc<str>,
    /// The account's name.
    pub account: Arc<str>,
    /// Its carrier and contractor, as a digest ([`digest`]).
    pub carrier: String,
    /// The controller's identity. No two processes have the same one, ever: a pod's name with its uid.
    pub by: String,
}

/// A digest of carrier and contractor: 32 hexadecimal digits, which a label may hold.
pub fn digest(identity: &CarrierIdentity) -> String {
    let CarrierIdentity { host, contractor_id } = identity;
    let text = format!("simfleet carrier 1\n{host}\n{contractor_id}");
    memory::digest(text.as_bytes()).get(..32).unwrap_or_default().to_owned()
}

/// Something in the cluster that cannot be used. The account goes on without it; a person should look.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A record of an operation. Nothing is sent for that operation.
    #[error("SimOperation {name} cannot be read: {why}")]
    Operation {
        /// Its name.
        name: String,
        /// Why.
        why: String,
    },
    /// A part of what is remembered: its lines have no baseline, and drift of them is not seen until they are observed
    /// once.
    #[error("config map {name} cannot be read: {why}")]
    Memory {
        /// Its name.
        name: String,
        /// Why.
        why: String,
    },
}

/// Why something is not kept, or not read.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// The API server did not answer, or refused.
    #[error("the Kubernetes API failed")]
    Api(#[from] kube::Error),
    /// Somebody else is at work: the journal and this are not to be used any more, but restored anew.
    #[error("somebody else is at work on this account: {0}")]
    Lost(String),
    /// The journal cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A record cannot be written.
    #[error(transparent)]
    Kept(#[from] KeepError),
    /// The carrier cannot be asked.
    #[error(transparent)]
    Carrier(#[from] CarrierError),
}

/// What is kept of one account.
#[derive(Debug)]
pub struct Kept {
    operations: Arc<Operations>,
    maps: Maps,
}

/// An account, taken over.
#[derive(Debug)]
pub struct Restored {
    /// What is kept of it.
    pub kept: Kept,
    /// Its journal: in memory, beginning with what was kept, and keeping by itself what is written to it.
    pub journal: Journal,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Kept {
    /// Takes an account over: a handful of requests, however long ago it was left. To be done when this process becomes
    /// responsible for it, and again after every error of a run that says that somebody else is at work, or that
    /// something could not be recorded.
    ///
    /// Operations that were sent, and of which nothing more is known, are in doubt from now on. `clock` is the real one.
    pub async fn restore(
        client: &Client,
        owner: Owner,
        identity: &CarrierIdentity,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Result<Restored, KeptError> {
        let found = restore::read(client, &owner).await?;
        let (maps, remembered, of_maps) = memory::read(client, &owner).await?;
        let holder = Holder { host: owner.by.clone(), pid: std::process::id() };
        let operations = Arc::new(Operations::new(client, owner, found.known));
        let keeper: Arc<Operations> = Arc::clone(&operations);
        let options = JournalOptions { keeper: Some(keeper), ..JournalOptions::new(holder, clock) };
        let journal = Journal::in_memory(identity, options)?;
        journal.restore(found.records, &remembered.confirmed, &remembered.protected)?;
        let problems = found.problems.into_iter().chain(of_maps).collect();
        Ok(Restored { kept: Self { operations, maps }, journal, problems })
    }

    /// Writes what is remembered of lines, where it changed: after a reconciliation. How many config maps were written.
    pub async fn remember(&mut self, memory: &Memory) -> Result<u32, KeptError> {
        self.maps.write(&Remembered::of(memory)).await
    }

    /// Writes what is remembered of lines without the values that operations are going to change: before they are
    /// sent.
    pub async fn forget<'o>(
        &mut self,
        memory: &Memory,
        operations: impl IntoIterator<Item = &'o Operation>,
    ) -> Result<u32, KeptError> {
        self.maps.write(&Remembered::of(memory).without(operations)).await
    }

    /// Settles what people said of operations in doubt (the annotation [`crate::controller::names::RESOLVE`]): before
    /// planning. Reads one object for each operation in doubt.
    pub async fn resolve_by_hand(&self, journal: &mut Journal, carrier: &dyn Carrier) -> Result<Vec<ByHand>, KeptError> {
        by_hand::resolve(&self.operations, journal, carrier).await
    }

    /// Removes records that nobody looks at any more; how many. `orders` are the names of the orders that there are,
    /// `now` is the carrier's clock. The journal in memory keeps what it knows until it is restored anew.
    pub async fn clean_up(&self, now: Timestamp, orders: &BTreeSet<Arc<str>>) -> Result<u32, KeptError> {
        let is_past = |id: &crate::plan::OpId, known: &Known| match known {
            Known::Object(object) => record::record_of(&id.0, &object.spec, object.status.as_ref())
                .is_ok_and(|record| clean::is_past(&record, now, orders)),
            Known::Foreign(_) => false,
        };
        let past: Vec<_> = {
            let known = self.operations.known();
            known.iter().filter(|(id, known)| is_past(id, known)).map(|(id, known)| (id.clone(), known.clone())).collect()
        };
        let mut removed = 0;
        for (id, known) in past {
            let Known::Object(object) = known else { continue };
            let (resource_version, uid) = (object.metadata.resource_version.clone(), object.metadata.uid.clone());
            let preconditions = Some(Preconditions { resource_version, uid });
            match self.operations.api.delete(&id.0, &DeleteParams { preconditions, ..DeleteParams::default() }).await {
                Ok(_) => removed += 1,
                Err(kube::Error::Api(status)) if status.is_not_found() => {}
                // Somebody changed it: it is looked at again when it is read again.
                Err(kube::Error::Api(status)) if status.is_conflict() => continue,
                Err(error) => return Err(error.into()),
            }
            self.operations.known().remove(&id);
        }
        Ok(removed)
    }
}

/// The kind, as the API server serves it.
fn resource() -> ApiResource {
    let (group, version) = API_VERSION.split_once('/').unwrap_or(("", API_VERSION));
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, "SimOperation"), "simoperations")
}

/// The labels of everything that is kept.
fn labels(owner: &Owner) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::from([(CARRIER.to_owned(), owner.carrier.clone())]);
    // A label holds 63 characters, an object's name 253. This one is for people.
    if owner.account.len() <= 63 {
        labels.insert(ACCOUNT.to_owned(), owner.account.to_string());
    }
    labels
}

/// What they are found by.
fn label_of(owner: &Owner) -> String {
    format!("{CARRIER}={}", owner.carrier)
}
