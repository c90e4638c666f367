//! Reads back what was kept of an account's operations.

use std::collections::BTreeMap;

use kube::api::{Api, DynamicObject, ListParams};
use kube::{Client, ResourceExt as _};

use super::operations::{Known, KnownObject};
use super::record::record_of;
use super::{Owner, Problem, label_of, resource};
use crate::exec::journal::OperationRecord;
use crate::plan::OpId;

/// Objects a page.
const PAGE: u32 = 500;

/// How often a listing begins anew that took so long that the API server forgot where it stood.
const TRIES: u32 = 3;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) known: BTreeMap<OpId, Known>,
    pub(super) records: Vec<OperationRecord>,
    pub(super) problems: Vec<Problem>,
}

/// All objects of this carrier and contractor in the namespace, whatever the account was called when they were made.
pub(super) async fn read(client: &Client, owner: &Owner) -> kube::Result<Found> {
    let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), &owner.namespace, &resource());
    let mut found = Found::default();
    for object in list(&api, &label_of(owner)).await? {
        let name = object.name_any();
        let id = OpId(name.as_str().into());
        let read = KnownObject::read(object).and_then(|known| {
            if known.spec.identity != owner.carrier {
                return Err("spec.identity is another account's".to_owned());
            }
            Ok((record_of(&name, &known.spec, known.status.as_ref())?, known))
        });
        match read {
            Ok((record, known)) => {
                found.records.push(record);
                found.known.insert(id, Known::Object(Box::new(known)));
            }
            Err(why) => {
                let problem = Problem::Operation { name, why };
                found.known.insert(id, Known::Foreign(problem.to_string()));
                found.problems.push(problem);
            }
        }
    }
    Ok(found)
}

/// All objects with a label, by pages.
pub(super) async fn list<K>(api: &Api<K>, label: &str) -> kube::Result<Vec<K>>
where
    K: Clone + serde::de::DeserializeOwned + std::fmt::Debug,
{
    let mut tries = 0;
    loop {
        match pages(api, label).await {
            // 410: the list's beginning is too old to be gone on with.
            Err(kube::Error::Api(status)) if status.code == 410 && tries < TRIES => tries += 1,
            found => return found,
        }
    }
}

async fn pages<K>(api: &Api<K>, label: &str) -> kube::Result<Vec<K>>
where
    K: Clone + serde::de::DeserializeOwned + std::fmt::Debug,
{
    let mut how = ListParams::default().labels(label).limit(PAGE);
    let mut found = Vec::new();
    loop {
        let page = api.list(&how).await?;
        let next = page.metadata.continue_.filter(|token| !token.is_empty());
        found.extend(page.items);
        match next {
            Some(token) => how = how.continue_token(&token),
            None => return Ok(found),
        }
    }
}
