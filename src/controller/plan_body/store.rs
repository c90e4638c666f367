//! The config maps of a plan's body.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};
use kube::api::{Api, DeleteParams, ListParams, PartialObjectMeta, Patch, PatchParams};
use kube::{Client, ResourceExt};

use super::{MOST_PARTS, Packed, Unreadable, unpack};
use crate::api::API_VERSION;
use crate::controller::names::{ACCOUNT, CONTENT, FIELD_MANAGER};
use crate::controller::object::Object;
use crate::plan::Plan;

/// The value of the label [`CONTENT`].
const PLAN: &str = "plan";
/// The key of a part.
const PART_KEY: &str = "plan.json.gz";
/// The key of the text, in the first config map.
const TEXT_KEY: &str = "plan.txt";
/// On each: the id of the plan, so that parts of two plans are never put together.
const PLAN_ID: &str = "simfleet.dev/plan-id";
/// On each: how many there are.
const PARTS: &str = "simfleet.dev/parts";

/// Why a plan cannot be read from a cluster.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The API server did not answer, or refused.
    #[error("the config maps of the plan cannot be read")]
    Api(#[from] kube::Error),
    /// There is none.
    #[error(
        "account {account} has no plan in namespace {namespace}: there is nothing to do, or the controller has not planned yet"
    )]
    None {
        /// The account.
        account: String,
        /// Where it was looked for.
        namespace: String,
    },
    /// Some of its config maps are missing, or of another plan: it is just being written.
    #[error("the plan of account {0} is being written right now; try again")]
    Torn(String),
    /// It is not what it was.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Writes the body of a plan and gives the names of its config maps, in order. They belong to the account: they go
/// with it.
pub async fn write(client: &Client, account: &Object, plan_id: &str, packed: &Packed) -> kube::Result<Vec<String>> {
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), &account.namespace);
    let how = PatchParams::apply(FIELD_MANAGER).force();
    let mut names = Vec::with_capacity(packed.parts.len());
    for (nth, part) in packed.parts.iter().enumerate() {
        let name = name(&account.name, nth);
        let text = (nth == 0).then(|| BTreeMap::from([(TEXT_KEY.to_owned(), packed.text.clone())]));
        let map = ConfigMap {
            metadata: ObjectMeta {
                name: Some(name.clone()),
                labels: Some(labels(&account.name)),
                annotations: Some(BTreeMap::from([
                    (PLAN_ID.to_owned(), plan_id.to_owned()),
                    (PARTS.to_owned(), packed.parts.len().to_string()),
                ])),
                owner_references: Some(vec![owner(account)]),
                ..ObjectMeta::default()
            },
            binary_data: Some(BTreeMap::from([(PART_KEY.to_owned(), ByteString(part.clone()))])),
            data: text,
            ..ConfigMap::default()
        };
        maps.patch(&name, &how, &Patch::Apply(&map)).await?;
        names.push(name);
    }
    remove_from(&maps, &account.name, packed.parts.len()).await?;
    Ok(names)
}

/// Whether all of a plan's body is there.
pub async fn is_there(client: &Client, account: &Object, plan_id: &str) -> kube::Result<bool> {
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), &account.namespace);
    let found = maps.list_metadata(&of(&account.name)).await?.items;
    let says = |map: &PartialObjectMeta<ConfigMap>, name: &str, value: &str| {
        map.annotations().get(name).is_some_and(|said| said == value)
    };
    let parts = found.len().to_string();
    Ok(!found.is_empty() && found.iter().all(|map| says(map, PLAN_ID, plan_id) && says(map, PARTS, &parts)))
}

/// Removes the body of an account's plan: there is nothing to do any more.
pub async fn remove(client: &Client, account: &Object) -> kube::Result<()> {
    remove_from(&Api::namespaced(client.clone(), &account.namespace), &account.name, 0).await
}

/// A longer plan may have been there before, and not all of it if its removal was interrupted.
async fn remove_from(maps: &Api<ConfigMap>, account: &str, first: usize) -> kube::Result<()> {
    let kept: Vec<String> = (0..first).map(|nth| name(account, nth)).collect();
    let found = maps.list_metadata(&of(account)).await?.items;
    for name in found.iter().map(ResourceExt::name_any).filter(|name| !kept.contains(name)) {
        match maps.delete(&name, &DeleteParams::default()).await {
            Err(kube::Error::Api(status)) if status.is_not_found() => {}
            deleted => drop(deleted?),
        }
    }
    Ok(())
}

fn of(account: &str) -> ListParams {
    ListParams::default().labels(&format!("{CONTENT}={PLAN},{ACCOUNT}={account}"))
}

/// Reads an account's plan.
pub async fn read(client: &Client, namespace: &str, account: &str) -> Result<Plan, ReadError> {
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), namespace);
    let mut found = maps.list(&of(account)).await?.items;
    found.sort_by_key(|map| (0..MOST_PARTS).position(|nth| map.name_any() == name(account, nth)));
    let Some(first) = found.first() else {
        return Err(ReadError::None { account: account.to_owned(), namespace: namespace.to_owned() });
    };
    let whose = |map: &ConfigMap| (map.annotations().get(PLAN_ID).cloned(), map.annotations().get(PARTS).cloned());
    let is_whole = found.iter().all(|map| whose(map) == whose(first)) && whose(first).1 == Some(found.len().to_string());
    if !is_whole {
        return Err(ReadError::Torn(account.to_owned()));
    }
    let parts = found.into_iter().filter_map(|map| map.binary_data?.remove(PART_KEY)).map(|ByteString(part)| part);
    Ok(unpack(&parts.collect::<Vec<_>>())?)
}

fn name(account: &str, nth: usize) -> String {
    format!("simfleet-plan-{account}-{nth}")
}

fn labels(account: &str) -> BTreeMap<String, String> {
    BTreeMap::from([(CONTENT.to_owned(), PLAN.to_owned()), (ACCOUNT.to_owned(), account.to_owned())])
}

fn owner(account: &Object) -> OwnerReference {
    OwnerReference {
        api_version: API_VERSION.to_owned(),
        kind: account.kind.as_str().to_owned(),
        name: account.name.to_string(),
        uid: account.uid.clone(),
        ..OwnerReference::default()
    }
}
